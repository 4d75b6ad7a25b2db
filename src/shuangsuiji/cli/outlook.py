"""What may go wrong with a draw, known before it: `check` shows it, and `draw` stops at what the plan makes an error of."""

from collections import Counter
from collections.abc import Iterable

from shuangsuiji.draw.forecast import TaskForecast, forecast
from shuangsuiji.evidence.ledger import Ledger
from shuangsuiji.files.inputs import Inputs
from shuangsuiji.files.plans.severities import adjusted
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import needs_history
from shuangsuiji.model.problems import Code, Place, Problem, Severity


def forecasts_of(inputs: Inputs, ledger: Ledger, batches: Iterable[str]) -> list[TaskForecast]:
    """The forecast of every task of these batches. Raises Refusal(INPUT) for inputs that cannot be drawn from."""
    found: list[TaskForecast] = []
    for batch in batches:
        needed = needs_history(inputs.plan.tasks_of(batch))
        history = ledger.history(inputs.plan.cycle) if needed else History()
        found += forecast(inputs.plan, batch, inputs.pools, history)
    return found


def outlook(inputs: Inputs, forecasts: Iterable[TaskForecast]) -> tuple[Problem, ...]:
    """Whom the statuses leave out and what may go wrong, as gravely as the plan wants it."""
    warnings = (problem for one in forecasts for problem in warnings_of(one))
    return adjusted((*status_notes(inputs), *warnings), inputs.severities)


def raised(inputs: Inputs, ledger: Ledger, batches: Iterable[str]) -> list[Problem]:
    """The errors that the plan makes of what may go wrong with those of these batches that are still to be sealed."""
    if Severity.ERROR not in inputs.severities.values():
        return []
    ahead = [batch for batch in batches if ledger.state((inputs.plan.id, batch)).name not in ("drawn", "sealed")]
    if not ahead:
        return []
    problems = outlook(inputs, forecasts_of(inputs, ledger, ahead))
    return [problem for problem in problems if problem.severity is Severity.ERROR]


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
