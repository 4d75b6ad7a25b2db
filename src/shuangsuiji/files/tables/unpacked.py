"""What an xlsx file would be unpacked, looked at before a reader unpacks it: sizes, document types, the extent of its sheets.

A reader of workbooks lays a sheet out as a rectangle; one cell at XFD1048576 would take all memory there is. Sizes that an
archive states of itself may be lies, so everything is unpacked here once, a piece at a time, and counted.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

MOST_BYTES = 1 << 28
MOST_CELLS = 20_000_000
MOST_PARTS = 5_000

_PIECE = 1 << 20
_OVERLAP = 256
_REFERENCE = re.compile(rb'<(?:\w+:)?c\b[^<>]*?\br="([A-Z]{1,4})([0-9]{1,8})"')
_ERROR = re.compile(rb'<(?:\w+:)?c\b[^<>]*?\bt="e"[^<>]*>')
_NO_RESULT = re.compile(
    rb"(<(?:\w+:)?c\b[^<>]*>)<(?:\w+:)?f\b[^<>]*>(?:[^<]*</(?:\w+:)?f>)?"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
"""A formula whose result was never stored: the program that wrote the file does not calculate."""


class Hostile(ValueError):
    """An archive that is not to be unpacked; `fault` says why."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def error_cells(data: bytes) -> dict[str, list[str]]:
    """The cells of each sheet (by the name of its part) that hold an error such as #N/A, or a formula without a result.

    Raises Hostile.
    """
    found: dict[str, list[str]] = {}
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise Hostile("damaged") from error
    if len(parts) > MOST_PARTS:
        raise Hostile("too_large")
    total = 0
    for part in parts:
        if part.flag_bits & 1:
            raise Hostile("password")
        sheet = part.filename.lower().startswith("xl/worksheets/")
        width, height, tail, errors = 0, 0, b"", found.setdefault(part.filename, [])
        for piece in _pieces(data, part):
            total += len(piece)
            if total > MOST_BYTES:
                raise Hostile("too_large")
            text = tail + piece
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise Hostile("dtd")
            if sheet:
                for letters, digits in _REFERENCE.findall(text):
                    width = max(width, _number(letters))
                    height = max(height, int(digits))
                if b't="e"' in text:
                    errors += [_cell_of(tag) for tag in _ERROR.findall(text)]
                if b"</f>" in text or b"<f/>" in text:
                    errors += [_cell_of(tag) for tag in _NO_RESULT.findall(text)]
            tail = text[-_OVERLAP:]  # what stands across the edge of two pieces; looked at twice, found twice, kept once
        if width * height > MOST_CELLS:
            raise Hostile("too_large")
    return {name: list(dict.fromkeys(filter(None, cells))) for name, cells in found.items() if cells}


def _cell_of(tag: bytes) -> str:
    found = _REFERENCE.match(tag)
    return found.expand(rb"\1\2").decode() if found else ""


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _pieces(data: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part's bytes, whatever sizes the archive states."""
    header = data[part.header_offset : part.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise Hostile("damaged")
    name, extra = struct.unpack("<HH", header[26:30])
    start = part.header_offset + 30 + name + extra
    packed = data[start : start + part.compress_size] if part.compress_size else b""
    if part.compress_type == zipfile.ZIP_STORED:
        yield from (packed[at : at + _PIECE] for at in range(0, len(packed), _PIECE))
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise Hostile("damaged")
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while not unpack.eof:
            piece = unpack.decompress(packed, _PIECE)
            if not piece and not unpack.unconsumed_tail:
                break
            yield piece
            packed = unpack.unconsumed_tail
    except zlib.error as error:
        raise Hostile("damaged") from error
