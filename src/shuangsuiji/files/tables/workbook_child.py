"""A process of its own that reads a workbook: whatever a hostile file does to the reader, it does it here.

    python -m shuangsuiji.files.tables.workbook_child

In: eight bytes, the length (big-endian), then the workbook; later one line with the number of a sheet. Out, a JSON document a
line: the sheets with their first rows; then, of the sheet asked for, its blocks of rows. A fault is `{"fault": …}` at any place.
"""

import datetime
import json
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from shuangsuiji.files.tables.unpacked import MOST_CELLS, Hostile, error_cells

_MEMORY = 480 << 20
_SECONDS = 60
_HEAD = 200
_ROWS_OF_A_BLOCK = 500
_DIGITS = 15
"""A spreadsheet keeps so many of a number; the rest became zeros before the file was written."""


def main() -> None:
    """Read, answer, end."""
    _limit_itself()
    source = sys.stdin.buffer
    data = source.read(int.from_bytes(source.read(8), "big"))
    try:
        _serve(data, source)
    except Hostile as hostile:
        _say({"fault": hostile.fault})
    except PasswordError:
        _say({"fault": "password"})
    except (CalamineError, OSError, ValueError) as error:
        _say({"fault": "damaged", "what": type(error).__name__})
    except MemoryError:
        _say({"fault": "too_large"})


def _limit_itself() -> None:
    """Memory and processor time, where the system can limit them (not on Windows: there a reader that breaks off is all)."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


def _serve(data: bytes, source: Any) -> None:
    errors = error_cells(data) if data.startswith(b"PK") else {}
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    parts = _parts(data) if errors else {}
    heads = []
    for number, about in enumerate(book.sheets_metadata):
        if about.typ is not SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_index(number)
        _check_extent(sheet)
        rows = [row for _, row in zip(range(_HEAD), _rows(sheet), strict=False)]
        heads.append({"number": number, "name": about.name, "head": rows})
    _say({"sheets": heads})
    chosen = source.readline().strip()
    if not chosen:
        return
    sheet = book.get_sheet_by_index(int(chosen))
    merged = [[*start, *end] for start, end in sheet.merged_cell_ranges or []]
    _say({"merged": merged, "errors": errors.get(parts.get(sheet.name, ""), [])})
    block: list[list[str]] = []
    for row in _rows(sheet):
        block.append(row)
        if len(block) == _ROWS_OF_A_BLOCK:
            _say({"rows": block})
            block = []
    _say({"rows": block})
    _say({"end": True})


def _check_extent(sheet: CalamineSheet) -> None:
    if sheet.end is not None and (sheet.end[0] + 1) * (sheet.end[1] + 1) > MOST_CELLS:
        raise Hostile("too_large")


def _rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    """All rows from row 1 on, all cells from column A on, trailing empty ones left out."""
    if sheet.start is None:
        return
    left = [""] * sheet.start[1]
    for cells in sheet.iter_rows():
        row = left + [_text(cell) for cell in cells]
        while row and not row[-1]:
            row.pop()
        yield row


def _text(cell: object) -> str:
    """A cell as the spreadsheet shows it under the format "general"; days as YYYY-MM-DD."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if isinstance(cell, datetime.time):
        return cell.isoformat("seconds")
    return str(cell)


def _number(number: float) -> str:
    if number != number or abs(number) >= 10**_DIGITS:
        return f"{number:.{_DIGITS - 1}E}"  # its digits are lost: it must look like that
    if number == int(number):
        return str(int(number))
    return f"{number:.{_DIGITS}g}"


def _parts(data: bytes) -> dict[str, str]:
    """The part of each sheet, by the sheet's name (ECMA-376, Part 1, 18.2.19 and Part 2, 9.3)."""
    import zipfile
    from xml.etree import ElementTree  # document types have been refused

    main, office = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}", "http://schemas.openxmlformats.org"
    with zipfile.ZipFile(BytesIO(data)) as archive:
        try:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
            relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        except (KeyError, ElementTree.ParseError) as error:
            raise Hostile("damaged") from error
    targets = {one.get("Id"): str(one.get("Target")) for one in relations}
    found = {}
    for sheet in book.iter(f"{main}sheet"):
        target = targets.get(sheet.get(f"{{{office}/officeDocument/2006/relationships}}id"), "")
        found[str(sheet.get("name"))] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return found


def _say(value: object) -> None:
    sys.stdout.buffer.write(json.dumps(value).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
