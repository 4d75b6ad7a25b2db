"""Ctrl-C at random moments of a real `draw` process: it ends with 130 (or had ended), says nothing of a result that is not in the
ledger, and the next run goes on."""

import random
import shutil
import signal
import subprocess
import sys
import time

from cli import environment
from faults.judge import Trial, Violation

_LOADED = b"shuangsuiji.cli.ending"
"""Read when an interrupt is answered by us; before that Python itself is still starting."""


def interrupt(trial: Trial, lot: random.Random, longest: float) -> int:
    """One run, interrupted after a random time; its status. Raises Violation."""
    trial.reset()
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "shuangsuiji", *trial.scene.command],
        cwd=trial.office.folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    if process.stderr is None:
        raise AssertionError
    for line in process.stderr:
        if _LOADED in line:
            break
    time.sleep(lot.random() * longest)
    process.send_signal(signal.SIGINT)
    printed, errors = process.communicate(timeout=120)
    if process.returncode not in (0, 130):
        raise Violation(f"interrupted, and ended with {process.returncode}: {errors[-300:].decode(errors='replace')}")
    if process.returncode == 130:
        trial.judge(130 if not printed else None, printed.decode())
    else:
        trial.judge(0, printed.decode())
    return process.returncode


def timed(trial: Trial) -> float:
    """How long a run takes that is left alone, from the moment it can be interrupted: an upper bound."""
    trial.reset()
    start = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "shuangsuiji", *trial.scene.command],
        cwd=trial.office.folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    shutil.rmtree(trial.office.ledger)
    return time.monotonic() - start
