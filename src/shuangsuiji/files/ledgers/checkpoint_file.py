"""Checkpoints that were in other hands: what a file may have been through on its way, and whether a ledger goes on from one."""

from pathlib import Path

from shuangsuiji.evidence.ledger import LedgerBytes
from shuangsuiji.evidence.report import Check
from shuangsuiji.evidence.verification import verify
from shuangsuiji.files.durable.storage import read_start
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status

LONGEST = 4096
"""Bytes of a checkpoint; what is longer is none."""
_MARK = "\ufeff"
_NONE = ""


def read_checkpoint(path: Path) -> str:
    """The text of a checkpoint file, as far as it may be one. Raises Refusal if there is no such file or it cannot be read."""
    return checkpoint_text(read_start(path, LONGEST + 1))


def checkpoint_text(data: bytes) -> str:
    """The text that these bytes are, without a byte order mark; no text at all for what is too long or not UTF-8."""
    try:
        return data.decode("utf-8").removeprefix(_MARK) if len(data) <= LONGEST else _NONE
    except UnicodeDecodeError:
        return _NONE


def replaceable(path: Path, data: bytes, source: LedgerBytes) -> bool:
    """Whether an earlier checkpoint at `path`, with the bytes `data`, may give way to one of this ledger. False for what is no
    checkpoint; raises Refusal(FAILED) for one that the ledger does not go on from, since it is what shows that."""
    check = _checked(checkpoint_text(data), source)
    if check.outcome == "failed":
        place = Place(file=str(path))
        problem = Problem.of(
            Code.LEDGER_BROKEN, place, fault="checkpoint", file=str(path), expected=check.expected, actual=check.actual
        )
        raise Refusal(Status.FAILED, problem)
    return check.outcome == "passed"


def _checked(text: str, source: LedgerBytes) -> Check:
    """The check `checkpoint`, of the lines alone."""
    report = verify(LedgerBytes(source.lines, {}), checkpoint=text)
    return next(check for check in report.checks if check.name == "checkpoint")
