"""Mending a ledger whose last line is torn: the one time that something is taken from it, and the ledger says so itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from shuangsuiji.evidence.canonical import sha256
from shuangsuiji.evidence.ledger import LedgerBytes
from shuangsuiji.evidence.lines import Chain, Circumstances, Event, EventType, event_file, quarantine_file, read_chain
from shuangsuiji.files.durable.storage import LockedLedger
from shuangsuiji.files.ledgers.ledger_file import event_gone, next_events, open_ledger, unreadable
from shuangsuiji.files.ledgers.ledger_writer import LedgerWriter, lacks_only_lf, orphan_event, untold_cuts
from shuangsuiji.model.problems import Status

_KINDS: tuple[EventType, ...] = ("seal", "draw", "failure", "void", "repair")


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done: the repair events written, whether a last line was completed, and by whom: its notes and adoptions."""

    repairs: tuple[Event, ...]
    completed: bool
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
        _check_before_cutting(store, source, chain, lines[:position])
        tail = lines[position:]
        store.cut_tail(quarantine_file(position, sha256(tail)), position, tail)
    writer = LedgerWriter(store, circumstances)
    return Mended(tuple(writer.repaired), completed, writer)


def _check_before_cutting(store: LockedLedger, source: LedgerBytes, chain: Chain, whole: bytes) -> None:
    """Raises Refusal for whatever else is not as a run leaves it that died at its last line.

    The event of that line was durable before the line was begun, and may follow what stands before it. If it does not lie there,
    somebody took it away: without it nothing shows that its batch was sealed, and the next draw would get another seed.
    """
    ledger = open_ledger(replace(source, lines=whole))
    found = next_events(source, len(chain.lines))
    for name in ("events", *found):
        if name in source.unreadable:
            raise unreadable(name, source.unreadable[name], Status.ENVIRONMENT)
    seq = len(chain.lines) + 1
    left = [(kind, source.files[event_file(seq, kind)]) for kind in _KINDS if event_file(seq, kind) in source.files]
    if not any(orphan_event(ledger, kind, data) for kind, data in left):
        raise event_gone(chain)
    untold_cuts(store, ledger, whole)
