"""The four snapshots that those of snapshots.json begin from, and how one of them is changed."""

import copy
from collections.abc import Callable
from typing import Any

from making.common import canonical
from making.inputs import entities, inspectors, plan, recusals, task

PLAN = plan(
    task(
        "T1",
        where=[["categories", "in", ["企业", "食品"]]],
        ratio="1/2",
        cooperators=["乙局"],
        qualifications=[["乙局", ["食品"]]],
    ),
    task(
        "T2",
        strata={"by": "credit_class", "ratios": [["A", "1/30"], ["B", "1/2"]], "other": "1/1"},
        per_department=2,
        minimum_team=3,
    ),
    task(
        "T3", where=[["credit_class", "not_in", ["D"]]], count=2, at_least=0, at_most=5, rounding="down", max_visits_per_cycle=2
    ),
    max_visits_per_inspector=10,
)
ROWS = [
    {"id": "91410800MA00000012", "name": "甲公司", "categories": "企业", "credit_class": "A", "status": "存续"},
    {"id": "0091104", "name": '"引号", 逗号', "categories": "企业;食品", "credit_class": "B", "status": "存续"},
    {"id": "A-1/B(2)#3", "name": "乙 公司", "categories": "", "credit_class": "C", "status": ""},
    {"id": "\ufa0e", "name": "丙", "categories": "药品", "credit_class": "A", "status": "注销"},
    {"id": "\U00020bb7", "name": "丁", "categories": "药品;食品", "credit_class": "D", "status": "存续"},
]
COLUMNS = ("categories", "credit_class", "status")
PEOPLE = [
    {"id": "0160001", "name": "张三", "department": "甲局", "certificate_expiry": "2024-02-29", "qualifications": ""},
    {"id": "160001", "name": "李四", "department": "乙局", "certificate_expiry": "9999-12-31", "qualifications": "特种设备;食品"},
    {"id": "甲1", "name": "王, 五", "department": "公安局, 交警", "certificate_expiry": "", "qualifications": "食品"},
]
RECUSED = [("0160001", "0091104", "近亲属"), ("0160001", "91410800MA00000012", ""), ("不在册", "无此户", '说 "不"')]
BASE = {
    "plan": canonical(PLAN),
    "entities": entities(ROWS, COLUMNS),
    "inspectors": inspectors(PEOPLE),
    "recusals": recusals(RECUSED),
}
E, I, R, P = (BASE[role] for role in ("entities", "inspectors", "recusals", "plan"))  # noqa: E741


def changed(text: str, old: str, new: str) -> str:
    if old not in text:
        raise ValueError(f"{old!r} is not in the snapshot")
    return text.replace(old, new, 1)


def swapped(text: str, a: int, b: int) -> str:
    rows = text.split("\n")
    rows[a], rows[b] = rows[b], rows[a]
    return "\n".join(rows)


def edited(edit: Callable[[Any], Any]) -> str:
    value = copy.deepcopy(PLAN)
    edit(value)
    return canonical(value)


def with_keys(number: int, **keys: Any) -> str:
    return edited(lambda value: value["tasks"][number].update(keys))


def without(number: int | None, key: str) -> str:
    return edited(lambda value: (value if number is None else value["tasks"][number]).pop(key))


def with_head(**keys: Any) -> str:
    return edited(lambda value: value.update(keys))
