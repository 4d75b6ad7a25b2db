"""What is wrong between the keys of one task: how many it draws, who goes there, and when. (From whom: `filter_checks`.)"""

from collections.abc import Mapping
from dataclasses import dataclass

from shuangsuiji.files.nearest import nearest
from shuangsuiji.files.plans.document import Path, at
from shuangsuiji.files.plans.filter_checks import check_strata, check_values, check_where, filter_of
from shuangsuiji.files.plans.plan_findings import Findings
from shuangsuiji.files.plans.plan_shape import TaskShape
from shuangsuiji.files.plans.plan_values import value_of
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.plan import Window
from shuangsuiji.model.problems import Code

_SAMPLE_KEYS = ("ratio", "count", "strata")


@dataclass(frozen=True, slots=True)
class TaskCheck:
    """One task under check: its number in the plan (from 0), what is left of it, the names of all departments (None where the
    table of departments has mistakes, so that nobody can say which names are unknown), and `at_least` of the defaults."""

    number: int
    task: TaskShape
    findings: Findings
    names: Mapping[str, str] | None
    least: int

    @property
    def path(self) -> Path:
        """The keys that lead to the task."""
        return ("tasks", self.number)

    @property
    def batch(self) -> str | None:
        """The batch, the task's own id unless it says otherwise; None where that cannot be known."""
        return None if self._broken("batch") else self.task.batch or self.task.id

    @property
    def window(self) -> Window | None:
        """The window, if it is one."""
        window = self.task.window
        return Window(window.start, window.end) if window and window.start <= window.end else None

    @property
    def filter(self) -> frozenset[tuple[str, str, frozenset[str]]] | None:
        """`where` as a set of conditions; None where that cannot be known."""
        return None if self._broken("where") else filter_of(self.task.where or {})

    def run(self) -> None:
        """Note all that is wrong."""
        self._check_sample_rule()
        self._check_limits()
        self._check_window()
        check_where(self.task.where or {}, (*self.path, "where"), self.findings)
        if self.task.strata:
            check_strata(self.task.strata, (*self.path, "strata"), self.findings)
        self._check_departments()
        self._check_qualifications()

    def _given(self, key: str) -> bool:
        return at(self.findings.document.data, (*self.path, key)) is not None

    def _broken(self, key: str) -> bool:
        return self._given(key) and getattr(self.task, key) is None

    def _check_sample_rule(self) -> None:
        given = [key for key in _SAMPLE_KEYS if self._given(key)]
        if not given and isinstance(at(self.findings.document.data, self.path), dict):
            self.findings.add(Code.PLAN_SAMPLE_RULE, self.path, fault="none")
        elif len(given) > 1:
            last = max(given, key=lambda key: self.findings.line((*self.path, key)))
            self.findings.add_at_key(Code.PLAN_SAMPLE_RULE, (*self.path, last), given=", ".join(given), fault="several")
        if self._given("strata") and self._given("at_most"):
            self.findings.add_at_key(Code.PLAN_SAMPLE_RULE, (*self.path, "at_most"), fault="strata_at_most")
        if self.task.ratio == 1:
            name = self.task.name or ""
            self.findings.add_note(Code.DRAW_FULL_RATIO, (*self.path, "ratio"), name=name)

    def _check_limits(self) -> None:
        at_most, count = self.task.at_most, self.task.count
        at_least = self.least if self.task.at_least is None else self.task.at_least
        if self._broken("at_least"):
            at_least = 0
        if at_most is not None and at_most < at_least:
            self._add_limit("at_most", "at_most_below", at_least=at_least, at_most=at_most)
        if count is not None and count < at_least:
            self._add_limit("count", "count_below", at_least=at_least, count=count)
        if count is not None and at_most is not None and count > at_most:
            self._add_limit("count", "count_above", at_most=at_most, count=count)

    def _add_limit(self, key: str, fault: str, **values: int) -> None:
        self.findings.add(Code.PLAN_SAMPLE_RULE, (*self.path, key), fault=fault, **values)

    def _check_window(self) -> None:
        window = self.task.window
        if window and window.start > window.end:
            self.findings.add(Code.PLAN_WINDOW_REVERSED, (*self.path, "window", "to"), start=window.start, end=window.end)

    def _check_departments(self) -> None:
        if self.task.initiator is not None:
            self._resolve(self.task.initiator, (*self.path, "initiator"))
        seen = {self._name(self.task.initiator)} if self.task.initiator else set()
        for number, cooperator in enumerate(self.task.cooperators):
            path = (*self.path, "cooperators", number)
            self._resolve(cooperator, path)
            if (name := self._name(cooperator)) in seen:
                self.findings.add(Code.PLAN_DUPLICATE_VALUE, path, value=cooperator)
            seen.add(name)

    def _name(self, department: str) -> str:
        return (self.names or {}).get(department, department)

    def _resolve(self, department: str, path: Path, at_key: bool = False) -> None:
        if self.names is None or department in self.names:
            return
        values = {"value": department}
        if meant := self.findings.hint(lambda: nearest(department, self.names or (), cutoff=0.5)):
            values |= {"nearest": meant, "fault": "nearest"}
        add = self.findings.add_at_key if at_key else self.findings.add
        add(Code.PLAN_UNKNOWN_DEPARTMENT, path, **values)

    def _check_qualifications(self) -> None:
        path = (*self.path, "qualifications")
        involved = {self._name(d) for d in (self.task.initiator, *self.task.cooperators) if d is not None}
        cooperators_broken = not self.task.cooperators and bool(at(self.findings.document.data, (*self.path, "cooperators")))
        broken = self._broken("initiator") or cooperators_broken
        seen: set[str] = set()
        for key, required in self.task.qualifications.items():
            check_values(required, (*path, key), self.findings, is_set=True)
            try:
                department = value_of(key)
            except Unfit as unfit:
                self.findings.add_at_key(unfit.code, (*path, key), **unfit.values)
                continue
            name = self._name(department)
            self._resolve(department, (*path, key), at_key=True)
            if name in seen:
                self.findings.add_at_key(Code.PLAN_DUPLICATE_VALUE, (*path, key), value=department)
            elif self.names and department in self.names and name not in involved and not broken:
                values = {"value": department, "fault": "not_in_task"}
                self.findings.add_at_key(Code.PLAN_UNKNOWN_DEPARTMENT, (*path, key), **values)
            seen.add(name)
