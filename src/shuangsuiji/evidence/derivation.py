"""From a seal and its snapshots to the answer it must have: the one path that drawing and verifying share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from shuangsuiji.draw.drawing import Draw, Infeasible, draw, input_problems
from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.lines import Event, EventType
from shuangsuiji.evidence.plan_snapshot import decode_plan
from shuangsuiji.evidence.record import Provenance, failure_value, record_value
from shuangsuiji.evidence.snapshots import (
    BadSnapshot,
    LaterForm,
    decode_entities,
    decode_inspectors,
    decode_recusals,
    entities_snapshot,
)
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import Plan
from shuangsuiji.model.pool import Pool, Pools
from shuangsuiji.model.seed import SeedDocument

T = TypeVar("T")


@dataclass(frozen=True, eq=False, slots=True)
class SealedInputs:
    """What a seal froze, read back from its snapshots."""

    plan: Plan
    pools: Pools


@dataclass(frozen=True, eq=False, slots=True)
class Answer:
    """What a seal must be answered with: a record (`draw`) or a failure, as values and as an event's JSON."""

    outcome: Draw | Infeasible
    value: dict[str, Any]

    @property
    def event_type(self) -> EventType:
        """`draw` or `failure`."""
        return "draw" if isinstance(self.outcome, Draw) else "failure"


class BadInputs(ValueError):
    """Snapshots that are not what the seal says. `expected` and `actual` are English."""

    def __init__(self, expected: str, actual: str) -> None:
        super().__init__(expected, actual)
        self.expected = expected
        self.actual = actual


def snapshot_files(seal: dict[str, Any]) -> dict[str, str]:
    """The snapshot files that a seal needs, by role, relative to the ledger."""
    files = {"plan": f"snapshots/{seal['plan']['snapshot']}.json"}
    for role, source in seal["inputs"].items():
        if source is not None:
            files[role] = f"snapshots/{source['snapshot']}.csv"
    return files


class MissingSnapshot(LookupError):
    """A snapshot that is not there, cannot be read, or has a form that this program cannot use (`reason`)."""

    def __init__(self, file: str, reason: str = "") -> None:
        super().__init__(file, reason)
        self.file = file
        self.reason = reason


def sealed_inputs(seal: dict[str, Any], files: Mapping[str, bytes]) -> SealedInputs:
    """The inputs of a seal from the ledger's `files`. Raises BadInputs where they are not what it says,
    else MissingSnapshot."""
    needed = snapshot_files(seal)
    for role, file in needed.items():
        if file in files and (digest := canonical.sha256(files[file])) not in file:
            raise BadInputs(f"{role} in {file}", f"sha256 {digest}")
    for file in needed.values():
        if file not in files:
            raise MissingSnapshot(file)
    data = {role: files[file] for role, file in needed.items()}
    try:
        plan = _decoded("plan", data, decode_plan)
    except LaterForm as error:
        raise MissingSnapshot(needed["plan"], str(error)) from error
    recusals = _decoded("recusals", data, decode_recusals) if "recusals" in data else None
    pools = Pools(_decoded("entities", data, decode_entities), _decoded("inspectors", data, decode_inspectors), recusals)
    _check_plan(seal, plan)
    for role, pool in (("entities", pools.entities), ("inspectors", pools.inspectors), ("recusals", pools.recusals)):
        if pool is not None and len(pool) != seal["inputs"][role]["rows"]:
            raise BadInputs(f"{seal['inputs'][role]['rows']} rows of {role}", f"{len(pool)}")
    named = {column for task in plan.tasks for column in task.columns}
    if not named <= set(pools.entities.columns) or entities_snapshot(pools.entities, plan.tasks) != data["entities"]:
        raise BadInputs("an entities snapshot with the columns that the plan names", "other columns")
    return SealedInputs(plan, pools)


def check_drawable(seal: dict[str, Any], inputs: SealedInputs) -> None:
    """Raises BadInputs for an input error (draw-v1 §0): nobody could honestly have sealed it."""
    if problems := input_problems(inputs.plan, seal["batch"], inputs.pools.entities):
        raise BadInputs("inputs that can be drawn from", ", ".join(sorted({problem.code for problem in problems})))


def _decoded(role: str, data: dict[str, bytes], decode: Callable[[bytes], T]) -> T:
    try:
        return decode(data[role])
    except BadSnapshot as error:
        raise BadInputs(f"a snapshot of {role}", error.reason) from error


def _check_plan(seal: dict[str, Any], plan: Plan) -> None:
    for name, must, found in (
        ("plan id", seal["plan"]["id"], plan.id),
        ("plan title", seal["plan"]["title"], plan.title),
        ("cycle", seal["cycle"], plan.cycle),
        ("batch", seal["batch"], plan.tasks[0].batch),
    ):
        if must != found:
            raise BadInputs(f"{name} {must}", f"{name} {found}")


def answer(seal: Event, inputs: SealedInputs, history: History, seed: SeedDocument) -> Answer:
    """The answer to `seal`. Raises Refusal(INPUT) for inputs that could not have been sealed (`check_drawable`)."""
    outcome = draw(inputs.plan, seal.value["batch"], inputs.pools, history, seed.sha256)
    if isinstance(outcome, Infeasible):
        return Answer(outcome, failure_value(outcome, seal.line.sha256))
    source = Provenance(seal.value["plan"], seal.value["cycle"], seal.value["inputs"], seal.value["history"], seal.line.sha256)
    return Answer(outcome, record_value(outcome, source, seed, _names(inputs.pools.inspectors)))


def _names(inspectors: Pool) -> dict[str, str]:
    return dict(zip(inspectors.ids, inspectors.columns["name"], strict=True))
