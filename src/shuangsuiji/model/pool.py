"""Pools (名录库) as columns: one array per column, rows in byte order of their ids (draw-v1 §1).

An object array of a million ids is a million pointers, and equal cells of other columns share one string, so a pool of a
million rows costs what its distinct texts cost. Filters look at the distinct values of a column, not at every cell.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.object_]
SET_COLUMNS = frozenset({"categories", "qualifications"})


def column_of(cells: Sequence[str]) -> Column:
    """A read-only column of `cells` (canonical text; sets in their joined form)."""
    column: Column = np.empty(len(cells), dtype=object)
    column[:] = cells
    column.setflags(write=False)
    return column


@dataclass(frozen=True, eq=False, slots=True)
class Pool:
    """A table of canonical text. `columns` maps a column's name to its cells, all of one length, rows in byte order of `key`.

    Make one with `Pool.of`, which puts the rows into that order; what the order of the source was leaves no trace.
    """

    columns: Mapping[str, Column]

    @classmethod
    def of(cls, columns: Mapping[str, Sequence[str]], key: tuple[str, ...] = ("id",)) -> "Pool":
        """A pool of these columns, rows sorted by the columns of `key` (code point order, which is UTF-8's byte order)."""
        if len(key) == 1:
            order, ids = _sorted_ids(columns[key[0]])
            arranged = {name: ids if name == key[0] else _arranged(cells, order) for name, cells in columns.items()}
        else:
            rows = list(zip(*(columns[name] for name in key), strict=True))
            order = np.array(sorted(range(len(rows)), key=rows.__getitem__), dtype=np.intp)
            arranged = {name: _arranged(cells, order) for name, cells in columns.items()}
        return cls(MappingProxyType(arranged))

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __contains__(self, column: str) -> bool:
        return column in self.columns

    @property
    def ids(self) -> Column:
        """The ids, in byte order."""
        return self.columns["id"]

    def rows(self) -> Iterator[dict[str, str]]:
        """Row after row, as a dict by column; for small pools."""
        names = tuple(self.columns)
        for cells in zip(*self.columns.values(), strict=True):
            yield dict(zip(names, cells, strict=True))

    def row_of(self, row_id: str) -> int | None:
        """The row of `row_id` by binary search, or None."""
        ids = self.ids
        low, high = 0, len(ids)
        while low < high:
            middle = (low + high) // 2
            if ids[middle] < row_id:
                low = middle + 1
            else:
                high = middle
        return low if low < len(ids) and ids[low] == row_id else None

    def cell(self, row_id: str, column: str) -> str:
        """The cell of `column` in the row of `row_id`. Raises KeyError if there is no such row or column."""
        row = self.row_of(row_id)
        if row is None:
            raise KeyError(row_id)
        return str(self.columns[column][row])

    def cells(self, row_ids: Sequence[str], column: str) -> list[str]:
        """The cells of `column` in the rows of `row_ids`, all of which are in the pool."""
        wanted = sorted(set(row_ids))
        rows = np.searchsorted(self.ids, column_of(wanted))
        found = dict(zip(wanted, self.columns[column][rows], strict=True))
        return [found[row_id] for row_id in row_ids]

    def matching(self, column: str, accepts: Callable[[str], bool]) -> NDArray[np.bool_]:
        """For every row whether its cell is accepted; `accepts` is asked once for each distinct cell."""
        cells = self.columns[column]
        accepted = {cell for cell in set(cells) if accepts(cell)}
        return np.fromiter((cell in accepted for cell in cells), dtype=np.bool_)


def _arranged(cells: Sequence[str], order: NDArray[np.intp]) -> Column:
    column = column_of(cells)[order]
    column.setflags(write=False)
    return column


def _sorted_ids(ids: Sequence[str]) -> tuple[NDArray[np.intp], Column]:
    """The order that puts `ids` into byte order (equal ones stay as they were), and the ids in it.

    An array of UTF-8 compares bytes and sorts several times faster than text; NUL, its padding, is in no field. The ids are made
    anew from it, one after the other in memory, which every later pass over a million of them is the faster for (measured).
    """
    encoded = np.array([cell.encode() for cell in ids], dtype=np.bytes_)
    order = np.argsort(encoded, kind="stable")
    return order, column_of([cell.decode() for cell in encoded[order].tolist()])


@dataclass(frozen=True, eq=False, slots=True)
class Pools:
    """All that a draw takes from: entities, inspectors, and recusals where the plan names any (key: its three columns)."""

    entities: Pool
    inspectors: Pool
    recusals: Pool | None = None
