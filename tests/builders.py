"""Builders of tiny plans, pools and ledgers for the tests.

They assemble inputs, drive the evidence functions and forge ledgers; no expected value comes from here, except `H` and `sha`,
which are draw-v1 §0 written out with hashlib.
"""

import copy
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from shuangsuiji.draw.visits import Staff, Visit, visit_of
from shuangsuiji.evidence import canonical, derivation, snapshots
from shuangsuiji.evidence.ledger import Ledger, LedgerBytes, history_of
from shuangsuiji.evidence.lines import Circumstances, Event, Line, SourceFile, next_line, read_event, seal_value, void_value
from shuangsuiji.evidence.plan_snapshot import plan_snapshot
from shuangsuiji.evidence.report import Report
from shuangsuiji.model.history import History, PastDraw
from shuangsuiji.model.plan import Condition, Plan, Strata, Task, Window, needs_history
from shuangsuiji.model.pool import Pool, Pools
from shuangsuiji.model.seed import SeedDocument, parse_seed, text_seed

SEED = "0" * 63 + "1"
YEAR = Window("2023-01-01", "2023-12-31")
FAR = "2030-12-31"


def sha(data: bytes | str) -> str:
    """SHA-256 as `sha256sum` prints it."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def H(*fields: str) -> str:  # noqa: N802 - the name in the specification
    """draw-v1 §0: SHA-256 over the fields, each followed by one LF."""
    return sha("".join(field + "\n" for field in fields))


def where(column: str, *values: str, operator: str = "in") -> Condition:
    return Condition(column, operator, values)  # type: ignore[arg-type]


def strata(by: str, *ratios: tuple[str, str], other: str | None = None) -> Strata:
    return Strata(by, tuple((value, Fraction(ratio)) for value, ratio in ratios), None if other is None else Fraction(other))


def task(task_id: str = "T1", **values: Any) -> Task:
    """A task of batch B1 by 甲局 that draws one entity, unless `values` say otherwise."""
    if isinstance(values.get("ratio"), str):
        values["ratio"] = Fraction(values["ratio"])
    if not {"ratio", "count", "strata"} & values.keys():
        values["count"] = 1
    return Task(id=task_id, **{"name": f"任务{task_id}", "batch": "B1", "initiator": "甲局", "window": YEAR, **values})


def plan(*tasks: Task, **values: Any) -> Plan:
    return Plan(**{"id": "P1", "title": "计划", "cycle": "2023", "tasks": tasks or (task(),), **values})


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], key: tuple[str, ...] = ("id",)) -> Pool:
    return Pool.of({column: [row[k] for row in rows] for k, column in enumerate(columns)}, key)


def entity_pool(*rows: str | dict[str, str]) -> Pool:
    """Rows are ids or dicts; a name that is not given is 企业 with the id."""
    dicts = [{"id": row} if isinstance(row, str) else row for row in rows]
    full = [{"id": row["id"], "name": f"企业{row['id']}", **row} for row in dicts]
    columns = list(full[0]) if full else ["id", "name"]
    return Pool.of({column: [row[column] for row in full] for column in columns})


def inspector_pool(*rows: str | dict[str, str]) -> Pool:
    """Rows are ids (of 甲局) or dicts; certificates last long and nobody has qualifications unless a row says otherwise."""
    dicts = [{"id": row} if isinstance(row, str) else row for row in rows]
    full = [
        {
            "id": row["id"],
            "name": f"检查员{row['id']}",
            "certificate_expiry": FAR,
            "department": "甲局",
            "qualifications": "",
            **row,
        }
        for row in dicts
    ]
    columns = list(full[0]) if full else ["id", "name", "certificate_expiry", "department", "qualifications"]
    return Pool.of({column: [row[column] for row in full] for column in columns})


def recusal_pool(*rows: tuple[str, str]) -> Pool:
    """Rows are (inspector, entity)."""
    return table(("inspector", "entity", "reason"), [(i, e, "近亲属") for i, e in rows], key=("inspector", "entity", "reason"))


def pools(entities: Pool | int = 4, inspectors: Pool | int = 4, recusals: Pool | None = None) -> Pools:
    """Numbers stand for so many entities E1 … or inspectors I1 …."""
    if isinstance(entities, int):
        entities = entity_pool(*(f"E{k}" for k in range(1, entities + 1)))
    if isinstance(inspectors, int):
        inspectors = inspector_pool(*(f"I{k}" for k in range(1, inspectors + 1)))
    return Pools(entities, inspectors, recusals)


def history(*records: tuple[str | None, Sequence[str]]) -> History:
    """One record for each (group, entities drawn by it and visited)."""
    return History(
        tuple(
            PastDraw(sha(f"record {k}"), {} if group is None else {group: frozenset(ids)}, frozenset(ids))
            for k, (group, ids) in enumerate(records)
        )
    )


def staff_for(eligible: Mapping[str, Sequence[str]], everybody: Sequence[str], department: str = "甲局") -> Staff:
    """The staff of one department in which, by recusals alone, exactly the `eligible` ones of each entity are eligible."""
    recused = {entity: frozenset(everybody) - frozenset(able) for entity, able in eligible.items()}
    rows = [{"id": one, "department": department} for one in everybody]
    return Staff(department, plan(), inspector_pool(*rows), recused)


def visits_for(demand: Mapping[str, int]) -> list[Visit]:
    """A visit to each entity in which 甲局 has this demand (at least 2, or 1 with a second department)."""
    return [visit_of(entity, (task(per_department=m, cooperators=("乙局",) if m == 1 else ()),)) for entity, m in demand.items()]


CIRCUMSTANCES = Circumstances(
    "2023-04-01T09:00:00+08:00", "王五", "shuangsuiji test", (SourceFile("plan", "计划.yaml", sha("plan file")),)
)


@dataclass
class Story:
    """A ledger that grows in memory, event by event, as honest use makes it."""

    ledger: Ledger = field(default_factory=Ledger)
    lines: bytes = b""
    files: dict[str, bytes] = field(default_factory=dict)

    def append(self, event_type: str, key: tuple[str, str], value: dict[str, Any], keep_state: bool = True) -> Event:
        """Append an event. `keep_state` False: as a forger would, without asking whether it is in its place."""
        data = canonical.encode(value)
        last = self.ledger.last
        line = next_line(last, event_type, key, data, CIRCUMSTANCES)  # type: ignore[arg-type]
        event = read_event(line, data)
        if keep_state:
            self.ledger = self.ledger.appended(event)
        else:
            self.ledger = Ledger((*self.ledger.events, event), self.ledger.states)
        self.lines += line.encode()
        self.files[line.file] = data
        return event

    def store(self, data: bytes, suffix: str) -> str:
        digest = sha(data)
        self.files[f"snapshots/{digest}.{suffix}"] = data
        return digest

    def inputs(self, of: Plan, batch: str, these: Pools) -> dict[str, Any]:
        inputs: dict[str, Any] = {
            "entities": {
                "snapshot": self.store(snapshots.entities_snapshot(these.entities, of.tasks_of(batch)), "csv"),
                "rows": len(these.entities),
            },
            "inspectors": {
                "snapshot": self.store(snapshots.inspectors_snapshot(these.inspectors), "csv"),
                "rows": len(these.inspectors),
            },
            "recusals": None,
        }
        if these.recusals is not None:
            digest = self.store(snapshots.recusals_snapshot(these.recusals), "csv")
            inputs["recusals"] = {"snapshot": digest, "rows": len(these.recusals)}
        return inputs

    def seal(
        self,
        of: Plan,
        batch: str,
        these: Pools,
        seed: SeedDocument | None = None,
        entropy: list[dict[str, Any]] | None = None,
        keep_state: bool = True,
        digests: Sequence[str] | None = None,
    ) -> Event:
        """Seal with this seed, or with an open one of `entropy`. `digests`: a history that is not the honest one."""
        if digests is None:
            digests = self.ledger.history(of.cycle).digests if needs_history(of.tasks_of(batch)) else ()
        value = seal_value(
            {"id": of.id, "title": of.title, "snapshot": self.store(plan_snapshot(of, batch), "json")},
            batch,
            of.cycle,
            self.inputs(of, batch, these),
            digests,
            entropy or [{"kind": source.kind} for source in (seed or text_seed("x")).sources],
            None if seed is None else seed.text,
        )
        return self.append("seal", (of.id, batch), value, keep_state)

    def derived(self, seal: Event, seed: SeedDocument | None = None) -> derivation.Answer:
        """What follows from `seal`, with its own seed or the one that came."""
        past = {event.line.sha256: event for event in self.ledger.events if event.line.type == "draw"}
        return derivation.answer(
            seal,
            derivation.sealed_inputs(seal.value, self.files),
            history_of([past[digest] for digest in seal.value["history"]]),
            seed or parse_seed(seal.value["seed_document"]),
        )

    def answer(self, seal: Event, seed: SeedDocument | None = None, keep_state: bool = True) -> Event:
        """The draw or failure that follows from `seal`."""
        found = self.derived(seal, seed)
        return self.append(found.event_type, seal.line.key, found.value, keep_state)

    def draw(self, of: Plan, batch: str, these: Pools, seed: SeedDocument | None = None) -> Event:
        """Seal and answer."""
        return self.answer(self.seal(of, batch, these, seed or text_seed(f"种子 {batch}")))

    def void(self, target: Event, keep_seed: bool = True, keep_state: bool = True) -> Event:
        return self.append("void", target.line.key, void_value(target.line.hash, "错", "领导", keep_seed), keep_state)

    def bytes(self) -> LedgerBytes:
        return LedgerBytes(self.lines, dict(self.files))


@dataclass
class Forged:
    """One event of a ledger to be forged: everything in it may be changed; `old` is the honest line, None for an added event."""

    type: str
    key: tuple[str, str]
    value: dict[str, Any]
    old: Line | None = None


@dataclass
class Forgery:
    """A ledger taken apart. `build` puts it together again with sound digests, hashes and references throughout."""

    events: list[Forged]
    files: dict[str, bytes]

    @classmethod
    def of(cls, story: Story) -> "Forgery":
        events = [Forged(e.line.type, e.line.key, copy.deepcopy(e.value), e.line) for e in story.ledger.events]
        return cls(events, {name: data for name, data in story.files.items() if name.startswith("snapshots/")})

    def replace_snapshot(self, digest: str, data: bytes) -> None:
        """Store `data` in place of the snapshot `digest`, wherever it is named."""
        (name,) = (name for name in self.files if digest in name)
        del self.files[name]
        self.files[name.replace(digest, sha(data))] = data
        self._everywhere(digest, sha(data))

    def _everywhere(self, old: str, new: str) -> None:
        for event in self.events:
            event.value = json.loads(json.dumps(event.value).replace(old, new))

    def build(self) -> LedgerBytes:
        files, lines, last = dict(self.files), b"", None
        new_names: dict[str, str] = {}
        for event in self.events:
            data = canonical.encode(event.value)
            for old, new in new_names.items():
                data = data.replace(old.encode(), new.encode())
            last = next_line(last, event.type, event.key, data, CIRCUMSTANCES)  # type: ignore[arg-type]
            if event.old is not None:
                new_names[event.old.sha256], new_names[event.old.hash] = last.sha256, last.hash
            files[last.file] = data
            lines += last.encode()
        return LedgerBytes(lines, files)


def outcomes(report: Report, *which: str) -> set[tuple[int, str]]:
    """(seq, check) of every check with one of these outcomes; seq 0 for those of the ledger."""
    return {(c.line.seq if c.line else 0, c.name) for c in report.checks if c.outcome in which}


Edit = Callable[[Forgery], None]
