"""Text from outside, made fit to be shown: what one cannot see, or what would change how the rest looks, is spelled out."""

import json
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


def escaped(document: str) -> str:
    r"""A JSON document with the characters that `show` spells out as ``\u202e``: what it says is the same, to the last surrogate.

    Outside its strings a document holds none of them but line feeds, and within strings a line feed is ``\n`` already.

    >>> escaped('{\n "名称": "abc\u202edef"\n}') == '{\n "名称": "abc\\u202edef"\n}'
    True
    """
    return _SUSPECT.sub(_escape, document)


def _spelled(found: re.Match[str]) -> str:
    return f"<U+{ord(found[0]):04X}>" if _is_hidden(found[0]) else found[0]


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if found[0] != "\n" and _is_hidden(found[0]) else found[0]


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN_CATEGORIES or _ALWAYS_HIDDEN.match(character) is not None


_ALWAYS_HIDDEN = re.compile(f"[{_ALWAYS}]")
