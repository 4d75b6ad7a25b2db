"""Unified social credit codes (GB 32100-2015): 18 characters without I, O, S, V and Z, the last one a check of the others.

Old registration numbers of 15 digits are still in use and have no check that could be asked of them here.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH = 18
_OLD_LENGTH = 15
_AUTHORITIES = "123456789ANY"
"""First characters: the kinds of registering authority (GB 32100-2015 and its later additions; A and N are letters)."""

_VALUES = np.full(256, -1, dtype=np.int16)
for _value, _character in enumerate(ALPHABET):
    _VALUES[ord(_character)] = _value
_WEIGHTS = np.array([*(pow(3, _power, 31) for _power in range(_LENGTH - 1)), 1], dtype=np.int64)
"""3 to the power of the place, modulo 31, and 1 for the check itself: the weighted sum of all 18 is a multiple of 31."""


def judged(ids: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The numbers of those of `ids` that have the length of a credit code and are none, and of old registration numbers.

    `ids` are canonical (upper case); what is not ASCII or of another length is in neither.
    """
    lengths = np.fromiter(map(len, ids), dtype=np.int64, count=len(ids))
    codes = np.flatnonzero(lengths == _LENGTH)
    wrong = [_wrong(ids, codes[at : at + 65_536]) for at in range(0, len(codes), 65_536)]
    old = [
        number for number in map(int, np.flatnonzero(lengths == _OLD_LENGTH)) if ids[number].isascii() and ids[number].isdigit()
    ]
    return np.concatenate([np.empty(0, np.intp), *wrong]), np.array(old, dtype=np.intp)


def _wrong(ids: Sequence[str], numbers: NDArray[np.intp]) -> NDArray[np.intp]:
    joined = "".join([ids[int(number)] for number in numbers]).encode("ascii", "replace")  # one byte a character
    values = _VALUES[np.frombuffer(joined, dtype=np.uint8).reshape(-1, _LENGTH)]
    first = np.frombuffer(joined, dtype=np.uint8).reshape(-1, _LENGTH)[:, 0]
    good = (values >= 0).all(axis=1) & (values[:, 1:8] <= 9).all(axis=1)
    good &= np.isin(first, np.frombuffer(_AUTHORITIES.encode(), dtype=np.uint8))
    good &= (values.astype(np.int64) * _WEIGHTS).sum(axis=1) % 31 == 0
    return np.asarray(numbers[~good])


def is_credit_code(code: str) -> bool:
    """Whether `code` is a credit code with the right check.

    >>> is_credit_code("91410800MA00000012"), is_credit_code("91410800MA00000021")
    (True, False)
    """
    return len(code) == _LENGTH and len(judged([code])[0]) == 0
