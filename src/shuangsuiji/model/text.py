"""Canonical text (draw-v1 §0, §1): what a field, an id, a value and a set of values are.

Everything here is applied once, when a table or a plan is read; a snapshot is never made canonical a second time. What its reader
asks of text does not depend on the Unicode version of the running Python, so none can change what an old record means.
"""

import re
import unicodedata
from typing import Literal

_WHITE_SPACE = "\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_RUN_OF_WHITE_SPACE = re.compile(f"[{_WHITE_SPACE}]+")
_SURROUNDING_WHITE_SPACE = re.compile(f"^[{_WHITE_SPACE}]+|[{_WHITE_SPACE}]+$")
_SEPARATOR_OF_SETS = re.compile("[;；|]")
_PLAIN_ID = re.compile(r"[0-9A-Z._\-/()#]{1,64}")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_FORBIDDEN = re.compile(
    "[\0-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f]"
)
_POOL_MARKS = frozenset("._-/()#")
_PLAN_MARKS = frozenset("._-")
LONGEST_ID = 64
NO_END = "9999-12-31"

Fault = Literal["empty", "too_long", "character"]


class NotCanonical(ValueError):
    """Text that has no canonical form. `fault` says why, `character` which one is in the way (or "")."""

    def __init__(self, fault: Fault, character: str = "") -> None:
        self.fault: Fault = fault
        self.character = character


def trimmed(text: str) -> str:
    """`text` without white space (the Unicode property) at either end."""
    return _SURROUNDING_WHITE_SPACE.sub("", text)


def forbidden_character(text: str) -> str:
    """The first character of `text` that a field may not hold (draw-v1 §0), or ""."""
    found = _FORBIDDEN.search(text)
    return found[0] if found else ""


def canonical_value(text: str) -> str:
    """A value (draw-v1 §1): NFC, runs of white space become one space, trimmed. May be empty.

    Raises NotCanonical("character") for any other character that a field may not hold.
    """
    composed = unicodedata.normalize("NFC", text)
    value = _RUN_OF_WHITE_SPACE.sub(" ", composed).strip(" ")
    if character := forbidden_character(value):
        raise NotCanonical("character", character)
    return value


def canonical_id(text: str) -> str:
    """The id of an entity or an inspector (draw-v1 §1): NFKC, upper case (ASCII only), NFKC again, trimmed.

    Raises NotCanonical for an empty one, one of more than 64 characters, or a character outside L*, N* and ``._-/()#``.
    """
    if _PLAIN_ID.fullmatch(text):
        return text
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).translate(_UPPER))
    return _checked_id(trimmed(folded), _POOL_MARKS)


def plan_id(text: str) -> str:
    """The id of a plan, a batch or a task (draw-v1 §1): taken as it is, which must be NFC, 1-64 of L*, N* and ``._-``.

    Raises NotCanonical as `canonical_id` does; text that is not NFC names the first character that NFC would change.
    """
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        changed = next(
            a for a, b in zip(text, composed, strict=False) if a != b
        )  # NFC never only adds or only takes away at the end
        raise NotCanonical("character", changed)
    return _checked_id(text, _PLAN_MARKS)


def _checked_id(text: str, marks: frozenset[str]) -> str:
    if not text:
        raise NotCanonical("empty")
    for character in text:
        if character not in marks and unicodedata.category(character)[0] not in "LN":
            raise NotCanonical("character", character)
    if len(text) > LONGEST_ID:
        raise NotCanonical("too_long")
    return text


def is_day(text: str) -> bool:
    """Whether `text` is a day of the calendar as YYYY-MM-DD."""
    if not _DAY.fullmatch(text):
        return False
    year, month, day = (int(part) for part in text.split("-"))
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return year >= 1 and 1 <= month <= 12 and 1 <= day <= days[month - 1]


def split_set(cell: str) -> tuple[str, ...]:
    """The values of a set-valued cell that is already a value: split at ``; ； |``, trimmed, without empty or repeated ones,
    in byte order."""
    parts = {trimmed(part) for part in _SEPARATOR_OF_SETS.split(cell)}
    return tuple(sorted(parts - {""}))


def join_set(values: tuple[str, ...]) -> str:
    """The cell that a snapshot holds for a set: byte order, joined with ``;``."""
    return ";".join(values)
