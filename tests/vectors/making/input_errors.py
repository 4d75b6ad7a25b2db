"""input_errors.json: inputs that can never have been sealed (draw-v1 §0, §1, §4, §6), each beside one that can."""

from typing import Any

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


def _group(*wheres: list[Any]) -> list[Vector]:
    return [task(f"T{number}", coordination_group="甲组", where=where) for number, where in enumerate(wheres, 1)]


EAST, IN_A, IN_AB = ["district", "in", ["东"]], ["credit_class", "in", ["A"]], ["credit_class", "in", ["A", "B"]]
NOBODY = [["credit_class", "in", ["Z"]]]
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
    "an empty frame: a name that nobody has": (
        ([task(where=[["name", "in", ["企业E9"]]])], ROWS),
        ([task(where=[["name", "in", ["企业E1"]]])], ROWS),
    ),
    "a group with a condition twice in one task": (
        (_group([EAST, IN_A], [EAST, IN_A, IN_A]), ROWS),
        (_group([EAST, IN_A, IN_A], [IN_A, EAST, IN_A]), ROWS),  # in whatever order
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

# Further refusals: the pair beside whose neighbour they stand, then as above.
ALSO: dict[str, dict[str, tuple[list[Vector], list[Vector]]]] = {
    "an empty frame: a value that nobody has": {
        "in full width": ([task(where=[["credit_class", "in", ["\uff21"]]])], ROWS),
        "with a space behind it": ([task(where=[["credit_class", "in", ["A "]]])], ROWS),
        "the empty one": ([task(where=[["credit_class", "in", [""]]])], ROWS),
        "of another column": ([task(where=[["district", "in", ["A"]]])], ROWS),
        "and a ratio with at_least 0": ([task(where=NOBODY, ratio="1/2", at_least=0)], ROWS),
        "and a count with at_most 0": ([task(where=NOBODY, count=2, at_least=0, at_most=0)], ROWS),
    },
    "an empty frame: two conditions that nobody meets": {
        "all values that there are": ([task(where=[["credit_class", "not_in", ["A", "B", "C"]]])], ROWS),
        "the same column twice, with another value": ([task(where=[IN_A, ["credit_class", "in", ["B"]]])], ROWS),
    },
    "an empty frame: a set that shares no value": {
        "a part of a value": ([task(where=[["categories", "in", ["食"]]])], ROWS),
        "one value without the other": ([task(where=[["categories", "in", ["企业"]], ["categories", "not_in", ["食品"]]])], ROWS),
        "the empty value": ([task(where=[["categories", "in", [""]]])], ROWS),
    },
    "an empty frame: nobody's status counts": {
        "all have another": ([task()], [{**row, "status": "注销"} for row in ROWS]),
        "all have none": ([task()], [{**row, "status": ""} for row in ROWS]),
    },
    "an empty frame of the second task": {
        "of the last of three": ([task(), task("T2"), task("T3", where=NOBODY)], ROWS),
        "where only the other may be empty": ([task(allow_empty=True), task("T2", where=NOBODY)], ROWS),
    },
    "an empty frame: a name that nobody has": {"an id": ([task(where=[["id", "in", ["E9"]]])], ROWS)},
    "a stratum that is not covered": {
        "a list of values that nobody has": ([task(**_strata(ratios=[["Z", "1/2"]]))], ROWS),
        "an empty list": ([task(**_strata(ratios=[]))], ROWS),
        "in the second task": ([task(), task("T2", **_strata(ratios=CLASSES[1:]))], ROWS),
    },
    "a stratum that is not covered, lower case": {
        "full width": ([task(**_strata())], _rows(0, credit_class="\uff21")),
        "with a space behind it": ([task(**_strata())], _rows(0, credit_class="A ")),
    },
    "an empty cell, which other never covers": {
        "all cells": ([task(**_strata(other="1/2"))], [{**row, "credit_class": ""} for row in ROWS])
    },
    "a value that is called *, under other": {
        "of all": ([task(**_strata("district", [["东", "1/2"]], other="1/1"))], [{**row, "district": "*"} for row in ROWS])
    },
    "a value that is called *, listed": {"though nobody has it": ([task(**_strata(ratios=[*CLASSES, ["*", "1/2"]]))], ROWS)},
    "strata by a set-valued column": {
        "all of whose cells are empty": (
            [task(**_strata("categories", [["企业", "1/2"]], other="1/2"))],
            [{**row, "categories": ""} for row in ROWS],
        ),
        "in a frame that is empty and may be": (
            [task(**_strata("categories", [["企业", "1/2"]], other="1/2"), where=NOBODY, allow_empty=True)],
            ROWS,
        ),
    },
    "windows without a day in common": {
        "the same days of two years": (
            [task(window=SPRING), task("T2", window={"from": "2024-03-01", "to": "2024-05-31"})],
            ROWS,
        ),
        "the last of three": ([task(), task("T2", window=SPRING), task("T3", window=AUTUMN)], ROWS),
    },
    "a window that ends before it begins": {
        "by one day": ([task(window={"from": "2024-03-01", "to": "2024-02-29"})], ROWS),
        "in the second task": ([task(), task("T2", window={"from": "2023-12-31", "to": "2023-01-01"})], ROWS),
    },
    "a group with two values of one filter": {
        "in and not_in": (_group([IN_A], [["credit_class", "not_in", ["A"]]]), ROWS),
        "in the last of three tasks": (_group([IN_A], [IN_A], [IN_AB]), ROWS),
        "a condition more": (_group([IN_A], [IN_A, EAST]), ROWS),
        "a condition less": (_group([IN_A, EAST], [EAST]), ROWS),
    },
    "a group with a condition twice in one task": {"another one twice": (_group([EAST, IN_A, IN_A], [EAST, EAST, IN_A]), ROWS)},
}


def _vector(name: str, tasks: list[Vector], rows: list[Vector], outcome: str) -> Vector:
    value = plan(*tasks)
    named = {c[0] for t in tasks for c in t["where"]} | {t["strata"]["by"] for t in tasks if "strata" in t} | {"status"}
    texts = of_texts(value, entities(rows, sorted(named - {"id", "name"})), PEOPLE, None, seed_document=SEED)
    try:
        found, _ = answer(texts, [], SEED)
    except verifier.Bad:
        found = "refused"
    if found != outcome:
        raise ValueError(f"by hand {outcome}, by the verifier {found}: {name}")
    shown = {"plan": value, "entities": texts["entities"], "inspectors": PEOPLE, "recusals": None, "seed_document": SEED}
    return {"name": name, **shown, "outcome": outcome}


def make() -> str:
    vectors: list[Vector] = []
    for pair, (refused, drawn) in PAIRS.items():
        for name, inputs in {pair: refused, **{f"{pair}, {what}": one for what, one in ALSO.get(pair, {}).items()}}.items():
            vectors.append({**_vector(f"{name}: refused", *inputs, "refused"), "beside": f"{pair}: drawn"})
        vectors.append(_vector(f"{pair}: drawn", *drawn, "draw"))
    if unknown := ALSO.keys() - PAIRS.keys():
        raise ValueError(f"beside no pair: {unknown}")
    return document(
        "inputs that can never have been sealed, each with one defect that its neighbour (`beside`) has not",
        "by hand; the independent verifier refuses and draws as said",
        vectors,
    )
