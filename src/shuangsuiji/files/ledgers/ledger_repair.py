"""Mending a ledger whose last line is torn: the one time that something is taken from it, and the ledger says so itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from shuangsuiji.evidence.canonical import sha256
from shuangsuiji.evidence.lines import Circumstances, Event, quarantine_file, read_chain
from shuangsuiji.files.durable.storage import LockedLedger
from shuangsuiji.files.ledgers.ledger_file import open_ledger
from shuangsuiji.files.ledgers.ledger_writer import LedgerWriter, lacks_only_lf


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done: the repair events written, whether a last line was completed, the seal or void that now has its line."""

    repairs: tuple[Event, ...]
    completed: bool
    adopted: Event | None
    writer: LedgerWriter


def mend(store: LockedLedger, circumstances: Callable[[], Circumstances]) -> Mended:
    """Make a ledger whole after a run that died at its last line. Raises Refusal for any other damage, and changes nothing then.

    The bytes are durable in quarantine before they are cut; the event that says so follows what the run had sealed. Whoever dies
    in between leaves the event to the next run, whatever that was asked to do.
    """
    source = store.read()
    completed = lacks_only_lf(source)
    lines = source.lines or b""
    chain = read_chain(lines)
    if chain.broken is not None and chain.broken.torn and not completed:
        position = sum(len(line.encode()) for line in chain.lines)
        open_ledger(replace(source, lines=lines[:position]))
        tail = lines[position:]
        store.cut_tail(quarantine_file(position, sha256(tail)), position, tail)
    writer = LedgerWriter(store, circumstances)
    return Mended(tuple(writer.repaired), completed, writer.adopted, writer)
