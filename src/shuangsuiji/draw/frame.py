"""Which entities a task may draw from (draw-v1 §4): filters make the frame, exclusions leave it.

Functions work on row numbers of the entity pool, whose rows are in byte order of the ids; so is every array of rows here.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuangsuiji.model.history import History
from shuangsuiji.model.plan import Condition, Strata, Task
from shuangsuiji.model.pool import SET_COLUMNS, Pool
from shuangsuiji.model.text import split_set

Rows = NDArray[np.intp]
EVERYBODY = "*"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An entity of the frame that may not be drawn this time, and why (`max_visits` is the only reason there is)."""

    entity: str
    reason: str


def holds(condition: Condition, cell: str) -> bool:
    """Whether `condition` holds for a cell: a set shares at least one value (`in`) or none (`not_in`)."""
    cells = split_set(cell) if condition.column in SET_COLUMNS else (cell,)
    return any(value in condition.values for value in cells) == (condition.operator == "in")


def frame_rows(where: tuple[Condition, ...], statuses: tuple[str, ...], entities: Pool) -> Rows:
    """The rows of the entities whose status counts and for whom every condition holds.

    Every column of `where` must be in the pool (`drawing` has checked).
    """
    inside = np.ones(len(entities), dtype=np.bool_)
    if "status" in entities:
        inside &= entities.matching("status", lambda cell: cell in statuses)
    for condition in where:
        inside &= entities.matching(condition.column, lambda cell, condition=condition: holds(condition, cell))  # type: ignore[misc]
    return np.flatnonzero(inside)


def excluded(task: Task, frame: Rows, entities: Pool, history: History) -> NDArray[np.bool_]:
    """For every row of the frame whether it stands in the visits of `max_visits_per_cycle` or more records of the history."""
    if task.max_visits_per_cycle is None:
        return np.zeros(len(frame), dtype=np.bool_)
    limit, visits = task.max_visits_per_cycle, history.visits()
    return np.fromiter((visits.get(entity, 0) >= limit for entity in entities.ids[frame]), dtype=np.bool_)


def strata_of(task: Task, frame: Rows, entities: Pool) -> list[tuple[str, Rows]]:
    """The strata in their order, with their rows: listed values in the plan's order, then the others in byte order; without
    strata one, named ``*``."""
    if task.strata is None:
        return [(EVERYBODY, frame)]
    cells = entities.columns[task.strata.by][frame]
    listed = [value for value, _ in task.strata.ratios]
    others = sorted(set(cells) - set(listed)) if task.strata.other is not None else []
    return [(value, frame[cells == value]) for value in (*listed, *others)]


def uncovered_values(strata: Strata, frame: Rows, entities: Pool) -> list[str]:
    """The values of the strata's column in the frame for which the plan gives no ratio: an input error where there are any.

    `other` never covers an empty cell, and ``*`` is no name that a stratum may have.
    """
    found = set(entities.columns[strata.by][frame])
    listed = {value for value, _ in strata.ratios}
    unlisted = found - listed
    return sorted((unlisted if strata.other is None else unlisted & {""}) | (found & {EVERYBODY}))


def frame_sha256(frame: Rows, entities: Pool) -> str:
    """SHA-256 of the frame's ids in byte order, each followed by LF (draw-v1 §9)."""
    return hashlib.sha256("\n".join([*entities.ids[frame], ""]).encode()).hexdigest()
