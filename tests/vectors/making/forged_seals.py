"""Forged seals, snapshots and seeds: cases of ledgers.json, expected by hand."""

import json

from making.common import Vector
from making.forging import ENTITIES, PEOPLE, PLAN, RECUSALS, Case, Made, bit, both, event, gone, put, put_in, remade
from making.story import Story

NO_INPUTS = "2 derived impossible"
NO_PLAN = f"1 inputs failed; 1 history impossible; {NO_INPUTS}"
POOL = f"1 inputs failed; {NO_INPUTS}"


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


SEALS: dict[str, Case] = {
    "the plan's snapshot is not there": (
        "small",
        gone(PLAN),
        f"1 inputs history impossible; {NO_INPUTS}",
    ),
    "a byte of the plan's snapshot is another": ("small", bit(PLAN), NO_PLAN),
    "the entities' snapshot is not there": ("small", gone(ENTITIES), f"1 inputs impossible; {NO_INPUTS}"),
    "the inspectors' snapshot is not there": ("small", gone(PEOPLE), f"1 inputs impossible; {NO_INPUTS}"),
    "the recusals' snapshot is not there": ("small", gone(RECUSALS), f"1 inputs impossible; {NO_INPUTS}"),
    "a byte of the entities' snapshot is another": ("small", bit(ENTITIES), POOL),
    "a byte of the inspectors' snapshot is another": ("small", bit(PEOPLE), POOL),
    "seal and record say another number of entities": ("small", both(lambda v: put(v, "inputs", "entities", "rows", 8)), POOL),
    "seal and record say another number of inspectors": (
        "small",
        both(lambda v: put(v, "inputs", "inspectors", "rows", 7)),
        POOL,
    ),
    "seal and record say another title": ("small", both(lambda v: put(v, "plan", "title", "别的")), POOL),
    "seal and record say another cycle": ("small", both(lambda v: put(v, "cycle", "2024")), POOL),
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
    "a seal with an unknown key": ("small", put_in(1, "note", ""), "1 events failed; 2 seal seed derived impossible"),
    "a seal without entropy": (
        "small",
        event(1, lambda v: v.pop("entropy")),
        "1 events failed; 2 seal seed derived impossible",
    ),
    "a seal of another schema": (
        "small",
        put_in(1, "schema", "shuangsuiji/seal/2"),
        "1 events failed; 2 seal seed derived impossible",
    ),
    "a ratio in the plan's snapshot is not reduced": ("small", remade(PLAN, lambda t: t.replace('"1/2"', '"2/4"')), NO_PLAN),
    "the plan's snapshot holds a default": (
        "small",
        remade(PLAN, lambda t: t.replace('"count":3', '"at_least":1,"count":3')),
        NO_PLAN,
    ),
    "the plan's snapshot has a task of another batch": (
        "small",
        remade(PLAN, lambda t: t.replace('"batch":"B1"', '"batch":"B2"')),
        POOL,
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
    "a known seed that names a seal": (
        "small",
        lambda story: story.forged(_answering_seed).build(),
        "1 seed failed; 2 seed failed",
    ),
}
