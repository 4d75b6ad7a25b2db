"""The cells of a column, read a block at a time; equal ones share one string where many are equal."""

from collections.abc import Iterator, Sequence

from shuangsuiji.files.cells import CellKind
from shuangsuiji.files.unfit import Unfit

_FEW_DISTINCT = 1000


class _Memory(dict[str, str]):
    """Cells already read; equal cells share one string."""

    def __init__(self, kind: CellKind) -> None:
        super().__init__()
        self._read = kind.read

    def __missing__(self, cell: str) -> str:
        value = self._read(cell)
        value = cell if value == cell else self.get(value, value)
        self[cell] = value
        return value


class ColumnReader:
    """The cells of one column so far. A column in which most cells differ is not worth remembering."""

    def __init__(self, kind: CellKind) -> None:
        self.cells: list[str] = []
        self._kind = kind
        self._memory = None if kind.unique else _Memory(kind)

    def extend(self, cells: Sequence[str]) -> None:
        """Read these cells (at least one). Raises Unfit if one of them cannot be read; then none of them is taken."""
        before = len(self.cells)
        try:
            self._extend(cells)
        except Unfit:
            del self.cells[before:]
            raise

    def _extend(self, cells: Sequence[str]) -> None:
        if self._memory is not None:
            self.cells.extend(map(self._memory.__getitem__, cells))
            if len(self._memory) > _FEW_DISTINCT and 2 * len(self._memory) > len(self.cells):
                self._memory = None
        elif self._kind.plain(cells):
            self.cells.extend(cells)
        else:
            self.cells.extend(map(self._kind.read, cells))

    def extend_one_by_one(self, cells: Sequence[str]) -> Iterator[tuple[int, Unfit]]:
        """Read these cells, an empty one for each that cannot be read; those come out with their numbers, one at a time."""
        for number, cell in enumerate(cells):
            try:
                self.cells.append(self._kind.read(cell))
                continue
            except Unfit as error:
                unfit = error
            self.cells.append("")
            yield number, unfit
