"""Laws of samples (draw-v1 §3 to §5). All go through `Basket`, which draws the entities and deals nobody, unless they say
`draw`."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import combinations, permutations, product

from builders import entity_pool, history, inspector_pool, plan, pools, strata, task
from chance_fit import Fit, Seeds, even

from shuangsuiji.draw.basket import Basket, TaskDraw
from shuangsuiji.draw.drawing import Draw, draw
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import Plan
from shuangsuiji.model.pool import Pool

NOBODY = History()

drew = cache(history)
"""The same history each time: few of them are different, and making one costs as much as drawing."""

_baskets: dict[tuple[int, str, int, int], tuple[Basket, object]] = {}


def sets(letters: str, size: int) -> list[str]:
    """Every set of so many of these letters."""
    return ["".join(some) for some in combinations(letters, size)]


def ordered(found: TaskDraw) -> str:
    """Whom a task drew, in drawing order; ids are single letters."""
    return "".join(drawn.entity for drawn in found.sample)


def basket_of(of: Plan, batch: str, entities: Pool, past: History) -> Basket:
    """What does not depend on the seed is made once for the same things (which are kept, so that no other has their place)."""
    key = (id(of), batch, id(entities), id(past))
    if key not in _baskets:
        _baskets[key] = (Basket.of(of, batch, entities, past), (of, entities, past))
    return _baskets[key][0]


def sampled(of: Plan, batch: str, entities: Pool, seed: str, past: History = NOBODY) -> str:
    """Whom the only task of a batch drew, as a set."""
    (found,) = basket_of(of, batch, entities, past).draw_entities(seed)
    return "".join(sorted(ordered(found)))


def subsets(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """Three of six, through the whole `draw`."""
    of, these = plan(task(count=3)), pools(entity_pool(*"ABCDEF"), 2)
    counts: Counter[str] = Counter()
    for seed in seeds.all("subsets", rounds):
        found = draw(of, "B1", these, NOBODY, seed)
        assert isinstance(found, Draw)
        counts["".join(sorted(ordered(found.tasks[0])))] += 1
    yield even("each set of three", counts, sets("ABCDEF", 3))


def pairs(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """Four of twelve: how often each entity, and each two together.

    The 66 counts of pairs depend on each other, so Pearson's statistic is not chi-square here. Their covariance in one draw
    depends only on what two pairs share: both, one entity or none (probabilities that all of 2, 3, 4 entities are drawn: 1/11,
    1/55, 1/495). Such matrices (the Johnson scheme J(12, 2)) have three eigenspaces: the constants (nothing varies: every
    sample has six pairs), the 11 dimensions spanned by how often each entity is drawn, with λ₁ = 1/11 + 8/55 − 9/495 = 12/55,
    and the 54 dimensions at right angles to these, with λ₂ = 1/11 − 2/55 + 1/495 = 28/495. Hence the squared length of the
    deviations within each space, divided by R·λ, is chi-square with 11 and 54 degrees, and the two are independent. With D_i
    the deviation of entity i and d_ij that of a pair, Σ_j d_ij = 3·D_i, so the first space holds (9/10)·Σ D_i² and the second
    the rest. test_chance.py enumerates all 495 samples to confirm both.
    """
    of, entities = plan(task(count=4)), entity_pool(*"ABCDEFGHIJKL")
    basket = Basket.of(of, "B1", entities, NOBODY)
    single: Counter[str] = Counter()
    double: Counter[str] = Counter()
    for seed in seeds.all("pairs", rounds):
        sample = sorted(ordered(basket.draw_entities(seed)[0]))
        single.update(sample)
        double.update("".join(two) for two in combinations(sample, 2))
    squares = sum((single[i] - rounds / 3) ** 2 for i in "ABCDEFGHIJKL")
    within = squares * 9 / 10
    rest = sum((double[ij] - rounds / 11) ** 2 for ij in sets("ABCDEFGHIJKL", 2)) - within
    yield Fit("how often each entity is drawn", within / (rounds * 12 / 55), 11)
    yield Fit("how often two are drawn together, beyond that", rest / (rounds * 28 / 495), 54)


def turns(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """Two of eight in each batch of a coordination group, a fresh seed for each. Four batches give everybody one turn."""
    names = ("B1", "B2", "B3", "B4")
    of = plan(*(task(f"T{batch}", batch=batch, count=2, coordination_group="g") for batch in names))
    entities = entity_pool(*"ABCDEFGH")
    counts: list[Counter[str]] = [Counter() for _ in names]
    first_two: Counter[tuple[str, str]] = Counter()
    for k in range(rounds):
        drawn: list[str] = []
        for batch in names:
            past = drew(*(("g", earlier) for earlier in drawn))
            drawn.append(sampled(of, batch, entities, seeds(f"turns-{batch}", k), past))
        assert sorted("".join(drawn)) == list("ABCDEFGH")  # nobody twice before everybody once
        for count, some in zip(counts, drawn, strict=True):
            count[some] += 1
        first_two[drawn[0], drawn[1]] += 1
    for batch, count in zip(names, counts, strict=True):
        yield even(f"each two of eight in {batch}", count, sets("ABCDEFGH", 2))
    disjoint = [(a, b) for a, b in product(sets("ABCDEFGH", 2), repeat=2) if not set(a) & set(b)]
    yield even("each two of the other six after each two", first_two, disjoint)


def batches(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """Two of five, twice, without a group. All 100 pairs of samples equally often: that is both samples even, and independent.

    Two batches under one seed and under two; and one batch id in two plans under one seed, since the plan's id is in the key.
    """
    of = plan(task("T1", count=2), task("T2", batch="B2", count=2))
    other = plan(task("T1", count=2), id="P2")
    entities = entity_pool(*"ABCDE")
    second = {
        "two batches under one seed": lambda k: sampled(of, "B2", entities, seeds("batches", k)),
        "two batches under two seeds": lambda k: sampled(of, "B2", entities, seeds("batches-fresh", k)),
        "one batch id in two plans under one seed": lambda k: sampled(other, "B1", entities, seeds("batches", k)),
    }
    first = [sampled(of, "B1", entities, seed) for seed in seeds.all("batches", rounds)]
    for name, sample in second.items():
        counts = Counter((first[k], sample(k)) for k in range(rounds))
        yield even(name, counts, product(sets("ABCDE", 2), repeat=2))


def orders(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """Everybody of four, and two of six (where the engine takes the first ones without sorting the rest), in drawing order."""
    everybody = Basket.of(plan(task(count=4)), "B1", entity_pool(*"ABCD"), NOBODY)
    few = Basket.of(plan(task(count=2)), "B1", entity_pool(*"ABCDEF"), NOBODY)
    for name, basket, size in (("orders of four", everybody, 4), ("orders of two of six", few, 2)):
        counts = Counter(ordered(basket.draw_entities(seed)[0]) for seed in seeds.all(name, rounds))
        letters = basket.entities.ids.tolist()
        yield even(name, counts, ("".join(some) for some in permutations(letters, size)))


def layers(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """Half of one stratum of four and a quarter of another: all 6 · 4 pairs of samples equally often, so each even, both
    independent."""
    entities = entity_pool(*({"id": one, "class": "x" if one in "ABCD" else "y"} for one in "ABCDEFGH"))
    of = plan(task(strata=strata("class", ("x", "1/2"), ("y", "1/4"))))
    basket = Basket.of(of, "B1", entities, NOBODY)
    counts: Counter[tuple[str, str]] = Counter()
    for seed in seeds.all("layers", rounds):
        x, y = basket.draw_entities(seed)[0].strata
        counts["".join(sorted(one.entity for one in x.sample)), "".join(one.entity for one in y.sample)] += 1
    yield even("the samples of two strata", counts, product(sets("ABCD", 2), "EFGH"))


def shared_frames(rounds: int, seeds: Seeds) -> Iterator[Fit]:
    """Tasks of one batch with one frame take the same entities, the larger sample goes on where the smaller stops, and one visit
    serves them all, through the whole `draw`; and the larger sample is as even as if it were alone."""
    of = plan(task("T1", count=2), task("T2", count=3, initiator="乙局"), task("T3", count=2))
    these = pools(entity_pool(*"ABCDEF"), inspector_pool("I1", "I2", *({"id": j, "department": "乙局"} for j in ("J1", "J2"))))
    counts: Counter[str] = Counter()
    for seed in seeds.all("shared", rounds):
        found = draw(of, "B1", these, NOBODY, seed)
        assert isinstance(found, Draw)
        t1, t2, t3 = map(ordered, found.tasks)
        assert t1 == t3 == t2[:2]
        assert [one.visit.entity for one in found.visits] == list(t2)
        counts["".join(sorted(t2))] += 1
    yield even("the sample of three tasks with one frame", counts, sets("ABCDEF", 3))
