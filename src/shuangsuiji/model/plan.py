"""A plan as the draw sees it: plain frozen values, whatever file they came from (draw-v1 §1, plan snapshot)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

Rounding = Literal["up", "half_up", "down"]
ROUNDINGS: tuple[Rounding, ...] = ("up", "half_up", "down")
Operator = Literal["in", "not_in"]

DEFAULT_ENTITY_STATUSES = ("存续", "在营", "在业", "开业", "在册", "正常", "在建")
DEFAULT_INSPECTOR_STATUSES = ("在岗", "有效")


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a task's `where`: the cell of `column` is (`in`) or is not (`not_in`) one of `values`."""

    column: str
    operator: Operator
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which a task may be carried out, both ends included, as YYYY-MM-DD (so that they compare as text)."""

    start: str
    end: str


def common_window(windows: Iterable[Window]) -> Window:
    """The days that all of `windows` (not empty) have; `start` lies after `end` where there are none."""
    known = list(windows)
    return Window(max(window.start for window in known), min(window.end for window in known))


@dataclass(frozen=True, slots=True)
class Strata:
    """Strata by ratios (draw-v1 §4): the column, the listed values with their ratios in the plan's order, and the ratio of
    every value not listed (None: there may be none such)."""

    by: str
    ratios: tuple[tuple[str, Fraction], ...]
    other: Fraction | None = None


@dataclass(frozen=True, slots=True)
class TaskLabels:
    """What the source says of a task and the draw does not need: shown, printed, never part of a snapshot."""

    items: tuple[str, ...] = ()
    target: str = ""
    item_class: str = ""
    draw_type: str = ""
    level: str = ""
    published: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the plan (抽查任务). Exactly one of `ratio`, `count` and `strata` says how many are drawn."""

    id: str
    name: str
    batch: str
    initiator: str
    window: Window
    where: tuple[Condition, ...] = ()
    ratio: Fraction | None = None
    count: int | None = None
    rounding: Rounding = "up"
    at_least: int = 1
    at_most: int | None = None
    strata: Strata | None = None
    allow_empty: bool = False
    coordination_group: str | None = None
    max_visits_per_cycle: int | None = None
    cooperators: tuple[str, ...] = ()
    minimum_team: int = 2
    per_department: int = 1
    qualifications: tuple[tuple[str, tuple[str, ...]], ...] = ()
    labels: TaskLabels = TaskLabels()

    @property
    def departments(self) -> tuple[str, ...]:
        """Initiator first, then the cooperators, each once."""
        return tuple(dict.fromkeys((self.initiator, *self.cooperators)))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the entity pool that this task looks at, apart from id, name and status."""
        by = (self.strata.by,) if self.strata else ()
        return tuple(dict.fromkeys((*(condition.column for condition in self.where), *by)))


@dataclass(frozen=True, slots=True)
class Department:
    """A department under the name the records use, with every other name that stands for it."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A year's plan (抽查计划), or the part of it that one batch's snapshot holds."""

    id: str
    title: str
    cycle: str
    tasks: tuple[Task, ...]
    entity_statuses: tuple[str, ...] = DEFAULT_ENTITY_STATUSES
    inspector_statuses: tuple[str, ...] = DEFAULT_INSPECTOR_STATUSES
    max_visits_per_inspector: int | None = None
    departments: tuple[Department, ...] = ()
    issuer: str = ""
    document_no: str = ""
    issued: str = ""

    @property
    def batches(self) -> tuple[str, ...]:
        """Batch ids in the order of their windows' beginnings, then plan order (the order of `draw --all`)."""
        first: dict[str, str] = {}
        for task in self.tasks:
            first[task.batch] = min(first.get(task.batch, task.window.start), task.window.start)
        return tuple(sorted(first, key=first.__getitem__))

    def tasks_of(self, batch: str) -> tuple[Task, ...]:
        """The tasks of `batch` in plan order; empty for a batch that the plan does not have."""
        return tuple(task for task in self.tasks if task.batch == batch)

    def department_names(self) -> Mapping[str, str]:
        """Every name and alias, mapped to the name that the records use."""
        return {alias: department.name for department in self.departments for alias in (department.name, *department.aliases)}


def needs_history(tasks: tuple[Task, ...]) -> bool:
    """Whether a batch of these tasks has a history at all (draw-v1 §5)."""
    return any(task.coordination_group is not None or task.max_visits_per_cycle is not None for task in tasks)
