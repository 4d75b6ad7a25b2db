"""Check a pool of a million entities with a thousand planted defects, beside pandas reading all its columns; run by hand.

    python -m pip install -e '.[bench]'
    python tests/benchmarks/check_million.py [--rows 1000000] [--rounds 3]

What is compared: `shuangsuiji check` as a whole process (strict CSV, canonical cells, credit codes, namesakes at one address,
personal numbers, the forecast of the draw) and `pandas.read_csv(dtype=str)` of all columns of the same file. Twice: a pool
without a fault, and one with a thousand defects of ten kinds, all of which must be reported, or the benchmark fails.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from draw_million import PLAN, measured, number

from shuangsuiji.files.pools.credit_codes import ALPHABET

HEADER = ("统一社会信用代码/编号", "名称", "对象类别", "登记状态", "信用等级", "地址")
PANDAS = "import sys, pandas; print(len(pandas.read_csv(sys.argv[1], dtype=str)))"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)  # GB 32100-2015, table 4

Row = list[str]
DEFECTS: dict[str, Callable[[Row], Row]] = {
    "POOL-006": lambda row: row[:4],
    "POOL-007": lambda row: [row[0][:9] + " " + row[0][9:], *row[1:]],
    "POOL-009": lambda row: [row[0], row[1] + "\u200b", *row[2:]],
    "POOL-010": lambda row: [row[0], " ", *row[2:]],
    "POOL-017": lambda row: ["9.14108E+17", *row[1:]],
    "POOL-025": lambda row: ["合计", *row[1:]],
    "POOL-026": lambda row: [row[0], "案例（请删除）", *row[2:]],
    "POOL-033": lambda row: [row[0][:17] + ALPHABET[(ALPHABET.index(row[0][17]) + 1) % 31], *row[1:]],
    "POOL-035": lambda row: ["\u0410" + row[0][1:17], *row[1:]],
    "POOL-037": lambda row: [*row[:5], f"{row[5]} 13812345678"],
}


def code(k: int, n: int) -> str:
    """A made-up credit code with a right check."""
    body = f"9141{n % 10**4:04d}{k:09d}"
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(body, WEIGHTS, strict=True))
    return body + ALPHABET[-total % 31]


def make(folder: Path, rows: int, defects: int) -> dict[str, int]:
    """The plan and its pools; how many defects of each code there are, evenly spread over the rows."""
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    planted = dict.fromkeys(DEFECTS, 0)
    kinds = list(DEFECTS)
    with (folder / "entities.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for k in range(rows):
            n = number("entity", k)
            name = f"示范区{'鑫宏嘉源盛泰隆昌'[n % 8]}{'达丰顺和'[n % 4]}{k}有限公司" + (",分部" if k % 20 == 0 else "")
            categories = ("企业", "企业;用人单位", "企业;宾馆旅店")[n % 3]
            status = "注销" if n % 17 == 0 else "存续"
            row = [code(k, n), name, categories, status, "ABCD"[n % 4], f"示范区某某路{n % 999}号"]
            if defects and k % (rows // defects) == 5 and sum(planted.values()) < defects:
                kind = kinds[k // (rows // defects) % len(kinds)]
                row = DEFECTS[kind](row)
                planted[kind] += 1
            writer.writerow(row)
    with (folder / "inspectors.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("执法证号", "姓名", "所属部门", "证件有效期", "在岗状态"))
        for k in range(300):
            writer.writerow((f"{k:08d}", f"检查员{k}", "甲局" if k % 2 else "乙局", "2028-12-31", "在岗"))
    return planted


def compare(folder: Path, rounds: int) -> None:
    """Print the best of the rounds, each peer in turn."""
    best: dict[str, tuple[float, float]] = {}
    check = ["-m", "shuangsuiji", "check", str(folder / "plan.yaml"), "--json"]
    for _ in range(rounds):
        for peer, arguments in {"pandas": ["-c", PANDAS, str(folder / "entities.csv")], "check": check}.items():
            found = measured([sys.executable, *arguments], (0, 3))
            best[peer] = min(best.get(peer, found), found)
    for peer, (seconds, memory) in best.items():
        print(f"{peer:8} {seconds:7.2f} s  {seconds / best['pandas'][0]:5.2f} x pandas  {memory:7.0f} MiB")


def found_in(folder: Path) -> dict[str, int]:
    """How many problems of each code `check` reports; a column's personal numbers by the rows counted."""
    command = [sys.executable, "-m", "shuangsuiji", "check", str(folder / "plan.yaml"), "--json"]
    problems = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)["problems"]
    found: dict[str, int] = {}
    for problem in problems:
        found[problem["code"]] = found.get(problem["code"], 0) + int(problem["values"].get("count", 1))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="a check of a million entities beside pandas")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, options.rows, 0)
        print(f"{options.rows} rows without a fault, best of {options.rounds}")
        compare(folder, options.rounds)
        planted = make(folder, options.rows, 1000)
        print(f"{options.rows} rows with {sum(planted.values())} defects")
        compare(folder, options.rounds)
        found = found_in(folder)
        for kind, count in planted.items():
            print(f"  {kind}: {count} planted, {found.get(kind, 0)} reported")
        if any(found.get(kind) != count for kind, count in planted.items()):
            sys.exit("not every defect was reported")


if __name__ == "__main__":
    main()
