"""Somebody's own pool under imaginary seeds: who is drawn how often, and whether every class gets its share.

Statistics cannot tell one entity that is never drawn from one without luck. Therefore all entities are drawn once, and the order
and every ticket are compared with what a few lines of hashlib make of draw-v1 §3 and §5.

In each of m draws n of N entities are drawn, so one entity is drawn X ~ binomial(m, p) times, p = n/N; nobody more often than a c
with N·P(X > c) ≤ alarm, by the union bound, for which the entities need not be independent of each other. All of them together:
Σ (count − mp)² / (mp(1−p)) · (N−1)/N is nearly chi-square with N−1 degrees of freedom (within a draw the covariance of two
entities is −p(1−p)/(N−1)). The item's alarm goes by half to the two ends, by a quarter to the sum, by a quarter to the classes.

A class of M entities gets hypergeometric(N, M, n) of each draw. That is a sum of n independent indicators, though not of equal
chances (Vatutin and Mikhailov 1982: the zeros of its generating function are real), so the m draws together are a sum of mn of
them, with mean mnM/N and variance mn·M/N·(1 − M/N)·(N−n)/(N−1), and Bernstein's inequality holds as it stands.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from shuangsuiji.draw.basket import Basket
from shuangsuiji.model.history import History
from shuangsuiji.model.pool import Pool
from shuangsuiji.trial.bounds import ALARM, bernstein_swing, binomial_range, large_chi_square_range
from shuangsuiji.trial.imaginary import plan_of, seed_of, task_of

SEEDS = 200
TICKETS = 4_000_000
RATIO = Fraction(1, 20)
CLASS_COLUMN = "credit_class"
MOST_CLASSES = 20


@dataclass(frozen=True, slots=True)
class ClassShare:
    """A class (None: all further classes together): entities in the pool, how often any was drawn, and within which bounds."""

    name: str | None
    entities: int
    drawn: int
    low: Fraction
    high: Fraction

    @property
    def good(self) -> bool:
        """Whether the class was drawn as often as its size asks for."""
        return self.low <= self.drawn <= self.high


@dataclass(frozen=True, slots=True)
class OwnPool:
    """`seeds` draws of `sample` of `entities`. `most_drawn` and `least_drawn` are the first ids of those drawn most and least;
    when all are drawn, `in_line` of them stand where they must with the ticket that they must have."""

    entities: int
    in_line: int
    sample: int
    seeds: int
    most: int
    least: int
    most_drawn: str
    least_drawn: str
    highest: int
    lowest: int
    spread: Fraction
    spread_range: tuple[Fraction, Fraction]
    classes: tuple[ClassShare, ...]

    @property
    def good(self) -> bool:
        """Whether everything lies within its bounds."""
        low, high = self.spread_range
        within = self.lowest <= self.least and self.most <= self.highest and low <= self.spread <= high
        return self.in_line == self.entities and within and all(one.good for one in self.classes)


def own_pool(pool: Pool) -> OwnPool:
    """Draw 5 % of all entities of `pool`, whatever their status, with 200 seeds, or with as many as make 4,000,000 tickets."""
    statuses = tuple(sorted(set(pool.columns["status"]))) if "status" in pool else ()
    basket = Basket.of(plan_of(task_of("pool", ratio=RATIO), entity_statuses=statuses), "pool", pool, History())
    size = len(pool)
    seeds = max(1, min(SEEDS, TICKETS // size))
    drawn: Counter[str] = Counter()
    sample = 0
    for number in range(seeds):
        (task,) = basket.draw_entities(seed_of("pool", number))
        sample = sum(stratum.sample_size for stratum in task.strata)
        drawn.update(one.entity for one in task.sample)
    counts = [drawn[entity] for entity in pool.ids]
    chance = Fraction(sample, size)
    lowest, highest = binomial_range(seeds, chance, Fraction(ALARM, 4 * size))
    return OwnPool(
        entities=size,
        in_line=_in_line(pool, statuses),
        sample=sample,
        seeds=seeds,
        most=max(counts),
        least=min(counts),
        most_drawn=pool.ids[counts.index(max(counts))],
        least_drawn=pool.ids[counts.index(min(counts))],
        highest=highest,
        lowest=lowest,
        spread=_spread(counts, seeds, chance),
        spread_range=large_chi_square_range(size - 1, Fraction(ALARM, 8)) if chance < 1 else (Fraction(0), Fraction(0)),
        classes=_classes(pool, drawn, seeds, sample) if CLASS_COLUMN in pool else (),
    )


def _in_line(pool: Pool, statuses: tuple[str, ...]) -> int:
    seed, plan = seed_of("line", 0), plan_of(task_of("pool", ratio=Fraction(1)), entity_statuses=statuses)
    (task,) = Basket.of(plan, "pool", pool, History()).draw_entities(seed)
    key = hashlib.sha256(f"shuangsuiji/draw/1\nentity\n{seed}\n{plan.id}\npool\n".encode()).hexdigest()
    must = sorted((hashlib.sha256(f"{key}\n{entity}\n".encode()).hexdigest(), entity) for entity in pool.ids)
    return sum((one.ticket, one.entity) == right for one, right in zip(task.sample, must, strict=False))


def _spread(counts: list[int], seeds: int, chance: Fraction) -> Fraction:
    mean, size = seeds * chance, len(counts)
    if chance == 1:  # everybody is always drawn
        return sum(((count - mean) ** 2 for count in counts), Fraction(0))
    squares = sum(count * count for count in counts) - 2 * mean * sum(counts) + size * mean * mean
    return Fraction(squares, mean * (1 - chance)) * Fraction(size - 1, size)


def _classes(pool: Pool, drawn: Counter[str], seeds: int, sample: int) -> tuple[ClassShare, ...]:
    members: Counter[str | None] = Counter(pool.columns[CLASS_COLUMN])
    shown = {name for name, _ in members.most_common(MOST_CLASSES if len(members) <= MOST_CLASSES else MOST_CLASSES - 1)}
    class_of = {
        entity: cell if cell in shown else None for entity, cell in zip(pool.ids, pool.columns[CLASS_COLUMN], strict=True)
    }
    members = Counter(class_of.values())
    hits: Counter[str | None] = Counter()
    for entity, times in drawn.items():
        hits[class_of[entity]] += times
    size = len(pool)
    found = []
    for name in sorted(members, key=lambda name: (name is None, not name, name or "")):
        share = Fraction(members[name], size)
        mean = seeds * sample * share
        variance = mean * (1 - share) * Fraction(size - sample, max(1, size - 1))
        swing = bernstein_swing(variance, Fraction(ALARM, 8 * len(members)))
        low, high = max(Fraction(0), mean - swing), min(Fraction(seeds * sample), mean + swing)
        found.append(ClassShare(name, members[name], hits[name], low, high))
    return tuple(found)
