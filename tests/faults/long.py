"""All faults, in the long form: what `tests/test_faults.py` tries in short.

    python tests/faults/long.py                   # everything; about a quarter of an hour on two cores
    python tests/faults/long.py --only failures --only crashes --repeats 3 --processes 16

Every scene of `scenes.py`: every call that fails with every error, writes cut short, a disk full from each call on (a); a real
process killed before every call that changes something, ten times each (b, strace); every state that a power failure may leave,
after one run and after a run that died (c); disks of many small sizes (d, mount, root); 64 processes at once, round after round,
a stopped and a killed holder of the lock (e); Ctrl-C at random moments of a real process (f). What cannot be tried here is said.
The table is one line each; the exit status is 0 if there was no violation, else 1. Nothing is written but in a folder of its own.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from faults import full_disk
from faults.crashes import crash
from faults.doors import Watched
from faults.failures import disturb, doors, run_through
from faults.interrupts import interrupt, timed
from faults.judge import Trial, Violation
from faults.scenes import FIRST, MANY, SCENES, STRANGER

HERE = Path(__file__).resolve().parent
KINDS = ("failures", "kills", "crashes", "disks", "crowd", "interrupts")


def say(kind: str, what: str, started: float, violations: list[str]) -> None:
    sys.stdout.write(f"{kind:10} {what}; violations {len(violations)}; {time.monotonic() - started:.0f} s\n")
    for one in violations[:10]:
        sys.stdout.write(f"    {one}\n")
    sys.stdout.flush()


def each(trials: list[Trial], act: Callable[[Trial], None]) -> list[str]:
    violations = []
    for trial in trials:
        try:
            act(trial)
        except Violation as violation:
            violations.append(f"{trial.scene.name}: {violation}")
    return violations


def failures(asked: argparse.Namespace, folder: Path) -> list[str]:
    started, tried = time.monotonic(), [0]
    trials = [Trial.of(scene, folder / scene.name) for scene in (*SCENES, STRANGER)]

    def act(trial: Trial) -> None:
        tried[0] += disturb(trial, doors(trial))

    violations = each(trials, act)
    say("failures", f"{tried[0]} faults in {len(trials)} scenes", started, violations)
    return violations


def crashes(asked: argparse.Namespace, folder: Path) -> list[str]:
    started, states = time.monotonic(), [0, 0]
    trials = [Trial.of(scene, folder / scene.name) for scene in SCENES]

    def act(trial: Trial) -> None:
        watched = Watched()
        run_through(trial, watched)
        calls = len([name for name in watched.made if name != "close"])
        for died_before in (None, *range(0, calls, asked.every)):
            made, different = crash(trial, died_before)
            states[0] += made
            states[1] += different

    violations = each(trials, act)
    judged = sum(len(trial.judged) for trial in trials)
    what = f"{states[0]} states of the disk, {states[1]} different at their moment, {judged} different ledgers judged"
    say("crashes", what, started, violations)
    return violations


def disks(asked: argparse.Namespace, folder: Path) -> list[str]:
    started, tried = time.monotonic(), [0, 0]
    if not full_disk.may_mount(folder / "mount"):
        say("disks", "not tried: one may not mount here", started, [])
        return []
    trials = [Trial.of(scene, folder / scene.name) for scene in (*SCENES, MANY)]

    def act(trial: Trial) -> None:
        for options in full_disk.sizes():
            tried[0] += 1
            tried[1] += full_disk.fill(trial, options)

    violations = each(trials, act)
    say("disks", f"{tried[0]} disks in {len(trials)} scenes, {tried[1]} of them too small", started, violations)
    return violations


def program(kind: str, folder: Path, *arguments: str) -> list[str]:
    started = time.monotonic()
    command = [sys.executable, str(HERE / f"{kind}.py"), str(folder / kind), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout:
        say(kind, f"not tried: {done.stderr.strip().splitlines()[-1:]}", started, [])
        return []
    found = json.loads(done.stdout)
    violations: list[str] = found.pop("violations")
    say(kind, ", ".join(f"{name} {count}" for name, count in found.items()), started, violations)
    return violations


def kills(asked: argparse.Namespace, folder: Path) -> list[str]:
    return program("kills", folder, "--repeats", str(asked.repeats))


def crowd(asked: argparse.Namespace, folder: Path) -> list[str]:
    return program("crowd", folder, "--processes", str(asked.processes), "--rounds", str(asked.rounds))


def interrupts(asked: argparse.Namespace, folder: Path) -> list[str]:
    trial, lot = Trial.of(FIRST, folder / "interrupts"), random.Random(asked.seed)
    longest, started, statuses, violations = timed(trial), time.monotonic(), [], []
    for _ in range(asked.interrupts):
        try:
            statuses.append(interrupt(trial, lot, longest))
        except Violation as violation:
            violations.append(str(violation))
    what = f"{asked.interrupts} times Ctrl-C: {statuses.count(130)} ended with 130, {statuses.count(0)} had ended"
    say("interrupts", what, started, violations)
    return violations


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=KINDS)
    parser.add_argument("--repeats", type=int, default=10, help="kills before each call")
    parser.add_argument("--every", type=int, default=1, help="first runs that die before every so many calls")
    parser.add_argument("--processes", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--interrupts", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0, help="of the moments of Ctrl-C")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    acts = {"failures": failures, "kills": kills, "crashes": crashes, "disks": disks, "crowd": crowd, "interrupts": interrupts}
    violations: list[str] = []
    for kind in asked.only or KINDS:
        (folder / f"{kind}-desks").mkdir()
        violations += acts[kind](asked, folder / f"{kind}-desks")
    shutil.rmtree(folder)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
