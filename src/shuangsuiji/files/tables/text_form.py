"""How a table of text is written: its encoding and what separates its cells.

UTF-8 and UTF-16 say what they are (a byte order mark, or bytes that could hardly be anything else). GB18030 says nothing, and
nearly any bytes can be read as it; it is taken only where the header then names the columns asked for, in Chinese. Nothing is
guessed: a table whose header makes no sense is refused, with what it seems to be.
"""

import codecs
import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shuangsuiji.files.raw_text import BadBytes, check_kind, decoded
from shuangsuiji.files.tables.block import BadTable, is_blank
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.problems import Code

ROWS_TO_A_HEADER = 20
"""How many rows, blank ones not counted, are looked at for the header: titles and explanations may stand above it."""

_DELIMITERS = (",", "\t", ";")
_SAMPLE = 1 << 16
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BIG5 = re.compile("編號|名稱|代碼|姓名|單位|證號")
_MISREADINGS = (("gb18030", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030"))

Fit = Callable[[Sequence[str]], int]
"""How many of the columns asked for a row names, if it is a header; `WHOLE` if it names all."""
WHOLE = 1_000


@dataclass(frozen=True, slots=True)
class TextForm:
    """An encoding by Python's name for it, how many bytes of a mark to skip, and the delimiter."""

    encoding: str = "utf-8"
    skip: int = 0
    delimiter: str = ","


UTF_8 = TextForm()


def text_form(data: bytes, fit: Fit) -> TextForm:
    """How `data` is written. Raises BadTable where that cannot be told."""
    if data.startswith(_UTF_16):
        _check_html(data[2:].decode("utf-16-le" if data.startswith(codecs.BOM_UTF16_LE) else "utf-16-be", "replace")[:512])
        return _delimited("utf-16", 0, _sample(data, "utf-16"), fit)[0]
    try:
        check_kind(data)
    except BadBytes as bad:
        raise BadTable(Unfit(Code.POOL_ENCODING, fault=bad.fault), bad.line) from bad
    _check_html(data[:512].decode("latin-1"))
    if data.startswith(codecs.BOM_UTF8):
        return _delimited("utf-8", len(codecs.BOM_UTF8), _sample(data[len(codecs.BOM_UTF8) :], "utf-8"), fit)[0]
    sample = _sample(data, "utf-8")
    form, named = _delimited("utf-8", 0, sample, fit)
    if named == WHOLE and not _head(sample, form.delimiter, fit).isascii():
        return form  # bad bytes further on are found when they are met
    try:
        decoded(data)
    except BadBytes as bad:
        return _not_utf_8(data, fit, bad)
    if named < WHOLE and (fault := _misread(sample, fit)):
        raise BadTable(Unfit(Code.POOL_ENCODING, fault=fault))
    return form


def _not_utf_8(data: bytes, fit: Fit, bad: BadBytes) -> TextForm:
    """GB18030, if the header says so."""
    sample = _sample(data, "gb18030")
    form, named = _delimited("gb18030", 0, sample, fit)
    if named < WHOLE:
        fault = "big5" if _BIG5.search(_sample(data, "big5")) else bad.fault
        raise BadTable(Unfit(Code.POOL_ENCODING, fault=fault), bad.line) from bad
    if _head(sample, form.delimiter, fit).isascii():
        raise BadTable(Unfit(Code.POOL_ENCODING, fault="unclear"), bad.line) from bad
    try:
        data.decode("gb18030")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadTable(Unfit(Code.POOL_ENCODING, fault="gb18030"), line) from error
    return form


def _misread(sample: str, fit: Fit) -> str:
    """Whether the header makes sense if some program read the bytes in a wrong encoding before it wrote them."""
    for written, read in _MISREADINGS:
        try:
            mended = sample[:2000].encode(written, "replace").decode(read, "replace")
        except UnicodeError:
            continue
        if _delimited("", 0, mended, fit)[1] == WHOLE:
            return "mojibake"
    return ""


def _sample(data: bytes, encoding: str) -> str:
    """The beginning of the text, as far as it can be read."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    return decoder.decode(data[:_SAMPLE]).removeprefix("\ufeff")


def _delimited(encoding: str, skip: int, sample: str, fit: Fit) -> tuple[TextForm, int]:
    """The form with the delimiter by which a header names most, and how much it names; a comma where none does better."""
    named = {mark: max(map(fit, first_rows(_rows(sample, mark))), default=0) for mark in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda mark: named[mark])
    return TextForm(encoding, skip, best), named[best]


def _head(sample: str, delimiter: str, fit: Fit) -> str:
    rows = first_rows(_rows(sample, delimiter))
    return "".join(rows[max(range(len(rows)), key=lambda number: fit(rows[number]))])


def _rows(sample: str, delimiter: str) -> list[list[str]]:
    lines = sample.replace("\r\n", "\n").replace("\r", "\n").split("\n")[: 10 * ROWS_TO_A_HEADER]
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader([line + "\n" for line in lines], delimiter=delimiter))
    except csv.Error:
        return rows  # of a quotation mark that is never closed, say; the reading itself will say where
    return rows


def first_rows(rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The rows among which a header is looked for."""
    return [row for row in rows if not is_blank(row)][:ROWS_TO_A_HEADER]


def _check_html(start: str) -> None:
    text = start.removeprefix("\ufeff").removeprefix("\xef\xbb\xbf").lstrip().lower()
    if text.startswith(("<html", "<!doctype", "<table", "<?xml", "<meta")):
        raise BadTable(Unfit(Code.POOL_NOT_CSV, fault="html"))
