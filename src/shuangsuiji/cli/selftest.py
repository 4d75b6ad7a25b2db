"""`selftest`: try the draw with imaginary seeds, and say what came out."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from shuangsuiji.cli.circumstances import given_path
from shuangsuiji.files.durable.storage import read_input
from shuangsuiji.files.pools.pool_file import PoolSource, read_entities
from shuangsuiji.model.pool import Pool
from shuangsuiji.model.problems import Code, Place, Problem, Status
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.reporting import problem_value, show_problems
from shuangsuiji.screen.selftest_view import Finding, Trial, fault_text, show_conclusion, show_finding, show_opening, title
from shuangsuiji.trial.attempt import BrokenOff, attempt
from shuangsuiji.trial.known_answers import KnownAnswers, known_answers
from shuangsuiji.trial.laws import (
    BatchesApart,
    EqualChances,
    EvenDeals,
    SameAgain,
    batches_apart,
    equal_chances,
    even_deals,
    same_again,
)
from shuangsuiji.trial.own_pool import OwnPool, own_pool
from shuangsuiji.trial.tally import Tally


def run(pool: list[str], style: Style) -> int:
    """Try everything, and the entities in the files `pool` if there are any; the status to exit with."""
    screen = Screen(style)
    entities = None
    notes: tuple[Problem, ...] = ()
    if pool:
        paths = [given_path("--pool", name) for name in pool]
        read = read_entities([PoolSource(str(path), read_input(path)) for path in paths])
        entities, notes = read.pool, read.notes
    findings = _tried(screen, entities)
    show_conclusion(screen, findings)
    problems = [*notes, *_problems(findings)]
    show_problems(screen, problems)
    status = Status.DONE if all(finding.good for finding in findings) else Status.FAILED
    items = [{"item": number, **_value(finding)} for number, finding in enumerate(findings, start=1)]
    screen.document({"status": status, "problems": [problem_value(problem) for problem in problems], "items": items})
    return status


def _tried(screen: Screen, entities: Pool | None) -> list[Finding]:
    """Every finding, shown as soon as it is there."""
    trials: list[Callable[[], Finding]] = [
        lambda: attempt(KnownAnswers, lambda: known_answers(_answers())),
        lambda: attempt(EqualChances, equal_chances),
        lambda: attempt(EvenDeals, even_deals),
        lambda: attempt(BatchesApart, batches_apart),
        lambda: attempt(SameAgain, same_again),
    ]
    if entities is not None:
        trials.append(lambda: attempt(OwnPool, lambda: own_pool(entities)))
    show_opening(screen)
    findings = []
    for number, trial in enumerate(trials, start=1):
        findings.append(trial())
        show_finding(screen, number, findings[-1])
    return findings


def _answers() -> bytes:
    """The file of known answers; nothing if it cannot be read, which is not as it should be either."""
    try:
        return files("shuangsuiji").joinpath("trial", "known_answers.json").read_bytes()
    except OSError:
        return b""


def _problems(findings: list[Finding]) -> list[Problem]:
    return [
        Problem.of(Code.CLI_SELFTEST_FAILED, Place(), item=number, title=title(finding), what=fault_text(finding))
        for number, finding in enumerate(findings, start=1)
        if not finding.good
    ]


_NAMES: dict[type[Any], str] = {
    KnownAnswers: "known_answers",
    EqualChances: "equal_chances",
    EvenDeals: "even_deals",
    BatchesApart: "batches_apart",
    SameAgain: "same_again",
    OwnPool: "own_pool",
}


def _value(finding: Finding) -> dict[str, Any]:
    """An item as JSON; one that broke off has no figures."""
    if isinstance(finding, BrokenOff):
        return {"name": _NAMES[finding.of], "passed": False, "error": finding.error, "place": finding.place}
    return {"name": _NAMES[type(finding)], "passed": finding.good, **_figures(finding)}


def _figures(finding: Trial) -> dict[str, Any]:
    match finding:
        case KnownAnswers():
            return _answers_value(finding)
        case EqualChances():
            return _tally_value(finding.samples)
        case EvenDeals():
            repaired = {"ways": finding.ways, "least_squares": finding.best, "tried": finding.tried, "even": finding.even}
            return {**_tally_value(finding.deals), "with_recusals": repaired}
        case BatchesApart():
            return {**_tally_value(finding.overlaps), "in_turn": {"rounds": finding.rounds, "fair": finding.fair}}
        case SameAgain():
            return {"orders": finding.orders, "same": finding.same, "again": finding.again}
        case OwnPool():
            return _pool_value(finding)


def _answers_value(found: KnownAnswers) -> dict[str, Any]:
    mismatches = [
        {"number": one.number, "kind": one.kind, "expected": one.expected, "actual": one.actual} for one in found.mismatches
    ]
    return {"file_sha256": found.sha256, "answers": found.count, "sources": dict(found.sources), "mismatches": mismatches}


def _tally_value(tally: Tally) -> dict[str, Any]:
    low, high = tally.chi_square_range
    return {
        "trials": tally.trials,
        "strange": tally.strange,
        "outcomes": [
            {"expected": float(cell.expected), "count": cell.count, "low": cell.low, "high": cell.high} for cell in tally.cells
        ],
        "chi_square": {"value": float(tally.chi_square), "low": float(low), "high": float(high)},
    }


def _pool_value(found: OwnPool) -> dict[str, Any]:
    low, high = found.spread_range
    return {
        "entities": found.entities,
        "in_line": found.in_line,
        "sample": found.sample,
        "seeds": found.seeds,
        "most": {"drawn": found.most, "high": found.highest, "entity": found.most_drawn},
        "least": {"drawn": found.least, "low": found.lowest, "entity": found.least_drawn},
        "chi_square": {"value": float(found.spread), "low": float(low), "high": float(high)},
        "classes": [
            {"class": one.name, "entities": one.entities, "drawn": one.drawn, "low": float(one.low), "high": float(one.high)}
            for one in found.classes
        ],
    }
