"""A plan may make warnings and notes graver or lighter, never errors; what it makes an error stops `check` and `draw`."""

import ast
import json
from pathlib import Path

import pytest
from cli import RECUSAL_COLUMNS, TASKS, Ended, event, lines, task, tree
from hypothesis import given
from hypothesis import strategies as st
from strategies import QUICK
from test_plan_file import PLAN, changed, errors_of, read
from test_report import ENTITIES, desk, enterprise

import shuangsuiji
from shuangsuiji.evidence.plan_snapshot import plan_snapshot
from shuangsuiji.files.plans.severities import USUAL, adjusted
from shuangsuiji.model.problems import Code, Problem, Severity
from shuangsuiji.screen.messages import remedy_of, text_of

SOURCE = Path(shuangsuiji.__file__).parent
IDLE = [*TASKS[1:], task("1", "B1", where={"categories": ["企业", "没有的"]})]
"""Tasks of which the first of batch B1 names a category that nobody has: DRAW-008, a warning."""


def with_severities(text: str) -> str:
    return changed("year: 2023\n", f"year: 2023\nseverities: {text}\n")


def codes(ended: Ended) -> list[tuple[str, str, bool]]:
    return [(one["code"], one["severity"], one["adjusted"]) for one in ended.document["problems"]]


# ------------------------------------------------------------------------------------------------------- the pure function

PROBLEMS = st.lists(st.builds(Problem.of, st.sampled_from(list(Code)), severity=st.sampled_from(list(Severity))), max_size=5)
WISHES = st.dictionaries(st.sampled_from(list(Code)), st.sampled_from(list(Severity)))


@QUICK
@given(PROBLEMS, WISHES)
def test_only_warnings_and_notes_change_and_say_that_they_did(problems: list[Problem], wishes: dict[Code, Severity]) -> None:
    after = adjusted(problems, wishes)
    assert [one.code for one in after] == [one.code for one in problems]
    for before, one in zip(problems, after, strict=True):
        free = before.severity is not Severity.ERROR
        assert one.severity is (wishes.get(before.code, before.severity) if free else Severity.ERROR)
        assert one.adjusted is (one.severity is not before.severity)
        assert (one.place, one.values) == (before.place, before.values)


def test_without_a_wish_nothing_changes() -> None:
    problems = (Problem.of(Code.DRAW_SHORTAGE, severity=Severity.WARNING),)
    assert adjusted(problems, {}) == problems


def literal_codes(node: ast.AST) -> set[Code]:
    return {
        Code[one.attr]
        for one in ast.walk(node)
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == "Code"
    }


def softly_named() -> tuple[set[Code], set[Code]]:
    """The codes that a call names together with WARNING or NOTE (or gives to `add_note`), and those of the functions in which
    such a call names none, since it got the code in a variable."""
    named: set[Code] = set()
    nearby: set[Code] = set()
    for path in SOURCE.rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in ast.walk(function):
                if not isinstance(call, ast.Call):
                    continue
                arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
                soft = any(ast.unparse(one) in {"Severity.WARNING", "Severity.NOTE"} for one in arguments)
                if soft or (isinstance(call.func, ast.Attribute) and call.func.attr == "add_note"):
                    found = literal_codes(call)
                    named |= found
                    nearby |= set() if found else literal_codes(function)
    return named, nearby


def test_every_code_that_is_no_error_by_itself_can_be_adjusted_and_no_other() -> None:
    """Read from the syntax trees: a new warning that is missing in the table is found here."""
    named, nearby = softly_named()
    assert len(named) >= 8
    assert named <= USUAL.keys() <= named | nearby
    assert Severity.ERROR not in USUAL.values()


# ------------------------------------------------------------------------------------------------------------ in the plan


def test_the_plan_says_which_severities_it_wants() -> None:
    file = read(with_severities("{DRAW-008: error, POOL-019: warning, PLAN-031: note}"))
    assert file.severities == {
        Code.DRAW_UNKNOWN_VALUE: Severity.ERROR,
        Code.POOL_DUPLICATE_ROW: Severity.WARNING,
        Code.PLAN_WINDOW_EARLY: Severity.NOTE,
    }
    assert read(PLAN).severities == {}
    assert read(with_severities("{}")).severities == {}


def test_severities_are_no_part_of_the_plan_nor_of_its_snapshot() -> None:
    with_wishes, without = read(with_severities("{DRAW-008: error}")).plan, read(PLAN).plan
    assert with_wishes == without
    assert plan_snapshot(with_wishes, "1") == plan_snapshot(without, "1")
    assert b"severities" not in plan_snapshot(with_wishes, "1")


@pytest.mark.parametrize(
    ("written", "code", "line", "column", "text", "remedy"),
    [
        ("{POOL-008: warning}", "PLAN-032", 5, 14, "POOL-008 是错误，级别不能调整。", "删去这一行"),
        ("{DRAW-8: error}", "PLAN-032", 5, 14, "没有代号“DRAW-8”，不能调整它的级别。", "是不是 DRAW-008？"),
        ("{draw-008: error}", "PLAN-032", 5, 14, "没有代号“draw-008”，不能调整它的级别。", "是不是 DRAW-008？"),
        ("{DRAW-888: error}", "PLAN-032", 5, 14, "没有代号“DRAW-888”，不能调整它的级别。", "是不是 DRAW-008？"),
        ("{随便: error}", "PLAN-032", 5, 14, "没有代号“随便”，不能调整它的级别。", "用 shuangsuiji rule"),
        ("{DRAW-008: 错误}", "PLAN-017", 5, 24, "DRAW-008 不能是“错误”。", "是不是 error？"),
        ("{DRAW-008: fatal}", "PLAN-017", 5, 24, "“fatal”。", "从这几个里选一个：error, warning, note。"),
        ("{DRAW-008: }", "PLAN-009", 5, 23, "是空的", "写上内容"),
        ("{DRAW-008: [error]}", "PLAN-008", 5, 24, "应当是一段文字", "写成"),
        ("[DRAW-008]", "PLAN-008", 5, 13, "“键: 内容”", "写“键: 内容”"),
        ("", "PLAN-009", 5, 12, "是空的", "整行删去"),
        ("{DRAW-008: error, DRAW-008: note}", "PLAN-005", 5, 31, "写了两次", "删去一个"),
    ],
)
def test_what_cannot_be_adjusted_is_refused_with_the_place(
    written: str, code: str, line: int, column: int, text: str, remedy: str
) -> None:
    (found,) = errors_of(with_severities(written))
    assert (found.code, found.place.line, found.place.column) == (code, line, column)
    assert text in text_of(found)
    assert remedy in remedy_of(found)


def test_all_mistakes_among_the_severities_are_named_in_one_run() -> None:
    found = errors_of(with_severities("{POOL-008: note, DRAW-008: fatal, POOL-99999: error}"))
    assert [one.code for one in found] == [Code.PLAN_SEVERITY, Code.PLAN_BAD_CHOICE, Code.PLAN_SEVERITY]


def test_a_note_of_the_plan_made_an_error_is_one_wherever_the_plan_is_read(tmp_path: Path) -> None:
    office = desk(tmp_path, issued="2023-05-01", severities={"PLAN-031": "error"})
    for command in (("check", "plan.yaml"), ("plan", "show", "plan.yaml"), ("draw", "plan.yaml", "--batch", "B1", "--seed", "1")):
        ended = office.type(*command, "--json")
        assert (ended.status, codes(ended)) == (3, [("PLAN-031", "error", True)])
    assert not office.ledger.exists()


# ------------------------------------------------------------------------------------------------------- check and draw


def test_a_warning_made_an_error_stops_check_and_is_said_to_be_the_plans_doing(tmp_path: Path) -> None:
    office = desk(tmp_path, tasks=IDLE)
    assert codes(office.type("check", "plan.yaml", "--json")) == [("DRAW-008", "warning", False)]
    office.write_plan(IDLE, severities={"DRAW-008": "error"})
    ended = office.type("check", "plan.yaml")
    assert (ended.status, ended.stdout) == (3, "")
    assert "错误 DRAW-008（级别由计划调整）  任务 1\n" in ended.stderr
    assert codes(office.type("check", "plan.yaml", "--json")) == [("DRAW-008", "error", True)]


def test_a_warning_made_a_note_and_a_note_made_a_warning_are_shown_as_such(tmp_path: Path) -> None:
    office = desk(
        tmp_path, IDLE, [*ENTITIES, enterprise(99, 登记状态="注销")], severities={"DRAW-008": "note", "DRAW-014": "warning"}
    )
    ended = office.type("check", "plan.yaml")
    assert ended.status == 0
    assert "提醒 DRAW-014（级别由计划调整）\n" in ended.stderr
    assert "说明 DRAW-008（级别由计划调整）  任务 1\n" in ended.stderr
    assert "检查完毕：错误 0 个，提醒 1 个，说明 1 个。" in ended.stdout


def test_a_severity_that_is_the_usual_one_is_no_adjustment(tmp_path: Path) -> None:
    office = desk(tmp_path, IDLE, severities={"DRAW-008": "warning"})
    assert codes(office.type("check", "plan.yaml", "--json")) == [("DRAW-008", "warning", False)]


@pytest.mark.parametrize("how", [("--batch", "B1"), ("--all",), ("--batch", "B1", "--rehearse")], ids=" ".join)
def test_a_warning_made_an_error_stops_a_draw_before_anything_is_sealed(how: tuple[str, ...], tmp_path: Path) -> None:
    office = desk(tmp_path, IDLE, severities={"DRAW-008": "error"})
    ended = office.type("draw", "plan.yaml", *how, "--json")
    assert (ended.status, codes(ended)) == (3, [("DRAW-008", "error", True)])
    assert tree(office.ledger) == {}


def test_a_batch_that_the_error_does_not_concern_is_drawn(tmp_path: Path) -> None:
    office = desk(tmp_path, IDLE, severities={"DRAW-008": "error"})
    assert office.type("draw", "plan.yaml", "--batch", "B2", "--seed", "1").status == 0


def test_a_batch_drawn_or_sealed_before_is_shown_or_finished_all_the_same(tmp_path: Path) -> None:
    office = desk(tmp_path, IDLE)
    assert office.type("draw", "plan.yaml", "--batch", "B1", "--seed", "1").status == 0
    office.write_plan(IDLE, severities={"DRAW-008": "error"})
    again = office.type("draw", "plan.yaml", "--batch", "B1", "--json")
    assert (again.status, again.document["draws"][0]["new"]) == (0, False)
    whole = (office.ledger / "ledger.jsonl").read_bytes()
    (office.ledger / "ledger.jsonl").write_bytes(whole.split(b"\n")[0] + b"\n")  # as if the run had died after the seal
    (office.ledger / json.loads(whole.split(b"\n")[1])["file"]).unlink()
    finished = office.type("draw", "plan.yaml", "--batch", "B1", "--json")
    assert (finished.status, finished.document["draws"][0]["new"]) == (0, True)


def test_the_history_that_a_draw_of_all_has_made_counts_for_what_comes_after(tmp_path: Path) -> None:
    """Both batches draw all 4 enterprises at most once a cycle, so that the second one has a shortage once the first is drawn."""
    capped = [task("1", "B1", ratio="100%", max_visits_per_cycle=1), task("2", "B2", ratio="100%", max_visits_per_cycle=1)]
    office = desk(tmp_path, capped, ENTITIES[:4], severities={"DRAW-007": "error"})
    ended = office.type("draw", "plan.yaml", "--all", "--json")
    assert (ended.status, codes(ended)) == (3, [("DRAW-007", "error", True)])
    assert [(line["type"], line["batch"]) for line in lines(office.ledger)] == [("seal", "B1"), ("draw", "B1")]


@pytest.mark.parametrize(("severity", "status"), [("note", 0), ("warning", 0), ("error", 3)])
def test_what_the_pools_warn_of_is_adjusted_too(severity: str, status: int, tmp_path: Path) -> None:
    files = {"entities": ["entities.csv"], "inspectors": ["inspectors.csv"], "recusals": ["recusals.csv"]}
    office = desk(tmp_path, pools=files, severities={"POOL-015": severity})
    row = ("无此证号", ENTITIES[0]["统一社会信用代码/编号"], "近亲属")
    office.write_table("recusals.csv", [dict(zip(RECUSAL_COLUMNS, row, strict=True))])
    ended = office.type("check", "plan.yaml", "--json")
    assert (ended.status, codes(ended)) == (status, [("POOL-015", severity, severity != "warning")])
    drawn = office.type("draw", "plan.yaml", "--batch", "B1", "--json")
    shown = [] if severity == "note" else [("POOL-015", severity, severity != "warning")]
    assert (drawn.status, codes(drawn)) == (status, shown)


def test_severities_change_no_byte_of_what_is_recorded(tmp_path: Path) -> None:
    """The plan of a desk with and without them: the same seal, snapshots and record."""
    found = []
    for name, values in (("without", {}), ("with", {"severities": {"DRAW-008": "note", "DRAW-014": "error"}})):
        office = desk(tmp_path / name, IDLE, **values)
        assert office.type("draw", "plan.yaml", "--batch", "B1", "--seed", "7").status == 0
        found.append((event(office.ledger, 1), tree(office.ledger / "snapshots")))
    assert found[0] == found[1]


def test_a_report_says_what_the_plan_adjusted(tmp_path: Path) -> None:
    office = desk(tmp_path, IDLE, severities={"DRAW-008": "error"})
    assert office.type("check", "plan.yaml", "--report", "r.csv").status == 3
    assert "错误（级别由计划调整）,DRAW-008" in (tmp_path / "r.csv").read_text(encoding="utf-8-sig")


def test_the_desks_of_these_tests_are_sound_but_for_what_they_say(tmp_path: Path) -> None:
    assert codes(desk(tmp_path).type("check", "plan.yaml", "--json")) == []
