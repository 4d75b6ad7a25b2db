"""The shipped demonstration pools: made by their generator, well formed, and fit for every batch of the shipped plan.

The files are read here with the `csv` module and the plan with PyYAML, not with the package's own readers: a mistake in
those must not hide one in the data.
"""

from __future__ import annotations

import ast
import csv
import importlib.util
import io
import itertools
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml
from stdnum.cn import uscc

ROOT = Path(__file__).resolve().parent.parent
POOLS = ROOT / "pools"
PLAN_FILE = ROOT / "plans" / "jzsfq-2023.yaml"
FILES = ["entities.csv", "inspectors.csv", "recusals.csv", "README.md"]


def read(name: str) -> list[dict[str, str]]:
    """The rows of a table, by column."""
    text = (POOLS / name).read_bytes().decode("utf-8")
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


ENTITIES = read("entities.csv")
INSPECTORS = read("inspectors.csv")
RECUSALS = read("recusals.csv")
ENTITY_IDS = [row["统一社会信用代码/编号"] for row in ENTITIES]
INSPECTOR_IDS = [row["执法证号"] for row in INSPECTORS]

PLAN = yaml.load(PLAN_FILE.read_bytes().decode("utf-8"), Loader=yaml.BaseLoader)
SPELLINGS = {
    spelling: department["name"]
    for department in PLAN["departments"]
    for spelling in [department["name"], *department["aliases"]]
}
BATCHES = sorted({task["batch"] for task in PLAN["tasks"]})


def categories(row: dict[str, str]) -> set[str]:
    return set(row["对象类别"].split(";"))


def in_service(person: dict[str, str], day: str) -> bool:
    """On duty, with a certificate that is valid on that day."""
    expiry = "9999-12-31" if person["证件有效期"] == "长期" else person["证件有效期"]
    return person["在岗状态"] in PLAN["inspector_statuses"] and expiry >= day


# --- the files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_the_generator_gives_the_shipped_files_to_the_byte(tmp_path, hash_seed) -> None:
    command = [sys.executable, str(POOLS / "generate.py"), "--out", str(tmp_path / "new")]
    run = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONHASHSEED": hash_seed})
    assert run.returncode == 0, run.stderr.decode("utf-8", "replace")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(FILES)
    for name in FILES:
        assert (tmp_path / "new" / name).read_bytes() == (POOLS / name).read_bytes(), name


def test_the_generator_uses_no_random_source_of_the_library_and_no_clock() -> None:
    nodes = list(ast.walk(ast.parse((POOLS / "generate.py").read_bytes())))
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert imported == {"__future__", "argparse", "collections", "hashlib", "pathlib", "typing"}


def test_the_first_choices_of_a_stream_can_be_computed_by_hand() -> None:
    spec = importlib.util.spec_from_file_location("generate_pools", POOLS / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    stream = generate.Stream("doctest")
    # printf 'shuangsuiji/pools/jzsfq-2023/1\ndoctest\n0\n' | sha256sum, and the same with 1
    assert [f"{stream.below(2**256):064x}" for _ in range(2)] == [
        "837988bbd0f30911b13a008dae464ba75ede6e9f5354707e9c9c95760ac6773d",
        "90f3863e48f96a7f2c9a390391e1cff74bfb1694fb3c2695b98a05c7c4b30be5",
    ]


@pytest.mark.parametrize("name", ["entities.csv", "inspectors.csv", "recusals.csv"])
def test_a_table_is_utf8_without_bom_and_quotes_only_where_it_must(name) -> None:
    content = (POOLS / name).read_bytes()
    text = content.decode("utf-8")
    assert not text.startswith("\ufeff")
    assert "\r" not in text
    assert text.endswith("\n")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    again = io.StringIO(newline="")
    csv.writer(again, lineterminator="\n").writerows(rows)
    assert again.getvalue() == text


def test_headers_are_the_offices_own() -> None:
    assert list(ENTITIES[0]) == ["统一社会信用代码/编号", "名称", "对象类别", "登记状态", "信用等级", "地址"]
    assert list(INSPECTORS[0]) == ["执法证号", "姓名", "所属部门", "证件有效期", "在岗状态", "执法范围"]
    assert list(RECUSALS[0]) == ["执法证号", "统一社会信用代码/编号", "回避事由"]


def test_the_plan_names_these_files() -> None:
    named = [PLAN_FILE.parent / name for names in PLAN["pools"].values() for name in names]
    assert [path.resolve() for path in named] == [POOLS / name for name in FILES[:3]]
    assert list(PLAN["pools"]) == ["entities", "inspectors", "recusals"]


def test_no_cell_needs_to_be_mended_on_the_way_in() -> None:
    for row in [*ENTITIES, *INSPECTORS, *RECUSALS]:
        for cell in row.values():
            assert cell == " ".join(cell.split())
            assert cell.isprintable()
            assert cell.encode("gbk").decode("gbk") == cell  # a terminal or an Excel of the office can show it
            assert not cell.startswith(("=", "+", "-", "@"))


def test_rows_stand_in_no_sorted_order() -> None:
    for ids in (ENTITY_IDS, INSPECTOR_IDS, [row["执法证号"] for row in RECUSALS]):
        assert ids != sorted(ids)
        ascents = sum(a < b for a, b in itertools.pairwise(ids))
        assert 0.3 < ascents / len(ids) < 0.7


# --- entities -----------------------------------------------------------------------------------


def test_every_id_of_eighteen_characters_is_a_valid_credit_code() -> None:
    codes = [id for id in ENTITY_IDS if len(id) == 18]
    assert len(codes) > 12000
    assert [code for code in codes if not uscc.is_valid(code)] == []


def test_the_organisation_code_inside_a_credit_code_has_its_own_check_digit() -> None:
    for code in ENTITY_IDS:
        if len(code) == 18:
            total = sum(int(c, 36) * w for c, w in zip(code[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
            assert code[16] == "0123456789X"[-total % 11], code


def test_codes_say_what_kind_of_entity_it_is() -> None:
    for row in ENTITIES:
        id, own = row["统一社会信用代码/编号"], categories(row)
        if "在建工地" in own:
            assert re.fullmatch(r"GD-202[1-3]-\d{4}", id)
        else:
            assert id[2:8] == "410899"
            assert ("企业" in own) == id.startswith("91")
            assert ("个体工商户" in own) == id.startswith("92")
            assert not id.startswith("52") or "中小学" in own
            assert "中小学" not in own or id[:2] in ("12", "52")


def test_ids_are_unique() -> None:
    for ids in (ENTITY_IDS, INSPECTOR_IDS):
        assert len(ids) == len(set(ids))
        assert all(re.fullmatch(r"[A-Z0-9-]{1,64}", id) for id in ids)


@pytest.mark.parametrize(
    ("category", "low", "high"),
    [
        ("企业", 11900, 12100),
        ("用人单位", 5500, 6700),
        ("宾馆旅店", 55, 65),
        ("加油站", 36, 44),
        ("新车销售", 31, 39),
        ("二手车交易市场", 8, 8),
        ("农资店", 82, 98),
        ("保安服务", 22, 28),
        ("中小学", 41, 49),
        ("在建工地", 27, 33),
        ("建设单位", 55, 65),
    ],
)
def test_there_are_about_as_many_entities_of_a_category_as_promised(category, low, high) -> None:
    assert low <= sum(category in categories(row) for row in ENTITIES) <= high


def test_categories_overlap_as_in_life() -> None:
    hotels = [categories(row) for row in ENTITIES if "宾馆旅店" in categories(row)]
    assert sum("企业" in own for own in hotels) > len(hotels) / 2
    assert sum("用人单位" in own for own in hotels) > len(hotels) / 2
    assert any({"企业", "用人单位", "宾馆旅店", "建设单位"} <= categories(row) for row in ENTITIES)
    enterprises = [categories(row) for row in ENTITIES if "企业" in categories(row)]
    assert 0.45 < sum("用人单位" in own for own in enterprises) / len(enterprises) < 0.55


def test_statuses_and_credit_classes_are_a_plausible_mix() -> None:
    statuses = Counter(row["登记状态"] for row in ENTITIES)
    closed = {"注销", "吊销", "迁出", "竣工", "停办"}
    assert set(statuses) - set(PLAN["entity_statuses"]) == closed
    assert set(statuses) >= {"存续", "在营", "在业", "开业", "正常", "在建"}
    assert 0.03 < sum(statuses[status] for status in closed) / len(ENTITIES) < 0.08
    for row in ENTITIES:
        firm = bool(categories(row) & {"企业", "个体工商户"})
        assert row["信用等级"] in (("A", "B", "C", "D") if firm else ("",))
    classes = Counter(row["信用等级"] for row in ENTITIES)
    assert classes["B"] > classes["A"] > classes["C"] > classes["D"] > 300


def test_names_repeat_and_some_cells_must_be_quoted() -> None:
    names = Counter(row["名称"] for row in ENTITIES)
    assert 100 <= sum(count for count in names.values() if count > 1) <= 150
    assert any("," in row["名称"] for row in ENTITIES)
    assert any('"' in row["名称"] for row in ENTITIES)
    assert any("," in row["地址"] for row in ENTITIES)
    assert any('"' in row["地址"] for row in ENTITIES)
    assert all(row["名称"] and row["地址"] for row in ENTITIES)


# --- inspectors and recusals --------------------------------------------------------------------


def test_every_department_of_the_plan_has_inspectors_and_no_other_has() -> None:
    people = Counter(SPELLINGS[row["所属部门"]] for row in INSPECTORS)
    assert set(people) == set(SPELLINGS.values())
    assert 210 <= len(INSPECTORS) <= 230


def test_exactly_one_department_has_three_people_and_all_of_them_are_usable() -> None:
    people = Counter(SPELLINGS[row["所属部门"]] for row in INSPECTORS)
    assert [name for name, count in people.items() if count <= 3] == ["示范区劳动监察大队"]
    three = [row for row in INSPECTORS if row["所属部门"] == "示范区劳动监察大队"]
    assert len(three) == 3
    assert all(in_service(row, "2023-12-31") for row in three)


def test_most_department_cells_hold_the_full_name_and_every_alias_occurs() -> None:
    cells = Counter(row["所属部门"] for row in INSPECTORS)
    full = sum(count for cell, count in cells.items() if SPELLINGS[cell] == cell)
    assert full > 0.75 * len(INSPECTORS)
    assert set(cells) == set(SPELLINGS)


def test_some_certificates_have_expired_and_some_people_are_away() -> None:
    expiries = [row["证件有效期"] for row in INSPECTORS]
    assert all(re.fullmatch(r"长期|20\d\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])", expiry) for expiry in expiries)
    assert 5 <= sum(expiry < "2023-01-01" for expiry in expiries) <= 25
    assert 5 <= sum("2023-04-01" <= expiry <= "2023-11-30" for expiry in expiries) <= 30
    assert 2 <= expiries.count("长期") <= 15
    statuses = Counter(row["在岗状态"] for row in INSPECTORS)
    assert set(statuses) == {"在岗", "有效", "请假", "借调", "离岗"}
    assert statuses["在岗"] > 0.75 * len(INSPECTORS)


def test_numbers_keep_their_leading_zeros() -> None:
    zeros = sum(id.startswith("0") for id in INSPECTOR_IDS)
    assert 20 <= zeros <= 80


def test_recusals_name_people_and_entities_that_exist_once_each() -> None:
    pairs = [(row["执法证号"], row["统一社会信用代码/编号"]) for row in RECUSALS]
    assert len(pairs) == len(set(pairs)) == 150
    assert {inspector for inspector, _ in pairs} <= set(INSPECTOR_IDS)
    assert {entity for _, entity in pairs} <= set(ENTITY_IDS)
    assert len({row["回避事由"] for row in RECUSALS}) >= 5
    assert all(row["回避事由"] for row in RECUSALS)


# --- together with the plan ---------------------------------------------------------------------


@pytest.mark.parametrize("task", PLAN["tasks"], ids=lambda task: task["id"])
def test_no_task_has_an_empty_frame(task) -> None:
    assert frame(task)


def frame(task: dict) -> list[str]:
    """The ids of the entities that a task may draw (draw-v1, section 4), for `where` as this plan writes it."""
    assert list(task["where"]) == ["categories"]
    wanted = task["where"]["categories"]
    rows = [row for row in ENTITIES if wanted in categories(row) and row["登记状态"] in PLAN["entity_statuses"]]
    return [row["统一社会信用代码/编号"] for row in rows]


@pytest.mark.parametrize("batch", BATCHES)
def test_every_batch_can_be_dealt_whoever_is_drawn(batch) -> None:
    """The worst visit of an entity is that of all tasks whose frame it is in: the most departments, the latest day."""
    tasks = [task for task in PLAN["tasks"] if task["batch"] == batch]
    due: dict[str, list[dict]] = {}
    for task in tasks:
        for entity in frame(task):
            due.setdefault(entity, []).append(task)
    recused: dict[str, set[str]] = {}
    for row in RECUSALS:
        recused.setdefault(row["统一社会信用代码/编号"], set()).add(row["执法证号"])

    defaults = PLAN["defaults"]
    available: dict[tuple[str, str], set[str]] = {}
    blocked = []
    for entity, its_tasks in due.items():
        until = max(task["window"]["to"] for task in its_tasks)
        departments = {SPELLINGS[w] for task in its_tasks for w in [task["initiator"], *task["cooperators"]]}
        needed = int(defaults["per_department"])
        # Two departments at least in each task: no initiator is asked for more, to make up the least team.
        assert all(1 + len(task["cooperators"]) >= int(defaults["minimum_team"]) for task in its_tasks)
        for department in departments:
            if (department, until) not in available:
                people = [row for row in INSPECTORS if SPELLINGS[row["所属部门"]] == department]
                available[department, until] = {row["执法证号"] for row in people if in_service(row, until)}
            if len(available[department, until] - recused.get(entity, set())) < needed:
                blocked.append((entity, department))
    assert len(due) >= 50
    assert blocked == []


def test_some_recusal_keeps_somebody_from_a_visit_that_he_could_be_given() -> None:
    person = {row["执法证号"]: row for row in INSPECTORS}
    entity = {row["统一社会信用代码/编号"]: row for row in ENTITIES}
    told = 0
    for row in RECUSALS:
        department = SPELLINGS[person[row["执法证号"]]["所属部门"]]
        for task in PLAN["tasks"]:
            involved = {SPELLINGS[word] for word in [task["initiator"], *task["cooperators"]]}
            wanted = task["where"]["categories"] in categories(entity[row["统一社会信用代码/编号"]])
            if wanted and department in involved and in_service(person[row["执法证号"]], task["window"]["to"]):
                told += 1
                break
    assert told >= 20


def test_the_readme_counts_what_is_there() -> None:
    text = (POOLS / "README.md").read_text(encoding="utf-8")
    assert text.split("\n")[2].startswith("> **中文说明**")
    assert "synthetic" in text
    assert f"## entities.csv, {len(ENTITIES)} rows" in text
    assert f"## inspectors.csv, {len(INSPECTORS)} rows" in text
    assert f"## recusals.csv, {len(RECUSALS)} rows" in text
    for category, count in Counter(name for row in ENTITIES for name in categories(row)).items():
        assert f"| {category} | {count} |" in text
    people = Counter(SPELLINGS[row["所属部门"]] for row in INSPECTORS)
    for department, count in people.items():
        usable = [r for r in INSPECTORS if SPELLINGS[r["所属部门"]] == department and in_service(r, "2023-12-31")]
        assert f"| {department} | {count} | {len(usable)} |" in text
