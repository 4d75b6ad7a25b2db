"""What `draw`, `run` and `void` do with a locked ledger: look at what is asked for, draw one batch after the other, end."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from shuangsuiji.cli.outlook import raised
from shuangsuiji.evidence.ledger import Ledger
from shuangsuiji.evidence.lines import Event
from shuangsuiji.files.conduct import Conducted, Session
from shuangsuiji.files.entropy import fresh_seed
from shuangsuiji.files.inputs import Inputs
from shuangsuiji.model.problems import Refusal, Status
from shuangsuiji.model.seed import SeedDocument
from shuangsuiji.screen.console import Screen
from shuangsuiji.screen.draw_view import adopted_value, show_adopted
from shuangsuiji.screen.infeasible_view import Shown
from shuangsuiji.screen.reporting import problem_value, show_problems

T = TypeVar("T")


def check_all(session: Session, inputs: Inputs, batches: tuple[str, ...], seed: SeedDocument | None) -> None:
    """Look at all batches before any is drawn. Raises Refusal: CONFLICT or INPUT."""
    session.check(inputs, batches, seed)
    check_raised(inputs, session.ledger, batches)


def draw_one(session: Session, inputs: Inputs, batch: str, seed: SeedDocument | None) -> Conducted:
    """Draw the next batch, or finish, show or refuse it as its state demands. Raises Refusal: CONFLICT or INPUT."""
    check_raised(inputs, session.ledger, (batch,))  # again after `check_all`: those before it are history now
    return session.draw(inputs, batch, seed, fresh_seed)


def check_raised(inputs: Inputs, ledger: Ledger, batches: tuple[str, ...]) -> None:
    """Raises Refusal(INPUT) where the plan makes an error of what may go wrong with a batch that is not sealed yet."""
    if problems := raised(inputs, ledger, batches):
        raise Refusal(Status.INPUT, *problems)


def shown(one: Conducted) -> Shown:
    """An outcome as the screen needs it."""
    line = one.event.line
    record = None if one.infeasible is not None else one.event.value
    failure = one.event.value if one.infeasible is not None else None
    return Shown(line.batch, record, one.infeasible, one.inputs, line, one.new, failure)


def attempted(act: Callable[[], T]) -> T | Refusal:
    """What `act` returns, or the refusal that it raises: nothing is said before the lock is given back."""
    try:
        return act()
    except Refusal as refusal:
        return refusal


def refused(screen: Screen, refusal: Refusal, adopted: Sequence[Event]) -> int:
    """End with a refusal, after telling what was written nevertheless."""
    if not adopted:
        raise refusal
    show_adopted(screen, adopted)
    show_problems(screen, refusal.problems)
    told = [problem_value(problem) for problem in refusal.problems]
    screen.document({"status": int(refusal.status), "problems": told, "adopted": adopted_value(adopted)})
    return refusal.status
