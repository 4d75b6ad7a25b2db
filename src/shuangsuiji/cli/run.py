"""`run --due`: draw every batch that is due, exactly once, with nobody there to watch."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from shuangsuiji.cli.circumstances import given_path, now, operator_name, today
from shuangsuiji.cli.pools import usage
from shuangsuiji.cli.steps import draw_one, shown
from shuangsuiji.evidence.ledger import Ledger
from shuangsuiji.evidence.lines import Event
from shuangsuiji.files.agenda import Item, agenda
from shuangsuiji.files.conduct import Session
from shuangsuiji.files.durable.storage import locked, read_ledger
from shuangsuiji.files.inputs import Inputs, ledger_of, read_inputs, read_plan_file
from shuangsuiji.files.ledgers.ledger_file import open_ledger
from shuangsuiji.files.ledgers.ledger_writer import clock_note
from shuangsuiji.files.plans.plan_file import PlanFile
from shuangsuiji.files.plans.severities import adjusted, stops
from shuangsuiji.model.problems import Code, Problem, Refusal, Severity, Status, gravest
from shuangsuiji.model.text import is_day
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.discreet import discreet_value, show_discreetly
from shuangsuiji.screen.draw_view import adopted_value, show_adopted
from shuangsuiji.screen.run_view import Outcome, problems_of, show_outcome, show_skipped, show_where_lists_are


@dataclass(frozen=True, slots=True)
class Request:
    """What was typed after `run`."""

    plan: str
    due: bool
    date: str | None
    ledger: str | None
    operator: str | None
    lock_wait: float
    fail_if_nothing_due: bool


@dataclass(eq=False, slots=True)
class Round:
    """What one run has found and done so far: every batch as it stood when the run looked, what was missed, how the due ones
    ended, what else is to be known; and what ended the run before its time, if anything did."""

    items: tuple[Item, ...] = ()
    missed: tuple[Problem, ...] = ()
    notes: list[Problem] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    adopted: list[Event] = field(default_factory=list)
    refusal: Refusal | None = None

    def standing(self, *names: str) -> list[Item]:
        """The batches that stand so."""
        return [item for item in self.items if item.standing in names]


def run(request: Request, style: Style) -> int:
    """Draw what is due; the status to exit with. However it ends, it says so in the same form."""
    if not request.due:
        raise usage("run 后面要写 --due，即抽取到期的批次；抽取指定的批次用 draw")
    found = Round()
    try:
        _check_usage(request)
        _look_and_draw(request, found, operator_name(request.operator))
    except Refusal as refusal:
        found.refusal = refusal
    except KeyboardInterrupt:
        found.refusal = Refusal(Status.INTERRUPTED, Problem.of(Code.CLI_INTERRUPTED))
    return _show(request, found, Screen(style))


def _check_usage(request: Request) -> None:
    if request.date is None:
        return
    if not is_day(request.date):
        raise usage(f"--date 要写成 2024-03-01 这样的日期，不能写“{request.date}”")
    if request.date > today():
        raise usage(f"--date 不能晚于今天（{today()}，北京时间）：没有到期的批次不能提前抽")


def _look_and_draw(request: Request, found: Round, operator: str) -> None:
    """The pools are read, and the ledger's lock is taken, only if there is something to draw."""
    path = given_path("计划", request.plan)
    file, _ = read_plan_file(path)
    directory = ledger_of(path, file) if request.ledger is None else given_path("--ledger", request.ledger)
    _look(request, found, file, _ledger_of(request, found, directory, operator))
    if not found.standing("due"):
        return
    inputs = read_inputs(path)
    with locked(directory, request.lock_wait) as store:
        session = Session(store, partial(now, operator))
        try:
            _look(request, found, inputs, session.ledger)
            _draw_due(session, inputs, found)
        finally:
            found.notes += session.notes
            found.adopted += session.adopted


def _ledger_of(request: Request, found: Round, directory: Path, operator: str) -> Ledger:
    circumstances = partial(now, operator)
    try:
        ledger = open_ledger(read_ledger(directory))
    except Refusal:  # perhaps a line that somebody is writing, or did not live to end; a ledger that is broken stays so
        with locked(directory, request.lock_wait) as store:
            session = Session(store, circumstances)
        found.adopted += session.adopted
        ledger = session.ledger
    if (note := clock_note(ledger.last, circumstances().time)) is not None:
        found.notes.append(note)
    return ledger


def _look(request: Request, found: Round, source: PlanFile | Inputs, ledger: Ledger) -> None:
    day = today()
    found.items = agenda(source.plan, source.schedule, ledger, day, request.date or day)
    found.missed = adjusted([item.missed() for item in found.standing("missed")], source.severities)


def _draw_due(session: Session, inputs: Inputs, found: Round) -> None:
    """Draw one due batch after the other.

    One that cannot be drawn, for its tasks, its day or what the ledger holds, does not keep the others from it, unless the ledger
    itself cannot be read or written.
    """
    due = found.standing("due")
    if due:
        found.notes += inputs.notes
    for item in due:
        days = adjusted([problem] if (problem := item.due.problem()) else [], inputs.severities)
        try:
            if stops(days):
                raise Refusal(Status.INPUT, *days)
            found.notes += days
            found.outcomes.append(Outcome(item, shown(draw_one(session, inputs, item.batch, None))))
        except Refusal as refusal:
            found.outcomes.append(Outcome(item, refusal=refusal))
            if refusal.status not in (Status.INPUT, Status.CONFLICT):
                break


def _show(request: Request, found: Round, screen: Screen) -> int:
    """Say what there is to say, which is nothing if nothing was due and nothing missed."""
    known = _known(found)
    show_adopted(screen, found.adopted)
    show_discreetly(screen, [one for one in known if one.severity is not Severity.NOTE or one.code == Code.LEDGER_CLOCK])
    for one in found.outcomes:
        show_outcome(screen, one)
    if found.standing("due") and found.refusal is None:
        show_skipped(screen, [item for item in found.standing("skipped") if item.state.name != "drawn"])
    show_where_lists_are(screen, found.outcomes)
    last = [] if found.refusal is None else list(found.refusal.problems)
    show_discreetly(screen, last)
    status = _status(request, found)
    problems = [*(problem for one in found.outcomes for problem in problems_of(one)), *last, *known]
    told = {"status": status, "problems": [discreet_value(problem) for problem in problems], "date": request.date or today()}
    done = [one.value() for one in found.outcomes if one.done]
    due, skipped, missed = ([item.value() for item in found.standing(name)] for name in ("due", "skipped", "missed"))
    value = {**told, "done": done, "due": due, "skipped": skipped, "missed": missed, "failed": _failed(found)}
    screen.document({**value, "adopted": adopted_value(found.adopted)})
    return status


def _known(found: Round) -> list[Problem]:
    """What is to be known, the clock once though both looks at the ledger may have seen it."""
    clocks = [one for one in found.notes if one.code == Code.LEDGER_CLOCK]
    return [*clocks[:1], *(one for one in found.notes if one.code != Code.LEDGER_CLOCK), *found.missed]


def _failed(found: Round) -> list[dict[str, object]]:
    """The due batches that are not drawn: each with its own reason, those that it did not come to with what ended the run."""
    tried = {one.item.batch: one for one in found.outcomes}
    ends = [found.refusal, *(one.refusal for one in reversed(found.outcomes))]
    reason = next((end.status.name.lower() for end in ends if end is not None), "")
    failed: list[dict[str, object]] = [one.value() for one in found.outcomes if not one.done]
    return failed + [{**item.value(), "reason": reason} for item in found.standing("due") if item.batch not in tried]


def _status(request: Request, found: Round) -> Status:
    """The gravest of all: what could not be drawn, what was missed where the plan makes an error of it, nothing due."""
    statuses = [one.refusal.status for one in found.outcomes if one.refusal is not None]
    if found.refusal is not None:
        statuses.append(found.refusal.status)
    if stops(found.missed) or any(one.shown is not None and one.shown.infeasible is not None for one in found.outcomes):
        statuses.append(Status.INFEASIBLE)
    if request.fail_if_nothing_due and found.refusal is None and not found.standing("due"):
        statuses.append(Status.NOTHING_DUE)
    return gravest(statuses)
