"""Visits, what they ask of each department, and who may go (draw-v1 §6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from shuangsuiji.model.plan import Plan, Task, Window, common_window
from shuangsuiji.model.pool import Pool
from shuangsuiji.model.text import split_set

Obstacle = Literal["status", "no_certificate", "expired", "recused", "qualification"]


@dataclass(frozen=True, slots=True)
class Errand:
    """What the tasks of a visit, in plan order, ask for; all visits with the same tasks share one.

    `demand` maps each department, in order of first appearance, to m(v, d). `last_day` is the latest `to` of the tasks: a
    certificate must last until then. `qualifications` maps each department to all that the tasks which involve it ask of it.
    """

    tasks: tuple[Task, ...]
    demand: Mapping[str, int]
    last_day: str
    qualifications: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit (一次上门): an entity, and what the tasks that drew it ask for."""

    entity: str
    errand: Errand

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks that drew the entity, in plan order."""
        return self.errand.tasks

    @property
    def demand(self) -> tuple[tuple[str, int], ...]:
        """m(v, d) of each department, in order of first appearance."""
        return tuple(self.errand.demand.items())

    @property
    def last_day(self) -> str:
        """The latest `to` of its tasks."""
        return self.errand.last_day

    @property
    def window(self) -> Window:
        """The days that all its tasks have in common."""
        return common_window(task.window for task in self.tasks)


@dataclass(frozen=True, slots=True)
class Blocked:
    """A visit that a department cannot serve: it needs `demand` inspectors and has these `eligible` ones."""

    department: str
    entity: str
    demand: int
    eligible: tuple[str, ...]


def errand_of(tasks: tuple[Task, ...]) -> Errand:
    """What `tasks` (not empty, plan order) ask for together (draw-v1 §6)."""
    demand: dict[str, int] = {}
    asked: dict[str, set[str]] = {}
    for task in tasks:
        for department in task.departments:
            demand[department] = max(demand.get(department, 0), task.per_department)
            asked.setdefault(department, set())
        for department, names in task.qualifications:
            if department in task.departments:
                asked[department].update(names)
    demand[tasks[0].initiator] += max(0, max(task.minimum_team for task in tasks) - sum(demand.values()))
    qualifications = {department: frozenset(names) for department, names in asked.items()}
    return Errand(tasks, demand, max(task.window.end for task in tasks), qualifications)


def visit_of(entity: str, tasks: tuple[Task, ...]) -> Visit:
    """The visit to `entity` for `tasks` (not empty, plan order)."""
    return Visit(entity, errand_of(tasks))


class Staff:
    """The inspectors of one department, in byte order of their ids, and who of them may go on which visit."""

    def __init__(self, department: str, plan: Plan, inspectors: Pool, recused: Mapping[str, frozenset[str]]) -> None:
        """`recused` maps an entity to the inspectors recused for it."""
        self.department = department
        self._statuses = plan.inspector_statuses
        self._recused = recused
        self._rows = {row["id"]: row for row in inspectors.rows() if row["department"] == department}
        self.ids = tuple(self._rows)
        self._qualifications = {i: frozenset(split_set(row["qualifications"])) for i, row in self._rows.items()}
        self._classes: dict[tuple[str, frozenset[str]], tuple[str, ...]] = {}

    def obstacles(self, inspector: str, visit: Visit) -> tuple[Obstacle, ...]:
        """Every reason why `inspector` may not go on `visit`; empty if eligible (draw-v1 §6)."""
        recused: tuple[Obstacle, ...] = ("recused",) if inspector in self._recused.get(visit.entity, ()) else ()
        return self._of_class(inspector, visit.last_day, visit.errand.qualifications[self.department]) + recused

    def eligible(self, visit: Visit) -> tuple[str, ...]:
        """Ids of the inspectors who may go on `visit`, in byte order."""
        kind = (visit.last_day, visit.errand.qualifications[self.department])
        able = self._classes.get(kind)
        if able is None:
            able = self._classes[kind] = tuple(i for i in self.ids if not self._of_class(i, *kind))
        recused = self._recused.get(visit.entity)
        return tuple(i for i in able if i not in recused) if recused else able

    def _of_class(self, inspector: str, last_day: str, asked: frozenset[str]) -> tuple[Obstacle, ...]:
        row = self._rows[inspector]
        expiry = row["certificate_expiry"]
        found: list[Obstacle] = []
        if "status" in row and row["status"] not in self._statuses:
            found.append("status")
        if not expiry:
            found.append("no_certificate")
        elif expiry < last_day:
            found.append("expired")
        if not asked <= self._qualifications[inspector]:
            found.append("qualification")
        return tuple(found)


def blocked_visits(staff: Staff, visits: Sequence[Visit]) -> list[Blocked]:
    """Step 0: the visits that have fewer eligible inspectors than the demand, in the order of `visits`."""
    found = []
    for visit in visits:
        demand, eligible = visit.errand.demand[staff.department], staff.eligible(visit)
        if len(eligible) < demand:
            found.append(Blocked(staff.department, visit.entity, demand, eligible))
    return found
