"""A plan file is read strictly, and everything wrong with it is found in one run and pointed at by line and column."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import QUICK

from shuangsuiji.files.plans.plan_file import PlanFile, read_plan
from shuangsuiji.files.plans.plan_shape import FileShape
from shuangsuiji.model.plan import Condition, Department, Plan, Strata, Task, TaskLabels, Window
from shuangsuiji.model.problems import Code, Problem, Refusal, Severity, Status

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "plans" / "jzsfq-2023.yaml"

PLAN = """\
schema: shuangsuiji/plan/1
id: plan-1
title: 年度计划
year: 2023
issued: 2023-01-01
pools:
  entities: [entities.csv]
  inspectors: [inspectors.csv]
departments:
  - name: 市场监管局
    aliases: [市监局]
  - name: 应急管理局
tasks:
  - id: "1"
    name: 安全检查
    where: {categories: 企业}
    initiator: 市监局
    cooperators: [应急管理局]
    ratio: 3%
    window: {from: 2023-03-01, to: 2023-04-30}
  - id: "2"
    name: 安全检查
    initiator: 应急管理局
    count: 5
    window: {from: 2023-05-01, to: 2023-06-30}
"""

FIRST = Task(
    id="1",
    name="安全检查",
    batch="1",
    initiator="市场监管局",
    window=Window("2023-03-01", "2023-04-30"),
    where=(Condition("categories", "in", ("企业",)),),
    ratio=Fraction(3, 100),
    cooperators=("应急管理局",),
)
SECOND = Task(
    id="2", name="安全检查", batch="2", initiator="应急管理局", window=Window("2023-05-01", "2023-06-30"), count=5
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """PLAN with `old` replaced by `new` (the first one), and the one problem that this makes."""

    name: str
    old: str
    new: str
    code: Code
    fault: str
    line: int
    column: int

    @property
    def text(self) -> str:
        return changed(self.old, self.new)

    def __str__(self) -> str:
        return self.name


def changed(*replacements: str) -> str:
    """PLAN with the first of each pair of texts replaced by the second, once."""
    text = PLAN
    for old, new in zip(replacements[::2], replacements[1::2], strict=True):
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def read(text: str | bytes) -> PlanFile:
    return read_plan(text if isinstance(text, bytes) else text.encode(), "plan.yaml")


def names(files: Iterable[FileShape]) -> list[str]:
    return [one.file for one in files]


def problems_of(text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(Refusal) as caught:
        read(text)
    assert caught.value.status is Status.INPUT
    assert all(problem.place.file == "plan.yaml" for problem in caught.value.problems)
    return caught.value.problems


def values_of(problem: Problem) -> dict[str, str]:
    return dict(problem.values)


def errors_of(text: str | bytes) -> list[Problem]:
    return [problem for problem in problems_of(text) if problem.severity is Severity.ERROR]


# --------------------------------------------------------------------------------------------------- what is accepted


def test_a_small_plan_becomes_plain_values_with_their_defaults() -> None:
    file = read(PLAN)
    assert file == PlanFile(
        plan=Plan(
            id="plan-1",
            title="年度计划",
            cycle="2023",
            tasks=(FIRST, SECOND),
            departments=(Department("市场监管局", ("市监局",)), Department("应急管理局")),
            issued="2023-01-01",
        ),
        ledger=None,
        entities=(FileShape(file="entities.csv"),),
        inspectors=(FileShape(file="inspectors.csv"),),
        recusals=(),
        notes=(),
    )


def test_every_key_of_a_plan_finds_its_place() -> None:
    file = read(
        changed(
            "year: 2023\n",
            "year: 2023\ncycle: 2023上半年\nissuer: 领导小组\ndocument_no: 〔2023〕2号\nledger: ../账 本\n"
            "entity_statuses: [存续, 在业]\ninspector_statuses: [在岗]\nmax_visits_per_inspector: 12\n"
            "defaults: {rounding: down, at_least: 0, minimum_team: 3, per_department: 2}\n",
            "[inspectors.csv]\n",
            "[inspectors.csv, more.csv]\n  recusals: [recusals.csv]\n",
        )
    )
    plan = file.plan
    assert (plan.cycle, plan.issuer, plan.document_no, plan.max_visits_per_inspector) == (
        "2023上半年",
        "领导小组",
        "〔2023〕2号",
        12,
    )
    assert (plan.entity_statuses, plan.inspector_statuses) == (("存续", "在业"), ("在岗",))
    assert (file.ledger, names(file.inspectors), names(file.recusals)) == (
        "../账 本",
        ["inspectors.csv", "more.csv"],
        ["recusals.csv"],
    )
    assert {(t.rounding, t.at_least, t.minimum_team, t.per_department) for t in plan.tasks} == {("down", 0, 3, 2)}


def test_a_file_of_a_pool_may_name_its_sheet() -> None:
    file = read(changed("[inspectors.csv]", "[{file: 人员.xlsx, sheet: 在岗}, {file: 人员.xlsx, sheet: 借调}, more.csv]"))
    assert [(one.file, one.sheet) for one in file.inspectors] == [
        ("人员.xlsx", "在岗"),
        ("人员.xlsx", "借调"),
        ("more.csv", None),
    ]


def test_every_key_of_a_task_finds_its_place() -> None:
    task = read(
        changed(
            '  - id: "2"\n',
            '  - id: "2"\n    batch: 2023Q2\n    rounding: half_up\n    at_least: 2\n    at_most: 9\n    allow_empty: true\n'
            "    coordination_group: 安全\n    max_visits_per_cycle: 1\n    minimum_team: 4\n    per_department: 2\n"
            "    cooperators: [市监局]\n    qualifications: {市监局: [特种设备, 食品]}\n    items: [甲, 乙]\n    target: 企业\n"
            "    item_class: 重点\n    draw_type: 定向\n    level: 区级\n"
            '    published: {检查时间: "\\n5月  起", 空: }\n    notes: [照录]\n',
        )
    ).plan.tasks[1]
    assert task == Task(
        id="2",
        name="安全检查",
        batch="2023Q2",
        initiator="应急管理局",
        window=Window("2023-05-01", "2023-06-30"),
        count=5,
        rounding="half_up",
        at_least=2,
        at_most=9,
        allow_empty=True,
        coordination_group="安全",
        max_visits_per_cycle=1,
        cooperators=("市场监管局",),
        minimum_team=4,
        per_department=2,
        qualifications=(("市场监管局", ("特种设备", "食品")),),
        labels=TaskLabels(
            items=("甲", "乙"),
            target="企业",
            item_class="重点",
            draw_type="定向",
            level="区级",
            published={"检查时间": "\n5月  起", "空": ""},
            notes=("照录",),
        ),
    )


@pytest.mark.parametrize(
    ("written", "ratio"),
    [
        ("3%", Fraction(3, 100)),
        ("3.5%", Fraction(7, 200)),
        ("0.035", Fraction(7, 200)),
        ("1/30", Fraction(1, 30)),
        ("100%", Fraction(1)),
        ("0.07", Fraction(7, 100)),
        ("0.10%", Fraction(1, 1000)),
    ],
)
def test_a_ratio_is_read_exactly(written: str, ratio: Fraction) -> None:
    assert read(changed("3%", written)).plan.tasks[0].ratio == ratio


@pytest.mark.parametrize(
    ("written", "conditions"),
    [
        ("企业", (Condition("categories", "in", ("企业",)),)),
        ("[企业, 学校]", (Condition("categories", "in", ("企业", "学校")),)),
        ("{in: [企业]}", (Condition("categories", "in", ("企业",)),)),
        ("{not_in: [学校, 企业]}", (Condition("categories", "not_in", ("学校", "企业")),)),
        ("企业, 信用等级: [C, D]", (Condition("categories", "in", ("企业",)), Condition("credit_class", "in", ("C", "D")))),
        ("企业, 街道 办: {not_in: 东城}", (Condition("categories", "in", ("企业",)), Condition("街道 办", "not_in", ("东城",)))),
    ],
)
def test_a_filter_is_written_in_several_ways(written: str, conditions: tuple[Condition, ...]) -> None:
    assert read(changed("{categories: 企业}", "{对象类别: " + written + "}")).plan.tasks[0].where == conditions


def test_strata_have_ratios_by_value_in_the_order_of_the_plan() -> None:
    task = read(changed("ratio: 3%", "strata: {by: 信用等级, ratios: {D: 100%, A: 1%}, other: 1/30}")).plan.tasks[0]
    assert task.strata == Strata("credit_class", (("D", Fraction(1)), ("A", Fraction(1, 100))), Fraction(1, 30))
    assert (task.ratio, task.count) == (None, None)


def test_text_is_made_canonical_and_paths_are_not() -> None:
    file = read(changed("title: 年度计划", 'title: "  年度\\u3000\\n计划 "', "[entities.csv]", '["a  b/①.csv"]'))
    assert file.plan.title == "年度 计划"
    assert names(file.entities) == ["a  b/①.csv"]


def test_nothing_that_yaml_would_take_for_something_else_is_taken_for_it() -> None:
    plan = read(changed('id: "1"', "id: 0012", "title: 年度计划", "title: 1:10", "name: 安全检查", "name: no")).plan
    assert (plan.tasks[0].id, plan.tasks[0].batch, plan.title, plan.tasks[0].name) == ("0012", "0012", "1:10", "no")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_byte_order_mark_and_any_line_ending_make_no_difference(ending: str) -> None:
    assert read(b"\xef\xbb\xbf" + PLAN.replace("\n", ending).encode()) == read(PLAN)


def test_text_may_go_on_over_several_lines() -> None:
    quoted = read(changed("title: 年度计划", 'title: "年度\n  计划: 一\n\n  二"')).plan.title
    plain = read(changed("title: 年度计划", "title: 年度\n  计划\n\n  二")).plan.title
    assert (quoted, plain) == ("年度 计划: 一 二", "年度 计划 二")


def test_lists_that_may_be_empty_may_be_left_empty() -> None:
    file = read(changed("  inspectors: [inspectors.csv]\n", "  inspectors: [inspectors.csv]\n  recusals:\n", "[应急管理局]", ""))
    assert (file.recusals, file.plan.tasks[0].cooperators) == ((), ())


def test_a_ratio_of_100_percent_is_noted_and_stops_nothing() -> None:
    (note,) = read(changed("3%", "100%")).notes
    assert (note.code, note.severity, note.place.line, note.place.column) == (Code.DRAW_FULL_RATIO, Severity.NOTE, 19, 12)
    assert values_of(note) == {"key": "ratio", "task": "1", "name": "安全检查"}


def test_windows_that_begin_before_the_plan_was_issued_are_noted_once() -> None:
    (note,) = read(changed("issued: 2023-01-01", "issued: 2023-05-02")).notes
    assert (note.code, note.severity, note.place.line) == (Code.PLAN_WINDOW_EARLY, Severity.NOTE, 5)
    assert values_of(note)["tasks"] == "1, 2"


def test_the_shipped_plan_reads_without_an_error() -> None:
    file = read(SHIPPED.read_bytes())
    assert len(file.plan.tasks) == 25
    assert file.plan.batches == ("2023Q1", "2023Q2", "2023Q3", "2023-09", "2023Q4")
    found = (file.ledger, names(file.entities), names(file.recusals))
    assert found == ("../records", ["../pools/entities.csv"], ["../pools/recusals.csv"])
    assert {note.severity for note in file.notes} == {Severity.NOTE}


# ---------------------------------------------------------------------------------------------------- what is refused

S = Code.PLAN_SYNTAX
REFUSALS = [
    # the YAML itself
    Case("a full-width colon", "id: plan-1", "id：plan-1", S, "wide_colon", 2, 3),
    Case(
        "a full-width colon in a task", "    name: 安全检查\n    where", "    name：安全检查\n    where", S, "wide_colon", 15, 9
    ),
    Case("a full-width colon after a Chinese word", "  - name: 应急", "  - 名称：应急", S, "wide_colon", 12, 5),
    Case(
        "a full-width colon in a line that goes on", "title: 年度计划\n", "title: 年度计划\n  id：plan\n", S, "wide_colon", 4, 5
    ),
    Case(
        "a full-width colon in a window", "{from: 2023-03-01, to: 2023-04-30}", "\n      from：2023-03-01", S, "wide_colon", 21, 7
    ),
    Case("no space after a colon", "year: 2023", "year:2023", S, "no_space", 4, 5),
    Case("no space after the colon in a mapping", "{categories: 企业}", "\n      categories:企业", S, "no_space", 17, 7),
    Case("no space after a dash", "[entities.csv]", "\n    -entities.csv", S, "no_space_after_dash", 8, 5),
    Case("a tab as indentation", "    ratio: 3%", "\tratio: 3%", S, "tab", 19, 1),
    Case("a tab after a colon", "year: 2023", "year:\t2023", S, "tab", 4, 6),
    Case("a full-width space as indentation", "    ratio: 3%", "　　ratio: 3%", S, "wide_space", 19, 1),
    Case("a line without a colon", "year: 2023", "year 2023", S, "no_colon", 4, 1),
    Case("a colon inside a text", "title: 年度计划", "title: 年度: 计划", S, "colon_in_value", 3, 10),
    Case("a text that begins with a percent sign", "ratio: 3%", "ratio: %3", S, "quote_it", 19, 12),
    Case("a quotation mark that is not closed", "title: 年度计划", 'title: "年度计划', S, "unclosed_quote", 3, 8),
    Case("a bracket that is not closed", "[entities.csv]", "[entities.csv", S, "unclosed_bracket", 7, 13),
    Case("a line that stands a space too far left", "    ratio: 3%", "   ratio: 3%", S, "indentation", 19, 4),
    Case("an escape that there is not", "title: 年度计划", r'title: "年度\计划"', S, "escape", 3, 12),
    Case("an escape beyond Unicode", "title: 年度计划", r'title: "\UFFFFFFFF"', S, "escape", 3, 11),
    Case("two documents", "tasks:", "---\ntasks:", S, "several_documents", 13, 1),
    Case("a mapping as a key", "year: 2023", "{a: b}: 2023", S, "complex_key", 4, 1),
    Case("an anchor", "title: 年度计划", "title: &a 年度计划", Code.PLAN_ALIAS, "anchor", 3, 8),
    Case("an alias", "title: 年度计划", "title: *a", Code.PLAN_ALIAS, "alias", 3, 8),
    Case("an anchor at a key", "year: 2023", "&a year: 2023", Code.PLAN_ALIAS, "anchor", 4, 1),
    Case("an alias as a key", "year: 2023", "*a : 2023", Code.PLAN_ALIAS, "alias", 4, 1),
    Case("a tag at a key", "year: 2023", "!!str year: 2023", Code.PLAN_TAG, "", 4, 1),
    Case("a line without a colon after a full-width one", "[entities.csv]", "\n    - 甲：乙.csv\n    丙", S, "no_colon", 9, 5),
    Case("a merge key", "{categories: 企业}", "{<<: 企业}", Code.PLAN_ALIAS, "merge", 16, 13),
    Case("a tag", "ratio: 3%", "ratio: !!str 3%", Code.PLAN_TAG, "", 19, 12),
    Case("a control character", "title: 年度计划", "title: 年度\x0b计划", Code.PLAN_BAD_TEXT, "raw", 3, 10),
    Case("a line separator", "title: 年度计划", "title: 年度\u2028计划", Code.PLAN_BAD_TEXT, "raw", 3, 10),
    Case("half a character", "title: 年度计划", r'title: "\uD800"', Code.PLAN_BAD_TEXT, "raw", 3, 8),
    Case("a key that stands there twice", "year: 2023", "year: 2023\nyear: 2024", Code.PLAN_DUPLICATE_KEY, "", 5, 1),
    Case("a key that stands twice in a task", "    count: 5", "    count: 5\n    count: 5", Code.PLAN_DUPLICATE_KEY, "", 25, 5),
    # keys
    Case("a misspelt key", "title: 年", "titel: 年", Code.PLAN_UNKNOWN_KEY, "nearest", 3, 1),
    Case("a key in Chinese", "    initiator: 市", "    发起部门: 市", Code.PLAN_UNKNOWN_KEY, "nearest", 17, 5),
    Case("a key that is like none", "year: 2023", "year: 2023\nwhatever: 1", Code.PLAN_UNKNOWN_KEY, "", 5, 1),
    Case("a key of another level", "year: 2023", "year: 2023\nallow_empty: true", Code.PLAN_UNKNOWN_KEY, "elsewhere", 5, 1),
    Case("a third key in a condition", "企业}", "{in: [企业], like: [学校]}}", Code.PLAN_WRONG_TYPE, "condition", 16, 25),
    Case("a misspelt operator", "企业}", "{notin: [学校]}}", Code.PLAN_UNKNOWN_KEY, "nearest", 16, 26),
    Case("weights", "ratio: 3%", "strata: {by: 信用等级, weights: {A: 1}, other: 1%}", Code.PLAN_LATER, "", 19, 24),
    Case("standing teams", "count: 5", "count: 5\n    teams: [一组]", Code.PLAN_LATER, "", 25, 5),
    Case("no title", "title: 年度计划\n", "", Code.PLAN_MISSING_KEY, "", 1, 1),
    Case("no initiator", "    initiator: 应急管理局\n", "", Code.PLAN_MISSING_KEY, "", 21, 5),
    Case("no end of a window", ", to: 2023-04-30", "", Code.PLAN_MISSING_KEY, "", 20, 13),
    Case("a sheet without a file", "[inspectors.csv]", "[{sheet: 名单}]", Code.PLAN_MISSING_KEY, "", 8, 16),
    Case("a misspelt sheet", "[inspectors.csv]", "[{file: a.xlsx, sheets: x}]", Code.PLAN_UNKNOWN_KEY, "nearest", 8, 31),
    Case("a list as a file", "[inspectors.csv]", "[[a.csv]]", Code.PLAN_WRONG_TYPE, "mapping", 8, 16),
    Case("an empty sheet", "[inspectors.csv]", "[{file: a.xlsx, sheet: }]", Code.PLAN_EMPTY, "", 8, 37),
    Case("a sheet twice", "[inspectors.csv]", "[{file: a.xlsx}, a.xlsx]", Code.PLAN_DUPLICATE_VALUE, "", 8, 32),
    Case("no inspectors", "  inspectors: [inspectors.csv]\n", "", Code.PLAN_MISSING_KEY, "", 7, 3),
    Case(
        "a department without a name",
        "  - name: 应急管理局\n",
        "  - name: 应急管理局\n  - aliases: [甲]\n",
        Code.PLAN_MISSING_KEY,
        "",
        13,
        5,
    ),
    Case("strata without ratios", "ratio: 3%", "strata: {by: 信用等级}", Code.PLAN_MISSING_KEY, "", 19, 13),
    Case("another version", "plan/1", "plan/2", Code.PLAN_SCHEMA, "", 1, 9),
    # types
    Case("a list for a text", "title: 年度计划", "title: [年度计划]", Code.PLAN_WRONG_TYPE, "text", 3, 8),
    Case("a mapping for a ratio", "3%", "{a: 3%}", Code.PLAN_WRONG_TYPE, "text", 19, 12),
    Case("a text for a list", "[应急管理局]", "应急管理局", Code.PLAN_WRONG_TYPE, "list", 18, 18),
    Case("a text for a mapping", "{from: 2023-05-01, to: 2023-06-30}", "5月", Code.PLAN_WRONG_TYPE, "mapping", 25, 13),
    Case("a text for a task", '  - id: "2"', '  - 任务\n  - id: "2"', Code.PLAN_WRONG_TYPE, "mapping", 21, 5),
    Case("nothing for a text", "title: 年度计划", "title:", Code.PLAN_EMPTY, "", 3, 7),
    Case("white space for a text", "title: 年度计划", 'title: " \u3000"', Code.PLAN_EMPTY, "", 3, 8),
    Case("nothing for a mapping", "{categories: 企业}", "", Code.PLAN_EMPTY, "", 16, 11),
    Case("nothing for a ratio", "3%", "", Code.PLAN_EMPTY, "", 19, 11),
    Case("no files", "[entities.csv]", "[]", Code.PLAN_EMPTY, "", 7, 13),
    Case("no statuses", "year: 2023", "year: 2023\nentity_statuses: []", Code.PLAN_EMPTY, "", 5, 18),
    Case("no values in a condition", "企业}", "[]}", Code.PLAN_EMPTY, "", 16, 25),
    Case("an empty value in a condition", "企业}", '[企业, ""]}', Code.PLAN_EMPTY, "", 16, 30),
    # single values
    Case("a space in a task's id", 'id: "2"', "id: 2 b", Code.PLAN_BAD_ID, "character", 21, 9),
    Case("an id that is not NFC", 'id: "2"', r'id: "e\u0301"', Code.PLAN_BAD_ID, "character", 21, 9),
    Case(
        "a quotation mark whose end is the beginning of another", "title: 年度计划", "title: '年度计划", S, "unclosed_quote", 3, 8
    ),
    Case("an id of 65 characters", 'id: "2"', f"id: {'x' * 65}", Code.PLAN_BAD_ID, "too_long", 21, 9),
    Case("an empty id", 'id: "2"', 'id: ""', Code.PLAN_EMPTY, "", 21, 9),
    Case("a zero-width space in a name", "name: 市场监管局", "name: 市场\u200b监管局", Code.PLAN_BAD_TEXT, "character", 10, 11),
    Case("a path with a line break", "[entities.csv]", r'["a\nb.csv"]', Code.PLAN_BAD_TEXT, "character", 7, 14),
    Case("a list in one value", "企业}", "企业；学校}", Code.PLAN_BAD_TEXT, "separator", 16, 25),
    Case("a ratio with a full-width sign", "3%", "3％", Code.PLAN_BAD_RATIO, "form", 19, 12),
    Case("a ratio with full-width digits", "3%", "３%", Code.PLAN_BAD_RATIO, "form", 19, 12),
    Case("a ratio with a space", "3%", "3 %", Code.PLAN_BAD_RATIO, "form", 19, 12),
    Case("a ratio without a percent sign", "3%", "3", Code.PLAN_BAD_RATIO, "bare_number", 19, 12),
    Case("a ratio of one, in whatever", "3%", "1", Code.PLAN_BAD_RATIO, "bare_number", 19, 12),
    Case("a negative ratio", "3%", "-3%", Code.PLAN_BAD_RATIO, "negative", 19, 12),
    Case("a ratio of zero percent", "3%", "0%", Code.PLAN_BAD_RATIO, "zero", 19, 12),
    Case("a ratio of zero", "3%", "0", Code.PLAN_BAD_RATIO, "zero", 19, 12),
    Case("a ratio above all", "3%", "101%", Code.PLAN_BAD_RATIO, "above_one", 19, 12),
    Case("a ratio upside down", "3%", "30/1", Code.PLAN_BAD_RATIO, "above_one", 19, 12),
    Case("a ratio over nothing", "3%", "3/0", Code.PLAN_BAD_RATIO, "", 19, 12),
    Case("a ratio in thousandths", "3%", "3‰", Code.PLAN_BAD_RATIO, "", 19, 12),
    Case("a ratio in words", "3%", "百分之三", Code.PLAN_BAD_RATIO, "", 19, 12),
    Case("a ratio as a float would be", "3%", "3e-2", Code.PLAN_BAD_RATIO, "", 19, 12),
    Case("a ratio of endless digits", "3%", "0." + "1" * 30, Code.PLAN_BAD_RATIO, "", 19, 12),
    Case("a ratio of more digits than Python reads", "3%", "9" * 5000, Code.PLAN_BAD_RATIO, "", 19, 12),
    Case("a leading zero", "count: 5", "count: 05", Code.PLAN_BAD_INTEGER, "form", 24, 12),
    Case("an underscore", "count: 5", "count: 1_000", Code.PLAN_BAD_INTEGER, "form", 24, 12),
    Case("full-width digits", "count: 5", "count: ５", Code.PLAN_BAD_INTEGER, "form", 24, 12),
    Case("a unit", "count: 5", "count: 5户", Code.PLAN_BAD_INTEGER, "form", 24, 12),
    Case("a decimal", "count: 5", "count: 5.0", Code.PLAN_BAD_INTEGER, "", 24, 12),
    Case("a negative number", "count: 5", "count: -5", Code.PLAN_BAD_INTEGER, "", 24, 12),
    Case("a number too large", "count: 5", "count: 1234567890", Code.PLAN_BAD_INTEGER, "", 24, 12),
    Case("a count of nobody", "count: 5", "count: 0", Code.PLAN_BAD_INTEGER, "too_small", 24, 12),
    Case("a cap of no visit", "year: 2023", "year: 2023\nmax_visits_per_inspector: 0", Code.PLAN_BAD_INTEGER, "too_small", 5, 27),
    Case("a year of two digits", "year: 2023", "year: 23", Code.PLAN_BAD_INTEGER, "year", 4, 7),
    Case("a year in words", "year: 2023", "year: 2023年", Code.PLAN_BAD_INTEGER, "year", 4, 7),
    Case("a short date", "2023-03-01", "2023-3-1", Code.PLAN_BAD_DATE, "form", 20, 20),
    Case("a date with dots", "issued: 2023-01-01", "issued: 2023.1.1", Code.PLAN_BAD_DATE, "form", 5, 9),
    Case("a date in words", "issued: 2023-01-01", "issued: 年初", Code.PLAN_BAD_DATE, "", 5, 9),
    Case("a day that there is not", "2023-04-30", "2023-04-31", Code.PLAN_BAD_DATE, "no_such_day", 20, 36),
    Case("29 February", "2023-03-01", "2023-02-29", Code.PLAN_BAD_DATE, "no_such_day", 20, 20),
    Case("a truth in Chinese", "count: 5", "count: 5\n    allow_empty: 是", Code.PLAN_BAD_BOOLEAN, "nearest", 25, 18),
    Case("a truth in capitals", "count: 5", "count: 5\n    allow_empty: True", Code.PLAN_BAD_BOOLEAN, "nearest", 25, 18),
    Case("no truth at all", "count: 5", "count: 5\n    allow_empty: 看情况", Code.PLAN_BAD_BOOLEAN, "", 25, 18),
    Case("a rounding misspelt", "count: 5", "count: 5\n    rounding: half-up", Code.PLAN_BAD_CHOICE, "nearest", 25, 15),
    Case("a rounding of another kind", "count: 5", "count: 5\n    rounding: 银行家", Code.PLAN_BAD_CHOICE, "", 25, 15),
    Case("a team of one", "count: 5", "count: 5\n    minimum_team: 1", Code.PLAN_TEAM_RULE, "too_small", 25, 19),
    Case(
        "nobody of a department",
        "year: 2023",
        "year: 2023\ndefaults: {per_department: 0}",
        Code.PLAN_TEAM_RULE,
        "too_small",
        5,
        28,
    ),
    Case(
        "a severity misspelt", "year: 2023", "year: 2023\nseverities: {DRAW-008: Error}", Code.PLAN_BAD_CHOICE, "nearest", 5, 24
    ),
    Case("a severity of no code", "year: 2023", "year: 2023\nseverities: {甲: error}", Code.PLAN_SEVERITY, "", 5, 14),
    Case("a code with a typo", "year: 2023", "year: 2023\nseverities: {DRAW-8: error}", Code.PLAN_SEVERITY, "nearest", 5, 14),
    Case("an error made light", "year: 2023", "year: 2023\nseverities: {POOL-008: note}", Code.PLAN_SEVERITY, "error", 5, 14),
    Case("a short draw day", "count: 5", "count: 5\n    draw_on: 2023-5-4", Code.PLAN_BAD_DATE, "form", 25, 14),
    Case("a short holiday", "year: 2023", "year: 2023\nholidays: [2023-4-5]", Code.PLAN_BAD_DATE, "form", 5, 12),
    Case(
        "a holiday without an end", "year: 2023", "year: 2023\nholidays: [{from: 2023-04-05}]", Code.PLAN_MISSING_KEY, "", 5, 12
    ),
    Case("a day of work in words", "year: 2023", "year: 2023\nworkdays: 周六", Code.PLAN_WRONG_TYPE, "list", 5, 11),
    Case(
        "a holiday with a name",
        "year: 2023",
        "year: 2023\nholidays: [{from: 2023-04-05, to: 2023-04-05, name: 清明}]",
        Code.PLAN_UNKNOWN_KEY,
        "elsewhere",
        5,
        47,
    ),
    # what goes together
    Case(
        "holidays that end before they begin",
        "year: 2023",
        "year: 2023\nholidays: [{from: 2023-04-05, to: 2023-04-03}]",
        Code.PLAN_WINDOW_REVERSED,
        "days",
        5,
        35,
    ),
    Case(
        "a day of work among the holidays",
        "year: 2023",
        "year: 2023\nholidays: [{from: 2023-04-29, to: 2023-05-03}]\nworkdays: [2023-04-23, 2023-05-01]",
        Code.PLAN_DUPLICATE_VALUE,
        "day",
        6,
        24,
    ),
    Case("a draw day after the last day", "count: 5", "count: 5\n    draw_on: 2023-07-01", Code.PLAN_DRAW_ON, "late", 25, 14),
    Case(
        "a draw day after the last day that the tasks of the batch have in common",
        '    window: {from: 2023-03-01, to: 2023-04-30}\n  - id: "2"\n',
        '    window: {from: 2023-03-01, to: 2023-05-31}\n    draw_on: 2023-06-01\n  - id: "2"\n    batch: "1"\n',
        Code.PLAN_DRAW_ON,
        "late",
        21,
        14,
    ),
    Case(
        "two draw days of one batch",
        '    window: {from: 2023-03-01, to: 2023-04-30}\n  - id: "2"\n    name: 安全检查\n    initiator: 应急管理局\n',
        '    draw_on: 2023-03-01\n    window: {from: 2023-03-01, to: 2023-06-30}\n  - id: "2"\n    batch: "1"\n'
        "    draw_on: 2023-03-02\n    name: 安全检查\n    initiator: 应急管理局\n",
        Code.PLAN_DRAW_ON,
        "",
        24,
        14,
    ),
    Case("the same task id twice", 'id: "2"', "id: 1", Code.PLAN_DUPLICATE_ID, "", 21, 9),
    Case("a value twice", "企业}", "[企业, 学校, 企业]}", Code.PLAN_DUPLICATE_VALUE, "", 16, 34),
    Case("a status twice", "year: 2023", "year: 2023\nentity_statuses: [存续, 存续]", Code.PLAN_DUPLICATE_VALUE, "", 5, 23),
    Case(
        "a status of inspectors twice",
        "year: 2023",
        "year: 2023\ninspector_statuses: [在岗, 在岗]",
        Code.PLAN_DUPLICATE_VALUE,
        "",
        5,
        26,
    ),
    Case(
        "a file of recusals twice", "[entities.csv]", "[entities.csv]\n  recusals: [a, a]", Code.PLAN_DUPLICATE_VALUE, "", 8, 17
    ),
    Case("a zero-width space in a column", "categories: 企业", "街\u200b道: 东", Code.PLAN_BAD_TEXT, "character", 16, 13),
    Case(
        "a qualification twice",
        "count: 5",
        "count: 5\n    qualifications: {应急管理局: [甲, 甲]}",
        Code.PLAN_DUPLICATE_VALUE,
        "",
        25,
        33,
    ),
    Case(
        "two qualifications in one",
        "count: 5",
        "count: 5\n    qualifications: {应急管理局: [甲;乙]}",
        Code.PLAN_BAD_TEXT,
        "separator",
        25,
        30,
    ),
    Case(
        "qualifications of one department under two names",
        "count: 5",
        "count: 5\n    cooperators: [市监局]\n    qualifications: {市监局: [甲], 市场监管局: [乙]}",
        Code.PLAN_DUPLICATE_VALUE,
        "",
        26,
        32,
    ),
    Case("qualifications of nobody", "count: 5", "count: 5\n    qualifications: {应急管理局: []}", Code.PLAN_EMPTY, "", 25, 29),
    Case(
        "qualifications of a department without a name",
        "count: 5",
        'count: 5\n    qualifications: {"": [甲]}',
        Code.PLAN_EMPTY,
        "",
        25,
        22,
    ),
    Case("a ratio of a hundred, in whatever", "3%", "100", Code.PLAN_BAD_RATIO, "bare_number", 19, 12),
    Case("a ratio beyond a hundred, in whatever", "3%", "100.5", Code.PLAN_BAD_RATIO, "", 19, 12),
    Case("a file twice", "[entities.csv]", "[a.csv, a.csv]", Code.PLAN_DUPLICATE_VALUE, "", 7, 21),
    Case("an alias twice", "[市监局]", "[市监局, 市监局]", Code.PLAN_DUPLICATE_VALUE, "", 11, 20),
    Case("an alias that is the name", "[市监局]", "[市监局, 市场监管局]", Code.PLAN_DUPLICATE_VALUE, "", 11, 20),
    Case("a cooperator twice", "[应急管理局]", "[应急管理局, 应急管理局]", Code.PLAN_DUPLICATE_VALUE, "", 18, 26),
    Case("the initiator under another name", "[应急管理局]", "[市场监管局]", Code.PLAN_DUPLICATE_VALUE, "", 18, 19),
    Case(
        "an alias of two departments",
        "  - name: 应急管理局\n",
        "  - name: 应急管理局\n    aliases: [市监局]\n",
        Code.PLAN_ALIAS_CLASH,
        "",
        13,
        15,
    ),
    Case(
        "a name that is an alias",
        "- name: 应急管理局\n",
        "- name: 应急管理局\n  - name: 市监局\n",
        Code.PLAN_ALIAS_CLASH,
        "",
        13,
        11,
    ),
    Case("an initiator that nobody knows", "initiator: 市监局", "initiator: 卫健委", Code.PLAN_UNKNOWN_DEPARTMENT, "", 17, 16),
    Case("a cooperator misspelt", "[应急管理局]", "[应急管里局]", Code.PLAN_UNKNOWN_DEPARTMENT, "nearest", 18, 19),
    Case(
        "qualifications of a department that is not in the task",
        "count: 5",
        "count: 5\n    qualifications: {市监局: [食品]}",
        Code.PLAN_UNKNOWN_DEPARTMENT,
        "not_in_task",
        25,
        22,
    ),
    Case("no sample rule", "    count: 5\n", "", Code.PLAN_SAMPLE_RULE, "none", 21, 5),
    Case("two sample rules", "count: 5", "count: 5\n    ratio: 3%", Code.PLAN_SAMPLE_RULE, "several", 25, 5),
    Case(
        "strata and a count", "count: 5", "count: 5\n    strata: {by: 街道, other: 1%}", Code.PLAN_SAMPLE_RULE, "several", 25, 5
    ),
    Case(
        "strata and a most",
        "count: 5",
        "at_most: 5\n    strata: {by: 街道, other: 1%}",
        Code.PLAN_SAMPLE_RULE,
        "strata_at_most",
        24,
        5,
    ),
    Case(
        "a most below the least",
        "ratio: 3%",
        "ratio: 3%\n    at_least: 5\n    at_most: 4",
        Code.PLAN_SAMPLE_RULE,
        "at_most_below",
        21,
        14,
    ),
    Case("a count below the least", "count: 5", "count: 5\n    at_least: 6", Code.PLAN_SAMPLE_RULE, "count_below", 24, 12),
    Case("a count above the most", "count: 5", "count: 5\n    at_most: 4", Code.PLAN_SAMPLE_RULE, "count_above", 24, 12),
    Case("a window that ends before it begins", "to: 2023-04-30", "to: 2023-02-28", Code.PLAN_WINDOW_REVERSED, "", 20, 36),
    Case("a batch without a common day", "count: 5", 'count: 5\n    batch: "1"', Code.PLAN_BATCH_WINDOWS, "", 26, 13),
    Case("a filter on the status", "categories: 企业", "登记状态: 存续", Code.PLAN_STATUS_COLUMN, "status", 16, 13),
    Case("a filter on the id", "categories: 企业", "统一社会信用代码: [X1]", Code.PLAN_STATUS_COLUMN, "identity", 16, 13),
    Case("a filter on the name", "categories: 企业", "企业名称: 甲", Code.PLAN_STATUS_COLUMN, "identity", 16, 13),
    Case("strata by status", "ratio: 3%", "strata: {by: 登记状态, other: 1%}", Code.PLAN_STATUS_COLUMN, "status", 19, 18),
    Case("strata by sets", "ratio: 3%", "strata: {by: 对象类别, other: 1%}", Code.DRAW_SET_STRATUM, "", 19, 18),
    Case("one column under two headers", "企业}", "企业, 对象类别: 学校}", Code.PLAN_DUPLICATE_KEY, "column", 16, 29),
    Case("a stratum called *", "ratio: 3%", 'strata: {by: 街道, ratios: {"*": 1%}}', Code.PLAN_BAD_TEXT, "stratum", 19, 31),
    Case("a stratum without a name", "ratio: 3%", 'strata: {by: 街道, ratios: {"": 1%}}', Code.PLAN_EMPTY, "", 19, 31),
    Case("a stratum twice", "ratio: 3%", 'strata: {by: 街道, ratios: {A: 1%, " A": 1%}}', Code.PLAN_DUPLICATE_VALUE, "", 19, 38),
    Case(
        "a bad ratio of a stratum", "ratio: 3%", "strata: {by: 街道, ratios: {A: 1}}", Code.PLAN_BAD_RATIO, "bare_number", 19, 34
    ),
]


@pytest.mark.parametrize("case", REFUSALS, ids=str)
def test_a_plan_is_refused_with_the_place(case: Case) -> None:
    problems = errors_of(case.text)
    assert [(p.code, values_of(p).get("fault", ""), p.place.line, p.place.column) for p in problems] == [
        (case.code, case.fault, case.line, case.column)
    ]


def test_tasks_of_a_group_have_the_same_filter_whatever_its_order() -> None:
    group = "    coordination_group: 安全\n"
    first = changed('  - id: "1"\n', '  - id: "1"\n' + group, "企业}", "[企业, 学校], 街道: 东}")
    assert read(first.replace('  - id: "2"\n', '  - id: "2"\n' + group + "    where: {街道: 东, categories: [学校, 企业]}\n"))
    (problem,) = errors_of(first.replace('  - id: "2"\n', '  - id: "2"\n' + group + "    where: {街道: 东}\n"))
    assert (problem.code, problem.place.line, problem.place.column) == (Code.PLAN_GROUP_FILTERS, 24, 12)
    assert (values_of(problem)["task"], values_of(problem)["other"], values_of(problem)["other_line"]) == ("2", "1", "17")


@pytest.mark.parametrize(
    "rule", ["ratio: 3%\n    at_least: 4\n    at_most: 4", "count: 4\n    at_most: 4", "count: 4\n    at_least: 4"]
)
def test_limits_may_meet(rule: str) -> None:
    assert read(changed("ratio: 3%", rule))


def test_a_broken_department_does_not_make_its_qualifications_a_mistake() -> None:
    qualified = "\n    qualifications: {市监局: [食品]}"
    assert [problem.place.line for problem in errors_of(changed("initiator: 市监局", 'initiator: ""' + qualified))] == [17]
    assert [
        problem.place.line for problem in errors_of(changed("count: 5", "count: 5\n    cooperators: [市监局, '']" + qualified))
    ] == [25]


def test_a_clash_names_both_places() -> None:
    (problem,) = errors_of(changed("- name: 应急管理局\n", "- name: 应急管理局\n  - name: 市监局\n"))
    assert (values_of(problem)["other"], values_of(problem)["other_line"]) == ("市场监管局", "11")


def test_a_batch_without_a_common_day_names_both_tasks() -> None:
    (problem,) = errors_of(changed("count: 5", 'count: 5\n    batch: "1"'))
    values = values_of(problem)
    assert (values["task"], values["other"], values["other_line"]) == ("2", "1", "20")
    assert (values["start"], values["end"]) == ("2023-05-01", "2023-04-30")


def test_windows_that_share_their_last_day_go_together() -> None:
    assert read(changed("2023-04-30", "2023-05-01", "count: 5", 'count: 5\n    batch: "1"'))


def test_the_least_of_the_defaults_counts_against_the_most_of_a_task() -> None:
    (problem,) = errors_of(changed("year: 2023", "year: 2023\ndefaults: {at_least: 5}", "ratio: 3%", "ratio: 3%\n    at_most: 4"))
    assert (problem.code, problem.place.path) == (Code.PLAN_SAMPLE_RULE, "tasks[0].at_most")


def test_the_problem_says_what_was_probably_meant() -> None:
    assert values_of(errors_of(changed("titel".replace("el", "le"), "titel"))[0])["nearest_key"] == "title"
    assert values_of(errors_of(changed("3%", "３．５％"))[0])["nearest"] == "3.5%"
    assert values_of(errors_of(changed("3%", "3"))[0])["nearest"] == "3%"
    assert values_of(errors_of(changed("2023-03-01", "2023年3月1日"))[0])["nearest"] == "2023-03-01"
    assert values_of(errors_of(changed("[应急管理局]", "[应急局]"))[0])["nearest"] == "应急管理局"
    assert values_of(errors_of(changed("count: 5", "count: 1,000户"))[0])["nearest"] == "1000"


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_file() -> None:
    text = changed(
        "id: plan-1\n",
        "",
        "title: 年度计划",
        "#\ntitel: 年度计划",
        "year: 2023",
        "year: 23",
        "initiator: 市监局",
        "initiator: 卫健委",
        "ratio: 3%",
        "ratio: 3",
        "to: 2023-04-30",
        "to: 2023-4-30",
        'id: "2"',
        'id: "1"',
        "count: 5",
        "count: 5\n    count: 6\n    ratio: 200%",
    )
    assert [(problem.code, problem.place.line) for problem in errors_of(text)] == [
        (Code.PLAN_MISSING_KEY, 1),
        (Code.PLAN_UNKNOWN_KEY, 3),
        (Code.PLAN_BAD_INTEGER, 4),
        (Code.PLAN_UNKNOWN_DEPARTMENT, 17),
        (Code.PLAN_BAD_RATIO, 19),
        (Code.PLAN_BAD_DATE, 20),
        (Code.PLAN_DUPLICATE_ID, 21),
        (Code.PLAN_DUPLICATE_KEY, 25),
        (Code.PLAN_SAMPLE_RULE, 26),
        (Code.PLAN_BAD_RATIO, 26),
    ]


def test_mistakes_in_the_table_of_departments_do_not_make_every_department_unknown() -> None:
    assert [problem.place.path for problem in errors_of(changed("name: 市场监管局", "name:"))] == ["departments[0].name"]


def test_a_problem_within_a_task_names_the_task_and_the_path() -> None:
    (problem,) = errors_of(changed("count: 5", "count: five"))
    assert problem.place.path == "tasks[1].count"
    assert (values_of(problem)["task"], values_of(problem)["key"]) == ("2", "count")


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("    initiator: 应急管理局\n", "", "tasks[1]"),
        ("{from: 2023-05-01, to: 2023-06-30}", "{from: 2023-05-01}", "tasks[1].window"),
        ("    count: 5\n", "", "tasks[1]"),
    ],
)
def test_what_is_missing_from_a_task_names_the_task(old: str, new: str, path: str) -> None:
    (problem,) = errors_of(changed(old, new))
    assert (problem.place.path, values_of(problem)["task"]) == (path, "2")


@pytest.mark.parametrize(
    ("name", "data", "code", "fault", "line", "column"),
    [
        ("GBK", PLAN.encode("gbk"), Code.PLAN_ENCODING, "gbk", 3, 8),
        ("UTF-16", PLAN.encode("utf-16"), Code.PLAN_ENCODING, "utf16", None, None),
        ("a NUL byte", b"a: b\nc: \0d", Code.PLAN_ENCODING, "nul", 2, None),
        ("neither UTF-8 nor GBK", b"a: b\nc: \xff\xff", Code.PLAN_ENCODING, "not_utf8", 2, 4),
        ("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Code.PLAN_ENCODING, "xls", None, None),
        ("a workbook", b"PK\x03\x04....", Code.PLAN_ENCODING, "xlsx", None, None),
        ("nothing", b"", Code.PLAN_EMPTY, "file", None, None),
        ("comments only", "# 计划\n\n".encode(), Code.PLAN_EMPTY, "file", None, None),
        ("one word", "计划".encode(), Code.PLAN_WRONG_TYPE, "mapping", 1, 1),
        ("a list", b"- a\n- b\n", Code.PLAN_WRONG_TYPE, "mapping", 1, 1),
        ("more than 4 MB", b"# " + b"x" * (4 * 1024 * 1024), Code.FILE_TOO_LARGE, "", None, None),
        ("lists 21 deep", b"a: " + b"[" * 21, Code.PLAN_TOO_DEEP, "", 1, 24),
        ("lists a million deep", b"a: " + b"[" * 1_000_000, Code.PLAN_TOO_DEEP, "", 1, 24),
        ("too many items", b"-\n" * 100_000, Code.FILE_TOO_LARGE, "nodes", 100_000, 2),  # nothing, after each of the dashes
    ],
)
def test_bytes_that_are_no_plan_are_refused(
    name: str, data: bytes, code: Code, fault: str, line: int | None, column: int | None
) -> None:
    (problem,) = problems_of(data)
    assert (problem.code, values_of(problem).get("fault", "")) == (code, fault), name
    assert (problem.place.line, problem.place.column) == (line, column)


def test_twenty_levels_are_not_too_deep() -> None:
    assert {problem.code for problem in problems_of(b"a: " + b"[" * 19 + b"]" * 19)} >= {Code.PLAN_UNKNOWN_KEY}


def test_more_than_ten_thousand_problems_are_counted() -> None:
    problems = problems_of(PLAN + "".join(f"key{number}: 1\n" for number in range(10_005)))
    assert len(problems) == 10_001
    assert (problems[-1].code, values_of(problems[-1])["count"]) == (Code.PLAN_MORE, "5")


# ------------------------------------------------------------------------------------------------------- never a crash

PIECES = st.sampled_from(
    [
        *"-:?,[]{}&*!|>'\"%@`#~\\/\t.：％ab0 \n\r\u3000\u2028\ufeff\x85",
        *["  ", "\n  ", "\n- ", "- ", ": ", "---\n", "...", "<<", "!!", "\\x", "\\U", "%YAML 1.1"],
        *["tasks", "where", "ratio", "strata", "in"],
    ]
)


def assert_only_refused(data: bytes) -> None:
    problems = read_or_problems(data)
    if problems is None:
        return
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    assert problems
    assert all(1 <= (problem.place.line or 1) <= lines for problem in problems)
    assert all((problem.place.column or 1) >= 1 for problem in problems)


def read_or_problems(data: bytes) -> tuple[Problem, ...] | None:
    try:
        read(data)
    except Refusal as refusal:
        return refusal.problems
    return None


@settings(QUICK)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_refused(data: bytes) -> None:
    assert_only_refused(data)


@settings(QUICK)
@given(st.lists(PIECES, max_size=40).map("".join))
@example("%YAML 1." + "1" * 5000 + "\n---\na")
@example('a: "\\U00110000"')
def test_pieces_of_yaml_are_read_or_refused(text: str) -> None:
    assert_only_refused(text.encode())


@settings(QUICK)
@given(st.data())
def test_a_mutated_plan_is_read_or_refused(data: st.DataObject) -> None:
    text = PLAN
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 30)))
        text = text[:start] + data.draw(PIECES | st.text(max_size=8)) + text[end:]
    assert_only_refused(text.encode(errors="surrogatepass"))


@settings(QUICK)
@given(st.lists(st.sampled_from(PLAN.splitlines(keepends=True)), max_size=30).map("".join))
def test_the_lines_of_a_plan_in_any_order_are_read_or_refused(text: str) -> None:
    assert_only_refused(text.encode())
