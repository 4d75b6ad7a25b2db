"""What is worth knowing of a pool that can be read: codes that fail their check, namesakes at one address, personal numbers.

These look at every cell again, so `check` asks for them, and a draw whose plan makes errors of them; no draw depends on them.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from itertools import compress

from shuangsuiji.files.dates import exists
from shuangsuiji.files.pools.credit_codes import ALPHABET, judged
from shuangsuiji.files.pools.pool_form import Problems
from shuangsuiji.files.pools.pool_table import PoolTable
from shuangsuiji.model.problems import Code, Place, Severity

CHECKS = frozenset(
    {
        Code.POOL_CREDIT_CODE,
        Code.POOL_OLD_NUMBERS,
        Code.POOL_LOOK_ALIKE,
        Code.POOL_SAME_NAME,
        Code.POOL_PERSONAL_NUMBERS,
        Code.POOL_NO_CERTIFICATE,
        Code.POOL_SHORT_CERTIFICATE,
    }
)
"""The codes that only these checks give."""

_MOBILE = re.compile("(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])")
_IDENTITY = re.compile("(?<![0-9A-Za-z])[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx](?![0-9A-Za-z])")
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
_LOOK_ALIKE = dict(zip("АВЕЅЗІКМНОРСТУХЈ", "ABES3IKMHOPCTYXJ", strict=True)) | dict(
    zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)
)
_NEVER_LETTERS = frozenset("IOSVZ")


def check_entities(table: PoolTable, problems: Problems) -> None:
    """Codes, namesakes at one address, and personal numbers in columns that a draw does not need."""
    _check_letters(table, "id", problems)
    _check_codes(table, problems)
    if "address" in table.columns:
        _check_namesakes(table, problems)
    _check_personal(table, {"id", "name", "categories", "status", "credit_class"}, problems)


def check_inspectors(until: Mapping[str, str], table: PoolTable, problems: Problems) -> None:
    """Certificates that are missing, or end before the last day of the department's last task; personal numbers."""
    _check_letters(table, "id", problems)
    columns = (table.columns[name].cells for name in ("id", "department", "certificate_expiry"))
    for row, (one, department, expiry) in enumerate(zip(*columns, strict=True)):
        last = until.get(department, "")
        if not one or not department or expiry >= (last or "0"):
            continue
        place = table.place(row, "certificate_expiry")
        if expiry:
            problems.add(Code.POOL_SHORT_CERTIFICATE, place, Severity.NOTE, value=one, expiry=expiry, last=last)
        else:
            problems.add(Code.POOL_NO_CERTIFICATE, place, Severity.WARNING, value=one)
    _check_personal(table, {"id", "name", "department", "status", "certificate_expiry", "qualifications"}, problems)


def _rows(cells: Sequence[str], test: Callable[[int], bool]) -> list[int]:
    return list(compress(range(len(cells)), map(test, range(len(cells)))))


def _check_letters(table: PoolTable, column: str, problems: Problems) -> None:
    """Letters of other alphabets that look like Latin ones."""
    cells = table.columns[column].cells
    if "".join(cells).isascii():
        return
    for row, cell in enumerate(cells):
        if not cell.isascii() and (found := next((c for c in cell if c in _LOOK_ALIKE), "")):
            problems.add(
                Code.POOL_LOOK_ALIKE,
                table.place(row, column),
                Severity.WARNING,
                header=table.header_of(column),
                value=cell,
                character=f"U+{ord(found):04X}",
                name=unicodedata.name(found),
                latin=_LOOK_ALIKE[found],
            )


def _check_codes(table: PoolTable, problems: Problems) -> None:
    """GB 32100: 18 characters with a check. A pool may as well hold other ids: they have another length."""
    ids = table.columns["id"].cells
    wrong, old = judged(ids)
    for row in map(int, wrong):
        if problems.full:
            problems.add(Code.POOL_CREDIT_CODE, Place(), Severity.WARNING)
            continue
        if not ids[row].isascii():
            continue
        letter = next((c for c in ids[row] if c not in ALPHABET), "")
        fault = "letter" if letter in _NEVER_LETTERS and letter else "character" if letter else "check"
        values = {"letter": letter} if letter else {}
        problems.add(Code.POOL_CREDIT_CODE, table.place(row, "id"), Severity.WARNING, value=ids[row], fault=fault, **values)
    if len(old):
        problems.add(Code.POOL_OLD_NUMBERS, table.place(int(old[0]), "id"), Severity.NOTE, count=len(old))


def _check_namesakes(table: PoolTable, problems: Problems) -> None:
    """Rows with the same name at the same address, under two ids."""
    names, addresses = table.columns["name"].cells, table.columns["address"].cells
    pairs = list(zip(names, addresses, strict=True))
    if len(set(pairs)) == len(pairs):
        return
    first: dict[tuple[str, str], int] = {}
    for row, pair in enumerate(pairs):
        if all(pair) and (before := first.setdefault(pair, row)) != row:
            if problems.full:
                problems.add(Code.POOL_SAME_NAME, Place(), Severity.WARNING)
                continue
            other, place = table.place(before, "name"), table.place(row, "name")
            at = {"other_file": other.file or "", "other_cell": other.cell or ""}
            problems.add(Code.POOL_SAME_NAME, place, Severity.WARNING, value=pair[0], **at)


def _check_personal(table: PoolTable, needed: set[str], problems: Problems) -> None:
    """Numbers of identity cards and mobile telephones, counted by column; they are named by their place only."""
    for column, reader in table.columns.items():
        if column in needed or column not in table.named:
            continue
        for kind, find in (("identity", _identity_numbers), ("mobile", _MOBILE.findall)):
            if not find("\n".join(set(reader.cells))):
                continue
            rows = _rows(reader.cells, lambda number, find=find, cells=reader.cells: bool(find(cells[number])))  # type: ignore[misc]
            place = table.place(rows[0], column)
            header = table.header_of(column)
            problems.add(Code.POOL_PERSONAL_NUMBERS, place, Severity.WARNING, header=header, count=len(rows), fault=kind)


def _identity_numbers(text: str) -> list[str]:
    """Numbers of identity cards (GB 11643-1999): a day of birth and a check."""
    return [found for found in _IDENTITY.findall(text) if _is_identity(found)]


def _is_identity(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, _IDENTITY_WEIGHTS, strict=False))
    return number[-1].upper() == _IDENTITY_CHECKS[total % 11] and exists(
        int(number[6:10]), int(number[10:12]), int(number[12:14])
    )
