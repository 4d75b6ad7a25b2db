"""Reading a ledger to go on with it: whole, or not at all."""

from collections.abc import Mapping

from shuangsuiji.evidence import derivation
from shuangsuiji.evidence.derivation import BadInputs, MissingSnapshot, SealedInputs
from shuangsuiji.evidence.ledger import Ledger, LedgerBytes, OutOfPlace
from shuangsuiji.evidence.lines import BadEvent, Chain, Event, event_file, read_chain, read_event
from shuangsuiji.model.history import History
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status
from shuangsuiji.model.seed import BadSeed, SeedDocument, parse_seed


def open_ledger(source: LedgerBytes) -> Ledger:
    """The ledger of these bytes. Raises Refusal if it is not whole: nothing is appended to a broken chain."""
    if source.lines is None:
        for name in ("ledger.jsonl", "events"):  # what is there and cannot be read was not taken away
            if name in source.unreadable:
                raise unreadable(name, source.unreadable[name], Status.ENVIRONMENT)
        _check_leftovers(source, 0)
        return Ledger()
    chain = read_chain(source.lines)
    if chain.broken is not None:
        broken = chain.broken
        place = Place(file="ledger.jsonl", line=broken.number)
        if broken.torn and "events" not in source.unreadable and not next_events(source, len(chain.lines)):
            raise event_gone(chain)
        raise _broken(place, broken.expected, broken.actual, Code.LEDGER_TORN if broken.torn else Code.LEDGER_BROKEN)
    ledger = Ledger()
    for line in chain.lines:
        place = Place(file=line.file)
        if line.file not in source.files:
            reason = source.unreadable.get(line.file, source.unreadable.get("events", "ENOENT"))
            raise unreadable(line.file, reason, Status.CANNOT_VERIFY)
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
        expected = f"no event file above {lines + 1}"
        problem = Problem.of(
            Code.LEDGER_BROKEN, Place(file="ledger.jsonl"), fault="taken", expected=expected, actual=found[0], lines=lines
        )
        raise Refusal(Status.FAILED, problem)


def next_events(source: LedgerBytes, lines: int) -> list[str]:
    """The event files that lie there, readable or not, with the number of the line after so many. A line is written after its
    event: what a run leaves that died at a line is never without one."""
    start = event_file(lines + 1, "")[: -len(".json")]
    return sorted(name for name in (*source.files, *source.unreadable) if name.startswith(start))


def event_gone(chain: Chain) -> Refusal:
    """The last line is torn, and the event that was durable before it was begun does not lie there: no run leaves that."""
    number = len(chain.lines) + 1
    expected, actual = f"an event file {number:06d}, written before its line", "none that may follow"
    place = Place(file="ledger.jsonl", line=number)
    problem = Problem.of(Code.LEDGER_BROKEN, place, fault="gone", expected=expected, actual=actual, number=number)
    return Refusal(Status.FAILED, problem)


def unreadable(name: str, reason: str, status: Status) -> Refusal:
    """A file of the ledger is not there or cannot be read."""
    return Refusal(status, Problem.of(Code.FILE_UNREADABLE, Place(file=name), file=name, reason=reason))


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
