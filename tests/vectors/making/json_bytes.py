"""canonical.json: values and their canonical JSON, and bytes that are refused (draw-v1 §8)."""

import json
from typing import Any

from making.common import Vector, canonical, document, of_bytes

BIG = 2**53 - 1


def _nested(depth: int, opening: str, closing: str, inner: str = "") -> str:
    return opening * depth + inner + closing * depth


# name: (value, its bytes written by hand)
GOOD: dict[str, tuple[Any, str]] = {
    "null": (None, "null\n"),
    "true": (True, "true\n"),
    "false": (False, "false\n"),
    "zero": (0, "0\n"),
    "a negative integer": (-1, "-1\n"),
    "the largest integer": (BIG, "9007199254740991\n"),
    "the smallest integer": (-BIG, "-9007199254740991\n"),
    "an empty string": ("", '""\n'),
    "an empty list": ([], "[]\n"),
    "an empty object": ({}, "{}\n"),
    "no white space": ({"a": [1, 2], "b": {"c": None}}, '{"a":[1,2],"b":{"c":null}}\n'),
    "keys in byte order": ({"b": 1, "a": 2, "_": 3, "B": 4, "10": 5, "9": 6}, '{"10":5,"9":6,"B":4,"_":3,"a":2,"b":1}\n'),
    "an empty key": ({"": 1, "a": 2}, '{"":1,"a":2}\n'),
    "a key that is a prefix": ({"ab": 1, "a": 2}, '{"a":2,"ab":1}\n'),
    "text as it is": ("双随机、一公开", '"双随机、一公开"\n'),
    "text outside the BMP": ("\U00020bb7", '"\U00020bb7"\n'),
    "quotes and backslashes": ('a"b\\c', '"a\\"b\\\\c"\n'),
    "short escapes": ("\b\t\n\f\r", '"\\b\\t\\n\\f\\r"\n'),
    "other controls": ("\x00\x01\x1f", '"\\u0000\\u0001\\u001f"\n'),
    "DEL is no control here": ("\x7f", '"\x7f"\n'),
    "slashes, angle brackets and ampersands stay": ("</a>&'", '"</a>&\'"\n'),
    "line separators stay": ("\u2028\u2029", '"\u2028\u2029"\n'),
    "a byte order mark within a string": ("\ufeff", '"\ufeff"\n'),
    "letters are not composed": ("e\u0301\u00e9", '"e\u0301\u00e9"\n'),
    "depth 32": (json.loads(_nested(32, "[", "]")), _nested(32, "[", "]") + "\n"),
    "brackets within a string are no depth": ("[" * 40, '"' + "[" * 40 + '"\n'),
}
# name: bytes that a reader refuses, one defect each
BAD: dict[str, bytes] = {
    "nothing": b"",
    "only a line feed": b"\n",
    "no line feed at the end": b'{"a":1}',
    "two line feeds at the end": b'{"a":1}\n\n',
    "a carriage return before the line feed": b'{"a":1}\r\n',
    "a carriage return at the end": b'{"a":1}\r',
    "a space in front": b' {"a":1}\n',
    "a space at the end": b'{"a":1} \n',
    "a space after a colon": b'{"a": 1}\n',
    "a space after a comma": b"[1, 2]\n",
    "a line feed within": b"[1,\n2]\n",
    "a tab within": b"[1,\t2]\n",
    "a form feed within": b"[1,\x0c2]\n",
    "a byte order mark": b'\xef\xbb\xbf{"a":1}\n',
    "keys out of order": b'{"b":1,"a":2}\n',
    "keys out of order, deep": b'{"a":[{"b":1,"a":2}]}\n',
    "an upper-case key after a lower-case one": b'{"a":1,"B":2}\n',
    "a key twice": b'{"a":1,"a":2}\n',
    "a key twice with the same value": b'{"a":1,"a":1}\n',
    "a key twice, deep": b'[{"x":{"a":1,"a":1}}]\n',
    "a key twice, once escaped": b'{"a":1,"\\u0061":1}\n',
    "NaN": b"[NaN]\n",
    "Infinity": b"[Infinity]\n",
    "minus Infinity": b"[-Infinity]\n",
    "a float": b"[1.5]\n",
    "a float that is an integer": b"[1.0]\n",
    "an exponent": b"[1e3]\n",
    "an upper-case exponent": b"[1E3]\n",
    "minus zero": b"[-0]\n",
    "minus zero as a float": b"[-0.0]\n",
    "a leading zero": b"[01]\n",
    "a plus sign": b"[+1]\n",
    "hexadecimal": b"[0x10]\n",
    "a number without digits before the point": b"[.5]\n",
    "a number without digits after the point": b"[1.]\n",
    "2^53": b"[9007199254740992]\n",
    "-2^53": b"[-9007199254740992]\n",
    "2^63": b"[9223372036854775808]\n",
    "2^64": b"[18446744073709551616]\n",
    "an integer of 5000 digits": b"[" + b"9" * 5000 + b"]\n",
    "a float that is too large": b"[1e999]\n",
    "an escaped letter": b'["\\u0041"]\n',
    "an escaped Chinese character": b'["\\u4e2d"]\n',
    "an escaped surrogate pair": b'["\\ud842\\udfb7"]\n',
    "an escaped slash": b'["\\/"]\n',
    "an escaped DEL": b'["\\u007f"]\n',
    "an escape with upper-case digits": b'["\\u001F"]\n',
    "a long escape for a line feed": b'["\\u000a"]\n',
    "a long escape for a quote": b'["\\u0022"]\n',
    "an unknown escape": b'["\\x41"]\n',
    "a broken escape": b'["\\u12"]\n',
    "a raw line feed in a string": b'["a\nb"]\n',
    "a raw tab in a string": b'["a\tb"]\n',
    "a raw NUL in a string": b'["a\x00b"]\n',
    "an escaped lone surrogate": b'["\\ud842"]\n',
    "an escaped lone low surrogate": b'["\\udfb7"]\n',
    "a surrogate in UTF-8": b'["\xed\xa1\x82"]\n',
    "a surrogate pair in UTF-8": b'["\xed\xa1\x82\xed\xbe\xb7"]\n',
    "an overlong encoding": b'["\xc1\x81"]\n',
    "a cut-off encoding": b'["\xe4\xb8"]\n',
    "GBK": b'["\xd6\xd0"]\n',
    "a byte that is never UTF-8": b'["\xff"]\n',
    "UTF-16": '{"a":1}\n'.encode("utf-16"),
    "UTF-16 without a mark": '{"a":1}\n'.encode("utf-16-be"),
    "a key that is not ASCII": '{"计划":1}\n'.encode(),
    "a key that is not ASCII, deep": '[{"a":{"\u00e9":1}}]\n'.encode(),
    "single quotes": b"{'a':1}\n",
    "a key without quotes": b"{a:1}\n",
    "a key that is a number": b"{1:1}\n",
    "a comma at the end of a list": b"[1,]\n",
    "a comma at the end of an object": b'{"a":1,}\n',
    "a comment": b"[1/*one*/]\n",
    "two values": b"1 2\n",
    "two lines": b"1\n2\n",
    "a list that is not closed": b"[1\n",
    "a string that is not closed": b'["a\n',
    "a bracket too many": b"[1]]\n",
    "True": b"[True]\n",
    "None": b"[None]\n",
    "undefined": b"[undefined]\n",
    "NUL after the value": b"1\x00\n",
    "depth 33": _nested(33, "[", "]").encode() + b"\n",
    "depth 33 of objects": _nested(33, '{"a":', "}", "1").encode() + b"\n",
    "depth 5,000": _nested(5000, "[", "]").encode() + b"\n",
}
# name: JSON of a value that a writer refuses (to be read with a lenient reader)
UNWRITABLE = {
    "a float to write": "[1.5]",
    "a float that is an integer to write": "[1.0]",
    "2^53 to write": "[9007199254740992]",
    "-2^53 to write": "[-9007199254740992]",
    "a lone surrogate to write": '["\\ud842"]',
    "a lone surrogate in a key to write": '{"\\udfb7":1}',
    "a key that is not ASCII to write": '{"计划":1}',
    "depth 33 to write": _nested(33, "[", "]"),
    "depth 33 of objects to write": _nested(33, '{"a":', "}", "1"),
}


def make() -> str:
    vectors: list[Vector] = []
    for name, (value, text) in GOOD.items():
        if canonical(value) != text:
            raise ValueError(f"by hand {text!r}, by §8's json.dumps {canonical(value)!r}: {name}")
        vectors.append({"name": name, "kind": "both_ways", "value": value, "text": text, "outcome": "accepted"})
    vectors += [{"name": name, "kind": "read", **of_bytes(data), "outcome": "refused"} for name, data in BAD.items()]
    vectors += [{"name": name, "kind": "write", "json": text, "outcome": "refused"} for name, text in UNWRITABLE.items()]
    return document(
        "values and their canonical JSON; bytes that a reader refuses, values that a writer refuses (draw-v1 §8)",
        "by hand; the maker checks the accepted ones with the json.dumps that §8 prints",
        vectors,
    )
