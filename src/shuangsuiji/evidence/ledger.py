"""What the events of a ledger add up to: the state of every batch, the live draws, the history of the next one (ledger-v1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from shuangsuiji.evidence.lines import GENESIS, LEDGER_SCHEMA, BatchKey, Event, Line
from shuangsuiji.evidence.record import past_draw
from shuangsuiji.model.history import History

StateName = Literal["open", "sealed", "failed", "drawn", "void", "unknown"]


@dataclass(frozen=True, slots=True)
class LedgerBytes:
    """A ledger as it lies there: `ledger.jsonl` (None if it is not there) and its other files by relative path.

    `unreadable` maps the files that are there but cannot be read to the reason.
    """

    lines: bytes | None
    files: Mapping[str, bytes]
    unreadable: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BatchState:
    """Where a batch stands: its state, the event that put it there, its last seal, and the seed it is bound to.

    `kept_seed` is the seed document that the next seal must carry, or None if it is free; `kept_entropy` what it must leave open
    with the same entropy, where a seal was taken back before its seed was known.
    `failure` is the last failure while the batch is failed. `live` are the draws of an `unknown` batch that no void has named.
    """

    name: StateName = "open"
    event: Event | None = None
    seal: Event | None = None
    kept_seed: str | None = None
    live: tuple[Event, ...] = ()
    kept_entropy: Sequence[Mapping[str, object]] | None = None

    @property
    def seed_lost(self) -> bool:
        """Whether the batch is bound to a seed that nothing in the ledger holds: a failure does not say how an open seal was
        answered."""
        return self.name == "failed" and self.kept_seed is None

    @property
    def live_draws(self) -> tuple[Event, ...]:
        """The draws that are live: at most one while the state is known."""
        return (self.event,) if self.name == "drawn" and self.event is not None else self.live


class OutOfPlace(ValueError):
    """An event that its batch's state does not allow. `expected` and `actual` are English."""

    def __init__(self, expected: str, actual: str) -> None:
        super().__init__(expected, actual)
        self.expected = expected
        self.actual = actual


def after(state: BatchState, event: Event) -> BatchState:
    """The state of a batch after one more event. Raises OutOfPlace where ledger-v1 does not allow it.

    In a batch of which an event could not be read every event is in place, and nothing is known after it either, but which draws
    are live.
    """
    if state.name == "unknown":
        return _after_unknown(state, event)
    match event.line.type:
        case "seal":
            return _after_seal(state, event)
        case "draw" | "failure":
            if state.name != "sealed" or state.seal is None or event.value["seal"] != state.seal.line.sha256:
                pending = state.seal.line.sha256 if state.name == "sealed" and state.seal else "none"
                raise OutOfPlace(f"an answer to the pending seal ({pending})", f"{event.line.type} of seal {event.value['seal']}")
            return _answered(state, event)
        case _:  # "void"
            return _after_void(state, event)


def _after_unknown(state: BatchState, event: Event) -> BatchState:
    live = state.live
    if event.line.type == "draw":
        live = (*live, event)
    elif event.line.type == "void":
        live = tuple(draw for draw in live if draw.line.hash != event.value["target"])
    return BatchState("unknown", live=live)


def _answered(state: BatchState, event: Event) -> BatchState:
    name: StateName = "drawn" if event.line.type == "draw" else "failed"
    return BatchState(name, event, state.seal, state.kept_seed)


def _after_seal(state: BatchState, event: Event) -> BatchState:
    document = event.value["seed_document"]
    if state.name in ("sealed", "drawn"):
        raise OutOfPlace("no seal while the batch is sealed or drawn", f"a seal while it is {state.name}")
    if state.kept_seed is not None and document != state.kept_seed:
        raise OutOfPlace("the seed document that the batch is bound to", "another one, or none yet")
    if state.kept_entropy is not None and (document is not None or event.value["entropy"] != state.kept_entropy):
        raise OutOfPlace("a seal that leaves the same entropy open", "another")
    return BatchState("sealed", event, event, document)


def _after_void(state: BatchState, event: Event) -> BatchState:
    target = event.value["target"]
    if state.name not in ("sealed", "drawn") or state.event is None or state.event.line.hash != target:
        allowed = state.event.line.hash if state.name in ("sealed", "drawn") and state.event else "none"
        raise OutOfPlace(f"a void of the live draw or unanswered seal ({allowed})", f"a void of {target}")
    document = state.kept_seed
    if state.name == "drawn" and state.event is not None:
        document = state.event.value["seed"]["document"]
    if not event.value["keep_seed"]:
        return BatchState("void", event)
    entropy = state.seal.value["entropy"] if document is None and state.seal is not None else None
    return BatchState("void", event, None, document, (), entropy)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger read whole: its events in order and what they add up to. Grow one with `appended`."""

    events: tuple[Event, ...] = ()
    states: Mapping[BatchKey, BatchState] | None = None

    def state(self, key: BatchKey) -> BatchState:
        """Where a batch stands; `open` for one never heard of."""
        return (self.states or {}).get(key, BatchState())

    def appended(self, event: Event) -> "Ledger":
        """The ledger with one more event. Raises OutOfPlace. A repair is in place anywhere and changes no state."""
        if event.line.type == "repair":
            return self.passed_over(event)
        states = dict(self.states or {})
        states[event.line.key] = after(self.state(event.line.key), event)
        return Ledger((*self.events, event), states)

    def passed_over(self, event: Event) -> "Ledger":
        """The ledger with one more event that can be read and changes no state: a repair, or one that is out of place."""
        return Ledger((*self.events, event), self.states)

    def forgotten(self, key: BatchKey) -> "Ledger":
        """The ledger from an event on that could not be read: nothing is known of the state of its batch any more."""
        return Ledger(self.events, {**(self.states or {}), key: BatchState("unknown", live=self.state(key).live_draws)})

    @property
    def last(self) -> Line | None:
        """The last line, or None for an empty ledger."""
        return self.events[-1].line if self.events else None

    def live_draws(self, plan: str | None = None) -> tuple[Event, ...]:
        """The live draws in ledger order, of one plan or of all."""
        live = [draw for state in (self.states or {}).values() for draw in state.live_draws]
        return tuple(sorted((e for e in live if plan in (None, e.line.plan)), key=lambda e: e.line.seq))

    def history(self, cycle: str) -> History:
        """Every live record of `cycle`, in ledger order (draw-v1 §5): what a seal written now would list."""
        return history_of(tuple(event for event in self.live_draws() if event.value["cycle"] == cycle))

    def records(self, digests: Sequence[str]) -> History | None:
        """The records with these digests, in this order, whatever became of them; None if one is not in the ledger."""
        past = {event.line.sha256: event for event in self.events if event.line.type == "draw"}
        return history_of([past[digest] for digest in digests]) if set(digests) <= past.keys() else None

    def checkpoint(self, origin: str) -> str:
        """The text for somebody outside to keep (ledger-v1, Checkpoint)."""
        last = self.last
        return f"{LEDGER_SCHEMA} {origin}\n{len(self.events)}\n{GENESIS if last is None else last.hash}\n"


def history_of(draws: Sequence[Event]) -> History:
    """The history that these draws make, in this order."""
    return History(tuple(past_draw(event.value, event.line.sha256) for event in draws))
