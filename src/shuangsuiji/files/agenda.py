"""Where every batch of a plan stands on a day: what `run` acts on, and `plan calendar` shows."""

from dataclasses import dataclass
from typing import Any, Literal

from shuangsuiji.evidence.ledger import BatchState, Ledger
from shuangsuiji.files.working_days import DueDay, Schedule, due_days
from shuangsuiji.model.plan import Plan
from shuangsuiji.model.problems import Code, Place, Problem, Severity

Standing = Literal["due", "later", "missed", "skipped"]


@dataclass(frozen=True, eq=False, slots=True)
class Item:
    """A batch, its due day, its state in the ledger, and what is to be done about it."""

    due: DueDay
    state: BatchState
    standing: Standing

    @property
    def batch(self) -> str:
        """The batch's id."""
        return self.due.batch

    @property
    def waiting(self) -> bool:
        """Whether it is sealed for a seed that is still to come."""
        return self.state.name == "sealed" and self.state.seal is not None and self.state.seal.value["seed_document"] is None

    @property
    def reason(self) -> str:
        """Why it stands so: the name of its state, or `waiting`."""
        return "waiting" if self.waiting else self.state.name

    @property
    def seq(self) -> int | None:
        """The number of the event that put it there, None for none."""
        return None if self.state.event is None else self.state.event.line.seq

    def value(self) -> dict[str, Any]:
        """As JSON."""
        return {"batch": self.batch, "due_day": self.due.day, "reason": self.reason, "seq": self.seq}

    def missed(self) -> Problem:
        """What is to be known of a batch that was missed."""
        known = {"batch": self.batch, "day": self.due.day, "end": self.due.window.end, "state": self.state.name}
        return Problem.of(Code.DRAW_MISSED, Place(path=self.batch), Severity.WARNING, **known)


def agenda(plan: Plan, schedule: Schedule, ledger: Ledger, today: str, date: str) -> tuple[Item, ...]:
    """Every batch by its due day, then in the order of the plan.

    Due is what was to be drawn on `date` or before it. Missed is what can no longer be inspected `today`, so that an earlier
    `date` makes fewer batches due and none that a later one would not have.
    """
    states = ((due, ledger.state((plan.id, due.batch))) for due in due_days(plan, schedule))
    return tuple(_item(due, state, today, date) for due, state in states)


def _item(due: DueDay, state: BatchState, today: str, date: str) -> Item:
    item = Item(due, state, "due")
    if state.name in ("drawn", "void"):  # who took a draw back also says when it is drawn again
        return Item(due, state, "skipped")
    if due.window.end < today:
        return Item(due, state, "missed")
    if due.day > date:
        return Item(due, state, "later")
    return Item(due, state, "skipped") if item.waiting else item
