"""Forty commands that nobody watches, in forty surroundings in which all pairs of levels meet.

Every row of the table of `tests/surroundings.py` is a real process `python -m shuangsuiji draw | run --due | verify | check`:
streams closed, full, broken or a terminal, locales, HOME, PATH and TMPDIR there or not, umasks, limits of open files and of the
stack, a read-only folder, twenty dates (leap days, turns of years, 2038), thirty zones. Expected: the bytes of plain
surroundings; status 0, or 6 where the result cannot be written; no success printed by a failure, no traceback, no file elsewhere;
then, plainly, the same draw shown with status 0, `verify` with 0, and the independent verifier with 0.

    python tests/long/surroundings.py                       # Linux; forty processes and forty verifiers, 35 seconds of CPU time
    python tests/long/surroundings.py --source scratch/src  # another engine, say one that was broken on purpose

Locales that the machine lacks are made with localedef in a folder of this run. The exit status is 0 if nothing was wrong, else 1.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))


def _module(name: str, path: Path) -> Any:
    """A module by its path: the files here have the names of those that they run."""
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(str(path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


purity = _module("purity", TESTS / "purity.py")
shared = _module("shared_surroundings", TESTS / "surroundings.py")
make_locales = _module("long_purity", Path(__file__).with_name("purity.py")).make_locales
VERIFIER = purity.SOURCE / "shuangsuiji" / "verify_record.py"


def independent(ledger: Path) -> int:
    """The exit status of the verifier that shares no code with the engine."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(ledger)]
    return subprocess.run(command, capture_output=True, timeout=300, check=False).returncode


def main() -> int:
    """Run the table; the status to exit with."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=40, help="at least so many (default 40)")
    parser.add_argument("--workers", type=int, default=2, help="processes at a time (default 2)")
    parser.add_argument("--source", type=Path, default=purity.SOURCE, help="the folder that holds the package shuangsuiji")
    given = parser.parse_args()
    began, factors = time.monotonic(), shared.FACTORS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_locales(folder / "locales")
        locales = purity.locales_there()
        print(f"locales of this run: {'、'.join(locales)}")
        # what is compared with is what the engine of this checkout does plainly
        grounds = replace(shared.prepared(folder), source=given.source.resolve())
        if os.geteuid() == 0 and not grounds.unprivileged:
            print("this is root, and there is no setpriv: no folder is read-only to it")
        rows = shared.rows(factors, given.processes)
        levels = [[factors[name].index(row[name]) for name in factors] for row in rows]
        met, pairs = (
            {pair for row in levels for pair in purity.pairs_in(row)},
            purity.all_pairs([len(one) for one in factors.values()]),
        )
        print(f"{len(factors)} factors, {len(pairs)} pairs, of which {len(met)} meet in {len(rows)} processes", flush=True)
        places = [(row, folder / f"{number:03d}") for number, row in enumerate(rows)]
        with ThreadPoolExecutor(given.workers) as pool:
            ran = list(pool.map(lambda one: shared.run_in(*one, grounds), places))
        # before the next plain run, which would mend what is half-written
        found = [shared.digests(place) for _, place in places]
        with ThreadPoolExecutor(given.workers) as pool:
            verdicts = list(pool.map(lambda one: independent(one[1] / "records"), places))
        after = shared.aftermath(places, replace(grounds, source=purity.SOURCE))
        wrong = _report(list(zip(places, ran, found, verdicts, after, strict=True)), grounds, locales)
    ends = Counter(f"stdout {row['stdout']}: {one.status}" for (row, _), one in zip(places, ran, strict=True))
    print(f"exit statuses: {', '.join(f'{end} ({number})' for end, number in sorted(ends.items()))}")
    print(f"dates: {len({row['date'] for row in rows})}, zones: {len({row['TZ'] for row in rows})}")
    kinds = (*shared.KINDS, "independent verifier", "levels that did not arrive")
    print(f"wrong: {', '.join(f'{kind} {wrong[kind]}' for kind in kinds)}; {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


def _report(results: Any, grounds: Any, locales: Sequence[str]) -> Counter[str]:
    """Print each row, with what is wrong about it; how often each kind of fault came."""
    wrong: Counter[str] = Counter()
    for (row, place), one, ledger, verdict, next_runs in results:
        faults = shared.faults(row, one, ledger, next_runs, grounds)
        if verdict != 0:
            faults["independent verifier"] = f"status {verdict}"
        if missing := shared.not_arrived(row, one.seen, grounds, locales):
            faults["levels that did not arrive"] = ", ".join(missing)
        print(f"{place.name} {one.status} {'wrong' if faults else 'as expected'}: {', '.join(row.values())}")
        for kind, text in faults.items():
            print(f"    {kind}: {text[:600]}")
        wrong.update(list(faults))
    return wrong


if __name__ == "__main__":
    sys.exit(main())
