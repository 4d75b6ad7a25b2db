"""The same bytes in four hundred processes whose surroundings cover all pairs.

Every row of the table of `tests/purity.py` is a process of its own: dates around leap days, turns of years and 2038, locales,
hash seeds, time zones, umasks, encodings of the streams, Python's -O, HOME and COLUMNS there or not, the order of rows, the form
and number of the files, the folder one is in, the small plan or the shipped one, and each of the interpreters given. All events
and snapshots of the ledger, its lines but for the time, and what `draw --json` says must be those of plain surroundings, and the
independent verifier must accept the ledger that all the others equal.

    python tests/long/purity.py                                          # this interpreter; 300 seconds of CPU time
    python tests/long/purity.py --python A/bin/python --python B/bin/python

The interpreters need what the program needs (typer, rich, pydantic, PyYAML, numpy, filelock), not the program itself, which is
taken from --source. For another version of numpy: `python -m venv A; A/bin/pip install typer rich pydantic PyYAML filelock
numpy==1.26.0`. Locales that the machine lacks are made with localedef in a folder of this run where that is to be had; what
could not be made is said. The exit status is 0 if nothing differed, else 1.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import purity

LOCALES = {
    "C.UTF-8": ("C", "UTF-8"),
    "zh_CN.UTF-8": ("zh_CN", "UTF-8"),
    "zh_CN.GBK": ("zh_CN", "GBK"),
    "tr_TR.UTF-8": ("tr_TR", "UTF-8"),
}


def make_locales(folder: Path) -> None:
    """Compile the locales into `folder`, and let the processes to come find them there."""
    folder.mkdir()
    tool = shutil.which("localedef")
    for name, (source, charmap) in LOCALES.items() if tool else ():
        subprocess.run([str(tool), "-i", source, "-f", charmap, str(folder / name)], capture_output=True, check=False)
    if any(folder.iterdir()):
        os.environ["LOCPATH"] = str(folder)


def reference(row: purity.Row, folder: Path, source: Path) -> purity.Outcome:
    """What comes of the row's plan in plain surroundings, accepted by the independent verifier."""
    plan = row["plan"]
    outcome = purity.draw_in(row, folder, source)
    verifier = [sys.executable, "-I", "-S", str(source / "shuangsuiji" / "verify_record.py"), str(folder / "records")]
    found = subprocess.run(verifier, capture_output=True, text=True, check=False)
    last = [line for line in found.stdout.splitlines() if line.startswith(("passed:", "failed:", "impossible:"))]
    print(f"{plan}: {len(outcome.digests)} digests, exit {outcome.digests['status']}; independent verifier: {' '.join(last)}")
    events = [name[len("events/000000-") : -len(".json")] for name in sorted(outcome.digests) if name.startswith("events/")]
    if found.returncode != 0 or events != list(purity.EVENTS[plan]):
        raise SystemExit(f"the plain draw of the {plan} plan is no reference: {outcome.stderr}{found.stdout}{found.stderr}")
    return outcome


def main() -> int:
    """Run the table; the status to exit with."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", action="append", metavar="PATH", help="an interpreter; may be repeated (default: this one)")
    parser.add_argument("--processes", type=int, default=400, help="at least so many (default 400)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes at a time")
    parser.add_argument("--source", type=Path, default=purity.SOURCE, help="the folder that holds the package shuangsuiji")
    given = parser.parse_args()
    pythons = tuple(dict.fromkeys(given.python or [sys.executable]))
    factors = {**purity.FACTORS, "python": pythons}
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "pycache")
        make_locales(folder / "locales")
        locales = purity.locales_there(pythons[0])
        print(f"locales of this run: {'、'.join(locales)}; missing: {'、'.join(sorted({*LOCALES} - {*locales})) or 'none'}")
        source = given.source.resolve()
        references = {plan: reference({**purity.plain(factors), "plan": plan}, folder / plan, source) for plan in factors["plan"]}
        rows = purity.table(factors, given.processes)
        levels = [len(one) for one in factors.values()]
        print(
            f"{len(factors)} factors, {sum(levels)} levels, {len(purity.all_pairs(levels))} pairs, {len(rows)} processes",
            flush=True,
        )
        wrong, seen = Counter[str](), Counter[tuple[str, str]]()
        compared = 0
        for number, (row, outcome) in enumerate(purity.draw_in_all(rows, folder, given.workers, source), start=1):
            difference = purity.differing(outcome, references[row["plan"]])
            astray = purity.not_arrived(row, outcome.seen, locales)
            compared += len(references[row["plan"]].digests)
            seen.update((name, str(outcome.seen[name])) for name in ("python", "numpy", "locale", "stdout", "offset", "umask"))
            wrong.update({"digests": len(difference), "processes": bool(difference), "levels that did not arrive": len(astray)})
            if difference or astray:
                print(
                    f"row {number}: {row}\n    differs: {difference}\n    did not arrive: {astray}\n    {outcome.stderr[-1000:]}",
                    flush=True,
                )
    met = {pair for row in rows for pair in purity.pairs_in([factors[name].index(row[name]) for name in factors])}
    print(f"pairs covered: {len(met)}")
    for name in ("python", "numpy", "locale", "stdout", "offset", "umask"):
        print(f"{name} seen: {', '.join(f'{level} ({n})' for (one, level), n in sorted(seen.items()) if one == name)}")
    print(f"digests compared: {compared}, differing: {wrong['digests']} in {wrong['processes']} processes")
    print(f"levels that did not arrive: {wrong['levels that did not arrive']}; {time.monotonic() - began:.0f} s")
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
