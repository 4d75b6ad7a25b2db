"""Rows as they stand in the files where problems are, read once more: what a report puts beside each problem."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from shuangsuiji.files.durable.storage import read_input
from shuangsuiji.files.tables.block import BadTable
from shuangsuiji.files.tables.workbook import workbook
from shuangsuiji.model.problems import Place, Refusal

_LINE_BREAK = re.compile("\r\n|\r|\n")
_WORKBOOKS = (b"\xd0\xcf\x11\xe0", b"PK\x03\x04")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def source_row(place: Place) -> list[str]:
    """The row at `place`; see `source_rows`."""
    return source_rows([place])[0]


def row_number(place: Place) -> int | None:
    """The number of the row of a place's cell, as a spreadsheet counts."""
    digits = "".join(character for character in place.cell or "" if character in "0123456789")
    return int(digits) if digits else None


def source_rows(places: Sequence[Place]) -> list[list[str]]:
    """The row at each of `places`: of text (a plan, a CSV table) its physical line as it is, of a workbook its cells.

    Empty for a place that names no row of a file, and where the file cannot be read any more. Each file is read once.
    """
    files: dict[str, list[Place]] = {}
    for place in places:
        if place.file and _names_row(place):
            files.setdefault(place.file, []).append(place)
    found = {file: _rows_of(file, wanted) for file, wanted in files.items()}
    return [found[place.file].get(place, []) if place.file in found else [] for place in places]


def _names_row(place: Place) -> bool:
    return place.line is not None or (place.sheet is not None and place.cell is not None)


def _rows_of(file: str, places: Sequence[Place]) -> Mapping[Place, list[str]]:
    try:
        data = read_input(Path(file))
    except Refusal:
        return {}
    if data.startswith(_WORKBOOKS):
        return _workbook_rows(data, places)
    lines = _LINE_BREAK.split(_text(data))
    return {place: [lines[place.line - 1]] for place in places if place.line is not None and 0 < place.line <= len(lines)}


def _workbook_rows(data: bytes, places: Sequence[Place]) -> Mapping[Place, list[str]]:
    """The cells of the row of each place (its sheet, and the number in the name of its cell); each sheet is read once."""
    found: dict[Place, list[str]] = {}
    for sheet in {place.sheet for place in places}:
        wanted: dict[int, list[Place]] = {}
        for place in places:
            if place.sheet == sheet and (number := row_number(place)):
                wanted.setdefault(number, []).append(place)
        try:
            for number, row in _rows_of_sheet(data, sheet):
                found |= dict.fromkeys(wanted.get(number, ()), row)
        except BadTable:
            continue
    return found


def _rows_of_sheet(data: bytes, name: str | None) -> Iterator[tuple[int, list[str]]]:
    with workbook(data) as book:
        for sheet in book.sheets:
            if sheet.name == name:
                book.choose(sheet)
                for block in book.blocks():
                    yield from enumerate(block.rows, start=block.first.row)
                return


def _text(data: bytes) -> str:
    """The text in whatever encoding an office writes; what cannot be read is replaced, since it is only shown."""
    if data.startswith(_UTF_16):
        return data.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8-sig", errors="replace")
