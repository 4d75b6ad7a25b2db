"""draws.json: whole draws and failures, from snapshots to the event's digest (draw-v1 whole, ledger-v1 `failure`)."""

from typing import Any

from making.common import Vector, canonical, chance, document, sha, verifier
from making.inputs import answer, failure_of, of_texts, past_record, read, record_of, seal_of
from making.reading import reading
from making.worlds import family, history_for, plan_for, seed_for

DRAWS, FAILURES, FAMILIES, FULL = 1000, 60, 70, 20


def vector_of(
    name: str, pools: Vector, value: Vector, history: list[Vector], seed: str, full: bool
) -> tuple[Vector, str, set[str]]:
    """A vector, the kind of its answer, and what it met. Raises the verifier's Bad for an input error."""
    inputs = of_texts(value, pools["entities"], pools["inspectors"], pools["recusals"], history=history, seed_document=seed)
    kind, event = answer(inputs, [past_record(one) for one in history], seed)
    read_plan, tables = read(inputs)
    drawn, why, met = reading(value, read_plan["tasks"][0]["batch"], tables, history, sha(seed))
    digest = sha(canonical(seal_of(inputs)))
    mine: Any = failure_of(digest, why) if why else record_of(seal_of(inputs), digest, seed, drawn)
    if mine != event:
        raise ValueError(f"two readings of draw-v1 differ: {name}")
    expected = {"outcome": kind, "seal_sha256": digest, "event_sha256": sha(canonical(event))}
    if kind == "draw":
        strata = [[t["id"], s["name"], *(s[k] for k in _COUNTS)] for t in event["tasks"] for s in t["strata"]]
        expected["strata"] = strata
        expected["samples"] = {t["id"]: [x["entity"] for x in t["sample"]] for t in event["tasks"]}
        expected["teams"] = {v["entity"]: [m["inspector"] for m in v["team"]] for v in event["visits"]}
    if full or kind == "failure":
        expected["event"] = event
    edges = {edge for edge, times in met.items() if times}
    if why:
        edges |= {"infeasible: " + why["reason"]}
    picked = "".join(x["entity"] for t in drawn["tasks"] for x in t["sample"])
    edges |= {"an id outside the BMP drawn"} if "\U00020bb7" in picked else set()
    edges |= {"an entity's cell in quotes"} if '"' in pools["entities"] else set()
    edges |= {"a seed of the class os"} if "os-random" in seed else set()
    return {"name": name, "plan": value, "history": history, "seed_document": seed, **expected}, kind, edges


_COUNTS = ("frame_size", "eligible", "sample_size", "shortage")


def make() -> str:
    random = chance("draws")
    families = [family(random) for _ in range(FAMILIES)]
    vectors: list[Vector] = []
    met: dict[str, list[int]] = {}
    left = {"draw": DRAWS, "too_few_eligible": FAILURES, "cap_exceeded": FAILURES}
    while any(left.values()):
        number = random.randrange(FAMILIES)
        pools = families[number]
        value = plan_for(random, pools)
        history, seed = history_for(random, value, pools), seed_for(random)
        try:
            vector, kind, edges = vector_of("", pools, value, history, seed, left["draw"] % (DRAWS // FULL) == 0)
        except verifier.Bad:
            continue
        kind = kind if kind == "draw" else vector["event"]["reason"]
        if left[kind]:
            left[kind] -= 1
            total = DRAWS if kind == "draw" else FAILURES
            vectors.append({**vector, "name": f"{kind} {total - left[kind]}", "family": number})
            for edge in edges:
                met.setdefault(edge, []).append(len(vectors) - 1)
    shared = [{role: one[role] for role in ("entities", "inspectors", "recusals")} for one in families]
    return document(
        "whole draws: inputs and seed to the seal's digest and the digest of the event that answers it",
        "two programs that agree: the independent verifier and the sentence-by-sentence reading in the maker",
        [{"name": v.pop("name"), "family": v.pop("family"), **v} for v in vectors],
        families=shared,
        edges={edge: met[edge] for edge in sorted(met)},
    )
