"""How many are drawn (draw-v1 §4), in exact integers: no number here was ever a float."""

from fractions import Fraction

from shuangsuiji.model.plan import Rounding, Task


def rounded(size: int, ratio: Fraction, rounding: Rounding) -> int:
    """N·p/q, rounded: `up` −⌊−N·p/q⌋, `half_up` ⌊(2Np+q)/2q⌋, `down` ⌊Np/q⌋.

    >>> rounded(100, Fraction("0.07"), "up"), rounded(375, Fraction("0.092"), "half_up")
    (7, 35)
    """
    p, q = ratio.numerator, ratio.denominator
    match rounding:
        case "up":
            return -(-size * p // q)
        case "half_up":
            return (2 * size * p + q) // (2 * q)
        case _:  # "down"
            return size * p // q


def wanted(task: Task, size: int, ratio: Fraction | None) -> int:
    """n: how many of a frame (or a stratum, by its own `ratio`) of `size` the plan asks for; not yet cut to who is eligible."""
    if ratio is None:
        n = 0 if task.count is None else task.count
    else:
        n = rounded(size, ratio, task.rounding)
    if size > 0:
        n = max(n, task.at_least)
    return n if task.at_most is None else min(n, task.at_most)


def stratum_ratio(task: Task, stratum: str) -> Fraction | None:
    """The ratio that holds in `stratum`; None where the task goes by count."""
    if task.strata is None:
        return task.ratio
    return dict(task.strata.ratios).get(stratum, task.strata.other)
