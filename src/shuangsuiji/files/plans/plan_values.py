"""Single values of a plan, read from their text: ratios exactly, integers, dates, truth, ids. Each raises Unfit."""

import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

from shuangsuiji.files.dates import exists, loose_date
from shuangsuiji.files.nearest import nearest
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.plan import ROUNDINGS, Rounding
from shuangsuiji.model.problems import Code
from shuangsuiji.model.text import NotCanonical, canonical_value, forbidden_character, plan_id, trimmed

T = TypeVar("T")

_LONGEST_RATIO = 24
_PERCENT = re.compile(r"((?:0|[1-9][0-9]*)(?:\.[0-9]+)?)%")
_DECIMAL = re.compile(r"0\.[0-9]+")
_QUOTIENT = re.compile(r"(0|[1-9][0-9]*)/([1-9][0-9]*)")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_INTEGER = re.compile(r"0|[1-9][0-9]{0,8}")
_YEAR = re.compile(r"[1-9][0-9]{3}")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DECORATION = re.compile(r"[\s,，_户家个人年次天]")
_TRUTH = {"true": "true", "yes": "true", "y": "true", "on": "true", "是": "true", "1": "true"} | {
    "false": "false", "no": "false", "n": "false", "off": "false", "否": "false", "0": "false"
}  # fmt: skip


def text_only(read: Callable[[str], T]) -> Callable[[object], T]:
    """`read` for what may not be text at all: a mapping or a list is Unfit (PLAN_WRONG_TYPE)."""

    def checked(value: object) -> T:
        if not isinstance(value, str):
            raise Unfit(Code.PLAN_WRONG_TYPE, fault="text")
        return read(value)

    return checked


def value_of(text: str) -> str:
    """A value (draw-v1 §1) that is not empty."""
    try:
        value = canonical_value(text)
    except NotCanonical as error:
        raise Unfit(Code.PLAN_BAD_TEXT, character=error.character, fault="character") from error
    if not value:
        raise Unfit(Code.PLAN_EMPTY)
    return value


def path_of(text: str) -> str:
    """The path of a file, as written: not empty, nothing in it that a file's name cannot have."""
    if not trimmed(text):
        raise Unfit(Code.PLAN_EMPTY)
    if character := forbidden_character(text):
        raise Unfit(Code.PLAN_BAD_TEXT, character=character, fault="character")
    return text


def id_of(text: str) -> str:
    """The id of a plan, a batch or a task (draw-v1 §1)."""
    try:
        return plan_id(text)
    except NotCanonical as error:
        if error.fault == "empty":
            raise Unfit(Code.PLAN_EMPTY) from error
        raise Unfit(Code.PLAN_BAD_ID, value=text, character=error.character, fault=error.fault) from error


def ratio_of(text: str) -> Fraction:
    """A ratio p/q with 0 < p/q ≤ 1 (draw-v1 §4), exactly: ``3%``, ``3.5%``, ``0.035``, ``1/30``."""
    if (ratio := _plain_ratio(text)) is None:
        raise _unfit_ratio(text)
    if ratio == 0:
        raise Unfit(Code.PLAN_BAD_RATIO, value=text, fault="zero")
    if ratio > 1:
        raise Unfit(Code.PLAN_BAD_RATIO, value=text, fault="above_one")
    return ratio


def _plain_ratio(text: str) -> Fraction | None:
    if len(text) > _LONGEST_RATIO:
        return None
    if found := _PERCENT.fullmatch(text):
        return Fraction(found[1]) / 100
    if _DECIMAL.fullmatch(text):
        return Fraction(text)
    if found := _QUOTIENT.fullmatch(text):
        return Fraction(int(found[1]), int(found[2]))
    return None


def _unfit_ratio(text: str) -> Unfit:
    """What is wrong with a ratio that is not written like one, and what was probably meant."""
    if not trimmed(text):
        return Unfit(Code.PLAN_EMPTY)
    if len(text) >= _LONGEST_RATIO:
        return Unfit(Code.PLAN_BAD_RATIO, value=text)
    meant = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("。", ".").replace("\u2044", "/")
    if meant != text and (ratio := _plain_ratio(meant)) is not None and 0 < ratio <= 1:
        return Unfit(Code.PLAN_BAD_RATIO, value=text, nearest=meant, fault="form")
    if meant[:1] in {"-", "\u2212"}:
        return Unfit(Code.PLAN_BAD_RATIO, value=text, fault="negative")
    if _NUMBER.fullmatch(meant) and not Fraction(meant):
        return Unfit(Code.PLAN_BAD_RATIO, value=text, fault="zero")
    if _NUMBER.fullmatch(meant) and Fraction(meant) <= 100:
        return Unfit(Code.PLAN_BAD_RATIO, value=text, nearest=f"{meant}%", fault="bare_number")
    return Unfit(Code.PLAN_BAD_RATIO, value=text)


def integer_from(least: int, code: Code = Code.PLAN_BAD_INTEGER) -> Callable[[str], int]:
    """A reader of whole numbers from `least` to 999,999,999; one below is Unfit(`code`)."""

    def read(text: str) -> int:
        if not trimmed(text):
            raise Unfit(Code.PLAN_EMPTY)
        if not _INTEGER.fullmatch(text):
            meant = _DECORATION.sub("", unicodedata.normalize("NFKC", text))
            meant = meant.lstrip("0") or meant[:1]
            values = {"nearest": meant, "fault": "form"} if _INTEGER.fullmatch(meant) and int(meant) >= least else {}
            raise Unfit(Code.PLAN_BAD_INTEGER, value=text, least=least, **values)
        if (number := int(text)) < least:
            raise Unfit(code, value=text, least=least, fault="too_small")
        return number

    return read


def year_of(text: str) -> str:
    """The year of a plan: four digits."""
    if not trimmed(text):
        raise Unfit(Code.PLAN_EMPTY)
    if not _YEAR.fullmatch(text):
        raise Unfit(Code.PLAN_BAD_INTEGER, value=text, fault="year")
    return text


def boolean_of(text: str) -> bool:
    """Exactly ``true`` or ``false``."""
    if not trimmed(text):
        raise Unfit(Code.PLAN_EMPTY)
    if text not in {"true", "false"}:
        meant = _TRUTH.get(trimmed(text).lower(), "")
        values = {"nearest": meant, "fault": "nearest"} if meant else {}
        raise Unfit(Code.PLAN_BAD_BOOLEAN, value=text, **values)
    return text == "true"


def rounding_of(text: str) -> Rounding:
    """One of `ROUNDINGS`."""
    if not trimmed(text):
        raise Unfit(Code.PLAN_EMPTY)
    for rounding in ROUNDINGS:
        if text == rounding:
            return rounding
    meant = nearest(text.lower().replace("-", "_"), ROUNDINGS)
    values = {"nearest": meant, "fault": "nearest"} if meant else {}
    raise Unfit(Code.PLAN_BAD_CHOICE, value=text, choices=", ".join(ROUNDINGS), **values)


def date_of(text: str) -> str:
    """A day that exists, written YYYY-MM-DD."""
    if not trimmed(text):
        raise Unfit(Code.PLAN_EMPTY)
    if found := _DATE.fullmatch(text):
        if not exists(*map(int, found.groups())):
            raise Unfit(Code.PLAN_BAD_DATE, value=text, fault="no_such_day")
        return text
    meant = loose_date(text)
    values = {"nearest": meant, "fault": "form"} if meant else {}
    raise Unfit(Code.PLAN_BAD_DATE, value=text, **values)
