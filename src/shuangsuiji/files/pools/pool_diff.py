"""Two pools of one kind side by side: who is new, who is gone, what changed of the others. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuangsuiji.model.pool import Column, Pool, column_of

_PAIR = ("inspector", "entity")


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of a row that is in both pools, and what stood and stands there."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its key (an id, or the two ids of a recusal) and its name ("" for a recusal); of one in both, what changed."""

    key: tuple[str, ...]
    name: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Renumbered:
    """A name that one row that is gone and one that is new have, and no other of these: perhaps the same under another id."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, eq=False, slots=True)
class PoolDiff:
    """What is different in `new`; rows in byte order of their keys. Only the columns that both pools have are compared."""

    old_rows: int
    new_rows: int
    added: tuple[Row, ...]
    gone: tuple[Row, ...]
    changed: tuple[Row, ...]
    renumbered: tuple[Renumbered, ...]
    compared: tuple[str, ...]
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """How many rows changed in each column that changed at all, in the order of the columns."""
        found = dict.fromkeys(self.compared, 0)
        for row in self.changed:
            for cell in row.cells:
                found[cell.column] += 1
        return {column: count for column, count in found.items() if count}


def pool_diff(old: Pool, new: Pool) -> PoolDiff:
    """What became of `old`. Recusals are known by inspector and entity; their reasons are what may change."""
    only_old = tuple(name for name in old.columns if name not in new)
    only_new = tuple(name for name in new.columns if name not in old)
    keys = ("id",) if "id" in new else _PAIR
    one, other = (old, new) if "id" in new else (_by_pair(old), _by_pair(new))
    places = {key: row for row, key in enumerate(_keys(one, keys))}
    new_keys = _keys(other, keys)
    before = np.fromiter((places.get(key, -1) for key in new_keys), dtype=np.intp, count=len(new_keys))
    both = np.flatnonzero(before >= 0)
    left = np.ones(len(one), dtype=np.bool_)
    left[before[both]] = False
    compared = tuple(name for name in other.columns if name in one and name not in keys)
    added = tuple(_rows(other, keys, np.flatnonzero(before < 0).tolist()))
    gone = tuple(_rows(one, keys, np.flatnonzero(left).tolist()))
    changed = tuple(_changed(one, other, keys, compared, before, both.tolist()))
    return PoolDiff(len(old), len(new), added, gone, changed, _renumbered(gone, added), compared, only_old, only_new)


def _keys(pool: Pool, keys: Sequence[str]) -> list[tuple[str, ...]] | list[str]:
    return list(pool.columns[keys[0]]) if len(keys) == 1 else list(zip(*(pool.columns[key] for key in keys), strict=True))


def _rows(pool: Pool, keys: Sequence[str], numbers: Sequence[int]) -> Iterator[Row]:
    names: Mapping[int, str] | Column = pool.columns["name"] if "name" in pool else dict.fromkeys(numbers, "")
    for number in numbers:
        yield Row(tuple(str(pool.columns[key][number]) for key in keys), str(names[number]))


def _changed(
    old: Pool,
    new: Pool,
    keys: Sequence[str],
    compared: Sequence[str],
    before: NDArray[np.intp],
    both: list[int],
) -> Iterator[Row]:
    cells: dict[int, list[Cell]] = {}
    rows = np.array(both, dtype=np.intp)
    for column in compared:
        then, now = old.columns[column][before[rows]], new.columns[column][rows]
        for number in np.flatnonzero(then != now).tolist():
            cells.setdefault(both[number], []).append(Cell(column, str(then[number]), str(now[number])))
    numbers = sorted(cells)
    for number, row in zip(numbers, _rows(new, keys, numbers), strict=True):
        yield Row(row.key, row.name, tuple(cells[number]))


def _by_pair(recusals: Pool) -> Pool:
    """One row for each inspector and entity, with all reasons."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for inspector, entity, reason in zip(*(recusals.columns[name] for name in (*_PAIR, "reason")), strict=True):
        reasons.setdefault((inspector, entity), []).append(reason)
    columns = [*zip(*reasons, strict=True)] or [(), ()]
    texts = ["；".join(filter(None, texts)) for texts in reasons.values()]
    return Pool({name: column_of(cells) for name, cells in zip((*_PAIR, "reason"), (*columns, texts), strict=True)})


def _renumbered(gone: Sequence[Row], added: Sequence[Row]) -> tuple[Renumbered, ...]:
    before, after = _single(gone), _single(added)
    return tuple(Renumbered(name, row, after[name]) for name, row in before.items() if name in after)


def _single(rows: Sequence[Row]) -> dict[str, str]:
    """The ids of the rows whose name no other of them has."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.name:
            found.setdefault(row.name, []).append(row.key[0])
    return {name: ids[0] for name, ids in found.items() if len(ids) == 1}
