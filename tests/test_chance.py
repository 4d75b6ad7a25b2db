"""The laws of chance (draw-v1 §3 to §7), each with fixed seeds and enough rounds to tell.

Every probability is derived by hand in the docstring of its law, by counting equally likely cases; the bounds come from
chance_fit.py. What no statistic can see: a bias that is small against 1/√rounds. Tickets cut to one byte, equal ones in the order
of the ids, pass every statistic here (cut to half a byte, they do not); such things are the affair of the vectors.
"""

import math
from collections import Counter
from fractions import Fraction
from itertools import combinations

import chance_frames
import chance_repair
import numpy as np
import pytest
from chance_fit import BOUNDS, LEVEL, Law, Seeds, below, even, fit
from chance_laws import LAWS

# --- the laws -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("law", "rounds"), LAWS.values(), ids=LAWS)
def test_chance_keeps_its_law(law: Law, rounds: int) -> None:
    fits = list(law(rounds, Seeds()))
    assert fits
    assert [one for one in fits if not one.holds] == []


def test_it_is_not_claimed_that_every_sample_of_a_changed_frame_is_equally_likely() -> None:
    """Three of six, two of them new: the four samples without a newcomer never occur (chance_frames.newcomer_law)."""
    second = Counter(two for _, two, _ in chance_frames.newcomer_histories(500, Seeds()))
    every = ["".join(some) for some in combinations("ABCDEF", 3)]
    assert not even("a simple random sample", second, every).holds
    assert {two for two in every if two not in second} == {"ABC", "ABD", "ACD", "BCD"}


def test_repair_is_as_good_as_any_assignment_and_witnesses_are_true() -> None:
    """400 random instances, every assignment of each enumerated (chance_repair.py)."""
    uneven = blocked = checked = 0
    caps = set()
    for one in chance_repair.instances("repair", 400):
        if one.blocked:
            blocked += 1
            found = one.outcome(None)
            assert isinstance(found, chance_repair.Infeasible)
            assert sorted(b.entity for b in found.blocked if b.department == "甲局") == sorted(one.blocked)
            assert found.witnesses == ()
            continue
        checked += 1
        gap, cap = chance_repair.check(one)
        uneven += gap > 1
        caps.add(cap)
    assert checked == 400
    assert uneven > 50  # perfect evenness is out of reach
    assert blocked > 20
    assert caps >= {0, 1, 2, 3}


# --- the yardstick ------------------------------------------------------------------------------------------


def above(x: float, degrees: int) -> float:
    """The chance that chi-square exceeds `x`: the finite sum, Σ y^j e^−y / Γ(j + 1) for y = x/2, plus erfc √y for odd degrees."""
    y = x / 2
    odd = degrees % 2
    powers = [odd / 2 + k for k in range(degrees // 2)]
    rest = math.erfc(math.sqrt(y)) if odd else 0.0
    return rest + sum(math.exp(j * math.log(y) - y - math.lgamma(j + 1)) for j in powers)


def test_two_ways_to_the_chance_of_a_statistic_agree() -> None:
    for degrees in (1, 2, 3, 4, 19, 54, 89, 99, 419, 539):
        for times in (0.3, 0.7, 1.0, 1.3, 2.0):
            x = degrees * times
            assert math.isclose(below(x, degrees) + above(x, degrees), 1, abs_tol=1e-10)


@pytest.mark.parametrize(
    ("degrees", "lower", "upper"),
    [(1, 0.000, 10.828), (2, 0.002, 13.816), (10, 1.479, 29.588), (19, 5.407, 43.820), (100, 61.918, 149.449)],
)
def test_they_agree_with_the_published_table_for_one_in_a_thousand(degrees: int, lower: float, upper: float) -> None:
    """NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4, lower and upper critical values at 0.001, to three decimals."""
    assert below(lower - 0.0005, degrees) <= 0.001 <= below(lower + 0.0005, degrees)
    assert above(upper + 0.0005, degrees) <= 0.001 <= above(upper - 0.0005, degrees)


@pytest.mark.parametrize(("degrees", "bounds"), BOUNDS.items())
def test_every_bound_is_the_quantile_at_one_in_ten_thousand(degrees: int, bounds: tuple[float, float]) -> None:
    low, high = bounds
    if degrees == 1:
        assert low < 0
    else:
        step = 0.01 if degrees < 10 else 0.1
        assert 1 - above(low, degrees) <= LEVEL < 1 - above(low + step, degrees)
    assert above(high, degrees) <= LEVEL < above(high - 0.1, degrees)


def test_a_fit_sees_what_is_too_uneven_and_what_is_too_even() -> None:
    """20 outcomes, 1000 expected of each; the statistics are added up by hand."""
    outcomes = range(20)
    assert even("level", dict.fromkeys(outcomes, 1000), outcomes).statistic == 0
    odd = {k: 1030 if k % 2 else 970 for k in outcomes}  # 20 · 30²/1000
    assert even("odd", odd, outcomes).statistic == 18
    high = {k: 1190 if k == 0 else 990 for k in outcomes}  # 190²/1000 + 19 · 10²/1000 = 36.1 + 1.9
    assert even("high", high, outcomes).statistic == 38
    higher = {k: 1228 if k == 0 else 988 for k in outcomes}  # 228²/1000 + 19 · 12²/1000 = 51.984 + 2.736
    assert math.isclose(even("higher", higher, outcomes).statistic, 54.72)
    holds = [even("", counts, outcomes).holds for counts in (dict.fromkeys(outcomes, 1000), odd, high, higher)]
    assert holds == [False, True, True, False]


def test_a_fit_weighs_unequal_outcomes_by_their_own_expectations() -> None:
    """By hand: of 120, 90 and 30 expected, 81 and 39 seen: 9²/90 + 9²/30 = 0.9 + 2.7."""
    assert fit("", {"A": 81, "B": 39}, {"A": Fraction(3, 4), "B": Fraction(1, 4)}).statistic == 3.6


def test_a_fit_refuses_an_outcome_that_the_law_does_not_know_and_a_law_that_is_none() -> None:
    half = Fraction(1, 2)
    with pytest.raises(AssertionError, match="stray"):
        fit("stray", {"A": 50, "B": 49, "C": 1}, {"A": half, "B": half})
    with pytest.raises(AssertionError, match="no law"):
        fit("no law", {"A": 50, "B": 50}, {"A": half, "B": Fraction(1, 3)})
    with pytest.raises(AssertionError, match="too few"):
        fit("too few", {"A": 4, "B": 5}, {"A": half, "B": half})


def test_the_covariance_of_pairs_is_what_the_law_of_pairs_says() -> None:
    """All 495 samples of four of twelve, in whole numbers: 5445 times the covariance of two pairs is 5445·(share) − 45."""
    pairs = list(combinations(range(12), 2))
    place = {pair: k for k, pair in enumerate(pairs)}
    both = np.zeros((66, 66), dtype=np.int64)
    for sample in combinations(range(12), 4):
        inside = [place[pair] for pair in combinations(sample, 2)]
        both[np.ix_(inside, inside)] += 1
    covariance = 11 * both - 45  # times 5445 = 495 · 11, since 1/11² is 45/5445
    holds = np.array([[int(i in pair) for pair in pairs] for i in range(12)])
    ones, unit = np.ones((66, 66), dtype=np.int64), np.eye(66, dtype=np.int64)
    first = 33 * (holds.T @ holds) - 11 * ones  # 330 times the projection on the 11 dimensions that entities span
    second = 330 * unit - 5 * ones - first  # 330 times that on the other 54
    for projection, degrees in ((first, 11), (second, 54)):
        assert np.array_equal(projection @ projection, 330 * projection)
        assert np.trace(projection) == 330 * degrees
    assert not (first @ second).any()
    # λ₁ = 12/55 = 1188/5445 and λ₂ = 28/495 = 308/5445
    assert np.array_equal(330 * covariance, 1188 * first + 308 * second)
    # so deviations d with Σ d = 0 have the squared length (1/10)·Σ_i (Σ_j d_ij)² in the first space, and Σ_j d_ij = 3·D_i
    for sample in combinations(range(12), 4):
        indicator = np.array([int(set(pair) <= set(sample)) for pair in pairs])
        assert list(holds @ indicator) == [3 * int(i in sample) for i in range(12)]
