"""What a pool is made of, counted."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from shuangsuiji.files.pools.credit_codes import judged
from shuangsuiji.files.pools.headers import PoolKind
from shuangsuiji.model.pool import SET_COLUMNS, Column, Pool
from shuangsuiji.model.text import NO_END, split_set

COUNTED: Mapping[PoolKind, tuple[str, ...]] = {
    "entities": ("categories", "status", "credit_class"),
    "inspectors": ("department", "status", "qualifications"),
    "recusals": ("reason",),
}
"""The columns whose values are counted, where a pool has them."""

_CODE, _OLD_NUMBER = 18, 15


@dataclass(frozen=True, slots=True)
class IdCounts:
    """Ids by what they look like; the numbers of those of 18 characters that fail their check are among `codes` too."""

    codes: int
    failing: tuple[str, ...]
    old_numbers: int
    others: int


@dataclass(frozen=True, slots=True)
class Person:
    """An inspector whose certificate is looked at."""

    id: str
    name: str
    department: str
    expiry: str


@dataclass(frozen=True, slots=True)
class Certificates:
    """Certificates on a day; each is valid to its last day. `soon` are those whose last day is `day`, `until` or between."""

    day: str
    until: str
    expired: tuple[Person, ...]
    soon: tuple[Person, ...]
    none: tuple[Person, ...]
    later: int
    unlimited: int


@dataclass(frozen=True, slots=True)
class PoolStats:
    """Counts of a pool. `values` by column: value to rows, the most first, then in byte order; "" is an empty cell."""

    rows: int
    values: Mapping[str, Mapping[str, int]]
    ids: IdCounts | None
    certificates: Certificates | None


def pool_stats(kind: PoolKind, pool: Pool, day: str, within: int) -> PoolStats:
    """Count a pool as it is on `day`; certificates that end within so many days are listed."""
    values = {name: _counts(pool.columns[name], name in SET_COLUMNS) for name in COUNTED[kind] if name in pool}
    return PoolStats(
        len(pool),
        values,
        _ids(pool.ids.tolist()) if kind == "entities" else None,
        _certificates(pool, day, within) if kind == "inspectors" else None,
    )


def _counts(cells: Column, sets: bool) -> dict[str, int]:
    """Rows by value; of a set, a row counts for each of its values."""
    found = Counter(cells.tolist())
    if sets:
        whole, found = found, Counter()
        for cell, rows in whole.items():
            for value in split_set(cell) or ("",):
                found[value] += rows
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _ids(ids: Sequence[str]) -> IdCounts:
    wrong, old = judged(ids)
    lengths = np.fromiter(map(len, ids), dtype=np.int64, count=len(ids))
    failing = tuple(ids[int(row)] for row in wrong if ids[int(row)].isascii())
    codes = int((lengths == _CODE).sum()) - (len(wrong) - len(failing))
    return IdCounts(codes, failing, len(old), len(ids) - codes - len(old))


def _certificates(pool: Pool, day: str, within: int) -> Certificates:
    until = _later(day, within)
    expiries = pool.columns["certificate_expiry"]
    kinds = {expiry: _kind(expiry, day, until) for expiry in set(expiries)}
    found: dict[str, list[Person]] = {"expired": [], "soon": [], "none": []}
    counted = Counter(kinds[expiry] for expiry in expiries)
    for row, expiry in enumerate(expiries):
        if kinds[expiry] in found:
            one, name, department = (str(pool.columns[column][row]) for column in ("id", "name", "department"))
            found[kinds[expiry]].append(Person(one, name, department, expiry))
    expired, soon, none = (
        tuple(sorted(found[kind], key=lambda one: (one.expiry, one.id))) for kind in ("expired", "soon", "none")
    )
    return Certificates(day, until, expired, soon, none, counted["later"], counted["unlimited"])


def _kind(expiry: str, day: str, until: str) -> str:
    if not expiry:
        return "none"
    if expiry == NO_END:
        return "unlimited"
    return "expired" if expiry < day else "soon" if expiry <= until else "later"


def _later(day: str, days: int) -> str:
    """The day so many days after `day`; the last one that there is, if that is later."""
    try:
        return (datetime.date.fromisoformat(day) + datetime.timedelta(days=days)).isoformat()
    except OverflowError:
        return NO_END
