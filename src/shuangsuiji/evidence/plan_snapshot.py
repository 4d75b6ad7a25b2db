"""The plan snapshot (draw-v1 §1): the plan as one batch sees it, as canonical JSON."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from shuangsuiji.draw.frame import EVERYBODY
from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.shape import POSITIVE, Either, Keys, misfit
from shuangsuiji.evidence.snapshots import BadSnapshot, LaterForm
from shuangsuiji.model.plan import ROUNDINGS, Condition, Plan, Strata, Task, Window
from shuangsuiji.model.text import forbidden_character, is_day

PLAN_SCHEMA = "shuangsuiji/plan/1"


def _fraction_text(ratio: Fraction) -> str:
    return f"{ratio.numerator}/{ratio.denominator}"


def _without_defaults(value: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in value.items() if key not in defaults or one != defaults[key]}


_TASK_DEFAULTS: dict[str, Any] = {
    "ratio": None,
    "count": None,
    "rounding": "up",
    "at_least": 1,
    "at_most": None,
    "strata": None,
    "allow_empty": False,
    "coordination_group": None,
    "max_visits_per_cycle": None,
    "cooperators": [],
    "minimum_team": 2,
    "per_department": 1,
    "qualifications": [],
}


def plan_snapshot(plan: Plan, batch: str) -> bytes:
    """The plan as this batch sees it (draw-v1 §1): canonical JSON, keys at their default left out."""
    value: dict[str, Any] = {
        "schema": PLAN_SCHEMA,
        "id": plan.id,
        "title": plan.title,
        "cycle": plan.cycle,
        "entity_statuses": list(plan.entity_statuses),
        "inspector_statuses": list(plan.inspector_statuses),
        "tasks": [_task_value(task) for task in plan.tasks_of(batch)],
    }
    if plan.max_visits_per_inspector is not None:
        value["max_visits_per_inspector"] = plan.max_visits_per_inspector
    return canonical.encode(value)


def _task_value(task: Task) -> dict[str, Any]:
    strata = None
    if task.strata is not None:
        strata = {"by": task.strata.by, "ratios": [[value, _fraction_text(ratio)] for value, ratio in task.strata.ratios]}
        if task.strata.other is not None:
            strata["other"] = _fraction_text(task.strata.other)
    return _without_defaults(
        {
            "id": task.id,
            "name": task.name,
            "where": [[c.column, c.operator, list(c.values)] for c in task.where],
            "ratio": None if task.ratio is None else _fraction_text(task.ratio),
            "count": task.count,
            "rounding": task.rounding,
            "at_least": task.at_least,
            "at_most": task.at_most,
            "strata": strata,
            "allow_empty": task.allow_empty,
            "batch": task.batch,
            "coordination_group": task.coordination_group,
            "max_visits_per_cycle": task.max_visits_per_cycle,
            "initiator": task.initiator,
            "cooperators": list(task.cooperators),
            "minimum_team": task.minimum_team,
            "per_department": task.per_department,
            "qualifications": [[department, list(names)] for department, names in task.qualifications],
            "window": {"from": task.window.start, "to": task.window.end},
        },
        _TASK_DEFAULTS,
    )


_TASK_SHAPE = Keys(
    {
        "id": str,
        "name": str,
        "where": [[str, Either(("in", "not_in")), [str]]],
        "batch": str,
        "initiator": str,
        "window": {"from": str, "to": str},
    },
    {
        "ratio": str,
        "count": POSITIVE,
        "rounding": Either(ROUNDINGS),
        "at_least": POSITIVE,
        "at_most": POSITIVE,
        "strata": Either(
            (Keys({"by": str, "ratios": [[str, str]]}, {"other": str}), {"by": str, "weights": [[str, POSITIVE, POSITIVE]]})
        ),
        "allow_empty": bool,
        "coordination_group": str,
        "max_visits_per_cycle": POSITIVE,
        "cooperators": [str],
        "minimum_team": POSITIVE,
        "per_department": POSITIVE,
        "qualifications": [[str, [str]]],
    },
)
_PLAN_SHAPE = Keys(
    {
        "schema": PLAN_SCHEMA,
        "id": str,
        "title": str,
        "cycle": str,
        "entity_statuses": [str],
        "inspector_statuses": [str],
        "tasks": [_TASK_SHAPE],
    },
    {"max_visits_per_inspector": POSITIVE},
)


def decode_plan(data: bytes) -> Plan:
    """The plan of a snapshot, its tasks being those of one batch. Raises BadSnapshot, or LaterForm for weights (draw-v1 §4.1)."""
    try:
        value: Any = canonical.decode(data)
    except canonical.NotCanonicalJson as error:
        raise BadSnapshot(error.reason) from error
    if (path := misfit(value, _PLAN_SHAPE)) is not None:
        raise BadSnapshot(f"not a plan snapshot at {path}")
    if forbidden_character("".join(_strings(value))):
        raise BadSnapshot("a character that a field may not hold")
    plan = Plan(
        id=value["id"],
        title=value["title"],
        cycle=value["cycle"],
        entity_statuses=tuple(value["entity_statuses"]),
        inspector_statuses=tuple(value["inspector_statuses"]),
        max_visits_per_inspector=value.get("max_visits_per_inspector"),
        tasks=tuple(_task(task) for task in value["tasks"]),
    )
    batches = {task.batch for task in plan.tasks}
    if len(batches) != 1 or len({task.id for task in plan.tasks}) != len(plan.tasks):
        raise BadSnapshot("the tasks are not those of one batch")
    if plan_snapshot(plan, batches.pop()) != data:
        raise BadSnapshot("a key stands there with its default, or a ratio is not reduced")
    return plan


def _strings(value: Any) -> Iterable[str]:
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from _strings(one)
        case list():
            for one in value:
                yield from _strings(one)


def _task(value: dict[str, Any]) -> Task:
    strata = value.get("strata")
    if strata is not None and "weights" in strata:
        if any(weight < 1 for _, weight, _ in strata["weights"]):
            raise BadSnapshot(f"task {value['id']} has a weight below 1")
        raise LaterForm("strata divided by weights")
    task = Task(
        id=value["id"],
        name=value["name"],
        batch=value["batch"],
        initiator=value["initiator"],
        window=Window(value["window"]["from"], value["window"]["to"]),
        where=tuple(Condition(column, operator, tuple(values)) for column, operator, values in value["where"]),
        ratio=_optional_fraction(value.get("ratio")),
        count=value.get("count"),
        rounding=value.get("rounding", "up"),
        at_least=value.get("at_least", 1),
        at_most=value.get("at_most"),
        strata=strata
        and Strata(
            strata["by"],
            tuple((name, _fraction(ratio)) for name, ratio in strata["ratios"]),
            _optional_fraction(strata.get("other")),
        ),
        allow_empty=value.get("allow_empty", False),
        coordination_group=value.get("coordination_group"),
        max_visits_per_cycle=value.get("max_visits_per_cycle"),
        cooperators=tuple(value.get("cooperators", ())),
        minimum_team=value.get("minimum_team", 2),
        per_department=value.get("per_department", 1),
        qualifications=tuple((department, tuple(names)) for department, names in value.get("qualifications", ())),
    )
    if [task.ratio is None, task.count is None, task.strata is None].count(False) != 1:
        raise BadSnapshot(f"task {task.id} does not have exactly one of ratio, count and strata")
    if not (is_day(task.window.start) and is_day(task.window.end)):
        raise BadSnapshot(f"task {task.id} has a window that is no dates")
    if task.strata is not None and len(dict(task.strata.ratios)) != len(task.strata.ratios):
        raise BadSnapshot(f"task {task.id} has two strata of one name")
    if task.strata is not None and EVERYBODY in dict(task.strata.ratios):
        raise BadSnapshot(f"task {task.id} has a stratum of the name that only all together may have")
    if task.strata is not None and task.at_most is not None:
        raise BadSnapshot(f"task {task.id} has strata together with at_most")
    if task.per_department < 1 or task.minimum_team < 2:
        raise BadSnapshot(f"task {task.id} asks for too small a team")
    return task


def _optional_fraction(text: str | None) -> Fraction | None:
    return None if text is None else _fraction(text)


def _fraction(text: str) -> Fraction:
    """A ratio of a snapshot: "p/q" with 0 < p/q ≤ 1 (whether it is reduced shows when it is written again)."""
    p, slash, q = text.partition("/")
    if not (slash and p.isascii() and q.isascii() and p.isdigit() and q.isdigit()) or len(text) > 64 or int(q) == 0:
        raise BadSnapshot(f"not a ratio: {text!r}")
    ratio = Fraction(int(p), int(q))
    if not 0 < ratio <= 1:
        raise BadSnapshot(f"not a ratio between 0 and 1: {text!r}")
    return ratio
