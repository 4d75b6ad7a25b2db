"""The record (draw-v1 §9), the seal and the failure (ledger-v1) to the last byte, put together here with hashlib and by hand."""

import pytest
from builders import FAR, H, Story, entity_pool, inspector_pool, plan, pools, recusal_pool, sha, strata, task

from shuangsuiji.draw.drawing import Infeasible, draw
from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.lines import Event
from shuangsuiji.evidence.record import past_draw
from shuangsuiji.model.history import History
from shuangsuiji.model.plan import Plan, Task
from shuangsuiji.model.seed import SeedDocument, Source, text_seed

DOCUMENT = "shuangsuiji/seed/1\ntext:种子\n"
PLAN_BYTES = (
    '{"cycle":"2023","entity_statuses":["存续"],"id":"P1","inspector_statuses":["在岗"],"schema":"shuangsuiji/plan/1",'
    '"tasks":[{"batch":"B1","count":1,"id":"T1","initiator":"甲局","name":"任务T1","where":[],'
    '"window":{"from":"2023-01-01","to":"2023-12-31"}}],"title":"计划"}\n'
)
ENTITIES_BYTES = "id,name\nE1,企业E1\nE2,企业E2\n"
INSPECTORS_BYTES = f"id,name,certificate_expiry,department,qualifications\nI1,检查员I1,{FAR},甲局,\nI2,检查员I2,{FAR},甲局,\n"
INPUTS = (
    f'{{"entities":{{"rows":2,"snapshot":"{sha(ENTITIES_BYTES)}"}},'
    f'"inspectors":{{"rows":2,"snapshot":"{sha(INSPECTORS_BYTES)}"}},"recusals":null}}'
)
PLAN_OF_SEAL = f'{{"id":"P1","snapshot":"{sha(PLAN_BYTES)}","title":"计划"}}'
SEAL_BYTES = (
    f'{{"batch":"B1","cycle":"2023","entropy":[{{"kind":"text"}}],"history":[],"inputs":{INPUTS},"plan":{PLAN_OF_SEAL},'
    '"schema":"shuangsuiji/seal/1","seed_document":"shuangsuiji/seed/1\\ntext:种子\\n"}\n'
)


def small(*tasks: Task, **values: object) -> Plan:
    return plan(*tasks, entity_statuses=("存续",), inspector_statuses=("在岗",), **values)


def bytes_of(story: Story, event: Event) -> str:
    return story.files[event.line.file].decode()


def test_a_seal_to_the_last_byte() -> None:
    story = Story()
    seal = story.seal(small(), "B1", pools(2, 2), text_seed("种子"))
    assert bytes_of(story, seal) == SEAL_BYTES
    assert story.files == {
        "events/000001-seal.json": SEAL_BYTES.encode(),
        f"snapshots/{sha(PLAN_BYTES)}.json": PLAN_BYTES.encode(),
        f"snapshots/{sha(ENTITIES_BYTES)}.csv": ENTITIES_BYTES.encode(),
        f"snapshots/{sha(INSPECTORS_BYTES)}.csv": INSPECTORS_BYTES.encode(),
    }


def test_a_record_to_the_last_byte() -> None:
    story = Story()
    record = story.draw(small(), "B1", pools(2, 2), text_seed("种子"))
    seed = sha(DOCUMENT)
    key = H("shuangsuiji/draw/1", "entity", seed, "P1", "B1")
    drawn = min(["E1", "E2"], key=lambda e: H(key, e))
    ticket = H(key, drawn)
    frame = sha("E1\nE2\n")
    deal = H("shuangsuiji/draw/1", "deal", seed, "P1", "B1", "甲局")
    first = ["I1", "I2"][int(H(deal, "pick", drawn, "1"), 16) % 2]
    second = "I2" if first == "I1" else "I1"
    team = ",".join(
        f'{{"department":"甲局","inspector":"{i}","leader":{leader},"name":"检查员{i}","slot":{slot}}}'
        for i, leader, slot in ((first, "true", 1), (second, "false", 2))
    )
    assert bytes_of(story, record) == (
        f'{{"algorithm":"shuangsuiji/draw/1","batch":"B1","cycle":"2023","entity_key":"{key}","hash":"sha256","history":[],'
        f'"inputs":{INPUTS},"loads":[{{"department":"甲局","inspector":"I1","visits":1}},'
        f'{{"department":"甲局","inspector":"I2","visits":1}}],"plan":{PLAN_OF_SEAL},"schema":"shuangsuiji/record/1",'
        f'"seal":"{sha(SEAL_BYTES)}",'
        f'"seed":{{"class":"operator","document":"shuangsuiji/seed/1\\ntext:种子\\n","sha256":"{seed}"}},'
        f'"tasks":[{{"at_least":1,"at_most":null,"coordination_group":null,"count":1,"id":"T1","name":"任务T1","ratio":null,'
        f'"rounding":"up","sample":[{{"entity":"{drawn}","stratum":"*","ticket":"{ticket}","tier":0}}],'
        f'"strata":[{{"cutoff":{{"ticket":"{ticket}","tier":0}},"eligible":2,"excluded":[],"frame_sha256":"{frame}",'
        f'"frame_size":2,"name":"*","sample_size":1,"shortage":0}}]}}],'
        f'"visits":[{{"entity":"{drawn}","name":"企业{drawn}","tasks":["T1"],"team":[{team}]}}]}}\n'
    )


def test_a_record_says_every_rule_of_a_task_its_defaults_too() -> None:
    story = Story()
    one = task("T1", ratio="6/100", rounding="half_up", at_least=0, at_most=3, coordination_group="组")
    two = task("T2", strata=strata("c", ("A", "1"), ("Q", "1/2")))
    pool = entity_pool(*({"id": f"E{k}", "c": "A"} for k in range(10)))
    rules = [
        {key: of[key] for key in of if key not in ("strata", "sample")}
        for of in story.draw(small(one, two), "B1", pools(pool, 3)).value["tasks"]
    ]
    assert rules == [
        {"id": "T1", "name": "任务T1", "ratio": "3/50", "count": None, "rounding": "half_up", "at_least": 0, "at_most": 3}
        | {"coordination_group": "组"},
        {"id": "T2", "name": "任务T2", "ratio": None, "count": None, "rounding": "up", "at_least": 1, "at_most": None}
        | {"coordination_group": None},
    ]


def test_a_ratio_of_100_percent_is_written_as_one_over_one() -> None:
    assert Story().draw(small(task(ratio="1")), "B1", pools(2, 2)).value["tasks"][0]["ratio"] == "1/1"


def test_strata_exclusions_and_shortages_stand_in_a_record() -> None:
    story = Story()
    story.draw(small(task(count=2, coordination_group="组")), "B1", pools(entity_pool("E1", "E2"), 3))
    pool = entity_pool(*({"id": f"E{k}", "c": c} for k, c in ((1, "A"), (2, "B"), (3, "A"), (4, ""))))
    rule = strata("c", ("Q", "1"), ("B", "1"), ("A", "1"), ("", "1/2"))
    of = task(batch="B2", strata=rule, max_visits_per_cycle=1)
    record = story.draw(small(of), "B2", pools(pool, 3))
    first = story.ledger.events[1]
    assert record.value["history"] == [sha(bytes_of(story, first))]
    key = record.value["entity_key"]

    def stratum(name: str, frame: list[str], eligible: list[str], shortage: int) -> dict[str, object]:
        cutoff = max((H(key, e) for e in eligible), default=None)
        return {
            "name": name,
            "frame_size": len(frame),
            "frame_sha256": sha("".join(f"{e}\n" for e in frame)),
            "eligible": len(eligible),
            "sample_size": len(eligible),
            "shortage": shortage,
            "excluded": [{"entity": e, "reason": "max_visits"} for e in frame if e not in eligible],
            "cutoff": cutoff and {"tier": 0, "ticket": cutoff},
        }

    assert record.value["tasks"][0]["strata"] == [
        stratum("Q", [], [], 0),
        stratum("B", ["E2"], [], 1),
        stratum("A", ["E1", "E3"], ["E3"], 1),
        stratum("", ["E4"], ["E4"], 0),
    ]
    assert record.value["tasks"][0]["sample"] == [
        {"entity": e, "stratum": name, "tier": 0, "ticket": H(key, e)} for e, name in (("E3", "A"), ("E4", ""))
    ]


def test_a_record_of_nobody_has_nulls_and_empty_lists() -> None:
    of = small(task(ratio="1/2", at_most=0))
    value = Story().draw(of, "B1", pools(2, 2, recusal_pool(("I1", "E1")))).value
    assert (value["visits"], value["loads"], value["tasks"][0]["sample"]) == ([], [], [])
    assert value["tasks"][0]["strata"][0]["cutoff"] is None
    recusals = "inspector,entity,reason\nI1,E1,近亲属\n"
    assert value["inputs"]["recusals"] == {"snapshot": sha(recusals), "rows": 1}


def test_a_record_holds_nothing_of_when_who_and_with_what() -> None:
    first, second = Story(), Story()
    second.draw(plan(task(batch="B9")), "B9", pools())
    one = first.draw(small(), "B1", pools(2, 2), text_seed("种子"))
    other = second.draw(small(), "B1", pools(2, 2), text_seed("种子"))
    assert bytes_of(first, one) == bytes_of(second, other)
    assert one.line.hash != other.line.hash


def test_the_class_of_the_seed_stands_in_the_record() -> None:
    story = Story()
    seal = story.seal(small(), "B1", pools(2, 2), None, [{"kind": "dice"}])
    assert seal.value["seed_document"] is None
    seed = SeedDocument((Source("dice", "16"),), seal.line.sha256)
    document = f"shuangsuiji/seed/1\nseal:{sha(bytes_of(story, seal))}\ndice:16\n"
    assert story.answer(seal, seed).value["seed"] == {"class": "public", "document": document, "sha256": sha(document)}


def test_a_failure_for_want_of_inspectors_to_the_last_byte() -> None:
    story = Story()
    of = small(task(count=2, cooperators=("乙局",)))
    failure = story.draw(of, "B1", pools(2, 2, recusal_pool(("I1", "E1"))), text_seed("种子"))
    key = H("shuangsuiji/draw/1", "entity", sha(DOCUMENT), "P1", "B1")
    order = sorted(["E1", "E2"], key=lambda e: H(key, e))
    blocked = ",".join(f'{{"demand":1,"department":"乙局","eligible":[],"entity":"{e}"}}' for e in order)
    assert failure.line.type == "failure"
    assert bytes_of(story, failure) == (
        f'{{"blocked":[{blocked}],"reason":"too_few_eligible","schema":"shuangsuiji/failure/1",'
        f'"seal":"{sha(bytes_of(story, story.ledger.events[0]))}","witness":[]}}\n'
    )


def test_a_failure_for_a_cap_to_the_last_byte() -> None:
    story = Story()
    staff = inspector_pool("I2", "I1", {"id": "J1", "department": "乙局"})
    of = small(task(count=2, cooperators=("乙局",), minimum_team=3), max_visits_per_inspector=1)
    failure = story.draw(of, "B1", pools(2, staff), text_seed("种子"))
    # I1 and I2 are both on both visits, so neither reaches the other: the busiest alone, the tie decided by rank
    deal = H("shuangsuiji/draw/1", "deal", sha(DOCUMENT), "P1", "B1", "甲局")
    busiest = min(["I1", "I2"], key=lambda i: H(deal, "rank", i))
    assert bytes_of(story, failure) == (
        '{"blocked":[],"reason":"cap_exceeded","schema":"shuangsuiji/failure/1",'
        f'"seal":"{sha(bytes_of(story, story.ledger.events[0]))}","witness":['
        '{"cap":1,"department":"乙局","inspectors":["J1"],"load":2,"visits":["E1","E2"]},'
        f'{{"cap":1,"department":"甲局","inspectors":["{busiest}"],"load":2,"visits":["E1","E2"]}}]}}\n'
    )


def test_the_eligible_ones_of_a_blocked_visit_are_named() -> None:
    story = Story()
    of = small(task(count=2, minimum_team=3))
    failure = story.draw(of, "B1", pools(2, inspector_pool("I2", "I10", "I1"), recusal_pool(("I1", "E2"))))
    assert failure.value["blocked"] == [{"department": "甲局", "entity": "E2", "demand": 3, "eligible": ["I10", "I2"]}]


@pytest.mark.parametrize("count", [1, 2])
def test_what_a_later_draw_knows_of_a_record(count: int) -> None:
    story = Story()
    tasks = (task("T1", count=count, coordination_group="g"), task("T2", count=1, coordination_group="h"), task("T3", count=3))
    more = task("T4", count=2, coordination_group="g")
    record = story.draw(small(*tasks, more), "B1", pools(4, 4))
    key = record.value["entity_key"]
    order = sorted(["E1", "E2", "E3", "E4"], key=lambda e: H(key, e))
    past = past_draw(record.value, record.line.sha256)
    assert past.sha256 == sha(bytes_of(story, record))
    assert dict(past.drawn) == {"g": frozenset(order[:2]), "h": frozenset(order[:1])}  # each record counts an entity once
    assert past.visited == frozenset(order[:3])


def test_a_record_is_canonical_json() -> None:
    story = Story()
    record = story.draw(small(), "B1", pools(2, 2))
    assert canonical.encode(record.value) == story.files[record.line.file]


def test_an_infeasible_draw_says_which_of_the_two_reasons_it_is() -> None:
    for of, reason in (
        (plan(task(count=2, per_department=3)), "too_few_eligible"),
        (plan(task(count=2), max_visits_per_inspector=0), "cap_exceeded"),
    ):
        found = draw(of, "B1", pools(2, 2), History(), "0" * 64)
        assert isinstance(found, Infeasible)
        assert found.reason == reason
