"""Write the known answers of this folder, or check that they are what this program writes.

    python tests/vectors/make.py                  write all files, and the counts in README.md
    python tests/vectors/make.py NAME …           write these (tickets, sizes, …), and the counts
    python tests/vectors/make.py --check [NAME …] write nothing; exit 1 and name what differs

Needs the standard library alone (Python 3.11 or later); answers that need a whole draw come from the independent verifier
`src/shuangsuiji/verify_record.py`, loaded by its path. The engine is never imported. Same bytes every time, in about ten seconds.
"""

import argparse
import sys
from importlib import import_module

from making.common import FOLDER
from making.counts import readme

FILES = ("tickets", "text", "sizes", "order", "deals", "canonical", "seeds", "snapshots", "draws", "input_errors", "ledgers")
MODULES = {"deals": "dealing", "canonical": "json_bytes"}


def main() -> int:
    parser = argparse.ArgumentParser(description="Write or check the known answers.")
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("names", nargs="*", default=[], metavar="NAME", help="a file without .json")
    args = parser.parse_args()
    wrong = []
    for name in [*(args.names or FILES), "README"]:
        path = FOLDER / ("README.md" if name == "README" else f"{name}.json")
        text = readme(FILES) if name == "README" else import_module(f"making.{MODULES.get(name, name)}").make()
        if args.check:
            wrong += [] if path.exists() and path.read_bytes() == text.encode() else [name]
        else:
            path.write_bytes(text.encode())
    if wrong:
        print("not what the maker writes:", *wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
