"""(e) Many processes at once, round after round; a holder of the lock that is stopped, and one that is killed.

    python tests/faults/crowd.py FOLDER [--processes 64] [--batches 8] [--slow 0] [--rounds 3] [--plant NAME]

prints one line of JSON: rounds, draws, numbers missing, numbers twice, batches drawn twice, violations. FOLDER is made.
"""

import argparse
import json
import os
import signal
import sys
import time
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cli import Desk, desk, lines, task
from faults.children import child, said, waited
from faults.violations import planted

from shuangsuiji.files import conduct


def office_of(folder: Path, batches: int = 2) -> Desk:
    """A desk with so many batches of one task."""
    return desk(folder, [task(str(number), f"B{number}") for number in range(batches)])


def slowed(seconds: float, sealed: Path | None = None) -> None:
    """From now on this process sleeps between its seal and its record, the lock in its hands."""
    answer = conduct.Session._answer

    def slowly(*arguments: object) -> object:
        if sealed is not None:
            sealed.touch()
        time.sleep(seconds)
        return answer(*arguments)  # type: ignore[arg-type]

    conduct.Session._answer = slowly  # type: ignore[method-assign, assignment]


def crowd(folder: Path, processes: int, batches: int, slow: float) -> dict[str, int]:
    """All at once: each draws one of the batches, waiting for its turn. What came of it."""
    office = office_of(folder, batches)
    reader, writer = os.pipe()

    def ready() -> None:
        os.close(writer)
        os.read(reader, 1)  # until the gate is opened for all
        if slow:
            slowed(slow)

    pids, places = [], []
    for number in range(processes):
        place = folder / f"p{number}"
        place.mkdir()
        plan = ("draw", "../plan.yaml", "--batch", f"B{number % batches}", "--seed", "2023", "--lock-wait", "500")
        places.append(place)
        pids.append(child(place, plan, ready))
    os.close(writer)
    statuses = [waited(pid) for pid in pids]
    os.close(reader)
    found = lines(office.ledger)
    numbers = [line["seq"] for line in found]
    drawn = [line["batch"] for line in found if line["type"] == "draw"]
    results = {place: said(place) for place in places}
    return {
        "draws": len(drawn),
        "missing": len(set(range(1, 2 * batches + 1)) - set(numbers)),
        "twice": len(numbers) - len(set(numbers)),
        "drawn twice": len(drawn) - len(set(drawn)),
        "failed": sum(status != 0 for status in statuses),
        "without a result": sum("抽中名单" not in text for text in results.values()),
        "verify": office.type("verify").status,
    }


def sound(found: dict[str, int], batches: int) -> bool:
    """Whether nothing went wrong in a round."""
    return found == {**dict.fromkeys(found, 0), "draws": batches}


def held(folder: Path, how: signal.Signals) -> str:
    """A holder of the lock is stopped or killed: the next ones are told, or go on. What is wrong; "" if nothing is."""
    office = office_of(folder)

    def hold() -> None:
        slowed(60 if how == signal.SIGKILL else 3, folder / "sealed")

    typed = ("draw", "plan.yaml", "--batch", "B1", "--seed", "2023")
    pid = child(folder, typed, hold)
    until = time.monotonic() + 60
    while not (folder / "sealed").exists():
        if time.monotonic() > until:
            return "the holder never sealed"
        time.sleep(0.01)
    os.kill(pid, how)
    if how == signal.SIGKILL:
        if waited(pid) is not None:
            return "the holder was not killed"
        ended = office.type(*typed)
        return "" if (ended.status, office.type("verify").status) == (0, 0) else f"after a kill: {ended}"
    busy = office.type(*typed)
    if (busy.status, busy.stdout) != (7, "") or str(pid) not in busy.stderr:
        return f"while it was stopped: {busy}"
    os.kill(pid, signal.SIGCONT)
    if waited(pid) != 0 or "抽中名单" not in said(folder):
        return "the holder did not go on"
    return "" if office.type("verify").status == 0 else "verify"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--processes", type=int, default=64)
    parser.add_argument("--batches", type=int, default=8)
    parser.add_argument("--slow", type=float, default=0, help="seconds that each sleeps with the lock held")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--plant")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True)
    with planted(asked.plant) if asked.plant else nullcontext():
        rounds = [
            crowd(asked.folder / f"round{number}", asked.processes, asked.batches, asked.slow) for number in range(asked.rounds)
        ]
        violations = [str(found) for found in rounds if not sound(found, asked.batches)]
        for how in (signal.SIGSTOP, signal.SIGKILL):
            wrong = "" if asked.plant else held(asked.folder / how.name, how)
            violations += [f"{how.name}: {wrong}"] if wrong else []
    totals = {name: sum(found[name] for found in rounds) for name in rounds[0]}
    sys.stdout.write(json.dumps({"rounds": len(rounds), **totals, "violations": violations}, ensure_ascii=False) + "\n")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
