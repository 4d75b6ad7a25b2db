"""All durable I/O (ledger-v1, Order of writes). Nothing else in the program writes evidence.

Beside it: `storage_reading` what lies there, `storage_writing` how a file becomes durable, `storage_system` the one door to the
operating system, `storage_places` where a ledger may lie, `lock` one run at a time, `watch` whether it still is so, `exports`
files for people.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from shuangsuiji.evidence.ledger import LedgerBytes
from shuangsuiji.evidence.lines import QUARANTINE, Line
from shuangsuiji.files.durable import lock
from shuangsuiji.files.durable import storage_system as door
from shuangsuiji.files.durable.exports import check_export as check_export
from shuangsuiji.files.durable.exports import write_export as write_export
from shuangsuiji.files.durable.storage_places import check_local, check_owner, check_room
from shuangsuiji.files.durable.storage_reading import FOLDERS, LINES, read_some
from shuangsuiji.files.durable.storage_reading import read_input as read_input
from shuangsuiji.files.durable.storage_reading import read_ledger as read_ledger
from shuangsuiji.files.durable.storage_reading import read_start as read_start
from shuangsuiji.files.durable.storage_writing import (
    PRIVATE_FOLDER,
    append,
    check_directory,
    cut,
    failures,
    make_directories,
    make_directory,
    settle,
    sync_above,
    write_once,
)
from shuangsuiji.files.durable.watch import Watch


class LockedLedger:
    """A ledger directory whose lock we hold. Every method that writes is durable when it returns, and writes nothing once the
    lock is no longer ours or the lines have been changed by somebody else."""

    def __init__(self, directory: Path, ours: Callable[[], bool]) -> None:
        """`ours` tells whether the file that we locked still lies there."""
        self.directory = directory
        self._watch = Watch(directory / lock.NAME, directory / LINES, ours)

    def read(self) -> LedgerBytes:
        """All bytes of the ledger."""
        found = read_ledger(self.directory)
        self._watch.saw(found.lines)
        return found

    def settle(self) -> None:
        """Make durable what the lines hold already: whoever wrote it may not have lived to do so."""
        with failures(self.directory / LINES):
            settle(self.directory / LINES)

    def check_room(self, snapshots: int) -> None:
        """Raises Refusal(ENVIRONMENT) where the disk has no room for a draw from so many bytes of snapshots."""
        with failures(self.directory):
            check_room(self.directory, snapshots)

    def write(self, name: str, data: bytes) -> None:
        """Make `data` durable under `name`. Done already if it lies there; raises Refusal if something else does."""
        with failures(self.directory / name):
            write_once(self.directory / name, data, self._watch.check)

    def append(self, line: Line) -> None:
        """Make `line` durable at the end of `ledger.jsonl`."""
        self._append(line.encode())

    def end_last_line(self) -> None:
        """Give a last line that is complete but for its LF that LF."""
        self._append(b"\n")

    def _append(self, data: bytes) -> None:
        with failures(self.directory / LINES):
            self._watch.check()  # before a file is made where there should be one
            append(self.directory / LINES, data, self._watch.check)
            self._watch.grew(data)
            self._watch.check()

    def quarantined(self, wanted: Callable[[str], bool]) -> dict[str, bytes]:
        """The files in quarantine that are `wanted`. Raises Refusal(ENVIRONMENT) for one that cannot be read."""
        return read_some(self.directory, QUARANTINE, wanted)

    def cut_tail(self, name: str, position: int, tail: bytes) -> None:
        """Take `tail` from the end of `ledger.jsonl`, from byte `position` on, after making it durable under `name`."""
        with failures(self.directory / QUARANTINE):
            make_directory(self.directory / QUARANTINE, PRIVATE_FOLDER)
            check_directory(self.directory / QUARANTINE)
            door.SYSTEM.sync_directory(self.directory)
        self.write(name, tail)
        with failures(self.directory / LINES):
            cut(self.directory / LINES, position, self._watch.check)
            self._watch.forget()


@contextlib.contextmanager
def locked(directory: Path, wait: float = 0) -> Iterator[LockedLedger]:
    """Hold the ledger's lock, making the directory if there is none. Raises Refusal(BUSY) after `wait` seconds."""
    with failures(directory):
        check_local(directory)
        check_owner(directory)
        make_directories(directory, FOLDERS)
        if not os.path.lexists(directory / LINES):
            sync_above(directory)
    with lock.held(directory, wait) as ours:
        yield LockedLedger(directory, ours)
