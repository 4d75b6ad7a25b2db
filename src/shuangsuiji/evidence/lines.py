"""The lines of a ledger (台账), each chained to the one before, and the events they name (ledger-v1).

Pure: bytes come in, bytes go out; `files/storage.py` is where they touch a disk.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.record import FAILURE_SHAPE, INPUTS_SHAPE, PLAN_SHAPE, RECORD_SHAPE
from shuangsuiji.evidence.shape import HEX, POSITIVE, Either, Keys, Some, misfit, optional

LEDGER_SCHEMA = "shuangsuiji/ledger/1"
SEAL_SCHEMA = "shuangsuiji/seal/1"
VOID_SCHEMA = "shuangsuiji/void/1"
REPAIR_SCHEMA = "shuangsuiji/repair/1"
GENESIS = "0" * 64

EventType = Literal["seal", "draw", "failure", "void", "repair"]
BatchKey = tuple[str, str]
"""(plan id, batch id)."""
NO_BATCH: BatchKey = ("", "")
"""Of a repair, which belongs to the ledger; no id is empty."""
QUARANTINE = "quarantine"
"""The folder for what was cut from the end of the lines."""

_NOT_BEFORE = {"not_before": str}
_SEAL_SHAPE = {
    "schema": SEAL_SCHEMA,
    "plan": PLAN_SHAPE,
    "batch": str,
    "cycle": str,
    "inputs": INPUTS_SHAPE,
    "history": [HEX],
    "entropy": Some(
        Either(
            (
                Keys({"kind": Either(("text", "os-random", "dice"))}, _NOT_BEFORE),
                Keys({"kind": "ssq", "issue": str}, _NOT_BEFORE),
                Keys({"kind": "drand-quicknet", "round": POSITIVE}, _NOT_BEFORE),
                Keys({"kind": "share", "name": str, "digest": HEX}, _NOT_BEFORE),
            )
        )
    ),
    "seed_document": optional(str),
}
_VOID_SHAPE = {"schema": VOID_SCHEMA, "target": HEX, "reason": str, "approved_by": str, "keep_seed": bool}
EVENT_SHAPES: Mapping[str, Any] = {
    "seal": _SEAL_SHAPE,
    "draw": RECORD_SHAPE,
    "failure": FAILURE_SHAPE,
    "void": _VOID_SHAPE,
    "repair": {"schema": REPAIR_SCHEMA, "position": POSITIVE, "length": POSITIVE, "sha256": HEX},
}
_LINE_SHAPE = {
    "batch": str,
    "file": str,
    "hash": HEX,
    "operator": str,
    "plan": str,
    "prev": HEX,
    "seq": POSITIVE,
    "sha256": HEX,
    "sources": [{"role": Either(("plan", "entities", "inspectors", "recusals")), "name": str, "sha256": HEX}],
    "time": str,
    "tool": str,
    "type": str,
}
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was handed over: its role, its name without folders, the digest of its raw bytes."""

    role: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What stands beside an event and never in a record: when (a claim), who, with which tool, from which files."""

    time: str
    operator: str
    tool: str
    sources: tuple[SourceFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of `ledger.jsonl`."""

    seq: int
    type: EventType
    plan: str
    batch: str
    file: str
    sha256: str
    circumstances: Circumstances
    prev: str
    hash: str

    @property
    def key(self) -> BatchKey:
        """The (plan id, batch id) that the event is about."""
        return self.plan, self.batch

    def value(self) -> dict[str, Any]:
        """The line as JSON, `hash` included."""
        return {
            "batch": self.batch,
            "file": self.file,
            "hash": self.hash,
            "operator": self.circumstances.operator,
            "plan": self.plan,
            "prev": self.prev,
            "seq": self.seq,
            "sha256": self.sha256,
            "sources": [asdict(source) for source in self.circumstances.sources],
            "time": self.circumstances.time,
            "tool": self.circumstances.tool,
            "type": self.type,
        }

    def encode(self) -> bytes:
        """The line's bytes, LF included."""
        return canonical.encode(self.value())

    def own_hash(self) -> str:
        """SHA-256 of the line's canonical JSON without `hash`."""
        value = self.value()
        del value["hash"]
        return canonical.sha256(canonical.encode(value))


def event_file(seq: int, event_type: str) -> str:
    """The file of event `seq`, relative to the ledger."""
    return f"events/{seq:06d}-{event_type}.json"


def next_line(last: Line | None, event_type: EventType, key: BatchKey, event: bytes, circumstances: Circumstances) -> Line:
    """The line that appends `event` after `last` (None: an empty ledger)."""
    seq = 1 if last is None else last.seq + 1
    line = Line(
        seq=seq,
        type=event_type,
        plan=key[0],
        batch=key[1],
        file=event_file(seq, event_type),
        sha256=canonical.sha256(event),
        circumstances=circumstances,
        prev=GENESIS if last is None else last.hash,
        hash="",
    )
    return replace(line, hash=line.own_hash())


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """The first line that is not what it must be: its number and, in English, what was expected and what was found."""

    number: int
    expected: str
    actual: str
    torn: bool = False
    """Whether it is the last one, and lacks its LF or holds a NUL: what a power failure leaves."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The lines up to the first broken one, and that one."""

    lines: tuple[Line, ...]
    broken: BrokenLine | None = None


def read_chain(data: bytes) -> Chain:
    """Read `ledger.jsonl`, up to the first line that is not canonical, not in sequence or not chained to the one before."""
    lines: list[Line] = []
    *whole, rest = data.split(b"\n")
    for number, piece in enumerate(whole, start=1):
        found = _read_line(piece + b"\n", number, lines[-1] if lines else None)
        if isinstance(found, BrokenLine):
            last = number == len(whole) and not rest
            return Chain(tuple(lines), replace(found, torn=last and b"\0" in piece))
        lines.append(found)
    if rest:
        torn = BrokenLine(len(whole) + 1, "a last line that ends with LF", f"{len(rest)} bytes without", True)
        return Chain(tuple(lines), torn)
    return Chain(tuple(lines))


def _read_line(data: bytes, number: int, last: Line | None) -> Line | BrokenLine:
    try:
        value: Any = canonical.decode(data)
    except canonical.NotCanonicalJson as error:
        return BrokenLine(number, "a line of canonical JSON", error.reason)
    if (path := misfit(value, _LINE_SHAPE)) is not None:
        return BrokenLine(number, "the keys and types of a line", f"another at {path}")
    if not _TIME.fullmatch(value["time"]):
        return BrokenLine(number, "a time to the second with +08:00", value["time"])
    circumstances = Circumstances(
        value["time"], value["operator"], value["tool"], tuple(SourceFile(**source) for source in value["sources"])
    )
    line = Line(
        seq=value["seq"],
        type=value["type"],
        plan=value["plan"],
        batch=value["batch"],
        file=value["file"],
        sha256=value["sha256"],
        circumstances=circumstances,
        prev=value["prev"],
        hash=value["hash"],
    )
    expected = next_line(last, line.type, line.key, b"", circumstances)
    for name, must, found in (
        ("seq", expected.seq, line.seq),
        ("prev", expected.prev, line.prev),
        ("hash", line.own_hash(), line.hash),
    ):
        if must != found:
            return BrokenLine(number, f"{name} {must}", f"{name} {found}")
    return line


@dataclass(frozen=True, slots=True)
class Event:
    """A line with the JSON value of its event."""

    line: Line
    value: dict[str, Any]


class BadEvent(ValueError):
    """The bytes of an event that are not what its line says. `expected` and `actual` are English."""

    def __init__(self, expected: str, actual: str) -> None:
        super().__init__(expected, actual)
        self.expected = expected
        self.actual = actual


def read_event(line: Line, data: bytes) -> Event:
    """The event of `line`. Raises BadEvent if the file's name, its digest, its form or (but for voids and failures) its plan and
    batch are not what they must be."""
    if line.type not in EVENT_SHAPES:
        raise BadEvent("an event of a type that is known", line.type)
    if line.file != event_file(line.seq, line.type):
        raise BadEvent(event_file(line.seq, line.type), line.file)
    if (digest := canonical.sha256(data)) != line.sha256:
        raise BadEvent(f"sha256 {line.sha256}", f"sha256 {digest}")
    try:
        value: Any = canonical.decode(data)
    except canonical.NotCanonicalJson as error:
        raise BadEvent("canonical JSON", error.reason) from error
    if (path := misfit(value, EVENT_SHAPES[line.type])) is not None:
        raise BadEvent(f"the keys and types of a {line.type}", f"another at {path}")
    if line.type == "repair" and line.key != NO_BATCH:
        raise BadEvent("no plan and no batch", f"{line.key}")
    if line.type in ("seal", "draw") and (value["plan"]["id"], value["batch"]) != line.key:
        raise BadEvent(f"plan and batch {line.key}", f"{(value['plan']['id'], value['batch'])}")
    return Event(line, value)


def seal_value(
    plan: dict[str, Any],
    batch: str,
    cycle: str,
    inputs: dict[str, Any],
    history: Sequence[str],
    entropy: list[dict[str, Any]],
    seed_document: str | None,
) -> dict[str, Any]:
    """A seal event: what will be drawn from what, fixed before any result exists."""
    return {
        "schema": SEAL_SCHEMA,
        "plan": plan,
        "batch": batch,
        "cycle": cycle,
        "inputs": inputs,
        "history": list(history),
        "entropy": entropy,
        "seed_document": seed_document,
    }


def void_value(target: str, reason: str, approved_by: str, keep_seed: bool) -> dict[str, Any]:
    """A void event: takes back the draw or unanswered seal whose line has the hash `target`."""
    return {
        "schema": VOID_SCHEMA,
        "target": target,
        "reason": reason,
        "approved_by": approved_by,
        "keep_seed": keep_seed,
    }


def repair_value(position: int, tail: bytes) -> dict[str, Any]:
    """A repair event: `tail`, an incomplete last line, was cut from byte `position` of the lines on."""
    return {"schema": REPAIR_SCHEMA, "position": position, "length": len(tail), "sha256": canonical.sha256(tail)}


def quarantine_file(position: int, digest: str) -> str:
    """Where the bytes with this digest that were cut at `position` lie, relative to the ledger."""
    return f"{QUARANTINE}/{position:012d}-{digest}.bin"
