"""Whole ledgers: honest ones, with the independent verifier's draws, and copies in which a forger kept every digest in order."""

import copy
import json
from collections.abc import Callable
from typing import Any

from making.common import Vector, canonical, sha
from making.inputs import answer, entities, inspectors, of_texts, plan, recusals, seal_of, task

TIME, GENESIS = "2023-04-01T09:00:00+08:00", "0" * 64
Files = dict[str, str]


class Story:
    """A ledger as events; `build` writes its files, and carries changed digests into whatever names them."""

    def __init__(self) -> None:
        self.events: list[Vector] = []
        self.snapshots: Files = {}

    def append(self, kind: str, batch: str, value: Vector, plan_id: str = "P1") -> int:
        """Append an event; gives its number, from 1."""
        self.events.append({"type": kind, "plan": plan_id, "batch": batch, "value": value, "old": None})
        line = json.loads(self.build()["ledger.jsonl"].split("\n")[-2])
        self.events[-1]["old"] = (line["sha256"], line["hash"])
        return len(self.events)

    def seal(
        self, value: Vector, pools: list[str | None], document: str | None, history: tuple[int, ...] = (), entropy: Any = None
    ) -> int:
        inputs = of_texts(value, *pools, seed_document=document)
        if document is None:
            inputs["seed_document"], inputs["entropy"] = None, entropy
        inputs["history"] = [self.sha(one) for one in history]
        for role in ("plan", "entities", "inspectors", "recusals"):
            if inputs[role] is not None:
                self.snapshots[f"snapshots/{sha(inputs[role])}.{'json' if role == 'plan' else 'csv'}"] = inputs[role]
        seal = seal_of(inputs)
        number = self.append("seal", seal["batch"], seal, value["id"])
        self.events[-1]["inputs"] = inputs
        return number

    def answer(self, seal: int, document: str | None = None) -> int:
        event = self.events[seal - 1]
        document = document or event["value"]["seed_document"]
        past = {one["old"][0]: one["value"] for one in self.events if one["type"] == "draw"}
        kind, value = answer(event["inputs"], [past[one] for one in event["value"]["history"]], document)
        return self.append(kind, event["batch"], value, event["plan"])

    def void(self, target: int, keep: bool = True, batch: str | None = None) -> int:
        value = {
            "schema": "shuangsuiji/void/1",
            "target": self.events[target - 1]["old"][1],
            "reason": "录入有误",
            "approved_by": "李局",
        }
        return self.append("void", batch or self.events[target - 1]["batch"], {**value, "keep_seed": keep})

    def sha(self, number: int) -> str:
        return self.events[number - 1]["old"][0]

    def swap(self, old: str, new: str, suffix: str) -> None:
        """Put another snapshot in the place of one, wherever it is named."""
        del self.snapshots[f"snapshots/{sha(old)}.{suffix}"]
        self.snapshots[f"snapshots/{sha(new)}.{suffix}"] = new
        for event in self.events:
            event["value"] = json.loads(json.dumps(event["value"]).replace(sha(old), sha(new)))

    def build(self, line_edit: Callable[[int, Vector], None] | None = None) -> Files:
        """The files. `line_edit` changes a line before its hash is made."""
        files, text, prev, new = dict(self.snapshots), "", GENESIS, {}
        for seq, event in enumerate(self.events, 1):
            data = canonical(event["value"])
            for old, now in new.items():
                data = data.replace(old, now)
            line = {
                "seq": seq,
                "type": event["type"],
                "plan": event["plan"],
                "batch": event["batch"],
                "prev": prev,
                "file": f"events/{seq:06d}-{event['type']}.json",
                "sha256": sha(data),
                "time": TIME,
                "operator": "王五",
                "tool": "vectors",
                "sources": [{"role": "plan", "name": "计划.yaml", "sha256": sha("计划")}] if seq == 1 else [],
            }
            if line_edit:
                line_edit(seq, line)
            line["hash"] = prev = sha(canonical(line))
            if event["old"]:
                new.update(zip(event["old"], (line["sha256"], line["hash"]), strict=True))
            files[f"events/{seq:06d}-{event['type']}.json"] = data
            text += canonical(line)
        return {"ledger.jsonl": text, **files}

    def forged(self, edit: Callable[["Story"], Any]) -> "Story":
        other = copy.deepcopy(self)
        edit(other)
        return other


def seed(text: str) -> str:
    return f"shuangsuiji/seed/1\ntext:{text}\n"


def small() -> Story:
    """A seal and its draw: strata, a shortage, two departments, a recusal."""
    value = plan(
        task("T1", strata={"by": "credit_class", "ratios": [["A", "1/2"], ["B", "1/1"]]}, cooperators=["乙局"]),
        task("T2", where=[["credit_class", "in", ["B"]]], count=3, per_department=2),
    )
    rows = [{"id": f"E{n}", "credit_class": "AAAAABB"[n]} for n in range(7)]
    people = [{"id": f"I{n}", "department": "甲局" if n < 5 else "乙局"} for n in range(8)]
    story = Story()
    pools = [entities(rows, ["credit_class"]), inspectors(people), recusals([("I0", "E5", "近亲属")])]
    story.answer(story.seal(value, pools, seed("一")))
    return story


ROWS = [{"id": f"E{n}"} for n in range(6)]
PEOPLE = [{"id": f"I{n}"} for n in range(4)]
RULES = {"coordination_group": "甲组", "max_visits_per_cycle": 1}
FEW, ENOUGH = ([entities(ROWS), inspectors(PEOPLE[:n]), None] for n in (1, 4))


def plan_of(number: int, **rules: Any) -> Vector:
    cap = rules.pop("max_visits_per_inspector", None)
    rules.setdefault("count", 2)
    return plan(task(f"T{number}", batch=f"B{number}", **rules), **({} if cap is None else {"max_visits_per_inspector": cap}))


def _open(story: Story, history: tuple[int, ...] = (), **rules: Any) -> None:
    share = {"kind": "share", "name": "纪检组", "digest": sha("ab" * 32 + "\n")}
    opened = story.seal(plan_of(4, **rules), ENOUGH, None, history, [{"kind": "dice"}, share])
    story.answer(opened, f"shuangsuiji/seed/1\nseal:{story.sha(opened)}\ndice:314262\nshare:纪检组:{'ab' * 32}\n")


def _capped(story: Story) -> None:
    story.answer(story.seal(plan_of(5, max_visits_per_inspector=0), ENOUGH, seed("五")))


def opened() -> Story:
    """A seal that leaves the seed to dice and a share, and its draw."""
    story = Story()
    _open(story)
    return story


def capped() -> Story:
    """A seal whose cap cannot be kept, and its failure."""
    story = Story()
    _capped(story)
    return story


def year() -> Story:
    """Six batches: 1-2 and 3-4 with a group and a history; 5-11 a failure, mended, drawn, voided, drawn again; 12-13 an open
    seal with dice and a share; 14-15 a cap that cannot be kept; 16-18 an open seal that is voided, and one that keeps no seed."""
    story = Story()
    first = story.answer(story.seal(plan_of(1, **RULES), ENOUGH, seed("一")))
    second = story.answer(story.seal(plan_of(2, **RULES), ENOUGH, seed("二"), (first,)))
    story.answer(story.seal(plan_of(3), FEW, seed("三")))
    voided = story.answer(story.seal(plan_of(3), ENOUGH, seed("三")))
    story.void(voided)
    again = story.answer(story.seal(plan_of(3), ENOUGH, seed("三")))
    _open(story, (first, second, again), **RULES)
    _capped(story)
    waiting = story.seal(plan_of(6), ENOUGH, None, entropy=[{"kind": "ssq", "issue": "2026135"}])
    story.void(waiting, keep=False)
    story.seal(plan_of(6), ENOUGH, seed("六"))
    return story
