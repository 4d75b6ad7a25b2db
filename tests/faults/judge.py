"""What must hold after any disturbance, asked of the ledger and of what was said; the ledger's own code is asked only to go on.

The ledger is the old one or the new one or on the way; an acknowledged draw is never lost; nothing that was there is changed; the
same command again ends with the same events, byte for byte; what failed said nothing; and in the end `verify` agrees.
"""

import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from cli import Desk, Ended, tree
from faults.scenes import REPAIR, Scene, clock_at_noon, put

from shuangsuiji.cli import draw
from shuangsuiji.files.inputs import Inputs

LINES = "ledger.jsonl"


class Violation(AssertionError):
    """The evidence was harmed, or a lie was told."""


@dataclass
class Trial:
    """A scene set up once: the ledger before, the events after an undisturbed run, and verdicts found so far by state."""

    scene: Scene
    office: Desk
    before: dict[str, bytes] = field(default_factory=dict)
    wanted: list[tuple[str, str]] = field(default_factory=list)
    status: int = 0
    judged: dict[str, str] = field(default_factory=dict)
    read: Callable[..., Inputs] | None = None

    @classmethod
    def of(cls, scene: Scene, folder: Path) -> "Trial":
        with clock_at_noon():
            office = scene.make(folder)
            trial = cls(scene, office, tree(office.ledger) if office.ledger.exists() else {})
            ended = office.type(*scene.command)
        trial.status = ended.status
        trial.wanted = events_of(office.ledger)
        trial.reset()
        return trial

    def reset(self) -> None:
        put(self.office.ledger, self.before)

    def type(self, *arguments: str) -> Ended:
        """Run a command here; plan and pools, which nothing disturbs, are read once, and so is what there is to type."""
        if self.read is None:
            self.read = functools.cache(draw.read_inputs)
        with (
            clock_at_noon(),
            mock.patch.object(draw, "read_inputs", self.read),
        ):
            return self.office.type(*arguments)

    def judge(self, status: int | None, printed: str) -> None:
        """Raises Violation. `status` of the disturbed run is None where it died; `printed` is what stood on its stdout."""
        if status not in (None, 0, self.status) and printed:
            raise Violation(f"exit {status}, and yet a result was shown: {printed[:80]!r}")
        ledger = self.office.ledger
        held = {name: data for name, data in (tree(ledger) if ledger.exists() else {}).items() if "/.tmp-" not in name}
        told = bool(printed) or status in (0, self.status)
        key = hashlib.sha256(repr((told, sorted(held.items()))).encode()).hexdigest()
        if key not in self.judged:
            self.judged[key] = self._verdict(held, told)
        if self.judged[key]:
            raise Violation(self.judged[key])

    def _verdict(self, held: dict[str, bytes], told: bool) -> str:
        changed = [name for name, data in self.before.items() if name != LINES and held.get(name) != data]
        if changed:
            return f"changed or gone: {changed[0]}"
        if told and (events_of(self.office.ledger) != self.wanted):
            return "told as done, and not in the ledger"
        again = self._again(held)
        for _ in range(3):
            ended = self.type(*again)
            if ended.status != 10 or "LEDGER-003" not in ended.stderr:
                break
            mended = self.type(*REPAIR)
            if mended.status != 0:
                return f"not mended: {mended.stderr}"
        allowed = {self.status, 5} if self.scene.command[0] == "void" else {self.status}
        if ended.status not in allowed:
            return f"the same command again: {ended.status} {ended.stderr}"
        if without_repairs(events_of(self.office.ledger)) != without_repairs(self.wanted):
            return "other events than those of an undisturbed run"
        if self.scene.command == REPAIR and not set(self.wanted) <= set(events_of(self.office.ledger)):
            return "the repair is not told"
        if self.status in (0, 4) and (verified := self.type("verify")).status != 0:
            return f"verify: {verified.stderr}"
        return ""

    def _again(self, held: dict[str, bytes]) -> tuple[str, ...]:
        """The same command; without its seed once that is sealed, since a retry must not need to know it."""
        command = self.scene.command
        sealed = any(name.endswith("-seal.json") and name.startswith("events/") for name in held.keys() - self.before.keys())
        if sealed and "--seed" in command and "--all" not in command:
            at = command.index("--seed")
            return command[:at] + command[at + 2 :]
        return command


def events_of(ledger: Path) -> list[tuple[str, str]]:
    """(type, digest of its file) of every event up to the first whose line or file is not whole."""
    found = []
    lines = (ledger / LINES).read_bytes() if (ledger / LINES).exists() else b""
    for line in lines.split(b"\n")[:-1]:
        try:
            value = json.loads(line)
            data = (ledger / value["file"]).read_bytes()
        except (ValueError, OSError):
            break
        found.append((value["type"], hashlib.sha256(data).hexdigest()))
    return found


def without_repairs(events: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [one for one in events if one[0] != "repair"]
