"""Who was drawn when: what earlier live records of the cycle say (draw-v1 §5)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PastDraw:
    """One record of the history: its digest, whom each coordination group drew in it, and who was visited."""

    sha256: str
    drawn: Mapping[str, frozenset[str]]
    visited: frozenset[str]


@dataclass(frozen=True, slots=True)
class History:
    """The records that count for a draw, in ledger order."""

    records: tuple[PastDraw, ...] = ()

    @property
    def digests(self) -> tuple[str, ...]:
        """Digests of the records, in ledger order."""
        return tuple(record.sha256 for record in self.records)

    def tiers(self, group: str) -> Mapping[str, int]:
        """For every entity that `group` has drawn: in how many records (absent means 0)."""
        return Counter(entity for record in self.records for entity in record.drawn.get(group, frozenset()))

    def visits(self) -> Mapping[str, int]:
        """For every entity: in how many records it stands among the visits (absent means 0)."""
        return Counter(entity for record in self.records for entity in record.visited)
