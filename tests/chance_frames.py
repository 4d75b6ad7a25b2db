"""Laws where frame or history change (draw-v1 §5): what is claimed - given the history, the same tier has the same chance -
and, with exact probabilities, what is not: that every sample of the new frame is equally likely. All through `Basket`; voids
through a ledger."""

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

from builders import Story, entity_pool, inspector_pool, plan, pools, task, where
from chance_fit import Fit, Seeds, even, fit, share
from chance_samples import drew, sampled, sets

from shuangsuiji.model.seed import text_seed

FOUR = "ABCD"


def newcomer_law() -> Mapping[str, Fraction]:
    """Two of A–D were drawn, E and F are new, three of six are drawn: 6 · 4 equally likely ways (whom the first draw took; whom
    of the four with tier 0 the second leaves out), added up by hand.

    x, E, F with x of A–D: x was not drawn (1/2) and is kept while the other one is left out (1/4).
    x, y and E, or x, y and F: just x and y were not drawn (1/6), and the other newcomer is left out (1/4).
    Three of A–D: never.
    """
    law = {f"{x}EF": Fraction(1, 2) * Fraction(1, 4) for x in FOUR}
    law |= {f"{two}{new}": Fraction(1, 6) * Fraction(1, 4) for two in sets(FOUR, 2) for new in "EF"}
    return law


def newcomer_histories(rounds: int, seeds: Seeds) -> list[tuple[str, str, str]]:
    """Three batches of a group: two of A–D, then three of A–F, then two of A–F."""
    sizes = {"B1": 2, "B2": 3, "B3": 2}
    of = plan(*(task(f"T{batch}", batch=batch, count=size, coordination_group="g") for batch, size in sizes.items()))
    before, after = entity_pool(*FOUR), entity_pool(*"ABCDEF")
    found = []
    for k in range(rounds):
        one = sampled(of, "B1", before, seeds("newcomers-1", k))
        two = sampled(of, "B2", after, seeds("newcomers-2", k), drew(("g", one)))
        three = sampled(of, "B3", after, seeds("newcomers-3", k), drew(("g", one), ("g", two)))
        found.append((one, two, three))
    return found


def newcomers(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """Given the history everybody of a tier has the same chance; over all, a newcomer's is 3/4 where the rest have 3/8."""
    drawn = newcomer_histories(rounds, seeds)
    chains = []
    for one in sets(FOUR, 2):
        untouched = sorted(set("ABCDEF") - set(one))
        for left_out in untouched:
            two = "".join(some for some in untouched if some != left_out)
            # in the third batch the one left out has tier 0, so it comes first; the five others have been drawn once
            chains += [(one, two, "".join(sorted(left_out + other))) for other in "ABCDEF" if other != left_out]
    assert len(chains) == 6 * 4 * 5
    yield even("three batches, newcomers before the second", Counter(drawn), chains)
    yield fit("the second sample by itself", Counter(two for _, two, _ in drawn), newcomer_law())
    for one, p in {"A": Fraction(3, 8), "D": Fraction(3, 8), "E": Fraction(3, 4), "F": Fraction(3, 4)}.items():
        yield share(f"{one} in the second sample", sum(one in two for _, two, _ in drawn), rounds, p)


def leavers(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """Two of A–D, then A closes and one of B–D is drawn.

    If A was among the two (1/2, three ways), the two never drawn have 1/2 each; if not (three ways), the only one never drawn
    is sure.
    """
    of = plan(task("T1", count=2, coordination_group="g"), task("T2", batch="B2", count=1, coordination_group="g"))
    before, after = entity_pool(*FOUR), entity_pool(*"BCD")
    counts: Counter[tuple[str, str]] = Counter()
    for k in range(rounds):
        one = sampled(of, "B1", before, seeds("leavers-1", k))
        counts[one, sampled(of, "B2", after, seeds("leavers-2", k), drew(("g", one)))] += 1
    twelfth, sixth = Fraction(1, 12), Fraction(1, 6)
    law = {("AB", "C"): twelfth, ("AB", "D"): twelfth, ("AC", "B"): twelfth, ("AC", "D"): twelfth}
    law |= {("AD", "B"): twelfth, ("AD", "C"): twelfth, ("BC", "D"): sixth, ("BD", "C"): sixth, ("CD", "B"): sixth}
    yield fit("one of three after A has gone", counts, law)


def exclusions(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """Two of A–C are visited; then two of A–F, where whoever was visited is out: the four left are alike, all 3 · 6 ways
    equally likely.

    Not claimed: that A and D have the same chance over all; it is 1/3 · 1/2 against 1/2.
    """
    of = plan(
        task("T1", count=2, where=(where("class", "x"),)),
        task("T2", batch="B2", count=2, max_visits_per_cycle=1),
        task("T3", batch="B3", count=5, max_visits_per_cycle=1),
    )
    entities = entity_pool(*({"id": one, "class": "x" if one in "ABC" else "y"} for one in "ABCDEF"))
    drawn = []
    for k in range(rounds):
        one = sampled(of, "B1", entities, seeds("exclusions-1", k))
        past = drew((None, one))
        drawn.append((one, sampled(of, "B2", entities, seeds("exclusions-2", k), past)))
        everybody_left = sampled(of, "B3", entities, seeds("exclusions-3", k), past)
        assert everybody_left == "".join(sorted(set("ABCDEF") - set(one)))  # five wanted, four left
    pairs = ((a, b) for a, b in product(sets("ABC", 2), sets("ABCDEF", 2)) if not set(a) & set(b))
    yield even("two of the four not visited yet", Counter(drawn), pairs)
    yield share("A in the second sample", sum("A" in two for _, two in drawn), rounds, Fraction(1, 6))
    yield share("D in the second sample", sum("D" in two for _, two in drawn), rounds, Fraction(1, 2))


def void_orders(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """Three batches' worth of A–F: B1, then B2, then B1 is voided and drawn anew with another seed.

    Its history is B2 alone: the new sample is even over the four that B2 left, whatever the voided one was, so all 15 · 6 · 6
    ways are equally likely. The voided sample is no excuse and no favour.
    """
    of = plan(task("T1", count=2, coordination_group="g"), task("T2", batch="B2", count=2, coordination_group="g"))
    entities = entity_pool(*"ABCDEF")
    counts: Counter[tuple[str, str, str]] = Counter()
    for k in range(rounds):
        voided = sampled(of, "B1", entities, seeds("void-orders-1", k))
        two = sampled(of, "B2", entities, seeds("void-orders-2", k), drew(("g", voided)))
        again = sampled(of, "B1", entities, seeds("void-orders-3", k), drew(("g", two)))
        counts[voided, two, again] += 1
    three = product(sets("ABCDEF", 2), repeat=3)
    yield even("B1, B2, B1 again", counts, ((a, b, c) for a, b, c in three if not set(b) & set(a + c)))


def voids(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """The same through a ledger: B1 of A–D is drawn, voided without keeping the seed, and drawn anew: all 6 · 6 pairs equally
    likely. B2 then takes exactly the two whom the live record left."""
    of = plan(task("T1", count=2, coordination_group="g"), task("T2", batch="B2", count=2, coordination_group="g"))
    these = pools(entity_pool(*FOUR), inspector_pool("I1", "I2"))
    counts: Counter[tuple[str, str]] = Counter()
    for k in range(rounds):
        story = Story()
        first = story.draw(of, "B1", these, text_seed(seeds("voids-1", k)))
        story.void(first, keep_seed=False)
        again = story.draw(of, "B1", these, text_seed(seeds("voids-2", k)))
        voided, live = ("".join(sorted(one["entity"] for one in event.value["tasks"][0]["sample"])) for event in (first, again))
        counts[voided, live] += 1
        two = sampled(of, "B2", these.entities, seeds("voids-3", k), story.ledger.history("2023"))
        assert sorted(live + two) == list(FOUR)
    yield even("the voided sample and the one that counts", counts, product(sets(FOUR, 2), repeat=2))
