"""`draw`: read, draw, record, and only then show."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from shuangsuiji.cli.batches import batch_rows, show_batches
from shuangsuiji.cli.circumstances import given_path, now, operator_name
from shuangsuiji.cli.steps import attempted, check_all, check_raised, draw_one, refused, shown
from shuangsuiji.draw.drawing import Draw, draw, input_problems
from shuangsuiji.evidence.derivation import SealedInputs
from shuangsuiji.evidence.lines import GENESIS
from shuangsuiji.evidence.record import Provenance, record_value
from shuangsuiji.files.conduct import Conducted, Session
from shuangsuiji.files.conflicts import held_tasks
from shuangsuiji.files.durable.storage import check_export, locked, read_ledger, write_export
from shuangsuiji.files.entropy import chosen_seed, fresh_seed
from shuangsuiji.files.inputs import Inputs, read_inputs, sealing
from shuangsuiji.files.ledgers.ledger_file import open_ledger
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import needs_history
from shuangsuiji.model.problems import Code, Problem, Refusal, Severity, Status
from shuangsuiji.model.seed import SeedDocument
from shuangsuiji.screen import draw_view, export
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.infeasible_view import Shown, infeasible_problems
from shuangsuiji.screen.reporting import problem_value, show_problems

REHEARSAL = "【演练】"


@dataclass(frozen=True, slots=True)
class Request:
    """What was typed after `draw`."""

    plan: str
    batch: str | None
    every: bool
    seed: str | None
    rehearse: bool
    ledger: str | None
    operator: str | None
    out: str | None
    lock_wait: float


def run(request: Request, style: Style) -> int:
    """Draw what was asked for; the status to exit with."""
    screen = Screen(style, REHEARSAL if request.rehearse else "")
    _check_usage(request)
    seed = chosen_seed(request.seed)
    operator = operator_name(request.operator)
    inputs = read_inputs(given_path("计划", request.plan))
    directory = given_path("--ledger", request.ledger) if request.ledger is not None else inputs.ledger
    batches = _batches(request, inputs, directory, screen)
    if not batches:
        return Status.USAGE
    if request.rehearse:
        return _show(request, inputs, _rehearsed(inputs, directory, batches), [], screen)
    with locked(directory, request.lock_wait) as store:
        session = Session(store, lambda: now(operator))
        found = attempted(lambda: _conduct(session, inputs, batches, seed, request))
    if isinstance(found, Refusal):
        return refused(screen, found, session.adopted)
    before, conducted = found
    return _show(request, inputs, [shown(one) for one in conducted], [shown(one) for one in before], screen, session)


def _check_usage(request: Request) -> None:
    if request.rehearse and request.seed is not None:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_REHEARSAL_SEEDED))
    if request.rehearse and request.out is not None:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_USAGE, what="演练不写任何文件，不能与 --out 同用"))
    if request.every and request.batch is not None:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_USAGE, what="--batch 和 --all 只能用一个"))
    if request.out is not None:
        check_export(given_path("--out", request.out), export.FIRST_LINE)


def _batches(request: Request, inputs: Inputs, directory: Path, screen: Screen) -> tuple[str, ...]:
    """The batches asked for. Without any, shows what there is; for an unknown one raises Refusal(USAGE)."""
    known = inputs.plan.batches
    if request.every:
        return known
    if request.batch in known and request.batch is not None:
        return (request.batch,)
    if request.batch is not None:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_UNKNOWN_BATCH, batch=request.batch, known="、".join(known)))
    ledger = open_ledger(read_ledger(directory))
    show_batches(screen, inputs.plan, ledger)
    problem = Problem.of(Code.CLI_BATCH_MISSING)
    show_problems(screen, [problem])
    rows = batch_rows(inputs.plan, ledger)
    screen.document({"status": Status.USAGE, "problems": [problem_value(problem)], "batches": rows})
    return ()


def _conduct(
    session: Session, inputs: Inputs, batches: tuple[str, ...], seed: SeedDocument | None, request: Request
) -> tuple[list[Conducted], list[Conducted]]:
    """Draw the batches in order, stopping after the first that turns out infeasible; `--all` passes over drawn ones.

    Returns those passed over, where a list of all is wanted, and those drawn.
    """
    if not request.every:
        return [], [draw_one(session, inputs, batches[0], seed)]
    check_all(session, inputs, batches, seed)
    before, conducted = [], []
    for batch in batches:
        if (live := session.live(inputs, batch)) is not None:
            before.append(live)
            continue
        conducted.append(draw_one(session, inputs, batch, seed))
        if conducted[-1].infeasible is not None:
            break
    return before, conducted


def _show(
    request: Request,
    inputs: Inputs,
    outcomes: list[Shown],
    before: list[Shown],
    screen: Screen,
    session: Session | None = None,
) -> int:
    """Show every draw, then write the list where one was asked for."""
    adopted = [] if session is None else session.adopted
    notes = [] if session is None else session.notes
    warnings = [*(note for note in inputs.notes if note.severity != Severity.NOTE), *notes]
    problems = [problem for one in outcomes for problem in infeasible_problems(one)]
    draw_view.show_adopted(screen, adopted)
    show_problems(screen, warnings)
    if not outcomes:
        screen.say("各批次均已抽取，台账没有变化。")
    for one in outcomes:
        draw_view.show_outcome(screen, one, every=request.every)
    if request.every and any(one.infeasible is not None for one in outcomes):
        screen.problem("后面的批次没有抽取；处理好以后再运行一次，会接着抽。")
    drawn = [one for one in (*before, *outcomes) if one.record is not None]
    if request.out is not None and drawn:
        rows = [(one.inputs.plan, one.record) for one in drawn if one.record is not None]
        write_export(Path(request.out), export.list_csv(inputs.plan, inputs.pools.entities, rows), export.FIRST_LINE)
        screen.say(f"名单（{len(drawn)} 个批次）已另存为 {request.out}")
    status = Status.INFEASIBLE if problems else Status.DONE
    told = [problem_value(problem) for problem in (*problems, *warnings)]
    value: dict[str, Any] = {"status": status, "problems": told, "rehearsal": request.rehearse}
    draws = [draw_view.outcome_value(one) for one in outcomes]
    screen.document({**value, "draws": draws, "adopted": draw_view.adopted_value(adopted)})
    return status


def _rehearsed(inputs: Inputs, directory: Path, batches: tuple[str, ...]) -> list[Shown]:
    """Draw with throw-away seeds and write nothing at all. Raises Refusal(INPUT) as a draw would."""
    stored = read_ledger(directory)
    ledger = open_ledger(stored)
    if problems := held_tasks(inputs.plan, ledger, stored.files, batches):
        raise Refusal(Status.CONFLICT, *problems)
    if problems := [problem for batch in batches for problem in input_problems(inputs.plan, batch, inputs.pools.entities)]:
        raise Refusal(Status.INPUT, *problems)
    check_raised(inputs, ledger, batches)
    outcomes = []
    for batch in batches:
        seed = fresh_seed()
        needed = needs_history(inputs.plan.tasks_of(batch))
        history = ledger.history(inputs.plan.cycle) if needed else History()
        outcome = draw(inputs.plan, batch, inputs.pools, history, seed.sha256)
        one = Shown(batch, None, None, SealedInputs(inputs.plan, inputs.pools))
        if isinstance(outcome, Draw):
            sealed = sealing(inputs, batch)
            source = Provenance(sealed.plan, inputs.plan.cycle, sealed.inputs, list(history.digests), GENESIS)
            inspectors = inputs.pools.inspectors
            names = dict(zip(inspectors.ids, inspectors.columns["name"], strict=True))
            outcomes.append(replace(one, record=record_value(outcome, source, seed, names)))
        else:
            outcomes.append(replace(one, infeasible=outcome))
    return outcomes
