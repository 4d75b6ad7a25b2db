"""A draw from end to end: the only place where the steps are put together (draw-v1 §3 to §7).

A basket holds every entity of the batch's frames, each with its ticket. A task reaches in, takes the entities of its frame in
the order of their tickets, and stops when it has enough; two tasks with the same frame therefore take the same entities,
and one visit serves both. Then each department deals its inspectors to the visits, the least busy first.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuangsuiji.draw import allocation, assignment, frame, sampling
from shuangsuiji.draw.assignment import Blocked, Deal, Errand, Member, Staff, Visit, Witness
from shuangsuiji.draw.sampling import Drawn, StratumDraw
from shuangsuiji.draw.tickets import Tickets, entity_key, tickets
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import Condition, Plan, Task, common_window
from shuangsuiji.model.pool import SET_COLUMNS, Pool, Pools
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


@dataclass(frozen=True, slots=True)
class TeamedVisit:
    """A visit with its team: by department in the visit's order, then by slot."""

    visit: Visit
    name: str
    team: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """How many visits an inspector got."""

    department: str
    inspector: str
    visits: int


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw: who was drawn for which task, who goes there, and how busy everybody is."""

    batch: str
    seed: str
    entity_key: str
    tasks: tuple[TaskDraw, ...]
    visits: tuple[TeamedVisit, ...]
    loads: tuple[Load, ...]


@dataclass(frozen=True, slots=True)
class Infeasible:
    """The sampled visits cannot be served: visits that are blocked, or else departments whose cap cannot be kept."""

    batch: str
    seed: str
    blocked: tuple[Blocked, ...]
    witnesses: tuple[Witness, ...]
    visits: tuple[Visit, ...]

    @property
    def reason(self) -> str:
        """`too_few_eligible` or `cap_exceeded`, as the failure event says it."""
        return "too_few_eligible" if self.blocked else "cap_exceeded"


def draw(plan: Plan, batch: str, pools: Pools, history: History, seed: str) -> Draw | Infeasible:
    """The draw of `batch`: a pure function of its arguments. `seed` is the digest of the seed document (64 hex digits).

    Raises Refusal(INPUT) with every problem that `input_problems` finds; nothing else is raised for any plan and pools.
    """
    drawn = Basket.of(plan, batch, pools.entities, history).draw_entities(seed)
    visits = _visits(drawn)
    return _dealt(plan, batch, pools, seed, drawn, visits)


def input_problems(plan: Plan, batch: str, entities: Pool) -> list[Problem]:
    """What is wrong with these inputs for this batch, before anything is sealed: missing columns, empty frames, strata that are
    not covered. Empty for a batch that can be drawn."""
    try:
        Basket.of(plan, batch, entities, History())
    except Refusal as refusal:
        return list(refusal.problems)
    return []


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
        excluded = frame.excluded_rows(task, members, self.entities, self.history)
        eligible = np.setdiff1d(members, excluded, assume_unique=True) if len(excluded) else members
        counts = self.history.tiers(task.coordination_group) if task.coordination_group is not None else {}
        return eligible, sampling.tiers_of(self.entities.ids[eligible], counts), excluded

    def stratum_order(self, eligible: frame.Rows, tiers: NDArray[np.int64], seed: str) -> "StratumOrder":
        """The whole drawing order of a stratum, sample and reserve."""
        drawn = tickets(entity_key(seed, self.plan.id, self.batch), self.entities.ids[eligible].tolist())
        return StratumOrder(sampling.drawing_order(eligible, tiers, drawn.words()), tiers, drawn)

    def _draw_stratum(self, task: Task, name: str, members: frame.Rows, ticketed: "Ticketed") -> StratumDraw:
        eligible, tiers, excluded = self.left_of(task, members)
        wanted = allocation.wanted(task, len(members), allocation.stratum_ratio(task, name))
        size = min(wanted, len(eligible))
        places = ticketed.places(eligible)
        first = sampling.first_drawn(size, eligible, tiers, ticketed.words_of(places))
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

    def words_of(self, places: NDArray[np.intp]) -> NDArray[np.uint64]:
        """The tickets at these places, which ascend: all of them without a copy, if it is all."""
        return self.words if len(places) == len(self.words) else self.words[places]

    def places(self, rows: frame.Rows) -> NDArray[np.intp]:
        """Where these rows stand among the ticketed ones."""
        return np.searchsorted(self.rows, rows)


def _batch_problems(batch: str, tasks: tuple[Task, ...]) -> list[Problem]:
    """What the tasks of a batch must have in common: a day (draw-v1 §6), and within a group the filter (§5)."""
    window = common_window(task.window for task in tasks)
    problems = []
    if window.start > window.end:
        problems.append(Problem.of(Code.DRAW_NO_COMMON_DAY, Place(path=batch), batch=batch))
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        if task.coordination_group is not None:
            groups.setdefault(task.coordination_group, []).append(task)
    for group, members in groups.items():
        if len({frozenset(task.where) for task in members}) > 1:
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
    if values := frame.uncovered_values(task, rows, entities):
        by = task.strata.by if task.strata else ""
        problems.append(Problem.of(Code.DRAW_STRATUM_NOT_COVERED, Place(path=task.id), column=by, values="、".join(values)))
    return problems


def _visits(drawn: tuple[TaskDraw, ...]) -> tuple[Visit, ...]:
    """One visit per entity drawn by at least one task, listed by (ticket, id)."""
    tasks: dict[str, list[Task]] = {}
    errands: dict[tuple[str, ...], Errand] = {}
    ticket: dict[str, str] = {}
    for task_draw in drawn:
        for one in task_draw.sample:
            tasks.setdefault(one.entity, []).append(task_draw.task)
            ticket[one.entity] = one.ticket
    visits = []
    for entity in sorted(tasks, key=lambda entity: (ticket[entity], entity)):
        ids = tuple(task.id for task in tasks[entity])
        if ids not in errands:
            errands[ids] = assignment.errand_of(tuple(tasks[entity]))
        visits.append(Visit(entity, errands[ids]))
    return tuple(visits)


def staff_of(plan: Plan, pools: Pools, departments: tuple[str, ...]) -> dict[str, Staff]:
    """The staff of each of these departments, with the recusals that concern it."""
    recused: dict[str, set[str]] = {}
    if pools.recusals is not None:
        for row in pools.recusals.rows():
            recused.setdefault(row["entity"], set()).add(row["inspector"])
    frozen = {entity: frozenset(inspectors) for entity, inspectors in recused.items()}
    return {department: Staff(department, plan, pools.inspectors, frozen) for department in departments}


def _dealt(
    plan: Plan, batch: str, pools: Pools, seed: str, drawn: tuple[TaskDraw, ...], visits: tuple[Visit, ...]
) -> Draw | Infeasible:
    of_department: dict[str, list[Visit]] = {}
    for visit in visits:
        for department in visit.errand.demand:
            of_department.setdefault(department, []).append(visit)
    staff = staff_of(plan, pools, tuple(sorted(of_department)))
    if blocked := [b for name in staff for b in assignment.blocked_visits(staff[name], of_department[name])]:
        return Infeasible(batch, seed, tuple(blocked), (), visits)
    deals: dict[str, Deal] = {}
    witnesses = []
    for name, members in staff.items():
        dealt = assignment.deal(members, of_department[name], plan.max_visits_per_inspector, seed, plan.id, batch)
        if isinstance(dealt, Witness):
            witnesses.append(dealt)
        else:
            deals[name] = dealt
    if witnesses:
        return Infeasible(batch, seed, (), tuple(witnesses), visits)
    names = pools.entities.cells([visit.entity for visit in visits], "name")
    return Draw(
        batch=batch,
        seed=seed,
        entity_key=entity_key(seed, plan.id, batch),
        tasks=drawn,
        visits=tuple(TeamedVisit(visit, name, _team(visit, deals)) for visit, name in zip(visits, names, strict=True)),
        loads=tuple(Load(name, inspector, deals[name].loads[inspector]) for name in staff for inspector in staff[name].ids),
    )


def _team(visit: Visit, deals: Mapping[str, Deal]) -> tuple[Member, ...]:
    """The leader is slot 1 of the initiator of the visit's first task."""
    lead = visit.tasks[0].initiator
    return tuple(
        Member(inspector, department, slot, leader=(department == lead and slot == 1))
        for department in visit.errand.demand
        for slot, inspector in enumerate(deals[department].slots[visit.entity], start=1)
    )
