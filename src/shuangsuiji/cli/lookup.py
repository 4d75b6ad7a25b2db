"""Finding a batch in a ledger by what a person types."""

from pathlib import Path

from shuangsuiji.evidence.ledger import Ledger, LedgerBytes
from shuangsuiji.evidence.lines import NO_BATCH, BatchKey
from shuangsuiji.files.durable.storage import read_ledger
from shuangsuiji.files.ledgers.ledger_file import open_ledger
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status


def existing_bytes(directory: Path) -> LedgerBytes:
    """The ledger's bytes. Raises Refusal(INPUT) if there is no ledger."""
    source = read_ledger(directory)
    if source.lines is None and not source.unreadable:
        problem = Problem.of(Code.LEDGER_MISSING, Place(file=str(directory)), ledger=str(directory))
        raise Refusal(Status.INPUT, problem)
    return source


def existing_ledger(directory: Path) -> Ledger:
    """The ledger. Raises Refusal if there is none or it is not whole."""
    return open_ledger(existing_bytes(directory))


def batch_key(ledger: Ledger, batch: str, plan: str | None) -> BatchKey:
    """The (plan id, batch id) meant. Raises Refusal(USAGE) for an unknown batch, or one that several plans have."""
    keys = sorted({event.line.key for event in ledger.events} - {NO_BATCH})
    found = [key for key in keys if key[1] == batch and plan in (None, key[0])]
    if not found:
        known = "、".join(f"{key[0]} {key[1]}" if plan is not None else key[1] for key in keys)
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_UNKNOWN_BATCH, batch=batch, known=known))
    if len(found) > 1:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_AMBIGUOUS_BATCH, batch=batch, plans="、".join(key[0] for key in found)))
    return found[0]
