"""`verify`: derive everything again, and say what cannot be known."""

from pathlib import Path
from typing import Any

from shuangsuiji.cli.circumstances import given_path
from shuangsuiji.evidence.report import Check
from shuangsuiji.evidence.verification import verify
from shuangsuiji.files.durable.storage import read_input, read_ledger
from shuangsuiji.model.problems import Code, Problem, Refusal, Status
from shuangsuiji.screen import verify_view
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.reporting import problem_value


def run(ledger: str, batch: str | None, checkpoint: str | None, style: Style) -> int:
    """Verify the ledger; the status to exit with."""
    screen = Screen(style)
    text = None
    if checkpoint is not None:
        lines = read_input(Path(checkpoint)).decode("utf-8-sig", errors="replace").splitlines()
        text = "".join(f"{line}\n" for line in lines)  # whatever a text editor did to the ends of lines
    report = verify(read_ledger(given_path("台账", ledger)), batch, text)
    known = sorted({event.line.batch for event in report.ledger.events if event.line.batch})
    if batch is not None and batch not in known and report.status == Status.DONE:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_UNKNOWN_BATCH, batch=batch, known="、".join(known)))
    verify_view.show_report(screen, report, ledger, with_checkpoint=checkpoint is not None)
    problems = [problem_value(problem) for problem in verify_view.problems_of(report, ledger)]
    screen.document({"status": report.status, "problems": problems, "checks": [_value(c) for c in report.checks]})
    return report.status


def _value(check: Check) -> dict[str, Any]:
    line = check.line
    return {
        "check": check.name,
        "seq": None if line is None else line.seq,
        "plan": None if line is None else line.plan,
        "batch": None if line is None else line.batch,
        "status": check.outcome,
        "expected": check.expected,
        "actual": check.actual,
    }
