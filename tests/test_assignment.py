"""Visits, demand and the deal (draw-v1 §6, §7).

`naive_deal` is a second reading of §7 with plain lists and dicts, written from the specification; the engine is compared with
it on many small instances. How even the loads can be, and whether a cap can be kept at all, is decided by enumerating every
assignment.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from typing import Any

import pytest
from builders import SEED, H, inspector_pool, plan, staff_for, task, visits_for

from shuangsuiji.draw.assignment import Deal, Witness, deal
from shuangsuiji.draw.visits import Staff, blocked_visits, visit_of
from shuangsuiji.model.plan import Window

# --- demand (§6) --------------------------------------------------------------------------------------------

DEMANDS: dict[str, tuple[list[dict[str, Any]], list[tuple[str, int]]]] = {
    "one task alone: its initiator fills the team": ([{}], [("甲局", 2)]),
    "a larger minimum team": ([{"minimum_team": 5}], [("甲局", 5)]),
    "one cooperator: one each": ([{"cooperators": ("乙局",)}], [("甲局", 1), ("乙局", 1)]),
    "one cooperator, a team of four: the initiator sends three": (
        [{"cooperators": ("乙局",), "minimum_team": 4}],
        [("甲局", 3), ("乙局", 1)],
    ),
    "two per department": ([{"cooperators": ("乙局",), "per_department": 2}], [("甲局", 2), ("乙局", 2)]),
    "three cooperators need nobody more": (
        [{"cooperators": ("乙局", "丙局", "丁局")}],
        [("甲局", 1), ("乙局", 1), ("丙局", 1), ("丁局", 1)],
    ),
    "the initiator among the cooperators counts once": ([{"cooperators": ("甲局", "乙局")}], [("甲局", 1), ("乙局", 1)]),
    "two tasks of one department": ([{}, {}], [("甲局", 2)]),
    "two tasks of two departments": ([{}, {"initiator": "乙局"}], [("甲局", 1), ("乙局", 1)]),
    "the largest per department among the tasks that involve it": (
        [{"cooperators": ("乙局",), "per_department": 1}, {"initiator": "乙局", "per_department": 3}],
        [("甲局", 1), ("乙局", 3)],
    ),
    "the largest minimum team of all, filled by the first task's initiator": (
        [{"initiator": "乙局", "cooperators": ("甲局",)}, {"minimum_team": 5}],
        [("乙局", 4), ("甲局", 1)],
    ),
    "departments in order of first appearance": (
        [{"initiator": "丙局", "cooperators": ("甲局",)}, {"initiator": "乙局", "cooperators": ("丙局", "丁局")}],
        [("丙局", 1), ("甲局", 1), ("乙局", 1), ("丁局", 1)],
    ),
    "a minimum team that is just met": (
        [{"cooperators": ("乙局",), "per_department": 2, "minimum_team": 4}],
        [("甲局", 2), ("乙局", 2)],
    ),
    "a minimum team missed by one": (
        [{"cooperators": ("乙局",), "per_department": 2, "minimum_team": 5}],
        [("甲局", 3), ("乙局", 2)],
    ),
}


@pytest.mark.parametrize(("tasks", "demand"), DEMANDS.values(), ids=DEMANDS)
def test_the_demand_of_a_visit(tasks: list[dict[str, Any]], demand: list[tuple[str, int]]) -> None:
    visit = visit_of("E1", tuple(task(f"T{k}", **values) for k, values in enumerate(tasks)))
    assert list(visit.demand) == demand


def test_the_window_of_a_visit_is_what_its_tasks_have_in_common_and_the_last_day_is_the_latest_of_all() -> None:
    windows = [("2023-01-01", "2023-06-30"), ("2023-03-01", "2023-12-31"), ("2023-02-01", "2023-05-31")]
    visit = visit_of("E1", tuple(task(f"T{k}", window=Window(*window)) for k, window in enumerate(windows)))
    assert visit.window == Window("2023-03-01", "2023-05-31")
    assert visit.last_day == "2023-12-31"


# --- who is eligible (§6) -----------------------------------------------------------------------------------

VISIT = visit_of(
    "E1",
    (
        task("T1", window=Window("2023-01-01", "2023-05-31"), qualifications=(("甲局", ("食品",)), ("乙局", ("药品",)))),
        task("T2", window=Window("2023-01-01", "2023-06-30"), qualifications=(("甲局", ("特种设备",)),)),
        task("T3", initiator="乙局", window=Window("2023-01-01", "2023-04-30"), qualifications=(("甲局", ("烟草",)),)),
    ),
)
BOTH = "特种设备;食品"
OBSTACLES = {
    "none": ({"qualifications": BOTH}, set()),
    "more qualifications than asked": ({"qualifications": f"{BOTH};药品"}, set()),
    "the last day is still covered": ({"qualifications": BOTH, "certificate_expiry": "2023-06-30"}, set()),
    "one day short of the latest window": ({"qualifications": BOTH, "certificate_expiry": "2023-06-29"}, {"expired"}),
    "long enough for the first task only": ({"qualifications": BOTH, "certificate_expiry": "2023-05-31"}, {"expired"}),
    "no certificate": ({"qualifications": BOTH, "certificate_expiry": ""}, {"no_certificate"}),
    "without end": ({"qualifications": BOTH, "certificate_expiry": "9999-12-31"}, set()),
    "a status that does not count": ({"qualifications": BOTH, "status": "离岗"}, {"status"}),
    "an empty status": ({"qualifications": BOTH, "status": ""}, {"status"}),
    "the other status that counts": ({"qualifications": BOTH, "status": "有效"}, set()),
    "one qualification of two": ({"qualifications": "食品"}, {"qualification"}),
    "no qualification": ({"qualifications": ""}, {"qualification"}),
    "a qualification that only looks alike": ({"qualifications": "特种设备;食品生产"}, {"qualification"}),
    "everything at once": (
        {"qualifications": "", "certificate_expiry": "2020-01-01", "status": "离岗"},
        {"status", "expired", "qualification"},
    ),
}


@pytest.mark.parametrize("recused", [False, True], ids=["not recused", "recused"])
@pytest.mark.parametrize(("row", "obstacles"), OBSTACLES.values(), ids=OBSTACLES)
def test_every_obstacle_is_named(row: dict[str, str], obstacles: set[str], recused: bool) -> None:
    pool = inspector_pool({"id": "I1", "status": "在岗", **row}, {"id": "I2", "status": "在岗", "qualifications": BOTH})
    staff = Staff("甲局", plan(), pool, {"E1": frozenset({"I1"})} if recused else {"E2": frozenset({"I1"})})
    expected = obstacles | ({"recused"} if recused else set())
    assert set(staff.obstacles("I1", VISIT)) == expected
    assert staff.eligible(VISIT) == (("I2",) if expected else ("I1", "I2"))


def test_a_department_that_a_task_names_twice_is_asked_for_all_of_it() -> None:
    """draw-v1 §6: every qualification that the tasks ask of d. (Two aliases of one department can stand in one plan.)"""
    visit = visit_of("E1", (task(qualifications=(("甲局", ("食品",)), ("甲局", ("特种设备",)))),))
    people = inspector_pool(
        {"id": "I1", "qualifications": "特种设备"}, {"id": "I2", "qualifications": "食品"}, {"id": "I3", "qualifications": BOTH}
    )
    assert Staff("甲局", plan(), people, {}).eligible(visit) == ("I3",)


def test_the_status_of_inspectors_counts_only_where_the_pool_has_it() -> None:
    staff = Staff("甲局", plan(inspector_statuses=()), inspector_pool("I1"), {})
    assert staff.eligible(visit_of("E1", (task(),))) == ("I1",)


def test_the_staff_of_a_department_are_its_own_in_byte_order() -> None:
    pool = inspector_pool("I2", {"id": "I9", "department": "乙局"}, "I10", "甲")
    assert Staff("甲局", plan(), pool, {}).ids == ("I10", "I2", "甲")
    assert Staff("丙局", plan(), pool, {}).ids == ()


def test_a_visit_is_blocked_if_and_only_if_fewer_are_eligible_than_it_demands() -> None:
    everybody = ["I1", "I2", "I3"]
    able = {"E1": ["I1", "I2", "I3"], "E2": ["I1", "I3"], "E3": ["I2"], "E4": []}
    found = blocked_visits(staff_for(able, everybody), visits_for({"E4": 2, "E3": 2, "E2": 2, "E1": 3}))
    assert [(b.department, b.entity, b.demand, b.eligible) for b in found] == [
        ("甲局", "E4", 2, ()),
        ("甲局", "E3", 2, ("I2",)),
    ]
    assert blocked_visits(staff_for(able, everybody), visits_for({"E3": 1})) == []


# --- the deal (§7), read a second time ----------------------------------------------------------------------


@dataclass
class Naive:
    """What the naive reading gives, and how it came about."""

    slots: dict[str, list[str]]
    loads: dict[str, int]
    picked: dict[str, list[str]]
    paths: list[int]
    witness: tuple[list[str], list[str], int] | None


def naive_deal(demand: Mapping[str, int], able: Mapping[str, Sequence[str]], everybody: Sequence[str], cap: int | None) -> Naive:
    return naive_deal_of((SEED, "P1", "B1", "甲局"), demand, able, everybody, cap)


def naive_deal_of(
    names: tuple[str, str, str, str],
    demand: Mapping[str, int],
    able: Mapping[str, Sequence[str]],
    everybody: Sequence[str],
    cap: int | None,
) -> Naive:
    """Steps 1 to 4; `names` are seed, plan, batch and department."""
    key = H("shuangsuiji/draw/1", "deal", *names)
    # step 1
    visits = sorted(demand, key=lambda v: (H(key, "order", v), v))
    rank = {i: (H(key, "rank", i), i) for i in everybody}
    # step 2
    load = dict.fromkeys(everybody, 0)
    slots: dict[str, list[str]] = {}
    for v in visits:
        slots[v] = []
        for s in range(1, demand[v] + 1):
            free = [i for i in able[v] if i not in slots[v]]
            least = min(load[i] for i in free)
            candidates = sorted((i for i in free if load[i] == least), key=str.encode)
            chosen = candidates[int(H(key, "pick", v, str(s)), 16) % len(candidates)]
            slots[v].append(chosen)
            load[chosen] += 1
    picked = {v: list(team) for v, team in slots.items()}

    def first_visit(i: str, j: str) -> str | None:
        return next((v for v in visits if i in slots[v] and j not in slots[v] and j in able[v]), None)

    def reach(a: str, stop: int | None) -> list[list[str]]:
        """Paths from a in the order in which their ends are reached; up to the first end with a load of at most `stop`."""
        paths, reached = [[a]], [a]
        for path in paths:
            for j in sorted((j for j in everybody if j not in reached), key=rank.__getitem__):
                if first_visit(path[-1], j) is not None:
                    reached.append(j)
                    paths.append([*path, j])
                    if stop is not None and load[j] <= stop:
                        return paths
        return paths

    # step 3
    usable = {i for v in visits for i in able[v]}
    lengths = []
    again = bool(usable)
    while again:
        again = False
        least = min(load[i] for i in usable)
        for a in sorted((i for i in everybody if load[i] >= least + 2), key=lambda i: (-load[i], rank[i])):
            path = reach(a, load[a] - 2)[-1]
            if load[path[-1]] <= load[a] - 2:
                steps = [(i, j, first_visit(i, j)) for i, j in pairwise(path)]
                for i, j, v in steps:
                    assert v is not None
                    slots[v][slots[v].index(i)] = j
                load[a] -= 1
                load[path[-1]] += 1
                lengths.append(len(steps))
                again = True
                break
    # step 4
    witness = None
    if cap is not None and max(load.values()) > cap:
        busiest = min(everybody, key=lambda i: (-load[i], rank[i]))
        s_set = sorted(path[-1] for path in reach(busiest, None))
        x_set = sorted(v for v in visits if set(slots[v]) & set(s_set))
        witness = (s_set, x_set, sum(load[i] for i in s_set))
    return Naive(slots, load, picked, lengths, witness)


def instance(
    chance: random.Random, people: int, entities: int, density: int
) -> tuple[dict[str, int], dict[str, list[str]], list[str]]:
    """Demands, who is eligible for which visit (of ten about `density`), and everybody; no visit is blocked."""
    everybody = [f"{chance.choice(['I', '甲', 'é'])}{k}" for k in range(people)]
    demand, able = {}, {}
    for k in range(entities):
        some = [i for i in everybody if chance.randrange(10) < density] or [chance.choice(everybody)]
        able[f"E{k}"] = some
        demand[f"E{k}"] = chance.randint(1, min(3, len(some)))
    return demand, able, everybody


def dealt(
    demand: Mapping[str, int], able: Mapping[str, Sequence[str]], everybody: Sequence[str], cap: int | None
) -> Deal | Witness:
    return deal(staff_for(able, everybody), visits_for(demand), cap, SEED, "P1", "B1")


def random_instances(seed: int, rounds: int) -> list[tuple[dict[str, int], dict[str, list[str]], list[str], int | None]]:
    chance = random.Random(seed)
    found = []
    for _ in range(rounds):
        demand, able, everybody = instance(
            chance, chance.randint(2, 9), chance.randint(1, 14), chance.choice([1, 2, 2, 3, 3, 4, 6, 10])
        )
        slots = sum(demand.values())
        cap = chance.choice([None, None, 0, 1, 2, -(-slots // len(everybody)), slots])
        found.append((demand, able, everybody, cap))
    return found


def test_the_engine_deals_as_the_naive_reading_does() -> None:
    repaired = long_paths = several = witnesses = kept_caps = unusable = 0
    for demand, able, everybody, cap in random_instances(7, 1500):
        naive = naive_deal(demand, able, everybody, cap)
        found = dealt(demand, able, everybody, cap)
        repaired += bool(naive.paths)
        several += len(naive.paths) > 1
        long_paths += max(naive.paths, default=0) > 1
        unusable += len({i for some in able.values() for i in some}) < len(everybody)
        if naive.witness is not None:
            witnesses += 1
            assert isinstance(found, Witness)
            assert (found.department, found.cap) == ("甲局", cap)
            assert (list(found.inspectors), list(found.visits), found.load) == naive.witness
        else:
            kept_caps += cap is not None
            assert isinstance(found, Deal)
            assert {entity: list(team) for entity, team in found.slots.items()} == naive.slots
            assert found.loads == naive.loads
    # what is meant to be compared did occur
    assert repaired > 100
    assert several > 30
    assert long_paths > 30
    assert witnesses > 100
    assert kept_caps > 100
    assert unusable > 50


def test_of_the_visits_that_could_be_handed_over_the_first_in_the_order_is_not_the_first_that_came() -> None:
    """A visit handed to somebody takes its place in the order of step 1, not behind those he had; found by search, and rare."""
    demand = {f"E{k}": 1 for k in range(7)}
    able = {f"E{k}": ["甲0", "é1", "甲2"] for k in (0, 5, 6)} | {f"E{k}": ["甲2"] for k in (1, 2, 3)} | {"E4": ["甲0", "é1"]}
    naive = naive_deal(demand, able, ["甲0", "é1", "甲2"], None)
    assert len(naive.paths) > 1
    found = dealt(demand, able, ["甲0", "é1", "甲2"], None)
    assert isinstance(found, Deal)
    assert {entity: list(team) for entity, team in found.slots.items()} == naive.slots


def test_step_2_alone_agrees_where_everybody_may_go_everywhere() -> None:
    """With equal eligibility step 2 never leaves loads two apart, so nothing is repaired and its picks are what is seen."""
    chance = random.Random(11)
    for _ in range(60):
        everybody = [f"I{k}" for k in range(chance.randint(3, 12))]
        demand = {f"E{k}": chance.randint(1, 3) for k in range(chance.randint(1, 20))}
        able = dict.fromkeys(demand, everybody)
        naive = naive_deal(demand, able, everybody, None)
        found = dealt(demand, able, everybody, None)
        assert isinstance(found, Deal)
        assert naive.paths == []
        assert {entity: list(team) for entity, team in found.slots.items()} == naive.picked
        assert max(found.loads.values()) - min(found.loads.values()) <= 1


def test_the_order_in_which_visits_are_handed_over_changes_nothing() -> None:
    for demand, able, everybody, cap in random_instances(13, 40):
        backwards = dict(reversed(demand.items()))
        first = deal(staff_for(able, everybody), visits_for(demand), cap, SEED, "P1", "B1")
        second = deal(staff_for(able, everybody[::-1]), visits_for(backwards), cap, SEED, "P1", "B1")
        assert first == second


@pytest.mark.parametrize("field", ["seed", "plan", "batch", "department"])
def test_a_deal_depends_on_seed_plan_batch_and_department(field: str) -> None:
    everybody = [f"I{k}" for k in range(12)]
    demand = {f"E{k}": 2 for k in range(12)}
    able = dict.fromkeys(demand, everybody)
    names = {"seed": SEED, "plan": "P1", "batch": "B1"}
    first = deal(staff_for(able, everybody), visits_for(demand), None, **names)
    names |= {field: "2" * 64} if field in names else {}
    staff = staff_for(able, everybody, "乙局") if field == "department" else staff_for(able, everybody)
    visits = [visit_of(e, (task(initiator=staff.department),)) for e in demand]
    second = deal(staff, visits, None, **names)
    assert isinstance(first, Deal)
    assert isinstance(second, Deal)
    assert first.slots != second.slots


# --- every assignment there is ------------------------------------------------------------------------------


def every_load(demand: Mapping[str, int], able: Mapping[str, Sequence[str]], usable: Sequence[str]) -> list[list[int]]:
    """The loads, ascending, of every assignment that fills each visit with as many eligible inspectors as it demands."""
    found = []
    for teams in product(*(combinations(able[v], demand[v]) for v in demand)):
        found.append(sorted(sum(i in team for team in teams) for i in usable))
    return found


def small_instances(seed: int, rounds: int) -> list[tuple[dict[str, int], dict[str, list[str]], list[str]]]:
    chance = random.Random(seed)
    found = []
    for _ in range(rounds):
        found.append(instance(chance, chance.randint(2, 5), chance.randint(1, 5), chance.choice([2, 3, 5, 8])))
    return found


def test_loads_are_as_even_as_any_assignment_allows() -> None:
    uneven = 0
    for demand, able, everybody in small_instances(17, 400):
        usable = sorted({i for some in able.values() for i in some})
        found = dealt(demand, able, everybody, None)
        assert isinstance(found, Deal)
        loads = sorted(found.loads[i] for i in usable)
        possible = every_load(demand, able, usable)
        assert loads in possible
        assert sum(x * x for x in loads) == min(sum(x * x for x in one) for one in possible)
        assert loads[-1] == min(one[-1] for one in possible)
        assert loads[0] == max(one[0] for one in possible)
        uneven += loads[-1] - loads[0] > 1
        assert all(found.loads[i] == 0 for i in everybody if i not in usable)
    assert uneven > 20  # instances in which perfect evenness is out of reach


def test_a_cap_is_refused_exactly_where_no_assignment_keeps_it_and_the_witness_proves_it() -> None:
    refused = kept = 0
    for demand, able, everybody in small_instances(19, 300):
        possible = every_load(demand, able, everybody)
        for cap in range(4):
            found = dealt(demand, able, everybody, cap)
            if not isinstance(found, Witness):
                kept += 1
                assert any(one[-1] <= cap for one in possible)
                assert max(found.loads.values()) <= cap
                continue
            refused += 1
            assert all(one[-1] > cap for one in possible)
            chosen = set(found.inspectors)
            assert found.load > cap * len(chosen)
            # whatever the assignment, the visits named need that many slots from the inspectors named
            forced = sum(max(0, demand[v] - len(set(able[v]) - chosen)) for v in found.visits)
            assert forced == found.load
            assert list(found.inspectors) == sorted(chosen, key=str.encode)
            assert list(found.visits) == sorted(found.visits, key=str.encode)
    assert refused > 100
    assert kept > 100


def test_a_deal_fills_every_slot_with_distinct_eligible_inspectors_and_counts_them() -> None:
    for demand, able, everybody, _ in random_instances(23, 120):
        found = dealt(demand, able, everybody, None)
        assert isinstance(found, Deal)
        assert set(found.slots) == set(demand)
        for entity, team in found.slots.items():
            assert len(team) == len(set(team)) == demand[entity]
            assert set(team) <= set(able[entity])
        assert found.loads == {i: sum(i in team for team in found.slots.values()) for i in everybody}


def test_the_floor_is_taken_over_those_who_are_eligible_somewhere() -> None:
    """I3 can go nowhere, so its load of 0 makes nobody busy: the deal ends with 1 and 1, and with 2 and 2."""
    able = {"E1": ["I1", "I2"], "E2": ["I1", "I2"]}
    for demand, loads in (({"E1": 1, "E2": 1}, (1, 1)), ({"E1": 2, "E2": 2}, (2, 2))):
        found = dealt(demand, able, ["I1", "I2", "I3"], None)
        assert isinstance(found, Deal)
        assert (found.loads["I1"], found.loads["I2"], found.loads["I3"]) == (*loads, 0)


def test_a_department_with_no_visit_has_nothing_to_deal() -> None:
    found = dealt({}, {}, ["I1"], 0)
    assert isinstance(found, Deal)
    assert (found.slots, found.loads) == ({}, {"I1": 0})
