"""A trial that may break off: whatever the engine raises is a finding about the engine, and the next trial goes on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from shuangsuiji.model.problems import Refusal


class Verdict(Protocol):
    """What a trial finds."""

    @property
    def good(self) -> bool:
        """Whether everything is as it should be."""


Found = TypeVar("Found", bound=Verdict)


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """A trial that came to no end. `of`: what it would have found; `error`: what was raised (of a refusal its codes), without its
    message, which may hold cells of somebody's pool; `place`: the module and line of the program where it was raised."""

    of: type[Any]
    error: str
    place: str

    @property
    def good(self) -> bool:
        """Never."""
        return False


def attempt(of: type[Found], trial: Callable[[], Found]) -> Found | BrokenOff:
    """What `trial` finds, or that it broke off."""
    try:
        found = trial()
        bool(found.good)  # what the counts come to is computed only here, and may break off as well
    except Exception as error:  # noqa: BLE001 - see below
        # Here, and only here: what is tried is this program itself. A bug that raises is what the self-test is there to find, it
        # may be of any type, and a traceback with exit status 1 ("no verdict") would hide the verdict. Nothing is passed over:
        # the finding is bad, and says where. KeyboardInterrupt and SystemExit are no Exceptions and go through.
        return BrokenOff(of, _name(error), _place(error))
    return found


def _name(error: Exception) -> str:
    if isinstance(error, Refusal):  # nothing that is tried here may be refused
        return "、".join(dict.fromkeys(problem.code for problem in error.problems))
    return type(error).__name__


def _place(error: Exception) -> str:
    """The innermost line of this program, as `module:line`."""
    ours, place = __name__.partition(".")[0], ""
    trace = error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] == ours:
            place = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
