"""Mutation: change model/ and draw/ in one small way at a time, and see whether the tests of the core notice.

    python tests/long/mutation.py [--module draw/sampling ...] [--sample N] [--processes N] [--results FILE]
                                  [--again] [--wide] [--list]

Run by hand in an environment where the package and its `dev` extra are installed; all of it takes about an hour of processor
time, a module of draw/ a few minutes. Results go to a file of JSON lines (default: in the system's folder for temporary files),
and a run goes on where the one before stopped: what died is not tried again as long as the module is the same; what survived is,
with `--again` by the same tests and with `--wide` by the others of the core. `mutation-survivors.md` beside this file says of
every survivor why it may live; one that it does not name ends the run with status 1.

How: source and tests are copied once to a temporary folder, so that nothing in the checkout is touched and edits made meanwhile
do not matter. A process that has loaded everything but the package and its tests is forked for each mutant; an import hook
gives it the mutant in place of the module. First come the tests that killed other mutants of the module, then the files that
are about it. No test may take more than twice its honest processor time plus five seconds (a loop that never ends: the mutant
is found). What only the tests of the files, of the screen or of the command line would notice lives.
"""

import argparse
import ast
import hashlib
import importlib.abc
import importlib.util
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest
from mutants import Mutant, mutants_of

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED = Path(__file__).with_name("mutation-survivors.md")
MODULES = [
    f"{floor}/{path.stem}" for floor in ("draw", "model") for path in sorted((ROOT / "src/shuangsuiji" / floor).glob("[a-z]*.py"))
]
ABOUT = {
    "draw/allocation": ["allocation", "drawing", "floors"],
    "draw/assignment": ["assignment", "floors"],
    "draw/basket": ["drawing", "sampling", "floors"],
    "draw/drawing": ["drawing", "floors"],
    "draw/explanation": ["drawing", "floors"],
    "draw/forecast": ["drawing", "floors"],
    "draw/frame": ["frame", "drawing", "floors"],
    "draw/sampling": ["sampling", "drawing", "floors"],
    "draw/tickets": ["tickets", "drawing", "floors"],
    "draw/visits": ["assignment", "drawing", "floors"],
    "model/history": ["frame", "drawing", "floors"],
    "model/plan": ["frame", "allocation", "assignment", "drawing", "snapshots", "floors"],
    "model/pool": ["frame", "snapshots", "drawing", "floors"],
    "model/problems": ["rule", "readme", "drawing", "floors"],
    "model/seed": ["seed", "floors"],
    "model/text": ["text", "snapshots", "floors"],
}
OTHERS = [
    "vectors",
    "record",
    "seed",
    "snapshots",
    "ledger",
    "succession",
    "frame",
    "sampling",
    "tickets",
    "allocation",
    "assignment",
]
OTHERS += ["drawing", "canonical", "properties", "verification"]
OPTIONS = [
    "-o",
    "addopts=",
    "-q",
    "--no-header",
    "--assert=plain",
    *(f"-pno:{name}" for name in ("cacheprovider", "xdist", "cov")),
]
NOT_COPIED = (".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "records", "build", "dist")
SECONDS_MORE = 5.0
MEMORY = 3 << 30
KILLED, TIMEOUT, SURVIVED = "killed", "timeout", "survived"


class Swapped(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Loads one module from a code object, and is asked before everybody else."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self.name, self.path, self.code = name, path, code

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname == self.name:
            return importlib.util.spec_from_file_location(fullname, self.path, loader=self)
        return None

    def get_code(self, fullname: str) -> CodeType:
        return self.code

    def get_source(self, fullname: str) -> str:
        return self.path.read_text(encoding="utf-8")

    def exec_module(self, module: ModuleType) -> None:
        exec(self.code, module.__dict__)


class Watch:
    """A pytest plugin: likely killers first, a limit of processor time for each test, the name of the first that fails."""

    def __init__(self, first: Sequence[str], limits: dict[str, float]) -> None:
        self.first, self.limits = {name: place for place, name in enumerate(first)}, limits
        self.failed = ""
        self.times: dict[str, float] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self.first.get(item.nodeid, len(self.first)))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        if self.limits:
            signal.setitimer(signal.ITIMER_PROF, 2 * self.limits.get(item.nodeid, 10.0) + SECONDS_MORE)
        start = time.process_time()
        done = yield
        self.times[item.nodeid] = time.process_time() - start
        return done

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed = self.failed or "import"


def run_tests(files: Sequence[str], first: Sequence[str], limits: dict[str, float]) -> Watch:
    watch = Watch(first, limits)
    arguments = [f"tests/test_{name}.py" for name in files if Path(f"tests/test_{name}.py").exists()]
    status = pytest.main([*OPTIONS, "-x", "--tb=no", *arguments], plugins=[watch])
    if status != 0 and not watch.failed:
        watch.failed = f"pytest ended with {int(status)}"
    return watch


def in_child(work: Any) -> tuple[int, Path]:
    """Fork; the child does `work`, writes what it returns as JSON and ends. Its pid and the file."""
    handle, name = tempfile.mkstemp(prefix="mutant-", suffix=".json")
    os.close(handle)
    pid = os.fork()
    if pid == 0:
        try:
            quiet = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(quiet, stream)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            Path(name).write_text(json.dumps(work()), encoding="utf-8")
        finally:
            os._exit(0)
    return pid, Path(name)


def settle(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    path.unlink()
    return json.loads(text) if text else None


def prepare(folder: Path) -> None:
    """Copy what is tested, and load what every child needs: everything but the package and its tests."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED), dirs_exist_ok=True)
    os.chdir(folder)
    sys.path.insert(0, str(folder / "src"))
    from hypothesis import Phase, settings

    settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate], report_multiple_bugs=False)
    settings.load_profile("mutants")
    (folder / "test_warm.py").write_text(
        "from hypothesis import given, strategies as st\n@given(st.lists(st.text()), st.data())\ndef test_warm(a, b): pass\n"
    )
    quiet = os.open(os.devnull, os.O_RDWR)
    screen = os.dup(1)
    os.dup2(quiet, 1)
    pytest.main([*OPTIONS, "test_warm.py"])
    os.dup2(screen, 1)
    if any(name.split(".")[0] == "shuangsuiji" for name in sys.modules):
        raise SystemExit("the package was loaded before the mutants")


def honest_times(files: Sequence[str]) -> dict[str, float]:
    """Processor time of each test without any mutant; all of them must pass."""
    pid, path = in_child(lambda: (lambda watch: [watch.failed, watch.times])(run_tests(files, [], {})))
    os.waitpid(pid, 0)
    failed, times = settle(path) or ["the process died", {}]
    if failed:
        raise SystemExit(f"without any mutant: {failed}")
    return dict(times)


class Trial:
    """One mutant, ready to be tried."""

    def __init__(self, module: str, key: str, mutant: Mutant, code: CodeType) -> None:
        self.module, self.key, self.mutant, self.code = module, key, mutant, code
        self.started = 0.0

    @property
    def label(self) -> str:
        """The mutant as `mutation-survivors.md` names it."""
        return f"`{self.module}:{self.mutant.where or 'module'}` `{self.mutant.change}`"

    def start(self, files: Sequence[str], killers: Counter[str], limits: dict[str, float]) -> tuple[int, Path]:
        self.started = time.monotonic()
        first = [name for name, _ in killers.most_common(12)]

        def work() -> list[str]:
            name = f"shuangsuiji.{self.module.replace('/', '.')}"
            sys.meta_path.insert(0, Swapped(name, Path(f"src/shuangsuiji/{self.module}.py"), self.code))
            return [run_tests(files, first, limits).failed]

        return in_child(work)


def trials_of(module: str) -> list[Trial]:
    text = Path(f"src/shuangsuiji/{module}.py").read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    tree = ast.parse(text)
    found, times_seen = [], Counter[str]()
    for mutant in mutants_of(tree):
        mutant.put(mutant.new)
        code = compile(tree, f"src/shuangsuiji/{module}.py", "exec")
        mutant.put(mutant.old)
        name = f"{module}:{mutant.where}:{mutant.kind}:{mutant.change}"
        times_seen[name] += 1
        found.append(Trial(module, f"{digest}:{name}:{times_seen[name]}", mutant, code))
    return found


def run(trials: list[Trial], files: dict[str, list[str]], limits: dict[str, float], processes: int, results: Path) -> None:
    killers: dict[str, Counter[str]] = defaultdict(Counter)
    waiting, running = trials[::-1], dict[int, tuple[Trial, Path]]()
    done = 0
    while waiting or running:
        while waiting and len(running) < processes:
            trial = waiting.pop()
            pid, path = trial.start(files[trial.module], killers[trial.module], limits)
            running[pid] = (trial, path)
        pid, _ = os.wait()
        trial, path = running.pop(pid)
        found = settle(path)
        failed = found[0] if found else ""
        outcome = KILLED if failed else SURVIVED if found else TIMEOUT
        if failed:
            killers[trial.module][failed] += 1
        one = trial.mutant
        line = {"key": trial.key, "module": trial.module, "where": one.where, "line": one.line, "kind": one.kind}
        line |= {"change": one.change, "outcome": outcome, "by": failed, "seconds": round(time.monotonic() - trial.started, 1)}
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        done += 1
        if outcome == SURVIVED:
            print(f"lives  line {one.line}, {one.kind}: {trial.label}", flush=True)
        elif done % 100 == 0:
            print(f"{done} of {len(trials)}", flush=True)


def table(keys: Sequence[str], known: dict[str, dict[str, Any]]) -> str:
    """What is known of these mutants, module by module, as Markdown."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for key in keys:
        rows[key.split(":")[1]][known[key]["outcome"] if key in known else "not tried"] += 1
    rows["all"] = sum(rows.values(), Counter[str]())
    lines = ["| module | mutants | killed | timed out | survived | score |", "|---|---:|---:|---:|---:|---:|"]
    for module, row in rows.items():
        tried = row.total() - row["not tried"]
        score = f"{100 * (tried - row[SURVIVED]) / tried:.1f} %" if tried else "-"
        lines.append(f"| {module} | {tried} | {row[KILLED]} | {row[TIMEOUT]} | {row[SURVIVED]} | {score} |")
    return "\n".join(lines)


def explained() -> Counter[str]:
    """How often `mutation-survivors.md` names each survivor, in lines that begin with a dash."""
    lines = EXPLAINED.read_text(encoding="utf-8").splitlines() if EXPLAINED.exists() else []
    return Counter(line.removeprefix("- ") for line in lines if line.startswith("- `"))


def read(results: Path) -> dict[str, dict[str, Any]]:
    lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    return {one["key"]: one for one in map(json.loads, lines)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", action="append", choices=MODULES)
    parser.add_argument("--sample", type=int, help="so many mutants of each module, by chance with a fixed seed")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--results", type=Path, default=Path(tempfile.gettempdir()) / "shuangsuiji-mutation.jsonl")
    parser.add_argument("--again", action="store_true", help="try again what survived")
    parser.add_argument("--wide", action="store_true", help="try again what survived, by the other tests of the core")
    parser.add_argument("--list", action="store_true", help="only say what the file of results knows")
    options = parser.parse_args()
    results = options.results.resolve()
    with tempfile.TemporaryDirectory(prefix="shuangsuiji-mutation-") as name:
        prepare(Path(name))
        every = {module: trials_of(module) for module in options.module or MODULES}
        if options.sample:
            chance = random.Random(0)
            every = {module: chance.sample(some, min(len(some), options.sample)) for module, some in every.items()}
        trials = [trial for some in every.values() for trial in some]
        known = read(results)
        if not options.list:
            again = options.again or options.wide
            left = [one for one in trials if one.key not in known or (again and known[one.key]["outcome"] == SURVIVED)]
            print(f"{len(trials)} mutants, {len(left)} to try", flush=True)
            if left:
                files = (
                    {module: [one for one in OTHERS if one not in near] for module, near in ABOUT.items()}
                    if options.wide
                    else ABOUT
                )
                limits = honest_times(sorted({one for module in every for one in files[module]}))
                run(left, files, limits, options.processes, results)
            known = read(results)
        alive = Counter(trial.label for trial in trials if known.get(trial.key, {}).get("outcome") == SURVIVED)
        strange = sorted((alive - explained()).elements())
        print(table([trial.key for trial in trials], known))
        print(f"{alive.total()} alive, {len(strange)} of them not explained", *(f"- {label}" for label in strange), sep="\n")
        os.chdir(ROOT)
    return 1 if strange else 0


if __name__ == "__main__":
    sys.exit(main())
