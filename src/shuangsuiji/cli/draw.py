"""`draw`: read, draw, record, and only then show."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shuangsuiji.cli.batches import batch_rows, show_batches
from shuangsuiji.cli.circumstances import now, operator_name
from shuangsuiji.draw.drawing import Draw, draw, input_problems
from shuangsuiji.evidence.derivation import SealedInputs
from shuangsuiji.evidence.ledger import GENESIS
from shuangsuiji.evidence.record import Provenance, record_value
from shuangsuiji.files.conduct import Conducted, Session
from shuangsuiji.files.entropy import chosen_seed, fresh_seed
from shuangsuiji.files.inputs import Inputs, read_inputs, sealing
from shuangsuiji.files.ledger_file import open_ledger
from shuangsuiji.files.storage import check_export, locked, read_ledger, write_export
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import Plan, Window, needs_history
from shuangsuiji.model.problems import Code, Problem, Refusal, Status
from shuangsuiji.model.seed import SeedDocument
from shuangsuiji.screen import draw_view, export
from shuangsuiji.screen.console import Screen, Style, prepare_streams
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
    prepare_streams()
    screen = Screen(style, REHEARSAL if request.rehearse else "")
    _check_usage(request)
    if request.out is not None:
        check_export(Path(request.out), export.FIRST_LINE)
    seed = chosen_seed(request.seed)
    operator = operator_name(request.operator)
    inputs = read_inputs(Path(request.plan))
    directory = Path(request.ledger) if request.ledger else inputs.ledger
    batches = _batches(request, inputs, directory, screen)
    if not batches:
        return Status.USAGE
    notes = [note for note in inputs.notes if note.severity != "note"]
    if not style.json:
        show_problems(screen, notes)
    if request.rehearse:
        return _rehearse(request, inputs, directory, batches, screen)
    with locked(directory, request.lock_wait) as store:
        session = Session(store, lambda: now(operator))
        conducted = _conduct(session, inputs, batches, seed, request.every)
    return _show(request, inputs, conducted, screen)


def _check_usage(request: Request) -> None:
    if request.rehearse and request.seed is not None:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_REHEARSAL_SEEDED))
    if request.every and request.batch is not None:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_USAGE, what="--batch 和 --all 只能用一个"))


def _batches(request: Request, inputs: Inputs, directory: Path, screen: Screen) -> tuple[str, ...]:
    """The batches asked for. Without any, shows what there is; for an unknown one raises Refusal(USAGE)."""
    known = inputs.plan.batches
    if request.every:
        return known
    if request.batch in known and request.batch is not None:
        return (request.batch,)
    ledger = open_ledger(read_ledger(directory))
    if request.batch is None:
        show_batches(screen, inputs.plan, ledger)
        problem = Problem.of(Code.CLI_BATCH_MISSING)
        show_problems(screen, [problem])
        rows = batch_rows(inputs.plan, ledger)
        screen.document({"status": Status.USAGE, "problems": [problem_value(problem)], "batches": rows})
        return ()
    raise Refusal(Status.USAGE, Problem.of(Code.CLI_UNKNOWN_BATCH, batch=request.batch, known="、".join(known)))


def _conduct(
    session: Session, inputs: Inputs, batches: tuple[str, ...], seed: SeedDocument | None, every: bool
) -> list[Conducted]:
    """Draw the batches in order, stopping after the first that turns out infeasible.

    `--all` passes over drawn batches; a seed given to it must be that of every drawn batch of class `operator`.
    """
    if not every:
        return [session.draw(inputs, batches[0], seed, fresh_seed)]
    session.check(inputs, batches, seed)
    conducted = []
    for batch in batches:
        if session.ledger.state((inputs.plan.id, batch)).name == "drawn":
            continue
        conducted.append(session.draw(inputs, batch, seed, fresh_seed))
        if conducted[-1].infeasible is not None:
            break
    return conducted


def _show(request: Request, inputs: Inputs, conducted: list[Conducted], screen: Screen) -> int:
    """Show every draw, then write the list where one was asked for."""
    records = [(one.inputs.plan, one.event.value) for one in conducted if one.infeasible is None]
    if not conducted:
        screen.say("各批次均已抽取，台账没有变化。")
    for one in conducted:
        _show_one(one, request, screen)
    if request.out is not None and records:
        write_export(Path(request.out), export.list_csv(inputs.plan, inputs.pools.entities, records), export.FIRST_LINE)
        screen.say(f"名单已另存为 {request.out}")
    status = Status.INFEASIBLE if any(one.infeasible is not None for one in conducted) else Status.DONE
    screen.document({"status": status, "problems": [], "draws": [_value(one) for one in conducted]})
    return status


def _show_one(one: Conducted, request: Request, screen: Screen) -> None:
    line = one.event.line
    if one.infeasible is not None:
        again = "" if one.new else "（输入没有变化，台账未再写入）"
        screen.problem(f"批次 {line.batch} 无法派出检查组{again}，失败已记入台账第 {line.seq} 条。")
        draw_view.show_infeasible(screen, one.infeasible, one.inputs)
        return
    screen.heading(f"════ {line.plan} 批次 {line.batch} ════")
    draw_view.show_record(screen, one.event.value, _windows(one.inputs.plan))
    screen.say()
    for words in draw_view.seed_words(one.event.value["seed"], future=request.every):
        screen.say(words)
    done = "已记入台账" if one.new else f"早已抽取（{line.circumstances.time}），以上是原结果，台账没有变化："
    screen.say(f"{done}第 {line.seq} 条，抽取记录 SHA-256 {line.sha256}")


def _value(one: Conducted) -> dict[str, Any]:
    line = one.event.line
    value = {"plan": line.plan, "batch": line.batch, "seq": line.seq, "new": one.new, "sha256": line.sha256}
    return {**value, "infeasible" if one.infeasible else "record": one.event.value}


def _windows(plan: Plan) -> dict[str, Window]:
    return {task.id: task.window for task in plan.tasks}


def _rehearse(request: Request, inputs: Inputs, directory: Path, batches: tuple[str, ...], screen: Screen) -> int:
    """Draw with throw-away seeds and write nothing at all."""
    ledger = open_ledger(read_ledger(directory))
    values = []
    for batch in batches:
        if problems := input_problems(inputs.plan, batch, inputs.pools.entities):
            raise Refusal(Status.INPUT, *problems)
        seed = fresh_seed()
        needed = needs_history(inputs.plan.tasks_of(batch))
        history = ledger.history(inputs.plan.cycle) if needed else History()
        outcome = draw(inputs.plan, batch, inputs.pools, history, seed.sha256)
        screen.heading(f"════ {inputs.plan.id} 批次 {batch} ════")
        if not isinstance(outcome, Draw):
            draw_view.show_infeasible(screen, outcome, SealedInputs(inputs.plan, inputs.pools))
            return Status.INFEASIBLE
        sealed = sealing(inputs, batch)
        source = Provenance(sealed.plan, inputs.plan.cycle, sealed.inputs, list(history.digests), GENESIS)
        inspectors = inputs.pools.inspectors
        names = dict(zip(inspectors.ids, inspectors.columns["name"], strict=True))
        values.append(record_value(outcome, source, seed, names))
        draw_view.show_record(screen, values[-1], _windows(inputs.plan))
        screen.say("这是演练：种子用后即弃，没有写任何文件，结果不作数。")
    screen.document({"status": Status.DONE, "rehearsal": True, "problems": [], "draws": values})
    return Status.DONE
