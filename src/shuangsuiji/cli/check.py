"""`check`: every problem of every file, then what each task's draw will be like."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shuangsuiji.cli.outlook import forecasts_of, outlook
from shuangsuiji.cli.reports import ReportFile
from shuangsuiji.draw.drawing import input_problems
from shuangsuiji.draw.forecast import TaskForecast
from shuangsuiji.evidence.record import rules_value
from shuangsuiji.files.durable.storage import read_ledger
from shuangsuiji.files.inputs import Inputs, read_inputs
from shuangsuiji.files.ledgers.ledger_file import open_ledger
from shuangsuiji.files.plans.severities import stops
from shuangsuiji.model.problems import Problem, Refusal, Severity, Status, gravest
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.draw_view import ratio_text
from shuangsuiji.screen.reporting import problem_value, show_problems


def run(path: str, report: str | None, style: Style) -> int:
    """Check the plan at `path` and its pools; the status to exit with. `report`: where to write all problems with their rows."""
    screen = Screen(style)
    file = None if report is None else ReportFile(report)
    try:
        inputs, forecasts, problems = _checked(Path(path))
    except Refusal as refusal:
        if file is None:
            raise
        return _refused(screen, refusal, file)
    told = {} if file is None else _written(file, problems)
    _show(screen, inputs, forecasts, problems)
    _show_report(screen, file, problems)
    tasks = [_value(one) for one in forecasts]
    screen.document({"status": Status.DONE, "problems": [problem_value(p) for p in problems], **told, "tasks": tasks})
    return Status.DONE


def _checked(path: Path) -> tuple[Inputs, list[TaskForecast], list[Problem]]:
    """The inputs, the forecast of every task in plan order, and what is to be known. Raises Refusal with all problems."""
    inputs = read_inputs(path, thorough=True)
    entities = inputs.pools.entities
    errors = [problem for batch in inputs.plan.batches for problem in input_problems(inputs.plan, batch, entities)]
    if errors:
        raise Refusal(Status.INPUT, *errors, *inputs.notes)
    forecasts = forecasts_of(inputs, open_ledger(read_ledger(inputs.ledger)), inputs.plan.batches)
    order = {task.id: nth for nth, task in enumerate(inputs.plan.tasks)}
    forecasts.sort(key=lambda one: order[one.task.id])
    problems = [*inputs.notes, *outlook(inputs, forecasts)]
    if stops(problems):
        raise Refusal(Status.INPUT, *problems)
    return inputs, forecasts, problems


def _refused(screen: Screen, refusal: Refusal, file: ReportFile) -> int:
    """The status of a check that found errors, which are in the report too."""
    try:
        told = _written(file, refusal.problems)
    except Refusal as failure:
        raise Refusal(gravest([failure.status, refusal.status]), *failure.problems, *refusal.problems) from failure
    show_problems(screen, refusal.problems)
    _show_report(screen, file, refusal.problems)
    screen.document({"status": int(refusal.status), "problems": [problem_value(p) for p in refusal.problems], **told})
    return refusal.status


def _written(file: ReportFile, problems: Sequence[Problem]) -> dict[str, Any]:
    file.write(problems)
    return {"report": file.name}


def _show_report(screen: Screen, file: ReportFile | None, problems: Sequence[Problem]) -> None:
    if file is not None:
        screen.note(f"全部 {len(problems)} 个问题已连同原行另存为 {file.name}（内有名录原文，请妥善保管）")


def _show(screen: Screen, inputs: Inputs, forecasts: list[TaskForecast], problems: list[Problem]) -> None:
    pools = inputs.pools
    recusals = 0 if pools.recusals is None else len(pools.recusals)
    screen.say(f"{inputs.plan.title}")
    sizes = f"检查对象 {len(pools.entities)} 个，检查人员 {len(pools.inspectors)} 人，回避 {recusals} 条"
    screen.say(f"{sizes}，任务 {len(forecasts)} 项。")
    screen.heading("各任务预估")
    screen.table(
        ("任务", "名称", "比例", "抽样框>", "抽取>", "可组队>", "可派人数（每次需）"),
        [
            (
                one.task.id,
                one.task.name,
                _ratio(one),
                str(one.frame_size),
                str(one.sample_size),
                str(one.teams),
                tuple(f"{d.department} {d.able}（{d.demand}）" for d in one.departments),
            )
            for one in forecasts
        ],
    )
    screen.say("“可组队”是同一天最多能派出的检查组数；“可派人数”已扣除不在岗、证件到期的人，未扣除个别回避。")
    show_problems(screen, problems)
    errors = sum(problem.severity == Severity.ERROR for problem in problems)
    warnings = sum(problem.severity == Severity.WARNING for problem in problems)
    screen.heading(f"检查完毕：错误 {errors} 个，提醒 {warnings} 个，说明 {len(problems) - errors - warnings} 个。")


def _ratio(one: TaskForecast) -> str:
    return ratio_text(rules_value(one.task))


def _value(one: TaskForecast) -> dict[str, Any]:
    return {
        "task": one.task.id,
        "batch": one.task.batch,
        "frame_size": one.frame_size,
        "sample_size": one.sample_size,
        "shortage": one.shortage,
        "teams": one.teams,
        "departments": [
            {"department": d.department, "inspectors": d.inspectors, "able": d.able, "demand": d.demand} for d in one.departments
        ],
    }
