"""How well counts fit a law of chance: Pearson's statistic, and the bounds within which it must lie.

R draws fall into k outcomes of probabilities p_i (Σ p_i = 1, exact fractions). If the law is true, X² = Σ (c_i − R·p_i)² /
(R·p_i) follows, for R·p_i ≥ 5, chi-square with k − 1 degrees of freedom. `BOUNDS` holds its quantiles at 1/10,000 and
9,999/10,000: above the upper one the counts stray from the law, below the lower one they are more even than chance ever is.
Seeds are fixed, so a fit that is within its bounds today is so for ever; the level only says how surprising the first run was
allowed to be.

Where the quantiles come from: the chance that chi-square with d degrees stays below x is P(d/2, x/2), the regularised lower
incomplete gamma function, P(a, y) = y^a e^−y / Γ(a + 1) · (1 + y/(a+1) + y²/((a+1)(a+2)) + …). `below` sums that series, and the
quantile is the x at which it is 0.0001 or 0.9999. For whole and half a there is a finite sum as well, from integrating by parts:
1 − P(a, y) = Σ y^j e^−y / Γ(j + 1) over j = a − 1, a − 2, … ≥ 0 (or ≥ 1/2, plus erfc √y); test_chance.py computes it too, holds
the two against each other, against published tables, and against every constant here.
"""

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from builders import H

LEVEL = 1e-4
LEAST_EXPECTED = 5

# degrees: (lower, upper), to one decimal (lower ones below 10 degrees to two), rounded outwards; one degree has no lower bound
BOUNDS: dict[int, tuple[float, float]] = {
    1: (-1.0, 15.2),
    5: (0.08, 25.8),
    8: (0.46, 31.9),
    11: (1.1, 37.4),
    15: (2.4, 44.3),
    17: (3.1, 47.6),
    19: (3.9, 50.8),
    23: (5.7, 57.1),
    27: (7.7, 63.2),
    29: (8.7, 66.2),
    35: (11.9, 75.0),
    54: (23.5, 101.5),
    80: (41.2, 135.8),
    89: (47.6, 147.4),
    99: (54.9, 160.1),
    119: (69.9, 185.1),
    419: (319.7, 535.4),
    539: (425.3, 669.8),
}


@dataclass(frozen=True)
class Seeds:
    """Seeds that never change. The k-th of a law is the SHA-256 of the seed document (draw-v1 §2) whose one source is its text;
    `run` makes other ones, for the long runs."""

    run: str = ""

    def __call__(self, law: str, k: int) -> str:
        return H("shuangsuiji/seed/1", f"text:law-{law}-{self.run}{k}")

    def all(self, law: str, rounds: int) -> Iterator[str]:
        return (self(law, k) for k in range(rounds))


@dataclass(frozen=True)
class Fit:
    """A statistic that follows chi-square with so many degrees of freedom if the law `name` holds."""

    name: str
    statistic: float
    degrees: int

    @property
    def holds(self) -> bool:
        low, high = BOUNDS[self.degrees]
        return low < self.statistic < high

    @property
    def chance_below(self) -> float:
        return below(self.statistic, self.degrees)


Law = Callable[[int, Seeds], Iterator[Fit]]
"""So many rounds with these seeds: every statistic that the law speaks of. What must hold in every round is asserted on the
way."""


def fit(name: str, counts: Mapping[Hashable, int], law: Mapping[Hashable, Fraction]) -> Fit:
    """Pearson's statistic of `counts` under `law`, which names every possible outcome."""
    rounds = sum(counts.values())
    assert sum(law.values()) == 1, name
    assert set(counts) <= set(law), (name, set(counts) - set(law))
    assert rounds * min(law.values()) >= LEAST_EXPECTED, name
    statistic = sum((counts.get(outcome, 0) - rounds * p) ** 2 / (rounds * p) for outcome, p in law.items())
    return Fit(name, float(statistic), len(law) - 1)


def even(name: str, counts: Mapping[Hashable, int], outcomes: Iterable[Hashable]) -> Fit:
    """The same where all `outcomes` are equally likely."""
    every = set(outcomes)
    return fit(name, counts, dict.fromkeys(every, Fraction(1, len(every))))


def share(name: str, hits: int, rounds: int, p: Fraction) -> Fit:
    """The same for one thing that happens or not."""
    return fit(name, {True: hits, False: rounds - hits}, {True: p, False: 1 - p})


def below(x: float, degrees: int) -> float:
    """The chance that chi-square with these degrees of freedom stays below `x`: the series for P(degrees/2, x/2)."""
    a, y = degrees / 2, x / 2
    if y <= 0:
        return 0.0
    term = total = 1.0
    n = 0
    while term > total * 1e-17:
        n += 1
        term *= y / (a + n)
        total += term
    return math.exp(a * math.log(y) - y - math.lgamma(a + 1)) * total
