"""Hypothesis strategies: whole little worlds (a plan, pools as rows, a history, a seed) whose texts are canonical."""

import random
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import combinations
from typing import TypeVar

from builders import YEAR, sha, table
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from shuangsuiji.model.history import History, PastDraw
from shuangsuiji.model.plan import Condition, Plan, Strata, Task, Window
from shuangsuiji.model.pool import Pool, Pools

QUICK = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

T = TypeVar("T")
Row = dict[str, str]
ENTITY_IDS = [*(f"9141{k:02d}" for k in range(8)), "A-1", "A-10", "A-2", "豫甲", "豫乙/1", "\uffee", "𠮷", "(X)#2"]
INSPECTOR_IDS = [*(f"16{k:03d}" for k in range(11)), "0091104", "甲1", "\uffee9", "𠮷9"]
DEPARTMENTS = ["甲局", "乙局", "公安局, 交警"]
CATEGORIES = ["企业", "食品", "药品"]
CLASSES = ["A", "B", 'C "特"', ""]
QUALIFICATIONS = ["食品", "特种设备"]
WINDOWS = [YEAR, Window("2023-03-01", "2023-09-30"), Window("2023-06-01", "2024-02-29")]


@dataclass(frozen=True)
class World:
    """Everything that a draw is a function of; batch B1 is drawn."""

    plan: Plan
    entities: list[Row]
    inspectors: list[Row]
    recusals: list[tuple[str, str, str]] | None
    history: History
    seed: str

    def pools(self) -> Pools:
        recusals = None
        if self.recusals is not None:
            recusals = table(("inspector", "entity", "reason"), self.recusals, ("inspector", "entity", "reason"))
        return Pools(_pool(self.entities), _pool(self.inspectors), recusals)

    def shuffled(self, chance: random.Random) -> "World":
        """The same with all rows in another order."""
        recusals = None if self.recusals is None else chance.sample(self.recusals, len(self.recusals))
        return replace(
            self,
            entities=chance.sample(self.entities, len(self.entities)),
            inspectors=chance.sample(self.inspectors, len(self.inspectors)),
            recusals=recusals,
        )

    def without(self, entity: str) -> "World":
        return replace(self, entities=[row for row in self.entities if row["id"] != entity])


def _pool(rows: list[Row]) -> Pool:
    return Pool.of({column: [row[column] for row in rows] for column in rows[0]})


# Strategies that do not depend on what was drawn are made once: making them costs more than drawing from them.


def _one_of(*values: T) -> st.SearchStrategy[T]:
    return st.sampled_from(values)


_some_ids = [st.lists(_one_of(*ENTITY_IDS), min_size=least, max_size=15, unique=True) for least in range(11)]
_least_ids = st.integers(1, 10)
_cells = st.sampled_from(
    [
        {"categories": ";".join(categories), "credit_class": credit_class}
        for size in range(len(CATEGORIES) + 1)
        for categories in combinations(sorted(CATEGORIES), size)
        for credit_class in CLASSES[:3]
    ]
)
_names = _one_of("", '甲, "乙" 公司', "名")
_statuses = _one_of("存续", "存续", "在营", "注销", "")


@st.composite
def entity_rows(draw: st.DrawFn) -> list[Row]:
    ids = draw(_some_ids[draw(_least_ids)])
    status = draw(st.booleans())
    rows = []
    for one in ids:
        row = {"id": one, "name": draw(_names) or f"企业{one}", **draw(_cells)}
        if status:
            row["status"] = draw(_statuses)
        rows.append(row)
    return rows


FLAWS: list[Row] = [
    *({} for _ in range(12)),
    {"certificate_expiry": ""},
    {"certificate_expiry": "2023-12-31"},
    {"certificate_expiry": "2023-09-29"},
    {"qualifications": "食品"},
    {"qualifications": ""},
    {"status": "离岗"},
]


_flaws = st.sampled_from(FLAWS)
_inspector_ids = st.permutations(INSPECTOR_IDS)
_three_to_five = st.integers(3, 5)


@st.composite
def inspector_rows(draw: st.DrawFn) -> list[Row]:
    """Three to five per department, most of them without a flaw."""
    ids = draw(_inspector_ids)
    status = draw(st.booleans())
    rows = []
    for department in DEPARTMENTS:
        for _ in range(draw(_three_to_five)):
            one = ids.pop()
            row = {"id": one, "name": f"名{one}", "certificate_expiry": "2024-02-29", "department": department}
            row |= {"qualifications": "特种设备;食品", "status": "在岗"} | draw(_flaws)
            rows.append(row if status else {column: cell for column, cell in row.items() if column != "status"})
    return rows


CONDITIONS = st.sampled_from(
    [
        (),
        (),
        (Condition("categories", "in", ("食品",)),),
        (Condition("categories", "not_in", ("药品", "食品")),),
        (Condition("credit_class", "in", ("A", "B")),),
        (Condition("credit_class", "not_in", ("A",)), Condition("categories", "in", ("企业", "药品"))),
    ]
)
RATIOS = st.sampled_from([Fraction(text) for text in ("1/30", "0.07", "1/3", "1/2", "0.925", "1")])


_kinds = _one_of("count", "ratio", "ratio", "strata")
_listed = st.lists(st.tuples(_one_of(*CLASSES[:3], "没有"), RATIOS), unique_by=lambda pair: pair[0], max_size=3)
_departments = st.sampled_from(DEPARTMENTS)
_windows = st.sampled_from(WINDOWS)
_counts = st.integers(0, 16)
_roundings = _one_of("up", "half_up", "down")
_at_least = _one_of(0, 1, 1, 3)
_at_most = _one_of(None, None, 0, 2, 20)
_yes_or_no = _one_of(True, False)
_groups = _one_of(None, None, "组一", "组二")
_limits = _one_of(None, None, 1, 2)
_cooperators = st.lists(_departments, max_size=2, unique=True)
_minimum_teams = _one_of(2, 2, 2, 3)
_per_department = _one_of(1, 1, 1, 2)
_qualifications = {
    initiator: _one_of((), (), ((initiator, ("食品",)),), (("甲局", ("特种设备", "食品")), ("乙局", ("食品",))))
    for initiator in DEPARTMENTS
}


@cache
@st.composite
def tasks(draw: st.DrawFn, task_id: str, batch: str = "B1", count_only: bool = False) -> Task:
    kind = "count" if count_only else draw(_kinds)
    strata = Strata("credit_class", tuple(draw(_listed)), draw(RATIOS)) if kind == "strata" else None
    initiator = draw(_departments)
    return Task(
        id=task_id,
        name=f"任务{task_id}",
        batch=batch,
        initiator=initiator,
        window=draw(_windows),
        where=draw(CONDITIONS),
        ratio=draw(RATIOS) if kind == "ratio" else None,
        count=draw(_counts) if kind == "count" else None,
        rounding=draw(_roundings),
        at_least=draw(_at_least),
        at_most=None if kind == "strata" else draw(_at_most),
        strata=strata,
        allow_empty=draw(_yes_or_no),
        coordination_group=draw(_groups),
        max_visits_per_cycle=draw(_limits),
        cooperators=tuple(draw(_cooperators)),
        minimum_team=draw(_minimum_teams),
        per_department=draw(_per_department),
        qualifications=draw(_qualifications[initiator]),
    )


_up_to_three = st.integers(0, 3)
_some_groups = st.sets(_one_of("组一", "组二"))
_drawn_ids = st.sets(_one_of(*ENTITY_IDS), max_size=8)
_other_ids = st.sets(_one_of(*ENTITY_IDS), max_size=4)


@st.composite
def histories(draw: st.DrawFn) -> History:
    records = []
    for k in range(draw(_up_to_three)):
        drawn = {}
        for group in draw(_some_groups):
            drawn[group] = frozenset(draw(_drawn_ids))
        others = frozenset(draw(_other_ids))
        records.append(PastDraw(sha(f"record {k}"), drawn, others.union(*drawn.values())))
    return History(tuple(records))


_one_to_three = st.integers(1, 3)
_places = [st.integers(0, last) for last in range(4)]
_one_in_ten = st.integers(0, 9)
_plan_ids = _one_of("P1", "计划-2023")
_caps = _one_of(None, None, None, None, 1, 3)
_pairs = st.tuples(_one_of(*INSPECTOR_IDS[:6], "没有这人"), _one_of(*ENTITY_IDS, "没有这家"), _one_of("", "亲属"))
_recusals = st.none() | st.lists(_pairs, max_size=8, unique=True)
_seeds = st.integers(0, 2**32).map(str)
_entity_rows, _inspector_rows, _histories = entity_rows(), inspector_rows(), histories()


@st.composite
def worlds(draw: st.DrawFn, count_only: bool = False) -> World:
    some = [draw(tasks(f"T{k}", count_only=count_only)) for k in range(draw(_one_to_three))]
    if draw(_yes_or_no):
        some.insert(draw(_places[len(some)]), draw(tasks("别的", batch="B2")))
    if draw(_one_in_ten):  # the tasks of a group have the same filter, else they are refused
        filters: dict[str | None, tuple[Condition, ...]] = {}
        some = [replace(one, where=filters.setdefault(one.coordination_group or one.id, one.where)) for one in some]
    plan = Plan(
        id=draw(_plan_ids),
        title="计划, 二〇二三",
        cycle="2023",
        tasks=tuple(some),
        max_visits_per_inspector=draw(_caps),
    )
    inspectors = draw(_inspector_rows)
    recusals = draw(_recusals)
    return World(plan, draw(_entity_rows), inspectors, recusals, draw(_histories), sha(draw(_seeds)))
