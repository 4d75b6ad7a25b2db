"""Commands in processes of their own, forked from one that has read all modules: real ones, for a tenth of the price."""

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

from cli import NOBODY_SPECIAL
from faults.scenes import clock_at_noon

from shuangsuiji.cli.ending import ended
from shuangsuiji.cli.main import run


def child(folder: Path, command: tuple[str, ...], before: Callable[[], object] = lambda: None) -> int:
    """Fork a process that runs a command in `folder`, its streams in the files `stdout` and `stderr` there; its number."""
    pid = os.fork()
    if pid:
        return pid
    status = 99
    try:
        os.chdir(folder)
        os.environ.update(NOBODY_SPECIAL)
        for descriptor, name in ((1, "stdout"), (2, "stderr")):
            opened = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(opened, descriptor)
            os.close(opened)
        sys.stdout, sys.stderr = (io.TextIOWrapper(io.FileIO(number, "w"), encoding="utf-8") for number in (1, 2))
        before()
        with clock_at_noon():
            status = int(ended(run, list(command)))
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def waited(pid: int) -> int | None:
    """The status that a child ended with; None if a signal ended it."""
    _, how = os.waitpid(pid, 0)
    return os.WEXITSTATUS(how) if os.WIFEXITED(how) else None


def said(folder: Path) -> str:
    """What a child wrote to its stdout."""
    path = folder / "stdout"
    return path.read_text(encoding="utf-8") if path.exists() else ""
