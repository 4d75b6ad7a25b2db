"""Pools on the screen and as JSON: what an import changed, and what a pool is made of."""

from collections.abc import Mapping, Sequence
from typing import Any

from shuangsuiji.files.pools.headers import PoolKind, usual_headers
from shuangsuiji.files.pools.pool_changes import CellChange, Changes
from shuangsuiji.files.pools.pool_stats import Certificates, Person, PoolStats
from shuangsuiji.screen.console import Screen
from shuangsuiji.screen.reporting import place_text

SHOWN = 20
ROWS_OF = {"entities": "户", "inspectors": "人", "recusals": "条"}
_KINDS = {
    "space": "去掉空白",
    "width": "全角改半角",
    "case": "小写改大写",
    "composed": "统一字符",
    "set": "统一分隔",
    "date": "统一日期",
    "department": "部门别名",
}


def column_name(kind: PoolKind, column: str) -> str:
    """What people call a column."""
    return usual_headers(kind, column)[0]


def show_changes(screen: Screen, kind: PoolKind, changes: Changes) -> None:
    """What an import changed: headers, cells by kind and column with the first of each, and what it passed over."""
    if changes.headers:
        screen.heading("改动的表头")
        screen.table(("原来", "现在"), list(changes.headers.items()))
    if changes.cells:
        screen.heading("改动的内容")
        firsts = {pair: _first(changes.kept, *pair) for pair in changes.cells}
        screen.table(
            ("改动", "列", "处数>", "第一处", "原来", "现在"),
            [
                (_KINDS[how], column_name(kind, column), str(count), _short_place(first), f"“{first.before}”", f"“{first.after}”")
                for (how, column), count in changes.cells.most_common()
                for first in [firsts[how, column]]
            ],
        )
    passed = [
        f"{name} {count} {unit}"
        for name, count, unit in (
            ("表头上面的标题、说明", changes.title_rows, "行"),
            ("空行", changes.blank_rows, "行"),
            ("没有表头的空列", len(changes.empty_columns), "列"),
        )
        if count
    ]
    screen.say()
    screen.say(f"略去：{'、'.join(passed)}。" if passed else "没有略去任何行、列。")
    if not changes.cells:
        screen.say("各格内容都没有改动。")


def changes_value(changes: Changes) -> dict[str, Any]:
    """The same as JSON, with every change that was kept."""
    return {
        "headers": [{"from": before, "to": after} for before, after in changes.headers.items()],
        "blank_rows": changes.blank_rows,
        "title_rows": changes.title_rows,
        "empty_columns": [place.cell for place in changes.empty_columns],
        "counts": [{"kind": kind, "column": column, "cells": count} for (kind, column), count in changes.cells.items()],
        "changes": [_change_value(change) for change in changes.kept],
    }


def _change_value(change: CellChange) -> dict[str, Any]:
    place = change.place
    where = {"file": place.file, "sheet": place.sheet, "line": place.line, "cell": place.cell}
    return {**where, "column": change.column, "from": change.before, "to": change.after, "kinds": list(change.kinds)}


def _first(kept: Sequence[CellChange], how: str, column: str) -> CellChange:
    return next(change for change in kept if change.column == column and how in change.kinds)


def _short_place(change: CellChange) -> str:
    return change.place.cell or place_text(change.place)


def show_stats(screen: Screen, kind: PoolKind, stats: PoolStats) -> None:
    """Counts, a table a column; the most frequent values of each."""
    unit = ROWS_OF[kind]
    if stats.ids is not None:
        ids = stats.ids
        failing = f"（校验不对 {len(ids.failing)}）" if ids.failing else ""
        screen.say(f"编号：18 位信用代码 {ids.codes} 户{failing}，15 位旧注册号 {ids.old_numbers} 户，其他编号 {ids.others} 户。")
        if ids.failing:
            screen.say(f"校验不对的：{_some(ids.failing)}")
    for column, values in stats.values.items():
        _show_values(screen, column_name(kind, column), values, stats.rows, unit, column)
    if stats.certificates is not None:
        _show_certificates(screen, stats.certificates)


def _show_values(screen: Screen, name: str, values: Mapping[str, int], rows: int, unit: str, column: str) -> None:
    several = f"（一{unit}可有几项，占比之和可超过 100%）" if column in ("categories", "qualifications") else ""
    screen.heading(f"{name} {len(values)} 种{several}")
    shown = list(values.items())[:SHOWN]
    cells = [(value or "（空）", str(count), share(count, rows)) for value, count in shown]
    screen.table((name, f"{unit}数>", "占比>"), cells)
    if len(values) > SHOWN:
        screen.say(f"……其余 {len(values) - SHOWN} 种没有在屏幕上列出（用 --json 可看到全部）。")


def _show_certificates(screen: Screen, found: Certificates) -> None:
    screen.heading(f"执法证件（以 {found.day} 为准，到期当天仍有效）")
    screen.table(
        ("证件", "人数>"),
        [
            ("已过期", str(len(found.expired))),
            (f"{found.until} 或以前到期", str(len(found.soon))),
            ("以后到期", str(found.later)),
            ("长期有效", str(found.unlimited)),
            ("没有有效期", str(len(found.none))),
        ],
    )
    for title, people in (("已过期", found.expired), ("即将到期", found.soon), ("没有有效期（不能派）", found.none)):
        if people:
            screen.heading(f"{title} {len(people)} 人")
            screen.table(
                ("执法证号", "姓名", "部门", "证件有效期"),
                [(one.id, one.name, one.department, one.expiry or "（空）") for one in people[:SHOWN]],
            )
            if len(people) > SHOWN:
                screen.say(f"……其余 {len(people) - SHOWN} 人没有在屏幕上列出（用 --json 可看到全部）。")


def share(count: int, whole: int) -> str:
    """A share in per cent, to one decimal, halves up."""
    tenths = (2000 * count + whole) // (2 * whole) if whole else 0
    return f"{tenths // 10}.{tenths % 10}%"


def _some(texts: Sequence[str]) -> str:
    more = f"……共 {len(texts)} 个（用 --json 可看到全部）" if len(texts) > SHOWN else ""
    return "、".join(texts[:SHOWN]) + more


def stats_value(stats: PoolStats) -> dict[str, Any]:
    """The same as JSON."""
    value: dict[str, Any] = {"rows": stats.rows, "values": {name: dict(counts) for name, counts in stats.values.items()}}
    if stats.ids is not None:
        ids = stats.ids
        value["ids"] = {"codes": ids.codes, "failing": list(ids.failing), "old_numbers": ids.old_numbers, "others": ids.others}
    if stats.certificates is not None:
        found = stats.certificates
        people = {"expired": found.expired, "soon": found.soon, "none": found.none}
        value["certificates"] = {
            "date": found.day,
            "until": found.until,
            **{name: [_person(one) for one in persons] for name, persons in people.items()},
            "later": found.later,
            "unlimited": found.unlimited,
        }
    return value


def _person(one: Person) -> dict[str, str]:
    return {"id": one.id, "name": one.name, "department": one.department, "certificate_expiry": one.expiry}
