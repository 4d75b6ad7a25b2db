"""Text from outside, made fit to be shown: what one cannot see, or what would change how the rest looks, is spelled out."""

import re
import unicodedata

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_INVISIBLE_LETTERS_AND_MARKS = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U0001d159"
_RESERVED_TO_BE_IGNORED = "\u2065\ufff0-\ufff8\U000e0000-\U000e0fff"  # unassigned or not: Unicode says that nothing is drawn
_BLANKS_LIKE_A_SPACE = "\u1680\u2000-\u200a\u202f\u205f\u2800"  # not U+00A0 and U+3000, which honest tables are full of
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
_ALWAYS = f"{_INVISIBLE_LETTERS_AND_MARKS}{_RESERVED_TO_BE_IGNORED}{_BLANKS_LIKE_A_SPACE}{_NONCHARACTERS}"
_SUSPECT = re.compile(f"[{_ALWAYS}]|[^ -~\u00a1-\u00ac\u00ae-\u02ff\u3000-\u3163\u4e00-\u9fff\uff01-\uff9f]")
"""What may have to be spelled out; everything else is plain to see."""


def show(text: str) -> str:
    """`text` with control, direction, zero-width and other invisible characters and lone surrogates as ``<U+202E>``.

    Two texts look the same to a program only where one of them spells such a character out itself; letters that merely look
    alike to the eye stay what they are.

    >>> show("abc\u202edef\\n")
    'abc<U+202E>def<U+000A>'
    """
    return _SUSPECT.sub(_spelled, text)


def _spelled(found: re.Match[str]) -> str:
    character = found[0]
    hidden = unicodedata.category(character) in _HIDDEN_CATEGORIES or _ALWAYS_HIDDEN.match(character)
    return f"<U+{ord(character):04X}>" if hidden else character


_ALWAYS_HIDDEN = re.compile(f"[{_ALWAYS}]")
