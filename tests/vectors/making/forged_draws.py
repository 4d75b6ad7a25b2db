"""Forged records, and events that do not have their form: cases of ledgers.json, expected by hand."""

import json

from making.common import Vector, sha
from making.forging import RECORD, SEAL, Case, event, put_in, rewritten, swap, with_files, with_text
from making.story import seed

LOST = "1 events impossible; 2 seal seed derived impossible"


def _swapped_member(record: Vector) -> None:
    team = record["visits"][0]["team"]
    mine = {m["inspector"] for m in team}
    other = next(load["inspector"] for load in record["loads"] if load["department"] == "甲局" and load["inspector"] not in mine)
    team[0].update(inspector=other, name=f"员{other}")


def _other_leader(record: Vector) -> None:
    for member in record["visits"][0]["team"]:
        member["leader"] = member["slot"] == 1 and member["department"] == "乙局"


def _slots(record: Vector) -> None:
    visit = next(v for v in record["visits"] if "T2" in v["tasks"])
    first, second = visit["team"][:2]
    for key in ("inspector", "name"):
        first[key], second[key] = second[key], first[key]


def _smooth(record: Vector) -> None:
    loads = [load for load in record["loads"] if load["department"] == "甲局"]
    loads[0]["visits"] += 1
    loads[1]["visits"] -= 1


DRAWS: dict[str, Case] = {
    "a team member is another": ("small", event(2, _swapped_member), "2 teams record failed"),
    "the leader is of the other department": ("small", event(2, _other_leader), "2 teams record failed"),
    "two slots are exchanged": ("small", event(2, _slots), "2 teams record failed"),
    "an inspector's name is another": ("small", put_in(2, "visits", 0, "team", 0, "name", "某人"), "2 teams record failed"),
    "an inspector's department is another": (
        "small",
        put_in(2, "visits", 0, "team", 0, "department", "丙局"),
        "2 teams record failed",
    ),
    "a team is empty": ("small", put_in(2, "visits", 0, "team", []), "2 teams record failed"),
    "a team member is listed twice": (
        "small",
        event(2, lambda r: r["visits"][0]["team"].append(r["visits"][0]["team"][-1])),
        "2 teams record failed",
    ),
    "loads are smoothed": ("small", event(2, _smooth), "2 loads record failed"),
    "an idle inspector is left out of the loads": ("small", event(2, lambda r: r["loads"].pop()), "2 loads record failed"),
    "loads stand in another order": ("small", event(2, lambda r: swap(r["loads"])), "2 loads record failed"),
    "an entity is taken out of the sample": (
        "small",
        event(2, lambda r: r["tasks"][0]["sample"].pop(1)),
        "2 samples record failed",
    ),
    "two entities of the sample change places": (
        "small",
        event(2, lambda r: swap(r["tasks"][0]["sample"])),
        "2 samples record failed",
    ),
    "an entity of the sample is another": (
        "small",
        put_in(2, "tasks", 0, "sample", 0, "entity", "E9"),
        "2 samples record failed",
    ),
    "a ticket is another": ("small", put_in(2, "tasks", 0, "sample", 0, "ticket", "0" * 64), "2 samples record failed"),
    "a tier is shifted": ("small", put_in(2, "tasks", 0, "sample", 0, "tier", 1), "2 samples record failed"),
    "the stratum of one drawn is another": (
        "small",
        put_in(2, "tasks", 0, "sample", 0, "stratum", "B"),
        "2 samples record failed",
    ),
    "a cut-off's ticket is forged": (
        "small",
        put_in(2, "tasks", 0, "strata", 0, "cutoff", "ticket", "f" * 64),
        "2 samples record failed",
    ),
    "a cut-off's tier is forged": ("small", put_in(2, "tasks", 0, "strata", 0, "cutoff", "tier", 1), "2 samples record failed"),
    "a cut-off is missing": ("small", put_in(2, "tasks", 0, "strata", 0, "cutoff", None), "2 samples record failed"),
    "a frame is smaller": ("small", put_in(2, "tasks", 0, "strata", 0, "frame_size", 4), "2 frames record failed"),
    "a frame's digest is another": (
        "small",
        put_in(2, "tasks", 0, "strata", 0, "frame_sha256", "0" * 64),
        "2 frames record failed",
    ),
    "fewer are eligible": ("small", put_in(2, "tasks", 0, "strata", 0, "eligible", 4), "2 frames record failed"),
    "somebody is excluded for no reason": (
        "small",
        put_in(2, "tasks", 0, "strata", 0, "excluded", [{"entity": "E1", "reason": "max_visits"}]),
        "2 frames record failed",
    ),
    "a stratum is called otherwise": ("small", put_in(2, "tasks", 0, "strata", 0, "name", "a"), "2 frames record failed"),
    "a shortage is hidden": ("small", put_in(2, "tasks", 1, "strata", 0, "shortage", 0), "2 sizes record failed"),
    "a sample size is smaller": ("small", put_in(2, "tasks", 0, "strata", 0, "sample_size", 2), "2 sizes record failed"),
    "a task's name is another": ("small", put_in(2, "tasks", 0, "name", "别的任务"), "2 sizes record failed"),
    "a task's id is another": ("small", put_in(2, "tasks", 0, "id", "T9"), "2 sizes record failed"),
    "a task's count is another": ("small", put_in(2, "tasks", 1, "count", 2), "2 sizes record failed"),
    "a task's rounding is another": ("small", put_in(2, "tasks", 0, "rounding", "down"), "2 sizes record failed"),
    "a task's at_least is another": ("small", put_in(2, "tasks", 0, "at_least", 0), "2 sizes record failed"),
    "a task's at_most is another": ("small", put_in(2, "tasks", 1, "at_most", 9), "2 sizes record failed"),
    "a ratio stands where strata have theirs": ("small", put_in(2, "tasks", 0, "ratio", "1/2"), "2 sizes record failed"),
    "a task's group is another": ("small", put_in(2, "tasks", 0, "coordination_group", "甲组"), "2 sizes record failed"),
    "a visit is to another entity": ("small", put_in(2, "visits", 0, "entity", "E99"), "2 visits record failed"),
    "a visited entity's name is another": ("small", put_in(2, "visits", 0, "name", "别的企业"), "2 visits record failed"),
    "a visit's tasks are fewer": (
        "small",
        event(2, lambda r: next(v for v in r["visits"] if "T2" in v["tasks"])["tasks"].pop()),
        "2 visits record failed",
    ),
    "a visit is left out": ("small", event(2, lambda r: r["visits"].pop()), "2 visits teams record failed"),
    "two visits change places": ("small", event(2, lambda r: swap(r["visits"])), "2 visits teams record failed"),
    "the entity key is another": ("small", put_in(2, "entity_key", "0" * 64), "2 keys record failed"),
    "the seed's digest is another": ("small", put_in(2, "seed", "sha256", "0" * 64), "2 seed record failed"),
    "an operator's seed calls itself public": ("small", put_in(2, "seed", "class", "public"), "2 seed record failed"),
    "an operator's seed says it came from the system": ("small", put_in(2, "seed", "class", "os"), "2 seed record failed"),
    "the record holds another seed document": (
        "small",
        event(2, lambda r: r["seed"].update(document=seed("另"), sha256=sha(seed("另")))),
        "2 seal record failed",
    ),
    "the record's seed document changed, its digest did not": (
        "small",
        put_in(2, "seed", "document", seed("另")),
        "2 seal seed record failed",
    ),
    "the record's title is another": ("small", put_in(2, "plan", "title", "别的计划"), "2 seal record failed"),
    "the record's cycle is another": ("small", put_in(2, "cycle", "2024"), "2 seal record failed"),
    "the record's rows are others": ("small", put_in(2, "inputs", "entities", "rows", 8), "2 seal record failed"),
    "the record names no recusals": ("small", put_in(2, "inputs", "recusals", None), "2 seal record failed"),
    "the record's history is longer": ("small", put_in(2, "history", ["0" * 64]), "2 seal record failed"),
    "the record names a seal that is not there": (
        "small",
        put_in(2, "seal", "0" * 64),
        "2 states seal failed; 2 seed derived impossible",
    ),
}
FORMS: dict[str, Case] = {
    "a record with an unknown key": ("small", put_in(2, "note", "x"), "2 events failed"),
    "a record without loads": ("small", event(2, lambda r: r.pop("loads")), "2 events failed"),
    "a record of another schema": ("small", put_in(2, "schema", "shuangsuiji/record/2"), "2 events failed"),
    "a record of another algorithm": ("small", put_in(2, "algorithm", "shuangsuiji/draw/2"), "2 events failed"),
    "a record with another hash": ("small", put_in(2, "hash", "sm3"), "2 events failed"),
    "a record whose history is no list": ("small", put_in(2, "history", None), "2 events failed"),
    "a load that is text": ("small", put_in(2, "loads", 0, "visits", "1"), "2 events failed"),
    "a load that is negative": ("small", put_in(2, "loads", 0, "visits", -1), "2 events failed"),
    "a load that is true": ("small", put_in(2, "loads", 0, "visits", True), "2 events failed"),
    "a ticket in capitals": ("small", put_in(2, "tasks", 0, "sample", 0, "ticket", "F" * 64), "2 events failed"),
    "a visit with an unknown key": ("small", put_in(2, "visits", 0, "note", ""), "2 events failed"),
    "a team member without a slot": ("small", event(2, lambda r: r["visits"][0]["team"][0].pop("slot")), "2 events failed"),
    "a record of another batch": ("small", put_in(2, "batch", "B2"), "2 events failed"),
    "a record of another plan": ("small", put_in(2, "plan", "id", "P2"), "2 events failed"),
    "a record in several lines": (
        "small",
        lambda story: rewritten(story, RECORD, lambda text: json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"),
        "2 events failed",
    ),
    "a record with a key twice": (
        "small",
        lambda story: rewritten(story, RECORD, lambda text: text.replace("{", '{"algorithm":"shuangsuiji/draw/1",', 1)),
        "2 events failed",
    ),
    "a record with a float": (
        "small",
        lambda story: rewritten(story, RECORD, lambda text: text.replace('"at_least":1', '"at_least":1.0', 1)),
        "2 events failed",
    ),
    "a byte of the record is another": ("small", with_text(RECORD, "2023", "2024"), "2 events failed"),
    "the record's file is empty": ("small", with_files(lambda f: f.update({RECORD: ""})), "2 events failed"),
    "the record's file is not there": ("small", with_files(lambda f: f.pop(RECORD)), "2 events impossible"),
    "the seal's file is not there": ("small", with_files(lambda f: f.pop(SEAL)), LOST),
    "a byte of the seal is another": (
        "small",
        with_text(SEAL, "2023", "2024"),
        LOST.replace("events impossible", "events failed"),
    ),
    "seal and record have changed files": (
        "small",
        with_files(lambda f: f.update({SEAL: f[RECORD], RECORD: f[SEAL]})),
        "1 events failed; 2 events failed",
    ),
}
