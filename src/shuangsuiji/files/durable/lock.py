"""The lock of a ledger (ledger-v1): one run at a time. The file is never deleted; it says who holds the lock.

The lock is the operating system's and ends with the process, however that ends; what the file says after a crash is stale and
means nothing. Byte 0 is left alone: Windows locks it, and nobody else can read it then.
"""

import contextlib
import datetime
import errno
import json
import os
import platform
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import filelock

from shuangsuiji.files.durable import storage_system as door
from shuangsuiji.files.durable.storage_writing import NO_FOLLOW, NO_WAIT, PRIVATE, environment, write_all
from shuangsuiji.model.problems import Code, Problem, Refusal, Status

NAME = "ledger.lock"
_CHINA = datetime.timezone(datetime.timedelta(hours=8))
_TEXT_FROM = 1
_LONGEST_TEXT = 1000


@contextlib.contextmanager
def held(directory: Path, wait: float) -> Iterator[Callable[[], bool]]:
    """Hold the lock of the ledger in `directory`. Raises Refusal: BUSY after `wait` seconds, ENVIRONMENT.

    Gives a question to be asked: whether the file that we locked still lies there. In another one's place nobody is kept out.
    """
    path = directory / NAME
    locked: list[os.stat_result] = []
    lock = filelock.FileLock(
        path,
        timeout=wait,
        mode=PRIVATE,
        preserve_lock_file=True,
        on_acquired=lambda descriptor: locked.append(os.fstat(descriptor)),
    )
    try:
        _check_file(path)
        lock.acquire()
    except filelock.Timeout as error:
        raise Refusal(Status.BUSY, _busy(directory)) from error
    except OSError as error:
        raise environment(Code.FILE_WRITE_FAILED, path, error) from error
    file = locked[-1]
    try:
        _say(path, file, {"process": os.getpid(), "host": platform.node(), "since": _now()})
        yield lambda: _is_there(path, file)
    finally:
        try:
            _say(path, file, None)
        finally:
            lock.release()


def _check_file(path: Path) -> None:
    """Raises OSError for what is no lock file."""
    with contextlib.suppress(FileNotFoundError):
        mode = os.lstat(path).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(errno.ELOOP if stat.S_ISLNK(mode) else errno.EINVAL, "not a regular file", str(path))


def _is_there(path: Path, file: os.stat_result) -> bool:
    """Whether this file lies there. On Windows nobody can delete or rename one that is open, and numbers of files are not
    everywhere what they are here."""
    if os.name == "nt":
        return True
    try:
        return os.path.samestat(os.lstat(path), file)
    except FileNotFoundError:
        return False


def _now() -> str:
    return datetime.datetime.now(_CHINA).isoformat(timespec="seconds")


def _say(path: Path, file: os.stat_result, holder: dict[str, str | int] | None) -> None:
    """Write who holds the lock, or that nobody does. It is a courtesy: a full disk stops a draw where it writes evidence. In a
    file that is not ours another one says it."""
    text = b"" if holder is None else json.dumps(holder).encode() + b"\n"
    with contextlib.suppress(OSError):
        if not _is_there(path, file):
            return
        descriptor = door.SYSTEM.open(path, os.O_WRONLY | NO_FOLLOW | NO_WAIT)
        try:
            door.SYSTEM.truncate(descriptor, _TEXT_FROM)
            os.lseek(descriptor, _TEXT_FROM, os.SEEK_SET)
            write_all(descriptor, text)
        finally:
            door.SYSTEM.close(descriptor)


def _busy(directory: Path) -> Problem:
    """Who is in the way, as far as the file says it."""
    found = _holder(directory / NAME)
    if found is None:
        return Problem.of(Code.LEDGER_BUSY, ledger=str(directory))
    process, host, since = found
    return Problem.of(Code.LEDGER_BUSY, ledger=str(directory), fault="holder", process=process, host=host, time=since)


def _holder(path: Path) -> tuple[int, str, str] | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | NO_FOLLOW | NO_WAIT)
        with os.fdopen(descriptor, "rb") as file:
            file.seek(_TEXT_FROM)
            value = json.loads(file.read(_LONGEST_TEXT))
        return int(value["process"]), str(value["host"])[:100], str(value["since"])[:25]
    except (OSError, ValueError, KeyError, TypeError):
        return None
