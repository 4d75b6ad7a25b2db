"""A draw is a pure function of plan, pools, recusals, history and seed (draw-v1 §0): the same bytes in whatever surroundings.

A dozen processes here; `tests/long/purity.py` runs four hundred. What is expected is what plain surroundings give, and that the
independent verifier accepts.
"""

import math
import shutil
import subprocess
import sys
from collections.abc import Mapping
from itertools import combinations, product
from pathlib import Path
from typing import Any

import purity
import pytest

FEW = {
    "date": ("2024-02-29T23:59:59", "2038-01-19T11:14:08"),
    "rows": ("shuffled 1", "backwards"),
    "plan": ("small", "shipped"),
    "form": ("CRLF and BOM", "columns backwards"),
    "files": ("two, the second first", "one, in a crowd"),
    "folder": ("the root", "ledger elsewhere"),
    "LC_ALL": ("C", "zh_CN.GBK"),
    "LANG": (purity.ABSENT, "tr_TR.UTF-8"),
    "PYTHONHASHSEED": ("1", "424242"),
    "TZ": ("XYZ-5:43:21", "ABC23:59"),
    "umask": ("000", "077"),
    "PYTHONIOENCODING": ("gbk", "utf-16"),
    "PYTHONUTF8": ("0", "1"),
    "optimize": ("", "-OO"),
    "HOME": ("no such folder", purity.ABSENT),
    "COLUMNS": ("1", "500"),
    "python": (sys.executable,),
}
"""Levels far from the plain ones, few enough for a dozen rows."""

VERIFIER = purity.SOURCE / "shuangsuiji" / "verify_record.py"


def meetings(rows: list[dict[str, str]]) -> set[frozenset[tuple[str, str]]]:
    return {frozenset(pair) for row in rows for pair in combinations(row.items(), 2)}


def all_meetings(factors: purity.Factors) -> set[frozenset[tuple[str, str]]]:
    return {frozenset(((f, a), (g, b))) for f, g in combinations(factors, 2) for a, b in product(factors[f], factors[g])}


# expected: counted by definition, on the labels and not on the numbers that the table is made with


def test_in_the_few_rows_every_two_levels_of_any_two_factors_meet() -> None:
    assert meetings(purity.table(FEW)) >= all_meetings(FEW)


def test_in_the_four_hundred_rows_every_two_levels_of_any_two_factors_meet() -> None:
    factors = {**purity.FACTORS, "python": ("3.11", "3.12", "3.13", "an old numpy", "a new one")}
    rows = purity.table(factors, 400)
    assert len(rows) >= 400
    assert meetings(rows) >= all_meetings(factors)


@pytest.mark.parametrize("sizes", [(2, 2, 2), (3, 2, 4, 2), (1, 5, 3), (2,) * 9, (20, 20, 2, 6)])
def test_a_table_covers_all_pairs_in_no_fewer_rows_than_the_two_largest_factors_need(sizes: tuple[int, ...]) -> None:
    rows = purity.cover(sizes)
    assert set().union(*map(purity.pairs_in, rows)) == purity.all_pairs(sizes)
    largest = sorted(sizes)[-2:]
    assert math.prod(largest) <= len(rows) <= 3 * math.prod(largest)


def test_three_factors_of_two_levels_need_four_rows() -> None:
    # the smallest covering array CA(4; 2, 3, 2), which is the even rows of the cube
    assert len(purity.cover((2, 2, 2))) == 4


@pytest.fixture(scope="module")
def plainly(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, purity.Outcome]:
    """What comes of each plan in plain surroundings: accepted by the independent verifier, and the events that one expects."""
    outcomes = {}
    for plan, events in purity.EVENTS.items():
        folder = tmp_path_factory.mktemp("plainly") / plan
        outcomes[plan] = purity.draw_in({**purity.plain(), "plan": plan}, folder)
        written = [name for name in outcomes[plan].digests if name.startswith("events/")]
        assert written == [f"events/{seq:06d}-{event}.json" for seq, event in enumerate(events, start=1)]
        verify = [sys.executable, "-I", "-S", str(VERIFIER), str(folder / "records")]
        assert subprocess.run(verify, capture_output=True, timeout=120, check=False).returncode == 0
    return outcomes


def test_a_dozen_processes_in_surroundings_far_from_plain_write_the_same_bytes(
    plainly: Mapping[str, purity.Outcome], tmp_path: Path
) -> None:
    locales = purity.locales_there()
    rows = purity.table(FEW)
    assert 8 <= len(rows) <= 12
    for row, outcome in purity.draw_in_all(rows, tmp_path):
        assert purity.differing(outcome, plainly[row["plan"]]) == [], (row, outcome.stderr)
        assert purity.not_arrived(row, outcome.seen, locales) == [], row


# ---- the check can fail

SPOILS = {
    # strata under `other` come as the set of them likes, not in byte order
    "PYTHONHASHSEED": ("draw/frame.py", "def sorted(values):\n    return list(values)\n", ("1", "2")),
    # the year of the clock is in the key of the tickets
    "date": (
        "draw/tickets.py",
        "import time\n"
        "pure = entity_key\n"
        "def entity_key(seed, plan, batch):\n"
        "    return pure(seed, plan, f'{batch} {time.gmtime().tm_year}')\n",
        ("2023-03-01T09:00:00", "2038-01-19T11:14:08"),
    ),
}
"""For a factor: what to append to which module so that the draw depends on it, and two of its levels."""


@pytest.mark.parametrize("factor", SPOILS)
def test_an_engine_that_depends_on_its_surroundings_is_found(factor: str, tmp_path: Path) -> None:
    module, spoil, levels = SPOILS[factor]
    source = tmp_path / "src"
    shutil.copytree(purity.SOURCE, source)
    with (source / "shuangsuiji" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{spoil}")
    rows = [{**purity.plain(), factor: level} for level in levels]
    one, other = (outcome for _, outcome in purity.draw_in_all(rows, tmp_path, source=source))
    assert "events/000002-draw.json" in one.digests
    assert "events/000002-draw.json" in purity.differing(one, other)


def test_a_byte_more_or_less_and_a_file_more_or_less_differ() -> None:
    def outcome(**digests: str) -> purity.Outcome:
        return purity.Outcome(digests, {}, "")

    assert purity.differing(outcome(a="1", b="2"), outcome(a="1", b="2")) == []
    assert purity.differing(outcome(a="1", b="2"), outcome(a="1", b="3")) == ["b"]
    assert purity.differing(outcome(a="1"), outcome(a="1", b="3")) == ["b"]
    assert purity.differing(outcome(a="1", b="2"), outcome(b="2")) == ["a"]


@pytest.mark.parametrize(
    ("factor", "seen"),
    [
        ("date", {"now": "2024-03-01T00:00:00"}),
        ("date", {"times": ["2023-03-01T09:00:00+08:00", "2024-03-01T00:00:00+08:00"]}),
        ("umask", {"umask": 0o77}),
        ("optimize", {"optimize": 1}),
        ("PYTHONHASHSEED", {"hash_randomization": 1}),
        ("PYTHONUTF8", {"utf8_mode": 1}),
        ("LC_ALL", {"locale": "C"}),
        ("TZ", {"offset": 3600}),
        ("PYTHONIOENCODING", {"stdout": "gbk"}),
    ],
)
def test_a_level_that_did_not_arrive_is_named(factor: str, seen: dict[str, Any]) -> None:
    row = {**purity.plain(), "PYTHONUTF8": "0", "PYTHONIOENCODING": "utf-8"}
    honest = {"now": row["date"], "times": [f"{row['date']}+08:00"], "umask": 0o22, "optimize": 0, "hash_randomization": 0}
    honest |= {"utf8_mode": 0, "locale": "C.UTF-8", "offset": 0, "stdout": "utf-8"}
    assert purity.not_arrived(row, honest, ["C.UTF-8"]) == []
    assert [one.partition(":")[0] for one in purity.not_arrived(row, {**honest, **seen}, ["C.UTF-8"])] == [factor]
