"""Shapes of JSON values: exactly which keys, of which types. Evidence is read strictly, or not at all.

A shape is: a type (`str`, `int`, `bool`), a literal string, `[shape]` for a list, a dict of shapes for an object with
exactly these keys, a `Keys` for an object with optional ones, `Some(shape)` for a list that is not empty, `Either(...)` for
alternatives, None for null, `HEX` for a digest.
"""

import re
from dataclasses import dataclass
from typing import Any

_HEX64 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Either:
    """One of several shapes."""

    shapes: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """An object with these keys, of which those in `optional` may be absent."""

    required: dict[str, Any]
    optional: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Some:
    """A list of at least one."""

    item: Any


HEX = object()
"""64 lower-case hex digits."""

POSITIVE = object()
"""An integer of at least 0."""


def optional(shape: Any) -> Either:
    """The shape, or null."""
    return Either((None, shape))


def misfit(value: Any, shape: Any, path: str = "$") -> str | None:
    """The path of the first place where `value` does not have `shape`, or None if it has."""
    match shape:
        case Either(shapes):
            return None if any(misfit(value, one, path) is None for one in shapes) else path
        case Keys(required, others):
            return _misfit_of_object(value, required, others, path)
        case dict():
            return _misfit_of_object(value, shape, {}, path)
        case Some(item):
            return path if value == [] else misfit(value, [item], path)
        case [item]:
            if not isinstance(value, list):
                return path
            return next((bad for k, one in enumerate(value) if (bad := misfit(one, item, f"{path}[{k}]"))), None)
        case list():
            if not isinstance(value, list) or len(value) != len(shape):
                return path
            return next((bad for k, one in enumerate(value) if (bad := misfit(one, shape[k], f"{path}[{k}]"))), None)
        case type():
            return None if type(value) is shape else path
        case str() | None:
            return None if value == shape and type(value) is type(shape) else path
        case _ if shape is HEX:
            return None if isinstance(value, str) and _HEX64.fullmatch(value) else path
        case _:  # POSITIVE
            return None if type(value) is int and value >= 0 else path


def _misfit_of_object(value: Any, required: dict[str, Any], others: dict[str, Any], path: str) -> str | None:
    if not isinstance(value, dict) or not required.keys() <= value.keys() <= required.keys() | others.keys():
        return path
    shapes = {**required, **others}
    return next((bad for key, one in value.items() if (bad := misfit(one, shapes[key], f"{path}.{key}"))), None)
