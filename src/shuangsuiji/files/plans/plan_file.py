"""A plan file (YAML) becomes a Plan: read strictly, with everything that is wrong with it found in one run (design: Plan)."""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shuangsuiji.files.plans.document import Path, at
from shuangsuiji.files.plans.filter_checks import conditions_of, entity_column
from shuangsuiji.files.plans.plan_checks import check_plan
from shuangsuiji.files.plans.plan_findings import Findings
from shuangsuiji.files.plans.plan_shape import DefaultsShape, FileShape, PlanShape, StrataShape, TaskShape
from shuangsuiji.files.plans.plan_values import value_of
from shuangsuiji.files.plans.severities import USUAL, adjusted, stops
from shuangsuiji.files.plans.yaml_nodes import read_yaml
from shuangsuiji.files.working_days import Schedule
from shuangsuiji.model.plan import (
    DEFAULT_ENTITY_STATUSES,
    DEFAULT_INSPECTOR_STATUSES,
    Department,
    Plan,
    Strata,
    Task,
    TaskLabels,
    Window,
)
from shuangsuiji.model.problems import Code, Problem, Refusal, Severity, Status

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan with what only its file says: where the ledger and the pools are (paths as written, relative to the plan file),
    the warnings and notes that reading it gave, the severities that it wants for warnings and notes, and when batches are due."""

    plan: Plan
    ledger: str | None
    entities: tuple[FileShape, ...]
    inspectors: tuple[FileShape, ...]
    recusals: tuple[FileShape, ...]
    notes: tuple[Problem, ...]
    severities: Mapping[Code, Severity] = field(default_factory=lambda: MappingProxyType({}))
    schedule: Schedule = field(default_factory=Schedule)


def read_plan(data: bytes, file: str) -> PlanFile:
    """The plan in the bytes of `file` (a name for messages; nothing is opened).

    Raises Refusal(INPUT) with every problem at once; only faults of the YAML itself end the reading at the first.
    """
    document = read_yaml(data, file)
    findings = Findings(document)
    shape, errors = _shape_of(document.data)
    findings.add_shape_errors(errors)
    if shape is not None:
        check_plan(shape, findings)
    severities = {} if shape is None else {code: shape.severities[code] for code in USUAL if code in shape.severities}
    problems = adjusted(findings.given(), severities)
    if shape is None or stops(problems):
        raise Refusal(Status.INPUT, *problems)
    return _plan_file(shape, problems, MappingProxyType(severities))


def _shape_of(data: Any) -> tuple[PlanShape | None, list[ErrorDetails]]:
    """What is left of the data when everything that pydantic finds fault with is taken out, and those faults."""
    try:
        return PlanShape.model_validate(data), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
    if not isinstance(data, dict):
        return None, errors
    return PlanShape.model_validate(_without(data, [tuple(error["loc"]) for error in errors])), errors


def _without(data: dict[str, Any], paths: Iterable[Path]) -> dict[str, Any]:
    """A copy without the keys of the plan, of a task or of a department that `paths` lead into."""
    rest = copy.deepcopy(data)
    for path in paths:
        depth = 3 if path[0] in {"tasks", "departments"} and len(path) > 1 else 1
        if len(path) == 2 and depth == 3:
            at(rest, path[:1])[path[1]] = {}  # an item that is no mapping at all
        elif isinstance(holder := at(rest, path[: depth - 1]), dict):
            holder.pop(path[depth - 1], None)
    return rest


def _plan_file(shape: PlanShape, notes: tuple[Problem, ...], severities: Mapping[Code, Severity]) -> PlanFile:
    departments = tuple(Department(_present(one.name), tuple(one.aliases)) for one in _present(shape.departments))
    names = {alias: one.name for one in departments for alias in (one.name, *one.aliases)}
    pools = _present(shape.pools)
    plan = Plan(
        id=_present(shape.id),
        title=_present(shape.title),
        cycle=shape.cycle or _present(shape.year),
        tasks=tuple(_task(task, shape.defaults, names) for task in _present(shape.tasks)),
        entity_statuses=tuple(shape.entity_statuses or DEFAULT_ENTITY_STATUSES),
        inspector_statuses=tuple(shape.inspector_statuses or DEFAULT_INSPECTOR_STATUSES),
        max_visits_per_inspector=shape.max_visits_per_inspector,
        departments=departments,
        issuer=shape.issuer,
        document_no=shape.document_no,
        issued=shape.issued or "",
    )
    files = (tuple(pools.entities), tuple(pools.inspectors), tuple(pools.recusals))
    return PlanFile(plan, shape.ledger, *files, notes, severities, _schedule(shape, plan))


def _schedule(shape: PlanShape, plan: Plan) -> Schedule:
    named = zip(plan.tasks, _present(shape.tasks), strict=True)
    draw_on = {task.batch: written.draw_on for task, written in named if written.draw_on is not None}
    holidays, workdays = (tuple(Window(one.start, one.end) for one in days) for days in (shape.holidays, shape.workdays))
    return Schedule(MappingProxyType(draw_on), holidays, workdays)


def _task(task: TaskShape, defaults: DefaultsShape, names: dict[str, str]) -> Task:
    window = _present(task.window)
    return Task(
        id=_present(task.id),
        name=_present(task.name),
        batch=task.batch or _present(task.id),
        initiator=names[_present(task.initiator)],
        window=Window(window.start, window.end),
        where=conditions_of(task.where or {}),
        ratio=task.ratio,
        count=task.count,
        rounding=task.rounding or defaults.rounding,
        at_least=defaults.at_least if task.at_least is None else task.at_least,
        at_most=task.at_most,
        strata=_strata(task.strata) if task.strata else None,
        allow_empty=task.allow_empty,
        coordination_group=task.coordination_group,
        max_visits_per_cycle=task.max_visits_per_cycle,
        cooperators=tuple(names[cooperator] for cooperator in task.cooperators),
        minimum_team=task.minimum_team or defaults.minimum_team,
        per_department=task.per_department or defaults.per_department,
        qualifications=tuple((names[value_of(key)], tuple(values)) for key, values in task.qualifications.items()),
        labels=_labels(task),
    )


def _strata(strata: StrataShape) -> Strata:
    return Strata(entity_column(strata.by), tuple((value_of(name), ratio) for name, ratio in strata.ratios.items()), strata.other)


def _labels(task: TaskShape) -> TaskLabels:
    return TaskLabels(
        items=tuple(task.items),
        target=task.target,
        item_class=task.item_class,
        draw_type=task.draw_type,
        level=task.level,
        published=MappingProxyType(dict(task.published)),
        notes=tuple(task.notes),
    )


def _present(value: T | None) -> T:
    """`value`, which the checks found to be there."""
    if value is None:
        raise RuntimeError("a plan without problems lacks a required key")
    return value
