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
