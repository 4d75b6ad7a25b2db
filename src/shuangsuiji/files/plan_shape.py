"""The shape of a plan file, as pydantic checks it: which keys there are and how each value reads. Nothing looks at two keys here.

Keys that must be there are optional in these models, so that what is left of a plan with mistakes can still be checked
further; `REQUIRED` says which they are.
"""

from fractions import Fraction
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

from shuangsuiji.files.plan_values import (
    boolean_of,
    date_of,
    id_of,
    integer_from,
    path_of,
    ratio_of,
    rounding_of,
    text_only,
    value_of,
    year_of,
)
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.plan import Rounding
from shuangsuiji.model.problems import Code

PLAN_SCHEMA = "shuangsuiji/plan/1"


def _nothing_as_list(value: object) -> object:
    """A key with nothing behind it stands for an empty list, where a list may be empty."""
    return [] if value == "" else value


def _some(value: list[Any]) -> list[Any]:
    if not value:
        raise Unfit(Code.PLAN_EMPTY)
    return value


def _conditions(value: object) -> object:
    """``A`` and ``[A, B]`` stand for ``{in: [A]}`` and ``{in: [A, B]}``."""
    if isinstance(value, str | list):
        return {"in": value}
    if isinstance(value, dict) and len(value) != 1:
        raise Unfit(Code.PLAN_WRONG_TYPE, fault="condition")
    return value


def _one_as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _schema(text: str) -> str:
    if text != PLAN_SCHEMA:
        raise Unfit(Code.PLAN_SCHEMA, value=text, expected=PLAN_SCHEMA)
    return text


Id = Annotated[str, AfterValidator(id_of)]
Value = Annotated[str, AfterValidator(value_of)]
FilePath = Annotated[str, AfterValidator(path_of)]
Day = Annotated[str, AfterValidator(date_of)]
Year = Annotated[str, AfterValidator(year_of)]
Ratio = Annotated[Fraction, PlainValidator(text_only(ratio_of))]
Truth = Annotated[bool, PlainValidator(text_only(boolean_of))]
RoundingRule = Annotated[Rounding, PlainValidator(text_only(rounding_of))]
NotNegative = Annotated[int, PlainValidator(text_only(integer_from(0)))]
Positive = Annotated[int, PlainValidator(text_only(integer_from(1)))]
MinimumTeam = Annotated[int, PlainValidator(text_only(integer_from(2, Code.PLAN_TEAM_RULE)))]
PerDepartment = Annotated[int, PlainValidator(text_only(integer_from(1, Code.PLAN_TEAM_RULE)))]
Values = Annotated[list[Value], BeforeValidator(_nothing_as_list)]
SomeValues = Annotated[list[Value], AfterValidator(_some)]
SomeFiles = Annotated[list[FilePath], AfterValidator(_some)]
Files = Annotated[list[FilePath], BeforeValidator(_nothing_as_list)]


class Shape(BaseModel):
    """Text, lists and mappings only; a key that is not known is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PoolsShape(Shape):
    """The files of the pools, relative to the plan's."""

    entities: SomeFiles
    inspectors: SomeFiles
    recusals: Files = []


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


class ConditionShape(Shape):
    """The values that a column must, or must not, have; one of the two."""

    accepted: Annotated[SomeValues, BeforeValidator(_one_as_list)] = Field(default=[], alias="in")
    rejected: Annotated[SomeValues, BeforeValidator(_one_as_list)] = Field(default=[], alias="not_in")


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
    where: dict[str, Annotated[ConditionShape, BeforeValidator(_conditions)]] | None = None
    ratio: Ratio | None = None
    count: Positive | None = None
    strata: StrataShape | None = None
    rounding: RoundingRule | None = None
    at_least: NotNegative | None = None
    at_most: Positive | None = None
    allow_empty: Truth = False
    batch: Id | None = None
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

    format: Annotated[str, AfterValidator(_schema)] | None = Field(default=None, alias="schema")
    id: Id | None = None
    title: Value | None = None
    year: Year | None = None
    issuer: Value = ""
    document_no: Value = ""
    issued: Day | None = None
    cycle: Value | None = None
    ledger: FilePath | None = None
    pools: PoolsShape | None = None
    departments: Annotated[list[DepartmentShape], AfterValidator(_some)] | None = None
    entity_statuses: SomeValues | None = None
    inspector_statuses: SomeValues | None = None
    max_visits_per_inspector: Positive | None = None
    defaults: DefaultsShape = DefaultsShape()
    tasks: Annotated[list[TaskShape], AfterValidator(_some)] | None = None


REQUIRED: dict[type[Shape], tuple[str, ...]] = {
    PlanShape: ("schema", "id", "title", "year", "pools", "departments", "tasks"),
    DepartmentShape: ("name",),
    TaskShape: ("id", "name", "initiator", "window"),
}

_SHAPE_AT: dict[str, type[Shape]] = {
    "pools": PoolsShape,
    "departments": DepartmentShape,
    "defaults": DefaultsShape,
    "tasks": TaskShape,
    "window": WindowShape,
    "strata": StrataShape,
}


def keys_at(path: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys that the mapping at `path` may have."""
    names = [step for step in path if isinstance(step, str)]
    shape: type[Shape] = PlanShape
    if names:
        shape = ConditionShape if "where" in names[:-1] else _SHAPE_AT[names[-1]]
    return tuple(field.alias or name for name, field in shape.model_fields.items())
