"""How a file becomes durable (ledger-v1, Order of writes), step by step, and how what the system refuses is said.

A temporary name in the same directory, every byte written and fsynced, linked to the final name without replacing anything, the
directory fsynced. Whatever is interrupted leaves either nothing that counts or the whole.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from shuangsuiji.files.durable import storage_system as door
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status

NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
NO_WAIT = getattr(os, "O_NONBLOCK", 0)
"""So that opening a pipe, or a file on lease, does not hang."""
PRIVATE = 0o600
PRIVATE_FOLDER = 0o700
_FOR_ALL_TO_SEE = 0o755
"""Of folders above a ledger, as far as the umask leaves it."""
_NO_LINKS_HERE = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
_NO_LINKS_ON_WINDOWS = (*_NO_LINKS_HERE, errno.EINVAL)
"""What Python makes of ERROR_INVALID_FUNCTION and ERROR_NOT_SUPPORTED, with which FAT and exFAT answer."""
_MAY_NOT_SYNC = (errno.EACCES, errno.EPERM, errno.EROFS)


def make_directories(directory: Path, folders: tuple[str, ...]) -> None:
    """Make a private directory with these folders, where they are not there yet. A link in their place is not followed."""
    missing = []
    above = directory
    while not os.path.lexists(above):
        missing.append(above)
        above = above.parent
    for path in reversed(missing):
        make_directory(path, PRIVATE_FOLDER if path == directory else _FOR_ALL_TO_SEE)
    check_directory(directory)
    for folder in folders:
        make_directory(directory / folder, PRIVATE_FOLDER)
        check_directory(directory / folder)
    door.SYSTEM.sync_directory(directory)


def make_directory(path: Path, mode: int) -> None:
    """A directory, if nothing is there."""
    with contextlib.suppress(FileExistsError):
        door.SYSTEM.mkdir(path, mode)


def check_directory(path: Path) -> None:
    """Raises OSError for a link, whose goal may be another tomorrow, and for what is no directory."""
    mode = os.lstat(path).st_mode
    if stat.S_ISLNK(mode):
        raise OSError(errno.ELOOP, "a symbolic link", str(path))
    if not stat.S_ISDIR(mode):
        raise OSError(errno.ENOTDIR, "not a directory", str(path))


def sync_above(directory: Path) -> None:
    """Make the names durable that lead to a directory: it, or one above it, may be new (also if a run before us made it and
    died). Those on another file system, and those that are not ours to sync, were there before us."""
    device = os.stat(directory).st_dev
    for folder in directory.resolve().parents:
        if os.stat(folder).st_dev != device:
            break
        try:
            door.SYSTEM.sync_directory(folder)
        except OSError as error:
            if error.errno not in _MAY_NOT_SYNC:
                raise


def _nothing() -> None:
    """No more is asked."""


def write_once(path: Path, data: bytes, check: Callable[[], None] = _nothing) -> None:
    """Make `data` durable under `path`. Done already if it lies there; raises Refusal if something else does, or if the last
    look before it gets its name does."""
    temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    _unlink(temporary)  # of an earlier process with our number that died: only ours can have it under the lock
    write_new(temporary, data, PRIVATE)
    try:
        check()
        _link(temporary, path)
    except FileExistsError:
        if read_regular(path) != data:
            raise Refusal(Status.ENVIRONMENT, Problem.of(Code.LEDGER_OCCUPIED, Place(file=str(path)), file=str(path))) from None
    finally:
        _unlink(temporary)
    door.SYSTEM.sync_directory(path.parent)


def write_new(path: Path, data: bytes, mode: int) -> None:
    """Make a new file and all its bytes durable, though not yet its name."""
    descriptor = door.SYSTEM.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_FOLLOW, mode)
    try:
        write_all(descriptor, data)
        door.SYSTEM.fsync(descriptor)
    finally:
        door.SYSTEM.close(descriptor)


def append(path: Path, data: bytes, check: Callable[[], None] = _nothing) -> None:
    """Make `data` durable at the end of a file, which is made if there is none. `check`: a last look before the first byte."""
    new = not os.path.lexists(path)
    with _open_to_append(path, new) as descriptor:
        check()
        write_all(descriptor, data)
        door.SYSTEM.fsync(descriptor)
    if new:
        door.SYSTEM.sync_directory(path.parent)


def settle(path: Path) -> None:
    """Make durable what is in a file, and its name: a run before us may have died, or failed, just before it was."""
    with _open_to_append(path, new=False) as descriptor:
        door.SYSTEM.fsync(descriptor)
    door.SYSTEM.sync_directory(path.parent)


def cut(path: Path, length: int, check: Callable[[], None] = _nothing) -> None:
    """Cut a file off after so many bytes, durably. `check`: a last look before."""
    with _open_to_append(path, new=False) as descriptor:
        check()
        door.SYSTEM.truncate(descriptor, length)
        door.SYSTEM.fsync(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Write to the last byte, however few the system takes at a time."""
    view = memoryview(data)
    while view:
        taken = door.SYSTEM.write(descriptor, view)
        if taken <= 0:
            raise OSError(errno.EIO, "nothing was written")
        view = view[taken:]


def read_regular(path: Path) -> bytes:
    """Bytes of a regular file, no link followed, nothing that could block opened."""
    descriptor = os.open(path, os.O_RDONLY | NO_FOLLOW | NO_WAIT)
    try:
        check_regular(descriptor)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def check_regular(descriptor: int) -> None:
    """Raises OSError for what is open but no regular file."""
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISDIR(mode):
        raise OSError(errno.EISDIR, "a directory")
    if not stat.S_ISREG(mode):
        raise OSError(getattr(errno, "EFTYPE", errno.EINVAL), "not a regular file")


@contextlib.contextmanager
def failures(path: Path) -> Iterator[None]:
    """Every OSError becomes a Refusal(ENVIRONMENT) that names the file; nothing is tried again."""
    try:
        yield
    except OSError as error:
        raise environment(Code.FILE_WRITE_FAILED, path, error) from error


def environment(code: Code, path: Path, error: OSError) -> Refusal:
    """What the system said of a file, as a Refusal."""
    return Refusal(Status.ENVIRONMENT, Problem.of(code, Place(file=str(path)), file=str(path), reason=reason_of(error)))


def reason_of(error: OSError) -> str:
    """The error's name, such as ENOSPC."""
    return errno.errorcode.get(error.errno or 0, "") or str(error)


@contextlib.contextmanager
def _open_to_append(path: Path, new: bool) -> Iterator[int]:
    how = os.O_CREAT | os.O_EXCL if new else 0
    descriptor = door.SYSTEM.open(path, os.O_WRONLY | os.O_APPEND | how | NO_FOLLOW | NO_WAIT, PRIVATE)
    try:
        check_regular(descriptor)
        yield descriptor
    finally:
        door.SYSTEM.close(descriptor)


def _link(temporary: Path, path: Path) -> None:
    """Give the file its final name without replacing. On file systems without hard links, rename after looking."""
    try:
        door.SYSTEM.link(temporary, path)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in (_NO_LINKS_ON_WINDOWS if os.name == "nt" else _NO_LINKS_HERE):
            raise
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, "exists", str(path)) from error
        door.SYSTEM.rename(temporary, path)


def _unlink(path: Path) -> None:
    if os.path.lexists(path):
        door.SYSTEM.unlink(path)
