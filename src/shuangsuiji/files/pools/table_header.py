"""The header of a table: which row it is, which column each of its cells names (draw-v1 §1), and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from shuangsuiji.files.pools.headers import column_of_header, usual_headers
from shuangsuiji.files.pools.pool_form import Origin, Problems, TableForm
from shuangsuiji.files.tables.block import Block, Spot, cell_name, is_blank
from shuangsuiji.files.tables.text_form import ROWS_TO_A_HEADER, WHOLE
from shuangsuiji.model.problems import Code, Place, Severity
from shuangsuiji.model.text import NotCanonical, trimmed

_OTHER_DELIMITERS = {"；": "wide_semicolon", "，": "wide_comma"}
_QUOTED = 30


@dataclass(frozen=True, slots=True)
class Header:
    """The column that each header names (None for a header with a fault, and where there is none), the headers as they stand
    there, and their place."""

    columns: tuple[str | None, ...]
    texts: tuple[str, ...]
    spot: Spot

    @property
    def unnamed(self) -> tuple[int, ...]:
        """The columns without a header: nothing may stand in them."""
        return tuple(number for number, text in enumerate(self.texts) if not trimmed(text))


def fit(form: TableForm, cells: Sequence[str]) -> int:
    """How many of the columns that must be there these cells name; `WHOLE` if all."""
    found = set()
    for cell in cells:
        try:
            found.add(column_of_header(form.kind, cell))
        except NotCanonical:
            continue
    named = len(found.intersection(form.required))
    return WHOLE if named == len(form.required) else named


def header_row(form: TableForm, block: Block) -> int | None:
    """The number of the row that is the header, in the first block of a table; None if all of them are blank.

    It is, of the first rows that are not blank, the first of those that name the most of what must be there.
    """
    rows = [number for number, row in enumerate(block.rows) if not is_blank(row)][:ROWS_TO_A_HEADER]
    return max(rows, key=lambda number: fit(form, block.rows[number]), default=None)


def note_rows_above(origin: Origin, block: Block, head: int, problems: Problems) -> None:
    """Titles and explanations above a header are passed over, and said to be; what looks like data there is a fault."""
    titles = []
    width = sum(map(bool, map(trimmed, block.rows[head])))
    for number, row in enumerate(block.rows[:head]):
        filled = [trimmed(cell) for cell in row if trimmed(cell)]
        if len(filled) > 2 and 2 * len(filled) > width:
            problems.add(Code.POOL_ROW_ABOVE, origin.place(block.spot(number)), value=_short("，".join(filled)))
        elif filled:
            titles.append((block.spot(number), filled[0]))
    if titles:
        place, value = origin.place(titles[0][0]), _short(titles[0][1])
        problems.add(Code.POOL_TITLE_ROWS, place, Severity.NOTE, count=len(titles), value=value, row=block.spot(head).row)


def _short(text: str) -> str:
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"


def read_header(form: TableForm, origin: Origin, cells: Sequence[str], spot: Spot, problems: Problems) -> Header:
    """Read a header; its faults are noted, as are columns that are missing."""
    if len(cells) == 1 and (fault := next((name for mark, name in _OTHER_DELIMITERS.items() if mark in cells[0]), "")):
        problems.add(Code.POOL_NOT_CSV, origin.place(spot, 0), fault=fault)
        return Header((None,), tuple(cells), spot)
    columns: list[str | None] = []
    for number, header in enumerate(cells):
        columns.append(_column(form, header, origin.place(spot, number), problems))
        if (column := columns[-1]) is not None and column in columns[:-1]:
            other = columns.index(column)
            problems.add(
                Code.POOL_DUPLICATE_COLUMN,
                origin.place(spot, number),
                column=column,
                header=header,
                other=cells[other],
                other_cell=cell_name(other, spot.row),
            )
            columns[-1] = None
    for column in form.required:
        if column not in columns:
            headers = usual_headers(form.kind, column)
            place = origin.place(spot)
            problems.add(Code.POOL_MISSING_COLUMN, place, column=column, header=headers[0], fault=form.kind)
    return Header(tuple(columns), tuple(cells), spot)


def _column(form: TableForm, header: str, place: Place, problems: Problems) -> str | None:
    try:
        return column_of_header(form.kind, header) or None
    except NotCanonical as error:
        problems.add(Code.POOL_BAD_HEADER, place, header=header, character=error.character)
        return None
