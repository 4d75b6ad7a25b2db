"""The kinds of value that a plan file has, as pydantic's annotated types: text in, checked values out."""

from fractions import Fraction
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainValidator

from shuangsuiji.files.plans.plan_values import (
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
from shuangsuiji.files.plans.severities import severity_of
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.plan import Rounding
from shuangsuiji.model.problems import Code, Severity

PLAN_SCHEMA = "shuangsuiji/plan/1"


def nothing_as_list(value: object) -> object:
    """A key with nothing behind it stands for an empty list, where a list may be empty."""
    return [] if value == "" else value


def some(value: list[Any]) -> list[Any]:
    """A list that is not empty."""
    if not value:
        raise Unfit(Code.PLAN_EMPTY)
    return value


def conditions(value: object) -> object:
    """``A`` and ``[A, B]`` stand for ``{in: [A]}`` and ``{in: [A, B]}``."""
    if isinstance(value, str | list):
        return {"in": value}
    if isinstance(value, dict) and len(value) != 1:
        raise Unfit(Code.PLAN_WRONG_TYPE, fault="condition")
    return value


def one_as_list(value: object) -> object:
    """A single value stands for a list of one, in a condition."""
    return [value] if isinstance(value, str) else value


def file_as_mapping(value: object) -> object:
    """``a.xlsx`` stands for ``{file: a.xlsx}``."""
    return {"file": value} if isinstance(value, str) else value


def day_as_window(value: object) -> object:
    """``2023-04-05`` stands for ``{from: 2023-04-05, to: 2023-04-05}``."""
    return dict.fromkeys(("from", "to"), date_of(value)) if isinstance(value, str) else value


def schema(text: str) -> str:
    """The one schema that there is."""
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
Level = Annotated[Severity, PlainValidator(text_only(severity_of))]
RoundingRule = Annotated[Rounding, PlainValidator(text_only(rounding_of))]
NotNegative = Annotated[int, PlainValidator(text_only(integer_from(0)))]
Positive = Annotated[int, PlainValidator(text_only(integer_from(1)))]
MinimumTeam = Annotated[int, PlainValidator(text_only(integer_from(2, Code.PLAN_TEAM_RULE)))]
PerDepartment = Annotated[int, PlainValidator(text_only(integer_from(1, Code.PLAN_TEAM_RULE)))]
Values = Annotated[list[Value], BeforeValidator(nothing_as_list)]
SomeValues = Annotated[list[Value], AfterValidator(some)]
