"""Frames, exclusions and strata (draw-v1 §4). Expected ids are read off the little pool below by hand."""

import hashlib
from typing import Any

import numpy as np
import pytest
from builders import YEAR, entity_pool, history, plan, strata, table, task, where

from shuangsuiji.draw import frame
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import Condition, Department, Plan, Strata, Task, Window, needs_history
from shuangsuiji.model.pool import Pool

STATUSES = ("存续", "在营")
POOL = entity_pool(
    {"id": "E5", "status": "存续", "categories": "企业;食品", "credit_class": "A"},
    {"id": "E1", "status": "在营", "categories": "企业", "credit_class": "B"},
    {"id": "E3", "status": "注销", "categories": "企业;药品", "credit_class": "A"},
    {"id": "E2", "status": "存续", "categories": "", "credit_class": ""},
    {"id": "E4", "status": "存续", "categories": "药品;食品", "credit_class": "C"},
    {"id": "甲", "status": "", "categories": "食品", "credit_class": "A"},
    {"id": "E10", "status": "在营", "categories": "食品生产", "credit_class": "B"},
)


def ids(rows: frame.Rows, pool: Pool = POOL) -> list[str]:
    return list(pool.ids[rows])


def frame_of(*conditions: Condition, statuses: tuple[str, ...] = STATUSES, pool: Pool = POOL) -> list[str]:
    return ids(frame.frame_rows(conditions, statuses, pool), pool)


def test_the_rows_of_a_pool_and_of_a_frame_are_in_byte_order_of_the_ids() -> None:
    assert list(POOL.ids) == ["E1", "E10", "E2", "E3", "E4", "E5", "甲"]
    assert frame_of() == ["E1", "E10", "E2", "E4", "E5"]


def test_byte_order_is_that_of_code_points_and_not_of_utf_16() -> None:
    pool = entity_pool("\uffee", "𠮷", "a", "Z", "é", "甲")
    assert list(pool.ids) == ["Z", "a", "é", "甲", "\uffee", "𠮷"]


def test_a_plan_that_names_no_statuses_goes_by_those_of_the_manual() -> None:
    """The table of a plan's keys in the manual: their order is that of the snapshot."""
    assert plan().entity_statuses == ("存续", "在营", "在业", "开业", "在册", "正常", "在建")
    assert plan().inspector_statuses == ("在岗", "有效")


def test_what_a_task_does_not_say_is_as_the_specification_has_it() -> None:
    """draw-v1 §1: rounding up, at_least 1, minimum_team 2, per_department 1, lists empty, allow_empty false, all others null."""
    of = Task("T1", "任务", "B1", "甲局", YEAR)
    assert (of.rounding, of.at_least, of.minimum_team, of.per_department) == ("up", 1, 2, 1)
    assert (of.where, of.cooperators, of.qualifications, of.allow_empty) == ((), (), (), False)
    assert {of.ratio, of.count, of.at_most, of.strata, of.coordination_group, of.max_visits_per_cycle} == {None}
    labels = of.labels  # these are for the eye: nothing is shown where nothing was said
    assert (labels.items, labels.notes, dict(labels.published)) == ((), (), {})
    assert (labels.target, labels.item_class, labels.draw_type, labels.level) == ("", "", "", "")
    whole = Plan("P1", "计划", "2023", (of,))
    assert (whole.max_visits_per_inspector, whole.departments) == (None, ())
    assert (whole.issuer, whole.document_no, whole.issued) == ("", "", "")


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        pytest.param([where("credit_class", "A")], ["E5"], id="in, one value"),
        pytest.param([where("credit_class", "A", "B")], ["E1", "E10", "E5"], id="in, several values"),
        pytest.param([where("credit_class", "A", operator="not_in")], ["E1", "E10", "E2", "E4"], id="not in, empty cells too"),
        pytest.param([where("credit_class", "")], ["E2"], id="in, an empty cell"),
        pytest.param([where("credit_class", "a")], [], id="case matters"),
        pytest.param([where("categories", "食品")], ["E4", "E5"], id="a set shares one, whole values only"),
        pytest.param([where("categories", "药品", "企业")], ["E1", "E4", "E5"], id="a set shares at least one of several"),
        pytest.param([where("categories", "食品", operator="not_in")], ["E1", "E10", "E2"], id="a set shares none"),
        pytest.param([where("categories", "药品;食品")], [], id="the joined cell is no value of a set"),
        pytest.param([where("categories", "")], [], id="an empty set shares nothing"),
        pytest.param([where("categories", "企业"), where("credit_class", "A")], ["E5"], id="every condition holds"),
        pytest.param([where("name", "企业E2")], ["E2"], id="by name"),
        pytest.param([where("id", "E10", "E3")], ["E10"], id="by id, the status still counts"),
        pytest.param([where("status", "存续")], ["E2", "E4", "E5"], id="by status, beside the plan's statuses"),
        pytest.param([where("credit_class")], [], id="in nothing"),
        pytest.param([where("credit_class", operator="not_in")], ["E1", "E10", "E2", "E4", "E5"], id="not in nothing"),
    ],
)
def test_conditions_select(conditions: list[Condition], expected: list[str]) -> None:
    assert frame_of(*conditions) == expected


def test_the_status_counts_only_where_the_pool_has_that_column() -> None:
    bare = entity_pool("E2", "E1")
    assert frame_of(pool=bare) == ["E1", "E2"]
    assert frame_of(statuses=()) == []
    assert frame_of(statuses=("注销", "")) == ["E3", "甲"]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(None, []), (0, ["E1", "E10", "E2", "E4", "E5"]), (1, ["E1", "E2", "E4"]), (2, ["E1", "E2"]), (3, ["E1"]), (4, [])],
    ids=["no limit", "0", "1", "2", "3", "4"],
)
def test_who_stands_in_the_visits_of_that_many_records_is_excluded(limit: int | None, expected: list[str]) -> None:
    past = history(("g", ["E1", "E2", "E9"]), (None, ["E1", "E2", "甲"]), ("h", ["E1", "E4"]))
    rows = frame.frame_rows((), STATUSES, POOL)
    assert ids(rows[frame.excluded(task(max_visits_per_cycle=limit), rows, POOL, past)]) == expected


def test_without_strata_there_is_one_named_star() -> None:
    rows = frame.frame_rows((), STATUSES, POOL)
    ((name, members),) = frame.strata_of(task(), rows, POOL)
    assert (name, ids(members)) == ("*", ["E1", "E10", "E2", "E4", "E5"])


def test_listed_strata_come_in_the_plans_order_empty_ones_too_and_then_the_others_in_byte_order() -> None:
    pool = entity_pool(*({"id": f"E{k}", "c": c} for k, c in enumerate(["b", "甲", "b", "a", "Z", "甲", "𠮷", "\uffee"])))
    rows = frame.frame_rows((), STATUSES, pool)
    found = frame.strata_of(task(strata=strata("c", ("q", "1/2"), ("b", "1/3"), other="1")), rows, pool)
    assert [(name, ids(members, pool)) for name, members in found] == [
        ("q", []),
        ("b", ["E0", "E2"]),
        ("Z", ["E4"]),
        ("a", ["E3"]),
        ("甲", ["E1", "E5"]),
        ("\uffee", ["E7"]),
        ("𠮷", ["E6"]),
    ]


def test_without_other_only_listed_values_are_strata() -> None:
    rows = frame.frame_rows((where("id", "E1", "E4", "E5"),), STATUSES, POOL)
    assert [(name, ids(some)) for name, some in frame.strata_of(task(strata=strata("credit_class", ("B", "1"))), rows, POOL)] == [
        ("B", ["E1"])
    ]


CELLS = ["A", "B", "", "*"]


@pytest.mark.parametrize(
    ("rule", "cells", "uncovered"),
    [
        pytest.param(strata("c", ("A", "1")), ["A"], [], id="all listed"),
        pytest.param(strata("c", ("A", "1")), ["A", "C", "B"], ["B", "C"], id="not listed and no other"),
        pytest.param(strata("c", ("A", "1"), other="1"), ["A", "C", "B"], [], id="covered by other"),
        pytest.param(strata("c", ("A", "1"), other="1"), ["A", ""], [""], id="other never covers an empty cell"),
        pytest.param(strata("c", ("A", "1"), other="1"), ["A", "*"], ["*"], id="nor the name *"),
        pytest.param(strata("c", ("A", "1")), CELLS, ["", "*", "B"], id="all that is wrong at once"),
        pytest.param(strata("c", other="1"), CELLS, ["", "*"], id="nothing listed"),
        pytest.param(strata("c"), [*"ihgfedcba", "甲", "Z"], ["Z", *"abcdefghi", "甲"], id="many, in byte order"),
        pytest.param(strata("c", ("", "1"), ("A", "1")), ["A", ""], [], id="an empty cell that is listed"),
    ],
)
def test_values_without_a_ratio_are_found(rule: Strata, cells: list[str], uncovered: list[str]) -> None:
    pool = entity_pool(*({"id": f"E{k}", "c": cell} for k, cell in enumerate(cells)))
    rows = frame.frame_rows((), STATUSES, pool)
    assert frame.uncovered_values(rule, rows, pool) == uncovered


def test_an_empty_cell_that_is_listed_is_covered_beside_other_too() -> None:
    """draw-v1 §4: an input error is a value neither listed nor covered by `other`; this one is listed."""
    pool = entity_pool({"id": "E1", "c": ""}, {"id": "E2", "c": "A"})
    rule = strata("c", ("", "1"), other="1")
    assert frame.uncovered_values(rule, np.arange(2), pool) == []


def test_the_name_star_is_no_stratum_even_if_listed() -> None:
    """draw-v1 §4: `*`, a name no value may have."""
    pool = entity_pool({"id": "E1", "c": "*"}, {"id": "E2", "c": "A"})
    rule = strata("c", ("*", "1"), ("A", "1"))
    assert frame.uncovered_values(rule, np.arange(2), pool) == ["*"]


def test_only_cells_of_the_frame_need_a_ratio() -> None:
    pool = entity_pool({"id": "E1", "c": "A", "status": "存续"}, {"id": "E2", "c": "B", "status": "注销"})
    rows = frame.frame_rows((), STATUSES, pool)
    assert frame.uncovered_values(strata("c", ("A", "1")), rows, pool) == []


def test_the_digest_of_a_frame_is_over_its_ids_each_ended_by_lf() -> None:
    rows = frame.frame_rows((), STATUSES, POOL)
    assert frame.frame_sha256(rows, POOL) == hashlib.sha256(b"E1\nE10\nE2\nE4\nE5\n").hexdigest()
    assert frame.frame_sha256(rows[:0], POOL) == hashlib.sha256(b"").hexdigest()
    chinese = entity_pool("乙", "甲", "𠮷")
    assert frame.frame_sha256(np.arange(3), chinese) == hashlib.sha256("乙\n甲\n𠮷\n".encode()).hexdigest()


def test_a_history_counts_records_and_groups_apart() -> None:
    past = history(("g", ["E1", "E2"]), ("g", ["E1"]), ("h", ["E1", "E3"]), (None, ["E1"]))
    assert dict(past.tiers("g")) == {"E1": 2, "E2": 1}
    assert dict(past.tiers("h")) == {"E1": 1, "E3": 1}
    assert dict(past.tiers("k")) == {}
    assert dict(past.visits()) == {"E1": 4, "E2": 1, "E3": 1}
    assert len(past.digests) == 4
    assert dict(History().tiers("g")) == {}


def test_batches_stand_by_the_beginning_of_their_windows_and_then_as_in_the_plan() -> None:
    """The first day of a batch is that of its earliest task, wherever that stands in the plan."""
    days = [("B4", "2023-05-01"), ("B1", "2023-04-01"), ("B3", "2023-03-01"), ("B2", "2023-04-01"), ("B4", "2023-02-01")]
    days += [("B3", "2023-06-01"), ("B5", "2023-04-01")]
    of = plan(*(task(f"T{k}", batch=batch, window=Window(day, "2023-12-31")) for k, (batch, day) in enumerate(days)))
    assert of.batches == ("B4", "B3", "B1", "B2", "B5")
    assert [one.id for one in of.tasks_of("B3")] == ["T2", "T5"]
    assert of.tasks_of("B9") == ()


def test_every_name_and_alias_of_a_department_stands_for_the_one_that_records_use() -> None:
    of = plan(departments=(Department("甲局", ("甲", "甲所")), Department("乙局")))
    assert of.department_names() == {"甲局": "甲局", "甲": "甲局", "甲所": "甲局", "乙局": "乙局"}
    assert plan().department_names() == {}


@pytest.mark.parametrize(
    ("tasks", "needed"),
    [
        pytest.param([], False, id="no task"),
        pytest.param([{}, {}], False, id="neither"),
        pytest.param([{}, {"coordination_group": "g"}], True, id="a group in one of them"),
        pytest.param([{"max_visits_per_cycle": 1}, {}], True, id="a limit in one of them"),
        pytest.param([{"max_visits_per_cycle": 1, "coordination_group": "g"}], True, id="both"),
    ],
)
def test_a_batch_has_a_history_if_one_of_its_tasks_looks_at_it(tasks: list[dict[str, Any]], needed: bool) -> None:
    """draw-v1 §5."""
    assert needs_history(tuple(task(f"T{k}", **values) for k, values in enumerate(tasks))) is needed


def test_the_columns_of_a_pool_cannot_be_written_to() -> None:
    two_keys = table(("inspector", "entity"), [("I2", "E1"), ("I1", "E2")], key=("inspector", "entity"))
    for pool in (POOL, two_keys, table(("id", "name"), [])):
        for column in pool.columns.values():
            assert not column.flags.writeable
        with pytest.raises(TypeError):
            pool.columns["id"] = POOL.ids  # type: ignore[index]


def test_rows_stand_by_all_columns_of_the_key() -> None:
    """By hand: first by inspector, then by entity, in byte order (draw-v1 §1)."""
    rows = [("I2", "E2"), ("I1", "乙"), ("I1", "E3"), ("I2", "E1"), ("I1", "E1")]
    pool = table(("inspector", "entity"), rows, key=("inspector", "entity"))
    assert [tuple(row.values()) for row in pool.rows()] == [("I1", "E1"), ("I1", "E3"), ("I1", "乙"), ("I2", "E1"), ("I2", "E2")]


def test_a_row_is_found_by_its_id_or_not_at_all() -> None:
    assert [POOL.row_of(one) for one in ("E1", "E10", "甲", "E", "E11", "乙", "")] == [0, 1, 6, None, None, None, None]
    assert POOL.cell("E10", "credit_class") == "B"
    with pytest.raises(KeyError):
        POOL.cell("E11", "credit_class")
    with pytest.raises(KeyError):
        POOL.cell("E10", "colour")
