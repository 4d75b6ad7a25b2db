"""Strict CSV: blocks of rows, and where each row stands, as a spreadsheet and a text editor count.

A row is a record; row 1 is the first one, blank ones included, so that "B7" is what a spreadsheet shows. A record begins at a
physical line and goes on to the next one where a quoted cell holds a line break.
"""

import codecs
import csv
import io
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from shuangsuiji.files.raw_text import BadBytes, check_kind, decoded
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.problems import Code
from shuangsuiji.model.text import trimmed

LONGEST_CELL = 65_536
"""In characters; what is longer is most often a quotation mark that nobody closed."""

_ROWS_OF_A_BLOCK = 500  # fewer lists than what makes Python's garbage collector start, which would look at all there is
_LINE_BREAK = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a row is: its number in a spreadsheet and the line of the text at which it begins, both from 1."""

    row: int
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that follow one another. `spots` says where each is (rows, lines); None if all stand on lines of their own, the first
    of them at `first`."""

    rows: list[list[str]]
    first: Spot
    spots: tuple[Sequence[int], Sequence[int]] | None = None

    def spot(self, number: int) -> Spot:
        """Where the row `number` (from 0) of the block is."""
        if self.spots is not None:
            return Spot(self.spots[0][number], self.spots[1][number])
        return Spot(self.first.row + number, self.first.line + number)

    def only(self, numbers: list[int]) -> "Block":
        """The rows with these numbers."""
        spots = [self.spot(k) for k in numbers]
        return Block([self.rows[k] for k in numbers], self.first, _packed(spots))


class BadTable(ValueError):
    """Bytes that end the reading of a table, and the line where that shows."""

    def __init__(self, unfit: Unfit, line: int | None = None) -> None:
        super().__init__(unfit, line)
        self.unfit = unfit
        self.line = line


def blocks(data: bytes) -> Iterator[Block]:
    """The rows of a table in blocks, in order. Raises BadTable at the first fault;
    the rows before it have been given."""
    _check_kind(data)
    stream = io.BytesIO(data)
    stream.seek(len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0)
    reader = csv.reader(io.TextIOWrapper(stream, encoding="utf-8", newline=""), strict=True)
    next_row, next_line = 1, 1
    while True:
        rows: list[list[str]] = []
        error: Exception | None = None
        try:
            rows.extend(islice(reader, _ROWS_OF_A_BLOCK))  # keeps what came before an error
        except (csv.Error, UnicodeDecodeError) as caught:
            error = caught
        block = _block(rows, Spot(next_row, next_line), None if error else reader.line_num)
        if rows:
            yield block
        next_row, next_line = next_row + len(rows), _line_after(block)
        if error is not None:
            raise _bad_table(error, data, next_line) from error
        if not rows:
            return


def _block(rows: list[list[str]], first: Spot, last_line: int | None) -> Block:
    if last_line == first.line + len(rows) - 1:
        return Block(rows, first)
    spots, line = [], first.line
    for number, row in enumerate(rows):
        spots.append(Spot(first.row + number, line))
        line += _lines(row)
    return Block(rows, first, _packed(spots))


def _packed(spots: list[Spot]) -> tuple[Sequence[int], Sequence[int]]:
    return array("q", [spot.row for spot in spots]), array("q", [spot.line for spot in spots])


def _line_after(block: Block) -> int:
    if not block.rows:
        return block.first.line
    return block.spot(len(block.rows) - 1).line + _lines(block.rows[-1])


def _lines(row: list[str]) -> int:
    return 1 + sum(len(_LINE_BREAK.findall(cell)) for cell in row)


def _check_kind(data: bytes) -> None:
    try:
        check_kind(data)
    except BadBytes as bad:
        code = Code.POOL_NOT_CSV if bad.fault in {"xls", "xlsx"} else Code.POOL_ENCODING
        raise BadTable(Unfit(code, fault=bad.fault), bad.line) from bad
    if (
        data[:512]
        .removeprefix(codecs.BOM_UTF8)
        .lstrip()
        .lower()
        .startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta"))
    ):
        raise BadTable(Unfit(Code.POOL_NOT_CSV, fault="html"))


def _bad_table(error: Exception, data: bytes, line: int) -> BadTable:
    """What ended the reading of a record that begins at `line`."""
    if isinstance(error, UnicodeDecodeError):
        try:
            decoded(data)
        except BadBytes as bad:
            return BadTable(Unfit(Code.POOL_ENCODING, fault=bad.fault), bad.line)
    message = str(error)
    if "field limit" in message:
        return BadTable(Unfit(Code.POOL_LONG_CELL, limit=LONGEST_CELL), line)
    if "unexpected end of data" in message:
        return BadTable(Unfit(Code.POOL_SYNTAX, fault="unclosed_quote"), line)
    return BadTable(Unfit(Code.POOL_SYNTAX, fault="after_quote"), line)


def is_blank(row: list[str]) -> bool:
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
