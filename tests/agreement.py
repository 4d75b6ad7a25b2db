"""Random ledgers, as an office might come to have them, through both programs: the engine and the independent verifier.

`random_story` makes one: plans of several batches, pools that change between the draws, failures that are mended, voids, seeds
kept and given up, seals whose seed is still to come. `random_tampering` changes one thing in it. Everything hangs on one
`random.Random`, so that a ledger comes back from its number: tests/test_agreement.py tries a few, tests/long/agreement.py
thousands. No expected value comes from here: each program is held against the other.
"""

import copy
import csv
import importlib.util
import io
import json
import random
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

from builders import Forged, Forgery, Story, sha, table
from strategies import CATEGORIES, CLASSES, DEPARTMENTS, ENTITY_IDS, FLAWS, INSPECTOR_IDS, QUALIFICATIONS, WINDOWS, Row

from shuangsuiji.draw.drawing import input_problems
from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.ledger import LedgerBytes
from shuangsuiji.evidence.lines import Event, void_value
from shuangsuiji.evidence.verification import verify
from shuangsuiji.model.plan import Condition, Plan, Strata, Task
from shuangsuiji.model.pool import Pool, Pools
from shuangsuiji.model.problems import Refusal
from shuangsuiji.model.seed import BadSeed, SeedDocument, Source, parse_seed

Outcomes = set[tuple[int, str, str]]
"""(seq, check, passed / failed / impossible); seq 0 for the checks of the ledger."""

SHIPPED = Path(str(files("shuangsuiji").joinpath("verify_record.py")))


@cache
def verifier(path: Path = SHIPPED) -> ModuleType:
    """The independent verifier, loaded from its file: nothing imports it."""
    spec = importlib.util.spec_from_file_location("independent_verifier", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- an office and what changes in it -----------------------------------------------------------------------

# U+FA0E is its own NFKC, and stands before U+20BB7 by bytes and code points but after it by UTF-16 units
IDS = ("\ufa0e", "Ω-1", "豫丙#3", *(f"9142{k:02d}" for k in range(10)), *(one for one in ENTITY_IDS if one != "\uffee"))
STAFF = ("\ufa0e9", *(f"17{k:03d}" for k in range(9)), *(one for one in INSPECTOR_IDS if one != "\uffee9"))
STATUSES = ("存续", "存续", "存续", "在营", "注销", "")
RATIOS = tuple(Fraction(text) for text in ("1/30", "0.07", "1/3", "1/2", "0.925", "1", "1"))
WHERE: tuple[tuple[Condition, ...], ...] = (
    (),
    (),
    (Condition("categories", "in", ("食品", "企业")),),
    (Condition("categories", "not_in", ("药品",)),),
    (Condition("credit_class", "in", ("A", "B")),),
    (Condition("name", "not_in", ('甲, "乙" 公司',)), Condition("credit_class", "not_in", ("A", ""))),
    (Condition("id", "not_in", ("A-1", "豫甲")),),
)


@dataclass
class Office:
    """What an office holds on one day: its plans, and the rows of its pools."""

    plans: list[Plan]
    entities: list[Row]
    inspectors: list[Row]
    recusals: list[tuple[str, str, str]] | None

    def pools(self) -> Pools:
        recusals = None
        if self.recusals is not None:
            columns = ("inspector", "entity", "reason")
            recusals = table(columns, sorted(set(self.recusals)), columns)
        return Pools(_pool(self.entities), _pool(self.inspectors), recusals)


def _pool(rows: list[Row]) -> Pool:
    return Pool.of({column: [row[column] for row in rows] for column in rows[0]})


def _set(chance: random.Random, values: Sequence[str]) -> str:
    return ";".join(sorted(value for value in values if chance.randrange(2)))


def _entity(chance: random.Random, one: str, status: bool) -> Row:
    row = {"id": one, "name": chance.choice((f"企业{one}", '甲, "乙" 公司', "名")), "categories": _set(chance, CATEGORIES)}
    row["credit_class"] = chance.choice(CLASSES[:3])
    return {**row, "status": chance.choice(STATUSES)} if status else row


def _inspector(chance: random.Random, one: str, department: str, status: bool, flaws: Sequence[Row]) -> Row:
    row = {"id": one, "name": f"名{one}", "certificate_expiry": "2024-02-29", "department": department}
    row |= {"qualifications": ";".join(sorted(QUALIFICATIONS)), "status": "在岗"} | chance.choice(flaws)
    return row if status else {column: cell for column, cell in row.items() if column != "status"}


def _task(chance: random.Random, task_id: str, batch: str, groups: dict[str, tuple[Condition, ...]]) -> Task:
    kind = chance.choice(("count", "ratio", "ratio", "strata"))
    group = chance.choice((None, None, *groups))
    strata = None
    if kind == "strata":
        names = chance.sample((*CLASSES[:3], "没有"), chance.randrange(4))
        other = chance.choice((*RATIOS, None)) if len(names) == 3 else chance.choice(RATIOS)
        strata = Strata("credit_class", tuple((name, chance.choice(RATIOS)) for name in names), other)
    initiator = chance.choice(DEPARTMENTS)
    some = ((initiator, ("食品",)),)
    both = (("甲局", ("特种设备", "食品")), ("乙局", ("食品",)))
    return Task(
        id=task_id,
        name=f"任务{task_id}",
        batch=batch,
        initiator=initiator,
        window=chance.choice(WINDOWS),
        where=groups[group] if group else chance.choice(WHERE),
        ratio=chance.choice(RATIOS) if kind == "ratio" else None,
        count=chance.choice((0, 1, 2, 3, 5, 9, 40)) if kind == "count" else None,
        rounding=chance.choice(("up", "half_up", "down")),
        at_least=chance.choice((0, 1, 1, 3)),
        at_most=None if kind == "strata" else chance.choice((None, None, None, 0, 2, 20)),
        strata=strata,
        allow_empty=chance.choice((True, False)),
        coordination_group=group,
        max_visits_per_cycle=chance.choice((None, None, 1, 2)),
        cooperators=tuple(chance.sample(DEPARTMENTS, chance.choice((0, 0, 1, 2)))),
        minimum_team=chance.choice((2, 2, 2, 3)),
        per_department=chance.choice((1, 1, 1, 2)),
        qualifications=chance.choice(((), (), some, both)),
    )


def _plan(chance: random.Random, plan_id: str, groups: dict[str, tuple[Condition, ...]]) -> Plan:
    batches = ("B1", "B2", "第三批")[: chance.choice((1, 2, 2, 3))]
    tasks = [_task(chance, f"T{b}-{k}", b, groups) for b in batches for k in range(chance.choice((1, 1, 2, 3)))]
    return Plan(
        id=plan_id,
        title="计划, 二〇二三",
        cycle=chance.choice(("2023", "2023", "2023", "2024")),
        tasks=tuple(chance.sample(tasks, len(tasks))),
        max_visits_per_inspector=chance.choice((None, None, None, 1, 2, 4)),
        **({} if chance.randrange(4) else {"entity_statuses": ("在营", "存续"), "inspector_statuses": ("离岗", "在岗")}),
    )


def _recusals(chance: random.Random, entities: list[Row], inspectors: list[Row]) -> list[tuple[str, str, str]] | None:
    """None, a few, or so many that each entity is left to two or three of a department who stand next to each other: of such
    visits a load comes to rest unevenly, and is evened out along chains of inspectors."""
    kind = chance.choice(("none", "few", "few", "rows"))
    if kind == "none":
        return None
    if kind == "rows":
        return _rows_apart(chance, entities, inspectors)
    staff = [row["id"] for row in inspectors]
    everybody = [row["id"] for row in entities]
    return [
        (chance.choice((*staff, "没有这人")), chance.choice((*everybody, "没有这家")), chance.choice(("", "亲属")))
        for _ in range(chance.randrange(9))
    ]


def _rows_apart(chance: random.Random, entities: list[Row], inspectors: list[Row]) -> list[tuple[str, str, str]]:
    found = []
    for department in DEPARTMENTS:
        row = [one["id"] for one in inspectors if one["department"] == department]
        for entity in entities:
            width = chance.choice((2, 2, 2, 3))
            start = int(max(len(row) - width + 1, 1) * chance.random() ** chance.choice((1, 2)))
            found += [(one, entity["id"], "") for one in (*row[:start], *row[start + width :])]
    return found


def _strained(chance: random.Random, office: Office) -> Office:
    """The office at its hardest: nearly everybody is drawn, and every visit takes one of few in two departments."""

    def hard(one: Task) -> Task:
        cooperator = chance.choice([department for department in DEPARTMENTS if department != one.initiator])
        ratio = chance.choice((Fraction(1), Fraction("0.925")))
        one = replace(one, ratio=ratio, count=None, strata=None, at_most=None, where=())
        return replace(one, cooperators=(cooperator,), minimum_team=2, per_department=1, qualifications=())

    plans = [replace(plan, tasks=tuple(map(hard, plan.tasks))) for plan in office.plans]
    return replace(office, plans=plans, recusals=_rows_apart(chance, office.entities, office.inspectors))


def random_office(chance: random.Random) -> Office:
    status = chance.randrange(2) == 1
    strained = not chance.randrange(4)
    number = chance.choice((14, 20, 26) if strained else (1, 4, 8, 14, 20, 26))
    entities = [_entity(chance, one, status) for one in chance.sample(IDS, number)]
    staff, status = iter(chance.sample(STAFF, len(STAFF))), chance.randrange(2) == 1
    sizes = (6, 7, 8) if strained else (2, 4, 6, 8)
    flaws = FLAWS[:1] if strained else FLAWS
    inspectors = [_inspector(chance, next(staff), d, status, flaws) for d in DEPARTMENTS for _ in range(chance.choice(sizes))]
    groups = {"组一": chance.choice(WHERE), "组二": chance.choice(WHERE)}
    plans = [_plan(chance, plan_id, groups) for plan_id in ("P1", "计划-2")[: chance.choice((1, 1, 2))]]
    office = Office(plans, entities, inspectors, _recusals(chance, entities, inspectors))
    return _strained(chance, office) if strained else office


def change(chance: random.Random, office: Office) -> None:
    """Some days later: an entity came or went, an inspector's certificate was renewed, recusals were entered."""
    kind = chance.randrange(4)
    known = {row["id"] for row in office.entities}
    fresh = [one for one in IDS if one not in known]
    if kind == 0 and fresh:
        office.entities = [*office.entities, _entity(chance, chance.choice(fresh), "status" in office.entities[0])]
    elif kind == 1 and len(office.entities) > 1:
        office.entities = chance.sample(office.entities, len(office.entities) - 1)
    elif kind == 2:
        office.recusals = _recusals(chance, office.entities, office.inspectors)
    else:
        office.inspectors = chance.sample(office.inspectors, len(office.inspectors))


def mend(chance: random.Random, office: Office, plan: Plan) -> Plan:
    """A draw failed: send for people, forget the cap, think again about recusals. It does not always help."""
    if chance.randrange(2):
        plan = replace(plan, max_visits_per_inspector=None)
        office.plans = [plan if one.id == plan.id else one for one in office.plans]
    if chance.randrange(3):
        good = {"certificate_expiry": "9999-12-31", "qualifications": ";".join(sorted(QUALIFICATIONS))}
        office.inspectors = [{**row, **good, **({"status": "在岗"} if "status" in row else {})} for row in office.inspectors]
    if chance.randrange(2):
        office.recusals = (office.recusals or [])[:3]
    return plan


# --- seeds and ledgers --------------------------------------------------------------------------------------


def _hex(chance: random.Random) -> str:
    return sha(str(chance.randrange(2**64)))


def _source(chance: random.Random, kind: str) -> Source:
    reds = sorted(chance.sample(range(1, 34), 6))
    value = {
        "text": chance.choice(("二〇二三", "a:b", f"摇号 {chance.randrange(100)}")),
        "os-random": _hex(chance),
        "dice": "".join(chance.choice("123456") for _ in range(chance.choice((1, 5, 30)))),
        "ssq": f"2023{chance.randrange(1, 152):03d}:{' '.join(f'{ball:02d}' for ball in reds)}+{chance.randrange(1, 17):02d}",
        "drand-quicknet": f"{chance.randrange(1, 10**6)}:{_hex(chance)}" + chance.choice(("", f":{_hex(chance)[:32]}")),
        "share": f"{chance.choice(('纪检组', 'a b'))}:{_hex(chance)}",
    }
    return Source(kind, value[kind])


KINDS = ("text", "os-random", "dice", "ssq", "drand-quicknet", "share")


def random_seed(chance: random.Random) -> SeedDocument:
    number = chance.choice((1, 1, 1, 2, 3))
    return SeedDocument(tuple(_source(chance, chance.choice(KINDS)) for _ in range(number)))


def random_story(chance: random.Random, story: Story, steps: int = 8) -> Story:
    """Tell `story` on: every step is one that ledger-v1 allows, on pools that change between the steps."""
    office = random_office(chance)
    to_come: dict[str, SeedDocument] = {}  # what an open seal will be answered with, by the hash of its line
    for _ in range(steps):
        plan = chance.choice(office.plans)
        batch = chance.choice(plan.batches)
        state = story.ledger.state((plan.id, batch))
        if state.name == "drawn" and state.event is not None:
            if not chance.randrange(3):
                story.void(state.event, keep_seed=bool(chance.randrange(2)))
        elif state.name == "sealed" and state.seal is not None:
            _answer(chance, story, state.seal, to_come)
        else:
            if state.name == "failed":
                plan = mend(chance, office, plan)
            _seal(chance, story, plan, batch, office.pools(), to_come)
        if not chance.randrange(3):
            change(chance, office)
    return story


def _seal(chance: random.Random, story: Story, plan: Plan, batch: str, pools: Pools, to_come: dict[str, SeedDocument]) -> None:
    if input_problems(plan, batch, pools.entities):
        return  # found before anything is sealed (draw-v1 §0)
    kept = story.ledger.state((plan.id, batch)).kept_seed
    seed = random_seed(chance) if kept is None else parse_seed(kept)
    if kept is None and not chance.randrange(5):
        seal = story.seal(plan, batch, pools, None, seed.entropy())
        to_come[seal.line.hash] = replace(seed, seal=seal.line.sha256)
        return
    seal = story.seal(plan, batch, pools, seed, seed.entropy())
    if chance.randrange(10):
        story.answer(seal)


def _answer(chance: random.Random, story: Story, seal: Event, to_come: dict[str, SeedDocument]) -> None:
    """A seal waits: it is answered or taken back. A failure holds no seed, so one of an open seal could never be checked."""
    seed = to_come.get(seal.line.hash)
    if chance.randrange(5) and (seed is None or story.derived(seal, seed).event_type == "draw"):
        story.answer(seal, seed)
    else:
        story.void(seal, keep_seed=seed is None and bool(chance.randrange(2)))  # what an open seal would keep is not known yet


# --- both programs ------------------------------------------------------------------------------------------


def write_ledger(folder: Path, ledger: LedgerBytes) -> None:
    """The ledger in an empty folder."""
    for name, data in ledger.files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    if ledger.lines is not None:
        (folder / "ledger.jsonl").write_bytes(ledger.lines)


def by_engine(ledger: LedgerBytes, checkpoint: str | None = None) -> Outcomes:
    report = verify(ledger, checkpoint=checkpoint)
    return {(check.line.seq if check.line else 0, check.name, check.outcome) for check in report.checks}


def by_verifier(ledger: LedgerBytes, checkpoint: str | None = None, path: Path = SHIPPED) -> Outcomes:
    """The independent verifier takes a folder, as its users have one."""
    with tempfile.TemporaryDirectory(prefix="agreement-") as name:
        folder = Path(name, "records")
        folder.mkdir()
        write_ledger(folder, ledger)
        given = None
        if checkpoint is not None:
            given = Path(name, "checkpoint.txt")
            given.write_text(checkpoint, encoding="utf-8")
        checks = verifier(path).Ledger(folder, given).checks
    return {(check["seq"] or 0, check["check"], check["status"]) for check in checks}


def exit_status(found: Outcomes) -> int:
    """ledger-v1: 10 if any check failed, else 11 if any was impossible, else 0."""
    statuses = {status for _, _, status in found}
    return 10 if "failed" in statuses else 11 if "impossible" in statuses else 0


def answers_by_verifier(story: Story, path: Path = SHIPPED) -> list[tuple[bytes, bytes]]:
    """Every answer of the story, as it stands there and as the independent program makes it from the snapshots alone."""
    other = verifier(path)
    records: dict[str, Any] = {}
    seals: dict[str, Any] = {}
    pairs = []
    for event in story.ledger.events:
        data = story.files[event.line.file]
        if event.line.type == "seal":
            seals[event.line.sha256] = event.value
        if event.line.type not in ("draw", "failure"):
            continue
        digest = event.value["seal"]
        seal = seals[digest]
        plan = other.read_plan(story.files[f"snapshots/{seal['plan']['snapshot']}.json"])
        tables = [
            source and other.read_table(story.files[f"snapshots/{source['snapshot']}.csv"], role, plan)
            for role, source in sorted(seal["inputs"].items())  # entities, inspectors, recusals
        ]
        document = seal["seed_document"] or event.value["seed"]["document"]
        history = [records[one] for one in seal["history"]]
        drawn, why = other.draw(plan, seal["batch"], *tables, history, sha(document))
        made = other.failure(digest, why) if why else other.record(seal, digest, document, drawn)
        pairs.append((data, other.canonical(made)))
        if event.line.type == "draw":
            records[event.line.sha256] = event.value
    return pairs


# --- where the specification leaves room --------------------------------------------------------------------


def unlike(engine: Outcomes, other: Outcomes) -> list[str]:
    """What the two say differently, check by check, without where: to tell one kind of difference from another."""
    here, there = ({(seq, check): status for seq, check, status in found} for found in (engine, other))
    places = {place for place in here.keys() | there.keys() if here.get(place) != there.get(place)}
    return sorted({f"{place[1]}: engine {here.get(place)}, verifier {there.get(place)}" for place in places})


# --- one random change --------------------------------------------------------------------------------------

Known = dict[str, list[Any]]
Tampering = Callable[[random.Random, Story], LedgerBytes | None]
"""What a forger makes of a story; None where it has nothing to change in this way."""


def _known(values: Iterable[Any], key: str = "", found: Known | None = None) -> Known:
    """All values of a ledger by the key they stand under: a forger's change is to be a likely one."""
    found = {} if found is None else found
    for value in values:
        if isinstance(value, dict):
            for name, inner in value.items():
                _known((inner,), name, found)
            continue
        found.setdefault(key, []).append(value)
        if isinstance(value, list):
            _known(value, key, found)
    return found


def _another(chance: random.Random, key: str, value: Any, known: Known) -> Any:
    """Something else that could stand in the place of `value`."""
    if isinstance(value, bool):
        return not value
    others = [one for one in known.get(key, ()) if type(one) in (type(value), type(None)) and one != value]
    if isinstance(value, int) and chance.randrange(2):
        return chance.choice((value + 1, max(value - 1, 0), 0))
    if isinstance(value, list) and value and chance.randrange(4):
        place = chance.randrange(len(value))
        return chance.choice(
            (value[::-1], value[:place] + value[place + 1 :], [*value, value[place]], chance.sample(value, len(value)))
        )
    if isinstance(value, str) and len(value) == 64 and not chance.randrange(3):
        return _hex(chance)
    return chance.choice(others) if others else value


def _edit(chance: random.Random, value: Any, known: Known, key: str = "") -> Any:
    """`value` with one thing in it changed, at any depth."""
    if isinstance(value, dict) and value:
        name = chance.choice(sorted(value))
        return {**value, name: _edit(chance, value[name], known, name)}
    if isinstance(value, list) and value and chance.randrange(4):
        place = chance.randrange(len(value))
        return [*value[:place], _edit(chance, value[place], known, key), *value[place + 1 :]]
    return _another(chance, key, value, known)


def _known_of(forgery: Forgery) -> Known:
    plans = [json.loads(data) for name, data in forgery.files.items() if name.endswith(".json")]
    return _known([*(event.value for event in forgery.events), *plans])


def a_value_of_an_event(chance: random.Random, story: Story) -> LedgerBytes | None:
    forgery = Forgery.of(story)
    event = chance.choice(forgery.events)
    event.value = _edit(chance, event.value, _known_of(forgery))
    return forgery.build()


def a_value_of_a_seal_and_of_its_answer(chance: random.Random, story: Story) -> LedgerBytes | None:
    """So that the two agree."""
    forgery = Forgery.of(story)
    event = chance.choice([one for one in forgery.events if one.type == "seal"])
    name = chance.choice(("plan", "cycle", "inputs", "history"))
    before, after = event.value[name], _edit(chance, event.value[name], _known_of(forgery), name)
    for one in forgery.events:
        if one.value.get(name) == before and one.key == event.key:
            one.value[name] = after
    return forgery.build()


def a_value_of_a_plan_snapshot(chance: random.Random, story: Story) -> LedgerBytes | None:
    forgery = Forgery.of(story)
    name = chance.choice([name for name in sorted(forgery.files) if name.endswith(".json")])
    value = _edit(chance, json.loads(forgery.files[name]), _known_of(forgery))
    return _with_snapshot(forgery, name, canonical.encode(value))


def _with_snapshot(forgery: Forgery, name: str, data: bytes) -> LedgerBytes | None:
    if any(sha(data) in one for one in forgery.files):
        return None
    forgery.replace_snapshot(name.removeprefix("snapshots/").partition(".")[0], data)
    return forgery.build()


def a_row_of_a_table(chance: random.Random, story: Story) -> LedgerBytes | None:
    """Left out, doubled, added, exchanged, or one cell of it changed; and most forgers would count the rows again."""
    forgery = Forgery.of(story)
    name = chance.choice([name for name in sorted(forgery.files) if name.endswith(".csv")])
    header, *rows = csv.reader(io.StringIO(forgery.files[name].decode(), newline=""))
    if not rows:
        return None
    before, place = len(rows), chance.randrange(len(rows))
    kind = chance.choice(("drop", "double", "add", "exchange", "cell", "cell", "cell"))
    if kind == "drop":
        del rows[place]
    elif kind == "double":
        rows.insert(place, rows[place])
    elif kind == "add":
        rows = sorted([*rows, [rows[place][0] + "9", *rows[place][1:]]])
    elif kind == "exchange":
        other = chance.randrange(len(rows))
        rows[place], rows[other] = rows[other], rows[place]
    else:
        column = chance.randrange(1, len(header))
        rows[place][column] = chance.choice(rows)[column]
    if kind != "exchange" and chance.randrange(4):
        rows.sort()
    quoted = [",".join('"' + c.replace('"', '""') + '"' if "," in c or '"' in c else c for c in row) for row in [header, *rows]]
    if chance.randrange(8):
        digest = name.removeprefix("snapshots/").partition(".")[0]
        for event in forgery.events:
            for source in (event.value.get("inputs") or {}).values():
                if source and source["snapshot"] == digest:
                    source["rows"] += len(rows) - before
    return _with_snapshot(forgery, name, "".join(f"{row}\n" for row in quoted).encode())


def an_event_removed(chance: random.Random, story: Story) -> LedgerBytes | None:
    forgery = Forgery.of(story)
    del forgery.events[chance.randrange(len(forgery.events))]
    return forgery.build()


def two_events_exchanged(chance: random.Random, story: Story) -> LedgerBytes | None:
    forgery = Forgery.of(story)
    one, two = (chance.randrange(len(forgery.events)) for _ in range(2))
    forgery.events[one], forgery.events[two] = forgery.events[two], forgery.events[one]
    return forgery.build()


def an_event_told_again(chance: random.Random, story: Story) -> LedgerBytes | None:
    forgery = Forgery.of(story)
    event = chance.choice(forgery.events)
    forgery.events.insert(chance.randrange(len(forgery.events) + 1), Forged(event.type, event.key, copy.deepcopy(event.value)))
    return forgery.build()


def an_event_under_another_batch(chance: random.Random, story: Story) -> LedgerBytes | None:
    forgery = Forgery.of(story)
    keys = sorted({event.key for event in forgery.events} | {("P1", "B2"), ("P9", "B1")})
    chance.choice(forgery.events).key = chance.choice(keys)
    return forgery.build()


def a_void_added(chance: random.Random, story: Story) -> LedgerBytes | None:
    forgery = Forgery.of(story)
    target = chance.choice(story.ledger.events).line
    value = void_value(target.hash, "错", "领导", bool(chance.randrange(2)))
    forgery.events.insert(chance.randrange(len(forgery.events) + 1), Forged("void", target.key, value))
    return forgery.build()


def _retold(story: Story) -> Story:
    return Story(story.ledger, story.lines, dict(story.files))


def a_second_draw(chance: random.Random, story: Story) -> LedgerBytes | None:
    """The same seal with another seed, or the honest one, written after all the rest and answered as it asks."""
    retold = _retold(story)
    old = chance.choice([one for one in story.ledger.events if one.line.type == "seal"])
    seed = chance.choice((random_seed(chance), parse_seed(old.value["seed_document"] or random_seed(chance).text)))
    value = {**old.value, "seed_document": seed.text, "entropy": seed.entropy()}
    retold.answer(retold.append("seal", old.line.key, value, keep_state=False), keep_state=False)
    return retold.bytes()


def an_answer_from_another_seed(chance: random.Random, story: Story) -> LedgerBytes | None:
    """Sealed, and drawn with a seed of the forger's own, under the seal's name."""
    retold = _retold(story)
    old = chance.choice([one for one in story.ledger.events if one.line.type == "seal"])
    retold.answer(retold.append("seal", old.line.key, old.value, keep_state=False), random_seed(chance), keep_state=False)
    return retold.bytes()


def an_answer_from_another_history(chance: random.Random, story: Story) -> LedgerBytes | None:
    """Seal and draw agree on a history that is not that of the ledger."""
    retold = _retold(story)
    old = chance.choice([one for one in story.ledger.events if one.line.type == "seal"])
    draws = [one.line.sha256 for one in story.ledger.events if one.line.type == "draw"]
    value = {**old.value, "history": chance.sample(draws, chance.randrange(len(draws) + 1))}
    seed = None if old.value["seed_document"] else random_seed(chance)
    retold.answer(retold.append("seal", old.line.key, value, keep_state=False), seed, keep_state=False)
    return retold.bytes()


def a_bit(chance: random.Random, story: Story) -> LedgerBytes | None:
    """Nothing is put in order again."""
    name = chance.choice(("ledger.jsonl", *sorted(story.files)))
    data = bytearray(story.lines if name == "ledger.jsonl" else story.files[name])
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    if name == "ledger.jsonl":
        return LedgerBytes(bytes(data), dict(story.files))
    return LedgerBytes(story.lines, {**story.files, name: bytes(data)})


def a_file_gone(chance: random.Random, story: Story) -> LedgerBytes | None:
    gone = chance.choice(sorted(story.files))
    return LedgerBytes(story.lines, {name: data for name, data in story.files.items() if name != gone})


def two_files_exchanged(chance: random.Random, story: Story) -> LedgerBytes | None:
    one, two = (chance.choice(sorted(story.files)) for _ in range(2))
    return LedgerBytes(story.lines, {**story.files, one: story.files[two], two: story.files[one]})


def lines_not_chained(chance: random.Random, story: Story) -> LedgerBytes | None:
    """A line left out, told twice, moved or edited, and no hash made anew; or the tail cut off, wherever."""
    lines = story.lines.splitlines(keepends=True)
    place, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.randrange(5)
    if kind == 0:
        del lines[place]
    elif kind == 1:
        lines.insert(other, lines[place])
    elif kind == 2:
        lines[place], lines[other] = lines[other], lines[place]
    elif kind == 3:
        lines[place] = lines[place].replace(b"T09:00:00", b"T08:00:00")
    else:
        return LedgerBytes(story.lines[: chance.randrange(len(story.lines))], dict(story.files))
    return LedgerBytes(b"".join(lines), dict(story.files))


TAMPERINGS: tuple[Tampering, ...] = (
    *(a_value_of_an_event,) * 6,
    *(a_value_of_a_plan_snapshot, a_row_of_a_table) * 3,
    *(a_value_of_a_seal_and_of_its_answer, an_event_removed, two_events_exchanged, an_event_told_again),
    *(an_event_under_another_batch, a_void_added, a_second_draw, an_answer_from_another_seed, an_answer_from_another_history),
    *(a_bit, a_file_gone, two_files_exchanged, lines_not_chained),
)


def random_tampering(chance: random.Random, story: Story) -> tuple[str, LedgerBytes, str | None]:
    """What was done, the ledger after it, and now and then a checkpoint that was written before."""
    while True:
        how = chance.choice(TAMPERINGS)
        try:
            ledger = how(chance, story)
        except (Refusal, BadSeed):
            continue  # what the forger would draw from cannot be drawn from
        if ledger is not None and ledger != story.bytes():
            checkpoint = None if chance.randrange(4) else story.ledger.checkpoint("某局")
            return how.__name__.replace("_", " "), ledger, checkpoint
