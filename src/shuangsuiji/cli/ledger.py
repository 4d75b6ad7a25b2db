"""`ledger list` and `ledger show`: what the ledger holds, in words."""

from pathlib import Path

from shuangsuiji.cli.batches import state_text
from shuangsuiji.cli.lookup import existing_bytes, existing_ledger
from shuangsuiji.evidence.ledger import Event, Ledger
from shuangsuiji.files.ledger_file import open_ledger
from shuangsuiji.model.problems import Code, Problem, Refusal, Status
from shuangsuiji.screen import draw_view
from shuangsuiji.screen.console import Screen, Style, prepare_streams
from shuangsuiji.screen.show import show

TYPES = {"seal": "封存", "draw": "抽取", "failure": "派人不足", "void": "作废"}


def run_list(ledger: str, style: Style) -> int:
    """List the events; the status to exit with."""
    prepare_streams()
    screen = Screen(style)
    book = existing_ledger(Path(ledger))
    screen.table(
        ("序号>", "时间", "事件", "计划", "批次", "操作人", "说明"),
        [
            (
                str(event.line.seq),
                event.line.circumstances.time[:19].replace("T", " "),
                TYPES[event.line.type],
                event.line.plan,
                event.line.batch,
                show(event.line.circumstances.operator),
                remark(event, book),
            )
            for event in book.events
        ],
    )
    ordered = sorted((book.states or {}).items())
    screen.heading("各批次状态")
    screen.table(("计划", "批次", "状态"), [(plan, batch, state_text(state)) for (plan, batch), state in ordered])
    states = [{"plan": plan, "batch": batch, "state": state.name} for (plan, batch), state in ordered]
    screen.document({"status": Status.DONE, "problems": [], "lines": [e.line.value() for e in book.events], "states": states})
    return Status.DONE


def remark(event: Event, book: Ledger) -> str:
    """What an event amounts to, in a few words."""
    value = event.value
    match event.line.type:
        case "seal":
            return "种子已定" if value["seed_document"] is not None else "种子待定"
        case "draw":
            live = "" if event in book.live_draws() else "，已作废"
            return f"上门 {len(value['visits'])} 次{live}"
        case "failure":
            return f"{len(value['blocked'])} 次上门派不出人" if value["blocked"] else "超出每人上门次数上限"
        case "void":
            seed = "沿用原种子" if value["keep_seed"] else "换新种子"
            return f"{show(value['reason'])}（{show(value['approved_by'])}批准，{seed}）"


def run_show(seq: int, ledger: str, style: Style) -> int:
    """Show event `seq`; the status to exit with."""
    prepare_streams()
    screen = Screen(style)
    book = open_ledger(existing_bytes(Path(ledger)))
    event = next((one for one in book.events if one.line.seq == seq), None)
    if event is None:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_USAGE, what=f"台账共 {len(book.events)} 条，没有第 {seq} 条"))
    line = event.line
    screen.say(f"第 {line.seq} 条  {TYPES[line.type]}  {line.plan} 批次 {line.batch}  {remark(event, book)}")
    beside = line.circumstances
    screen.say(f"时间 {beside.time}  操作人 {show(beside.operator)}  程序 {show(beside.tool)}")
    screen.say(f"文件 {line.file}  SHA-256 {line.sha256}")
    for source in line.circumstances.sources:
        screen.say(f"来自 {show(source.name)}  SHA-256 {source.sha256}")
    if line.type == "draw":
        draw_view.show_record(screen, event.value, {})
        screen.say()
        for words in draw_view.seed_words(event.value["seed"]):
            screen.say(words)
    screen.document({"status": Status.DONE, "problems": [], "line": line.value(), "event": event.value})
    return Status.DONE
