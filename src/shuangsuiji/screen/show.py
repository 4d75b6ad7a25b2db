"""Text from outside, made fit to be shown: what one cannot see, or what would change how the rest looks, is spelled out."""

import re
import unicodedata

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_INVISIBLE_LETTERS_AND_MARKS = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U0001d159\U000e0100-\U000e01ef"
)
_SUSPECT = re.compile(f"[{_INVISIBLE_LETTERS_AND_MARKS}]|[^ -~\u00a1-\u00ac\u00ae-\u02ff\u3000-\u3163\u4e00-\u9fff\uff01-\uff9f]")
"""What may have to be spelled out; everything else is plain to see."""


def show(text: str) -> str:
    """`text` with control, direction, zero-width and other invisible characters and lone surrogates as ``<U+202E>``.

    >>> show("abc\u202edef\\n")
    'abc<U+202E>def<U+000A>'
    """
    return _SUSPECT.sub(_spelled, text)


def _spelled(found: re.Match[str]) -> str:
    character = found[0]
    hidden = unicodedata.category(character) in _HIDDEN_CATEGORIES or _ALWAYS_HIDDEN.match(character)
    return f"<U+{ord(character):04X}>" if hidden else character


_ALWAYS_HIDDEN = re.compile(f"[{_INVISIBLE_LETTERS_AND_MARKS}]")
