"""Strict CSV (RFC 4180, with line breaks of any kind): blocks of rows and where they stand."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from shuangsuiji.files.raw_text import BadBytes, decoded
from shuangsuiji.files.tables.block import MOST_COLUMNS, MOST_ROWS, BadTable, Block, Spot, packed
from shuangsuiji.files.tables.text_form import UTF_8, TextForm
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.problems import Code

LONGEST_CELL = 65_536
"""In characters; what is longer is most often a quotation mark that nobody closed."""

_ROWS_OF_A_BLOCK = 500  # fewer lists than what makes Python's garbage collector start, which would look at all there is
_LINE_BREAK = re.compile("\r\n|\r|\n")


def blocks(data: bytes, form: TextForm = UTF_8) -> Iterator[Block]:
    """The rows of a table in blocks, in order. Raises BadTable at the first fault;
    the rows before it have been given."""
    stream = io.BytesIO(data)
    stream.seek(form.skip)
    text = io.TextIOWrapper(stream, encoding=form.encoding, newline="")
    reader = csv.reader(text, strict=True, delimiter=form.delimiter)
    next_row, next_line = 1, 1
    while True:
        rows: list[list[str]] = []
        error: Exception | None = None
        try:
            rows.extend(islice(reader, _ROWS_OF_A_BLOCK))  # keeps what came before an error
        except (csv.Error, UnicodeError) as caught:
            error = caught
        block = _block(rows, Spot(next_row, next_line), None if error else reader.line_num)
        if rows:
            if max(map(len, rows)) > MOST_COLUMNS:
                raise BadTable(Unfit(Code.POOL_TOO_LARGE, fault="columns", limit=MOST_COLUMNS), next_line)
            yield block
        next_row, next_line = next_row + len(rows), _line_after(block)
        if error is not None:
            raise _bad_table(error, data, form, next_line) from error
        if not rows:
            return
        if next_row > MOST_ROWS:
            raise BadTable(Unfit(Code.POOL_TOO_LARGE, fault="rows", limit=MOST_ROWS), next_line)


def _block(rows: list[list[str]], first: Spot, last_line: int | None) -> Block:
    if last_line == first.line + len(rows) - 1:
        return Block(rows, first)
    spots, line = [], first.line
    for number, row in enumerate(rows):
        spots.append(Spot(first.row + number, line))
        line += _lines(row)
    return Block(rows, first, packed(spots))


def _line_after(block: Block) -> int:
    if not block.rows:
        return block.first.line
    return block.spot(len(block.rows) - 1).line + _lines(block.rows[-1])


def _lines(row: list[str]) -> int:
    return 1 + sum(len(_LINE_BREAK.findall(cell)) for cell in row)


def _bad_table(error: Exception, data: bytes, form: TextForm, line: int) -> BadTable:
    """What ended the reading of a record that begins at `line`."""
    if isinstance(error, UnicodeError):
        if form.encoding != "utf-8":
            return BadTable(Unfit(Code.POOL_ENCODING, fault="utf16"), line)
        try:
            decoded(data)
        except BadBytes as bad:
            return BadTable(Unfit(Code.POOL_ENCODING, fault="not_utf8"), bad.line)
    message = str(error)
    if "field limit" in message:
        return BadTable(Unfit(Code.POOL_LONG_CELL, limit=LONGEST_CELL), line)
    if "unexpected end of data" in message:
        return BadTable(Unfit(Code.POOL_SYNTAX, fault="unclosed_quote"), line)
    return BadTable(Unfit(Code.POOL_SYNTAX, fault="after_quote"), line)
