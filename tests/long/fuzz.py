"""Fuzz the readers of plans, CSV and xlsx: whatever the bytes, only a Refusal comes out, with places and words; run by hand.

    python tests/long/fuzz.py plan --minutes 10
    python tests/long/fuzz.py csv --minutes 10
    python tests/long/fuzz.py xlsx --minutes 10

Inputs are made from the ones of the suite: bytes or characters turned, taken out, doubled and exchanged, pieces of one put into
another; for xlsx also the parts inside the archive, packed again. The same --seed gives the same inputs.
An input that brings anything else than a Refusal is written to the folder named by --keep, and ends the run with status 1.
"""

import argparse
import io
import random
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import test_plan_file as plans
import test_pool_file as pools
import test_tables as tables

from shuangsuiji.files.plans.plan_file import read_plan
from shuangsuiji.files.pools.pool_file import PoolSource, read_entities, read_inspectors, read_recusals
from shuangsuiji.model.problems import Problem, Refusal
from shuangsuiji.screen.messages import remedy_of, text_of
from shuangsuiji.screen.reporting import place_text

Chance = random.Random
SPICE = [
    *(
        b"\0",
        b"\xff",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b'"',
        b"'",
        b",",
        b";",
        b"\t",
        b"\r",
        b"\n",
        b"\r\n",
        b": ",
        b"- ",
        b"{",
        b"}",
    ),
    *(
        b"[",
        b"]",
        b"&a ",
        b"*a",
        b"!!",
        b"#",
        b"|",
        b">",
        b"<<: ",
        b"%",
        b"9.14E+17",
        b"=1+1",
        b"9999-99-99",
        b"1e400",
        b"-1",
        b"0",
    ),
    *(
        b'<c r="A1">',
        b"<!DOCTYPE x>",
        b"</sheetData>",
        b' t="e"',
        b"99999999999999999999",
        b"A" * 70,
        b"A" * 70_000,
        b"  ",
        b"in: ",
    ),
    *(
        word.encode()
        for word in ("：", "，", "　", "\u202e", "\u200b", "𠮷", "合计", "请删除", "编号", "名称", "长期", "２０２３", "3％")
    ),
    "计".encode("gbk"),
]
LETTERS = [word.decode("utf-8", "ignore") for word in SPICE]


def changed(data: bytes, chance: Chance, others: list[bytes]) -> bytes:
    """A few small accidents, most often to characters, so that the encoding still holds."""
    if chance.random() < 0.2:
        return bytes(_spoilt(list(data), chance, [list(chance.choice(others)[:5000])], [list(word) for word in SPICE], 256))
    texts = [list(chance.choice(others)[:5000].decode("utf-8", "ignore"))]
    letters = _spoilt(list(data.decode("utf-8", "ignore")), chance, texts, [list(word) for word in LETTERS], 0)
    return "".join(letters).encode("utf-8", "ignore")


def _spoilt(out: list[Any], chance: Chance, others: list[list[Any]], spice: list[list[Any]], values: int) -> list[Any]:
    for _ in range(chance.choice([1, 1, 2, 3, 8])):
        at = chance.randrange(len(out) + 1)
        end = min(len(out), at + chance.choice([1, 4, 40, 400]))
        other = chance.choice(others)
        start = chance.randrange(len(other) + 1)
        match chance.randrange(6):
            case 0:
                out[at:end] = []
            case 1:
                out[at:at] = out[at:end]
            case 2:
                out[at:end] = chance.choice(spice)
            case 3:
                out[at:at] = chance.choice(spice)
            case 4:
                out[at:end] = other[start : start + chance.choice([2, 20, 200])]
            case 5:
                out[at:end] = [chance.randrange(values) if values else chr(chance.choice([34, 44, 97, 0x4E00, 0x3000, 0x10FFFF]))]
    return out


def repacked(data: bytes, chance: Chance, others: list[bytes]) -> bytes:
    """A workbook with accidents inside one of its parts, or in the archive itself."""
    if chance.random() < 0.3:
        return changed(data, chance, others)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except zipfile.BadZipFile:
        return changed(data, chance, others)
    name = chance.choice(list(parts))
    parts[name] = changed(parts[name], chance, list(parts.values()))
    if chance.random() < 0.1:
        del parts[chance.choice(list(parts))]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return out.getvalue()


def read_table(data: bytes) -> tuple[Problem, ...]:
    """Through all three readers; the problems and notes of all."""
    found: tuple[Problem, ...] = ()
    for read in (
        lambda source: read_entities([source], thorough=True),
        lambda source: read_inspectors([source], pools.DEPARTMENTS, {}),
        lambda source: read_recusals([source]),
    ):
        try:
            found += read(PoolSource("x", data)).notes
        except Refusal as refusal:
            found += refusal.problems
    return found


def read_workbook(data: bytes) -> tuple[Problem, ...]:
    """Through the reader of entities."""
    try:
        return read_entities([PoolSource("x.xlsx", data)], thorough=True).notes
    except Refusal as refusal:
        return refusal.problems


def read_the_plan(data: bytes) -> tuple[Problem, ...]:
    """Through the reader of plans."""
    try:
        return read_plan(data, "x.yaml").notes
    except Refusal as refusal:
        return refusal.problems


Target = tuple[Callable[[bytes], tuple[Problem, ...]], list[bytes], Callable[[bytes, Chance, list[bytes]], bytes]]


def target(kind: str) -> Target:
    """How inputs of this kind are read, what they are made from, and how they are spoilt."""
    if kind == "plan":
        return (
            read_the_plan,
            [plans.PLAN.encode(), plans.SHIPPED.read_bytes(), *(case.text.encode() for case in plans.REFUSALS)],
            changed,
        )
    if kind == "csv":
        texts = [text.encode() for _, text in pools.READERS.values()]
        forms = [data for data in tables.FORMS.values() if not data.startswith((b"PK", b"\xd0\xcf"))]
        return read_table, [*texts, *forms, *(case.text.encode()[:20_000] for case in pools.REFUSALS)], changed
    return read_workbook, [data for data in tables.FORMS.values() if data.startswith((b"PK", b"\xd0\xcf"))], repacked


def main() -> int:
    """Fuzz for some minutes."""
    parser = argparse.ArgumentParser(description="fuzz the readers")
    parser.add_argument("kind", choices=["plan", "csv", "xlsx"])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-finds"))
    options = parser.parse_args()
    read, bases, spoil = target(options.kind)
    chance = random.Random(f"{options.kind} {options.seed}")
    codes: Counter[str] = Counter()
    tried, accepted, slowest = 0, 0, 0.0
    end = time.monotonic() + 60 * options.minutes
    while time.monotonic() < end:
        data = spoil(chance.choice(bases), chance, bases)
        started = time.monotonic()
        try:
            problems = read(data)
            words = [place_text(p.place) + text_of(p) + remedy_of(p) for p in problems[:50]]
        except BaseException:
            options.keep.mkdir(exist_ok=True)
            (options.keep / f"{options.kind}-{tried}").write_bytes(data)
            print(f"input {tried} of {options.kind} brought something else:", file=sys.stderr)
            raise
        slowest = max(slowest, time.monotonic() - started)
        tried += 1
        accepted += not words
        codes.update({str(problem.code) for problem in problems})
    print(f"{options.kind}: {tried} inputs, {accepted} accepted without a word, slowest {slowest:.2f} s")
    print("  " + ", ".join(f"{code} {count}" for code, count in sorted(codes.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
