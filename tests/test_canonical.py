"""Canonical JSON (draw-v1 §8): the bytes written out by hand, and every kind of refusal."""

import json
from enum import IntEnum
from typing import Any

import pytest
from builders import sha
from hypothesis import given
from hypothesis import strategies as st
from strategies import QUICK

from shuangsuiji.evidence.canonical import NotCanonicalJson, decode, encode, sha256


def nested(depth: int, opening: str = "[", closing: str = "]") -> str:
    return opening * depth + closing * depth


ENCODED = {
    "null": (None, "null\n"),
    "true": (True, "true\n"),
    "false": (False, "false\n"),
    "zero": (0, "0\n"),
    "a negative integer": (-7, "-7\n"),
    "the largest integer": (2**53 - 1, "9007199254740991\n"),
    "the least integer": (-(2**53) + 1, "-9007199254740991\n"),
    "an empty string": ("", '""\n'),
    "Chinese as it is": ("示范区", '"示范区"\n'),
    "beyond the basic plane": ("𠮷😀", '"𠮷😀"\n'),
    "escapes": ('"\\/\b\f\n\r\t', '"\\"\\\\/\\b\\f\\n\\r\\t"\n'),
    "control characters": ("\x00\x1f\x7f\u0085\u2028", '"\\u0000\\u001f\x7f\u0085\u2028"\n'),
    "an empty list": ([], "[]\n"),
    "an empty object": ({}, "{}\n"),
    "a list": ([1, "a", None], '[1,"a",null]\n'),
    "keys are sorted": ({"b": 1, "a": {"d": [], "c": {}}, "B": 2}, '{"B":2,"a":{"c":{},"d":[]},"b":1}\n'),
    "an empty key": ({"": 1}, '{"":1}\n'),
    "32 lists": (json.loads(nested(32)), nested(32) + "\n"),
}


@pytest.mark.parametrize(("value", "text"), ENCODED.values(), ids=ENCODED)
def test_a_value_has_one_sequence_of_bytes(value: Any, text: str) -> None:
    assert encode(value) == text.encode()
    assert decode(text.encode()) == value
    assert type(decode(text.encode())) is type(value)


class Number(IntEnum):
    ONE = 1


CYCLE: list[Any] = []
CYCLE.append(CYCLE)

REFUSED_VALUES: dict[str, Any] = {
    "2^53": 2**53,
    "-2^53": -(2**53),
    "a far larger integer": 10**400,
    "a float": 1.5,
    "a float that is whole": 1.0,
    "NaN": float("nan"),
    "infinity": float("inf"),
    "a float inside": {"a": [1, {"b": 0.1}]},
    "a lone high surrogate": "\ud800",
    "a lone low surrogate": "a\udfffb",
    "a surrogate in a list": ["\udc80"],
    "a key that is not ASCII": {"键": 1},
    "a key with an accent": {"é": 1},
    "a surrogate in a key": {"\ud800": 1},
    "a key that is a number": {1: 2},
    "a key that is None": {None: 2},
    "a key that is true": {True: 2},
    "bytes": b"a",
    "a tuple": (1, 2),
    "a set": {1, 2},
    "an object": object(),
    "33 lists": json.loads(nested(33)),
    "33 objects": json.loads('{"a":' * 32 + "{}" + "}" * 32),
    "a list that holds itself": CYCLE,
}


@pytest.mark.parametrize("value", REFUSED_VALUES.values(), ids=REFUSED_VALUES)
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonicalJson):
        encode(value)


def test_an_integer_of_another_type_is_written_as_the_integer() -> None:
    assert encode([Number.ONE]) == b"[1]\n"


REFUSED_BYTES: dict[str, bytes] = {
    "nothing": b"",
    "only LF": b"\n",
    "no LF": b"{}",
    "two LF": b"{}\n\n",
    "CR LF": b"{}\r\n",
    "a leading space": b" {}\n",
    "a trailing space": b"{} \n",
    "a byte order mark": b"\xef\xbb\xbf{}\n",
    "a space after a colon": b'{"a": 1}\n',
    "a space after a comma": b"[1, 2]\n",
    "a line break inside": b"[1,\n2]\n",
    "keys out of order": b'{"b":1,"a":2}\n',
    "equal keys": b'{"a":1,"a":1}\n',
    "equal keys, one escaped": b'{"a":1,"\\u0061":1}\n',
    "equal keys deep inside": b'{"a":[{"b":{"c":1,"c":2}}]}\n',
    "NaN": b"NaN\n",
    "Infinity": b"[Infinity]\n",
    "-Infinity": b"[-Infinity]\n",
    "a float": b"1.5\n",
    "a whole float": b"1.0\n",
    "an exponent": b"1e2\n",
    "a large exponent": b"1E400\n",
    "minus zero": b"-0\n",
    "a plus sign": b"+1\n",
    "leading zeros": b"01\n",
    "2^53": b"9007199254740992\n",
    "-2^53": b"-9007199254740992\n",
    "5000 digits": b"9" * 5000 + b"\n",
    "an escaped letter": b'"\\u0061"\n',
    "an escaped ideograph": b'"\\u7532"\n',
    "an escaped slash": b'"\\/"\n',
    "upper case in an escape": b'"\\u001F"\n',
    "a long escape for LF": b'"\\u000a"\n',
    "an escaped pair of surrogates": b'"\\ud842\\udfb7"\n',
    "an escaped lone surrogate": b'"\\ud800"\n',
    "an encoded surrogate": b'"\xed\xa0\x80"\n',
    "an overlong encoding": b'"\xc0\xaf"\n',
    "a cut-off character": b'"\xe7\x94"\n',
    "Latin 1": b'"\xe9"\n',
    "UTF-16": "{}\n".encode("utf-16"),
    "GB 18030": '"示范区"\n'.encode("gb18030"),
    "a raw LF in a string": b'"a\nb"\n',
    "a raw NUL": b'"\x00"\n',
    "a key that is not ASCII": '{"键":1}\n'.encode(),
    "two values": b"{}\n{}\n",
    "a comment": b"{}//\n",
    "a trailing comma": b"[1,]\n",
    "single quotes": b"{'a':1}\n",
    "cut off": b'{"a":\n',
    "33 lists": nested(33).encode() + b"\n",
    "33 lists behind brackets in a string": b'["[[[[[[[[\\"]]",' + nested(32).encode() + b"]\n",
    "33 objects": b'{"a":' * 32 + b"{}" + b"}" * 32 + b"\n",
    "a million brackets": b"[" * 1_000_000,
    "a hundred thousand objects": b'{"a":' * 100_000,
}


@pytest.mark.parametrize("data", REFUSED_BYTES.values(), ids=REFUSED_BYTES)
def test_bytes_that_are_not_canonical_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonicalJson) as refused:
        decode(data)
    assert refused.value.reason


def test_brackets_in_strings_are_no_depth() -> None:
    text = '["' + "[{" * 100 + '\\"]"]\n'
    assert encode(decode(text.encode())) == text.encode()


def test_siblings_are_no_depth() -> None:
    text = "[" + ",".join(["[[]]"] * 100) + "]\n"
    assert encode(decode(text.encode())) == text.encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet="abAB_", max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(JSON)
@QUICK
def test_canonical_bytes_are_those_of_the_standard_library_and_come_back(value: Any) -> None:
    """draw-v1 §8 names the call."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n"
    assert encode(value) == text.encode()
    assert decode(text.encode()) == value


@given(st.binary(max_size=12) | JSON.map(lambda value: json.dumps(value).encode() + b"\n"))
@QUICK
def test_whatever_is_read_is_written_back_to_the_same_bytes(data: bytes) -> None:
    try:
        value = decode(data)
    except NotCanonicalJson:
        return
    assert encode(value) == data


def test_the_digest_is_sha_256() -> None:
    assert sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256("示范区\n".encode()) == sha("示范区\n")
