"""How far an honest count may lie from what it should be: exact integers and fractions, no floating point.

An *alarm* is the chance, at most, that an honest program is blamed. Every item of the self-test may spend `ALARM` in all and
divides it among its bounds: by the union bound (Bonferroni) the chance that any of them is crossed is at most the sum of theirs.
"""

import math
from collections.abc import Sequence
from fractions import Fraction

ALARM = Fraction(1, 10_000)

CHI_SQUARE_ALARM = Fraction(ALARM, 2)
_CHI_SQUARE_QUANTILES = {
    3: (Fraction("0.002"), Fraction("24.00")),
    19: (Fraction("3.32"), Fraction("54.80")),
    89: (Fraction("44.81"), Fraction("153.69")),
}


def binomial_range(trials: int, chance: Fraction, alarm: Fraction) -> tuple[int, int]:
    """The least range low…high with P(X < low) ≤ alarm and P(X > high) ≤ alarm for X binomial(trials, chance), exactly.

    With chance a/b every P(X = k) is comb(trials, k)·aᵏ·(b−a)ⁿ⁻ᵏ of bⁿ: whole numbers, added up from k = 0.

    >>> binomial_range(3, Fraction(1, 2), Fraction(1, 8))  # 1, 3, 3, 1 of 8
    (1, 2)
    """
    a, b = chance.as_integer_ratio()
    if a == b:
        return trials, trials
    total = b**trials
    term = (b - a) ** trials
    below = low = 0
    for k in range(trials):
        if below * alarm.denominator <= alarm.numerator * total:
            low = k
        below += term
        if (total - below) * alarm.denominator <= alarm.numerator * total:
            return low, k
        term = term * (trials - k) * a // ((k + 1) * (b - a))
    return low, trials


def chi_square(counts: Sequence[int], expected: Sequence[Fraction]) -> Fraction:
    """Pearson's Σ (count − expected)² / expected.

    >>> chi_square([44, 56], [Fraction(50), Fraction(50)])
    Fraction(36, 25)
    """
    return sum((Fraction((count - must) ** 2, must) for count, must in zip(counts, expected, strict=True)), Fraction(0))


def chi_square_range(freedom: int) -> tuple[Fraction, Fraction]:
    """Where chi-square lies with so many degrees of freedom, but for `CHI_SQUARE_ALARM`, half of it at either end.

    A table, because the distribution is not rational: the quantiles of 1/40,000 and 39,999/40,000 rounded outwards
    (Abramowitz and Stegun 26.4.4; `tests/test_selftest.py` computes them again). Too small is wrong too: nothing that is drawn
    by lot comes out so even.
    """
    return _CHI_SQUARE_QUANTILES[freedom]


def log_above(number: int) -> Fraction:
    """A number not below ln(number), and less than 0.05 above: 2^bits > number^16, and ln 2 < 0.693148.

    >>> log_above(40_000)  # 40000^16 has 245 bits; 245/16 · 0.693148 = 10.6138…, ln 40000 = 10.5966…
    Fraction(8491063, 800000)
    """
    return Fraction((number**16).bit_length(), 16) * Fraction(693148, 10**6)


def root_above(square: Fraction) -> Fraction:
    """A number not below the square root, and at most 0.001 above."""
    return Fraction(math.isqrt(square.numerator * 10**6 // square.denominator) + 1, 1000)


def large_chi_square_range(freedom: int, alarm: Fraction) -> tuple[Fraction, Fraction]:
    """As `chi_square_range` for any number of degrees of freedom, a little wider, `alarm` at either end.

    Laurent and Massart (2000), Lemma 1: P(X ≥ D + 2√(Dx) + 2x) ≤ e⁻ˣ and P(X ≤ D − 2√(Dx)) ≤ e⁻ˣ; here x = ln(1/alarm).
    """
    x = log_above(-(-alarm.denominator // alarm.numerator))
    swing = 2 * root_above(freedom * x)
    return max(Fraction(0), freedom - swing), freedom + swing + 2 * x


def bernstein_swing(variance: Fraction, alarm: Fraction) -> Fraction:
    """A t with P(S − mean ≥ t) ≤ alarm, and the same below, for a sum S of independent indicators of this variance.

    Bernstein: P(S − mean ≥ t) ≤ exp(−t² / (2·variance + 2t/3)). With x = ln(1/alarm) the exponent is −x or less as soon as
    t ≥ x/3 + √(x²/9 + 2x·variance).
    """
    x = log_above(-(-alarm.denominator // alarm.numerator))
    return Fraction(x, 3) + root_above(Fraction(x * x, 9) + 2 * x * variance)
