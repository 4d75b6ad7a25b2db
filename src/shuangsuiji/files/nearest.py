"""The nearest known word to one that is not known: what was probably meant."""

import difflib
from collections.abc import Iterable
from itertools import islice

_LONGEST_WORD = 40
_MOST_WORDS = 1000


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known word that is most like `word`, or "" if none is like it.

    Looking takes long, so words of more than 40 characters are like none, and only the first 1000 known ones are looked at.
    """
    if not 0 < len(word) <= _LONGEST_WORD:
        return ""
    found = difflib.get_close_matches(word, list(islice(known, _MOST_WORDS)), n=1, cutoff=cutoff)
    return found[0] if found else ""
