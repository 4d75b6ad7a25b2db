"""Conducting a draw: lock, seal, only then compute, record, only then speak (ledger-v1, Order of writes)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shuangsuiji.draw.drawing import Draw, Infeasible, input_problems
from shuangsuiji.evidence import derivation
from shuangsuiji.evidence.derivation import Answer, SealedInputs
from shuangsuiji.evidence.ledger import BatchState, Ledger
from shuangsuiji.evidence.lines import BatchKey, Circumstances, Event, seal_value, void_value
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
from shuangsuiji.files.durable.storage import LockedLedger
from shuangsuiji.files.inputs import Inputs, Sealing, sealing
from shuangsuiji.files.ledgers.ledger_file import read_history, read_sealed, read_seed
from shuangsuiji.files.ledgers.ledger_writer import LedgerWriter
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
        self._writer = LedgerWriter(store, circumstances)

    @property
    def ledger(self) -> Ledger:
        """What the ledger holds now."""
        return self._writer.ledger

    @property
    def notes(self) -> list[Problem]:
        """What is worth a word to whoever runs this, and stops nothing."""
        return self._writer.notes

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
                return self._answer(seal, read_sealed(seal, self._writer.files), inputs)
            case SealNow(document):
                return self._seal_and_answer(inputs, batch, sealed, history, document, fresh)

    def live(self, inputs: Inputs, batch: str) -> Conducted | None:
        """The batch's live draw, with what it was drawn from; None if it has none."""
        state = self.ledger.state((inputs.plan.id, batch))
        if state.name != "drawn" or state.event is None or state.seal is None:
            return None
        return Conducted(state.event, read_sealed(state.seal, self._writer.files), new=False)

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
        self._store.check_room(sum(map(len, sealed.snapshots.values())))
        for name, data in sealed.snapshots.items():
            self._store.write(name, data)
        seal = self._writer.append("seal", (inputs.plan.id, batch), value, sources=inputs.sources)
        return self._answer(seal, _part(inputs), inputs)

    def _derive(self, seal: Event, sealed: SealedInputs) -> Answer:
        return derivation.answer(seal, sealed, read_history(seal, self.ledger), read_seed(seal))

    def _answer(self, seal: Event, sealed: SealedInputs, inputs: Inputs) -> Conducted:
        derived = self._derive(seal, sealed)
        event = self._writer.append(derived.event_type, seal.line.key, derived.value, sources=inputs.sources)
        return Conducted(event, sealed, new=True, infeasible=_infeasible(derived))

    def void(self, key: BatchKey, reason: str, approved_by: str, keep_seed: bool) -> Event:
        """Take back the live draw or unanswered seal of a batch. Raises Refusal(CONFLICT) if there is none."""
        state = self.ledger.state(key)
        adopted = self._writer.adopted
        if adopted is not None and adopted.line.type == "void" and adopted.line.key == key:
            words = (adopted.value["reason"], adopted.value["approved_by"], adopted.value["keep_seed"])
            if words == (reason, approved_by, keep_seed):
                return adopted  # what we were asked to write is what a run before us did not live to finish
        if state.name not in ("drawn", "sealed") or state.event is None:
            raise Refusal(Status.CONFLICT, Problem.of(Code.CLI_NOTHING_TO_VOID, batch=key[1], state=state.name))
        value = void_value(state.event.line.hash, reason, approved_by, keep_seed)
        return self._writer.append("void", key, value)


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
