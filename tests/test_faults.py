"""The fault harness in short form: failing calls, power failures, killed processes, full disks, crowds; and for each the
violations that it must find. The long form is `python tests/faults/long.py`. What must hold is said in `faults/judge.py`."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli import environment
from faults import full_disk
from faults.crashes import crash
from faults.doors import Failing, Watched
from faults.failures import disturb, doors, run_through
from faults.judge import Trial, Violation
from faults.scenes import FIRST, MENDING_SEAL, STRANGER, VOIDING
from faults.violations import VIOLATIONS, planted

FOLDER = Path(__file__).resolve().parent / "faults"
FOUND_BY_FAILURES = {
    "a short write is taken for a whole one": VOIDING,
    "a failed sync is tried again": VOIDING,
    "a failure is passed over": VOIDING,
    "the result is told before its line is written": VOIDING,
    "the line is written before its event": VOIDING,
    "a file is put in place of another": STRANGER,
    "an orphan is drawn anew": MENDING_SEAL,
    "a torn line is written on": VOIDING,
}
FOUND_BY_CRASHES = {
    "a file is linked before it is synced": VOIDING,
    "a name is not synced": VOIDING,
    "a line is not synced": VOIDING,
    "the name of the lines is not synced": FIRST,
    "the names above are not synced": FIRST,
}
FOUND_BY_CRASHES_AFTER_DEATH = {"what is found is taken to be durable": FIRST}
FOUND_BY_KILLS = ("the line is written before its event",)
FOUND_IN_A_CROWD = ("the lock file is deleted",)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is one: what a sync costs is not the question here."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def test_every_violation_is_one_that_some_harness_finds() -> None:
    found = {*FOUND_BY_FAILURES, *FOUND_BY_CRASHES, *FOUND_BY_CRASHES_AFTER_DEATH, *FOUND_BY_KILLS, *FOUND_IN_A_CROWD}
    assert found == set(VIOLATIONS)


# ------------------------------------------------------------------------------------------------- (a) calls that fail


def test_whatever_call_fails_nothing_is_lost_and_no_lie_is_told(place: Path) -> None:
    first, void, mending = (Trial.of(scene, place / scene.name) for scene in (FIRST, VOIDING, MENDING_SEAL))
    faults = list(doors(first, ("EIO",)))
    tried = disturb(first, faults)
    tried += disturb(void, doors(void, ("EIO", "ENOSPC")))
    tried += disturb(mending, doors(mending, ("EROFS",)))
    assert tried >= 200
    reached = {door.made[door.at] for door in faults if isinstance(door, Failing)}
    assert reached == {"open", "write", "truncate", "fsync", "sync_directory", "close", "link", "unlink", "mkdir"}


@pytest.mark.parametrize("name", FOUND_BY_FAILURES)
def test_a_violation_is_found_by_calls_that_fail(place: Path, name: str) -> None:
    trial = Trial.of(FOUND_BY_FAILURES[name], place)
    faults = [Watched(), *reversed(list(doors(trial, ("EIO",))))]
    with planted(name), pytest.raises(Violation):
        disturb(trial, faults)


# ------------------------------------------------------------------------------------------------- (c) power failures


def test_whenever_the_power_fails_the_ledger_is_the_old_or_the_new_one_or_on_the_way(place: Path) -> None:
    _, different = crash(Trial.of(VOIDING, place / "void"))
    _, more = crash(Trial.of(MENDING_SEAL, place / "repair"))
    assert different + more >= 150


def calls_of(trial: Trial) -> list[str]:
    """The calls of a run that was left alone, but for closing."""
    watched = Watched()
    run_through(trial, watched)
    return [name for name in watched.made if name != "close"]


def test_what_a_run_tells_is_durable_even_if_another_wrote_it_and_died(place: Path) -> None:
    trial = Trial.of(FIRST, place)
    made = calls_of(trial)
    last_sync = len(made) - made[::-1].index("fsync") - 1
    for died_before in (10, last_sync - 1, last_sync, last_sync + 1):
        crash(trial, died_before, throughout=False)


@pytest.mark.parametrize("name", FOUND_BY_CRASHES)
def test_a_violation_is_found_by_power_failures(place: Path, name: str) -> None:
    trial = Trial.of(FOUND_BY_CRASHES[name], place)
    with planted(name), pytest.raises(Violation):
        crash(trial, throughout=False)


@pytest.mark.parametrize("name", FOUND_BY_CRASHES_AFTER_DEATH)
def test_a_violation_is_found_by_power_failures_after_a_death(place: Path, name: str) -> None:
    trial = Trial.of(FOUND_BY_CRASHES_AFTER_DEATH[name], place)
    made = calls_of(trial)
    last_sync = len(made) - made[::-1].index("fsync") - 1
    with planted(name), pytest.raises(Violation, match="told as done"):
        [crash(trial, died_before, throughout=False) for died_before in range(last_sync - 2, last_sync + 3)]


# --------------------------------------------------------------------------- (b) killed processes, (d) full disks, (e) crowds


def harness(name: str, *arguments: str) -> dict[str, Any]:
    """What a harness that is a program says."""
    done = subprocess.run(
        [sys.executable, str(FOLDER / f"{name}.py"), *arguments], capture_output=True, env=environment(), timeout=300, check=False
    )
    assert done.stdout, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def strace_may_look() -> bool:
    try:
        command = ["strace", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "true"]
        return sys.platform == "linux" and subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


traced = pytest.mark.skipif(not strace_may_look(), reason="strace is not there, or may not look at processes")
forks = pytest.mark.skipif(sys.platform == "win32", reason="no fork")


@traced
def test_whatever_call_a_process_is_killed_before_the_next_run_goes_on(place: Path) -> None:
    found = harness("kills", str(place / "k"), "--repeats", "1", "--every", "11")
    assert found["violations"] == []
    assert found["kills"] == len(range(0, found["points"], 11)) >= 5


@traced
@pytest.mark.parametrize("name", FOUND_BY_KILLS)
def test_a_violation_is_found_by_kills(place: Path, name: str) -> None:
    found = harness("kills", str(place / "k"), "--repeats", "1", "--every", "2", "--plant", name, "--first")
    assert found["violations"]


@pytest.mark.skipif(sys.platform != "linux", reason="tmpfs")
def test_however_small_the_disk_no_lie_is_told_and_with_room_the_draw_goes_on(place: Path) -> None:
    if not full_disk.may_mount(place / "mount"):
        pytest.skip("one may not mount here")
    trial = Trial.of(FIRST, place / "desk")
    full = [full_disk.fill(trial, options) for options in ("size=4k", "size=12k", "size=20k", "size=16m,nr_inodes=8", "size=1m")]
    assert full == [True, True, True, True, False]
    with planted("a failure is passed over"), pytest.raises(Violation):
        [full_disk.fill(trial, options) for options in full_disk.sizes(9, 0)]


@forks
def test_of_many_processes_at_once_each_has_its_turn(place: Path) -> None:
    found = harness("crowd", str(place / "c"), "--processes", "8", "--batches", "2", "--rounds", "1", "--slow", "0.05")
    wrong = ("missing", "twice", "drawn twice", "failed", "without a result", "verify")
    assert found == {"rounds": 1, "draws": 2, **dict.fromkeys(wrong, 0), "violations": []}


@forks
@pytest.mark.parametrize("name", FOUND_IN_A_CROWD)
def test_a_violation_is_found_in_a_crowd(place: Path, name: str) -> None:
    many = ("--processes", "8", "--batches", "2", "--rounds", "1", "--slow", "1")
    assert harness("crowd", str(place / "c"), *many, "--plant", name)["violations"]
