"""Conducting a draw (ledger-v1): the order of writes, what a run that died leaves and how the next one finishes it, and every
answer of `draw` and `void` to the state a batch is in."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cli import ENTITIES, INSPECTORS, Desk, Ended, desk, edit, enterprise, event, events, inspector, lines, task, tree

from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.lines import Circumstances, next_line
from shuangsuiji.files.conduct import Session
from shuangsuiji.files.durable import lock, storage, storage_system
from shuangsuiji.files.durable.storage_system import System
from shuangsuiji.model.seed import SeedDocument, os_seed
from shuangsuiji.screen.console import Screen

DRAW = ("draw", "plan.yaml", "--batch", "B1")
SEEDED = (*DRAW, "--seed", "2023")
VOID = ("void", "--batch", "B1", "--reason", "名录有误", "--approved-by", "李四")


class Death(BaseException):
    """The process is gone: nothing it would still have done is done."""


class Tape(System):
    """The door to the system with a tape running: notes what is written, and may die before one of these operations.

    `half`: a write that is died at has reached the disk with its first half.
    """

    def __init__(self, ledger: Path, die_at: int | None = None, half: bool = False) -> None:
        self.ledger = ledger
        self.die_at = die_at
        self.half = half
        self.operations: list[tuple[str, str]] = []
        self.dead = False
        self.names: dict[int, Path] = {}

    def step(self, verb: str, path: Path, before_death: Callable[[], object] = lambda: None) -> None:
        if path.name == "ledger.lock":
            return
        if self.dead:
            raise Death
        if len(self.operations) == self.die_at:
            self.dead = True
            before_death()
            raise Death
        self.operations.append((verb, self.relative(path)))

    def relative(self, path: Path) -> str:
        path = path.absolute()
        return path.relative_to(self.ledger).as_posix() if path.is_relative_to(self.ledger) else path.name

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        self.step("open", path)
        descriptor = super().open(path, flags, mode)
        self.names[descriptor] = path
        return descriptor

    def write(self, descriptor: int, data: memoryview) -> int:
        half = bytes(data)[: len(data) // 2]
        self.step("write", self.names[descriptor], lambda: self.half and os.write(descriptor, half))
        return super().write(descriptor, data)

    def truncate(self, descriptor: int, length: int) -> None:
        self.step("truncate", self.names[descriptor])
        super().truncate(descriptor, length)

    def fsync(self, descriptor: int) -> None:
        self.step("fsync", self.names[descriptor])
        super().fsync(descriptor)

    def sync_directory(self, path: Path) -> None:
        self.step("fsync", path)
        super().sync_directory(path)

    def link(self, source: Path, target: Path) -> None:
        self.step("link", target)
        super().link(source, target)

    def unlink(self, path: Path) -> None:
        self.step("unlink", path)
        super().unlink(path)

    def mkdir(self, path: Path, mode: int) -> None:
        self.step("mkdir", path)
        super().mkdir(path, mode)


@dataclass
class Theatre:
    """Runs commands with a tape on."""

    monkeypatch: pytest.MonkeyPatch

    def run(self, office: Desk, arguments: tuple[str, ...], die_at: int | None = None, half: bool = False) -> tuple[Tape, bool]:
        """The tape, and whether the run lived to its end."""
        tape = Tape(office.ledger, die_at, half)
        with self.monkeypatch.context() as patch:
            patch.setattr(storage_system, "SYSTEM", tape)
            try:
                ended = office.type(*arguments)
            except Death:
                return tape, False
        assert ended.status in (0, 4), ended.stderr
        return tape, True


@pytest.fixture
def theatre(monkeypatch: pytest.MonkeyPatch) -> Theatre:
    return Theatre(monkeypatch)


@pytest.fixture
def seeds(monkeypatch: pytest.MonkeyPatch) -> list[SeedDocument]:
    """Fresh seeds, each different from the one before; the list of those that were asked for."""
    given: list[SeedDocument] = []

    def fresh() -> SeedDocument:
        given.append(os_seed(bytes([len(given) + 1]) * 32))
        return given[-1]

    monkeypatch.setattr("shuangsuiji.cli.steps.fresh_seed", fresh)
    return given


def copied(office: Desk, folder: Path) -> Desk:
    shutil.copytree(office.folder, folder)
    return Desk(folder)


def said(ended: Ended, status: int, *words: str) -> None:
    assert ended.status == status, ended.stderr
    for word in words:
        assert word in ended.stderr


# ---------------------------------------------------------------------------------------------------- order of writes


def test_snapshots_then_seal_then_its_line_then_record_then_its_line_then_words(
    tmp_path: Path, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file: opened under a temporary name, written, fsynced, linked, the folder fsynced, before the next one is begun."""
    office = desk(tmp_path)
    office.ledger.mkdir()
    spoken: list[int] = []
    say = Screen.say
    monkeypatch.setattr(Screen, "say", lambda screen, text="": (spoken.append(len(tree(office.ledger))), say(screen, text)))
    tape, _ = theatre.run(office, SEEDED)

    durable: list[str] = []
    for verb, path in tape.operations:
        kind = path.split("/")[0] if path.startswith("snapshots/") else path
        if verb == "link" or (verb == "fsync" and path == "ledger.jsonl"):
            durable.append(kind)
    assert durable == [
        "snapshots",
        "snapshots",
        "snapshots",
        "events/000001-seal.json",
        "ledger.jsonl",
        "events/000002-draw.json",
        "ledger.jsonl",
    ]
    verbs = [(verb, Path(path).name.startswith(".tmp-"), path.split("/")[0]) for verb, path in tape.operations]
    one_file = [("open", True), ("write", True), ("fsync", True), ("link", False), ("unlink", True), ("fsync", False)]
    first_open = [verb for verb, *_ in verbs].index("open")
    assert {verb for verb, *_ in verbs[:first_open]} == {"mkdir", "fsync"}, "folders, and the names that lead there"
    after_making_folders = verbs[first_open:]
    expected = [(*step, folder) for folder in ["snapshots"] * 3 + ["events"] for step in one_file]
    assert after_making_folders[: len(expected)] == expected
    line = [(verb, False, "ledger.jsonl") for verb in ("open", "write", "fsync")]
    new_name_of_the_ledger = ("fsync", False, ".")
    rest = after_making_folders[len(expected) :]
    assert rest[:3] == line
    assert rest[3] == new_name_of_the_ledger
    assert rest[4:] == [*((*step, "events") for step in one_file), *line]
    assert set(spoken) == {6}, "nothing is said of the result before the last file is there"


def test_nothing_is_said_before_the_last_line_is_durable(
    tmp_path: Path, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    append, release, say = storage.LockedLedger.append, lock.filelock.FileLock.release, Screen.say

    def noted(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            found = act(*arguments, **more)
            order.append(name)
            return found

        return call

    monkeypatch.setattr(storage.LockedLedger, "append", noted("line", append))
    monkeypatch.setattr(lock.filelock.FileLock, "release", noted("unlock", release))
    monkeypatch.setattr(Screen, "say", noted("word", say))
    assert desk(tmp_path).type(*SEEDED).status == 0
    assert order.index("word") > order.index("unlock") > 1
    assert order[:2] == ["line", "line"]
    assert order.count("line") == 2


# ------------------------------------------------------------------------------------------- every point of interruption

TEAMLESS = [inspector(1), inspector(2), *(inspector(number, "乙局", 证件有效期="2020-01-01") for number in (5, 6, 7))]
GROUPED = [
    task("1", "B1", coordination_group="安全"),
    task("2", "B2", coordination_group="安全", window={"from": "2023-07-01", "to": "2023-09-30"}),
]


def first_draw(folder: Path) -> tuple[Desk, tuple[str, ...]]:
    return desk(folder), SEEDED


def draw_with_a_history(folder: Path) -> tuple[Desk, tuple[str, ...]]:
    office = desk(folder, GROUPED)
    said(office.type(*SEEDED), 0)
    return office, ("draw", "plan.yaml", "--batch", "B2", "--seed", "x")


def draw_of_all(folder: Path) -> tuple[Desk, tuple[str, ...]]:
    return desk(folder), ("draw", "plan.yaml", "--all", "--seed", "2023")


def draw_that_fails(folder: Path) -> tuple[Desk, tuple[str, ...]]:
    return desk(folder, inspectors=TEAMLESS), SEEDED


def draw_after_mending(folder: Path) -> tuple[Desk, tuple[str, ...]]:
    office, arguments = draw_that_fails(folder)
    said(office.type(*arguments), 4)
    office.write_table("inspectors.csv", INSPECTORS)
    return office, DRAW


def draw_after_a_void(folder: Path) -> tuple[Desk, tuple[str, ...]]:
    office = desk(folder)
    said(office.type(*SEEDED), 0)
    said(office.type(*VOID), 0)
    return office, DRAW


SCENES = [first_draw, draw_with_a_history, draw_of_all, draw_that_fails, draw_after_mending, draw_after_a_void]


@pytest.mark.parametrize("half", [False, True], ids=["died before", "died half way"])
@pytest.mark.parametrize("scene", SCENES)
def test_whatever_a_run_died_at_the_same_command_again_ends_with_the_same_bytes(
    tmp_path: Path, theatre: Theatre, scene: Callable[[Path], tuple[Desk, tuple[str, ...]]], half: bool
) -> None:
    """A line torn in two is the one thing that stays for a person to look at."""
    office, arguments = scene(tmp_path / "start")
    whole = copied(office, tmp_path / "whole")
    tape, _ = theatre.run(whole, arguments)
    status = whole.type("verify").status
    wanted = {name: data for name, data in tree(whole.ledger).items() if name != "ledger.jsonl"}
    assert status == 0
    points = [k for k, (verb, _) in enumerate(tape.operations) if verb == "write" or not half]
    assert len(points) > 3
    seen: list[dict[str, bytes | int]] = []
    for point in points:
        again = copied(office, tmp_path / f"{point}")
        where = f"died at {tape.operations[point]}"
        _, lived = theatre.run(again, arguments, point, half)
        assert not lived, where
        before = tree(again.ledger) if again.ledger.exists() else {}
        left = {name: len(data) if name == "ledger.jsonl" else data for name, data in before.items() if "/.tmp-" not in name}
        if left in seen:
            continue  # the lines differ in their times alone
        seen.append(left)
        ended = again.type(*arguments)
        if half and tape.operations[point][1] == "ledger.jsonl":
            assert ended.status == 10, where
            assert "LEDGER-003" in ended.stderr, where
            assert tree(again.ledger) == before, where
            continue
        assert ended.status in (0, 4), f"{where}: {ended.stderr}"
        found = {
            name: data
            for name, data in tree(again.ledger).items()
            if name != "ledger.jsonl" and not Path(name).name.startswith(".tmp-")
        }
        assert found == wanted, where
        assert again.type("verify").status == 0, where


@pytest.mark.parametrize("half", [False, True], ids=["died before", "died half way"])
def test_a_seed_of_the_system_that_was_sealed_is_kept_whatever_the_run_died_at(
    tmp_path: Path, theatre: Theatre, seeds: list[SeedDocument], half: bool
) -> None:
    office = desk(tmp_path / "start")
    tape, _ = theatre.run(copied(office, tmp_path / "whole"), DRAW)
    outcomes = set()
    for point in range(len(tape.operations)):
        if half and tape.operations[point] in (("open", "ledger.jsonl"), ("write", "ledger.jsonl")):
            continue
        again = copied(office, tmp_path / f"{point}")
        theatre.run(again, DRAW, point, half)
        first = seeds[-1].text
        sealed = (again.ledger / "events/000001-seal.json").exists()
        left = {name: data for name, data in tree(again.ledger).items() if ".tmp-" not in name} if again.ledger.exists() else {}
        asked = len(seeds)
        said(again.type(*DRAW), 0)
        assert [line["type"] for line in lines(again.ledger)] == ["seal", "draw"]
        assert len(seeds) == asked + (not sealed), "no second seed once one is sealed"
        assert event(again.ledger, 2)["seed"]["document"] == (first if sealed else seeds[-1].text)
        now = tree(again.ledger)
        assert {name: now[name] for name in left if name != "ledger.jsonl" and sealed} == {
            name: data for name, data in left.items() if name != "ledger.jsonl" and sealed
        }
        assert again.type("verify").status == 0
        outcomes.add(sealed)
    assert outcomes == {True, False}


@pytest.mark.parametrize("half", [False, True], ids=["died before", "died half way"])
def test_a_void_that_died_is_whole_after_the_same_command_again(tmp_path: Path, theatre: Theatre, half: bool) -> None:
    office = desk(tmp_path / "start")
    said(office.type(*SEEDED), 0)
    tape, _ = theatre.run(copied(office, tmp_path / "whole"), VOID)
    wanted = events(tmp_path / "whole" / "records")
    for point, (_, name) in enumerate(tape.operations):
        if half and name == "ledger.jsonl":
            continue
        again = copied(office, tmp_path / f"{point}")
        theatre.run(again, VOID, point, half)
        again.type(*VOID)
        assert {name: data for name, data in events(again.ledger).items() if not name.startswith(".tmp-")} == wanted
        assert [line["type"] for line in lines(again.ledger)] == ["seal", "draw", "void"]
        assert again.type("verify").status == 0


def test_a_void_that_was_written_but_for_its_line_is_a_success_the_second_time(tmp_path: Path, theatre: Theatre) -> None:
    office = desk(tmp_path)
    said(office.type(*SEEDED), 0)
    data = (office.ledger / "ledger.jsonl").read_bytes()
    said(office.type(*VOID), 0)
    (office.ledger / "ledger.jsonl").write_bytes(data)
    said(office.type(*VOID), 0)


# ------------------------------------------------------------------------------------------------- orphans and torn tails


def without_last_line(data: bytes) -> bytes:
    return data[: data.rstrip(b"\n").rfind(b"\n") + 1]


def test_an_orphan_seal_is_adopted_even_when_another_batch_is_drawn(tmp_path: Path, seeds: list[SeedDocument]) -> None:
    office = desk(tmp_path)
    said(office.type(*DRAW), 0)
    for name in ("events/000002-draw.json", "ledger.jsonl"):
        (office.ledger / name).unlink()
    said(office.type("draw", "plan.yaml", "--batch", "B2"), 0)
    assert [(line["type"], line["batch"]) for line in lines(office.ledger)] == [("seal", "B1"), ("seal", "B2"), ("draw", "B2")]
    said(office.type(*DRAW), 0)
    assert event(office.ledger, 4)["seed"]["document"] == seeds[0].text
    assert office.type("verify").status == 0


def test_another_seed_is_refused_while_an_orphan_seal_waits_for_its_line(tmp_path: Path) -> None:
    office = desk(tmp_path)
    said(office.type(*SEEDED), 0)
    for name in ("events/000002-draw.json", "ledger.jsonl"):
        (office.ledger / name).unlink()
    said(office.type(*DRAW, "--seed", "other"), 5, "LEDGER-006")
    said(office.type(*SEEDED), 0)


@pytest.mark.parametrize(
    "change",
    [lambda _: b"", lambda data: data[:100], lambda data: data.replace(b'"batch":"B1"', b'"batch": "B1"'), lambda _: b"null\n"],
    ids=["empty", "cut short", "not canonical", "no seal"],
)
def test_a_stranger_at_the_name_of_the_next_event_is_never_overwritten(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    office = desk(tmp_path)
    said(office.type(*SEEDED), 0)
    for name in ("events/000002-draw.json", "ledger.jsonl"):
        (office.ledger / name).unlink()
    edit(office.ledger / "events/000001-seal.json", change)
    before = tree(office.ledger)
    said(office.type(*SEEDED), 6, "LEDGER-008")
    assert tree(office.ledger) == before


def test_a_last_line_that_lacks_only_its_end_is_completed(tmp_path: Path) -> None:
    office = desk(tmp_path)
    said(office.type(*SEEDED), 0)
    whole = (office.ledger / "ledger.jsonl").read_bytes()
    edit(office.ledger / "ledger.jsonl", lambda data: data[:-1])
    assert office.type("verify").status == 10, "a verifier changes nothing and calls it what it is"
    said(office.type(*SEEDED), 0)
    assert (office.ledger / "ledger.jsonl").read_bytes() == whole
    assert office.type("verify").status == 0


@pytest.mark.parametrize("kept", [1, 2, 100, -2])
@pytest.mark.parametrize("command", [SEEDED, ("draw", "plan.yaml", "--all"), VOID], ids=["draw", "draw all", "void"])
def test_a_torn_last_line_is_refused_and_left_as_it_is(tmp_path: Path, kept: int, command: tuple[str, ...]) -> None:
    office = desk(tmp_path)
    said(office.type(*SEEDED), 0)

    def tear(data: bytes) -> bytes:
        start = len(without_last_line(data))
        return data[:start] + data[start:][:kept]

    edit(office.ledger / "ledger.jsonl", tear)
    before = tree(office.ledger)
    said(office.type(*command), 10, "LEDGER-003")
    assert tree(office.ledger) == before


def test_a_bad_line_in_the_middle_is_never_repaired_nor_appended_to(tmp_path: Path) -> None:
    office = desk(tmp_path)
    said(office.type(*SEEDED), 0)
    edit(office.ledger / "ledger.jsonl", lambda data: data.replace(b"zhangsan", b"lisi", 1))
    before = tree(office.ledger)
    said(office.type("draw", "plan.yaml", "--batch", "B2"), 10, "LEDGER-002")
    assert tree(office.ledger) == before


def test_a_missing_event_stops_a_draw(tmp_path: Path) -> None:
    office = desk(tmp_path)
    said(office.type(*SEEDED), 0)
    (office.ledger / "events/000002-draw.json").unlink()
    before = tree(office.ledger)
    said(office.type(*SEEDED), 11)
    assert tree(office.ledger) == before


def test_only_no_such_file_means_that_there_is_no_ledger_yet(tmp_path: Path) -> None:
    office = desk(tmp_path)
    (office.ledger / "ledger.jsonl").mkdir(parents=True)
    said(office.type(*SEEDED), 6, "FILE-002")
    assert not (office.ledger / "events/000001-seal.json").exists()


# -------------------------------------------------------------------------------------------------------- a sealed batch


def sealed_only(folder: Path) -> tuple[Desk, bytes]:
    """A desk whose B1 is sealed and no more, and the record that must answer the seal."""
    office = desk(folder)
    said(office.type(*SEEDED), 0)
    record = (office.ledger / "events/000002-draw.json").read_bytes()
    (office.ledger / "events/000002-draw.json").unlink()
    edit(office.ledger / "ledger.jsonl", without_last_line)
    return office, record


def test_a_sealed_batch_is_finished_from_its_snapshots_and_not_from_todays_files(tmp_path: Path) -> None:
    office, record = sealed_only(tmp_path)
    office.write_table("entities.csv", [enterprise(number, 名称=f"新企业{number}") for number in range(100, 200)])
    office.write_table("inspectors.csv", [inspector(number, "甲局" if number % 2 else "乙局") for number in range(50, 60)])
    office.write_plan([task("1", "B1", ratio="50%")], title="改过的计划")
    said(office.type(*DRAW), 0)
    assert (office.ledger / "events/000002-draw.json").read_bytes() == record
    assert office.type("verify").status == 0


def test_a_list_can_be_written_of_a_sealed_batch_whose_plan_has_changed_since(tmp_path: Path) -> None:
    office, _ = sealed_only(tmp_path)
    office.write_plan([task("9", "B1")])
    said(office.type(*DRAW, "--out", "list.csv"), 0)
    assert "示范企业" in (tmp_path / "list.csv").read_text("utf-8-sig")


@pytest.mark.parametrize("seed", ["other", "2023a", "0"])
def test_a_sealed_batch_takes_no_other_seed(tmp_path: Path, seed: str) -> None:
    office, _ = sealed_only(tmp_path)
    before = tree(office.ledger)
    said(office.type(*DRAW, "--seed", seed), 5, "LEDGER-006")
    assert tree(office.ledger) == before


@pytest.mark.parametrize(("change", "status"), [(Path.unlink, 11), (lambda path: path.write_bytes(b"id,name\n"), 10)])
def test_a_sealed_batch_without_its_snapshots_is_not_drawn(tmp_path: Path, change: Callable[[Path], Any], status: int) -> None:
    office, _ = sealed_only(tmp_path)
    digest = event(office.ledger, 1)["inputs"]["entities"]["snapshot"]
    change(office.ledger / f"snapshots/{digest}.csv")
    said(office.type(*DRAW), status)
    assert len(lines(office.ledger)) == 1


def test_a_seal_that_is_not_answered_yet_can_be_voided(tmp_path: Path) -> None:
    office, _ = sealed_only(tmp_path)
    said(office.type(*VOID, "--new-seed"), 0)
    said(office.type(*DRAW, "--seed", "another"), 0)
    assert [line["type"] for line in lines(office.ledger)] == ["seal", "void", "seal", "draw"]
    assert office.type("verify").status == 0


FORGERIES: dict[str, dict[str, Any]] = {
    "a seed that is none": {"seed_document": "garbage"},
    "a seed that is not what it lists": {"entropy": [{"kind": "dice"}]},
    "a history that is not there": {"history": ["0" * 64]},
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_seal_that_no_draw_can_answer_is_refused_as_wrong_and_not_as_a_bug(tmp_path: Path, name: str) -> None:
    """Whoever forges a seal computes its digests too; `verify` fails such a ledger, and `draw` adds nothing to it."""
    office, _ = sealed_only(tmp_path)
    data = canonical.encode({**event(office.ledger, 1), **FORGERIES[name]})
    line = next_line(None, "seal", ("P1", "B1"), data, Circumstances("2023-04-01T09:00:00+08:00", "王五", "x"))
    (office.ledger / "events/000001-seal.json").write_bytes(data)
    (office.ledger / "ledger.jsonl").write_bytes(line.encode())
    assert office.type("verify").status == 10
    before = tree(office.ledger)
    assert office.type(*DRAW).status == 10
    assert tree(office.ledger) == before


def test_a_batch_whose_seed_is_still_to_come_is_not_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = desk(tmp_path)
    encode = canonical.encode

    def open_seal(value: Any) -> bytes:
        if isinstance(value, dict) and value.get("schema") == "shuangsuiji/seal/1":
            value = {**value, "entropy": [{"kind": "ssq", "issue": "2026135"}], "seed_document": None}
        return encode(value)

    def die(*_: Any) -> None:
        raise Death

    with monkeypatch.context() as patch:
        patch.setattr("shuangsuiji.files.ledgers.ledger_writer.canonical.encode", open_seal)
        patch.setattr(Session, "_answer", die)
        with pytest.raises(Death):
            office.type(*SEEDED)
    before = tree(office.ledger)
    said(office.type(*DRAW), 5, "LEDGER-007")
    said(office.type(*SEEDED), 5)
    assert tree(office.ledger) == before


# ---------------------------------------------------------------------------------------------------------- a failed batch


@pytest.fixture
def failed(tmp_path: Path) -> Desk:
    """B1 failed: no inspector of 乙局 has a certificate for the window."""
    office, arguments = draw_that_fails(tmp_path)
    said(office.type(*arguments), 4)
    return office


def test_an_infeasible_draw_is_recorded_as_a_failure_and_draws_nobody(failed: Desk) -> None:
    """By hand: 4 of 40 (10 %) are drawn for 1 and the first 2 of them for 2: 4 visits, each needs one of 乙局, nobody may go."""
    assert [line["type"] for line in lines(failed.ledger)] == ["seal", "failure"]
    failure = event(failed.ledger, 2)
    assert failure["reason"] == "too_few_eligible"
    assert [(one["department"], one["demand"], one["eligible"]) for one in failure["blocked"]] == [("乙局", 1, [])] * 4
    assert failure["witness"] == []
    assert failed.type("verify").status == 0


@pytest.mark.parametrize("arguments", [DRAW, SEEDED], ids=["without the seed", "with the same seed"])
def test_the_same_inputs_again_fail_again_and_write_nothing(failed: Desk, arguments: tuple[str, ...]) -> None:
    before = tree(failed.ledger)
    said(failed.type(*arguments), 4)
    assert tree(failed.ledger) == before


def test_another_seed_is_no_way_out_of_a_failure(failed: Desk) -> None:
    before = tree(failed.ledger)
    said(failed.type(*DRAW, "--seed", "other"), 5, "LEDGER-006", "text:2023", "text:other")
    failed.write_table("inspectors.csv", INSPECTORS)
    said(failed.type(*DRAW, "--seed", "other"), 5)
    assert tree(failed.ledger) == before


def test_a_failure_is_not_voided(failed: Desk) -> None:
    before = tree(failed.ledger)
    said(failed.type(*VOID, "--new-seed"), 5, "CLI-007")
    assert tree(failed.ledger) == before


def test_a_mended_pool_goes_on_with_the_same_seed_and_the_same_places(failed: Desk, tmp_path: Path) -> None:
    """Tickets do not depend on the pool of inspectors: the sample is that of a ledger where nothing ever failed."""
    failed.write_table("inspectors.csv", INSPECTORS)
    said(failed.type(*DRAW), 0)
    assert [line["type"] for line in lines(failed.ledger)] == ["seal", "failure", "seal", "draw"]
    sound = desk(tmp_path / "sound")
    said(sound.type(*SEEDED), 0)
    record, other = event(failed.ledger, 4), event(sound.ledger, 2)
    assert record["seed"] == other["seed"]
    assert record["tasks"] == other["tasks"]
    assert record["visits"] == other["visits"]
    assert failed.type("verify").status == 0


def test_a_pool_that_was_mended_too_little_fails_once_more_with_the_same_seed(failed: Desk) -> None:
    failed.write_table("inspectors.csv", [*TEAMLESS, inspector(9, "乙局", 证件有效期="2023-05-01")])
    said(failed.type(*DRAW), 4)
    assert [line["type"] for line in lines(failed.ledger)] == ["seal", "failure", "seal", "failure"]
    assert event(failed.ledger, 3)["seed_document"] == event(failed.ledger, 1)["seed_document"]


def test_with_a_system_seed_a_failure_keeps_the_seed_too(tmp_path: Path, seeds: list[SeedDocument]) -> None:
    office, _ = draw_that_fails(tmp_path)
    said(office.type(*DRAW), 4)
    office.write_table("inspectors.csv", INSPECTORS)
    said(office.type(*DRAW), 0)
    assert event(office.ledger, 4)["seed"]["document"] == seeds[0].text
    assert len(seeds) == 1


def test_a_cap_that_cannot_hold_fails_with_a_witness(tmp_path: Path) -> None:
    """By hand: 4 visits, each needs one of 甲局 (4 people) and one of 乙局 (3 people); one visit each is too few for 乙局."""
    office = desk(tmp_path, max_visits_per_inspector="1")
    said(office.type(*SEEDED), 4)
    failure = event(office.ledger, 2)
    assert (failure["reason"], failure["blocked"]) == ("cap_exceeded", [])
    (witness,) = failure["witness"]
    assert (witness["department"], witness["cap"], witness["load"]) == ("乙局", 1, 4)
    assert witness["inspectors"] == ["0000005", "0000006", "0000007"]
    assert office.type("verify").status == 0


# ----------------------------------------------------------------------------------------------- a drawn batch, and voids


def drawn(folder: Path) -> Desk:
    office = desk(folder)
    said(office.type(*SEEDED), 0)
    return office


@pytest.mark.parametrize("arguments", [DRAW, SEEDED, ("draw", "plan.yaml", "--batch", "B1", "--operator", "王五")])
def test_a_drawn_batch_from_the_same_inputs_is_shown_and_nothing_written(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    office = drawn(tmp_path)
    before = tree(office.ledger)
    ended = office.type(*arguments)
    said(ended, 0)
    assert "没有变化" in ended.stdout
    assert tree(office.ledger) == before


def reorder(office: Desk) -> None:
    office.write_table("entities.csv", list(reversed(ENTITIES)))
    office.write_table("inspectors.csv", list(reversed(INSPECTORS)))


def rewrite_addresses(office: Desk) -> None:
    """A column that no filter names does not reach the draw (draw-v1 §1, snapshots)."""
    office.write_table("entities.csv", [{**row, "地址": "别处"} for row in ENTITIES])


def change_another_batch(office: Desk) -> None:
    office.write_plan([task("1", "B1"), task("2", "B1", ratio="5%"), task("4", "B4", ratio="50%")], document_no="改")


@pytest.mark.parametrize("change", [reorder, rewrite_addresses, change_another_batch])
def test_changes_that_do_not_reach_the_draw_are_no_conflict(tmp_path: Path, change: Callable[[Desk], None]) -> None:
    office = drawn(tmp_path)
    change(office)
    before = tree(office.ledger)
    said(office.type(*DRAW), 0)
    assert tree(office.ledger) == before


CHANGES: dict[str, tuple[str, Callable[[Desk], None]]] = {
    "an enterprise more": ("检查对象", lambda o: o.write_table("entities.csv", [*ENTITIES, enterprise(41)])),
    "another name": ("检查对象", lambda o: o.write_table("entities.csv", [{**ENTITIES[0], "名称": "改名"}, *ENTITIES[1:]])),
    "an inspector less": ("检查人员", lambda o: o.write_table("inspectors.csv", INSPECTORS[:-1])),
    "another ratio": ("计划", lambda o: o.write_plan([task("1", "B1", ratio="20%"), task("2", "B1", ratio="5%")])),
    "another title": ("计划", lambda o: o.write_plan(title="别的计划")),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_drawn_batch_from_other_inputs_is_a_conflict_that_says_what_differs(tmp_path: Path, name: str) -> None:
    office = drawn(tmp_path)
    what, change = CHANGES[name]
    change(office)
    before = tree(office.ledger)
    said(office.type(*DRAW), 5, "LEDGER-005", "第 2 条", what)
    assert tree(office.ledger) == before


def test_a_batch_that_was_voided_is_drawn_again_with_the_same_seed_and_the_same_result(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    said(office.type(*VOID), 0)
    said(office.type(*DRAW), 0)
    assert [line["type"] for line in lines(office.ledger)] == ["seal", "draw", "void", "seal", "draw"]
    assert event(office.ledger, 5) == event(office.ledger, 2)
    assert event(office.ledger, 3)["keep_seed"] is True
    assert office.type("verify").status == 0


def test_after_a_void_that_keeps_the_seed_another_one_is_refused(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    said(office.type(*VOID), 0)
    before = tree(office.ledger)
    said(office.type(*DRAW, "--seed", "other"), 5, "LEDGER-006")
    assert tree(office.ledger) == before


def test_a_void_with_a_new_seed_lets_a_new_one_in(tmp_path: Path, seeds: list[SeedDocument]) -> None:
    office = drawn(tmp_path)
    said(office.type(*VOID, "--new-seed"), 0)
    said(office.type(*DRAW), 0)
    assert event(office.ledger, 3)["keep_seed"] is False
    assert event(office.ledger, 5)["seed"]["document"] == seeds[0].text
    assert office.type("verify").status == 0


def test_a_draw_that_was_voided_is_not_voided_twice(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    said(office.type(*VOID), 0)
    before = tree(office.ledger)
    said(office.type(*VOID), 5, "CLI-007")
    assert tree(office.ledger) == before


def test_a_void_names_the_line_that_it_takes_back(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    said(office.type(*VOID, "--operator", "赵六"), 0)
    assert event(office.ledger, 3) == {
        "schema": "shuangsuiji/void/1",
        "target": lines(office.ledger)[1]["hash"],
        "reason": "名录有误",
        "approved_by": "李四",
        "keep_seed": True,
    }
    assert lines(office.ledger)[2]["operator"] == "赵六"
    assert lines(office.ledger)[2]["sources"] == []


# ------------------------------------------------------------------------------------------------------- several batches


def test_all_batches_are_drawn_once_and_passed_over_the_second_time(tmp_path: Path) -> None:
    office = desk(tmp_path)
    said(office.type("draw", "plan.yaml", "--all", "--seed", "2023"), 0)
    assert [(line["type"], line["batch"]) for line in lines(office.ledger)] == [
        (kind, batch) for batch in ("B1", "B2") for kind in ("seal", "draw")
    ]
    before = tree(office.ledger)
    for again in (("--seed", "2023"), ()):
        said(office.type("draw", "plan.yaml", "--all", *again), 0)
    assert tree(office.ledger) == before


def test_all_passes_over_drawn_batches_even_if_their_inputs_have_changed(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    office.write_table("entities.csv", ENTITIES[:30])
    said(office.type("draw", "plan.yaml", "--all"), 0)
    assert [line["batch"] for line in lines(office.ledger)] == ["B1", "B1", "B2", "B2"]


def test_all_with_another_seed_than_a_drawn_batch_has_is_a_conflict_before_anything_is_written(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    before = tree(office.ledger)
    said(office.type("draw", "plan.yaml", "--all", "--seed", "other"), 5, "LEDGER-009", "B1")
    assert tree(office.ledger) == before


def test_all_with_a_seed_passes_over_batches_drawn_with_a_system_seed(tmp_path: Path) -> None:
    office = desk(tmp_path)
    said(office.type(*DRAW), 0)
    said(office.type("draw", "plan.yaml", "--all", "--seed", "2023"), 0)
    assert event(office.ledger, 4)["seed"]["document"] == "shuangsuiji/seed/1\ntext:2023\n"


def test_an_input_error_in_a_later_batch_is_found_before_anything_is_sealed(tmp_path: Path) -> None:
    """draw-v1 §0: an input error is found before anything is sealed."""
    tasks = [task("1", "B1"), task("2", "B2", where={"categories": "学校"}, window={"from": "2023-07-01", "to": "2023-09-30"})]
    office = desk(tmp_path, tasks)
    ended = office.type("draw", "plan.yaml", "--all")
    said(ended, 3, "DRAW-001")
    assert not office.ledger.exists() or not events(office.ledger)


def test_a_seed_conflict_in_a_later_batch_is_found_before_anything_is_sealed(tmp_path: Path) -> None:
    office = desk(tmp_path, inspectors=TEAMLESS)
    said(office.type("draw", "plan.yaml", "--batch", "B2", "--seed", "x"), 4)
    office.write_table("inspectors.csv", INSPECTORS)
    before = tree(office.ledger)
    said(office.type("draw", "plan.yaml", "--all", "--seed", "y"), 5)
    assert tree(office.ledger) == before


def test_batches_of_a_group_see_the_records_before_them(tmp_path: Path) -> None:
    """40 enterprises, 10 % each time: with a group nobody is drawn twice before everybody was drawn once (draw-v1 §5)."""
    windows = [{"from": f"2023-{month:02d}-01", "to": f"2023-{month:02d}-28"} for month in range(1, 12)]
    office = desk(
        tmp_path,
        [task(f"{k}", f"B{k}", coordination_group="安全", window=window) for k, window in enumerate(windows, start=1)],
    )
    said(office.type("draw", "plan.yaml", "--all", "--seed", "2023"), 0)
    records = [event(office.ledger, seq) for seq in range(2, 23, 2)]
    times: dict[str, int] = {}
    for record in records:
        for visit in record["visits"]:
            times[visit["entity"]] = times.get(visit["entity"], 0) + 1
    assert sorted(times.values()) == [1] * 36 + [2] * 4
    assert [len(record["history"]) for record in records] == list(range(11))
    assert office.type("verify").status == 0


def test_two_plans_in_one_ledger_keep_their_batches_apart(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    office.write_plan(name="other.yaml", id="P2")
    said(office.type("draw", "other.yaml", "--batch", "B1", "--seed", "2023"), 0)
    assert [line["plan"] for line in lines(office.ledger)] == ["P1", "P1", "P2", "P2"]
    said(office.type(*VOID), 2, "CLI-010", "P1", "P2")
    said(office.type(*VOID, "--plan-id", "P2"), 0)
    assert lines(office.ledger)[4]["plan"] == "P2"


def test_a_session_counts_what_it_has_written_itself(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    with storage.locked(office.ledger) as store:
        session = Session(store, lambda: pytest.fail("nothing is to be written"))
        assert [one.line.seq for one in session.ledger.events] == [1, 2]


def test_a_task_drawn_under_one_batch_is_not_drawn_again_under_another_name(tmp_path: Path) -> None:
    """ledger-v1: a task of a plan belongs to one batch. Renaming the batch would be a redraw with another seed."""
    office = desk(tmp_path)
    said(office.type(*SEEDED), 0)
    before = tree(office.ledger)
    office.write_plan([task("1", "B1b")])
    said(office.type("draw", "plan.yaml", "--batch", "B1b", "--seed", "better"), 5, "LEDGER-010", "B1")
    assert tree(office.ledger) == before
    said(office.type("void", "--batch", "B1", "--reason", "批次改名", "--approved-by", "局长", "--new-seed"), 0)
    said(office.type("draw", "plan.yaml", "--batch", "B1b"), 0)


def test_nothing_is_drawn_on_a_ledger_whose_lines_were_taken_away(tmp_path: Path) -> None:
    """A run that died leaves one event file at most beyond the last line; here a whole draw is left, and its line is gone."""
    office = desk(tmp_path)
    said(office.type(*SEEDED), 0)
    said(office.type("draw", "plan.yaml", "--batch", "B2"), 0)
    whole = (office.ledger / "ledger.jsonl").read_bytes()
    for kept in (0, 1, 2):
        (office.ledger / "ledger.jsonl").write_bytes(b"".join(whole.splitlines(keepends=True)[:kept]))
        before = tree(office.ledger)
        said(office.type("draw", "plan.yaml", "--batch", "B2", "--seed", "better"), 10, "LEDGER-002")
        assert tree(office.ledger) == before
    (office.ledger / "ledger.jsonl").unlink()
    said(office.type("draw", "plan.yaml", "--batch", "B1"), 10, "LEDGER-002")
