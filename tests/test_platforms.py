"""The paths that the storage takes on Windows and on macOS, walked here with a door that behaves like theirs.

This shows that those branches work and write the same ledger. It does not show what those systems do: nobody has run the
program there yet, and `docs/定时运行.md` says so.
"""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from cli import desk, tree

from shuangsuiji.files.durable import lock, storage_places, storage_system, storage_writing
from shuangsuiji.model.problems import Code, Refusal, Status

SEEDED = ("draw", "plan.yaml", "--batch", "B1", "--seed", "2023")
VOID = ("void", "--batch", "B1", "--reason", "名录有误", "--approved-by", "李四")


class Windows:
    """`os` as it is on Windows where that matters: no modes of open files, no descriptors of directories, links that cannot say
    whether to follow. `fat`: a disk without hard links, which Python reports as EINVAL there (winerror 1)."""

    def __init__(self, fat: bool = False) -> None:
        self.fat = fat
        self.name = "nt"
        self.supports_follow_symlinks: set[Any] = set()
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name in ("fchmod", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_DIRECTORY", "geteuid"):
            raise AttributeError(name)
        return getattr(os, name)

    def open(self, path: Any, flags: int, mode: int = 0o777) -> int:
        if os.path.isdir(path):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return os.open(path, flags, mode)

    def link(self, source: Any, target: Any, **values: Any) -> None:
        if values:
            raise NotImplementedError("link: follow_symlinks unavailable on this platform")
        self.asked.append("link")
        if self.fat:
            raise OSError(errno.EINVAL, "Incorrect function", str(source))
        os.link(source, target)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Windows:
    door = Windows(fat=getattr(request, "param", False))
    for module in (storage_system, storage_writing, lock):
        monkeypatch.setattr(module, "os", door)
    for module in (storage_writing, lock):
        monkeypatch.setattr(module, "NO_FOLLOW", 0)
        monkeypatch.setattr(module, "NO_WAIT", 0)
    monkeypatch.setattr(storage_places, "network_kind", lambda _: "")
    return door


def drawn(folder: Path) -> dict[str, bytes]:
    """A draw, its void and the draw after it; the ledger that they leave, without what holds the time: the lines, and the void,
    which names one by its digest."""
    folder.mkdir()
    office = desk(folder)
    assert office.type(*SEEDED).status == 0
    assert office.type(*SEEDED).status == 0
    assert office.type(*VOID).status == 0
    assert office.type("draw", "plan.yaml", "--batch", "B1").status == 0
    assert office.type("verify").status == 0
    left = tree(office.ledger)
    assert len([name for name in left if name.startswith("events/")]) == 5  # seal, record, void, seal, record
    return {name: data for name, data in left.items() if name.startswith(("events", "snapshots")) and "void" not in name}


@pytest.mark.parametrize("windows", [False, True], indirect=True, ids=["with hard links", "without"])
def test_the_windows_path_writes_the_same_events(tmp_path: Path, windows: Windows, monkeypatch: pytest.MonkeyPatch) -> None:
    there = drawn(tmp_path / "there")
    assert windows.asked
    monkeypatch.undo()
    assert there == drawn(tmp_path / "here")


@pytest.mark.parametrize("windows", [False, True], indirect=True, ids=["with hard links", "without"])
def test_the_windows_path_replaces_nothing_either(tmp_path: Path, windows: Windows) -> None:
    there = tmp_path / "there"
    there.write_bytes(b"first")
    with pytest.raises(Refusal) as refused:
        storage_writing.write_once(there, b"second")
    assert (refused.value.status, refused.value.problems[0].code) == (Status.ENVIRONMENT, Code.LEDGER_OCCUPIED)
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
    assert there.read_bytes() == b"first"


def test_an_invalid_argument_is_no_missing_link_anywhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere EINVAL is a fault like any other, and the file does not get its name by a second way."""

    class Broken(storage_system.System):
        def link(self, source: Path, target: Path) -> None:
            raise OSError(errno.EINVAL, "Invalid argument", str(source))

    monkeypatch.setattr(storage_system, "SYSTEM", Broken())
    with pytest.raises(OSError, match="Invalid argument"):
        storage_writing.write_once(tmp_path / "there", b"data")
    assert list(tmp_path.iterdir()) == []


F_FULLFSYNC = 51  # <sys/fcntl.h> of macOS


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """macOS: what is synced, and how. A file system that does not know F_FULLFSYNC says ENOTSUP."""
    import fcntl

    told: list[str] = []

    def control(descriptor: int, command: int, *_: Any) -> int:
        assert command == F_FULLFSYNC
        told.append("full")
        if "old" in told[:1]:
            raise OSError(errno.ENOTSUP, "Operation not supported")
        if "broken" in told[:1]:
            raise OSError(errno.EIO, "Input/output error")
        return 0

    class Mac:
        def __getattr__(self, name: str) -> Any:
            return getattr(os, name)

        def fsync(self, descriptor: int) -> None:
            told.append("plain")
            os.fsync(descriptor)

    monkeypatch.setattr(storage_system.sys, "platform", "darwin")
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", F_FULLFSYNC, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", control)
    monkeypatch.setattr(storage_system, "os", Mac())
    return told


@pytest.mark.parametrize(
    ("kind", "calls"),
    [
        pytest.param("new", ["full"], id="the disk's own cache is emptied"),
        pytest.param("old", ["full", "plain"], id="a file system that cannot: a plain fsync"),
    ],
)
def test_macos_empties_the_cache_of_the_disk_where_it_can(tmp_path: Path, mac: list[str], kind: str, calls: list[str]) -> None:
    descriptor = os.open(tmp_path / "file", os.O_CREAT | os.O_WRONLY)
    mac.append(kind)
    try:
        storage_system.System().fsync(descriptor)
    finally:
        os.close(descriptor)
    assert mac == [kind, *calls]


def test_a_sync_that_fails_on_macos_is_not_tried_another_way(tmp_path: Path, mac: list[str]) -> None:
    descriptor = os.open(tmp_path / "file", os.O_CREAT | os.O_WRONLY)
    mac.append("broken")
    try:
        with pytest.raises(OSError, match="Input/output"):
            storage_system.System().fsync(descriptor)
    finally:
        os.close(descriptor)
    assert mac == ["broken", "full"]
