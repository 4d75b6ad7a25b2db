"""What `draw` does next with a batch, given where it stands (ledger-v1, Events): a decision, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.derivation import BadInputs, MissingSnapshot, snapshot_files
from shuangsuiji.evidence.ledger import BatchState, Ledger
from shuangsuiji.evidence.lines import BatchKey, Event
from shuangsuiji.evidence.plan_snapshot import decode_plan
from shuangsuiji.evidence.snapshots import BadSnapshot, LaterForm
from shuangsuiji.model.seed import SeedDocument


@dataclass(frozen=True, slots=True)
class Offer:
    """What the caller would draw from: JSON values as a seal holds them, and the seed he chose, if any."""

    plan: dict[str, Any]
    cycle: str
    inputs: dict[str, Any]
    history: list[str]
    seed: SeedDocument | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which the offer differs from what is recorded: its name (`entities`, `seed`, …) and both sides."""

    what: str
    recorded: str
    offered: str


@dataclass(frozen=True, slots=True)
class AlreadyDrawn:
    """Show the record; write nothing."""

    record: Event


@dataclass(frozen=True, slots=True)
class Conflict:
    """Refuse: `event` stands, and the offer differs from it."""

    event: Event
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Finish:
    """Answer this seal, from its snapshots and not from today's files."""

    seal: Event


@dataclass(frozen=True, slots=True)
class Waiting:
    """The seal's seed is still to come."""

    seal: Event


@dataclass(frozen=True, slots=True)
class StillInfeasible:
    """The same inputs failed before and would fail again; write nothing."""

    failure: Event
    seal: Event


@dataclass(frozen=True, slots=True)
class SealNow:
    """Write a seal; with this seed document if the batch is bound to one or one was chosen, else with a fresh seed."""

    seed_document: str | None


Decision = AlreadyDrawn | Conflict | Finish | Waiting | StillInfeasible | SealNow


def decide(state: BatchState, offer: Offer) -> Decision:
    """The next step for a batch in `state`."""
    seed = _seed_difference(state, offer)
    if state.name == "drawn" and state.event is not None:
        differences = (*_input_differences(state.event.value, offer), *seed)
        return Conflict(state.event, differences) if differences else AlreadyDrawn(state.event)
    if seed and state.event is not None:
        return Conflict(state.event, seed)
    if state.kept_entropy is not None and state.event is not None:
        return Conflict(state.event, (Difference("seed", "still to come", "known now"),))
    if state.name == "sealed" and state.seal is not None:
        return Waiting(state.seal) if state.seal.value["seed_document"] is None else Finish(state.seal)
    if state.name == "failed" and state.event is not None and state.seal is not None:
        same = not _input_differences(state.seal.value, offer) and state.seal.value["history"] == offer.history
        if same:
            return StillInfeasible(state.event, state.seal)
    return SealNow(state.kept_seed or (offer.seed.text if offer.seed else None))


def holds_tasks(state: BatchState) -> bool:
    """Whether a batch keeps its tasks from every other name: it is drawn, or whoever draws it must go on with what was sealed."""
    return state.name in ("drawn", "sealed", "failed") or state.kept_seed is not None or state.kept_entropy is not None


def held_elsewhere(ledger: Ledger, files: Mapping[str, bytes], key: BatchKey, cycle: str) -> dict[str, BatchState]:
    """The tasks of plan and cycle that other batches hold, by id, each with its holder's state: those of a live draw, else those
    of the batch's last seal.

    Under a new name such a task would get a new seed. Raises MissingSnapshot or BadInputs where a seal's plan cannot be read,
    since nothing is known then of what it holds.
    """
    seals = {event.line.key: event for event in ledger.events if event.line.type == "seal"}
    held: dict[str, BatchState] = {}
    for other, state in (ledger.states or {}).items():
        if other[0] == key[0] and other != key and holds_tasks(state) and seals[other].value["cycle"] == cycle:
            held |= dict.fromkeys(tasks_of(state, seals[other], files), state)
    return held


def tasks_of(state: BatchState, seal: Event, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The ids of the tasks that a batch in `state` has drawn, else of those in its last `seal`."""
    if state.name == "drawn" and state.event is not None:
        return tuple(task["id"] for task in state.event.value["tasks"])
    file = snapshot_files(seal.value)["plan"]
    if file not in files:
        raise MissingSnapshot(file)
    if (digest := canonical.sha256(files[file])) != seal.value["plan"]["snapshot"]:
        raise BadInputs(f"plan in {file}", f"sha256 {digest}")
    try:
        return tuple(task.id for task in decode_plan(files[file]).tasks)
    except LaterForm as error:
        raise MissingSnapshot(file, str(error)) from error
    except BadSnapshot as error:
        raise BadInputs("a snapshot of plan", error.reason) from error


def bound_seed(state: BatchState) -> str | None:
    """The seed document that a batch was drawn with, or must be drawn with; None if it is free."""
    if state.name == "drawn" and state.event is not None:
        return str(state.event.value["seed"]["document"])
    return state.kept_seed


def _seed_difference(state: BatchState, offer: Offer) -> tuple[Difference, ...]:
    bound = bound_seed(state)
    if offer.seed is None or bound is None or offer.seed.text == bound:
        return ()
    return (Difference("seed", _one_line(bound), _one_line(offer.seed.text)),)


def _one_line(document: str) -> str:
    return " ".join(document.splitlines()[1:])


def _input_differences(recorded: dict[str, Any], offer: Offer) -> tuple[Difference, ...]:
    def digest(source: dict[str, Any] | None) -> str:
        return "-" if source is None else source["snapshot"]

    pairs = [
        ("plan", digest(recorded["plan"]), digest(offer.plan)),
        *(
            (role, digest(recorded["inputs"][role]), digest(offer.inputs[role]))
            for role in ("entities", "inspectors", "recusals")
        ),
    ]
    return tuple(Difference(what, old, new) for what, old, new in pairs if old != new)
