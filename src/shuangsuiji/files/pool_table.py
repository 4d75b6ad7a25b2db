"""One pool out of one or more tables: columns of canonical cells, and every problem with its place.

Cells are taken a block and a column at a time. Only where a block has something wrong in a column are its cells looked at one by
one, so that a million good rows cost little and a bad one is named by row and column.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import itemgetter

from shuangsuiji.files.column_reader import ColumnReader
from shuangsuiji.files.csv_table import BadTable, Block, Spot, blocks, cell_name, is_blank
from shuangsuiji.files.pool_form import PoolSource, Problems, TableForm
from shuangsuiji.files.table_header import Header, read_header
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.problems import Code, Place, Severity


@dataclass(frozen=True, slots=True)
class _Span:
    """Rows that came from one block of a source: the number of the first one in the pool, without the cells themselves."""

    start: int
    file: str
    header: Header
    block: Block


class PoolTable:
    """The pool as read so far: `columns` by name, all of length `rows`, in the order of the sources."""

    def __init__(self, form: TableForm, problems: Problems) -> None:
        self.form = form
        self.problems = problems
        self.rows = 0
        self.columns: dict[str, ColumnReader] = {}
        self._spans: list[_Span] = []
        self._first: tuple[str, frozenset[str]] | None = None

    def read(self, source: PoolSource) -> None:
        """Read a source to its end, or to the first fault of the CSV itself; all that is wrong is noted."""
        header: Header | None = None
        try:
            for block in blocks(source.data):
                body = block
                if header is None:
                    header, body = self._open(source, block)
                if header is not None and body.rows:
                    self._take(source.name, header, body)
        except BadTable as bad:
            self.problems.add(bad.unfit.code, Place(source.name, bad.line), Severity.ERROR, **bad.unfit.values)
            return
        if header is None:
            self.problems.add(Code.POOL_EMPTY, Place(source.name), fault="no_header")

    def place(self, row: int, column: str) -> Place:
        """Where the cell of `column` in the row number `row` (from 0) of the pool came from."""
        span = self._spans[bisect_right(self._spans, row, key=lambda one: one.start) - 1]
        return _place(span.file, span.block.spot(row - span.start), span.header.columns.index(column))

    def _open(self, source: PoolSource, block: Block) -> tuple[Header | None, Block]:
        """The header, which is the first row that is not blank, and the rows after it."""
        head = next((number for number, row in enumerate(block.rows) if not is_blank(row)), None)
        if head is None:
            return None, block
        spot = block.spot(head)
        header = read_header(self.form, source.name, block.rows[head], spot, self.problems)
        self._compare(source.name, header, spot)
        return header, block.only(list(range(head + 1, len(block.rows))))

    def _compare(self, file: str, header: Header, spot: Spot) -> None:
        """All sources of a pool have the same columns; the first one says which."""
        named = frozenset(column for column in header.columns if column is not None)
        if self._first is None:
            self._first = (file, named)
            for column in dict.fromkeys((*self.form.required, *self.form.optional, *header.columns)):
                if column is not None and (kind := self.form.kind_of(column)) is not None:
                    self.columns[column] = ColumnReader(kind)
        elif self._first[1] != named:
            missing, extra = sorted(self._first[1] - named), sorted(named - self._first[1])
            place, other = Place(file, spot.line), self._first[0]
            self.problems.add(
                Code.POOL_COLUMNS_DIFFER, place, other=other, missing=", ".join(missing) or "-", extra=", ".join(extra) or "-"
            )

    def _take(self, file: str, header: Header, block: Block) -> None:
        """Read a block that is most often as it should be: no blank row, no row too long or too short."""
        block = self._regular(file, len(header.columns), block)
        if not block.rows:
            return
        self._spans.append(_Span(self.rows, file, header, Block([], block.first, block.spots)))
        cells = dict(zip(header.columns, zip(*block.rows, strict=True), strict=True))
        for name, column in self.columns.items():
            if name not in cells:
                column.cells.extend(repeat("", len(block.rows)))
                continue
            try:
                column.extend(cells[name])
            except Unfit:
                self._note_cells(name, column, cells[name])
        self.rows += len(block.rows)

    def _note_cells(self, name: str, column: ColumnReader, cells: Sequence[str]) -> None:
        header = self._spans[-1].header
        text = header.texts[header.columns.index(name)]
        for number, unfit in column.extend_one_by_one(cells):
            place = Place() if self.problems.full else self.place(self.rows + number, name)
            self.problems.add(unfit.code, place, Severity.ERROR, **{"column": name, "header": text, **unfit.values})

    def _regular(self, file: str, width: int, block: Block) -> Block:
        """The block without its blank rows, which are passed over, and its ragged ones, which are noted."""
        if set(map(len, block.rows)) == {width} and all(map(str.strip, map(itemgetter(0), block.rows))):
            return block
        kept = []
        for number, row in enumerate(block.rows):
            if is_blank(row):
                continue
            if len(row) == width:
                kept.append(number)
                continue
            place = _place(file, block.spot(number), min(len(row), width))
            self.problems.add(Code.POOL_ROW_LENGTH, place, expected=width, found=len(row))
        return block.only(kept)


def _place(file: str, spot: Spot, column: int) -> Place:
    return Place(file, spot.line, cell=cell_name(column, spot.row))
