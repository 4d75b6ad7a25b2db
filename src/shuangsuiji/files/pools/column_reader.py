"""The cells of a column, read a block at a time; equal ones share one string where many are equal."""

from collections.abc import Callable, Sequence

from shuangsuiji.files.pools.cells import CellKind
from shuangsuiji.files.unfit import Unfit

_FEW_DISTINCT = 1000
_FEW = 16


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

    def extend(self, cells: Sequence[str]) -> list[tuple[int, Unfit]]:
        """Read these cells (at least one). Those that cannot be read are taken as empty, and come back with their numbers."""
        faults: list[tuple[int, Unfit]] = []
        if self._memory is not None:
            self._remembered(cells, self._memory, faults)
        else:
            self._narrowed(cells, 0, len(cells), faults)
        return faults

    def _remembered(self, cells: Sequence[str], memory: _Memory, faults: list[tuple[int, Unfit]]) -> None:
        before = len(self.cells)
        try:
            self.cells.extend(map(memory.__getitem__, cells))
        except Unfit:
            del self.cells[before:]
            self._one_by_one(cells, 0, len(cells), memory.__getitem__, faults)
        if len(memory) > _FEW_DISTINCT and 2 * len(memory) > len(self.cells):
            self._memory = None

    def _narrowed(self, cells: Sequence[str], start: int, end: int, faults: list[tuple[int, Unfit]]) -> None:
        """Halve what is not plain until little is left to be looked at cell by cell."""
        part = cells[start:end]
        if self._kind.plain(part):
            self.cells.extend(part)
        elif end - start <= _FEW:
            self._one_by_one(cells, start, end, self._kind.read, faults)
        else:
            middle = (start + end) // 2
            self._narrowed(cells, start, middle, faults)
            self._narrowed(cells, middle, end, faults)

    def _one_by_one(
        self, cells: Sequence[str], start: int, end: int, read: Callable[[str], str], faults: list[tuple[int, Unfit]]
    ) -> None:
        for number in range(start, end):
            try:
                self.cells.append(read(cells[number]))
            except Unfit as unfit:
                self.cells.append("")
                faults.append((number, unfit))
