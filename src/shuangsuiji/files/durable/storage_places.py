"""Where a ledger may lie: on a disk of this machine, where locks hold and a sync is one, with room for what is to be written."""

import contextlib
import os
import re
import sys
from pathlib import Path

from shuangsuiji.files.durable import storage_system as door
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status

ALLOW_NETWORK = "SHUANGSUIJI_ALLOW_NETWORK_FS"
_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = re.compile(
    "nfs4?|cifs|smb[23]?|smbfs|9p|afs|ceph|coda|ncpfs?|davfs2?|lustre|glusterfs|gpfs|beegfs|vboxsf|vmhgfs|prl_fs|"
    r"fuse\.(?:sshfs|rclone|glusterfs\w*|davfs2?|s3fs|goofys|ceph|curlftpfs|smbnetfs|vmhgfs-fuse|juicefs)"
)
_ALWAYS_NEEDED = 64 * 1024
_DRIVE_REMOTE = 4


def check_local(directory: Path) -> None:
    """Raises Refusal(ENVIRONMENT) for a directory on a network file system, unless the environment allows it."""
    kind = network_kind(directory)
    if kind and os.environ.get(ALLOW_NETWORK) != "1":
        problem = Problem.of(Code.LEDGER_NETWORK, Place(file=str(directory)), kind=kind, variable=ALLOW_NETWORK)
        raise Refusal(Status.ENVIRONMENT, problem)


def check_owner(directory: Path) -> None:
    """Raises Refusal(ENVIRONMENT) where root is asked to write in somebody else's ledger: what root writes there is root's, and
    keeps the owner out from then on."""
    if os.name == "nt" or os.geteuid() != 0:
        return
    try:
        owner = os.stat(directory).st_uid
    except FileNotFoundError:
        return
    if owner != 0:
        place = Place(file=str(directory))
        problem = Problem.of(Code.FILE_WRITE_FAILED, place, file=str(directory), fault="root", owner=_account(owner))
        raise Refusal(Status.ENVIRONMENT, problem)


def _account(number: int) -> str:
    """An account's name, or its number as `sudo -u` takes it."""
    if sys.platform != "win32":
        import pwd

        with contextlib.suppress(KeyError):
            return pwd.getpwuid(number).pw_name
    return f"'#{number}'"


def check_room(directory: Path, snapshots: int) -> None:
    """Raises Refusal(ENVIRONMENT) where the disk has no room for a seal with so many bytes of snapshots, and its answer.

    An estimate: a record is seldom larger than the snapshots that it was drawn from. It keeps most draws from stopping half way;
    one that does is finished by the next run.
    """
    needed, free = 2 * snapshots + _ALWAYS_NEEDED, door.SYSTEM.free(directory)
    if free < needed:
        place = Place(file=str(directory))
        problem = Problem.of(Code.LEDGER_NO_ROOM, place, needed=_megabytes(needed), free=_megabytes(free))
        raise Refusal(Status.ENVIRONMENT, problem)


def network_kind(directory: Path) -> str:
    """The kind of network file system that a directory lies on; "" for a local disk, or where there is no way to tell (macOS)."""
    if sys.platform == "win32":
        return _windows_kind(directory.resolve())
    try:
        mounts = _MOUNTS.read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return ""
    kind = mount_kind(mounts, directory.resolve())
    return kind if _NETWORK.fullmatch(kind) else ""


def mount_kind(mounts: str, path: Path) -> str:
    """The type of the file system that holds `path`, by a table in the form of Linux's mountinfo: the longest mount point that
    leads there, the last one where there are several."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split(" ")
        if not dash or len(fields) < 5:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[4]))
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), after.split(" ")[0]
    return kind


def _windows_kind(path: Path) -> str:
    """A share by its name, or a drive letter that stands for one."""
    if path.drive.startswith("\\\\"):
        return "smb"
    if sys.platform == "win32":
        import ctypes

        if ctypes.windll.kernel32.GetDriveTypeW(f"{path.drive}\\") == _DRIVE_REMOTE:
            return "smb"
    return ""


def _megabytes(count: int) -> str:
    """Rounded up, so that what is needed is never said to be what is there."""
    return f"{-(-count // (1 << 20))} MB" if count >= 1 << 20 else f"{-(-count // 1024)} KB"
