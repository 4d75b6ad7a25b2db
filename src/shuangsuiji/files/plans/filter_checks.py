"""From whom a task draws: `where` and `strata`, their columns under the names that headers of pools have too."""

from collections.abc import Mapping, Sequence

from shuangsuiji.files.plans.document import Path
from shuangsuiji.files.plans.plan_findings import Findings
from shuangsuiji.files.plans.plan_shape import ConditionShape, StrataShape
from shuangsuiji.files.plans.plan_values import value_of
from shuangsuiji.files.pools.headers import column_of_header
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.plan import Condition, Operator
from shuangsuiji.model.pool import SET_COLUMNS
from shuangsuiji.model.problems import Code
from shuangsuiji.model.text import NotCanonical

_NO_FILTERS = frozenset({"status", "id", "name"})
_EVERYBODY = "*"


def entity_column(header: str) -> str:
    """The column of the entity pool that a key of `where`, or `by`, names. Raises Unfit."""
    try:
        column = column_of_header("entities", header)
    except NotCanonical as error:
        raise Unfit(Code.PLAN_BAD_TEXT, character=error.character, fault="character") from error
    if not column:
        raise Unfit(Code.PLAN_EMPTY)
    return column


def conditions_of(where: Mapping[str, ConditionShape]) -> tuple[Condition, ...]:
    """The conditions in the plan's order; `check_where` found nothing wrong with them."""
    return tuple(Condition(entity_column(header), *_operation(shape)) for header, shape in where.items())


def _operation(shape: ConditionShape) -> tuple[Operator, tuple[str, ...]]:
    return ("in", tuple(shape.accepted)) if shape.accepted else ("not_in", tuple(shape.rejected))


def filter_of(where: Mapping[str, ConditionShape]) -> frozenset[tuple[str, str, frozenset[str]]] | None:
    """The conditions as a set, values as sets: what decides whether two filters are the same. None for one with mistakes."""
    try:
        return frozenset((one.column, one.operator, frozenset(one.values)) for one in conditions_of(where))
    except Unfit:
        return None


def check_where(where: Mapping[str, ConditionShape], path: Path, findings: Findings) -> None:
    """Note what is wrong with a filter."""
    first: dict[str, str] = {}
    for header, shape in where.items():
        column = _checked_column(header, (*path, header), findings, at_key=True)
        if column and first.setdefault(column, header) != header:
            line = findings.line((*path, first[column]))
            other = first[column]
            findings.add_at_key(Code.PLAN_DUPLICATE_KEY, (*path, header), other=other, other_line=line, fault="column")
        operator, values = _operation(shape)
        check_values(values, (*path, header, operator), findings, is_set=column in SET_COLUMNS)


def check_values(values: Sequence[str], path: Path, findings: Findings, is_set: bool) -> None:
    """Note values that stand there twice and, for a column of sets, those that no member of a set can be."""
    findings.add_repeated(values, path)
    for number, value in enumerate(values):
        if is_set and (separator := next((c for c in value if c in ";；|"), "")):
            findings.add(Code.PLAN_BAD_TEXT, (*path, number), value=value, character=separator, fault="separator")


def check_strata(strata: StrataShape, path: Path, findings: Findings) -> None:
    """Note what is wrong with strata by ratios."""
    column = _checked_column(strata.by, (*path, "by"), findings)
    if column in SET_COLUMNS:
        findings.add(Code.DRAW_SET_STRATUM, (*path, "by"), column=column)
    if not strata.ratios and strata.other is None:
        findings.add(Code.PLAN_MISSING_KEY, path, key="ratios")
    first: dict[str, str] = {}
    for name in strata.ratios:
        at = (*path, "ratios", name)
        try:
            value = value_of(name)
        except Unfit as unfit:
            findings.add_at_key(unfit.code, at, **unfit.values)
            continue
        if value == _EVERYBODY:
            findings.add_at_key(Code.PLAN_BAD_TEXT, at, value=value, character=value, fault="stratum")
        elif first.setdefault(value, name) != name:
            findings.add_at_key(Code.PLAN_DUPLICATE_VALUE, at, value=value)


def _checked_column(header: str, path: Path, findings: Findings, at_key: bool = False) -> str:
    """The column, or "" after noting that there is none or that no filter may look at it."""
    add = findings.add_at_key if at_key else findings.add
    try:
        column = entity_column(header)
    except Unfit as unfit:
        add(unfit.code, path, **unfit.values)
        return ""
    if column in _NO_FILTERS:
        add(Code.PLAN_STATUS_COLUMN, path, column=header, fault="status" if column == "status" else "identity")
    return column
