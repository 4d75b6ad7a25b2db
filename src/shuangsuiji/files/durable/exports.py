"""Files for the user's own use: whole or not at all, in the place of an earlier one of the same kind and of nothing else."""

import contextlib
import errno
import os
import stat
from collections.abc import Callable
from itertools import count
from pathlib import Path

from shuangsuiji.evidence.lines import QUARANTINE
from shuangsuiji.files.durable import lock
from shuangsuiji.files.durable import storage_system as door
from shuangsuiji.files.durable.storage_reading import FOLDERS, LINES
from shuangsuiji.files.durable.storage_writing import PRIVATE, failures, read_regular, write_new
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status

_FOR_ALL = 0o644
_Earlier = bytes | Callable[[bytes], bool]


def write_export(path: Path, data: bytes, earlier: _Earlier, private: bool = False) -> None:
    """Write a file for the user's own use, replacing an earlier export (see `check_export`) and nothing else.

    `private`: nobody else is to read it.
    """
    with failures(path):
        check_export(path, earlier)
        temporary = _free_name(path.parent)
        try:
            write_new(temporary, data, PRIVATE if private else _FOR_ALL)
            door.SYSTEM.rename(temporary, path)
        finally:
            if os.path.lexists(temporary):
                door.SYSTEM.unlink(temporary)


def _free_name(folder: Path) -> Path:
    """A name that nothing has: short, since one that is made from a long name would be too long, and another than that which an
    earlier process with our number may have left there."""
    names = (folder / f".tmp-{os.getpid()}{f'-{number}' if number else ''}" for number in count())
    return next(name for name in names if not os.path.lexists(name))


def check_export(path: Path, earlier: _Earlier) -> None:
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
    inside = (*FOLDERS, QUARANTINE)
    return any(map(_is_ledger, (folder, *(one.parent for one in (folder, *folder.parents) if one.name in inside))))


def _is_ledger(folder: Path) -> bool:
    there = {name for name in (LINES, lock.NAME, *FOLDERS) if os.path.lexists(folder / name)}
    return there >= {lock.NAME} or there >= {LINES, FOLDERS[0]}
