"""(d) Disks that are really full: a tmpfs of every small size, and of every small number of files; then there is room again.

The estimate before a seal is put aside here: what is asked is what happens where it was wrong. Needs leave to mount (root).
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from faults.judge import Trial
from faults.scenes import put

from shuangsuiji.files.durable.storage_system import System


@contextmanager
def tmpfs(folder: Path, options: str) -> Iterator[None]:
    """A file system in memory on `folder`. Raises OSError where one may not mount."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(folder)], capture_output=True, check=False)
    if done.returncode:
        raise OSError(done.stderr.decode(errors="replace"))
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def may_mount(folder: Path) -> bool:
    """Whether one may mount here."""
    try:
        with tmpfs(folder, "size=64k"):
            return True
    except OSError:
        return False


def fill(trial: Trial, options: str) -> bool:
    """The scene on a disk with these options, then judged on one with room; whether the disk was full. Raises Violation."""
    ledger = trial.office.ledger
    trial.reset()
    ledger.mkdir(exist_ok=True)
    with tmpfs(ledger, options):
        try:
            lay(ledger, trial.before)
        except OSError:
            return False  # not even what was there before has room
        with mock.patch.object(System, "free", return_value=1 << 40):
            ended = trial.type(*trial.scene.command)
        left = {path.relative_to(ledger).as_posix(): path.read_bytes() for path in ledger.rglob("*") if path.is_file()}
    put(ledger, left, ("events", "snapshots"))
    trial.judge(ended.status, ended.stdout)
    return ended.status == 6


def lay(ledger: Path, held: dict[str, bytes]) -> None:
    """These files, into a folder that must stay."""
    for name, data in held.items():
        (ledger / name).parent.mkdir(parents=True, exist_ok=True)
        (ledger / name).write_bytes(data)


def sizes(pages: int = 40, files: int = 24, step: int = 1) -> Iterator[str]:
    """Options of many disks: so many pages of 4 KiB, or so many files."""
    for count in range(1, pages + 1, step):
        yield f"size={4 * count}k"
    for count in range(2, files + 1, step):
        yield f"size=16m,nr_inodes={count}"
