"""Text from outside shows what one cannot see, and nothing else changes."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import QUICK

from shuangsuiji.screen.show import show

HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("name", "character", "shown"),
    [
        ("NUL", "\0", "<U+0000>"),
        ("line feed", "\n", "<U+000A>"),
        ("escape", "\x1b", "<U+001B>"),
        ("delete", "\x7f", "<U+007F>"),
        ("C1 control", "\x9b", "<U+009B>"),
        ("soft hyphen", "\u00ad", "<U+00AD>"),
        ("Arabic letter mark", "\u061c", "<U+061C>"),
        ("zero-width space", "\u200b", "<U+200B>"),
        ("zero-width joiner", "\u200d", "<U+200D>"),
        ("left-to-right mark", "\u200e", "<U+200E>"),
        ("right-to-left mark", "\u200f", "<U+200F>"),
        ("line separator", "\u2028", "<U+2028>"),
        ("paragraph separator", "\u2029", "<U+2029>"),
        ("left-to-right embedding", "\u202a", "<U+202A>"),
        ("right-to-left override", "\u202e", "<U+202E>"),
        ("word joiner", "\u2060", "<U+2060>"),
        ("isolate", "\u2066", "<U+2066>"),
        ("pop isolate", "\u2069", "<U+2069>"),
        ("byte order mark", "\ufeff", "<U+FEFF>"),
        ("tag", "\U000e0041", "<U+E0041>"),
        ("lone surrogate", "\ud800", "<U+D800>"),
        ("combining grapheme joiner", "\u034f", "<U+034F>"),
        ("Hangul filler", "\u3164", "<U+3164>"),
        ("variation selector", "\ufe0f", "<U+FE0F>"),
        ("ideographic variation selector", "\U000e0100", "<U+E0100>"),
    ],
)
def test_what_one_cannot_see_is_spelled_out(name: str, character: str, shown: str) -> None:
    assert show(f"甲{character}b") == f"甲{shown}b", name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "示范区市场监督管理局",
        "a b <c> & \"d\" 'e'",
        "〔2023〕2号",
        "全　角",
        "㐀𠀀",
        "é ǖ",
        "e\u0301",
        "√×※…—·",
        "한글",
        "\ue000",
        "\u00a0",
    ],
)
def test_what_one_can_see_stays_as_it_is(text: str) -> None:
    assert show(text) == text


@settings(QUICK)
@given(st.text() | st.text(st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Mn"])))
@example("".join(map(chr, range(0x3000))))
@example("".join(map(chr, range(0xF900, 0x11000))))
def test_nothing_hidden_is_left_and_nothing_else_is_touched(text: str) -> None:
    shown = show(text)
    assert not HIDDEN.intersection(map(unicodedata.category, shown))
    if all(character.isascii() and character.isprintable() for character in text):
        assert shown == text
    assert show(shown) == shown
