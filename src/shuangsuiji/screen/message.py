"""What a message is: what happened, and what to do about it, with ``{placeholders}`` for a problem's values."""

from collections.abc import Mapping
from dataclasses import dataclass

from shuangsuiji.model.problems import Code


@dataclass(frozen=True, slots=True)
class Message:
    """Chinese, for people at an office; no character outside GBK."""

    text: str
    remedy: str


Catalogue = Mapping[Code, Message]
Particular = Mapping[tuple[Code, str], Message]
"""Messages for a code together with the ``fault`` among its values: a particular way of being wrong."""
