"""The basket: the frames of a batch's tasks, a ticket for everybody in one, and the samples drawn from it (draw-v1 §3 to §5)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuangsuiji.draw import allocation, frame, sampling
from shuangsuiji.draw.sampling import Drawn, StratumDraw
from shuangsuiji.draw.tickets import Tickets, entity_key, tickets
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import Condition, Plan, Task, common_window
from shuangsuiji.model.pool import SET_COLUMNS, Pool
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status


@dataclass(frozen=True, slots=True)
class TaskDraw:
    """What one task drew, stratum by stratum."""

    task: Task
    strata: tuple[StratumDraw, ...]

    @property
    def sample(self) -> tuple[Drawn, ...]:
        """Everybody drawn, stratum by stratum in drawing order."""
        return tuple(drawn for stratum in self.strata for drawn in stratum.sample)


@dataclass(frozen=True, eq=False, slots=True)
class Basket:
    """Everything about a batch that does not depend on the seed: its tasks and their frames."""

    plan: Plan
    batch: str
    entities: Pool
    history: History
    frames: Mapping[str, frame.Rows]
    rows: frame.Rows
    """Rows of the pool that are in at least one frame, ascending: those that get a ticket."""

    @classmethod
    def of(cls, plan: Plan, batch: str, entities: Pool, history: History) -> "Basket":
        """Fill the basket. Raises Refusal(INPUT) with all problems at once."""
        tasks = plan.tasks_of(batch)
        problems = _batch_problems(batch, tasks)
        problems.extend(problem for task in tasks for problem in _column_problems(task, entities))
        if problems:
            raise Refusal(Status.INPUT, *problems)
        by_filter: dict[tuple[Condition, ...], frame.Rows] = {}
        frames = {}
        for task in tasks:
            if task.where not in by_filter:
                by_filter[task.where] = frame.frame_rows(task.where, plan.entity_statuses, entities)
            frames[task.id] = by_filter[task.where]
            problems.extend(_frame_problems(task, frames[task.id], entities))
        if problems:
            raise Refusal(Status.INPUT, *problems)
        inside = np.zeros(len(entities), dtype=np.bool_)
        for rows in by_filter.values():
            inside[rows] = True
        return cls(plan, batch, entities, history, frames, np.flatnonzero(inside))

    def draw_entities(self, seed: str) -> tuple[TaskDraw, ...]:
        """The samples of all tasks, in plan order."""
        ticketed = self.ticketed(seed)
        return tuple(self._draw_task(task, ticketed) for task in self.plan.tasks_of(self.batch))

    def ticketed(self, seed: str) -> "Ticketed":
        """Everybody in the basket with a ticket."""
        key = entity_key(seed, self.plan.id, self.batch)
        drawn = tickets(key, self.entities.ids[self.rows].tolist())
        return Ticketed(self.rows, drawn, drawn.words())

    def _draw_task(self, task: Task, ticketed: "Ticketed") -> TaskDraw:
        rows = self.frames[task.id]
        strata = frame.strata_of(task, rows, self.entities)
        return TaskDraw(task, tuple(self._draw_stratum(task, name, members, ticketed) for name, members in strata))

    def left_of(self, task: Task, members: frame.Rows) -> tuple[frame.Rows, NDArray[np.int64], frame.Rows]:
        """The members of a stratum who may be drawn, their tiers, and those excluded."""
        out = frame.excluded(task, members, self.entities, self.history)
        eligible = members[~out]
        counts = self.history.tiers(task.coordination_group) if task.coordination_group is not None else {}
        return eligible, sampling.tiers_of(self.entities.ids[eligible], counts), members[out]

    def stratum_order(self, eligible: frame.Rows, tiers: NDArray[np.int64], seed: str) -> "StratumOrder":
        """The whole drawing order of a stratum, sample and reserve."""
        drawn = tickets(entity_key(seed, self.plan.id, self.batch), self.entities.ids[eligible].tolist())
        return StratumOrder(sampling.drawing_order(eligible, tiers, drawn.words()), tiers, drawn)

    def _draw_stratum(self, task: Task, name: str, members: frame.Rows, ticketed: "Ticketed") -> StratumDraw:
        eligible, tiers, excluded = self.left_of(task, members)
        wanted = allocation.wanted(task, len(members), allocation.stratum_ratio(task, name))
        size = min(wanted, len(eligible))
        places = ticketed.places(eligible)
        first = sampling.first_drawn(size, eligible, tiers, ticketed.words[places])
        ids = self.entities.ids[eligible]
        sample = tuple(Drawn(ids[k], name, int(tiers[k]), ticketed.tickets.hex(int(places[k]))) for k in first)
        return StratumDraw(
            name=name,
            frame_size=len(members),
            frame_sha256=frame.frame_sha256(members, self.entities),
            eligible=len(eligible),
            sample_size=size,
            shortage=wanted - size,
            excluded=tuple(frame.Exclusion(entity, "max_visits") for entity in self.entities.ids[excluded]),
            cutoff=sampling.Cutoff(sample[-1].tier, sample[-1].ticket) if sample else None,
            sample=sample,
        )


@dataclass(frozen=True, eq=False, slots=True)
class StratumOrder:
    """Positions of a stratum's eligible entities in drawing order: the sample is the first of them, the reserve the rest."""

    order: NDArray[np.intp]
    tiers: NDArray[np.int64]
    tickets: Tickets

    def pair(self, place: int) -> sampling.Cutoff:
        """The (tier, ticket) of the entity at `place` (from 0) of the order."""
        position = int(self.order[place])
        return sampling.Cutoff(int(self.tiers[position]), self.tickets.hex(position))


@dataclass(frozen=True, eq=False, slots=True)
class Ticketed:
    """Rows of the entity pool with their tickets, as digests and as numbers (shape (n, 4))."""

    rows: frame.Rows
    tickets: Tickets
    words: NDArray[np.uint64]

    def places(self, rows: frame.Rows) -> NDArray[np.intp]:
        """Where these rows stand among the ticketed ones."""
        return np.searchsorted(self.rows, rows)


def _batch_problems(batch: str, tasks: tuple[Task, ...]) -> list[Problem]:
    """What the tasks of a batch must have in common: a day (draw-v1 §6), and within a group the filter (§5)."""
    if not tasks:
        return []
    window = common_window(task.window for task in tasks)
    problems = []
    if window.start > window.end:
        problems.append(Problem.of(Code.DRAW_NO_COMMON_DAY, Place(path=batch), batch=batch))
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        if task.coordination_group is not None:
            groups.setdefault(task.coordination_group, []).append(task)
    for group, members in groups.items():
        if len({frozenset(Counter(task.where).items()) for task in members}) > 1:
            ids = "、".join(task.id for task in members)
            problems.append(Problem.of(Code.DRAW_GROUP_FILTERS, Place(path=batch), group=group, tasks=ids))
    return problems


def _column_problems(task: Task, entities: Pool) -> list[Problem]:
    problems = [
        Problem.of(Code.DRAW_NO_COLUMN, Place(path=task.id), column=column, columns="、".join(sorted(entities.columns)))
        for column in task.columns
        if column not in entities
    ]
    if task.strata and task.strata.by in SET_COLUMNS:
        problems.append(Problem.of(Code.DRAW_SET_STRATUM, Place(path=task.id), column=task.strata.by))
    return problems


def _frame_problems(task: Task, rows: frame.Rows, entities: Pool) -> list[Problem]:
    problems = []
    if not len(rows) and not task.allow_empty:
        problems.append(Problem.of(Code.DRAW_EMPTY_FRAME, Place(path=task.id), name=task.name))
    if task.strata and (values := frame.uncovered_values(task.strata, rows, entities)):
        by = task.strata.by
        problems.append(Problem.of(Code.DRAW_STRATUM_NOT_COVERED, Place(path=task.id), column=by, values="、".join(values)))
    return problems
