"""`check`: every problem of every file, then what each task's draw will be like."""

from collections import Counter
from pathlib import Path
from typing import Any

from shuangsuiji.draw.drawing import input_problems
from shuangsuiji.draw.forecast import TaskForecast, forecast
from shuangsuiji.evidence.record import rules_value
from shuangsuiji.files.inputs import Inputs, read_inputs
from shuangsuiji.files.ledger_file import open_ledger
from shuangsuiji.files.storage import read_ledger
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import needs_history
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Severity, Status
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.draw_view import ratio_text
from shuangsuiji.screen.reporting import problem_value, show_problems


def run(path: str, style: Style) -> int:
    """Check the plan at `path` and its pools; the status to exit with."""
    screen = Screen(style)
    inputs = read_inputs(Path(path))
    entities = inputs.pools.entities
    errors = [problem for batch in inputs.plan.batches for problem in input_problems(inputs.plan, batch, entities)]
    if errors:
        raise Refusal(Status.INPUT, *errors, *inputs.notes)
    ledger = open_ledger(read_ledger(inputs.ledger))
    forecasts: list[TaskForecast] = []
    for batch in inputs.plan.batches:
        tasks = inputs.plan.tasks_of(batch)
        history = ledger.history(inputs.plan.cycle) if needs_history(tasks) else History()
        forecasts += forecast(inputs.plan, batch, inputs.pools, history)
    order = {task.id: nth for nth, task in enumerate(inputs.plan.tasks)}
    forecasts.sort(key=lambda one: order[one.task.id])
    problems = [*inputs.notes, *status_notes(inputs), *(problem for one in forecasts for problem in warnings_of(one))]
    _show(screen, inputs, forecasts, problems)
    screen.document(
        {"status": Status.DONE, "problems": [problem_value(p) for p in problems], "tasks": [_value(one) for one in forecasts]}
    )
    return Status.DONE


def status_notes(inputs: Inputs) -> list[Problem]:
    """Whom the statuses leave out, by status, so that a new word for 存续 is not found out by an empty list."""
    found = []
    plan, pools = inputs.plan, inputs.pools
    for part, pool, statuses, key in (
        ("entities", pools.entities, plan.entity_statuses, "entity_statuses"),
        ("inspectors", pools.inspectors, plan.inspector_statuses, "inspector_statuses"),
    ):
        if "status" not in pool:
            found.append(Problem.of(Code.DRAW_NO_STATUS, severity=Severity.WARNING, part=part))
            continue
        counts = Counter(cell or "空白" for cell in pool.columns["status"] if cell not in statuses)
        if counts:
            said = "、".join(f"{status} {count}" for status, count in counts.most_common())
            note = Problem.of(Code.DRAW_LEFT_OUT, severity=Severity.NOTE, part=part, count=counts.total(), statuses=said, key=key)
            found.append(note)
    return found


def warnings_of(one: TaskForecast) -> list[Problem]:
    """What may go wrong with a task's draw."""
    place = Place(path=one.task.id)
    found = []
    for column, value in one.idle_values:
        found.append(Problem.of(Code.DRAW_UNKNOWN_VALUE, place, Severity.WARNING, column=column, value=value))
    if one.shortage:
        found.append(Problem.of(Code.DRAW_SHORTAGE, place, Severity.WARNING, shortage=one.shortage))
    for department in one.departments:
        if department.able < department.demand:
            name, able, demand = department.department, department.able, department.demand
            code = Code.DRAW_TOO_FEW_POSSIBLE
            found.append(Problem.of(code, place, Severity.WARNING, department=name, able=able, demand=demand))
    return found


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
