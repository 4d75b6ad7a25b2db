"""Canonical text (draw-v1 §0, §1). Expected values are written out from the specification and the Unicode tables."""

import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from shuangsuiji.model.text import (
    NotCanonical,
    canonical_id,
    canonical_value,
    forbidden_character,
    is_day,
    join_set,
    plan_id,
    split_set,
    trimmed,
)

# draw-v1 §0, code point by code point
WHITE_SPACE = [
    *range(0x09, 0x0E),
    0x20,
    0x85,
    0xA0,
    0x1680,
    *range(0x2000, 0x200B),
    0x2028,
    0x2029,
    0x202F,
    0x205F,
    0x3000,
]
FORBIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize("code", WHITE_SPACE, ids=[f"U+{code:04X}" for code in WHITE_SPACE])
def test_every_white_space_character_is_trimmed_and_becomes_one_space(code: int) -> None:
    space = chr(code)
    assert trimmed(f"{space}甲{space}{space}") == "甲"
    assert canonical_value(f"{space}甲{space}\u3000{space}乙{space}") == "甲 乙"
    assert canonical_value(space * 3) == ""


def test_nothing_else_in_unicode_is_white_space() -> None:
    others = [chr(code) for code in range(0x110000) if code not in WHITE_SPACE]
    assert [c for c in others if trimmed(c) != c] == []


def test_a_field_holds_no_character_of_the_list_in_the_specification_and_every_other() -> None:
    """draw-v1 §0, the ranges read from the document itself."""
    text = (Path(__file__).parents[1] / "docs/spec/draw-v1.md").read_text(encoding="utf-8")
    listed = re.search(r"A \*field\* is .*?: U\+(.*?)\.\n", text, re.DOTALL)
    assert listed
    ranges = [[int(end, 16) for end in one.split("–")] for one in re.split(r",\s+", listed[1])]
    forbidden = {code for first, *last in ranges for code in range(first, (last or [first])[0] + 1)}
    assert {code for code in range(0x110000) if forbidden_character(chr(code))} == forbidden
    assert len(forbidden) > 2048  # the surrogates alone


def test_the_list_is_what_the_tables_of_unicode_say_of_the_five_categories() -> None:
    """Unicode 15.1 has those of the list; an earlier version lacks some, and what a later one adds a field may hold."""
    in_tables = {code for code in range(0x110000) if unicodedata.category(chr(code)) in FORBIDDEN}
    listed = {code for code in range(0x110000) if forbidden_character(chr(code))}
    if unicodedata.unidata_version == "15.1.0":
        assert listed == in_tables
    else:
        older = tuple(map(int, unicodedata.unidata_version.split("."))) < (15, 1)
        assert in_tables <= listed if older else listed <= in_tables


def test_the_first_forbidden_character_is_the_one_named() -> None:
    assert forbidden_character("甲\u200b乙\x00") == "\u200b"
    assert forbidden_character("甲 乙") == ""


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        pytest.param("91410800MA00000012", "91410800MA00000012", id="plain"),
        pytest.param("91410800ma00000012", "91410800MA00000012", id="lower case"),
        pytest.param("9141０８００MA", "91410800MA", id="full-width digits"),
        pytest.param("ａｂｃ", "ABC", id="full-width lower case"),
        pytest.param("  A1\t", "A1", id="surrounding white space"),
        pytest.param("\u3000A1\u00a0", "A1", id="surrounding ideographic and no-break space"),
        pytest.param("豫(2023)#1/2_3-4.5", "豫(2023)#1/2_3-4.5", id="all marks"),
        pytest.param("豫（2023）", "豫(2023)", id="full-width parentheses"),
        pytest.param("①", "1", id="circled digit"),
        pytest.param("ﬁ", "FI", id="ligature gives lower case that is then upper"),
        pytest.param("é", "é", id="only ASCII letters go to upper case"),
        pytest.param("e\u0301", "\u00e9", id="composed before it is upper"),
        pytest.param("ß", "ß", id="sharp s stays"),
        pytest.param("ı", "ı", id="dotless i stays"),
        pytest.param("k", "K", id="kelvin-safe k"),
        pytest.param("\u212a", "K", id="kelvin sign"),
        pytest.param("𠮷123", "𠮷123", id="astral letter"),
        pytest.param("Ⅷ", "VIII", id="roman numeral"),
        pytest.param("A" * 64, "A" * 64, id="64 characters"),
        pytest.param("𠮷" * 64, "𠮷" * 64, id="64 astral characters"),
        pytest.param("0091104", "0091104", id="leading zeros are kept"),
    ],
)
def test_an_id_of_a_pool_is_made_canonical(raw: str, canonical: str) -> None:
    assert canonical_id(raw) == canonical
    assert canonical_id(canonical) == canonical


@pytest.mark.parametrize(
    ("raw", "fault", "character"),
    [
        pytest.param("", "empty", "", id="empty"),
        pytest.param(" \t\u3000", "empty", "", id="white space only"),
        pytest.param("A B", "character", " ", id="inner space"),
        pytest.param("A\u3000B", "character", " ", id="inner ideographic space"),
        pytest.param("A\nB", "character", "\n", id="inner line break"),
        pytest.param("A,B", "character", ",", id="comma"),
        pytest.param('A"B', "character", '"', id="quote"),
        pytest.param("A:B", "character", ":", id="colon"),
        pytest.param("A*", "character", "*", id="star"),
        pytest.param("A+B", "character", "+", id="plus"),
        pytest.param("A\u200bB", "character", "\u200b", id="zero-width space"),
        pytest.param("A\ufeff", "character", "\ufeff", id="byte order mark"),
        pytest.param("A\u0301\u0328x\u0489", "character", "\u0301", id="marks that do not compose"),
        pytest.param("A\x00", "character", "\x00", id="NUL"),
        pytest.param("A\ud800", "character", "\ud800", id="lone surrogate"),
        pytest.param("A€", "character", "€", id="currency sign"),
        pytest.param("😀", "character", "😀", id="emoji"),
        pytest.param("A" * 65, "too_long", "", id="65 characters"),
        pytest.param("𠮷" * 65, "too_long", "", id="65 astral characters"),
        pytest.param("ﬃ" * 22, "too_long", "", id="22 ligatures, 66 letters"),
        pytest.param("A'B", "character", "'", id="apostrophe"),
        pytest.param("A\\B", "character", "\\", id="backslash"),
    ],
)
def test_what_is_no_id_of_a_pool_is_refused(raw: str, fault: str, character: str) -> None:
    # marks that do not compose: NFKC puts U+0328 first, which joins A, and leaves U+0301
    with pytest.raises(NotCanonical) as refused:
        canonical_id(raw)
    assert (refused.value.fault, refused.value.character) == (fault, character)


def test_ids_are_stable_over_all_single_characters() -> None:
    unstable = []
    for code in range(0x110000):
        try:
            once = canonical_id(chr(code))
        except NotCanonical:
            continue
        if canonical_id(once) != once or any(unicodedata.category(c)[0] not in "LN" and c not in "._-/()#" for c in once):
            unstable.append(chr(code))
    assert unstable == []


@pytest.mark.parametrize(
    "text", ["jzsfq-2023", "2023Q1", "计划_甲.1", "a", "é", "𠮷", "x" * 64], ids=lambda t: f"{len(t)}:{t[:10]}"
)
def test_an_id_of_a_plan_is_taken_as_it_is(text: str) -> None:
    assert plan_id(text) == text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param(" a", "character", id="leading space"),
        pytest.param("a ", "character", id="trailing space"),
        pytest.param("a/b", "character", id="slash"),
        pytest.param("a(b)", "character", id="parentheses"),
        pytest.param("a#b", "character", id="number sign"),
        pytest.param("a:b", "character", id="colon"),
        pytest.param("a\n", "character", id="line break"),
        pytest.param("e\u0301", "character", id="not NFC"),
        pytest.param("\u212b", "character", id="angstrom sign, not NFC"),
        pytest.param("abce\u0301", "character", id="not NFC at the end"),
        pytest.param("\u200d", "character", id="joiner"),
        pytest.param("\ud800", "character", id="surrogate"),
        pytest.param("x" * 65, "too_long", id="65 characters"),
    ],
)
def test_what_is_no_id_of_a_plan_is_refused(text: str, fault: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        plan_id(text)
    assert refused.value.fault == fault


@pytest.mark.parametrize(
    ("text", "character"),
    [("abe\u0301c", "e"), ("abcd\u212b", "\u212b"), ("甲A\u030a", "A"), ("a/b", "/"), ("a\u200db", "\u200d")],
    ids=["composed in the middle", "composed at the end", "Chinese before it", "a mark", "a joiner"],
)
def test_the_first_character_that_an_id_of_a_plan_may_not_have_is_named(text: str, character: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        plan_id(text)
    assert refused.value.character == character


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        pytest.param("", "", id="empty"),
        pytest.param("甲 公司", "甲 公司", id="as it is"),
        pytest.param("  甲\t\r\n 公司 ", "甲 公司", id="runs, line breaks included"),
        pytest.param("e\u0301", "\u00e9", id="NFC"),
        pytest.param("Ａ①（", "Ａ①（", id="no NFKC"),
        pytest.param("abc", "abc", id="no upper case"),
        pytest.param("a\u3000\u0301", "a \u0301", id="a space that a mark follows"),
        pytest.param("a\u2028b\u2029c", "a b c", id="separators are white space"),
        pytest.param('a,"b"', 'a,"b"', id="CSV's own characters"),
        pytest.param("\ue000", "\ue000", id="private use"),
    ],
)
def test_a_value_is_made_canonical(raw: str, canonical: str) -> None:
    assert canonical_value(raw) == canonical
    assert canonical_value(canonical) == canonical


def test_nothing_but_white_space_is_trimmed_from_a_value() -> None:
    for code in range(0x21, 0x7F):
        assert canonical_value(f" {chr(code)}甲{chr(code)} ") == f"{chr(code)}甲{chr(code)}"


def test_the_days_are_those_of_the_calendar() -> None:
    """By Python's own, for every month and day of years of each kind."""
    for year in (1, 4, 100, 400, 1582, 1900, 1999, 2000, 2019, 2023, 2024, 2100, 9999):
        for month in range(14):
            for day in range(33):
                try:
                    there = bool(date(year, month, day))
                except ValueError:
                    there = False
                assert is_day(f"{year:04d}-{month:02d}-{day:02d}") is there


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0000-01-01",
        "2023-1-01",
        "2023-01-1",
        "20230101",
        "2023/01/01",
        "02023-01-01",
        "2023-01-01 ",
        "2023-01-01\n",
        "２023-01-01",
    ],
)
def test_a_day_in_another_form_is_none(text: str) -> None:
    assert not is_day(text)


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x1f", "\x1c", "\x7f", "\x9f", "\u200b", "\u200e", "\u2060", "\ufeff", "\u00ad", "\ud83d", "\U000e0001"],
    ids=lambda c: f"U+{ord(c):04X}",
)
def test_a_value_with_a_character_that_no_field_holds_is_refused(character: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical_value(f"甲{character}乙")
    assert (refused.value.fault, refused.value.character) == ("character", character)


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        pytest.param("", (), id="empty"),
        pytest.param("甲", ("甲",), id="one"),
        pytest.param("乙;甲", ("乙", "甲"), id="byte order is not the dictionary's"),
        pytest.param("b;a", ("a", "b"), id="sorted"),
        pytest.param("a；b|c", ("a", "b", "c"), id="three separators"),
        pytest.param(";;a;;", ("a",), id="empty ones dropped"),
        pytest.param("a;a；a", ("a",), id="repeated ones once"),
        pytest.param(" a ; b ", ("a", "b"), id="each trimmed"),
        pytest.param("a b;c", ("a b", "c"), id="inner space kept"),
        pytest.param("a，b、c", ("a，b、c",), id="other punctuation separates nothing"),
        pytest.param("\uffee;\U00010000", ("\uffee", "\U00010000"), id="byte order, not UTF-16 order"),
        pytest.param(" ; ", (), id="white space only"),
        pytest.param("xylem;box ; x", ("box", "x", "xylem"), id="letters at the ends kept"),
    ],
)
def test_a_set_is_split_at_its_separators_and_put_into_byte_order(cell: str, values: tuple[str, ...]) -> None:
    assert split_set(cell) == values
    assert list(values) == sorted(values, key=str.encode)
    assert split_set(join_set(values)) == values
    assert join_set(values) == ";".join(values)
