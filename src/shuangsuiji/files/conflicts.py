"""What a draw is refused for where the ledger holds another: its tasks, its seed, its inputs (ledger-v1, Events)."""

from collections.abc import Iterable, Mapping

from shuangsuiji.evidence.derivation import BadInputs, MissingSnapshot
from shuangsuiji.evidence.ledger import BatchState, Ledger
from shuangsuiji.evidence.lines import Event
from shuangsuiji.evidence.succession import Difference, bound_seed, held_elsewhere, tasks_of
from shuangsuiji.model.plan import Plan
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Severity, Status
from shuangsuiji.model.seed import SeedDocument


def held_tasks(
    plan: Plan, ledger: Ledger, files: Mapping[str, bytes], batches: Iterable[str], severity: Severity = Severity.ERROR
) -> list[Problem]:
    """The tasks of these batches that another batch holds: drawing them under a new name would be a redraw in disguise.

    Raises Refusal where a seal's plan cannot be read: CANNOT_VERIFY if it is not there, FAILED if it is not what was sealed.
    """
    try:
        return [problem for batch in batches for problem in _held(plan, ledger, files, batch, severity)]
    except MissingSnapshot as error:
        reason = error.reason or "ENOENT"
        problem = Problem.of(Code.FILE_UNREADABLE, Place(file=error.file), file=error.file, reason=reason)
        raise Refusal(Status.CANNOT_VERIFY, problem) from error
    except BadInputs as error:
        place = Place(file="ledger.jsonl")
        problem = Problem.of(Code.LEDGER_BROKEN, place, expected=error.expected, actual=error.actual)
        raise Refusal(Status.FAILED, problem) from error


def _held(plan: Plan, ledger: Ledger, files: Mapping[str, bytes], batch: str, severity: Severity) -> list[Problem]:
    state = ledger.state((plan.id, batch))
    if state.name == "drawn":
        return []  # what is drawn is shown, or refused for what differs
    tasks = tuple(task.id for task in plan.tasks_of(batch))
    if state.name == "sealed" and state.seal is not None:
        tasks = tasks_of(state, state.seal, files)  # what is finished is what was sealed
    held = held_elsewhere(ledger, files, (plan.id, batch), plan.cycle)
    return [_problem(task, held[task], severity) for task in tasks if task in held]


def _problem(task: str, holder: BatchState, severity: Severity) -> Problem:
    known = {"task": task, "fault": holder.name}
    if holder.event is None:  # no batch holds a task before its first event
        return Problem.of(Code.LEDGER_TASK_DRAWN, Place(), severity, **known)
    line = holder.event.line
    return Problem.of(Code.LEDGER_TASK_DRAWN, Place(file=line.file), severity, **known, other=line.batch, seq=line.seq)


def seed_conflicts(batch: str, state: BatchState, seed: SeedDocument | None) -> list[Problem]:
    """That a batch is bound to another seed than the one that was chosen; a drawn one only if that was an operator's."""
    bound = bound_seed(state)
    if seed is None or bound is None or bound == seed.text or state.event is None:
        return []
    if state.name == "drawn" and state.event.value["seed"]["class"] != "operator":
        return []
    return [Problem.of(Code.LEDGER_SEED_DIFFERS, Place(file=state.event.line.file), batch=batch, seq=state.event.line.seq)]


def conflict_with(event: Event, batch: str, differences: tuple[Difference, ...]) -> Refusal:
    """The refusal of an offer that differs in this from what stands."""
    code = Code.LEDGER_CONFLICT if event.line.type == "draw" else Code.LEDGER_SEED_KEPT
    return Refusal(
        Status.CONFLICT,
        *(
            Problem.of(
                code,
                Place(file=event.line.file),
                batch=batch,
                seq=event.line.seq,
                time=event.line.circumstances.time,
                part=one.what,
                recorded=one.recorded,
                offered=one.offered,
            )
            for one in differences
        ),
    )
