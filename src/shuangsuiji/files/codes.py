"""Codes of problems as people type them: ``pool-4`` for POOL-004."""

import difflib
import re
import unicodedata

from shuangsuiji.files.nearest import nearest
from shuangsuiji.model.problems import Code

_TYPED = re.compile(r"([A-Z]*)[-_. ]*([0-9]{0,9})")
_SHOWN = 3


def code_of(typed: str) -> Code | None:
    """The code that was typed, in whatever case and width and with or without its zeros; None if there is none such."""
    parts = _parts(typed)
    return next((code for code in Code if _parts(code) == parts), None)


def nearest_codes(typed: str) -> list[Code]:
    """Three codes that were perhaps meant, of the group that is most like what was typed."""
    group, number = _parts(typed)
    groups = dict.fromkeys(_parts(code)[0] for code in Code)
    meant = nearest(group, groups, cutoff=0.3)
    known = [code for code in Code if not meant or _parts(code)[0] == meant]
    like = f"{meant}-{number:03d}"
    return sorted(known, key=lambda code: -difflib.SequenceMatcher(None, code, like).ratio())[:_SHOWN]


def _parts(text: str) -> tuple[str, int]:
    """Group and number, as far as there are any."""
    found = _TYPED.fullmatch(unicodedata.normalize("NFKC", text[:40]).strip().upper())
    return (found[1], int(found[2] or 0)) if found else ("", 0)
