"""Workbooks (xls, xlsx) as blocks of rows: the parent's side of `workbook_child`."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from shuangsuiji.files.tables.block import BadTable, Block, Spot, cell_name
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.problems import Code


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook and its first rows."""

    number: int
    name: str
    head: list[list[str]]


@dataclass(frozen=True, slots=True)
class Flaws:
    """What a sheet holds that no row of text can say: merged cells (first cell, range) and cells that show an error."""

    merged: tuple[tuple[int, str, str], ...]
    errors: tuple[str, ...]


NO_FLAWS = Flaws((), ())


class Workbook:
    """A workbook that is being read by a process of its own."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self.sheets = tuple(Sheet(one["number"], one["name"], one["head"]) for one in self._hear("sheets"))

    def choose(self, sheet: Sheet) -> Flaws:
        """Begin to read this sheet; its blocks come next."""
        if self._process.stdin is not None:
            self._process.stdin.write(f"{sheet.number}\n".encode())
            self._process.stdin.flush()
        said = self._said()
        merged = tuple(
            (top + 1, cell_name(left, top + 1), f"{cell_name(left, top + 1)}:{cell_name(right, bottom + 1)}")
            for top, left, bottom, right in said["merged"]
        )
        return Flaws(merged, tuple(said["errors"]))

    def blocks(self) -> Iterator[Block]:
        """The rows of the sheet chosen. Raises BadTable."""
        row = 1
        while "rows" in (said := self._said()):
            if said["rows"]:
                yield Block(said["rows"], Spot(row, 0))
            row += len(said["rows"])

    def _hear(self, key: str) -> Any:
        return self._said()[key]

    def _said(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout is not None else b""
        said = json.loads(line) if line.endswith(b"\n") else {"fault": "broke_off"}
        if "fault" in said:
            raise BadTable(Unfit(Code.POOL_BAD_WORKBOOK, fault=said["fault"]))
        return dict(said)


@contextmanager
def workbook(data: bytes) -> Iterator[Workbook]:
    """The workbook in `data`. Raises BadTable if it cannot be read."""
    command = [sys.executable, "-P", "-m", "shuangsuiji.files.tables.workbook_child"]
    try:
        with subprocess.Popen(  # noqa: S603 - this very program, and the workbook goes in by a pipe
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            try:
                if process.stdin is not None:
                    process.stdin.write(len(data).to_bytes(8, "big"))
                    process.stdin.write(data)
                    process.stdin.flush()
                yield Workbook(process)
            finally:
                process.kill()
    except OSError as error:
        raise BadTable(Unfit(Code.POOL_BAD_WORKBOOK, fault="broke_off")) from error
