"""Whole draws (draw-v1 §3 to §7).

`naive_draw` is a second reading of the specification over lists of dicts, with the naive deal of `test_assignment`; the engine
is compared with it on many worlds. The named cases beside it are computed by hand, with tickets from hashlib.
"""

import math
from fractions import Fraction
from typing import Any

import pytest
from builders import SEED, H, entity_pool, history, inspector_pool, plan, pools, recusal_pool, sha, strata, task, where
from hypothesis import event, given, settings
from strategies import QUICK, World, worlds
from test_assignment import naive_deal_of

from shuangsuiji.draw.basket import Basket
from shuangsuiji.draw.drawing import Draw, Infeasible, draw, input_problems
from shuangsuiji.draw.explanation import Duty, Miss, Standing, duty, entity_ticket, standings, visits_of_record
from shuangsuiji.draw.forecast import DepartmentForecast, TaskForecast, forecast
from shuangsuiji.draw.sampling import Cutoff
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import Plan, Task, Window
from shuangsuiji.model.pool import Pools
from shuangsuiji.model.problems import Code, Refusal, Status

# --- a second reading ---------------------------------------------------------------------------------------


def cell_values(column: str, cell: str) -> list[str]:
    return [one for one in cell.split(";") if one] if column in ("categories", "qualifications") else [cell]


def naive_frame(of: Task, world: World) -> list[dict[str, str]]:
    found = []
    for row in sorted(world.entities, key=lambda row: row["id"].encode()):
        good = row.get("status", world.plan.entity_statuses[0]) in world.plan.entity_statuses
        for condition in of.where:
            shares = any(value in condition.values for value in cell_values(condition.column, row[condition.column]))
            good = good and (shares if condition.operator == "in" else not shares)
        if good:
            found.append(row)
    return found


def naive_stratum(of: Task, name: str, rows: list[dict[str, str]], world: World, key: str) -> dict[str, Any]:
    ids = [row["id"] for row in rows]
    n = of.count
    if n is None:
        ratio = of.ratio if of.strata is None else dict(of.strata.ratios).get(name, of.strata.other)
        assert ratio is not None
        exact = len(ids) * ratio
        n = {"up": math.ceil(exact), "half_up": math.floor(exact + Fraction(1, 2)), "down": math.floor(exact)}[of.rounding]
    if ids:
        n = max(n, of.at_least)
    if of.at_most is not None:
        n = min(n, of.at_most)
    limit = of.max_visits_per_cycle
    times = {e: sum(e in record.visited for record in world.history.records) for e in ids}
    excluded = [e for e in ids if limit is not None and times[e] >= limit]
    tier = dict.fromkeys(ids, 0)
    if of.coordination_group is not None:
        tier = {e: sum(e in r.drawn.get(of.coordination_group, ()) for r in world.history.records) for e in ids}
    order = sorted((e for e in ids if e not in excluded), key=lambda e: (tier[e], H(key, e), e.encode()))
    sample = [(e, name, tier[e], H(key, e)) for e in order[:n]]
    return {
        "name": name,
        "N": len(ids),
        "sha": sha("".join(e + "\n" for e in ids)),
        "E": len(order),
        "size": min(n, len(order)),
        "shortage": max(0, n - len(order)),
        "excluded": excluded,
        "cutoff": sample[-1][2:] if sample else None,
        "sample": sample,
    }


def naive_strata(of: Task, world: World, key: str) -> list[dict[str, Any]]:
    rows = naive_frame(of, world)
    if of.strata is None:
        return [naive_stratum(of, "*", rows, world, key)]
    names = [value for value, _ in of.strata.ratios]
    names += sorted({row[of.strata.by] for row in rows} - set(names), key=str.encode)
    return [naive_stratum(of, name, [row for row in rows if row["credit_class"] == name], world, key) for name in names]


def may_go(row: dict[str, str], department: str, entity: str, its_tasks: list[Task], world: World) -> bool:
    asked = {
        name
        for t in its_tasks
        if department in (t.initiator, *t.cooperators)
        for d, names in t.qualifications
        if d == department
        for name in names
    }
    return (
        row["department"] == department
        and row.get("status", "在岗") in world.plan.inspector_statuses
        and row["certificate_expiry"] != ""
        and all(row["certificate_expiry"] >= t.window.end for t in its_tasks)
        and not any(recusal[:2] == (row["id"], entity) for recusal in world.recusals or ())
        and asked <= set(row["qualifications"].split(";"))
    )


def naive_draw(world: World) -> dict[str, Any]:
    its_tasks = [t for t in world.plan.tasks if t.batch == "B1"]
    key = H("shuangsuiji/draw/1", "entity", world.seed, world.plan.id, "B1")
    if any(not naive_frame(t, world) and not t.allow_empty for t in its_tasks):
        return {"refused": True}
    groups = [(t.coordination_group, set(t.where)) for t in its_tasks if t.coordination_group is not None]
    if any(one == other and where != elsewhere for one, where in groups for other, elsewhere in groups):
        return {"refused": True}
    drawn = {t.id: naive_strata(t, world, key) for t in its_tasks}
    sampled = {t.id: {one[0] for stratum in drawn[t.id] for one in stratum["sample"]} for t in its_tasks}
    everybody = {e for some in sampled.values() for e in some}
    visits = sorted(everybody, key=lambda e: (H(key, e), e.encode()))
    tasks_of = {e: [t for t in its_tasks if e in sampled[t.id]] for e in visits}
    demand: dict[str, dict[str, int]] = {}
    for e in visits:
        demand[e] = {}
        for t in tasks_of[e]:
            for d in (t.initiator, *t.cooperators):
                demand[e][d] = max(demand[e].get(d, 0), t.per_department)
        missing = max(t.minimum_team for t in tasks_of[e]) - sum(demand[e].values())
        demand[e][tasks_of[e][0].initiator] += max(0, missing)
    able = {
        (e, d): sorted((r["id"] for r in world.inspectors if may_go(r, d, e, tasks_of[e], world)), key=str.encode)
        for e in visits
        for d in demand[e]
    }
    departments = sorted({d for e in visits for d in demand[e]}, key=str.encode)
    blocked = [
        (d, e, demand[e][d], tuple(able[e, d]))
        for d in departments
        for e in visits
        if d in demand[e] and len(able[e, d]) < demand[e][d]
    ]
    if blocked:
        return {"blocked": blocked}
    dealt, witnesses = {}, []
    for d in departments:
        mine = [e for e in visits if d in demand[e]]
        staff = sorted((r["id"] for r in world.inspectors if r["department"] == d), key=str.encode)
        cap = world.plan.max_visits_per_inspector
        names = (world.seed, world.plan.id, "B1", d)
        dealt[d] = naive_deal_of(names, {e: demand[e][d] for e in mine}, {e: able[e, d] for e in mine}, staff, cap)
        if dealt[d].witness is not None:
            witnesses.append((d, cap, *dealt[d].witness))
    if witnesses:
        return {"witnesses": witnesses}
    names_of = {row["id"]: row["name"] for row in world.entities}
    return {
        "key": key,
        "tasks": [(t.id, drawn[t.id]) for t in its_tasks],
        "visits": [
            {
                "entity": e,
                "name": names_of[e],
                "tasks": [t.id for t in tasks_of[e]],
                "team": [
                    (i, d, slot, slot == 1 and d == tasks_of[e][0].initiator)
                    for d in demand[e]
                    for slot, i in enumerate(dealt[d].slots[e], 1)
                ],
            }
            for e in visits
        ],
        "loads": [(d, i, dealt[d].loads[i]) for d in departments for i in sorted(dealt[d].loads, key=str.encode)],
    }


def engine_draw(world: World) -> dict[str, Any]:
    """What the engine says, in the form of `naive_draw`."""
    try:
        found = draw(world.plan, "B1", world.pools(), world.history, world.seed)
    except Refusal:
        return {"refused": True}
    if isinstance(found, Infeasible):
        if found.blocked:
            assert found.reason == "too_few_eligible"
            assert found.witnesses == ()
            return {"blocked": [(b.department, b.entity, b.demand, b.eligible) for b in found.blocked]}
        assert found.reason == "cap_exceeded"
        return {"witnesses": [(w.department, w.cap, [*w.inspectors], [*w.visits], w.load) for w in found.witnesses]}
    assert (found.batch, found.seed) == ("B1", world.seed)
    return {
        "key": found.entity_key,
        "tasks": [
            (
                of.task.id,
                [
                    {
                        "name": s.name,
                        "N": s.frame_size,
                        "sha": s.frame_sha256,
                        "E": s.eligible,
                        "size": s.sample_size,
                        "shortage": s.shortage,
                        "excluded": [one.entity for one in s.excluded],
                        "cutoff": s.cutoff and (s.cutoff.tier, s.cutoff.ticket),
                        "sample": [(one.entity, one.stratum, one.tier, one.ticket) for one in s.sample],
                    }
                    for s in of.strata
                ],
            )
            for of in found.tasks
        ],
        "visits": [
            {
                "entity": v.visit.entity,
                "name": v.name,
                "tasks": [t.id for t in v.visit.tasks],
                "team": [(m.inspector, m.department, m.slot, m.leader) for m in v.team],
            }
            for v in found.visits
        ],
        "loads": [(load.department, load.inspector, load.visits) for load in found.loads],
    }


SEEN: set[str] = set()


def test_the_engine_draws_as_the_naive_reading_does() -> None:
    SEEN.clear()
    compare()
    assert {"refused", "blocked", "witnesses", "key", "excluded", "tiers", "strata", "shortage"} <= SEEN


@given(worlds())
@settings(QUICK, max_examples=250)
def compare(world: World) -> None:
    naive = naive_draw(world)
    assert engine_draw(world) == naive
    kind = next(iter(naive))
    event(kind)
    SEEN.add(kind)
    strata_seen = [s for _, some in naive.get("tasks", []) for s in some]
    SEEN.update(
        name
        for name, holds in (
            ("excluded", any(s["excluded"] for s in strata_seen)),
            ("shortage", any(s["shortage"] for s in strata_seen)),
            ("tiers", any(one[2] for s in strata_seen for one in s["sample"])),
            ("strata", any(s["name"] != "*" for s in strata_seen)),
        )
        if holds
    )


# --- by hand ------------------------------------------------------------------------------------------------

KEY = H("shuangsuiji/draw/1", "entity", SEED, "P1", "B1")


def by_ticket(*entities: str) -> list[str]:
    return sorted(entities, key=lambda e: H(KEY, e))


def drawn(of: Plan, these: Pools, past: History | None = None, batch: str = "B1") -> Draw:
    found = draw(of, batch, these, past or History(), SEED)
    assert isinstance(found, Draw)
    return found


def failed(of: Plan, these: Pools) -> Infeasible:
    found = draw(of, "B1", these, History(), SEED)
    assert isinstance(found, Infeasible)
    assert (found.batch, found.seed) == ("B1", SEED)
    return found


def samples(found: Draw) -> dict[str, list[str]]:
    return {of.task.id: [one.entity for one in of.sample] for of in found.tasks}


def test_a_whole_draw_by_hand() -> None:
    """Four entities, two drawn; three inspectors of one department, two on each visit."""
    found = drawn(plan(task(count=2)), pools(4, 3))
    order = by_ticket("E1", "E2", "E3", "E4")
    (of,) = found.tasks
    (stratum,) = of.strata
    assert (stratum.name, stratum.frame_size, stratum.eligible, stratum.sample_size, stratum.shortage) == ("*", 4, 4, 2, 0)
    assert stratum.frame_sha256 == sha("E1\nE2\nE3\nE4\n")
    assert [(one.entity, one.stratum, one.tier, one.ticket) for one in of.sample] == [(e, "*", 0, H(KEY, e)) for e in order[:2]]
    assert stratum.cutoff is not None
    assert (stratum.cutoff.tier, stratum.cutoff.ticket) == (0, H(KEY, order[1]))
    assert found.entity_key == KEY
    assert [(v.visit.entity, v.name) for v in found.visits] == [(e, f"企业{e}") for e in order[:2]]
    # the deal: first visit picks two of three; the second takes the idle one, then one of the two busy ones
    deal_key = H("shuangsuiji/draw/1", "deal", SEED, "P1", "B1", "甲局")
    first, second = sorted(order[:2], key=lambda e: H(deal_key, "order", e))
    staff = ["I1", "I2", "I3"]
    one = staff[int(H(deal_key, "pick", first, "1"), 16) % 3]
    rest = [i for i in staff if i != one]
    two = rest[int(H(deal_key, "pick", first, "2"), 16) % 2]
    (three,) = (i for i in staff if i not in (one, two))
    busy = sorted([one, two])
    four = busy[int(H(deal_key, "pick", second, "2"), 16) % 2]
    teams = {v.visit.entity: [(m.inspector, m.slot, m.leader) for m in v.team] for v in found.visits}
    assert teams == {first: [(one, 1, True), (two, 2, False)], second: [(three, 1, True), (four, 2, False)]}
    assert [(load.department, load.inspector, load.visits) for load in found.loads] == [
        ("甲局", i, [one, two, three, four].count(i)) for i in staff
    ]


def test_tasks_with_the_same_frame_draw_the_same_and_one_visit_serves_them() -> None:
    of = plan(task("T1", count=3), task("T2", count=2, initiator="乙局"), task("T3", count=3, batch="B2"))
    staff = inspector_pool("I1", "I2", *({"id": f"J{k}", "department": "乙局"} for k in range(3)))
    found = drawn(of, pools(6, staff))
    order = by_ticket(*(f"E{k}" for k in range(1, 7)))
    assert samples(found) == {"T1": order[:3], "T2": order[:2]}
    assert [(v.visit.entity, [t.id for t in v.visit.tasks]) for v in found.visits] == [
        (order[0], ["T1", "T2"]),
        (order[1], ["T1", "T2"]),
        (order[2], ["T1"]),
    ]
    assert [[(m.department, m.slot, m.leader) for m in v.team] for v in found.visits] == [
        [("甲局", 1, True), ("乙局", 1, False)],
        [("甲局", 1, True), ("乙局", 1, False)],
        [("甲局", 1, True), ("甲局", 2, False)],
    ]


def test_whoever_is_in_no_frame_of_the_batch_is_not_in_the_basket() -> None:
    """draw-v1 §3: a ticket for every entity in at least one frame; T3 is of another batch."""
    pool = entity_pool(*({"id": f"E{k}", "c": c} for k, c in enumerate("ABCAD")))
    of = plan(
        *(
            task(f"T{k}", where=(where("c", *some),), batch=b)
            for k, (some, b) in enumerate([("A", "B1"), ("BA", "B1"), ("C", "B2")])
        )
    )
    basket = Basket.of(of, "B1", pool, History())
    assert list(pool.ids[basket.rows]) == ["E0", "E1", "E3"]
    assert len(basket.ticketed(SEED).tickets) == 3


def test_visits_are_listed_by_ticket_and_not_by_task() -> None:
    pool = entity_pool(*({"id": f"E{k}", "c": "A" if k % 2 else "B"} for k in range(1, 9)))
    of = plan(task("T1", count=4, where=(where("c", "A"),)), task("T2", count=4, where=(where("c", "B"),)))
    assert [v.visit.entity for v in drawn(of, pools(pool)).visits] == by_ticket(*(f"E{k}" for k in range(1, 9)))


def test_strata_are_drawn_each_by_its_own_ratio() -> None:
    cells = {"E1": "A", "E2": "A", "E3": "A", "E4": "B", "E5": "B", "E6": "D", "E7": "C", "E8": "C", "E9": "C"}
    pool = entity_pool(*({"id": e, "c": c} for e, c in cells.items()))
    rule = strata("c", ("B", "1"), ("Q", "1/2"), ("A", "1/3"), other="2/3")
    (of,) = drawn(plan(task(strata=rule)), pools(pool)).tasks
    a, b, c = (by_ticket(*(e for e, cell in cells.items() if cell == name)) for name in "ABC")
    found = [(s.name, s.frame_size, s.sample_size, [one.entity for one in s.sample]) for s in of.strata]
    assert found == [("B", 2, 2, b), ("Q", 0, 0, []), ("A", 3, 1, a[:1]), ("C", 3, 2, c[:2]), ("D", 1, 1, ["E6"])]
    assert [one.entity for one in of.sample] == [*b, *a[:1], *c[:2], "E6"]
    assert [s.cutoff and s.cutoff.ticket for s in of.strata] == [H(KEY, e) if e else None for e in (b[1], "", a[0], c[1], "E6")]
    assert of.strata[1].frame_sha256 == sha("")


def test_whoever_was_drawn_before_for_the_group_stands_behind_everybody_else() -> None:
    past = history(("g", ["E1", "E2"]), ("h", ["E3"]), ("g", ["E1"]))
    found = drawn(plan(task(count=5, coordination_group="g")), pools(5), past)
    order = [*by_ticket("E3", "E4", "E5"), "E2", "E1"]
    assert samples(found) == {"T1": order}
    assert [one.tier for one in found.tasks[0].sample] == [0, 0, 0, 1, 2]
    cutoff = found.tasks[0].strata[0].cutoff
    assert cutoff is not None
    assert (cutoff.tier, cutoff.ticket) == (2, H(KEY, "E1"))
    assert [v.visit.entity for v in found.visits] == by_ticket("E1", "E2", "E3", "E4", "E5")  # visits do not go by tier


def test_two_tasks_of_one_batch_see_their_own_groups_tiers_and_the_same_tickets() -> None:
    past = history(("g", ["E1", "E2"]), ("h", ["E3"]))
    of = plan(task("T1", count=1, coordination_group="g"), task("T2", count=1, coordination_group="h"), task("T3", count=1))
    found = drawn(of, pools(4), past)
    assert samples(found) == {
        "T1": by_ticket("E3", "E4")[:1],
        "T2": by_ticket("E1", "E2", "E4")[:1],
        "T3": by_ticket("E1", "E2", "E3", "E4")[:1],
    }


def test_exclusions_leave_the_frame_after_n_is_counted_and_a_shortage_shows() -> None:
    past = history((None, ["E1", "E2"]), (None, ["E2", "E3"]))
    (of,) = drawn(plan(task(ratio="0.8", max_visits_per_cycle=1)), pools(5), past).tasks
    (stratum,) = of.strata
    assert (stratum.frame_size, stratum.eligible, stratum.sample_size, stratum.shortage) == (5, 2, 2, 2)
    assert [(one.entity, one.reason) for one in stratum.excluded] == [(f"E{k}", "max_visits") for k in (1, 2, 3)]
    assert samples(drawn(plan(task(ratio="0.8", max_visits_per_cycle=2)), pools(5), past)) == {
        "T1": by_ticket("E1", "E3", "E4", "E5")
    }


def test_everybody_excluded_leaves_a_draw_of_nobody() -> None:
    found = drawn(plan(task(count=1, max_visits_per_cycle=1)), pools(2), history((None, ["E1", "E2"])))
    (stratum,) = found.tasks[0].strata
    assert (stratum.eligible, stratum.sample_size, stratum.shortage, stratum.cutoff) == (0, 0, 1, None)
    assert (found.visits, found.loads) == ((), ())


def test_100_percent_draws_everybody_in_the_order_of_tickets() -> None:
    assert samples(drawn(plan(task(ratio="1")), pools(7))) == {"T1": by_ticket(*(f"E{k}" for k in range(1, 8)))}


def test_an_empty_frame_that_the_plan_allows_draws_nobody() -> None:
    pool = entity_pool({"id": "E1", "c": "A"})
    of = plan(task("T1", ratio="1/2", where=(where("c", "Z"),), allow_empty=True), task("T2", count=1))
    found = drawn(of, pools(pool))
    assert samples(found) == {"T1": [], "T2": ["E1"]}
    alone = drawn(plan(task("T1", ratio="1/2", where=(where("c", "Z"),), allow_empty=True)), pools(pool))
    assert (samples(alone), alone.visits, alone.loads) == ({"T1": []}, (), ())


@pytest.mark.parametrize(
    ("tasks", "codes"),
    [
        pytest.param([task(where=(where("q", "A"),))], [("DRAW-002", "T1")], id="a filter by a column that is not there"),
        pytest.param([task(strata=strata("q", other="1"))], [("DRAW-002", "T1")], id="strata by a column that is not there"),
        pytest.param([task(strata=strata("categories", other="1"))], [("DRAW-006", "T1")], id="strata by a set"),
        pytest.param([task(where=(where("c", "Z"),))], [("DRAW-001", "T1")], id="an empty frame"),
        pytest.param([task(strata=strata("c", ("A", "1")))], [("DRAW-003", "T1")], id="a value without a ratio"),
        pytest.param([task(strata=strata("d", other="1"))], [("DRAW-003", "T1")], id="an empty cell under other"),
        pytest.param(
            [
                task("T1", where=(where("q", "A"), where("r", "A"))),
                task("T2"),
                task("T3", strata=strata("categories", other="1")),
            ],
            [("DRAW-002", "T1"), ("DRAW-002", "T1"), ("DRAW-006", "T3")],
            id="all problems of columns at once",
        ),
        pytest.param(
            [
                task("T1", where=(where("c", "Z"),)),
                task("T2", where=(where("c", "Y"),)),
                task("T3", strata=strata("c", ("A", "1"))),
            ],
            [("DRAW-001", "T1"), ("DRAW-001", "T2"), ("DRAW-003", "T3")],
            id="all problems of frames at once",
        ),
        pytest.param(
            [task("T1", window=Window("2023-01-01", "2023-06-30")), task("T2", window=Window("2023-07-01", "2023-12-31"))],
            [("DRAW-012", "B1")],
            id="windows without a day in common",
        ),
        pytest.param(
            [
                task("T1", window=Window("2023-01-01", "2023-06-30")),
                task("T2", window=Window("2023-06-01", "2023-08-31")),
                task("T3", window=Window("2023-08-01", "2023-12-31")),
            ],
            [("DRAW-012", "B1")],
            id="windows that meet two by two and not all together",
        ),
        pytest.param(
            [task("T1", coordination_group="g"), task("T2", coordination_group="g", where=(where("c", "A"),))],
            [("DRAW-013", "B1")],
            id="two filters in one group",
        ),
        pytest.param(
            [task("T1", coordination_group="g"), task("T2", coordination_group="h", where=(where("c", "A"),))],
            [],
            id="two filters in two groups",
        ),
        pytest.param(
            [
                task("T1", coordination_group="g", where=(where("c", "A"), where("d", ""))),
                task("T2", coordination_group="g", where=(where("d", ""), where("c", "A"))),
            ],
            [],
            id="one filter in one group, its conditions in two orders",
        ),
        pytest.param(
            [task("T1", where=(where("c", "Z"),), allow_empty=True), task("T2", where=(where("q", "Z"),), batch="B2")],
            [],
            id="an empty frame that is allowed, and another batch's mistake",
        ),
    ],
)
def test_inputs_that_cannot_be_drawn_from_are_refused_before_anything_is_sealed(
    tasks: list[Task], codes: list[tuple[str, str]]
) -> None:
    pool = entity_pool({"id": "E1", "c": "A", "d": "", "categories": "x"}, {"id": "E2", "c": "B", "d": "D", "categories": ""})
    of = plan(*tasks)
    assert [(problem.code, problem.place.path) for problem in input_problems(of, "B1", pool)] == codes
    if codes:
        with pytest.raises(Refusal) as refused:
            draw(of, "B1", pools(pool), History(), SEED)
        assert refused.value.status is Status.INPUT
        assert [problem.code for problem in refused.value.problems] == [Code(code) for code, _ in codes]
    else:
        drawn(of, pools(pool))


@pytest.mark.parametrize(
    ("tasks", "values"),
    [
        pytest.param([task(where=(where("q", "A"),))], [{"column": "q", "columns": "c、categories、id、name"}], id="column"),
        pytest.param(
            [task(strata=strata("r", other="1"), where=(where("q", "A"),))],
            [{"column": column, "columns": "c、categories、id、name"} for column in ("q", "r")],
            id="columns of conditions, then of strata",
        ),
        pytest.param([task(where=(where("c", "Z"),))], [{"name": "任务T1"}], id="frame"),
        pytest.param([task(strata=strata("categories", other="1"))], [{"column": "categories"}], id="set"),
        pytest.param([task(strata=strata("c", ("Z", "1")))], [{"column": "c", "values": "A、B"}], id="stratum"),
        pytest.param(
            [task("T1", window=Window("2023-01-01", "2023-01-31")), task("T2", window=Window("2023-02-01", "2023-02-28"))],
            [{"batch": "B1"}],
            id="day",
        ),
        pytest.param(
            [
                task("T1", coordination_group="g"),
                task("T2", coordination_group="h"),
                task("T3", coordination_group="g", where=(where("c", "A"),)),
            ],
            [{"group": "g", "tasks": "T1、T3"}],
            id="group",
        ),
    ],
)
def test_a_problem_brings_the_names_that_its_message_shows(tasks: list[Task], values: list[dict[str, str]]) -> None:
    pool = entity_pool({"id": "E1", "c": "A", "categories": "x"}, {"id": "E2", "c": "B", "categories": ""})
    assert [dict(problem.values) for problem in input_problems(plan(*tasks), "B1", pool)] == values


def test_blocked_visits_are_listed_by_department_and_then_in_the_order_of_the_visits() -> None:
    staff = inspector_pool(
        "I1", "I2", {"id": "J1", "department": "乙局"}, {"id": "J2", "department": "乙局", "certificate_expiry": ""}
    )
    of = plan(task(count=3, cooperators=("乙局", "丙局"), per_department=2))
    found = failed(of, pools(3, staff, recusal_pool(("I1", "E1"), ("J1", "E2"), ("I9", "E1"), ("I1", "E9"))))
    order = by_ticket("E1", "E2", "E3")
    assert found.reason == "too_few_eligible"
    assert [(b.department, b.entity, b.demand, b.eligible) for b in found.blocked] == [
        *(("丙局", e, 2, ()) for e in order),
        *(("乙局", e, 2, () if e == "E2" else ("J1",)) for e in order),
        ("甲局", "E1", 2, ("I2",)),
    ]
    assert found.witnesses == ()
    assert [v.entity for v in found.visits] == order
    assert sorted(["丙局", "乙局", "甲局"], key=str.encode) == ["丙局", "乙局", "甲局"]


def test_departments_whose_cap_is_exceeded_are_named_all_together_and_only_if_nothing_is_blocked() -> None:
    staff = inspector_pool(
        *(f"I{k}" for k in range(6)), *({"id": f"J{k}", "department": "乙局"} for k in (1, 2)), {"id": "K1", "department": "丙局"}
    )
    of = plan(task(count=3, cooperators=("乙局", "丙局")), max_visits_per_inspector=1)
    found = failed(of, pools(3, staff))
    assert found.reason == "cap_exceeded"
    assert found.blocked == ()
    assert [(w.department, w.cap, w.inspectors, w.visits, w.load) for w in found.witnesses] == [
        ("丙局", 1, ("K1",), ("E1", "E2", "E3"), 3),
        ("乙局", 1, ("J1", "J2"), ("E1", "E2", "E3"), 3),
    ]
    blocked = failed(of, pools(3, staff, recusal_pool(("K1", "E1"))))
    assert (blocked.reason, blocked.witnesses) == ("too_few_eligible", ())
    assert [(b.department, b.entity) for b in blocked.blocked] == [("丙局", "E1")]


def test_a_cap_that_can_just_be_kept_is_kept() -> None:
    found = drawn(plan(task(count=3), max_visits_per_inspector=2), pools(3, 3))
    assert [load.visits for load in found.loads] == [2, 2, 2]
    assert failed(plan(task(count=3), max_visits_per_inspector=1), pools(3, 3)).reason == "cap_exceeded"


def test_loads_name_everybody_of_a_department_that_has_a_visit_and_nobody_else() -> None:
    working = {"I2": "在岗", "I10": "离岗", "I1": "有效"}
    rows = [{"id": one, "status": status} for one, status in working.items()]
    with_status = inspector_pool(*rows, {"id": "J1", "status": "在岗", "department": "乙局"})
    found = drawn(plan(task(count=1)), pools(2, with_status))
    assert [(load.department, load.inspector, load.visits) for load in found.loads] == [
        ("甲局", "I1", 1),
        ("甲局", "I10", 0),
        ("甲局", "I2", 1),
    ]


def test_another_seed_plan_or_batch_gives_other_tickets() -> None:
    names = [f"E{k}" for k in range(40)]
    orders = set()
    for seed, plan_id, batch in ((SEED, "P1", "B1"), ("2" * 64, "P1", "B1"), (SEED, "P2", "B1"), (SEED, "P1", "B2")):
        of = plan(task(count=40, batch=batch), id=plan_id)
        (one,) = Basket.of(of, batch, entity_pool(*names), History()).draw_entities(seed)
        order = [d.entity for d in one.sample]
        key = H("shuangsuiji/draw/1", "entity", seed, plan_id, batch)
        assert order == sorted(names, key=lambda e, key=key: H(key, e))
        orders.add(tuple(order))
    assert len(orders) == 4


def test_the_windows_of_two_tasks_meet_in_a_visit() -> None:
    of = plan(task("T1", window=Window("2023-01-01", "2023-06-30")), task("T2", window=Window("2023-06-30", "2023-12-31")))
    (visit,) = drawn(of, pools(1)).visits
    assert visit.visit.window == Window("2023-06-30", "2023-06-30")
    staff = inspector_pool(*({"id": f"I{k}", "certificate_expiry": "2023-12-30"} for k in range(3)))
    assert failed(of, pools(1, staff)).blocked[0].eligible == ()


def test_a_batch_that_the_plan_does_not_have_is_no_reason_to_stumble() -> None:
    """`draw` says of itself that it raises nothing but Refusal, for any plan and pools."""
    try:
        found = draw(plan(), "B9", pools(), History(), SEED)
    except Refusal:
        return
    assert isinstance(found, Draw)
    assert found.visits == ()


# --- seen from one entity, from one inspector, and before there is a seed ------------------------------------


def standing_of(of: Plan, entity: str, these: Pools, past: History | None = None) -> Standing:
    """The standing with the plan's only task."""
    (found,) = standings(of, "B1", these, past or History(), SEED, entity)
    return found


def test_an_entity_of_a_frame_has_its_place_in_the_order_and_the_pair_of_the_last_one_drawn() -> None:
    """draw-v1 §5, with tickets by hashlib; E9 was drawn before for the group, so it stands behind all the others."""
    names = [f"E{k}" for k in range(1, 10)]
    one = task(count=4, coordination_group="g")
    of = plan(one)
    order = [*by_ticket(*names[:-1]), "E9"]
    for place, entity in enumerate(order, start=1):
        found = standing_of(of, entity, pools(entity_pool(*names)), history(("g", ["E9"])))
        assert found == Standing(
            task=one,
            misses=(),
            stratum="*",
            eligible=9,
            excluded=False,
            tier=int(entity == "E9"),
            place=place,
            sample_size=4,
            cutoff=Cutoff(0, H(KEY, order[3])),
        )
        assert found.drawn == (place <= 4)
        assert entity_ticket(of, "B1", SEED, entity) == (KEY, H(KEY, entity))


def test_the_place_of_an_entity_is_that_in_its_own_stratum() -> None:
    """4 in A of which ⌈4/2⌉ = 2 go, 5 in B of which none does: `down` of 5/9, and at_least is 0."""
    pool = entity_pool(*({"id": f"E{k}", "c": "A" if k < 5 else "B"} for k in range(1, 10)))
    of = plan(task(strata=strata("c", ("B", "1/9"), ("A", "1/2")), rounding="down", at_least=0))
    first, second, third, fourth = by_ticket("E1", "E2", "E3", "E4")
    for entity, place in ((first, 1), (second, 2), (third, 3), (fourth, 4)):
        found = standing_of(of, entity, pools(pool))
        assert (found.stratum, found.eligible, found.sample_size, found.place) == ("A", 4, 2, place)
        assert (found.cutoff, found.drawn) == (Cutoff(0, H(KEY, second)), place <= 2)
    last = by_ticket(*(f"E{k}" for k in range(5, 10)))[-1]
    found = standing_of(of, last, pools(pool))
    assert (found.stratum, found.eligible, found.sample_size, found.place) == ("B", 5, 0, 5)
    assert (found.cutoff, found.drawn) == (None, False)


def test_an_entity_that_is_excluded_has_no_place() -> None:
    """Visited twice, and twice is the limit; three are left, two of them drawn."""
    one = task(count=2, max_visits_per_cycle=2)
    past = history((None, ["E1", "E2"]), (None, ["E1"]))
    found = standing_of(plan(one), "E1", pools(4), past)
    assert (found.task, found.misses, found.stratum, found.drawn, found.place, found.cutoff) == (one, (), "*", False, None, None)
    assert (found.eligible, found.excluded, found.tier, found.sample_size) == (3, True, 0, 2)
    order = by_ticket("E2", "E3", "E4")
    other = standing_of(plan(one), "E2", pools(4), past)
    assert (other.eligible, other.place, other.tier) == (3, order.index("E2") + 1, 0)
    assert other.cutoff == Cutoff(0, H(KEY, order[1]))


def test_a_sample_is_no_larger_than_who_is_left() -> None:
    """Five wanted, four there, one of them excluded: three drawn, whoever asks."""
    one = task(count=5, max_visits_per_cycle=1)
    past = history((None, ["E1"]))
    assert [standing_of(plan(one), f"E{k}", pools(4), past).sample_size for k in (1, 2, 3, 4)] == [3, 3, 3, 3]
    assert [standing_of(plan(one), f"E{k}", pools(4), past).drawn for k in (1, 2, 3, 4)] == [False, True, True, True]


def test_whoever_is_outside_a_frame_is_told_every_condition_that_he_misses() -> None:
    rows = [
        {"id": "E1", "status": "注销", "c": "A", "categories": "x;y"},
        {"id": "E2", "status": "存续", "c": "B", "categories": "y"},
        {"id": "E3", "status": "存续", "c": "A", "categories": "x"},
    ]
    of = plan(task(where=(where("c", "A"), where("categories", "y", operator="not_in"))))
    these = pools(entity_pool(*rows))
    assert standing_of(of, "E1", these).misses == (
        Miss("status", "注销", None),
        Miss("categories", "x;y", where("categories", "y", operator="not_in")),
    )
    assert standing_of(of, "E2", these).misses == (
        Miss("c", "B", where("c", "A")),
        Miss("categories", "y", where("categories", "y", operator="not_in")),
    )
    outside = standing_of(of, "E2", these)
    assert (outside.task, outside.drawn, outside.stratum, outside.place, outside.cutoff) == (of.tasks[0], False, "", None, None)
    assert (outside.eligible, outside.excluded, outside.tier, outside.sample_size) == (0, False, 0, 0)
    assert standing_of(of, "E3", these).misses == ()
    without_status = pools(entity_pool(*({key: row[key] for key in ("id", "c", "categories")} for row in rows)))
    assert [miss.column for miss in standing_of(of, "E1", without_status).misses] == ["categories"]


def test_an_entity_stands_with_every_task_of_its_batch_in_plan_order_and_with_no_other() -> None:
    of = plan(task("T2", count=3), task("T1", batch="B2"), task("T0", count=1))
    found = standings(of, "B1", pools(3), History(), SEED, by_ticket("E1", "E2", "E3")[1])
    assert [(one.task.id, one.place, one.drawn) for one in found] == [("T2", 2, True), ("T0", 2, False)]


def test_an_entity_that_is_not_in_the_pool_stands_nowhere() -> None:
    with pytest.raises(KeyError):
        standings(plan(), "B1", pools(3), History(), SEED, "E9")


def test_what_an_inspector_could_do_is_counted_over_the_visits_of_his_department() -> None:
    """draw-v1 §6. E1 is visited for both tasks, E2 for T1, which 乙局 has no part in, and E3 for T2."""
    first = task("T1", qualifications=(("甲局", ("食品",)),))
    second = task("T2", cooperators=("乙局",), window=Window("2023-01-01", "2024-06-30"))
    of = plan(first, second)
    visits = visits_of_record(of, "B1", [("E1", ["T1", "T2"]), ("E2", ["T1"]), ("E3", ["T2"])])
    assert [(v.entity, v.tasks, v.demand) for v in visits] == [
        ("E1", (first, second), (("甲局", 1), ("乙局", 1))),
        ("E2", (first,), (("甲局", 2),)),
        ("E3", (second,), (("甲局", 1), ("乙局", 1))),
    ]
    staff = inspector_pool(
        {"id": "I1", "certificate_expiry": "2023-12-31"},
        {"id": "I2", "qualifications": "特种设备;食品"},
        {"id": "J1", "department": "乙局", "certificate_expiry": ""},
        {"id": "J2", "department": "乙局"},
        {"id": "J3", "department": "乙局", "certificate_expiry": "2023-01-01"},
    )
    these = pools(3, staff, recusal_pool(("I1", "E1"), ("I2", "E3"), ("J2", "E2")))
    assert duty(of, these, "甲局", "I1", visits) == Duty("甲局", 3, 0, (("expired", 2), ("qualification", 2), ("recused", 1)))
    assert duty(of, these, "甲局", "I2", visits) == Duty("甲局", 3, 2, (("recused", 1),))
    assert duty(of, these, "乙局", "J1", visits) == Duty("乙局", 2, 0, (("no_certificate", 2),))
    assert duty(of, these, "乙局", "J2", visits) == Duty("乙局", 2, 2, ())
    statuses = {"I1": "在岗", "I2": "在岗", "J1": "在岗", "J2": "在岗", "J3": "离岗"}
    with_status = inspector_pool(*({**row, "status": statuses[row["id"]]} for row in staff.rows()))
    found = duty(of, pools(3, with_status), "乙局", "J3", visits)
    assert found == Duty("乙局", 2, 0, (("expired", 2), ("status", 2)))  # by name, whatever is looked at first


def test_a_forecast_says_what_will_be_drawn_and_who_can_be_sent() -> None:
    """Strata A of 3 (⌈3/2⌉ = 2, one of them excluded) and B of 2 (both, one of them excluded: one short)."""
    cells = {"E1": "A", "E2": "A", "E3": "A", "E4": "B", "E5": "B", "E6": "C"}
    pool = entity_pool(*({"id": e, "c": c, "categories": f"k{c};x"} for e, c in cells.items()))
    one = task(
        strata=strata("c", ("A", "1/2"), ("B", "1")),
        where=(where("c", "A", "B", "D"), where("categories", "x", "kD", "kA;x")),
        max_visits_per_cycle=1,
        cooperators=("乙局",),
        per_department=2,
        minimum_team=5,
    )
    staff = inspector_pool(
        *(f"I{k}" for k in range(7)),
        {"id": "I9", "certificate_expiry": "2023-12-30"},
        *({"id": f"J{k}", "department": "乙局"} for k in range(8)),
    )
    (found,) = forecast(plan(one), "B1", pools(pool, staff, recusal_pool(("I1", "E1"))), history((None, ["E1", "E5", "E6"])))
    assert found == TaskForecast(
        task=one,
        frame_size=5,
        sample_size=3,
        shortage=1,
        departments=(DepartmentForecast("甲局", 8, 7, 3), DepartmentForecast("乙局", 8, 8, 2)),
        idle_values=(("c", "D"), ("categories", "kD"), ("categories", "kA;x")),
    )
    assert found.teams == 2  # seven by threes; eight by twos would do for four


def test_a_value_that_looks_like_a_set_is_one_value_where_the_column_holds_no_sets() -> None:
    pool = entity_pool({"id": "E1", "c": "a;b", "categories": "a;b"})
    of = plan(task(where=(where("c", "a;b", "a"), where("categories", "a", "a;b"))))
    (found,) = forecast(of, "B1", pools(pool), History())
    assert found.idle_values == (("c", "a"), ("categories", "a;b"))


def test_a_forecast_without_history_is_that_of_the_draw() -> None:
    of = plan(task("T1", count=9), task("T2", ratio="1/3"), task("T3", batch="B2"))
    found = forecast(of, "B1", pools(7, 4), History())
    assert [(one.task.id, one.frame_size, one.sample_size, one.shortage) for one in found] == [("T1", 7, 7, 2), ("T2", 7, 3, 0)]
    assert [one.teams for one in found] == [2, 2]
