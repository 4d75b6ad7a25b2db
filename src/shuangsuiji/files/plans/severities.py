"""How grave a problem is where a plan may have a say: warnings and notes may become anything, errors stay errors."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from shuangsuiji.files.nearest import nearest
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.problems import Code, Problem, Severity
from shuangsuiji.model.text import trimmed

USUAL: Mapping[Code, Severity] = MappingProxyType(
    {
        Code.PLAN_WINDOW_EARLY: Severity.NOTE,
        Code.POOL_UNKNOWN_ENTITY: Severity.WARNING,
        Code.POOL_UNKNOWN_INSPECTOR: Severity.WARNING,
        Code.POOL_DUPLICATE_ROW: Severity.NOTE,
        Code.POOL_TITLE_ROWS: Severity.NOTE,
        Code.POOL_CREDIT_CODE: Severity.WARNING,
        Code.POOL_OLD_NUMBERS: Severity.NOTE,
        Code.POOL_LOOK_ALIKE: Severity.WARNING,
        Code.POOL_SAME_NAME: Severity.WARNING,
        Code.POOL_PERSONAL_NUMBERS: Severity.WARNING,
        Code.POOL_NO_CERTIFICATE: Severity.WARNING,
        Code.POOL_SHORT_CERTIFICATE: Severity.NOTE,
        Code.POOL_FORMULA: Severity.WARNING,
        Code.LEDGER_CLOCK: Severity.NOTE,
        Code.DRAW_SHORTAGE: Severity.WARNING,
        Code.DRAW_UNKNOWN_VALUE: Severity.WARNING,
        Code.DRAW_FULL_RATIO: Severity.NOTE,
        Code.DRAW_TOO_FEW_POSSIBLE: Severity.WARNING,
        Code.DRAW_LEFT_OUT: Severity.NOTE,
        Code.DRAW_NO_STATUS: Severity.WARNING,
        Code.DRAW_MISSED: Severity.WARNING,
        Code.DRAW_DUE_DAY: Severity.WARNING,
    }
)
"""The codes that stop nothing by themselves; every other one is an error (a test looks for codes that are missing here)."""

_OTHER_WORDS = {"错误": "error", "提醒": "warning", "警告": "warning", "说明": "note", "warn": "warning", "info": "note"}


def adjusted(problems: Iterable[Problem], severities: Mapping[Code, Severity]) -> tuple[Problem, ...]:
    """The problems as the plan wants them: a warning or a note whose code it names gets the severity it says."""
    return tuple(_adjusted(problem, severities.get(problem.code, problem.severity)) for problem in problems)


def _adjusted(problem: Problem, wanted: Severity) -> Problem:
    if problem.severity in (Severity.ERROR, wanted):
        return problem
    return replace(problem, severity=wanted, adjusted=True)


def stops(problems: Iterable[Problem]) -> bool:
    """Whether one of them is an error."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def severity_of(text: str) -> Severity:
    """``error``, ``warning`` or ``note``. Raises Unfit."""
    if not trimmed(text):
        raise Unfit(Code.PLAN_EMPTY)
    if text in set(Severity):
        return Severity(text)
    plain = trimmed(text).lower()
    meant = _OTHER_WORDS.get(plain) or nearest(plain, Severity)
    values = {"nearest": meant, "fault": "nearest"} if meant else {}
    raise Unfit(Code.PLAN_BAD_CHOICE, value=text, choices=", ".join(Severity), **values)
