"""All durable I/O (ledger-v1, Order of writes). Nothing else in the program writes evidence.

A file becomes durable like this: a temporary name in the same directory, every byte written and fsynced, linked to its final name
without replacing anything, the directory fsynced. Whatever is interrupted leaves either nothing that counts or the whole.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import filelock

from shuangsuiji.evidence.lines import Line
from shuangsuiji.evidence.verification import LedgerBytes
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status

_LARGEST_INPUT = 1 << 30
_PRIVATE = 0o600
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


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
        raise _environment(Code.FILE_UNREADABLE, path, error) from error


def read_ledger(directory: Path) -> LedgerBytes:
    """Everything in a ledger, as it lies there. Never raises for what it finds: what cannot be read is said to be unreadable."""
    files: dict[str, bytes] = {}
    unreadable: dict[str, str] = {}
    for name in ("ledger.jsonl", *_listing(directory, "events", unreadable), *_listing(directory, "snapshots", unreadable)):
        try:
            files[name] = _read_regular(directory / name)
        except FileNotFoundError:
            continue
        except OSError as error:
            unreadable[name] = _reason(error)
    return LedgerBytes(files.pop("ledger.jsonl", None), files, unreadable)


def _listing(directory: Path, folder: str, unreadable: dict[str, str]) -> list[str]:
    try:
        return sorted(f"{folder}/{name}" for name in os.listdir(directory / folder) if not name.startswith(".tmp-"))
    except FileNotFoundError:
        return []
    except OSError as error:
        unreadable[folder] = _reason(error)
        return []


def _read_regular(path: Path) -> bytes:
    """Bytes of a regular file, no link followed, nothing that could block opened."""
    descriptor = os.open(path, os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EFTYPE if hasattr(errno, "EFTYPE") else errno.EINVAL, "not a regular file")
        return file.read()


class LockedLedger:
    """A ledger directory whose lock we hold. Every method that writes is durable when it returns."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def read(self) -> LedgerBytes:
        """All bytes of the ledger."""
        return read_ledger(self.directory)

    def write(self, name: str, data: bytes) -> None:
        """Make `data` durable under `name`. Done already if it lies there; raises Refusal if something else does."""
        with _failures(self.directory / name):
            _write_once(self.directory / name, data)

    def append(self, line: Line) -> None:
        """Make `line` durable at the end of `ledger.jsonl`."""
        self._append(line.encode())

    def end_last_line(self) -> None:
        """Give a last line that is complete but for its LF that LF."""
        self._append(b"\n")

    def _append(self, data: bytes) -> None:
        path = self.directory / "ledger.jsonl"
        with _failures(path):
            new = not os.path.lexists(path)
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _NO_FOLLOW, _PRIVATE)
            try:
                _write_all(descriptor, data)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if new:
                _sync_directory(self.directory)


@contextlib.contextmanager
def locked(directory: Path, wait: float = 0) -> Iterator[LockedLedger]:
    """Hold the ledger's lock, making the directory if there is none. Raises Refusal(BUSY) after `wait` seconds."""
    with _failures(directory):
        _make_directories(directory)
    lock = filelock.FileLock(directory / "ledger.lock", timeout=wait, mode=_PRIVATE, preserve_lock_file=True)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise Refusal(Status.BUSY, Problem.of(Code.LEDGER_BUSY, ledger=str(directory))) from error
    except OSError as error:
        raise _environment(Code.FILE_WRITE_FAILED, directory / "ledger.lock", error) from error
    try:
        yield LockedLedger(directory)
    finally:
        lock.release()


def write_export(path: Path, data: bytes, first_line: bytes) -> None:
    """Write a file for the user's own use, replacing an earlier export (one that begins with `first_line`) and nothing else."""
    with _failures(path):
        check_export(path, first_line)
        temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
        try:
            _write_new(temporary, data, 0o644)
            os.replace(temporary, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()


def check_export(path: Path, first_line: bytes) -> None:
    """Raises Refusal: INPUT if something lies at `path` that is no earlier export (one that begins with `first_line`),
    ENVIRONMENT if nothing can be written there."""
    with _failures(path):
        with contextlib.suppress(FileNotFoundError):
            if not _read_regular(path).startswith(first_line):
                raise Refusal(Status.INPUT, Problem.of(Code.FILE_EXISTS, Place(file=str(path)), file=str(path)))
        if not stat.S_ISDIR(path.parent.stat().st_mode):
            raise OSError(errno.ENOTDIR, "not a directory")
        if not os.access(path.parent, os.W_OK):
            raise OSError(errno.EACCES, "not writable")


def _make_directories(directory: Path) -> None:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in ("events", "snapshots"):
        (directory / folder).mkdir(mode=0o700, exist_ok=True)
    _sync_directory(directory)


def _write_once(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    with contextlib.suppress(FileNotFoundError):
        temporary.unlink()  # of an earlier process with our number that died: only ours can have it under the lock
    _write_new(temporary, data, _PRIVATE)
    try:
        _link(temporary, path)
    except FileExistsError:
        if _read_regular(path) != data:
            raise Refusal(Status.ENVIRONMENT, Problem.of(Code.LEDGER_OCCUPIED, Place(file=str(path)), file=str(path))) from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
    _sync_directory(path.parent)


def _link(temporary: Path, path: Path) -> None:
    """Give the file its final name without replacing. On file systems without hard links, rename after looking."""
    try:
        os.link(temporary, path, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError) as error:
        if isinstance(error, OSError) and error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        try:
            os.lstat(path)
        except FileNotFoundError:
            os.rename(temporary, path)
        else:
            raise FileExistsError(errno.EEXIST, "exists", str(path)) from error


def _write_new(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, mode)
    try:
        _write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_directory(directory: Path) -> None:
    if os.name == "nt":  # a directory cannot be opened there; NTFS journals names by itself
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _failures(path: Path) -> Iterator[None]:
    """Every OSError becomes a Refusal(ENVIRONMENT) that names the file; nothing is tried again."""
    try:
        yield
    except OSError as error:
        raise _environment(Code.FILE_WRITE_FAILED, path, error) from error


def _environment(code: Code, path: Path, error: OSError) -> Refusal:
    return Refusal(Status.ENVIRONMENT, Problem.of(code, Place(file=str(path)), file=str(path), reason=_reason(error)))


def _reason(error: OSError) -> str:
    """The error's name, such as ENOSPC."""
    return errno.errorcode.get(error.errno or 0, "") or str(error)
