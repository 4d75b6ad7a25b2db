"""A draw from end to end: the only place where the steps are put together (draw-v1 §3 to §7).

A basket holds every entity of the batch's frames, each with its ticket. A task reaches in, takes the entities of its frame in
the order of their tickets, and stops when it has enough; two tasks with the same frame therefore take the same entities,
and one visit serves both. Then each department deals its inspectors to the visits, the least busy first.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shuangsuiji.draw.assignment import Deal, Member, Witness, deal
from shuangsuiji.draw.basket import Basket, TaskDraw
from shuangsuiji.draw.tickets import entity_key
from shuangsuiji.draw.visits import Blocked, Errand, Staff, Visit, blocked_visits, errand_of
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import Plan, Task
from shuangsuiji.model.pool import Pool, Pools
from shuangsuiji.model.problems import Problem, Refusal


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
            errands[ids] = errand_of(tuple(tasks[entity]))
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
    if blocked := [b for name in staff for b in blocked_visits(staff[name], of_department[name])]:
        return Infeasible(batch, seed, tuple(blocked), (), visits)
    deals: dict[str, Deal] = {}
    witnesses = []
    for name, members in staff.items():
        dealt = deal(members, of_department[name], plan.max_visits_per_inspector, seed, plan.id, batch)
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
