"""Blocks of rows, and where each row stands, as a spreadsheet and a text editor count.

Row 1 is the first one, blank ones included, so that "B7" is what a spreadsheet shows. In a text file a row is a record, which
begins at a physical line and goes on to the next one where a quoted cell holds a line break; in a workbook there are no lines.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.text import trimmed

MOST_COLUMNS = 1_000
MOST_ROWS = 3_000_000
"""More than the entities of any city; what goes beyond is most often not a pool."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a row is: its number in a spreadsheet and the line of the text at which it begins, both from 1; 0 for no line."""

    row: int
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that follow one another. `spots` says where each is (rows, lines); None if all stand on lines of their own, the first
    of them at `first`, or on no lines at all."""

    rows: list[list[str]]
    first: Spot
    spots: tuple[Sequence[int], Sequence[int]] | None = None

    def spot(self, number: int) -> Spot:
        """Where the row `number` (from 0) of the block is."""
        if self.spots is not None:
            return Spot(self.spots[0][number], self.spots[1][number])
        return Spot(self.first.row + number, self.first.line and self.first.line + number)

    def only(self, numbers: list[int]) -> "Block":
        """The rows with these numbers."""
        return Block([self.rows[k] for k in numbers], self.first, packed([self.spot(k) for k in numbers]))

    def without_rows(self) -> "Block":
        """The places alone."""
        return Block([], self.first, self.spots)


class BadTable(ValueError):
    """What ends the reading of a table, and where that shows."""

    def __init__(self, unfit: Unfit, line: int | None = None, sheet: str | None = None) -> None:
        super().__init__(unfit, line, sheet)
        self.unfit = unfit
        self.line = line
        self.sheet = sheet


def packed(spots: list[Spot]) -> tuple[Sequence[int], Sequence[int]]:
    """Spots as a block keeps them."""
    return array("q", [spot.row for spot in spots]), array("q", [spot.line for spot in spots])


def is_blank(row: Sequence[str]) -> bool:
    """Whether a row has no cell with anything but white space in it."""
    return not any(map(trimmed, row))


def cell_name(column: int, row: int) -> str:
    """A spreadsheet's name of a cell; `column` counts from 0, `row` from 1.

    >>> cell_name(1, 7), cell_name(26, 1)
    ('B7', 'AA1')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"
