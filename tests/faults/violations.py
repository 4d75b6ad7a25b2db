"""Violations planted on purpose: what each harness must find, or it is worth nothing. Each changes one place of our own source,
in memory, wherever what stands there is in use."""

import importlib
import inspect
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from unittest import mock


@dataclass(frozen=True)
class Violation:
    """In `module`, `old` (which stands there once) becomes `new`."""

    module: str
    old: str
    new: str


WRITING = "shuangsuiji.files.durable.storage_writing"
WRITER = "shuangsuiji.files.ledgers.ledger_writer"
VIOLATIONS = {
    "a file is linked before it is synced": Violation(
        WRITING,
        "        write_all(descriptor, data)\n        door.SYSTEM.fsync(descriptor)\n    finally",
        "        write_all(descriptor, data)\n    finally",
    ),
    "a name is not synced": Violation(
        WRITING, "        _unlink(temporary)\n    door.SYSTEM.sync_directory(path.parent)", "        _unlink(temporary)"
    ),
    "a line is not synced": Violation(
        WRITING,
        "        write_all(descriptor, data)\n        door.SYSTEM.fsync(descriptor)\n    if new",
        "        write_all(descriptor, data)\n    if new",
    ),
    "the name of the lines is not synced": Violation(
        WRITING, "    if new:\n        door.SYSTEM.sync_directory(path.parent)\n", ""
    ),
    "the names above are not synced": Violation(
        "shuangsuiji.files.durable.storage", "            sync_above(directory)", "            pass"
    ),
    "what is found is taken to be durable": Violation(WRITER, "            store.settle()", "            pass"),
    "a short write is taken for a whole one": Violation(WRITING, "view = view[taken:]", "view = view[len(view) :]"),
    "a failed sync is tried again": Violation(
        WRITING,
        "        door.SYSTEM.fsync(descriptor)\n    finally",
        "        try:\n            door.SYSTEM.fsync(descriptor)\n"
        "        except OSError:\n            door.SYSTEM.fsync(descriptor)\n    finally",
    ),
    "a failure is passed over": Violation(
        WRITING, "        raise environment(Code.FILE_WRITE_FAILED, path, error) from error", "        pass"
    ),
    "the result is told before its line is written": Violation(
        WRITER, "        self.store.append(line)", '        print("result", flush=True)\n        self.store.append(line)'
    ),
    "the line is written before its event": Violation(
        WRITER,
        "        self.store.write(line.file, data)\n        self.store.append(line)",
        "        self.store.append(line)\n        self.store.write(line.file, data)",
    ),
    "a file is put in place of another": Violation(
        WRITING, "        door.SYSTEM.link(temporary, path)", "        door.SYSTEM.rename(temporary, path)"
    ),
    "a torn line is written on": Violation(
        "shuangsuiji.files.ledgers.ledger_file",
        "    if chain.broken is not None:\n",
        "    if chain.broken is not None and not chain.broken.torn:\n",
    ),
    "an orphan is drawn anew": Violation(WRITER, "        self._adopt_orphan()\n", ""),
    "the lock file is deleted": Violation(
        "shuangsuiji.files.durable.lock",
        "        _check_file(path)\n        lock",
        "        path.unlink(missing_ok=True)\n        lock",
    ),
}


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The program with one violation in it."""
    one = VIOLATIONS[name]
    module = importlib.import_module(one.module)
    source = inspect.getsource(module)
    if source.count(one.old) != 1:
        raise AssertionError(f"{name}: what it changes stands there {source.count(one.old)} times")
    changed: dict[str, object] = {"__name__": one.module}
    exec(compile(source.replace(one.old, one.new), module.__file__ or "", "exec"), changed)
    ours = {id(value): name for name, value in vars(module).items() if getattr(value, "__module__", "") == one.module}
    with ExitStack() as stack:
        for user in [user for user in list(sys.modules.values()) if getattr(user, "__name__", "").startswith("shuangsuiji")]:
            for held, value in list(vars(user).items()):
                if id(value) in ours:
                    stack.enter_context(mock.patch.object(user, held, changed[ours[id(value)]]))
        yield
