"""The two streams of a command: stdout carries results only, everything else goes to stderr.

A terminal may be GBK and narrow, or no terminal at all: nothing is ever cut off. Whatever is written passes `show` here, once, so
that no name, id or seed from a file can move the cursor or pretend to be a line of ours. There is no colour and no other style:
whatever a terminal or its environment wants, not one escape sequence is written.
"""

import io
import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from shuangsuiji.screen.show import escaped, show

FORMAT_VERSION = 1
_PIPE_WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Style:
    """How a command was asked to speak."""

    json: bool = False
    quiet: bool = False


class Screen:
    """Writes Chinese for people, or one JSON document for programs."""

    def __init__(self, style: Style, prefix: str = "") -> None:
        """`prefix` stands before every line (a rehearsal marks itself so)."""
        self.style = style
        self._prefix = prefix

    @property
    def silent(self) -> bool:
        """Whether results are not shown in words at all."""
        return self.style.json or self.style.quiet

    def say(self, text: str = "") -> None:
        """A line of the result, wrapped at the terminal's width with its own indentation."""
        if not self.silent:
            for piece in wrapped(show(text), self._width(sys.stdout)):
                sys.stdout.write(f"{self._prefix}{piece}\n")

    def verbatim(self, text: str) -> None:
        """A line that somebody will copy: whole, however long."""
        if not self.silent:
            sys.stdout.write(f"{self._prefix}{show(text)}\n")

    def heading(self, text: str) -> None:
        """A line that opens a part of the result."""
        self.say()
        self.say(text)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str | tuple[str, ...]]]) -> None:
        """A table as wide as the terminal, cells folded rather than cut; through a pipe one line a row.

        A cell may be a tuple of lines; a column whose name ends with ``>`` stands right.
        """
        if self.silent:
            return
        piped = not sys.stdout.isatty()
        table = Table(box=None if piped else box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
        for column in columns:
            name = Text(show(column.removesuffix(">")))  # as a plain string it would be read as markup
            table.add_column(name, overflow="fold", no_wrap=piped, justify="right" if column.endswith(">") else "left")
        for row in rows:
            cells = [[show(line) for line in ((cell,) if isinstance(cell, str) else cell)] for cell in row]
            table.add_row(*(Text(("、" if piped else "\n").join(lines)) for lines in cells))
        buffer = io.StringIO()
        console = Console(
            file=buffer,
            width=self._width(sys.stdout),
            color_system=None,  # or FORCE_COLOR and TTY_COMPATIBLE would make headings bold, through a pipe too
            highlight=False,
            legacy_windows=False,
            safe_box=not _is_utf8(sys.stdout),
        )
        console.print(table)
        for line in buffer.getvalue().split("\n")[:-1]:
            sys.stdout.write(f"{self._prefix}{line.rstrip()}\n")

    def problem(self, text: str) -> None:
        """A line of a problem, on stderr; shown also with --quiet, not with --json (the document holds it)."""
        if not self.style.json:
            for piece in wrapped(show(text), self._width(sys.stderr)):
                sys.stderr.write(f"{self._prefix}{piece}\n")

    def note(self, text: str) -> None:
        """A remark on stderr that is not a problem; silent with --quiet and --json."""
        if not self.silent:
            self.problem(text)

    def document(self, value: dict[str, Any]) -> None:
        """The one JSON document, if JSON was asked for."""
        if self.style.json:
            ascii_only = not _is_utf8(sys.stdout)
            text = json.dumps({"format_version": FORMAT_VERSION, **value}, ensure_ascii=ascii_only, indent=2, sort_keys=False)
            sys.stdout.write(f"{escaped(text)}\n")

    def _width(self, stream: TextIO) -> int:
        if not stream.isatty():
            return _PIPE_WIDTH
        columns = os.environ.get("COLUMNS", "")
        try:
            width = int(columns) if columns.isdigit() else os.get_terminal_size(stream.fileno()).columns or 80
        except (OSError, ValueError):
            width = 80
        return max(40, width) - cell_len(self._prefix)


def _is_utf8(stream: TextIO) -> bool:
    return (getattr(stream, "encoding", None) or "").lower().replace("-", "").replace("_", "") == "utf8"


def wrapped(line: str, width: int) -> list[str]:
    """`line` in pieces of at most `width` columns (a Chinese character takes two), the later ones indented like the first.

    A single word longer than that stays whole: a digest that is cut in two cannot be copied.
    """
    if cell_len(line) <= width:
        return [line]
    indent = " " * min(len(line) - len(line.lstrip(" ")), width // 2)
    body = line.strip(" ")
    pieces: list[str] = []
    current = ""
    for word in _words(body):
        if current and cell_len(indent + current + word.rstrip(" ")) > width:
            pieces.append(indent + current.rstrip(" "))
            current = ""
        current += word
    pieces.append(indent + current.rstrip(" "))
    return pieces


_NEVER_FIRST = "，。、；：！？）》”’〕】·%"
_NEVER_LAST = "（《“‘〔【"


def _words(text: str) -> list[str]:
    """Where a line may be broken: after a space, and around wide characters, but never before closing punctuation."""
    words: list[str] = []
    for character in text:
        glue = words and (
            (character in _NEVER_FIRST)
            or (words[-1][-1] in _NEVER_LAST)
            or (character == " ")
            or (cell_len(character) == 1 and words[-1][-1] != " " and cell_len(words[-1][-1]) == 1)
        )
        if glue:
            words[-1] += character
        else:
            words.append(character)
    return words
