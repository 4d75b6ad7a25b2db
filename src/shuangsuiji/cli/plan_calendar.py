"""`plan calendar`: on which day each batch is due, and where it stands today."""

import datetime
from pathlib import Path

from shuangsuiji.cli.batches import state_text
from shuangsuiji.cli.circumstances import given_path, today
from shuangsuiji.files.agenda import Item, agenda
from shuangsuiji.files.conflicts import held_tasks
from shuangsuiji.files.durable.storage import read_ledger
from shuangsuiji.files.inputs import ledger_of, read_plan_file
from shuangsuiji.files.ledgers.ledger_file import open_ledger
from shuangsuiji.files.plans.severities import adjusted, stops
from shuangsuiji.model.problems import Severity, Status
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.reporting import problem_value, show_problems

_WEEKDAYS = "一二三四五六日"
_STANDINGS = {"due": "应抽", "missed": "已错过"}


def run(plan: str, ledger: str | None, style: Style) -> int:
    """Show the due days of the plan; the status to exit with."""
    screen = Screen(style)
    path = given_path("计划", plan)
    file, _ = read_plan_file(path)
    directory = ledger_of(path, file) if ledger is None else given_path("--ledger", ledger)
    day = today()
    source = read_ledger(Path(directory))
    book = open_ledger(source)
    items = agenda(file.plan, file.schedule, book, day, day)
    held = held_tasks(file.plan, book, source.files, file.plan.batches, Severity.WARNING)
    problems = [*adjusted([problem for item in items if (problem := item.due.problem())], file.severities), *held]
    screen.say(f"{file.plan.title}：各批次的应抽日（今天 {_day_text(day)}）")
    screen.table(
        ("批次", "应抽日", "共同检查期限", "状态"),
        [
            (item.batch, _day_text(item.due.day), f"{item.due.window.start} 至 {item.due.window.end}", _standing(item))
            for item in items
        ],
    )
    show_problems(screen, problems)
    status = Status.INPUT if stops(problems) else Status.DONE
    told = [problem_value(problem) for problem in problems]
    screen.document({"status": status, "problems": told, "date": day, "batches": [_value(item) for item in items]})
    return status


def _day_text(day: str) -> str:
    return f"{day} 周{_WEEKDAYS[datetime.date.fromisoformat(day).weekday()]}"


def _standing(item: Item) -> tuple[str, ...]:
    more = "等公开数值" if item.waiting else _STANDINGS.get(item.standing, "")
    return (state_text(item.state), more) if more else (state_text(item.state),)


def _value(item: Item) -> dict[str, object]:
    window = {"from": item.due.window.start, "to": item.due.window.end}
    known = {"batch": item.batch, "due_day": item.due.day, "by": item.due.reason, **window}
    return {**known, "state": item.state.name, "standing": item.standing, "seq": item.seq}
