"""A locked ledger that grows: what a run before us left undone is finished first, then come events, one by one (ledger-v1)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.ledger import LedgerBytes, OutOfPlace
from shuangsuiji.evidence.lines import (
    NO_BATCH,
    BadEvent,
    BatchKey,
    Circumstances,
    Event,
    EventType,
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


class LedgerWriter:
    """`ledger` is what the ledger holds, `files` its files by name; every event written is in both. `notes` are to be shown."""

    def __init__(self, store: LockedLedger, circumstances: Callable[[], Circumstances]) -> None:
        """`circumstances` tells time, operator and tool of an event at the moment it is written."""
        self.store = store
        self.adopted: Event | None = None
        self.repaired: list[Event] = []
        self.notes: list[Problem] = []
        self._circumstances = circumstances
        source = self._whole(store.read())
        self.files = dict(source.files)
        self.ledger = open_ledger(source)
        if source.lines is not None:
            store.settle()
        self._adopt_orphan()
        for position, tail in self._cuts(source.lines or b""):
            self.repaired.append(self.append("repair", NO_BATCH, repair_value(position, tail)))

    def _whole(self, source: LedgerBytes) -> LedgerBytes:
        """A last line that lacks nothing but its LF is completed: its own hash proves what it must be."""
        if lacks_only_lf(source):
            self.store.end_last_line()
            return replace(source, lines=(source.lines or b"") + b"\n")
        return source

    def _cuts(self, lines: bytes) -> list[tuple[int, bytes]]:
        """What was cut from `lines` without an event that says so: the repair died before it was written.

        Only the end of the last line, or of the one before (an adopted event may have come between), can be such a place; and
        what still stands there was not cut.
        """
        ends = {len(lines), lines.rfind(b"\n", 0, -1) + 1}
        told = {
            quarantine_file(event.value["position"], event.value["sha256"])
            for event in self.ledger.events
            if event.line.type == "repair"
        }
        return [
            (end, tail)
            for name, tail in self.store.quarantined().items()
            for end in ends
            if name == quarantine_file(end, canonical.sha256(tail)) and name not in told and not lines.startswith(tail, end)
        ]

    def _adopt_orphan(self) -> None:
        """A seal or void whose run died before its line was written counts: a retry never draws anew. So does a repair."""
        seq = 1 if self.ledger.last is None else self.ledger.last.seq + 1
        kinds: tuple[EventType, ...] = ("seal", "void", "repair")
        for kind in kinds:
            data = self.files.get(event_file(seq, kind))
            if data is None:
                continue
            orphan = self._orphan(kind, data)
            if orphan is not None:
                self.adopted = self.append(kind, orphan.line.key, orphan.value, data)
                return

    def _orphan(self, kind: EventType, data: bytes) -> Event | None:
        """The event; None if its bytes are no such event, or one out of place (the next write stops at its name)."""
        try:
            value: Any = canonical.decode(data)
            if kind == "seal":
                key = (value["plan"]["id"], value["batch"])
            elif kind == "repair":
                key = NO_BATCH
            else:
                key = next(event.line.key for event in self.ledger.events if event.line.hash == value["target"])
            event = read_event(next_line(self.ledger.last, kind, key, data, Circumstances("", "", "")), data)
            self.ledger.appended(event)
        except (canonical.NotCanonicalJson, BadEvent, OutOfPlace, KeyError, TypeError, StopIteration):
            return None
        return event

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
        last = "" if self.ledger.last is None else self.ledger.last.circumstances.time
        if not self.notes and now < last and len(now) == len(last) and now.endswith(_ZONE) and last.endswith(_ZONE):
            place = Place(file="ledger.jsonl")
            self.notes.append(Problem.of(Code.LEDGER_CLOCK, place, Severity.NOTE, recorded=_clock(last), offered=_clock(now)))


def lacks_only_lf(source: LedgerBytes) -> bool:
    """Whether the last line is complete but for the LF at its end."""
    lines = source.lines or b""
    broken = read_chain(lines).broken
    return broken is not None and broken.torn and not lines.endswith(b"\n") and read_chain(lines + b"\n").broken is None


def _clock(time: str) -> str:
    return time[:19].replace("T", " ")
