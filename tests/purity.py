"""The same bytes whatever surrounds a draw: what may surround it, tables of surroundings, and a process in each of them.

A draw is a pure function of (plan, pools, recusals, history, seed) (draw-v1 §0). So one seeded draw is made again and again, each
time in a process of its own whose date, locale, hash seed, time zone … and files (row order, form) are others, and every event
and snapshot must have the digest that it had in plain surroundings. `table` gives rows in which every two levels of any two
factors meet. Each process also writes down what it saw around itself (`not_arrived`): a level that never got there would prove
nothing.

The date is set by this file, run as the child: it replaces the clocks of `time` and `datetime` before the program is imported.
That works on every machine and touches no other program; the ledger's lines, which state the time, show that it did.
"""

import csv
import datetime
import functools
import hashlib
import io
import json
import locale
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
ABSENT = "absent"
"""The level of an environment variable that is not there."""

Factors = Mapping[str, Sequence[str]]
Row = Mapping[str, str]
"""One level for each factor: the surroundings of one process."""

FACTORS: dict[str, tuple[str, ...]] = {
    # in the time of China: leap days and the days around them, turns of years and centuries, 2^31 and 2^32 seconds
    "date": (
        *("2023-03-01T09:00:00", "2023-12-31T23:59:59", "2024-01-01T00:00:00", "2024-02-28T23:59:59", "2024-02-29T00:00:00"),
        *("2024-02-29T23:59:59", "2024-03-01T00:00:00", "2023-02-28T23:59:59", "2000-02-29T12:00:00", "2100-02-28T23:59:59"),
        *("2100-03-01T00:00:00", "2038-01-19T11:14:07", "2038-01-19T11:14:08", "2106-02-07T14:28:16", "1970-01-01T08:00:00"),
        *("1999-12-31T23:59:59", "2016-12-31T23:59:59", "2026-10-01T08:00:00", "2400-02-29T00:00:00", "9998-12-31T23:59:59"),
    ),
    "rows": ("as they are", "backwards", *(f"shuffled {n}" for n in range(1, 19))),
    "plan": ("small", "shipped"),
    "form": ("plain", "BOM", "CRLF and BOM", "all quoted", "columns backwards"),
    "files": ("one", "two", "two, the second first", "one, in a crowd"),
    "folder": ("of the plan", "above it", "the root", "ledger elsewhere"),
    "LC_ALL": ("C.UTF-8", "C", "POSIX", "zh_CN.UTF-8", "zh_CN.GBK", "tr_TR.UTF-8", ABSENT),
    "LANG": ("C.UTF-8", ABSENT, "zh_CN.GBK", "tr_TR.UTF-8"),
    "PYTHONHASHSEED": ("0", "1", "2", "424242", "4294967295", "random"),
    "TZ": ("UTC", ABSENT, "Asia/Shanghai", "America/St_Johns", "Pacific/Kiritimati", "XYZ-5:43:21", "ABC23:59", "No/Such_Zone"),
    "umask": ("022", "000", "077", "027"),
    "PYTHONIOENCODING": (ABSENT, "utf-8", "gbk", "ascii:backslashreplace", "utf-16"),
    "PYTHONUTF8": (ABSENT, "0", "1"),
    "optimize": ("", "-O", "-OO"),
    "HOME": ("there", "no such folder", ABSENT),
    "COLUMNS": (ABSENT, "1", "500"),
    "python": (sys.executable,),
}
"""What may surround a draw. The first level of each is the plain one."""

_ENVIRONMENT = ("LC_ALL", "LANG", "PYTHONHASHSEED", "TZ", "PYTHONIOENCODING", "PYTHONUTF8", "COLUMNS")
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LOCPATH", "PYTHONPYCACHEPREFIX", "OPENBLAS_NUM_THREADS")
_CHINA = datetime.timezone(datetime.timedelta(hours=8))
_OFFSETS = {"UTC": 0, "XYZ-5:43:21": 20601, "ABC23:59": -86340}
"""Seconds east of Greenwich, by the rules of POSIX for TZ; the named zones are there only where the machine has them."""


# ---- tables


def plain(factors: Factors = FACTORS) -> dict[str, str]:
    """The first level of every factor."""
    return {name: levels[0] for name, levels in factors.items()}


Pair = tuple[int, int, int, int]
"""(factor, its level, a later factor, its level), by number."""


def all_pairs(sizes: Sequence[int]) -> set[Pair]:
    """Every two levels of any two factors that have so many levels."""
    return {(f, a, g, b) for f, g in combinations(range(len(sizes)), 2) for a in range(sizes[f]) for b in range(sizes[g])}


def pairs_in(row: Sequence[int]) -> set[Pair]:
    """The pairs that meet in a row."""
    return {(f, row[f], g, row[g]) for f, g in combinations(range(len(row)), 2)}


def cover(sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """Rows in which all pairs meet.

    Greedy: a row begins with a pair that is missing; then each factor takes the level that brings the most missing pairs with
    what the row already has, and of several such levels the one used least.
    """
    missing = all_pairs(sizes)
    used = [[0] * size for size in sizes]
    order = sorted(range(len(sizes)), key=lambda f: (-sizes[f], f))
    rows = []
    while missing:
        f, a, g, b = min(missing)
        row = {f: a, g: b}
        for h in order:
            if h not in row:
                gains = [_gain(missing, row, h, level) for level in range(sizes[h])]
                row[h] = max(range(sizes[h]), key=lambda level: (gains[level], -used[h][level], -level))
        found = tuple(row[h] for h in range(len(sizes)))
        for h, level in enumerate(found):
            used[h][level] += 1
        missing -= pairs_in(found)
        rows.append(found)
    return rows


def _gain(missing: set[Pair], row: Mapping[int, int], h: int, level: int) -> int:
    return sum(((h, level, k, row[k]) if h < k else (k, row[k], h, level)) in missing for k in row)


def table(factors: Factors, at_least: int = 0) -> list[dict[str, str]]:
    """Rows in which every two levels of any two factors meet, and further ones by lot until there are `at_least` so many."""
    names, sizes = list(factors), [len(levels) for levels in factors.values()]
    rows = [{name: factors[name][level] for name, level in zip(names, row, strict=True)} for row in cover(sizes)]
    lot = random.Random(0)
    while len(rows) < at_least:
        rows.append({name: lot.choice(factors[name]) for name in names})
    return rows


# ---- what is drawn

SMALL_PLAN = """\
schema: shuangsuiji/plan/1
id: 小计划
title: 小计划
year: 2023
ledger: ../records
pools:
  entities:
    - ../pools/entities.csv
  inspectors:
    - ../pools/inspectors.csv
  recusals:
    - ../pools/recusals.csv
departments:
  - {name: 甲局, aliases: [区甲局]}
  - {name: 乙局}
  - {name: İı局}
tasks:
  - {id: "1", name: 企业, where: {对象类别: 企业}, initiator: 甲局, cooperators: [乙局], ratio: 20%,
     coordination_group: g, batch: 春, window: {from: 2023-04-01, to: 2023-06-30}}
  - {id: "2", name: 分级, where: {对象类别: [宾馆, 工地]}, initiator: 乙局, strata: {by: 信用等级, ratios: {A: 10%}, other: 1/3},
     batch: 春, window: {from: 2023-05-01, to: 2023-07-31}}
  - {id: "3", name: 企业再查, where: {对象类别: 企业}, initiator: 甲局, count: 9, minimum_team: 3,
     coordination_group: g, batch: 秋, window: {from: 2023-09-01, to: 2023-11-30}}
  - {id: "4", name: 未查过的, initiator: İı局, ratio: 15%, max_visits_per_cycle: 1, qualifications: {İı局: [消防]},
     batch: 秋, window: {from: 2023-10-01, to: 2023-12-31}}
  - {id: "5", name: 派不出, where: {对象类别: 工地}, initiator: 甲局, cooperators: [乙局], ratio: 100%,
     batch: 冬, window: {from: 2023-12-01, to: 2023-12-31}}
"""
"""Batches 春 and 秋 are drawn, 秋 with 春 as its history; 冬 fails, since everybody of 甲局 is recused from one site."""

EVENTS = {"small": ("seal", "draw", "seal", "draw", "seal", "failure"), "shipped": ("seal", "draw") * 5}
"""What a draw of all batches of either plan writes, whatever the seed."""


def _small_tables() -> dict[str, list[list[str]]]:
    """Pools whose ids, values and names would trip a sort by locale, an upper case by locale or a set that comes as it likes."""
    kinds = ("企业", "企业;宾馆", "工地", "宾馆", "工地；企业|宾馆")
    entities = [["信用代码", "名称", "对象类别", "登记状态", "信用等级"]]
    for n in range(60):
        number = f"{'iIzäÄ阿'[n % 6]}{n * 7919 % 1000:03d}-{n}"
        entities.append([number, f"{'ıİ甲ß'[n % 4]}户{n}", kinds[n % 5], ("存续", "在业", "注销")[n % 17 % 3], "ABCDä"[n % 5]])
    inspectors = [["执法证号", "姓名", "所属部门", "证件有效期", "执法范围"]]
    for n in range(24):
        department = ("甲局", "区甲局", "乙局", "İı局")[n % 4]
        expiry = ("2030-12-31", "长期", "2031/1/2", "2023-10-15")[n % 11 % 4]
        inspectors.append([f"{n * 37 % 100:03d}i", f"员{n}", department, expiry, ("消防;特种", "特种|消防", "消防")[n % 3]])
    site = next(row[0] for row in entities[1:] if row[2] == "工地" and row[3] != "注销")
    recusals = [["执法证号", "信用代码", "回避事由"], *([row[0], site, "近亲属"] for row in inspectors[1:] if "甲局" in row[2])]
    recusals += [[inspectors[1 + n % 24][0], entities[1 + n * 5 % 60][0], ""] for n in range(10)]
    return {"entities": entities, "inspectors": inspectors, "recusals": recusals}


@functools.cache
def _material(plan: str) -> tuple[str, dict[str, list[list[str]]]]:
    """The plan's text and its tables, each with its header first."""
    if plan == "small":
        return SMALL_PLAN, _small_tables()
    tables = {}
    for role in ("entities", "inspectors", "recusals"):
        with (ROOT / "pools" / f"{role}.csv").open(encoding="utf-8-sig", newline="") as file:
            tables[role] = list(csv.reader(file))
    return (ROOT / "plans" / "jzsfq-2023.yaml").read_text(encoding="utf-8"), tables


def prepare(folder: Path, row: Row) -> None:
    """Lay out the plan and its pools below `folder` as the row says."""
    text, tables = _material(row["plan"])
    names = {"one": ["entities"], "one, in a crowd": ["entities"], "two": ["a", "b"], "two, the second first": ["b", "a"]}[
        row["files"]
    ]
    line = "    - ../pools/entities.csv\n"
    if text.count(line) != 1:
        raise ValueError("the plan does not name its entities as expected")
    text = text.replace(line, "".join(f"    - ../pools/{name}.csv\n" for name in names))
    for name in ("plans", "pools", "home"):
        (folder / name).mkdir(parents=True)
    if row["files"] == "one, in a crowd":  # made before and after those that are read
        for name in ("aaa.csv", "entities.csv.bak", "~$entities.csv"):
            (folder / "pools" / name).write_text("别的\n", encoding="utf-8")
    (folder / "plans" / "plan.yaml").write_bytes(_formed(text, row["form"]))
    for role in sorted(tables, reverse=row["files"] == "two, the second first"):
        header, *given = tables[role]
        rows = _ordered(given, row["rows"])
        for number, name in enumerate(names if role == "entities" else [role]):
            part = rows[number :: len(names)] if role == "entities" else rows
            (folder / "pools" / f"{name}.csv").write_bytes(_csv([header, *part], row["form"]))


def _ordered(rows: list[list[str]], how: str) -> list[list[str]]:
    if how == "as they are":
        return rows
    if how == "backwards":
        return rows[::-1]
    return random.Random(how).sample(rows, len(rows))


def _csv(rows: list[list[str]], form: str) -> bytes:
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if form == "all quoted" else csv.QUOTE_MINIMAL
    writer = csv.writer(text, lineterminator="\n", quoting=quoting)
    writer.writerows([cells[::-1] for cells in rows] if form == "columns backwards" else rows)
    return _formed(text.getvalue(), form)


def _formed(text: str, form: str) -> bytes:
    return text.replace("\n", "\r\n" if "CRLF" in form else "\n").encode("utf-8-sig" if "BOM" in form else "utf-8")


# ---- a process


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a draw: digests by name, which must not depend on the surroundings, and what the process saw of those."""

    digests: Mapping[str, str]
    seen: Mapping[str, Any]
    stderr: str


def draw_in(row: Row, folder: Path, source: Path = SOURCE) -> Outcome:
    """Draw all batches of the row's plan in a process of its own with the surroundings of the row, in a new `folder`."""
    prepare(folder, row)
    where = {"of the plan": folder / "plans", "above it": folder, "the root": Path(folder.anchor)}
    cwd = where.get(row["folder"], folder / "pools")
    plan = folder / "plans" / "plan.yaml"
    path = plan if row["folder"] == "the root" else Path(os.path.relpath(plan, cwd))
    # ASCII: the bytes of a command line mean what the locale says, and another text is another seed
    arguments = ["draw", str(path), "--all", "--seed", "Seed 7", "--operator", "jb", "--json"]
    ledger = folder / "records"
    if row["folder"] == "ledger elsewhere":
        ledger = folder / "another" / "ledger"
        arguments += ["--ledger", str(ledger)]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {name: row[name] for name in _ENVIRONMENT if row[name] != ABSENT}
    if "PYTHONPYCACHEPREFIX" not in environment:  # no compiled files of odd permissions beside the source
        if row["optimize"]:  # for which nobody has compiled anything: once for all rows
            environment["PYTHONPYCACHEPREFIX"] = str(folder.parent / "compiled")
        else:
            environment["PYTHONDONTWRITEBYTECODE"] = "1"
    if row["HOME"] != ABSENT:
        environment["HOME"] = str(folder / "home" / ("" if row["HOME"] == "there" else "nowhere"))
    flags = [row["optimize"]] if row["optimize"] else []
    seen = folder / "seen.json"
    done = subprocess.run(
        [row["python"], *flags, __file__, row["date"], row["umask"], str(seen), str(source), *arguments],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=False,
    )
    stderr = done.stderr.decode("utf-8", "replace")
    if not seen.exists():
        raise RuntimeError(f"the process did not get as far as the program: {stderr[-2000:]}")
    digests = dict(_digests(ledger, done.stdout)) | {"status": str(done.returncode)}
    times = [line["time"] for line in _lines(ledger)]
    return Outcome(digests, {**json.loads(seen.read_bytes()), "times": times}, stderr)


def _lines(ledger: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in (ledger / "ledger.jsonl").read_bytes().splitlines()]
    except FileNotFoundError:
        return []


def _digests(ledger: Path, stdout: bytes) -> Iterator[tuple[str, str]]:
    for path in sorted(ledger.glob("*/*")):
        yield path.relative_to(ledger).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()
    # of a line all but the time, what is hashed with it, and the digests of the files as they were handed over
    varying = ("time", "hash", "prev", "sources")
    yield "lines", _digest([{name: line[name] for name in line if name not in varying} for line in _lines(ledger)])
    try:
        document = json.loads(stdout)  # in whatever encoding of Unicode; with escapes for any other
    except ValueError:
        yield "stdout", f"not JSON: {stdout[:200]!r}"
        return
    problems = sorted([problem["code"], problem["severity"]] for problem in document.pop("problems"))  # they name files and rows
    yield "stdout", _digest({**document, "problems": problems})


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def differing(outcome: Outcome, reference: Outcome) -> list[str]:
    """The names under which the two have different bytes, or only one has any."""
    names = {*outcome.digests, *reference.digests}
    return sorted(name for name in names if outcome.digests.get(name) != reference.digests.get(name))


def not_arrived(row: Row, seen: Mapping[str, Any], locales: Sequence[str] = ()) -> list[str]:
    """The factors whose level the process did not see around itself. `locales`: those that the machine has."""
    wrong = []
    for name, must, found in (
        ("date", row["date"], seen["now"]),
        ("date", [f"{row['date']}+08:00"] * len(seen["times"]), seen["times"]),
        ("umask", int(row["umask"], 8), seen["umask"]),
        ("optimize", row["optimize"].count("O"), seen["optimize"]),
        ("PYTHONHASHSEED", row["PYTHONHASHSEED"] != "0", bool(seen["hash_randomization"])),
        ("PYTHONUTF8", {"0": 0, "1": 1}.get(row["PYTHONUTF8"], seen["utf8_mode"]), seen["utf8_mode"]),
        ("LC_ALL", row["LC_ALL"] if row["LC_ALL"] in locales else seen["locale"], seen["locale"]),
        ("TZ", seen["offset"] if os.name == "nt" else _OFFSETS.get(row["TZ"], seen["offset"]), seen["offset"]),
    ):
        if must != found:
            wrong.append(f"{name}: {must} expected, {found} seen")
    if row["PYTHONIOENCODING"] != ABSENT and row["PYTHONIOENCODING"].partition(":")[0] != seen["stdout"].lower():
        wrong.append(f"PYTHONIOENCODING: {seen['stdout']}")
    return wrong


def locales_there(python: str = sys.executable) -> tuple[str, ...]:
    """The locales among the levels that the machine really has, but for those that Python replaces by others."""
    names = sorted({*FACTORS["LC_ALL"], *FACTORS["LANG"]} - {ABSENT, "C", "POSIX"})
    code = (
        "import locale, sys\n"
        "for name in sys.argv[1:]:\n"
        "    try: print(locale.setlocale(locale.LC_ALL, name))\n"
        "    except locale.Error: pass"
    )
    return tuple(subprocess.run([python, "-c", code, *names], capture_output=True, text=True, check=True).stdout.split())


def draw_in_all(rows: Sequence[Row], folder: Path, workers: int = 2, source: Path = SOURCE) -> Iterator[tuple[Row, Outcome]]:
    """Each row with what came of it, in order, `workers` processes at a time. Their folders are deleted."""

    def one(numbered: tuple[int, Row]) -> tuple[Row, Outcome]:
        number, row = numbered
        place = folder / f"{number:04d}"
        outcome = draw_in(row, place, source)
        shutil.rmtree(place)
        return row, outcome

    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(one, enumerate(rows))


# ---- the child


def _stop_clocks(now: datetime.datetime) -> None:
    """From here on it is `now` for everything that Python code asks of `time` and `datetime`."""
    seconds = int(now.timestamp())
    real_localtime, real_gmtime, real_strftime = time.localtime, time.gmtime, time.strftime

    class Day(datetime.date):
        @classmethod
        def today(cls) -> "Day":
            return cls(now.year, now.month, now.day)

    class Moment(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> "Moment":
            return cls.fromtimestamp(seconds, tz)

        @classmethod
        def today(cls) -> "Moment":
            return cls.fromtimestamp(seconds)

        @classmethod
        def utcnow(cls) -> "Moment":
            return cls.fromtimestamp(seconds, datetime.UTC).replace(tzinfo=None)

    time.time = lambda: float(seconds)
    time.time_ns = lambda: seconds * 10**9
    time.localtime = lambda when=None: real_localtime(seconds if when is None else when)
    time.gmtime = lambda when=None: real_gmtime(seconds if when is None else when)
    time.strftime = lambda form, when=None: real_strftime(form, real_localtime(seconds) if when is None else when)
    datetime.datetime, datetime.date = Moment, Day  # type: ignore[misc]


def _child(date: str, umask: str, seen: str, source: str, *arguments: str) -> None:
    """Run the program of the folder `source` at that date and under that umask, having written down what it sees."""
    sys.path[0] = source  # instead of the folder of this file, whose modules have names of their own
    os.umask(int(umask, 8))
    _stop_clocks(datetime.datetime.fromisoformat(date).replace(tzinfo=_CHINA))
    import numpy as np

    mask = os.umask(0)
    os.umask(mask)
    found = {
        "now": datetime.datetime.now(_CHINA).replace(tzinfo=None).isoformat(timespec="seconds"),
        "umask": mask,
        "optimize": sys.flags.optimize,
        "hash_randomization": sys.flags.hash_randomization,
        "hash": hash("抽查"),
        "utf8_mode": sys.flags.utf8_mode,
        "locale": locale.setlocale(locale.LC_CTYPE),
        "offset": time.localtime(1_700_000_000).tm_gmtoff,
        "stdout": sys.stdout.encoding,
        "python": ".".join(map(str, sys.version_info[:3])),
        "numpy": np.__version__,
    }
    with open(seen, "w", encoding="ascii") as file:
        json.dump(found, file)
    from shuangsuiji.__main__ import main

    sys.argv = ["shuangsuiji", *arguments]
    main()


if __name__ == "__main__":
    _child(*sys.argv[1:])
