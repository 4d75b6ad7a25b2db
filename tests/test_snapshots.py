"""Snapshots (draw-v1 §1): bytes written out by hand; each way of not being one is refused."""

import json
from typing import Any

import pytest
from builders import entity_pool, inspector_pool, plan, strata, table, task, where

from shuangsuiji.evidence.plan_snapshot import decode_plan, plan_snapshot
from shuangsuiji.evidence.snapshots import (
    BadSnapshot,
    decode_entities,
    decode_inspectors,
    decode_recusals,
    entities_snapshot,
    inspectors_snapshot,
    recusals_snapshot,
)
from shuangsuiji.model.plan import Condition, Department, Plan, Task, TaskLabels, Window

# --- tables, as they must be --------------------------------------------------------------------------------

POOL = entity_pool(
    {
        "id": "E2",
        "name": '乙 "二" 厂',
        "status": "在营",
        "categories": "企业;食品",
        "credit_class": "B",
        "address": "路1,号2",
        "Z": "z",
    },
    {"id": "甲", "name": "a;b|c", "status": "", "categories": "", "credit_class": "", "address": "", "Z": ""},
    {"id": "E10", "name": "十,号", "status": "存续", "categories": "企业", "credit_class": "A", "address": '"', "Z": "'"},
)


def test_entities_hold_id_and_name_and_the_status_where_no_task_names_a_column() -> None:
    assert entities_snapshot(POOL, [task()]).decode() == (
        "id,name,status\n"
        'E10,"十,号",存续\n'
        'E2,"乙 ""二"" 厂",在营\n'
        "甲,a;b|c,\n"
    )  # fmt: skip


def test_entities_hold_every_column_that_the_batch_names_in_byte_order() -> None:
    tasks = [
        task("T1", where=(where("credit_class", "A"), where("name", "x"), where("status", "y"))),
        task("T2", where=(where("address", "x", operator="not_in"), where("Z", "z"), where("id", "E2"))),
        task("T3", strata=strata("categories", other="1")),
    ]
    assert entities_snapshot(POOL, tasks).decode() == (
        "id,name,Z,address,categories,credit_class,status\n"
        'E10,"十,号",\',"""",企业,A,存续\n'
        'E2,"乙 ""二"" 厂",z,"路1,号2",企业;食品,B,在营\n'
        "甲,a;b|c,,,,,\n"
    )


def test_the_name_of_a_column_is_quoted_like_a_cell() -> None:
    pool = entity_pool({"id": "E1", "name": "n", '面积,"平方米"': "1", "列": "2"})
    of = task(where=(where('面积,"平方米"', "1"), where("列", "2")))
    assert entities_snapshot(pool, [of]).decode() == 'id,name,列,"面积,""平方米"""\nE1,n,2,1\n'
    assert list(decode_entities(entities_snapshot(pool, [of])).columns) == ["id", "name", "列", '面积,"平方米"']


def test_a_pool_without_a_status_has_none_in_its_snapshot() -> None:
    assert entities_snapshot(entity_pool("E2", "E1"), [task()]) == "id,name\nE1,企业E1\nE2,企业E2\n".encode()


def test_a_pool_of_nobody_is_a_header() -> None:
    assert entities_snapshot(entity_pool(), [task()]) == b"id,name\n"
    assert len(decode_entities(b"id,name\n")) == 0
    assert inspectors_snapshot(inspector_pool()) == b"id,name,certificate_expiry,department,qualifications\n"
    assert recusals_snapshot(table(("inspector", "entity", "reason"), [], ("inspector", "entity", "reason"))) == (
        b"inspector,entity,reason\n"
    )


def test_inspectors_hold_their_five_columns_and_the_status_last() -> None:
    rows = [
        {"id": "I2", "name": "李四", "certificate_expiry": "9999-12-31", "qualifications": "特种设备;食品", "phone": "1"},
        {"id": "I10", "name": "张,三", "certificate_expiry": "", "department": '公安局"一"', "qualifications": "", "phone": "2"},
    ]
    bare = "id,name,certificate_expiry,department,qualifications"
    assert inspectors_snapshot(inspector_pool(*({**row} for row in rows))).decode() == (
        f'{bare}\nI10,"张,三",,"公安局""一""",\nI2,李四,9999-12-31,甲局,特种设备;食品\n'
    )
    assert inspectors_snapshot(inspector_pool(*({**row, "status": "在岗"} for row in rows))).decode() == (
        f'{bare},status\nI10,"张,三",,"公安局""一""",,在岗\nI2,李四,9999-12-31,甲局,特种设备;食品,在岗\n'
    )


def test_recusals_stand_in_byte_order_of_their_three_cells() -> None:
    rows = [("I2", "E1", ""), ("I10", "E2", "b"), ("I10", "E2", "a,b"), ("I10", "E10", "z"), ("没有这人", "E1", "x")]
    pool = table(("inspector", "entity", "reason"), rows, ("inspector", "entity", "reason"))
    assert recusals_snapshot(pool).decode() == (
        'inspector,entity,reason\nI10,E10,z\nI10,E2,"a,b"\nI10,E2,b\nI2,E1,\n没有这人,E1,x\n'
    )


def test_what_was_written_is_read_back() -> None:
    of = task(where=(where("address", "x"), where("Z", "z")), strata=None)
    again = decode_entities(entities_snapshot(POOL, [of]))
    assert list(again.rows()) == [
        {"id": "E10", "name": "十,号", "Z": "'", "address": '"', "status": "存续"},
        {"id": "E2", "name": '乙 "二" 厂', "Z": "z", "address": "路1,号2", "status": "在营"},
        {"id": "甲", "name": "a;b|c", "Z": "", "address": "", "status": ""},
    ]


# --- tables, as they must not be ----------------------------------------------------------------------------

GOOD = 'id,name,categories\nE1,"a,b",食品\nE2,c,企业;食品\n'
ENTITIES: dict[str, bytes] = {
    "nothing": b"",
    "only LF": b"\n",
    "a byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "UTF-16": GOOD.encode("utf-16"),
    "GB 18030": GOOD.encode("gb18030"),
    "CR LF": GOOD.replace("\n", "\r\n").encode(),
    "CR": GOOD.replace("\n", "\r").encode(),
    "no LF at the end": GOOD[:-1].encode(),
    "an empty line at the end": (GOOD + "\n").encode(),
    "an empty line in between": GOOD.replace("\nE2", "\n\nE2").encode(),
    "semicolons": b"id;name\nE1;a\n",
    "tabs": b"id\tname\nE1\ta\n",
    "a cell quoted for nothing": GOOD.replace(",c,", ',"c",').encode(),
    "an empty cell quoted": b'id,name\nE1,""\n',
    "a header quoted for nothing": GOOD.replace("id,", '"id",').encode(),
    "a comma not quoted": GOOD.replace('"a,b"', "a,b").encode(),
    "a quote not doubled": b'id,name\nE1,"a"b"\n',
    "a quote outside": b'id,name\nE1,a"b\n',
    "an open quote": b'id,name\nE1,"a,b\n',
    "a space after a comma": b'id,name\nE1, "a,b"\n',
    "rows out of order": b"id,name\nE2,a\nE1,b\n",
    "rows in the order of numbers": b"id,name\nE2,a\nE10,b\n",
    "rows in UTF-16 order": "id,name\n𠮷,a\n\uffee,b\n".encode(),
    "two rows of one id": b"id,name\nE1,a\nE1,b\n",
    "two equal rows": b"id,name\nE1,a\nE1,a\n",
    "a row with a cell more": b"id,name\nE1,a,b\n",
    "a row with a cell less": b"id,name\nE1\n",
    "no header": b"E1,a\nE2,b\n",
    "name before id": b"name,id\na,E1\n",
    "no name": b"id\nE1\n",
    "another language": "编号,名称\nE1,a\n".encode(),
    "a column twice": b"id,name,x,x\nE1,a,b,c\n",
    "id twice": b"id,name,id\nE1,a,E1\n",
    "columns out of order": b"id,name,b,a\nE1,a,b,c\n",
    "the status out of order": b"id,name,status,category\nE1,a,b,c\n",
    "a set out of order": "id,name,categories\nE1,a,食品;企业\n".encode(),
    "a set with one value twice": "id,name,categories\nE1,a,企业;企业\n".encode(),
    "a set with an empty value": "id,name,categories\nE1,a,企业;\n".encode(),
    "a set joined with another mark": "id,name,categories\nE1,a,企业|食品\n".encode(),
    "a set with spaces": "id,name,categories\nE1,a,企业; 食品\n".encode(),
    "qualifications of entities are a set too": b"id,name,qualifications\nE1,a,b;a\n",
    "a tab": b"id,name\nE1,a\tb\n",
    "NUL": b"id,name\nE1,a\x00b\n",
    "a zero-width space": "id,name\nE1,a\u200bb\n".encode(),
    "a line separator": "id,name\nE1,a\u2028b\n".encode(),
    "next line": "id,name\nE1,a\u0085b\n".encode(),
    "an encoded surrogate": b"id,name\nE1,\xed\xa0\x80\n",
    "a forbidden character in the header": "id,name,\u200b\nE1,a,b\n".encode(),
    "a cut-off character": "id,name\nE1,甲".encode()[:-1] + b"\n",
}


@pytest.mark.parametrize("data", ENTITIES.values(), ids=ENTITIES)
def test_bytes_that_are_no_snapshot_of_entities_are_refused(data: bytes) -> None:
    with pytest.raises(BadSnapshot) as refused:
        decode_entities(data)
    assert refused.value.reason


def test_the_snapshot_that_those_cases_start_from_is_one() -> None:
    assert list(decode_entities(GOOD.encode()).columns["name"]) == ["a,b", "c"]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'id,name\nE1,"a,\nb"\n', id="in a value"),
        pytest.param(b'id,name\n"E1,\nE2",a\n', id="in an id"),
        pytest.param(b'id,name,"x,\ny"\nE1,a,b\n', id="in the name of a column"),
    ],
)
def test_a_line_break_in_a_cell_that_is_quoted_anyway_is_refused(data: bytes) -> None:
    """draw-v1 §0: a field holds no LF; that is what makes H of a list of fields unambiguous."""
    with pytest.raises(BadSnapshot):
        decode_entities(data)


HEAD = "id,name,certificate_expiry,department,qualifications"
INSPECTORS: dict[str, str] = {
    "a column missing": "id,name,certificate_expiry,department\nI1,a,,甲局\n",
    "columns in another order": "id,name,department,certificate_expiry,qualifications\nI1,a,甲局,,\n",
    "another column": f"{HEAD},phone\nI1,a,,甲局,,1\n",
    "another column behind the status": f"{HEAD},status,tel\nI1,a,,甲局,,在岗,1\n",
    "another column before the status": f"{HEAD},phone,status\nI1,a,,甲局,,1,在岗\n",
    "the status before the rest": f"status,{HEAD}\n在岗,I1,a,,甲局,\n",
    "a set out of order": f"{HEAD}\nI1,a,,甲局,食品;特种设备\n",
    "rows out of order": f"{HEAD}\nI2,a,,甲局,\nI1,a,,甲局,\n",
    "one id twice": f"{HEAD}\nI1,a,,甲局,\nI1,a,,乙局,\n",
    "no LF at the end": f"{HEAD}\nI1,a,,甲局,",
}


@pytest.mark.parametrize("text", INSPECTORS.values(), ids=INSPECTORS)
def test_bytes_that_are_no_snapshot_of_inspectors_are_refused(text: str) -> None:
    with pytest.raises(BadSnapshot):
        decode_inspectors(text.encode())


@pytest.mark.parametrize("expiry", ["长期", "2023-9-1", "20231231", "2023/12/31", "9999-01-01", "2023-02-30", "未知"])
def test_an_expiry_that_is_no_date_as_a_snapshot_writes_it_is_refused(expiry: str) -> None:
    """draw-v1 §1: dates as YYYY-MM-DD, 长期 and 9999-… as 9999-12-31, none as an empty cell. As text, 2023-9-1 would be after
    2023-12-31, and whoever has an expired certificate eligible."""
    with pytest.raises(BadSnapshot):
        decode_inspectors(f"{HEAD}\nI1,a,{expiry},甲局,\n".encode())


@pytest.mark.parametrize("expiry", ["", "2023-09-30", "9998-12-31", "9999-12-31"])
def test_an_expiry_is_a_date_or_no_end_or_nothing(expiry: str) -> None:
    assert decode_inspectors(f"{HEAD}\nI1,a,{expiry},甲局,\n".encode()).cell("I1", "certificate_expiry") == expiry


RECUSALS: dict[str, str] = {
    "a column more": "inspector,entity,reason,x\nI1,E1,a,b\n",
    "a column less": "inspector,entity\nI1,E1\n",
    "columns in another order": "entity,inspector,reason\nE1,I1,a\n",
    "rows out of order by inspector": "inspector,entity,reason\nI2,E1,a\nI1,E1,a\n",
    "rows out of order by entity": "inspector,entity,reason\nI1,E2,a\nI1,E1,a\n",
    "rows out of order by reason": "inspector,entity,reason\nI1,E1,b\nI1,E1,a\n",
    "a row twice": "inspector,entity,reason\nI1,E1,a\nI1,E1,a\n",
}


@pytest.mark.parametrize("text", RECUSALS.values(), ids=RECUSALS)
def test_bytes_that_are_no_snapshot_of_recusals_are_refused(text: str) -> None:
    with pytest.raises(BadSnapshot):
        decode_recusals(text.encode())


def test_one_pair_may_be_recused_for_two_reasons() -> None:
    data = b"inspector,entity,reason\nI1,E1,a\nI1,E1,b\n"
    assert len(decode_recusals(data)) == 2


def test_the_longest_cell_that_a_file_may_hold_can_be_read_back() -> None:
    longest = "甲" * 65_536
    pool = entity_pool({"id": "E1", "name": longest})
    assert decode_entities(entities_snapshot(pool, [task()])).cell("E1", "name") == longest


@pytest.mark.parametrize("marks", [64, 65])
def test_an_id_in_a_snapshot_has_at_most_64_characters(marks: int) -> None:
    """draw-v1 §1; characters, not bytes."""
    data = f"id,name\n{'甲' * marks},a\n".encode()
    if marks <= 64:
        assert len(decode_entities(data)) == 1
    else:
        with pytest.raises(BadSnapshot):
            decode_entities(data)


# --- plans --------------------------------------------------------------------------------------------------

WINDOW = '"window":{"from":"2023-01-01","to":"2023-12-31"}'
STATUSES = '"entity_statuses":["存续"],"inspector_statuses":["在岗"]'


def small(*tasks: Task, **values: Any) -> Plan:
    return plan(*tasks, **{"entity_statuses": ("存续",), "inspector_statuses": ("在岗",), **values})


def test_a_plan_at_its_defaults_leaves_them_out() -> None:
    assert plan_snapshot(small(task(ratio="3/100")), "B1").decode() == (
        '{"cycle":"2023",' + STATUSES.split(",")[0] + ',"id":"P1",' + STATUSES.split(",")[1] + ',"schema":"shuangsuiji/plan/1",'
        '"tasks":[{"batch":"B1","id":"T1","initiator":"甲局","name":"任务T1","ratio":"3/100","where":[],' + WINDOW + "}],"
        '"title":"计划"}\n'
    )


def test_a_plan_with_everything_says_everything() -> None:
    full = task(
        "T1",
        name='甲, "乙"',
        where=(where("credit_class", "C", "A"), where("categories", "食品", operator="not_in")),
        strata=strata("credit_class", ("C", "2/4"), ("A", "100/100"), other="0.035"),
        rounding="half_up",
        at_least=0,
        allow_empty=True,
        coordination_group="组",
        max_visits_per_cycle=2,
        cooperators=("丙局", "乙局"),
        minimum_team=4,
        per_department=2,
        qualifications=(("乙局", ("b", "a")), ("甲局", ())),
        labels=TaskLabels(items=("一",), notes=("二",)),
    )
    other = task("T2", count=5, at_most=9, window=Window("2023-02-01", "2023-03-01"))
    of = small(
        full,
        task("T9", batch="B2"),
        other,
        max_visits_per_inspector=7,
        departments=(Department("甲局", ("甲",)),),
        issuer="谁",
        document_no="一号",
        issued="2023-01-01",
    )
    assert plan_snapshot(of, "B1").decode() == (
        '{"cycle":"2023","entity_statuses":["存续"],"id":"P1","inspector_statuses":["在岗"],"max_visits_per_inspector":7,'
        '"schema":"shuangsuiji/plan/1","tasks":['
        '{"allow_empty":true,"at_least":0,"batch":"B1","cooperators":["丙局","乙局"],"coordination_group":"组","id":"T1",'
        '"initiator":"甲局","max_visits_per_cycle":2,"minimum_team":4,"name":"甲, \\"乙\\"","per_department":2,'
        '"qualifications":[["乙局",["b","a"]],["甲局",[]]],"rounding":"half_up",'
        '"strata":{"by":"credit_class","other":"7/200","ratios":[["C","1/2"],["A","1/1"]]},'
        '"where":[["credit_class","in",["C","A"]],["categories","not_in",["食品"]]],' + WINDOW + "},"
        '{"at_most":9,"batch":"B1","count":5,"id":"T2","initiator":"甲局","name":"任务T2","where":[],'
        '"window":{"from":"2023-02-01","to":"2023-03-01"}}],"title":"计划"}\n'
    )
    again = decode_plan(plan_snapshot(of, "B1"))
    assert again.tasks == (Task(**{**{s: getattr(full, s) for s in full.__slots__}, "labels": TaskLabels()}), other)
    assert (again.max_visits_per_inspector, again.departments, again.issuer) == (7, (), "")


def test_what_concerns_another_batch_changes_nothing() -> None:
    one = small(task("T1"), task("T2", batch="B2"))
    other = small(task("T3", batch="B3"), task("T1"), task("T2", batch="B2", count=9), departments=(Department("丙局"),))
    assert plan_snapshot(one, "B1") == plan_snapshot(other, "B1")


@pytest.mark.parametrize(
    ("key", "default"),
    [
        ("rounding", "up"),
        ("at_least", 1),
        ("minimum_team", 2),
        ("per_department", 1),
        ("cooperators", []),
        ("qualifications", []),
        ("allow_empty", False),
        ("ratio", None),
        ("at_most", None),
        ("strata", None),
        ("coordination_group", None),
        ("max_visits_per_cycle", None),
    ],
)
def test_a_default_that_stands_there_is_refused(key: str, default: Any) -> None:
    value = json.loads(plan_snapshot(small(task(count=3)), "B1"))
    value["tasks"][0][key] = default
    with pytest.raises(BadSnapshot):
        decode_plan(written(value))


def written(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


def changed(path: str, value: Any) -> bytes:
    """The snapshot of a plan of one task by ratio with the value at `path` replaced; a value of `...` takes it away."""
    whole = json.loads(plan_snapshot(small(task(ratio="1/2")), "B1"))
    *way, last = path.split(".")
    inner = whole
    for step in way:
        inner = inner[int(step)] if step.isdigit() else inner[step]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return written(whole)


ALWAYS = ["schema", "id", "title", "cycle", "entity_statuses", "inspector_statuses", "tasks"]
ALWAYS += [f"tasks.0.{key}" for key in ("id", "name", "where", "batch", "initiator", "window", "window.from", "window.to")]


@pytest.mark.parametrize("path", ALWAYS)
def test_a_key_that_always_stands_there_must_not_be_missing(path: str) -> None:
    with pytest.raises(BadSnapshot):
        decode_plan(changed(path, ...))


TASK = "tasks.0"
PLANS: dict[str, bytes] = {
    "not JSON": b"plan\n",
    "no LF": changed("id", "P1")[:-1],
    "keys out of order": b'{"title":"x","id":"y"}\n',
    "a list": b"[]\n",
    "an unknown key": changed("colour", "red"),
    "an unknown key of a task": changed(f"{TASK}.colour", "red"),
    "another schema": changed("schema", "shuangsuiji/plan/2"),
    "the cap as its default": changed("max_visits_per_inspector", None),
    "the cap as text": changed("max_visits_per_inspector", "3"),
    "a negative cap": changed("max_visits_per_inspector", -1),
    "statuses as text": changed("entity_statuses", "存续"),
    "no task": changed("tasks", []),
    "neither ratio nor count nor strata": changed(f"{TASK}.ratio", ...),
    "ratio and count": changed(f"{TASK}.count", 3),
    "ratio and strata": changed(f"{TASK}.strata", {"by": "c", "ratios": [], "other": "1/2"}),
    "a ratio that is not reduced": changed(f"{TASK}.ratio", "2/4"),
    "a ratio with leading zeros": changed(f"{TASK}.ratio", "01/2"),
    "a ratio in percent": changed(f"{TASK}.ratio", "50%"),
    "a ratio as a decimal": changed(f"{TASK}.ratio", "0.5"),
    "a ratio as a whole": changed(f"{TASK}.ratio", "1"),
    "a ratio over 1": changed(f"{TASK}.ratio", "3/2"),
    "a ratio of 0": changed(f"{TASK}.ratio", "0/1"),
    "a ratio over 0": changed(f"{TASK}.ratio", "1/0"),
    "a negative ratio": changed(f"{TASK}.ratio", "-1/2"),
    "a ratio with spaces": changed(f"{TASK}.ratio", "1 / 2"),
    "a ratio with a sign": changed(f"{TASK}.ratio", "+1/2"),
    "a ratio of three parts": changed(f"{TASK}.ratio", "1/2/3"),
    "a ratio in full-width digits": changed(f"{TASK}.ratio", "１/２"),
    "a ratio in superscripts": changed(f"{TASK}.ratio", "1/²"),
    "a ratio with an underscore": changed(f"{TASK}.ratio", "1/1_0"),
    "a ratio of 5000 digits": changed(f"{TASK}.ratio", f"1/{'9' * 5000}"),
    "an empty ratio": changed(f"{TASK}.ratio", ""),
    "a ratio that is a number": changed(f"{TASK}.ratio", 1),
    "another rounding": changed(f"{TASK}.rounding", "half_even"),
    "at least -1": changed(f"{TASK}.at_least", -1),
    "at least true": changed(f"{TASK}.at_least", True),
    "at most as text": changed(f"{TASK}.at_most", "3"),
    "allow_empty as a number": changed(f"{TASK}.allow_empty", 1),
    "a team of one": changed(f"{TASK}.minimum_team", 1),
    "nobody per department": changed(f"{TASK}.per_department", 0),
    "an operator that there is not": changed(f"{TASK}.where", [["c", "like", ["a"]]]),
    "a condition of two parts": changed(f"{TASK}.where", [["c", "in"]]),
    "a condition of four parts": changed(f"{TASK}.where", [["c", "in", ["a"], 1]]),
    "a condition by text": changed(f"{TASK}.where", ["cin"]),
    "a value that is a number": changed(f"{TASK}.where", [["c", "in", [1]]]),
    "a window with a key more": changed(f"{TASK}.window", {"from": "2023-01-01", "to": "2023-12-31", "x": ""}),
    "a window as text": changed(f"{TASK}.window", "2023"),
    "qualifications as an object": changed(f"{TASK}.qualifications", {"甲局": ["a"]}),
    "a forbidden character in the title": changed("title", "a\u200b"),
    "a line break in a name": changed(f"{TASK}.name", "a\nb"),
    "a forbidden character deep inside": changed(f"{TASK}.where", [["c", "in", ["a\x00"]]]),
    "a lone surrogate": changed("title", "\ud800"),
}


@pytest.mark.parametrize("data", PLANS.values(), ids=PLANS)
def test_bytes_that_are_no_snapshot_of_a_plan_are_refused(data: bytes) -> None:
    with pytest.raises(BadSnapshot) as refused:
        decode_plan(data)
    assert refused.value.reason


def test_the_tasks_of_a_plan_snapshot_are_those_of_one_batch_and_have_ids_of_their_own() -> None:
    value = json.loads(plan_snapshot(small(task("T1"), task("T2")), "B1"))
    decode_plan(written(value))
    for key, bad in (("batch", "B2"), ("id", "T1")):
        other = json.loads(json.dumps(value))
        other["tasks"][1][key] = bad
        with pytest.raises(BadSnapshot):
            decode_plan(written(other))


STRATA = {"by": "c", "ratios": [["A", "1/2"]], "other": "1/3"}


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({**STRATA, "other": None}, id="no other, written as null"),
        pytest.param({"ratios": [["A", "1/2"]]}, id="no column"),
        pytest.param({"by": "c"}, id="no ratios"),
        pytest.param({**STRATA, "ratios": [["A", "2/4"]]}, id="not reduced"),
        pytest.param({**STRATA, "ratios": [["A", None]]}, id="a null ratio"),
        pytest.param({**STRATA, "ratios": [["A"]]}, id="a value without a ratio"),
        pytest.param({**STRATA, "ratios": {"A": "1/2"}}, id="an object"),
        pytest.param({**STRATA, "other": "5/4"}, id="other over 1"),
        pytest.param({**STRATA, "x": 1}, id="an unknown key"),
        pytest.param([], id="a list"),
    ],
)
def test_strata_that_are_not_in_the_form_of_a_snapshot_are_refused(bad: Any) -> None:
    whole = json.loads(plan_snapshot(small(task(strata=strata("c", ("A", "1/2"), other="1/3"))), "B1"))
    assert whole["tasks"][0]["strata"] == STRATA
    decode_plan(written(whole))
    whole["tasks"][0]["strata"] = bad
    with pytest.raises(BadSnapshot):
        decode_plan(written(whole))


@pytest.mark.parametrize(
    "window",
    [("2023-1-1", "2023-12-31"), ("2023-01-01", "2023-9-30"), ("2023-01-01", "长期"), ("", ""), ("2023-02-30", "2023-12-31")],
    ids=str,
)
def test_a_window_whose_days_are_no_dates_is_refused(window: tuple[str, str]) -> None:
    """draw-v1 §1: dates as YYYY-MM-DD; §6 compares them as dates, which text in another form does not do."""
    with pytest.raises(BadSnapshot):
        decode_plan(changed(f"{TASK}.window", {"from": window[0], "to": window[1]}))


def test_two_strata_of_one_name_are_refused() -> None:
    """draw-v1 §4: every value of the column is a stratum, so a value listed twice says two things of one stratum."""
    whole = json.loads(plan_snapshot(small(task(strata=strata("c", ("A", "1/2"), other="1/3"))), "B1"))
    whole["tasks"][0]["strata"]["ratios"] = [["A", "1/2"], ["A", "1/3"]]
    with pytest.raises(BadSnapshot):
        decode_plan(written(whole))


@pytest.mark.parametrize(("key", "value"), [("at_most", 5), ("count", 5), ("ratio", "1/2")])
def test_neither_at_most_nor_count_nor_a_ratio_of_all_goes_with_strata(key: str, value: Any) -> None:
    """draw-v1 §4."""
    whole = json.loads(plan_snapshot(small(task(strata=strata("c", ("A", "1/2"), other="1/3"))), "B1"))
    whole["tasks"][0][key] = value
    with pytest.raises(BadSnapshot):
        decode_plan(written(whole))


def test_conditions_come_back_as_they_were() -> None:
    conditions = (Condition("a", "in", ("2", "1")), Condition("a", "not_in", ()))
    of = small(task(where=conditions))
    assert decode_plan(plan_snapshot(of, "B1")).tasks[0].where == conditions


@pytest.mark.parametrize("ratio", ["1/9999999999999999999999", "0.0000000000000000000001", "9999999999/10000000000"])
def test_the_longest_ratios_that_a_plan_may_name_can_be_read_back(ratio: str) -> None:
    of = small(task(ratio=ratio))
    assert decode_plan(plan_snapshot(of, "B1")).tasks == of.tasks
