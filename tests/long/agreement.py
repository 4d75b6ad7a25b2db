"""Ten thousand random ledgers, and twenty thousand tampered ones, through the engine and the independent verifier.

    python tests/long/agreement.py [--worlds N] [--tamperings N] [--seed S] [--processes N]

Run by hand, from anywhere, in an environment where the package and its `dev` extra are installed; 10,000 ledgers and 20,000
tamperings take about a quarter of an hour on two idle cores, and no more memory than the suite. Ledger k of seed S is the same
at every run: `--seed S --world K` does that one alone, with 20 tamperings, of which a run makes the first few.

For each ledger: the independent program makes every answer byte for byte from the snapshots, both programs verify it with nothing
but passed checks, and agree check by check. For each tampering: both give the same set of (seq, check, status). What differs is
printed with its number, the first three of a kind; the exit status is then 1. The table at the end says how often each thing
happened, so that anybody can see that the ledgers are not trivial.
"""

import argparse
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from agreement import SHIPPED, answers_by_verifier, by_engine, by_verifier, exit_status, random_story, random_tampering, unlike
from builders import Story

from shuangsuiji.draw import assignment
from shuangsuiji.draw.drawing import staff_of
from shuangsuiji.draw.visits import visit_of
from shuangsuiji.evidence import derivation
from shuangsuiji.evidence.lines import Event
from shuangsuiji.model.seed import SeedDocument


@dataclass
class Teller(Story):
    """A story that counts the answers in which something happens."""

    tally: Counter[str] = field(default_factory=Counter)

    def answer(self, seal: Event, seed: SeedDocument | None = None, keep_state: bool = True) -> Event:
        with listening() as heard:
            event = super().answer(seal, seed, keep_state)
        plans = {e.line.plan for e in self.ledger.events if e.line.sha256 in seal.value["history"]}
        self.tally.update(heard | seen(seal, event, derivation.sealed_inputs(seal.value, self.files)))
        self.tally["history: of another plan"] += bool(plans - {seal.line.plan})
        return event


@contextmanager
def listening() -> Iterator[set[str]]:
    """What happens inside the engine while it deals: ties, and shifts by the length of their paths."""
    heard: set[str] = set()
    nth_bit, shift = assignment._nth_bit, assignment._Repair._shift

    def tie(mask: int, nth: int) -> int:
        heard.add("deal: a tie, |C| > 1" if mask.bit_count() > 1 else "deal: no choice, |C| = 1")
        return nth_bit(mask, nth)

    def path(self: Any, way: list[int]) -> None:
        length = len(way) - 1
        heard.update(("repair: a shift", f"repair: a path of {length if length < 4 else '4 or more'}"))
        shift(self, way)

    with mock.patch.object(assignment, "_nth_bit", tie), mock.patch.object(assignment._Repair, "_shift", path):
        yield heard


def seen(seal: Event, event: Event, inputs: derivation.SealedInputs) -> set[str]:
    """What an answer shows on its face, beside the plan and the pools that were sealed."""
    value, tasks, document = event.value, inputs.plan.tasks, seal.value["seed_document"]
    sources = {line.partition(":")[0] for line in (document or "").split("\n")[1:-1]}
    found = {f"answer: {event.line.type}", *(f"sealed seed: {kind}" for kind in sources - {"seal"})}
    found |= {f"plan: rounding {one.rounding}" for one in tasks if one.ratio or one.strata}
    marks = {
        "plan: several tasks": len(tasks) > 1,
        "plan: strata": any(one.strata for one in tasks),
        "plan: a filter": any(one.where for one in tasks),
        "plan: a cap": inputs.plan.max_visits_per_inspector is not None,
        "plan: qualifications": any(one.qualifications for one in tasks),
        "plan: 100 %": any(one.ratio == 1 for one in tasks),
        "plan: at_most": any(one.at_most is not None for one in tasks),
        "history: not empty": bool(value.get("history")),
        "sealed seed: still to come": document is None,
        "sealed seed: kept from an open seal": "seal" in sources,
        "pool: recusals": inputs.pools.recusals is not None,
        "pool: status of entities": "status" in inputs.pools.entities,
        "pool: status of inspectors": "status" in inputs.pools.inspectors,
    }
    found |= {name for name, there in marks.items() if there}
    if event.line.type == "failure":
        departments = {one["department"] for one in (*value["blocked"], *value["witness"])}
        return found | {f"failure: {value['reason']}"} | ({"failure: of several departments"} if len(departments) > 1 else set())
    strata = [one for of in value["tasks"] for one in of["strata"]]
    pairs = list(zip(tasks, value["tasks"], strict=True))
    marks = {
        f"class: {value['seed']['class']}": True,
        "sizes: a shortage": any(one["shortage"] for one in strata),
        "frames: an exclusion": any(one["excluded"] for one in strata),
        "frames: an empty one": any(not one["frame_size"] for one in strata),
        "samples: a tier > 0": any(one["tier"] for of in value["tasks"] for one in of["sample"]),
        "samples: two tiers in one": any(len({one["tier"] for one in of["sample"]}) > 1 for of in value["tasks"]),
        "samples: nobody drawn": not value["visits"],
        "samples: everybody of a frame": any(one["sample_size"] == one["frame_size"] > 1 for one in strata),
        "strata: two or more drawn from": any(sum(one["sample_size"] > 0 for one in of["strata"]) > 1 for of in value["tasks"]),
        "strata: one by other": any(t.strata and len(of["strata"]) > len(t.strata.ratios) for t, of in pairs),
        "visits: one for several tasks": any(len(one["tasks"]) > 1 for one in value["visits"]),
        "visits: of several departments": len({one["department"] for one in value["loads"]}) > 1,
    }
    return found | {name for name, there in marks.items() if there} | what_bit(event, inputs)


def what_bit(event: Event, inputs: derivation.SealedInputs) -> set[str]:
    """Whether minimum_team raised a demand, and what alone kept an inspector of the department from a visit."""
    found: set[str] = set()
    by_id = {one.id: one for one in inputs.plan.tasks}
    staff = staff_of(inputs.plan, inputs.pools, tuple({one["department"] for one in event.value["loads"]}))
    for one in event.value["visits"]:
        tasks = tuple(by_id[name] for name in one["tasks"])
        departments = {d for of in tasks for d in of.departments}
        asked = sum(max(of.per_department for of in tasks if d in of.departments) for d in departments)
        if asked < max(of.minimum_team for of in tasks):
            found.add("visits: minimum_team raised a demand")
        visit = visit_of(one["entity"], tasks)
        for department in departments:
            for inspector in staff[department].ids:
                reasons = staff[department].obstacles(inspector, visit)
                if len(reasons) == 1:
                    found.add(f"eligible: kept out by {reasons[0]} alone")
    return found


@dataclass
class Found:
    """What a run counted, and what it would not have."""

    tally: Counter[str] = field(default_factory=Counter)
    differences: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    """By what they are about, so that the first few of a kind can be shown and not all thousand."""


def one_world(seed: int, number: int, tamperings: int, path: Path) -> Found:
    """Ledger `number` and its tamperings through both programs."""
    chance = random.Random(f"{seed}/{number}")
    story = random_story(chance, Teller())
    found = Found(story.tally)
    found.tally.update({"ledgers": 1, "events": len(story.ledger.events)})
    found.tally.update(f"event: {event.line.type}" for event in story.ledger.events)
    engine, other = by_engine(story.bytes()), by_verifier(story.bytes(), path=path)
    if engine != other or exit_status(engine) != 0:
        found.differences.append((("honest",), f"{number}: honest, but {sorted(engine ^ other) or sorted(engine)}"))
    if any(here != there for here, there in answers_by_verifier(story, path)):
        found.differences.append((("answer",), f"{number}: an answer differs"))
    for nth in range(tamperings if story.ledger.events else 0):
        name, ledger, checkpoint = random_tampering(chance, story)
        engine, other = by_engine(ledger, checkpoint), by_verifier(ledger, checkpoint, path)
        found.tally.update(("tamperings", f"tampering: {name}: exit {exit_status(engine)}"))
        found.tally.update({f"not passed: {check} {status}" for _, check, status in engine if status != "passed"})
        if engine != other:
            why = tuple(unlike(engine, other))
            found.tally.update(f"differs: {one}" for one in why)
            if exit_status(engine) != exit_status(other):
                found.tally[f"differs: EXIT STATUS: {why[0]}"] += 1
            sides = f"engine {sorted(engine - other)}, verifier {sorted(other - engine)}"
            found.differences.append((why, f"{number}.{nth}: {name}: {', '.join(why)}: {sides}"))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--worlds", type=int, default=10_000)
    parser.add_argument("--world", type=int, help="this ledger alone")
    parser.add_argument("--tamperings", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--verifier", type=Path, default=SHIPPED, help="another copy of the independent verifier")
    args = parser.parse_args()
    numbers = range(args.worlds) if args.world is None else [args.world]
    each = -(-args.tamperings // args.worlds) if args.world is None else 20
    began = time.monotonic()
    total, shown = Found(), Counter[tuple[str, ...]]()
    with multiprocessing.Pool(args.processes) as pool:
        jobs = [pool.apply_async(one_world, (args.seed, number, each, args.verifier)) for number in numbers]
        for job in jobs:
            found = job.get()
            total.tally.update(found.tally)
            total.differences += found.differences
            for why, line in found.differences:
                shown[why] += 1
                if shown[why] <= 3:
                    print(line, flush=True)
    for name, times in sorted(total.tally.items()):
        print(f"{times:>9,}  {name}")
    print(f"{len(total.differences)} differences; {time.monotonic() - began:.0f} s with {args.processes} processes")
    return 1 if total.differences else 0


if __name__ == "__main__":
    sys.exit(main())
