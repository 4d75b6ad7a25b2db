"""Every code is explained, the explanations are true (their examples are run), and the page of all codes is theirs."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from cli import Desk
from test_pool_file import problems_of as pool_refusal
from test_pool_file import source
from test_readme import MANUAL, blocks

from shuangsuiji.cli.main import app
from shuangsuiji.files.codes import code_of
from shuangsuiji.files.plans.plan_file import read_plan
from shuangsuiji.files.plans.severities import USUAL
from shuangsuiji.files.pools.pool_checks import CHECKS
from shuangsuiji.files.pools.pool_file import cross_check, read_entities, read_inspectors, read_recusals
from shuangsuiji.model.problems import Code, Refusal, Severity
from shuangsuiji.screen.messages import MESSAGES, PARTICULARS
from shuangsuiji.screen.rule_view import page
from shuangsuiji.screen.rules import GROUPS, Rule, read_rules

PAGE = MANUAL.parent / "问题代码.md"
RULES = read_rules()

PLAN = blocks(MANUAL.read_text(encoding="utf-8"), "yaml")[0].replace("  recusals: [回避名单.csv]\n", "")
"""The plan that the manual shows whole."""
DEPARTMENTS = read_plan(PLAN.encode(), "计划.yaml").plan.department_names()
LAST_DAYS = dict.fromkeys(DEPARTMENTS.values(), "2024-07-31")
"""The last day of the second task, in which both take part."""
ENTITIES = """\
编号,名称,登记状态,对象类别,信用等级
A1,甲饭店,存续,餐饮单位,A
A2,乙饭店,存续,餐饮单位,B
A3,丙宾馆,存续,宾馆,A
"""
INSPECTORS = """\
执法证号,姓名,所属部门,证件有效期,在岗状态
0091104,张三,区市场监管局,2030-12-31,在岗
0091105,李四,区卫健委,长期,在岗
"""

# where an example stands in PLAN: the lines that it takes the place of; those not named here take the place of their `after`
FIRST_RATIO = "    ratio: 30%\n"
STANDS_FOR = {
    **dict.fromkeys(
        (
            Code.PLAN_TOO_DEEP,
            Code.PLAN_BAD_CHOICE,
            Code.PLAN_BAD_BOOLEAN,
            Code.PLAN_TEAM_RULE,
            Code.DRAW_STRATUM_NOT_COVERED,
            Code.DRAW_SET_STRATUM,
            Code.DRAW_TOO_FEW_POSSIBLE,
        ),
        FIRST_RATIO,
    ),
    Code.PLAN_MISSING_KEY: "    ratio: 30%\n    window: {from: 2024-04-01, to: 2024-06-30}\n    batch: 2024Q2\n",
    Code.PLAN_BAD_TEXT: "      对象类别: 餐饮单位\n",
    Code.PLAN_BATCH_WINDOWS: "    window: {from: 2024-05-01, to: 2024-07-31}\n    batch: 2024Q2\n",
    Code.PLAN_GROUP_FILTERS: "      对象类别: 宾馆\n",
    Code.PLAN_WINDOW_EARLY: "year: 2024\n",
    Code.PLAN_DRAW_ON: "    batch: 2024Q2\n",
    Code.PLAN_SEVERITY: "year: 2024\n",
    Code.DRAW_CAP_EXCEEDED: "year: 2024\n",
}
ALSO = {Code.PLAN_GROUP_FILTERS: ("    initiator: 区市场监管局\n", "    coordination_group: 食品\n    initiator: 区市场监管局\n")}
"""What an example says of the rest of the plan."""

NOT_RUN = {
    Code.PLAN_ENCODING: "an encoding is bytes; see the test of encodings below",
    Code.PLAN_MORE: "ten thousand problems; test_messages raises it",
    Code.POOL_ENCODING: "an encoding is bytes; see the test of encodings below",
    Code.POOL_LONG_CELL: "65,537 characters; test_pool_file raises it",
    Code.POOL_MORE: "ten thousand problems; test_pool_file raises it",
    Code.POOL_SHEET: "a workbook",
    Code.POOL_MERGED_CELLS: "a workbook",
    Code.POOL_ERROR_CELL: "a workbook",
    Code.POOL_BAD_WORKBOOK: "a workbook",
    Code.POOL_TOO_LARGE: "three million rows",
    Code.POOL_FORMULA: "a command; test_pool_commands raises it",
    Code.POOL_KIND: "a command; test_pool_commands raises it",
    Code.DRAW_NO_COMMON_DAY: "a plan file is refused before, with PLAN-021; test_drawing raises it",
    Code.DRAW_GROUP_FILTERS: "a plan file is refused before, with PLAN-022; test_drawing raises it",
    Code.DRAW_MISSED: "days have to pass; test_run_due raises it",
    Code.DRAW_DUE_DAY: "only a run with nobody there asks for the day; test_run_due raises it",
}
INSPECTOR_TABLES = (
    Code.POOL_BAD_DATE,
    Code.POOL_UNKNOWN_DEPARTMENT,
    Code.POOL_NO_CERTIFICATE,
    Code.POOL_SHORT_CERTIFICATE,
)
RECUSAL_TABLES = (Code.POOL_UNKNOWN_ENTITY, Code.POOL_UNKNOWN_INSPECTOR, Code.POOL_DUPLICATE_ROW)
TABLES_OF_A_DRAW = {
    Code.DRAW_LEFT_OUT: "entities.csv",
    Code.DRAW_NO_STATUS: "entities.csv",
    Code.DRAW_TOO_FEW_ELIGIBLE: "inspectors.csv",
}
DRAWN = (Code.DRAW_TOO_FEW_ELIGIBLE, Code.DRAW_CAP_EXCEEDED)
"""What only a draw shows; the others of its group `check` shows."""


def run_rules(group: str) -> list[Rule]:
    return [rule for rule in RULES.values() if rule.group == group and rule.code not in NOT_RUN]


# ---------------------------------------------------------------------------------------------------- all codes are there


def test_every_code_has_a_message_a_remedy_and_an_explanation() -> None:
    assert list(RULES) == list(Code)
    assert MESSAGES.keys() == set(Code)
    lacking = [rule.code for rule in RULES.values() if not all((rule.title, rule.why, rule.before, rule.after))]
    assert lacking == []
    assert [code for code, message in MESSAGES.items() if not message.text or not message.remedy] == []


def test_every_group_of_codes_has_a_name() -> None:
    assert {code.partition("-")[0] for code in Code} == set(GROUPS)


@pytest.mark.parametrize("rule", RULES.values(), ids=str)
def test_an_explanation_is_short_and_can_be_shown_on_a_gbk_terminal(rule: Rule) -> None:
    "".join((rule.title, rule.why, rule.before, rule.after)).encode("gbk")
    assert len(rule.title) <= 30
    assert not rule.title.endswith("。")
    assert "\n" not in rule.why
    assert rule.why.endswith("。")
    assert max(len(text.split("\n")) for text in (rule.before, rule.after)) <= 8
    assert rule.before != rule.after


def test_the_page_of_all_codes_is_what_the_program_says() -> None:
    """Written anew by `python tests/codes_page.py > docs/问题代码.md`."""
    assert PAGE.read_text(encoding="utf-8") == page(RULES)


def test_the_page_names_every_code_once_and_the_manual_leads_there() -> None:
    headings = re.findall(r"^### ([A-Z]+-[0-9]{3}) ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert headings == [str(code) for code in Code]
    assert "](问题代码.md)" in MANUAL.read_text(encoding="utf-8")


# ---------------------------------------------------------------------------------------------------- examples are true


def place_in_plan(code: Code, example: str, after: str) -> str:
    text = PLAN.replace(*ALSO[code], 1) if code in ALSO else PLAN
    old = STANDS_FOR.get(code, f"{after}\n")
    assert old in text, f"{code}: {old!r} is not in the plan of the manual"
    return text.replace(old, f"{example}\n", 1)


def plan_codes(text: str | bytes) -> dict[Code, Severity]:
    try:
        problems = read_plan(text if isinstance(text, bytes) else text.encode(), "计划.yaml").notes
    except Refusal as refusal:
        problems = refusal.problems
    return {problem.code: problem.severity for problem in problems}


@pytest.mark.parametrize("rule", run_rules("PLAN"), ids=lambda rule: str(rule.code))
def test_the_example_of_a_plan_has_the_problem_before_and_none_after(rule: Rule) -> None:
    before = plan_codes(place_in_plan(rule.code, rule.before, rule.after))
    assert before[rule.code] is USUAL.get(rule.code, Severity.ERROR)
    assert plan_codes(place_in_plan(rule.code, rule.after, rule.after)) == {}


def spelled(text: str) -> str:
    """What an example spells out because nobody could see it."""
    return re.sub(r"<U\+([0-9A-F]{4})>", lambda found: chr(int(found[1], 16)), text)


def pool_codes(code: Code, example: str) -> dict[Code, Severity]:
    texts = [text for text in re.split(r"^第.个文件：\n", spelled(example) + "\n", flags=re.MULTILINE) if text]
    sources = [source(text, f"{number}.csv") for number, text in enumerate(texts)]
    try:
        if code in RECUSAL_TABLES:
            read = read_recusals(sources)
            entities, people = read_entities([source(ENTITIES)]), read_inspectors([source(INSPECTORS)], DEPARTMENTS)
            problems = (*read.notes, *cross_check(entities.pool, people.pool, read.pool))
        elif code in INSPECTOR_TABLES:
            problems = read_inspectors(sources, DEPARTMENTS, LAST_DAYS if code in CHECKS else None).notes
        else:
            problems = read_entities(sources, thorough=code in CHECKS).notes
    except Refusal as refusal:
        problems = refusal.problems
    return {problem.code: problem.severity for problem in problems}


@pytest.mark.parametrize("rule", run_rules("POOL"), ids=lambda rule: str(rule.code))
def test_the_example_of_a_table_has_the_problem_before_and_none_after(rule: Rule) -> None:
    assert pool_codes(rule.code, rule.before)[rule.code] is USUAL.get(rule.code, Severity.ERROR)
    assert pool_codes(rule.code, rule.after) == {}


def draw_codes(folder: Path, rule: Rule, example: str) -> dict[str, str]:
    """What `check` says of the plan of the manual with its example, or for what only a draw shows, what `draw` says."""
    table = TABLES_OF_A_DRAW.get(rule.code)
    plan = PLAN if table else place_in_plan(rule.code, example, rule.after)
    plan = plan.replace("检查对象.csv", "entities.csv").replace("检查人员.csv", "inspectors.csv")
    folder.mkdir()
    (folder / "计划.yaml").write_text(plan, encoding="utf-8")
    tables = {"entities.csv": ENTITIES, "inspectors.csv": INSPECTORS}
    if table == "inspectors.csv":
        example += "\n0091105,李四,区卫健委,长期"
    for name, text in (tables | ({table: f"{example}\n"} if table else {})).items():
        (folder / name).write_text(text, encoding="utf-8")
    command = ("draw", "计划.yaml", "--batch", "2024Q2", "--seed", "1") if rule.code in DRAWN else ("check", "计划.yaml")
    document = Desk(folder).type(*command, "--json").document
    return {problem["code"]: problem["severity"] for problem in document["problems"]}


@pytest.mark.parametrize("rule", run_rules("DRAW"), ids=lambda rule: str(rule.code))
def test_the_example_of_a_draw_has_the_problem_before_and_not_after(rule: Rule, tmp_path: Path) -> None:
    assert draw_codes(tmp_path / "before", rule, rule.before)[rule.code] == USUAL.get(rule.code, Severity.ERROR)
    after = draw_codes(tmp_path / "after", rule, rule.after)
    assert rule.code not in after
    assert Severity.ERROR not in after.values()


def test_encodings_have_the_problem_that_their_codes_say() -> None:
    """UTF-16 and bytes in no encoding: what the examples of PLAN-001 and POOL-001 tell of."""
    assert plan_codes(PLAN.encode("utf-16")) == {Code.PLAN_ENCODING: Severity.ERROR}
    assert plan_codes(PLAN.encode("utf-8")) == {}
    assert [problem.code for problem in pool_refusal(read_entities, ENTITIES.encode() + b"\xff\xff")] == [Code.POOL_ENCODING]


def typed_lines() -> Iterator[tuple[Code, str, bool]]:
    for rule in RULES.values():
        for example, mended in ((rule.before, False), (rule.after, True)):
            yield from ((rule.code, line, mended) for line in example.split("\n") if line.startswith("shuangsuiji "))


TYPED = [(code, line) for code, line, mended in typed_lines() if mended or code is not Code.CLI_USAGE]


@pytest.mark.parametrize(("code", "line"), TYPED, ids=[f"{code} {line}" for code, line in TYPED])
def test_a_command_in_an_example_can_be_typed(code: Code, line: str) -> None:
    """It names a command and options that there are; nothing is run."""
    words = shlex.split(line, comments=True)[1:]
    command = typer.main.get_command(app)
    while getattr(command, "commands", None):
        command = command.commands[words.pop(0)]  # type: ignore[attr-defined]
    assert command.make_context("shuangsuiji", words).params is not None


def test_the_example_of_a_command_badly_typed_is_one(tmp_path: Path) -> None:
    ended = Desk(tmp_path).type(*shlex.split(RULES[Code.CLI_USAGE].before)[1:], "--json")
    assert (ended.status, [problem["code"] for problem in ended.document["problems"]]) == (2, ["CLI-001"])


# ---------------------------------------------------------------------------------------------------- the command


def test_a_code_is_explained(tmp_path: Path) -> None:
    ended = Desk(tmp_path).type("rule", "POOL-004")
    assert (ended.status, ended.stderr) == (0, "")
    for part in (
        "POOL-004  缺少必须有的一列\n",
        "级别：错误",
        "处理：",
        "为什么要紧\n",
        "改前\n  编号,老板\n",
        "改后\n  编号,名称\n",
    ):
        assert part in ended.stdout


@pytest.mark.parametrize("typed", ["POOL-004", "pool-4", "Pool004", "pool 04", "ＰＯＯＬ－００４", " pool_4 "])
def test_a_code_may_be_typed_in_any_way(typed: str) -> None:
    assert code_of(typed) is Code.POOL_MISSING_COLUMN


@pytest.mark.parametrize(
    ("typed", "near"), [("POOL-4004", "POOL-004"), ("pol-4", "POOL-004"), ("LEGDER-5", "LEDGER-005"), ("xyz", ""), ("", "")]
)
def test_an_unknown_code_is_a_usage_error_that_names_the_nearest(typed: str, near: str, tmp_path: Path) -> None:
    assert code_of(typed) is None
    ended = Desk(tmp_path).type("rule", typed, "--json")
    (problem,) = ended.document["problems"]
    assert (ended.status, problem["code"]) == (2, "CLI-013")
    nearest = problem["values"]["nearest"].split("、")
    assert len(nearest) == 3
    assert set(nearest) <= {str(code) for code in Code}
    assert nearest[0].startswith(near)


def test_without_a_code_all_are_listed_by_group(tmp_path: Path) -> None:
    lines = Desk(tmp_path).type("rule").stdout.splitlines()
    assert re.findall(r"^  ([A-Z]+-[0-9]{3})  \S", "\n".join(lines), flags=re.MULTILINE) == [str(code) for code in Code]
    assert [line for line in lines if line in {f"{group} {name}" for group, name in GROUPS.items()}] == [
        f"{group} {name}" for group, name in GROUPS.items()
    ]


def test_programs_get_the_same(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    rules = desk.type("rule", "--json").document["rules"]
    assert [one["code"] for one in rules] == [str(code) for code in Code]
    one = desk.type("rule", "draw-8", "--json").document["rule"]
    assert (one["code"], one["severity"], one["adjustable"]) == ("DRAW-008", "warning", True)
    assert {"title", "text", "remedy", "why", "before", "after", "particulars"} <= one.keys()
    particulars = desk.type("rule", "PLAN-002", "--json").document["rule"]["particulars"]
    assert particulars.keys() == {fault for code, fault in PARTICULARS if code is Code.PLAN_SYNTAX}
