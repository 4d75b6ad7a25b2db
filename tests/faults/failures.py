"""(a) The n-th call to the system fails, for every n and every error; writes are cut short; the disk is full from n on."""

from collections.abc import Iterable, Iterator

from cli import Ended
from faults.doors import ERRORS, Failing, Short, Watched, through
from faults.judge import Trial, Violation

from shuangsuiji.files.durable.storage_system import System


def run_through(trial: Trial, door: System) -> Ended:
    """The scene's command on the ledger as it was before, through this door."""
    trial.reset()
    with through(door):
        return trial.type(*trial.scene.command)


def doors(trial: Trial, errors: Iterable[str] = ERRORS, ever: bool = True, short: bool = True) -> Iterator[System]:
    """Every fault there is for a scene."""
    watched = Watched()
    run_through(trial, watched)
    for error in errors:
        for at in range(len(watched.made)):
            yield Failing(at, error)
            if error == "ENOSPC" and ever:
                yield Failing(at, error, ever=True)
    if short:
        for at in range(watched.made.count("write")):
            yield Short(at)
            yield Short(at, "ENOSPC")


def disturb(trial: Trial, faults: Iterable[System]) -> int:
    """Run through every door and judge each time; how many there were. Raises Violation."""
    count = 0
    for door in faults:
        ended = run_through(trial, door)
        trial.judge(ended.status, ended.stdout)
        reached = isinstance(door, Failing) and door.at < len(door.made)
        if reached and door.made[door.at] == "fsync" and (ended.status, ended.stdout) != (6, ""):
            raise Violation(f"a sync failed, and the run ended with {ended.status}")
        count += 1
    return count
