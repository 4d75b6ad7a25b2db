"""What a draw will look like before there is a seed: frames, sizes, who could be sent, and what may go wrong."""

from dataclasses import dataclass

from shuangsuiji.draw import allocation, frame
from shuangsuiji.draw.basket import Basket
from shuangsuiji.draw.drawing import staff_of
from shuangsuiji.draw.visits import visit_of
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import Plan, Task
from shuangsuiji.model.pool import SET_COLUMNS, Pools
from shuangsuiji.model.text import split_set


@dataclass(frozen=True, slots=True)
class DepartmentForecast:
    """A department of a task: inspectors in the pool, those of them who may go (recusals apart), how many a visit needs."""

    department: str
    inspectors: int
    able: int
    demand: int


@dataclass(frozen=True, slots=True)
class TaskForecast:
    """A task before its draw. `teams` is how many teams could be out on one day; `idle_values` occur nowhere in the pool."""

    task: Task
    frame_size: int
    sample_size: int
    shortage: int
    departments: tuple[DepartmentForecast, ...]
    idle_values: tuple[tuple[str, str], ...]

    @property
    def teams(self) -> int:
        """Teams that could be made up at the same time."""
        return min(one.able // one.demand for one in self.departments)


def forecast(plan: Plan, batch: str, pools: Pools, history: History) -> tuple[TaskForecast, ...]:
    """The forecast of every task of `batch`, in plan order. Raises Refusal(INPUT) for inputs that cannot be drawn from."""
    basket = Basket.of(plan, batch, pools.entities, history)
    return tuple(_task(plan, pools, basket, task) for task in plan.tasks_of(batch))


def _task(plan: Plan, pools: Pools, basket: Basket, task: Task) -> TaskForecast:
    size = shortage = 0
    rows = basket.frames[task.id]
    for name, members in frame.strata_of(task, rows, pools.entities):
        eligible, _, _ = basket.left_of(task, members)
        wanted = allocation.wanted(task, len(members), allocation.stratum_ratio(task, name))
        size += min(wanted, len(eligible))
        shortage += max(0, wanted - len(eligible))
    visit = visit_of("", (task,))  # no entity has this id, so nobody is recused for it
    staff = staff_of(plan, pools, task.departments)
    departments = tuple(
        DepartmentForecast(name, len(staff[name].ids), len(staff[name].eligible(visit)), demand) for name, demand in visit.demand
    )
    return TaskForecast(task, len(rows), size, shortage, departments, _idle_values(task, pools))


def _idle_values(task: Task, pools: Pools) -> tuple[tuple[str, str], ...]:
    """(column, value) of every value in `where` that no entity has: often a slip of the pen."""
    found: list[tuple[str, str]] = []
    for condition in task.where:
        cells = set(pools.entities.columns[condition.column])
        present = {v for cell in cells for v in split_set(cell)} if condition.column in SET_COLUMNS else cells
        found.extend((condition.column, value) for value in condition.values if value not in present)
    return tuple(found)
