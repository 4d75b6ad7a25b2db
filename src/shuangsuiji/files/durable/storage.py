"""All durable I/O (ledger-v1, Order of writes). Nothing else in the program writes evidence.

Beside it: `storage_writing` how a file becomes durable, `storage_system` the one door to the operating system, `storage_places`
where a ledger may lie, `lock` one run at a time.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from shuangsuiji.evidence.ledger import LedgerBytes
from shuangsuiji.evidence.lines import QUARANTINE, Line
from shuangsuiji.files.durable import lock
from shuangsuiji.files.durable import storage_system as door
from shuangsuiji.files.durable.storage_places import check_local, check_room
from shuangsuiji.files.durable.storage_writing import (
    PRIVATE_FOLDER,
    append,
    check_directory,
    cut,
    environment,
    failures,
    make_directories,
    make_directory,
    read_regular,
    reason_of,
    settle,
    sync_above,
    write_new,
    write_once,
)
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status

_LARGEST_INPUT = 1 << 30
_LINES = "ledger.jsonl"
_FOLDERS = ("events", "snapshots")


def read_input(path: Path) -> bytes:
    """The bytes of a file that the user named. Raises Refusal(INPUT) if it is not there, ENVIRONMENT if it cannot be read."""
    place = Place(file=str(path))
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise Refusal(Status.INPUT, Problem.of(Code.FILE_NOT_REGULAR, place, file=str(path)))
        if found.st_size > _LARGEST_INPUT:
            raise Refusal(Status.INPUT, Problem.of(Code.FILE_TOO_LARGE, place, file=str(path), limit="1 GiB"))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Refusal(Status.INPUT, Problem.of(Code.FILE_MISSING, place, file=str(path))) from error
    except OSError as error:
        raise environment(Code.FILE_UNREADABLE, path, error) from error


def read_ledger(directory: Path) -> LedgerBytes:
    """Everything in a ledger, as it lies there. Never raises for what it finds: what cannot be read is said to be unreadable."""
    files: dict[str, bytes] = {}
    unreadable: dict[str, str] = {}
    listed = (name for folder in _FOLDERS for name in _listing(directory, folder, unreadable))
    for name in (_LINES, *listed):
        try:
            files[name] = read_regular(directory / name)
        except FileNotFoundError:
            continue
        except OSError as error:
            unreadable[name] = reason_of(error)
    return LedgerBytes(files.pop(_LINES, None), files, unreadable)


def _listing(directory: Path, folder: str, unreadable: dict[str, str]) -> list[str]:
    try:
        return sorted(f"{folder}/{name}" for name in os.listdir(directory / folder) if not name.startswith(".tmp-"))
    except FileNotFoundError:
        return []
    except OSError as error:
        unreadable[folder] = reason_of(error)
        return []


class LockedLedger:
    """A ledger directory whose lock we hold. Every method that writes is durable when it returns."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def read(self) -> LedgerBytes:
        """All bytes of the ledger."""
        return read_ledger(self.directory)

    def settle(self) -> None:
        """Make durable what the lines hold already: whoever wrote it may not have lived to do so."""
        with failures(self.directory / _LINES):
            settle(self.directory / _LINES)

    def check_room(self, snapshots: int) -> None:
        """Raises Refusal(ENVIRONMENT) where the disk has no room for a draw from so many bytes of snapshots."""
        with failures(self.directory):
            check_room(self.directory, snapshots)

    def write(self, name: str, data: bytes) -> None:
        """Make `data` durable under `name`. Done already if it lies there; raises Refusal if something else does."""
        with failures(self.directory / name):
            write_once(self.directory / name, data)

    def append(self, line: Line) -> None:
        """Make `line` durable at the end of `ledger.jsonl`."""
        self._append(line.encode())

    def end_last_line(self) -> None:
        """Give a last line that is complete but for its LF that LF."""
        self._append(b"\n")

    def _append(self, data: bytes) -> None:
        with failures(self.directory / _LINES):
            append(self.directory / _LINES, data)

    def quarantined(self) -> dict[str, bytes]:
        """The files in quarantine. Raises Refusal(ENVIRONMENT) for one that cannot be read."""
        unreadable: dict[str, str] = {}
        with failures(self.directory / QUARANTINE):
            found = {name: read_regular(self.directory / name) for name in _listing(self.directory, QUARANTINE, unreadable)}
        for name, reason in unreadable.items():
            raise Refusal(Status.ENVIRONMENT, Problem.of(Code.FILE_UNREADABLE, Place(file=name), file=name, reason=reason))
        return found

    def cut_tail(self, name: str, position: int, tail: bytes) -> None:
        """Take `tail` from the end of `ledger.jsonl`, from byte `position` on, after making it durable under `name`."""
        with failures(self.directory / QUARANTINE):
            make_directory(self.directory / QUARANTINE, PRIVATE_FOLDER)
            check_directory(self.directory / QUARANTINE)
            door.SYSTEM.sync_directory(self.directory)
        self.write(name, tail)
        with failures(self.directory / _LINES):
            cut(self.directory / _LINES, position)


@contextlib.contextmanager
def locked(directory: Path, wait: float = 0) -> Iterator[LockedLedger]:
    """Hold the ledger's lock, making the directory if there is none. Raises Refusal(BUSY) after `wait` seconds."""
    with failures(directory):
        check_local(directory)
        make_directories(directory, _FOLDERS)
        if not os.path.lexists(directory / _LINES):
            sync_above(directory)
    with lock.held(directory, wait):
        yield LockedLedger(directory)


def write_export(path: Path, data: bytes, earlier: bytes | Callable[[bytes], bool]) -> None:
    """Write a file for the user's own use, replacing an earlier export (see `check_export`) and nothing else."""
    with failures(path):
        check_export(path, earlier)
        temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
        try:
            write_new(temporary, data, 0o644)
            door.SYSTEM.rename(temporary, path)
        finally:
            if os.path.lexists(temporary):
                door.SYSTEM.unlink(temporary)


def check_export(path: Path, earlier: bytes | Callable[[bytes], bool]) -> None:
    """Raises Refusal: INPUT if something lies at `path` that is no earlier export (one that begins with `earlier`, or of which
    `earlier` says so) or if `path` is inside a ledger, ENVIRONMENT if nothing can be written there."""
    with failures(path):
        with contextlib.suppress(FileNotFoundError):
            found = read_regular(path)
            if not (found.startswith(earlier) if isinstance(earlier, bytes) else earlier(found)):
                raise Refusal(Status.INPUT, Problem.of(Code.FILE_EXISTS, Place(file=str(path)), file=str(path)))
        if not stat.S_ISDIR(path.parent.stat().st_mode):
            raise OSError(errno.ENOTDIR, "not a directory")
        if not os.access(path.parent, os.W_OK):
            raise OSError(errno.EACCES, "not writable")
        if _is_in_ledger(path.parent.resolve()):
            raise Refusal(Status.INPUT, Problem.of(Code.FILE_IN_LEDGER, Place(file=str(path)), file=str(path)))


def _is_in_ledger(folder: Path) -> bool:
    """Whether a folder is a ledger's, or one of the folders in it: a stranger there would stop the next draw."""
    inside = (*_FOLDERS, QUARANTINE)
    return any(map(_is_ledger, (folder, *(one.parent for one in (folder, *folder.parents) if one.name in inside))))


def _is_ledger(folder: Path) -> bool:
    there = {name for name in (_LINES, lock.NAME, *_FOLDERS) if os.path.lexists(folder / name)}
    return there >= {lock.NAME} or there >= {_LINES, _FOLDERS[0]}
