"""Verification: from a ledger's bytes to a report of named checks (ledger-v1, Verification).

No I/O, no verdict without what was expected and what was found. A voided draw is checked like any other.
"""

import re

from shuangsuiji.draw.drawing import Draw
from shuangsuiji.evidence import canonical, derivation
from shuangsuiji.evidence.derivation import BadInputs, MissingSnapshot, SealedInputs
from shuangsuiji.evidence.ledger import BatchState, Ledger, LedgerBytes, OutOfPlace
from shuangsuiji.evidence.lines import (
    EVENT_SHAPES,
    GENESIS,
    LEDGER_SCHEMA,
    BadEvent,
    Chain,
    Event,
    Line,
    event_file,
    read_chain,
    read_event,
)
from shuangsuiji.evidence.report import CHECKS_OF_A_DRAW, SECTIONS, Notes, Report
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import needs_history
from shuangsuiji.model.seed import BadSeed, SeedDocument, parse_seed

_CHECKPOINT = re.compile(f"{re.escape(LEDGER_SCHEMA)} [^\n]*\n(0|[1-9][0-9]{{0,9}})\n([0-9a-f]{{64}})\n?")


def verify(ledger: LedgerBytes, batch: str | None = None, checkpoint: str | None = None) -> Report:
    """Check a ledger; with `batch`, the chain and states of all of it, but only that batch's draws are derived again."""
    verifier = _Verifier(ledger, batch)
    verifier.run(checkpoint)
    return Report(tuple(verifier.notes.made), verifier.ledger, verifier.strays())


class _Verifier:
    """Walks the lines once, keeping the ledger as it stood before each."""

    def __init__(self, source: LedgerBytes, batch: str | None) -> None:
        self.source = source
        self.batch = batch
        self.notes = Notes()
        self.ledger = Ledger()
        self.chain = Chain(())
        self.lost = False
        self.inputs: dict[int, SealedInputs | None] = {}
        self.before: dict[int, BatchState] = {}
        """Where the batch of a seal stood before it."""

    def run(self, checkpoint: str | None) -> None:
        if self.source.lines is None:
            reason = self.source.unreadable.get("ledger.jsonl", "no such file")
            self.notes.note("lines", "impossible", "ledger.jsonl", reason)
            if checkpoint is not None:
                self.notes.note("checkpoint", "impossible", "ledger.jsonl", reason)
            return
        self.chain = read_chain(self.source.lines)
        broken = self.chain.broken
        if broken is None:
            self.notes.note("lines", "passed", "", f"{len(self.chain.lines)} lines")
        else:
            self.notes.note("lines", "failed", broken.expected, f"line {broken.number}: {broken.actual}")
        for line in self.chain.lines:
            self._event(line)
        if checkpoint is not None:
            self._checkpoint(checkpoint)

    def strays(self) -> tuple[str, ...]:
        """Files that no line and no seal names."""
        named = {"ledger.jsonl", "ledger.lock"} | {line.file for line in self.chain.lines}
        for event in self.ledger.events:
            if event.line.type == "seal":
                named.update(derivation.snapshot_files(event.value).values())
        return tuple(sorted({*self.source.files, *self.source.unreadable} - named))

    def _event(self, line: Line) -> None:
        if line.type not in EVENT_SHAPES:
            self.notes.note("events", "impossible", "an event of a type that is known", line.type, line)
            self._lose(line)
            return
        if line.file != event_file(line.seq, line.type):
            self.notes.note("events", "failed", event_file(line.seq, line.type), line.file, line)
            self._lose(line)
            return
        if (data := self.source.files.get(line.file)) is None:
            self.notes.note("events", "impossible", line.file, self.source.unreadable.get(line.file, "no such file"), line)
            self._lose(line)
            return
        try:
            event = read_event(line, data)
            self._check_owner(event)
        except BadEvent as error:
            self.notes.note("events", "failed", error.expected, error.actual, line)
            self._lose(line)
            return
        self.notes.note("events", "passed", "", line.file, line)
        before = self.ledger.state(line.key)
        history = self.ledger.history(event.value["cycle"]) if line.type == "seal" else History()
        try:
            self.ledger = self.ledger.appended(event)
            change = "" if line.type == "repair" else f"{before.name} -> {self.ledger.state(line.key).name}"
            if line.type == "seal" and before.seed_lost:
                self.notes.note(
                    "states", "impossible", "the seed document that the batch is bound to", "the failure holds none", line
                )
            else:
                self.notes.note("states", "passed", "", change, line)
        except OutOfPlace as error:
            self.notes.note("states", "failed", error.expected, error.actual, line)
            self.ledger = self.ledger.passed_over(event)
        if self.batch in (None, line.batch):
            self._evidence(event, history, before)

    def _check_owner(self, event: Event) -> None:
        """Failures and voids do not say whose they are: their line must be of the batch whose event they name.

        Raises BadEvent if that event is of other batches alone; one that is not there at all is a matter of `states`.
        """
        earlier = self.chain.lines[: event.line.seq - 1]
        if event.line.type == "failure":
            owners = {line.key for line in earlier if line.sha256 == event.value["seal"]}
        elif event.line.type == "void":
            owners = {line.key for line in earlier if line.hash == event.value["target"]}
        else:
            return
        if owners and event.line.key not in owners:
            raise BadEvent(f"plan and batch {sorted(owners)[0]}", str(event.line.key))

    def _lose(self, line: Line) -> None:
        """A lost event may be a draw, which is then missing from the histories that follow."""
        self.ledger = self.ledger.forgotten(line.key)
        self.lost = True

    def _evidence(self, event: Event, history: History, before: BatchState) -> None:
        match event.line.type:
            case "seal":
                self._seal(event, history, before)
            case "draw":
                self._draw(event)
            case "failure":
                self._failure(event)

    def _seal(self, seal: Event, history: History, before: BatchState) -> None:
        self.inputs[seal.line.seq] = inputs = self._inputs(seal)
        self.before[seal.line.seq] = before
        if inputs is None:
            self.notes.impossible(("history",), "inputs did not pass", seal.line)
        else:
            must = list(history.digests) if needs_history(inputs.plan.tasks) else []
            self.notes.compare("history", must, seal.value["history"], seal.line, unsure=self.lost)
        document = seal.value["seed_document"]
        if document is not None:  # a kept one still names the open seal that it answered
            self._seed(seal, document, seal, self._answerable(seal.line, document, before))

    def _answerable(self, line: Line, document: str, before: BatchState) -> set[str | None] | None:
        """The open seals that `document` may name, after a seal that knew its seed: none, or the one that a kept document
        answered. None where an event that could not be read might tell. `before` is where the batch stood before the seal."""
        seed = _parsed(document)
        if seed is None or seed.seal is None or document == self._bound(before):
            return {None, seed.seal if seed else None}
        if self.ledger.state(line.key).name != "unknown" and not before.seed_lost:
            return {None}
        mark = (line.key, seed.seal)
        seals = [one for one in self.ledger.events if one.line.type == "seal" and (one.line.key, one.line.sha256) == mark]
        return {None, *(one.line.sha256 for one in seals if one.value["seed_document"] is None)} if seals else None

    def _bound(self, state: BatchState) -> str | None:
        """The document that the last failure, or void in its place, bound the batch to, whatever was sealed since."""
        while state.name in ("sealed", "drawn") and state.seal is not None:
            state = self.before[state.seal.line.seq]
        return state.kept_seed if state.name in ("failed", "void") else None

    def _seal_of(self, answer: Event) -> Event | None:
        """The last seal of the answer's batch before it that has the digest it names."""
        mark = (answer.line.key, answer.value["seal"])
        seals = [one for one in self.ledger.events if one.line.type == "seal" and (one.line.key, one.line.sha256) == mark]
        return seals[-1] if seals else None

    def _no_seal(self, names: tuple[str, ...], event: Event) -> None:
        """The seal that an answer names is not among those read: lost, if an event of the batch was, else never there."""
        unknown = self.ledger.state(event.line.key).name == "unknown"
        self.notes.note(names[0], "impossible" if unknown else "failed", "a seal of the batch", event.value["seal"], event.line)
        rest = names[1:]
        if "seed" in rest and self._form(event, event.value["seed"]["document"]) is None:
            rest = tuple(name for name in rest if name != "seed")
        self.notes.impossible(rest, "no seal to derive it from", event.line)

    def _inputs(self, seal: Event) -> SealedInputs | None:
        try:
            inputs = derivation.sealed_inputs(seal.value, self.source.files)
            derivation.check_drawable(seal.value, inputs)
        except BadInputs as error:
            self.notes.note("inputs", "failed", error.expected, error.actual, seal.line)
        except MissingSnapshot as error:
            reason = error.reason or self.source.unreadable.get(error.file, "no such file")
            self.notes.note("inputs", "impossible", error.file, reason, seal.line)
        else:
            self.notes.note("inputs", "passed", "", f"{len(derivation.snapshot_files(seal.value))} snapshots", seal.line)
            return inputs
        return None

    def _seed(self, event: Event, document: str, seal: Event, answered: set[str | None] | None) -> SeedDocument | None:
        """Check a seed document, which may name one of the seals `answered`; the seed if it is one, whatever else is wrong."""
        seed = self._form(event, document)
        if seed is None:
            return None
        if answered is None:
            self.notes.note(
                "seed", "impossible", "the open seal that the seed names", f"seal {seed.seal} was not read", event.line
            )
        elif seed.seal not in answered:
            expected = " or ".join(sorted(str(one) for one in answered))
            self.notes.note("seed", "failed", f"seal {expected}", f"seal {seed.seal}", event.line)
        elif not seed.agrees_with(tuple(seal.value["entropy"])):
            self.notes.note("seed", "failed", "the sources that the seal lists", "others", event.line)
        elif event.line.type == "draw":
            must = {"document": document, "sha256": seed.sha256, "class": seed.seed_class}
            self.notes.compare("seed", must, event.value["seed"], event.line)
        else:
            self.notes.note("seed", "passed", "", f"{seed.seed_class} {seed.sha256}", event.line)
        return seed

    def _form(self, event: Event, document: str) -> SeedDocument | None:
        try:
            return parse_seed(document)
        except BadSeed as error:
            self.notes.note("seed", "failed", "a seed document", error.reason, event.line)
            return None

    def _draw(self, event: Event) -> None:
        seal = self._seal_of(event)
        if seal is None:
            self._no_seal(("seal", "seed", *CHECKS_OF_A_DRAW), event)
            return
        record = event.value
        names = ("plan", "batch", "cycle", "inputs", "history")
        must = {name: seal.value[name] for name in names} | {"seal": seal.line.sha256}
        found = {name: record[name] for name in must} | {"seed_document": record["seed"]["document"]}
        if (known := seal.value["seed_document"]) is not None:
            must["seed_document"] = known
        self.notes.compare("seal", must, {name: found[name] for name in must}, event.line)
        sealed_seed = _parsed(known or "")
        document = record["seed"]["document"]
        if known is None:
            seed = self._seed(event, document, seal, {seal.line.sha256})
        else:
            seed = self._seed(event, document, seal, self._answerable(event.line, document, self.before[seal.line.seq]))
        derived = self._derived(seal, seed if known is None else sealed_seed, CHECKS_OF_A_DRAW, event)
        if derived is None:
            return
        if not isinstance(derived.outcome, Draw):
            self.notes.impossible(CHECKS_OF_A_DRAW[:-1], "the sealed draw is infeasible", event.line)
            self.notes.note("record", "failed", f"a failure: {derived.outcome.reason}", "a draw", event.line)
            return
        for name, select in SECTIONS.items():
            self.notes.compare(name, select(derived.value), select(record), event.line)
        digest = canonical.sha256(canonical.encode(derived.value))
        self.notes.note("record", "passed" if digest == event.line.sha256 else "failed", digest, event.line.sha256, event.line)

    def _failure(self, event: Event) -> None:
        seal = self._seal_of(event)
        if seal is None:
            self._no_seal(("failure",), event)
            return
        seed = _parsed(seal.value["seed_document"] or "")
        derived = self._derived(seal, seed, ("failure",), event)
        if derived is not None:
            self.notes.compare("failure", derived.value, event.value, event.line)

    def _derived(self, seal: Event, seed: SeedDocument | None, names: tuple[str, ...], event: Event) -> derivation.Answer | None:
        """The answer that follows from the seal, or None after saying why there is none."""
        inputs = self.inputs[seal.line.seq]  # a seal of the answer's own batch, so it was checked before
        history = self.ledger.records(seal.value["history"])
        if inputs is None or seed is None or history is None:
            lacks = "inputs" if inputs is None else "seed" if seed is None else "history"
            self.notes.impossible(names, f"{lacks} did not pass", event.line)
            return None
        return derivation.answer(seal, inputs, history, seed)

    def _checkpoint(self, text: str) -> None:
        found_lines = _CHECKPOINT.fullmatch(text.replace("\r\n", "\n"))
        if found_lines is None:
            self.notes.note("checkpoint", "impossible", "the three lines of a checkpoint", "another text")
            return
        count, must = int(found_lines[1]), found_lines[2]
        if count > len(self.chain.lines) and self.chain.broken is not None:
            self.notes.note("checkpoint", "impossible", f"at least {count} events", "lines that cannot be read")
            return
        if count > len(self.chain.lines):
            self.notes.note("checkpoint", "failed", f"at least {count} events", f"{len(self.chain.lines)}")
            return
        found = GENESIS if count == 0 else self.chain.lines[count - 1].hash
        self.notes.note("checkpoint", "passed" if found == must else "failed", must, found)


def _parsed(document: str) -> SeedDocument | None:
    try:
        return parse_seed(document)
    except BadSeed:
        return None
