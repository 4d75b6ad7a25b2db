"""Conducting a draw: lock, seal, only then compute, record, only then speak (ledger-v1, Order of writes)."""

from collections.abc import Callable
from dataclasses import dataclass

from shuangsuiji.draw.drawing import Draw, Infeasible, input_problems
from shuangsuiji.evidence import canonical, derivation
from shuangsuiji.evidence.derivation import Answer, SealedInputs
from shuangsuiji.evidence.ledger import Ledger
from shuangsuiji.evidence.lines import BatchKey, Circumstances, Event, seal_value, void_value
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
from shuangsuiji.files.conflicts import conflict_with, held_tasks, seed_conflicts
from shuangsuiji.files.durable.storage import LockedLedger
from shuangsuiji.files.inputs import Inputs, Sealing, sealing
from shuangsuiji.files.ledgers.ledger_file import read_history, read_sealed, read_seed
from shuangsuiji.files.ledgers.ledger_writer import LedgerWriter
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import needs_history
from shuangsuiji.model.problems import Code, Problem, Refusal, Status
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
        self._answered: dict[BatchKey, Conducted] = {}

    @property
    def ledger(self) -> Ledger:
        """What the ledger holds now."""
        return self._writer.ledger

    @property
    def notes(self) -> list[Problem]:
        """What is worth a word to whoever runs this, and stops nothing."""
        return self._writer.notes

    @property
    def adopted(self) -> list[Event]:
        """The events of runs before this one that have their lines from this one, in order."""
        return sorted([*self._writer.adoptions, *self._writer.repaired], key=lambda event: event.line.seq)

    def draw(self, inputs: Inputs, batch: str, seed: SeedDocument | None, fresh: Callable[[], SeedDocument]) -> Conducted:
        """Draw `batch`, or finish, show or refuse it as its state demands. `fresh` is asked for a seed only if one is needed.

        Raises Refusal: INPUT for inputs that cannot be drawn from, CONFLICT where the ledger holds another draw or seed.
        """
        key = (inputs.plan.id, batch)
        if key in self._answered:
            return self._answered.pop(key)
        if problems := self._held(inputs, (batch,)):
            raise Refusal(Status.CONFLICT, *problems)
        history = self.history(inputs, batch)
        sealed = self._sealing(inputs, batch)
        offer = Offer(sealed.plan, inputs.plan.cycle, sealed.inputs, list(history.digests), seed)
        match decide(self.ledger.state(key), offer):
            case AlreadyDrawn(record):
                return Conducted(record, _part(inputs), new=False)
            case Conflict(event, differences):
                raise conflict_with(event, batch, differences)
            case Waiting(seal):
                raise Refusal(Status.CONFLICT, Problem.of(Code.LEDGER_WAITING, batch=batch, seq=seal.line.seq))
            case StillInfeasible(failure, seal):
                derived = self._derive(seal, SealedInputs(inputs.plan, inputs.pools))
                return Conducted(failure, _part(inputs), new=False, infeasible=_infeasible(derived))
            case Finish(seal):
                if self._finish_orphan(key):
                    return self.draw(inputs, batch, seed, fresh)
                return self._answer(seal, read_sealed(seal, self._writer.files), inputs)
            case SealNow(document):
                if problems := input_problems(inputs.plan, batch, inputs.pools.entities):
                    raise Refusal(Status.INPUT, *problems)
                if self._finish_orphan(key):  # it is history now
                    return self.draw(inputs, batch, seed, fresh)
                return self._seal_and_answer(inputs, batch, sealed, history, document, fresh)

    def live(self, inputs: Inputs, batch: str) -> Conducted | None:
        """The batch's live draw, with what it was drawn from; None if it has none, or this run has only now given it its line."""
        if (inputs.plan.id, batch) in self._answered:
            return None
        state = self.ledger.state((inputs.plan.id, batch))
        if state.name != "drawn" or state.event is None or state.seal is None:
            return None
        return Conducted(state.event, read_sealed(state.seal, self._writer.files), new=False)

    def check(self, inputs: Inputs, batches: tuple[str, ...], seed: SeedDocument | None) -> None:
        """Look at all of `batches` before any is drawn.

        Raises Refusal: CONFLICT for those that are bound to another seed (drawn ones only if that was an operator's) or whose
        tasks are another batch's, INPUT for those that cannot be drawn from.
        """
        states = {batch: self.ledger.state((inputs.plan.id, batch)) for batch in batches}
        conflicts = [problem for batch, state in states.items() for problem in seed_conflicts(batch, state, seed)]
        if conflicts := conflicts + self._held(inputs, batches):
            raise Refusal(Status.CONFLICT, *conflicts)
        ready = [batch for batch, state in states.items() if state.name not in ("drawn", "sealed")]
        if problems := [problem for batch in ready for problem in input_problems(inputs.plan, batch, inputs.pools.entities)]:
            raise Refusal(Status.INPUT, *problems)

    def _sealing(self, inputs: Inputs, batch: str) -> Sealing:
        """What a seal of `batch` says: if it is sealed, its own, since today's files do not count then. Raises Refusal(INPUT)
        where the columns are not there that a seal would hold."""
        state = self.ledger.state((inputs.plan.id, batch))
        if state.name == "sealed" and state.seal is not None:
            return Sealing({}, state.seal.value["plan"], state.seal.value["inputs"])
        if not {column for task in inputs.plan.tasks_of(batch) for column in task.columns} <= set(inputs.pools.entities.columns):
            raise Refusal(Status.INPUT, *input_problems(inputs.plan, batch, inputs.pools.entities))
        return sealing(inputs, batch)

    def _held(self, inputs: Inputs, batches: tuple[str, ...]) -> list[Problem]:
        return held_tasks(inputs.plan, self.ledger, self._writer.files, batches)

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
        seed = parse_seed(document) if document is not None else fresh()
        value = seal_value(sealed.plan, batch, inputs.plan.cycle, sealed.inputs, history.digests, seed.entropy(), seed.text)
        self._store.check_room(sum(map(len, sealed.snapshots.values())))
        for name, data in sealed.snapshots.items():
            self._store.write(name, data)
            if name.endswith(".json"):
                self._writer.files[name] = data  # the plan: which tasks this batch holds from now on
        seal = self._writer.append("seal", (inputs.plan.id, batch), value, sources=inputs.sources)
        return self._answer(seal, _part(inputs), inputs)

    def _derive(self, seal: Event, sealed: SealedInputs) -> Answer:
        return derivation.answer(seal, sealed, read_history(seal, self.ledger), read_seed(seal))

    def _answer(self, seal: Event, sealed: SealedInputs, inputs: Inputs) -> Conducted:
        derived = self._derive(seal, sealed)
        event = self._writer.append(derived.event_type, seal.line.key, derived.value, sources=inputs.sources)
        return Conducted(event, sealed, new=True, infeasible=_infeasible(derived))

    def _finish_orphan(self, asked: BatchKey | None) -> bool:
        """Write the line that a run before us did not live to write under an answer, if that is of another batch than `asked`.

        It comes before any other event, or its file would stand at the name of the next answer for ever. Its bytes must be those
        that follow from its seal; others are left where they are, and the next write stops at their name.
        """
        orphan = self._writer.orphan_answer()
        if orphan is None or orphan.seal.line.key == asked:
            return False  # the answer that is asked for is derived and written anyway
        try:
            sealed = read_sealed(orphan.seal, self._writer.files)
            derived = self._derive(orphan.seal, sealed)
        except Refusal:
            return False
        if derived.event_type != orphan.kind or canonical.encode(derived.value) != orphan.data:
            return False
        key = orphan.seal.line.key
        event = self._writer.adopt(orphan.kind, key, derived.value, orphan.data)
        self._answered[key] = Conducted(event, sealed, new=True, infeasible=_infeasible(derived))
        return True

    def void(self, key: BatchKey, reason: str, approved_by: str, keep_seed: bool) -> Event:
        """Take back the live draw or unanswered seal of a batch. Raises Refusal(CONFLICT) if there is none.

        Where a run died before the line of an answer, that line comes first: what was drawn is in the ledger before it is void.
        """
        state = self.ledger.state(key)
        adopted = self._writer.adopted
        if adopted is not None and adopted.line.type == "void" and adopted.line.key == key:
            words = (adopted.value["reason"], adopted.value["approved_by"], adopted.value["keep_seed"])
            if words == (reason, approved_by, keep_seed):
                return adopted  # what we were asked to write is what a run before us did not live to finish
        if state.name not in ("drawn", "sealed") or state.event is None:
            raise Refusal(Status.CONFLICT, Problem.of(Code.CLI_NOTHING_TO_VOID, batch=key[1], state=state.name))
        if self._finish_orphan(None):
            return self.void(key, reason, approved_by, keep_seed)
        value = void_value(state.event.line.hash, reason, approved_by, keep_seed)
        return self._writer.append("void", key, value)


def _part(inputs: Inputs) -> SealedInputs:
    return SealedInputs(inputs.plan, inputs.pools)


def _infeasible(answer: Answer) -> Infeasible | None:
    return None if isinstance(answer.outcome, Draw) else answer.outcome
