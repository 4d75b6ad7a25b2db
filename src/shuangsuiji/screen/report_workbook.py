"""The report of `check` as a workbook: one sheet, every text a text, the same bytes for the same problems."""

import datetime
import io
import zipfile
import zlib
from collections.abc import Sequence

import xlsxwriter

from shuangsuiji.screen.report import COLUMNS, Row, header_of

SHEET = "问题"
_WIDTHS = (6, 8, 12, 28, 12, 8, 9, 60, 60, 60)
_WIDTH_OF_A_CELL = 20
_BORN = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)  # any day, as long as it is always the same
_MARK = ("shuangsuiji", "check report 1")
_MARKS_FILE = "docProps/custom.xml"
_LARGEST_MARK = 1 << 16
_TEXT_ONLY = {
    "in_memory": True,  # no files in between, with names and rows of somebody's pool in them
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def report_xlsx(table: Sequence[Row]) -> bytes:
    """The table as a workbook: frozen header, filters, numbers only where we count."""
    buffer = io.BytesIO()
    header = header_of(table)
    with xlsxwriter.Workbook(buffer, _TEXT_ONLY) as book:
        book.set_properties({"title": "检查计划和名录库的全部问题", "created": _BORN})
        book.set_custom_property(*_MARK, "text")
        sheet = book.add_worksheet(SHEET)
        heading = book.add_format({"bold": True, "bg_color": "#D9E1F2", "border": 1, "valign": "vcenter"})
        said = book.add_format({"text_wrap": True, "valign": "top"})
        as_text = book.add_format({"num_format": "@", "valign": "top"})  # who edits the cell gets text again, zeros and all
        for column, name in enumerate(header):
            width = _WIDTHS[column] if column < len(_WIDTHS) else _WIDTH_OF_A_CELL
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, heading)
        for number, row in enumerate(table, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(number, column, cell, said)
                elif cell:
                    sheet.write_string(number, column, cell, as_text if column >= len(COLUMNS) - 1 else said)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(table), len(header) - 1)
    return buffer.getvalue()


def is_report_xlsx(data: bytes) -> bool:
    """Whether these bytes are an earlier report: a workbook that bears our mark."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            info = packed.getinfo(_MARKS_FILE)
            return info.file_size <= _LARGEST_MARK and _mark_in(packed.read(info))
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return False  # no archive, one without marks, an encrypted or a broken one


def _mark_in(properties: bytes) -> bool:
    name, value = (text.encode() for text in _MARK)
    return b'name="' + name + b'"' in properties and b">" + value + b"<" in properties
