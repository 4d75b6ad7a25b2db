"""`ledger list` and `ledger show`: what the ledger holds, in words; `ledger checkpoint` and `ledger repair`: keeping it."""

from shuangsuiji.cli.batches import state_text
from shuangsuiji.cli.circumstances import given_path, given_text, now, operator_name
from shuangsuiji.cli.lookup import existing_bytes, existing_ledger
from shuangsuiji.evidence.ledger import Ledger
from shuangsuiji.evidence.lines import quarantine_file
from shuangsuiji.files.durable.spelling import spelled
from shuangsuiji.files.durable.storage import locked, write_export
from shuangsuiji.files.ledgers.checkpoint_file import replaceable
from shuangsuiji.files.ledgers.ledger_file import open_ledger
from shuangsuiji.files.ledgers.ledger_repair import Mended, mend
from shuangsuiji.model.problems import Code, Problem, Refusal, Status
from shuangsuiji.screen import ledger_view
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.draw_view import adopted_value, show_adopted, time_text
from shuangsuiji.screen.reporting import problem_value, show_problems
from shuangsuiji.screen.words import EVENTS


def run_list(ledger: str, style: Style) -> int:
    """List the events; the status to exit with."""
    screen = Screen(style)
    book = existing_ledger(given_path("--ledger", ledger))
    screen.table(
        ("序号>", "时间", "事件", "计划", "批次", "操作人", "说明"),
        [
            (
                str(event.line.seq),
                time_text(event.line),
                EVENTS[event.line.type],
                event.line.plan,
                event.line.batch,
                event.line.circumstances.operator,
                ledger_view.remark(event, book),
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


def run_show(seq: int, ledger: str, style: Style) -> int:
    """Show event `seq`; the status to exit with."""
    screen = Screen(style)
    book = open_ledger(existing_bytes(given_path("--ledger", ledger)))
    event = next((one for one in book.events if one.line.seq == seq), None)
    if event is None:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_UNKNOWN_EVENT, count=len(book.events), seq=seq))
    ledger_view.show_event(screen, event, book)
    screen.document({"status": Status.DONE, "problems": [], "line": event.line.value(), "event": event.value})
    return Status.DONE


def run_checkpoint(ledger: str, origin: str | None, out: str | None, style: Style) -> int:
    """Print the three lines for somebody outside to keep, or write them to a file; the status to exit with."""
    screen = Screen(style)
    path = None if out is None else given_path("--out", out)
    source = existing_bytes(given_path("--ledger", ledger))
    book = open_ledger(source)
    text = book.checkpoint(_origin(book) if origin is None else given_text("--origin", origin))
    first, *_, last = text.removesuffix("\n").split("\n")
    if path is None:
        for line in text.removesuffix("\n").split("\n"):
            screen.verbatim(line)
    else:
        write_export(path, text.encode(), lambda data: replaceable(path, data, source))
        screen.say(f"校验点已存为 {out}：台账 {len(book.events)} 条。交给台账之外的人保管才有用。")
    value = {"origin": first.partition(" ")[2], "events": len(book.events), "hash": last}
    screen.document({"status": Status.DONE, "problems": [], **value, "file": None if out is None else spelled(out)})
    return Status.DONE


def _origin(book: Ledger) -> str:
    """The plans of a ledger, where nobody says whose it is."""
    return "、".join(dict.fromkeys(event.line.plan for event in book.events if event.line.plan)) or "-"


def run_repair(ledger: str, operator: str | None, lock_wait: float, style: Style) -> int:
    """Mend a torn last line; the status to exit with."""
    screen = Screen(style)
    name = operator_name(operator)
    directory = given_path("--ledger", ledger)
    existing_bytes(directory)
    with locked(directory, lock_wait) as store:
        mended = mend(store, lambda: now(name))
    show_problems(screen, mended.writer.notes)
    show_adopted(screen, mended.writer.adoptions)
    for words in _mended(mended):
        screen.say(words)
    value = {"completed": mended.completed, "repairs": [event.line.value() for event in mended.repairs]}
    told = [problem_value(note) for note in mended.writer.notes]
    screen.document({"status": Status.DONE, "problems": told, **value, "adopted": adopted_value(mended.writer.adoptions)})
    return Status.DONE


def _mended(mended: Mended) -> list[str]:
    words = []
    if mended.completed:
        words.append("最后一行只缺一个换行，已补上。")
    for event in mended.repairs:
        value = event.value
        words.append(f"残缺的最后一行（{value['length']} 个字节）已移到 {quarantine_file(value['position'], value['sha256'])}，")
        words.append(f"这件事已记入台账第 {event.line.seq} 条。再运行一次原来的命令即可，不会重抽。")
    return words or ([] if mended.writer.adoptions else ["台账的最后一行是完整的，没有要修补的。"])
