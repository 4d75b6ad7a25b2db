"""Tables as offices have them: encodings, delimiters, workbooks, titles above the header; nothing is guessed and nothing is lost.

The expected pools are those of the same rows as plain UTF-8 CSV; the workbooks are written by openpyxl and xlwt, or by hand.
"""

import datetime
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sheets import by_hand, row, xls, xlsx

from shuangsuiji.files.pools.pool_file import PoolSource, read_entities, read_inspectors
from shuangsuiji.files.tables import table, unpacked
from shuangsuiji.model.problems import Code, Problem, Refusal, Severity

HEADER = ["统一社会信用代码", "企业名称", "对象类别", "登记状态"]
BODY = [
    ["91410800MA00000012", '甲，"乙" 公司', "企业;学校", "存续"],
    ["0000123", "丙\n公司", "企业", "注销"],
    ["410800000123456", "龘𠮷店", "", "存续"],
]
ROWS = [HEADER, *BODY]
PEOPLE = [["执法证号", "姓名", "所属部门", "证件有效期"], ["001", "张三", "甲局", "2027-11-15"]]


def text(rows: list[list[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in cells] for cells in rows]
    return "".join(delimiter.join(cells) + end for cells in quoted)


def source(data: bytes, sheet: str | None = None) -> PoolSource:
    return PoolSource("表.xlsx", data, sheet)


def read(data: bytes, sheet: str | None = None) -> list[tuple[str, ...]]:
    return [tuple(one.values()) for one in read_entities([source(data, sheet)]).pool.rows()]


EXPECTED = read(text(ROWS).encode())


def test_the_pool_to_compare_with_is_what_was_written() -> None:
    assert EXPECTED == [
        ("0000123", "丙 公司", "企业", "注销"),
        ("410800000123456", "龘𠮷店", "", "存续"),
        ("91410800MA00000012", '甲，"乙" 公司', "企业;学校", "存续"),
    ]


FORMS: dict[str, bytes] = {
    "UTF-8 with a mark": text(ROWS).encode("utf-8-sig"),
    "UTF-16, little-endian": text(ROWS).encode("utf-16"),
    "UTF-16, big-endian": b"\xfe\xff" + text(ROWS).encode("utf-16-be"),
    "the Unicode text of a spreadsheet": text(ROWS, "\t").encode("utf-16"),
    "GB18030": text(ROWS).encode("gb18030"),
    "GB18030 with tabs": text(ROWS, "\t").encode("gb18030"),
    "semicolons": text(ROWS, ";").encode(),
    "tabs": text(ROWS, "\t", "\n").encode(),
    "old line ends": text(ROWS, ",", "\r").encode(),
    "a title above": ("示范区检查对象名录库,,,\r\n（截至2023年3月）,,,\r\n,,,\r\n" + text(ROWS)).encode(),
    "an empty column at the right": text([[*cells, "", " "] for cells in ROWS]).encode(),
    "an empty column in the middle": text([[*cells[:2], "", *cells[2:]] for cells in ROWS]).encode(),
    "a workbook of openpyxl": xlsx(("名单", ROWS)),
    "a workbook of xlwt": xls(ROWS),
    "a workbook with another sheet": xlsx(("填表说明", [["一户一行，不要合并单元格"]]), ("名单", ROWS), ("空", [])),
    "a workbook with titles": xlsx(("名单", [["示范区检查对象名录库"], ["截至2023年3月", "单位：户"], [], *ROWS])),
    "a workbook with merged titles": xlsx(("名单", [["示范区检查对象名录库"], *ROWS]), merge="A1:D1"),
    "a workbook with blank rows": xlsx(("名单", [HEADER, BODY[0], [], *BODY[1:], ["", " "]])),
    "a workbook that begins at C3": xlsx(("名单", [[], [], *(["", "", *cells] for cells in ROWS)])),
    "a workbook that is not packed": by_hand(
        "".join(row(number, *(cell.replace('"', "&quot;") for cell in cells)) for number, cells in enumerate(ROWS, 1)),
        packed=zipfile.ZIP_STORED,
    ),
}


@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS)
def test_the_same_rows_give_the_same_pool_however_they_are_written(data: bytes) -> None:
    assert read(data) == EXPECTED


def test_a_sheet_is_chosen_by_its_name_even_if_it_is_hidden() -> None:
    both = xlsx(("旧", [HEADER, ["A1", "旧", "", ""]]), ("新", ROWS), hidden="新")
    assert read(both, "新") == EXPECTED


def test_titles_above_the_header_are_said_to_be_passed_over() -> None:
    notes = read_entities([source(FORMS["a title above"])]).notes
    assert [(n.code, n.severity, n.place.line, dict(n.values)["count"], dict(n.values)["row"]) for n in notes] == [
        (Code.POOL_TITLE_ROWS, Severity.NOTE, 1, "2", "4")
    ]


def test_numbers_and_days_of_a_workbook_read_as_the_spreadsheet_shows_them() -> None:
    header = ["编号", "名称", "x", "y", "z", "到期"]
    cells = [12345, "甲", 0.5, True, 123456789012345, datetime.date(2027, 3, 1)]
    more = ["2", "乙", 1e-7, 0.1 + 0.2, -3.0, datetime.datetime(2027, 3, 1, 8, 30)]  # noqa: DTZ001
    assert read(xlsx(("名单", [header, cells, more]))) == [
        ("12345", "甲", "0.5", "TRUE", "123456789012345", "2027-03-01"),
        ("2", "乙", "1e-07", "0.3", "-3", "2027-03-01 08:30:00"),
    ]


def test_a_day_of_a_workbook_is_a_day_of_a_certificate() -> None:
    people = [PEOPLE[0], ["001", "张三", "甲局", datetime.date(2027, 11, 15)]]
    pool = read_inspectors([source(xlsx(("人员", people)))], {"甲局": "甲局"}).pool
    assert pool.cells(["001"], "certificate_expiry") == ["2027-11-15"]


# ------------------------------------------------------------------------------------------------------------- refusals


@dataclass(frozen=True)
class Bad:
    """A table and the one problem it has: code, the kind of fault, line and cell."""

    name: str
    data: Callable[[], bytes]
    code: Code
    fault: str = ""
    line: int | None = None
    cell: str | None = None
    sheet: str | None = None
    wanted: str | None = None

    def __str__(self) -> str:
        return self.name


def changed(old: str, new: str) -> bytes:
    whole = text(ROWS, ",", "\n").replace('"', "").replace("\n公司", "公司")
    assert old in whole
    return whole.replace(old, new, 1).encode()


def bomb(cells: str, before: str = "") -> bytes:
    return by_hand(row(1, "编号", "名称") + cells, before)


def protected() -> bytes:
    """A workbook whose first part says that it is encrypted (bit 0 of its flags, in both of its headers)."""
    data = bytearray(xlsx(("名单", ROWS)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def mojibake() -> bytes:
    """UTF-8 that some program took for GBK and saved as UTF-8."""
    return text(ROWS).encode().decode("gb18030", "replace").encode()


def number(code: int) -> bytes:
    return xlsx(("甲", [HEADER, [code, "甲", "", ""]]))


def error_row(at: int) -> str:
    return row(at, "A1", "甲").removesuffix("</row>") + f'<c r="C{at}" t="e"><v>#N/A</v></c></row>'


def merged() -> bytes:
    return xlsx(("甲", [*ROWS, ["A9", "丁", "企业", "存续"]]), merge="C4:D5")


def far_end() -> bytes:
    return bomb('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def archive(name: str, content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, content)
    return out.getvalue()


REFUSALS = [
    # encodings
    Bad("Big5", lambda: "統一社會信用代碼,企業名稱\nA1,甲\n".encode("big5"), Code.POOL_ENCODING, "big5", 1),
    Bad("Shift_JIS", lambda: "番号,テスト\nA1,テスト\n".encode("cp932"), Code.POOL_ENCODING, "gbk", 1),
    Bad("an English header over bytes that are no UTF-8", lambda: b"id,name\nA1,\xbc\xd7\n", Code.POOL_ENCODING, "unclear", 2),
    Bad("UTF-8 with one bad byte", lambda: changed("丙", "丙~").replace(b"~", b"\xff"), Code.POOL_ENCODING, "not_utf8", 3),
    Bad("a header read in the wrong encoding", mojibake, Code.POOL_ENCODING, "mojibake"),
    Bad("GBK that breaks off", lambda: changed("", "").decode().encode("gb18030") + b"\x81", Code.POOL_ENCODING, "gb18030", 5),
    # rows that are none
    Bad("a total", lambda: changed("0000123,丙", "合计,丙"), Code.POOL_TOTAL_ROW, "", 3, "A3"),
    Bad("a total with spaces", lambda: changed("0000123,丙", "合　计：,丙"), Code.POOL_TOTAL_ROW, "", 3, "A3"),
    Bad("a total in full-width digits", lambda: changed("0000123,丙", "合计１２户,丙"), Code.POOL_TOTAL_ROW, "", 3, "A3"),
    Bad("a total in another column", lambda: changed("0000123,丙公司,企业", ",总计3户,企业"), Code.POOL_TOTAL_ROW, "", 3, "A3"),
    Bad("a sample", lambda: changed("丙公司", "案例（请删除）"), Code.POOL_SAMPLE_ROW, "", 3, "B3"),
    Bad("a sample by its id", lambda: changed("0000123", "示例1"), Code.POOL_SAMPLE_ROW, "", 3, "A3"),
    Bad("the header again", lambda: changed("0000123,丙公司,企业,注销", ",".join(HEADER)), Code.POOL_HEADER_AGAIN, "", 3, "A3"),
    Bad("data above the header", lambda: "A0,零,企业,存续\n".encode() + changed("", ""), Code.POOL_ROW_ABOVE, "", 1),
    Bad("something in a column without a header", lambda: changed("登记状态", ""), Code.POOL_EMPTY_HEADER, "", 2, "D2"),
    Bad("too many columns", lambda: ("编号,名称" + ",x" * 1000 + "\n").encode(), Code.POOL_TOO_LARGE, "columns", 1),
    Bad("too many rows", lambda: "编号,名称\n".encode() + b"\n" * 3_000_001, Code.POOL_TOO_LARGE, "rows", 3_000_001),
    # sheets
    Bad("two sheets that fit", lambda: xlsx(("甲", ROWS), ("乙", ROWS)), Code.POOL_SHEET, "several"),
    Bad("no sheet that fits", lambda: xlsx(("甲", [["x"]]), ("乙", [["y"]])), Code.POOL_SHEET, "none"),
    Bad("empty sheets", lambda: xlsx(("甲", []), ("乙", [])), Code.POOL_SHEET, "empty"),
    Bad("a sheet that there is not", lambda: xlsx(("甲", ROWS)), Code.POOL_SHEET, "unknown", sheet="乙", wanted="乙"),
    Bad("a sheet of a text", lambda: text(ROWS).encode(), Code.POOL_SHEET, "text", sheet="乙", wanted="乙"),
    # what a workbook did to its cells
    Bad("a code made a number", lambda: number(914108001234567890), Code.POOL_MANGLED_NUMBER, "", None, "A2", "甲"),
    Bad(
        "an error value",
        lambda: by_hand(row(1, "编号", "名称", "x") + error_row(2)),
        Code.POOL_ERROR_CELL,
        "",
        None,
        "C2",
        "名单",
    ),
    Bad(
        "a formula without a result",
        lambda: xlsx(("甲", [HEADER, ["A1", "甲", "", "=1+1"]])),
        Code.POOL_ERROR_CELL,
        "",
        None,
        "D2",
        "甲",
    ),
    Bad("merged cells", merged, Code.POOL_MERGED_CELLS, "", None, "C4", "甲"),
    Bad("an empty id", lambda: xlsx(("甲", [["表"], *ROWS, ["", "丁"]])), Code.POOL_EMPTY_CELL, "", None, "A6", "甲"),
    # hostile or broken
    Bad("a workbook with a password", protected, Code.POOL_BAD_WORKBOOK, "password"),
    Bad("a document type", lambda: bomb(row(2, "A1", "甲"), '<!DOCTYPE x [<!ENTITY a "aa">]>'), Code.POOL_BAD_WORKBOOK, "dtd"),
    Bad("a cell at the far end", far_end, Code.POOL_BAD_WORKBOOK, "too_large"),
    Bad("another archive", lambda: archive("a.txt", "x"), Code.POOL_BAD_WORKBOOK, "damaged"),
    Bad("half a workbook", lambda: xlsx(("甲", ROWS))[:2000], Code.POOL_BAD_WORKBOOK, "damaged"),
    Bad("half an old workbook", lambda: xls(ROWS)[:3000], Code.POOL_BAD_WORKBOOK, "damaged"),
]


def problems_of(bad: Bad) -> tuple[Problem, ...]:
    with pytest.raises(Refusal) as caught:
        read_entities([source(bad.data(), bad.wanted)])
    return tuple(problem for problem in caught.value.problems if problem.severity is Severity.ERROR)


@pytest.mark.parametrize("bad", REFUSALS, ids=str)
def test_a_bad_table_is_refused_with_its_place(bad: Bad) -> None:
    problems = problems_of(bad)
    found = [(p.code, dict(p.values).get("fault", ""), p.place.line, p.place.cell, p.place.sheet) for p in problems]
    assert found == [(bad.code, bad.fault, bad.line, bad.cell, bad.sheet)]


def test_a_reader_that_breaks_off_is_a_problem_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_MOST_WORKBOOK", 100)
    with pytest.raises(Refusal) as caught:
        read_entities([source(FORMS["a workbook of openpyxl"])])
    assert [(p.code, dict(p.values)["fault"]) for p in caught.value.problems] == [(Code.POOL_BAD_WORKBOOK, "too_large")]


@pytest.mark.parametrize("lie", [False, True], ids=["as it states", "more than it states"])
def test_what_an_archive_unpacks_to_is_counted_whatever_it_states(monkeypatch: pytest.MonkeyPatch, lie: bool) -> None:
    monkeypatch.setattr(unpacked, "MOST_BYTES", 4 << 20)
    data = bytearray(by_hand(" " * (5 << 20)))
    at = data.rindex(b"PK\x01\x02")  # the last part in the directory is the sheet
    if lie:
        data[at + 24 : at + 28] = (100).to_bytes(4, "little")  # its size unpacked, as stated
    with pytest.raises(unpacked.Hostile, match="too_large"):
        unpacked.error_cells(bytes(data))
    assert unpacked.error_cells(by_hand(" " * (3 << 20))) == {}
