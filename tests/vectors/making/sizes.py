"""sizes.json: how many are drawn (draw-v1 §4), by searching for the number that the words describe, not by the formula."""

from fractions import Fraction

from making.common import Vector, chance, document

ROUNDINGS = ("up", "half_up", "down")
TWO_53 = 2**53


def searched(size: int, ratio: Fraction, rounding: str) -> int:
    """`up`: the smallest integer not less than N·p/q. `down`: the largest not greater. `half_up`: the nearest, a half going up.

    Found by halving an interval whose ends are compared as exact fractions; no division of integers is used.
    """
    exact = size * ratio
    low, high = 0, size + 1  # the largest integer <= exact lies in [low, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if Fraction(middle) <= exact else (low, middle)
    below, above = low, low if Fraction(low) == exact else low + 1
    if rounding == "down":
        return below
    if rounding == "up":
        return above
    return above if above - exact <= exact - below else below


def _vector(size: int, excluded: int, rounding: str = "up", **rules: object) -> Vector:
    ratio, count, least, most = (rules.get(key, default) for key, default in _RULES.items())
    n = searched(size, Fraction(str(ratio)), rounding) if ratio is not None else count
    if size > 0 and n < least:
        n = least
    if most is not None and n > most:
        n = most
    left = size - excluded
    rest = {key: rules.get(key, default) for key, default in _RULES.items()}
    words = ", ".join(f"{key} {value}" for key, value in rules.items())
    return {
        "name": f"N {size}, excluded {excluded}, {rounding}, {words}",
        "N": size,
        "E": left,
        "rounding": rounding,
        **rest,
        "n": n,
        "sample_size": n if n <= left else left,
        "shortage": 0 if n <= left else n - left,
    }


_RULES = {"ratio": None, "count": None, "at_least": 1, "at_most": None}


def make() -> str:
    out = {}

    def add(vector: Vector) -> None:
        out.setdefault(vector["name"], vector)

    for rounding in ROUNDINGS:
        for ratio in ("1/1", "1/2", "1/3", "2/3", "1/30", "3/100", "7/200", "99/100", "1/4", "3/4"):
            for size in range(13):
                add(_vector(size, 0, rounding, ratio=ratio))
        for size in (14, 15, 16, 29, 30, 31, 33, 34, 45, 50, 99, 100, 101, 150, 166, 167, 199, 200, 375, 1000):
            for ratio in ("1/30", "3/100", "1/2", "23/250"):
                add(_vector(size, 0, rounding, ratio=ratio))
    for size in (0, 1, 2, 5, 12):  # the rules together: at_least, at_most, count, exclusions
        for rules in (
            {"ratio": "1/30", "at_least": 0},
            {"ratio": "1/30", "at_least": 3},
            {"ratio": "1/1", "at_most": 4},
            {"ratio": "1/2", "at_least": 5, "at_most": 3},
            {"ratio": "1/2", "at_most": 0},
            {"count": 0},
            {"count": 0, "at_least": 0},
            {"count": 3},
            {"count": 3, "at_least": 4},
            {"count": 30, "at_most": 7},
        ):
            for excluded in sorted({0, size // 2, size}):
                for rounding in ("up", "down") if "ratio" in rules else ("up",):
                    add(_vector(size, excluded, rounding, **rules))
    # numbers for which floats or 64-bit products would be wrong
    for rounding in ROUNDINGS:
        for size, ratio in (
            (10**6, "1/3"),
            (100, "7/100"),
            (1000, "1001/10000"),
            (5 * 10**15, f"{TWO_53 - 1}/{TWO_53}"),
            (TWO_53 - 1, f"{TWO_53 + 1}/{2 * TWO_53 + 1}"),
            (TWO_53 - 1, "1/2"),
            (TWO_53 - 2, "1/3"),
            (3, f"{10**18 + 1}/{3 * 10**18}"),
            (3, f"{10**18 - 1}/{3 * 10**18}"),
            (10**15 + 1, f"{10**17 + 3}/{2 * 10**17 + 9}"),
            (1, f"1/{10**24}"),
            (10**12, f"1/{2 * 10**12}"),
            (3 * 10**12, f"1/{2 * 10**12}"),
        ):
            add(_vector(size, 0, rounding, ratio=str(Fraction(ratio)) if "/" in str(Fraction(ratio)) else ratio))
    random = chance("sizes")
    while len(out) < 900:
        q = random.choice([random.randint(1, 40), random.randint(1, 10**4), random.randint(1, 10**18)])
        size = random.choice([random.randint(0, 60), random.randint(0, 10**4), random.randint(0, TWO_53 - 1)])
        fraction = Fraction(random.randint(1, q), q)
        rules = {"ratio": f"{fraction.numerator}/{fraction.denominator}", "at_least": random.choice([0, 1, 2])}
        if random.random() < 0.3:
            rules["at_most"] = random.randint(0, 20)
        add(_vector(size, random.choice([0, size // 2, size]), random.choice(ROUNDINGS), **rules))
    return document(
        "n, sample size and shortage from N, E and the rules (draw-v1 §4)",
        "a search for the integer that the words describe (smallest not less than, nearest with halves up, largest not greater), "
        "comparing exact fractions; not the formula",
        [*out.values()],
    )
