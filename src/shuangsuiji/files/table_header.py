"""The header of a table: which column each of its cells names (draw-v1 §1), and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from shuangsuiji.files.csv_table import Spot, cell_name
from shuangsuiji.files.headers import column_of_header, usual_headers
from shuangsuiji.files.pool_form import Problems, TableForm
from shuangsuiji.model.problems import Code, Place
from shuangsuiji.model.text import NotCanonical

_OTHER_DELIMITERS = {";": "semicolon", "；": "semicolon", "\t": "tab", "，": "wide_comma"}


@dataclass(frozen=True, slots=True)
class Header:
    """The column that each header names (None for a header with a fault), and the headers as they stand there."""

    columns: tuple[str | None, ...]
    texts: tuple[str, ...]


def read_header(form: TableForm, file: str, cells: Sequence[str], spot: Spot, problems: Problems) -> Header:
    """Read a header; its faults are noted, as are columns that are missing."""
    if len(cells) == 1 and (fault := next((name for mark, name in _OTHER_DELIMITERS.items() if mark in cells[0]), "")):
        problems.add(Code.POOL_NOT_CSV, Place(file, spot.line, cell=cell_name(0, spot.row)), fault=fault)
        return Header((None,), tuple(cells))
    columns: list[str | None] = []
    for number, header in enumerate(cells):
        place = Place(file, spot.line, cell=cell_name(number, spot.row))
        columns.append(_column(form, header, place, problems))
        if (column := columns[-1]) is not None and column in columns[:-1]:
            other = columns.index(column)
            problems.add(
                Code.POOL_DUPLICATE_COLUMN,
                place,
                column=column,
                header=header,
                other=cells[other],
                other_cell=cell_name(other, spot.row),
            )
            columns[-1] = None
    for column in form.required:
        if column not in columns:
            headers = usual_headers(form.kind, column)
            problems.add(Code.POOL_MISSING_COLUMN, Place(file, spot.line), column=column, header=headers[0], fault=form.kind)
    return Header(tuple(columns), tuple(cells))


def _column(form: TableForm, header: str, place: Place, problems: Problems) -> str | None:
    try:
        column = column_of_header(form.kind, header)
    except NotCanonical as error:
        problems.add(Code.POOL_BAD_HEADER, place, header=header, character=error.character)
        return None
    if not column:
        problems.add(Code.POOL_EMPTY_HEADER, place)
        return None
    return column
