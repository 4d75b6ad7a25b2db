"""The laws of chance with more rounds and other seeds than the suite has: for biases too small for tests/test_chance.py.

    python tests/long/chance.py [--times 20] [--run 1]

Draws every law of tests/chance_laws.py with `--times` as many rounds, from seeds that `--run` names (another name, other seeds),
and prints each statistic with the chance that a true law stays below it; over many statistics that chance is spread evenly over
0 to 1. Within one in a million of 0 or 1 it counts as a law that does not hold, and the exit status is 1. 20 times the rounds
take some nine minutes on one core. It needs the installed package and the folder of its tests, nothing else.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from chance_fit import Seeds
from chance_laws import LAWS

LEVEL = 1e-6


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--times", type=int, default=20)
    arguments.add_argument("--run", default="1")
    given = arguments.parse_args()
    broken = []
    for sentence, (law, rounds) in LAWS.items():
        start = time.process_time()
        fits = list(law(rounds * given.times, Seeds(f"{given.run}/")))
        print(f"{sentence} ({rounds * given.times} rounds, {time.process_time() - start:.0f} s)")
        for one in fits:
            chance = one.chance_below
            holds = chance < 1 - LEVEL if one.degrees == 1 else LEVEL < chance < 1 - LEVEL
            mark = "" if holds else "  BROKEN"
            print(f"    {one.statistic:9.2f} with {one.degrees:3} degrees, {chance:8.6f} below: {one.name}{mark}")
            broken += [] if holds else [one.name]
        sys.stdout.flush()
    print(f"{len(broken)} broken" if broken else "every law holds")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
