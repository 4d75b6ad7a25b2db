"""Typing the program's commands as a person or a machine would, and a tiny district to type them about.

`Desk.type` runs a command in this process (fast), `Desk.run` in a process of its own (where the process is the point).
"""

import contextlib
import csv
import functools
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from unittest import mock

import typer.main

from shuangsuiji.cli.ending import ended
from shuangsuiji.cli.main import run

_commands = functools.cache(typer.main.get_command)
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "VIRTUAL_ENV", "OPENBLAS_NUM_THREADS")
NOBODY_SPECIAL = {"LOGNAME": "zhangsan", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}

ENTITY_COLUMNS = ("统一社会信用代码/编号", "名称", "对象类别", "登记状态", "信用等级", "地址")
INSPECTOR_COLUMNS = ("执法证号", "姓名", "所属部门", "证件有效期", "在岗状态", "执法范围")
RECUSAL_COLUMNS = ("执法证号", "统一社会信用代码/编号", "回避事由")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it said."""

    status: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        """stdout as the one JSON document that it must be."""
        return json.loads(self.stdout)


def enterprise(number: int, **cells: str) -> dict[str, str]:
    row = (f"91410800M{number:08d}", f"示范企业{number}", "企业", "存续", "A", f"示范路{number}号")
    return {**dict(zip(ENTITY_COLUMNS, row, strict=True)), **cells}


def inspector(number: int, department: str = "甲局", **cells: str) -> dict[str, str]:
    row = (f"00{number:05d}", f"检查员{number}", department, "2030-12-31", "在岗", "")
    return {**dict(zip(INSPECTOR_COLUMNS, row, strict=True)), **cells}


def task(task_id: str, batch: str, **values: Any) -> dict[str, Any]:
    return {
        "id": task_id,
        "name": f"任务{task_id}的检查",
        "items": ["安全生产"],
        "where": {"categories": "企业"},
        "initiator": "甲局",
        "cooperators": ["乙局"],
        "ratio": "10%",
        "window": {"from": "2023-04-01", "to": "2023-06-30"},
        "batch": batch,
        **values,
    }


ENTITIES = [enterprise(number) for number in range(1, 41)]
INSPECTORS = [inspector(number, "甲局" if number <= 4 else "乙局") for number in range(1, 8)]
TASKS = [
    task("1", "B1"),
    task("2", "B1", ratio="5%"),
    task("3", "B2", window={"from": "2023-07-01", "to": "2023-09-30"}),
]


@dataclass
class Desk:
    """An office's folder with `plan.yaml`, its pools, and the ledger `records` beside them."""

    folder: Path

    @property
    def ledger(self) -> Path:
        return self.folder / "records"

    def write_plan(self, tasks: Sequence[Mapping[str, Any]] = TASKS, name: str = "plan.yaml", **values: Any) -> Path:
        """JSON is YAML. No window starts before the day of issue, so that a sound desk gives no notes."""
        plan = {
            "schema": "shuangsuiji/plan/1",
            "id": "P1",
            "title": "2023年度抽查计划",
            "issued": "2023-01-01",
            "year": "2023",
            "pools": {"entities": ["entities.csv"], "inspectors": ["inspectors.csv"]},
            "departments": [{"name": "甲局", "aliases": ["区甲局"]}, {"name": "乙局"}],
            "tasks": list(tasks),
            **values,
        }
        path = self.folder / name
        path.write_text(json.dumps(plan, ensure_ascii=False, indent=1), encoding="utf-8")
        return path

    def write_table(self, name: str, rows: Sequence[Mapping[str, str]], columns: Sequence[str] = ()) -> Path:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, columns or list(rows[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        path = self.folder / name
        path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
        return path

    def type(self, *arguments: str, env: Mapping[str, str] | None = None, encoding: str = "utf-8") -> Ended:
        """Run a command in this process, in this folder, with stdout and stderr as pipes of `encoding`. A bug raises."""
        streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="") for _ in range(2)]
        status = self.type_to(*streams, *arguments, env=env)
        for stream in streams:
            stream.flush()
        out, err = (stream.buffer.getvalue().decode(encoding) for stream in streams)  # type: ignore[attr-defined]
        return Ended(status, out, err)

    def type_to(self, stdout: TextIO, stderr: TextIO, *arguments: str, env: Mapping[str, str] | None = None) -> int:
        """The same with these streams; the status."""
        with (
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(stdout),
            contextlib.redirect_stderr(stderr),
            mock.patch.dict(os.environ, {**NOBODY_SPECIAL, **(env or {})}),
            mock.patch("typer.main.get_command", _commands),  # the tree of commands is made once and not for each of them
        ):
            return int(ended(run, list(arguments)))

    def run(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        encoding: str = "utf-8",
        python: Sequence[str] = (),
        **how: Any,
    ) -> Ended:
        """Run a command as `python -m shuangsuiji` in a process of its own, in this folder, with nothing to read from."""
        done = subprocess.run(
            [sys.executable, *python, "-m", "shuangsuiji", *arguments],
            cwd=self.folder,
            env=environment(**(env or {})),
            timeout=120,
            check=False,
            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how},
        )
        return Ended(done.returncode, *((stream or b"").decode(encoding) for stream in (done.stdout, done.stderr)))


def environment(**more: str) -> dict[str, str]:
    """An environment with nothing in it but what a process needs, and `more`."""
    return {**{name: os.environ[name] for name in _KEPT if name in os.environ}, **NOBODY_SPECIAL, **more}


def desk(
    folder: Path,
    tasks: Sequence[Mapping[str, Any]] = TASKS,
    entities: Sequence[Mapping[str, str]] = ENTITIES,
    inspectors: Sequence[Mapping[str, str]] = INSPECTORS,
    **values: Any,
) -> Desk:
    """A desk in `folder` (made if need be) with these tasks and pools: 40 enterprises, 4 inspectors of 甲局 and 3 of 乙局."""
    folder.mkdir(parents=True, exist_ok=True)
    found = Desk(folder)
    found.write_plan(tasks, **values)
    found.write_table("entities.csv", entities, ENTITY_COLUMNS)
    found.write_table("inspectors.csv", inspectors, INSPECTOR_COLUMNS)
    return found


def tree(folder: Path, leave_out: Iterable[str] = ("ledger.lock",)) -> dict[str, bytes]:
    """Every file below `folder` by its relative path, with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in leave_out
    }


def events(ledger: Path) -> dict[str, bytes]:
    """The event files of a ledger by name, with their bytes."""
    return tree(ledger / "events")


def lines(ledger: Path) -> list[dict[str, Any]]:
    """The lines of a ledger."""
    return [json.loads(line) for line in (ledger / "ledger.jsonl").read_bytes().split(b"\n") if line]


def event(ledger: Path, seq: int) -> Any:
    """Event number `seq` of a ledger."""
    return json.loads((ledger / lines(ledger)[seq - 1]["file"]).read_bytes())


def edit(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change a file's bytes, as a forger or a bad disk would."""
    path.write_bytes(change(path.read_bytes()))
