"""(b) Real processes killed before every call of theirs that changes something on a disk, by strace, which counts the calls.

    python tests/faults/kills.py FOLDER [--repeats 10] [--every 1] [--plant NAME] [--first]

prints one line of JSON: points, kills, violations. FOLDER is made; Linux with strace and leave to trace one's own processes.
"""

import argparse
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from faults.children import child, said, waited
from faults.judge import Trial, Violation
from faults.scenes import FIRST
from faults.violations import planted

CALLS = (
    "openat,write,pwrite64,fsync,fdatasync,ftruncate,link,linkat,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,flock"
)
_PR_SET_PTRACER = 0x59616D61
_ANY = ctypes.c_ulong(-1)


class Strace:
    """strace on this process and its children, while the block lasts. It counts the calls of each process by itself; this one
    makes none that change anything meanwhile."""

    def __init__(self, *options: str) -> None:
        self.options = options

    def __enter__(self) -> None:
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANY, 0, 0, 0)
        command = ["strace", "-f", "-qq", "-p", str(os.getpid()), *self.options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while not re.search(r"TracerPid:\s+[1-9]", Path("/proc/self/status").read_text()):
            if self.process.poll() is not None or time.monotonic() > until:
                raise OSError("strace may not look at this process")
            time.sleep(0.005)

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait()


def points(trial: Trial) -> list[tuple[str, int]]:
    """(call, its number among all calls of that name) of everything that a run changes on a disk."""
    log = trial.office.folder / "strace.log"
    with Strace("-o", str(log), "-e", f"trace={CALLS}", "-s", "200"):
        if waited(child(trial.office.folder, trial.scene.command)) != trial.status:
            raise Violation("the run that was only looked at failed")
    counts: dict[str, int] = {}
    found = []
    for line in log.read_text(errors="replace").splitlines():
        made = re.match(r"(\d+) +(\w+)\((.*)", line)
        if made is None or int(made[1]) == os.getpid():
            continue
        name, what = made[2], made[3]
        counts[name] = counts.get(name, 0) + 1
        if name != "openat" or ("records" in what and re.search("O_CREAT|O_WRONLY|O_RDWR", what)):
            found.append((name, counts[name]))
    log.unlink()
    return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--plant")
    parser.add_argument("--first", action="store_true", help="stop at the first violation")
    asked = parser.parse_args()
    trial = Trial.of(FIRST, asked.folder / "desk")
    everywhere = points(trial)
    kills, violations = 0, []
    with planted(asked.plant) if asked.plant else nullcontext():
        for call, number in everywhere[:: asked.every]:
            trial.reset()
            for repeat in range(asked.repeats):
                shutil.copytree(trial.office.folder, asked.folder / f"{repeat}")
            with Strace("-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"):
                for repeat in range(asked.repeats):
                    status = waited(child(asked.folder / f"{repeat}", trial.scene.command))
                    kills += status is None
            for repeat in range(asked.repeats):
                shutil.rmtree(trial.office.ledger, ignore_errors=True)
                if (asked.folder / f"{repeat}" / "records").exists():
                    shutil.copytree(asked.folder / f"{repeat}" / "records", trial.office.ledger)
                try:
                    trial.judge(None, said(asked.folder / f"{repeat}"))
                except Violation as violation:
                    violations.append(f"{call} {number}: {violation}")
                shutil.rmtree(asked.folder / f"{repeat}")
            if violations and asked.first:
                break
    sys.stdout.write(json.dumps({"points": len(everywhere), "kills": kills, "violations": violations}) + "\n")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
