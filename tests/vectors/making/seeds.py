"""seeds.json: seed documents, their digest and class, and what is refused (draw-v1 §2)."""

from making.common import Vector, document, of_bytes, sha

HEAD = "shuangsuiji/seed/1\n"
X, Y = "0123456789abcdef" * 4, "fedcba9876543210" * 4
SEAL = f"seal:{X}\n"
OS, DICE, SSQ = f"os-random:{Y}\n", "dice:314262\n", "ssq:2026135:03 08 15 19 27 31+12\n"
DRAND, SHARE = f"drand-quicknet:123456:{Y}\n", f"share:纪检组:{Y}\n"
# name: (document, class by hand)
GOOD = {
    "a text": (HEAD + "text:2023\n", "operator"),
    "a Chinese text": (HEAD + "text:二〇二三年第一批\n", "operator"),
    "a text outside the BMP": (HEAD + "text:\U00020bb7\n", "operator"),
    "a text with colons": (HEAD + "text:a:b:c\n", "operator"),
    "a text that looks like another source": (HEAD + "text:dice:314262\n", "operator"),
    "the system's randomness": (HEAD + OS, "os"),
    "the system's randomness, sealed for": (HEAD + SEAL + OS, "os"),
    "dice without a seal": (HEAD + DICE, "operator"),
    "dice, sealed for": (HEAD + SEAL + DICE, "public"),
    "one die": (HEAD + SEAL + "dice:6\n", "public"),
    "a lottery, sealed for": (HEAD + SEAL + SSQ, "public"),
    "the highest balls of a lottery": (HEAD + SEAL + "ssq:2026001:28 29 30 31 32 33+16\n", "public"),
    "the lowest balls of a lottery": (HEAD + SEAL + "ssq:2026001:01 02 03 04 05 06+01\n", "public"),
    "a beacon, sealed for": (HEAD + SEAL + DRAND, "public"),
    "a beacon with a signature": (HEAD + SEAL + f"drand-quicknet:1:{Y}:{'ab' * 48}\n", "public"),
    "a share, sealed for": (HEAD + SEAL + SHARE, "public"),
    "shares of three": (HEAD + SEAL + "".join(f"share:{name}:{Y}\n" for name in ("甲", "乙", "丙 丁")), "public"),
    "a share without a seal": (HEAD + SHARE, "operator"),
    "two texts": (HEAD + "text:a\ntext:b\n", "operator"),
    "a text, sealed for": (HEAD + SEAL + "text:a\n", "operator"),
    "randomness and a text": (HEAD + OS + "text:a\n", "operator"),
    "randomness twice": (HEAD + OS + OS, "operator"),
    "randomness and dice, sealed for": (HEAD + SEAL + OS + DICE, "public"),
    "every source, sealed for": (HEAD + SEAL + "text:a\n" + OS + DICE + SSQ + DRAND + SHARE, "public"),
}
# name: a document that is refused, one defect each
BAD = {
    "nothing": "",
    "only the header": HEAD,
    "only the header and a seal": HEAD + SEAL,
    "no header": "text:a\n",
    "the header of another version": "shuangsuiji/seed/2\ntext:a\n",
    "the header in capitals": "SHUANGSUIJI/SEED/1\ntext:a\n",
    "a space after the header": "shuangsuiji/seed/1 \ntext:a\n",
    "a byte order mark": "\ufeff" + HEAD + "text:a\n",
    "no line feed at the end": HEAD + "text:a",
    "a blank line at the end": HEAD + "text:a\n\n",
    "a blank line within": HEAD + "\ntext:a\n",
    "a blank line in front": "\n" + HEAD + "text:a\n",
    "carriage returns": (HEAD + "text:a\n").replace("\n", "\r\n"),
    "a carriage return at the end of a text": HEAD + "text:a\r\n",
    "the seal after a source": HEAD + "text:a\n" + SEAL,
    "two seals": HEAD + SEAL + SEAL + DICE,
    "a seal in capitals": HEAD + SEAL.upper().replace("SEAL", "seal") + DICE,
    "a seal of 63 digits": HEAD + SEAL[:-2] + "\n" + DICE,
    "a seal of 65 digits": HEAD + SEAL[:-1] + "0\n" + DICE,
    "a seal that is empty": HEAD + "seal:\n" + DICE,
    "a space before a digest": HEAD + f"seal: {X}\n" + DICE,
    "an unknown source": HEAD + "coin:1\n",
    "a source in capitals": HEAD + "TEXT:a\n",
    "a space before a source": HEAD + " text:a\n",
    "a source without a colon": HEAD + "text\n",
    "a source without a name": HEAD + ":a\n",
    "an empty text": HEAD + "text:\n",
    "a text with a tab": HEAD + "text:a\tb\n",
    "a text with NUL": HEAD + "text:a\x00b\n",
    "a text with a zero-width space": HEAD + "text:a\u200bb\n",
    "a text with a line separator": HEAD + "text:a\u2028b\n",
    "a text with a next-line control": HEAD + "text:a\u0085b\n",
    "a text with a direction mark": HEAD + "text:\u202ea\n",
    "randomness of 63 digits": HEAD + OS[:-2] + "\n",
    "randomness of 65 digits": HEAD + OS[:-1] + "0\n",
    "randomness in capitals": HEAD + f"os-random:{Y.upper()}\n",
    "randomness with 0x": HEAD + f"os-random:0x{Y[2:]}\n",
    "dice without a digit": HEAD + SEAL + "dice:\n",
    "a die that shows 0": HEAD + SEAL + "dice:30\n",
    "a die that shows 7": HEAD + SEAL + "dice:37\n",
    "dice with spaces": HEAD + SEAL + "dice:3 1 4\n",
    "dice with full-width digits": HEAD + SEAL + "dice:\uff13\uff11\n",
    "a lottery without an issue": HEAD + SEAL + "ssq::03 08 15 19 27 31+12\n",
    "a lottery with five red balls": HEAD + SEAL + "ssq:2026135:03 08 15 19 27+12\n",
    "a lottery with seven red balls": HEAD + SEAL + "ssq:2026135:03 08 15 19 27 31 32+12\n",
    "a lottery without a blue ball": HEAD + SEAL + "ssq:2026135:03 08 15 19 27 31\n",
    "a red ball twice": HEAD + SEAL + "ssq:2026135:03 08 15 19 19 31+12\n",
    "red balls out of order": HEAD + SEAL + "ssq:2026135:08 03 15 19 27 31+12\n",
    "a red ball 00": HEAD + SEAL + "ssq:2026135:00 08 15 19 27 31+12\n",
    "a red ball 34": HEAD + SEAL + "ssq:2026135:03 08 15 19 27 34+12\n",
    "a blue ball 00": HEAD + SEAL + "ssq:2026135:03 08 15 19 27 31+00\n",
    "a blue ball 17": HEAD + SEAL + "ssq:2026135:03 08 15 19 27 31+17\n",
    "red balls without leading zeros": HEAD + SEAL + "ssq:2026135:3 8 15 19 27 31+12\n",
    "red balls with commas": HEAD + SEAL + "ssq:2026135:03,08,15,19,27,31+12\n",
    "a beacon without a round": HEAD + SEAL + f"drand-quicknet::{Y}\n",
    "a beacon's round with a leading zero": HEAD + SEAL + f"drand-quicknet:01:{Y}\n",
    "a beacon's round with a sign": HEAD + SEAL + f"drand-quicknet:-1:{Y}\n",
    "a beacon's randomness of 63 digits": HEAD + SEAL + DRAND[:-2] + "\n",
    "a beacon with an empty signature": HEAD + SEAL + DRAND[:-1] + ":\n",
    "a beacon with a signature that is not hex": HEAD + SEAL + DRAND[:-1] + ":xyz!\n",
    "a share without a name": HEAD + SEAL + f"share::{Y}\n",
    "a share without a value": HEAD + SEAL + "share:纪检组:\n",
    "a share of 63 digits": HEAD + SEAL + SHARE[:-2] + "\n",
    "a share's value in capitals": HEAD + SEAL + f"share:纪检组:{Y.upper()}\n",
    "a share's name with a colon": HEAD + SEAL + f"share:纪:检:{Y}\n",
    "a share's name with a control": HEAD + SEAL + f"share:纪\t检:{Y}\n",
}


def make() -> str:
    vectors: list[Vector] = []
    for name, (text, kind) in GOOD.items():
        sources = [line.partition(":")[::2] for line in text.split("\n")[1:-1]]
        seal = sources.pop(0)[1] if sources[0][0] == "seal" else None
        expected = {"sha256": sha(text), "class": kind, "seal": seal, "sources": [list(one) for one in sources]}
        vectors.append({"name": name, **of_bytes(text.encode()), "outcome": "accepted", **expected})
    vectors += [{"name": name, **of_bytes(text.encode()), "outcome": "refused"} for name, text in BAD.items()]
    return document(
        "seed documents: their digest (the seed) and class, the seal they answer, their sources (draw-v1 §2)",
        "by hand; the digest is that of `sha256sum seed.txt`, with hashlib",
        vectors,
    )
