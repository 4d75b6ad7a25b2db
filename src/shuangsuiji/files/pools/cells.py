"""How the cells of each kind of column are read, one by one and, where nothing is to be done to them, a thousand at a time."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shuangsuiji.files.dates import loose_date
from shuangsuiji.files.nearest import nearest
from shuangsuiji.files.pools.strange_rows import check_row_of, may_be_sample
from shuangsuiji.files.tables.csv_table import LONGEST_CELL
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.problems import Code
from shuangsuiji.model.text import LONGEST_ID, NO_END, NotCanonical, canonical_id, canonical_value, join_set, split_set, trimmed

_PLAIN_ID_BYTES = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_-/()#"  # no full stop: it may be what a spreadsheet left of a number
_MANGLED = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]+|[0-9]\.[0-9]+E[0-9]+|[0-9]+\.0+")
_NO_END = re.compile(r"长期(?:有效)?|9999[-/.年].*")
_MOST_HINTS = 200

Reader = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class CellKind:
    """How a column's cells are read. `read` gives the canonical text of a cell or raises Unfit; `plain` says that `read` would
    give back every one of these cells as it is (it may say no where that is so). `unique`: hardly two cells are equal."""

    read: Reader
    plain: Callable[[Sequence[str]], bool]
    unique: bool = False


def read_value(cell: str) -> str:
    """A value (draw-v1 §1); may be empty."""
    if len(cell) > LONGEST_CELL:
        raise Unfit(Code.POOL_LONG_CELL, limit=LONGEST_CELL)
    try:
        return canonical_value(cell)
    except NotCanonical as error:
        raise Unfit(Code.POOL_BAD_TEXT, character=error.character) from error


def read_filled(cell: str) -> str:
    """A value that is not empty."""
    if not (value := read_value(cell)):
        raise Unfit(Code.POOL_EMPTY_CELL)
    return value


def read_name(cell: str) -> str:
    """A value that is not empty and no word for a total or a sample."""
    value = read_filled(cell)
    check_row_of(value)
    return value


def plain_values(cells: Sequence[str]) -> bool:
    """Whether `read_value` would give all of them back as they are: printable, NFC, no space at an end or after another."""
    joined = "\n".join(cells)
    bounded = f"\n{joined}\n"
    return (
        joined.replace("\n", "").isprintable()
        and joined.count("\n") == len(cells) - 1
        and not ("  " in bounded or "\n " in bounded or " \n" in bounded)
        and unicodedata.is_normalized("NFC", joined)
        and max(map(len, cells)) <= LONGEST_CELL
    )


def plain_names(cells: Sequence[str]) -> bool:
    """Whether `read_name` would give all of them back as they are."""
    return "" not in cells and plain_values(cells) and not may_be_sample("\n".join(cells))


def read_id(cell: str) -> str:
    """An id (draw-v1 §1). A number that a spreadsheet has rounded or written as 9.14E+17 is Unfit, whatever it looks like."""
    if len(cell) > LONGEST_CELL:
        raise Unfit(Code.POOL_LONG_CELL, limit=LONGEST_CELL)
    if not trimmed(cell):
        raise Unfit(Code.POOL_EMPTY_CELL)
    check_row_of(trimmed(cell))
    if _MANGLED.fullmatch(trimmed(unicodedata.normalize("NFKC", cell)).upper()):
        raise Unfit(Code.POOL_MANGLED_NUMBER, value=cell)
    try:
        return canonical_id(cell)
    except NotCanonical as error:
        fault = "apostrophe" if error.character in {"'", "`", "=", '"'} else error.fault
        written = next((c for c in cell if error.character in unicodedata.normalize("NFKC", c)), error.character)
        raise Unfit(Code.POOL_BAD_ID, value=cell, character=written, fault=fault) from error


def plain_ids(cells: Sequence[str]) -> bool:
    """Whether `read_id` would give all of them back as they are: 1 to 64 plain characters each."""
    joined = "".join(cells)
    plain = joined.isascii() and not joined.encode().translate(None, _PLAIN_ID_BYTES)
    return plain and min(map(len, cells)) > 0 and max(map(len, cells)) <= LONGEST_ID


def read_set(cell: str) -> str:
    """A set (draw-v1 §1) in its joined form; may be empty."""
    return join_set(split_set(read_value(cell)))


def read_expiry(cell: str) -> str:
    """A date as YYYY-MM-DD, 长期 and 9999-… as 9999-12-31; may be empty."""
    value = read_value(cell)
    if not value:
        return ""
    if day := loose_date(value):
        return NO_END if day.startswith("9999") else day
    if _NO_END.fullmatch(value):
        return NO_END
    raise Unfit(Code.POOL_BAD_DATE, value=value)


def department_reader(departments: Mapping[str, str]) -> Reader:
    """A reader of departments: the name that stands in `departments` for a name or an alias."""
    hints: dict[str, str] = {}

    def read(cell: str) -> str:
        value = read_filled(cell)
        if (name := departments.get(value)) is not None:
            return name
        if value not in hints and len(hints) < _MOST_HINTS:
            hints[value] = nearest(value, departments, cutoff=0.5)
        values = {"nearest": hints[value], "fault": "nearest"} if hints.get(value) else {}
        raise Unfit(Code.POOL_UNKNOWN_DEPARTMENT, value=value, **values)

    return read


def never_plain(_: Sequence[str]) -> bool:
    """For kinds whose cells are looked at one by one (each distinct one once)."""
    return False


VALUE = CellKind(read_value, plain_values)
NAME = CellKind(read_name, plain_names)
ID = CellKind(read_id, plain_ids, unique=True)
SET = CellKind(read_set, never_plain)
EXPIRY = CellKind(read_expiry, never_plain)
