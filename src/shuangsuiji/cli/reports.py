"""Where `check --report` writes: a file of one of two kinds, told by its ending before anything is read."""

from collections.abc import Callable, Sequence
from pathlib import Path

from shuangsuiji.cli.circumstances import given_path
from shuangsuiji.files.durable.storage import check_export, write_export
from shuangsuiji.files.source_row import source_rows
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status
from shuangsuiji.screen.report import Row, is_report_csv, report_csv, report_rows
from shuangsuiji.screen.reporting import ranked

_WITH_ROWS = ("PLAN-", "POOL-", "DRAW-")
"""Groups of codes whose places are in the user's own files; others name files of the ledger, by names within it."""


class ReportFile:
    """A report to be written to `name`."""

    def __init__(self, name: str) -> None:
        """Raises Refusal: USAGE for another ending than .xlsx and .csv, INPUT where something else lies there, ENVIRONMENT."""
        self.name = name
        self._path = given_path("--report", name)
        self._write, self._earlier = _ways(self._path)
        check_export(self._path, self._earlier)

    def write(self, problems: Sequence[Problem]) -> None:
        """Write all of `problems`, in the order in which they stand on the screen. Raises Refusal."""
        ordered = ranked(problems)
        places = [problem.place if problem.code.startswith(_WITH_ROWS) else Place() for problem in ordered]
        write_export(self._path, self._write(report_rows(ordered, source_rows(places))), self._earlier)


def _ways(path: Path) -> tuple[Callable[[Sequence[Row]], bytes], Callable[[bytes], bool]]:
    """How to write a file of this name, and how to know an earlier one."""
    ending = path.suffix.lower()
    if ending == ".csv":
        return report_csv, is_report_csv
    if ending == ".xlsx":
        from shuangsuiji.screen.report_workbook import is_report_xlsx, report_xlsx

        return report_xlsx, is_report_xlsx
    raise Refusal(Status.USAGE, Problem.of(Code.CLI_USAGE, what="--report 的文件名要以 .xlsx 或 .csv 结尾"))
