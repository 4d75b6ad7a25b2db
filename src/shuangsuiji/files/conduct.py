"""Conducting a draw: lock, seal, only then compute, record, only then speak (ledger-v1, Order of writes)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from shuangsuiji.draw.drawing import Draw, Infeasible, input_problems
from shuangsuiji.evidence import canonical, derivation
from shuangsuiji.evidence.derivation import Answer, SealedInputs
from shuangsuiji.evidence.ledger import BatchState, OutOfPlace
from shuangsuiji.evidence.lines import (
    BadEvent,
    BatchKey,
    Circumstances,
    Event,
    EventType,
    event_file,
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
    bound_seed,
    decide,
)
from shuangsuiji.evidence.verification import LedgerBytes
from shuangsuiji.files.inputs import Inputs, Sealing, sealing
from shuangsuiji.files.ledger_file import open_ledger, read_history, read_sealed, read_seed
from shuangsuiji.files.storage import LockedLedger
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import needs_history
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status
from shuangsuiji.model.seed import SeedDocument, parse_seed


@dataclass(frozen=True, eq=False, slots=True)
class Conducted:
    """How a batch stands now: its draw or failure event, what it was drawn from, whether this run wrote it, and for a failure
    why in detail."""

    event: Event
    inputs: SealedInputs
    new: bool
    infeasible: Infeasible | None = None


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
        self._adopted: Event | None = None
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
            orphan = self._orphan(kind, data)
            if orphan is not None:
                self._adopted = self._append(kind, orphan.line.key, orphan.value, data)
                return

    def _orphan(self, kind: EventType, data: bytes) -> Event | None:
        """The event; None if its bytes are no such event, or one out of place (the next write stops at its name)."""
        try:
            value: Any = canonical.decode(data)
            if kind == "seal":
                key = (value["plan"]["id"], value["batch"])
            else:
                key = next(event.line.key for event in self.ledger.events if event.line.hash == value["target"])
            event = read_event(next_line(self.ledger.last, kind, key, data, Circumstances("", "", "")), data)
            self.ledger.appended(event)
        except (canonical.NotCanonicalJson, BadEvent, OutOfPlace, KeyError, TypeError, StopIteration):
            return None
        return event

    def _append(
        self, kind: EventType, key: BatchKey, value: dict[str, Any], data: bytes | None = None, inputs: Inputs | None = None
    ) -> Event:
        """Make an event durable, file first, then its line. `data` are its canonical bytes where they are known."""
        data = canonical.encode(value) if data is None else data
        circumstances = self._circumstances()
        if inputs is not None:
            circumstances = replace(circumstances, sources=inputs.sources)
        line = next_line(self.ledger.last, kind, key, data, circumstances)
        event = Event(line, value)
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
        if problems := self._drawn_elsewhere(inputs, batch):
            raise Refusal(Status.CONFLICT, *problems)
        history = self.history(inputs, batch)
        sealed = sealing(inputs, batch)
        offer = Offer(sealed.plan, inputs.plan.cycle, sealed.inputs, list(history.digests), seed)
        match decide(self.ledger.state(key), offer):
            case AlreadyDrawn(record):
                return Conducted(record, _part(inputs), new=False)
            case Conflict(event, differences):
                raise _conflict(event, batch, differences)
            case Waiting(seal):
                raise Refusal(Status.CONFLICT, Problem.of(Code.LEDGER_WAITING, batch=batch, seq=seal.line.seq))
            case StillInfeasible(failure, seal):
                derived = self._derive(seal, SealedInputs(inputs.plan, inputs.pools))
                return Conducted(failure, _part(inputs), new=False, infeasible=_infeasible(derived))
            case Finish(seal):
                return self._answer(seal, read_sealed(seal, self._files), inputs)
            case SealNow(document):
                return self._seal_and_answer(inputs, batch, sealed, history, document, fresh)

    def live(self, inputs: Inputs, batch: str) -> Conducted | None:
        """The batch's live draw, with what it was drawn from; None if it has none."""
        state = self.ledger.state((inputs.plan.id, batch))
        if state.name != "drawn" or state.event is None or state.seal is None:
            return None
        return Conducted(state.event, read_sealed(state.seal, self._files), new=False)

    def check(self, inputs: Inputs, batches: tuple[str, ...], seed: SeedDocument | None) -> None:
        """Look at all of `batches` before any is drawn.

        Raises Refusal: CONFLICT for those that are bound to another seed (drawn ones only if that was an operator's), INPUT for
        those that cannot be drawn from.
        """
        states = {batch: self.ledger.state((inputs.plan.id, batch)) for batch in batches}
        if conflicts := [problem for batch, state in states.items() for problem in _seed_conflicts(batch, state, seed)]:
            raise Refusal(Status.CONFLICT, *conflicts)
        ready = [batch for batch, state in states.items() if state.name not in ("drawn", "sealed")]
        if problems := [problem for batch in ready for problem in input_problems(inputs.plan, batch, inputs.pools.entities)]:
            raise Refusal(Status.INPUT, *problems)

    def _drawn_elsewhere(self, inputs: Inputs, batch: str) -> list[Problem]:
        """The tasks of a batch that a live draw of plan and cycle has under another batch's name: a redraw in disguise."""
        drawn = {
            task["id"]: event.line
            for event in self.ledger.live_draws(inputs.plan.id)
            if event.value["cycle"] == inputs.plan.cycle and event.line.batch != batch
            for task in event.value["tasks"]
        }
        return [
            Problem.of(Code.LEDGER_TASK_DRAWN, Place(file=line.file), task=task.id, other=line.batch, seq=line.seq)
            for task in inputs.plan.tasks_of(batch)
            if (line := drawn.get(task.id)) is not None
        ]

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
        value = seal_value(sealed.plan, batch, inputs.plan.cycle, sealed.inputs, history.digests, seed.entropy(), seed.text)
        for name, data in sealed.snapshots.items():
            self._store.write(name, data)
        seal = self._append("seal", (inputs.plan.id, batch), value, inputs=inputs)
        return self._answer(seal, _part(inputs), inputs)

    def _derive(self, seal: Event, sealed: SealedInputs) -> Answer:
        return derivation.answer(seal, sealed, read_history(seal, self.ledger), read_seed(seal))

    def _answer(self, seal: Event, sealed: SealedInputs, inputs: Inputs) -> Conducted:
        derived = self._derive(seal, sealed)
        event = self._append(derived.event_type, seal.line.key, derived.value, inputs=inputs)
        return Conducted(event, sealed, new=True, infeasible=_infeasible(derived))

    def void(self, key: BatchKey, reason: str, approved_by: str, keep_seed: bool) -> Event:
        """Take back the live draw or unanswered seal of a batch. Raises Refusal(CONFLICT) if there is none."""
        state = self.ledger.state(key)
        if self._adopted is not None and self._adopted.line.type == "void" and self._adopted.line.key == key:
            words = (self._adopted.value["reason"], self._adopted.value["approved_by"], self._adopted.value["keep_seed"])
            if words == (reason, approved_by, keep_seed):
                return self._adopted  # what we were asked to write is what a run before us did not live to finish
        if state.name not in ("drawn", "sealed") or state.event is None:
            raise Refusal(Status.CONFLICT, Problem.of(Code.CLI_NOTHING_TO_VOID, batch=key[1], state=state.name))
        value = void_value(state.event.line.hash, reason, approved_by, keep_seed)
        return self._append("void", key, value)


def _part(inputs: Inputs) -> SealedInputs:
    return SealedInputs(inputs.plan, inputs.pools)


def _infeasible(answer: Answer) -> Infeasible | None:
    return None if isinstance(answer.outcome, Draw) else answer.outcome


def _seed_conflicts(batch: str, state: BatchState, seed: SeedDocument | None) -> list[Problem]:
    bound = bound_seed(state)
    if seed is None or bound is None or bound == seed.text or state.event is None:
        return []
    if state.name == "drawn" and state.event.value["seed"]["class"] != "operator":
        return []
    return [Problem.of(Code.LEDGER_SEED_DIFFERS, Place(file=state.event.line.file), batch=batch, seq=state.event.line.seq)]


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
                part=one.what,
                recorded=one.recorded,
                offered=one.offered,
            )
            for one in differences
        ),
    )
