"""What the usual form of a table changes of it: cell by cell, header by header."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from shuangsuiji.files.pools.headers import PoolKind
from shuangsuiji.model.problems import Place
from shuangsuiji.model.text import canonical_value, trimmed


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that reads otherwise than it was written. `kinds`: space, width, case, composed, set, date, department."""

    place: Place
    column: str
    before: str
    after: str
    kinds: tuple[str, ...]


@dataclass(slots=True)
class Changes:
    """What the form changes. `cells` counts by (kind, column); only the first `most` of each are kept (None: all)."""

    most: int | None
    cells: Counter[tuple[str, str]] = field(default_factory=Counter)
    kept: list[CellChange] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    blank_rows: int = 0
    title_rows: int = 0
    empty_columns: list[Place] = field(default_factory=list)

    def count(self, column: str, kinds: tuple[str, ...]) -> bool:
        """Count a change in these ways; whether it is one to be kept."""
        keep = False
        for kind in kinds:
            self.cells[kind, column] += 1
            keep |= self.most is None or self.cells[kind, column] <= self.most
        return keep


def kinds_of_change(kind: PoolKind, column: str, before: str, after: str) -> Iterator[str]:
    """In what ways a cell was written otherwise (draw-v1 §1, step by step)."""
    if column == "id" or (kind == "recusals" and column in ("inspector", "entity")):
        bare = trimmed(before)
        half = unicodedata.normalize("NFKC", bare)
        steps = (("space", before, bare), ("width", bare, half), ("case", half, after))
    else:
        composed = unicodedata.normalize("NFC", before)
        value = canonical_value(before)
        last = {"department": "department", "certificate_expiry": "date"}.get(column, "set")
        steps = (("composed", before, composed), ("space", composed, value), (last, value, after))
    yield from (name for name, one, other in steps if one != other)
