"""The record (抽取记录, draw-v1 §9): a draw as canonical JSON, and what a later draw needs to know of it."""

from dataclasses import dataclass
from typing import Any

from shuangsuiji.draw.basket import TaskDraw
from shuangsuiji.draw.drawing import Draw, Infeasible, TeamedVisit
from shuangsuiji.draw.tickets import ALGORITHM
from shuangsuiji.evidence.shape import HEX, POSITIVE, optional
from shuangsuiji.model.history import PastDraw
from shuangsuiji.model.plan import Task
from shuangsuiji.model.seed import SeedDocument

RECORD_SCHEMA = "shuangsuiji/record/1"
FAILURE_SCHEMA = "shuangsuiji/failure/1"

INPUTS_SHAPE = {
    "entities": {"snapshot": HEX, "rows": POSITIVE},
    "inspectors": {"snapshot": HEX, "rows": POSITIVE},
    "recusals": optional({"snapshot": HEX, "rows": POSITIVE}),
}
PLAN_SHAPE = {"id": str, "title": str, "snapshot": HEX}
_STRATUM_SHAPE = {
    "name": str,
    "frame_size": POSITIVE,
    "frame_sha256": HEX,
    "eligible": POSITIVE,
    "sample_size": POSITIVE,
    "shortage": POSITIVE,
    "excluded": [{"entity": str, "reason": str}],
    "cutoff": optional({"tier": POSITIVE, "ticket": HEX}),
}
_TASK_SHAPE = {
    "id": str,
    "name": str,
    "ratio": optional(str),
    "count": optional(POSITIVE),
    "rounding": str,
    "at_least": POSITIVE,
    "at_most": optional(POSITIVE),
    "coordination_group": optional(str),
    "strata": [_STRATUM_SHAPE],
    "sample": [{"entity": str, "stratum": str, "tier": POSITIVE, "ticket": HEX}],
}
RECORD_SHAPE = {
    "schema": RECORD_SCHEMA,
    "algorithm": ALGORITHM,
    "hash": "sha256",
    "plan": PLAN_SHAPE,
    "batch": str,
    "cycle": str,
    "inputs": INPUTS_SHAPE,
    "history": [HEX],
    "seal": HEX,
    "seed": {"document": str, "sha256": HEX, "class": str},
    "entity_key": HEX,
    "tasks": [_TASK_SHAPE],
    "visits": [
        {
            "entity": str,
            "name": str,
            "tasks": [str],
            "team": [{"inspector": str, "name": str, "department": str, "slot": POSITIVE, "leader": bool}],
        }
    ],
    "loads": [{"department": str, "inspector": str, "visits": POSITIVE}],
}
FAILURE_SHAPE = {
    "schema": FAILURE_SCHEMA,
    "seal": HEX,
    "reason": str,
    "blocked": [{"department": str, "entity": str, "demand": POSITIVE, "eligible": [str]}],
    "witness": [{"department": str, "cap": POSITIVE, "inspectors": [str], "visits": [str], "load": POSITIVE}],
}


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a draw comes from, as the record repeats it from the seal: JSON values of `plan`, `inputs`, `history`."""

    plan: dict[str, Any]
    cycle: str
    inputs: dict[str, Any]
    history: list[str]
    seal: str


def record_value(draw: Draw, source: Provenance, seed: SeedDocument, inspector_names: dict[str, str]) -> dict[str, Any]:
    """The record of `draw`. `inspector_names` maps the ids of inspectors to their names."""
    return {
        "schema": RECORD_SCHEMA,
        "algorithm": ALGORITHM,
        "hash": "sha256",
        "plan": source.plan,
        "batch": draw.batch,
        "cycle": source.cycle,
        "inputs": source.inputs,
        "history": source.history,
        "seal": source.seal,
        "seed": {"document": seed.text, "sha256": seed.sha256, "class": seed.seed_class},
        "entity_key": draw.entity_key,
        "tasks": [_task(task) for task in draw.tasks],
        "visits": [_visit(visit, inspector_names) for visit in draw.visits],
        "loads": [{"department": load.department, "inspector": load.inspector, "visits": load.visits} for load in draw.loads],
    }


def rules_value(task: Task) -> dict[str, Any]:
    """What a record repeats of a task's rules."""
    ratio = task.ratio
    return {
        "id": task.id,
        "name": task.name,
        "ratio": None if ratio is None else f"{ratio.numerator}/{ratio.denominator}",
        "count": task.count,
        "rounding": task.rounding,
        "at_least": task.at_least,
        "at_most": task.at_most,
        "coordination_group": task.coordination_group,
    }


def _task(drawn: TaskDraw) -> dict[str, Any]:
    return {
        **rules_value(drawn.task),
        "strata": [
            {
                "name": stratum.name,
                "frame_size": stratum.frame_size,
                "frame_sha256": stratum.frame_sha256,
                "eligible": stratum.eligible,
                "sample_size": stratum.sample_size,
                "shortage": stratum.shortage,
                "excluded": [{"entity": one.entity, "reason": one.reason} for one in stratum.excluded],
                "cutoff": stratum.cutoff and {"tier": stratum.cutoff.tier, "ticket": stratum.cutoff.ticket},
            }
            for stratum in drawn.strata
        ],
        "sample": [
            {"entity": one.entity, "stratum": one.stratum, "tier": one.tier, "ticket": one.ticket} for one in drawn.sample
        ],
    }


def _visit(visit: TeamedVisit, inspector_names: dict[str, str]) -> dict[str, Any]:
    return {
        "entity": visit.visit.entity,
        "name": visit.name,
        "tasks": [task.id for task in visit.visit.tasks],
        "team": [
            {
                "inspector": member.inspector,
                "name": inspector_names[member.inspector],
                "department": member.department,
                "slot": member.slot,
                "leader": member.leader,
            }
            for member in visit.team
        ],
    }


def past_draw(record: dict[str, Any], sha256: str) -> PastDraw:
    """What a record (of `RECORD_SHAPE`) means for later draws of its cycle."""
    drawn: dict[str, set[str]] = {}
    for task in record["tasks"]:
        if task["coordination_group"] is not None:
            drawn.setdefault(task["coordination_group"], set()).update(one["entity"] for one in task["sample"])
    return PastDraw(
        sha256,
        {group: frozenset(entities) for group, entities in drawn.items()},
        frozenset(visit["entity"] for visit in record["visits"]),
    )


def failure_value(infeasible: Infeasible, seal: str) -> dict[str, Any]:
    """The failure event (ledger-v1) of a sealed draw that turned out infeasible. `seal` is the seal's digest."""
    return {
        "schema": FAILURE_SCHEMA,
        "seal": seal,
        "reason": infeasible.reason,
        "blocked": [
            {"department": b.department, "entity": b.entity, "demand": b.demand, "eligible": list(b.eligible)}
            for b in infeasible.blocked
        ],
        "witness": [
            {
                "department": w.department,
                "cap": w.cap,
                "inspectors": list(w.inspectors),
                "visits": list(w.visits),
                "load": w.load,
            }
            for w in infeasible.witnesses
        ],
    }
