"""The known answers of tests/vectors/, through the package and through the independent verifier.

Expected values stand in the files, each of which says where they come from (tests/vectors/README.md); nothing is computed here
but what turns a vector into a program's own arguments.
"""

import ast
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from builders import CIRCUMSTANCES, entity_pool, sha, staff_for, task
from builders import plan as plan_of

import shuangsuiji
from shuangsuiji.draw import allocation
from shuangsuiji.draw.assignment import Witness, deal
from shuangsuiji.draw.basket import Basket
from shuangsuiji.draw.drawing import Draw
from shuangsuiji.draw.tickets import deal_key, entity_key, tagged_hash, tickets
from shuangsuiji.draw.visits import Errand, Visit
from shuangsuiji.evidence import canonical, derivation
from shuangsuiji.evidence.ledger import LedgerBytes
from shuangsuiji.evidence.lines import Event, next_line
from shuangsuiji.evidence.plan_snapshot import decode_plan
from shuangsuiji.evidence.snapshots import BadSnapshot, decode_entities
from shuangsuiji.evidence.verification import verify
from shuangsuiji.files.ledgers.checkpoint_file import checkpoint_text
from shuangsuiji.model.history import History, PastDraw
from shuangsuiji.model.problems import Refusal
from shuangsuiji.model.seed import BadSeed, parse_seed
from shuangsuiji.model.text import NotCanonical, canonical_id, canonical_value, join_set, plan_id, split_set

VECTORS = Path(__file__).parent / "vectors"
FILES = tuple(sorted(path.stem for path in VECTORS.glob("*.json")))
Vector = dict[str, Any]


@cache
def verifier() -> ModuleType:
    """The independent verifier, loaded by its path: no part of the package."""
    path = Path(shuangsuiji.__file__).parent / "verify_record.py"
    spec = importlib.util.spec_from_file_location("independent_verifier", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def document(name: str) -> dict[str, Any]:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def data_of(vector: Vector) -> bytes:
    return bytes.fromhex(vector["hex"]) if "hex" in vector else vector["text"].encode()


def disagreements(vectors: list[Vector], check: Callable[[Vector], Any]) -> dict[str, str]:
    """The names of the vectors that `check` does not agree with, and what it found; a check gives (expected, found)."""
    wrong = {}
    for vector in vectors:
        try:
            expected, found = check(vector)
        except Exception as error:  # noqa: BLE001 - a crash is a disagreement, and must name its vector
            wrong[vector["name"]] = repr(error)
            continue
        if expected != found:
            wrong[vector["name"]] = f"expected {expected!r:.400}, found {found!r:.400}"
    return wrong


def hold(name: str, check: Callable[[Vector], Any], part: slice = slice(None)) -> None:
    """Every vector of a file (or a part of it) agrees."""
    vectors = document(name)["vectors"][part]
    assert vectors
    wrong = disagreements(vectors, check)
    shown = "\n".join(f"  {one}: {what}" for one, what in [*wrong.items()][:20])
    assert not wrong, f"{len(wrong)} of {len(vectors)} vectors of {name} ({check.__name__}):\n{shown}"


# ---- tickets


def ticket_by_package(vector: Vector) -> Any:
    match vector["kind"]:
        case "hash":
            return vector["sha256"], tagged_hash(*vector["fields"])
        case "ticket":
            key = entity_key(vector["seed"], vector["plan"], vector["batch"])
            return (vector["entity_key"], vector["ticket"]), (key, tickets(key, [vector["entity"]]).hex(0))
        case "deal":
            key = deal_key(vector["seed"], vector["plan"], vector["batch"], vector["department"])
            return deal_hashes(vector, key, tagged_hash)
        case _:
            return vector["sorted"], entity_pool(*vector["ids"]).ids.tolist()


def deal_hashes(vector: Vector, key: str, hashed: Callable[..., str]) -> Any:
    pick = hashed(key, "pick", vector["entity"], str(vector["slot"]))
    found = [key, hashed(key, "order", vector["entity"]), hashed(key, "rank", vector["inspector"]), pick]
    found.append({size: int(pick, 16) % int(size) for size in vector["pick_mod"]})
    return [vector[name] for name in ("deal_key", "order", "rank", "pick", "pick_mod")], found


def ticket_by_verifier(vector: Vector) -> Any:
    hashed, algorithm = verifier().H, "shuangsuiji/draw/1"
    match vector["kind"]:
        case "hash":
            return vector["sha256"], hashed(*vector["fields"])
        case "ticket":
            key = hashed(algorithm, "entity", vector["seed"], vector["plan"], vector["batch"])
            return (vector["entity_key"], vector["ticket"]), (key, hashed(key, vector["entity"]))
        case "deal":
            key = hashed(algorithm, "deal", vector["seed"], vector["plan"], vector["batch"], vector["department"])
            return deal_hashes(vector, key, hashed)
        case _:  # a table whose rows stand in this order is read, in the order given it is refused
            rows = "".join(f"{entity},x\n" for entity in vector["sorted"])
            table = verifier().read_table(f"id,name\n{rows}".encode(), "entities", {"tasks": []})
            return vector["sorted"], table["id"]


def test_tickets_and_keys_are_those_that_sha256sum_gives():
    hold("tickets", ticket_by_package)
    hold("tickets", ticket_by_verifier)


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum on this machine")
def test_the_hashes_are_those_of_coreutils(tmp_path: Path):
    vectors = [v for v in document("tickets")["vectors"] if v["kind"] in ("hash", "ticket")]
    for number, vector in enumerate(vectors):
        data = (
            bytes.fromhex(vector["bytes"])
            if vector["kind"] == "hash"
            else f"{vector['entity_key']}\n{vector['entity']}\n".encode()
        )
        (tmp_path / f"{number:04d}").write_bytes(data)
    names = [f"{number:04d}" for number in range(len(vectors))]
    out = subprocess.run(["sha256sum", *names], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert [line.split()[0] for line in out.splitlines()] == [v.get("sha256") or v["ticket"] for v in vectors]


# ---- text


def text_by_package(vector: Vector) -> Any:
    made = {
        "id": canonical_id,
        "plan_id": plan_id,
        "value": canonical_value,
        "set": lambda text: join_set(split_set(canonical_value(text))),
    }[vector["kind"]]
    try:
        return vector.get("canonical", "refused"), made(vector["input"])
    except NotCanonical:
        return vector["outcome"], "refused"


def snapshot_with(kind: str, text: str) -> tuple[str, bytes]:
    """A snapshot that holds this text where one of its kind stands: which (`plan` or `entities`), and its bytes."""
    if kind == "plan_id":
        vector = next(one for one in document("input_errors")["vectors"] if one["outcome"] == "draw")
        return "plan", canonical.encode({**vector["plan"], "id": text})
    quoted = '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text
    rows = {"id": f"id,name\n{quoted},x\n", "value": f"id,name,credit_class\nE1,x,{quoted}\n"}
    return "entities", rows.get(kind, f"id,name,categories\nE1,x,{quoted}\n").encode()


def read_by_package(role: str, data: bytes) -> str:
    try:
        value = decode_plan(data) if role == "plan" else decode_entities(data)
    except BadSnapshot:
        return "refused"
    return "accepted" if value else "nothing"


def read_by_verifier(role: str, data: bytes) -> str:
    columns = data.split(b"\n")[0].decode().split(",")[2:]
    try:
        if role == "plan":
            verifier().read_plan(data)
        else:
            verifier().read_table(data, role, {"tasks": [{"where": [[c, "in", []] for c in columns], "strata": {}}]})
    except verifier().Bad:
        return "refused"
    return "accepted"


def text_in_a_snapshot(reader: Callable[[str, bytes], str]) -> Callable[[Vector], Any]:
    """No snapshot is made canonical: as it stands a text is read or refused, and its canonical form is always read."""

    def check(vector: Vector) -> Any:
        found = [reader(*snapshot_with(vector["kind"], vector["input"]))]
        expected = [vector["in_snapshot"]]
        if vector["outcome"] == "accepted":
            found.append(reader(*snapshot_with(vector["kind"], vector["canonical"])))
            expected.append("accepted")
        return expected, found

    return check


def test_ids_and_values_become_canonical_or_are_refused():
    hold("text", text_by_package)


@pytest.mark.parametrize("reader", [read_by_package, read_by_verifier])
def test_ids_and_values_are_read_or_refused_in_a_snapshot_as_they_stand(reader: Callable[[str, bytes], str]):
    hold("text", text_in_a_snapshot(reader))
    read = [vector["in_snapshot"] for vector in document("text")["vectors"]]
    assert min(read.count("accepted"), read.count("refused")) > 100, "either answer is given often"


# ---- sizes


def size_by_package(vector: Vector) -> Any:
    ratio = None if vector["ratio"] is None else Fraction(vector["ratio"])
    rules = {key: vector[key] for key in ("rounding", "count", "at_least", "at_most")}
    size = vector["N"]
    n = allocation.wanted(task(ratio=ratio, **rules), size, ratio)
    return size_of(vector, n)


def size_by_verifier(vector: Vector) -> Any:
    rules = {key: vector[key] for key in ("rounding", "count", "at_least", "at_most")}
    return size_of(vector, verifier().planned(rules, vector["N"], vector["ratio"]))


def size_of(vector: Vector, n: int) -> Any:
    return [vector["n"], vector["sample_size"], vector["shortage"]], [n, min(n, vector["E"]), max(0, n - vector["E"])]


def test_sizes_are_those_that_a_search_finds():
    hold("sizes", size_by_package)
    hold("sizes", size_by_verifier)


# ---- order


def history_of(records: list[Vector]) -> History:
    past = []
    for record in records:
        drawn: dict[str, set[str]] = {}
        for one in record["tasks"]:
            if one["coordination_group"] is not None:
                drawn.setdefault(one["coordination_group"], set()).update(one["sample"])
        groups = {group: frozenset(ids) for group, ids in drawn.items()}
        past.append(PastDraw(record["sha256"], groups, frozenset(record["visits"])))
    return History(tuple(past))


def past_records(records: list[Vector]) -> list[Vector]:
    return [
        {
            "tasks": [{**t, "sample": [{"entity": e} for e in t["sample"]]} for t in record["tasks"]],
            "visits": [{"entity": e} for e in record["visits"]],
        }
        for record in records
    ]


def order_by_package(vector: Vector) -> Any:
    rules = {key: vector[key] for key in ("coordination_group", "max_visits_per_cycle", "count")}
    plan = plan_of(task(batch=vector["batch"], at_least=0, **rules), id=vector["plan"])
    basket = Basket.of(plan, vector["batch"], entity_pool(*vector["ids"]), history_of(vector["history"]))
    (drawn,) = basket.draw_entities(vector["seed"])
    (stratum,) = drawn.strata
    left, tiers, _ = basket.left_of(plan.tasks[0], basket.frames["T1"])
    order = basket.stratum_order(left, tiers, vector["seed"])
    pairs = [order.pair(place) for place in range(len(left))]
    ids = basket.entities.ids[left[order.order]].tolist()
    whole = [{"entity": e, "tier": pair.tier, "ticket": pair.ticket} for e, pair in zip(ids, pairs, strict=True)]
    sample = [{"entity": one.entity, "tier": one.tier, "ticket": one.ticket} for one in drawn.sample]
    cutoff = stratum.cutoff and {"tier": stratum.cutoff.tier, "ticket": stratum.cutoff.ticket}
    return order_of(vector), [[one.entity for one in stratum.excluded], whole, sample, cutoff]


def order_of(vector: Vector) -> Any:
    return [vector["excluded"], vector["order"], vector["order"][: vector["sample_size"]], vector["cutoff"]]


def order_by_verifier(vector: Vector) -> Any:
    rules = {key: vector[key] for key in ("coordination_group", "max_visits_per_cycle")}
    window = {"from": "2023-01-01", "to": "2023-12-31"}
    one = {
        "id": "T1",
        "name": "",
        "where": [],
        "batch": vector["batch"],
        "initiator": "甲局",
        "window": window,
        "at_least": 0,
        **rules,
    }
    head = {"id": vector["plan"], "entity_statuses": [], "inspector_statuses": []}
    pair = {"id": ["I1", "I2"], "name": ["员", "员"], "certificate_expiry": ["9999-12-31"] * 2, "department": ["甲局"] * 2}
    people = {**pair, "qualifications": ["", ""]}  # they can go everywhere, so that every draw is one
    table = {"id": vector["ids"], "name": vector["ids"]}
    history = past_records(vector["history"])

    def drawn(count: int) -> Vector:
        plan = {**head, "tasks": [{**one, "count": count}]}
        return verifier().draw(plan, vector["batch"], table, people, None, history, vector["seed"])[0]["tasks"][0]

    whole, real = (
        [{k: x[k] for k in ("entity", "tier", "ticket")} for x in drawn(n)["sample"]] for n in (10**6, vector["count"])
    )
    stratum = drawn(vector["count"])["strata"][0]
    return order_of(vector), [[x["entity"] for x in stratum["excluded"]], whole, real, stratum["cutoff"]]


def test_the_drawing_order_is_that_of_tiers_and_tickets_as_numbers():
    hold("order", order_by_package)
    hold("order", order_by_verifier)


# ---- deals


def deal_by_package(vector: Vector) -> Any:
    eligible = {visit["entity"]: visit["eligible"] for visit in vector["visits"]}
    staff = staff_for(eligible, vector["inspectors"], vector["department"])
    visits = [
        Visit(v["entity"], Errand((), {vector["department"]: v["demand"]}, "2023-12-31", {vector["department"]: frozenset()}))
        for v in vector["visits"]
    ]
    dealt = deal(staff, visits, vector["cap"], vector["seed"], vector["plan"], vector["batch"])
    if isinstance(dealt, Witness):
        witness = {"inspectors": [*dealt.inspectors], "visits": [*dealt.visits], "load": dealt.load}
        return deal_of(vector), [None, None, witness]
    return deal_of(vector), [{v: [*team] for v, team in dealt.slots.items()}, dict(dealt.loads), None]


def deal_of(vector: Vector) -> Any:
    return [vector["teams"], vector["loads"], vector["witness"]]


def deal_by_verifier(vector: Vector) -> Any:
    jobs = {visit["entity"]: (visit["demand"], set(visit["eligible"])) for visit in vector["visits"]}
    teams, loads, witness = verifier().deal(vector["deal_key"], jobs, vector["cap"])
    if witness:
        return deal_of(vector), [None, None, dict(zip(("inspectors", "visits", "load"), witness, strict=True))]
    return deal_of(vector), [teams, {i: loads.get(i, 0) for i in vector["inspectors"]}, None]


def test_inspectors_are_dealt_as_two_programs_and_enumeration_say():
    hold("deals", deal_by_package)
    hold("deals", deal_by_verifier)


# ---- canonical JSON


def json_by_package(vector: Vector) -> Any:
    try:
        match vector["kind"]:
            case "both_ways":
                data = data_of(vector)
                return (data, vector["value"]), (canonical.encode(vector["value"]), canonical.decode(data))
            case "read":
                canonical.decode(data_of(vector))
            case "write":
                canonical.encode(json.loads(vector["json"]))
    except canonical.NotCanonicalJson:
        return vector["outcome"], "refused"
    return vector["outcome"], "accepted"


class AnyJson(dict[str, Any]):
    """A form of the verifier for every value of draw-v1 §8, made of its own forms of text, numbers, truth and null.

    What it reads besides are the forms of the ledger: they have ASCII keys and are nowhere near 32 deep, so that this is the
    place of those two rules.
    """

    def __call__(self, value: Any, depth: int = 1) -> bool:
        match value:
            case dict() | list() if depth > 32:
                return False
            case dict():
                return all(key.isascii() and self(one, depth + 1) for key, one in value.items())
            case list():
                return all(self(one, depth + 1) for one in value)
            case _:
                return verifier().fits(value, (verifier().T, 1 - 2**53, False, None))


def json_by_verifier(vector: Vector) -> Any:
    """Its reader, with a form that refuses no value of §8: so the bytes are refused for what they are."""
    data = vector["json"].encode() + b"\n" if vector["kind"] == "write" else data_of(vector)
    try:
        value = verifier().parse(data, AnyJson())
    except verifier().Bad:
        return vector["outcome"], "refused"
    if vector["outcome"] == "refused":
        return "refused", value
    return (data, vector["value"]), (verifier().canonical(vector["value"]), value)


def test_canonical_json_is_one_value_one_sequence_of_bytes():
    hold("canonical", json_by_package)
    hold("canonical", json_by_verifier)


# ---- seeds


def seed_by_package(vector: Vector) -> Any:
    try:
        seed = parse_seed(data_of(vector).decode())
    except BadSeed:
        return vector["outcome"], "refused"
    found = [seed.sha256, seed.seed_class, seed.seal, [[s.kind, s.value] for s in seed.sources]]
    return [vector.get(key) for key in ("sha256", "class", "seal", "sources")], found


def seed_by_verifier(vector: Vector) -> Any:
    text = data_of(vector).decode()
    try:
        seal, sources = verifier().read_seed(text)
    except verifier().Bad:
        return vector["outcome"], "refused"
    found = [sha(text), verifier().seed_class(text), seal, [kind for kind, _, _ in sources]]
    return [vector.get(key) for key in ("sha256", "class", "seal")] + [[s[0] for s in vector.get("sources", [])]], found


def test_seed_documents_have_their_digest_and_class_or_are_refused():
    hold("seeds", seed_by_package)
    hold("seeds", seed_by_verifier)


# ---- snapshots


def snapshot_files(vector: Vector) -> dict[str, bytes | None]:
    merged = {**document("snapshots")["base"], **vector["changes"]}
    return {role: None if part is None else data_of(part) for role, part in merged.items()}


def sealed(files: dict[str, bytes | None], seal: dict[str, Any]) -> dict[str, bytes]:
    named = {f"snapshots/{seal['plan']['snapshot']}.json": files["plan"]}
    named |= {f"snapshots/{one['snapshot']}.csv": files[role] for role, one in seal["inputs"].items() if one}
    return {name: data for name, data in named.items() if data is not None}


def snapshots_by_package(vector: Vector) -> Any:
    files = snapshot_files(vector)
    inputs = {}
    for role in ("entities", "inspectors", "recusals"):
        data = files[role]
        inputs[role] = None if data is None else {"snapshot": sha(data), "rows": max(0, data.count(b"\n") - 1)}
    seal = {"plan": {"id": "P1", "snapshot": sha(files["plan"] or b"")}, "batch": "B1", "cycle": "2023", "inputs": inputs}
    try:
        seal["plan"]["title"] = json.loads(files["plan"] or b"")["title"]
    except (ValueError, TypeError, KeyError):
        seal["plan"]["title"] = "计划"
    try:
        derivation.sealed_inputs(seal, sealed(files, seal))
    except derivation.BadInputs:
        return vector["outcome"], "refused"
    return vector["outcome"], "accepted"


def snapshots_by_verifier(vector: Vector) -> Any:
    files = snapshot_files(vector)
    try:
        plan = verifier().read_plan(files["plan"])
        if len({t["batch"] for t in plan["tasks"]}) != 1:  # the verifier holds this against the seal, in `inputs`
            return vector["outcome"], "refused"
        for role in ("entities", "inspectors", "recusals"):
            if files[role] is not None:
                verifier().read_table(files[role], role, plan)
    except verifier().Bad:
        return vector["outcome"], "refused"
    return vector["outcome"], "accepted"


def test_snapshots_are_read_or_refused_by_the_package():
    hold("snapshots", snapshots_by_package)


def test_snapshots_are_read_or_refused_by_the_verifier():
    hold("snapshots", snapshots_by_verifier)


def test_a_cell_of_a_snapshot_has_at_most_131072_characters_for_both_programs():
    """draw-v1 §1; too long for a vector. One more is refused, and never a crash of whatever reads the CSV."""
    for reader in (read_by_package, read_by_verifier):
        for text in ("x", "\U00020bb7"):
            cells = {length: f"id,name\nE1,{text * length}\n".encode() for length in (131_072, 131_073)}
            assert [reader("entities", data) for data in cells.values()] == ["accepted", "refused"]


# ---- whole draws


def inputs_of(vector: Vector) -> Vector:
    """The texts of a vector's inputs; its plan stands there as a value, the pools perhaps with its family."""
    shared = document("draws")["families"][vector["family"]] if "family" in vector else vector
    texts = {role: shared[role] for role in ("entities", "inspectors", "recusals")}
    plan = json.dumps(vector["plan"], ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    return {"plan": plan, **texts}


def seal_of(vector: Vector, texts: Vector) -> Vector:
    """The seal that the inputs of a vector make (ledger-v1)."""
    plan, document_text = vector["plan"], vector["seed_document"]
    return {
        "schema": "shuangsuiji/seal/1",
        "plan": {"id": plan["id"], "title": plan["title"], "snapshot": sha(texts["plan"])},
        "batch": plan["tasks"][0]["batch"],
        "cycle": plan["cycle"],
        "inputs": {
            role: texts[role] and {"snapshot": sha(texts[role]), "rows": texts[role].count("\n") - 1}
            for role in ("entities", "inspectors", "recusals")
        },
        "history": [record["sha256"] for record in vector.get("history", [])],
        "entropy": [{"kind": line.partition(":")[0]} for line in document_text.split("\n")[1:-1]],
        "seed_document": document_text,
    }


def draw_by_package(vector: Vector) -> Any:
    texts = inputs_of(vector)
    value = seal_of(vector, texts)
    data = canonical.encode(value)
    line = next_line(None, "seal", (value["plan"]["id"], value["batch"]), data, CIRCUMSTANCES)
    files = {role: None if text is None else text.encode() for role, text in texts.items()}
    try:
        inputs = derivation.sealed_inputs(value, sealed(files, value))
        history = history_of(vector.get("history", []))
        answer = derivation.answer(Event(line, value), inputs, history, parse_seed(vector["seed_document"]))
    except (derivation.BadInputs, Refusal):
        return vector["outcome"], "refused"
    if isinstance(answer.outcome, Draw):
        assert answer.event_type == "draw"
    return event_of(vector, answer.event_type, line.sha256, answer.value, canonical.encode(answer.value))


def draw_by_verifier(vector: Vector) -> Any:
    texts = inputs_of(vector)
    seal, program = seal_of(vector, texts), verifier()
    try:
        plan = program.read_plan(texts["plan"].encode())
        tables = [
            texts[role] and program.read_table(texts[role].encode(), role, plan)
            for role in ("entities", "inspectors", "recusals")
        ]
        seed = sha(vector["seed_document"])
        drawn, why = program.draw(plan, seal["batch"], *tables, past_records(vector.get("history", [])), seed)
    except program.Bad:
        return vector["outcome"], "refused"
    digest = sha(program.canonical(seal))
    event = {"schema": "shuangsuiji/failure/1", "seal": digest, **why} if why else record_of(seal, digest, drawn)
    return event_of(vector, "failure" if why else "draw", digest, event, program.canonical(event))


def record_of(seal: Vector, digest: str, drawn: Vector) -> Vector:
    """draw-v1 §9: what the verifier derived, between what the seal says. (Its own records are compared in whole ledgers.)"""
    text = seal["seed_document"]
    seed_class = "os" if text.startswith("shuangsuiji/seed/1\nos-random:") else "operator"  # §2; no vector answers an open seal
    head = {"schema": "shuangsuiji/record/1", "algorithm": "shuangsuiji/draw/1", "hash": "sha256", "seal": digest}
    sealed_part = {key: seal[key] for key in ("plan", "batch", "cycle", "inputs", "history")}
    return {**head, **sealed_part, "seed": {"document": text, "sha256": sha(text), "class": seed_class}, **drawn}


def event_of(vector: Vector, kind: str, seal: str, event: Vector, data: bytes) -> Any:
    """What a vector says of the event, the readable lists first, so that a difference shows where it begins."""
    keys = [key for key in ("outcome", "strata", "samples", "teams", "event", "seal_sha256", "event_sha256") if key in vector]
    found: Vector = {"outcome": kind, "event": event, "seal_sha256": seal, "event_sha256": sha(data)}
    if kind == "draw":
        counts = ("frame_size", "eligible", "sample_size", "shortage")
        found["strata"] = [[t["id"], s["name"], *(s[k] for k in counts)] for t in event["tasks"] for s in t["strata"]]
        found["samples"] = {t["id"]: [x["entity"] for x in t["sample"]] for t in event["tasks"]}
        found["teams"] = {v["entity"]: [m["inspector"] for m in v["team"]] for v in event["visits"]}
    for key in keys:
        if vector[key] != found.get(key):
            return (key, vector[key]), (key, found.get(key))
    return None, None


@pytest.mark.parametrize("part", range(4))
def test_whole_draws_and_failures_are_the_same_to_the_byte(part: int):
    hold("draws", draw_by_package, slice(part, None, 4))
    hold("draws", draw_by_verifier, slice(part, None, 4))


def test_inputs_that_can_never_have_been_sealed_are_refused_and_their_neighbours_drawn():
    hold("input_errors", draw_by_package)
    hold("input_errors", draw_by_verifier)


# ---- ledgers


def ledger_files(vector: Vector) -> dict[str, bytes]:
    merged = {**document("ledgers")["bases"][vector["base"]], **vector["changes"]}
    return {path: text.encode() for path, text in merged.items() if text is not None}


def ledger_by_package(vector: Vector) -> Any:
    files = ledger_files(vector)
    given = vector["checkpoint"] and checkpoint_text(vector["checkpoint"].encode())
    report = verify(LedgerBytes(files.pop("ledger.jsonl", None), files), checkpoint=given)
    found = sorted([c.line.seq if c.line else 0, c.name, c.outcome] for c in report.checks if c.outcome != "passed")
    return (vector["not_passed"], vector["exit"]), (found, int(report.status))


def ledger_by_verifier(vector: Vector) -> Any:
    base, folder = document("ledgers")["bases"][vector["base"]], ledger_folder(vector["base"])
    given = {} if vector["checkpoint"] is None else {"checkpoint.txt": vector["checkpoint"]}
    try:
        write(folder, {**vector["changes"], **given})
        checks = verifier().Ledger(str(folder), str(folder / "checkpoint.txt") if given else None).checks
    finally:  # as it was, for the next one
        write(folder, {path: base.get(path) for path in [*vector["changes"], *given]})
    return vector["not_passed"], sorted([c["seq"] or 0, c["check"], c["status"]] for c in checks if c["status"] != "passed")


def write(folder: Path, files: dict[str, str | None]) -> None:
    """Write these files; None: remove it."""
    for path, text in files.items():
        if text is None:
            (folder / path).unlink(missing_ok=True)
        else:
            (folder / path).write_bytes(text.encode())


FOLDERS: dict[str, tempfile.TemporaryDirectory[str]] = {}


def ledger_folder(base: str) -> Path:
    """A folder with the files of a base, written once: most vectors change few of them."""
    if base not in FOLDERS:
        FOLDERS[base] = tempfile.TemporaryDirectory()
        for name in ("events", "snapshots"):
            (Path(FOLDERS[base].name) / name).mkdir()
        write(Path(FOLDERS[base].name), document("ledgers")["bases"][base])
    return Path(FOLDERS[base].name)


@pytest.mark.parametrize("part", range(2))
def test_whole_ledgers_pass_and_fail_the_checks_that_the_table_says(part: int):
    hold("ledgers", ledger_by_package, slice(part, None, 2))
    hold("ledgers", ledger_by_verifier, slice(part, None, 2))


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("an honest ledger with a shortage and a recusal", []),
        ("files that no line names are no fault", ["events/000003-seal.json", "snapshots/说明.txt"]),
        ("a draw is not there, but a voided one has the same bytes", []),
        ("a seal that waits for its draw", ["events/000002-draw.json"]),
    ],
)
def test_both_programs_list_the_files_that_no_line_names_and_no_others(name: str, listed: list[str]):
    """By hand: of the files of the vector those that neither a line nor a seal names, and not the lock, which is no evidence."""
    vector = next(one for one in document("ledgers")["vectors"] if one["name"] == name)
    base, folder, files = document("ledgers")["bases"][vector["base"]], ledger_folder(vector["base"]), ledger_files(vector)
    assert list(verify(LedgerBytes(files.pop("ledger.jsonl"), files)).strays) == listed
    try:
        write(folder, {**vector["changes"], "ledger.lock": ""})
        ledger = verifier().Ledger(str(folder))
        lines = [line for line in verifier().report(ledger, "passed") if line.startswith("no fault, but no line names it: ")]
    finally:
        write(folder, {path: base.get(path) for path in [*vector["changes"], "ledger.lock"]})
    assert lines == [f"no fault, but no line names it: {str(folder / one)!r}" for one in listed]


# ---- the folder itself


CHEAP = ("tickets", "text", "sizes", "order", "canonical", "seeds", "snapshots", "input_errors", "ledgers")


def test_the_maker_writes_the_same_bytes_again_and_the_counts_of_today():
    """`deals` and `draws` take seconds: run `python tests/vectors/make.py --check` by hand."""
    maker = [sys.executable, "-s", str(VECTORS / "make.py"), "--check", *CHEAP]
    done = subprocess.run(maker, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_maker_never_loads_the_engine():
    makers = [VECTORS / "make.py", *(VECTORS / "making").glob("*.py")]
    assert len(makers) > 20
    imported = {
        name.split(".")[0]
        for path in makers
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in ([a.name for a in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", None) or ""])
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported - {"making"} <= sys.stdlib_module_names


REFUSING = ("text", "canonical", "seeds", "snapshots", "input_errors", "ledgers")
"""The files whose subject is reading or refusing. The others are of functions that refuse nothing, and of whole draws, where a
failure is an answer and no refusal (README.md)."""


def refused(name: str, vector: Vector) -> bool:
    return bool(vector["not_passed"]) if name == "ledgers" else vector["outcome"] == "refused"


@pytest.mark.parametrize("name", REFUSING)
def test_refusals_are_at_least_twice_the_successes_wherever_reading_is_the_subject(name: str):
    outcomes = [refused(name, vector) for vector in document(name)["vectors"]]
    assert outcomes.count(True) >= 2 * outcomes.count(False) > 0


def test_the_vectors_are_as_many_as_the_readme_promises():
    draws = [vector["outcome"] for vector in document("draws")["vectors"]]
    assert draws.count("draw") >= 1000
    assert draws.count("failure") >= 100
    whole = [refused(name, vector) for name in REFUSING for vector in document(name)["vectors"]]
    assert whole.count(True) >= 200
    assert whole.count(True) >= 2 * whole.count(False)
    others = {v.get("outcome") for name in FILES if name not in REFUSING for v in document(name)["vectors"]}
    assert others == {"draw", "failure", None}, "no file besides refuses anything"
    assert {v.get("outcome") for name in REFUSING for v in document(name)["vectors"]} == {"accepted", "refused", "draw", None}


def test_every_refused_input_stands_beside_one_that_is_drawn():
    outcomes = {vector["name"]: vector["outcome"] for vector in document("input_errors")["vectors"]}
    beside = {vector["name"]: vector["beside"] for vector in document("input_errors")["vectors"] if "beside" in vector}
    assert {name for name, outcome in outcomes.items() if outcome == "refused"} == set(beside)
    assert {outcomes[name] for name in beside.values()} == {"draw"}
    assert set(beside.values()) == {name for name, outcome in outcomes.items() if outcome == "draw"}


def test_the_edges_of_whole_draws_are_where_the_file_says():
    """Of the edges that can be read off a vector: strata, shortage, a visit for several tasks, allow_empty, failures."""
    vectors, edges = document("draws")["vectors"], document("draws")["edges"]

    def those(meets: Callable[[Vector], bool]) -> list[int]:
        return [number for number, vector in enumerate(vectors) if meets(vector)]

    assert edges["strata"] == those(lambda v: any("strata" in t for t in v["plan"]["tasks"]))
    assert edges["by count"] == those(lambda v: any("count" in t for t in v["plan"]["tasks"]))
    assert edges["a seed of the class os"] == those(lambda v: "os-random" in v["seed_document"])
    for reason in ("too_few_eligible", "cap_exceeded"):
        assert edges[f"infeasible: {reason}"] == those(lambda v, r=reason: v.get("event", {}).get("reason") == r)
    drawn = set(those(lambda v: v["outcome"] == "draw"))
    assert set(edges["shortage"]) & drawn == set(those(lambda v: any(row[5] for row in v.get("strata", []))))
    samples = [[entity for one in v.get("samples", {}).values() for entity in one] for v in vectors]
    several = {number for number, entities in enumerate(samples) if len(entities) > len(set(entities))}
    assert set(edges["a visit for several tasks"]) & drawn == several
    assert min(map(len, edges.values())) >= 10
