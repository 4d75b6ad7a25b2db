"""What a pool is made of and what it looks like, and the list of what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shuangsuiji.files.pools.cells import CellKind
from shuangsuiji.files.pools.headers import PoolKind
from shuangsuiji.files.tables.block import Spot, cell_name
from shuangsuiji.model.problems import Code, Place, Problem, Severity

MOST_PROBLEMS = 10_000


@dataclass(frozen=True, slots=True)
class PoolSource:
    """A table as it was handed over: a name for messages, its bytes, and the sheet of a workbook where one is named."""

    name: str
    data: bytes
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """The file, and of a workbook the sheet, that rows come from."""

    file: str
    sheet: str | None = None

    def place(self, spot: Spot, column: int | None = None) -> Place:
        """The place of a row, or of its cell in `column` (from 0)."""
        cell = None if column is None else cell_name(column, spot.row)
        if cell is None and not spot.line:
            cell = cell_name(0, spot.row)
        return Place(self.file, spot.line or None, cell=cell, sheet=self.sheet)

    def of_cell(self, cell: str) -> Place:
        """The place of a cell by its name."""
        return Place(self.file, cell=cell, sheet=self.sheet)


@dataclass(frozen=True, slots=True)
class TableForm:
    """What a kind of pool looks like: columns that must be there, columns that are empty where they are not, how cells are read.
    `others` is None where further columns are passed over; `key` is what no two rows share."""

    kind: PoolKind
    required: tuple[str, ...]
    optional: tuple[str, ...]
    kinds: Mapping[str, CellKind]
    others: CellKind | None
    key: tuple[str, ...]

    def kind_of(self, column: str) -> CellKind | None:
        """How cells of `column` are read; None if they are not."""
        return self.kinds.get(column, self.others)


@dataclass(slots=True)
class Problems:
    """Problems in the order in which they were met; more than 10,000 are counted and not kept."""

    kept: list[Problem] = field(default_factory=list)
    more: int = 0
    errors: int = 0

    @property
    def full(self) -> bool:
        """Whether another one would only be counted, so that nobody need look where it is."""
        return len(self.kept) >= MOST_PROBLEMS

    def add(self, code: Code, place: Place, severity: Severity = Severity.ERROR, **values: str | int) -> None:
        """Note one."""
        self.errors += severity is Severity.ERROR
        if self.full:
            self.more += 1
        else:
            self.kept.append(Problem.of(code, place, severity, **values))

    def all(self, file: str | None) -> tuple[Problem, ...]:
        """All of them, file after file in the order of the rows, those not kept as one more."""
        files = {problem.place.file: number for number, problem in reversed(list(enumerate(self.kept)))}
        ordered = sorted(self.kept, key=lambda problem: (files[problem.place.file], *_position(problem.place)))
        if self.more:
            severity = Severity.ERROR if self.errors else Severity.WARNING
            ordered.append(Problem.of(Code.POOL_MORE, Place(file), severity, count=self.more))
        return tuple(ordered)


def _position(place: Place) -> tuple[int, int, int, str]:
    cell = place.cell or ""
    letters = cell.rstrip("0123456789")
    return (place.line or 0, int(cell[len(letters) :] or 0), len(letters), letters)
