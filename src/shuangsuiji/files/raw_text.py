"""Bytes that should be text: UTF-8, with or without a byte order mark, and nothing else (draw-v1 §0)."""

from typing import Literal

BytesFault = Literal["xls", "xlsx", "utf16", "nul", "gbk", "not_utf8"]

_MAGIC: tuple[tuple[bytes, BytesFault], ...] = (
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"PK\x03\x04", "xlsx"),
    (b"\xff\xfe", "utf16"),
    (b"\xfe\xff", "utf16"),
)


class BadBytes(ValueError):
    """Bytes that are not UTF-8 text. `fault` says what they seem to be, `line` and `column` (from 1) where it shows."""

    def __init__(self, fault: BytesFault, line: int | None = None, column: int | None = None) -> None:
        super().__init__(fault, line, column)
        self.fault = fault
        self.line = line
        self.column = column


def check_kind(data: bytes) -> None:
    """Raises BadBytes for a workbook of a spreadsheet program, for UTF-16, and for NUL bytes; looks no further."""
    for magic, fault in _MAGIC:
        if data.startswith(magic):
            raise BadBytes(fault)
    if (at := data.find(b"\0")) >= 0:
        raise BadBytes("nul", _line(data, at))


def decoded(data: bytes) -> str:
    """The text of `data` without its byte order mark. Raises BadBytes."""
    check_kind(data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(error.object, error.start) from error


def _not_utf8(data: bytes, at: int) -> BadBytes:
    start = data.rfind(b"\n", 0, at) + 1
    column = len(data[start:at].decode("utf-8", errors="replace")) + 1
    return BadBytes("gbk" if _is_gb18030(data) else "not_utf8", _line(data, at), column)


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


def _is_gb18030(data: bytes) -> bool:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True
