"""`pool import`: tables of any accepted form, written anew in the usual one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shuangsuiji.cli.circumstances import given_path
from shuangsuiji.cli.pools import Request, asked, read_sources
from shuangsuiji.evidence.canonical import sha256
from shuangsuiji.files.durable.storage import check_export, write_export
from shuangsuiji.files.pools.pool_import import Imported, check_read_back, imported
from shuangsuiji.files.tables.block import cell_name
from shuangsuiji.model.problems import Code, Place, Problem, Severity, Status
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.export import safe_cell
from shuangsuiji.screen.pool_view import ROWS_OF, changes_value, show_changes
from shuangsuiji.screen.reporting import problem_value, show_problems
from shuangsuiji.screen.words import ROLES

_EXAMPLES = 1
_NAMED = 20
_FORMULA_MARKS = frozenset("=+-@＝＋－＠")
_LONE_MARKS = "=+-@＝＋－＠—… "


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What was typed after `pool import`."""

    sources: Sequence[str]
    out: str
    how: Request


def run(request: ImportRequest, style: Style) -> int:
    """Write the tables anew; the status to exit with."""
    screen = Screen(style)
    out = given_path("--out", request.out)
    check_export(out, lambda _: True)  # whether anything can be written there; what may be replaced is known later
    sources = read_sources(request.sources, request.how.sheet)
    found = asked(request.how, sources[0])
    table = imported(found.kind, sources, found.departments, None if style.json else _EXAMPLES)
    notes = found.notes([*table.read.notes, *formulas(table, str(out))])
    data = table.encode()
    check_read_back(table, str(out), data, found.departments)
    write_export(out, data, lambda there: there == data)
    rows = len(next(iter(table.columns.values())))
    screen.say(f"{ROLES[table.kind]} {rows} {ROWS_OF[table.kind]}，已另存为 {out}。读回核对：与原表的内容一致。SHA-256：")
    screen.verbatim(sha256(data))
    show_changes(screen, table.kind, table.changes)
    if delicate := _delicate(table):
        screen.say(f"※ 有 {delicate} 格编号像是数字：用 Excel、WPS 双击打开再存，会丢掉前面的 0 或末几位。只看不存不要紧。")
    show_problems(screen, notes)
    value: dict[str, Any] = {"kind": table.kind, "file": str(out), "sha256": sha256(data), "rows": rows}
    value |= {"columns": list(table.columns), **changes_value(table.changes)}
    screen.document({"status": Status.DONE, "problems": [problem_value(problem) for problem in notes], **value})
    return Status.DONE


def formulas(table: Imported, file: str) -> Iterator[Problem]:
    """A warning for each column with cells that a spreadsheet would run. They stay as they are: an apostrophe would be data."""
    for number, (header, cells) in enumerate(table.columns.items()):
        rows = [
            row
            for row, cell in enumerate([header, *cells])
            if cell[:1] in _FORMULA_MARKS and cell.strip(_LONE_MARKS) and safe_cell(cell).startswith("'")
        ]
        if rows:
            names = [cell_name(number, row + 1) for row in rows]
            more = " 等" if len(names) > _NAMED else ""
            place = Place(file, cell=names[0])
            named = "、".join(names[:_NAMED]) + more
            yield Problem.of(Code.POOL_FORMULA, place, Severity.WARNING, header=header, count=len(rows), cells=named)


def _delicate(table: Imported) -> int:
    """How many ids a spreadsheet would take for a number or a day and write anew."""
    keys = ("执法证号", "统一社会信用代码/编号")
    columns = [table.columns[key] for key in keys if key in table.columns]
    return sum(safe_cell(cell).startswith("\t") for cells in columns for cell in cells)
