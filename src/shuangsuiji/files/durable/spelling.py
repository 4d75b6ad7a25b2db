"""File names as evidence and JSON may hold them: a name on a disk is bytes, and not always text."""

import re

_NO_TEXT = re.compile("[\ud800-\udfff]")
_BYTE, _BYTES_END = 0xDC00, 0xDCFF


def spelled(name: str) -> str:
    r"""A file's name with the bytes that are no text as ``\xNN`` (and what Windows has instead as ``\uNNNN``).

    >>> spelled("名录\udcff.csv")
    '名录\\xff.csv'
    """
    return _NO_TEXT.sub(_spell, name)


def _spell(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number - _BYTE:02x}" if _BYTE + 0x80 <= number <= _BYTES_END else f"\\u{number:04x}"
