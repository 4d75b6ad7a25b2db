"""What every code means to an office: why it matters, and an example before and after; one file of words for each group of codes.

What is wrong and what to do about it stand in the messages of the screen; here is what does not fit on two lines.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

from shuangsuiji.model.problems import Code

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "CLI": "命令",
        "FILE": "文件",
        "PLAN": "计划",
        "POOL": "名录库",
        "DRAW": "抽取",
        "LEDGER": "台账",
        "RECORD": "复核",
    }
)
"""The groups of codes, by what a code begins with."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A code in a few words, why it matters, and lines of a table, a plan or a command before and after it was mended."""

    code: Code
    title: str
    why: str
    before: str
    after: str

    @property
    def group(self) -> str:
        """What the code begins with."""
        return self.code.partition("-")[0]


def read_rules() -> Mapping[Code, Rule]:
    """The rules of all codes, in the order of the codes."""
    words = files(__name__)
    told: dict[str, dict[str, str]] = {}
    for group in GROUPS:
        told |= tomllib.loads(words.joinpath(f"{group.lower()}.toml").read_text(encoding="utf-8"))
    return {code: _rule(code, told[code]) for code in Code if code in told}


def _rule(code: Code, told: Mapping[str, str]) -> Rule:
    return Rule(code, told["title"], told["why"], told["before"].rstrip("\n"), told["after"].rstrip("\n"))
