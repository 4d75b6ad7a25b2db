"""A table as an office has it, written anew in the one form that every program reads, and what that changes.

Everything is read as a draw reads it; then the tables are gone through once more, since only they know what stood in them and in
which order. What comes out is read back before anybody sees it: it must give the same pool.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter

from shuangsuiji.files.pools.cells import EXPIRY, ID, NAME, SET, VALUE, CellKind, department_reader, never_plain
from shuangsuiji.files.pools.column_reader import ColumnReader
from shuangsuiji.files.pools.headers import PoolKind, column_of_header, usual_headers
from shuangsuiji.files.pools.pool_changes import CellChange, Changes, kinds_of_change
from shuangsuiji.files.pools.pool_file import PoolRead
from shuangsuiji.files.pools.pool_form import Origin, PoolSource, Problems
from shuangsuiji.files.pools.pool_kinds import FORMS, read_pool
from shuangsuiji.files.pools.table_header import fit, header_row
from shuangsuiji.files.tables.block import Block, is_blank
from shuangsuiji.files.tables.table import opened
from shuangsuiji.model.pool import Pool
from shuangsuiji.model.problems import Refusal, Severity, Status

_BOM = "\ufeff"


@dataclass(frozen=True, eq=False, slots=True)
class Imported:
    """A table in the usual form: its columns by their usual headers, with their cells in the order of the sources."""

    kind: PoolKind
    columns: Mapping[str, list[str]]
    read: PoolRead
    changes: Changes

    def encode(self) -> bytes:
        """CSV for every program, a spreadsheet's too: UTF-8 with a byte order mark, commas, CRLF; cells exactly as they read."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(self.columns)
        writer.writerows(zip(*self.columns.values(), strict=True))
        return (_BOM + out.getvalue()).encode()


def imported(kind: PoolKind, sources: Sequence[PoolSource], departments: Mapping[str, str], most: int | None = None) -> Imported:
    """These tables, which are one pool of this kind, in the usual form. Raises Refusal(INPUT) with all problems."""
    read = read_pool(kind, sources, departments)
    rewriting = _Rewriting(kind, departments, Changes(most))
    for source in sources:
        rewriting.take(source)
    if rewriting.problems.errors:
        raise Refusal(Status.INPUT, *rewriting.problems.all(None))
    columns = {usual_headers(kind, name)[0]: reader.cells for name, reader in rewriting.columns.items()}
    return Imported(kind, columns, read, rewriting.changes)


def check_read_back(found: Imported, file: str, data: bytes, departments: Mapping[str, str]) -> None:
    """Raises Refusal(INPUT) if `data`, the bytes for `file`, cannot be read, RuntimeError if they give another pool."""
    again = read_pool(found.kind, [PoolSource(file, data)], departments)
    if not same_pool(found.read.pool, again.pool):
        raise RuntimeError("a table in the usual form does not read as the one that it was made from")


def same_pool(one: Pool, other: Pool) -> bool:
    """Whether two pools have the same rows in the same columns, whatever the order of these."""
    return (
        one.columns.keys() == other.columns.keys()
        and len(one) == len(other)
        and all(bool((cells == other.columns[name]).all()) for name, cells in one.columns.items())
    )


class _Rewriting:
    """Tables that are known to be good, gone through again."""

    def __init__(self, kind: PoolKind, departments: Mapping[str, str], changes: Changes) -> None:
        self.kind: PoolKind = kind
        self.changes = changes
        self.problems = Problems()
        self.columns: dict[str, ColumnReader] = {}
        department = CellKind(department_reader(departments), never_plain)
        self._kinds: dict[PoolKind, dict[str, CellKind]] = {
            "entities": {"id": ID, "name": NAME, "categories": SET},
            "inspectors": {
                "id": ID,
                "name": NAME,
                "department": department,
                "certificate_expiry": EXPIRY,
                "qualifications": SET,
            },
            "recusals": {"inspector": ID, "entity": ID},
        }

    def take(self, source: PoolSource) -> None:
        """Read a table; only cells that no pool of this kind has are still to be wrong (further columns of recusals)."""
        form = FORMS[self.kind]
        names: list[str] | None = None
        with opened(source.data, source.sheet, partial(fit, form)) as table:
            origin = Origin(source.name, table.sheet)
            for block in table.blocks:
                body = block
                if names is None and (head := header_row(form, block)) is not None:
                    names = self._header(block, head, origin)
                    body = block.only(list(range(head + 1, len(block.rows))))
                if names is None:
                    self.changes.blank_rows += len(block.rows)
                else:
                    self._rows(names, origin, body)

    def _header(self, block: Block, head: int, origin: Origin) -> list[str]:
        """The column of each cell of the header, "" for one without a header, in which nothing stands."""
        self.changes.title_rows += sum(not is_blank(row) for row in block.rows[:head])
        self.changes.blank_rows += sum(map(is_blank, block.rows[:head]))
        names = []
        for number, text in enumerate(block.rows[head]):
            name = column_of_header(self.kind, text)
            names.append(name)
            if not name:
                self.changes.empty_columns.append(origin.place(block.spot(head), number))
                continue
            self.columns.setdefault(name, ColumnReader(self._kinds[self.kind].get(name, VALUE)))
            if (usual := usual_headers(self.kind, name)[0]) != text:
                self.changes.headers[text] = usual
        return names

    def _rows(self, names: Sequence[str], origin: Origin, block: Block) -> None:
        width = len(names)
        if set(map(len, block.rows)) != {width} or not all(map(str.strip, map(itemgetter(0), block.rows))):
            kept = [number for number, row in enumerate(block.rows) if not is_blank(row)]
            self.changes.blank_rows += len(block.rows) - len(kept)
            block = block.only(kept)
        if not block.rows:
            return
        stacks = zip(*(row + [""] * (width - len(row)) for row in block.rows), strict=True)
        for number, (name, cells) in enumerate(zip(names, stacks, strict=True)):
            if name:
                self._column(name, number, cells, origin, block)

    def _column(self, name: str, number: int, cells: Sequence[str], origin: Origin, block: Block) -> None:
        column = self.columns[name]
        start = len(column.cells)
        if faults := column.extend(cells):
            for row, unfit in faults:
                place = origin.place(block.spot(row), number)
                self.problems.add(unfit.code, place, Severity.ERROR, **{"header": name, **unfit.values})
            return
        for row, (before, after) in enumerate(zip(cells, column.cells[start:], strict=True)):
            if before != after:
                kinds = tuple(kinds_of_change(self.kind, name, before, after))
                if self.changes.count(name, kinds):
                    place = origin.place(block.spot(row), number)
                    self.changes.kept.append(CellChange(place, name, before, after, kinds))
