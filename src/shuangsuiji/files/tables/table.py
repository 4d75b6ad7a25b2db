"""A table, whatever kind of file it is in: opened at the place where its rows are, with all that stands above them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shuangsuiji.files.tables.block import BadTable, Block
from shuangsuiji.files.tables.csv_table import blocks
from shuangsuiji.files.tables.text_form import WHOLE, Fit, first_rows, text_form
from shuangsuiji.files.tables.workbook import NO_FLAWS, Flaws, Sheet, Workbook, workbook
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.problems import Code

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_MOST_WORKBOOK = 64 << 20


@dataclass(frozen=True, slots=True)
class Table:
    """An open table: its blocks from row 1 on, and of a workbook the sheet chosen and what text cannot say of it."""

    blocks: Iterator[Block]
    sheet: str | None = None
    flaws: Flaws = NO_FLAWS


@contextmanager
def opened(data: bytes, sheet: str | None, fit: Fit) -> Iterator[Table]:
    """The table in `data`; `sheet` names one of a workbook (None: the only one that fits).

    Raises BadTable, as does the reading of its blocks.
    """
    if data.startswith((_OLE[:4], _ZIP)):
        if len(data) > _MOST_WORKBOOK:
            raise BadTable(Unfit(Code.POOL_BAD_WORKBOOK, fault="too_large"))
        with workbook(data) as book:
            chosen = _chosen(book, sheet, fit)
            flaws = book.choose(chosen)
            yield Table(_on(chosen.name, book.blocks()), chosen.name, flaws)
    elif sheet is not None:
        raise BadTable(Unfit(Code.POOL_SHEET, fault="text", sheet=sheet))
    else:
        yield Table(blocks(data, text_form(data, fit)))


def _on(sheet: str, rows: Iterator[Block]) -> Iterator[Block]:
    try:
        yield from rows
    except BadTable as bad:
        raise BadTable(bad.unfit, bad.line, sheet) from bad


def _chosen(book: Workbook, name: str | None, fit: Fit) -> Sheet:
    """The sheet of this name, or the only one whose header names all that is asked for, or the only one that holds anything."""
    names = "、".join(sheet.name for sheet in book.sheets)
    if name is not None:
        found = [sheet for sheet in book.sheets if sheet.name == name]
        if not found:
            raise BadTable(Unfit(Code.POOL_SHEET, fault="unknown", sheet=name, sheets=names))
        return found[0]
    fitting = [sheet for sheet in book.sheets if max(map(fit, first_rows(sheet.head)), default=0) == WHOLE]
    if len(fitting) > 1:
        raise BadTable(Unfit(Code.POOL_SHEET, fault="several", sheets="、".join(sheet.name for sheet in fitting)))
    candidates = fitting or [sheet for sheet in book.sheets if first_rows(sheet.head)]
    if len(candidates) != 1:
        raise BadTable(Unfit(Code.POOL_SHEET, fault="none" if candidates else "empty", sheets=names))
    return candidates[0]
