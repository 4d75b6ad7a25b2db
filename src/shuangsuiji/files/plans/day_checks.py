"""What is wrong between the days that a plan names: holidays, days of work, and the day on which a batch is drawn."""

from collections.abc import Sequence

from shuangsuiji.files.plans.plan_findings import Findings
from shuangsuiji.files.plans.plan_shape import PlanShape
from shuangsuiji.files.plans.task_checks import TaskCheck
from shuangsuiji.files.working_days import Days
from shuangsuiji.model.plan import Window
from shuangsuiji.model.problems import Code


def check_days(shape: PlanShape, findings: Findings) -> None:
    """Every stretch of days goes forward, and no day is a holiday and a day of work."""
    sound: dict[str, list[Window]] = {"holidays": [], "workdays": []}
    for key, kept in sound.items():
        for number, days in enumerate(getattr(shape, key)):
            if days.start > days.end:
                path = (key, number, "to")
                findings.add(Code.PLAN_WINDOW_REVERSED, path, start=days.start, end=days.end, fault="days")
            else:
                kept.append(Window(days.start, days.end))
    holidays = Days(sound["holidays"])
    for number, days in enumerate(shape.workdays):
        if days.start <= days.end and (day := holidays.first_within(Window(days.start, days.end))):
            findings.add(Code.PLAN_DUPLICATE_VALUE, ("workdays", number), value=day, fault="day")


def check_draw_on(checks: Sequence[TaskCheck], findings: Findings) -> None:
    """All tasks of a batch that say when it is drawn say the same, and not a day after the batch could still be inspected."""
    ends: dict[str, str] = {}
    for check in checks:
        if check.batch is not None and check.window is not None:
            ends[check.batch] = min(ends.get(check.batch, check.window.end), check.window.end)
    first: dict[str, TaskCheck] = {}
    for check in checks:
        day, batch = check.task.draw_on, check.batch
        if day is None or batch is None:
            continue
        path = (*check.path, "draw_on")
        other = first.setdefault(batch, check)
        if day != other.task.draw_on:
            line = findings.line((*other.path, "draw_on"))
            known = {"value": day, "batch": batch, "other": other.task.id or "", "recorded": other.task.draw_on or ""}
            findings.add(Code.PLAN_DRAW_ON, path, **known, other_line=line)
        elif day > ends.get(batch, day):
            findings.add(Code.PLAN_DRAW_ON, path, value=day, batch=batch, end=ends[batch], fault="late")
