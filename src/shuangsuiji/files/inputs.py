"""A plan file and the pools it names, read whole, with every problem of every file at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.lines import SourceFile
from shuangsuiji.evidence.plan_snapshot import plan_snapshot
from shuangsuiji.evidence.snapshots import entities_snapshot, inspectors_snapshot, recusals_snapshot
from shuangsuiji.files.durable.spelling import spelled
from shuangsuiji.files.durable.storage import read_input
from shuangsuiji.files.plans.plan_file import PlanFile, read_plan
from shuangsuiji.files.plans.plan_shape import FileShape
from shuangsuiji.files.plans.severities import adjusted, stops
from shuangsuiji.files.pools.pool_checks import CHECKS
from shuangsuiji.files.pools.pool_file import PoolRead, PoolSource, cross_check, read_entities, read_inspectors, read_recusals
from shuangsuiji.files.working_days import Schedule
from shuangsuiji.model.plan import Plan
from shuangsuiji.model.pool import Pools
from shuangsuiji.model.problems import Code, Problem, Refusal, Severity, Status, gravest


@dataclass(frozen=True, eq=False, slots=True)
class Inputs:
    """All that a draw reads: the plan, the pools, the files they came from, what is worth knowing about them, and how grave the
    plan wants that to be taken, and when its batches are due."""

    plan: Plan
    pools: Pools
    ledger: Path
    sources: tuple[SourceFile, ...]
    notes: tuple[Problem, ...]
    severities: Mapping[Code, Severity]
    schedule: Schedule


@dataclass(frozen=True, eq=False, slots=True)
class Sealing:
    """The snapshots of a batch (file name to bytes), and `plan` and `inputs` as a seal holds them."""

    snapshots: dict[str, bytes]
    plan: dict[str, str]
    inputs: dict[str, dict[str, object] | None]


def read_plan_file(path: Path) -> tuple[PlanFile, SourceFile]:
    """The plan, and the file it came from. Raises Refusal."""
    data = read_input(path)
    return read_plan(data, str(path)), SourceFile("plan", spelled(path.name), canonical.sha256(data))


def ledger_of(path: Path, plan: PlanFile) -> Path:
    """Where the plan's ledger is: as the plan says, relative to its file, else `records` beside it."""
    return path.parent / (plan.ledger or "records")


def read_inputs(path: Path, thorough: bool = False) -> Inputs:
    """Read the plan at `path` and its pools; `thorough`: with all that is worth knowing of them.

    What a plan makes an error of is always looked for. Raises Refusal with the problems of all files.
    """
    plan, source = read_plan_file(path)
    thorough = thorough or any(plan.severities.get(code) is Severity.ERROR for code in CHECKS)
    until = _last_days(plan.plan) if thorough else None
    sources = [source]
    refusals: list[Refusal] = []

    def pool(role: str, named: tuple[FileShape, ...], read: Callable[[list[PoolSource]], PoolRead]) -> PoolRead | None:
        try:
            files = [PoolSource(str(path.parent / one.file), read_input(path.parent / one.file), one.sheet) for one in named]
            sources.extend(SourceFile(role, spelled(Path(file.name).name), canonical.sha256(file.data)) for file in files)
            return read(files)
        except Refusal as refusal:
            refusals.append(refusal)
            return None

    entities = pool("entities", plan.entities, lambda files: read_entities(files, thorough))
    inspectors = pool("inspectors", plan.inspectors, lambda files: read_inspectors(files, plan.plan.department_names(), until))
    recusals = pool("recusals", plan.recusals, read_recusals) if plan.recusals else None
    if refusals or entities is None or inspectors is None:
        problems = [problem for refusal in refusals for problem in refusal.problems]
        raise Refusal(gravest([refusal.status for refusal in refusals]), *adjusted(problems, plan.severities))
    pools = Pools(entities.pool, inspectors.pool, recusals.pool if recusals else None)
    read = [one for one in (entities, inspectors, recusals) if one]
    notes = (*plan.notes, *(note for one in read for note in one.notes))
    if pools.recusals is not None:
        notes = (*notes, *cross_check(pools.entities, pools.inspectors, pools.recusals))
    notes = adjusted(notes, plan.severities)
    if stops(notes):
        raise Refusal(Status.INPUT, *notes)
    return Inputs(plan.plan, pools, ledger_of(path, plan), tuple(sources), notes, plan.severities, plan.schedule)


def _last_days(plan: Plan) -> dict[str, str]:
    """The last day of the last task of each department."""
    last: dict[str, str] = {}
    for task in plan.tasks:
        for department in (task.initiator, *task.cooperators):
            last[department] = max(last.get(department, ""), task.window.end)
    return last


def sealing(inputs: Inputs, batch: str) -> Sealing:
    """The snapshots of `batch` and what a seal says of them."""
    snapshots: dict[str, bytes] = {}

    def keep(data: bytes, ending: str) -> str:
        digest = canonical.sha256(data)
        snapshots[f"snapshots/{digest}.{ending}"] = data
        return digest

    plan, pools = inputs.plan, inputs.pools
    tables = {
        "entities": (pools.entities, entities_snapshot(pools.entities, plan.tasks_of(batch))),
        "inspectors": (pools.inspectors, inspectors_snapshot(pools.inspectors)),
        "recusals": None if pools.recusals is None else (pools.recusals, recusals_snapshot(pools.recusals)),
    }
    return Sealing(
        snapshots=snapshots,
        plan={"id": plan.id, "title": plan.title, "snapshot": keep(plan_snapshot(plan, batch), "json")},
        inputs={
            role: None if table is None else {"snapshot": keep(table[1], "csv"), "rows": len(table[0])}
            for role, table in tables.items()
        },
    )
