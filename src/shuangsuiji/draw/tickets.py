"""The hash, the keys and the tickets (draw-v1 §0, §3): the only source of chance in a draw.

Anyone can compute a ticket by hand: ``printf '%s\\n' KEY ENTITY | sha256sum``.

>>> seed = "0" * 63 + "1"
>>> key = entity_key(seed, "jzsfq-2023", "2023Q1")
>>> key
'3597ae163dc830a8f3602ee6c75af636897f5f110d4cd1785685da8c24daf100'
>>> tagged_hash(key, "91410800MA00000012")
'c4e90f9fc7ce013466983bed9ea6ebc031e1f5cacacfc39a9b70e84c0950dee7'
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ALGORITHM = "shuangsuiji/draw/1"
DIGEST_BYTES = 32
_IDS_AT_ONCE = 4096  # keeps the work in the processor's cache


def tagged_hash(*fields: str) -> str:
    """H(f1, …, fk): SHA-256 over the fields, each followed by one LF, as 64 lower-case hex digits (draw-v1 §0)."""
    return hashlib.sha256("\n".join((*fields, "")).encode()).hexdigest()


def entity_key(seed: str, plan: str, batch: str) -> str:
    """K: the key under which a batch's entities get their tickets. `seed` is the digest of the seed document."""
    return tagged_hash(ALGORITHM, "entity", seed, plan, batch)


def deal_key(seed: str, plan: str, batch: str, department: str) -> str:
    """D: the key under which a department's inspectors are dealt (draw-v1 §7)."""
    return tagged_hash(ALGORITHM, "deal", seed, plan, batch, department)


@dataclass(frozen=True, eq=False, slots=True)
class Tickets:
    """The tickets of n entities, 32 bytes each, one after the other."""

    digests: bytes

    def __len__(self) -> int:
        return len(self.digests) // DIGEST_BYTES

    def hex(self, index: int) -> str:
        """The ticket of entity `index` as 64 hex digits."""
        return self.digests[index * DIGEST_BYTES : (index + 1) * DIGEST_BYTES].hex()

    def words(self) -> NDArray[np.uint64]:
        """Shape (n, 4): the tickets as numbers in four 64-bit words, most significant first; a view of the digests."""
        return np.frombuffer(self.digests, dtype=">u8").reshape(len(self), 4)


def tickets(key: str, ids: Sequence[str]) -> Tickets:
    """ticket(e) = H(K, e) for every id in order."""
    sha256 = hashlib.sha256  # hashing both blocks anew is faster here than copying a state that holds the first (measured)
    pieces = []
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[start : start + _IDS_AT_ONCE]
        pieces.append(b"".join([sha256(f"{key}\n{entity}\n".encode()).digest() for entity in some]))
    return Tickets(b"".join(pieces))
