"""`pool diff`: what became of a pool since another table, or since the last draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shuangsuiji.cli.circumstances import given_path
from shuangsuiji.cli.lookup import batch_key, existing_bytes
from shuangsuiji.cli.pools import Asked, Request, asked, read_sources, usage
from shuangsuiji.evidence.ledger import Ledger
from shuangsuiji.evidence.lines import Event
from shuangsuiji.evidence.snapshots import RECUSAL_COLUMNS
from shuangsuiji.files.durable.storage import check_export, write_export
from shuangsuiji.files.ledgers.ledger_file import open_ledger, read_sealed
from shuangsuiji.files.pools.pool_diff import pool_diff
from shuangsuiji.files.pools.pool_form import PoolSource
from shuangsuiji.files.pools.pool_kinds import read_pool
from shuangsuiji.model.pool import Pool
from shuangsuiji.model.problems import Problem, Refusal, Status
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.pool_diff_view import FIRST_LINE, diff_csv, diff_value, show_diff
from shuangsuiji.screen.reporting import problem_value, show_problems
from shuangsuiji.screen.words import ROLES


@dataclass(frozen=True, slots=True)
class DiffRequest:
    """What was typed after `pool diff`."""

    tables: Sequence[str]
    ledger: str | None
    plan_id: str | None
    batch: str | None
    out: str | None
    how: Request


def run(request: DiffRequest, style: Style) -> int:
    """Compare; the status to exit with."""
    screen = Screen(style)
    _check(request)
    out = None if request.out is None else given_path("--out", request.out)
    if out is not None:
        check_export(out, FIRST_LINE)
    sources = read_sources(request.tables, request.how.sheet)
    found = asked(request.how, sources[-1])
    if request.ledger is None:
        (old, new), notes = _tables(found, sources)
        then: dict[str, Any] = {"old": {"file": sources[0].name}}
        screen.say(f"{ROLES[found.kind]}：{sources[0].name} → {sources[1].name}")
    else:
        old, seal = _sealed(found, request)
        read = read_pool(found.kind, sources, found.departments)
        new, notes = read.pool, [*read.notes]
        line, names = seal.line, "、".join(one.name for one in sources)
        then = {"old": {"ledger": request.ledger, "plan": line.plan, "batch": line.batch, "seq": line.seq}}
        screen.say(f"{ROLES[found.kind]}：计划 {line.plan} 批次 {line.batch} 封存的（台账第 {line.seq} 条）→ {names}")
        screen.say("台账里只有那次抽取要用的列；别的列无从比较。")
    told = found.notes(notes)
    diff = pool_diff(old, new)
    show_diff(screen, found.kind, diff)
    if out is not None:
        write_export(out, diff_csv(found.kind, diff), FIRST_LINE)
        screen.note(f"全部变动已另存为 {out}")
    show_problems(screen, told)
    problems = [problem_value(problem) for problem in told]
    written = {} if out is None else {"file": str(out)}
    screen.document({"status": Status.DONE, "problems": problems, "kind": found.kind, **then, **written, **diff_value(diff)})
    return Status.DONE


def _check(request: DiffRequest) -> None:
    if request.ledger is None and (request.batch is not None or request.plan_id is not None):
        raise usage("--batch、--plan-id 要与 --ledger 同用")
    if request.ledger is None and len(request.tables) != 2:
        raise usage("要写两个表格，先旧后新；与台账比较的，加 --ledger，只写新的")


def _tables(found: Asked, sources: Sequence[PoolSource]) -> tuple[list[Pool], list[Problem]]:
    """Both tables. Raises Refusal with the problems of both."""
    pools: list[Pool] = []
    notes: list[Problem] = []
    problems: list[Problem] = []
    for source in sources:
        try:
            read = read_pool(found.kind, [source], found.departments)
        except Refusal as refusal:
            problems += refusal.problems
        else:
            pools.append(read.pool)
            notes += read.notes
    if problems:
        raise Refusal(Status.INPUT, *problems, *notes)
    return pools, notes


def _sealed(found: Asked, request: DiffRequest) -> tuple[Pool, Event]:
    """The pool of the last draw there is, and the seal that froze it. Raises Refusal."""
    source = existing_bytes(given_path("--ledger", request.ledger or ""))
    seal = _seal(open_ledger(source), request)
    pools = read_sealed(seal, source.files).pools
    if found.kind == "recusals":
        none = Pool.of({name: [] for name in RECUSAL_COLUMNS}, RECUSAL_COLUMNS)
        return none if pools.recusals is None else pools.recusals, seal
    return pools.entities if found.kind == "entities" else pools.inspectors, seal


def _seal(book: Ledger, request: DiffRequest) -> Event:
    """The seal of the last live draw (of the plan, of the batch, where one is named), or the last seal."""
    events = list(book.events)
    if request.batch is not None:
        key = batch_key(book, request.batch, request.plan_id)
        events = [event for event in events if event.line.key == key]
    elif request.plan_id is not None:
        events = [event for event in events if event.line.plan == request.plan_id]
    live = {event.line.seq for event in book.live_draws()}
    for event in reversed(events):
        if event.line.seq in live and (seal := book.state(event.line.key).seal) is not None:
            return seal
    seals = [event for event in events if event.line.type == "seal"]
    if not seals:
        raise usage(f"台账里没有计划“{request.plan_id}”")
    return seals[-1]
