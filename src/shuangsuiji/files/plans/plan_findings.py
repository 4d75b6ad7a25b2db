"""Everything found wrong with a plan so far: each problem with its place, pydantic's errors in our own words."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from shuangsuiji.files.plans.document import Document, Path, at
from shuangsuiji.files.plans.plan_keys import KEY_NAMES, LATER_KEYS, nearest_key
from shuangsuiji.files.plans.plan_shape import keys_at
from shuangsuiji.files.plans.yaml_slips import slip_of_text
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.problems import Code, Place, Problem, Severity

MOST_PROBLEMS = 10_000

_MOST_HINTS = 200
_MAPPING_EXPECTED = frozenset({"model_type", "model_attributes_type", "dict_type", "dataclass_type"})


class Findings:
    """A list of problems, those of the YAML first; more than `MOST_PROBLEMS` are counted and not kept.

    `meant` are the paths of keys that were probably meant by others: they are not missing.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = list(document.problems[:MOST_PROBLEMS])
        self.more = len(document.problems) - len(self.problems)
        self.meant: set[Path] = set()
        self._hints = _MOST_HINTS

    def add(self, code: Code, path: Path, **values: str | int) -> None:
        """Note an error at the value of `path`."""
        self._add(code, path, self.document.place(path), Severity.ERROR, values)

    def add_at_key(self, code: Code, path: Path, **values: str | int) -> None:
        """Note an error at the key of `path`."""
        self._add(code, path, self.document.place(path, at_key=True), Severity.ERROR, values)

    def add_note(self, code: Code, path: Path, **values: str | int) -> None:
        """Note something that is worth knowing and stops nothing."""
        self._add(code, path, self.document.place(path), Severity.NOTE, values)

    def _add(self, code: Code, path: Path, place: Place, severity: Severity, values: Mapping[str, str | int]) -> None:
        """Every problem has the key among its values and, within a task that has an id, the task."""
        if len(self.problems) >= MOST_PROBLEMS:
            self.more += 1
            return
        keys = (step for step in reversed(self.document.nearest_path(path)) if isinstance(step, str))
        task = self._task(path)
        around = {"key": next(keys, ""), **({"task": task} if task else {})}
        self.problems.append(Problem.of(code, place, severity, **{**around, **values}))

    def add_repeated(self, values: Iterable[str], path: Path) -> None:
        """Note every value of the list at `path` that already stood there before."""
        seen: set[str] = set()
        for number, value in enumerate(values):
            if value in seen:
                self.add(Code.PLAN_DUPLICATE_VALUE, (*path, number), value=value)
            seen.add(value)

    def hint(self, find: Callable[[], str]) -> str:
        """What `find` suggests; "" once it was asked 200 times, since looking for what is alike takes long."""
        self._hints -= 1
        return find() if self._hints >= 0 else ""

    def within(self, key: str) -> bool:
        """Whether anything was found under this key of the plan."""
        return any((problem.place.path or "").startswith(key) for problem in self.problems)

    def line(self, path: Path) -> int:
        """The line of what stands at `path`."""
        return self.document.place(path).line or 1

    def add_shape_errors(self, errors: Iterable[ErrorDetails]) -> None:
        """Note every error of a pydantic validation."""
        for error in errors:
            self._add_shape_error(error)

    def given(self) -> tuple[Problem, ...]:
        """All of them in the order of the file, those not kept as one more."""
        problems = sorted(self.problems, key=lambda problem: (problem.place.line or 0, problem.place.column or 0))
        if self.more:
            problems.append(Problem.of(Code.PLAN_MORE, Place(self.document.file), count=self.more))
        return tuple(problems)

    def _task(self, path: Path) -> str:
        if len(path) < 2 or path[0] != "tasks":
            return ""
        task = at(self.document.data, path[:2])
        name = task.get("id") if isinstance(task, dict) else None
        return name if isinstance(name, str) else ""

    def _add_shape_error(self, error: ErrorDetails) -> None:
        path: Path = tuple(error["loc"])
        kind = error["type"]
        fault = error.get("ctx", {}).get("error")
        if isinstance(fault, Unfit):
            self._add_unfit(fault, path)
        elif isinstance(fault, Exception):
            raise fault  # a bug of ours, no fault of the plan's
        elif kind == "extra_forbidden":
            self._add_unknown_key(path)
        elif kind == "missing":
            self.add(Code.PLAN_MISSING_KEY, path[:-1], key=str(path[-1]))
        else:
            expected = "mapping" if kind in _MAPPING_EXPECTED else "list" if kind == "list_type" else "text"
            self._add_wrong_type(path, expected, error["input"])

    def _add_unfit(self, unfit: Unfit, path: Path) -> None:
        if unfit.code is Code.PLAN_WRONG_TYPE and unfit.values.get("fault") == "condition":
            self.add(Code.PLAN_WRONG_TYPE, path, key="where", column=str(path[-1]), fault="condition")
        else:
            self.add(unfit.code, path, **unfit.values)

    def _add_unknown_key(self, path: Path) -> None:
        key, known = str(path[-1]), keys_at(path[:-1])
        if key in LATER_KEYS:
            self.add_at_key(Code.PLAN_LATER, path)
        elif meant := self.hint(lambda: nearest_key(key, known)):
            self.meant.add((*path[:-1], meant))
            self.add_at_key(Code.PLAN_UNKNOWN_KEY, path, nearest_key=meant, fault="nearest")
        elif key in KEY_NAMES:
            self.add_at_key(Code.PLAN_UNKNOWN_KEY, path, known=", ".join(known), fault="elsewhere")
        else:
            self.add_at_key(Code.PLAN_UNKNOWN_KEY, path, known=", ".join(known))

    def _add_wrong_type(self, path: Path, expected: str, found: Any) -> None:
        if found == "":
            self.add(Code.PLAN_EMPTY, path)
        elif isinstance(found, str) and (slip := slip_of_text(found)):
            self.add(Code.PLAN_SYNTAX, path, fault=slip, text=found[:40])
        else:
            self.add(Code.PLAN_WRONG_TYPE, path, fault=expected)
