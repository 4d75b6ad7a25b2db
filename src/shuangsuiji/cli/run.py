"""`run --due`: draw every batch that is due, exactly once, with nobody there to watch."""

from dataclasses import dataclass
from functools import partial

from shuangsuiji.cli.circumstances import given_path, now, operator_name, today
from shuangsuiji.cli.pools import usage
from shuangsuiji.cli.steps import check_all, draw_one, shown
from shuangsuiji.evidence.ledger import Ledger
from shuangsuiji.files.agenda import Item, agenda
from shuangsuiji.files.conduct import Session
from shuangsuiji.files.durable.storage import locked, read_ledger
from shuangsuiji.files.inputs import Inputs, ledger_of, read_inputs, read_plan_file
from shuangsuiji.files.ledgers.ledger_file import open_ledger
from shuangsuiji.files.plans.plan_file import PlanFile
from shuangsuiji.files.plans.severities import adjusted, stops
from shuangsuiji.model.problems import Problem, Refusal, Severity, Status, gravest
from shuangsuiji.model.text import is_day
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.infeasible_view import infeasible_problems
from shuangsuiji.screen.reporting import problem_value, show_problems
from shuangsuiji.screen.run_view import Outcome, show_outcome, show_skipped, show_where_lists_are


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


@dataclass(frozen=True, eq=False, slots=True)
class Round:
    """What one run found and did: every batch as it stood when the run looked, how the due ones ended, what is to be known."""

    items: tuple[Item, ...]
    missed: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    @property
    def due(self) -> tuple[Item, ...]:
        """The batches to be drawn."""
        return tuple(item for item in self.items if item.standing == "due")


def run(request: Request, style: Style) -> int:
    """Draw what is due; the status to exit with."""
    _check_usage(request)
    operator = operator_name(request.operator)
    found = _look_and_draw(request, operator)
    return _show(request, found, Screen(style))


def _check_usage(request: Request) -> None:
    if not request.due:
        raise usage("run 后面要写 --due，即抽取到期的批次；抽取指定的批次用 draw")
    if request.date is None:
        return
    if not is_day(request.date):
        raise usage(f"--date 要写成 2024-03-01 这样的日期，不能写“{request.date}”")
    if request.date > today():
        raise usage(f"--date 不能晚于今天（{today()}，北京时间）：没有到期的批次不能提前抽")


def _look_and_draw(request: Request, operator: str) -> Round:
    """The pools are read, and the ledger's lock is taken, only if there is something to draw."""
    path = given_path("计划", request.plan)
    file, _ = read_plan_file(path)
    directory = ledger_of(path, file) if request.ledger is None else given_path("--ledger", request.ledger)
    circumstances = partial(now, operator)
    try:
        ledger = open_ledger(read_ledger(directory))
    except Refusal:  # perhaps a line that somebody is writing, or did not live to end; a ledger that is broken stays so
        with locked(directory, request.lock_wait) as store:
            ledger = Session(store, circumstances).ledger
    found = _standing(request, file, ledger)
    if not found.due:
        return found
    inputs = read_inputs(path)
    with locked(directory, request.lock_wait) as store:
        session = Session(store, circumstances)
        found = _standing(request, inputs, session.ledger)
        return _draw_due(session, inputs, found) if found.due else found


def _standing(request: Request, source: PlanFile | Inputs, ledger: Ledger) -> Round:
    day = today()
    items = agenda(source.plan, source.schedule, ledger, day, request.date or day)
    return Round(items, adjusted([item.missed() for item in items if item.standing == "missed"], source.severities))


def _draw_due(session: Session, inputs: Inputs, found: Round) -> Round:
    """Draw one due batch after the other. Raises Refusal(INPUT) if anything is to be mended first: then none is drawn.

    One that cannot be drawn does not keep the others from it, unless the ledger itself cannot be written.
    """
    days = adjusted([problem for item in found.due if (problem := item.due.problem())], inputs.severities)
    if stops(days):
        raise Refusal(Status.INPUT, *days)
    check_all(session, inputs, tuple(item.batch for item in found.due), None)
    outcomes: list[Outcome] = []
    for item in found.due:
        try:
            outcomes.append(Outcome(item, shown(draw_one(session, inputs, item.batch, None))))
        except Refusal as refusal:
            outcomes.append(Outcome(item, refusal=refusal))
            if refusal.status not in (Status.INPUT, Status.CONFLICT):
                break
    return Round(found.items, found.missed, (*inputs.notes, *days, *session.notes), tuple(outcomes))


def _show(request: Request, found: Round, screen: Screen) -> int:
    """Say what there is to say, which is nothing if nothing was due and nothing missed."""
    known = [*found.notes, *found.missed]
    show_problems(screen, [one for one in known if one.severity is not Severity.NOTE])
    for one in found.outcomes:
        show_outcome(screen, one)
    if found.due:
        show_skipped(screen, [item for item in found.items if item.standing == "skipped" and item.state.name != "drawn"])
    show_where_lists_are(screen, found.outcomes)
    status = _status(request, found)
    problems = [*(problem for one in found.outcomes for problem in _problems(one)), *known]
    told = {"status": status, "problems": [problem_value(problem) for problem in problems], "date": request.date or today()}
    done, failed = ([one.value() for one in found.outcomes if one.done is done] for done in (True, False))
    due, skipped, missed = (
        [item.value() for item in found.items if item.standing == name] for name in ("due", "skipped", "missed")
    )
    screen.document({**told, "done": done, "due": due, "skipped": skipped, "missed": missed, "failed": failed})
    return status


def _problems(one: Outcome) -> list[Problem]:
    if one.refusal is not None:
        return list(one.refusal.problems)
    return [] if one.shown is None else infeasible_problems(one.shown)


def _status(request: Request, found: Round) -> Status:
    """The gravest of all: what could not be drawn, what was missed where the plan makes an error of it, nothing due."""
    statuses = [one.refusal.status for one in found.outcomes if one.refusal is not None]
    if stops(found.missed) or any(one.shown is not None and one.shown.infeasible is not None for one in found.outcomes):
        statuses.append(Status.INFEASIBLE)
    if request.fail_if_nothing_due and not found.due:
        statuses.append(Status.NOTHING_DUE)
    return gravest(statuses)
