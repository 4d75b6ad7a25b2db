"""`verifier`: hand out the independent verifier, byte for byte as it ships."""

from importlib.resources import files
from pathlib import Path

from shuangsuiji.evidence.canonical import sha256
from shuangsuiji.files.durable.storage import write_export
from shuangsuiji.model.problems import Status
from shuangsuiji.screen.console import Screen, Style


def run(out: str, style: Style) -> int:
    """Write the verifier to `out`; the status to exit with."""
    screen = Screen(style)
    data = files("shuangsuiji").joinpath("verify_record.py").read_bytes()
    write_export(Path(out), data, b"\n".join(data.split(b"\n", 2)[:2]))
    screen.say(f"独立复核程序已存为 {out}")
    screen.say(f"SHA-256 {sha256(data)}")
    screen.say(f"用法：python -I -S {out} 台账目录")
    screen.document({"status": Status.DONE, "problems": [], "file": out, "sha256": sha256(data)})
    return Status.DONE
