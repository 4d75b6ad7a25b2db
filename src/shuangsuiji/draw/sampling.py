"""The order of a frame, the sample at its head and the cut-off behind it (draw-v1 §5)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuangsuiji.draw.frame import Exclusion, Rows


@dataclass(frozen=True, slots=True)
class Cutoff:
    """The (tier, ticket) of the last one drawn: whoever is not excluded is drawn if and only if his pair is not greater."""

    tier: int
    ticket: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One entity of a sample, in drawing order."""

    entity: str
    stratum: str
    tier: int
    ticket: str


@dataclass(frozen=True, slots=True)
class StratumDraw:
    """One stratum: its frame of N (`frame_size`) entities, the E `eligible`, how many were drawn and who."""

    name: str
    frame_size: int
    frame_sha256: str
    eligible: int
    sample_size: int
    shortage: int
    excluded: tuple[Exclusion, ...]
    cutoff: Cutoff | None
    sample: tuple[Drawn, ...]


def tiers_of(entities: NDArray[np.object_], counts: Mapping[str, int]) -> NDArray[np.int64]:
    """For each entity how many records of the history drew it for the group."""
    if not counts:
        return np.zeros(len(entities), dtype=np.int64)
    return np.fromiter((counts.get(entity, 0) for entity in entities), dtype=np.int64)


def drawing_order(rows: Rows, tiers: NDArray[np.int64], words: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Positions into `rows` sorted by (tier, ticket, id).

    Shapes: rows and tiers (n,), words (n, 4). `lexsort` is stable and `rows` is in byte order of the ids, which settles ties.
    """
    native = words.astype(np.uint64)
    return np.lexsort((native[:, 3], native[:, 2], native[:, 1], native[:, 0], tiers))


def first_drawn(size: int, rows: Rows, tiers: NDArray[np.int64], words: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Positions of the first `size` in drawing order, without sorting those that stand far behind.

    Only rows whose (tier, first word) is not above the size-th smallest such pair can be among the first `size`.
    """
    if size == 0:
        return np.empty(0, dtype=np.intp)
    by_tier = _nth_smallest(tiers, size)
    below = np.flatnonzero(tiers < by_tier)
    level = np.flatnonzero(tiers == by_tier)
    leading = words[level, 0].astype(np.uint64)
    bound = _nth_smallest(leading, size - len(below))
    near = np.sort(np.concatenate((below, level[leading <= bound])))
    return near[drawing_order(rows[near], tiers[near], words[near])[:size]]


def _nth_smallest(values: NDArray[np.integer], nth: int) -> np.integer:
    """The `nth` (from 1) in ascending order."""
    place = nth - 1
    found: np.integer = np.partition(values, place)[place]
    return found
