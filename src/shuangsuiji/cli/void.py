"""`void`: take back a draw, in writing."""

from dataclasses import dataclass

from shuangsuiji.cli.circumstances import given_path, given_text, now, operator_name
from shuangsuiji.cli.lookup import batch_key, existing_ledger
from shuangsuiji.cli.steps import attempted, refused
from shuangsuiji.files.conduct import Session
from shuangsuiji.files.durable.storage import locked
from shuangsuiji.model.problems import Refusal, Status
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.draw_view import adopted_value, show_adopted
from shuangsuiji.screen.reporting import problem_value, show_problems


@dataclass(frozen=True, slots=True)
class Request:
    """What was typed after `void`."""

    batch: str
    reason: str
    approved_by: str
    keep_seed: bool
    ledger: str
    plan_id: str | None
    operator: str | None
    lock_wait: float


def run(request: Request, style: Style) -> int:
    """Void the batch's draw; the status to exit with."""
    screen = Screen(style)
    reason = given_text("--reason", request.reason)
    approved_by = given_text("--approved-by", request.approved_by)
    operator = operator_name(request.operator)
    directory = given_path("--ledger", request.ledger)
    key = batch_key(existing_ledger(directory), request.batch, request.plan_id)
    with locked(directory, request.lock_wait) as store:
        session = Session(store, lambda: now(operator))
        event = attempted(lambda: session.void(key, reason, approved_by, request.keep_seed))
    if isinstance(event, Refusal):
        return refused(screen, event, session.adopted)
    show_adopted(screen, session.adopted)
    show_problems(screen, session.notes)
    screen.say(f"批次 {key[1]} 已作废：{reason}（批准人 {approved_by}），记入台账第 {event.line.seq} 条。")
    screen.say("原记录仍在台账中，永远可查。")
    kept = "再次抽取时沿用原种子，未受影响的对象位次不变。"
    screen.say(kept if request.keep_seed else "※ 再次抽取时将使用新种子：这一点会在台账中一直可见。")
    told = [problem_value(note) for note in session.notes]
    value = {"event": event.line.value(), "adopted": adopted_value(session.adopted)}
    screen.document({"status": Status.DONE, "problems": told, **value})
    return Status.DONE
