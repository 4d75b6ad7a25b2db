"""What came of many trials beside what should have come."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from shuangsuiji.trial.bounds import ALARM, CHI_SQUARE_ALARM, binomial_range, chi_square, chi_square_range

Outcome = TypeVar("Outcome", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Cell:
    """One outcome: how often it came, and from where to where it may."""

    count: int
    expected: Fraction
    low: int
    high: int

    @property
    def good(self) -> bool:
        """Whether the count lies within its bounds."""
        return self.low <= self.count <= self.high


@dataclass(frozen=True, slots=True)
class Tally:
    """All outcomes of so many trials. `strange` counts those that must never come.

    Half of the item's alarm goes to the ends of the cells (exact binomial tails), half to chi-square, which sees them together.
    """

    trials: int
    cells: tuple[Cell, ...]
    strange: int

    @property
    def least(self) -> int:
        """How often the rarest outcome came."""
        return min(cell.count for cell in self.cells)

    @property
    def most(self) -> int:
        """How often the commonest outcome came."""
        return max(cell.count for cell in self.cells)

    @property
    def chi_square(self) -> Fraction:
        """Pearson's."""
        return chi_square([cell.count for cell in self.cells], [cell.expected for cell in self.cells])

    @property
    def chi_square_range(self) -> tuple[Fraction, Fraction]:
        """Where it should lie."""
        return chi_square_range(len(self.cells) - 1)

    @property
    def good(self) -> bool:
        """Whether everything lies within its bounds."""
        low, high = self.chi_square_range
        return not self.strange and all(cell.good for cell in self.cells) and low <= self.chi_square <= high


def tally(outcomes: Iterable[Outcome], chances: Mapping[Outcome, Fraction]) -> Tally:
    """Count `outcomes`; `chances` (adding up to 1) are those of everything that can come."""
    counts = dict.fromkeys(chances, 0)
    trials = strange = 0
    for outcome in outcomes:
        trials += 1
        if outcome in counts:
            counts[outcome] += 1
        else:
            strange += 1
    alarm = Fraction(ALARM - CHI_SQUARE_ALARM, 2 * len(chances))
    ranges = {chance: binomial_range(trials, chance, alarm) for chance in set(chances.values())}
    cells = (Cell(counts[one], trials * chance, *ranges[chance]) for one, chance in chances.items())
    return Tally(trials, tuple(cells), strange)
