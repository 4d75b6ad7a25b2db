"""Commands that nobody watches do the same whatever surrounds them, and say so if their result cannot be written.

Half a dozen processes here; `tests/long/surroundings.py` runs forty, in which all pairs meet. What is expected is written by hand
in `surroundings.statuses` and `surroundings.faults`: from the table of exit statuses in README.md, ledger-v1 (Order of writes:
the result is printed after it is recorded; modes 0700 and 0600 whatever the umask) and what plain surroundings give.
"""

import shutil
import sys
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from typing import Any

import purity
import pytest
import surroundings
from surroundings import ABSENT, Grounds, Ran, Said

linux = pytest.mark.skipif(sys.platform != "linux", reason="/dev/full, and limits as Linux has them")

NAMES = (*surroundings.FACTORS, "date", "TZ")
HOSTILE = [
    dict(zip(NAMES, levels.split(", "), strict=True))
    for levels in (
        "draw, closed, full, pipe, C, absent, 077, dumb, gbk, 40, read-only, absent, 32 files, "
        "no such folder, 1, 2024-02-29T23:59:59, Pacific/Kiritimati",
        "draw, closed, closed, closed, zh_CN.GBK, no such folder, 000, absent, absent, absent, read-only, absent, "
        "16 MB of stack, absent, 1, 2023-12-31T23:59:59, America/St_Johns",
        "run, terminal, broken, closed, zh_CN.GBK, absent, 000, dumb, absent, 40, ordinary, there, 512 KB of stack, "
        "no such folder, 1, 2038-01-19T11:14:08, Etc/GMT+12",
        "run, closed, terminal, pipe, C, no such folder, 077, dumb, gbk, 40, read-only, absent, 32 files, "
        "absent, 1, 1970-01-01T08:00:00, XYZ-5:43:21",
        "verify, null, full, full, C, absent, 077, absent, absent, absent, read-only, absent, 32 files, "
        "no such folder, 1, 2024-01-01T00:00:00, No/Such_Zone",
        "check, terminal, pipe, pipe, zh_CN.GBK, absent, 000, dumb, gbk, 40, ordinary, absent, 512 KB of stack, "
        "no such folder, 1, 2100-02-28T23:59:59, ",
    )
]
"""Levels far from the plain ones: every command, and every level of the three streams."""

PLAIN = {**purity.plain(surroundings.FACTORS), "date": surroundings.PLAIN_DATE, "TZ": "UTC"}


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Grounds:
    return surroundings.prepared(tmp_path_factory.mktemp("grounds"))


@linux
def test_half_a_dozen_commands_in_hostile_surroundings_do_what_plain_ones_do(grounds: Grounds, tmp_path: Path) -> None:
    places = [(row, tmp_path / str(number)) for number, row in enumerate(HOSTILE)]
    locales = purity.locales_there()
    ran = [surroundings.run_in(row, place, grounds) for row, place in places]
    for (row, place), one, after in zip(places, ran, surroundings.aftermath(places, grounds), strict=True):
        assert surroundings.faults(row, one, surroundings.digests(place), after, grounds) == {}, row
        assert surroundings.not_arrived(row, one.seen, grounds, locales) == [], row


# expected: counted by definition, on the labels and not on the numbers that the table is made with


def test_in_the_forty_rows_every_two_levels_of_any_two_factors_meet_and_thirty_zones_and_all_dates_come() -> None:
    factors = surroundings.FACTORS
    rows = surroundings.rows(factors, 40)
    met = {(f, row[f], g, row[g]) for row in rows for f, g in combinations(factors, 2)}
    assert met == {(f, a, g, b) for f, g in combinations(factors, 2) for a, b in product(factors[f], factors[g])}
    assert len(rows) == 40
    assert len({row["TZ"] for row in rows}) == len(surroundings.ZONES) == 30
    assert {row["date"] for row in rows} == set(purity.FACTORS["date"])


# ---- the check can fail

SPOILS = {
    # the result is said before it is recorded: what cannot be said is never recorded
    "prints first": (
        "cli/draw.py",
        "import os\n"
        "recorded = _conduct\n"
        "def _conduct(*arguments):\n"
        "    os.write(1, '抽取完毕'.encode())\n"
        "    return recorded(*arguments)\n",
        {"stdout": "full"},
        {"lost"},
    ),
    # a log in the folder where one happens to be
    "keeps a log": (
        "cli/draw.py",
        "recorded = _conduct\ndef _conduct(*arguments):\n    Path('draw.log').write_text('')\n    return recorded(*arguments)\n",
        {},
        {"elsewhere"},
    ),
    # the ticket's key depends on the language
    "speaks the language": (
        "draw/tickets.py",
        "import os\n"
        "pure = entity_key\n"
        "def entity_key(seed, plan, batch):\n"
        "    return pure(seed, plan, batch + os.environ['LANG'])\n",
        {"LANG": "C"},
        {"bytes", "text"},
    ),
}
"""What to append to which module, the surroundings in which it shows, and the faults that it is."""


@linux
@pytest.mark.parametrize("spoil", SPOILS)
def test_an_engine_that_minds_its_surroundings_is_found(spoil: str, grounds: Grounds, tmp_path: Path) -> None:
    module, text, levels, expected = SPOILS[spoil]
    source = tmp_path / "src"
    shutil.copytree(purity.SOURCE, source)
    with (source / "shuangsuiji" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{text}")
    spoiled, row, place = replace(grounds, source=source), {**PLAIN, **levels}, tmp_path / "place"
    ran = surroundings.run_in(row, place, spoiled)
    assert set(surroundings.faults(row, ran, surroundings.digests(place), None, spoiled)) == expected


DIGEST = "0123456789abcdef" * 4
SAID = Said(0, f"已记入台账第 2 条\n{DIGEST}\n", "提醒\n")
AGAIN = Said(0, "早已抽取（2024-03-01 09:00:00，台账第 2 条）\n", "")
LEDGER = {"events/000001-seal.json": "1", "events/000002-draw.json": "2"}
LATER = {"date": "2038-01-19T11:14:08"}
SHOWN = Said(0, "早已抽取（2038-01-19 11:14:08，台账第 2 条）\n", "")
HONEST = Ran(0, SAID.stdout.encode(), SAID.stderr.encode(), {"encoding": "utf-8"}, (), ())
UNWRITTEN = replace(HONEST, status=6, stdout=b"", stderr="写不出结果（28）。已记入台账的内容不受影响。\n".encode())


@pytest.mark.parametrize(
    ("levels", "ran", "ledger", "after", "expected"),
    [
        (LATER, HONEST, LEDGER, (SHOWN, Said(0, "", "")), set()),
        ({"stdout": "full"}, UNWRITTEN, LEDGER, None, set()),
        ({"stdout": "terminal"}, replace(HONEST, stdout=f"{DIGEST}\r\n".encode()), LEDGER, None, set()),
        ({"stdout": "broken"}, replace(UNWRITTEN, stderr=b""), LEDGER, None, set()),
        ({}, UNWRITTEN, LEDGER, None, {"status"}),
        ({"stdout": "full"}, replace(UNWRITTEN, status=0), LEDGER, None, {"status", "text"}),
        ({"stdout": "full"}, replace(UNWRITTEN, stderr=b""), LEDGER, None, {"text"}),
        ({"stdout": "broken"}, replace(UNWRITTEN, stderr=SAID.stdout.encode()), LEDGER, None, {"text"}),
        ({}, HONEST, {"events/000001-seal.json": "1"}, None, {"lost"}),
        ({}, HONEST, {**LEDGER, "events/000002-draw.json": "3"}, None, {"bytes"}),
        ({}, HONEST, {**LEDGER, "events/000003-draw.json": "2"}, None, {"bytes"}),
        ({"stdout": "broken"}, replace(UNWRITTEN, status=1, stderr=b"Traceback (most"), LEDGER, None, {"status", "traceback"}),
        ({}, replace(HONEST, stdout=HONEST.stdout[:-1]), LEDGER, None, {"text"}),
        ({}, replace(HONEST, stderr=b""), LEDGER, None, {"text"}),
        ({"stdout": "terminal"}, replace(HONEST, stdout=b"0123"), LEDGER, None, {"text"}),
        ({"stderr": "closed"}, HONEST, LEDGER, None, {"text"}),
        ({"stderr": "full"}, replace(HONEST, stderr=b""), LEDGER, None, set()),
        ({"stderr": "full"}, replace(HONEST, status=6, stdout=b"", stderr=b""), LEDGER, None, {"status"}),
        ({}, replace(HONEST, elsewhere=("draw.log",)), LEDGER, None, {"elsewhere"}),
        ({}, replace(HONEST, modes=("records",)), LEDGER, None, {"modes"}),
        (LATER, HONEST, LEDGER, (AGAIN, Said(0, "", "")), {"again"}),
        (LATER, HONEST, LEDGER, (Said(5, SHOWN.stdout, ""), Said(0, "", "")), {"again"}),
        (LATER, HONEST, LEDGER, (SHOWN, Said(10, "", "")), {"verify"}),
    ],
)
def test_each_kind_of_fault_is_named(
    levels: dict[str, str], ran: Ran, ledger: dict[str, str], after: tuple[Said, Said] | None, expected: set[str]
) -> None:
    grounds = Grounds(Path(), Path(), (), {"draw": (SAID, AGAIN, LEDGER)})
    assert set(surroundings.faults({**PLAIN, **levels}, ran, ledger, after, grounds)) == expected <= set(surroundings.KINDS)


@pytest.mark.parametrize(
    ("levels", "seen", "expected"),
    [
        ({}, {}, []),
        ({"stdin": "closed"}, {}, ["streams"]),
        ({"stdin": "terminal"}, {"streams": ["terminal", "open", "open"]}, []),
        ({"umask": "077"}, {}, ["umask"]),
        ({"limit": "32 files"}, {}, ["limit"]),
        ({"limit": "512 KB of stack"}, {"stack": 524288}, []),
        ({"PATH": ABSENT}, {}, ["variables"]),
        ({"LANG": "zh_CN.GBK"}, {}, ["encoding"]),
        ({"LANG": "zh_CN.GBK"}, {"encoding": "GBK"}, []),
        ({"COLUMNS": "40"}, {}, ["variables"]),
        ({"folder": "read-only"}, {"writable": False}, []),
        ({"folder": "read-only"}, {}, ["folder"]),
        ({"date": "2023-12-31T23:59:59"}, {"times": ["2023-12-31T23:59:59+08:00"]}, []),
        ({"date": "2023-12-31T23:59:59"}, {"times": ["2024-01-01T00:00:00+08:00"]}, ["date"]),
    ],
)
def test_a_level_that_did_not_arrive_is_named(levels: dict[str, str], seen: dict[str, Any], expected: list[str]) -> None:
    honest = {"streams": ["open"] * 3, "files": 1024, "stack": 8 << 20, "umask": 0o22, "writable": True, "encoding": "UTF-8"}
    honest["names"] = ["HOME", "PATH"]
    row, grounds = {**PLAIN, "command": "check", **levels}, Grounds(Path(), Path(), ("setpriv",), {})
    found = surroundings.not_arrived(row, {**honest, **seen}, grounds, ["zh_CN.GBK"])
    assert [one.partition(":")[0] for one in found] == expected
