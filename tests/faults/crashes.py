"""(c) States in which a power failure may leave the disk, made from a log of what went through the door to the system.

The disk promises what fsync promises and nothing more. Of a file's bytes that were not fsynced, any prefix may be there, or zeros
in their place, in whole or in half. A name that was made, taken or given to another file since its directory was last synced may
be as it was at any time since then, whatever became of other names. What was synced is there.
"""

import itertools
import os
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from faults.doors import Watched, through
from faults.judge import Trial, Violation
from faults.scenes import put

_MOST_TOGETHER = 200
"""States of one moment; where names and bytes could be combined in more ways, some of them by lot."""
_CUTS = 12


@dataclass(eq=False)
class Inode:
    """A file: its bytes, those that were synced, and those it may have had since."""

    data: bytes = b""
    synced: bytes = b""


@dataclass(eq=False)
class Folder:
    """A directory: what each name leads to, what it surely led to, and what it may have led to since."""

    names: dict[str, "Inode | Folder"] = field(default_factory=dict)
    synced: dict[str, "Inode | Folder"] = field(default_factory=dict)
    since: dict[str, list["Inode | Folder | None"]] = field(default_factory=dict)

    def set(self, name: str, goal: "Inode | Folder | None") -> None:
        self.since.setdefault(name, [self.synced.get(name)]).append(goal)
        if goal is None:
            self.names.pop(name, None)
        else:
            self.names[name] = goal

    def sync(self) -> None:
        self.synced, self.since = dict(self.names), {}


class Disk(Watched):
    """A door that does what it is asked and keeps a model of what is safe. `moment` is called before each change."""

    def __init__(self, top: Path, held: dict[str, bytes]) -> None:
        super().__init__(())
        self.top = top
        self.root = Folder()
        self.open_files: dict[int, Inode] = {}
        self.states: list[Iterator[dict[str, bytes]]] = []
        self.keep = True
        self.lot = random.Random(0)
        for name, data in held.items():
            folder = self.root
            *folders, last = ("records", *name.split("/"))
            for one in folders:
                folder = folder.names.setdefault(one, Folder())  # type: ignore[assignment]
            folder.names[last] = Inode(data, data)
        self._sync_all(self.root)

    def _sync_all(self, folder: Folder) -> None:
        folder.sync()
        for goal in folder.names.values():
            if isinstance(goal, Folder):
                self._sync_all(goal)

    def _folder(self, path: Path) -> Folder | None:
        """The model's directory; None for one outside, where all is safe."""
        path = Path(os.path.abspath(path))
        if not path.is_relative_to(self.top):
            return None
        folder = self.root
        for part in path.relative_to(self.top).parts:
            folder = folder.names[part]  # type: ignore[assignment]
        return folder

    def before(self, name: str) -> None:
        if self.keep:
            self.states.append(iter(list(self.crash_states())))

    # ---- the calls

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        self.before("open")
        new = not os.path.lexists(path)
        descriptor = super().open(path, flags, mode)
        folder = self._folder(path.parent)
        if folder is not None and path.name != "ledger.lock":
            if new:
                folder.set(path.name, Inode())
            self.open_files[descriptor] = folder.names[path.name]  # type: ignore[assignment]
        return descriptor

    def write(self, descriptor: int, data: memoryview) -> int:
        self.before("write")
        taken = super().write(descriptor, data)
        if descriptor in self.open_files:
            self.open_files[descriptor].data += bytes(data[:taken])
        return taken

    def truncate(self, descriptor: int, length: int) -> None:
        self.before("truncate")
        super().truncate(descriptor, length)
        if descriptor in self.open_files:
            self.open_files[descriptor].data = self.open_files[descriptor].data[:length]

    def fsync(self, descriptor: int) -> None:
        self.before("fsync")
        super().fsync(descriptor)
        if descriptor in self.open_files:
            self.open_files[descriptor].synced = self.open_files[descriptor].data

    def sync_directory(self, path: Path) -> None:
        self.before("sync_directory")
        super().sync_directory(path)
        if (folder := self._folder(path)) is not None:
            folder.sync()

    def close(self, descriptor: int) -> None:
        self.open_files.pop(descriptor, None)
        super().close(descriptor)

    def link(self, source: Path, target: Path) -> None:
        self.before("link")
        super().link(source, target)
        self._name(target, self._goal(source))

    def rename(self, source: Path, target: Path) -> None:
        self.before("rename")
        super().rename(source, target)
        self._name(target, self._goal(source))
        self._name(source, None)

    def unlink(self, path: Path) -> None:
        self.before("unlink")
        super().unlink(path)
        self._name(path, None)

    def mkdir(self, path: Path, mode: int) -> None:
        self.before("mkdir")
        super().mkdir(path, mode)
        self._name(path, Folder())

    def _goal(self, path: Path) -> Inode | Folder | None:
        folder = self._folder(path.parent)
        return None if folder is None else folder.names[path.name]

    def _name(self, path: Path, goal: Inode | Folder | None) -> None:
        if (folder := self._folder(path.parent)) is not None:
            folder.set(path.name, goal)

    # ---- what a power failure leaves

    def crash_states(self) -> Iterator[dict[str, bytes]]:
        """The ledger's files, in every state (or some of them by lot) that a power failure at this moment may leave."""
        loose_names = [(folder, name, list(dict.fromkeys(goals))) for folder, name, goals in self._loose(self.root)]
        inodes = {id(one): one for one in self._inodes(self.root)}
        loose_bytes = [(one, list(dict.fromkeys(_variants(one)))) for one in inodes.values() if one.data != one.synced]
        choices = [goals for _, _, goals in loose_names] + [kept for _, kept in loose_bytes]
        for picked in self._some(choices):
            names = {(id(f), name): goal for (f, name, _), goal in zip(loose_names, picked, strict=False)}
            kept = {id(one): data for (one, _), data in zip(loose_bytes, picked[len(loose_names) :], strict=True)}
            state: dict[str, bytes] = {}
            self._lay(self.root, "", names, kept, state)
            yield {name.removeprefix("records/"): data for name, data in state.items()}

    def _some(self, choices: list[list]) -> Iterable[tuple]:  # type: ignore[type-arg]
        ways = 1
        for choice in choices:
            ways *= len(choice)
        if ways <= _MOST_TOGETHER:
            return itertools.product(*choices)
        return [tuple(self.lot.choice(choice) for choice in choices) for _ in range(_MOST_TOGETHER)]

    def _loose(self, folder: Folder) -> Iterator[tuple[Folder, str, list[Inode | Folder | None]]]:
        for name, goals in folder.since.items():
            yield folder, name, goals
        for goal in folder.names.values():
            if isinstance(goal, Folder):
                yield from self._loose(goal)

    def _inodes(self, folder: Folder) -> Iterator[Inode]:
        goals = [*folder.names.values(), *(goal for since in folder.since.values() for goal in since)]
        for goal in goals:
            if isinstance(goal, Folder):
                yield from self._inodes(goal)
            elif goal is not None:
                yield goal

    def _lay(
        self, folder: Folder, above: str, names: dict[tuple[int, str], object], kept: dict[int, bytes], state: dict[str, bytes]
    ) -> None:
        there = {name: folder.synced.get(name) for name in folder.synced}
        there |= {name: names[id(folder), name] for name in folder.since}  # type: ignore[misc]
        if above and not there:
            state[above] = b""  # an empty folder, said with its slash
        for name, goal in there.items():
            if isinstance(goal, Folder):
                self._lay(goal, f"{above}{name}/", names, kept, state)
            elif isinstance(goal, Inode):
                state[f"{above}{name}"] = kept.get(id(goal), goal.synced)


def _variants(inode: Inode) -> Iterator[bytes]:
    """What may be found of a file that was changed since it was synced."""
    yield inode.synced
    yield inode.data
    if not inode.data.startswith(inode.synced):
        return
    start, end = len(inode.synced), len(inode.data)
    added = end - start
    for cut in sorted({1, added // 2, added - 1, *range(0, added, max(1, added // _CUTS))}):
        yield inode.data[: start + cut]
    for zeros in (added, added // 2, max(0, added - 1)):
        yield inode.synced + bytes(zeros) + inode.data[start + zeros :]
        yield inode.data[: end - zeros] + bytes(zeros)


def lay_out(trial: Trial, state: dict[str, bytes]) -> None:
    """Put a state where the ledger is."""
    folders = tuple(name for name in state if not name or name.endswith("/"))
    put(trial.office.ledger, {name: data for name, data in state.items() if name not in folders}, folders)


def crash(trial: Trial, died_before: int | None = None, throughout: bool = True) -> tuple[int, int]:
    """Judge every state in which a power failure may leave the scene; how many there were, and how many different ones.

    With `died_before`, a first run is killed before that call, and the power fails during the next run or, not `throughout`,
    when that has ended: what it told must be there, though it was the first that wrote it.
    """
    trial.reset()
    disk = Disk(trial.office.folder.absolute(), trial.before)
    disk.keep = throughout
    if died_before is not None:
        with through(_Dying(disk, died_before)):
            try:
                trial.type(*trial.scene.command)
            except Death:
                disk.open_files.clear()
    with through(disk):
        ended = trial.type(*trial.scene.command)
    if ended.status != trial.status and trial.scene.command[0] != "void":
        if "LEDGER-003" in ended.stderr:
            return 0, 0
        raise Violation(f"{ended.status} {ended.stderr}")
    moments = [(state, None, "") for states in disk.states for state in states]
    moments += [(state, ended.status, ended.stdout) for state in disk.crash_states()]
    seen = set()
    for state, status, printed in moments:
        key = (status, tuple(sorted(state.items())))
        if key not in seen:
            seen.add(key)
            lay_out(trial, state)
            trial.judge(status, printed)
    return len(moments), len(seen)


class Death(BaseException):
    """The process is gone; nothing that it would still have done is done."""


class _Dying(Disk):
    """The same disk, but the process dies before the call number `at`, a write having taken its first half."""

    def __init__(self, disk: Disk, at: int) -> None:
        self.__dict__ = {**disk.__dict__, "keep": False}
        self.at = at
        self.count = 0
        self.dead = False

    def before(self, name: str) -> None:
        self.count += 1
        if self.dead or self.count > self.at:
            self.dead = True
            raise Death

    def close(self, descriptor: int) -> None:
        self.open_files.pop(descriptor, None)
        os.close(descriptor)
