"""`verify`: derive everything again, and say what cannot be known."""

from typing import Any

from shuangsuiji.cli.circumstances import given_path
from shuangsuiji.evidence.report import Check
from shuangsuiji.evidence.verification import verify
from shuangsuiji.files.durable.spelling import spelled
from shuangsuiji.files.durable.storage import read_ledger
from shuangsuiji.files.ledgers.checkpoint_file import read_checkpoint
from shuangsuiji.model.problems import Code, Problem, Refusal, Status
from shuangsuiji.screen import verify_view
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.reporting import problem_value


def run(ledger: str, batch: str | None, checkpoint: str | None, style: Style) -> int:
    """Verify the ledger; the status to exit with."""
    screen = Screen(style)
    text = None if checkpoint is None else read_checkpoint(given_path("--checkpoint", checkpoint))
    report = verify(read_ledger(given_path("台账", ledger)), batch, text)
    known = sorted({event.line.batch for event in report.ledger.events if event.line.batch})
    if batch is not None and batch not in known and report.status == Status.DONE:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_UNKNOWN_BATCH, batch=batch, known="、".join(known)))
    verify_view.show_report(screen, report, ledger, with_checkpoint=checkpoint is not None)
    problems = [problem_value(problem) for problem in verify_view.problems_of(report, ledger)]
    files = {"strays": list(map(spelled, report.strays)), "beyond": verify_view.beyond(report)}
    screen.document({"status": report.status, "problems": problems, "checks": [_value(c) for c in report.checks], **files})
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
