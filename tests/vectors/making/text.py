"""text.json: ids, values and sets made canonical (draw-v1 §1). Expected values are written by hand; unicodedata has to agree."""

import re
import unicodedata

from making.common import BESIDE, ENDS, WHITE, WITHIN, Vector, document, hidden, point

# input: canonical form, or None if it has none
IDS = {
    "A1": "A1",
    "a1b": "A1B",
    "0091104": "0091104",
    " 12 ": "12",
    "\u300012\u3000": "12",
    "\u00a012": "12",
    "12\n": "12",
    "\t12": "12",
    "\u205f12\u2009": "12",
    "\uff19\uff11\uff14\uff11": "9141",
    "\uff41\uff22": "AB",
    "\uff08\uff11\uff09": "(1)",
    "\uff031\uff0f2": "#1/2",
    "A\uff0dB": "A-B",
    "A\uff3fB\uff0e": "A_B.",
    "\u216b": "XII",
    "\u217b": "XII",
    "\u2460": "1",
    "\u00b2": "2",
    "\ufb01": "FI",
    "\u00df": "\u00df",
    "\u00e9": "\u00e9",
    "e\u0301": "\u00e9",
    "A\u030a": "\u00c5",
    "\u212b": "\u00c5",
    "i": "I",
    "i\u0307": "\u0130",
    "\u0131": "\u0131",
    "\u017f": "S",
    "\u0149": "\u02bcN",
    "\U0001d7cf": "1",
    "\U0001d400": "A",
    "\u0661": "\u0661",
    "豫甲010": "豫甲010",
    "\uf900": "\u8c48",
    "\U0002f800": "\u4e3d",
    "\U00020bb7": "\U00020bb7",
    "\uff71": "\u30a2",
    "\uff76\uff9e": "\u30ac",
    "\u1112\u1161\u11ab": "\ud55c",
    "\u337f": "\u682a\u5f0f\u4f1a\u793e",
    "9" * 64: "9" * 64,
    "  " + "9" * 64 + " ": "9" * 64,
    "\u338f" * 32: "KG" * 32,
    "\U00020bb7" * 64: "\U00020bb7" * 64,
    "\uffee": None,
    "": None,
    "   ": None,
    "\u3000": None,
    "9" * 65: None,
    "\u338f" * 33: None,
    "A\U00020bb7" * 33: None,
    "1 2": None,
    "1\t2": None,
    "A+B": None,
    "A:B": None,
    "A,B": None,
    "A;B": None,
    "A|B": None,
    "A*B": None,
    "A&B": None,
    "A@B": None,
    "A\\B": None,
    "'12": None,
    "=12": None,
    '"12"': None,
    "[1]": None,
    "\u00bd": None,
    "A\u2013B": None,
    "A\u2014B": None,
    "A\u2010B": None,
    "A\u2011B": None,
    "A\u00b7B": None,
    "\u200b12": None,
    "\ufeff12": None,
    "1\u00ad2": None,
    "1\u200d2": None,
    "1\u00002": None,
    "\u202e12": None,
    "\u0301": None,
    "A\u0323\u0301": None,
    "\u3012": None,
    "\U0001f44d": None,
    "1\ue0002": None,
}
PLAN_IDS = {
    "2023Q1": "2023Q1",
    "jzsfq-2023": "jzsfq-2023",
    "a.b_c-D": "a.b_c-D",
    "第一批": "第一批",
    "\uff21": "\uff21",
    "\u216b": "\u216b",
    "\u00e9": "\u00e9",
    "\U00020bb7": "\U00020bb7",
    "q" * 64: "q" * 64,
    "": None,
    "q" * 65: None,
    " A": None,
    "A ": None,
    "A B": None,
    "A\n": None,
    "A/B": None,
    "A#1": None,
    "A(1)": None,
    "A:B": None,
    "A\u2014B": None,
    "e\u0301": None,
    "A\u030a": None,
    "\u212b": None,
    "\uf900": None,
    "\u1112\u1161\u11ab": None,
    "\u0301": None,
    "A\u200b": None,
    "\ufeffA": None,
    "*": None,
}
VALUES = {
    "a": "a",
    " a ": "a",
    "a  b": "a b",
    "a\tb": "a b",
    "a\r\nb": "a b",
    "a\n\n b": "a b",
    "a\u000bb\u000cc": "a b c",
    "a\u0085b": "a b",
    "a\u3000b": "a b",
    "\u00a0a\u202f": "a",
    "a\u1680b": "a b",
    "a\u2000\u2003b": "a b",
    "a\u2028b\u2029c": "a b c",
    "a\u205fb": "a b",
    "": "",
    "   ": "",
    "\u3000\n": "",
    "e\u0301": "\u00e9",
    "\u212b": "\u00c5",
    "A\u0301\u0323": "\u1ea0\u0301",
    "\uf900": "\u8c48",
    "\uff21\uff11": "\uff21\uff11",
    "\u216b \u00bd": "\u216b \u00bd",
    "abc ABC": "abc ABC",
    "甲, \u201c乙\u201d; 丙": "甲, \u201c乙\u201d; 丙",
    '"quoted"': '"quoted"',
    "=1+1": "=1+1",
    "\ue000": "\ue000",
    "\U0001f44d": "\U0001f44d",
    "\u2764\ufe0f": "\u2764\ufe0f",
    "*": "*",
    "a\u0000b": None,
    "a\u0008b": None,
    "a\u001bb": None,
    "a\u001cb": None,
    "a\u001fb": None,
    "\u001e": None,
    "a\u007fb": None,
    "a\u0080b": None,
    "a\u200bb": None,
    "\ufeffa": None,
    "a\u00adb": None,
    "a\u200db": None,
    "a\u200eb": None,
    "a\u202eb": None,
    "a\u2060b": None,
    "a\u180eb": None,
    "a\u061cb": None,
    "\U0001f468\u200d\U0001f469": None,
    "a\U000e0001b": None,
}
SETS = {
    "a": "a",
    "b;a": "a;b",
    "a\uff1bb|c": "a;b;c",
    "a;;b;": "a;b",
    " a ; a": "a",
    "": "",
    ";": "",
    " | ": "",
    "a b;a": "a;a b",
    "10;9;1": "1;10;9",
    "B;a;A": "A;B;a",
    "食品;企业;药品": "企业;药品;食品",
    "\U00020bb7;\ue8ff": "\ue8ff;\U00020bb7",
    "a,b;c": "a,b;c",
    "e\u0301;\u00e9": "\u00e9",
    "a\u3000;\tb": "a;b",
    "a;\u200b": None,
    "a;\u0007b": None,
}


def _among(character: str) -> str:
    return f"1{character}2"


# Every end of the list of draw-v1 §0 and some from within, in each kind of text; white space among them is a space in a value.
for _end in [*ENDS, *WITHIN]:
    for _kind in (IDS, PLAN_IDS, *(() if _end in WHITE else (VALUES, SETS))):
        _kind.setdefault(_among(_end), None)
# What stands beside the list may stand in a value, also where Unicode 15.1 has no character (so by the list, not by a category).
_OPEN = (
    "\u00ae\u0606\u061b\u06dc\u06de\u088f\u0892\u08e3\u180d\u2065\u2070\ufffc"
    "\U000110be\U0001342f\U00013440\U0001bca4\U0001d17b\U000e0000"
)
for _beside in _OPEN:
    if _beside not in BESIDE:
        raise ValueError(f"{point(_beside)} does not stand beside the list")
    VALUES[_among(_beside)] = _among(_beside)


def by_rule(kind: str, text: str) -> str | None:
    """§1 with unicodedata, as a check on the hand."""
    if kind in ("value", "set"):
        value = re.sub(f"[{WHITE}]+", " ", unicodedata.normalize("NFC", text)).strip(" ")
        if any(map(hidden, value)):
            return None
        return (
            value
            if kind == "value"
            else ";".join(sorted({one.strip(" ") for one in re.split("[;\uff1b|]", value)} - {""}, key=str.encode))
        )
    marks = "._-"
    if kind == "id":
        upper = "".join(chr(ord(c) - 32) if "a" <= c <= "z" else c for c in unicodedata.normalize("NFKC", text))
        text, marks = re.sub(f"^[{WHITE}]+|[{WHITE}]+$", "", unicodedata.normalize("NFKC", upper)), "._-/()#"
    good = unicodedata.is_normalized("NFC", text) and all(c in marks or unicodedata.category(c)[0] in "LN" for c in text)
    return text if good and 1 <= len(text) <= 64 else None


def in_snapshot(kind: str, text: str) -> str:
    """§1, snapshots: whether a reader takes the text as it stands. It asks for less than an importer, but for sets in order."""
    parts = {part.strip(WHITE) for part in re.split("[;\uff1b|]", text)} - {""}
    good = {"id": 1 <= len(text) <= 64, "set": text == ";".join(sorted(parts, key=str.encode))}
    return "refused" if any(map(hidden, text)) or not good.get(kind, True) else "accepted"


def make() -> str:
    vectors: list[Vector] = []
    for kind, pairs in (("id", IDS), ("plan_id", PLAN_IDS), ("value", VALUES), ("set", SETS)):
        for number, (text, canonical) in enumerate(pairs.items(), 1):
            if by_rule(kind, text) != canonical:
                raise ValueError(f"by hand {canonical!r}, by rule {by_rule(kind, text)!r}: {kind} {text!r}")
            points = " ".join(map(point, text[:12])) + (f" … ({len(text)})" if len(text) > 12 else "")
            outcome = {"outcome": "refused"} if canonical is None else {"outcome": "accepted", "canonical": canonical}
            vectors.append(
                {
                    "name": f"{kind} {number}: {points or 'nothing'}",
                    "kind": kind,
                    "input": text,
                    **outcome,
                    "in_snapshot": in_snapshot(kind, text),
                }
            )
    return document(
        "ids of entities and inspectors, ids of plans, values and sets, made canonical (draw-v1 §1)",
        "by hand from the specification and the Unicode character database; the maker checks every one "
        "of them with Python's unicodedata and the list of §0; in_snapshot by the rule of §1",
        vectors,
    )
