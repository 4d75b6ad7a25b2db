"""Text from outside shows what one cannot see, and nothing else changes."""

import ast
import json
import random
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from cli import Desk, Ended, desk, environment
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import QUICK

import shuangsuiji
from shuangsuiji.cli.ending import tell_of_bug
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.show import escaped, show

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


# ------------------------------------------------------------------------------------------------- a hundred thousand texts

# What Unicode calls Default_Ignorable_Code_Point (DerivedCoreProperties.txt, version 15), which draws as nothing
IGNORABLE = [
    *((0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F)),
    *((0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0)),
    *((0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
]
BLANKS = [0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x2800]  # they pass for a space; NBSP and the wide space are left
KINDS = {  # what a hostile cell may hold, and ordinary letters between
    "controls": [*range(0x20), *range(0x7F, 0xA0)],
    "direction": [0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)],
    "zero width": [0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF],
    "surrogates": list(range(0xD800, 0xE000)),
    "tags": list(range(0xE0000, 0xE0080)),
    "variation selectors": [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x180B],
    "separators": [0x2028, 0x2029, 0x85],
    "ignorable": [code for first, last in IGNORABLE for code in range(first, last + 1)],
    "blanks": BLANKS,
    "nonstandard": [*range(0xFDD0, 0xFDF0), *(plane + end for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))],
}
HARMLESS = "张三李四甲乙局〇㐀𠀀𰻝é\u3000\u00a0 ab<U+>09;&\"'\ue000한👍"


def hostile_texts(seed: int, count: int) -> Iterator[str]:
    """Texts of up to eleven characters, a third of them from `KINDS`, each kind as often as another, all from one number."""
    chance = random.Random(seed)
    letters, weights = list(HARMLESS), [2 * len(KINDS) / len(HARMLESS)] * len(HARMLESS)
    for codes in KINDS.values():
        letters += map(chr, codes)
        weights += [1 / len(codes)] * len(codes)
    drawn = "".join(chance.choices(letters, cum_weights=list(accumulate(weights)), k=6 * count))
    ends = sorted(chance.choices(range(len(drawn)), k=count - 1))
    return (drawn[first:last][:11] for first, last in pairwise([0, *ends, len(drawn)]))


def character_class(codes: Iterable[int]) -> str:
    """As ranges, which a search is quick with."""
    runs: list[list[int]] = []
    for code in sorted(set(codes)):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "[" + "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in runs) + "]"


DANGEROUS = re.compile(character_class(code for codes in KINDS.values() for code in codes))
SPELLED = re.compile("<U[+]([0-9A-F]{4,6})>")


def test_a_hundred_thousand_hostile_texts_come_out_plain() -> None:
    """One line, nothing hidden, nothing lost, and the same whether shown once or twice, on a GBK console too."""
    texts = list(hostile_texts(2023, 100_000))
    shown = list(map(show, texts))
    assert len(shown) == 100_000
    for text, plain in zip(texts, shown, strict=True):
        if DANGEROUS.search(plain) or show(plain) != plain or plain.splitlines() not in ([], [plain]):
            pytest.fail(ascii(text))
        # read back, it is the text again: two texts are shown alike only where one spells such a character out itself
        if plain != text and SPELLED.sub(_meant, plain) != SPELLED.sub(_meant, text):
            pytest.fail(ascii(text))
    assert "\n".join(shown).encode("gbk", errors="replace").count(b"\n") == 99_999
    changed = sum(text != plain for text, plain in zip(texts, shown, strict=True))
    assert 60_000 < changed < 95_000, "the generator still makes what it is for"


def _meant(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def test_every_character_of_unicode_that_draws_as_nothing_is_spelled_out() -> None:
    """One by one; and of the rest nothing is touched: format, control, surrogate and separator by their category."""
    always = {code for first, last in IGNORABLE for code in range(first, last + 1)} | set(BLANKS) | set(KINDS["nonstandard"])
    musical_null_notehead = 0x1D159
    hidden = always | {code for code in range(0x110000) if unicodedata.category(chr(code)) in HIDDEN} | {musical_null_notehead}
    wanted = [f"<U+{code:04X}>" if code in hidden else chr(code) for code in range(0x110000)]
    if show("".join(map(chr, range(0x110000)))) != "".join(wanted):
        assert [hex(code) for code in range(0x110000) if show(chr(code)) != wanted[code]] == []


def test_whatever_the_screen_is_given_nothing_hidden_reaches_a_stream(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(Style())
    for text in hostile_texts(7, 200):
        screen.say(text)
        screen.verbatim(text)
        screen.heading(text)
        screen.note(text)
        screen.problem(text)
        screen.table([text, f"{text}>"], [[text, (text, "乙")]])
    said = capsys.readouterr()
    for stream in (said.out, said.err):
        assert len(stream) > 1000
        assert DANGEROUS.search(stream.replace("\n", "")) is None


def test_a_heading_of_a_table_is_no_markup_and_stays_whole(capsys: pytest.CaptureFixture[str]) -> None:
    Screen(Style()).table(["[red]甲[/red]", ":smile:>", "[link=http://a]乙>>"], [["1", "2", "3"]])
    heading, _ = capsys.readouterr().out.splitlines()
    assert heading.split() == ["[red]甲[/red]", ":smile:", "[link=http://a]乙>"]


# ------------------------------------------------------------------------------------------------------------ JSON documents


def test_a_json_document_holds_none_of_these_characters_and_means_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """Expected: RFC 8259, section 7. Any character may stand as its escape; the value is what the standard library reads."""
    texts = [*hostile_texts(11, 2000), *map(chr, (*range(0x20), 0x7F, 0x85, 0x9B, 0x202E, 0xD800, 0xE0041))]
    value = {"texts": texts, **{f"{number}{text}": text for number, text in enumerate(texts[:200])}}
    Screen(Style(json=True)).document(value)
    said = capsys.readouterr().out
    assert DANGEROUS.search(said.replace("\n", "")) is None
    assert "张三" in said, "what one can see is left as it is"
    assert json.loads(said) == {"format_version": 1, **json.loads(json.dumps(value))}


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("\u202e", r'"\u202e"'),
        ("\x7f\x9b", r'"\u007f\u009b"'),
        ("\ud800", r'"\ud800"'),
        ("\U000e0041", r'"\udb40\udc41"'),
        ("\n\x1b", r'"\n\u001b"'),
        ("张三 é👍\u3000", '"张三 é👍\u3000"'),
    ],
)
def test_what_one_cannot_see_is_escaped_in_json(text: str, document: str) -> None:
    """Expected: by hand from RFC 8259, section 7; beyond the first plane as the two halves of UTF-16."""
    assert escaped(json.dumps(text, ensure_ascii=False)) == document
    assert json.loads(document) == text


# ----------------------------------------------------------------------------------------------- nobody else writes on them

SOURCE = Path(shuangsuiji.__file__).parent
SPEAKERS = [*sorted((SOURCE / "screen").rglob("*.py")), *sorted((SOURCE / "cli").rglob("*.py")), SOURCE / "__main__.py"]
# `console` is the way out, `streams` what lies under it. The others say fixed words of ours: how a run ended, and the version
MAY_WRITE = {"screen/console.py", "cli/ending.py", "cli/streams.py", "__main__.py"}
WAYS_OUT = {
    "print",
    "print_exc",
    "print_exception",
    "print_tb",
    "echo",
    "secho",
    "pprint",
    "warn",
    "breakpoint",
    "Console",
    "getLogger",
}


def ways_out(tree: ast.AST) -> list[tuple[int, str]]:
    """Every place that could write on the streams of the process."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in WAYS_OUT:
                found.append((node.lineno, name))
            case ast.Attribute(value=ast.Name(id="sys"), attr="stdout" | "stderr" | "__stdout__" | "__stderr__" as name):
                found.append((node.lineno, name))
            case ast.Attribute(value=ast.Name(id="os"), attr="write" | "writev" | "fdopen" | "system" as name):
                found.append((node.lineno, f"os.{name}"))
            case ast.ImportFrom(module="sys" | "os" as module, names=names):
                found += [(node.lineno, f"{module}.{one.name}") for one in names if one.name in {"stdout", "stderr", "write"}]
    return found


@pytest.mark.parametrize("path", SPEAKERS, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_nothing_of_screen_and_cli_writes_but_through_the_console(path: Path) -> None:
    name = path.relative_to(SOURCE).as_posix()
    found = ways_out(ast.parse(path.read_text(encoding="utf-8")))
    if name == "cli/main.py":
        assert [way for _, way in found] == ["echo"], "the version, a number of ours"
    else:
        assert found == [] or name in MAY_WRITE


@pytest.mark.parametrize(
    "code",
    ["print(1)", "sys.stdout.write(a)", "typer.echo(a)", "os.write(1, b)", "from sys import stderr", "traceback.print_exc()"],
)
def test_a_way_out_is_found_where_there_is_one(code: str) -> None:
    assert len(ways_out(ast.parse(code))) == 1


def test_the_console_writes_nothing_that_has_not_passed_show() -> None:
    """What is written is the prefix (ours), a piece of a shown text, a line of the table, or the document, escaped."""
    tree = ast.parse((SOURCE / "screen" / "console.py").read_text(encoding="utf-8"))
    written = [
        ast.unparse(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write"
    ]
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For) and ast.unparse(node.target) == "piece"]
    pieces = [ast.unparse(node.iter) for node in loops]
    inside = {part for one in written for part in re.findall(r"{(.*?)}", one)}
    assert inside == {"self._prefix", "piece", "show(text)", "line.rstrip()", "escaped(text)"}
    assert len(pieces) == 2
    assert all(one.startswith("wrapped(show(text), ") for one in pieces)


# ------------------------------------------------------------------------------------------------------------- what a bug says

NAME, NUMBER = "张三丰", "0000001"  # what must not get into a log: somebody's name, and the number of his licence
FAULTS = {
    "a key": ("shuangsuiji.draw.drawing.draw", "raise KeyError('张三丰')"),
    "a chain": (
        "shuangsuiji.evidence.record.record_value",
        "\n    try:\n        int('0000001张三丰')\n    except ValueError as one:\n        raise RuntimeError('张三丰') from one",
    ),
    "a note": (
        "shuangsuiji.files.inputs.read_entities",
        "\n    error = IndexError('张三丰')\n    error.add_note('0000001')\n    raise error",
    ),
}


def with_a_bug(office: Desk, place: str, body: str, **env: str) -> Ended:
    """`draw` in a process of its own, in which this function is broken wherever it is known by its name."""
    module, name = place.rsplit(".", 1)
    program = f"""
import importlib, sys
def broken(*arguments, **more): {body}
import shuangsuiji.cli.draw
sound = getattr(importlib.import_module({module!r}), {name!r})
for one in list(sys.modules.values()):
    if one.__name__.startswith("shuangsuiji") and getattr(one, {name!r}, None) is sound:
        setattr(one, {name!r}, broken)
sys.argv = ["shuangsuiji", "draw", "plan.yaml", "--batch", "B1", "--rehearse"]
from shuangsuiji.__main__ import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=office.folder, env=environment(**env), capture_output=True, check=False, timeout=60
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_bug_says_where_it_is_and_nothing_of_what_was_in_the_data(tmp_path: Path, fault: str) -> None:
    office = desk(tmp_path / "王五的文件夹")
    ended = with_a_bug(office, *FAULTS[fault])
    assert ended.status == 1
    assert ended.stdout == ""
    for personal in (NAME, NUMBER, "王五", str(tmp_path), "Traceback"):
        assert personal not in ended.stderr
    kind = {"a key": "KeyError", "a chain": "RuntimeError", "a note": "IndexError"}[fault]
    assert f"程序本身的差错，不是结论：builtins.{kind}" in ended.stderr
    assert re.search(r"^  shuangsuiji\.cli\.draw 第 \d+ 行 run$", ended.stderr, re.M)
    assert "SHUANGSUIJI_DEBUG=1" in ended.stderr
    if fault == "a chain":
        assert ended.stderr.index("builtins.ValueError") < ended.stderr.index("由此引起") < ended.stderr.index("RuntimeError")


def test_whoever_asks_for_it_sees_the_whole_traceback(tmp_path: Path) -> None:
    ended = with_a_bug(desk(tmp_path), *FAULTS["a chain"], SHUANGSUIJI_DEBUG="1")
    assert ended.status == 1
    for part in ("Traceback", f"RuntimeError: {NAME}", f"{NUMBER}{NAME}", "draw.py"):
        assert part in ended.stderr


def test_a_bug_that_goes_round_in_circles_is_told_in_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    def deeper(number: int) -> int:
        return deeper(number + 1) + 1

    with pytest.raises(RecursionError) as caught:
        deeper(0)
    caught.value.__cause__ = caught.value
    tell_of_bug(caught.type, caught.value, caught.tb)
    said = capsys.readouterr().err
    assert said.count("deeper") == 39 or said.count("deeper") == 40
    assert said.count("RecursionError") == 1


def test_no_message_of_a_chain_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither of what was raised, nor of its cause, nor of what was being handled, nor of a group's members."""
    try:
        try:
            raise KeyError(NAME)
        except KeyError as error:
            error.add_note(NUMBER)
            raise ExceptionGroup(NAME, [ValueError(NUMBER)]) from error
    except ExceptionGroup as error:
        tell_of_bug(type(error), error, error.__traceback__)
    said = capsys.readouterr().err
    assert "builtins.KeyError" in said
    assert "builtins.ExceptionGroup" in said
    assert NAME not in said
    assert NUMBER not in said
