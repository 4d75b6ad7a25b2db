"""Problems as people read them and as programs read them."""

from collections.abc import Sequence
from typing import Any

from shuangsuiji.model.problems import Code, Place, Problem, Severity
from shuangsuiji.screen.console import Screen
from shuangsuiji.screen.messages import remedy_of, text_of
from shuangsuiji.screen.show import show

SHOWN = 20
SEVERITIES = {Severity.ERROR: "错误", Severity.WARNING: "提醒", Severity.NOTE: "说明"}
_ADJUSTED = "（级别由计划调整）"
_OF_A_BATCH = (Code.DRAW_NO_COMMON_DAY, Code.DRAW_GROUP_FILTERS, Code.DRAW_MISSED, Code.DRAW_DUE_DAY)


def place_text(place: Place) -> str:
    """Where a problem is, in words; empty if it has no place."""
    parts = []
    if place.file:
        parts.append(show(place.file))
    if place.sheet:
        parts.append(f"工作表“{show(place.sheet)}”")
    if place.line:
        parts.append(f"第 {place.line} 行" + (f"第 {place.column} 列" if place.column else ""))
    if place.cell:
        parts.append(f"单元格 {place.cell}")
    if place.path:
        parts.append(show(place.path))
    return " ".join(parts)


def problem_value(problem: Problem) -> dict[str, Any]:
    """A problem as JSON: code, severity, place, values, and the same words that a person reads."""
    place = problem.place
    return {
        "code": str(problem.code),
        "severity": str(problem.severity),
        "adjusted": problem.adjusted,
        "file": place.file,
        "sheet": place.sheet,
        "line": place.line,
        "column": place.column,
        "cell": place.cell,
        "path": place.path,
        "values": dict(problem.values),
        "text": text_of(problem),
        "remedy": remedy_of(problem),
    }


def severity_text(problem: Problem) -> str:
    """How grave it is, and whether it is the plan that says so."""
    return SEVERITIES[problem.severity] + (_ADJUSTED if problem.adjusted else "")


def ranked(problems: Sequence[Problem]) -> list[Problem]:
    """Errors before warnings before notes."""
    return sorted(problems, key=lambda problem: list(SEVERITIES).index(problem.severity))


def whole_place(problem: Problem) -> str:
    """The place; a problem of a draw has a task's id for one, or a batch's."""
    if problem.code.startswith("DRAW-") and problem.place.path and not problem.place.file:
        kind = "批次" if problem.code in _OF_A_BATCH else "任务"
        return f"{kind} {show(problem.place.path)}"
    return place_text(problem.place)


def show_problems(screen: Screen, problems: Sequence[Problem]) -> None:
    """The first `SHOWN` problems in full, the rest counted; errors before warnings before notes."""
    ordered = ranked(problems)
    said = ""
    for problem in ordered[:SHOWN]:
        place = whole_place(problem)
        code = f"{problem.code}{_ADJUSTED if problem.adjusted else ''}"
        screen.problem(f"{SEVERITIES[problem.severity]} {code}" + (f"  {place}" if place else ""))
        screen.problem(f"    {text_of(problem)}")
        remedy = remedy_of(problem)
        if remedy and remedy != said:  # once for problems of a kind that follow each other
            screen.problem(f"    处理：{remedy}")
        said = remedy
    if len(ordered) > SHOWN:
        counts = "、".join(
            f"{label} {count} 个"
            for severity, label in SEVERITIES.items()
            if (count := sum(problem.severity == severity for problem in ordered[SHOWN:]))
        )
        screen.problem(f"……其余 {counts}未在屏幕上列出（用 --json 可看到全部，check 还可用 --report 存成表格）。")
