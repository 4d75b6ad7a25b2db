"""`plan show`: what the plan asks for, and what became of it."""

from pathlib import Path

from shuangsuiji.cli.batches import batch_rows, show_batches
from shuangsuiji.evidence.record import rules_value
from shuangsuiji.files.conflicts import held_tasks
from shuangsuiji.files.durable.storage import read_ledger
from shuangsuiji.files.inputs import ledger_of, read_plan_file
from shuangsuiji.files.ledgers.ledger_file import open_ledger
from shuangsuiji.model.problems import Severity, Status
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.draw_view import ratio_text
from shuangsuiji.screen.reporting import problem_value, show_problems


def run_show(path: str, ledger: str | None, style: Style) -> int:
    """Show the plan at `path`; the status to exit with."""
    screen = Screen(style)
    file, _ = read_plan_file(Path(path))
    plan = file.plan
    source = read_ledger(Path(ledger) if ledger else ledger_of(Path(path), file))
    book = open_ledger(source)
    held = held_tasks(plan, book, source.files, plan.batches, Severity.WARNING)
    screen.say(plan.title)
    screen.say(f"计划编号 {plan.id}  周期 {plan.cycle}  文号 {plan.document_no or '—'}  印发 {plan.issued or '—'}")
    screen.heading(f"任务（{len(plan.tasks)} 项）")
    screen.table(
        ("任务", "名称", "比例", "检查期限", "批次", "发起部门／配合部门"),
        [
            (
                task.id,
                task.name,
                ratio_text(rules_value(task)),
                f"{task.window.start} 至 {task.window.end}",
                task.batch,
                task.departments,
            )
            for task in plan.tasks
        ],
    )
    show_batches(screen, plan, book)
    show_problems(screen, held)
    tasks = [{**rules_value(task), "batch": task.batch, "departments": list(task.departments)} for task in plan.tasks]
    value = {"id": plan.id, "title": plan.title, "cycle": plan.cycle, "tasks": tasks, "batches": batch_rows(plan, book)}
    screen.document({"status": Status.DONE, "problems": [problem_value(one) for one in held], "plan": value})
    return Status.DONE
