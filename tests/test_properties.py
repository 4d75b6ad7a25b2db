"""What holds of every draw, over random worlds (tests/strategies.py); no expected value is taken from the engine."""

import random
import unicodedata

from builders import H
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import QUICK, World, worlds

from shuangsuiji.draw.basket import Basket
from shuangsuiji.draw.drawing import Draw, Infeasible, draw
from shuangsuiji.evidence import snapshots
from shuangsuiji.evidence.plan_snapshot import decode_plan, plan_snapshot
from shuangsuiji.model.plan import Plan
from shuangsuiji.model.pool import Pools
from shuangsuiji.model.problems import Refusal
from shuangsuiji.model.text import NotCanonical, canonical_id, canonical_value, join_set, split_set

Samples = dict[str, list[str]]


def outcome(world: World) -> Draw | Infeasible | tuple[str, ...]:
    """The draw, or the codes of the refusal."""
    try:
        return draw(world.plan, "B1", world.pools(), world.history, world.seed)
    except Refusal as refusal:
        return tuple(problem.code for problem in refusal.problems)


def drawn(world: World) -> Draw:
    found = outcome(world)
    assume(isinstance(found, Draw))
    assert isinstance(found, Draw)
    return found


def samples(world: World) -> Samples:
    """Task by task who was drawn, whether or not there are inspectors enough."""
    try:
        tasks = Basket.of(world.plan, "B1", world.pools().entities, world.history).draw_entities(world.seed)
    except Refusal:
        assume(False)
    return {of.task.id: [one.entity for one in of.sample] for of in tasks}


@given(worlds(), st.integers(0, 2**32))
@QUICK
def test_the_order_of_the_rows_changes_nothing(world: World, salt: int) -> None:
    assert outcome(world.shuffled(random.Random(salt))) == outcome(world)


@given(worlds())
@QUICK
def test_the_same_inputs_give_the_same_draw(world: World) -> None:
    assert outcome(world) == outcome(world)


@given(worlds(count_only=True))
@QUICK
def test_removing_an_entity_that_was_not_drawn_moves_nobody(world: World) -> None:
    before = samples(world)
    undrawn = [row["id"] for row in world.entities if all(row["id"] not in some for some in before.values())]
    assume(undrawn and len(world.entities) > 1)
    for entity in undrawn:
        smaller = world.without(entity)
        after = outcome_samples(smaller)
        if after is not None:  # its going may empty a frame, which is an input error and nobody's place
            assert after == before


def outcome_samples(world: World) -> Samples | None:
    try:
        tasks = Basket.of(world.plan, "B1", world.pools().entities, world.history).draw_entities(world.seed)
    except Refusal:
        return None
    return {of.task.id: [one.entity for one in of.sample] for of in tasks}


@given(worlds(count_only=True))
@QUICK
def test_removing_an_entity_that_was_drawn_brings_in_exactly_the_next_of_the_reserve(world: World) -> None:
    before = samples(world)
    key = H("shuangsuiji/draw/1", "entity", world.seed, world.plan.id, "B1")
    gone = sorted({entity for some in before.values() for entity in some})
    assume(gone and len(world.entities) > 1)
    for entity in gone:
        basket = Basket.of(world.plan, "B1", world.pools().entities, world.history)
        after = outcome_samples(world.without(entity))
        if after is None:
            continue
        for task in world.plan.tasks_of("B1"):
            frame = list(basket.entities.ids[basket.frames[task.id]])
            visited = [[entity in record.visited for record in world.history.records].count(True) for entity in frame]
            limit = task.max_visits_per_cycle
            eligible = [e for e, times in zip(frame, visited, strict=True) if limit is None or times < limit]
            group = task.coordination_group
            tier = {
                e: sum(e in record.drawn.get(group, ()) for record in world.history.records) if group else 0 for e in eligible
            }
            order = sorted(eligible, key=lambda e, tier=tier: (tier[e], H(key, e), e))
            size = len(before[task.id])
            assert before[task.id] == order[:size]
            reserve = order[size:]
            if entity not in before[task.id]:
                assert after[task.id] == before[task.id]
            elif frame == [entity]:
                assert after[task.id] == []
            else:
                assert after[task.id] == [e for e in before[task.id] if e != entity] + reserve[:1]


@given(worlds())
@settings(QUICK, max_examples=100)
def test_every_team_is_fit_for_its_visit(world: World) -> None:
    found = drawn(world)
    rows = {row["id"]: row for row in world.inspectors}
    recused = {recusal[:2] for recusal in world.recusals or ()}
    for one in found.visits:
        people = [member.inspector for member in one.team]
        entity = one.visit.entity
        tasks = one.visit.tasks
        assert len(set(people)) == len(people)
        assert len(people) >= max(2, *(task.minimum_team for task in tasks))
        assert sum(member.leader for member in one.team) == 1
        for member in one.team:
            row = rows[member.inspector]
            assert row["department"] == member.department
            assert (member.inspector, entity) not in recused
            assert row["certificate_expiry"] >= max(task.window.end for task in tasks) > ""
            assert row.get("status", "在岗") in world.plan.inspector_statuses
            assert member.leader == (member.slot == 1 and member.department == tasks[0].initiator)
        for task in tasks:
            for department in {task.initiator, *task.cooperators}:
                sent = [member for member in one.team if member.department == department]
                assert len(sent) >= task.per_department
                assert [member.slot for member in sent] == list(range(1, len(sent) + 1))
                for asked, names in task.qualifications:
                    if asked == department:
                        assert all(set(names) <= set(rows[m.inspector]["qualifications"].split(";")) for m in sent)
        involved = {department for task in tasks for department in (task.initiator, *task.cooperators)}
        assert {member.department for member in one.team} == involved


@given(worlds())
@QUICK
def test_loads_count_the_teams(world: World) -> None:
    found = drawn(world)
    people = [(member.department, member.inspector) for one in found.visits for member in one.team]
    counted = [(load.department, load.inspector, load.visits) for load in found.loads]
    departments = {department for department, _ in people}
    expected = [
        (row["department"], row["id"], people.count((row["department"], row["id"])))
        for row in world.inspectors
        if row["department"] in departments
    ]
    assert counted == sorted(expected, key=lambda load: (load[0].encode(), load[1].encode()))
    cap = world.plan.max_visits_per_inspector
    assert cap is None or all(visits <= cap for _, _, visits in counted)


@given(worlds())
@QUICK
def test_all_tasks_of_a_batch_see_the_same_ticket_of_an_entity(world: World) -> None:
    found = drawn(world)
    key = H("shuangsuiji/draw/1", "entity", world.seed, world.plan.id, "B1")
    for of in found.tasks:
        for one in of.sample:
            assert one.ticket == H(key, one.entity)


@given(worlds())
@QUICK
def test_visits_stand_by_ticket_once_per_entity_drawn_with_its_tasks_in_plan_order(world: World) -> None:
    found = drawn(world)
    key = H("shuangsuiji/draw/1", "entity", world.seed, world.plan.id, "B1")
    by_task = [(of.task.id, {one.entity for one in of.sample}) for of in found.tasks]
    entities = {entity for _, some in by_task for entity in some}
    assert [one.visit.entity for one in found.visits] == sorted(entities, key=lambda e: (H(key, e), e.encode()))
    for one in found.visits:
        assert [task.id for task in one.visit.tasks] == [name for name, some in by_task if one.visit.entity in some]
        assert one.visit.window.start <= one.visit.window.end


@given(worlds())
@QUICK
def test_sample_and_reserve_part_the_eligible_at_the_cut_off(world: World) -> None:
    found = drawn(world)
    for of in found.tasks:
        for stratum in of.strata:
            assert stratum.sample_size == len(stratum.sample) == min(stratum.sample_size + stratum.shortage, stratum.eligible)
            assert stratum.frame_size == stratum.eligible + len(stratum.excluded)
            pairs = [(one.tier, one.ticket) for one in stratum.sample]
            assert pairs == sorted(pairs)
            assert (stratum.cutoff and (stratum.cutoff.tier, stratum.cutoff.ticket)) == (pairs[-1] if pairs else None)


def through_snapshots(world: World) -> tuple[Plan, Pools]:
    pools = world.pools()
    tasks = world.plan.tasks_of("B1")
    recusals = None if pools.recusals is None else snapshots.decode_recusals(snapshots.recusals_snapshot(pools.recusals))
    return decode_plan(plan_snapshot(world.plan, "B1")), Pools(
        snapshots.decode_entities(snapshots.entities_snapshot(pools.entities, tasks)),
        snapshots.decode_inspectors(snapshots.inspectors_snapshot(pools.inspectors)),
        recusals,
    )


@given(worlds())
@QUICK
def test_a_draw_from_snapshots_is_the_draw_from_the_pools(world: World) -> None:
    plan, pools = through_snapshots(world)
    try:
        again: object = draw(plan, "B1", pools, world.history, world.seed)
    except Refusal as refusal:
        again = tuple(problem.code for problem in refusal.problems)
    assert again == outcome(world)


@given(worlds())
@QUICK
def test_snapshots_come_back_as_they_were_written(world: World) -> None:
    plan, pools = through_snapshots(world)
    first = world.pools()
    assert plan_snapshot(plan, "B1") == plan_snapshot(world.plan, "B1")
    assert plan.tasks == world.plan.tasks_of("B1")
    assert snapshots.entities_snapshot(pools.entities, plan.tasks) == snapshots.entities_snapshot(first.entities, plan.tasks)
    assert list(pools.inspectors.rows()) == [
        {column: row[column] for column in pools.inspectors.columns} for row in first.inspectors.rows()
    ]
    assert (pools.recusals is None) == (first.recusals is None)
    if pools.recusals is not None and first.recusals is not None:
        assert list(pools.recusals.rows()) == list(first.recusals.rows())


@given(worlds(), st.integers(0, 2**32))
@QUICK
def test_a_snapshot_does_not_depend_on_the_order_of_the_rows(world: World, salt: int) -> None:
    one, other = world.pools(), world.shuffled(random.Random(salt)).pools()
    tasks = world.plan.tasks_of("B1")
    assert snapshots.entities_snapshot(one.entities, tasks) == snapshots.entities_snapshot(other.entities, tasks)
    assert snapshots.inspectors_snapshot(one.inspectors) == snapshots.inspectors_snapshot(other.inspectors)
    if one.recusals is not None and other.recusals is not None:
        assert snapshots.recusals_snapshot(one.recusals) == snapshots.recusals_snapshot(other.recusals)


@given(st.text(max_size=12))
@settings(QUICK, max_examples=200)
def test_canonical_text_is_canonical_and_a_second_time_changes_nothing(text: str) -> None:
    for canonical in (canonical_id, canonical_value):
        try:
            once = canonical(text)
        except NotCanonical:
            continue
        assert canonical(once) == once
        assert unicodedata.normalize("NFC", once) == once
        assert not {"Cc", "Cf", "Cs", "Zl", "Zp"} & {unicodedata.category(c) for c in once}


@given(st.text(alphabet="ab; ；|甲", max_size=12))
@QUICK
def test_a_set_that_is_joined_and_split_again_is_the_same_set(cell: str) -> None:
    values = split_set(canonical_value(cell))
    assert split_set(join_set(values)) == values
    assert list(values) == sorted(set(values), key=str.encode)
