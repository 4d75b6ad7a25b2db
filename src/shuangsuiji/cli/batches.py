"""The batches of a plan with their state in the ledger: what `plan show` and a `draw` without `--batch` list."""

from typing import Any

from shuangsuiji.evidence.ledger import BatchState, Ledger
from shuangsuiji.model.plan import Plan, common_window
from shuangsuiji.screen.console import Screen
from shuangsuiji.screen.words import STATES


def batch_rows(plan: Plan, ledger: Ledger) -> list[dict[str, Any]]:
    """One row a batch, in the order of `draw --all`."""
    rows = []
    for batch in plan.batches:
        tasks = plan.tasks_of(batch)
        window = common_window(task.window for task in tasks)
        state = ledger.state((plan.id, batch))
        rows.append(
            {
                "batch": batch,
                "tasks": [task.id for task in tasks],
                "from": window.start,
                "to": window.end,
                "state": state.name,
                "seq": state.event.line.seq if state.event else None,
            }
        )
    return rows


def show_batches(screen: Screen, plan: Plan, ledger: Ledger) -> None:
    """The batches as a table."""
    screen.heading("批次（按检查期限先后）")
    screen.table(
        ("批次", "任务", "共同检查期限", "状态"),
        [
            (
                row["batch"],
                tuple("、".join(row["tasks"][k : k + 8]) for k in range(0, len(row["tasks"]), 8)),
                f"{row['from']} 至 {row['to']}",
                state_text(ledger.state((plan.id, row["batch"]))),
            )
            for row in batch_rows(plan, ledger)
        ],
    )


def state_text(state: BatchState) -> str:
    """A state in words, with the event that brought it about."""
    return STATES[state.name] + (f"（台账第 {state.event.line.seq} 条）" if state.event else "")
