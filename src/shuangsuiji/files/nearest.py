"""The nearest known word to one that is not known: what was probably meant."""

import difflib
from collections.abc import Iterable

_LONGEST_WORD = 40


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known word that is most like `word`, or "" if none is like it (words of more than 40 characters are like none)."""
    if not 0 < len(word) <= _LONGEST_WORD:
        return ""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return found[0] if found else ""
