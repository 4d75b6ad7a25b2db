"""Whether a ledger is still ours to write: nobody has taken the lock from under us, and the lines end where we read them.

A lock holds only between those who ask for it, and a file that is deleted is locked for nobody else. So each write of evidence
looks first, as late as it can, and once more afterwards.
"""

import os
from collections.abc import Callable
from pathlib import Path

from shuangsuiji.files.durable.storage_writing import NO_FOLLOW, NO_WAIT
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status

_KEPT = 4096
"""So many of the last bytes are compared: more than a line has."""


class Watch:
    """What must still be as it was when we took the lock and read the lines."""

    def __init__(self, lock: Path, lines: Path, ours: Callable[[], bool]) -> None:
        """`ours` tells whether the file at `lock` is the one that we locked."""
        self._lock = lock
        self._lines = lines
        self._ours = ours
        self._end: tuple[int, bytes] | None = None

    def saw(self, lines: bytes | None) -> None:
        """The lines were read; None if there are none yet."""
        self._end = (len(lines or b""), (lines or b"")[-_KEPT:])

    def grew(self, data: bytes) -> None:
        """We have written this at the end of the lines."""
        if self._end is not None:
            size, last = self._end
            self._end = (size + len(data), (last + data)[-_KEPT:])

    def forget(self) -> None:
        """The lines were changed otherwise, and will be read again."""
        self._end = None

    def check(self) -> None:
        """Raises Refusal(ENVIRONMENT) if somebody else may be writing, OSError if nobody can tell."""
        if not self._ours():
            raise _disturbed(self._lock, "lock")
        if self._end is not None and self._found(len(self._end[1])) != self._end:
            raise _disturbed(self._lines, "lines")

    def _found(self, count: int) -> tuple[int, bytes]:
        """How long the lines are, and so many of their last bytes."""
        try:
            descriptor = os.open(self._lines, os.O_RDONLY | NO_FOLLOW | NO_WAIT)
        except FileNotFoundError:
            return 0, b""
        with os.fdopen(descriptor, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - count))
            return size, file.read(count)


def _disturbed(path: Path, fault: str) -> Refusal:
    return Refusal(Status.ENVIRONMENT, Problem.of(Code.LEDGER_OCCUPIED, Place(file=str(path)), file=str(path), fault=fault))
