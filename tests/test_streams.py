"""Whether anybody listens changes nothing of what a command does and finds; that a result was not written whole is said by 6.

Expected: the order of exit statuses in `test_readme` (10 and 11 before 6, 6 before 5, 4, 3, 7, 2 and 0); the manual, chapter 9.
"""

import contextlib
import errno
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cli import INSPECTORS, Desk, desk, edit, enterprise, environment, lines, task

from shuangsuiji.cli import ending
from shuangsuiji.files.durable.storage import locked

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")

Sink = Callable[[], contextlib.AbstractContextManager[int]]


@contextlib.contextmanager
def broken() -> Iterator[int]:
    """A pipe whose reader is gone already: the first byte that is written to it fails."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


@contextlib.contextmanager
def no_room() -> Iterator[int]:
    """A disk without room."""
    descriptor = os.open("/dev/full", os.O_WRONLY)
    yield descriptor
    os.close(descriptor)


def ended(
    office: Desk, *arguments: str, stdout: Sink | None = None, stderr: Sink | None = None, python: tuple[str, ...] = ()
) -> tuple[int, bytes, bytes]:
    """Status, stdout and stderr of a process of its own; with both sinks the same, both streams are one."""
    with contextlib.ExitStack() as stack:
        out = subprocess.PIPE if stdout is None else stack.enter_context(stdout())
        err = subprocess.PIPE if stderr is None else out if stderr is stdout else stack.enter_context(stderr())
        done = subprocess.run(
            [sys.executable, *python, "-m", "shuangsuiji", *arguments],
            cwd=office.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            check=False,
            timeout=60,
        )
    return done.returncode, done.stdout or b"", done.stderr or b""


def ended_here(office: Desk, *arguments: str, stdout: Sink) -> tuple[int, bytes, bytes]:
    """The same in this process; stderr is listened to."""
    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with stdout() as sink, open(sink, "w", encoding="utf-8", closefd=False) as stream:
        status = office.type_to(stream, said, *arguments)
    said.flush()
    return status, b"", said.buffer.getvalue()  # type: ignore[attr-defined]


MANY = [enterprise(number) for number in range(300)]  # a result of more than any buffer that Python or a pipe has


def drawn(folder: Path) -> Desk:
    office = desk(folder, [task("1", "B1", ratio="100%"), task("2", "B2", ratio="100%")], MANY)
    assert office.type("draw", "plan.yaml", "--batch", "B1", "--seed", "2023").status == 0
    return office


def changed(office: Desk) -> None:
    edit(office.ledger / "events/000002-draw.json", lambda data: data + b" ")


def incomplete(office: Desk) -> None:
    next((office.ledger / "snapshots").iterdir()).unlink()


def sound(_: Desk) -> None:
    """As it is."""


STATUSES: dict[str, tuple[Callable[[Desk], None], tuple[str, ...], int, int]] = {  # plainly, and when nobody listens
    "a verdict that something is wrong": (changed, ("verify",), 10, 10),
    "a ledger that is not whole": (changed, ("ledger", "show", "1"), 10, 10),
    "no verdict": (incomplete, ("verify",), 11, 11),
    "a result longer than any buffer": (sound, ("ledger", "show", "2"), 0, 6),
    "a short result": (sound, ("ledger", "checkpoint"), 0, 6),
    "a conflict": (sound, ("draw", "plan.yaml", "--batch", "B1", "--seed", "other", "--json"), 5, 6),
    "no such file": (sound, ("check", "no.yaml", "--json"), 3, 6),
    "usage": (sound, ("verify", "--batch", "B9", "--json"), 2, 6),
    "help": (sound, ("--help",), 0, 6),
}


IN_A_PROCESS = ("a verdict that something is wrong", "a result longer than any buffer", "a short result")


@pytest.mark.parametrize("name", STATUSES)
def test_a_reader_that_goes_away_hides_nothing_graver(tmp_path: Path, name: str) -> None:
    prepare, arguments, plainly, unheard = STATUSES[name]
    office = drawn(tmp_path)
    prepare(office)
    assert office.type(*arguments).status == plainly
    status, _, said = (ended if name in IN_A_PROCESS else ended_here)(office, *arguments, stdout=broken)
    assert status == unheard
    assert b"Traceback" not in said
    assert "写不出".encode() not in said, "who went away on purpose is told nothing"


def test_a_verdict_stands_when_both_streams_go_to_one_reader_who_leaves(tmp_path: Path) -> None:
    """`verify 2>&1 | head -1`, at its worst."""
    office = drawn(tmp_path)
    changed(office)
    assert ended(office, "verify", stdout=broken, stderr=broken)[0] == 10
    assert ended(office, "verify", stdout=broken, stderr=broken, python=("-u",))[0] == 10
    assert ended(office, "verify", stderr=broken)[0] == 10


@full
def test_on_a_full_disk_a_verdict_stands_and_that_it_could_not_be_written_is_said(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    changed(office)
    status, _, said = ended(office, "verify", stdout=no_room)
    assert status == 10
    assert "RECORD-001" in said.decode()
    assert said.decode().count("写不出结果（28）") == 1
    assert ended(office, "verify", stdout=no_room, stderr=no_room)[0] == 10


def test_an_infeasible_draw_and_a_busy_ledger_are_said_by_6_where_nobody_listens(tmp_path: Path) -> None:
    office = desk(tmp_path, inspectors=INSPECTORS[:4])
    arguments = ("draw", "plan.yaml", "--batch", "B1")
    assert ended(office, *arguments, stderr=broken)[0] == 6
    assert ended(office, *arguments)[0] == 4
    with locked(office.ledger):
        assert ended(office, *arguments)[0] == 7
        assert ended(office, *arguments, stderr=broken)[0] == 6


@pytest.mark.parametrize("sink", [broken, pytest.param(no_room, marks=full)])
def test_a_draw_is_recorded_and_its_list_written_whoever_listens(tmp_path: Path, sink: Sink) -> None:
    office = drawn(tmp_path)
    assert ended(office, "draw", "plan.yaml", "--all", "--out", "list.csv", stdout=sink)[0] == 6
    assert [line["type"] for line in lines(office.ledger)] == ["seal", "draw"] * 2
    unheard = (office.folder / "list.csv").read_bytes()
    (office.folder / "list.csv").unlink()
    assert office.type("draw", "plan.yaml", "--all", "--out", "list.csv").status == 0
    assert (office.folder / "list.csv").read_bytes() == unheard


@pytest.mark.parametrize("sink", [broken, pytest.param(no_room, marks=full)])
def test_a_result_is_not_shown_without_the_warnings_that_go_with_it(tmp_path: Path, sink: Sink) -> None:
    """A failure never prints success: `check` must not say 错误 0 个 when what it warns of could not be said."""
    office = desk(tmp_path, [task("1", "B1", where={"categories": ["企业", "没有这一类"]})])
    assert "DRAW-008" in office.type("check", "plan.yaml").stderr
    status, said, _ = ended(office, "check", "plan.yaml", stderr=sink)
    assert status == 6
    assert "检查完毕" not in said.decode()


class Flaky(io.RawIOBase):
    """Takes five bytes at a time; the third time there is no room, and then there is again."""

    def __init__(self) -> None:
        self.taken, self.times = b"", 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.times += 1
        if self.times == 3:
            raise OSError(errno.ENOSPC, "no room")
        self.taken += bytes(data[:5])
        return len(data[:5])


@pytest.mark.parametrize("name", ["stdout", "stderr"])
@pytest.mark.parametrize("buffered", [True, False], ids=["", "unbuffered"])
def test_what_comes_after_a_hole_is_not_written(buffered: bool, name: str) -> None:
    """A disk that is full for a moment: the beginning of the result may be there, its end without its middle never."""
    raw = Flaky()
    stream = io.TextIOWrapper(io.BufferedWriter(raw) if buffered else raw, encoding="ascii", write_through=not buffered)  # type: ignore[type-var]

    def command(_: list[str]) -> int:
        for line in ("0123456789abcdef\n", "and more\n"):
            getattr(sys, name).write(line)
            getattr(sys, name).flush()
        return 10

    with contextlib.redirect_stdout(stream) if name == "stdout" else contextlib.redirect_stderr(stream):
        assert ending.ended(command, []) == 10
        assert ending.ended(lambda _: 0, []) == 0
    assert raw.taken == b"0123456789"


def test_a_result_that_does_not_fit_is_there_as_far_as_it_fits(tmp_path: Path) -> None:
    limited = f"ulimit -f 8; exec {sys.executable} -m shuangsuiji ledger show 2 --json > out.txt"
    office = drawn(tmp_path)
    whole = office.type("ledger", "show", "2", "--json").stdout.encode()
    done = subprocess.run(
        ["sh", "-c", limited], cwd=office.folder, env=environment(PYTHONDONTWRITEBYTECODE="1"), capture_output=True, check=False
    )
    written = (office.folder / "out.txt").read_bytes()
    assert done.returncode == 6
    assert 0 < len(written) < len(whole)
    assert whole.startswith(written)


@pytest.mark.parametrize("python", [(), ("-u",)], ids=["", "unbuffered"])
def test_a_listener_gets_every_byte(tmp_path: Path, python: tuple[str, ...]) -> None:
    office = drawn(tmp_path)
    for arguments in (("ledger", "show", "2"), ("ledger", "list", "--ledger", "no")):
        plainly = office.type(*arguments)
        status, out, err = ended(office, *arguments, python=python)
        assert (status, out.decode(), err.decode()) == (plainly.status, plainly.stdout, plainly.stderr)
