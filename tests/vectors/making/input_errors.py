"""input_errors.json: inputs that can never have been sealed (draw-v1 §0, §1, §4, §6), each beside one that can."""

from making.common import Vector, document, verifier
from making.inputs import answer, entities, inspectors, of_texts, plan, task

ROWS = [
    {
        "id": f"E{n}",
        "categories": "企业;食品" if n % 2 else "",
        "credit_class": "AABBC"[n - 1],
        "district": "东",
        "status": "存续",
    }
    for n in range(1, 6)
]
PEOPLE = inspectors([{"id": f"I{n}"} for n in range(1, 9)])
SEED = "shuangsuiji/seed/1\ntext:1\n"
CLASSES = [["A", "1/2"], ["B", "1/2"], ["C", "1/2"]]
SPRING = {"from": "2023-03-01", "to": "2023-05-31"}
AUTUMN = {"from": "2023-09-01", "to": "2023-11-30"}


def _rows(number: int, **cells: str) -> list[Vector]:
    return [{**row, **(cells if k == number else {})} for k, row in enumerate(ROWS)]


def _strata(by: str = "credit_class", ratios: list[list[str]] = CLASSES, **other: str) -> Vector:
    return {"strata": {"by": by, "ratios": ratios, **other}}


# name: (tasks, rows) that are refused, (tasks, rows) that are drawn
PAIRS = {
    "an empty frame: a value that nobody has": (
        ([task(where=[["credit_class", "in", ["a"]]])], ROWS),
        ([task(where=[["credit_class", "in", ["A"]]])], ROWS),
    ),
    "an empty frame: allow_empty says it may be": (
        ([task(where=[["credit_class", "in", ["Z"]]])], ROWS),
        ([task(where=[["credit_class", "in", ["Z"]]], allow_empty=True)], ROWS),
    ),
    "an empty frame: two conditions that nobody meets": (
        ([task(where=[["credit_class", "in", ["A"]], ["credit_class", "not_in", ["A"]]])], ROWS),
        ([task(where=[["credit_class", "in", ["A"]], ["credit_class", "not_in", ["B"]]])], ROWS),
    ),
    "an empty frame: a set that shares no value": (
        ([task(where=[["categories", "in", ["企业;食品"]]])], ROWS),
        ([task(where=[["categories", "in", ["食品"]]])], ROWS),
    ),
    "an empty frame: nobody's status counts": (
        ([task(where=[["status", "not_in", ["存续"]]])], ROWS),
        ([task(where=[["status", "in", ["存续"]]])], ROWS),
    ),
    "an empty frame: an empty list of values": (
        ([task(where=[["credit_class", "in", []]])], ROWS),
        ([task(where=[["credit_class", "not_in", []]])], ROWS),
    ),
    "an empty frame of the second task": (
        ([task(), task("T2", where=[["credit_class", "in", ["Z"]]])], ROWS),
        ([task(), task("T2", where=[["credit_class", "in", ["B"]]])], ROWS),
    ),
    "an empty pool": (([task()], []), ([task()], ROWS)),
    "an empty frame of a task with a count of 0": (
        ([task(count=0, at_least=0, where=[["credit_class", "in", ["Z"]]])], ROWS),
        ([task(count=0, at_least=0, where=[["credit_class", "in", ["A"]]])], ROWS),
    ),
    "an empty frame under strata": (
        ([task(**_strata(), where=[["district", "in", ["西"]]])], ROWS),
        ([task(**_strata(), where=[["district", "in", ["西"]]], allow_empty=True)], ROWS),
    ),
    "a stratum that is not covered": (
        ([task(**_strata(ratios=CLASSES[:2]))], ROWS),
        ([task(**_strata(ratios=CLASSES[:2], other="1/1"))], ROWS),
    ),
    "a stratum that is not covered, lower case": (([task(**_strata())], _rows(0, credit_class="a")), ([task(**_strata())], ROWS)),
    "an empty cell that no stratum covers": (([task(**_strata())], _rows(2, credit_class="")), ([task(**_strata())], ROWS)),
    "an empty cell, which other never covers": (
        ([task(**_strata(ratios=CLASSES[:1], other="1/2"))], _rows(2, credit_class="")),
        ([task(**_strata(ratios=CLASSES[:1], other="1/2"))], ROWS),
    ),
    "a value that is called *, under other": (
        ([task(**_strata(ratios=CLASSES[:1], other="1/2"))], _rows(2, credit_class="*")),
        ([task(**_strata(ratios=CLASSES[:1], other="1/2"))], _rows(2, credit_class="**")),
    ),
    "a value that is called *, listed": (
        ([task(**_strata(ratios=[*CLASSES, ["*", "1/2"]]))], _rows(2, credit_class="*")),
        ([task(**_strata(ratios=[*CLASSES, ["**", "1/2"]]))], _rows(2, credit_class="**")),
    ),
    "strata by a set-valued column": (
        ([task(**_strata("categories", [["企业", "1/2"]], other="1/2"))], [{**row, "categories": "企业"} for row in ROWS]),
        ([task(**_strata("district", [["企业", "1/2"]], other="1/2"))], [{**row, "categories": "企业"} for row in ROWS]),
    ),
    "strata by qualifications, which are a set as well": (
        ([task(**_strata("qualifications", [["A", "1/2"]], other="1/2"))], [{**row, "qualifications": "A"} for row in ROWS]),
        ([task(**_strata("credit_class", [["A", "1/2"]], other="1/2"))], ROWS),
    ),
    "windows without a day in common": (
        ([task(window=SPRING), task("T2", window=AUTUMN)], ROWS),
        ([task(window=SPRING), task("T2", window={**AUTUMN, "from": "2023-05-31"})], ROWS),
    ),
    "windows that meet in pairs, but not all three": (
        ([task(window=SPRING), task("T2", window=AUTUMN), task("T3")], ROWS),
        ([task(window=SPRING), task("T2", window=SPRING), task("T3")], ROWS),
    ),
    "a window that ends the day before the other begins": (
        ([task(window=SPRING), task("T2", window={"from": "2023-06-01", "to": "2023-12-31"})], ROWS),
        ([task(window=SPRING), task("T2", window={"from": "2023-05-31", "to": "2023-12-31"})], ROWS),
    ),
    "a window that ends before it begins": (
        ([task(window={"from": "2023-12-31", "to": "2023-01-01"})], ROWS),
        ([task(window={"from": "2023-12-31", "to": "2023-12-31"})], ROWS),
    ),
    "a group with two filters": (
        ([task(coordination_group="甲组", where=[["district", "in", ["东"]]]), task("T2", coordination_group="甲组")], ROWS),
        ([task(coordination_group="甲组", where=[["district", "in", ["东"]]]), task("T2", coordination_group="乙组")], ROWS),
    ),
    "a group with two values of one filter": (
        (
            [
                task("T1", coordination_group="甲组", where=[["credit_class", "in", ["A"]]]),
                task("T2", coordination_group="甲组", where=[["credit_class", "in", ["A", "B"]]]),
            ],
            ROWS,
        ),
        (
            [
                task("T1", coordination_group="甲组", where=[["credit_class", "in", ["A", "B"]]]),
                task("T2", coordination_group="甲组", where=[["credit_class", "in", ["A", "B"]]]),
            ],
            ROWS,
        ),
    ),
}


def make() -> str:
    vectors: list[Vector] = []
    for name, sides in PAIRS.items():
        for side, (tasks, rows) in zip(("refused", "drawn"), sides, strict=True):
            value = plan(*tasks)
            columns = {c[0] for t in tasks for c in t["where"]} | {t["strata"]["by"] for t in tasks if "strata" in t} | {"status"}
            texts = of_texts(value, entities(rows, sorted(columns)), PEOPLE, None, seed_document=SEED)
            try:
                found, _ = answer(texts, [], SEED)
            except verifier.Bad:
                found = "refused"
            if found != {"refused": "refused", "drawn": "draw"}[side]:
                raise ValueError(f"by hand {side}, by the verifier {found}: {name}")
            shown = {"plan": value, "entities": texts["entities"], "inspectors": PEOPLE, "recusals": None, "seed_document": SEED}
            vectors.append({"name": f"{name}: {side}", **shown, "outcome": found})
    return document(
        "inputs that can never have been sealed, each beside its neighbour that can",
        "by hand; the independent verifier refuses and draws as said",
        vectors,
    )
