"""One pool out of one or more tables: columns of canonical cells, and every problem with its place.

Cells are taken a block and a column at a time. Only where a block has something wrong in a column are its cells looked at one by
one, so that a million good rows cost little and a bad one is named by row and column.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from operator import itemgetter

from shuangsuiji.files.pools.column_reader import ColumnReader
from shuangsuiji.files.pools.pool_form import Origin, PoolSource, Problems, TableForm
from shuangsuiji.files.pools.strange_rows import NOT_A_ROW, is_total
from shuangsuiji.files.pools.table_header import Header, fit, header_row, note_rows_above, read_header
from shuangsuiji.files.tables.block import BadTable, Block, is_blank
from shuangsuiji.files.tables.table import Table, opened
from shuangsuiji.files.tables.workbook import Flaws
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.problems import Code, Place, Severity
from shuangsuiji.model.text import trimmed


@dataclass(frozen=True, slots=True)
class _Span:
    """Rows that came from one block of a source: the number of the first one in the pool, without the cells themselves."""

    start: int
    origin: Origin
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
        """Read a source to its end, or to the first fault of the table itself; all that is wrong is noted."""
        try:
            with opened(source.data, source.sheet, partial(fit, self.form)) as table:
                self._read(source, table)
        except BadTable as bad:
            place = Place(source.name, bad.line, sheet=bad.sheet or source.sheet)
            self.problems.add(bad.unfit.code, place, Severity.ERROR, **bad.unfit.values)

    def place(self, row: int, column: str) -> Place:
        """Where the cell of `column` in the row number `row` (from 0) of the pool came from."""
        span = self._spans[bisect_right(self._spans, row, key=lambda one: one.start) - 1]
        return span.origin.place(span.block.spot(row - span.start), span.header.columns.index(column))

    @property
    def named(self) -> frozenset[str]:
        """The columns that the first source has."""
        return frozenset() if self._first is None else self._first[1]

    def header_of(self, column: str) -> str:
        """The header of `column` as it stands in the first source."""
        header = self._spans[0].header
        return header.texts[header.columns.index(column)]

    def _read(self, source: PoolSource, table: Table) -> None:
        header: Header | None = None
        origin = Origin(source.name, table.sheet)
        for block in table.blocks:
            body = block
            if header is None:
                header, body = self._open(origin, block)
                if header is not None:
                    self._note_flaws(origin, header, table.flaws)
            if header is not None and body.rows:
                self._take(origin, header, body)
        if header is None:
            self.problems.add(Code.POOL_EMPTY, Place(source.name, sheet=table.sheet), fault="no_header")

    def _open(self, origin: Origin, block: Block) -> tuple[Header | None, Block]:
        """The header and the rows after it."""
        head = header_row(self.form, block)
        if head is None:
            return None, block
        spot = block.spot(head)
        note_rows_above(origin, block, head, self.problems)
        header = read_header(self.form, origin, block.rows[head], spot, self.problems)
        self._compare(origin, header)
        return header, block.only(list(range(head + 1, len(block.rows))))

    def _compare(self, origin: Origin, header: Header) -> None:
        """All sources of a pool have the same columns; the first one says which."""
        named = frozenset(column for column in header.columns if column is not None)
        if self._first is None:
            self._first = (origin.file, named)
            for column in dict.fromkeys((*self.form.required, *self.form.optional, *header.columns)):
                if column is not None and (kind := self.form.kind_of(column)) is not None:
                    self.columns[column] = ColumnReader(kind)
        elif self._first[1] != named:
            missing, extra = sorted(self._first[1] - named), sorted(named - self._first[1])
            place, other = origin.place(header.spot), self._first[0]
            self.problems.add(
                Code.POOL_COLUMNS_DIFFER, place, other=other, missing=", ".join(missing) or "-", extra=", ".join(extra) or "-"
            )

    def _note_flaws(self, origin: Origin, header: Header, flaws: Flaws) -> None:
        """Merged cells and error values below the header."""
        for row, cell, area in flaws.merged:
            if row >= header.spot.row:
                self.problems.add(Code.POOL_MERGED_CELLS, origin.of_cell(cell), value=area)
        for cell in flaws.errors:
            if int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) >= header.spot.row:
                self.problems.add(Code.POOL_ERROR_CELL, origin.of_cell(cell))

    def _take(self, origin: Origin, header: Header, block: Block) -> None:
        """Read a block that is most often as it should be: no blank row, no row too long or too short."""
        block = self._regular(origin, len(header.columns), block)
        if not block.rows:
            return
        self._spans.append(_Span(self.rows, origin, header, block.without_rows()))
        stacks = tuple(zip(*block.rows, strict=True))
        for number in header.unnamed:
            self._note_unnamed(origin, number, stacks[number], block)
        cells = dict(zip(header.columns, stacks, strict=True))
        set_aside: set[int] = set()
        for name, column in self.columns.items():
            if name not in cells:
                column.cells.extend(repeat("", len(block.rows)))
                continue
            if faults := column.extend(cells[name]):
                self._note_cells(name, faults, block, set_aside)
        self.rows += len(block.rows)

    def _note_cells(self, name: str, faults: Sequence[tuple[int, Unfit]], block: Block, set_aside: set[int]) -> None:
        """Note what cannot be read; of a row that is none of the pool's (a total, a sample), only that."""
        header = self._spans[-1].header
        text = header.texts[header.columns.index(name)]
        for number, found in faults:
            if number in set_aside:
                continue
            unfit = found
            if unfit.code is Code.POOL_EMPTY_CELL and (total := next(filter(is_total, block.rows[number]), "")):
                unfit = Unfit(Code.POOL_TOTAL_ROW, value=total)
            if unfit.code in NOT_A_ROW:
                set_aside.add(number)
            place = Place() if self.problems.full else self.place(self.rows + number, name)
            self.problems.add(unfit.code, place, Severity.ERROR, **{"column": name, "header": text, **unfit.values})

    def _note_unnamed(self, origin: Origin, number: int, cells: Sequence[str], block: Block) -> None:
        for row, cell in enumerate(cells):
            if trimmed(cell):
                self.problems.add(Code.POOL_EMPTY_HEADER, origin.place(block.spot(row), number), value=cell)
                return

    def _regular(self, origin: Origin, width: int, block: Block) -> Block:
        """The block without its blank rows, which are passed over, and its ragged ones, which are noted.

        A workbook's rows end with their last cell that is not empty.
        """
        if set(map(len, block.rows)) == {width} and all(map(str.strip, map(itemgetter(0), block.rows))):
            return block
        kept = []
        for number, row in enumerate(block.rows):
            if is_blank(row):
                continue
            if origin.sheet is not None and len(row) < width:
                row.extend(repeat("", width - len(row)))
            if len(row) == width:
                kept.append(number)
                continue
            place = origin.place(block.spot(number), min(len(row), width))
            self.problems.add(Code.POOL_ROW_LENGTH, place, expected=width, found=len(row))
        return block.only(kept)
