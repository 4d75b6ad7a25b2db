"""The report of `check`: every problem beside the row where it is, as a workbook or as CSV for Excel and WPS."""

import csv
import io
from collections.abc import Sequence

from shuangsuiji.files.source_row import row_number
from shuangsuiji.model.problems import Problem
from shuangsuiji.screen.export import safe_cell
from shuangsuiji.screen.messages import remedy_of, text_of
from shuangsuiji.screen.reporting import severity_text, whole_place
from shuangsuiji.screen.show import show

COLUMNS = ("序号", "级别", "代码", "文件", "工作表", "行", "单元格", "问题", "怎么改", "原行内容")
"""Before the cells of the row itself, the first of which stands in the last of these."""

_BOM = "\ufeff"
_CSV_BEGINNING = (_BOM + ",".join(COLUMNS)).encode()

LONGEST_CELL = 32_000
"""In characters; Excel takes no more than 32,767."""

_MOST_CELLS = 200

Row = list[str | int]


def report_rows(problems: Sequence[Problem], rows: Sequence[Sequence[str]]) -> list[Row]:
    """The table without its header: of each problem what and where, and the cells of `rows` that stand there."""
    return [[*_told(number, problem), *_cells(row)] for number, (problem, row) in enumerate(zip(problems, rows, strict=True), 1)]


def header_of(table: Sequence[Row]) -> list[str]:
    """The names of the columns, as many as the longest row has."""
    further = max((len(row) for row in table), default=0) - len(COLUMNS)
    return [*COLUMNS, *(f"{COLUMNS[-1]} {number}" for number in range(2, further + 2))]


def report_csv(table: Sequence[Row]) -> bytes:
    """The table as CSV: UTF-8 with BOM, CRLF, no cell that a spreadsheet would run or write anew."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header_of(table))
    writer.writerows([cell if isinstance(cell, int) else safe_cell(cell) for cell in row] for row in table)
    return (_BOM + buffer.getvalue()).encode()


def is_report_csv(data: bytes) -> bool:
    """Whether these bytes are an earlier report."""
    return data.startswith(_CSV_BEGINNING)


def _told(number: int, problem: Problem) -> Row:
    place = problem.place
    at_task = f"{whole_place(problem)}：" if place.file is None and place.path and problem.code.startswith("DRAW-") else ""
    row = place.line or row_number(place) or ""
    texts = [severity_text(problem), str(problem.code), show(place.file or ""), show(place.sheet or "")]
    return [number, *texts, row, place.cell or "", at_task + text_of(problem), remedy_of(problem)]


def _cells(row: Sequence[str]) -> list[str]:
    """The cells fit to be shown; tabs, which part the cells of some tables, stay."""
    return [_short("\t".join(map(show, cell[: LONGEST_CELL + 1].split("\t")))) for cell in row[:_MOST_CELLS]] or [""]


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST_CELL else f"{cell[:LONGEST_CELL]}……"
