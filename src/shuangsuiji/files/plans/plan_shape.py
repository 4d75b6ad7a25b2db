"""The shape of a plan file, as pydantic checks it: which keys there are and how each value reads. Nothing looks at two keys here.

Keys that must be there are optional in these models, so that what is left of a plan with mistakes can still be checked
further; `REQUIRED` says which they are.
"""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from shuangsuiji.files.plans.plan_types import (
    Day,
    FilePath,
    Id,
    Level,
    MinimumTeam,
    NotNegative,
    PerDepartment,
    Positive,
    Ratio,
    RoundingRule,
    SomeValues,
    Truth,
    Value,
    Values,
    Year,
    conditions,
    day_as_window,
    file_as_mapping,
    nothing_as_list,
    one_as_list,
    schema,
    some,
)


class Shape(BaseModel):
    """Text, lists and mappings only; a key that is not known is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class FileShape(Shape):
    """A file of a pool, relative to the plan's, and the sheet of a workbook; written as text, the file alone."""

    file: FilePath
    sheet: Value | None = None

    def __str__(self) -> str:
        return self.file if self.sheet is None else f"{self.file} {self.sheet}"


PoolFile = Annotated[FileShape, BeforeValidator(file_as_mapping)]


class PoolsShape(Shape):
    """The files of the pools."""

    entities: Annotated[list[PoolFile], AfterValidator(some)]
    inspectors: Annotated[list[PoolFile], AfterValidator(some)]
    recusals: Annotated[list[PoolFile], BeforeValidator(nothing_as_list)] = []


class DepartmentShape(Shape):
    """A department under the name the records use, and its other names."""

    name: Value | None = None
    aliases: Values = []


class DefaultsShape(Shape):
    """What holds for tasks that do not say otherwise."""

    rounding: RoundingRule = "up"
    at_least: NotNegative = 1
    minimum_team: MinimumTeam = 2
    per_department: PerDepartment = 1


class WindowShape(Shape):
    """The first and the last day."""

    start: Day = Field(alias="from")
    end: Day = Field(alias="to")


Days = Annotated[list[Annotated[WindowShape, BeforeValidator(day_as_window)]], BeforeValidator(nothing_as_list)]
"""Single days and stretches of days, as the notice of the year's holidays names them."""


class ConditionShape(Shape):
    """The values that a column must, or must not, have; one of the two."""

    accepted: Annotated[SomeValues, BeforeValidator(one_as_list)] = Field(default=[], alias="in")
    rejected: Annotated[SomeValues, BeforeValidator(one_as_list)] = Field(default=[], alias="not_in")


class StrataShape(Shape):
    """Ratios by the values of a column."""

    by: Value
    ratios: dict[str, Ratio] = {}
    other: Ratio | None = None


class TaskShape(Shape):
    """One row of the plan."""

    id: Id | None = None
    name: Value | None = None
    initiator: Value | None = None
    window: WindowShape | None = None
    where: dict[str, Annotated[ConditionShape, BeforeValidator(conditions)]] | None = None
    ratio: Ratio | None = None
    count: Positive | None = None
    strata: StrataShape | None = None
    rounding: RoundingRule | None = None
    at_least: NotNegative | None = None
    at_most: Positive | None = None
    allow_empty: Truth = False
    batch: Id | None = None
    draw_on: Day | None = None
    coordination_group: Value | None = None
    max_visits_per_cycle: Positive | None = None
    cooperators: Values = []
    minimum_team: MinimumTeam | None = None
    per_department: PerDepartment | None = None
    qualifications: dict[str, SomeValues] = {}
    items: Values = []
    target: Value = ""
    item_class: Value = ""
    draw_type: Value = ""
    level: Value = ""
    published: dict[str, str] = {}
    notes: Values = []


class PlanShape(Shape):
    """A whole plan file."""

    format: Annotated[str, AfterValidator(schema)] | None = Field(default=None, alias="schema")
    id: Id | None = None
    title: Value | None = None
    year: Year | None = None
    issuer: Value = ""
    document_no: Value = ""
    issued: Day | None = None
    cycle: Value | None = None
    ledger: FilePath | None = None
    pools: PoolsShape | None = None
    departments: Annotated[list[DepartmentShape], AfterValidator(some)] | None = None
    entity_statuses: SomeValues | None = None
    inspector_statuses: SomeValues | None = None
    max_visits_per_inspector: Positive | None = None
    defaults: DefaultsShape = DefaultsShape()
    severities: dict[str, Level] = {}
    holidays: Days = []
    workdays: Days = []
    tasks: Annotated[list[TaskShape], AfterValidator(some)] | None = None


REQUIRED: dict[type[Shape], tuple[str, ...]] = {
    PlanShape: ("schema", "id", "title", "year", "pools", "departments", "tasks"),
    DepartmentShape: ("name",),
    TaskShape: ("id", "name", "initiator", "window"),
}

_SHAPE_AT: dict[str, type[Shape]] = {
    "pools": PoolsShape,
    "entities": FileShape,
    "inspectors": FileShape,
    "recusals": FileShape,
    "departments": DepartmentShape,
    "defaults": DefaultsShape,
    "tasks": TaskShape,
    "window": WindowShape,
    "holidays": WindowShape,
    "workdays": WindowShape,
    "strata": StrataShape,
}


def keys_at(path: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys that the mapping at `path` may have."""
    names = [step for step in path if isinstance(step, str)]
    shape: type[Shape] = PlanShape
    if names:
        shape = ConditionShape if "where" in names[:-1] else _SHAPE_AT[names[-1]]
    return tuple(field.alias or name for name, field in shape.model_fields.items())
