"""The page of all codes, from the program's own words: `python tests/codes_page.py > docs/问题代码.md`."""

import sys

from shuangsuiji.screen.rule_view import page
from shuangsuiji.screen.rules import read_rules


def main() -> None:
    """Write the page to stdout."""
    sys.stdout.buffer.write(page(read_rules()).encode())


if __name__ == "__main__":
    main()
