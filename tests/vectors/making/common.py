"""Hashes, files and the independent verifier: what all makers of known answers share."""

import hashlib
import importlib.util
import json
import random
import re
import unicodedata
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).resolve().parents[1]
SCHEMA = "shuangsuiji/vectors/1"
SEED = "0" * 63 + "1"
YEAR = {"from": "2023-01-01", "to": "2023-12-31"}
Vector = dict[str, Any]

# What a field may not hold, and white space, as draw-v1 §0 lists them: first and last of each run.
RUNS = (
    "0000–001F 007F–009F 00AD 0600–0605 061C 06DD 070F 0890–0891 08E2 180E 200B–200F 2028–202E 2060–2064 2066–206F "
    "D800–DFFF FEFF FFF9–FFFB 110BD 110CD 13430–1343F 1BCA0–1BCA3 1D173–1D17A E0001 E0020–E007F"
)
HIDDEN = [tuple(int(end, 16) for end in (run.split("–") * 2)[:2]) for run in RUNS.split()]
WHITE = "\t\n\v\f\r \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def hidden(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in HIDDEN)


def point(character: str) -> str:
    return f"U+{ord(character):04X}"


# The ends of the runs, and what stands beside them; no surrogates, which are in no UTF-8, and no LF.
ENDS = [chr(end) for run in HIDDEN for end in dict.fromkeys(run) if not 0xD800 <= end <= 0xDFFF]
# And some from within: those that Unicode has had for long, and U+13439 to U+1343F of Unicode 15.
WITHIN = "\u0007\u0084\u008d\u0603\u200c\u202c\u2063\u2068\ufffa\U00013438\U00013439\U0001bca1\U0001d175\U000e0041"
BESIDE = [
    character
    for first, last in HIDDEN
    for character in (chr(first - 1) if first else "", chr(last + 1))
    if character and not hidden(character) and character not in WHITE
]


def load_verifier(path: Path | None = None) -> ModuleType:
    """The independent verifier, loaded by its path: it is part of no package."""
    path = path or FOLDER.parents[1] / "src/shuangsuiji/verify_record.py"
    spec = importlib.util.spec_from_file_location("independent_verifier", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verifier = load_verifier()


def sha(data: bytes | str) -> str:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def lines(*fields: str) -> str:
    """What `printf '%s\\n' f1 … fk` writes."""
    return "".join(field + "\n" for field in fields)


def H(*fields: str) -> str:  # noqa: N802 - the name in the specification
    """draw-v1 §0, with hashlib over the written-out bytes."""
    return sha(lines(*fields))


def canonical(value: Any) -> str:
    """draw-v1 §8, as the specification writes it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n"


def chance(name: str) -> random.Random:
    """A stream of its own for every file, so that a change in one leaves the others alone."""
    return random.Random(f"shuangsuiji vectors 1 {name}")


def of_bytes(data: bytes) -> Vector:
    """Bytes in a vector: `text` (their UTF-8) where they are UTF-8, else `hex`."""
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"hex": data.hex()}


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"\\u{unit:04x}" for unit in memoryview(found[0].encode("utf-16-le")).cast("H"))


def _plain(character: str) -> bool:
    """Whether nothing on the way to a reader (an editor, a diff, a normalising copy) could change or hide a character."""
    return (
        unicodedata.category(character)[0] not in "CM"
        and (character == " " or unicodedata.category(character)[0] != "Z")
        and (unicodedata.normalize("NFKC", character) == character or character in "，；：（）")
    )


def dumped(value: Any) -> str:
    """JSON on one line; characters that could be changed or overlooked are escaped."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if text.isascii():
        return text
    return re.sub("[^ -~]", lambda found: found[0] if _plain(found[0]) else _escaped(found), text)


def document(about: str, expected: str, vectors: list[Vector], **shared: Any) -> str:
    """A file of vectors: what it is, where its answers come from, what its vectors share, then one vector a line."""
    names = [vector["name"] for vector in vectors]
    twice = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()
    if twice:
        raise ValueError(f"two vectors of one name: {twice}")
    head = {"schema": SCHEMA, "about": about, "expected": expected, **shared}
    out = ["{"]
    for key, value in head.items():
        if isinstance(value, list | dict) and value:
            first, last = ("[", "]") if isinstance(value, list) else ("{", "}")
            items = value if isinstance(value, list) else [*value.items()]
            inner = [dumped(one) if isinstance(value, list) else f"{dumped(one[0])}: {dumped(one[1])}" for one in items]
            out.append(f"{dumped(key)}: {first}\n" + ",\n".join(inner) + f"\n{last},")
        else:
            out.append(f"{dumped(key)}: {dumped(value)},")
    out.append('"vectors": [\n' + ",\n".join(map(dumped, vectors)) + "\n]\n}\n")
    return "\n".join(out)
