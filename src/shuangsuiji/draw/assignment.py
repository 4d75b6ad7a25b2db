"""Inspectors dealt to visits (draw-v1 §7).

Sets of inspectors are integers used as bit sets: in `_pick` bit k is the k-th inspector of the department in byte order,
in `_Repair` the k-th in (rank, id) order, so that "the lowest bit first" is the order that the specification asks for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from shuangsuiji.draw.tickets import deal_key, tagged_hash
from shuangsuiji.draw.visits import Staff, Visit


@dataclass(frozen=True, slots=True)
class Member:
    """An inspector on a team. `slot` counts from 1 within the department; the leader (组长) is slot 1 of the initiator."""

    inspector: str
    department: str
    slot: int
    leader: bool


@dataclass(frozen=True, slots=True)
class Witness:
    """Proof that no deal keeps to the cap: only `inspectors` can serve the slots they have (`load` > cap·|inspectors|)."""

    department: str
    cap: int
    inspectors: tuple[str, ...]
    visits: tuple[str, ...]
    load: int


@dataclass(frozen=True, slots=True)
class Deal:
    """What one department gives: for each of its visits (by entity) the inspectors by slot, and every inspector's load."""

    department: str
    slots: Mapping[str, tuple[str, ...]]
    loads: Mapping[str, int]


def deal(staff: Staff, visits: Sequence[Visit], cap: int | None, seed: str, plan: str, batch: str) -> Deal | Witness:
    """Steps 1 to 4 for one department and the visits that involve it, none of them blocked.

    `cap` is the plan's `max_visits_per_inspector`. The work is visits·slots, plus one search among the inspectors for each shift.
    """
    key = deal_key(seed, plan, batch, staff.department)
    ordered = sorted(visits, key=lambda visit: (tagged_hash(key, "order", visit.entity), visit.entity))
    eligible = {visit.entity: staff.eligible(visit) for visit in ordered}
    slots = {visit.entity: slots for visit, slots in zip(ordered, _pick(key, staff, ordered, eligible), strict=True)}
    repair = _Repair(key, staff.ids, slots, eligible)
    repair.run()
    if cap is not None and (witness := repair.witness(staff.department, cap)):
        return witness
    return Deal(staff.department, {entity: tuple(team) for entity, team in slots.items()}, repair.loads)


def _bits(mask: int) -> Iterator[int]:
    """Positions of the bits of `mask`, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _nth_bit(mask: int, nth: int) -> int:
    """The position of the bit of `mask` that has `nth` set bits below it, by halving."""
    low, high = 0, mask.bit_length()
    while high - low > 1:
        middle = (low + high) // 2
        if (mask & ((1 << middle) - 1)).bit_count() > nth:
            high = middle
        else:
            low = middle
    return low


def _pick(key: str, staff: Staff, ordered: Sequence[Visit], eligible: Mapping[str, tuple[str, ...]]) -> Iterator[list[str]]:
    """Step 2: for each visit in order the inspectors by slot, always one of the least loaded."""
    number = {inspector: k for k, inspector in enumerate(staff.ids)}
    masks = {able: sum(1 << number[inspector] for inspector in able) for able in set(eligible.values())}
    levels = {0: (1 << len(staff.ids)) - 1}
    for visit in ordered:
        free = masks[eligible[visit.entity]]
        team = []
        for slot in range(1, visit.errand.demand[staff.department] + 1):
            load = min(level for level, members in levels.items() if members & free)
            least = levels[load] & free
            choice = int(tagged_hash(key, "pick", visit.entity, str(slot)), 16) % least.bit_count()
            chosen = _nth_bit(least, choice)
            bit = 1 << chosen
            free ^= bit
            levels[load] ^= bit
            if not levels[load]:
                del levels[load]
            levels[load + 1] = levels.get(load + 1, 0) | bit
            team.append(staff.ids[chosen])
        yield team


class _Repair:
    """Step 3: shift visits along paths from a busier inspector to an idler one until the loads are as even as can be."""

    def __init__(
        self, key: str, ids: tuple[str, ...], slots: dict[str, list[str]], eligible: Mapping[str, tuple[str, ...]]
    ) -> None:
        """`slots` maps entities to teams in the order of step 1, and is changed in place."""
        self._ids = tuple(sorted(ids, key=lambda inspector: (tagged_hash(key, "rank", inspector), inspector)))
        self._number = {inspector: k for k, inspector in enumerate(self._ids)}
        self._slots = slots
        masks = {able: sum(1 << self._number[i] for i in able) for able in set(eligible.values())}
        self._able = {entity: masks[able] for entity, able in eligible.items()}
        self._visits: list[dict[str, None]] = [{} for _ in self._ids]
        for entity, team in slots.items():
            for inspector in team:
                self._visits[self._number[inspector]][entity] = None
        self._place = {entity: nth for nth, entity in enumerate(slots)}
        self._load = [len(visits) for visits in self._visits]
        usable = 0
        for mask in masks.values():
            usable |= mask
        self._floor_members = list(_bits(usable))
        self._edges: dict[int, int] = {}

    @property
    def loads(self) -> dict[str, int]:
        """Every inspector's load, those with 0 too."""
        return {inspector: self._load[k] for k, inspector in enumerate(self._ids)}

    def run(self) -> None:
        """Repeat until no inspector has a path."""
        while self._shift_once():
            pass

    def _shift_once(self) -> bool:
        if not self._floor_members:
            return False
        floor = min(self._load[k] for k in self._floor_members)
        busy = [k for k, load in enumerate(self._load) if load >= floor + 2]
        for start in sorted(busy, key=lambda k: -self._load[k]):  # numbers are in (rank, id) order, and the sort is stable
            if path := self._path(start):
                self._shift(path)
                return True
        return False

    def _path(self, start: int) -> list[int]:
        """Breadth-first from `start` to the first inspector with a load of at most two less; empty if there is none."""
        target = self._load[start] - 2
        before = {start: start}
        reached = 1 << start
        queue = [start]
        for here in queue:
            for there in _bits(self._edges_from(here) & ~reached):
                reached |= 1 << there
                before[there] = here
                if self._load[there] <= target:
                    path = [there]
                    while path[-1] != start:
                        path.append(before[path[-1]])
                    return path[::-1]
                queue.append(there)
        return []

    def _edges_from(self, k: int) -> int:
        """The inspectors to whom inspector k could hand one of his visits; remembered until one of his visits changes."""
        if k not in self._edges:
            edges = 0
            for entity in self._visits[k]:
                edges |= self._open_to(entity)
            self._edges[k] = edges
        return self._edges[k]

    def _open_to(self, entity: str) -> int:
        """The eligible inspectors who are not on the visit."""
        open_to = self._able[entity]
        for inspector in self._slots[entity]:
            open_to &= ~(1 << self._number[inspector])
        return open_to

    def _shift(self, path: list[int]) -> None:
        """In each step the next inspector takes the slot of the one before. The visits are chosen before any is changed."""
        steps = list(pairwise(path))
        chosen = [
            min((e for e in self._visits[here] if self._open_to(e) >> there & 1), key=self._place.__getitem__)
            for here, there in steps
        ]
        for (here, there), entity in zip(steps, chosen, strict=True):
            team = self._slots[entity]
            team[team.index(self._ids[here])] = self._ids[there]
            del self._visits[here][entity]
            self._visits[there][entity] = None
        self._load[path[0]] -= 1
        self._load[path[-1]] += 1
        for k in {self._number[i] for entity in chosen for i in self._slots[entity]} | set(path):
            self._edges.pop(k, None)

    def witness(self, department: str, cap: int) -> Witness | None:
        """Step 4: None if nobody's load exceeds the cap."""
        busiest = max(range(len(self._ids)), key=self._load.__getitem__)  # the first in (rank, id) order of those with most
        if self._load[busiest] <= cap:
            return None
        reached = 1 << busiest
        queue = [busiest]
        for here in queue:
            new = self._edges_from(here) & ~reached
            reached |= new
            queue.extend(_bits(new))
        return Witness(
            department,
            cap,
            tuple(sorted(self._ids[k] for k in queue)),
            tuple(sorted({entity for k in queue for entity in self._visits[k]})),
            sum(self._load[k] for k in queue),
        )
