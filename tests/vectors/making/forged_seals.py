"""Forged seals, snapshots and seeds: cases of ledgers.json, expected by hand."""

import json
from typing import Any

from making.common import Vector, canonical, sha
from making.forging import ENTITIES, PEOPLE, PLAN, RECUSALS, SEAL, Case, Made, bit, both, event, gone, put, put_in, remade, until
from making.story import ENOUGH, FEW, Files, Story, plan_of

NO_INPUTS = "2 derived impossible"
NOT_PASSED = f"1 inputs failed; 1 history impossible; {NO_INPUTS}"
NOT_THERE = f"1 inputs history impossible; {NO_INPUTS}"
LOST = "1 events failed; 2 seal seed derived impossible"


def _opened(document: str) -> Made:
    """The open seal is answered with another document; {} stands for its digest."""

    def edit(story: Story) -> None:
        del story.events[1:]
        story.answer(1, document.replace("{}", story.sha(1)))

    return lambda story: story.forged(edit).build()


def _answering_seed(story: Story) -> None:
    """The small ledger with a seed document that says it answers a seal which left it open."""
    inputs: Vector = story.events[0]["inputs"]
    pools = [inputs[role] for role in ("entities", "inspectors", "recusals")]
    story.events.clear()
    document = f"shuangsuiji/seed/1\nseal:{'0' * 64}\ntext:一\n"
    number = story.seal(json.loads(inputs["plan"]), pools, document, entropy=None)
    story.events[-1]["value"]["entropy"] = story.events[-1]["inputs"]["entropy"] = [{"kind": "text"}]
    story.events[-1]["old"] = None
    value = story.events.pop()
    story.append("seal", "B1", value["value"])
    story.events[-1]["inputs"] = value["inputs"]
    story.answer(number)


def _divided(**divided: Any) -> Made:
    """The first task of the plan's snapshot goes by count, and by weights."""

    def change(text: str) -> str:
        value = json.loads(text)
        value["tasks"][0].update(count=4, strata={"by": "credit_class", **divided})
        return canonical(value)

    return remade(PLAN, change)


def _with_set(cell: str) -> Made:
    return remade(PEOPLE, lambda text: text.replace("员I5,2030-12-31,乙局,\n", f"员I5,2030-12-31,乙局,{cell}\n"))


SEALS: dict[str, Case] = {
    "the plan's snapshot is not there": (
        "small",
        gone(PLAN),
        NOT_THERE,
    ),
    "a byte of the plan's snapshot is another": ("small", bit(PLAN), NOT_PASSED),
    "the entities' snapshot is not there": ("small", gone(ENTITIES), NOT_THERE),
    "the inspectors' snapshot is not there": ("small", gone(PEOPLE), NOT_THERE),
    "the recusals' snapshot is not there": ("small", gone(RECUSALS), NOT_THERE),
    "a byte of the entities' snapshot is another": ("small", bit(ENTITIES), NOT_PASSED),
    "a byte of the inspectors' snapshot is another": ("small", bit(PEOPLE), NOT_PASSED),
    "seal and record say another number of entities": (
        "small",
        both(lambda v: put(v, "inputs", "entities", "rows", 8)),
        NOT_PASSED,
    ),
    "seal and record say another number of inspectors": (
        "small",
        both(lambda v: put(v, "inputs", "inspectors", "rows", 7)),
        NOT_PASSED,
    ),
    "seal and record say another title": ("small", both(lambda v: put(v, "plan", "title", "别的")), NOT_PASSED),
    "seal and record say another cycle": ("small", both(lambda v: put(v, "cycle", "2024")), NOT_PASSED),
    "seal and record name a history that is not there": (
        "small",
        both(lambda v: put(v, "history", ["0" * 64])),
        f"1 history failed; {NO_INPUTS}",
    ),
    "the seal's source is of another kind": (
        "small",
        put_in(1, "entropy", [{"kind": "os-random"}]),
        "1 seed failed; 2 seed failed",
    ),
    "the seal lists two sources for one": (
        "small",
        put_in(1, "entropy", [{"kind": "text"}, {"kind": "text"}]),
        "1 seed failed; 2 seed failed",
    ),
    "a seal with an unknown key": ("small", put_in(1, "note", ""), LOST),
    "a seal without entropy": (
        "small",
        event(1, lambda v: v.pop("entropy")),
        LOST,
    ),
    "a seal whose entropy lists no source": ("small", put_in(1, "entropy", []), LOST),
    "an open seal whose entropy lists no source": ("opened", put_in(1, "entropy", []), LOST),
    "the plan's snapshot divides by weights: for a verifier that does not": (
        "small",
        _divided(weights=[["A", 2, 1], ["B", 1, 0]]),
        NOT_THERE,
    ),
    "the plan's snapshot divides by a weight without a minimum": ("small", _divided(weights=[["A", 2], ["B", 1, 0]]), NOT_PASSED),
    "the plan's snapshot divides by weights and ratios": (
        "small",
        _divided(weights=[["A", 2, 1], ["B", 1, 0]], ratios=[["A", "1/2"], ["B", "1/1"]]),
        NOT_PASSED,
    ),
    "the plan's snapshot lists a stratum of the name *": (
        "small",
        remade(PLAN, lambda t: t.replace('["B","1/1"]', '["*","1/2"],["B","1/1"]')),
        NOT_PASSED,
    ),
    "a set in the inspectors' snapshot is in order": ("small", _with_set("q1;q2"), ""),
    "a set in the inspectors' snapshot has an ideographic space before a value": ("small", _with_set("q1;\u3000q2"), NOT_PASSED),
    "a name in the entities' snapshot holds U+13439": (
        "small",
        remade(ENTITIES, lambda t: t.replace("企业E5", "企业\U00013439E5")),
        NOT_PASSED,
    ),
    "a seal of another schema": (
        "small",
        put_in(1, "schema", "shuangsuiji/seal/2"),
        LOST,
    ),
    "a ratio in the plan's snapshot is not reduced": ("small", remade(PLAN, lambda t: t.replace('"1/2"', '"2/4"')), NOT_PASSED),
    "the plan's snapshot holds a default": (
        "small",
        remade(PLAN, lambda t: t.replace('"count":3', '"at_least":1,"count":3')),
        NOT_PASSED,
    ),
    "the plan's snapshot has a task of another batch": (
        "small",
        remade(PLAN, lambda t: t.replace('"batch":"B1"', '"batch":"B2"')),
        NOT_PASSED,
    ),
    "the name of a task is another in the plan's snapshot": (
        "small",
        remade(PLAN, lambda t: t.replace("任务T1", "任务一")),
        "2 sizes record failed",
    ),
    "an entity's name is another in the snapshot": (
        "small",
        remade(ENTITIES, lambda t: t.replace("企业E5", "别的企业")),
        "2 visits record failed",
    ),
    "an inspector's name is another in the snapshot": (
        "small",
        remade(PEOPLE, lambda t: t.replace("员I5", "某人")),
        "2 teams record failed",
    ),
    "a recusal's reason is another in the snapshot": (
        "small",
        remade(RECUSALS, lambda t: t.replace("近亲属", "其他")),
        "",
    ),
    "recusals that name nobody are added": (
        "small",
        remade(RECUSALS, lambda t: t + "不在册,无此户,\n", ("recusals", 1)),
        "",
    ),
}
NONE = "shuangsuiji/seed/1\ntext:\n"
NO_SEED = "2 seed failed; 2 derived impossible"


def _lost_seal(made: Made) -> Made:
    def edit(story: Story) -> Files:
        files = made(story)
        del files[SEAL]
        return files

    return edit


HEAD, SHARE = "shuangsuiji/seed/1\nseal:{}\n", f"share:纪检组:{'ab' * 32}\n"
SEEDS: dict[str, Case] = {
    "an open seed with other dice": ("opened", _opened(f"{HEAD}dice:666666\n{SHARE}"), ""),
    "an open seed without its dice": ("opened", _opened(HEAD + SHARE), "2 seed failed"),
    "an open seed without its share": ("opened", _opened(f"{HEAD}dice:314262\n"), "2 seed failed"),
    "an open seed with a text besides": ("opened", _opened(f"{HEAD}dice:314262\n{SHARE}text:a\n"), "2 seed failed"),
    "an open seed in another order": ("opened", _opened(f"{HEAD}{SHARE}dice:314262\n"), "2 seed failed"),
    "an open seed with a text for the dice": ("opened", _opened(f"{HEAD}text:314262\n{SHARE}"), "2 seed failed"),
    "a share that is not the one listed": ("opened", _opened(f"{HEAD}dice:314262\nshare:纪检组:{'cd' * 32}\n"), "2 seed failed"),
    "a share of another name": ("opened", _opened(f"{HEAD}dice:314262\nshare:工会:{'ab' * 32}\n"), "2 seed failed"),
    "an open seed that names no seal": ("opened", _opened(f"shuangsuiji/seed/1\ndice:314262\n{SHARE}"), "2 seed failed"),
    "an open seed that names another seal": (
        "opened",
        _opened(f"shuangsuiji/seed/1\nseal:{'0' * 64}\ndice:314262\n{SHARE}"),
        "2 seed failed",
    ),
    "an open seed with dice that are none": ("opened", _opened(f"{HEAD}dice:0\n{SHARE}"), NO_SEED),
    "an open seed without an end": ("opened", _opened(f"{HEAD}dice:314262\n{SHARE[:-1]}"), NO_SEED),
    "a known seed that is none": (
        "year",
        until(0, lambda s: s.answer(s.seal(plan_of(1), ENOUGH, NONE))),
        f"1 seed failed; {NO_SEED}",
    ),
    "a known seed that is none, and a failure": (
        "year",
        until(0, lambda s: s.answer(s.seal(plan_of(3), FEW, NONE))),
        "1 seed failed; 2 failure impossible",
    ),
    "a draw from a seed that is none, where the seal knew one": (
        "small",
        event(2, lambda v: v["seed"].update(document=NONE, sha256=sha(NONE))),
        "2 seal seed record failed",
    ),
    "a seed that is none, and the seal is not there": (
        "small",
        _lost_seal(event(2, lambda v: v["seed"].update(document=NONE, sha256=sha(NONE)))),
        "1 events impossible; 2 seal impossible; 2 seed failed; 2 derived impossible",
    ),
    "a seed that is none, and the draw names another seal": (
        "small",
        event(2, lambda v: [v.update(seal="0" * 64), v["seed"].update(document=NONE, sha256=sha(NONE))]),
        "2 states seal seed failed; 2 derived impossible",
    ),
    "a seed of another class, and the seal is not there": (
        "small",
        _lost_seal(put_in(2, "seed", "class", "public")),
        "1 events impossible; 2 seal seed derived impossible",
    ),
    "a known seed that names a seal": (
        "small",
        lambda story: story.forged(_answering_seed).build(),
        "1 seed failed; 2 seed failed",
    ),
}
