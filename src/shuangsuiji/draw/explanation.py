"""Why an entity was or was not drawn, an inspector was or was not assigned: the steps of a draw, seen from one of them."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from shuangsuiji.draw import allocation, frame
from shuangsuiji.draw.basket import Basket
from shuangsuiji.draw.drawing import staff_of
from shuangsuiji.draw.sampling import Cutoff
from shuangsuiji.draw.tickets import entity_key, tagged_hash
from shuangsuiji.draw.visits import Obstacle, Visit, visit_of
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import Condition, Plan, Task
from shuangsuiji.model.pool import Pools


@dataclass(frozen=True, slots=True)
class Miss:
    """Why an entity is not in a frame: its cell in `column`, and the condition it does not meet (None: its status)."""

    column: str
    cell: str
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Standing:
    """An entity and one task. `misses` is not empty if it is outside the frame; then nothing else is known.

    `place` counts from 1 among the `eligible` of its stratum in drawing order; None if it was excluded.
    """

    task: Task
    misses: tuple[Miss, ...]
    stratum: str = ""
    eligible: int = 0
    excluded: bool = False
    tier: int = 0
    place: int | None = None
    sample_size: int = 0
    cutoff: Cutoff | None = None

    @property
    def drawn(self) -> bool:
        """Whether the task drew it."""
        return self.place is not None and self.place <= self.sample_size


def entity_ticket(plan: Plan, batch: str, seed: str, entity: str) -> tuple[str, str]:
    """The batch's key K and the entity's ticket."""
    key = entity_key(seed, plan.id, batch)
    return key, tagged_hash(key, entity)


def standings(plan: Plan, batch: str, pools: Pools, history: History, seed: str, entity: str) -> tuple[Standing, ...]:
    """How `entity`, which is in the pool, stands with every task of the batch. Raises Refusal(INPUT) as `draw` does."""
    basket = Basket.of(plan, batch, pools.entities, history)
    row = pools.entities.row_of(entity)
    if row is None:
        raise KeyError(entity)
    return tuple(_standing(basket, task, row, seed) for task in plan.tasks_of(batch))


def _standing(basket: Basket, task: Task, row: int, seed: str) -> Standing:
    rows = basket.frames[task.id]
    if row not in rows:
        return Standing(task, _misses(basket, task, row))
    name, members = next((name, members) for name, members in frame.strata_of(task, rows, basket.entities) if row in members)
    eligible, tiers, excluded = basket.left_of(task, members)
    wanted = allocation.wanted(task, len(members), allocation.stratum_ratio(task, name))
    size = min(wanted, len(eligible))
    if row in excluded:
        return Standing(task, (), name, len(eligible), excluded=True, sample_size=size)
    drawn = basket.stratum_order(eligible, tiers, seed)
    place = int(np.flatnonzero(eligible[drawn.order] == row)[0]) + 1
    return Standing(
        task=task,
        misses=(),
        stratum=name,
        eligible=len(eligible),
        tier=int(tiers[drawn.order[place - 1]]),
        place=place,
        sample_size=size,
        cutoff=drawn.pair(size - 1) if size else None,
    )


def _misses(basket: Basket, task: Task, row: int) -> tuple[Miss, ...]:
    entities = basket.entities
    found = []
    if "status" in entities and (cell := str(entities.columns["status"][row])) not in basket.plan.entity_statuses:
        found.append(Miss("status", cell, None))
    for condition in task.where:
        cell = str(entities.columns[condition.column][row])
        if not frame.holds(condition, cell):
            found.append(Miss(condition.column, cell, condition))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Duty:
    """An inspector and a batch: of the `visits` that involve his department, on how many he could go, and what was in the way of
    the others (a visit may have several obstacles)."""

    department: str
    visits: int
    eligible: int
    obstacles: tuple[tuple[Obstacle, int], ...]


def duty(plan: Plan, pools: Pools, department: str, inspector: str, visits: tuple[Visit, ...]) -> Duty:
    """What `inspector` of `department` could do in a batch with these visits."""
    staff = staff_of(plan, pools, (department,))[department]
    concerned = [visit for visit in visits if department in visit.errand.demand]
    obstacles: Counter[Obstacle] = Counter()
    eligible = 0
    for visit in concerned:
        found = staff.obstacles(inspector, visit)
        obstacles.update(found)
        eligible += not found
    return Duty(department, len(concerned), eligible, tuple(sorted(obstacles.items())))


def visits_of_record(plan: Plan, batch: str, visits: list[tuple[str, list[str]]]) -> tuple[Visit, ...]:
    """Visits from (entity, task ids), with what follows from the plan."""
    tasks = {task.id: task for task in plan.tasks_of(batch)}
    return tuple(visit_of(entity, tuple(tasks[task] for task in ids)) for entity, ids in visits)
