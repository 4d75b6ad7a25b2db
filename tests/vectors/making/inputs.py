"""Inputs of a draw as snapshots, written out by the rules of draw-v1 §1; seals; and the verifier's answers to them."""

from collections.abc import Iterable, Sequence
from typing import Any

from making.common import SEED, YEAR, Vector, canonical, sha, verifier

FAR = "2030-12-31"
DEFAULTS: Vector = {
    **dict.fromkeys(("ratio", "count", "at_most", "strata", "coordination_group", "max_visits_per_cycle")),
    "rounding": "up",
    "at_least": 1,
    "allow_empty": False,
    "cooperators": [],
    "minimum_team": 2,
    "per_department": 1,
    "qualifications": [],
}
INSPECTORS = ("id", "name", "certificate_expiry", "department", "qualifications")
RECUSALS = ("inspector", "entity", "reason")


def task(task_id: str = "T1", **values: Any) -> Vector:
    whole = {"id": task_id, "name": f"任务{task_id}", "where": [], "batch": "B1", "initiator": "甲局", "window": YEAR, **values}
    if not {"ratio", "count", "strata"} & whole.keys():
        whole["count"] = 1
    return {key: value for key, value in whole.items() if key not in DEFAULTS or value != DEFAULTS[key]}


def plan(*tasks: Vector, **values: Any) -> Vector:
    head = {"schema": "shuangsuiji/plan/1", "id": "P1", "title": "计划", "cycle": "2023"}
    return {**head, "entity_statuses": ["存续"], "inspector_statuses": ["在岗"], "tasks": list(tasks) or [task()], **values}


def columns_of(value: Vector) -> list[str]:
    """The columns that a plan's tasks name, in byte order."""
    named = {c[0] for t in value["tasks"] for c in t["where"]} | {t["strata"]["by"] for t in value["tasks"] if "strata" in t}
    return sorted(named - {"id", "name"}, key=str.encode)


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text


def table(header: Sequence[str], rows: Iterable[Sequence[str]], key: int = 1) -> str:
    """A CSV snapshot: rows in byte order of their first `key` cells."""
    ordered = sorted(rows, key=lambda row: [cell.encode() for cell in row[:key]])
    return "".join(",".join(map(_cell, row)) + "\n" for row in [header, *ordered])


def entities(rows: Iterable[Vector], columns: Sequence[str] = ()) -> str:
    header = ("id", "name", *columns)
    return table(header, [[{"name": f"企业{row['id']}", **row}[column] for column in header] for row in rows])


def inspectors(rows: Iterable[Vector], status: bool = False) -> str:
    header = (*INSPECTORS, *(["status"] if status else []))
    usual = {"certificate_expiry": FAR, "department": "甲局", "qualifications": "", "status": "在岗"}
    return table(header, [[{"name": f"员{row['id']}", **usual, **row}[column] for column in header] for row in rows])


def recusals(rows: Iterable[Sequence[str]]) -> str:
    return table(RECUSALS, rows, 3)


def seal_of(inputs: Vector) -> Vector:
    """The seal of inputs {plan, entities, inspectors, recusals (texts or None), history (digests), seed_document, entropy}."""
    value = verifier.read_plan(inputs["plan"].encode())
    pools = {role: inputs[role] for role in ("entities", "inspectors", "recusals")}
    return {
        "schema": "shuangsuiji/seal/1",
        "plan": {"id": value["id"], "title": value["title"], "snapshot": sha(inputs["plan"])},
        "batch": value["tasks"][0]["batch"],
        "cycle": value["cycle"],
        "inputs": {role: text and {"snapshot": sha(text), "rows": text.count("\n") - 1} for role, text in pools.items()},
        "history": inputs["history"],
        "entropy": inputs["entropy"],
        "seed_document": inputs["seed_document"],
    }


def read(inputs: Vector) -> tuple[Vector, list[Any]]:
    """The plan and the tables (entities, inspectors, recusals or None) as the independent verifier reads them. Raises its Bad."""
    value = verifier.read_plan(inputs["plan"].encode())
    pools = ("entities", "inspectors", "recusals")
    return value, [inputs[role] and verifier.read_table(inputs[role].encode(), role, value) for role in pools]


def answer(inputs: Vector, history: list[Vector], document: str) -> tuple[str, Vector]:
    """The event that answers the seal of `inputs`, by the independent verifier: ("draw", record) or ("failure", failure)."""
    value, tables = read(inputs)
    seal = seal_of(inputs)
    digest = sha(canonical(seal))
    drawn, why = verifier.draw(value, seal["batch"], *tables, history, sha(document))
    return ("failure", failure_of(digest, why)) if why else ("draw", record_of(seal, digest, document, drawn))


def failure_of(digest: str, why: Vector) -> Vector:
    """The event of ledger-v1 for a seal with this digest: its reason, what is blocked, its witness."""
    return {"schema": "shuangsuiji/failure/1", "seal": digest, **why}


def record_of(seal: Vector, digest: str, document: str, drawn: Vector) -> Vector:
    """The record of draw-v1 §9: what the seal says, the seed, and what was drawn (entity key, tasks, visits, loads)."""
    kinds = {line.partition(":")[0] for line in document.split("\n")[1:-1]}
    public = "seal" in kinds and kinds & {"dice", "ssq", "drand-quicknet", "share"}
    found = "public" if public else "os" if kinds - {"seal"} == {"os-random"} else "operator"  # §2
    head = {"schema": "shuangsuiji/record/1", "algorithm": "shuangsuiji/draw/1", "hash": "sha256", "seal": digest}
    sealed = {key: seal[key] for key in ("plan", "batch", "cycle", "inputs", "history")}
    return {**sealed, **drawn, **head, "seed": {"document": document, "sha256": sha(document), "class": found}}


def past_record(past: Vector) -> Vector:
    """A reduced record of the history in the form of a record."""
    tasks = [{**t, "sample": [{"entity": e} for e in t["sample"]]} for t in past["tasks"]]
    return {"tasks": tasks, "visits": [{"entity": e} for e in past["visits"]]}


def of_texts(value: Vector, *pools: str | None, history: list[Vector] = (), seed_document: str | None = None) -> Vector:
    document = f"shuangsuiji/seed/1\ntext:{SEED}\n" if seed_document is None else seed_document
    kinds = [line.partition(":")[0] for line in document.split("\n")[1:-1]]
    return {
        **dict(zip(("plan", "entities", "inspectors", "recusals"), (canonical(value), *pools), strict=True)),
        "history": [one["sha256"] for one in history],
        "entropy": [{"kind": kind} for kind in kinds],
        "seed_document": document,
    }
