"""What an auditor needs of a ledger to check one batch and what it rests on: which files, by name (ledger-v1).

The lines and all events, since the chain and the states of the batches are read from all of them; the snapshots of every seal of
the batch asked for, and of the batches whose records stand in the histories of those seals, and so on: whoever doubts a tier can
derive it too. Verifiers are asked for a batch by its id alone, so a batch of the same id in another plan belongs to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.derivation import snapshot_files
from shuangsuiji.evidence.ledger import Ledger
from shuangsuiji.evidence.lines import BatchKey, Event

LINES = "ledger.jsonl"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files that a batch needs, relative to the ledger and sorted, and the batches that can be derived again from them: the
    one asked for first, the others in the order in which they were first sealed."""

    key: BatchKey
    batches: tuple[str, ...]
    events: tuple[str, ...]
    snapshots: tuple[str, ...]


def bundle_of(ledger: Ledger, key: BatchKey) -> Bundle:
    """What belongs to a batch of the ledger."""
    seals = [event for event in ledger.events if event.line.type == "seal"]
    batches = _with_histories(ledger, seals, key[1])
    ordered = sorted(batches, key=lambda batch: (batch != key[1], [seal.line.batch for seal in seals].index(batch)))
    named = {file for seal in seals if seal.line.batch in batches for file in snapshot_files(seal.value).values()}
    return Bundle(key, tuple(ordered), tuple(sorted(event.line.file for event in ledger.events)), tuple(sorted(named)))


def _with_histories(ledger: Ledger, seals: list[Event], batch: str) -> set[str]:
    """The batch, and every batch that a history of one of them names, until none is new."""
    batch_of = {event.line.sha256: event.line.batch for event in ledger.events if event.line.type == "draw"}
    found, new = {batch}, {batch}
    while new:
        listed = {digest for seal in seals if seal.line.batch in new for digest in seal.value["history"]}
        new = {batch_of[digest] for digest in listed & batch_of.keys()} - found
        found |= new
    return found


def damaged(names: tuple[str, ...], files: Mapping[str, bytes]) -> dict[str, str]:
    """The snapshots among `names` whose bytes have another digest than the one they are named by, with the one they have."""
    digests = {name: canonical.sha256(files[name]) for name in names if name in files}
    return {name: digest for name, digest in digests.items() if digest not in name}
