"""A slow reading of draw-v1 §4 to §7, sentence by sentence, that the independent verifier's answers are held against.

It also says what a draw met on its way (`met`), which the counts in README.md are made from.
"""

from collections import Counter
from fractions import Fraction
from typing import Any

from making.common import H, Vector
from making.dealing import literal
from making.inputs import DEFAULTS
from making.order import ordered, tier
from making.sizes import searched

ALGORITHM = "shuangsuiji/draw/1"
SETS = ("categories", "qualifications")


def _rows(table: dict[str, list[str]] | None) -> list[Vector]:
    return [] if table is None else [dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)]


def _holds(row: Vector, column: str, relation: str, values: list[str]) -> bool:
    mine = set(row[column].split(";")) - {""} if column in SETS else {row[column]}
    return bool(mine & set(values)) == (relation == "in")


def _strata(t: Vector, frame: list[Vector]) -> list[tuple[str, list[Vector], str | None]]:
    if t["strata"] is None:
        return [("*", frame, t["ratio"])]
    by, listed = t["strata"]["by"], [name for name, _ in t["strata"]["ratios"]]
    others = sorted({row[by] for row in frame} - set(listed), key=str.encode)
    ratios = {**dict.fromkeys(others, t["strata"].get("other")), **dict(t["strata"]["ratios"])}
    return [(name, [row for row in frame if row[by] == name], ratios[name]) for name in listed + others]


def _task(t: Vector, plan: Vector, rows: list[Vector], key: str, history: list[Vector], met: Counter[str]) -> Vector:
    frame = [row for row in rows if row.get("status") in (None, *plan["entity_statuses"])]
    met["status of an entity"] += len(frame) < len(rows)
    for column, relation, values in t["where"]:
        before, frame = frame, [row for row in frame if _holds(row, column, relation, values)]
        met["set-valued filter"] += column in SETS
        met["not_in that leaves somebody out"] += relation == "not_in" and len(frame) < len(before)
    group, limit, strata, sample = t["coordination_group"], t["max_visits_per_cycle"], [], []
    for name, members, ratio in _strata(t, frame):
        ids = sorted((row["id"] for row in members), key=str.encode)
        out = [e for e in ids if limit is not None and sum(e in h["visits"] for h in history) >= limit]
        left = [e for e in ids if e not in out]
        n = t["count"] if ratio is None else searched(len(ids), Fraction(ratio), t["rounding"])
        met["at_least that bites"] += bool(ids) and n < t["at_least"]
        n = max(n, t["at_least"]) if ids else n
        met["at_most that bites"] += t["at_most"] is not None and n > t["at_most"]
        n = n if t["at_most"] is None else min(n, t["at_most"])
        size = min(n, len(left))
        order = ordered(key, left, {e: tier(e, group, history) for e in left})
        drawn = [{"entity": o["entity"], "stratum": name, "tier": o["tier"], "ticket": o["ticket"]} for o in order[:size]]
        sample += drawn
        last = drawn[-1] if drawn else None
        strata.append(
            {
                "name": name,
                "frame_size": len(ids),
                "frame_sha256": H(*ids),
                "eligible": len(left),
                "sample_size": size,
                "shortage": n - size,
                "excluded": [{"entity": e, "reason": "max_visits"} for e in out],
                "cutoff": last and {"tier": last["tier"], "ticket": last["ticket"]},
            }
        )
        met["shortage"] += n > size
        met["exclusion"] += bool(out)
        met["100 %"] += ratio == "1/1" and size > 1
        met["ratio that is not whole"] += ratio is not None and (len(ids) * Fraction(ratio)).denominator > 1
        met["nobody drawn: no cut-off"] += not drawn
        met["tier above 0 drawn"] += any(one["tier"] for one in drawn)
        met["tier of 10 or more in the order"] += any(one["tier"] > 9 for one in order) and len({o["tier"] for o in order}) > 1
        met["stratum with N = 0"] += t["strata"] is not None and not ids
    met["allow_empty with an empty frame"] += not frame
    met["strata"] += t["strata"] is not None
    met["strata with other"] += t["strata"] is not None and len(strata) > len(t["strata"]["ratios"])
    met["by count"] += t["count"] is not None
    met["rounding half_up"] += t["rounding"] == "half_up"
    met["rounding down"] += t["rounding"] == "down"
    met["coordination group"] += group is not None
    rules = {key: t[key] for key in ("id", "name", "ratio", "count", "rounding", "at_least", "at_most", "coordination_group")}
    return {**rules, "strata": strata, "sample": sample}


def _demand(tasks: list[Vector], met: Counter[str]) -> dict[str, int]:
    demand: dict[str, int] = {}
    for t in tasks:
        for d in (t["initiator"], *t["cooperators"]):
            demand[d] = max(demand.get(d, 0), t["per_department"])
    missing = max(t["minimum_team"] for t in tasks) - sum(demand.values())
    met["minimum_team that raises the demand"] += missing > 0
    if missing > 0:
        demand[tasks[0]["initiator"]] += missing
    met["minimum_team of 3 or more"] += max(t["minimum_team"] for t in tasks) > 2
    met["per_department of 2 or more"] += max(t["per_department"] for t in tasks) > 1
    met["several departments"] += len(demand) > 1
    met["a visit for several tasks"] += len(tasks) > 1
    return demand


def _eligible(d: str, tasks: list[Vector], plan: Vector, people: list[Vector], recused: set[str], met: Counter[str]) -> set[str]:
    mine = [t for t in tasks if d in (t["initiator"], *t["cooperators"])]
    asked = {name for t in mine for place, names in t["qualifications"] if place == d for name in names}
    strange = {name for t in tasks if t not in mine for place, names in t["qualifications"] if place == d for name in names}
    met["a qualification asked by a task without the department"] += not strange <= asked
    able = set()
    for row in people:
        if row["department"] != d:
            continue
        expiry, last = row["certificate_expiry"], max(t["window"]["to"] for t in tasks)
        hindered = {
            "status of an inspector": row.get("status") not in (None, *plan["inspector_statuses"]),
            "no certificate": expiry == "",
            "certificate that expires too early": expiry != "" and expiry < last,
            "certificate that ends on the last day": False,
            "recusal": row["id"] in recused,
            "qualification that is lacking": not asked <= set(row["qualifications"].split(";")),
        }
        met["certificate that ends on the last day"] += expiry == last
        for reason, so in hindered.items():
            met[reason] += so and sum(hindered.values()) == 1
        if not any(hindered.values()):
            able.add(row["id"])
    return able


def reading(
    plan: Vector, batch: str, tables: list[Any], history: list[Vector], seed: str
) -> tuple[Vector, Vector | None, Counter[str]]:
    """The record's entity_key, tasks, visits and loads; the failure's reason, blocked and witness or None; what was met."""
    met: Counter[str] = Counter()
    plan = {"max_visits_per_inspector": None, **plan, "tasks": [{**DEFAULTS, **t} for t in plan["tasks"]]}
    rows, people, recusals = (_rows(table) for table in tables)
    key = H(ALGORITHM, "entity", seed, plan["id"], batch)
    drawn = [_task(t, plan, rows, key, history, met) for t in plan["tasks"]]
    entities = {x["entity"]: x["ticket"] for one in drawn for x in one["sample"]}
    name, person = ({row["id"]: row["name"] for row in table} for table in (rows, people))
    visits, jobs, blocked, teams = [], {}, [], {}
    for e in sorted(entities, key=lambda e: (int(entities[e], 16), e.encode())):
        tasks = [t for t, one in zip(plan["tasks"], drawn, strict=True) if any(x["entity"] == e for x in one["sample"])]
        recused = {row["inspector"] for row in recusals if row["entity"] == e}
        for d, m in _demand(tasks, met).items():
            jobs.setdefault(d, {})[e] = (m, _eligible(d, tasks, plan, people, recused, met))
        visits.append((e, tasks))
    for d in sorted(jobs, key=str.encode):
        for e, (m, able) in jobs[d].items():
            if len(able) < m:
                blocked.append({"department": d, "entity": e, "demand": m, "eligible": sorted(able, key=str.encode)})
    half = {"entity_key": key, "tasks": drawn}
    if blocked:
        return half, {"reason": "too_few_eligible", "blocked": blocked, "witness": []}, met
    witnesses, loads, cap = [], [], plan["max_visits_per_inspector"]
    for d in sorted(jobs, key=str.encode):
        team, load, lengths, choices, witness = literal(H(ALGORITHM, "deal", seed, plan["id"], batch, d), jobs[d], cap)
        met["a choice among several in dealing"] += choices > 0
        met["repair"] += bool(lengths)
        met["repair over a path of 2 or more"] += max(lengths, default=0) > 1
        if witness:
            witnesses.append({"department": d, "cap": cap, "inspectors": witness[0], "visits": witness[1], "load": witness[2]})
        met["a cap that is kept"] += cap is not None and not witness
        teams[d] = team
        ids = sorted((row["id"] for row in people if row["department"] == d), key=str.encode)
        loads += [{"department": d, "inspector": i, "visits": load.get(i, 0)} for i in ids]
        met["an inspector with load 0"] += any(load.get(i, 0) == 0 for i in ids)
    if witnesses:
        return half, {"reason": "cap_exceeded", "blocked": [], "witness": witnesses}, met
    listed = []
    for e, tasks in visits:
        first, team = tasks[0]["initiator"], []
        for d in _demand(tasks, met):
            for slot, i in enumerate(teams[d][e], 1):
                team.append(
                    {"inspector": i, "name": person[i], "department": d, "slot": slot, "leader": slot == 1 and d == first}
                )
        listed.append({"entity": e, "name": name[e], "tasks": [t["id"] for t in tasks], "team": team})
    return {**half, "visits": listed, "loads": loads}, None, met
