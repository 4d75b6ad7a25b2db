"""The list for Excel and WPS: UTF-8 with BOM, CRLF, no cell that a spreadsheet would run or turn into another number."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from shuangsuiji.model.plan import Plan, common_window
from shuangsuiji.model.pool import Pool
from shuangsuiji.screen.words import SEED_CLASSES

_HEADER = (
    "计划",
    "批次",
    "序号",
    "检查对象编号",
    "检查对象名称",
    "地址",
    "检查期限起",
    "检查期限止",
    "任务编号",
    "抽查任务",
    "抽查事项",
    "组长",
    "组长执法证号",
    "检查组成员（姓名 执法证号 部门）",
    "种子",
)
_BOM = "\ufeff"
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(
    r"0[0-9]+|[0-9]{12,}|[0-9]+[eE][0-9]+|[0-9]+\.[0-9]*0"  # loses zeros or digits
    r"|[0-9]{1,2}[-/][0-9]{1,2}(?:[-/][0-9]{1,4})?"  # becomes a day
)

FIRST_LINE = (_BOM + ",".join(_HEADER) + "\r\n").encode()


def safe_cell(text: str) -> str:
    """A cell that a spreadsheet shows as it is.

    What begins like a formula gets an apostrophe in front; what it would take for a number or a day and write anew (18 digits,
    leading zeros, 9E5, 1.50, 3-4) gets a tab in front, which makes it text and which our own reading of ids takes off again.
    """
    if _FORMULA.match(text):
        return f"'{text}"
    return f"\t{text}" if _NUMBER.fullmatch(text) else text


def list_csv(today: Plan, entities: Pool, records: Sequence[tuple[Plan, Mapping[str, Any]]]) -> bytes:
    """The visits of these records, each with the plan it was drawn by, as a table, one row each.

    Addresses and items, which no record holds, come from the pool and the plan of today.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(_HEADER)
    items = {task.id: task.labels.items for task in today.tasks}
    for plan, record in records:
        tasks = {task.id: task for task in plan.tasks}
        seed = f"{SEED_CLASSES[record['seed']['class']]} {'；'.join(record['seed']['document'].split(chr(10))[1:-1])}"
        for number, visit in enumerate(record["visits"], start=1):
            window = common_window(tasks[task].window for task in visit["tasks"])
            leader = next(member for member in visit["team"] if member["leader"])
            row = entities.row_of(visit["entity"])
            address = "" if row is None or "address" not in entities else str(entities.columns["address"][row])
            cells = (
                record["plan"]["id"],
                record["batch"],
                str(number),
                visit["entity"],
                visit["name"],
                address,
                window.start,
                window.end,
                "、".join(visit["tasks"]),
                "；".join(tasks[task].name for task in visit["tasks"]),
                "；".join(dict.fromkeys(item for task in visit["tasks"] for item in items.get(task, ()))),
                leader["name"],
                leader["inspector"],
                "；".join(f"{one['name']} {one['inspector']} {one['department']}" for one in visit["team"]),
                seed,
            )
            writer.writerow([safe_cell(cell) for cell in cells])
    return (_BOM + buffer.getvalue()).encode()
