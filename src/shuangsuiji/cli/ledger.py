"""`ledger list` and `ledger show`: what the ledger holds, in words."""

from shuangsuiji.cli.batches import state_text
from shuangsuiji.cli.circumstances import given_path
from shuangsuiji.cli.lookup import existing_bytes, existing_ledger
from shuangsuiji.files.ledger_file import open_ledger
from shuangsuiji.model.problems import Code, Problem, Refusal, Status
from shuangsuiji.screen import ledger_view
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.draw_view import time_text
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
