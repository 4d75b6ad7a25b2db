"""Imaginary seeds, tiny plans and pools. Nobody's seed can be one of these, and nobody's pool is."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from shuangsuiji.draw.drawing import Infeasible, draw
from shuangsuiji.draw.tickets import tagged_hash
from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.derivation import SealedInputs, sealed_inputs
from shuangsuiji.evidence.lines import seal_value
from shuangsuiji.evidence.plan_snapshot import plan_snapshot
from shuangsuiji.evidence.record import Provenance, failure_value, record_value
from shuangsuiji.evidence.snapshots import entities_snapshot, inspectors_snapshot, recusals_snapshot
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import Plan, Strata, Task, Window
from shuangsuiji.model.pool import Pool, Pools
from shuangsuiji.model.seed import SeedDocument
from shuangsuiji.model.text import NO_END

SELFTEST = "shuangsuiji/selftest/1"
YEAR = Window("2023-01-01", "2023-12-31")
DEPARTMENTS = ("甲局", "乙局")


def seed_of(trial: str, number: int) -> str:
    """The imaginary seed of this number; no seed document begins like that, so no draw can have it."""
    return tagged_hash(SELFTEST, trial, str(number))


def task_of(task_id: str, **rules: Any) -> Task:
    """A task of 甲局 together with 乙局, in a batch of its own unless `rules` say otherwise."""
    department, other = DEPARTMENTS
    usual = {"batch": task_id, "name": "试抽", "initiator": department, "cooperators": (other,), "window": YEAR}
    return Task(id=task_id, **{**usual, **rules})


def plan_of(*tasks: Task, **values: Any) -> Plan:
    """A plan of these tasks."""
    return Plan(**{"id": "selftest", "title": "自检", "cycle": "2023", "tasks": tasks, **values})


def entities_of(count: int) -> Pool:
    """So many entities, E1 and so on."""
    ids = [f"E{number}" for number in range(1, count + 1)]
    return Pool.of({"id": ids, "name": ids})


def inspectors_of(count: int, department: str = DEPARTMENTS[0]) -> Pool:
    """So many inspectors of a department, 001 and so on, who may all go anywhere."""
    ids = [f"{number:03}" for number in range(1, count + 1)]
    cells = {"department": [department] * count, "certificate_expiry": [NO_END] * count, "qualifications": [""] * count}
    return Pool.of({"id": ids, "name": ids, **cells})


def district(order: int | None = None) -> tuple[Plan, Pools]:
    """A small district: 40 entities in three classes, 9 inspectors, 6 recusals. `order` stirs the rows of every table."""
    entities = [(f"{k * 7919 % 1000:03}{'豫𠮷(#'[k % 4]}", f"企业{k}", "ABC"[k * k % 3]) for k in range(40)]
    inspectors = [(f"{k * 37:05}", f"检查员{k}", DEPARTMENTS[k % 2], NO_END, "") for k in range(1, 10)]
    recusals = [(inspectors[k][0], entities[5 * k][0], "近亲属") for k in range(6)]
    plan = plan_of(
        task_of("1", strata=Strata("credit_class", (("A", Fraction(1, 10)), ("B", Fraction(1, 4))), Fraction(1, 2))),
        task_of("2", batch="1", ratio=Fraction(3, 10), cooperators=()),
    )
    names = ("id", "name", "department", "certificate_expiry", "qualifications")
    columns = ("inspector", "entity", "reason")
    pools = Pools(
        _table(("id", "name", "credit_class"), entities, order),
        _table(names, inspectors, order),
        _table(columns, recusals, order, columns),
    )
    return plan, pools


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], order: int | None, key: tuple[str, ...] = ("id",)) -> Pool:
    if order is not None:
        rows = sorted(rows, key=lambda row: tagged_hash(SELFTEST, "rows", str(order), *row[:2]))
    return Pool.of({name: [row[k] for row in rows] for k, name in enumerate(columns)}, key)


def record_bytes(plan: Plan, batch: str, pools: Pools, seed: SeedDocument, from_snapshots: bool = False) -> bytes:
    """The record of a sealed draw; `from_snapshots`: computed from what the seal stored, read back, and from nothing else."""
    files: dict[str, bytes] = {}

    def keep(data: bytes, ending: str) -> str:
        files[f"snapshots/{canonical.sha256(data)}.{ending}"] = data
        return canonical.sha256(data)

    tables = {
        "entities": (pools.entities, entities_snapshot(pools.entities, plan.tasks_of(batch))),
        "inspectors": (pools.inspectors, inspectors_snapshot(pools.inspectors)),
    }
    if pools.recusals is not None:
        tables["recusals"] = (pools.recusals, recusals_snapshot(pools.recusals))
    inputs = {role: {"snapshot": keep(data, "csv"), "rows": len(pool)} for role, (pool, data) in tables.items()}
    named = {"id": plan.id, "title": plan.title, "snapshot": keep(plan_snapshot(plan, batch), "json")}
    seal = seal_value(named, batch, plan.cycle, inputs, [], seed.entropy(), seed.text)
    these = sealed_inputs(seal, files) if from_snapshots else SealedInputs(plan, pools)
    source = Provenance(named, plan.cycle, inputs, [], canonical.sha256(canonical.encode(seal)))
    return canonical.encode(outcome(these, batch, History(), seed, source))


_NOWHERE = Provenance({}, "", {}, [], "")


def outcome(
    inputs: SealedInputs, batch: str, history: History, seed: SeedDocument, source: Provenance = _NOWHERE
) -> dict[str, Any]:
    """A draw as the value of its record, or of its failure."""
    drawn = draw(inputs.plan, batch, inputs.pools, history, seed.sha256)
    if isinstance(drawn, Infeasible):
        return failure_value(drawn, source.seal)
    inspectors = inputs.pools.inspectors
    return record_value(drawn, source, seed, dict(zip(inspectors.ids, inspectors.columns["name"], strict=True)))
