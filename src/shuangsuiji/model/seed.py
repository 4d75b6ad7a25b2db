"""The seed document and what may be said of it (draw-v1 §2)."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shuangsuiji.model.text import forbidden_character

HEADER = "shuangsuiji/seed/1"
SeedClass = Literal["public", "os", "operator"]
Entropy = Mapping[str, object]
"""One source as a seal lists it: its kind, and what names a value still to come."""

_HEX64 = re.compile("[0-9a-f]{64}")
_DICE = re.compile("[1-6]+")
_SSQ = re.compile(r"([0-9]{7}):((?:[0-9]{2} ){5}[0-9]{2})\+([0-9]{2})")
_DRAND = re.compile("([1-9][0-9]{0,14}):([0-9a-f]{64})(?::((?:[0-9a-f]{2})+))?")
_SHARE = re.compile("([^:]+):([0-9a-f]{64})")
_PUBLIC = frozenset({"dice", "ssq", "drand-quicknet", "share"})


class BadSeed(ValueError):
    """A seed document, or a line of one, that does not have the form of draw-v1 §2. `reason` is English, for programs."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Source:
    """One line of a seed document after its header: `kind:value`."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class SeedDocument:
    """A seed: what it was made of, in order. `seal` is the digest of the open seal it answers, or None."""

    sources: tuple[Source, ...]
    seal: str | None = None

    @property
    def text(self) -> str:
        """The document: LF-terminated lines."""
        seal = () if self.seal is None else (f"seal:{self.seal}",)
        return "".join(f"{line}\n" for line in (HEADER, *seal, *(f"{s.kind}:{s.value}" for s in self.sources)))

    @property
    def sha256(self) -> str:
        """The seed: SHA-256 of the document, as `sha256sum seed.txt` gives it."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def seed_class(self) -> SeedClass:
        """What a verifier may say of the seed; it never changes the arithmetic."""
        kinds = [source.kind for source in self.sources]
        if self.seal is not None and _PUBLIC.intersection(kinds):
            return "public"
        return "os" if kinds == ["os-random"] else "operator"

    def entropy(self) -> list[dict[str, object]]:
        """The sources as a seal lists them."""
        return [{"kind": source.kind, **_names_of(source)} for source in self.sources]

    def agrees_with(self, entropy: tuple[Entropy, ...]) -> bool:
        """Whether the sources are those that a seal lists, in its order, in kind and in what it names of them."""
        return len(entropy) == len(self.sources) and all(
            listed.get("kind") == source.kind and _names_of(source).items() <= listed.items()
            for listed, source in zip(entropy, self.sources, strict=True)
        )


def _names_of(source: Source) -> Entropy:
    """What the seal has to say of a source before its value is known."""
    match source.kind:
        case "ssq":
            return {"issue": source.value.split(":")[0]}
        case "drand-quicknet":
            return {"round": int(source.value.split(":")[0])}
        case "share":
            name, value = source.value.split(":")
            return {"name": name, "digest": hashlib.sha256(f"{value}\n".encode()).hexdigest()}
        case _:
            return {}


def _check(source: Source) -> None:
    value = source.value
    match source.kind:
        case "text":
            well_formed = bool(value) and not forbidden_character(value)
        case "os-random":
            well_formed = _HEX64.fullmatch(value) is not None
        case "dice":
            well_formed = _DICE.fullmatch(value) is not None
        case "ssq":
            well_formed = _is_ssq(value)
        case "drand-quicknet":
            well_formed = _DRAND.fullmatch(value) is not None
        case "share":
            found = _SHARE.fullmatch(value)
            well_formed = found is not None and not forbidden_character(found[1])
        case _:
            raise BadSeed(f"unknown source {source.kind!r}")
    if not well_formed:
        raise BadSeed(f"malformed value of source {source.kind!r}")


def _is_ssq(value: str) -> bool:
    found = _SSQ.fullmatch(value)
    if found is None:
        return False
    reds = [int(ball) for ball in found[2].split(" ")]
    return all(1 <= ball <= 33 for ball in reds) and sorted(set(reds)) == reds and 1 <= int(found[3]) <= 16


def text_seed(chosen: str) -> SeedDocument:
    """The document for a text that an operator chose. Raises BadSeed for an empty one or one that is no field."""
    source = Source("text", chosen)
    _check(source)
    return SeedDocument((source,))


def os_seed(random: bytes) -> SeedDocument:
    """The document for 32 bytes of the operating system's randomness. Raises BadSeed for another length."""
    source = Source("os-random", random.hex())
    _check(source)
    return SeedDocument((source,))


def parse_seed(document: str) -> SeedDocument:
    """Read a seed document back. Raises BadSeed for anything that `SeedDocument.text` would not give again."""
    lines = document.split("\n")
    if lines[0] != HEADER or lines[-1] != "":
        raise BadSeed("a seed document begins with its header and ends with LF")
    body = lines[1:-1]
    seal = None
    if body and body[0].startswith("seal:"):
        seal = body.pop(0).removeprefix("seal:")
        if not _HEX64.fullmatch(seal):
            raise BadSeed("malformed digest of the seal")
    sources = []
    for line in body:
        kind, colon, value = line.partition(":")
        if not colon:
            raise BadSeed("a line without a source")
        sources.append(Source(kind, value))
        _check(sources[-1])
    if not sources:
        raise BadSeed("no source")
    return SeedDocument(tuple(sources), seal)
