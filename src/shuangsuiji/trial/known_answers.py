"""Answers that were worked out beforehand in another way, and what the engine says today.

`known_answers.json` is written by `tests/known_answers.py`. Each answer names its source: a published standard, the worked
example of the specification, the command sha256sum, a calculation by hand, or the independent verifier, which shares no code
with the engine.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from shuangsuiji.draw.allocation import wanted
from shuangsuiji.draw.tickets import deal_key, entity_key, tickets
from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.derivation import SealedInputs
from shuangsuiji.evidence.plan_snapshot import decode_plan
from shuangsuiji.evidence.record import past_draw
from shuangsuiji.evidence.report import first_difference
from shuangsuiji.evidence.shape import Either, misfit
from shuangsuiji.model.history import History
from shuangsuiji.model.pool import Pool, Pools
from shuangsuiji.model.problems import Refusal
from shuangsuiji.model.seed import parse_seed
from shuangsuiji.model.text import canonical_id
from shuangsuiji.trial.imaginary import outcome, task_of

SOURCES = ("published", "specification", "sha256sum", "hand", "independent")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An answer that is not what it must be: which (from 1), of what kind, and the first place where the two differ."""

    number: int
    kind: str
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class KnownAnswers:
    """How many answers of each source were compared, and those that differ. `sha256` is the file's; no answers: it is damaged."""

    sha256: str
    sources: Mapping[str, int]
    mismatches: tuple[Mismatch, ...]

    @property
    def count(self) -> int:
        """How many answers were compared."""
        return sum(self.sources.values())

    @property
    def good(self) -> bool:
        """Whether there are answers, and all of them are those of the engine."""
        return self.count > 0 and not self.mismatches


def known_answers(data: bytes) -> KnownAnswers:
    """Ask the engine everything in the file of these bytes."""
    counts = dict.fromkeys(SOURCES, 0)
    mismatches = []
    for number, answer in enumerate(_answers(data), start=1):
        kind, must = answer["kind"], answer["expect"]
        counts[answer["source"]] += len(must)
        found = _found(kind, answer["ask"])
        for part, expected in must.items():
            if difference := first_difference(expected, found.get(part), part):
                mismatches.append(Mismatch(number, f"{kind}.{part}", *difference))
    return KnownAnswers(canonical.sha256(data), counts, tuple(mismatches))


def _answers(data: bytes) -> list[dict[str, Any]]:
    """The answers of the file; none if it is not what it was."""
    answer = {"kind": Either(tuple(_ENGINE)), "source": Either(SOURCES), "ask": dict, "expect": dict}
    try:
        value = json.loads(data.decode())
    except ValueError:
        return []
    if misfit(value, {"schema": "shuangsuiji/known-answers/1", "answers": [answer]}) is not None:
        return []
    found: list[dict[str, Any]] = value["answers"]
    return found


def _found(kind: str, ask: dict[str, Any]) -> dict[str, Any]:
    """What the engine answers, part by part; nothing where it raises."""
    try:
        return _ENGINE[kind](ask)
    except (Refusal, ValueError, LookupError, TypeError):
        return {}


def _digest(ask: dict[str, Any]) -> dict[str, Any]:
    return {"sha256": canonical.sha256((ask["text"] * ask["times"]).encode())}


def _ticket(ask: dict[str, Any]) -> dict[str, Any]:
    key = entity_key(ask["seed"], ask["plan"], ask["batch"])
    return {"key": key, "ticket": tickets(key, [ask["entity"]]).hex(0)}


def _deal_key(ask: dict[str, Any]) -> dict[str, Any]:
    return {"key": deal_key(ask["seed"], ask["plan"], ask["batch"], ask["department"])}


def _seed(ask: dict[str, Any]) -> dict[str, Any]:
    seed = parse_seed(ask["document"])
    return {"seed": seed.sha256, "class": seed.seed_class}


def _id(ask: dict[str, Any]) -> dict[str, Any]:
    return {"id": canonical_id(ask["text"])}


def _size(ask: dict[str, Any]) -> dict[str, Any]:
    ratio = None if ask["ratio"] is None else Fraction(ask["ratio"])
    return {"size": wanted(task_of("1", ratio=ratio, **ask["rules"]), ask["frame"], ratio)}


def _draw(ask: dict[str, Any]) -> dict[str, Any]:
    """A whole draw, part by part as `verify` names them; or its failure."""
    plan = decode_plan(canonical.encode(ask["plan"]))
    recusals = ask["recusals"] and _pool(ask["recusals"], ("inspector", "entity", "reason"))
    inputs = SealedInputs(plan, Pools(_pool(ask["entities"]), _pool(ask["inspectors"]), recusals))
    past = tuple(past_draw(record, canonical.sha256(canonical.encode(record))) for record in ask["history"])
    value = outcome(inputs, plan.tasks[0].batch, History(past), parse_seed(ask["seed_document"]))
    if "reason" in value:
        return {"failure": {key: value[key] for key in ("reason", "blocked", "witness")}}
    strata = [task["strata"] for task in value["tasks"]]
    return {
        "keys": value["entity_key"],
        "frames": [[one[key] for key in ("name", "frame_size", "frame_sha256", "eligible")] for some in strata for one in some],
        "excluded": [[hit["entity"] for hit in one["excluded"]] for some in strata for one in some],
        "sizes": [[one["sample_size"], one["shortage"]] for some in strata for one in some],
        "samples": [[one[key] for key in ("entity", "stratum", "tier", "ticket")] for t in value["tasks"] for one in t["sample"]],
        "cutoffs": [one["cutoff"] for some in strata for one in some],
        "visits": [[one["entity"], one["name"], one["tasks"]] for one in value["visits"]],
        "teams": [[[m["inspector"], m["department"], m["slot"], m["leader"]] for m in one["team"]] for one in value["visits"]],
        "loads": [[one["department"], one["inspector"], one["visits"]] for one in value["loads"]],
    }


def _pool(table: dict[str, Any], key: tuple[str, ...] = ("id",)) -> Pool:
    return Pool.of({name: [row[k] for row in table["rows"]] for k, name in enumerate(table["columns"])}, key)


_ENGINE: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "sha256": _digest,
    "ticket": _ticket,
    "deal key": _deal_key,
    "seed": _seed,
    "id": _id,
    "size": _size,
    "draw": _draw,
}
