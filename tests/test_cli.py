"""The program as it is typed: exit statuses, what stands on stdout and on stderr, and the files left behind.

Statuses are those of the table in README.md; words are looked for only where the specification or the design asks for them.
"""

import csv
import hashlib
import io
import itertools
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import typer
from builders import Story, plan, pools, text_seed
from cli import (
    ENTITIES,
    ENTITY_COLUMNS,
    INSPECTOR_COLUMNS,
    INSPECTORS,
    RECUSAL_COLUMNS,
    Desk,
    Ended,
    desk,
    edit,
    enterprise,
    environment,
    event,
    events,
    inspector,
    lines,
    task,
    tree,
)

from shuangsuiji import __version__
from shuangsuiji.cli.main import app
from shuangsuiji.evidence.lines import Circumstances, next_line
from shuangsuiji.files.durable.storage import locked

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = "plans/jzsfq-2023.yaml"
SHIPPED_BATCHES = ["2023Q1", "2023Q2", "2023Q3", "2023-09", "2023Q4"]
SEEDED = ("draw", "plan.yaml", "--batch", "B1", "--seed", "2023")
VOID = ("--reason", "名录有误", "--approved-by", "李四")
posix = pytest.mark.skipif(os.name != "posix", reason="a terminal, a shell and signals of POSIX")


@pytest.fixture(scope="module")
def once_drawn(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """To be copied and not to be changed."""
    found = desk(tmp_path_factory.mktemp("drawn"))
    assert found.type(*SEEDED).status == 0
    return found


@pytest.fixture
def office(once_drawn: Desk, tmp_path: Path) -> Desk:
    """A desk whose B1 is drawn with the chosen seed 2023."""
    shutil.copytree(once_drawn.folder, tmp_path, dirs_exist_ok=True)
    return Desk(tmp_path)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Ended]:
    """A copy of the shipped plan and pools, drawn whole; to be read and not to be changed."""
    folder = tmp_path_factory.mktemp("shipped")
    for name in ("plans", "pools"):
        shutil.copytree(ROOT / name, folder / name)
    office = Desk(folder)
    return office, office.type("draw", SHIPPED, "--all", "--seed", "2023")


@pytest.fixture
def copied(shipped: tuple[Desk, Ended], tmp_path: Path) -> Desk:
    """The shipped plan, drawn whole, in a copy that may be changed."""
    shutil.copytree(shipped[0].folder, tmp_path, dirs_exist_ok=True)
    return Desk(tmp_path)


@pytest.fixture(scope="module")
def two_batches(shipped: tuple[Desk, Ended], tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A large and a small batch of the shipped plan, drawn; to be read and not to be changed."""
    found = Desk(tmp_path_factory.mktemp("two batches"))
    for batch in ("2023Q1", "2023-09"):
        drawn = shipped[0].type("draw", SHIPPED, "--batch", batch, "--seed", "2023", "--ledger", str(found.ledger))
        assert drawn.status == 0
    return found


def all_passed(office: Desk, *arguments: str) -> bool:
    ended = office.type("verify", *arguments, "--json")
    checks = ended.document["checks"]
    return ended.status == 0 and bool(checks) and {check["status"] for check in checks} == {"passed"}


# -------------------------------------------------------------------------------------------------- the shipped plan


def test_all_five_batches_of_the_shipped_plan_are_drawn(shipped: tuple[Desk, Ended]) -> None:
    office, ended = shipped
    assert ended.status == 0
    assert [line["batch"] for line in lines(office.ledger) if line["type"] == "draw"] == SHIPPED_BATCHES
    assert re.findall(r"批次 (\S+) ═", ended.stdout) == SHIPPED_BATCHES


def test_every_check_of_the_shipped_plan_passes(shipped: tuple[Desk, Ended]) -> None:
    assert all_passed(shipped[0])


@pytest.mark.parametrize(
    "arguments",
    [("--all", "--seed", "2023"), ("--all",), ("--batch", "2023Q2", "--seed", "2023"), ("--batch", "2023Q2")],
)
def test_the_same_again_writes_nothing(shipped: tuple[Desk, Ended], arguments: tuple[str, ...]) -> None:
    office, _ = shipped
    before = tree(office.ledger)
    assert office.type("draw", SHIPPED, *arguments).status == 0
    assert tree(office.ledger) == before


def test_another_seed_for_a_drawn_batch_is_a_conflict_that_names_both(shipped: tuple[Desk, Ended]) -> None:
    office, _ = shipped
    before = tree(office.ledger)
    ended = office.type("draw", SHIPPED, "--batch", "2023Q2", "--seed", "other")
    assert (ended.status, ended.stdout) == (5, "")
    assert "text:2023" in ended.stderr
    assert "text:other" in ended.stderr
    assert "第 4 条" in ended.stderr
    assert tree(office.ledger) == before


def test_after_a_void_the_same_seed_gives_the_same_visits(shipped: tuple[Desk, Ended], tmp_path: Path) -> None:
    """In a ledger without later batches: those of the same group would be history by then (draw-v1 §5)."""
    office, ledger = shipped[0], ("--ledger", str(tmp_path / "records"))
    draw = ("draw", SHIPPED, "--batch", "2023Q2", *ledger)
    assert office.type(*draw, "--seed", "2023").status == 0
    assert office.type("void", "--batch", "2023Q2", *VOID, *ledger).status == 0
    assert office.type(*draw, "--seed", "other").status == 5
    assert office.type(*draw).status == 0
    assert [line["type"] for line in lines(tmp_path / "records")] == ["seal", "draw", "void", "seal", "draw"]
    assert event(tmp_path / "records", 5) == event(tmp_path / "records", 2)
    assert all_passed(office, str(tmp_path / "records"))


def test_after_a_void_with_a_new_seed_the_seed_and_the_sample_are_others(copied: Desk) -> None:
    assert copied.type("void", "--batch", "2023Q2", *VOID, "--new-seed").status == 0
    assert copied.type("draw", SHIPPED, "--batch", "2023Q2").status == 0
    old, new = event(copied.ledger, 4), event(copied.ledger, 13)
    assert new["seed"]["class"] == "os"
    assert {visit["entity"] for visit in old["visits"]} != {visit["entity"] for visit in new["visits"]}
    assert all_passed(copied)


def test_order_of_rows_and_everything_about_the_machine_change_no_byte(shipped: tuple[Desk, Ended], tmp_path: Path) -> None:
    """The first batch once more, from shuffled pools, in processes with other locales, time zones and hash seeds."""
    office, _ = shipped
    shutil.copytree(office.folder / "plans", tmp_path / "plans")
    (tmp_path / "pools").mkdir()
    for path in (office.folder / "pools").glob("*.csv"):
        head, *rows = path.read_bytes().splitlines(keepends=True)
        random.Random(7).shuffle(rows)
        (tmp_path / "pools" / path.name).write_bytes(head + b"".join(rows))
    wanted = {name: data for name, data in events(office.ledger).items() if name < "000003"}
    environments = [
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "LANG": "C", "TZ": "America/New_York"},
        {"PYTHONHASHSEED": "2", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu", "PYTHONUTF8": "1"},
    ]
    for number, env in enumerate(environments):
        ended = Desk(tmp_path).run(
            "draw", SHIPPED, "--batch", "2023Q1", "--seed", "2023", "--ledger", f"ledger {number}", "--quiet", env=env
        )
        assert ended.status == 0, ended.stderr
        assert events(tmp_path / f"ledger {number}") == wanted
        assert {line["time"][-6:] for line in lines(tmp_path / f"ledger {number}")} == {"+08:00"}


# ------------------------------------------------------------------------------------------------------- choosing a batch


def test_draw_without_a_batch_lists_the_batches_with_their_state_and_exits_2(office: Desk) -> None:
    ended = office.type("draw", "plan.yaml")
    assert ended.status == 2
    (b1,) = [line for line in ended.stdout.splitlines() if line.startswith("B1")]
    (b2,) = [line for line in ended.stdout.splitlines() if line.startswith("B2")]
    assert "已抽取" in b1
    assert "未抽取" in b2
    assert "CLI-003" in ended.stderr


@pytest.mark.parametrize("batch", ["B9", "", "b1", "B1 "])
def test_an_unknown_batch_is_usage_and_the_known_ones_are_named(office: Desk, batch: str) -> None:
    ended = office.type("draw", "plan.yaml", "--batch", batch)
    assert (ended.status, ended.stdout) == (2, "")
    assert "B1、B2" in ended.stderr


@pytest.mark.parametrize("command", [("verify",), ("explain", "91410800M00000001"), ("void", *VOID)])
def test_a_batch_that_the_ledger_does_not_know_is_usage(office: Desk, command: tuple[str, ...]) -> None:
    ended = office.type(*command, "--batch", "B9")
    assert (ended.status, ended.stdout) == (2, "")
    assert "B1" in ended.stderr


@pytest.mark.parametrize("seed", ["0", "中文种子", "-1", "a b"])
def test_a_seed_is_text_whatever_it_looks_like(tmp_path: Path, seed: str) -> None:
    found = desk(tmp_path)
    assert found.type("draw", "plan.yaml", "--batch", "B1", "--seed", seed).status == 0
    assert event(found.ledger, 2)["seed"]["document"] == f"shuangsuiji/seed/1\ntext:{seed}\n"


@pytest.mark.parametrize("seed", ["", "a\nb", "a\tb", "a\u200bb", "\u202e"])
def test_a_seed_that_nobody_could_read_off_a_screen_is_usage(tmp_path: Path, seed: str) -> None:
    found = desk(tmp_path)
    ended = found.type("draw", "plan.yaml", "--batch", "B1", "--seed", seed)
    assert (ended.status, ended.stdout) == (2, "")
    assert "CLI-005" in ended.stderr
    assert not found.ledger.exists()


def test_a_chosen_seed_is_shown_as_such_in_words(tmp_path: Path) -> None:
    found = desk(tmp_path)
    assert "自选" in found.type(*SEEDED).stdout
    assert "自选" in found.type("ledger", "show", "2").stdout
    assert "自选" in found.type("verify").stdout
    assert "自选" not in found.type("draw", "plan.yaml", "--batch", "B2").stdout


# ---------------------------------------------------------------------------------------------------------- rehearsals


@pytest.mark.parametrize("drawn", [False, True], ids=["before the draw", "after it"])
@pytest.mark.parametrize("which", [("--batch", "B1"), ("--all",), ("--batch", "B1", "--quiet"), ("--batch", "B1", "--json")])
def test_a_rehearsal_writes_nothing_at_all(tmp_path: Path, which: tuple[str, ...], drawn: bool) -> None:
    found = desk(tmp_path)
    if drawn:
        found.type(*SEEDED)
    before = tree(tmp_path)
    assert found.type("draw", "plan.yaml", *which, "--rehearse").status == 0
    assert tree(tmp_path) == before
    assert drawn or not found.ledger.exists()


def test_every_line_of_a_rehearsal_is_marked(tmp_path: Path) -> None:
    ended = desk(tmp_path).type("draw", "plan.yaml", "--all", "--rehearse")
    assert len(ended.stdout.splitlines()) > 20
    assert all(line.startswith("【演练】") for line in ended.stdout.splitlines())
    assert desk(tmp_path).type("draw", "plan.yaml", "--all", "--rehearse", "--json").document["rehearsal"] is True


def test_no_two_rehearsals_have_the_same_seed(tmp_path: Path) -> None:
    seeds = {
        desk(tmp_path)
        .type("draw", "plan.yaml", "--batch", "B1", "--rehearse", "--json")
        .document["draws"][0]["record"]["seed"]["sha256"]
        for _ in range(2)
    }
    assert len(seeds) == 2


@pytest.mark.parametrize("seed", ["2023", "", "0"])
def test_a_rehearsal_with_a_seed_is_refused(tmp_path: Path, seed: str) -> None:
    ended = desk(tmp_path).type("draw", "plan.yaml", "--batch", "B1", "--rehearse", "--seed", seed)
    assert (ended.status, ended.stdout) == (2, "")
    assert "CLI-004" in ended.stderr


def test_a_rehearsal_that_turns_out_infeasible_is_marked_and_promises_nothing_about_its_seed(tmp_path: Path) -> None:
    found = desk(tmp_path, inspectors=INSPECTORS[:4])
    before = tree(tmp_path)
    ended = found.type("draw", "plan.yaml", "--batch", "B1", "--rehearse")
    assert ended.status == 4
    assert tree(tmp_path) == before
    assert all(line.startswith("【演练】") for line in (ended.stdout + ended.stderr).splitlines())
    assert "种子不变" not in ended.stderr


# ------------------------------------------------------------------------------------------------- inputs to be mended


@pytest.mark.parametrize("command", [("check",), ("plan", "show"), ("draw", "--all")])
def test_a_plan_file_that_is_not_there_exits_3(tmp_path: Path, command: tuple[str, ...]) -> None:
    ended = Desk(tmp_path).type(*command, "没有.yaml")
    assert (ended.status, ended.stdout) == (3, "")
    assert "FILE-001" in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [("check", "plan.yaml"), ("draw", "plan.yaml", "--batch", "B1")])
def test_pools_that_are_not_there_are_all_named_at_once(tmp_path: Path, command: tuple[str, ...]) -> None:
    found = desk(tmp_path)
    for name in ("entities.csv", "inspectors.csv"):
        (tmp_path / name).unlink()
    ended = found.type(*command)
    assert (ended.status, ended.stdout) == (3, "")
    assert "entities.csv" in ended.stderr
    assert "inspectors.csv" in ended.stderr


@pytest.mark.parametrize("command", [("check", "plan.yaml"), ("draw", "plan.yaml", "--batch", "B1")])
def test_an_empty_frame_exits_3_and_seals_nothing(tmp_path: Path, command: tuple[str, ...]) -> None:
    found = desk(tmp_path, [task("1", "B1", where={"categories": "企 业"})])
    ended = found.type(*command)
    assert (ended.status, ended.stdout) == (3, "")
    assert "DRAW-001" in ended.stderr
    assert not found.ledger.exists() or not events(found.ledger)


def test_problems_of_all_files_come_at_once_with_their_places(tmp_path: Path) -> None:
    found = desk(tmp_path)
    found.write_table("entities.csv", [*ENTITIES, ENTITIES[0], enterprise(99, 名称="")])
    found.write_table("inspectors.csv", [*INSPECTORS, inspector(8, "丙局"), inspector(9, 证件有效期="明年")])
    ended = found.type("check", "plan.yaml")
    assert ended.status == 3
    for words in ("POOL-008", "单元格 A42", "POOL-010", "单元格 B43", "POOL-012", "单元格 C9", "丙局", "POOL-011", "单元格 D10"):
        assert words in ended.stderr


def test_the_first_twenty_problems_are_shown_and_the_rest_counted(tmp_path: Path) -> None:
    found = desk(tmp_path, entities=[enterprise(number, 名称="") for number in range(1, 31)])
    ended = found.type("check", "plan.yaml")
    assert ended.stderr.count("错误 POOL-010") == 20
    assert "10 个" in ended.stderr.splitlines()[-1]
    assert len(found.type("check", "plan.yaml", "--json").document["problems"]) == 30


def test_sizes_are_exact_through_the_whole_program(tmp_path: Path) -> None:
    """Of 100 enterprises, by hand: 0.07 * 100 is 7.000000000000001 and 0.29 * 100 is 28.999999999999996 as floats."""
    cases: list[tuple[dict[str, Any], int]] = [
        ({"ratio": "7%"}, 7),
        ({"ratio": "29%", "rounding": "down"}, 29),
        ({"ratio": "3.5%"}, 4),
        ({"ratio": "3.5%", "rounding": "half_up"}, 4),
        ({"ratio": "3.4%", "rounding": "half_up"}, 3),
        ({"ratio": "3.9%", "rounding": "down"}, 3),
        ({"ratio": "1/3"}, 34),
        ({"ratio": "0.2%", "rounding": "down"}, 1),
        ({"ratio": "0.2%", "rounding": "down", "at_least": "0"}, 0),
        ({"ratio": "50%", "at_most": "6"}, 6),
        ({"ratio": "100%"}, 100),
        ({"count": "8", "ratio": None}, 8),
    ]
    tasks = [
        {key: value for key, value in task(str(number), "B1", **rules).items() if value is not None}
        for number, (rules, _) in enumerate(cases, start=1)
    ]
    found = desk(tmp_path, tasks, [enterprise(number) for number in range(1, 101)])
    (draw,) = found.type("draw", "plan.yaml", "--batch", "B1", "--json").document["draws"]
    assert [one["strata"][0]["sample_size"] for one in draw["record"]["tasks"]] == [size for _, size in cases]
    forecast = found.type("check", "plan.yaml", "--json").document["tasks"]
    assert [one["sample_size"] for one in forecast] == [size for _, size in cases]


def test_a_shortage_is_said_and_recorded(tmp_path: Path) -> None:
    found = desk(tmp_path, [task("1", "B1", ratio="1%", at_least="50")])
    ended = found.type("draw", "plan.yaml", "--batch", "B1")
    assert ended.status == 0
    assert "缺额 10" in ended.stdout
    assert event(found.ledger, 2)["tasks"][0]["strata"][0]["shortage"] == 10


# ---------------------------------------------------------------------------------------------------------- infeasible


def test_a_department_that_cannot_send_enough_is_named_with_each_visit_and_a_reason_for_each_inspector(tmp_path: Path) -> None:
    staff = [
        *INSPECTORS[:4],
        inspector(11, "乙局", 证件有效期="2023-05-01", 执法范围="安全"),
        inspector(12, "乙局", 在岗状态="离岗", 执法范围="安全"),
        inspector(13, "乙局", 证件有效期="", 执法范围="安全"),
        inspector(14, "乙局", 执法范围="安全"),
        inspector(15, "乙局"),
    ]
    found = desk(
        tmp_path,
        [task("1", "B1", qualifications={"乙局": ["安全"]})],
        ENTITIES[:20],
        staff,
        pools={"entities": ["entities.csv"], "inspectors": ["inspectors.csv"], "recusals": ["recusals.csv"]},
    )
    recused = [dict(zip(RECUSAL_COLUMNS, ("0000014", row[ENTITY_COLUMNS[0]], "近亲属"), strict=True)) for row in ENTITIES[:20]]
    found.write_table("recusals.csv", recused)
    ended = found.type("draw", "plan.yaml", "--batch", "B1", "--seed", "2023")
    assert (ended.status, ended.stdout) == (4, "")
    blocked = event(found.ledger, 2)["blocked"]
    assert len(blocked) == 2, "10 % of 20"
    for one in blocked:
        assert one["entity"] in ended.stderr
    reasons = {
        "0000011": "到期",
        "0000012": "不在岗",
        "0000013": "无证件有效期",
        "0000014": "须回避",
        "0000015": "执法范围不符",
    }
    for who, why in reasons.items():
        (said,) = [line for line in ended.stderr.splitlines() if who in line]
        assert why in said
    assert "检查员1 " not in ended.stderr, "甲局 is not what is lacking"


# -------------------------------------------------------------------------------------------------------------- verify


def flipped(data: bytes, at: int, bit: int) -> bytes:
    return data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]


@pytest.mark.parametrize("kind", ["events/000001-seal.json", "events/000002-draw.json", "snapshots/", "ledger.jsonl"])
def test_one_changed_bit_anywhere_makes_verify_exit_10(office: Desk, kind: str) -> None:
    names = [name for name in tree(office.ledger) if name.startswith(kind)]
    assert names
    chance = random.Random(kind)
    for name in names:
        path = office.ledger / name
        whole = path.read_bytes()
        places = [(0, 0), (len(whole) - 1, 0), *((chance.randrange(len(whole)), chance.randrange(8)) for _ in range(8))]
        for at, bit in places:
            path.write_bytes(flipped(whole, at, bit))
            assert office.type("verify", "--quiet").status == 10, (name, at, bit)
        path.write_bytes(whole)
    assert office.type("verify").status == 0


def test_a_failed_check_is_shown_with_both_sides(office: Desk) -> None:
    seal = office.ledger / "events/000001-seal.json"
    digest = lines(office.ledger)[0]["sha256"]
    edit(seal, lambda data: data.replace(b'"P1"', b'"P2"'))
    ended = office.type("verify")
    assert "RECORD-001" in ended.stderr
    assert digest in ended.stderr
    assert "events/000001-seal.json" in ended.stderr
    assert "×" in ended.stdout


@pytest.mark.parametrize("which", ["entities", "inspectors", "plan", "seal", "draw", "ledger.jsonl", "everything"])
def test_something_missing_makes_verify_exit_11(office: Desk, which: str) -> None:
    seal = event(office.ledger, 1)
    missing = {
        "entities": f"snapshots/{seal['inputs']['entities']['snapshot']}.csv",
        "inspectors": f"snapshots/{seal['inputs']['inspectors']['snapshot']}.csv",
        "plan": f"snapshots/{seal['plan']['snapshot']}.json",
        "seal": "events/000001-seal.json",
        "draw": "events/000002-draw.json",
        "ledger.jsonl": "ledger.jsonl",
    }
    if which == "everything":
        shutil.rmtree(office.ledger)
    else:
        (office.ledger / missing[which]).unlink()
    ended = office.type("verify")
    assert ended.status == 11
    assert "RECORD-002" in ended.stderr


def test_verify_of_a_directory_that_is_not_there_says_which_one(office: Desk) -> None:
    ended = office.type("verify", "别处/records")
    assert ended.status == 11
    assert "别处" in ended.stderr


def test_what_is_wrong_weighs_more_than_what_is_missing(office: Desk) -> None:
    seal = event(office.ledger, 1)
    (office.ledger / f"snapshots/{seal['plan']['snapshot']}.json").unlink()
    edit(office.ledger / "events/000002-draw.json", lambda data: data + b" ")
    assert office.type("verify").status == 10


def test_verify_changes_nothing_and_takes_no_lock(office: Desk) -> None:
    (office.ledger / "ledger.lock").unlink()
    before = tree(office.folder, leave_out=())
    assert office.type("verify").status == 0
    assert tree(office.folder, leave_out=()) == before


def test_a_checkpoint_finds_a_tail_that_was_cut_off(office: Desk) -> None:
    """Without one, verify says in words that it cannot know."""
    assert office.type("draw", "plan.yaml", "--batch", "B2").status == 0
    text = f"shuangsuiji/ledger/1 示例\n4\n{lines(office.ledger)[3]['hash']}\n"
    (office.folder / "checkpoint.txt").write_text(text, encoding="utf-8")
    assert all_passed(office, "--checkpoint", "checkpoint.txt")
    edit(office.ledger / "ledger.jsonl", lambda data: b"".join(data.splitlines(keepends=True)[:2]))
    ended = office.type("verify")
    assert ended.status == 0
    assert "截去" in ended.stdout
    assert office.type("verify", "--checkpoint", "checkpoint.txt").status == 10


@pytest.mark.parametrize("text", ["", "shuangsuiji/ledger/1 x\n4\n", "另一个文件\n", "\x00"])
def test_a_file_that_is_no_checkpoint_makes_verify_impossible(office: Desk, text: str) -> None:
    (office.folder / "checkpoint.txt").write_text(text, encoding="utf-8")
    assert office.type("verify", "--checkpoint", "checkpoint.txt").status == 11
    assert office.type("verify", "--checkpoint", "没有.txt").status == 3


def test_files_that_no_line_names_are_listed_and_are_no_fault(office: Desk) -> None:
    (office.ledger / "events/000009-draw.json").write_bytes(b"{}\n")
    (office.ledger / "snapshots/备注.txt").write_bytes(b"x")
    ended = office.type("verify")
    assert ended.status == 0
    assert "000009-draw.json" in ended.stdout
    assert "备注.txt" in ended.stdout


# ------------------------------------------------------------------------------------------------------------- explain


def shell(line: str) -> str:
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=True, env=environment())
    return done.stdout.decode().split()[0]


@posix
@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum of GNU coreutils")
def test_the_line_of_shell_gives_the_ticket_of_an_entity_that_was_drawn_of_one_that_was_not_and_of_one_outside(
    tmp_path: Path,
) -> None:
    outside = enterprise(50, 对象类别="学校", 名称="区外学校")
    odd = enterprise(60, **{"统一社会信用代码/编号": "(示范)字第#1-2/3号."})
    found = desk(tmp_path, entities=[*ENTITIES, outside, odd])
    assert found.type(*SEEDED).status == 0
    record = event(found.ledger, 2)
    drawn = {one["entity"]: one["ticket"] for one in record["tasks"][0]["sample"]}
    undrawn = next(row[ENTITY_COLUMNS[0]] for row in ENTITIES if row[ENTITY_COLUMNS[0]] not in drawn)
    for who in (next(iter(drawn)), undrawn, outside[ENTITY_COLUMNS[0]], odd[ENTITY_COLUMNS[0]]):
        ended = found.type("explain", who, "--batch", "B1")
        assert ended.status == 0
        (line,) = [line for line in ended.stdout.splitlines() if line.startswith("printf ")]
        document = found.type("explain", who, "--batch", "B1", "--json").document
        assert shell(line) == shell(document["shell"]) == document["ticket"]
        assert document["ticket"] in ended.stdout
        assert document["drawn"] is (who in drawn)
        assert ("抽中" in ended.stdout.splitlines()[0]) is True
        assert ("未抽中" in ended.stdout.splitlines()[0]) is (who not in drawn)
        if who in drawn:
            assert document["ticket"] == drawn[who]
        cutoff = record["tasks"][0]["strata"][0]["cutoff"]["ticket"]
        if document["tasks"][0]["in_frame"]:
            assert (document["ticket"] <= cutoff) is (who in drawn), "draw-v1 §5: anybody can check one entity"


def test_an_entity_outside_the_frame_is_told_why(tmp_path: Path) -> None:
    found = desk(
        tmp_path,
        entities=[*ENTITIES, enterprise(50, 对象类别="学校"), enterprise(51, 登记状态="注销"), enterprise(52, 登记状态="")],
    )
    found.type(*SEEDED)
    for number, words in ((50, "学校"), (51, "注销"), (52, "空白")):
        ended = found.type("explain", f"91410800M{number:08d}", "--batch", "B1")
        assert ended.status == 0
        assert "不在抽样框内" in ended.stdout
        assert words in ended.stdout


def test_an_entity_is_found_however_its_id_is_typed(office: Desk) -> None:
    """Ids are made canonical: NFKC, upper case, trimmed (draw-v1 §1)."""
    for typed in ("91410800m00000001", " 91410800M00000001 ", "９１４１０８００Ｍ００００００01"):
        assert office.type("explain", typed, "--batch", "B1", "--json").document["id"] == "91410800M00000001"


def test_an_inspector_is_told_where_he_goes_and_why_not_elsewhere(tmp_path: Path) -> None:
    found = desk(tmp_path, inspectors=[*INSPECTORS, inspector(8, 在岗状态="离岗"), inspector(9, "乙局", 证件有效期="2023-05-01")])
    assert found.type(*SEEDED).status == 0
    record = event(found.ledger, 2)
    sent = {member["inspector"]: visit["entity"] for visit in record["visits"] for member in visit["team"]}
    for who, entity in sent.items():
        ended = found.type("explain", who, "--batch", "B1")
        assert (ended.status, entity in ended.stdout) == (0, True)
    for who, words in (("0000008", "不在岗"), ("0000009", "到期")):
        ended = found.type("explain", who, "--batch", "B1")
        assert ended.status == 0
        assert "派出 0 次" in ended.stdout
        assert words in ended.stdout


@pytest.mark.parametrize(("who", "code"), [("91410800MA99999999", "CLI-006"), ("", "CLI-008"), ("a b", "CLI-008")])
def test_an_id_that_nobody_has_is_usage(office: Desk, who: str, code: str) -> None:
    ended = office.type("explain", who, "--batch", "B1")
    assert (ended.status, ended.stdout) == (2, "")
    assert code in ended.stderr


def test_a_batch_that_is_not_drawn_has_nothing_to_explain(office: Desk) -> None:
    office.type("void", "--batch", "B1", *VOID)
    ended = office.type("explain", "91410800M00000001", "--batch", "B1")
    assert (ended.status, ended.stdout) == (2, "")
    assert "CLI-009" in ended.stderr


# ---------------------------------------------------------------------------------------------------------------- void


@pytest.mark.parametrize("lacks", ["--reason", "--approved-by", "--batch"])
def test_a_void_without_a_reason_an_approval_or_a_batch_is_usage(office: Desk, lacks: str) -> None:
    given = {"--batch": "B1", "--reason": "错", "--approved-by": "李四"}
    del given[lacks]
    ended = office.type("void", *itertools.chain.from_iterable(given.items()))
    assert (ended.status, ended.stdout) == (2, "")
    assert lacks in ended.stderr
    assert len(lines(office.ledger)) == 2


@pytest.mark.parametrize("text", ["", "  ", "a\x1bb", "\u202e"])
@pytest.mark.parametrize("option", ["--reason", "--approved-by", "--operator"])
def test_a_void_with_words_that_nobody_can_read_is_usage(office: Desk, option: str, text: str) -> None:
    given = {"--batch": "B1", "--reason": "错", "--approved-by": "李四", option: text}
    ended = office.type("void", *itertools.chain.from_iterable(given.items()))
    assert (ended.status, ended.stdout) == (2, "")
    assert "CLI-008" in ended.stderr
    assert len(lines(office.ledger)) == 2


# -------------------------------------------------------------------------------------------------------- the ledger's line


def test_a_line_says_when_who_with_what_and_from_which_files(tmp_path: Path) -> None:
    found = desk(tmp_path / "文件 夹")
    assert found.type(*SEEDED, "--operator", "王 五").status == 0
    assert found.type("draw", "plan.yaml", "--batch", "B2").status == 0
    first, third = lines(found.ledger)[0], lines(found.ledger)[2]
    assert (first["operator"], third["operator"]) == ("王 五", "zhangsan")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", first["time"])
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in tree(found.folder).items()}
    assert first["sources"] == [
        {"role": role, "name": name, "sha256": digests[name]}
        for role, name in (("plan", "plan.yaml"), ("entities", "entities.csv"), ("inspectors", "inspectors.csv"))
    ]


def test_the_ledger_is_where_the_plan_says_relative_to_its_file(tmp_path: Path) -> None:
    found = desk(tmp_path / "a", ledger="../b/台账")
    assert Desk(tmp_path).type("draw", "a/plan.yaml", "--batch", "B1").status == 0
    assert len(lines(tmp_path / "b" / "台账")) == 2
    assert found.type("draw", str(found.folder / "plan.yaml"), "--batch", "B1", "--ledger", "c").status == 0
    assert len(lines(tmp_path / "a" / "c")) == 2


def test_ledger_list_and_show_tell_what_became_of_a_batch(office: Desk) -> None:
    office.type("void", "--batch", "B1", *VOID)
    listed = office.type("ledger", "list")
    assert listed.status == 0
    assert [words for words in ("封存", "抽取", "作废", "名录有误", "李四") if words not in listed.stdout] == []
    shown = office.type("ledger", "show", "2")
    assert shown.status == 0
    assert "已作废" in shown.stdout
    assert all(visit["name"] in shown.stdout for visit in event(office.ledger, 2)["visits"])


def test_ledger_show_of_a_failure_names_the_visits_for_which_nobody_could_be_found(tmp_path: Path) -> None:
    """The screen of the draw names the first twenty and points to the ledger for the rest."""
    found = desk(tmp_path, [task("1", "B1", ratio="100%")], inspectors=INSPECTORS[:4])
    said = found.type(*SEEDED)
    assert said.status == 4
    assert "其余 错误 20 个" in said.stderr
    shown = found.type("ledger", "show", "2").stdout
    assert [one["entity"] for one in event(found.ledger, 2)["blocked"] if one["entity"] not in shown] == []


def test_ledger_show_of_a_seal_says_what_was_sealed(office: Desk) -> None:
    shown = office.type("ledger", "show", "1").stdout
    seal = event(office.ledger, 1)
    assert seal["plan"]["snapshot"] in shown
    assert seal["inputs"]["entities"]["snapshot"] in shown
    assert "40" in shown


@pytest.mark.parametrize("seq", ["0", "-1", "x", "3", "1.5"])
def test_ledger_show_of_what_is_not_there_is_usage(office: Desk, seq: str) -> None:
    ended = office.type("ledger", "show", seq)
    assert (ended.status, ended.stdout) == (2, "")


@pytest.mark.parametrize(
    "command", [("ledger", "list"), ("ledger", "show", "1"), ("explain", "1", "--batch", "B1"), ("void", "--batch", "B1", *VOID)]
)
def test_a_command_on_a_ledger_that_is_not_there_exits_3_and_makes_none(tmp_path: Path, command: tuple[str, ...]) -> None:
    ended = Desk(tmp_path).type(*command)
    assert (ended.status, ended.stdout) == (3, "")
    assert "LEDGER-004" in ended.stderr
    assert list(tmp_path.iterdir()) == []


# --------------------------------------------------------------------------------------------------- every command's manners

SUCCESSES: dict[str, tuple[str, ...]] = {
    "check": ("check", "plan.yaml"),
    "plan show": ("plan", "show", "plan.yaml"),
    "draw": ("draw", "plan.yaml", "--batch", "B2"),
    "draw again": ("draw", "plan.yaml", "--batch", "B1"),
    "draw all": ("draw", "plan.yaml", "--all"),
    "draw to a list": ("draw", "plan.yaml", "--batch", "B1", "--out", "list.csv"),
    "rehearse": ("draw", "plan.yaml", "--batch", "B2", "--rehearse"),
    "verify": ("verify",),
    "explain an entity": ("explain", "91410800M00000001", "--batch", "B1"),
    "explain an inspector": ("explain", "0000001", "--batch", "B1"),
    "void": ("void", "--batch", "B1", *VOID),
    "ledger list": ("ledger", "list"),
    "ledger show": ("ledger", "show", "2"),
    "ledger bundle": ("ledger", "bundle", "--batch", "B1", "-o", "b.zip"),
    "verifier": ("verifier", "-o", "verify_record.py"),
}
FAILURES: dict[str, tuple[tuple[str, ...], int]] = {
    "check": (("check", "no.yaml"), 3),
    "plan show": (("plan", "show", "no.yaml"), 3),
    "draw": (("draw", "plan.yaml", "--batch", "B1", "--seed", "other"), 5),
    "draw what is unknown": (("draw", "plan.yaml", "--batch", "B9"), 2),
    "draw to a file that is there": (("draw", "plan.yaml", "--batch", "B2", "--out", "plan.yaml"), 3),
    "draw into a file": (("draw", "plan.yaml", "--batch", "B2", "--ledger", "plan.yaml"), 6),
    "draw both": (("draw", "plan.yaml", "--batch", "B2", "--all"), 2),
    "rehearse with a seed": (("draw", "plan.yaml", "--batch", "B2", "--rehearse", "--seed", "1"), 2),
    "explain": (("explain", "nobody", "--batch", "B1"), 2),
    "void": (("void", "--batch", "B9", *VOID), 2),
    "ledger list": (("ledger", "list", "--ledger", "no"), 3),
    "ledger show": (("ledger", "show", "99"), 2),
    "ledger bundle": (("ledger", "bundle", "--batch", "B9", "-o", "b.zip"), 2),
    "bundle to a file that is there": (("ledger", "bundle", "--batch", "B1", "-o", "plan.yaml"), 3),
    "verifier": (("verifier", "-o", "plan.yaml"), 3),
    "a wrong option": (("check", "plan.yaml", "--wrong"), 2),
    "a wrong value": (("draw", "plan.yaml", "--lock-wait", "x"), 2),
    "a lacking value": (("draw", "plan.yaml", "--batch"), 2),
    "a lacking argument": (("check",), 2),
    "one argument too many": (("check", "plan.yaml", "plan.yaml"), 2),
    "a wrong command": (("chekc", "plan.yaml"), 2),
    "a wrong command of a group": (("ledger", "lst"), 2),
}


@pytest.mark.parametrize("name", SUCCESSES)
def test_json_is_one_document_on_success(office: Desk, name: str) -> None:
    ended = office.type(*SUCCESSES[name], "--json")
    assert (ended.status, ended.stderr) == (0, "")
    assert (ended.document["format_version"], ended.document["status"], ended.document["problems"]) == (1, 0, [])


@pytest.mark.parametrize("name", FAILURES)
def test_json_is_one_document_on_failure(office: Desk, name: str) -> None:
    arguments, status = FAILURES[name]
    if name == "a lacking value":
        arguments = ("draw", "--json", "plan.yaml", "--batch")
        ended = office.type(*arguments)
    else:
        ended = office.type(*arguments, "--json")
    assert (ended.status, ended.stderr) == (status, "")
    assert (ended.document["format_version"], ended.document["status"]) == (1, status)
    assert ended.document["problems"]
    assert all(problem["text"] and re.fullmatch("[A-Z]+-[0-9]{3}", problem["code"]) for problem in ended.document["problems"])


def test_json_is_one_document_for_a_draw_without_a_batch(office: Desk) -> None:
    ended = office.type("draw", "plan.yaml", "--json")
    assert (ended.status, ended.stderr, ended.document["status"]) == (2, "", 2)
    assert [one["batch"] for one in ended.document["batches"]] == ["B1", "B2"]


def test_json_is_one_document_for_a_verification_that_fails(office: Desk) -> None:
    edit(office.ledger / "events/000002-draw.json", lambda data: data + b" ")
    ended = office.type("verify", "--json")
    assert (ended.status, ended.stderr, ended.document["status"]) == (10, "", 10)
    assert ended.document["problems"]
    shutil.rmtree(office.ledger)
    ended = office.type("verify", "--json")
    assert (ended.status, ended.stderr, ended.document["status"]) == (11, "", 11)


@pytest.mark.parametrize("how", [(), ("--rehearse",)], ids=["draw", "rehearsal"])
def test_json_is_one_document_for_an_infeasible_draw(tmp_path: Path, how: tuple[str, ...]) -> None:
    ended = desk(tmp_path, inspectors=INSPECTORS[:4]).type("draw", "plan.yaml", "--batch", "B1", "--json", *how)
    assert (ended.status, ended.stderr, ended.document["status"]) == (4, "", 4)
    assert ended.document["problems"], "what is wrong has a code and a text for programs too"


def test_json_tells_of_warnings_that_people_see(tmp_path: Path) -> None:
    found = desk(tmp_path, pools={"entities": ["entities.csv"], "inspectors": ["inspectors.csv"], "recusals": ["recusals.csv"]})
    found.write_table("recusals.csv", [dict(zip(RECUSAL_COLUMNS, ("0000099", "没有这家", "近亲属"), strict=True))])
    seen = found.type("draw", "plan.yaml", "--batch", "B1", "--rehearse")
    assert "POOL-014" in seen.stderr
    told = found.type("draw", "plan.yaml", "--batch", "B1", "--json").document["problems"]
    assert {"POOL-014", "POOL-015"} <= {problem["code"] for problem in told}


@pytest.mark.parametrize("name", SUCCESSES)
def test_quiet_says_nothing_on_success(office: Desk, name: str) -> None:
    assert office.type(*SUCCESSES[name], "--quiet") == Ended(0, "", "")


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_says_nothing_on_stdout_quiet_or_not_and_the_same_on_stderr(office: Desk, name: str) -> None:
    arguments, status = FAILURES[name]
    loud = office.type(*arguments)
    quiet = office.type(arguments[0], "--quiet", *arguments[1:]) if arguments[0] not in ("plan", "ledger", "chekc") else loud
    assert (loud.status, loud.stdout) == (status, "")
    assert loud.stderr
    assert quiet == loud


@pytest.mark.parametrize("name", [name for name, (_, status) in FAILURES.items() if status == 2])
def test_wrong_usage_is_said_in_chinese(office: Desk, name: str) -> None:
    """No English but what was typed, names of options and the code of the problem."""
    arguments, _ = FAILURES[name]
    said = office.type(*arguments).stderr
    english = set(re.findall(r"(?<![\w-])[A-Za-z]{2,}(?![\w-])", said)) - {"void", "ledger", "list", "show", "NOBODY"}
    assert english <= set(re.split(r"[ .]", " ".join(arguments))), said
    assert re.search("[一-鿿]", said)


def english(text: str) -> list[str]:
    """Two English words after each other: names of checks, files, options, codes and seeds stand alone."""
    words = re.sub(r"python .*|printf .*|-join.*|ledger list|ledger show|ledger repair|Windows PowerShell", "", text)
    return re.findall(r"(?<![\w/.-])[A-Za-z]{2,}(?: [A-Za-z]+)+(?![\w/.-])", words)


@pytest.mark.parametrize("name", SUCCESSES)
def test_no_english_is_on_the_screen_of_a_success(office: Desk, name: str) -> None:
    assert english(office.type(*SUCCESSES[name]).stdout) == []


def test_no_english_is_on_the_screen_of_a_verification_that_fails_or_cannot_be_made(office: Desk) -> None:
    def screen() -> str:
        ended = office.type("verify")
        return ended.stdout + ended.stderr

    seal = event(office.ledger, 1)
    whole = tree(office.ledger)

    def restored() -> None:
        for name, data in whole.items():
            (office.ledger / name).write_bytes(data)

    found = {}
    edit(office.ledger / "events/000002-draw.json", lambda data: data + b" ")
    found["record changed"] = english(screen())
    restored()
    (office.ledger / f"snapshots/{seal['plan']['snapshot']}.json").unlink()
    found["snapshot missing"] = english(screen())
    restored()
    edit(office.ledger / "ledger.jsonl", lambda data: data[:-9])
    found["line torn"] = english(screen())
    restored()
    edit(office.ledger / "ledger.jsonl", lambda data: data.replace(b"zhangsan", b"lisi", 1))
    found["line changed"] = english(screen())
    (office.ledger / "ledger.jsonl").unlink()
    found["no ledger"] = english(screen())
    assert {what: words for what, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("draw", "plan.yaml", "--batch", "B2", "--ledger", "plan.yaml"), 6),
        (("draw", "plan.yaml", "--batch", "B2", "--out", "records"), 6),
        (("verifier", "-o", "no/x.py"), 6),
        (("void", "--batch", "B2", *VOID), 2),
        (("ledger", "list", "--ledger", "plan.yaml"), 6),
    ],
)
def test_no_english_is_on_the_screen_when_the_system_says_no(office: Desk, arguments: tuple[str, ...], status: int) -> None:
    ended = office.type(*arguments)
    assert english(ended.stderr) == []
    assert ended.status in (status, 3)


def test_a_state_is_named_in_chinese(office: Desk) -> None:
    office.type("void", "--batch", "B1", *VOID)
    said = office.type("void", "--batch", "B1", *VOID).stderr
    assert "状态：已作废" in said


@pytest.mark.parametrize("state", ["failed", "void"])
def test_a_remedy_for_a_kept_seed_can_be_followed(tmp_path: Path, state: str) -> None:
    """Only a drawn or sealed batch can be voided (ledger-v1), so a void is no remedy for one that failed or is void already."""
    found = desk(tmp_path, inspectors=INSPECTORS[:4] if state == "failed" else INSPECTORS)
    found.type(*SEEDED)
    if state == "void":
        found.type("void", "--batch", "B1", *VOID)
    said = found.type("draw", "plan.yaml", "--batch", "B1", "--seed", "other")
    assert said.status == 5
    assert found.type("void", "--batch", "B1", *VOID, "--new-seed").status == 5
    assert "须先作废并写明 --new-seed" not in said.stderr


@pytest.mark.parametrize("name", SUCCESSES)
def test_a_success_speaks_on_stdout_only(office: Desk, name: str) -> None:
    ended = office.type(*SUCCESSES[name])
    assert (ended.status, ended.stderr) == (0, "")
    assert ended.stdout


ODD = "\U00020bb7野家\U0001f600有限公司"


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "cp1252"])
@pytest.mark.parametrize("name", SUCCESSES)
def test_a_console_that_cannot_show_a_name_shows_something_else(tmp_path: Path, name: str, encoding: str) -> None:
    found = desk(tmp_path, [task("1", "B1", ratio="100%"), task("2", "B2", ratio="100%")], [enterprise(1, 名称=ODD)])
    assert found.type(*SEEDED).status == 0
    ended = found.type(*SUCCESSES[name], encoding=encoding)
    assert ended.status == 0
    assert ended.stdout


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "cp1252"])
def test_json_loses_nothing_whatever_the_console(tmp_path: Path, encoding: str) -> None:
    found = desk(tmp_path, [task("1", "B1", ratio="100%")], [enterprise(1, 名称=ODD)])
    (draw,) = found.type(*SEEDED, "--json", encoding=encoding).document["draws"]
    assert draw["record"]["visits"][0]["name"] == ODD


def test_a_process_with_a_gbk_console_speaks_gbk(office: Desk) -> None:
    ended = office.run("ledger", "list", env={"PYTHONIOENCODING": "gbk"}, encoding="gbk")
    assert ended.status == 0
    assert "封存" in ended.stdout
    ended = office.run("draw", "plan.yaml", "--batch", "没有", env={"PYTHONIOENCODING": "gbk"}, encoding="gbk")
    assert ended.status == 2
    assert "没有批次" in ended.stderr


def forged(folder: Path, text: str) -> Desk:
    """A ledger whose chain is sound and whose texts are not: whoever forges a ledger computes its hashes too."""
    story = Story()
    story.draw(plan(), "B1", pools())
    (folder / "records/events").mkdir(parents=True)
    (folder / "records/snapshots").mkdir()
    files, all_lines, last = dict(story.files), b"", None
    for one in story.ledger.events:
        value = json.loads(json.dumps(one.value))
        key = (f"P1{text}", f"B1{text}")
        value["plan"]["id"], value["batch"] = key
        if one.line.type == "draw":
            value["seal"] = last.sha256 if last else ""
            value["tasks"][0]["id"] = f"T{text}"
            value["visits"][0].update(entity=f"E{text}", name=f"N{text}", tasks=[f"T{text}"])
            value["visits"][0]["team"][0].update(inspector=f"I{text}", name=f"N{text}", department=f"D{text}")
        data = (json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()
        last = next_line(last, one.line.type, key, data, Circumstances(f"2023{text}", f"O{text}", f"X{text}"))
        files[last.file] = data
        all_lines += last.encode()
    for name, data in files.items():
        (folder / "records" / name).write_bytes(data)
    (folder / "records/ledger.jsonl").write_bytes(all_lines)
    return Desk(folder)


@pytest.mark.parametrize("text", ["\x1b[2J", "\u202e", "\n√ 相符", "\u200b", "\x07", "\x9b31m"])
@pytest.mark.parametrize("command", [("verify",), ("ledger", "list"), ("ledger", "show", "1"), ("ledger", "show", "2")])
def test_no_text_of_a_forged_ledger_reaches_the_screen_as_it_is(tmp_path: Path, command: tuple[str, ...], text: str) -> None:
    ended = forged(tmp_path, text).type(*command)
    assert text not in ended.stdout + ended.stderr


@pytest.mark.parametrize("command", [("explain", "E1"), ("explain", "I1"), ("void", *VOID)])
def test_no_text_of_a_forged_ledger_reaches_the_screen_where_a_batch_is_named(tmp_path: Path, command: tuple[str, ...]) -> None:
    ended = forged(tmp_path, "\x1b[2J").type(*command, "--batch", "B1\x1b[2J")
    assert ended.status != 1
    assert "\x1b" not in ended.stdout + ended.stderr


# ------------------------------------------------------------------------------------------------------------- streams


@posix
def test_a_command_needs_no_stdin(office: Desk) -> None:
    command = [sys.executable, "-m", "shuangsuiji", "ledger", "list"]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *command], cwd=office.folder, env=environment(), capture_output=True, check=False
    )
    assert done.returncode == 0
    assert done.stderr == b""


@posix
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_command_whose_streams_are_closed_does_its_work_and_is_no_bug(tmp_path: Path, closed: str) -> None:
    found = desk(tmp_path)
    command = [sys.executable, "-m", "shuangsuiji", *SEEDED]
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *command],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 6)
    assert b"Traceback" not in done.stderr
    assert len(lines(found.ledger)) == 2


@posix
@pytest.mark.parametrize("entities", [2, 300], ids=["after the result", "in the middle of it"])
def test_a_reader_that_goes_away_is_no_bug(tmp_path: Path, entities: int) -> None:
    """The status of a shell's `| head`; 1 would say that the program is broken."""
    found = desk(tmp_path, [task("1", "B1", ratio="100%")], [enterprise(number) for number in range(entities)])
    assert found.type(*SEEDED).status == 0
    with subprocess.Popen(
        [sys.executable, "-m", "shuangsuiji", "ledger", "show", "2"],
        cwd=tmp_path,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 6, said.decode()
    assert b"Traceback" not in said


@posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_result_that_cannot_be_written_is_a_matter_of_the_environment(office: Desk) -> None:
    with open("/dev/full", "wb") as full:
        ended = office.run("ledger", "list", stdout=full)
    assert ended.status == 6
    assert "写不出" in ended.stderr


def test_an_interrupt_exits_130_and_says_that_nothing_is_lost(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("shuangsuiji.cli.draw.read_inputs", interrupt)
    ended = office.type("draw", "plan.yaml", "--batch", "B2")
    assert (ended.status, ended.stdout) == (130, "")
    assert "中断" in ended.stderr


@posix
def test_ctrl_c_while_waiting_for_the_lock_exits_130_and_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    found = desk(tmp_path)
    with locked(found.ledger):
        with subprocess.Popen(
            [sys.executable, "-X", "importtime", "-m", "shuangsuiji", "draw", "plan.yaml", "--batch", "B1", "--lock-wait", "60"],
            cwd=tmp_path,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stderr is not None
            for line in process.stderr:  # the last module that a draw imports before it asks for the lock
                if b"shuangsuiji.screen.export" in line:
                    break
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
        assert process.returncode == 130
        assert not events(found.ledger)
    assert found.type(*SEEDED).status == 0


@posix
def test_ctrl_c_while_the_program_is_still_being_loaded_exits_130(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "shuangsuiji", "--help"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:  # early among what the command line imports
            if b"typer._click.globals" in line:
                break
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 130
    assert b"Traceback" not in said
    assert "已中断".encode() in said


# --------------------------------------------------------------------------------------------------------- on a terminal


def on_a_terminal(office: Desk, *arguments: str, columns: int = 80) -> tuple[int, list[str]]:
    """Status and lines of a command in this process that has a terminal for stdout and stderr."""
    import pty

    ours, theirs = pty.openpty()
    with ThreadPoolExecutor(1) as reader:
        said = reader.submit(read_from, ours)
        with open(theirs, "w", encoding="utf-8") as stream:
            status = office.type_to(stream, stream, *arguments, env={"COLUMNS": str(columns), "TERM": "xterm-256color"})
        return status, said.result()


def on_a_terminal_of_its_own(office: Desk, *arguments: str, columns: int = 80) -> tuple[int, list[str]]:
    """The same of a command in a process of its own, whose stdin is the terminal too."""
    import pty

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "shuangsuiji", *arguments],
        cwd=office.folder,
        env=environment(COLUMNS=str(columns), TERM="xterm-256color"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        close_fds=True,
    ) as process:
        os.close(theirs)
        said = read_from(ours)
    return process.returncode, said


def read_from(terminal: int) -> list[str]:
    """All lines until the last process has left the terminal."""
    data = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # what Linux says when the other side is closed
            break
        if not piece:
            break
        data += piece
    os.close(terminal)
    return data.decode().replace("\r\n", "\n").split("\n")


def width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


def too_wide(line: str, columns: int = 80) -> bool:
    """Wider than the terminal, but for what is no longer what it is when it is cut: a digest, a line of shell."""
    return width(line) > columns and " " in line.strip() and not line.startswith(("printf ", "-join("))


LONG = "焦作市城乡一体化示范区某某某某某某某某某某某某某某某某某某某某某某某某某某某某某某有限责任公司"


@posix
@pytest.mark.parametrize(
    ("name", "columns"),
    [
        *((name, 80) for name in SUCCESSES),
        *((name, 80) for name in ("an unknown batch", "a broken ledger", "help")),
        *((name, 60) for name in ("draw", "verify", "check")),
    ],
)
def test_no_line_is_wider_than_the_terminal(tmp_path: Path, name: str, columns: int) -> None:
    found = desk(
        tmp_path,
        [task("1", "B1", ratio="10%", name=LONG), task("2", "B2", ratio="10%", coordination_group="安全")],
        [{**row, "名称": f"{LONG}{number}"} for number, row in enumerate(ENTITIES)],
        departments=[{"name": "甲局", "aliases": []}, {"name": "乙局", "aliases": []}],
    )
    assert found.type(*SEEDED).status == 0
    if name == "a broken ledger":
        edit(found.ledger / "events/000002-draw.json", lambda data: data + b" ")
    arguments = {
        "an unknown batch": ("draw", "plan.yaml", "--batch", "没有这个批次" * 12),
        "a broken ledger": ("verify",),
        "help": ("draw", "--help"),
    }.get(name) or SUCCESSES[name]
    _, said = on_a_terminal(found, *arguments, columns=columns)
    assert len(said) > 1
    assert [line for line in said if too_wide(line, columns) and not re.search("[0-9a-f]{64}", line)] == []


@posix
def test_the_line_of_shell_is_one_line_on_a_terminal_too(office: Desk) -> None:
    """Somebody is going to copy it."""
    document = office.type("explain", "91410800M00000001", "--batch", "B1", "--json").document
    _, said = on_a_terminal(office, "explain", "91410800M00000001", "--batch", "B1")
    assert document["shell"] in said
    assert document["powershell"] in said


@posix
def test_a_digest_is_whole_on_a_terminal_too(office: Desk) -> None:
    """Somebody is going to compare it."""
    record = lines(office.ledger)[1]["sha256"]
    for arguments in (("verify",), ("ledger", "show", "2"), ("draw", "plan.yaml", "--batch", "B1")):
        shown = on_a_terminal_of_its_own(office, *arguments)
        assert any(record in line for line in shown[1]), arguments
        assert on_a_terminal(office, *arguments) == shown, "whether or not it has a process of its own"


# ------------------------------------------------------------------------------------------------------------ the CSV list


def listed(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


@pytest.fixture
def everybody(tmp_path: Path) -> Desk:
    """Everybody is drawn; ids and names that a spreadsheet would like to change."""
    ids = ["000123", "914108000000000012", "1E5", "91410800M00000001", "12", "3-4"]
    names = ["=1+1", "+86公司", "-减号", "@某某", '逗号,和"引号"', "＝全角"]
    rows = [enterprise(1, **{"统一社会信用代码/编号": id_, "名称": name}) for id_, name in zip(ids, names, strict=True)]
    return desk(tmp_path, [task("1", "B1", ratio="100%"), task("2", "B2", ratio="100%")], rows)


def test_the_list_has_a_row_for_each_visit_with_everything_that_the_list_of_the_office_has(everybody: Desk) -> None:
    assert everybody.type(*SEEDED, "--out", "list.csv").status == 0
    rows = listed(everybody.folder / "list.csv")
    record = event(everybody.ledger, 2)
    assert [row["检查对象编号"].lstrip("\t'") for row in rows] == [visit["entity"] for visit in record["visits"]]
    assert [row["序号"] for row in rows] == [str(number) for number in range(1, 7)]
    for row, visit in zip(rows, record["visits"], strict=True):
        leader = next(member for member in visit["team"] if member["leader"])
        assert (row["检查期限起"], row["检查期限止"]) == ("2023-04-01", "2023-06-30")
        assert row["组长"] == leader["name"]
        assert row["组长执法证号"].lstrip("\t") == leader["inspector"]
        assert all(member["name"] in row["检查组成员（姓名 执法证号 部门）"] for member in visit["team"])
        assert (row["地址"], row["抽查事项"], row["批次"]) == ("示范路1号", "安全生产", "B1")


def test_no_cell_of_the_list_is_a_formula(everybody: Desk) -> None:
    assert everybody.type(*SEEDED, "--out", "list.csv").status == 0
    cells = [cell for row in listed(everybody.folder / "list.csv") for cell in row.values()]
    assert [cell for cell in cells if cell[:1] in tuple("=+-@＝＋－＠")] == []
    assert "'=1+1" in cells


def test_ids_survive_a_spreadsheet(everybody: Desk) -> None:
    """What Excel would take for a number (15 digits are all it keeps), or for a date, must not look like one."""
    assert everybody.type(*SEEDED, "--out", "list.csv").status == 0
    cells = {row["检查对象编号"].lstrip("\t'"): row["检查对象编号"] for row in listed(everybody.folder / "list.csv")}
    for changed in ("000123", "914108000000000012", "1E5", "3-4"):
        assert not re.fullmatch(r"[0-9]+([eE-][0-9]+)?", cells[changed]), changed
    assert cells["91410800M00000001"] == "91410800M00000001"


def test_the_list_replaces_an_earlier_list(everybody: Desk) -> None:
    assert everybody.type(*SEEDED, "--out", "list.csv").status == 0
    first = (everybody.folder / "list.csv").read_bytes()
    assert everybody.type("draw", "plan.yaml", "--batch", "B2", "--out", "list.csv").status == 0
    assert (everybody.folder / "list.csv").read_bytes() != first
    assert {row["批次"] for row in listed(everybody.folder / "list.csv")} == {"B2"}


@pytest.mark.parametrize("name", ["plan.yaml", "entities.csv", "empty.csv"])
def test_the_list_replaces_nothing_else_and_nothing_is_drawn(everybody: Desk, name: str) -> None:
    (everybody.folder / "empty.csv").write_bytes(b"")
    before = tree(everybody.folder)
    ended = everybody.type(*SEEDED, "--out", name)
    assert (ended.status, ended.stdout) == (3, "")
    assert "FILE-005" in ended.stderr
    assert tree(everybody.folder) == before


@pytest.mark.parametrize("name", ["没有/list.csv", "."])
def test_a_list_that_cannot_be_written_is_said_before_anything_is_drawn(everybody: Desk, name: str) -> None:
    ended = everybody.type(*SEEDED, "--out", name)
    assert ended.status in (3, 6)
    assert ended.stdout == ""
    assert not everybody.ledger.exists() or not events(everybody.ledger)


def test_a_list_of_all_batches_is_not_forgotten_when_all_are_drawn_already(everybody: Desk) -> None:
    assert everybody.type("draw", "plan.yaml", "--all").status == 0
    ended = everybody.type("draw", "plan.yaml", "--all", "--out", "list.csv")
    assert ended.status == 0
    assert {row["批次"] for row in listed(everybody.folder / "list.csv")} == {"B1", "B2"}


# ------------------------------------------------------------------------------------------------------------------ help


def pages() -> list[tuple[str, ...]]:
    """Every command and group, from the program itself."""

    def walk(command: Any, path: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
        yield path
        for name, one in getattr(command, "commands", {}).items():
            yield from walk(one, (*path, name))

    return list(walk(typer.main.get_command(app), ()))


@pytest.mark.parametrize("path", pages(), ids=" ".join)
def test_every_help_page_is_chinese_fits_80_columns_and_any_console(tmp_path: Path, path: tuple[str, ...]) -> None:
    page = Desk(tmp_path).type(*path, "--help")
    assert (page.status, page.stderr) == (0, "")
    assert page.stdout.startswith("用法：")
    page.stdout.encode("gbk")
    assert max(map(width, page.stdout.splitlines())) <= 80
    assert not re.search(r"Usage|Options|Commands|Arguments|Show this|default|required", page.stdout)
    for encoding in ("gbk", "cp437"):
        assert Desk(tmp_path).type(*path, "-h", encoding=encoding).status == 0


@pytest.mark.parametrize("path", [(), ("plan",), ("ledger",)], ids=["program", "plan", "ledger"])
def test_nothing_typed_is_usage_and_shows_the_help_on_stderr(tmp_path: Path, path: tuple[str, ...]) -> None:
    ended = Desk(tmp_path).type(*path)
    assert (ended.status, ended.stdout) == (2, "")
    assert ended.stderr.startswith("用法：")


def test_the_version_is_that_of_the_package(tmp_path: Path) -> None:
    assert Desk(tmp_path).type("--version") == Ended(0, f"shuangsuiji {__version__}\n", "")


@pytest.mark.parametrize(
    ("page", "large"),
    [
        ((), {"numpy", "yaml", "filelock", "pydantic"}),
        (("draw",), {"numpy", "yaml", "filelock"}),
    ],  # typer loads pydantic for options
)
def test_help_loads_none_of_the_large_libraries(tmp_path: Path, page: tuple[str, ...], large: set[str]) -> None:
    ended = Desk(tmp_path).run(*page, "--help", python=("-X", "importtime"))
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in ended.stderr.splitlines()}
    assert "typer" in loaded
    assert loaded & large == set()


# ---------------------------------------------------------------------------------------------- the independent verifier


def test_the_verifier_is_handed_out_byte_for_byte(tmp_path: Path) -> None:
    found = Desk(tmp_path)
    assert found.type("verifier", "-o", "给审计.py").status == 0
    shipped_bytes = files("shuangsuiji").joinpath("verify_record.py").read_bytes()
    assert (tmp_path / "给审计.py").read_bytes() == shipped_bytes
    assert found.type("verifier", "-o", "给审计.py").status == 0, "an earlier copy may be replaced"


@pytest.mark.parametrize("data", [b"#!/usr/bin/env python3\nprint('mine')\n", b"", b"#!/usr/bin/env python3\n"])
def test_the_verifier_replaces_no_other_program(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "mine.py").write_bytes(data)
    ended = Desk(tmp_path).type("verifier", "-o", "mine.py")
    assert (ended.status, ended.stdout) == (3, "")
    assert (tmp_path / "mine.py").read_bytes() == data


def _as_it_is(_: Path) -> None:
    pass


def _change_record(ledger: Path) -> None:
    edit(ledger / "events/000002-draw.json", lambda data: data.replace(b'"slot":1', b'"slot":2', 1))


def _change_snapshot(ledger: Path) -> None:
    edit(sorted(ledger.glob("snapshots/*.csv"))[0], lambda data: data + b"x")


def _cut_line(ledger: Path) -> None:
    edit(ledger / "ledger.jsonl", lambda data: data[:-30])


def _lose_snapshot(ledger: Path) -> None:
    sorted(ledger.glob("snapshots/*.csv"))[0].unlink()


def _lose_event(ledger: Path) -> None:
    (ledger / "events/000004-draw.json").unlink()


def _later_event(ledger: Path) -> None:
    """An event of a type that only a later version knows, properly chained."""
    *_, last = (json.loads(line) for line in (ledger / "ledger.jsonl").read_text(encoding="utf-8").splitlines())
    event = '{"schema":"shuangsuiji/amend/1"}\n'
    seq = last["seq"] + 1
    line = {**last, "type": "amend", "seq": seq, "prev": last["hash"], "file": f"events/{seq:06d}-amend.json"}
    line["sha256"] = hashlib.sha256(event.encode()).hexdigest()
    del line["hash"]
    bare = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    line["hash"] = hashlib.sha256(bare.encode()).hexdigest()
    (ledger / line["file"]).write_text(event, encoding="utf-8")
    with (ledger / "ledger.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n")


def _lose_everything(ledger: Path) -> None:
    shutil.rmtree(ledger)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (_as_it_is, 0),
        (_change_record, 10),
        (_change_snapshot, 10),
        (_cut_line, 10),
        (_lose_snapshot, 11),
        (_lose_event, 11),
        (_later_event, 11),
        (_lose_everything, 11),
    ],
)
def test_both_verifiers_agree_about_the_shipped_plans_ledger(
    shipped: tuple[Desk, Ended], two_batches: Desk, tmp_path: Path, change: Callable[[Path], None], status: int
) -> None:
    """All five batches as they are; changed, two of them: each program would look at the other three in vain."""
    whole = shipped[0] if change is _as_it_is else two_batches
    found = Desk(tmp_path)
    shutil.copytree(whole.ledger, found.ledger)
    change(found.ledger)
    assert found.type("verifier", "-o", "v.py").status == 0
    other = subprocess.run(
        [sys.executable, "-I", "-S", "v.py", "records"],
        cwd=tmp_path,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert found.type("verify").status == status
    assert other.returncode == status, other.stderr.decode()
    assert other.stdout


def test_the_columns_of_the_helper_are_those_of_the_shipped_pools() -> None:
    """So that the tiny district is read as the real one is."""
    for name, columns in (("entities", ENTITY_COLUMNS), ("inspectors", INSPECTOR_COLUMNS), ("recusals", RECUSAL_COLUMNS)):
        with (ROOT / f"pools/{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert tuple(next(csv.reader(file))) == columns


def test_the_seed_in_the_helper_is_a_chosen_one() -> None:
    assert text_seed("2023").seed_class == "operator"


def test_check_says_whom_the_statuses_leave_out(tmp_path: Path) -> None:
    rows = [enterprise(1), enterprise(2, 登记状态="注销"), enterprise(3, 登记状态="吊销"), enterprise(4, 登记状态="注销")]
    ended = desk(tmp_path, [task("1", "B1")], rows).type("check", "plan.yaml")
    assert ended.status == 0
    assert "检查对象名录库有 3 条因状态不计在内：注销 2、吊销 1。" in ended.stderr


def test_check_warns_of_a_pool_without_statuses(tmp_path: Path) -> None:
    found = desk(tmp_path, [task("1", "B1")])
    found.write_table("entities.csv", [{k: v for k, v in enterprise(1).items() if k != "登记状态"}])
    ended = found.type("check", "plan.yaml")
    assert (ended.status, "DRAW-015" in ended.stderr) == (0, True)


def test_a_filter_on_a_column_that_the_pool_does_not_have_names_the_column(tmp_path: Path) -> None:
    found = desk(tmp_path, [task("1", "B1")])
    found.write_table("entities.csv", [{k: v for k, v in enterprise(1).items() if k != "对象类别"}])
    ended = found.type("check", "plan.yaml")
    assert ended.status == 3
    assert "DRAW-002" in ended.stderr
    assert "对象类别" in ended.stderr
