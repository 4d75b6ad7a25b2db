"""order.json: tickets and history to drawing order, sample, reserve and cut-off (draw-v1 §5).

The order is found by counting: an entity's place is the number of entities whose (tier, ticket as a number, id) is smaller.
"""

from typing import Any

from making.common import SEED, H, Vector, chance, document, sha

ALGORITHM = "shuangsuiji/draw/1"
# Pairs whose tickets under §10's key begin with the same bits (found by hashing "E0", "E1", … up to 260 million of them): whoever
# sorts by fewer bits than 256, or by a double (53 bits), puts them in the wrong order.
ALIKE = {
    13: ("E9", "E124"),
    16: ("E258", "E111"),
    21: ("E506", "E1970"),
    23: ("E6405", "E4188"),
    28: ("E22900", "E19433"),
    34: ("E76709", "E114727"),
    36: ("E241681", "E133961"),
    40: ("E188926", "E1004804"),
    43: ("E3221729", "E3148064"),
    48: ("E6037234", "E50473770"),
    51: ("E56557934", "E49107859"),
    52: ("E31311408", "E56495761"),
    54: ("E257837414", "E236593055"),
    55: ("E110669253", "E73138555"),
    57: ("E258981775", "E232651470"),
}


def past(number: int, group: str | None, drawn: list[str], visited: list[str] | None = None) -> Vector:
    """A record of the history, reduced to what a later draw needs of it; its digest is made up."""
    return {
        "sha256": sha(f"record {number}"),
        "tasks": [{"coordination_group": group, "sample": drawn}],
        "visits": drawn if visited is None else visited,
    }


def tier(entity: str, group: str | None, history: list[Vector]) -> int:
    if group is None:
        return 0
    return sum(any(entity in t["sample"] for t in h["tasks"] if t["coordination_group"] == group) for h in history)


def ordered(key: str, ids: list[str], tiers: dict[str, int]) -> list[Vector]:
    mine = {e: (tiers[e], int(H(key, e), 16), e.encode()) for e in ids}
    places = {sum(other < mine[e] for other in mine.values()): e for e in ids}
    return [{"entity": places[n], "tier": tiers[places[n]], "ticket": H(key, places[n])} for n in range(len(ids))]


def _vector(name: str, ids: list[str], count: int, history: list[Vector], **rules: Any) -> Vector:
    plan, batch, seed = rules.get("plan", "jzsfq-2023"), rules.get("batch", "2023Q1"), rules.get("seed", SEED)
    group, limit = rules.get("coordination_group"), rules.get("max_visits_per_cycle")
    ids = sorted(ids, key=str.encode)
    out = [e for e in ids if limit is not None and sum(e in h["visits"] for h in history) >= limit]
    left = [e for e in ids if e not in out]
    order = ordered(H(ALGORITHM, "entity", seed, plan, batch), left, {e: tier(e, group, history) for e in left})
    size = min(count, len(left))
    last = order[size - 1] if size else None
    return {
        "name": name,
        "seed": seed,
        "plan": plan,
        "batch": batch,
        "ids": ids,
        "count": count,
        "coordination_group": group,
        "max_visits_per_cycle": limit,
        "history": history,
        "excluded": out,
        "order": order,
        "sample_size": size,
        "cutoff": last and {"tier": last["tier"], "ticket": last["ticket"]},
    }


def _by_hand() -> list[Vector]:
    some = [f"E{n}" for n in range(1, 13)]
    g = {"coordination_group": "特种设备"}
    eleven = [past(n, "特种设备", ["E1"] + (["E2"] if n <= 2 else []) + (["E3"] if n <= 10 else [])) for n in range(1, 12)]
    mixed = [
        past(1, "特种设备", ["E1", "E2"]),
        past(2, "食品", ["E1", "E3"]),
        past(3, None, ["E4", "E5"]),
        {**past(4, "特种设备", ["E6"]), "tasks": [{"coordination_group": "特种设备", "sample": ["E6", "E7"]}] * 2},
    ]
    strange = ["\U00020bb7", "\ufa0e", "豫甲", "A", "A1", "A-1", "0091104", "91104", "10", "9"]
    out = [
        _vector("nobody is drawn: no cut-off", some, 0, []),
        _vector("one is drawn", some, 1, []),
        _vector("all but one are drawn", some, 11, []),
        _vector("everybody is drawn: the order still says who is first", some, 12, []),
        _vector("more are asked for than there are: a shortage", some, 20, []),
        _vector("one entity", ["E1"], 1, []),
        _vector("ids in which byte order is not that of UTF-16, nor of numbers", strange, 5, []),
        _vector("a tier puts those drawn before behind all others", some, 10, [past(1, "特种设备", ["E1", "E2", "E3"])], **g),
        _vector("the cut-off lies in the second tier", some, 11, [past(1, "特种设备", ["E1", "E2", "E3"])], **g),
        _vector("a tier counts records of the group only, and a record once", some, 9, mixed, **g),
        _vector("without a group the history gives no tiers", some, 6, mixed),
        _vector("tiers 10 and 11 lie behind 2: they are numbers", some, 11, eleven, **g),
        _vector("tier 11 is drawn last", some, 12, eleven, **g),
        _vector("everybody has been drawn once: tickets decide again", some, 5, [past(1, "特种设备", some)], **g),
        _vector("another batch has other tickets", some, 5, [], batch="2023Q2"),
        _vector("another plan has other tickets", some, 5, [], plan="jzsfq-2024"),
        _vector("another seed has other tickets", some, 5, [], seed="f" * 64),
    ]
    visits = [past(1, None, [], ["E1", "E2", "E3"]), past(2, "食品", [], ["E2", "E3"]), past(3, None, [], ["E3"])]
    for limit in (0, 1, 2, 3, 4):
        out.append(
            _vector(
                f"max_visits_per_cycle {limit} leaves out who was visited so often", some, 5, visits, max_visits_per_cycle=limit
            )
        )
    both = {**g, "max_visits_per_cycle": 2}
    out.append(
        _vector("tiers and exclusions together", some, 8, [*visits, past(4, "特种设备", ["E1", "E4", "E5", "E6"])], **both)
    )
    return out


def _alike() -> list[Vector]:
    out = []
    for bits, pair in ALIKE.items():
        a, b = (H(H(ALGORITHM, "entity", SEED, "jzsfq-2023", "2023Q1"), e) for e in pair)
        if (int(a, 16) ^ int(b, 16)) >> (256 - bits):
            raise ValueError(f"{pair} do not share {bits} bits")
        for count in (1, 2):
            others = ["E1", "E2", "E3"] if count == 2 else []
            name = f"two tickets share {bits} bits, {'among others' if others else 'one is drawn'}"
            out.append(_vector(name, [*pair, *others], count, []))
    return out


def make() -> str:
    random = chance("order")
    out = [*_by_hand(), *_alike()]
    for size in (2, 3, 5, 8, 13, 21, 34, 60):
        for count in sorted({1, size // 3, size // 2 + 1, size - 1} - {0}):
            ids = random.sample([f"{n}" for n in range(400)], size)
            out.append(_vector(f"{size} ids that are numbers, {count} drawn", ids, count, [], seed=sha(f"{size} {count}")))
    for size in (5, 10, 20, 40):
        for number in range(4):
            ids = [f"E{n}" for n in range(size)]
            history = [
                past(n, random.choice(["甲组", "乙组"]), random.sample(ids, size // 2)) for n in range(random.randint(2, 14))
            ]
            rules = {"coordination_group": "甲组", "max_visits_per_cycle": random.choice([None, 2, 4]), "batch": f"2023Q{number}"}
            out.append(_vector(f"{size} entities, history {number}", ids, random.randint(1, size), history, **rules))
    return document(
        "the drawing order of one stratum, who is excluded, the sample (its head), the reserve (the rest), the cut-off "
        "(draw-v1 §5)",
        "counting, for each entity, those whose (tier, ticket as a number, id) is smaller; tickets with hashlib",
        out,
    )
