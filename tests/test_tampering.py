"""Named cheats: what somebody might do to a ledger, and the check that both programs must name for it, by the table in ledger-v1.

Nearly every forger here keeps all digests, hashes and references in order (builders.Forgery), so that nothing but what he did can
give him away. What each cheat must show is written by hand from docs/spec, never copied from a report; and the engine and the
independent verifier must say exactly the same of every copy, and end with the same status.
"""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from agreement import SHIPPED, by_engine, by_verifier, exit_status, write_ledger
from builders import (
    Forged,
    Forgery,
    H,
    Story,
    entity_pool,
    inspector_pool,
    plan,
    pools,
    recusal_pool,
    sha,
    strata,
    task,
)
from test_verification import LATER, OTHER, Edit, Names, at, both, drop, more, put, story_of_failure, turn

from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.ledger import LedgerBytes
from shuangsuiji.evidence.lines import void_value
from shuangsuiji.evidence.verification import verify
from shuangsuiji.model.pool import Pools
from shuangsuiji.model.seed import SeedDocument, Source, text_seed

PLAN = plan(
    task("T1", count=2, coordination_group="g", cooperators=("乙局",)),
    task("T2", strata=strata("class", ("A", "1/2"), other="1/3")),
    task("T3", batch="B2", count=5, coordination_group="g"),
    task("T4", batch="B2", count=5, max_visits_per_cycle=1),
    task("T5", batch="B3", count=2, minimum_team=3),
    task("T6", batch="B4", ratio="1/2"),
    max_visits_per_inspector=9,
)
ENTITIES = [{"id": f"E{k}", "name": f"企业{k}", "class": "AB"[k % 2]} for k in range(1, 7)]
STAFF = ("I1", "I2", "I3", "I4", "I5")
OTHERS = [{"id": f"J{k}", "department": "乙局"} for k in range(1, 4)]


def office(staff: tuple[str, ...] = STAFF) -> Pools:
    recusals = recusal_pool(("I1", "E1"), ("I2", "E3"), ("J2", "E4"))
    return pools(entity_pool(*ENTITIES), inspector_pool(*staff, *OTHERS), recusals)


@cache
def told() -> Story:
    """The year of a small office. Cheats name its lines by these numbers."""
    story = Story()
    story.draw(PLAN, "B1", office(), text_seed("一"))  # 1 seal, 2 draw: two departments, strata
    story.draw(PLAN, "B2", office(), text_seed("二"))  # 3 seal, 4 draw: tiers, an exclusion and a shortage by the history of 2
    story.draw(PLAN, "B3", office(("I1", "I2")), text_seed("三"))  # 5 seal, 6 failure: teams of three from two
    first = story.draw(PLAN, "B3", office(), text_seed("三"))  # 7 seal, 8 draw: mended
    story.void(first)  # 9 void: the seed is kept
    second = story.draw(PLAN, "B3", office(STAFF[1:]), text_seed("三"))  # 10 seal, 11 draw: I1 is gone
    story.void(second, keep_seed=False)  # 12 void: the seed is given up
    story.draw(PLAN, "B3", office(), text_seed("四"))  # 13 seal, 14 draw
    seal = story.seal(PLAN, "B4", office(), None, [{"kind": "dice"}, {"kind": "text"}])  # 15 seal: for dice still to be rolled
    story.answer(seal, SeedDocument((Source("dice", "2361"), Source("text", "见证人")), seal.line.sha256))  # 16 draw: public
    return story


@dataclass(frozen=True)
class Cheat:
    """A copy that was tampered with, and what must be said of it.

    `failed` and `impossible` are all that is not passed or, if `rest`, all at the first line concerned: what was done there makes
    more go wrong behind it. `chance`: checks that tickets decide, so that nobody could say by hand.
    """

    name: str
    ledger: Callable[[], LedgerBytes]
    failed: Names
    impossible: Names = frozenset()  # type: ignore[assignment]
    rest: bool = False
    chance: tuple[str, ...] = ()
    checkpoint: bool = False


def forged(*edits: Callable[[Forgery], object], story: Callable[[], Story] = told) -> Callable[[], LedgerBytes]:
    """The story with these edits, every digest, hash and reference made anew."""

    def build() -> LedgerBytes:
        forgery = Forgery.of(story())
        for edit in edits:
            edit(forgery)
        return forgery.build()

    return build


def of(seq: int, *edits: Edit) -> Callable[[Forgery], object]:
    """An edit of one event."""
    return lambda forgery: [edit(forgery.events[seq - 1].value) for edit in edits]


def snapshot(seq: int, role: str, change: Callable[[bytes], bytes]) -> Callable[[Forgery], object]:
    """Another snapshot for the seal `seq` and its answer, stored and counted as it must be."""

    def edit(forgery: Forgery) -> None:
        for event in forgery.events[seq - 1 : seq + 1]:
            source = event.value["plan"] if role == "plan" else event.value["inputs"][role]
            suffix = "json" if role == "plan" else "csv"
            data = change(forgery.files[f"snapshots/{source['snapshot']}.{suffix}"])
            source["snapshot"] = sha(data)
            if role != "plan":
                source["rows"] = data.count(b"\n") - 1
        forgery.files[f"snapshots/{sha(data)}.{suffix}"] = data

    return edit


def in_plan(edit: Edit) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        value = json.loads(data)
        edit(value)
        return canonical.encode(value)

    return change


def lines_of(story: Story) -> list[bytes]:
    return story.lines.splitlines(keepends=True)


def raw(change: Callable[[list[bytes], dict[str, bytes]], object]) -> Callable[[], LedgerBytes]:
    """The story with its lines and files changed, and nothing put in order behind it."""

    def build() -> LedgerBytes:
        lines, files = lines_of(told()), dict(told().files)
        change(lines, files)
        return LedgerBytes(b"".join(lines), files)

    return build


def file_of(seq: int) -> str:
    return told().ledger.events[seq - 1].line.file


def snapshot_of(seq: int, role: str) -> str:
    return f"snapshots/{told().ledger.events[seq - 1].value['inputs'][role]['snapshot']}.csv"


# --- what the forgers do ------------------------------------------------------------------------------------


def send_a_friend(record: dict[str, Any]) -> None:
    """The first member of the first team gives way to one who is not on it."""
    team = record["visits"][0]["team"]
    friend = next(i for i in STAFF if i not in [member["inspector"] for member in team] + ["I1"])
    team[0] |= {"inspector": friend, "name": f"检查员{friend}"}


def count_again(record: dict[str, Any]) -> None:
    """The loads as the teams now make them."""
    people = [member["inspector"] for visit in record["visits"] for member in visit["team"]]
    for load in record["loads"]:
        load["visits"] = people.count(load["inspector"])


def spare_the_last(record: dict[str, Any]) -> None:
    """The last one drawn was never drawn: gone from sample, size, cut-off, visits and loads."""
    gone = record["tasks"][0]["sample"].pop()
    stratum, last = record["tasks"][0]["strata"][0], record["tasks"][0]["sample"][-1]
    stratum |= {"sample_size": stratum["sample_size"] - 1, "cutoff": {"tier": last["tier"], "ticket": last["ticket"]}}
    record["visits"] = [visit for visit in record["visits"] if visit["entity"] != gone["entity"]]
    count_again(record)


def draw_another(record: dict[str, Any]) -> None:
    """E5, which was not drawn, in the place of the last one drawn; and another leader goes there."""
    gone = record["tasks"][0]["sample"][-1]["entity"]
    record["tasks"][0]["sample"][-1]["entity"] = "E5"
    visit = next(visit for visit in record["visits"] if visit["entity"] == gone)
    visit |= {"entity": "E5", "name": "企业5"}
    for member in visit["team"]:
        member["leader"] = not member["leader"]


def exchange_slots(record: dict[str, Any]) -> None:
    one, two = record["visits"][0]["team"]
    one["inspector"], two["inspector"] = two["inspector"], one["inspector"]
    one["name"], two["name"] = two["name"], one["name"]


def exchange_first_two(record: dict[str, Any]) -> None:
    sample = record["tasks"][0]["sample"]
    sample[0], sample[1] = sample[1], sample[0]


def smooth(record: dict[str, Any]) -> None:
    """The busiest one a visit less, the idlest one more."""
    loads = sorted(record["loads"], key=lambda load: load["visits"])
    loads[0]["visits"], loads[-1]["visits"] = loads[0]["visits"] + 1, loads[-1]["visits"] - 1


def rename_stratum(record: dict[str, Any]) -> None:
    record["tasks"][1]["strata"][0]["name"] = "甲类"
    for one in record["tasks"][1]["sample"]:
        one["stratum"] = "甲类" if one["stratum"] == "A" else one["stratum"]


def lower_a_tier(record: dict[str, Any]) -> None:
    """An entity that had its turn is said to have had none."""
    one = next(one for one in record["tasks"][0]["sample"] if one["tier"] == 1)
    one["tier"] = 0


def teams_of_another_pool(forgery: Forgery) -> None:
    """8 was sealed with I1 in the pool, 11 without: the same seed, the same entities, other teams."""
    wanted, sealed = forgery.events[10].value, forgery.events[7].value
    sealed |= {"visits": copy.deepcopy(wanted["visits"]), "loads": copy.deepcopy(wanted["loads"])}


def seed_document(change: Callable[[str], str], everywhere: bool) -> Edit:
    """Another seed document in a record; its digest too, if `everywhere`."""

    def edit(record: dict[str, Any]) -> None:
        record["seed"]["document"] = change(record["seed"]["document"])
        if everywhere:
            record["seed"]["sha256"] = sha(record["seed"]["document"])

    return edit


def reseed(forgery: Forgery) -> None:
    """Seal 13 and draw 14 with another seed written into them."""
    forgery.events[12].value["seed_document"] = text_seed("五").text
    forgery.events[13].value["seed"] |= {"document": text_seed("五").text, "sha256": text_seed("五").sha256}


def second_draw() -> LedgerBytes:
    """He did not like the draw of B4, and seals and draws again, with nothing taken back."""
    story = Story(told().ledger, told().lines, dict(told().files))
    story.answer(story.seal(PLAN, "B4", office(), text_seed("再来"), keep_state=False), keep_state=False)
    return story.bytes()


def own_seed() -> LedgerBytes:
    """Batch B4 is taken back and sealed with one seed, but drawn with another, all of it computed as it must be."""
    story = Story(told().ledger, told().lines, dict(told().files))
    story.void(story.ledger.events[15], keep_seed=False)
    story.answer(story.seal(PLAN, "B4", office(), text_seed("封存的")), text_seed("想要的"))
    return story.bytes()


def rewritten() -> LedgerBytes:
    story = Story()
    story.draw(PLAN, "B1", office(), text_seed("换一本"))
    return story.bytes()


def remove(*gone: int) -> Callable[[Forgery], object]:
    def edit(forgery: Forgery) -> None:
        forgery.events = [event for seq, event in enumerate(forgery.events, start=1) if seq not in gone]

    return edit


def replay(forgery: Forgery) -> None:
    forgery.events.append(Forged("draw", ("P1", "B4"), copy.deepcopy(forgery.events[15].value)))


def void_failure(forgery: Forgery) -> None:
    value = void_value(told().ledger.events[5].line.hash, "不算", "领导", False)
    forgery.events.append(Forged("void", ("P1", "B3"), value))


def late_id() -> str:
    """An id that stands behind the cut-off of 14: draw-v1 §3 by hand."""
    cutoff = told().ledger.events[13].value["tasks"][0]["strata"][0]["cutoff"]["ticket"]
    key = H("shuangsuiji/draw/1", "entity", text_seed("四").sha256, "P1", "B3")
    return next(one for one in ("E7", "E8", "E9", "F1", "F2") if H(key, one) > cutoff)


def add_entity(data: bytes) -> bytes:
    return data + f"{late_id()},新企业\n".encode()


def without_row(start: bytes) -> Callable[[bytes], bytes]:
    return lambda data: b"".join(row for row in data.splitlines(keepends=True) if not row.startswith(start))


def recuse_a_member(forgery: Forgery) -> None:
    """Somebody of the first team of 14 turns out to be recused: a row is added to what was sealed."""
    visit = forgery.events[13].value["visits"][0]
    row = f"{visit['team'][0]['inspector']},{visit['entity']},近亲属\n".encode()

    def change(data: bytes) -> bytes:
        header, *rows = data.splitlines(keepends=True)
        return b"".join([header, *sorted([*rows, row])])

    snapshot(13, "recusals", change)(forgery)


def flip(files: dict[str, bytes], name: str) -> None:
    data = bytearray(files[name])
    data[len(data) // 2] ^= 1
    files[name] = bytes(data)


def exchange_files(files: dict[str, bytes], one: str, two: str) -> None:
    files[one], files[two] = files[two], files[one]


def line_again(change: Callable[[dict[str, Any]], object]) -> Callable[[], LedgerBytes]:
    """The last line changed, and its hash made anew."""

    def edit(lines: list[bytes], files: dict[str, bytes]) -> None:
        value = json.loads(lines[-1])
        del value["hash"]
        change(value)
        value["hash"] = sha(canonical.encode(value))
        lines[-1] = canonical.encode(value)

    return raw(edit)


def states(first: int, last: int) -> Names:
    return {(seq, "states") for seq in range(first, last + 1)}


SEED_OF_14 = text_seed("四").text
FOLLOWS = ("visits", "teams", "loads")

CHEATS = [
    Cheat("a team member swapped for a friend", forged(of(16, send_a_friend)), at(16, "teams", "record")),
    Cheat(
        "a friend sent, and the loads counted again",
        forged(of(16, send_a_friend, count_again)),
        at(16, "teams", "loads", "record"),
    ),
    Cheat(
        "an entity dropped everywhere in the record",
        forged(of(16, spare_the_last)),
        at(16, "sizes", "samples", "visits", "teams", "loads", "record"),
    ),
    Cheat("an entity exchanged for another", forged(of(16, draw_another)), at(16, "samples", "visits", "teams", "record")),
    Cheat(
        "an entity named twice in the sample", forged(of(16, put("tasks.0.sample.1.entity", "E6"))), at(16, "samples", "record")
    ),
    Cheat(
        "a cut-off moved so that nobody asks",
        forged(of(16, put("tasks.0.strata.0.cutoff.ticket", "f" * 64))),
        at(16, "samples", "record"),
    ),
    Cheat("a lower frame size", forged(of(16, put("tasks.0.strata.0.frame_size", 5))), at(16, "frames", "record")),
    Cheat("a digest of another frame", forged(of(16, put("tasks.0.strata.0.frame_sha256", OTHER))), at(16, "frames", "record")),
    Cheat("one eligible fewer", forged(of(16, put("tasks.0.strata.0.eligible", 5))), at(16, "frames", "record")),
    Cheat("a lower ratio in the record", forged(of(16, put("tasks.0.ratio", "1/3"))), at(16, "sizes", "record")),
    Cheat("two of the sample exchanged", forged(of(16, exchange_first_two)), at(16, "samples", "record")),
    Cheat("visits in an order that suits", forged(of(16, turn("visits"))), at(16, "visits", "teams", "record")),
    Cheat("slots of a team exchanged", forged(of(16, exchange_slots)), at(16, "teams", "record")),
    Cheat(
        "another leader",
        forged(of(16, put("visits.0.team.0.leader", False), put("visits.0.team.1.leader", True))),
        at(16, "teams", "record"),
    ),
    Cheat("a team of one", forged(of(16, drop("visits.0.team"), count_again)), at(16, "teams", "loads", "record")),
    Cheat("loads smoothed", forged(of(16, smooth)), at(16, "loads", "record")),
    Cheat("an idle inspector left out of the loads", forged(of(2, drop("loads"))), at(2, "loads", "record")),
    Cheat("an entity under another name", forged(of(16, put("visits.0.name", "别家企业"))), at(16, "visits", "record")),
    Cheat("a task struck from a visit", forged(of(2, drop("visits.0.tasks"))), at(2, "visits", "record")),
    Cheat(
        "the entity key of another batch",
        forged(lambda f: f.events[15].value.update(entity_key=f.events[13].value["entity_key"])),
        at(16, "keys", "record"),
    ),
    Cheat("a shortage hidden", forged(of(4, put("tasks.1.strata.0.shortage", 0))), at(4, "sizes", "record")),
    Cheat("an exclusion hidden", forged(of(4, drop("tasks.1.strata.0.excluded"))), at(4, "frames", "record")),
    Cheat(
        "an exclusion for another reason",
        forged(of(4, put("tasks.1.strata.0.excluded.0.reason", "closed"))),
        at(4, "frames", "record"),
    ),
    Cheat("a stratum under another name", forged(of(2, rename_stratum)), at(2, "frames", "samples", "record")),
    Cheat("a tier shifted", forged(of(4, lower_a_tier)), at(4, "samples", "record")),
    # what was sealed
    Cheat(
        "a larger count in the plan snapshot",
        forged(snapshot(13, "plan", in_plan(put("tasks.0.count", 3)))),
        at(14, "sizes", "samples", "visits", "teams", "loads", "record"),
    ),
    Cheat(
        "a smaller team in the plan snapshot",
        forged(snapshot(13, "plan", in_plan(lambda value: value["tasks"][0].pop("minimum_team")))),
        at(14, "teams", "loads", "record"),
    ),
    Cheat(
        "an entity added to the snapshot after the draw",
        forged(snapshot(13, "entities", add_entity)),
        at(14, "frames", "record"),
    ),
    Cheat(
        "an entity struck from the snapshot after the draw",
        forged(snapshot(13, "entities", without_row(b"E3"))),
        at(14, "frames", "record"),
    ),
    Cheat(
        "an entity renamed in the snapshot",
        forged(snapshot(13, "entities", lambda data: data.replace("企业6".encode(), "旧企业".encode()))),
        at(14, "visits", "record"),
    ),
    Cheat(
        "a recusal removed from the snapshot",
        forged(snapshot(1, "recusals", without_row(b"I1,E1"))),
        at(2, "teams", "record"),
        chance=("loads",),
    ),
    Cheat("a recusal added to the snapshot", forged(recuse_a_member), at(14, "teams", "record"), chance=("loads",)),
    Cheat(
        "an inspector struck from the snapshot",
        forged(snapshot(13, "inspectors", without_row(b"I3"))),
        at(14, "teams", "loads", "record"),
    ),
    Cheat(
        "a snapshot changed under a seal that public dice answered",
        forged(snapshot(15, "entities", without_row(b"E3"))),
        at(16, "seed", "keys", "frames", "samples", "record"),
        chance=FOLLOWS,
    ),
    Cheat(
        "a draw from inputs other than the sealed ones",
        forged(teams_of_another_pool),
        at(8, "teams", "loads", "record"),
    ),
    Cheat(
        "a record that names inputs other than the sealed ones",
        forged(lambda f: f.events[7].value.update(inputs=copy.deepcopy(f.events[10].value["inputs"]))),
        at(8, "seal", "record"),
    ),
    Cheat(
        "another title in the seal",
        forged(of(13, put("plan.title", "别的计划"))),
        at(13, "inputs") | at(14, "seal"),
        at(13, "history") | at(14, *LATER),
    ),
    Cheat(
        "another cycle in seal and record",
        forged(of(13, put("cycle", "2024")), of(14, put("cycle", "2024"))),
        at(13, "inputs"),
        at(13, "history") | at(14, *LATER),
    ),
    Cheat(
        "one row fewer in seal and record",
        forged(*(of(seq, put("inputs.entities.rows", 5)) for seq in (13, 14))),
        at(13, "inputs"),
        at(13, "history") | at(14, *LATER),
    ),
    Cheat(
        "a history left out of seal and record",
        forged(of(3, put("history", [])), of(4, put("history", []))),
        at(3, "history"),
        rest=True,
    ),
    Cheat("a history in the record that was not sealed", forged(of(4, put("history", []))), at(4, "seal", "record")),
    Cheat(
        "a history of a draw that was voided",
        forged(*(of(n, lambda v: v["history"].append(told().ledger.events[7].line.sha256)) for n in (13, 14))),
        at(13, "history"),
    ),
    # seeds
    Cheat(
        "a seed document edited in the record",
        forged(of(14, seed_document(lambda text: text.replace("四", "五"), False))),
        at(14, "seal", "seed", "record"),
    ),
    Cheat(
        "the sealed seed replaced in the record",
        forged(of(14, seed_document(lambda text: text.replace("四", "五"), True))),
        at(14, "seal", "record"),
    ),
    Cheat("the seed replaced in seal and record", forged(reseed), at(14, "keys", "samples", "record"), chance=FOLLOWS),
    Cheat("a chosen seed that claims to be public", forged(of(14, put("seed.class", "public"))), at(14, "seed", "record")),
    Cheat(
        "dice other than those rolled",
        forged(of(16, seed_document(lambda text: text.replace("2361", "6666"), True))),
        at(16, "keys", "samples", "record"),
        chance=FOLLOWS,
    ),
    Cheat(
        "a seed that answers another seal",
        forged(of(16, seed_document(lambda text: text.replace(told().ledger.events[14].line.sha256, OTHER), True))),
        at(16, "seed", "keys", "samples", "record"),
        chance=FOLLOWS,
    ),
    Cheat(
        "a seed without the witness's word",
        forged(of(16, seed_document(lambda text: text.replace("text:见证人\n", ""), True))),
        at(16, "seed", "keys", "samples", "record"),
        chance=FOLLOWS,
    ),
    Cheat("a batch drawn with a seed that was not sealed", own_seed, at(19, "seal", "keys", "samples", "record"), chance=FOLLOWS),
    # the order of events
    Cheat("a second live draw", second_draw, states(17, 18)),
    Cheat("a record replayed", forged(replay), at(17, "states")),
    Cheat("a void that keeps the seed, and another seed after it", forged(of(12, put("keep_seed", True))), states(13, 14)),
    Cheat("a void taken out of the middle", forged(remove(9)), states(9, 13)),
    Cheat("a failure taken out of the middle", forged(remove(6)), states(6, 13)),
    Cheat("a failure voided", forged(void_failure), at(17, "states")),
    Cheat("a seal taken out", forged(remove(15)), at(15, "states", "seal"), at(15, "seed", *LATER)),
    Cheat("a record entered under another batch", forged(lambda f: setattr(f.events[15], "key", ("P1", "B9"))), at(16, "events")),
    # failures
    Cheat(
        "a failure for another reason", forged(of(6, both(put("reason", "cap_exceeded"), put("blocked", [])))), at(6, "failure")
    ),
    Cheat("a list of blocked visits cut short", forged(of(6, drop("blocked"))), at(6, "failure")),
    Cheat("an eligible inspector struck from a blocked visit", forged(of(6, drop("blocked.0.eligible"))), at(6, "failure")),
    Cheat(
        "a witness forged", forged(of(2, drop("witness.0.inspectors")), story=lambda: story_of_failure(True)), at(2, "failure")
    ),
    Cheat(
        "a load forged in a witness",
        forged(of(2, more("witness.0.load")), story=lambda: story_of_failure(True)),
        at(2, "failure"),
    ),
    # lines and files, nothing put in order
    Cheat("two lines exchanged", raw(lambda lines, _: lines.insert(2, lines.pop(3))), at(0, "lines")),
    Cheat("a line left out", raw(lambda lines, _: lines.pop(8)), at(0, "lines")),
    Cheat("a time edited", raw(lambda lines, _: lines.insert(8, lines.pop(8).replace(b"T09:", b"T08:"))), at(0, "lines")),
    Cheat("a remark added to a line", line_again(lambda value: value.update(remark="已核")), at(0, "lines")),
    Cheat("the last line without its end", raw(lambda lines, _: lines.append(lines.pop()[:-1])), at(0, "lines")),
    Cheat(
        "event files of two batches exchanged",
        raw(lambda _, files: exchange_files(files, file_of(2), file_of(4))),
        at(2, "events") | at(4, "events"),
        at(3, "history"),
    ),
    Cheat(
        "a bit in a snapshot",
        raw(lambda _, files: flip(files, snapshot_of(10, "inspectors"))),
        at(10, "inputs"),
        at(10, "history") | at(11, *LATER),
    ),
    Cheat(
        "a snapshot gone",
        raw(lambda _, files: files.pop(snapshot_of(10, "inspectors"))),
        set(),
        at(10, "inputs", "history") | at(11, *LATER),
    ),
    Cheat(
        "a seal deleted", raw(lambda _, files: files.pop(file_of(15))), set(), at(15, "events") | at(16, "seal", "seed", *LATER)
    ),
    Cheat("a failure deleted", raw(lambda _, files: files.pop(file_of(6))), set(), at(6, "events")),
    # what only a checkpoint shows
    Cheat("the tail cut off, no checkpoint", raw(lambda lines, _: lines.__delitem__(slice(14, 16))), set()),
    Cheat("the tail cut off", raw(lambda lines, _: lines.__delitem__(slice(14, 16))), at(0, "checkpoint"), checkpoint=True),
    Cheat(
        "a time edited in the last line, its hash made anew, no checkpoint",
        line_again(lambda value: value.update(time="2023-04-01T08:00:00+08:00")),
        set(),
    ),
    Cheat(
        "a time edited in the last line, its hash made anew",
        line_again(lambda value: value.update(time="2023-04-01T08:00:00+08:00")),
        at(0, "checkpoint"),
        checkpoint=True,
    ),
    Cheat("a failed draw and its seal taken out, all made anew, no checkpoint", forged(remove(5, 6)), set()),
    Cheat("a failed draw and its seal taken out, all made anew", forged(remove(5, 6)), at(0, "checkpoint"), checkpoint=True),
    Cheat("another ledger in its place", rewritten, at(0, "checkpoint"), checkpoint=True),
]


def test_the_ledger_that_is_tampered_with_is_what_its_lines_say() -> None:
    events = told().ledger.events
    assert [event.line.type for event in events] == [
        *("seal", "draw", "seal", "draw", "seal", "failure", "seal", "draw", "void", "seal", "draw", "void", "seal", "draw"),
        *("seal", "draw"),
    ]
    assert {one["tier"] for one in events[3].value["tasks"][0]["sample"]} == {0, 1}
    assert events[3].value["tasks"][1]["strata"][0]["shortage"] > 0
    assert events[15].value["seed"]["class"] == "public"
    assert by_engine(told().bytes()) == by_verifier(told().bytes())
    assert exit_status(by_engine(told().bytes())) == 0
    assert len({cheat.name for cheat in CHEATS}) == len(CHEATS) >= 36


@pytest.mark.parametrize("cheat", CHEATS, ids=lambda cheat: cheat.name)
def test_both_programs_find_the_cheat_for_the_same_reason(cheat: Cheat) -> None:
    ledger = cheat.ledger()
    checkpoint = told().ledger.checkpoint("某局") if cheat.checkpoint else None
    engine, other = by_engine(ledger, checkpoint), by_verifier(ledger, checkpoint)
    assert engine == other, cheat.name
    for found in (engine, other):
        amiss = {(seq, check, status) for seq, check, status in found if status != "passed"}
        must = {(*one, "failed") for one in cheat.failed} | {(*one, "impossible") for one in cheat.impossible}
        if cheat.rest:
            first = min(seq for seq, _, _ in amiss)
            amiss = {one for one in amiss if one[0] == first}
        assert {one for one in amiss if one[1] not in cheat.chance} == must, cheat.name
        assert exit_status(found) == (10 if cheat.failed else 11 if cheat.impossible else 0), cheat.name
    assert verify(ledger, checkpoint=checkpoint).status == exit_status(engine)


SHOWN = (
    "a team member swapped for a friend",
    "a seal deleted",
    "the tail cut off, no checkpoint",
    "a failure for another reason",
)


@pytest.mark.parametrize("cheat", [cheat for cheat in CHEATS if cheat.name in SHOWN], ids=lambda cheat: cheat.name)
def test_the_independent_verifier_alone_in_its_own_process_ends_with_the_same_status(cheat: Cheat, tmp_path: Path) -> None:
    write_ledger(tmp_path, cheat.ledger())
    ended = subprocess.run(
        [sys.executable, "-I", "-S", str(SHIPPED), str(tmp_path), "--json"], capture_output=True, text=True, check=False
    )
    document = json.loads(ended.stdout)
    assert {(one["seq"] or 0, one["check"]) for one in document["checks"] if one["status"] == "failed"} == cheat.failed
    assert {(one["seq"] or 0, one["check"]) for one in document["checks"] if one["status"] == "impossible"} == set(
        cheat.impossible
    )
    assert ended.returncode == (10 if cheat.failed else 11 if cheat.impossible else 0)
