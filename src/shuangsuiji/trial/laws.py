"""What the draw must do by law of chance or without exception, tried on tiny examples whose every outcome can be counted."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

from shuangsuiji.draw.assignment import Deal, deal
from shuangsuiji.draw.basket import Basket
from shuangsuiji.draw.visits import Staff, visit_of
from shuangsuiji.evidence.canonical import sha256
from shuangsuiji.model.history import History, PastDraw
from shuangsuiji.model.seed import text_seed
from shuangsuiji.trial.imaginary import DEPARTMENTS, district, entities_of, inspectors_of, plan_of, record_bytes, seed_of, task_of
from shuangsuiji.trial.tally import Tally, tally

FRAME, SAMPLE = 6, 3
DRAWS = 10_000
DEALS = 4_500
PAIRS = 5_000
TIMES = 500
ORDERS = 24


@dataclass(frozen=True, slots=True)
class EqualChances:
    """Every sample is as likely as every other."""

    samples: Tally

    @property
    def good(self) -> bool:
        """Whether they came equally often."""
        return self.samples.good


def equal_chances() -> EqualChances:
    """6 entities, 3 drawn: 20 samples (comb(6, 3)), each with the chance 1/20."""
    basket = Basket.of(plan_of(task_of("1", count=SAMPLE)), "1", entities_of(FRAME), History())
    outcomes = (_sample(basket, seed_of("equal", number)) for number in range(DRAWS))
    return EqualChances(tally(outcomes, _equally(combinations(basket.entities.ids, SAMPLE))))


@dataclass(frozen=True, slots=True)
class EvenDeals:
    """Everybody who may go anywhere goes equally often, and every even deal is as likely as every other; where not everybody may
    go everywhere, the loads are as even as they can be: `best` is the least sum of squares of `ways` deals, all looked at."""

    deals: Tally
    ways: int
    best: int
    tried: int
    even: int

    @property
    def good(self) -> bool:
        """Whether all deals were even, and equally frequent."""
        return self.deals.good and self.even == self.tried


def even_deals() -> EvenDeals:
    """6 visits, 3 inspectors, one for each visit: 6! / (2!·2!·2!) = 90 deals in which everybody goes twice, 1/90 each."""
    everywhere = dict.fromkeys(entities_of(FRAME).ids, tuple(inspectors_of(3).ids))
    chances = _equally(one for one in product(*everywhere.values()) if set(Counter(one).values()) == {2})
    deals = tally((_dealt(everywhere, seed_of("deal", number)) for number in range(DEALS)), chances)
    ways = list(product(*_RESTRICTED.values()))
    best = min(map(_squares, ways))
    dealt = [_dealt(_RESTRICTED, seed_of("repair", number)) for number in range(TIMES)]
    return EvenDeals(deals, len(ways), best, TIMES, sum(one in ways and _squares(one) == best for one in dealt))


_RESTRICTED = {
    **dict.fromkeys(("E1", "E2", "E3"), ("001", "002")),
    **dict.fromkeys(("E4", "E5"), ("002", "003")),
    **dict.fromkeys(("E6", "E7", "E8"), ("003", "004")),
}
"""Visits to those who may go on them. Twice each is possible, but picking alone, visit after visit, often misses it."""


def _squares(one: tuple[str, ...]) -> int:
    return sum(load**2 for load in Counter(one).values())


def _dealt(able: Mapping[str, tuple[str, ...]], seed: str) -> tuple[str, ...]:
    """The inspector of each visit; empty where there is no deal."""
    plan = plan_of(task_of("1", count=1))
    inspectors = inspectors_of(len({one for those in able.values() for one in those}))
    recused = {entity: frozenset(inspectors.ids) - frozenset(those) for entity, those in able.items()}
    visits = [visit_of(entity, plan.tasks) for entity in able]
    found = deal(Staff(DEPARTMENTS[0], plan, inspectors, recused), visits, None, seed, plan.id, "1")
    return tuple(one for entity in able for one in found.slots[entity]) if isinstance(found, Deal) else ()


@dataclass(frozen=True, slots=True)
class BatchesApart:
    """What one batch drew says nothing of what another one draws, with the same seed too; but within a group whoever was drawn
    stands behind those who were not: in `fair` of so many `rounds` nobody was drawn twice before everybody was drawn once."""

    overlaps: Tally
    rounds: int
    fair: int

    @property
    def good(self) -> bool:
        """Whether batches were independent, and groups in turn."""
        return self.overlaps.good and self.fair == self.rounds


def batches_apart() -> BatchesApart:
    """3 of 6, twice: the chance of 0, 1, 2, 3 in common is comb(3, k)·comb(3, 3−k)/20 = 1, 9, 9, 1 of 20."""
    plan, entities = plan_of(task_of("1", count=SAMPLE), task_of("2", count=SAMPLE)), entities_of(FRAME)
    first, second = (Basket.of(plan, batch, entities, History()) for batch in plan.batches)
    seeds = (seed_of("pair", number) for number in range(PAIRS))
    overlaps = (len({*_sample(first, seed)} & {*_sample(second, seed)}) for seed in seeds)
    chances = {common: Fraction(weight, 20) for common, weight in enumerate((1, 9, 9, 1))}
    return BatchesApart(tally(overlaps, chances), TIMES, sum(_in_turn(number) for number in range(TIMES)))


def _in_turn(number: int) -> bool:
    """Three batches of a group draw 2 of 6 each; whether everybody was drawn once."""
    plan = plan_of(*(task_of(batch, count=2, coordination_group="轮流") for batch in "123"))
    history, drawn = History(), list[str]()
    for batch in plan.batches:
        sample = _sample(Basket.of(plan, batch, entities_of(FRAME), history), seed_of(f"turn {batch}", number))
        past = PastDraw(sha256(batch.encode()), {"轮流": frozenset(sample)}, frozenset(sample))
        history = History((*history.records, past))
        drawn.extend(sample)
    return len(drawn) == len(set(drawn)) == FRAME


@dataclass(frozen=True, slots=True)
class SameAgain:
    """The record's bytes do not depend on the order of rows, and follow again from what was sealed."""

    orders: int
    same: int
    again: bool

    @property
    def good(self) -> bool:
        """Whether not one byte differed."""
        return self.same == self.orders and self.again


def same_again() -> SameAgain:
    """A district drawn once, then with the rows of its tables in other orders, then from the snapshots alone."""
    record = _record()
    same = sum(_record(order) == record for order in range(ORDERS))
    return SameAgain(ORDERS, same, _record(from_snapshots=True) == record)


def _record(order: int | None = None, from_snapshots: bool = False) -> bytes:
    """The record of the district."""
    plan, pools = district(order)
    return record_bytes(plan, "1", pools, text_seed("自检"), from_snapshots)


def _sample(basket: Basket, seed: str) -> tuple[str, ...]:
    """Whom the basket's only task drew, in byte order."""
    (drawn,) = basket.draw_entities(seed)
    return tuple(sorted(one.entity for one in drawn.sample))


def _equally(outcomes: Iterator[tuple[str, ...]]) -> dict[tuple[str, ...], Fraction]:
    known = list(outcomes)
    return dict.fromkeys(known, Fraction(1, len(known)))
