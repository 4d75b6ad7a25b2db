"""The clock, the operator and the tool: what a ledger's line says beside an event. Nothing of it reaches a draw."""

import datetime
import getpass
from pathlib import Path

from shuangsuiji import __version__
from shuangsuiji.evidence.lines import Circumstances
from shuangsuiji.model.problems import Code, Problem, Refusal, Status
from shuangsuiji.model.text import NotCanonical, canonical_value

_CHINA = datetime.timezone(datetime.timedelta(hours=8))


def today() -> str:
    """The day that it is in China, whatever zone the machine is in."""
    return datetime.datetime.now(_CHINA).date().isoformat()


def now(operator: str) -> Circumstances:
    """Time of China to the second, whatever zone the machine is in."""
    time = datetime.datetime.now(_CHINA).isoformat(timespec="seconds")
    return Circumstances(time, operator, f"shuangsuiji {__version__}")


def operator_name(given: str | None) -> str:
    """`--operator`, or the login name. Raises Refusal(USAGE) where there is neither, or for text that no line may hold."""
    if given is None:
        try:
            given = getpass.getuser()
        except (OSError, KeyError, ImportError) as error:
            raise Refusal(Status.USAGE, Problem.of(Code.CLI_BAD_TEXT, option="--operator", value="")) from error
    return given_text("--operator", given)


def given_path(option: str, text: str) -> Path:
    """A path from the command line. Raises Refusal(USAGE) if it is empty, which would mean the folder one happens to be in."""
    if not text:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_BAD_TEXT, option=option, value=text))
    return Path(text)


def given_text(option: str, text: str) -> str:
    """A text from the command line, as a value. Raises Refusal(USAGE) if it is empty or holds what no field may hold."""
    try:
        value = canonical_value(text)
    except NotCanonical as error:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_BAD_TEXT, option=option, value=text)) from error
    if not value:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_BAD_TEXT, option=option, value=text))
    return value
