"""How many are drawn (draw-v1 §4). Expected numbers by hand, and by decimal and fraction arithmetic as a brute force."""

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from builders import strata, task

from shuangsuiji.draw.allocation import rounded, stratum_ratio, wanted
from shuangsuiji.model.plan import ROUNDINGS, Rounding


def test_there_are_the_three_roundings_of_the_specification() -> None:
    assert sorted(ROUNDINGS) == ["down", "half_up", "up"]


@pytest.mark.parametrize(
    ("size", "ratio", "rounding", "n"),
    [
        pytest.param(100, "0.07", "up", 7, id="7 % of 100 is 7 and not the 8 of floating point"),
        pytest.param(375, "0.092", "half_up", 35, id="9.2 % of 375 is 34.5, half up 35"),
        pytest.param(375, "0.092", "down", 34, id="9.2 % of 375 down"),
        pytest.param(10, "0.05", "up", 1, id="5 % of 10 up"),
        pytest.param(10, "0.05", "half_up", 1, id="5 % of 10 half up"),
        pytest.param(10, "0.05", "down", 0, id="5 % of 10 down"),
        pytest.param(25, "0.1", "half_up", 3, id="2.5 half up is 3 and not the even 2"),
        pytest.param(35, "0.1", "half_up", 4, id="3.5 half up"),
        pytest.param(24, "0.1", "half_up", 2, id="2.4 half up"),
        pytest.param(100, "0.29", "down", 29, id="29 % of 100 down, 28.999… in floating point"),
        pytest.param(1, "1/30", "up", 1, id="one thirtieth of one"),
        pytest.param(30, "1/30", "up", 1, id="one thirtieth of thirty"),
        pytest.param(31, "1/30", "up", 2, id="one thirtieth of thirty-one"),
        pytest.param(12166, "0.03", "up", 365, id="3 % of 12166 is 364.98"),
        pytest.param(10**15 + 1, "1/3", "down", 333333333333333, id="beyond the integers of a double"),
        pytest.param(10**30 + 1, "0.5", "half_up", 5 * 10**29 + 1, id="far beyond"),
        pytest.param(0, "0.5", "up", 0, id="nobody"),
        *(pytest.param(17, "1", rounding, 17, id=f"100 % {rounding}") for rounding in ("up", "half_up", "down")),
    ],
)
def test_a_share_is_rounded_as_the_plan_says(size: int, ratio: str, rounding: Rounding, n: int) -> None:
    assert rounded(size, Fraction(ratio), rounding) == n
    assert wanted(task(ratio=ratio, rounding=rounding, at_least=0), size, Fraction(ratio)) == n


def test_roundings_agree_with_decimal_arithmetic_for_all_tenths_of_a_percent() -> None:
    modes = {"up": ROUND_CEILING, "half_up": ROUND_HALF_UP, "down": ROUND_FLOOR}
    wrong = [
        (size, tenths, rounding)
        for size in range(121)
        for tenths in range(1, 1001, 7)
        for rounding, mode in modes.items()
        if rounded(size, Fraction(tenths, 1000), rounding)  # type: ignore[arg-type]
        != int((Decimal(size) * Decimal(tenths) / 1000).to_integral_value(rounding=mode))
    ]
    assert wrong == []


def test_roundings_agree_with_fractions_for_all_small_ratios() -> None:
    half = Fraction(1, 2)
    for q in range(1, 25):
        for p in range(1, q + 1):
            ratio = Fraction(p, q)
            for size in range(61):
                exact = size * ratio
                assert rounded(size, ratio, "up") == math.ceil(exact)
                assert rounded(size, ratio, "half_up") == math.floor(exact + half)
                assert rounded(size, ratio, "down") == math.floor(exact)


@pytest.mark.parametrize(
    ("rule", "size", "n"),
    [
        pytest.param({"ratio": "0.05", "rounding": "down"}, 10, 1, id="at least 1 by default"),
        pytest.param({"ratio": "0.05", "rounding": "down", "at_least": 0}, 10, 0, id="at least 0, down"),
        pytest.param({"ratio": "0.05", "rounding": "up", "at_least": 0}, 10, 1, id="at least 0, up"),
        pytest.param({"ratio": "0.05", "rounding": "half_up", "at_least": 0}, 10, 1, id="at least 0, half up"),
        pytest.param({"ratio": "0.05", "at_least": 7}, 10, 7, id="at least 7"),
        pytest.param({"ratio": "0.05", "at_least": 17}, 10, 17, id="at least 17 of 10: the shortage is not hidden"),
        pytest.param({"ratio": "0.5", "at_most": 3}, 10, 3, id="at most 3"),
        pytest.param({"ratio": "0.5", "at_most": 30}, 10, 5, id="at most 30"),
        pytest.param({"ratio": "0.5", "at_most": 0}, 10, 0, id="at most 0"),
        pytest.param({"ratio": "0.5", "at_least": 4, "at_most": 2}, 10, 2, id="at most wins over at least"),
        pytest.param({"ratio": "0.5"}, 0, 0, id="an empty frame"),
        pytest.param({"ratio": "0.5", "at_least": 5}, 0, 0, id="an empty frame, at least 5"),
        pytest.param({"ratio": "1"}, 10, 10, id="100 %"),
        pytest.param({"ratio": "1", "at_most": 4}, 10, 4, id="100 %, at most 4"),
        pytest.param({"count": 3}, 10, 3, id="count"),
        pytest.param({"count": 30}, 10, 30, id="count beyond the frame"),
        pytest.param({"count": 3}, 0, 3, id="count of an empty frame: all of it a shortage"),
        pytest.param({"count": 0}, 10, 1, id="count 0, at least 1"),
        pytest.param({"count": 0, "at_least": 0}, 10, 0, id="count 0, at least 0"),
        pytest.param({"count": 3, "at_least": 5}, 10, 5, id="count, at least"),
        pytest.param({"count": 3, "at_most": 2}, 10, 2, id="count, at most"),
        pytest.param({"count": 3, "at_most": 2}, 0, 2, id="count, at most, an empty frame"),
    ],
)
def test_n_is_kept_between_its_bounds(rule: dict[str, object], size: int, n: int) -> None:
    one = task(**rule)
    assert wanted(one, size, stratum_ratio(one, "*")) == n


def test_n_follows_the_formula_of_the_specification_for_all_small_rules() -> None:
    for size in range(13):
        for at_least in range(4):
            for at_most in (None, 0, 1, 2, 5):
                for ratio in ("1/7", "1/2", "1"):
                    n = math.ceil(size * Fraction(ratio))
                    if size > 0:
                        n = max(n, at_least)
                    if at_most is not None:
                        n = min(n, at_most)
                    assert wanted(task(ratio=ratio, at_least=at_least, at_most=at_most), size, Fraction(ratio)) == n


def test_a_stratum_goes_by_its_own_ratio_else_by_other() -> None:
    one = task(strata=strata("c", ("A", "1/2"), ("B", "1/3"), other="1/10"))
    assert [stratum_ratio(one, name) for name in ("A", "B", "C")] == [Fraction(1, 2), Fraction(1, 3), Fraction(1, 10)]
    assert stratum_ratio(task(ratio="1/4"), "*") == Fraction(1, 4)
    assert stratum_ratio(task(count=4), "*") is None


def test_at_least_holds_in_each_stratum() -> None:
    one = task(strata=strata("c", ("A", "1/100"), other="1/100"), at_least=2)
    assert [wanted(one, size, Fraction(1, 100)) for size in (0, 1, 50, 201)] == [0, 2, 2, 3]
