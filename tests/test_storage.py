"""Durable I/O: what a file, a line and a lock are held to (ledger-v1, Order of writes); reading never hangs or raises."""

import errno
import json
import os
import platform
import stat
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import filelock
import pytest
from cli import desk, edit, environment, events, lines, task, tree
from faults.children import child, said, waited

from shuangsuiji.evidence.lines import Circumstances, next_line
from shuangsuiji.files.conduct import Session
from shuangsuiji.files.durable import storage, storage_places, storage_reading, storage_system
from shuangsuiji.files.durable.spelling import spelled
from shuangsuiji.files.ledgers.ledger_file import open_ledger
from shuangsuiji.model.problems import Code, Refusal, Status

posix = pytest.mark.skipif(os.name != "posix", reason="permissions, links and pipes of POSIX")
not_root = pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
NAME = "events/000001-seal.json"
DATA = b'{"a":1}\n'
LINE = next_line(None, "seal", ("P1", "B1"), DATA, Circumstances("2023-04-01T09:00:00+08:00", "zhangsan", "test"))


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "records"


def refused(act: Callable[[], Any]) -> tuple[Status, Code]:
    with pytest.raises(Refusal) as caught:
        act()
    (problem,) = caught.value.problems
    return caught.value.status, problem.code


def leftovers(ledger: Path) -> list[str]:
    return sorted(path.name for path in ledger.rglob(".tmp-*"))


# ---------------------------------------------------------------------------------------------------- durable files


def test_a_file_is_written_under_its_name_with_nothing_left_beside_it(ledger: Path) -> None:
    with storage.locked(ledger) as store:
        store.write(NAME, DATA)
    assert (ledger / NAME).read_bytes() == DATA
    assert [path.name for path in (ledger / "events").iterdir()] == ["000001-seal.json"]


def test_a_file_that_lies_there_with_the_same_bytes_is_done_already_and_not_touched(ledger: Path) -> None:
    with storage.locked(ledger) as store:
        store.write(NAME, DATA)
        before = (ledger / NAME).stat()
        store.write(NAME, DATA)
        after = (ledger / NAME).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not leftovers(ledger)


@pytest.mark.parametrize("other", [b"", b'{"a":2}\n', DATA + b"\n", DATA[:-1]], ids=["empty", "other", "longer", "shorter"])
def test_a_file_that_lies_there_with_other_bytes_is_refused_and_kept(ledger: Path, other: bytes) -> None:
    with storage.locked(ledger) as store:
        (ledger / NAME).write_bytes(other)
        assert refused(lambda: store.write(NAME, DATA)) == (Status.ENVIRONMENT, Code.LEDGER_OCCUPIED)
    assert (ledger / NAME).read_bytes() == other
    assert not leftovers(ledger)


@posix
@pytest.mark.parametrize("there", [True, False], ids=["to a file with the same bytes", "to nothing"])
def test_a_symbolic_link_at_the_final_name_is_not_followed(ledger: Path, tmp_path: Path, there: bool) -> None:
    elsewhere = tmp_path / "elsewhere"
    if there:
        elsewhere.write_bytes(DATA)
    with storage.locked(ledger) as store:
        (ledger / NAME).symlink_to(elsewhere)
        status, _ = refused(lambda: store.write(NAME, DATA))
    assert status == Status.ENVIRONMENT
    assert (ledger / NAME).is_symlink()
    assert elsewhere.exists() is there


@posix
def test_a_directory_at_the_final_name_is_refused(ledger: Path) -> None:
    with storage.locked(ledger) as store:
        (ledger / NAME).mkdir()
        status, _ = refused(lambda: store.write(NAME, DATA))
    assert status == Status.ENVIRONMENT
    assert not leftovers(ledger)


@posix
def test_a_link_planted_under_the_temporary_name_is_not_written_through(ledger: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    with storage.locked(ledger) as store:
        (ledger / "events" / f".tmp-{os.getpid()}-000001-seal.json").symlink_to(victim)
        store.write(NAME, DATA)
    assert victim.read_bytes() == b"precious"
    assert (ledger / NAME).read_bytes() == DATA
    assert not (ledger / NAME).is_symlink()


def test_bytes_are_written_to_the_last_one_however_few_the_system_takes_at_a_time(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(storage.os, "write", lambda descriptor, data: write(descriptor, bytes(data)[:3]))
    with storage.locked(ledger) as store:
        store.write(NAME, DATA)
        store.append(LINE)
    monkeypatch.undo()
    assert (ledger / NAME).read_bytes() == DATA
    assert (ledger / "ledger.jsonl").read_bytes() == LINE.encode()


def failing(number: int, only: Callable[[Any], bool] = lambda _: True) -> Callable[..., Any]:
    def call(first: Any, *_: Any, **__: Any) -> Any:
        if only(first):
            raise OSError(number, os.strerror(number))

    return call


@pytest.mark.parametrize("call", ["write", "fsync", "link", "open"])
def test_a_failure_of_the_system_is_said_and_not_tried_again(ledger: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    calls: list[Any] = []
    with storage.locked(ledger) as store:
        monkeypatch.setattr(storage.os, call, failing(errno.EIO, only=lambda first: calls.append(first) is None))
        assert refused(lambda: store.write(NAME, DATA)) == (Status.ENVIRONMENT, Code.FILE_WRITE_FAILED)
        monkeypatch.undo()
    assert len(calls) == 1
    assert not (ledger / NAME).exists()


def test_a_failed_fsync_of_the_directory_is_no_success(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync

    def only_files(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, "I/O error")
        fsync(descriptor)

    with storage.locked(ledger) as store:
        monkeypatch.setattr(storage.os, "fsync", only_files)
        assert refused(lambda: store.write(NAME, DATA)) == (Status.ENVIRONMENT, Code.FILE_WRITE_FAILED)
        monkeypatch.undo()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_draw_whose_fsync_fails_exits_6_and_prints_no_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    office = desk(tmp_path)
    monkeypatch.setattr(storage.os, "fsync", failing(number))
    ended = office.type("draw", "plan.yaml", "--batch", "B1", "--seed", "1")
    assert (ended.status, ended.stdout) == (6, "")
    assert "FILE-004" in ended.stderr


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP])
def test_a_file_system_without_hard_links_gets_the_file_by_renaming(
    ledger: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(storage.os, "link", failing(number))
    with storage.locked(ledger) as store:
        store.write(NAME, DATA)
        store.write(NAME, DATA)
        assert refused(lambda: store.write(NAME, b"{}\n")) == (Status.ENVIRONMENT, Code.LEDGER_OCCUPIED)
    assert (ledger / NAME).read_bytes() == DATA
    assert not leftovers(ledger)


# ---------------------------------------------------------------------------------------------------- durable lines


def test_a_line_is_appended_to_what_is_there(ledger: Path) -> None:
    second = next_line(LINE, "void", ("P1", "B1"), DATA, LINE.circumstances)
    with storage.locked(ledger) as store:
        store.append(LINE)
        store.append(second)
    assert (ledger / "ledger.jsonl").read_bytes() == LINE.encode() + second.encode()


@posix
def test_a_ledger_file_that_is_a_symbolic_link_is_not_appended_to(ledger: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"")
    with storage.locked(ledger) as store:
        (ledger / "ledger.jsonl").symlink_to(tmp_path / "elsewhere")
        assert refused(lambda: store.append(LINE)) == (Status.ENVIRONMENT, Code.FILE_WRITE_FAILED)
    assert (tmp_path / "elsewhere").read_bytes() == b""


def test_a_line_whose_fsync_fails_is_no_success(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with storage.locked(ledger) as store:
        monkeypatch.setattr(storage.os, "fsync", failing(errno.EIO))
        assert refused(lambda: store.append(LINE)) == (Status.ENVIRONMENT, Code.FILE_WRITE_FAILED)
        monkeypatch.undo()


# ------------------------------------------------------------------------------------------------------------ the lock


def test_a_busy_ledger_is_refused_at_once(ledger: Path) -> None:
    def second() -> None:
        with storage.locked(ledger):
            pass

    with storage.locked(ledger):
        assert refused(second) == (Status.BUSY, Code.LEDGER_BUSY)
    second()


def test_a_draw_on_a_busy_ledger_exits_7_and_leaves_it_as_it_was(tmp_path: Path) -> None:
    office = desk(tmp_path)
    with storage.locked(office.ledger):
        ended = office.type("draw", "plan.yaml", "--batch", "B1")
        assert (ended.status, ended.stdout) == (7, "")
        assert "LEDGER-001" in ended.stderr
        assert office.type("void", "--batch", "B1", "--reason", "错", "--approved-by", "李").status != 0
    assert not events(office.ledger)


def test_lock_wait_waits_for_the_lock_and_then_draws(tmp_path: Path) -> None:
    office = desk(tmp_path)
    entered, leave = threading.Event(), threading.Event()

    def other() -> None:
        with storage.locked(office.ledger):
            entered.set()
            leave.wait(10)

    holder = threading.Thread(target=other)
    holder.start()
    assert entered.wait(10)
    threading.Timer(0.3, leave.set).start()
    try:
        assert office.type("draw", "plan.yaml", "--batch", "B1", "--lock-wait", "10").status == 0
    finally:
        leave.set()
        holder.join()


def test_lock_wait_that_is_too_short_ends_busy(tmp_path: Path) -> None:
    office = desk(tmp_path)
    with storage.locked(office.ledger):
        assert office.type("draw", "plan.yaml", "--batch", "B1", "--lock-wait", "0.1").status == 7


def test_the_lock_file_is_never_deleted_and_stays_the_same_file(ledger: Path) -> None:
    with storage.locked(ledger):
        first = (ledger / "ledger.lock").stat().st_ino
    assert (ledger / "ledger.lock").stat().st_ino == first
    with storage.locked(ledger), pytest.raises(Refusal), storage.locked(ledger):
        pass
    assert (ledger / "ledger.lock").stat().st_ino == first


def test_a_lock_file_left_behind_by_a_dead_process_locks_nobody_out(ledger: Path) -> None:
    ledger.mkdir()
    (ledger / "ledger.lock").write_bytes(b"")
    with storage.locked(ledger) as store:
        store.append(LINE)


def test_an_exception_while_the_lock_is_held_gives_it_back(ledger: Path) -> None:
    with pytest.raises(KeyboardInterrupt), storage.locked(ledger):
        raise KeyboardInterrupt
    other = filelock.FileLock(ledger / "ledger.lock", timeout=0)
    other.acquire()
    other.release()


def test_a_busy_ledger_says_who_holds_it_since_when(tmp_path: Path) -> None:
    office = desk(tmp_path)
    with storage.locked(office.ledger):
        held = (office.ledger / "ledger.lock").read_bytes()
        ended = office.type("draw", "plan.yaml", "--batch", "B1")
    told = json.loads(held[1:])
    assert (told["process"], told["host"]) == (os.getpid(), platform.node())
    assert all(str(word) in ended.stderr for word in (os.getpid(), platform.node(), told["since"][:19].replace("T", " ")))
    assert (office.ledger / "ledger.lock").read_bytes() == b"\0", "nobody holds it now"


@pytest.mark.parametrize(
    "text", [b"", b"\0", b"\0{", b"\0[]", b"\0" + b"9" * 9000, b"\0\xff", b'\0{"process": "x", "host": 1, "since": 2}'], ids=repr
)
def test_whatever_a_lock_file_says_it_locks_nobody_out_and_stops_no_message(ledger: Path, text: bytes) -> None:
    with storage.locked(ledger):
        (ledger / "ledger.lock").write_bytes(text)
        assert refused(lambda: storage.locked(ledger).__enter__()) == (Status.BUSY, Code.LEDGER_BUSY)
    (ledger / "ledger.lock").write_bytes(text)
    with storage.locked(ledger) as store:
        store.append(LINE)


@posix
@pytest.mark.parametrize(
    "make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/null")], ids=["pipe", "folder", "link"]
)
@pytest.mark.parametrize("name", ["ledger.lock", "ledger.jsonl"])
def test_what_is_no_regular_file_is_neither_locked_nor_appended_to_nor_waited_for(
    ledger: Path, name: str, make: Callable[[Path], None]
) -> None:
    def act() -> None:
        with storage.locked(ledger) as store:
            store.append(LINE)

    ledger.mkdir()
    make(ledger / name)
    assert refused(act) == (Status.ENVIRONMENT, Code.FILE_WRITE_FAILED)


@posix
@pytest.mark.parametrize("name", [".", "events", "snapshots", "quarantine"])
def test_a_folder_that_is_a_link_is_not_written_to(ledger: Path, tmp_path: Path, name: str) -> None:
    """ledger-v1: neither the ledger nor the folders in it may be a link."""
    (tmp_path / "elsewhere").mkdir()
    if name != ".":
        ledger.mkdir()
    (ledger / name if name != "." else ledger).symlink_to(tmp_path / "elsewhere")

    def act() -> None:
        with storage.locked(ledger) as store:
            store.append(LINE)
            store.cut_tail("quarantine/x.bin", 0, LINE.encode())

    assert refused(act) == (Status.ENVIRONMENT, Code.FILE_WRITE_FAILED)
    assert not list((tmp_path / "elsewhere").iterdir())


# ------------------------------------------------------------------------------- whether the ledger is still ours to write

SECOND = next_line(LINE, "void", ("P1", "B1"), DATA, LINE.circumstances)
OTHERS = next_line(LINE, "void", ("P2", "B2"), DATA, LINE.circumstances)
"""A line that another run would write in the same place."""


def no_lock(ledger: Path) -> None:
    (ledger / "ledger.lock").unlink()


def another_lock(ledger: Path) -> None:
    (ledger / "new").write_bytes(b"")
    (ledger / "new").replace(ledger / "ledger.lock")


def another_line(ledger: Path) -> None:
    with (ledger / "ledger.jsonl").open("ab") as file:
        file.write(OTHERS.encode())


def another_end(ledger: Path) -> None:
    """Of the same length."""
    data = (ledger / "ledger.jsonl").read_bytes()
    (ledger / "ledger.jsonl").write_bytes(data.replace(b"zhangsan", b"zhangwei"))


def no_line(ledger: Path) -> None:
    (ledger / "ledger.jsonl").write_bytes(b"")


def no_lines(ledger: Path) -> None:
    (ledger / "ledger.jsonl").unlink()


DISTURBANCES = [
    pytest.param(no_lock, marks=posix),  # Windows deletes and renames no file that is open
    pytest.param(another_lock, marks=posix),
    another_line,
    another_end,
    no_line,
    no_lines,
]
WRITES: dict[str, Callable[[storage.LockedLedger], None]] = {
    "an event": lambda store: store.write("events/000002-void.json", DATA),
    "a line": lambda store: store.append(SECOND),
    "an end": lambda store: store.end_last_line(),
    "a cut": lambda store: store.cut_tail("quarantine/x.bin", 0, LINE.encode()),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("disturb", DISTURBANCES)
def test_nothing_is_written_once_the_lock_is_gone_or_the_lines_are_others_than_we_read(
    ledger: Path, disturb: Callable[[Path], None], write: str
) -> None:
    with storage.locked(ledger) as store:
        store.append(LINE)
        store.read()
        disturb(ledger)
        before = tree(ledger)
        assert refused(lambda: WRITES[write](store)) == (Status.ENVIRONMENT, Code.LEDGER_OCCUPIED)
        assert tree(ledger) == before


@pytest.mark.parametrize("write", ["a line", "an end", "a cut"])
@pytest.mark.parametrize("disturb", [pytest.param(another_lock, marks=posix), another_line])
def test_the_last_look_is_taken_when_the_lines_are_open_to_be_written(
    ledger: Path, monkeypatch: pytest.MonkeyPatch, disturb: Callable[[Path], None], write: str
) -> None:
    class Slow(storage_system.System):
        """Somebody else is quicker, between the opening and the write."""

        def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
            descriptor = super().open(path, flags, mode)
            if path.name == "ledger.jsonl":
                disturb(ledger)
                left.append((ledger / "ledger.jsonl").read_bytes())
            return descriptor

    left: list[bytes] = []
    with storage.locked(ledger) as store:
        store.append(LINE)
        store.read()
        monkeypatch.setattr(storage_system, "SYSTEM", Slow())
        assert refused(lambda: WRITES[write](store)) == (Status.ENVIRONMENT, Code.LEDGER_OCCUPIED)
        monkeypatch.undo()
    assert [(ledger / "ledger.jsonl").read_bytes()] == left


def test_what_we_have_written_ourselves_is_no_disturbance(ledger: Path) -> None:
    with storage.locked(ledger) as store:
        store.read()
        store.write(NAME, DATA)
        store.append(LINE)
        store.append(SECOND)
    with storage.locked(ledger) as store:
        store.read()
        cut = len(LINE.encode())
        store.cut_tail("quarantine/x.bin", cut, SECOND.encode())
        store.append(OTHERS)
    assert (ledger / "ledger.jsonl").read_bytes() == LINE.encode() + OTHERS.encode()


@pytest.mark.parametrize("disturb", [pytest.param(another_lock, marks=posix), another_line])
def test_a_line_beside_which_another_was_written_at_the_same_moment_is_no_success(
    ledger: Path, monkeypatch: pytest.MonkeyPatch, disturb: Callable[[Path], None]
) -> None:
    """A run may be stopped between its last look and its write; when it goes on, it must not end as if it were alone."""
    append = storage.append

    def disturbed(*arguments: Any) -> None:
        append(*arguments)
        disturb(ledger)

    with storage.locked(ledger) as store:
        store.read()
        monkeypatch.setattr(storage, "append", disturbed)
        assert refused(lambda: store.append(LINE)) == (Status.ENVIRONMENT, Code.LEDGER_OCCUPIED)


@posix
def test_what_the_new_lock_file_says_of_its_holder_is_left_alone(ledger: Path) -> None:
    with storage.locked(ledger):
        another_lock(ledger)
        (ledger / "ledger.lock").write_bytes(b"\0another")
    assert (ledger / "ledger.lock").read_bytes() == b"\0another"


@posix
def test_a_run_whose_lock_was_deleted_while_it_was_stopped_harms_nothing(tmp_path: Path) -> None:
    """The first run is stopped after its seal, the lock is deleted, a second one draws another batch; the first one goes on."""
    office = desk(tmp_path)
    sealed, go = tmp_path / "sealed", tmp_path / "go"

    def stopping() -> None:
        answer = Session._answer

        def stopped(*arguments: Any) -> Any:
            sealed.touch()
            while not go.exists():
                time.sleep(0.01)
            return answer(*arguments)

        Session._answer = stopped  # type: ignore[method-assign]  # in a process of its own

    first = child(office.folder, ("draw", "plan.yaml", "--batch", "B1", "--seed", "2023"), stopping)
    until = time.monotonic() + 60
    while not sealed.exists() and time.monotonic() < until:
        time.sleep(0.01)
    no_lock(office.ledger)
    second = office.type("draw", "plan.yaml", "--batch", "B2", "--seed", "x")
    go.touch()
    assert (waited(first), second.status) == (6, 0)
    told = (office.folder / "stderr").read_text(encoding="utf-8")
    assert ("LEDGER-008" in told, "ledger.lock" in told, said(office.folder)) == (True, True, "")
    assert [(line["type"], line["batch"]) for line in lines(office.ledger)] == [("seal", "B1"), ("seal", "B2"), ("draw", "B2")]
    assert sorted(events(office.ledger)) == ["000001-seal.json", "000002-seal.json", "000003-draw.json"]
    assert office.type("draw", "plan.yaml", "--batch", "B1").status == 0
    assert office.type("verify").status == 0


# -------------------------------------------------------------------------------------------------------------- places

MOUNTS = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:26 / /mnt/share rw,relatime shared:1 - cifs //server/share rw
31 22 0:27 / /mnt/with\\040space rw - nfs4 server:/x rw
32 30 0:28 / /mnt/share/local rw - xfs /dev/vdb rw
33 22 0:29 / /over rw - ext4 /dev/vdc rw
34 22 0:30 / /over rw - fuse.sshfs me@server: rw
a line of another kind
"""


@posix
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/x/records", "ext4"),
        ("/mnt/share/records", "cifs"),
        ("/mnt/shared/records", "ext4"),
        ("/mnt/share/local/records", "xfs"),
        ("/mnt/with space/records", "nfs4"),
        ("/over/records", "fuse.sshfs"),
    ],
)
def test_the_file_system_of_a_path_is_that_of_the_longest_and_last_mount_that_leads_there(path: str, kind: str) -> None:
    """proc(5), mountinfo: the fifth field is the mount point, the type stands after the dash."""
    assert storage_places.mount_kind(MOUNTS, Path(path)) == kind


@pytest.mark.skipif(sys.platform != "linux", reason="Linux has a table of mounts")
@pytest.mark.parametrize(
    ("kind", "refused_here"), [("nfs", True), ("cifs", True), ("9p", True), ("fuse.sshfs", True), ("ext4", False)]
)
def test_a_ledger_on_a_network_file_system_is_refused_unless_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, refused_here: bool
) -> None:
    office = desk(tmp_path / "desk")
    (tmp_path / "mounts").write_text(f"22 1 254:0 / / rw - ext4 x rw\n23 22 0:26 / {office.folder} rw - {kind} x rw\n")
    monkeypatch.setattr(storage_places, "_MOUNTS", tmp_path / "mounts")
    ended = office.type("draw", "plan.yaml", "--batch", "B1")
    assert ended.status == (6 if refused_here else 0)
    assert ("LEDGER-011" in ended.stderr, office.ledger.exists()) == (refused_here, not refused_here)
    assert office.type("draw", "plan.yaml", "--batch", "B1", env={"SHUANGSUIJI_ALLOW_NETWORK_FS": "1"}).status == 0


def test_a_disk_without_room_for_the_draw_stops_it_before_anything_is_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = desk(tmp_path)
    monkeypatch.setattr(storage_system.System, "free", lambda *_: 64 * 1024)
    ended = office.type("draw", "plan.yaml", "--batch", "B1")
    assert (ended.status, ended.stdout, "LEDGER-012" in ended.stderr) == (6, "", True)
    assert "64 KB" in ended.stderr
    assert tree(office.ledger) == {}


def test_a_clock_that_goes_backwards_is_worth_a_note_and_stops_nothing(tmp_path: Path) -> None:
    office = desk(tmp_path)
    assert "LEDGER-013" not in office.type("draw", "plan.yaml", "--batch", "B1").stderr
    ahead = Circumstances("2999-01-01T00:00:00+08:00", "zhangsan", "test")
    with storage.locked(office.ledger) as store:
        last = Session(store, lambda: ahead).void(("P1", "B1"), "错", "李四", True)
    assert last.line.seq == 3
    ended = office.type("draw", "plan.yaml", "--batch", "B1")
    assert (ended.status, ended.stderr.count("LEDGER-013")) == (0, 1)
    assert "2999-01-01 00:00:00" in ended.stderr
    told = office.type("void", "--batch", "B1", "--reason", "错", "--approved-by", "李四", "--json").document
    assert (told["status"], told["problems"]) == (0, []), "the last line is of today by now"
    assert office.type("verify").status == 0


# --------------------------------------------------------------------------------------------------------- permissions


@posix
@pytest.mark.parametrize("umask", [0, 0o077, 0o277], ids=oct)
def test_everything_in_a_new_ledger_is_private_whatever_the_umask(ledger: Path, umask: int) -> None:
    old = os.umask(umask)
    try:
        with storage.locked(ledger) as store:
            store.write(NAME, DATA)
            store.append(LINE)
            store.cut_tail("quarantine/x.bin", 0, LINE.encode())
    finally:
        os.umask(old)
    modes = {path.relative_to(ledger).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in ledger.rglob("*")}
    assert stat.S_IMODE(ledger.stat().st_mode) == 0o700
    assert modes == {
        "events": 0o700,
        "snapshots": 0o700,
        "quarantine": 0o700,
        "quarantine/x.bin": 0o600,
        NAME: 0o600,
        "ledger.jsonl": 0o600,
        "ledger.lock": 0o600,
    }


@posix
@pytest.mark.parametrize(("umask", "mode"), [(0, 0o755), (0o027, 0o750)], ids=["none", "027"])
def test_folders_above_a_new_ledger_are_not_for_everybody_to_write(ledger: Path, umask: int, mode: int) -> None:
    old = os.umask(umask)
    try:
        with storage.locked(ledger / "b" / "records"):
            pass
    finally:
        os.umask(old)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (ledger, ledger / "b", ledger / "b" / "records")] == [mode, mode, 0o700]


def as_root_in_anothers(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger belongs to nobody, and we are root; or we are told that we are, and it belongs to us."""
    if os.geteuid() == 0:
        for path in (ledger, *ledger.rglob("*")):
            os.chown(path, 65534, 65534)
    else:
        monkeypatch.setattr(storage_places.os, "geteuid", lambda: 0)


@posix
def test_root_does_not_write_in_the_ledger_of_another_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What root writes there would be root's, and the account could write its own ledger no more."""
    office = desk(tmp_path)
    assert office.type("draw", "plan.yaml", "--batch", "B1", "--seed", "2023").status == 0
    as_root_in_anothers(office.ledger, monkeypatch)
    owners = {path: path.stat().st_uid for path in office.ledger.rglob("*")}
    before = tree(office.ledger, leave_out=())
    for command in READERS:
        ended = office.type(*command)
        reads = command[:2] in (("ledger", "list"), ("ledger", "checkpoint")) or "--rehearse" in command
        assert (ended.status, "sudo -u" in ended.stderr) == ((0, False) if reads else (6, True)), ended.stderr
    assert office.type("verify").status == 0
    assert tree(office.ledger, leave_out=()) == before
    assert {path: path.stat().st_uid for path in office.ledger.rglob("*")} == owners


@posix
def test_an_account_without_a_name_is_named_by_its_number(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As sudo(8) takes it: `#uid`, which a shell needs in quotes."""
    assert storage_places._account(0) == "root"
    assert storage_places._account(3_000_000_000) == "'#3000000000'"


@posix
@not_root
def test_a_ledger_in_a_folder_one_may_not_write_is_a_matter_of_the_environment(ledger: Path) -> None:
    ledger.parent.chmod(0o500)
    try:
        assert refused(lambda: storage.locked(ledger).__enter__()) == (Status.ENVIRONMENT, Code.FILE_WRITE_FAILED)
    finally:
        ledger.parent.chmod(0o700)


def test_a_file_where_the_ledger_should_be_is_a_matter_of_the_environment(ledger: Path) -> None:
    ledger.write_bytes(b"")
    assert refused(lambda: storage.locked(ledger).__enter__()) == (Status.ENVIRONMENT, Code.FILE_WRITE_FAILED)


# -------------------------------------------------------------------------------------------------------- reading back


def test_a_ledger_that_is_not_there_has_no_lines(ledger: Path) -> None:
    found = storage.read_ledger(ledger)
    assert (found.lines, dict(found.files), dict(found.unreadable)) == (None, {}, {})


def test_a_ledger_is_read_as_it_lies_there_without_temporary_files(ledger: Path) -> None:
    with storage.locked(ledger) as store:
        store.write(NAME, DATA)
        store.write("snapshots/x.csv", b"a\n")
        store.append(LINE)
        (ledger / "events" / ".tmp-1-000002-draw.json").write_bytes(b"half")
        found = store.read()
    assert found.lines == LINE.encode()
    assert dict(found.files) == {NAME: DATA, "snapshots/x.csv": b"a\n"}
    assert not found.unreadable


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _symlink(path: Path) -> None:
    target = path.parent.parent / "elsewhere"
    target.write_bytes(DATA)
    path.symlink_to(target)


def _dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nothing")


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@posix
@pytest.mark.parametrize("name", ["ledger.jsonl", NAME, "snapshots/x.csv"])
@pytest.mark.parametrize("make", [_fifo, Path.mkdir, _symlink, _dangling, _loop, _device])
def test_what_is_no_regular_file_is_said_to_be_unreadable_and_never_waited_for(
    ledger: Path, make: Callable[[Path], None], name: str
) -> None:
    with storage.locked(ledger):
        pass
    make(ledger / name)
    found = storage.read_ledger(ledger)
    assert list(found.unreadable) == [name]
    assert found.lines is None
    assert not found.files


@posix
@not_root
def test_a_file_one_may_not_read_is_said_to_be_unreadable(ledger: Path) -> None:
    with storage.locked(ledger) as store:
        store.write(NAME, DATA)
    (ledger / NAME).chmod(0)
    assert list(storage.read_ledger(ledger).unreadable) == [NAME]


@posix
@pytest.mark.parametrize("folder", ["events", "snapshots"])
def test_a_file_where_a_folder_should_be_is_said_to_be_unreadable(ledger: Path, folder: str) -> None:
    ledger.mkdir()
    (ledger / folder).write_bytes(b"")
    assert list(storage.read_ledger(ledger).unreadable) == [folder]


@posix
def test_a_file_where_the_ledger_should_be_is_unreadable_and_not_absent(tmp_path: Path) -> None:
    (tmp_path / "records").write_bytes(b"")
    found = storage.read_ledger(tmp_path / "records")
    assert found.lines is None
    assert "ledger.jsonl" in found.unreadable


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="file names are UTF-8 there")
def test_a_file_name_that_is_no_text_is_read_all_the_same(ledger: Path) -> None:
    with storage.locked(ledger):
        (ledger / "events" / os.fsdecode(b"\xff\xfe")).write_bytes(b"x")
    assert len(storage.read_ledger(ledger).files) == 1


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="file names are UTF-8 there")
def test_a_plan_and_a_pool_whose_names_are_no_text_are_drawn_from_and_their_names_spelled_out(tmp_path: Path) -> None:
    """ledger-v1: a line is UTF-8; the bytes of a name that are none are spelled out."""
    office = desk(tmp_path)
    plan = os.fsdecode("计划".encode() + b"\xff\xc3.yaml")
    office.write_plan(name=plan)
    for command in (("check", plan), ("draw", plan, "--batch", "B1", "--seed", "2023"), ("verify",), ("plan", "show", plan)):
        assert office.type(*command).status == 0, command
    assert [line["sources"][0]["name"] for line in lines(office.ledger)] == ["计划\\xff\\xc3.yaml"] * 2
    ended = office.type("ledger", "bundle", "--batch", "B1", "-o", os.fsdecode(b"\xfe.zip"), "--json")
    assert (ended.status, ended.document["file"]) == (0, "\\xfe.zip")


@pytest.mark.parametrize(
    ("name", "as_text"),
    [
        ("名录 2024.csv", "名录 2024.csv"),
        ("\udc80\udcff", "\\x80\\xff"),
        ("a\ud83d.csv", "a\\ud83d.csv"),
        ("\udc7f\udfff", "\\udc7f\\udfff"),
        ("\U0001f600", "\U0001f600"),
    ],
    ids=ascii,
)
def test_what_is_no_text_in_a_name_is_spelled_out_and_nothing_else(name: str, as_text: str) -> None:
    """PEP 383: a byte that is no text is U+DC00 and its number; Windows has lone surrogates of any kind."""
    assert spelled(name) == as_text
    spelled(name).encode()


@posix
def test_verify_answers_for_a_ledger_full_of_pipes_and_links(tmp_path: Path) -> None:
    office = desk(tmp_path)
    assert office.type("draw", "plan.yaml", "--batch", "B1").status == 0
    for path in [*(office.ledger / "events").iterdir(), *(office.ledger / "snapshots").iterdir()]:
        path.unlink()
        os.mkfifo(path)
    ended = office.type("verify")
    assert ended.status == 11
    assert "RECORD-002" in ended.stderr


def cannot_be_read(monkeypatch: pytest.MonkeyPatch, number: int, name: str = "ledger.jsonl") -> None:
    """The system does not read a file, as it does where one has no leave to, or where the disk is bad."""
    opened = os.open

    def open_(path: Any, flags: int, *more: Any, **rest: Any) -> int:
        if str(path).endswith(name) and not flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(number, os.strerror(number))
        return opened(path, flags, *more, **rest)

    monkeypatch.setattr(storage.os, "open", open_)


READERS = (
    ("draw", "plan.yaml", "--batch", "B2", "--seed", "x"),
    ("draw", "plan.yaml", "--batch", "B2", "--rehearse"),
    ("void", "--batch", "B1", "--reason", "错", "--approved-by", "李四"),
    ("ledger", "list"),
    ("ledger", "repair"),
    ("ledger", "checkpoint"),
)


@posix
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_fifo, "不是普通文件"),
        (Path.mkdir, "这是文件夹，不是文件"),
        (_symlink, "这是链接，不跟随"),
        (_device, "这是链接，不跟随"),
        (errno.EACCES, "没有权限"),
        (errno.EIO, "磁盘读写出错"),
    ],
    ids=["pipe", "folder", "link", "link to a device", "no leave", "bad disk"],
)
def test_lines_that_are_there_and_cannot_be_read_are_no_lines_that_were_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None] | int, reason: str
) -> None:
    """Exit 6 with what the system said, and not 10: nobody has tampered with anything."""
    office = desk(tmp_path)
    assert office.type("draw", "plan.yaml", "--batch", "B1", "--seed", "2023").status == 0
    path = office.ledger / "ledger.jsonl"
    kept = events(office.ledger)
    if isinstance(spoil, int):
        cannot_be_read(monkeypatch, spoil)
    else:
        path.unlink()
        spoil(path)
    for command in READERS:
        ended = office.type(*command)
        assert (ended.status, ended.stdout) == (6, ""), command
        assert ("FILE-002" in ended.stderr, "LEDGER" in ended.stderr, reason in ended.stderr) == (True, False, True), ended.stderr
    assert office.type("verify").status == 11
    monkeypatch.undo()
    assert events(office.ledger) == kept


@posix
def test_events_that_cannot_be_listed_stop_a_draw_where_there_are_no_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who knows what was drawn there."""
    office = desk(tmp_path)
    assert office.type("draw", "plan.yaml", "--batch", "B1", "--seed", "2023").status == 0
    (office.ledger / "ledger.jsonl").unlink()
    listed = os.listdir

    def listdir(path: Any) -> list[str]:
        if str(path).endswith("events"):
            raise OSError(errno.EIO, "Input/output error")
        return listed(path)

    monkeypatch.setattr(storage.os, "listdir", listdir)
    ended = office.type("draw", "plan.yaml", "--batch", "B1", "--seed", "another")
    assert (ended.status, "FILE-002" in ended.stderr) == (6, True)


# ------------------------------------------------------------------------------------- reading while somebody is writing


def while_reading(monkeypatch: pytest.MonkeyPatch, at: str, act: Callable[[], object], times: int = 1) -> list[str]:
    """Let somebody do something just after a reader has looked at `at`, a file or a folder in the ledger. What was looked at."""
    seen: list[str] = []
    opened, listed = os.open, os.listdir

    def looked(path: Any) -> None:
        seen.append(Path(path).name)
        if seen[-1] == at and seen.count(at) <= times:
            with monkeypatch.context() as undone:
                undone.setattr(storage.os, "open", opened)
                undone.setattr(storage.os, "listdir", listed)
                act()

    def open_(path: Any, *more: Any, **rest: Any) -> int:
        descriptor = opened(path, *more, **rest)
        looked(path)
        return descriptor

    def listdir(path: Any) -> list[str]:
        found = listed(path)
        looked(path)
        return found

    monkeypatch.setattr(storage.os, "open", open_)
    monkeypatch.setattr(storage.os, "listdir", listdir)
    return seen


@pytest.mark.parametrize("at", ["events", "snapshots", "000001-seal.json", "000002-draw.json"])
@pytest.mark.parametrize("command", [("verify",), ("ledger", "list"), ("plan", "show", "plan.yaml"), ("ledger", "checkpoint")])
def test_a_reader_sees_one_moment_though_a_draw_is_made_in_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, command: tuple[str, ...]
) -> None:
    office = desk(tmp_path)
    assert office.type("draw", "plan.yaml", "--batch", "B1", "--seed", "2023").status == 0
    drawn: list[int] = []
    while_reading(monkeypatch, at, lambda: drawn.append(office.type("draw", "plan.yaml", "--batch", "B2", "--seed", "x").status))
    ended = office.type(*command)
    assert (ended.status, drawn) == (0, [0]), ended.stderr
    monkeypatch.undo()
    assert ended.stdout == office.type(*command).stdout, "what is told is what is there after the draw"


def test_a_reader_who_read_the_lines_before_a_draw_does_not_take_its_files_for_those_of_lines_taken_away(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with storage.locked(ledger) as store:
        store.append(LINE)

    def write() -> None:
        for number in (2, 3, 4):
            (ledger / f"events/{number:06d}-void.json").write_bytes(DATA)
        edit(ledger / "ledger.jsonl", lambda data: data + SECOND.encode())

    listing, writing = storage_reading.listing, iter([write])

    def late(*arguments: Any) -> list[str]:
        for one in writing:
            one()
        return listing(*arguments)

    monkeypatch.setattr(storage_reading, "listing", late)
    found = storage.read_ledger(ledger)
    assert (found.lines, len(found.files)) == (LINE.encode() + SECOND.encode(), 3)


def test_files_are_read_once_however_often_the_lines_change(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with storage.locked(ledger) as store:
        store.write(NAME, DATA)
        store.append(LINE)
    grow = lambda: edit(ledger / "ledger.jsonl", lambda data: data + b"\n")  # noqa: E731
    seen = while_reading(monkeypatch, "snapshots", grow, times=5)
    found = storage.read_ledger(ledger)
    assert (found.lines, dict(found.files)) == (LINE.encode() + b"\n" * 5, {NAME: DATA})
    assert (seen.count("events"), seen.count(Path(NAME).name)) == (6, 1)


def test_a_ledger_that_never_rests_is_said_to_be_busy_and_not_to_be_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = desk(tmp_path)
    assert office.type("draw", "plan.yaml", "--batch", "B1", "--seed", "2023").status == 0
    grow = lambda: edit(office.ledger / "ledger.jsonl", lambda data: data + b"\n")  # noqa: E731
    while_reading(monkeypatch, "snapshots", grow, times=10**6)
    assert (office.type("verify").status, office.type("ledger", "list").status) == (11, 6)


@posix
def test_whoever_reads_while_a_process_draws_never_sees_a_broken_ledger(tmp_path: Path) -> None:
    office = desk(tmp_path, [task(str(number), f"B{number}") for number in range(1, 13)])
    assert office.type("draw", "plan.yaml", "--batch", "B1", "--seed", "2023").status == 0
    drawing = child(office.folder, ("draw", "plan.yaml", "--all", "--seed", "2023"))
    counts = set()
    until = time.monotonic() + 60
    while max(counts, default=0) < 24 and time.monotonic() < until:
        counts.add(len(open_ledger(storage.read_ledger(office.ledger)).events))
    assert waited(drawing) == 0
    assert office.type("verify").status == 0


# ---------------------------------------------------------------------------------------- files that the user named


def test_an_input_file_is_read_to_the_last_byte(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\x00\r\n\xff")
    assert storage.read_input(tmp_path / "a") == b"\x00\r\n\xff"


def test_an_input_file_that_is_not_there_is_input_to_be_mended(tmp_path: Path) -> None:
    assert refused(lambda: storage.read_input(tmp_path / "a")) == (Status.INPUT, Code.FILE_MISSING)


def test_a_folder_given_as_an_input_file_is_input_to_be_mended(tmp_path: Path) -> None:
    assert refused(lambda: storage.read_input(tmp_path)) == (Status.INPUT, Code.FILE_NOT_REGULAR)


@posix
def test_a_pipe_given_as_an_input_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    assert refused(lambda: storage.read_input(tmp_path / "a")) == (Status.INPUT, Code.FILE_NOT_REGULAR)


@posix
def test_an_input_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as file:
        file.truncate((1 << 30) + 1)
    assert refused(lambda: storage.read_input(tmp_path / "a")) == (Status.INPUT, Code.FILE_TOO_LARGE)


@posix
def test_an_input_file_behind_a_file_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    status, _ = refused(lambda: storage.read_input(tmp_path / "a" / "b"))
    assert status in (Status.INPUT, Status.ENVIRONMENT)


# ------------------------------------------------------------------------------------------------------------- exports


def test_an_export_replaces_an_earlier_one(tmp_path: Path) -> None:
    storage.write_export(tmp_path / "a.csv", b"head\r\n1\r\n", b"head\r\n")
    storage.write_export(tmp_path / "a.csv", b"head\r\n2\r\n", b"head\r\n")
    assert (tmp_path / "a.csv").read_bytes() == b"head\r\n2\r\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("length", [200, 243, 244, 250, 255])
def test_an_export_may_have_the_longest_name_that_the_disk_takes(tmp_path: Path, length: int) -> None:
    name = "名" * 60 + "x" * (length - 184) + ".csv"
    assert len(name.encode()) == length
    storage.write_export(tmp_path / name, b"head\r\n", b"head\r\n")
    assert [path.name for path in tmp_path.iterdir()] == [name]


@posix
def test_a_name_that_is_too_long_is_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    office = desk(tmp_path)
    ended = office.type("draw", "plan.yaml", "--batch", "B1", "--out", "x" * 252 + ".csv")
    assert (ended.status, "名字太长" in ended.stderr, office.ledger.exists()) == (6, True, False)


def test_what_an_earlier_process_with_our_number_left_is_in_nobodys_way(tmp_path: Path) -> None:
    for name in (f".tmp-{os.getpid()}", f".tmp-{os.getpid()}-1"):
        (tmp_path / name).write_bytes(b"half")
    storage.write_export(tmp_path / "a.csv", b"head\r\n", b"head\r\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".tmp-{os.getpid()}", f".tmp-{os.getpid()}-1", "a.csv"]


@posix
@pytest.mark.parametrize("umask", [0, 0o022, 0o277], ids=oct)
def test_a_private_export_is_for_its_owner_alone_and_so_is_a_bundle(tmp_path: Path, umask: int) -> None:
    """It holds seeds, and who may not inspect whom."""
    office = desk(tmp_path)
    assert office.type("draw", "plan.yaml", "--batch", "B1").status == 0
    (tmp_path / "a.csv").write_bytes(b"head\r\n")
    (tmp_path / "a.csv").chmod(0o644)
    old = os.umask(umask)
    try:
        storage.write_export(tmp_path / "a.csv", b"head\r\n1", b"head\r\n", private=True)
        assert office.type("ledger", "bundle", "--batch", "B1", "-o", "b.zip").status == 0
    finally:
        os.umask(old)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a.csv", "b.zip")] == [0o600, 0o600]


@pytest.mark.parametrize("other", [b"", b"my own table\r\n", b"head"], ids=["empty", "other", "cut short"])
def test_an_export_replaces_nothing_that_is_not_one(tmp_path: Path, other: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(other)
    act = lambda: storage.write_export(tmp_path / "a.csv", b"head\r\n", b"head\r\n")  # noqa: E731
    assert refused(act) == (Status.INPUT, Code.FILE_EXISTS)
    assert (tmp_path / "a.csv").read_bytes() == other


def test_an_export_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.os, "write", failing(errno.ENOSPC))
    act = lambda: storage.write_export(tmp_path / "a.csv", b"head\r\n", b"head\r\n")  # noqa: E731
    assert refused(act) == (Status.ENVIRONMENT, Code.FILE_WRITE_FAILED)
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["records/a.csv", "records/events/a.csv", "records/snapshots/a.csv", "link/a.csv", "records/x/../a.csv"]
)
def test_an_export_is_never_written_into_a_ledger(tmp_path: Path, name: str) -> None:
    office = desk(tmp_path)
    assert office.type("draw", "plan.yaml", "--batch", "B1").status == 0
    (tmp_path / "link").symlink_to("records/events")
    (tmp_path / "records" / "x").mkdir()
    before = tree(office.ledger)
    for command in (
        ("draw", "plan.yaml", "--batch", "B2", "--out", name),
        ("check", "plan.yaml", "--report", name),
        ("verifier", "-o", name),
    ):
        ended = office.type(*command)
        assert (ended.status, "FILE-007" in ended.stderr) == (3, True), command
    assert tree(office.ledger) == before


def test_the_environment_of_a_command_here_holds_nothing_of_the_tester() -> None:
    assert "PYTHONPATH" not in environment()
