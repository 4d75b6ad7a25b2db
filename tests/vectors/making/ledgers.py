"""ledgers.json: small whole ledgers, honest and forged, with every check that does not pass (ledger-v1, Verification)."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from making.common import Vector, document, verifier
from making.forged_draws import DRAWS, FORMS
from making.forged_lines import CHECKPOINTS, LINES
from making.forged_seals import SEALS, SEEDS
from making.forged_states import FAILURES, STATES
from making.forging import DERIVED
from making.story import Files, capped, opened, small, year

CASES = {**LINES, **DRAWS, **FORMS, **SEALS, **STATES, **SEEDS, **FAILURES, **CHECKPOINTS}


def checks_of(files: Files, checkpoint: str | None) -> list[list[Any]]:
    """The checks that do not pass, by the independent verifier; seq 0 for those of the ledger."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("events", "snapshots"):
            (Path(folder) / name).mkdir()
        for path, text in files.items():
            (Path(folder) / path).write_bytes(text.encode())
        given = None
        if checkpoint is not None:
            given = Path(folder) / "checkpoint.txt"
            given.write_bytes(checkpoint.encode())
        found = verifier.Ledger(folder, given and str(given)).checks
    return sorted([c["seq"] or 0, c["check"], c["status"]] for c in found if c["status"] != "passed")


def listed(expected: str) -> list[list[Any]]:
    """ "2 teams record failed; 1 events impossible" as [seq, check, status]; `derived` stands for the checks from `keys` on."""
    found = []
    for part in filter(None, expected.split("; ")):
        seq, *names, status = part.split()
        for name in names:
            found += [[int(seq), one, status] for one in (DERIVED if name == "derived" else [name])]
    return sorted(found)


def make() -> str:
    stories = {"small": small(), "year": year(), "opened": opened(), "capped": capped()}
    bases = {name: story.build() for name, story in stories.items()}
    vectors: list[Vector] = []
    for name, (base, made, expected, *checkpoint) in CASES.items():
        files = made(stories[base]) if isinstance(made, Callable) else made
        given = checkpoint[0](bases[base]) if checkpoint else None
        found = checks_of(files, given)
        if found != listed(expected):
            raise ValueError(f"{name}: by hand {listed(expected)}, by the verifier {found}")
        changes: dict[str, str | None] = {path: text for path, text in files.items() if bases[base].get(path) != text}
        changes |= {path: None for path in bases[base] if path not in files}
        statuses = {status for _, _, status in found}
        code = 10 if "failed" in statuses else 11 if statuses else 0
        vectors.append({"name": name, "base": base, "changes": changes, "checkpoint": given, "not_passed": found, "exit": code})
    return document(
        "whole ledgers as {path: text}: `changes` to the files of a base (null: the file is not there), a checkpoint or null, "
        "all checks that do not pass as [seq (0: the ledger), check, status], the exit status of a verifier",
        "by hand from the table of ledger-v1 (Verification); the independent verifier agrees",
        vectors,
        bases=bases,
    )
