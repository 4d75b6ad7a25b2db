"""Draw 3 % of a pool of a million entities as a whole process, beside pandas and polars; run by hand.

    python -m pip install -e '.[bench]'
    python tests/benchmarks/draw_million.py [--rows 1000000] [--rounds 3]

What is compared: `shuangsuiji draw`, which reads the CSV strictly, makes it canonical, seals snapshots, draws, deals an inspector
of each of two departments to each of some 28,000 visits, writes record and ledger and fsyncs them; `pandas.read_csv(usecols=…)`
of the same four columns (id, name, categories, status) plus `numpy.random.Generator.choice`; `polars.read_csv(columns=…)` plus
`.sample`.
Each is a new process; the figure is the best wall time of the rounds, and the peak resident memory that the kernel reports.
"""

import argparse
import csv
import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path

COLUMNS = ("统一社会信用代码/编号", "名称", "对象类别", "登记状态")
PLAN = """\
schema: shuangsuiji/plan/1
id: million
title: 百万级基准
year: 2026
ledger: records
pools: {entities: [entities.csv], inspectors: [inspectors.csv]}
departments: [{name: 甲局, aliases: []}, {name: 乙局, aliases: []}]
tasks:
  - id: "1"
    name: 基准
    where: {categories: 企业}
    initiator: 甲局
    cooperators: [乙局]
    ratio: 3%
    window: {from: 2026-01-01, to: 2026-12-31}
    batch: b
"""
PANDAS = """\
import sys, numpy, pandas
frame = pandas.read_csv(sys.argv[1], usecols=sys.argv[2].split("|"), dtype=str)
drawn = frame.iloc[numpy.random.default_rng(2026).choice(len(frame), size=len(frame) * 3 // 100, replace=False)]
print(len(drawn))
"""
POLARS = """\
import sys, polars
frame = polars.read_csv(sys.argv[1], columns=sys.argv[2].split("|"), infer_schema=False)
print(len(frame.sample(n=len(frame) * 3 // 100, seed=2026)))
"""


def number(*parts: object) -> int:
    """A repeatable 64-bit number."""
    return int.from_bytes(hashlib.sha256(":".join(map(str, parts)).encode()).digest()[:8])


def make(folder: Path, rows: int) -> None:
    """The plan and its pools; every twentieth name holds a comma, so that it is quoted."""
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    with (folder / "entities.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*COLUMNS, "信用等级", "地址"))
        for k in range(rows):
            n = number("entity", k)
            name = f"示范区{'鑫宏嘉源盛泰隆昌'[n % 8]}{'达丰顺和'[n % 4]}{k}有限公司" + (",分部" if k % 20 == 0 else "")
            categories = ("企业", "企业;用人单位", "企业;宾馆旅店")[n % 3]
            status = "注销" if n % 17 == 0 else "存续"
            writer.writerow((f"9141{n % 10**7:07d}{k:07d}", name, categories, status, "ABCD"[n % 4], f"示范区某某路{n % 999}号"))
    with (folder / "inspectors.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("执法证号", "姓名", "所属部门", "证件有效期", "在岗状态"))
        for k in range(300):
            writer.writerow((f"{k:08d}", f"检查员{k}", "甲局" if k % 2 else "乙局", "2028-12-31", "在岗"))


def measured(arguments: list[str], accepted: tuple[int, ...] = (0,)) -> tuple[float, float]:
    """(seconds, peak MiB) of a process that must end with one of these statuses; it prints nothing here."""
    started = time.perf_counter()
    with open(os.devnull, "wb") as nowhere:
        process = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1)])
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status) not in accepted:
        sys.exit(f"failed: {arguments}")
    return seconds, usage.ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="a draw from a million entities beside pandas and polars")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, options.rows)
        pool, columns = str(folder / "entities.csv"), "|".join(COLUMNS)
        best: dict[str, tuple[float, float]] = {}
        for nth in range(options.rounds):
            draw = ["-m", "shuangsuiji", "draw", str(folder / "plan.yaml"), "--batch", "b", "--seed", "2026", "--quiet"]
            peers = {
                "pandas": ["-c", PANDAS, pool, columns],
                "polars": ["-c", POLARS, pool, columns],
                "shuangsuiji": [*draw, "--ledger", str(folder / f"records-{nth}")],
            }
            for peer, arguments in peers.items():
                found = measured([sys.executable, *arguments])
                best[peer] = min(best.get(peer, found), found)
        base = best["pandas"][0]
        print(f"{options.rows} rows, best of {options.rounds}")
        for peer, (seconds, memory) in best.items():
            print(f"{peer:12} {seconds:7.2f} s  {seconds / base:5.2f} x pandas  {memory:7.0f} MiB")


if __name__ == "__main__":
    main()
