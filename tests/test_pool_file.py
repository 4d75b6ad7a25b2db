"""Tables become pools: canonical cells, and every mistake named by file, line and cell."""

import csv
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import QUICK

from shuangsuiji.files.plans.plan_file import read_plan
from shuangsuiji.files.pools import cells
from shuangsuiji.files.pools.headers import column_of_header
from shuangsuiji.files.pools.pool_file import PoolRead, PoolSource, cross_check, read_entities, read_inspectors, read_recusals
from shuangsuiji.files.tables.block import Spot, cell_name
from shuangsuiji.files.tables.csv_table import blocks
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.problems import Code, Problem, Refusal, Severity, Status

ROOT = Path(__file__).resolve().parent.parent
DEPARTMENTS = {"市场监管局": "市场监管局", "市监局": "市场监管局", "应急管理局": "应急管理局"}

ENTITIES = "编号,名称,对象类别,登记状态\nA1,甲公司,企业,存续\nA2,乙公司,企业;学校,存续\n"
INSPECTORS = "执法证号,姓名,所属部门,证件有效期,执法范围\n001,张三,市监局,2027-11-15,食品\n002,李四,应急管理局,长期,\n"
RECUSALS = "执法证号,统一社会信用代码/编号,回避事由\n001,A1,近亲属任职\n"

Read = Callable[[Sequence[PoolSource]], PoolRead]


def inspectors(sources: Sequence[PoolSource]) -> PoolRead:
    return read_inspectors(sources, DEPARTMENTS)


READERS: dict[str, tuple[Read, str]] = {
    "entities": (read_entities, ENTITIES),
    "inspectors": (inspectors, INSPECTORS),
    "recusals": (read_recusals, RECUSALS),
}


def source(text: str | bytes, name: str = "pool.csv") -> PoolSource:
    return PoolSource(name, text if isinstance(text, bytes) else text.encode())


def rows_of(read: Read, *texts: str | bytes) -> list[tuple[str, ...]]:
    pool = read([source(text) for text in texts]).pool
    return [tuple(row.values()) for row in pool.rows()]


def problems_of(read: Read, *texts: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(Refusal) as caught:
        read([source(text, f"{number}.csv") for number, text in enumerate(texts, start=1)])
    assert caught.value.status is Status.INPUT
    return caught.value.problems


def values_of(problem: Problem) -> dict[str, str]:
    return dict(problem.values)


# --------------------------------------------------------------------------------------------------- what is accepted


def test_entities_stand_in_byte_order_under_canonical_columns() -> None:
    pool = read_entities(
        [source("编号,名称,对象类别,登记状态,行业\nb2,乙公司,学校；企业|学校,存续,\nＡ１,甲公司,企业,注销,零售\n")]
    ).pool
    assert tuple(pool.columns) == ("id", "name", "categories", "status", "行业")
    assert [tuple(row.values()) for row in pool.rows()] == [
        ("A1", "甲公司", "企业", "注销", "零售"),
        ("B2", "乙公司", "企业;学校", "存续", ""),
    ]


def test_inspectors_keep_their_zeros_and_get_the_name_of_their_department() -> None:
    pool = inspectors([source(INSPECTORS)]).pool
    assert [tuple(row.values()) for row in pool.rows()] == [
        ("001", "张三", "市场监管局", "2027-11-15", "食品"),
        ("002", "李四", "应急管理局", "9999-12-31", ""),
    ]
    assert tuple(pool.columns) == ("id", "name", "department", "certificate_expiry", "qualifications")


def test_recusals_have_three_columns_and_there_may_be_none() -> None:
    pool = read_recusals([source("回避事由,备注,执法证号,回避对象\n同学,x,002,a1\n")]).pool
    assert [dict(row) for row in pool.rows()] == [{"inspector": "002", "entity": "A1", "reason": "同学"}]
    assert len(read_recusals([source("执法证号,回避对象\n")]).pool) == 0
    assert tuple(read_recusals([]).pool.columns) == ("inspector", "entity", "reason")


def test_a_reason_may_be_missing_and_is_empty_then_and_other_columns_are_not_made_up() -> None:
    assert rows_of(read_entities, "编号,名称\nA1,甲\n") == [("A1", "甲")]
    assert rows_of(read_recusals, "执法证号,回避对象\n001,A1\n") == [("001", "A1", "")]


def test_several_files_make_one_pool_whatever_the_order_of_their_columns() -> None:
    assert rows_of(read_entities, "编号,名称,街道\nA2,乙,东\n", "街道,编号,名称\n西,A1,甲\n") == [
        ("A1", "甲", "西"),
        ("A2", "乙", "东"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff编号,名称\nA1,甲\n",
        "编号,名称\r\nA1,甲\r\n",
        "编号,名称\rA1,甲",
        '"编号","名称"\n"A1","甲"\n',
        "\n,\n编号,名称\n\n , \nA1,甲\n,\n\n",
        "编 号, 名称 \nA1, 甲\u3000\n",
        "ID,Name\nA1,甲\n",
        "统一社会信用代码（编号）,企业名称\nA1,甲\n",
    ],
    ids=["a BOM", "CRLF", "CR", "quoted", "blank rows", "white space", "English", "other headers"],
)
def test_the_same_table_may_be_written_in_many_ways(text: str) -> None:
    assert rows_of(read_entities, text) == [("A1", "甲")]


def test_a_cell_may_hold_commas_quotation_marks_and_line_breaks() -> None:
    assert rows_of(read_entities, '编号,名称\nA1,"甲 ""旺""，\n分店, 一"\nA2,乙"丙\n') == [
        ("A1", '甲 "旺"， 分店, 一'),
        ("A2", '乙"丙'),
    ]


@pytest.mark.parametrize(
    ("written", "expiry"),
    [
        ("2027-11-15", "2027-11-15"),
        ("2027-1-5", "2027-01-05"),
        ("2027/1/5", "2027-01-05"),
        ("2027.01.05", "2027-01-05"),
        ("2027年1月5日", "2027-01-05"),
        (" 2027 年 1 月 5 日", "2027-01-05"),
        ("２０２７－０１－０５", "2027-01-05"),
        ("2028-02-29", "2028-02-29"),
        ("长期", "9999-12-31"),
        ("长期有效", "9999-12-31"),
        ("9999-12-31", "9999-12-31"),
        ("9999-01-01", "9999-12-31"),
        ("9999/12/31", "9999-12-31"),
        ("", ""),
    ],
)
def test_an_expiry_is_a_date_or_none_or_without_end(written: str, expiry: str) -> None:
    text = INSPECTORS.replace("2027-11-15", written)
    assert inspectors([source(text)]).pool.columns["certificate_expiry"][0] == expiry


@pytest.mark.parametrize(
    ("kind", "header", "column"),
    [
        ("entities", "统一社会信用代码／编号", "id"),
        ("entities", "住 所", "address"),
        ("entities", "Credit_Class", "credit_class"),
        ("entities", "所属 街道", "所属 街道"),
        ("inspectors", "编号", "id"),
        ("inspectors", "有效期至", "certificate_expiry"),
        ("inspectors", "证件号码", "证件号码"),
        ("recusals", "回避对象", "entity"),
        ("recusals", "编号", "编号"),
        ("recusals", " ", ""),
    ],
)
def test_headers_have_many_names(kind: str, header: str, column: str) -> None:
    assert column_of_header(kind, header) == column  # type: ignore[arg-type]


def test_equal_cells_share_one_string() -> None:
    pool = read_entities([source("编号,名称,街道\n" + "".join(f"A{k},甲{k},东城街道\n" for k in range(1200)))]).pool
    assert len({id(cell) for cell in pool.columns["街道"]}) == 1


def test_the_shipped_pools_read_without_a_word() -> None:
    plan = read_plan((ROOT / "plans" / "jzsfq-2023.yaml").read_bytes(), "plan.yaml").plan
    files = {name: [source((ROOT / "pools" / f"{name}.csv").read_bytes())] for name in READERS}
    entities = read_entities(files["entities"])
    people = read_inspectors(files["inspectors"], plan.department_names())
    recusals = read_recusals(files["recusals"])
    for name, pool in (("entities", entities), ("inspectors", people), ("recusals", recusals)):
        with (ROOT / "pools" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert len(pool.pool) == len(list(csv.reader(file))) - 1
        assert pool.notes == ()
    assert set(people.pool.columns["department"]) == {department.name for department in plan.departments}
    assert cross_check(entities.pool, people.pool, recusals.pool) == ()


# ---------------------------------------------------------------------------------------------------- what is refused


@dataclass(frozen=True)
class Case:
    """A table of ENTITIES, INSPECTORS or RECUSALS with `old` replaced by `new`, and the one problem that this makes."""

    name: str
    kind: str
    old: str
    new: str
    code: Code
    fault: str
    line: int | None
    cell: str | None

    @property
    def text(self) -> str:
        text = READERS[self.kind][1]
        assert self.old in text
        return text.replace(self.old, self.new, 1)

    def __str__(self) -> str:
        return self.name


E, P, R = "entities", "inspectors", "recusals"
REFUSALS = [
    # headers
    Case("full-width semicolons", E, ENTITIES, "编号；名称\nA1；甲\n", Code.POOL_NOT_CSV, "wide_semicolon", 1, "A1"),
    Case("full-width commas", E, ENTITIES, "编号，名称\nA1，甲\n", Code.POOL_NOT_CSV, "wide_comma", 1, "A1"),
    Case("no name column", E, "名称", "老板", Code.POOL_MISSING_COLUMN, E, 1, None),
    Case("no department column", P, "所属部门", "籍贯", Code.POOL_MISSING_COLUMN, P, 1, None),
    Case("no expiry column", P, "证件有效期", "备注", Code.POOL_MISSING_COLUMN, P, 1, None),
    Case("no column of entities", R, "统一社会信用代码/编号", "编号", Code.POOL_MISSING_COLUMN, R, 1, None),
    Case("two headers for one column", E, "对象类别", "状态", Code.POOL_DUPLICATE_COLUMN, "", 1, "D1"),
    Case("the same further header twice", E, "对象类别,登记状态", "街道, 街道", Code.POOL_DUPLICATE_COLUMN, "", 1, "D1"),
    Case("a column without a header", E, "登记状态", " ", Code.POOL_EMPTY_HEADER, "", 2, "D2"),
    Case("a zero-width space in a header", E, "登记状态", "登记\u200b状态", Code.POOL_BAD_HEADER, "", 1, "D1"),
    # rows
    Case("a row too short", E, "A1,甲公司,企业,存续", "A1,甲公司,企业", Code.POOL_ROW_LENGTH, "", 2, "D2"),
    Case("a row too long", E, "A2,", "A2,,", Code.POOL_ROW_LENGTH, "", 3, "E3"),
    Case("the same id twice", E, "A2,", "a1,", Code.POOL_DUPLICATE_ID, "", 3, "A3"),
    Case("one inspector in two departments", P, "002,", "001,", Code.POOL_DUPLICATE_ID, "departments", 3, "A3"),
    Case("a quotation mark that is not closed", E, "甲公司", '"甲公司', Code.POOL_SYNTAX, "unclosed_quote", 2, None),
    Case("something after a quotation mark", E, "乙公司", '"乙"公司', Code.POOL_SYNTAX, "after_quote", 3, None),
    Case("no entities", E, ENTITIES, "编号,名称\n,\n", Code.POOL_EMPTY, E, None, None),
    Case("no inspectors", P, INSPECTORS, INSPECTORS.split("\n")[0], Code.POOL_EMPTY, P, None, None),
    Case("nothing at all", R, RECUSALS, "\n\n", Code.POOL_EMPTY, "no_header", None, None),
    # cells
    Case("an empty id", E, "A2,", " ,", Code.POOL_EMPTY_CELL, "", 3, "A3"),
    Case("a space in an id", E, "A2,", "A 2,", Code.POOL_BAD_ID, "character", 3, "A3"),
    Case("an id for a spreadsheet", P, "002,", "'002,", Code.POOL_BAD_ID, "apostrophe", 3, "A3"),
    Case("an id of 65 characters", E, "A2,", "A" * 65 + ",", Code.POOL_BAD_ID, "too_long", 3, "A3"),
    Case("an id in scientific notation", E, "A2,", "9.14E+17,", Code.POOL_MANGLED_NUMBER, "", 3, "A3"),
    Case("an id in short scientific notation", E, "A2,", "9e+17,", Code.POOL_MANGLED_NUMBER, "", 3, "A3"),
    Case("an id in full-width scientific notation", E, "A2,", "９.14Ｅ+17,", Code.POOL_MANGLED_NUMBER, "", 3, "A3"),
    Case("an id without its plus", E, "A2,", "9.14E17,", Code.POOL_MANGLED_NUMBER, "", 3, "A3"),
    Case("an id as a float", P, "002,", "2.0,", Code.POOL_MANGLED_NUMBER, "", 3, "A3"),
    Case("an id of a recusal as a float", R, "A1", "1234567.0", Code.POOL_MANGLED_NUMBER, "", 2, "B2"),
    Case("an empty name", E, "乙公司", "", Code.POOL_EMPTY_CELL, "", 3, "B3"),
    Case("a name of white space", P, "李四", " \u3000", Code.POOL_EMPTY_CELL, "", 3, "B3"),
    Case("a name that reads backwards", E, "乙公司", "乙\u202e公司", Code.POOL_BAD_TEXT, "", 3, "B3"),
    Case(
        "a control character in a further column",
        E,
        "A2,乙公司,企业;学校,存续",
        "A2,乙公司,企业;学校,\x07",
        Code.POOL_BAD_TEXT,
        "",
        3,
        "D3",
    ),
    Case("a zero-width space in a set", E, "企业;学校", "企业;学\u200b校", Code.POOL_BAD_TEXT, "", 3, "C3"),
    Case(
        "a control character in a reason", R, "近亲属任职", "近亲\x00属".replace("\x00", "\x01"), Code.POOL_BAD_TEXT, "", 2, "C2"
    ),
    Case("a cell of more than 65536 characters", E, "乙公司", "乙" * 65_537, Code.POOL_LONG_CELL, "", 3, "B3"),
    Case("a cell of more than csv reads", E, "乙公司", '"' + "乙" * 140_000, Code.POOL_LONG_CELL, "", 3, None),
    Case("no department", P, "应急管理局", "", Code.POOL_EMPTY_CELL, "", 3, "C3"),
    Case("a department misspelt", P, "应急管理局", "应急管里局", Code.POOL_UNKNOWN_DEPARTMENT, "nearest", 3, "C3"),
    Case("a department that nobody knows", P, "应急管理局", "卫健委", Code.POOL_UNKNOWN_DEPARTMENT, "", 3, "C3"),
    Case("a date in words", P, "2027-11-15", "明年", Code.POOL_BAD_DATE, "", 2, "D2"),
    Case("a day that there is not", P, "2027-11-15", "2027-11-31", Code.POOL_BAD_DATE, "", 2, "D2"),
    Case("a date of two forms", P, "2027-11-15", "2027-11/15", Code.POOL_BAD_DATE, "", 2, "D2"),
    Case("a date as a spreadsheet counts", P, "2027-11-15", "46706", Code.POOL_BAD_DATE, "", 2, "D2"),
    Case("two dates", P, "2027-11-15", "2022-11-15至2027-11-15", Code.POOL_BAD_DATE, "", 2, "D2"),
]


@pytest.mark.parametrize("case", REFUSALS, ids=str)
def test_a_table_is_refused_with_the_place(case: Case) -> None:
    problems = problems_of(READERS[case.kind][0], case.text)
    assert [(p.code, values_of(p).get("fault", ""), p.place.file, p.place.line, p.place.cell) for p in problems] == [
        (case.code, case.fault, "1.csv", case.line, case.cell)
    ]


ENCODINGS = [
    ("an old workbook cut off", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Code.POOL_BAD_WORKBOOK, "damaged", None),
    ("a workbook cut off", b"PK\x03\x04....", Code.POOL_BAD_WORKBOOK, "damaged", None),
    ("a page of the web", b"\r\n<html><table></table></html>", Code.POOL_NOT_CSV, "html", None),
    ("UTF-16 that breaks off in a character", ENTITIES.encode("utf-16")[:-1], Code.POOL_ENCODING, "utf16", 3),
    ("UTF-16 without a mark", ENTITIES.encode("utf-16-le"), Code.POOL_ENCODING, "nul", 1),
    ("a NUL byte", ENTITIES.replace("乙", "\0").encode(), Code.POOL_ENCODING, "nul", 3),
    ("GBK with another header", ENTITIES.encode("gbk")[2:], Code.POOL_ENCODING, "gbk", 1),
    ("neither", ENTITIES.encode() + b"\xff\xff", Code.POOL_ENCODING, "not_utf8", 4),
]


@pytest.mark.parametrize("read", [read_entities, inspectors, read_recusals], ids=list(READERS))
@pytest.mark.parametrize(("name", "data", "code", "fault", "line"), ENCODINGS, ids=[encoding[0] for encoding in ENCODINGS])
def test_bytes_that_are_no_csv_in_utf8_are_refused(
    read: Read, name: str, data: bytes, code: Code, fault: str, line: int | None
) -> None:
    problem = problems_of(read, data)[-1]
    assert (problem.code, values_of(problem)["fault"], problem.place.line) == (code, fault, line), name


def test_a_pool_of_no_files_has_nobody() -> None:
    assert [problem.code for problem in problems_of(read_entities)] == [Code.POOL_EMPTY]


def test_all_mistakes_of_all_files_are_named_in_one_run() -> None:
    problems = problems_of(
        inspectors,
        "执法证号,姓名,所属部门,证件有效期\n1.0,张三,市监局,2027-1-1\n\n2,,卫健委,明年\n3,李四\n",
        "姓名,执法证号,所属部门,证件有效期\n\u200b,4,,\n王五,x,市监局,\n王五,X,市监局,\n",
    )
    assert [(problem.place.file, problem.place.cell, problem.code) for problem in problems] == [
        ("1.csv", "A2", Code.POOL_MANGLED_NUMBER),
        ("1.csv", "B4", Code.POOL_EMPTY_CELL),
        ("1.csv", "C4", Code.POOL_UNKNOWN_DEPARTMENT),
        ("1.csv", "D4", Code.POOL_BAD_DATE),
        ("1.csv", "C5", Code.POOL_ROW_LENGTH),
        ("2.csv", "A2", Code.POOL_BAD_TEXT),
        ("2.csv", "C2", Code.POOL_EMPTY_CELL),
        ("2.csv", "B4", Code.POOL_DUPLICATE_ID),
    ]
    assert values_of(problems[-1])["other_cell"] == "B3"


def test_the_header_is_checked_and_so_are_the_rows_below_it() -> None:
    problems = problems_of(read_entities, "编号,代码,名称\nA 1,x,甲\nA2,y,\n")
    assert [(problem.place.cell, problem.code) for problem in problems] == [
        ("B1", Code.POOL_DUPLICATE_COLUMN),
        ("A2", Code.POOL_BAD_ID),
        ("C3", Code.POOL_EMPTY_CELL),
    ]


def test_the_same_id_in_two_files_names_both() -> None:
    (problem,) = problems_of(read_entities, ENTITIES, "登记状态,名称,编号,对象类别\n存续,丙,A3,\n存续,丁,A2,\n")
    assert (problem.code, problem.place.file, problem.place.line, problem.place.cell) == (
        Code.POOL_DUPLICATE_ID,
        "2.csv",
        3,
        "C3",
    )
    values = values_of(problem)
    assert (values["value"], values["other_file"], values["other_cell"]) == ("A2", "1.csv", "A3")


def test_a_missing_column_is_named_by_its_usual_header() -> None:
    (problem,) = problems_of(read_entities, "名称\n甲\n")
    assert (values_of(problem)["column"], values_of(problem)["header"]) == ("id", "统一社会信用代码/编号")


def test_a_cell_of_65536_characters_is_not_too_long() -> None:
    assert len(rows_of(read_entities, f"编号,名称\nA1,{'甲' * 65_536}\n")[0][1]) == 65_536


def test_files_of_one_pool_have_the_same_columns() -> None:
    (problem,) = problems_of(read_entities, ENTITIES, "编号,名称,对象类别,地址\nA3,丙,,\n")
    assert (problem.code, problem.place.file) == (Code.POOL_COLUMNS_DIFFER, "2.csv")
    values = values_of(problem)
    assert (values["missing"], values["extra"], values["other"]) == ("status", "address", "1.csv")


def test_what_comes_before_a_fault_of_the_csv_is_checked_too() -> None:
    problems = problems_of(read_entities, '编号,名称\nA1,\nA2,"乙\nA3,丙\n')
    assert [(problem.code, problem.place.line) for problem in problems] == [(Code.POOL_EMPTY_CELL, 2), (Code.POOL_SYNTAX, 3)]


def test_recusals_that_say_the_same_count_once_and_are_noted() -> None:
    text = "执法证号,回避对象,回避事由\n2,a1,同学\n1,A1,\n2,A1, 同学\n2,A1,同事\n"
    read = read_recusals([source(text)])
    assert [tuple(row.values()) for row in read.pool.rows()] == [("1", "A1", ""), ("2", "A1", "同事"), ("2", "A1", "同学")]
    (note,) = read.notes
    assert (note.code, note.severity, note.place.cell) == (Code.POOL_DUPLICATE_ROW, Severity.NOTE, "A4")
    assert values_of(note)["other_cell"] == "A2"


def test_recusals_of_people_whom_the_pools_do_not_have_are_a_warning() -> None:
    entities, people = read_entities([source(ENTITIES)]).pool, inspectors([source(INSPECTORS)]).pool
    recusals = read_recusals([source("执法证号,回避对象\n1,A1\n001,A9\n002,A9\n001,A2\n")]).pool
    warnings = cross_check(entities, people, recusals)
    assert [(w.code, w.severity, values_of(w)) for w in warnings] == [
        (Code.POOL_UNKNOWN_INSPECTOR, Severity.WARNING, {"value": "1", "count": "1"}),
        (Code.POOL_UNKNOWN_ENTITY, Severity.WARNING, {"value": "A9", "count": "2"}),
    ]


def test_more_than_ten_thousand_problems_are_counted() -> None:
    problems = problems_of(read_entities, "编号,名称\n" + "".join(f"A{k},\n" for k in range(10_007)))
    assert len(problems) == 10_001
    assert (problems[-1].code, values_of(problems[-1])["count"]) == (Code.POOL_MORE, "7")


@pytest.mark.parametrize(
    ("column", "row", "name"), [(0, 1, "A1"), (25, 2, "Z2"), (26, 3, "AA3"), (51, 1, "AZ1"), (701, 1, "ZZ1"), (702, 9, "AAA9")]
)
def test_cells_have_the_names_of_a_spreadsheet(column: int, row: int, name: str) -> None:
    assert cell_name(column, row) == name


# ------------------------------------------------------------------------------------------- the fast way is the slow way

TEXTS = st.text(st.sampled_from("ab甲é\u0301 \u3000\u00a0\n\r\u200b\ue000\u0378\ud800가ᄀ\u1161"), max_size=6) | st.text(
    max_size=6
)
COLUMNS = st.lists(TEXTS, min_size=1, max_size=4)


def as_read(read: cells.Reader, column: list[str]) -> list[str] | None:
    try:
        return [read(cell) for cell in column]
    except Unfit:
        return None


@settings(QUICK)
@given(COLUMNS)
@example(["a ", "b"])
@example(["a", " b"])
@example(["a", "", "b"])
@example(["a  b"])
@example(["e", "\u0301"])
@example(["a\nb", "c"])
@example(["x" * 65_537])
def test_values_that_are_plain_are_read_as_they_are(column: list[str]) -> None:
    if cells.plain_values(column):
        assert as_read(cells.read_value, column) == column
    if cells.plain_names(column):
        assert as_read(cells.read_filled, column) == column


@settings(QUICK)
@given(st.lists(st.text(st.sampled_from("0A9Ea._-/()#+ \u3000甲\n"), max_size=5), min_size=1, max_size=4))
@example(["9E+17"])
@example(["1.0"])
@example(["A" * 65])
@example([""])
def test_ids_that_are_plain_are_read_as_they_are(column: list[str]) -> None:
    if cells.plain_ids(column):
        assert as_read(cells.read_id, column) == column


@pytest.mark.parametrize("column", [["91410899MA0LF8Y06T", "GD-2023-0001"], ["a/b"], ["(A)#1_2"]])
def test_ordinary_ids_go_the_fast_way(column: list[str]) -> None:
    assert cells.plain_ids([cell.upper() for cell in column])


@pytest.mark.parametrize("column", [["示范区鑫舟教育咨询有限公司", "A&B（中国）"], ["甲 乙", "x"]])
def test_ordinary_names_go_the_fast_way(column: list[str]) -> None:
    assert cells.plain_names(column)


def test_a_column_of_a_thousand_different_names_reads_as_one_by_one() -> None:
    names = [f"甲{k}" for k in range(2500)]
    names[2000], names[2400], names[2499] = " 乙  丙 ", "e\u0301", "甲\n丁"
    pool = read_entities([source("编号,名称\n" + "".join(f'{k:04},"{name}"\n' for k, name in enumerate(names)))]).pool
    expected = [" ".join(unicodedata.normalize("NFC", name).split()) for name in names]
    assert list(pool.columns["name"]) == expected


# ------------------------------------------------------------------------------------------------------ places, everywhere


@settings(QUICK)
@given(
    st.lists(st.sampled_from(["ok", "ok", "blank", "empty", "tall", "bad"]), max_size=30),
    st.sampled_from([0, 470, 497, 498, 499, 500, 997, 998]),
)
def test_every_bad_row_is_named_by_the_row_and_the_line_where_it_begins(kinds: list[str], good_before: int) -> None:
    text, row, expected = "编号,名称\n", 1, []
    for number, kind in enumerate(["ok"] * good_before + kinds + ["ok"]):
        row += 1
        if kind == "bad":
            expected.append((text.count("\n") + 1, f"B{row}"))
        written = {"ok": "A{},甲\n", "blank": "\n", "empty": " ,\n", "tall": 'A{},"甲\n\n乙"\n', "bad": 'A{},"\n "\n'}[kind]
        text += written.format(number)
    problems = refused(read_entities, text.encode())
    assert [(problem.place.line, problem.place.cell) for problem in problems] == expected
    assert {problem.code for problem in problems} <= {Code.POOL_EMPTY_CELL}


def test_blocks_know_where_their_rows_are() -> None:
    text = "".join(["a\n"] * 499 + ['"b\r\nc"\n'] + ["d\n"] * 3)
    first, second = blocks(text.encode())
    assert (first.spot(498), first.spot(499)) == (Spot(499, 499), Spot(500, 500))
    assert (second.spot(0), second.spot(2)) == (Spot(501, 502), Spot(503, 504))


# --------------------------------------------------------------------------------------------------------- never a crash

PIECES = st.sampled_from(
    [*',;"\n\r\t 甲A1.éＡ|；　\u200b\u202e\x00\ufeff\u2028', '""', '"\n', "\r\n", ",,", "9.14E+17", "长期", "2027-1-1", "市监局"]
)


def refused(read: Read, data: bytes) -> tuple[Problem, ...]:
    """The problems, none if there are none. Anything but a Refusal is a crash."""
    try:
        read([PoolSource("x.csv", data)])
    except Refusal as refusal:
        return refusal.problems
    return ()


def assert_only_refused(read: Read, data: bytes) -> None:
    assert all(problem.place.file == "x.csv" for problem in refused(read, data))


@settings(QUICK)
@given(st.sampled_from(list(READERS)), st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_refused(kind: str, data: bytes) -> None:
    assert_only_refused(READERS[kind][0], data)


@settings(QUICK)
@given(st.sampled_from(list(READERS)), st.data())
def test_a_mutated_table_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    read, text = READERS[kind]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 20)))
        text = text[:start] + data.draw(PIECES | st.text(max_size=5)) + text[end:]
    assert_only_refused(read, text.encode(errors="surrogatepass"))


@settings(QUICK)
@given(st.sampled_from(list(READERS)), st.lists(st.lists(PIECES, max_size=5).map("".join), max_size=40))
def test_rows_of_anything_are_read_or_refused(kind: str, rows: list[str]) -> None:
    read, text = READERS[kind]
    assert_only_refused(read, (text.split("\n")[0] + "\n" + "\n".join(rows)).encode())


@settings(QUICK)
@given(st.permutations(list(range(6))), st.integers(1, 5))
def test_neither_the_order_of_rows_nor_their_division_into_files_leaves_a_trace(order: list[int], cut: int) -> None:
    rows = [f"{k}号,名{k},企业;学校,存续\n" for k in order]
    header = ENTITIES.split("\n")[0] + "\n"
    one = rows_of(read_entities, header + "".join(rows))
    assert one == rows_of(read_entities, header + "".join(rows[:cut]), header + "".join(rows[cut:]))
    assert [row[0] for row in one] == [f"{k}号" for k in range(6)]
