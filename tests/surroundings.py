"""What may surround a command that nobody watches: streams, locale, limits, folders, and what must come of it all the same.

Each row is a real process `python -m shuangsuiji draw | run --due | verify | check`. Its streams are closed, full, broken or a
terminal; HOME, PATH, TMPDIR, locale, umask, limits, the folder it stands in, the date and the zone are others. What must come of
it is written by hand (`statuses`, `faults`): the same bytes as in plain surroundings; status 0, or 6 where the result cannot be
written, and then the draw is recorded none the less; nothing said twice over, no traceback, no file elsewhere.

The table, the plan, the pools and the stopped clock are those of `purity`. The clock and the randomness of the operating system
are stopped by a `sitecustomize` on PYTHONPATH, so that the program is started as a scheduler would start it; the same file
writes down what the process saw around itself, since a level that never got there would prove nothing.
Run as the child, this file types commands in plain surroundings, many in one process (`type_plainly`).
"""

import contextlib
import hashlib
import inspect
import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import purity

ABSENT, DRAWN = purity.ABSENT, ("draw", "run")
PLAIN_DATE = "2024-03-01T09:00:00"

FACTORS: dict[str, tuple[str, ...]] = {
    "command": ("draw", "run", "verify", "check"),
    "stdin": ("null", "closed", "terminal"),
    "stdout": ("pipe", "closed", "full", "broken", "terminal"),
    "stderr": ("pipe", "closed", "full"),
    "LANG": ("C.UTF-8", "C", "zh_CN.GBK"),
    "HOME": ("there", "no such folder", ABSENT),
    "umask": ("022", "000", "077"),
    "TERM": (ABSENT, "dumb"),
    "PYTHONIOENCODING": (ABSENT, "gbk"),
    "COLUMNS": (ABSENT, "40"),
    "folder": ("ordinary", "read-only"),
    "PATH": ("there", ABSENT),
    "limit": ("none", "32 files", "512 KB of stack", "16 MB of stack"),
    "TMPDIR": (ABSENT, "no such folder"),
    "PYTHONDONTWRITEBYTECODE": ("1", ABSENT),
}
"""What may surround a command. The first level of each is the plain one. Dates and zones are dealt besides (`rows`)."""

ZONES = (
    *("UTC", ABSENT, "Asia/Shanghai", "Asia/Urumqi", "Asia/Tokyo", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran"),
    *("Europe/London", "Europe/Moscow", "Europe/Lisbon", "Africa/Cairo", "Africa/Monrovia", "America/New_York"),
    *("America/Los_Angeles", "America/St_Johns", "America/Caracas", "America/Sao_Paulo", "Pacific/Kiritimati"),
    *("Pacific/Apia", "Pacific/Chatham", "Pacific/Pago_Pago", "Australia/Lord_Howe", "Antarctica/Troll", "Etc/GMT+12"),
    *("XYZ-5:43:21", "ABC23:59", "CST-8", "No/Such_Zone", ""),
)
"""Thirty zones: both ends of the world, halves and quarters of hours, rules of POSIX, and two that are none."""

_ULIMITS = {"32 files": "-n 32", "512 KB of stack": "-s 512", "16 MB of stack": "-s 16384", "none": ""}
_PASSED_ON = ("LANG", "TERM", "PYTHONIOENCODING", "COLUMNS", "PYTHONDONTWRITEBYTECODE", "TZ")
_SEED = ("--seed", "Seed 7", "--operator", "jb")  # ASCII: the bytes of a command line mean what the locale says
_COMMANDS = {
    "draw": ("draw", "plans/plan.yaml", "--batch", "1", *_SEED),
    "run": ("run", "plans/plan.yaml", "--due", "--operator", "jb"),
    "verify": ("verify", "records"),
    "check": ("check", "plans/plan.yaml"),
}
_AGAIN = ("draw", "plans/plan.yaml", "--batch", "1", "--operator", "jb")
_RECORD = "events/000002-draw.json"
_BUG = (b"Traceback", b"Error in ", "程序本身的差错".encode(), "程序本身的差错".encode("gbk"))
_SUCCESS = re.compile("已记入台账第|结论：√|错误 0 个|[0-9a-f]{64}")


def statuses(row: purity.Row) -> tuple[int, ...]:
    """How a command may end there. A stream that its caller closed wants no result: that none is written may be no error.

    `run` and `check` have warnings to give of this plan (DRAW-017, DRAW-015); the others say nothing on stderr.
    """
    if row["stderr"] == "full" and row["command"] in ("run", "check"):
        return (6,)
    return {"full": (6,), "broken": (6,), "closed": (0, 6)}.get(row["stdout"], (0,))


def rows(factors: purity.Factors, at_least: int = 0) -> list[dict[str, str]]:
    """All pairs of `factors`, and to each row a date and a zone, of which no two rows in a row have the same."""
    dates = purity.FACTORS["date"]
    table = purity.table(factors, at_least)
    return [{**row, "date": dates[n % len(dates)], "TZ": ZONES[n % len(ZONES)]} for n, row in enumerate(table)]


# ---- what is drawn

_CLOCK = """\
import datetime, json, os, resource, sys, time
def _open(number):
    try:
        os.fstat(number)
    except OSError:
        return "closed"
    return "terminal" if os.isatty(number) else "open"
def _soft(limit):
    return resource.getrlimit(limit)[0]
mask = os.umask(0)
os.umask(mask)
seen = {
    "streams": [_open(number) for number in range(3)],
    "files": _soft(resource.RLIMIT_NOFILE),
    "stack": _soft(resource.RLIMIT_STACK),
    "umask": mask,
    "encoding": getattr(sys.stdout or sys.stderr, "encoding", None),
    "names": sorted(os.environ),
    "writable": os.access(".", os.W_OK),
}
with open(os.environ["SURROUNDINGS_SEEN"], "w") as file:
    json.dump(seen, file)
os.urandom = lambda n, real=os.urandom: bytes(range(32)) if n == 32 else real(n)
"""


def _customize() -> str:
    """What each child does before the program is read: note what it sees, stop the clock and the system's randomness."""
    stop = inspect.getsource(purity._stop_clocks)
    china = "datetime.timezone(datetime.timedelta(hours=8))"
    begin = f'_stop_clocks(datetime.datetime.fromisoformat(os.environ["SURROUNDINGS_DATE"]).replace(tzinfo={china}))'
    return f"{_CLOCK}\n{stop}\n{begin}\n"


def lay_out(folder: Path) -> None:
    """The small plan's first batch, with windows as long as there are dates, and its pools."""
    purity.prepare(folder, purity.plain())
    plan, inspectors = folder / "plans" / "plan.yaml", folder / "pools" / "inspectors.csv"
    first, cut, _ = plan.read_text(encoding="utf-8").partition('  - {id: "3"')
    text = re.sub(r"window: \{[^}]*\}", "window: {from: 1969-12-01, to: 9999-12-31}", first).replace("batch: 春", 'batch: "1"')
    people = inspectors.read_text(encoding="utf-8")
    lasting, expiries = re.subn("2030-12-31|2031/1/2|2023-10-15", "长期", people)
    if not cut or "1969-12-01" not in text or expiries == 0:
        raise ValueError("the plan or its pools are not as expected")
    plan.write_text(text, encoding="utf-8")
    inspectors.write_text(lasting, encoding="utf-8")


class Said(NamedTuple):
    """How a command that was typed plainly ended."""

    status: int
    stdout: str
    stderr: str


def type_plainly(typed: Sequence[tuple[Path, Sequence[str]]], source: Path, shim: Path) -> list[Said]:
    """Type each command in its folder, in one plain process."""
    environment = {name: os.environ[name] for name in purity._KEPT if name in os.environ}
    environment |= {"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"SURROUNDINGS_DATE": PLAIN_DATE, "SURROUNDINGS_SEEN": os.devnull}
    done = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps([[str(folder), list(arguments)] for folder, arguments in typed]),
        env={**environment, "PYTHONPATH": os.pathsep.join(map(str, (shim, source, Path(__file__).parent)))},
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"a plain process failed: {done.stderr[-3000:]}")
    return [Said(*one) for one in json.loads(done.stdout)]


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where the rows are run: folders to copy, what processes are started with, and what plain surroundings gave."""

    folder: Path
    source: Path
    unprivileged: tuple[str, ...]
    plain: Mapping[str, tuple[Said, Said, Mapping[str, str]]]
    """For a command: what it said, what is said when the draw is asked for again, and the digests of the ledger."""


def _unprivileged() -> tuple[str, ...]:
    """What to start a process with so that a read-only folder is one to it: root without its power over permissions."""
    tool = shutil.which("setpriv") if os.geteuid() == 0 else None
    if tool is None:
        return ()
    powers = "-dac_override,-dac_read_search"
    words = (tool, f"--bounding-set={powers}", f"--inh-caps={powers}")
    return words if subprocess.run([*words, "/bin/true"], capture_output=True, check=False).returncode == 0 else ()


def prepared(folder: Path, source: Path = purity.SOURCE) -> Grounds:
    """Lay out what the rows need in `folder`, and draw plainly what they are compared with."""
    for name in ("shim", "pycache"):
        (folder / name).mkdir()
    (folder / "shim" / "sitecustomize.py").write_text(_customize(), encoding="utf-8")
    lay_out(folder / "fresh")
    places = {command: folder / f"plain-{command}" for command in _COMMANDS}
    typed: list[tuple[Path, Sequence[str]]] = []
    for command, place in places.items():
        shutil.copytree(folder / "fresh", place)
        # what is verified or checked is a ledger with the draw in it
        before = [] if command in DRAWN else [(place, _COMMANDS["draw"])]
        typed += [*before, (place, _COMMANDS[command]), (place, _AGAIN)]
    said = iter(type_plainly(typed, source, folder / "shim"))
    plain = {}
    for command, place in places.items():
        if command not in DRAWN:
            next(said)
        plain[command] = (next(said), next(said), digests(place))
        if any(one.status != 0 for one in plain[command][:2]) or _RECORD not in plain[command][2]:
            raise ValueError(f"plain surroundings are no reference: {plain[command]}")
    return Grounds(folder, source, _unprivileged(), plain)


def digests(place: Path) -> dict[str, str]:
    """The digests of all that a ledger holds, of its lines but for the time."""
    return {name: digest for name, digest in purity._digests(place / "records", b"") if name != "stdout"}


def _tree(place: Path, ledger: bool) -> dict[str, str]:
    """Every file with its bytes, in the ledger or outside of it."""
    names = {path.relative_to(place): path for path in place.rglob("*") if path.name not in ("ledger.lock", "seen.json")}
    return {
        name.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for name, path in names.items()
        if (name.parts[0] == "records") is ledger
    }


# ---- a process


@dataclass(frozen=True, slots=True)
class Ran:
    """How a process ended, what it said on the streams that somebody read, and what it left behind."""

    status: int
    stdout: bytes
    stderr: bytes
    seen: Mapping[str, Any]
    elsewhere: tuple[str, ...]
    """Files outside of the ledger that are new, gone or others; in the ledger too where the command only looks."""
    modes: tuple[str, ...]
    """What in the ledger may be read or written by others than its owner."""


def run_in(row: purity.Row, place: Path, grounds: Grounds) -> Ran:
    """Run the row's command in a process with the surroundings of the row, in a new folder `place`."""
    shutil.copytree(grounds.folder / ("fresh" if row["command"] in DRAWN else "plain-check"), place)
    inside, outside = _tree(place, True), _tree(place, False)
    if row["folder"] == "read-only":  # the ledger lies in it, and is not read-only
        (place / "records").mkdir(exist_ok=True, mode=0o700)
        for folder in (place / "plans", place / "pools", place):
            folder.chmod(0o555)
    noted = grounds.folder / f"{place.name}-seen.json"
    environment = _environment(row, place, grounds) | {"SURROUNDINGS_SEEN": str(noted)}
    closed = {("stdin", "closed"): "<&-", ("stdout", "closed"): ">&-", ("stderr", "closed"): "2>&-"}
    limit = _ULIMITS[row["limit"]]
    script = f'umask {row["umask"]}; {f"ulimit {limit} || exit 99;" if limit else ""} exec "$@"'
    script += "".join(f" {shut}" for (name, level), shut in closed.items() if row[name] == level)
    command = [
        *grounds.unprivileged,
        "/bin/sh",
        "-c",
        script,
        "sh",
        sys.executable,
        "-m",
        "shuangsuiji",
        *_COMMANDS[row["command"]],
    ]
    status, stdout, stderr = _run(command, row, place, environment)
    if row["folder"] == "read-only":
        for folder in (place, place / "plans", place / "pools"):
            folder.chmod(0o755)
    seen = json.loads(noted.read_bytes()) if noted.exists() else {}
    if seen and row["command"] in DRAWN:
        seen["times"] = [line["time"] for line in purity._lines(place / "records")]
    after = {"outside": (outside, _tree(place, False))}
    if row["command"] not in DRAWN:
        after["inside"] = (inside, _tree(place, True))
    other = sorted({name for old, new in after.values() for name, _ in old.items() ^ new.items()})
    records = [place / "records", *(place / "records").rglob("*")]
    must = {False: 0o600, True: 0o700}  # ledger-v1, Order of writes: whatever the umask
    wrong = [str(path) for path in records if path.exists() and path.stat().st_mode & 0o777 != must[path.is_dir()]]
    return Ran(status, stdout, stderr, seen, tuple(other), tuple(wrong))


def _environment(row: purity.Row, place: Path, grounds: Grounds) -> dict[str, str]:
    environment = {name: os.environ[name] for name in ("LOCPATH", "OPENBLAS_NUM_THREADS") if name in os.environ}
    environment |= {name: row[name] for name in _PASSED_ON if row[name] != ABSENT}
    environment |= {"PYTHONPATH": f"{grounds.folder / 'shim'}:{grounds.source}", "SURROUNDINGS_DATE": row["date"]}
    if row["PATH"] != ABSENT:
        environment["PATH"] = os.environ.get("PATH", os.defpath)
    if row["HOME"] != ABSENT:
        environment["HOME"] = str(place / "home" / ("" if row["HOME"] == "there" else "nowhere"))
    if row["TMPDIR"] != ABSENT:
        environment["TMPDIR"] = str(place / "nowhere")
    if row["PYTHONDONTWRITEBYTECODE"] == ABSENT:  # no compiled files of odd permissions beside the source
        environment["PYTHONPYCACHEPREFIX"] = str(grounds.folder / "pycache")
    return environment


def _run(command: list[str], row: purity.Row, place: Path, environment: Mapping[str, str]) -> tuple[int, bytes, bytes]:
    """Start the process on the streams of the row, and read what can be read; a stream to be closed is closed by its shell."""
    with contextlib.ExitStack() as stack:

        def end(descriptor: int) -> int:
            stack.callback(os.close, descriptor)
            return descriptor

        def terminal() -> tuple[int, int]:
            master, slave = os.openpty()
            return end(master), slave

        ours: list[int] = []  # the child's ends, which this process closes as soon as the child has them
        master = -1
        streams: dict[str, int] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        if row["stdin"] == "terminal":
            _, streams["stdin"] = terminal()
            ours.append(streams["stdin"])
        if row["stdout"] == "terminal":
            master, streams["stdout"] = terminal()
            ours.append(streams["stdout"])
        elif row["stdout"] == "broken":
            reading, streams["stdout"] = os.pipe()
            os.close(reading)
            ours.append(streams["stdout"])
        for name in ("stdout", "stderr"):
            if row[name] == "full":
                streams[name] = os.open("/dev/full", os.O_WRONLY)
                ours.append(streams[name])
        with subprocess.Popen(
            command,
            cwd=place,
            env=environment,
            stdin=streams["stdin"],
            stdout=streams["stdout"],
            stderr=streams["stderr"],
        ) as process:
            for descriptor in ours:
                os.close(descriptor)
            shown = io.BytesIO()
            reader = threading.Thread(target=_read, args=(master, shown))
            if master >= 0:
                reader.start()
            stdout, stderr = (said or b"" for said in process.communicate(timeout=300))
            if master >= 0:
                reader.join()
        return process.returncode, stdout or shown.getvalue(), stderr


def _read(master: int, into: io.BytesIO) -> None:
    with contextlib.suppress(OSError):  # what Linux says when the other side is closed
        while data := os.read(master, 1 << 16):
            into.write(data)


# ---- what must have come of it


def aftermath(places: Sequence[tuple[purity.Row, Path]], grounds: Grounds) -> list[tuple[Said, Said]]:
    """For each row what the next plain run says (it asks for the draw again), and then `verify`."""
    typed = [one for _, place in places for one in ((place, _AGAIN), (place, _COMMANDS["verify"]))]
    said = type_plainly(typed, grounds.source, grounds.folder / "shim")
    return list(zip(said[::2], said[1::2], strict=True))


KINDS = ("status", "lost", "bytes", "traceback", "text", "elsewhere", "modes", "again", "verify")


def faults(
    row: purity.Row, ran: Ran, found: Mapping[str, str], after: tuple[Said, Said] | None, grounds: Grounds
) -> dict[str, str]:
    """What is not as it must be, by `KINDS`. `found`: the ledger's digests; `after`: what came next, if that was looked at."""
    said, again, reference = grounds.plain[row["command"]]
    wrong = {}
    if ran.status not in statuses(row):
        wrong["status"] = f"{ran.status}, not one of {statuses(row)}"
    if _RECORD not in found:
        wrong["lost"] = _RECORD
    elif found != reference:
        wrong["bytes"] = ", ".join(sorted(name for name, _ in found.items() ^ reference.items()))
    if ran.status == 1 or any(mark in stream for mark in _BUG for stream in (ran.stdout, ran.stderr)):
        wrong["traceback"] = (ran.stderr or ran.stdout).decode("utf-8", "replace")[-800:]
    if text := _unlike(row, ran, said):
        wrong["text"] = text
    if ran.elsewhere:
        wrong["elsewhere"] = ", ".join(ran.elsewhere)
    if ran.modes:
        wrong["modes"] = ", ".join(ran.modes)
    if after is not None:
        wrong |= _afterwards(row, again, *after)
    return wrong


def _afterwards(row: purity.Row, expected: Said, asked: Said, verified: Said) -> dict[str, str]:
    shown = expected.stdout
    if row["command"] in DRAWN:  # it says when the draw was made
        shown = shown.replace(PLAIN_DATE.replace("T", " "), row["date"].replace("T", " "))
    wrong = {}
    if (asked.status, asked.stdout) != (0, shown):
        wrong["again"] = f"{asked}"
    if verified.status != 0:
        wrong["verify"] = f"{verified}"
    return wrong


def _unlike(row: purity.Row, ran: Ran, said: Said) -> str:
    """What the two streams hold that they must not, or lack; "" if they are as they must be."""
    encoding = "gbk" if "gbk" in str(ran.seen.get("encoding") or row["PYTHONIOENCODING"]).lower() else "utf-8"
    stdout, stderr = (stream.decode(encoding, "replace") for stream in (ran.stdout, ran.stderr))
    if ran.status != 0 and (_SUCCESS.search(stdout) or _SUCCESS.search(stderr)):
        return f"a failure prints success: {stdout}{stderr}"
    plainly = said.stdout.encode(encoding, "replace").decode(encoding)
    if row["stdout"] == "pipe" and not (plainly.startswith(stdout) if ran.status != 0 else stdout == plainly):
        return f"stdout is not that of plain surroundings, as far as it came: {stdout}"
    missing = set(re.findall("[0-9a-f]{64}", said.stdout)) - set(re.findall("[0-9a-f]{64}", stdout))
    if ran.status == 0 and row["stdout"] == "terminal" and (missing or not stdout):
        return f"the terminal lacks {missing}: {stdout}"
    if row["stdout"] == "full" and row["stderr"] == "pipe" and "写不出结果" not in stderr:
        return f"that the result was not written is not said: {stderr}"
    if row["stderr"] == "closed" and stderr:
        return f"written to a closed stream: {stderr}"
    if ran.status == 0 and row["stderr"] == "pipe" and stderr != said.stderr.encode(encoding, "replace").decode(encoding):
        return f"stderr is not that of plain surroundings: {stderr}"
    return ""


def not_arrived(row: purity.Row, seen: Mapping[str, Any], grounds: Grounds, locales: Sequence[str] = ()) -> list[str]:
    """The factors whose level the process did not see around itself. `locales`: those that the machine has."""
    if not seen:
        return ["everything: the process noted nothing"]
    kinds = {"closed": "closed", "terminal": "terminal"}
    names = [name for name in ("HOME", "TERM", "PYTHONIOENCODING", "COLUMNS", "PATH", "TMPDIR") if row[name] != ABSENT]
    kept = [name for name in seen["names"] if name in ("HOME", "TERM", "PYTHONIOENCODING", "COLUMNS", "PATH", "TMPDIR")]
    limits = {"32 files": ("files", 32), "512 KB of stack": ("stack", 512 << 10), "16 MB of stack": ("stack", 16 << 20)}
    name, number = limits.get(row["limit"], ("files", seen["files"]))
    times = seen.get("times", [])
    root = os.geteuid() == 0 and not grounds.unprivileged  # to whom no folder is read-only
    chinese = row["PYTHONIOENCODING"] == "gbk" or (row["LANG"] == "zh_CN.GBK" and row["LANG"] in locales)
    mute = row["stdout"] == row["stderr"] == "closed"
    checks = {
        "encoding": (None if mute else "gbk" if chinese else "utf-8", seen["encoding"] and seen["encoding"].lower()),
        "streams": ([kinds.get(row[stream], "open") for stream in ("stdin", "stdout", "stderr")], seen["streams"]),
        "umask": (int(row["umask"], 8), seen["umask"]),
        "limit": (number, seen[name]),
        "variables": (sorted(names), kept),
        "folder": (row["folder"] != "read-only" or root, seen["writable"]),
        "date": ([f"{row['date']}+08:00"] * len(times), times),
    }
    return [f"{name}: {must} expected, {there} seen" for name, (must, there) in checks.items() if must != there]


# ---- the plain child


def _typed(folder: str, arguments: list[str]) -> tuple[int, str, str]:
    from shuangsuiji.cli.ending import ended
    from shuangsuiji.cli.main import run

    os.chdir(folder)
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        status = int(ended(run, arguments))
    return status, stdout.getvalue(), stderr.getvalue()


if __name__ == "__main__":
    print(json.dumps([_typed(*one) for one in json.loads(sys.stdin.read())]))
