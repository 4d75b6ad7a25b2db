"""Canonical JSON (draw-v1 §8): one value, one sequence of bytes."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any] | list[Any] | str | int | bool | None

LARGEST_INTEGER = 2**53 - 1
DEEPEST = 32


class NotCanonicalJson(ValueError):
    """Bytes or a value that canonical JSON does not allow. `reason` is English, for programs and reports."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def sha256(data: bytes) -> str:
    """The digest of `data` as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def encode(value: Json) -> bytes:
    """The canonical bytes of `value`, LF included. Raises NotCanonicalJson for a value that has none."""
    _check(value, 1)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    try:
        return f"{text}\n".encode()
    except UnicodeEncodeError as error:
        raise NotCanonicalJson("a string with a lone surrogate") from error


def decode(data: bytes) -> Json:
    """The value of canonical bytes. Raises NotCanonicalJson for anything that `encode` would not give back."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotCanonicalJson(f"not UTF-8 at byte {error.start}") from error
    _check_nesting(text)
    try:
        value: Json = json.loads(text, object_pairs_hook=_object, parse_float=_no_float, parse_constant=_no_float)
    except NotCanonicalJson:
        raise
    except ValueError as error:  # malformed JSON; an integer with more digits than Python converts
        raise NotCanonicalJson(f"not JSON: {error}") from error
    if encode(value) != data:
        raise NotCanonicalJson("JSON, but not in canonical form")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise NotCanonicalJson("an object with two equal keys")
    return value


def _no_float(text: str) -> None:
    raise NotCanonicalJson(f"a number that is no integer: {text}")


def _check_nesting(text: str) -> None:
    """Depth before parsing, so that hostile nesting never reaches a recursive parser."""
    depth = 0
    inside = escaped = False
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    for character in text:
        if inside:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            if depth > DEEPEST:
                raise NotCanonicalJson(f"nested deeper than {DEEPEST}")
        elif character in "]}":
            depth -= 1


def _check(value: Json, depth: int) -> None:
    """Types, integers, keys and depth; lone surrogates show when the text is encoded."""
    match value:
        case str() | None | bool():
            return
        case int():
            if abs(value) > LARGEST_INTEGER:
                raise NotCanonicalJson("an integer of 2^53 or more")
            return
        case dict():
            if not all(isinstance(key, str) and key.isascii() for key in value):
                raise NotCanonicalJson("an object key that is not ASCII text")
            items: Iterable[Json] = value.values()
        case list():
            items = value
        case _:
            raise NotCanonicalJson(f"a value of type {type(value).__name__}")
    if depth > DEEPEST:
        raise NotCanonicalJson(f"nested deeper than {DEEPEST}")
    for item in items:
        if type(item) is not str:  # most of a record is text, and text needs no look
            _check(item, depth + 1)
