"""Conducting a draw: lock, seal, only then compute, record, only then speak (ledger-v1, Order of writes)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shuangsuiji.draw.drawing import Draw, Infeasible, input_problems
from shuangsuiji.evidence import canonical, derivation
from shuangsuiji.evidence.derivation import Answer, BadInputs, MissingSnapshot, SealedInputs
from shuangsuiji.evidence.ledger import (
    BadEvent,
    BatchKey,
    Circumstances,
    Event,
    EventType,
    Ledger,
    OutOfPlace,
    event_file,
    history_of,
    next_line,
    read_chain,
    read_event,
    seal_value,
    void_value,
)
from shuangsuiji.evidence.succession import (
    AlreadyDrawn,
    Conflict,
    Finish,
    Offer,
    SealNow,
    StillInfeasible,
    Waiting,
    decide,
)
from shuangsuiji.evidence.verification import LedgerBytes
from shuangsuiji.files.inputs import Inputs, Sealing, sealing
from shuangsuiji.files.storage import LockedLedger
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import needs_history
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status
from shuangsuiji.model.seed import SeedDocument, parse_seed


@dataclass(frozen=True, eq=False, slots=True)
class Conducted:
    """How a batch stands now: its draw or failure event, whether this run wrote it, and for a failure why in detail."""

    event: Event
    new: bool
    infeasible: Infeasible | None = None
    inputs: SealedInputs | None = None


def open_ledger(source: LedgerBytes) -> Ledger:
    """The ledger of these bytes. Raises Refusal if it is not whole: nothing is appended to a broken chain."""
    if source.lines is None:
        if "ledger.jsonl" in source.unreadable:
            raise Refusal(
                Status.ENVIRONMENT,
                Problem.of(Code.FILE_UNREADABLE, file="ledger.jsonl", reason=source.unreadable["ledger.jsonl"]),
            )
        return Ledger()
    chain = read_chain(source.lines)
    if chain.broken is not None:
        broken = chain.broken
        place = Place(file="ledger.jsonl", line=broken.number)
        raise _broken(place, broken.expected, broken.actual, Code.LEDGER_TORN if broken.torn else Code.LEDGER_BROKEN)
    ledger = Ledger()
    for line in chain.lines:
        place = Place(file=line.file)
        if line.file not in source.files:
            reason = source.unreadable.get(line.file, "ENOENT")
            raise Refusal(Status.CANNOT_VERIFY, Problem.of(Code.FILE_UNREADABLE, place, file=line.file, reason=reason))
        try:
            ledger = ledger.appended(read_event(line, source.files[line.file]))
        except (BadEvent, OutOfPlace) as error:
            raise _broken(place, error.expected, error.actual) from error
    return ledger


def read_sealed(seal: Event, files: Mapping[str, bytes]) -> SealedInputs:
    """What a seal froze. Raises Refusal: FAILED for snapshots that are not what it says, CANNOT_VERIFY for missing ones."""
    try:
        return derivation.sealed_inputs(seal.value, files)
    except BadInputs as error:
        raise _broken(Place(file=seal.line.file), error.expected, error.actual) from error
    except MissingSnapshot as error:
        problem = Problem.of(Code.FILE_UNREADABLE, Place(file=error.file), file=error.file, reason="ENOENT")
        raise Refusal(Status.CANNOT_VERIFY, problem) from error


def _broken(place: Place, expected: str, actual: str, code: Code = Code.LEDGER_BROKEN) -> Refusal:
    return Refusal(Status.FAILED, Problem.of(code, place, expected=expected, actual=actual))


class Session:
    """One run's dealings with a locked ledger: `ledger` is what it holds, and every event written is in it."""

    def __init__(self, store: LockedLedger, circumstances: Callable[[], Circumstances]) -> None:
        """`circumstances` tells time, operator and tool of an event at the moment it is written."""
        self._store = store
        self._circumstances = circumstances
        source = store.read()
        if source.lines is not None and (chain := read_chain(source.lines)).broken is not None:
            source = self._end_last_line(source, chain.broken.torn)
        self._files = dict(source.files)
        self.ledger = open_ledger(source)
        self._adopt_orphan()

    def _end_last_line(self, source: LedgerBytes, torn: bool) -> LedgerBytes:
        """A last line that lacks nothing but its LF is completed: its own hash proves what it must be."""
        if torn and read_chain((source.lines or b"") + b"\n").broken is None:
            self._store.end_last_line()
            return replace(source, lines=(source.lines or b"") + b"\n")
        return source

    def _adopt_orphan(self) -> None:
        """A seal or void whose run died before its line was written counts: a retry never draws anew."""
        seq = 1 if self.ledger.last is None else self.ledger.last.seq + 1
        kinds: tuple[EventType, ...] = ("seal", "void")
        for kind in kinds:
            data = self._files.get(event_file(seq, kind))
            if data is None:
                continue
            key = self._key_of_orphan(kind, data)
            if key is not None:
                self._append(kind, key, data)
                return

    def _key_of_orphan(self, kind: EventType, data: bytes) -> BatchKey | None:
        """Whose orphan it is; None if its bytes are no such event, or one out of place (the next write then stops at its name)."""
        try:
            value: Any = canonical.decode(data)
            if kind == "seal":
                key = (value["plan"]["id"], value["batch"])
            else:
                key = next(event.line.key for event in self.ledger.events if event.line.hash == value["target"])
            line = next_line(self.ledger.last, kind, key, data, Circumstances("", "", ""))
            self.ledger.appended(read_event(line, data))
        except (canonical.NotCanonicalJson, BadEvent, OutOfPlace, KeyError, TypeError, StopIteration):
            return None
        return key

    def _append(self, kind: EventType, key: BatchKey, data: bytes, inputs: Inputs | None = None) -> Event:
        circumstances = self._circumstances()
        if inputs is not None:
            circumstances = replace(circumstances, sources=inputs.sources)
        line = next_line(self.ledger.last, kind, key, data, circumstances)
        event = read_event(line, data)
        ledger = self.ledger.appended(event)
        self._store.write(line.file, data)
        self._store.append(line)
        self._files[line.file] = data
        self.ledger = ledger
        return event

    def draw(self, inputs: Inputs, batch: str, seed: SeedDocument | None, fresh: Callable[[], SeedDocument]) -> Conducted:
        """Draw `batch`, or finish, show or refuse it as its state demands. `fresh` is asked for a seed only if one is needed.

        Raises Refusal: INPUT for inputs that cannot be drawn from, CONFLICT where the ledger holds another draw or seed.
        """
        key = (inputs.plan.id, batch)
        history = self.history(inputs, batch)
        sealed = sealing(inputs, batch)
        offer = Offer(sealed.plan, inputs.plan.cycle, sealed.inputs, list(history.digests), seed)
        match decide(self.ledger.state(key), offer):
            case AlreadyDrawn(record):
                return Conducted(record, new=False)
            case Conflict(event, differences):
                raise _conflict(event, batch, differences)
            case Waiting(seal):
                raise Refusal(Status.CONFLICT, Problem.of(Code.LEDGER_WAITING, batch=batch, seq=seal.line.seq))
            case StillInfeasible(failure, seal):
                derived = self._derive(seal, SealedInputs(inputs.plan, inputs.pools))
                return Conducted(failure, new=False, infeasible=_infeasible(derived), inputs=_part(inputs))
            case Finish(seal):
                return self._answer(seal, read_sealed(seal, self._files), inputs)
            case SealNow(document):
                return self._seal_and_answer(inputs, batch, sealed, history, document, fresh)

    def history(self, inputs: Inputs, batch: str) -> History:
        """The history that a seal of `batch` written now would list."""
        return self.ledger.history(inputs.plan.cycle) if needs_history(inputs.plan.tasks_of(batch)) else History()

    def _seal_and_answer(
        self,
        inputs: Inputs,
        batch: str,
        sealed: Sealing,
        history: History,
        document: str | None,
        fresh: Callable[[], SeedDocument],
    ) -> Conducted:
        if problems := input_problems(inputs.plan, batch, inputs.pools.entities):
            raise Refusal(Status.INPUT, *problems)
        seed = parse_seed(document) if document is not None else fresh()
        entropy = [{"kind": source.kind} for source in seed.sources]
        value = seal_value(sealed.plan, batch, inputs.plan.cycle, sealed.inputs, history.digests, entropy, seed.text)
        for name, data in sealed.snapshots.items():
            self._store.write(name, data)
        seal = self._append("seal", (inputs.plan.id, batch), canonical.encode(value), inputs)
        return self._answer(seal, _part(inputs), inputs)

    def _derive(self, seal: Event, sealed: SealedInputs) -> Answer:
        past = {event.line.sha256: event for event in self.ledger.events if event.line.type == "draw"}
        history = history_of([past[digest] for digest in seal.value["history"]])
        return derivation.answer(seal, sealed, history, parse_seed(seal.value["seed_document"]))

    def _answer(self, seal: Event, sealed: SealedInputs, inputs: Inputs) -> Conducted:
        derived = self._derive(seal, sealed)
        data = canonical.encode(derived.value)
        event = self._append(derived.event_type, seal.line.key, data, inputs)
        return Conducted(event, new=True, infeasible=_infeasible(derived), inputs=sealed)

    def void(self, key: BatchKey, reason: str, approved_by: str, keep_seed: bool) -> Event:
        """Take back the live draw or unanswered seal of a batch. Raises Refusal(CONFLICT) if there is none."""
        state = self.ledger.state(key)
        if state.name not in ("drawn", "sealed") or state.event is None:
            raise Refusal(Status.CONFLICT, Problem.of(Code.CLI_NOTHING_TO_VOID, batch=key[1], state=state.name))
        value = void_value(state.event.line.hash, reason, approved_by, keep_seed)
        return self._append("void", key, canonical.encode(value))


def _part(inputs: Inputs) -> SealedInputs:
    return SealedInputs(inputs.plan, inputs.pools)


def _infeasible(answer: Answer) -> Infeasible | None:
    return None if isinstance(answer.outcome, Draw) else answer.outcome


def _conflict(event: Event, batch: str, differences: tuple[Any, ...]) -> Refusal:
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
                what=one.what,
                recorded=one.recorded,
                offered=one.offered,
            )
            for one in differences
        ),
    )
