"""Random inputs of draws: families of pools, and plans, histories and seeds for them."""

import random
from typing import Any

from making.common import YEAR, Vector
from making.inputs import entities, inspectors, plan, recusals, task
from making.order import past

IDS = [
    *(f"9141{k:04d}" for k in range(30)),
    "A-1",
    "A-10",
    "A-2",
    "A",
    "豫甲",
    "豫乙/1",
    "\ufa0e",
    "\U00020bb7",
    "(X)#2",
    "0091104",
    "91104",
]
PEOPLE = [*(f"16{k:03d}" for k in range(30)), "0091104", "甲1", "\ufa0e9", "\U00020bb79", "9", "10"]
DEPARTMENTS = ["甲局", "乙局", "公安局, 交警"]
CATEGORIES = ["企业", "食品", "药品"]
QUALIFICATIONS = ["食品", "特种设备"]
GROUPS = ["甲组", "乙组"]
WINDOWS = [YEAR, YEAR, {"from": "2023-03-01", "to": "2023-09-30"}, {"from": "2023-06-01", "to": "2024-02-29"}]
CELLS = {"credit_class": ["A", "B", "C", 'D "特", 级'], "district": ["东", "西"]}
Chance = random.Random


def _some(chance: Chance, values: list[str]) -> list[str]:
    return sorted(chance.sample(values, chance.randint(0, len(values))), key=str.encode)


def family(chance: Chance) -> Vector:
    """Pools as snapshots, with what plans need to know of them."""
    columns = sorted(chance.sample(["categories", "credit_class", "district"], chance.randint(0, 3)))
    status = chance.random() < 0.4
    rows = []
    for one in chance.sample(IDS, chance.randint(4, 18)):
        row = {
            "id": one,
            "name": chance.choice([f"企业{one}", "名", '甲, "乙" 公司']),
            "categories": ";".join(_some(chance, CATEGORIES)),
        }
        row |= {column: chance.choice(cells) for column, cells in CELLS.items()}
        rows.append({**row, "status": chance.choice(["存续", "存续", "存续", "注销"])})
    people, persons, on_duty = [], chance.sample(PEOPLE, chance.randint(9, 20)), chance.random() < 0.3
    for number, one in enumerate(persons):
        expiry = chance.choice(["2030-12-31"] * 6 + ["9999-12-31", "2023-12-31", "2023-10-15", ""])
        held = ";".join(_some(chance, QUALIFICATIONS))
        department = DEPARTMENTS[number % 3] if number < 9 else chance.choice(DEPARTMENTS)
        row = {"id": one, "certificate_expiry": expiry, "department": department, "qualifications": held}
        people.append({**row, "status": chance.choice(["在岗", "在岗", "在岗", "离岗"])})
    known = None
    if chance.random() < 0.7:
        pairs = {(chance.choice(persons), chance.choice(rows)["id"]) for _ in range(chance.choice([0, 10, 25, 70]))}
        known = recusals([*((i, e, "近亲属") for i, e in sorted(pairs)), ("不在册", "无此户", "")])
    return {
        "columns": columns,
        "ids": [row["id"] for row in rows],
        "entities": entities(rows, sorted([*columns, *(["status"] if status else [])])),
        "inspectors": inspectors(people, on_duty),
        "recusals": known,
    }


def _condition(chance: Chance, column: str) -> list[Any]:
    if column == "categories":
        return [column, chance.choice(["in", "in", "not_in"]), chance.sample(CATEGORIES, chance.randint(1, 2))]
    cells = CELLS[column]
    return [column, chance.choice(["in", "not_in"]), chance.sample(cells, chance.randint(1, max(1, len(cells) - 1)))]


def _size(chance: Chance, columns: list[str]) -> Vector:
    ratio = lambda: chance.choice(["1/1", "1/2", "1/3", "3/10", "3/100", "1/30", "2/3"])  # noqa: E731
    listed = [column for column in columns if column in CELLS]
    kind = chance.choice(["ratio", "ratio", "count", "strata"] if listed else ["ratio", "count"])
    least = chance.choice([1, 1, 1, 0, 2, 3])
    if kind == "strata":
        by = chance.choice(listed)
        whole = chance.random() < 0.4
        values = chance.sample(CELLS[by], len(CELLS[by]) if whole else chance.randint(1, len(CELLS[by])))
        if chance.random() < 0.3:
            values.insert(chance.randint(0, len(values)), "无此类")
        other = {} if whole and chance.random() < 0.7 else {"other": ratio()}
        return {"strata": {"by": by, "ratios": [[value, ratio()] for value in values], **other}, "at_least": least}
    most = {"at_most": chance.randint(1, 4)} if chance.random() < 0.25 else {}
    return {kind: ratio() if kind == "ratio" else chance.randint(0, 8), "at_least": least, **most}


def plan_for(chance: Chance, pools: Vector) -> Vector:
    tasks: list[Vector] = []
    wheres: dict[str | None, list[Any]] = {}
    for number in range(1, chance.choice([1, 1, 2, 2, 3]) + 1):
        group = chance.choice([None, *GROUPS])
        where = [_condition(chance, column) for column in pools["columns"] if chance.random() < 0.4]
        if tasks and chance.random() < 0.4:
            where = tasks[-1]["where"]
        if group:
            where = wheres.setdefault(group, where)
        others = chance.sample(DEPARTMENTS, 3)
        cooperators = others[1 : chance.choice([1, 1, 2, 3])]
        tasks.append(
            task(
                f"T{number}",
                **_size(chance, pools["columns"]),
                where=where,
                rounding=chance.choice(["up", "up", "half_up", "down"]),
                coordination_group=group,
                max_visits_per_cycle=chance.choice([None, None, 1, 2]),
                initiator=others[0],
                cooperators=cooperators,
                minimum_team=chance.choice([2, 2, 3, 4]),
                per_department=chance.choice([1, 1, 2]),
                # now and then of a department that the task does not involve: it must not matter
                qualifications=[[d, chance.sample(QUALIFICATIONS, 1)] for d in others if chance.random() < 0.15],
                window=chance.choice(WINDOWS),
                allow_empty=chance.random() < 0.5,
            )
        )
    named = {c[0] for t in tasks for c in t["where"]} | {t["strata"]["by"] for t in tasks if "strata" in t}
    for t in tasks:  # every column of the pool is named by the plan; a group's tasks keep one `where`
        extra = [[column, "not_in", ["无此类"]] for column in pools["columns"] if column not in named]
        t["where"] = [*t["where"], *extra]
    cap = {"max_visits_per_inspector": chance.randint(2, 6)} if chance.random() < 0.3 else {}
    return plan(*tasks, id=chance.choice(["P1", "计划-2023", "jzsfq-2023"]), **cap)


def history_for(chance: Chance, value: Vector, pools: Vector) -> list[Vector]:
    if not any(t.get("coordination_group") or "max_visits_per_cycle" in t for t in value["tasks"]):
        return []
    records = []
    groups = sorted({t["coordination_group"] for t in value["tasks"] if "coordination_group" in t})
    most = 14 if groups and chance.random() < 0.08 else 3
    for number in range(chance.randint(11, most) if most > 3 else chance.randint(0, most)):
        drawn = chance.sample(pools["ids"], chance.randint(0, len(pools["ids"]) // 2))
        visited = sorted({*drawn, *chance.sample(pools["ids"], 1)})
        group = groups[0] if most > 3 else chance.choice([*GROUPS, *groups, None])
        if most > 3:  # somebody in nearly every record, somebody in few
            drawn, visited = [e for n, e in enumerate(pools["ids"]) if n % 7 == 0 or chance.random() < n % 7 / 14], []
        records.append(past(chance.randint(1, 10**6) * 100 + number, group, drawn, visited))
    return records


def seed_for(chance: Chance) -> str:
    digits = f"{chance.getrandbits(256):064x}"
    source = chance.choice([f"text:{chance.randint(1, 9999)}", f"text:种子 {chance.randint(1, 99)}", f"os-random:{digits}"])
    return f"shuangsuiji/seed/1\n{source}\n"
