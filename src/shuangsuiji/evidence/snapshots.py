"""Snapshots (draw-v1 §1): what a draw used, as bytes that are the same whatever file the data came from.

A snapshot is decoded strictly and never made canonical a second time: bytes that its own encoding would not give back are
refused.
"""

import csv
import io
from collections.abc import Sequence

from shuangsuiji.model.plan import Task
from shuangsuiji.model.pool import SET_COLUMNS, Pool
from shuangsuiji.model.text import LONGEST_ID, NO_END, forbidden_character, is_day, join_set, split_set

ENTITY_COLUMNS = ("id", "name")
INSPECTOR_COLUMNS = ("id", "name", "certificate_expiry", "department", "qualifications")
RECUSAL_COLUMNS = ("inspector", "entity", "reason")
_ROWS_AT_ONCE = 4096  # so many rows stay in the processor's cache while they are looked at, quoted and joined


class BadSnapshot(ValueError):
    """Bytes that are no snapshot of the kind expected. `reason` is English, for programs and reports."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LaterForm(LookupError):
    """A form that the specification has and this program does not compute with yet: no verdict is possible."""


def entities_snapshot(entities: Pool, tasks: Sequence[Task]) -> bytes:
    """The entity pool as this batch's tasks see it: id, name, then in byte order `status` and every column they name."""
    named = {column for task in tasks for column in task.columns} - set(ENTITY_COLUMNS)
    return encode_table(entities, (*ENTITY_COLUMNS, *sorted(named | _status_column(entities))))


def inspectors_snapshot(inspectors: Pool) -> bytes:
    """The whole inspector pool, but for columns that no draw looks at."""
    return encode_table(inspectors, (*INSPECTOR_COLUMNS, *_status_column(inspectors)))


def recusals_snapshot(recusals: Pool) -> bytes:
    """The recusals, in byte order of the three cells."""
    return encode_table(recusals, RECUSAL_COLUMNS)


def _status_column(pool: Pool) -> set[str]:
    return {"status"} if "status" in pool else set()


def encode_table(pool: Pool, columns: Sequence[str]) -> bytes:
    """CSV of these columns: no BOM, LF after every row, a header; quoted if and only if a cell holds ``,`` or ``"``."""
    pieces = [f"{','.join(_quoted(list(columns)))}\n".encode()]
    chosen = [pool.columns[column] for column in columns]
    for start in range(0, len(pool), _ROWS_AT_ONCE):
        cells = [_quoted(column[start : start + _ROWS_AT_ONCE].tolist()) for column in chosen]
        pieces.append("\n".join([*map(",".join, zip(*cells, strict=True)), ""]).encode())
    return b"".join(pieces)


def _quoted(cells: list[str]) -> list[str]:
    everything = "".join(cells)
    if "," not in everything and '"' not in everything:
        return cells
    return ['"' + cell.replace('"', '""') + '"' if "," in cell or '"' in cell else cell for cell in cells]


def decode_table(data: bytes, fixed: Sequence[str], key: tuple[str, ...]) -> Pool:
    """The pool of a snapshot whose header begins with the columns `fixed`. Raises BadSnapshot."""
    try:
        text = data.decode("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except UnicodeDecodeError as error:
        raise BadSnapshot(f"not UTF-8 at byte {error.start}") from error
    except csv.Error as error:
        raise BadSnapshot(f"not CSV: {error}") from error
    if forbidden_character(text.replace("\n", "")):
        raise BadSnapshot("a character that a field may not hold")
    if text.count("\n") != len(rows) or not text.endswith("\n"):
        raise BadSnapshot("a line break within a cell, or none at the end")
    header = rows[0] if rows else []
    if tuple(header[: len(fixed)]) != tuple(fixed) or len(set(header)) != len(header):
        raise BadSnapshot("the header is not that of such a snapshot")
    if any(len(row) != len(header) for row in rows):
        raise BadSnapshot("a row has more or fewer cells than the header")
    body = rows[1:]
    columns = {name: [row[k] for row in body] for k, name in enumerate(header)}
    if len(key) == 1 and not all(0 < length <= LONGEST_ID for length in map(len, columns[key[0]])):
        raise BadSnapshot("an id that is empty or too long")
    if "" in columns.get("name", ()):
        raise BadSnapshot("a name that is empty")
    pool = Pool.of(columns, key)
    if encode_table(pool, header) != data:
        raise BadSnapshot("rows or cells are not in the form of a snapshot")
    keys = list(zip(*(columns[name] for name in key), strict=True))
    if len(set(keys)) != len(keys):
        raise BadSnapshot("two rows are the same")
    _check_sets(pool)
    return pool


def _check_sets(pool: Pool) -> None:
    for name in SET_COLUMNS.intersection(pool.columns):
        if any(join_set(split_set(cell)) != cell for cell in set(pool.columns[name])):
            raise BadSnapshot(f"a cell of {name} is not a set in byte order")


def decode_entities(data: bytes) -> Pool:
    """Raises BadSnapshot."""
    pool = decode_table(data, ENTITY_COLUMNS, ("id",))
    others = list(pool.columns)[len(ENTITY_COLUMNS) :]
    if others != sorted(others):
        raise BadSnapshot("the columns are not in byte order")
    return pool


def decode_inspectors(data: bytes) -> Pool:
    """Raises BadSnapshot."""
    pool = decode_table(data, INSPECTOR_COLUMNS, ("id",))
    if tuple(pool.columns)[len(INSPECTOR_COLUMNS) :] not in ((), ("status",)):
        raise BadSnapshot("the columns are not those of inspectors")
    for expiry in set(pool.columns["certificate_expiry"]):
        if expiry and (not is_day(expiry) or (expiry.startswith("9999") and expiry != NO_END)):
            raise BadSnapshot(f"an expiry that is no date: {expiry}")
    return pool


def decode_recusals(data: bytes) -> Pool:
    """Raises BadSnapshot."""
    pool = decode_table(data, RECUSAL_COLUMNS, RECUSAL_COLUMNS)
    if len(pool.columns) != len(RECUSAL_COLUMNS):
        raise BadSnapshot("the columns are not those of recusals")
    return pool
