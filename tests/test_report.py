"""`check --report` writes every problem beside its row, as text that no spreadsheet runs, and over no file of somebody else's."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import cli
import pytest
import sheets
from cli import TASKS, Desk, tree

from shuangsuiji.files.source_row import source_row, source_rows
from shuangsuiji.model.problems import Code, Place, Problem, Severity
from shuangsuiji.screen.report import LONGEST_CELL, header_of, report_csv, report_rows
from shuangsuiji.screen.report_workbook import report_xlsx

HEADER = ["序号", "级别", "代码", "文件", "工作表", "行", "单元格", "问题", "怎么改", "原行内容"]
KINDS = ("csv", "xlsx")
SHEET_XML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def enterprise(number: int, **cells: str) -> dict[str, str]:
    """One whose id is no credit code, so that no check of credit codes has a say."""
    return cli.enterprise(number, **{"统一社会信用代码/编号": f"A{number}", **cells})


ENTITIES = [enterprise(number) for number in range(1, 41)]
BAD = [
    *ENTITIES[:2],
    enterprise(3, 名称=""),
    enterprise(4, **{"统一社会信用代码/编号": "=1+1"}),
    enterprise(5, 地址='=HYPERLINK("x")'),
]


def desk(
    folder: Path, tasks: Sequence[Mapping[str, Any]] = TASKS, entities: Sequence[Mapping[str, str]] = ENTITIES, **values: Any
) -> Desk:
    return cli.desk(folder, tasks, entities, **values)


def sheet_of(data: bytes) -> ElementTree.Element:
    """The only sheet of a workbook, as its XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert [name for name in packed.namelist() if name.startswith("xl/worksheets/")] == ["xl/worksheets/sheet1.xml"]
        return ElementTree.fromstring(packed.read("xl/worksheets/sheet1.xml"))


def cells_of(data: bytes) -> list[dict[str, str]]:
    """The cells of a workbook's rows by the letters of their columns, read from its XML; numbers begin with a #."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        shared = ElementTree.fromstring(packed.read("xl/sharedStrings.xml"))
    texts = ["".join(part.text or "" for part in one.iter(f"{SHEET_XML}t")) for one in shared]
    rows = []
    for row in sheet_of(data).iter(f"{SHEET_XML}row"):
        found = {}
        for cell in row:
            if (value := cell.find(f"{SHEET_XML}v")) is not None:
                said = value.text or ""
                found[str(cell.get("r")).rstrip("0123456789")] = texts[int(said)] if cell.get("t") == "s" else f"#{said}"
        rows.append(found)
    return rows


def rows_of(path: Path) -> list[list[str]]:
    """A report's rows, whichever kind it is, without numbers being marked."""
    data = path.read_bytes()
    if path.suffix == ".csv":
        assert data.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    width = max(len(row) for row in cells_of(data))
    return [[row.get(chr(ord("A") + column), "").lstrip("#") for column in range(width)] for row in cells_of(data)]


def problem(code: Code = Code.POOL_EMPTY_CELL, place: Place | None = None, **values: Any) -> Problem:
    return Problem.of(code, place or Place(), values.pop("severity", Severity.ERROR), **values)


# --------------------------------------------------------------------------------------------------- a check that is refused


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_check_reports_every_problem_beside_its_row(kind: str, tmp_path: Path) -> None:
    office = desk(tmp_path, entities=BAD)
    ended = office.type("check", "plan.yaml", "--report", f"问题.{kind}")
    assert (ended.status, ended.stdout) == (3, "")
    assert "错误 POOL-010  entities.csv 第 4 行 单元格 B4" in ended.stderr
    assert f"全部 2 个问题已连同原行另存为 问题.{kind}" in ended.stderr
    header, *rows = rows_of(tmp_path / f"问题.{kind}")
    assert header == HEADER
    lines = (tmp_path / "entities.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row[:7] for row in rows] == [
        ["1", "错误", "POOL-010", "entities.csv", "", "4", "B4"],
        ["2", "错误", "POOL-007", "entities.csv", "", "5", "A5"],
    ]
    assert [row[7] for row in rows] == [
        "“名称”是空的。",
        "“统一社会信用代码/编号”“=1+1”里有 “=”（U+003D），是为了让表格软件当作文本而加的。",
    ]
    assert rows[0][8] == "填上；查不到的，把这一行从表里移出去，查清再加。"
    assert lines[4].startswith("=1+1,")  # in CSV it has to be guarded, in a workbook a text is a text
    assert [row[9] for row in rows] == [lines[3], f"'{lines[4]}" if kind == "csv" else lines[4]]


def test_more_problems_than_the_screen_shows_are_all_in_the_report(tmp_path: Path) -> None:
    office = desk(tmp_path, entities=[enterprise(number, 名称="") for number in range(1, 61)])
    ended = office.type("check", "plan.yaml", "--report", "问题.csv")
    assert ended.stderr.count("错误 POOL-010") == 20
    assert "其余 错误 40 个" in ended.stderr
    assert len(rows_of(tmp_path / "问题.csv")) == 61


@pytest.mark.parametrize("kind", KINDS)
def test_a_problem_of_the_plan_stands_beside_its_line(kind: str, tmp_path: Path) -> None:
    office = desk(tmp_path)
    plan = tmp_path / "plan.yaml"
    plan.write_text(plan.read_text(encoding="utf-8").replace('"10%"', '"10"'), encoding="utf-8")
    assert office.type("check", "plan.yaml", "--report", f"r.{kind}").status == 3
    lines = plan.read_text(encoding="utf-8").splitlines()
    for row in rows_of(tmp_path / f"r.{kind}")[1:]:
        assert (row[2], row[3], row[9]) == ("PLAN-013", "plan.yaml", lines[int(row[5]) - 1])
        assert '"ratio": "10"' in row[9]


# ------------------------------------------------------------------------------------------------------- a check that passes


@pytest.mark.parametrize("kind", KINDS)
def test_a_check_that_passes_reports_its_warnings_and_notes(kind: str, tmp_path: Path) -> None:
    office = desk(tmp_path, entities=[*ENTITIES, enterprise(99, 登记状态="注销")])
    ended = office.type("check", "plan.yaml", "--report", f"r.{kind}", "--json")
    assert (ended.status, ended.document["report"]) == (0, f"r.{kind}")
    header, row = rows_of(tmp_path / f"r.{kind}")
    assert header == HEADER
    assert row[:7] == ["1", "说明", "DRAW-014", "", "", "", ""]
    assert row[9] == ""


def test_a_problem_of_a_draw_names_its_task() -> None:
    (row,) = report_rows([problem(Code.DRAW_SHORTAGE, Place(path="3"), shortage=2, severity=Severity.WARNING)], [[]])
    assert row[7] == "任务 3：可抽的对象不够，缺额 2 家。"


def test_a_check_without_problems_writes_the_header_alone(tmp_path: Path) -> None:
    office = desk(tmp_path)
    assert office.type("check", "plan.yaml", "--report", "r.csv").status == 0
    assert rows_of(tmp_path / "r.csv") == [HEADER]


def test_check_writes_nothing_but_the_report(tmp_path: Path) -> None:
    office = desk(tmp_path)
    before = tree(tmp_path)
    assert office.type("check", "plan.yaml", "--report", "r.xlsx").status == 0
    after = tree(tmp_path)
    assert after.keys() - before.keys() == {"r.xlsx"}
    assert {name: after[name] for name in before} == before


# ------------------------------------------------------------------------------------------------------------ which file


@pytest.mark.parametrize("name", ["问题.xls", "问题", "问题.csv.txt", "csv"])
def test_another_ending_is_a_usage_error_before_anything_is_read(name: str, tmp_path: Path) -> None:
    ended = Desk(tmp_path).type("check", "没有.yaml", "--report", name, "--json")
    assert (ended.status, [one["code"] for one in ended.document["problems"]]) == (2, ["CLI-001"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_earlier_report_is_replaced(kind: str, tmp_path: Path) -> None:
    office = desk(tmp_path, entities=BAD)
    for _ in range(2):
        assert office.type("check", "plan.yaml", "--report", f"r.{kind}").status == 3
    assert len(rows_of(tmp_path / f"r.{kind}")) == 3


def other_workbook() -> bytes:
    """A workbook that is none of ours: ours without its mark."""
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(report_xlsx([]))) as ours, zipfile.ZipFile(found, "w") as other:
        for name in ours.namelist():
            other.writestr(name, ours.read(name).replace(b"shuangsuiji", b"someone else"))
    return found.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("entities.csv", None),
        ("r.csv", b""),
        ("r.csv", "序号,级别\r\n".encode()),
        ("r.xlsx", b""),
        ("r.xlsx", b"PK\x03\x04 and no archive"),
        ("r.xlsx", other_workbook()),
        ("r.xlsx", report_xlsx([])[:-30]),
        ("r.xlsx", report_csv([])),
    ],
    ids=[
        "a pool",
        "empty",
        "another table",
        "empty workbook",
        "no archive",
        "another workbook",
        "half a report",
        "a report's name",
    ],
)
def test_what_is_no_earlier_report_is_not_replaced(name: str, data: bytes | None, tmp_path: Path) -> None:
    office = desk(tmp_path)
    if data is not None:
        (tmp_path / name).write_bytes(data)
    before = tree(tmp_path)
    ended = office.type("check", "plan.yaml", "--report", name, "--json")
    assert (ended.status, [one["code"] for one in ended.document["problems"]]) == (3, ["FILE-005"])
    assert tree(tmp_path) == before


def test_a_folder_that_is_not_there_is_said_before_anything_is_read(tmp_path: Path) -> None:
    ended = Desk(tmp_path).type("check", "没有.yaml", "--report", "没有/r.csv", "--json")
    assert (ended.status, [one["code"] for one in ended.document["problems"]]) == (6, ["FILE-004"])


def test_a_report_that_cannot_be_written_does_not_hide_the_problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = desk(tmp_path, entities=BAD)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shuangsuiji.files.durable.exports.write_new", full)
    ended = office.type("check", "plan.yaml", "--report", "r.csv", "--json")
    assert ended.status == 6
    assert [one["code"] for one in ended.document["problems"]] == ["FILE-004", "POOL-010", "POOL-007"]


# ------------------------------------------------------------------------------------------------- what a spreadsheet makes of it

DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "=cmd|' /C calc'!A0",
    "http://x.invalid",
    "0012",
    "914101000000000012",
    "1E5",
    "3-4",
    "{=1}",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_every_text_of_the_workbook_is_a_text(text: str) -> None:
    table = report_rows([problem(place=Place(file=text, sheet=text, cell="A1"), header=text)], [[text, text]])
    data = report_xlsx(table)
    _, row = cells_of(data)
    assert [row[column] for column in "DEJK"] == [text] * 4
    assert {column for column, cell in row.items() if cell.startswith("#")} == {"A", "F"}
    assert list(sheet_of(data).iter(f"{SHEET_XML}f")) == []
    assert list(sheet_of(data).iter(f"{SHEET_XML}hyperlink")) == []


def test_cells_of_the_csv_are_guarded_as_in_the_list_for_excel() -> None:
    _, row = csv.reader(
        io.StringIO(report_csv(report_rows([problem(place=Place(file="-x.csv"))], [["=1+1", "0012", "甲"]])).decode())
    )
    assert (row[3], row[9:]) == ("'-x.csv", ["'=1+1", "\t0012", "甲"])


def test_the_header_stays_in_sight_and_has_filters() -> None:
    sheet = sheet_of(report_xlsx(report_rows([problem()] * 3, [["甲"]] * 3)))
    pane = next(sheet.iter(f"{SHEET_XML}pane"))
    assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
    assert next(sheet.iter(f"{SHEET_XML}autoFilter")).get("ref") == "A1:J4"
    assert len(list(sheet.iter(f"{SHEET_XML}col"))) >= 8


def test_the_sheet_is_called_problems() -> None:
    with zipfile.ZipFile(io.BytesIO(report_xlsx([]))) as packed:
        assert 'name="问题"' in packed.read("xl/workbook.xml").decode()


def test_the_same_problems_give_the_same_bytes(tmp_path: Path) -> None:
    """In processes of their own, a while apart: no clock, nobody's name, no order of a hash."""
    office = desk(tmp_path, entities=BAD)
    for name, seed in (("a.xlsx", "1"), ("b.xlsx", "2")):
        assert office.run("check", "plan.yaml", "--report", name, env={"PYTHONHASHSEED": seed, "LOGNAME": seed}).status == 3
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_report_says_of_no_clock_when_it_was_made() -> None:
    with zipfile.ZipFile(io.BytesIO(report_xlsx([]))) as packed:
        assert b"2000-01-01T00:00:00Z" in packed.read("docProps/core.xml")
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_one_cannot_see_is_spelled_out_and_tabs_stay() -> None:
    (row,) = report_rows([problem()], [["甲\u202e乙\t丙\x07"]])
    assert row[9] == "甲<U+202E>乙\t丙<U+0007>"


def test_a_row_that_is_too_long_for_a_cell_is_cut_and_says_so() -> None:
    """Excel takes 32,767 characters in a cell; the library would leave out a longer one without a word."""
    table = report_rows([problem()], [["长" * 40_000]])
    assert cells_of(report_xlsx(table))[1]["J"] == "长" * LONGEST_CELL + "……"


def test_a_row_of_a_workbook_has_columns_of_its_own() -> None:
    table = report_rows([problem(), problem()], [["甲", "乙", "丙"], []])
    assert header_of(table) == [*HEADER, "原行内容 2", "原行内容 3"]
    assert [row[9:] for row in table] == [["甲", "乙", "丙"], [""]]


# --------------------------------------------------------------------------------------------------------------- source rows

TEXT = '编号,名称\r\nA1,"甲\r\n公司"\r\nA2,乙\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(("line", "row"), [(1, ["编号,名称"]), (2, ['A1,"甲']), (3, ['公司"']), (4, ["A2,乙"]), (6, []), (0, [])])
def test_a_line_of_text_is_given_as_it_is(encoding: str, line: int, row: list[str], tmp_path: Path) -> None:
    path = tmp_path / "pool.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert source_row(Place(str(path), line, cell="A1")) == row


def test_a_row_of_a_workbook_is_its_cells(tmp_path: Path) -> None:
    """Workbooks by openpyxl and xlwt; the row is that of the sheet which the place names, blank rows counted."""
    rows = [["编号", "名称"], [], ["A1", ""], ["A2", 12, "丙"]]
    (tmp_path / "a.xlsx").write_bytes(sheets.xlsx(("在册", rows), ("注销", [["甲"], ["乙"]])))
    (tmp_path / "b.xls").write_bytes(sheets.xls(rows, "在册"))
    for name in ("a.xlsx", "b.xls"):
        path = str(tmp_path / name)
        places = [Place(path, cell=cell, sheet="在册") for cell in ("B4", "A1", "A4", "B9")]
        assert source_rows(places) == [["A2", "12", "丙"], ["编号", "名称"], ["A2", "12", "丙"], []]
        assert source_row(Place(path, cell="A2", sheet="没有")) == []
    assert source_row(Place(str(tmp_path / "a.xlsx"), cell="A2", sheet="注销")) == ["乙"]
    (tmp_path / "c.xlsx").write_bytes(b"PK\x03\x04 and nothing else")
    assert source_row(Place(str(tmp_path / "c.xlsx"), cell="A2", sheet="在册")) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_problem_of_a_workbook_stands_beside_its_cells(kind: str, tmp_path: Path) -> None:
    office = desk(tmp_path, pools={"entities": ["户.xlsx"], "inspectors": ["inspectors.csv"]})
    rows = [["编号", "名称", "对象类别", "登记状态"], ["A1", "甲", "企业", "存续"], ["=2", "=1+1", "企业", "存续"]]
    book = sheets.by_hand("".join(sheets.row(number, *row) for number, row in enumerate(rows, start=1)))
    (tmp_path / "户.xlsx").write_bytes(book)
    assert office.type("check", "plan.yaml", "--report", f"r.{kind}").status == 3
    header, row = rows_of(tmp_path / f"r.{kind}")
    assert row[2:7] == ["POOL-007", "户.xlsx", "名单", "3", "A3"]
    assert [cell.lstrip("'") for cell in row[9:]] == rows[2]
    assert header[9:] == ["原行内容", "原行内容 2", "原行内容 3", "原行内容 4"]


def test_bytes_in_no_encoding_are_shown_as_far_as_they_can_be(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes("甲,乙\n丙".encode() + b"\xff\xff,x\n")
    assert source_rows([Place(str(tmp_path / "x.csv"), line) for line in (1, 2)]) == [["甲,乙"], ["丙\ufffd\ufffd,x"]]


def test_a_place_without_a_row_or_a_file_has_none(tmp_path: Path) -> None:
    gone, plain = str(tmp_path / "gone.csv"), tmp_path / "a.csv"
    plain.write_text("甲\n", encoding="utf-8")
    places = [Place(), Place(gone, 1), Place(str(tmp_path), 1), Place(str(plain)), Place(path="3"), Place(str(plain), 1)]
    assert source_rows(places) == [[], [], [], [], [], ["甲"]]


def test_a_file_of_the_users_folder_is_not_taken_for_one_of_the_ledger(tmp_path: Path) -> None:
    """A broken ledger is named by the file within it; a file of that name beside the plan is another."""
    office = desk(tmp_path)
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "ledger.jsonl").write_text("garbage\n", encoding="utf-8")
    (tmp_path / "ledger.jsonl").write_text("another file\n", encoding="utf-8")
    assert office.type("check", "plan.yaml", "--report", "r.csv").status == 10
    _, row = rows_of(tmp_path / "r.csv")
    assert (row[2], row[3], row[5], row[9]) == ("LEDGER-002", "ledger.jsonl", "1", "")


def test_the_help_says_whose_data_it_is(tmp_path: Path) -> None:
    assert "内有名录原文" in Desk(tmp_path).type("check", "--help").stdout.replace("\n", "").replace(" ", "")
