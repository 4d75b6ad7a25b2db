"""Reading a ledger to go on with it: whole, or not at all."""

from collections.abc import Mapping

from shuangsuiji.evidence import derivation
from shuangsuiji.evidence.derivation import BadInputs, MissingSnapshot, SealedInputs
from shuangsuiji.evidence.ledger import Ledger, LedgerBytes, OutOfPlace
from shuangsuiji.evidence.lines import BadEvent, Event, event_file, read_chain, read_event
from shuangsuiji.model.history import History
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status
from shuangsuiji.model.seed import BadSeed, SeedDocument, parse_seed


def open_ledger(source: LedgerBytes) -> Ledger:
    """The ledger of these bytes. Raises Refusal if it is not whole: nothing is appended to a broken chain."""
    if source.lines is None:
        _check_leftovers(source, 0)
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
    _check_leftovers(source, len(chain.lines))
    return ledger


def _check_leftovers(source: LedgerBytes, lines: int) -> None:
    """A run that died leaves at most the event after the last line; more of them means that lines were taken away."""
    last = event_file(lines + 2, "")[: -len("-.json")]
    found = sorted(name for name in (*source.files, *source.unreadable) if name.startswith("events/") and name >= last)
    if found:
        raise _broken(Place(file="ledger.jsonl"), f"no event file above {lines + 1}", found[0])


def read_sealed(seal: Event, files: Mapping[str, bytes]) -> SealedInputs:
    """What a seal froze. Raises Refusal: FAILED for snapshots that are not what it says, CANNOT_VERIFY for missing ones."""
    try:
        return derivation.sealed_inputs(seal.value, files)
    except BadInputs as error:
        raise _broken(Place(file=seal.line.file), error.expected, error.actual) from error
    except MissingSnapshot as error:
        problem = Problem.of(Code.FILE_UNREADABLE, Place(file=error.file), file=error.file, reason="ENOENT")
        raise Refusal(Status.CANNOT_VERIFY, problem) from error


def read_seed(seal: Event) -> SeedDocument:
    """The seed of a seal that knows it. Raises Refusal(FAILED) if it is none, or not what the seal lists."""
    place = Place(file=seal.line.file)
    try:
        seed = parse_seed(seal.value["seed_document"])
    except BadSeed as error:
        raise _broken(place, "a seed document", error.reason) from error
    if not seed.agrees_with(tuple(seal.value["entropy"])):
        raise _broken(place, "the sources that the seal lists", "others")
    return seed


def read_history(seal: Event, ledger: Ledger) -> History:
    """The records that a seal lists. Raises Refusal(FAILED) if one of them is not in the ledger."""
    history = ledger.records(seal.value["history"])
    if history is None:
        raise _broken(Place(file=seal.line.file), "the records that the seal lists", "others")
    return history


def _broken(place: Place, expected: str, actual: str, code: Code = Code.LEDGER_BROKEN) -> Refusal:
    return Refusal(Status.FAILED, Problem.of(code, place, expected=expected, actual=actual))
