"""The counts in README.md: how many vectors there are of each outcome, and how many meet what."""

import json
import re
from typing import Any

from making.common import FOLDER

BETWEEN = re.compile("(?<=<!-- counts -->\n).*(?=<!-- end of counts -->)", re.DOTALL)
# columns of the matrix: short heads for edges of draws.json
COLUMNS = {
    "shortage": "shortage",
    "excluded": "exclusion",
    "tier > 0": "tier above 0 drawn",
    "at_least": "at_least that bites",
    "at_most": "at_most that bites",
    "100 %": "100 %",
    "N = 0": "stratum with N = 0",
    "ties": "a choice among several in dealing",
    "repair": "repair",
    "recusal": "recusal",
    "too few": "infeasible: too_few_eligible",
    "cap": "infeasible: cap_exceeded",
}


def load(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def outcome(name: str, vector: dict[str, Any]) -> str:
    """`refused` or `accepted`, as README.md explains it for each file."""
    if name == "ledgers":
        return "refused" if vector["not_passed"] else "accepted"
    return "refused" if vector.get("outcome") in ("refused", "failure") else "accepted"


def _row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |\n"


def counted(names: tuple[str, ...]) -> str:
    """The two tables, from the files as they lie there."""
    files, out = {name: load(name) for name in names}, ""
    out += _row("file", "vectors", "accepted", "refused") + _row("---", "---:", "---:", "---:")
    whole = [0, 0, 0]
    for name, document in files.items():
        outcomes = [outcome(name, vector) for vector in document["vectors"]]
        row = [len(outcomes), outcomes.count("accepted"), outcomes.count("refused")]
        whole = [a + b for a, b in zip(whole, row, strict=True)]
        out += _row(f"`{name}.json`", *row)
    out += _row("together", *whole)
    deals = files["deals"]["vectors"]
    longest = [max(deal["paths"], default=0) for deal in deals]
    paths = ", ".join(f"{sum(one == length for one in longest)} of length {length}" for length in sorted({*longest} - {0}))
    out += f"\nOf the {len(deals)} vectors of `deals.json` {longest.count(0)} need no repair; "
    out += f"the longest path of the others: {paths}.\n"
    out += f"{sum(deal['witness'] is not None for deal in deals)} have a witness; of "
    out += f"{sum(deal['all_assignments_tried'] for deal in deals)} every possible assignment was tried.\n"
    edges = {edge: set(numbers) for edge, numbers in files["draws"]["edges"].items()}
    out += f"\nOf the {len(files['draws']['vectors'])} vectors of `draws.json` so many meet what stands in the first column, and"
    out += " so many of these\nalso meet the edge at the head of the other columns:\n\n"
    out += _row("", "all", *COLUMNS) + _row("---", "---:", *["---:"] * len(COLUMNS))
    for edge, numbers in edges.items():
        out += _row(edge, len(numbers), *(len(numbers & edges[other]) for other in COLUMNS.values()))
    return out


def readme(names: tuple[str, ...]) -> str:
    """README.md with the counts of today."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    return BETWEEN.sub(lambda _: counted(names), text)
