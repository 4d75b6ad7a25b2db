"""What a YAML parser says, turned into what somebody at an office keyboard did: which slip, and at which line and column."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from shuangsuiji.files.plans.plan_keys import KEY_NAMES
from shuangsuiji.model.problems import Code, Place, Problem

_LINE_BREAK = re.compile("\r\n|\r|\n")
_WIDE_COLON = re.compile(r"[ \u3000]*(?:-[ \u3000]+)*([A-Za-z_]+)[ \u3000]*：")
_WIDE_COLON_AFTER_ANYTHING = re.compile(r"[ \u3000]*(?:-[ \u3000]+)*([^\s:：#\"'\[\]{}]+)[ \u3000]*：")
_NO_SPACE_AFTER_COLON = re.compile(r" *(?:- +)*([A-Za-z_]+):(?=[^\s:/\\])")
_NO_SPACE_AFTER_DASH = re.compile(r" *-(?=[^\s\-])")
_KEY = re.compile(r" *(?:- +)*([a-z_]+):(?: |$)")
_TAB = re.compile(r" *(?:- *)*(?=\t)")
_WIDE_SPACE = re.compile(r" *(?:- *)*(?=[\u3000\u00a0])")

_NO_COLON = "could not find expected ':'"
_FAULT_OF_MESSAGE: tuple[tuple[str, str], ...] = (
    ("found character '\\t'", "tab"),
    ("that cannot start any token", "quote_it"),
    ("mapping values are not allowed here", "colon_in_value"),
    (_NO_COLON, "no_colon"),
    ("found unexpected end of stream", "unclosed_quote"),
    ("found unexpected document separator", "unclosed_quote"),
    ("expected ',' or ']'", "unclosed_bracket"),
    ("expected ',' or '}'", "unclosed_bracket"),
    ("expected <block end>", "indentation"),
    ("expected the node content", "indentation"),
    ("sequence entries are not allowed here", "indentation"),
    ("mapping keys are not allowed here", "indentation"),
    ("unknown escape character", "escape"),
    ("expected escape sequence", "escape"),
    ("alphabetic or numeric character", "quote_it"),
    ("expected '<document start>'", "indentation"),
    ("undefined tag handle", "quote_it"),
)
_TOLD_WHERE_IT_BEGAN = frozenset({"no_colon", "unclosed_quote", "unclosed_bracket"})


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip of the keyboard: where (from 1), which one, and the text that shows it."""

    line: int
    column: int
    fault: str
    text: str = ""


def lines_of(text: str) -> list[str]:
    """The lines of `text` as a text editor counts them."""
    return _LINE_BREAK.split(text)


def place_of_index(text: str, index: int, file: str) -> Place:
    """The place of the character number `index` of `text`."""
    before = lines_of(text[:index])
    return Place(file, len(before), len(before[-1]) + 1)


def syntax_problem(error: Exception, mark: yaml.Mark, text: str, file: str) -> Problem:
    """What ended the parsing; `mark` is where the parser stood, for errors that do not say it themselves."""
    slip = _slip(error, mark, lines_of(text))
    return Problem.of(Code.PLAN_SYNTAX, Place(file, slip.line, slip.column), fault=slip.fault, text=slip.text)


def swallowed_wide_colon(lines: Sequence[str], first: int, last: int) -> Slip | None:
    """A key with a full-width colon among the lines that continue unquoted text from line `first` (from 1) to `last`."""
    for number in range(first + 1, min(last, len(lines)) + 1):
        if found := _WIDE_COLON.match(lines[number - 1]):
            return Slip(number, found.end(), "wide_colon", found[1])
    return None


def swallows_key(lines: Sequence[str], first: int, last: int) -> bool:
    """Whether quoted text from line `first` (from 1) to `last` goes over a line that looks like a key of a plan: then the
    quotation mark that should end it is missing, and the one that does was to begin another text."""
    continued = (_KEY.match(line) for line in lines[first:last])
    return any(found is not None and found[1] in KEY_NAMES for found in continued)


def slip_of_text(text: str) -> str:
    """Why text stands where a mapping or a list should: the slip's fault, or "" if it does not look like one."""
    if _WIDE_COLON_AFTER_ANYTHING.match(text):
        return "wide_colon"
    if _NO_SPACE_AFTER_COLON.match(text):
        return "no_space"
    return "no_space_after_dash" if _NO_SPACE_AFTER_DASH.match(text) else ""


def _slip(error: Exception, mark: yaml.Mark, lines: list[str]) -> Slip:
    if not isinstance(error, yaml.MarkedYAMLError):
        return Slip(mark.line + 1, mark.column + 1, "other" if isinstance(error, yaml.YAMLError) else "escape")
    marks = [m for m in (error.context_mark, error.problem_mark) if m is not None] or [mark]
    message = error.problem or ""
    if slip := next(_typed_slips(lines, [m.line for m in marks], _NO_COLON in message), None):
        return slip
    fault = next((fault for part, fault in _FAULT_OF_MESSAGE if part in message), "other")
    told = marks[0] if fault in _TOLD_WHERE_IT_BEGAN else marks[-1]
    return Slip(told.line + 1, told.column + 1, fault, _excerpt(lines, told.line))


def _typed_slips(lines: list[str], numbers: list[int], colon_missing: bool) -> Iterator[Slip]:
    """Slips that show in the lines `numbers` (from 0), or in the one before the last of them."""
    for number in dict.fromkeys((*numbers, numbers[-1] - 1)):
        line = lines[number] if 0 <= number < len(lines) else ""
        wide_colon = _WIDE_COLON_AFTER_ANYTHING if colon_missing and number == numbers[0] else _WIDE_COLON
        if found := wide_colon.match(line):
            yield Slip(number + 1, found.end(), "wide_colon", found[1])
        if found := _NO_SPACE_AFTER_COLON.match(line):
            yield Slip(number + 1, found.end(), "no_space", found[1])
        if found := _TAB.match(line):
            yield Slip(number + 1, found.end() + 1, "tab")
        if found := _WIDE_SPACE.match(line):
            yield Slip(number + 1, found.end() + 1, "wide_space")


def _excerpt(lines: list[str], number: int) -> str:
    return lines[number].strip()[:40] if 0 <= number < len(lines) else ""
