"""Problems where nobody watches: what cron sees, it mails, so no name, number or cell of a table stands in them.

What may come from a table or from the conditions of a plan is not told: code, file, place, a sentence, counts. What is told in
full is listed here, so that a code that is new says too little rather than too much.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from shuangsuiji.model.problems import Code, Place, Problem
from shuangsuiji.screen.console import Screen
from shuangsuiji.screen.messages import remedy_of, text_of
from shuangsuiji.screen.reporting import SHOWN, problem_value, ranked, severity_text, whole_place
from shuangsuiji.screen.rules import read_rules

_OPEN_GROUPS = ("CLI-", "FILE-", "LEDGER-", "RECORD-")
_OPEN = frozenset(
    {
        Code.DRAW_EMPTY_FRAME,
        Code.DRAW_CAP_EXCEEDED,
        Code.DRAW_SHORTAGE,
        Code.DRAW_FULL_RATIO,
        Code.DRAW_TOO_FEW_POSSIBLE,
        Code.DRAW_NO_COMMON_DAY,
        Code.DRAW_GROUP_FILTERS,
        Code.DRAW_NO_STATUS,
        Code.DRAW_MISSED,
        Code.DRAW_DUE_DAY,
    }
)
"""Their words are made of the plan's own ids, names of tasks and departments, days and counts."""
_COUNTS = ("count", "limit", "row")
_WHERE_TO_LOOK = "具体内容不在这里显示，免得随邮件外传：用 check 看全部问题，或用 draw --batch 再试。"


def is_open(problem: Problem) -> bool:
    """Whether a problem may be told in full."""
    return problem.code.startswith(_OPEN_GROUPS) or problem.code in _OPEN


def discreet_value(problem: Problem) -> dict[str, Any]:
    """A problem as JSON, in the same form as everywhere."""
    value = problem_value(problem)
    if is_open(problem):
        return value
    known = {name: text for name, text in problem.values if name in _COUNTS and text.isdigit()}
    known |= {name: text for name, text in problem.values if name == "department" and problem.code.startswith("DRAW-")}
    place = _place(problem)
    told = {"values": known, "text": _title(problem.code), "remedy": _WHERE_TO_LOOK}
    return {**value, "sheet": place.sheet, "path": place.path, **told}


def show_discreetly(screen: Screen, problems: Sequence[Problem]) -> None:
    """The first `SHOWN` problems, the rest counted; then where the rest of it is to be seen."""
    ordered = ranked(problems)
    for problem in ordered[:SHOWN]:
        place = whole_place(Problem(problem.code, _place(problem)))
        screen.problem(f"{severity_text(problem)} {problem.code}" + (f"  {place}" if place else ""))
        if not is_open(problem):
            screen.problem(f"    {_title(problem.code)}。")
            continue
        screen.problem(f"    {text_of(problem)}")
        if remedy := remedy_of(problem):
            screen.problem(f"    处理：{remedy}")
    if len(ordered) > SHOWN:
        screen.problem(f"……其余 {len(ordered) - SHOWN} 个未列出。")
    if not all(is_open(problem) for problem in ordered):
        screen.problem(_WHERE_TO_LOOK)


def _place(problem: Problem) -> Place:
    """Where it is. Of what is not told in full neither the sheet, which may be called after anybody, nor keys of the plan."""
    place = problem.place
    if is_open(problem):
        return place
    path = place.path if problem.code.startswith("DRAW-") else None  # a task's id
    return Place(place.file, place.line, place.column, place.cell, path)


@cache
def _titles() -> dict[Code, str]:
    return {code: rule.title for code, rule in read_rules().items()}


def _title(code: Code) -> str:
    return _titles().get(code, "")
