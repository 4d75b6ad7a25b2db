"""What lies on a disk: files that the user named, and a ledger as it stood at one moment, though somebody may be writing."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from shuangsuiji.evidence.ledger import LedgerBytes
from shuangsuiji.files.durable.storage_writing import check_directory, environment, read_regular, reason_of
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status

LINES = "ledger.jsonl"
FOLDERS = ("events", "snapshots")
_LARGEST_INPUT = 1 << 30
_LOOKS = 10
"""How often a ledger that goes on being written is looked at before we give up."""


def read_input(path: Path) -> bytes:
    """The bytes of a file that the user named. Raises Refusal(INPUT) if it is not there, ENVIRONMENT if it cannot be read."""
    return _read(path, None)


def read_start(path: Path, most: int) -> bytes:
    """The first bytes of a file that the user named, `most` at most, however large it is. Raises Refusal as `read_input`."""
    return _read(path, most)


def _read(path: Path, most: int | None) -> bytes:
    place = Place(file=str(path))
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise Refusal(Status.INPUT, Problem.of(Code.FILE_NOT_REGULAR, place, file=str(path)))
        if most is None and found.st_size > _LARGEST_INPUT:
            raise Refusal(Status.INPUT, Problem.of(Code.FILE_TOO_LARGE, place, file=str(path), limit="1 GiB"))
        with path.open("rb") as file:
            return file.read() if most is None else file.read(most)
    except FileNotFoundError as error:
        raise Refusal(Status.INPUT, Problem.of(Code.FILE_MISSING, place, file=str(path))) from error
    except OSError as error:
        raise environment(Code.FILE_UNREADABLE, path, error) from error


def read_ledger(directory: Path) -> LedgerBytes:
    """Everything in a ledger, as it lay there at one moment. Never raises for what it finds: what cannot be read is said to be
    unreadable.

    Files are never changed once they have their names, and every one is there before its line: if the lines are the same before
    and after all files were read, nothing was written in between. Else we look again, at what is new.
    """
    files: dict[str, bytes] = {}
    unreadable: dict[str, str] = {}
    lines = _lines(directory)
    for _ in range(_LOOKS):
        known, files, unreadable = files, {}, {}
        for name in [name for folder in FOLDERS for name in listing(directory, folder, unreadable)]:
            try:
                files[name] = known[name] if name in known else read_regular(directory / name)
            except FileNotFoundError:
                continue
            except OSError as error:
                unreadable[name] = reason_of(error)
        before, lines = lines, _lines(directory)
        if lines == before:
            data, reason = lines
            return LedgerBytes(data, files, unreadable if reason is None else {LINES: reason, **unreadable})
    return LedgerBytes(None, files, {LINES: "EBUSY", **unreadable})


def _lines(directory: Path) -> tuple[bytes | None, str | None]:
    """The bytes of `ledger.jsonl`, or why they cannot be read; neither if it is not there."""
    try:
        return read_regular(directory / LINES), None
    except FileNotFoundError:
        return None, None
    except OSError as error:
        return None, reason_of(error)


def listing(directory: Path, folder: str, unreadable: dict[str, str]) -> list[str]:
    """The files in a folder of a ledger, by their names in the ledger, but for those that have not got their final name."""
    try:
        return sorted(f"{folder}/{name}" for name in os.listdir(directory / folder) if not name.startswith(".tmp-"))
    except FileNotFoundError:
        return []
    except OSError as error:
        unreadable[folder] = reason_of(error)
        return []


def read_some(directory: Path, folder: str, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """The files of a folder with names that are `wanted`; whatever else lies there is left alone. No link is followed: raises
    Refusal(ENVIRONMENT) if the folder is one, or if one of the files cannot be read."""
    path = directory / folder
    found = {}
    try:
        check_directory(path)
        for name in sorted(f"{folder}/{one}" for one in os.listdir(path)):
            if wanted(name):
                path = directory / name
                found[name] = read_regular(path)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise environment(Code.FILE_UNREADABLE, path, error) from error
    return found
