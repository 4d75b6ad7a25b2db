"""What a verification says (ledger-v1, Verification): named checks with what was expected and what was found, and how two values
are compared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.ledger import Ledger
from shuangsuiji.evidence.lines import Line
from shuangsuiji.model.problems import Status

Outcome = Literal["passed", "failed", "impossible"]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name from the closed list, the event it is of (None: the ledger), its outcome, both sides of it."""

    name: str
    outcome: Outcome
    expected: str
    actual: str
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All checks in the order they were made, the ledger as far as it could be read, and files that no line names."""

    checks: tuple[Check, ...]
    ledger: Ledger
    strays: tuple[str, ...]

    @property
    def status(self) -> Status:
        """FAILED if any check failed, else CANNOT_VERIFY if any was impossible, else DONE."""
        outcomes = {check.outcome for check in self.checks}
        if "failed" in outcomes:
            return Status.FAILED
        return Status.CANNOT_VERIFY if "impossible" in outcomes else Status.DONE


class Notes:
    """The checks of one verification as they are made."""

    def __init__(self) -> None:
        self.made: list[Check] = []

    def note(self, name: str, outcome: Outcome, expected: str, actual: str, line: Line | None = None) -> None:
        """One check, with both sides of it."""
        self.made.append(Check(name, outcome, expected, actual, line))

    def impossible(self, names: tuple[str, ...], why: str, line: Line) -> None:
        """Checks that could not be made, for one reason."""
        for name in names:
            self.note(name, "impossible", "", why, line)

    def compare(self, name: str, must: Any, found: Any, line: Line, unsure: bool = False) -> None:
        """Passed if both are equal; else failed, or impossible where what must be is itself `unsure`."""
        difference = first_difference(must, found)
        if difference is None:
            self.note(name, "passed", "", "", line)
            return
        expected, actual = difference
        if unsure:
            self.note(name, "impossible", expected, f"{actual}; an event before it could not be read", line)
        else:
            self.note(name, "failed", expected, actual, line)


def _strata(record: dict[str, Any], *keys: str) -> list[Any]:
    return [[{key: stratum[key] for key in keys} for stratum in task["strata"]] for task in record["tasks"]]


_RULES = ("id", "name", "ratio", "count", "rounding", "at_least", "at_most", "coordination_group")
SECTIONS: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "keys": lambda record: {"entity_key": record["entity_key"]},
    "frames": lambda record: _strata(record, "name", "frame_size", "frame_sha256", "eligible", "excluded"),
    "sizes": lambda record: [
        [{key: task[key] for key in _RULES} for task in record["tasks"]],
        _strata(record, "sample_size", "shortage"),
    ],
    "samples": lambda record: [[task["sample"] for task in record["tasks"]], _strata(record, "cutoff")],
    "visits": lambda record: [{key: visit[key] for key in ("entity", "name", "tasks")} for visit in record["visits"]],
    "teams": lambda record: [visit["team"] for visit in record["visits"]],
    "loads": lambda record: record["loads"],
}
"""The parts of a record that are compared one by one, each under its own name."""
CHECKS_OF_A_DRAW = (*SECTIONS, "record")


def first_difference(must: Any, found: Any, path: str = "$") -> tuple[str, str] | None:
    """The first place where two JSON values differ, as (expected, actual) with its path; None if they are equal."""
    if type(must) is not type(found):
        return f"{path} = {_short(must)}", f"{path} = {_short(found)}"
    if isinstance(must, dict):
        if must.keys() != found.keys():
            return f"{path} with keys {sorted(must)}", f"{path} with keys {sorted(found)}"
        return next((d for key in must if (d := first_difference(must[key], found[key], f"{path}.{key}"))), None)
    if isinstance(must, list):
        pairs = enumerate(zip(must, found, strict=False))
        if difference := next((d for k, (a, b) in pairs if (d := first_difference(a, b, f"{path}[{k}]"))), None):
            return difference
        return None if len(must) == len(found) else (f"{path} of length {len(must)}", f"{path} of length {len(found)}")
    return None if must == found else (f"{path} = {_short(must)}", f"{path} = {_short(found)}")


def _short(value: Any) -> str:
    text = canonical.encode(value).decode().rstrip("\n")
    return text if len(text) <= 120 else f"{text[:117]}..."
