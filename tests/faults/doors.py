"""Doors to the system that fail, and one that keeps a log: they stand in the place of `storage_system.SYSTEM`."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from shuangsuiji.files.durable import storage_system
from shuangsuiji.files.durable.storage_system import System

ERRORS = ("EIO", "ENOSPC", "EDQUOT", "EROFS", "EINTR")
CALLS = ("open", "write", "truncate", "fsync", "sync_directory", "close", "link", "rename", "unlink", "mkdir")
CHANGES = tuple(call for call in CALLS if call != "close")


@contextmanager
def through(door: System) -> Iterator[None]:
    """Everything that is to last goes through this door."""
    with mock.patch.object(storage_system, "SYSTEM", door):
        yield


class Watched(System):
    """Counts the calls that change something; `before` may raise."""

    def __init__(self, calls: tuple[str, ...] = CALLS) -> None:
        self.made: list[str] = []
        for name in calls:
            setattr(self, name, self._watching(name, getattr(System, name)))

    def before(self, name: str) -> None:
        """Called with the name of a call before it is made."""

    def _watching(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def made(*arguments: Any, **more: Any) -> Any:
            self.made.append(name)
            self.before(name)
            return call(self, *arguments, **more)

        return made

    def free(self, path: Path) -> int:
        """There always seems to be room: what is asked here is what happens when there is none."""
        return 1 << 40


class Failing(Watched):
    """The call number `at` (from 0) fails with `error`; with `ever`, every call that writes fails from then on."""

    def __init__(self, at: int, error: str, ever: bool = False) -> None:
        super().__init__()
        self.at, self.error, self.ever = at, error, ever

    def before(self, name: str) -> None:
        number = len(self.made) - 1
        if number == self.at or (self.ever and number > self.at and name not in ("close", "unlink")):
            code = getattr(errno, self.error)
            raise OSError(code, os.strerror(code))


class Short(Watched):
    """The write number `at` takes only half of what it is given; with `error`, the next write fails."""

    def __init__(self, at: int, error: str | None = None) -> None:
        super().__init__()
        self.at, self.error = at, error
        self.writes = 0
        self.write = self._short  # type: ignore[method-assign]

    def _short(self, descriptor: int, data: memoryview) -> int:
        number, self.writes = self.writes, self.writes + 1
        if number == self.at + 1 and self.error:
            code = getattr(errno, self.error)
            raise OSError(code, os.strerror(code))
        return os.write(descriptor, data[: (len(data) + 1) // 2] if number == self.at else data)
