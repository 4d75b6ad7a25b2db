"""Workbooks for the tests, written by programs that are not ours (openpyxl, xlwt), or part by part where a fault is wanted."""

import io
import zipfile
from collections.abc import Sequence

import openpyxl
import xlwt

Rows = Sequence[Sequence[object]]

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_ROOT = _RELS.format(f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>')
_BOOK_RELS = _RELS.format(f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>')
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BOOK = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="名单" sheetId="1" r:id="r1"/></sheets></workbook>'


def xlsx(*sheets: tuple[str, Rows], merge: str = "", hidden: str = "") -> bytes:
    """A workbook of openpyxl with these sheets; `merge` a range of the first, `hidden` a sheet's name."""
    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    if merge:
        book[sheets[0][0]].merge_cells(merge)
    if hidden:
        book[hidden].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: Rows, name: str = "名单") -> bytes:
    """An old workbook of xlwt."""
    book = xlwt.Workbook()
    sheet = book.add_sheet(name)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def by_hand(rows: str, before: str = "", packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook whose one sheet has these `<row>`s; `before` stands before the sheet's root."""
    sheet = f'<?xml version="1.0"?>{before}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as archive:
        for name, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _ROOT),
            ("xl/workbook.xml", _BOOK),
            ("xl/_rels/workbook.xml.rels", _BOOK_RELS),
            ("xl/worksheets/sheet1.xml", sheet),
        ):
            archive.writestr(name, text)
    return out.getvalue()


def row(number: int, *cells: str) -> str:
    """A `<row>` of text cells from column A on."""
    texts = "".join(
        f'<c r="{chr(65 + column)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>' for column, cell in enumerate(cells)
    )
    return f'<row r="{number}">{texts}</row>'
