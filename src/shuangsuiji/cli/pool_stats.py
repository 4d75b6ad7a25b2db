"""`pool stats`: what a pool is made of, and whose certificate runs out."""

from collections.abc import Sequence
from dataclasses import dataclass

from shuangsuiji.cli.circumstances import today
from shuangsuiji.cli.pools import Request, asked, read_sources, usage
from shuangsuiji.files.pools.pool_kinds import read_pool
from shuangsuiji.files.pools.pool_stats import pool_stats
from shuangsuiji.model.problems import Status
from shuangsuiji.model.text import is_day
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.pool_view import ROWS_OF, show_stats, stats_value
from shuangsuiji.screen.reporting import problem_value, show_problems
from shuangsuiji.screen.words import ROLES


@dataclass(frozen=True, slots=True)
class StatsRequest:
    """What was typed after `pool stats`."""

    sources: Sequence[str]
    within: int
    date: str | None
    how: Request


def run(request: StatsRequest, style: Style) -> int:
    """Count; the status to exit with."""
    screen = Screen(style)
    day = today() if request.date is None else request.date
    if not is_day(day):
        raise usage(f"--date 要写成 2024-03-01 这样的日期，不能写“{day}”")
    sources = read_sources(request.sources, request.how.sheet)
    found = asked(request.how, sources[0])
    read = read_pool(found.kind, sources, found.departments)
    notes = found.notes(read.notes)
    stats = pool_stats(found.kind, read.pool, day, request.within)
    files = f"（{len(sources)} 个文件合计）" if len(sources) > 1 else ""
    screen.say(f"{ROLES[found.kind]}，共 {stats.rows} {ROWS_OF[found.kind]}{files}。")
    show_stats(screen, found.kind, stats)
    show_problems(screen, notes)
    problems = [problem_value(problem) for problem in notes]
    screen.document({"status": Status.DONE, "problems": problems, "kind": found.kind, **stats_value(stats)})
    return Status.DONE
