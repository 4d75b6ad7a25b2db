"""The difference of two pools: on the screen, as JSON, and as a table for Excel and WPS."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from shuangsuiji.files.pools.headers import PoolKind
from shuangsuiji.files.pools.pool_diff import PoolDiff, Row
from shuangsuiji.model.text import NO_END
from shuangsuiji.screen.console import Screen
from shuangsuiji.screen.export import safe_cell
from shuangsuiji.screen.pool_view import ROWS_OF, SHOWN, column_name

_BOM = "\ufeff"
_HEADER = ("变动", "编号", "名称", "列", "原来", "现在")
FIRST_LINE = (_BOM + ",".join(_HEADER) + "\r\n").encode()
_TURNS = 3
_FEW_VALUES = frozenset({"status", "credit_class", "department"})


def show_diff(screen: Screen, kind: PoolKind, diff: PoolDiff) -> None:
    """Counts, then the first rows of each list."""
    unit = ROWS_OF[kind]
    screen.say(
        f"原来 {diff.old_rows} {unit}，现在 {diff.new_rows} {unit}："
        f"新增 {len(diff.added)}，变更 {len(diff.changed)}，移出 {len(diff.gone)}。"
    )
    for text, columns in (("原来", diff.only_old), ("现在", diff.only_new)):
        if columns:
            screen.say(f"只有{text}的表有、没有比较的列：{'、'.join(column_name(kind, one) for one in columns)}。")
    if diff.changed:
        screen.heading("变更的列")
        screen.table(
            ("列", f"{unit}数>", "最多的变动"),
            [(column_name(kind, column), str(count), _turns(diff, column)) for column, count in diff.counts().items()],
        )
    if diff.renumbered:
        screen.heading(f"可能换了编号 {len(diff.renumbered)} {unit}（名称相同，一个移出、一个新增；新增、移出里也各有一行）")
        screen.table(("名称", "原编号", "现编号"), [(one.name, one.before, one.after) for one in diff.renumbered[:SHOWN]])
        _show_rest(screen, len(diff.renumbered))
    for title, remark, rows in (("新增", "", diff.added), ("移出", "（现在的表里没有了，如注销、迁出、调离）", diff.gone)):
        if rows:
            screen.heading(f"{title} {len(rows)} {unit}{remark}")
            screen.table(("编号", "名称"), [(_key(row), row.name) for row in rows[:SHOWN]])
            _show_rest(screen, len(rows))
    if diff.changed:
        screen.heading(f"变更 {len(diff.changed)} {unit}")
        screen.table(
            ("编号", "名称", "变更"),
            [(_key(row), row.name, tuple(_cell_texts(kind, row))) for row in diff.changed[:SHOWN]],
        )
        _show_rest(screen, len(diff.changed))


def _show_rest(screen: Screen, count: int) -> None:
    if count > SHOWN:
        screen.say(f"……其余 {count - SHOWN} 行没有在屏幕上列出（用 -o 存成表格，或用 --json，可看到全部）。")


def _turns(diff: PoolDiff, column: str) -> tuple[str, ...]:
    """What changed into what, the most frequent first; nothing where each change is one of its own."""
    found = Counter((cell.before, cell.after) for row in diff.changed for cell in row.cells if cell.column == column)
    most = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_TURNS]
    return tuple(
        f"{_said(before)}→{_said(after)} {count}" for (before, after), count in most if count > 1 or column in _FEW_VALUES
    ) or ("—",)


def _cell_texts(kind: PoolKind, row: Row) -> Iterator[str]:
    yield from (f"{column_name(kind, one.column)}：{_said(one.before)}→{_said(one.after)}" for one in row.cells)


def _said(cell: str) -> str:
    return "长期" if cell == NO_END else cell or "（空）"


def _key(row: Row) -> str:
    return " ".join(row.key)


def diff_csv(kind: PoolKind, diff: PoolDiff) -> bytes:
    """All of it as a table: UTF-8 with BOM, CRLF, no cell that a spreadsheet would run or write anew."""
    rows: list[Sequence[str]] = [("可能换了编号", one.after, one.name, "编号", one.before, one.after) for one in diff.renumbered]
    rows += [("新增", _key(row), row.name, "", "", "") for row in diff.added]
    rows += [("移出", _key(row), row.name, "", "", "") for row in diff.gone]
    rows += [
        ("变更", _key(row), row.name, column_name(kind, one.column), one.before, one.after)
        for row in diff.changed
        for one in row.cells
    ]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEADER)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return (_BOM + out.getvalue()).encode()


def diff_value(diff: PoolDiff) -> dict[str, Any]:
    """All of it as JSON."""
    return {
        "old_rows": diff.old_rows,
        "new_rows": diff.new_rows,
        "compared": list(diff.compared),
        "only_old": list(diff.only_old),
        "only_new": list(diff.only_new),
        "counts": {"added": len(diff.added), "gone": len(diff.gone), "changed": len(diff.changed), "columns": diff.counts()},
        "renumbered": [{"name": one.name, "from": one.before, "to": one.after} for one in diff.renumbered],
        "added": [_row_value(row) for row in diff.added],
        "gone": [_row_value(row) for row in diff.gone],
        "changed": [
            {**_row_value(row), "columns": {one.column: {"from": one.before, "to": one.after} for one in row.cells}}
            for row in diff.changed
        ],
    }


def _row_value(row: Row) -> dict[str, str]:
    """The ids of a row, and its name where rows have one."""
    names = ("id",) if len(row.key) == 1 else ("inspector", "entity")
    return {**dict(zip(names, row.key, strict=True)), **({"name": row.name} if len(names) == 1 else {})}
