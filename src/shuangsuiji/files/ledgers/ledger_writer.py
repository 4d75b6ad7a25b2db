"""A locked ledger that grows: what a run before us left undone is finished first, then come events, one by one (ledger-v1)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.ledger import Ledger, LedgerBytes, OutOfPlace
from shuangsuiji.evidence.lines import (
    NO_BATCH,
    BadEvent,
    BatchKey,
    Circumstances,
    Event,
    EventType,
    Line,
    SourceFile,
    event_file,
    next_line,
    quarantine_file,
    read_chain,
    read_event,
    repair_value,
)
from shuangsuiji.files.durable.storage import LockedLedger
from shuangsuiji.files.ledgers.ledger_file import open_ledger
from shuangsuiji.model.problems import Code, Place, Problem, Severity

_ZONE = "+08:00"


@dataclass(frozen=True, slots=True)
class Orphan:
    """A file with an answer to a pending seal, whose line was never written: its kind, the seal that it names, its bytes."""

    kind: EventType
    seal: Event
    data: bytes


class LedgerWriter:
    """`ledger` is what the ledger holds, `files` its files by name; every event written is in both. `notes` are to be shown.

    `adopted` is the seal, void or repair that lay there without its line when the ledger was opened; `adoptions` are all events
    that runs before this one left so and this one has given their lines.
    """

    def __init__(self, store: LockedLedger, circumstances: Callable[[], Circumstances]) -> None:
        """`circumstances` tells time, operator and tool of an event at the moment it is written."""
        self.store = store
        self.adopted: Event | None = None
        self.adoptions: list[Event] = []
        self.repaired: list[Event] = []
        self.notes: list[Problem] = []
        self._circumstances = circumstances
        source = self._whole(store.read())
        self.files = dict(source.files)
        self.ledger = open_ledger(source)
        if source.lines is not None:
            store.settle()
        self._adopt_orphan()
        for position, tail in untold_cuts(store, self.ledger, source.lines or b""):
            self.repaired.append(self.append("repair", NO_BATCH, repair_value(position, tail)))

    def _whole(self, source: LedgerBytes) -> LedgerBytes:
        """A last line that lacks nothing but its LF is completed: its own hash proves what it must be. Not so in a ledger that is
        damaged elsewhere: there nothing is written."""
        if lacks_only_lf(source):
            completed = replace(source, lines=(source.lines or b"") + b"\n")
            open_ledger(completed)
            self.store.end_last_line()
            return completed
        return source

    def _adopt_orphan(self) -> None:
        """A seal or void whose run died before its line was written counts: a retry never draws anew. So does a repair."""
        seq = 1 if self.ledger.last is None else self.ledger.last.seq + 1
        kinds: tuple[EventType, ...] = ("seal", "void", "repair")
        for kind in kinds:
            data = self.files.get(event_file(seq, kind))
            if data is None:
                continue
            orphan = orphan_event(self.ledger, kind, data)
            if orphan is not None:
                self.adopted = self.adopt(kind, orphan.line.key, orphan.value, data)
                return

    def adopt(self, kind: EventType, key: BatchKey, value: dict[str, Any], data: bytes) -> Event:
        """Write the line of an event whose file a run before us left."""
        event = self.append(kind, key, value, data)
        self.adoptions.append(event)
        return event

    def orphan_answer(self) -> Orphan | None:
        """An answer to a pending seal that lies where the next answer will; whether it is the right one is not looked at."""
        seq = 1 if self.ledger.last is None else self.ledger.last.seq + 1
        kinds: tuple[EventType, ...] = ("draw", "failure")
        for kind in kinds:
            data = self.files.get(event_file(seq, kind))
            orphan = None if data is None else orphan_event(self.ledger, kind, data)
            seal = None if orphan is None else self.ledger.state(orphan.line.key).seal
            if data is not None and seal is not None and seal.value["seed_document"] is not None:
                return Orphan(kind, seal, data)
        return None

    def append(
        self,
        kind: EventType,
        key: BatchKey,
        value: dict[str, Any],
        data: bytes | None = None,
        sources: tuple[SourceFile, ...] = (),
    ) -> Event:
        """Make an event durable, file first, then its line. `data` are its canonical bytes where they are known."""
        data = canonical.encode(value) if data is None else data
        circumstances = replace(self._circumstances(), sources=sources)
        self._look_at_clock(circumstances.time)
        line = next_line(self.ledger.last, kind, key, data, circumstances)
        event = Event(line, value)
        ledger = self.ledger.appended(event)
        self.store.write(line.file, data)
        self.store.append(line)
        self.files[line.file] = data
        self.ledger = ledger
        return event

    def _look_at_clock(self, now: str) -> None:
        """A clock that goes backwards is worth a word, once; the order of events is that of their numbers."""
        note = clock_note(self.ledger.last, now)
        if note is not None and not self.notes:
            self.notes.append(note)


def clock_note(line: Line | None, now: str) -> Problem | None:
    """What there is to say of a clock that is behind the last line of a ledger."""
    last = "" if line is None else line.circumstances.time
    if now < last and len(now) == len(last) and now.endswith(_ZONE) and last.endswith(_ZONE):
        place = Place(file="ledger.jsonl")
        return Problem.of(Code.LEDGER_CLOCK, place, Severity.NOTE, recorded=_clock(last), offered=_clock(now))
    return None


def untold_cuts(store: LockedLedger, ledger: Ledger, lines: bytes) -> list[tuple[int, bytes]]:
    """What was cut from `lines` without an event that says so: the repair died before it was written.

    Only the end of the last line, or of the one before (an adopted event may have come between), can be such a place; and what
    still stands there was not cut. Raises Refusal(ENVIRONMENT) if nobody can tell.
    """
    ends = {len(lines), lines.rfind(b"\n", 0, -1) + 1}
    told = {
        quarantine_file(event.value["position"], event.value["sha256"]) for event in ledger.events if event.line.type == "repair"
    }
    beginnings = tuple(quarantine_file(end, "").removesuffix(".bin") for end in ends)
    kept = store.quarantined(lambda name: name.startswith(beginnings) and name not in told)
    return [
        (end, tail)
        for name, tail in kept.items()
        for end in ends
        if name == quarantine_file(end, canonical.sha256(tail)) and not lines.startswith(tail, end)
    ]


def orphan_event(ledger: Ledger, kind: EventType, data: bytes) -> Event | None:
    """The event that lies there with these bytes and no line; None if it is no such event, or one that may not follow."""
    try:
        value: Any = canonical.decode(data)
        event = read_event(next_line(ledger.last, kind, _key(ledger, kind, value), data, Circumstances("", "", "")), data)
        ledger.appended(event)
    except (canonical.NotCanonicalJson, BadEvent, OutOfPlace, KeyError, TypeError, StopIteration):
        return None
    return event


def _key(ledger: Ledger, kind: EventType, value: Any) -> BatchKey:
    """Whose an event is."""
    match kind:
        case "repair":
            return NO_BATCH
        case "void":
            return next(event.line.key for event in ledger.events if event.line.hash == value["target"])
        case "failure":
            return next(event.line.key for event in ledger.events if event.line.sha256 == value["seal"])
        case _:
            return value["plan"]["id"], value["batch"]


def lacks_only_lf(source: LedgerBytes) -> bool:
    """Whether the last line is complete but for the LF at its end."""
    lines = source.lines or b""
    broken = read_chain(lines).broken
    return broken is not None and broken.torn and not lines.endswith(b"\n") and read_chain(lines + b"\n").broken is None


def _clock(time: str) -> str:
    return time[:19].replace("T", " ")
