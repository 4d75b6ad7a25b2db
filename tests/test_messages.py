"""Every code has its words; the words ask for nothing that the problem does not bring; a terminal may be GBK."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from unittest import mock

import pytest
import test_plan_file as plans
import test_pool_checks as checks
import test_pool_commands as commands
import test_pool_file as pools
import test_tables as tables

import shuangsuiji
from shuangsuiji.files.plans import plan_findings, yaml_nodes
from shuangsuiji.files.plans.plan_file import read_plan
from shuangsuiji.files.plans.plan_keys import KEY_NAMES
from shuangsuiji.files.plans.plan_shape import (
    DefaultsShape,
    DepartmentShape,
    PlanShape,
    PoolsShape,
    StrataShape,
    TaskShape,
    WindowShape,
)
from shuangsuiji.files.pools import pool_form
from shuangsuiji.files.pools.pool_file import cross_check, read_entities, read_inspectors, read_recusals
from shuangsuiji.files.tables import csv_table
from shuangsuiji.model.problems import Code, Place, Problem, Refusal
from shuangsuiji.screen.messages import MESSAGES, PARTICULARS, message_of, remedy_of, text_of

READ_HERE = ("PLAN", "POOL")
"""Groups of codes that only reading plans and pools raises; all of them are raised below."""

FILE_VALUES = {
    Code.FILE_MISSING: {"file"},
    Code.FILE_UNREADABLE: {"file", "reason"},
    Code.FILE_TOO_LARGE: {"file", "limit"},
    Code.FILE_WRITE_FAILED: {"file", "reason"},
    Code.FILE_EXISTS: {"file"},
    Code.FILE_NOT_REGULAR: {"file"},
    Code.FILE_IN_LEDGER: {"file"},
}


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def refused(text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(Refusal) as caught:
        read_plan(text if isinstance(text, bytes) else text.encode(), "plan.yaml")
    return caught.value.problems


def plan_problems() -> Iterator[Problem]:
    for case in plans.REFUSALS:
        yield from refused(case.text)
    for data in (b"\xff\xfe", b"\0", b"\xd0\xcf\x11\xe0", b"PK\x03\x04", "a: 计".encode("gbk"), b"\xff", b"", b"[" * 99):
        yield from refused(data)
    yield from refused(b"# " + b"x" * (4 * 1024 * 1024))
    with mock.patch.object(yaml_nodes, "MOST_NODES", 100):
        yield from refused(b"[" + b"a," * 100)
    with mock.patch.object(plan_findings, "MOST_PROBLEMS", 100):
        yield from refused(plans.PLAN + "".join(f"key{number}: 1\n" for number in range(101)))
    yield from refused(
        plans.changed('  - id: "2"\n', '  - id: "2"\n    coordination_group: 甲\n').replace(
            "    ratio", "    coordination_group: 甲\n    ratio"
        )
    )
    yield from plans.read(plans.changed("3%", "100%", "issued: 2023-01-01", "issued: 2023-12-31")).notes


def pool_problems() -> Iterator[Problem]:
    for case in pools.REFUSALS:
        yield from pools.problems_of(pools.READERS[case.kind][0], case.text)
    with mock.patch.object(csv_table, "MOST_ROWS", 10_000):
        for bad in tables.REFUSALS:
            yield from tables.problems_of(bad)
    yield from read_entities([tables.source(tables.FORMS["a title above"])]).notes
    yield from checks.entities(checks.EVERYTHING)
    yield from checks.inspectors(checks.PEOPLE, {"甲局": "2023-12-31"})
    yield from commands.own_problems()
    for _, data, *_ in pools.ENCODINGS:
        yield from pools.problems_of(read_entities, data)
    yield from pools.problems_of(read_entities, pools.ENTITIES, "编号,名称,地址\nA3,丙,\n")
    with mock.patch.object(pool_form, "MOST_PROBLEMS", 100):
        yield from pools.problems_of(read_entities, "编号,名称\n" + "A 1,甲\n" * 101)
    yield from read_recusals([pools.source("执法证号,回避对象\n9,B9\n9,B9\n")]).notes
    yield from cross_check(
        read_entities([pools.source(pools.ENTITIES)]).pool,
        read_inspectors([pools.source(pools.INSPECTORS)], pools.DEPARTMENTS).pool,
        read_recusals([pools.source("执法证号,回避对象\n9,B9\n")]).pool,
    )


@pytest.fixture(scope="module")
def raised() -> list[Problem]:
    return [problem for problem in (*plan_problems(), *pool_problems()) if problem.code.name.startswith((*READ_HERE, "FILE"))]


def test_every_problem_brings_what_its_message_asks_for(raised: list[Problem]) -> None:
    missing = {
        (problem.code.name, dict(problem.values).get("fault"), frozenset(lacking))
        for problem in raised
        if (lacking := placeholders(message_of(problem).text + message_of(problem).remedy) - dict(problem.values).keys())
    }
    assert missing == set()


def test_every_code_of_plans_and_pools_is_raised_and_has_words(raised: list[Problem]) -> None:
    codes = {code for code in Code if code.name.startswith(READ_HERE)}
    assert {problem.code for problem in raised} >= codes
    assert MESSAGES.keys() >= codes


def test_every_code_that_the_program_names_has_words() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in Path(shuangsuiji.__file__).parent.glob("**/*.py"))
    named = set(re.findall(r"\bCode\.([A-Z_]+)\b", source))
    assert named - {code.name for code in MESSAGES} == set()


def test_every_particular_message_is_used(raised: list[Problem]) -> None:
    used = {(problem.code, dict(problem.values).get("fault", "")) for problem in raised}
    assert {key for key in PARTICULARS if key[0].name.startswith(READ_HERE)} - used == set()


@pytest.mark.parametrize("code", [code for code in Code if code.name.startswith("FILE")])
def test_messages_about_files_ask_for_what_every_file_problem_brings(code: Code) -> None:
    assert placeholders(MESSAGES[code].text + MESSAGES[code].remedy) <= FILE_VALUES[code]


@pytest.mark.parametrize("message", [*MESSAGES.values(), *PARTICULARS.values()], ids=lambda message: message.text[:20])
def test_fixed_text_can_be_shown_on_a_gbk_terminal_and_says_what_to_do(message: object) -> None:
    text, remedy = message.text, message.remedy  # type: ignore[attr-defined]
    (text + remedy).encode("gbk")
    assert text.rstrip().endswith(("。", "？", "}", "）")) or "{" in text
    assert remedy.endswith(("。", "？"))


def test_key_names_can_be_shown_on_a_gbk_terminal() -> None:
    "".join(KEY_NAMES.values()).encode("gbk")


@pytest.mark.parametrize("shape", [PlanShape, PoolsShape, DepartmentShape, DefaultsShape, TaskShape, WindowShape, StrataShape])
def test_every_key_of_a_plan_has_a_chinese_name(shape: type[PlanShape]) -> None:
    assert {field.alias or name for name, field in shape.model_fields.items()} <= KEY_NAMES.keys()


def test_a_key_is_named_in_both_languages_and_the_task_comes_first() -> None:
    (problem,) = plans.errors_of(plans.changed("ratio: 3%", "ratio: 3"))
    assert text_of(problem) == "任务“1”：ratio（抽取比例）“3”没有百分号。"
    assert remedy_of(problem) == "百分之几写 3%；抽几户不用 ratio，用 count（抽取户数）。"


def test_what_was_probably_meant_is_named_in_both_languages() -> None:
    (problem,) = plans.errors_of(plans.changed("    initiator: 市", "    发起部门: 市"))
    assert remedy_of(problem) == "是不是 initiator（发起部门）？"


def test_a_character_that_cannot_be_seen_is_spelled_out_and_one_that_can_is_shown() -> None:
    (hidden,) = pools.problems_of(read_entities, pools.ENTITIES.replace("甲公司", "甲\u202e公司"))
    assert text_of(hidden) == "“名称”里有看不见的字符 <U+202E>。"
    (seen,) = pools.problems_of(read_entities, pools.ENTITIES.replace("A2", "A，2"))
    assert text_of(seen) == "“编号”“A，2”里有不能用的字符 “，”（U+FF0C）。"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("甲\n{file}", "甲<U+000A>{file}"), ("\u202e" * 201, "<U+202E>" * 200 + "……"), ("%s{0}", "%s{0}")],
)
def test_values_from_outside_are_made_visible_and_short_and_never_a_template(value: str, shown: str) -> None:
    assert text_of(Problem.of(Code.FILE_MISSING, Place(), file=value)) == f"没有这个文件：{shown}"


def test_a_value_that_is_not_there_is_a_question_mark() -> None:
    assert text_of(Problem(Code.FILE_UNREADABLE)) == "文件读不出来：?（?）"
