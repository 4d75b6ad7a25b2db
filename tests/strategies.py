"""Hypothesis strategies: whole little worlds (a plan, pools as rows, a history, a seed) whose texts are canonical."""

import random
from dataclasses import dataclass, replace
from fractions import Fraction

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


def _set_of(values: list[str]) -> st.SearchStrategy[str]:
    return st.sets(st.sampled_from(values)).map(lambda some: ";".join(sorted(some)))


@st.composite
def entity_rows(draw: st.DrawFn) -> list[Row]:
    ids = draw(st.lists(st.sampled_from(ENTITY_IDS), min_size=draw(st.integers(1, 10)), max_size=15, unique=True))
    status = draw(st.booleans())
    rows = []
    for one in ids:
        row = {"id": one, "name": draw(st.sampled_from([f"企业{one}", '甲, "乙" 公司', "名"]))}
        row |= {"categories": draw(_set_of(CATEGORIES)), "credit_class": draw(st.sampled_from(CLASSES[:3]))}
        if status:
            row["status"] = draw(st.sampled_from(["存续", "存续", "在营", "注销", ""]))
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


@st.composite
def inspector_rows(draw: st.DrawFn) -> list[Row]:
    """Three to five per department, most of them without a flaw."""
    ids = draw(st.permutations(INSPECTOR_IDS))
    status = draw(st.booleans())
    rows = []
    for department in DEPARTMENTS:
        for _ in range(draw(st.integers(3, 5))):
            one = ids.pop()
            row = {"id": one, "name": f"名{one}", "certificate_expiry": "2024-02-29", "department": department}
            row |= {"qualifications": "特种设备;食品", "status": "在岗"} | draw(st.sampled_from(FLAWS))
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


@st.composite
def tasks(draw: st.DrawFn, task_id: str, batch: str = "B1", count_only: bool = False) -> Task:
    kind = "count" if count_only else draw(st.sampled_from(["count", "ratio", "ratio", "strata"]))
    strata = None
    if kind == "strata":
        listed = draw(
            st.lists(st.tuples(st.sampled_from([*CLASSES[:3], "没有"]), RATIOS), unique_by=lambda pair: pair[0], max_size=3)
        )
        strata = Strata("credit_class", tuple(listed), draw(RATIOS))
    initiator = draw(st.sampled_from(DEPARTMENTS))
    return Task(
        id=task_id,
        name=f"任务{task_id}",
        batch=batch,
        initiator=initiator,
        window=draw(st.sampled_from(WINDOWS)),
        where=draw(CONDITIONS),
        ratio=draw(RATIOS) if kind == "ratio" else None,
        count=draw(st.integers(0, 16)) if kind == "count" else None,
        rounding=draw(st.sampled_from(["up", "half_up", "down"])),
        at_least=draw(st.sampled_from([0, 1, 1, 3])),
        at_most=None if kind == "strata" else draw(st.sampled_from([None, None, 0, 2, 20])),
        strata=strata,
        allow_empty=draw(st.sampled_from([True, False])),
        coordination_group=draw(st.sampled_from([None, None, "组一", "组二"])),
        max_visits_per_cycle=draw(st.sampled_from([None, None, 1, 2])),
        cooperators=tuple(draw(st.lists(st.sampled_from(DEPARTMENTS), max_size=2, unique=True))),
        minimum_team=draw(st.sampled_from([2, 2, 2, 3])),
        per_department=draw(st.sampled_from([1, 1, 1, 2])),
        qualifications=draw(
            st.sampled_from([(), (), ((initiator, ("食品",)),), (("甲局", ("特种设备", "食品")), ("乙局", ("食品",)))])
        ),
    )


@st.composite
def histories(draw: st.DrawFn) -> History:
    records = []
    for k in range(draw(st.integers(0, 3))):
        drawn = {}
        for group in draw(st.sets(st.sampled_from(["组一", "组二"]))):
            drawn[group] = frozenset(draw(st.sets(st.sampled_from(ENTITY_IDS), max_size=8)))
        others = frozenset(draw(st.sets(st.sampled_from(ENTITY_IDS), max_size=4)))
        records.append(PastDraw(sha(f"record {k}"), drawn, others.union(*drawn.values())))
    return History(tuple(records))


@st.composite
def worlds(draw: st.DrawFn, count_only: bool = False) -> World:
    some = [draw(tasks(f"T{k}", count_only=count_only)) for k in range(draw(st.integers(1, 3)))]
    if draw(st.booleans()):
        some.insert(draw(st.integers(0, len(some))), draw(tasks("别的", batch="B2")))
    if draw(st.integers(0, 9)):  # the tasks of a group have the same filter, else they are refused
        filters: dict[str | None, tuple[Condition, ...]] = {}
        some = [replace(one, where=filters.setdefault(one.coordination_group or one.id, one.where)) for one in some]
    plan = Plan(
        id=draw(st.sampled_from(["P1", "计划-2023"])),
        title="计划, 二〇二三",
        cycle="2023",
        tasks=tuple(some),
        max_visits_per_inspector=draw(st.sampled_from([None, None, None, None, 1, 3])),
    )
    inspectors = draw(inspector_rows())
    pairs = st.tuples(
        st.sampled_from([*INSPECTOR_IDS[:6], "没有这人"]),
        st.sampled_from([*ENTITY_IDS, "没有这家"]),
        st.sampled_from(["", "亲属"]),
    )
    recusals = draw(st.none() | st.lists(pairs, max_size=8, unique=True))
    seed = sha(draw(st.integers(0, 2**32).map(str)))
    return World(plan, draw(entity_rows()), inspectors, recusals, draw(histories()), seed)
