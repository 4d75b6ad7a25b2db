"""Laws of the deal (draw-v1 §7): who goes where, who leads. Through the whole `draw`, unless they say `deal`."""

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations, permutations, product

from builders import H, entity_pool, inspector_pool, plan, pools, staff_for, task, visits_for
from chance_fit import Fit, Seeds, even, fit

from shuangsuiji.draw.assignment import Deal, deal
from shuangsuiji.draw.drawing import Draw, draw
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import Plan
from shuangsuiji.model.pool import Pools

Teams = tuple[str, ...]
"""For each entity in byte order the inspectors by slot, one letter each."""


def drawn(of: Plan, these: Pools, seed: str) -> Draw:
    found = draw(of, "B1", these, History(), seed)
    assert isinstance(found, Draw)
    return found


def teams(found: Draw, department: str) -> Teams:
    sent = {
        one.visit.entity: "".join(member.inspector for member in one.team if member.department == department)
        for one in found.visits
    }
    return tuple(sent[entity] for entity in sorted(sent))


def balanced(visits: int, size: int, letters: str) -> list[Teams]:
    """Every way to give each visit `size` inspectors (in byte order) so that all have the same load, by enumeration."""
    load = visits * size // len(letters)
    every = product(("".join(some) for some in combinations(letters, size)), repeat=visits)
    return [one for one in every if all("".join(one).count(letter) == load for letter in letters)]


def assignments(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """Six visits, three inspectors of each of two departments, one of each on a visit: all 90 = 6!/(2!·2!·2!) balanced
    assignments.

    Why they are exactly even: everybody may go everywhere, so the first three visits in order get three different inspectors,
    each of the 3! ways equally likely, and so do the last three; given the order, 36 assignments have 1/36 each. An assignment
    is among them if the first three visits hold one of each inspector's two: 2·2·2 of the C(6,3) = 20 equally likely first
    threes. 8/20 · 1/36 = 1/90. The order alone does it, however the inspectors are picked: exchanging visits leads from each
    assignment to every other. So the picks are looked at as well, visit by visit in the order of §7 step 1: all 3!·3! ways.
    """
    initiator, cooperator = "PQR", "XYZ"
    staff = inspector_pool(*({"id": one, "department": "甲局" if one in initiator else "乙局"} for one in initiator + cooperator))
    of, these = plan(task(count=6, cooperators=("乙局",))), pools(entity_pool(*"ABCDEF"), staff)
    both: Counter[tuple[Teams, Teams]] = Counter()
    listed: Counter[tuple[int, str]] = Counter()
    in_order: Counter[str] = Counter()
    for seed in seeds.all("assignments", rounds):
        found = drawn(of, these, seed)
        ours, theirs = teams(found, "甲局"), teams(found, "乙局")
        both[ours, theirs] += 1
        key = H("shuangsuiji/draw/1", "deal", seed, "P1", "B1", "甲局")
        in_order["".join(ours["ABCDEF".index(v)] for v in sorted("ABCDEF", key=lambda v, key=key: H(key, "order", v)))] += 1
        listed[[one.visit.entity for one in found.visits].index("A"), ours[0]] += 1
    for place, department, letters in ((0, "the initiator", initiator), (1, "the cooperator", cooperator)):
        counts: Counter[Teams] = Counter()
        for key, times in both.items():
            counts[key[place]] += times
        yield even(f"assignments of {department}", counts, balanced(6, 1, letters))
    yield even("picks in the order of dealing", in_order, map("".join, product(map("".join, permutations(initiator)), repeat=2)))
    # two visits of one department: the same inspector 3 · 1/15, two different ones 6 · 2/15
    two = {a + b: Fraction(1 if a == b else 2, 15) for a, b in product(initiator, repeat=2)}
    crossed: Counter[tuple[str, str]] = Counter()
    for (ours, theirs), times in both.items():
        crossed["".join(ours[:2]), "".join(theirs[:2]).translate(str.maketrans(cooperator, initiator))] += times
    yield fit("two departments do not heed each other", crossed, {(a, b): two[a] * two[b] for a, b in product(two, repeat=2)})
    yield even("who goes does not heed who was drawn first", listed, product(range(6), initiator))


def one_more(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """Four visits, three inspectors: one has two. All 3 · 12 = 36 assignments, so the extra visit is anybody's. By `deal`.

    Given the order, the first three visits get three different inspectors and the last one anybody: 3!·3 ways with 1/18 each. An
    assignment is among them if the last visit is one of the two that share an inspector: 1/2 · 1/18 = 1/36.
    """
    staff, visits = staff_for({}, "PQR"), visits_for(dict.fromkeys("ABCD", 1))
    counts: Counter[str] = Counter()
    for seed in seeds.all("one-more", rounds):
        found = deal(staff, visits, None, seed, "P1", "B1")
        assert isinstance(found, Deal)
        counts["".join(found.slots[entity][0] for entity in "ABCD")] += 1
    yield even("assignments of four visits", counts, ("".join(one) for one in product("PQR", repeat=4) if len(set(one)) == 3))


def pair_law() -> Mapping[Teams, Fraction]:
    """Four visits of two, four inspectors: 90 assignments in which all have a load of 2, but not equally likely.

    Everybody may go everywhere, so the first two visits in order split the four inspectors, each of the 6 ways equally likely,
    and so do the last two; given the order, 36 assignments have 1/36 each. Teams that are four different ones (72 assignments:
    3 rings of four, 4! ways round) fit if the first two visits are one of two opposite pairs of visits: 2 of the 6 first twos.
    Two teams that go twice (18 assignments) fit if each of the first two visits has another team: 4 of the 6. So 1/3 · 1/36 and
    2/3 · 1/36; 72/108 + 18/54 = 1.
    """
    law = {one: Fraction(1, 108) if len(set(one)) == 4 else Fraction(1, 54) for one in balanced(4, 2, "PQRS")}
    assert Counter(law.values()) == {Fraction(1, 108): 72, Fraction(1, 54): 18}
    return law


def two_each(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """Two inspectors of one department on each of four visits. Alike for all inspectors, all visits; no more is claimed. By
    `deal`."""
    staff, visits = staff_for({}, "PQRS"), visits_for(dict.fromkeys("ABCD", 2))
    counts: Counter[Teams] = Counter()
    for seed in seeds.all("two-each", rounds):
        found = deal(staff, visits, None, seed, "P1", "B1")
        assert isinstance(found, Deal)
        counts[tuple("".join(sorted(found.slots[entity])) for entity in "ABCD")] += 1
    yield fit("assignments of two each", counts, pair_law())
    teams_of_two: Counter[tuple[str, str]] = Counter()
    for one, times in counts.items():
        teams_of_two[one[0], one[1]] += times
    # the teams of A and B: the two are in one half of the order and split the four inspectors (1/3), or in two halves
    twos = ["".join(some) for some in combinations("PQRS", 2)]
    apart = Fraction(2, 3) * Fraction(1, 36)
    together = Fraction(1, 3) * Fraction(1, 6)
    law = {(a, b): apart if set(a) & set(b) else apart + together for a, b in product(twos, repeat=2)}
    yield fit("the teams of two visits", teams_of_two, law)


def leaders(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """Two visits, four inspectors of the initiator, two on each: all 4! ways to fill the slots, so every team of leaders too.

    The visit that is dealt first gets slots 1 and 2 from four and then three, the other from the two who are left. And one visit,
    three of four inspectors, by `deal`: all 4·3·2 ways; four and two have a divisor in common, so this sees that each slot has a
    hash of its own.
    """
    staff = inspector_pool(*"PQRS", {"id": "X", "department": "乙局"})
    of, these = plan(task(count=2, cooperators=("乙局",), minimum_team=3)), pools(entity_pool(*"AB"), staff)
    filled: Counter[str] = Counter()
    led: Counter[str] = Counter()
    for seed in seeds.all("leaders", rounds):
        found = drawn(of, these, seed)
        slots = "".join(teams(found, "甲局"))
        filled[slots] += 1
        leader = {one.visit.entity: member.inspector for one in found.visits for member in one.team if member.leader}
        assert leader == {"A": slots[0], "B": slots[2]}
        led[leader["A"] + leader["B"]] += 1
    yield even("slots of two visits", filled, map("".join, permutations("PQRS")))
    yield even("leaders of two visits", led, map("".join, permutations("PQRS", 2)))
    alone, visit = staff_for({}, "PQRS"), visits_for({"A": 3})
    three: Counter[str] = Counter()
    for seed in seeds.all("three-slots", rounds):
        dealt = deal(alone, visit, None, seed, "P1", "B1")
        assert isinstance(dealt, Deal)
        three["".join(dealt.slots["A"])] += 1
    yield even("slots of one visit", three, map("".join, permutations("PQRS", 3)))


def repaired(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """Where loads have to be repaired, inspectors who may go to the same visits are still alike, and so are those visits. By
    `deal`.

    C and D can have nobody but R. Step 2 may give A or B to R first; the evenest loads (1, 1, 0 and 2) take it away again, to
    one of P, Q and S by load and rank. Exchanging P, Q, S or A, B changes no eligibility, so all six ways have the same
    chance.
    """
    able = {"A": "PQRS", "B": "PQRS", "C": "R", "D": "R"}
    staff, visits = staff_for(able, "PQRS"), visits_for(dict.fromkeys(able, 1))
    counts: Counter[str] = Counter()
    for seed in seeds.all("repaired", rounds):
        found = deal(staff, visits, None, seed, "P1", "B1")
        assert isinstance(found, Deal)
        assert (found.slots["C"], found.slots["D"]) == (("R",), ("R",))
        counts[found.slots["A"][0] + found.slots["B"][0]] += 1
    yield even("who goes to A and B", counts, map("".join, permutations("PQS", 2)))
