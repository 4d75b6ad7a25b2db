"""Is the repair of draw-v1 §7 as good as any assignment, is its witness true? Small departments, every assignment there is.

An instance goes through the whole `draw`: who may go where comes from recusals, qualifications and certificates, what a visit
asks for from its tasks. What is compared comes from §6 as read here and from enumeration: the loads of every assignment, visit
by visit.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from builders import entity_pool, inspector_pool, plan, pools, recusal_pool, task, where

from shuangsuiji.draw.assignment import Witness
from shuangsuiji.draw.drawing import Draw, Infeasible, draw
from shuangsuiji.model.history import History

Loads = tuple[int, ...]


@dataclass(frozen=True)
class Instance:
    """`able` and `demand`: for each entity who of 甲局 may go, and how many must. `people` are all of 甲局, in byte order."""

    people: tuple[str, ...]
    able: Mapping[str, tuple[str, ...]]
    demand: Mapping[str, int]
    expired: frozenset[str]
    seed: str

    @property
    def blocked(self) -> tuple[str, ...]:
        """Entities that nobody can serve."""
        return tuple(entity for entity in self.able if len(self.able[entity]) < self.demand[entity])

    def outcome(self, cap: int | None) -> Draw | Infeasible:
        """The engine's draw. Demand 1, 2, 3 are three tasks, the first with a second department; T2 and T3 ask for a
        qualification that everybody has, T1 for none; whoever's certificate ends before the window can go nowhere; all else is
        recusals."""
        asked = (("甲局", ("特种",)),)
        of = plan(
            task("T1", ratio="1/1", where=(where("class", "1"),), cooperators=("乙局",), allow_empty=True),
            task("T2", ratio="1/1", where=(where("class", "2"),), qualifications=asked, allow_empty=True),
            task("T3", ratio="1/1", where=(where("class", "3"),), qualifications=asked, allow_empty=True, minimum_team=3),
            max_visits_per_inspector=cap,
        )
        others = [{"id": f"J{k}", "department": "乙局"} for k in range(len(self.able) + 1)]
        staff = [{"id": i, "certificate_expiry": "2023-12-30"} if i in self.expired else {"id": i} for i in self.people]
        qualified = [row | {"qualifications": "特种"} for row in staff]
        recused = [(i, e) for e in self.able for i in self.people if i not in self.able[e] and i not in self.expired]
        these = pools(
            entity_pool(*({"id": e, "class": str(self.demand[e])} for e in self.able)),
            inspector_pool(*qualified, *others),
            recusal_pool(*recused) if recused else None,
        )
        return draw(of, "B1", these, History(), self.seed)

    def loads(self) -> set[Loads]:
        """The loads (in the order of `people`) of every assignment that fills each visit with so many eligible inspectors."""
        found = {(0,) * len(self.people)}
        for entity, able in self.able.items():
            teams = [tuple(int(i in team) for i in self.people) for team in combinations(able, self.demand[entity])]
            found = {tuple(a + b for a, b in zip(loads, team, strict=True)) for loads in found for team in teams}
        return found


def instances(seed: str, wanted: int) -> Iterator[Instance]:
    """Random instances, blocked ones among them, until so many are not blocked."""
    chance = random.Random(seed)
    unblocked = 0
    while unblocked < wanted:
        people = tuple(f"I{k}" for k in range(chance.randint(2, 6)))
        expired = frozenset(i for i in people if chance.randrange(12) == 0)
        density = chance.choice([2, 3, 4, 5, 8])
        able, demand = {}, {}
        for k in range(chance.randint(1, 8)):
            some = [i for i in people if i not in expired]
            able[f"E{k}"] = tuple(i for i in some if chance.randrange(10) < density) or tuple(some[-1:])
            demand[f"E{k}"] = chance.choice([1, 1, min(2, len(able[f"E{k}"]) or 1), chance.randint(1, 3)])
        one = Instance(people, able, demand, expired, f"{chance.getrandbits(256):064x}")
        unblocked += not one.blocked
        yield one


def dealt_loads(instance: Instance, found: Draw) -> Loads:
    """The loads that a draw's teams add up to, after a look at every team."""
    assert {one.visit.entity for one in found.visits} == set(instance.able)
    count = dict.fromkeys(instance.people, 0)
    for one in found.visits:
        team = [member.inspector for member in one.team if member.department == "甲局"]
        assert len(team) == len(set(team)) == instance.demand[one.visit.entity]
        assert set(team) <= set(instance.able[one.visit.entity])
        for inspector in team:
            count[inspector] += 1
    assert count == {load.inspector: load.visits for load in found.loads if load.department == "甲局"}
    return tuple(count.values())


def witness_is_true(instance: Instance, witness: Witness, every: set[Loads]) -> None:
    """Whatever the assignment, the inspectors named have at least that load together, and it is more than their caps add up
    to."""
    chosen = [k for k, i in enumerate(instance.people) if i in witness.inspectors]
    assert len(chosen) == len(witness.inspectors) > 0
    assert min(sum(loads[k] for k in chosen) for loads in every) == witness.load > witness.cap * len(chosen)
    # the visits named account for all of it: what the others on each cannot take
    assert witness.load == sum(
        max(0, instance.demand[e] - len(set(instance.able[e]) - set(witness.inspectors))) for e in witness.visits
    )


def check(instance: Instance) -> tuple[int, int]:
    """Hold the engine against every assignment. Returns how uneven the evenest loads are, and the cap that cannot be kept."""
    every = instance.loads()
    found = instance.outcome(None)
    assert isinstance(found, Draw)
    loads = dealt_loads(instance, found)
    assert loads in every
    assert sum(x * x for x in loads) == min(sum(x * x for x in other) for other in every)
    least = min(max(other) for other in every)
    assert max(loads) == least
    usable = [k for k, i in enumerate(instance.people) if any(i in able for able in instance.able.values())]
    assert min(loads[k] for k in usable) == max(min(other[k] for k in usable) for other in every)
    # the smallest cap that some assignment keeps is kept, with the same teams; the next smaller one is refused
    kept = instance.outcome(least)
    assert isinstance(kept, Draw)
    assert kept.visits == found.visits
    refused = instance.outcome(least - 1)
    assert isinstance(refused, Infeasible)
    assert (refused.reason, refused.blocked) == ("cap_exceeded", ())
    (witness,) = (one for one in refused.witnesses if one.department == "甲局")  # a cap of 0 refuses the other department too
    assert witness.cap == least - 1
    witness_is_true(instance, witness, every)
    return max(loads) - min(loads[k] for k in usable), least - 1
