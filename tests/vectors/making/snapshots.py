"""snapshots.json: a plan, entities, inspectors and recusals as snapshots; refusals with one defect each (draw-v1 §1)."""

from making.bad_snapshots import BAD_PLANS, BAD_TABLES
from making.base_snapshots import BASE, COLUMNS, PEOPLE, ROWS, E, changed, edited, with_head
from making.common import BESIDE, Vector, canonical, document, of_bytes
from making.inputs import entities, inspectors, plan, task

GOOD: dict[tuple[str, str], dict[str, str | None]] = {
    ("plan", "a small plan"): {"plan": canonical(plan()), "entities": entities(ROWS[:1])},
    ("plan", "a plan with a title that is empty"): {"plan": with_head(title="")},
    ("plan", "a plan without statuses"): {"plan": with_head(entity_statuses=[], inspector_statuses=[])},
    ("plan", "ratios of 100 % and of many digits"): {
        "plan": edited(lambda v: v["tasks"][1]["strata"].update(ratios=[["A", "1/1"], ["B", "123456789/1000000000000000000"]]))
    },
    ("plan", "a ratio of 64 characters"): {
        "plan": edited(lambda v: v["tasks"][0].update(ratio=f"1/1{'0' * 61}")),
    },
    ("plan", "characters beside those that no text may hold"): {"plan": with_head(title=f"计{''.join(BESIDE)}划")},
    ("plan", "a stratum whose name begins with that of all together"): {
        "plan": edited(lambda v: v["tasks"][1]["strata"].update(ratios=[["**", "1/2"]]))
    },
    ("plan", "a leap day in a window"): {
        "plan": canonical(plan(task(window={"from": "2024-02-29", "to": "2024-02-29"}))),
        "entities": entities(ROWS),
    },
    ("entities", "no rows"): {"entities": "id,name,categories,credit_class,status\n"},
    ("entities", "no column of statuses"): {"entities": entities(ROWS, COLUMNS[:2])},
    ("entities", "a cell of only a quote"): {"entities": changed(E, "丁", '""""')},
    ("entities", "characters beside those that no cell may hold"): {"entities": changed(E, "丁", f"丁{''.join(BESIDE)}丁")},
    ("entities", "white space around a cell and within it, which is not trimmed again"): {
        "entities": changed(E, "丁", "\u3000丁\u00a0 丁\u2003")
    },
    ("entities", "white space within the values of a set"): {"entities": changed(E, "企业;食品", "企\u3000业;食 品")},
    ("inspectors", "no rows"): {"inspectors": "id,name,certificate_expiry,department,qualifications\n"},
    ("inspectors", "with statuses"): {"inspectors": inspectors(PEOPLE, True)},
    ("recusals", "none named in the plan"): {"recusals": None},
    ("recusals", "no rows"): {"recusals": "inspector,entity,reason\n"},
}


def make() -> str:
    vectors: list[Vector] = [{"name": "the base itself", "role": "plan", "changes": {}, "outcome": "accepted"}]
    for (role, name), changes in GOOD.items():
        shown = {where: None if text is None else of_bytes(text.encode()) for where, text in changes.items()}
        vectors.append({"name": f"{role}: {name}", "role": role, "changes": shown, "outcome": "accepted"})
    for role, bad in {"plan": BAD_PLANS, **BAD_TABLES}.items():
        for name, text in bad.items():
            data = text.encode() if isinstance(text, str) else text
            if data == BASE[role].encode():
                raise ValueError(f"no defect: {name}")
            vectors.append({"name": name, "role": role, "changes": {role: of_bytes(data)}, "outcome": "refused"})
    return document(
        "the four snapshots of a draw; `changes` replaces some of those of `base` (null: the plan names no recusals)",
        "by hand",
        vectors,
        base={role: of_bytes(text.encode()) for role, text in BASE.items()},
    )
