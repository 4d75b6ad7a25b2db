"""tickets.json: the hash, the keys, the tickets, the hashes of dealing, and byte order (draw-v1 §0, §3, §7, §10)."""

from making.common import SEED, H, Vector, document, lines, sha

ALGORITHM = "shuangsuiji/draw/1"
# Texts in which a careless reader goes wrong, with what they are there for.
IDS = {
    "a made-up credit code": "91410800MA00000012",
    "an id with leading zeros": "0091104",
    "the same without leading zeros": "91104",
    "an id of one character": "A",
    "an id that is a prefix of the next": "91410800MA0000001",
    "an id with every mark": "A.B_C-D/E(F)#1",
    "an id that is only marks": "(#)",
    "a Chinese id": "豫甲010",
    "an id outside the BMP": "\U00020bb7001",
    "an id above the surrogates in the BMP": "\uffee001",
    "an id of 64 characters": "9" * 64,
    "an id of 64 characters outside the BMP": "\U00020bb7" * 64,
    "an id whose hash input is longer than two blocks": "豫" * 40,
    "a letter with a mark that NFC keeps": "\u00c5NGSTR\u00d6M",
    "a Roman numeral's letters": "XII-12",
    "an id that looks like a float": "1E5",
    "an id that looks like a date": "2023-01-01",
}
WORLDS = [
    (SEED, "jzsfq-2023", "2023Q1"),
    ("f" * 64, "jzsfq-2023", "2023Q1"),
    (SEED, "计划-2023", "第一批"),
    (SEED, "jzsfq-2023", "2023Q10"),
    (SEED, "P", "\U00020bb7"),
]


def _hashes() -> list[Vector]:
    lists = {
        "no field": [],
        "one field": ["a"],
        "two fields": ["a", "b"],
        "the same letters in one field": ["ab"],
        "fields of 64 digits": ["0" * 64, "f" * 64],
        "non-ASCII fields": ["双随机", "一公开"],
        "a field outside the BMP": ["\U00020bb7"],
        "a field above the surrogates": ["\uffee"],
        "spaces within a field": ["a b  c"],
        "55 bytes with the LF": ["x" * 54],
        "56 bytes with the LF": ["x" * 55],
        "64 bytes with the LF": ["x" * 63],
        "65 bytes with the LF": ["x" * 64],
        "the fields of §10's key": [ALGORITHM, "entity", SEED, "jzsfq-2023", "2023Q1"],
        "a field that holds a colon and a slash": ["a:b/c", "(d)#e"],
    }
    return [
        {"name": f"hash of {what}", "kind": "hash", "fields": some, "bytes": lines(*some).encode().hex(), "sha256": H(*some)}
        for what, some in lists.items()
    ]


def _tickets() -> list[Vector]:
    out = []
    for number, (seed, plan, batch) in enumerate(WORLDS, 1):
        key = H(ALGORITHM, "entity", seed, plan, batch)
        for what, entity in IDS.items():
            out.append(
                {
                    "name": f"ticket of {what}, batch {number}",
                    "kind": "ticket",
                    "seed": seed,
                    "plan": plan,
                    "batch": batch,
                    "entity": entity,
                    "entity_key": key,
                    "ticket": H(key, entity),
                }
            )
    # §10 of the specification, as it is printed there
    printed = next(v for v in out if v["entity"] == "91410800MA00000012")
    if printed["ticket"] != "c4e90f9fc7ce013466983bed9ea6ebc031e1f5cacacfc39a9b70e84c0950dee7":
        raise ValueError("not the ticket of draw-v1 §10")
    return out


def _deals() -> list[Vector]:
    out = []
    for department in ("市场监管局", "甲局", "Fire (No. 1), East", "\U00020bb7局"):
        for entity, inspector in (("91410800MA00000012", "0091104"), ("\U00020bb7001", "\uffee9"), ("A.B_C-D/E(F)#1", "甲1")):
            for slot in (1, 10):
                key = H(ALGORITHM, "deal", SEED, "jzsfq-2023", "2023Q1", department)
                pick = H(key, "pick", entity, str(slot))
                out.append(
                    {
                        "name": f"dealing hashes of {department}, {entity}, {inspector}, slot {slot}",
                        "kind": "deal",
                        "seed": SEED,
                        "plan": "jzsfq-2023",
                        "batch": "2023Q1",
                        "department": department,
                        "entity": entity,
                        "inspector": inspector,
                        "slot": slot,
                        "deal_key": key,
                        "order": H(key, "order", entity),
                        "rank": H(key, "rank", inspector),
                        "pick": pick,
                        "pick_mod": {str(size): int(pick, 16) % size for size in (1, 2, 3, 7, 10, 97, 1000, 65537)},
                    }
                )
    return out


def _orders() -> list[Vector]:
    lists = {
        "above the surrogates and outside the BMP": ["\U00020bb7", "\ufa0e", "Z", "豫", "\ufa0f"],
        "digits are text": ["10", "9", "1", "09", "100", "2"],
        "ids that are prefixes of one another": ["A1", "A", "A11", "A1.", "A-1", "A/1", "A(1", "A#1", "A_1"],
        "Chinese by code point, not by pinyin or stroke": ["北京", "安徽", "上海", "一", "龙", "丁"],
        "composed letters": ["\u00c5", "Z", "A", "\u0100", "\u1e00"],
    }
    return [
        {"name": f"byte order: {what}", "kind": "byte_order", "ids": ids, "sorted": sorted(ids, key=str.encode)}
        for what, ids in lists.items()
    ]


def make() -> str:
    vectors = [*_hashes(), *_tickets(), *_deals(), *_orders()]
    bytes_of = {v["name"]: bytes.fromhex(v["bytes"]) for v in vectors if v["kind"] == "hash"}
    if any(sha(bytes_of[v["name"]]) != v["sha256"] for v in vectors if v["kind"] == "hash"):
        raise ValueError("a hash that is not that of its bytes")
    return document(
        "H, entity keys, tickets, the hashes of dealing, byte order (draw-v1 §0, §3, §7, §10)",
        "hashlib's SHA-256 over the bytes written out, as printf '%s\\n' f1 … fk | sha256sum gives it; §10 as printed there",
        vectors,
    )
