"""What no single key of a plan can show: names that clash, keys that are missing, tasks that do not go together.

Works on what is left of a plan when keys with mistakes of their own have been taken out, so that one run finds everything.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from shuangsuiji.files.codes import code_of
from shuangsuiji.files.nearest import nearest
from shuangsuiji.files.plans.day_checks import check_days, check_draw_on
from shuangsuiji.files.plans.document import Path, at
from shuangsuiji.files.plans.plan_findings import Findings
from shuangsuiji.files.plans.plan_shape import REQUIRED, DepartmentShape, PlanShape, TaskShape
from shuangsuiji.files.plans.severities import USUAL
from shuangsuiji.files.plans.task_checks import TaskCheck
from shuangsuiji.model.plan import Window
from shuangsuiji.model.problems import Code


def check_plan(shape: PlanShape, findings: Findings) -> None:
    """Note all that is wrong between the keys of `shape`."""
    _check_required(shape, findings)
    _check_lists(shape, findings)
    _check_severities(findings)
    check_days(shape, findings)
    table_is_sound = shape.departments is not None and not findings.within("departments")
    names = department_names(shape.departments or (), findings)
    least = 0 if findings.within("defaults") else shape.defaults.at_least
    checks = [
        TaskCheck(number, task, findings, names if table_is_sound else None, least)
        for number, task in enumerate(shape.tasks or ())
    ]
    for check in checks:
        check.run()
    repeated = _check_ids(checks, findings)
    _check_batches([check for check in checks if check.task.batch is not None or check.number not in repeated], findings)
    _check_groups(checks, findings)
    check_draw_on(checks, findings)
    _note_early_windows(shape, checks, findings)


def department_names(departments: Sequence[DepartmentShape], findings: Findings) -> Mapping[str, str]:
    """Every name and alias of a department, mapped to its name; two departments with the same one are noted."""
    owner: dict[str, tuple[int, Path]] = {}
    for number, department in enumerate(departments):
        path = ("departments", number)
        named = [(department.name, (*path, "name"))] if department.name is not None else []
        for alias, at_path in (*named, *((alias, (*path, "aliases", k)) for k, alias in enumerate(department.aliases))):
            if alias not in owner:
                owner[alias] = (number, at_path)
            elif owner[alias][0] == number:
                findings.add(Code.PLAN_DUPLICATE_VALUE, at_path, value=alias)
            else:
                other, other_path = owner[alias]
                name = departments[other].name or alias
                findings.add(Code.PLAN_ALIAS_CLASH, at_path, value=alias, other=name, other_line=findings.line(other_path))
    return {alias: departments[number].name or alias for alias, (number, _) in owner.items()}


def _check_required(shape: PlanShape, findings: Findings) -> None:
    _check_keys((), REQUIRED[PlanShape], findings)
    for number in range(len(shape.departments or ())):
        _check_keys(("departments", number), REQUIRED[DepartmentShape], findings)
    for number in range(len(shape.tasks or ())):
        _check_keys(("tasks", number), REQUIRED[TaskShape], findings)


def _check_keys(path: Path, keys: Iterable[str], findings: Findings) -> None:
    mapping = at(findings.document.data, path)
    if isinstance(mapping, dict):
        for key in keys:
            if key not in mapping and (*path, key) not in findings.meant:
                findings.add(Code.PLAN_MISSING_KEY, path, key=key)


def _check_lists(shape: PlanShape, findings: Findings) -> None:
    findings.add_repeated(shape.entity_statuses or (), ("entity_statuses",))
    findings.add_repeated(shape.inspector_statuses or (), ("inspector_statuses",))
    if shape.pools:
        findings.add_repeated(map(str, shape.pools.entities), ("pools", "entities"))
        findings.add_repeated(map(str, shape.pools.inspectors), ("pools", "inspectors"))
        findings.add_repeated(map(str, shape.pools.recusals), ("pools", "recusals"))


def _check_severities(findings: Findings) -> None:
    """Only what is no error by itself can be made graver or lighter."""
    given = at(findings.document.data, ("severities",))
    for code in given if isinstance(given, dict) else ():
        if code in USUAL:
            continue
        values = {"value": code}
        if code in set(Code):
            values |= {"fault": "error"}
        elif meant := code_of(code) or findings.hint(partial(nearest, code.upper(), USUAL)):
            values |= {"nearest": meant, "fault": "nearest"}
        findings.add_at_key(Code.PLAN_SEVERITY, ("severities", code), **values)


def _check_ids(checks: Sequence[TaskCheck], findings: Findings) -> set[int]:
    """Returns the numbers of the tasks whose id another has before them: a batch that they do not name would be that one's."""
    first: dict[str, TaskCheck] = {}
    repeated = set()
    for check in checks:
        if check.task.id is not None and (other := first.setdefault(check.task.id, check)) is not check:
            line = findings.line((*other.path, "id"))
            findings.add(Code.PLAN_DUPLICATE_ID, (*check.path, "id"), value=check.task.id, other_line=line)
            repeated.add(check.number)
    return repeated


def _check_batches(checks: Sequence[TaskCheck], findings: Findings) -> None:
    """The windows of a batch have a day in common: the latest beginning is not after the earliest end (draw-v1 §6)."""
    batches: dict[str, list[tuple[Window, TaskCheck]]] = {}
    for check in checks:
        if check.batch is not None and check.window is not None:
            batches.setdefault(check.batch, []).append((check.window, check))
    for batch, windows in batches.items():
        latest, begun = max(windows, key=lambda pair: pair[0].start)
        earliest, ended = min(windows, key=lambda pair: pair[0].end)
        if latest.start > earliest.end:
            late, early = (begun, ended) if begun.number > ended.number else (ended, begun)
            findings.add(
                Code.PLAN_BATCH_WINDOWS,
                (*late.path, "window"),
                batch=batch,
                other=early.task.id or "",
                other_line=findings.line((*early.path, "window")),
                start=latest.start,
                end=earliest.end,
            )


def _check_groups(checks: Sequence[TaskCheck], findings: Findings) -> None:
    """All tasks of a coordination group have the same filter (draw-v1 §5)."""
    first: dict[str, TaskCheck] = {}
    for check in checks:
        group = check.task.coordination_group
        if group is None or check.filter is None:
            continue
        other = first.setdefault(group, check)
        if other.filter != check.filter:
            line = findings.line((*other.path, "where"))
            path = (*check.path, "where")
            findings.add(Code.PLAN_GROUP_FILTERS, path, group=group, other=other.task.id or "", other_line=line)


def _note_early_windows(shape: PlanShape, checks: Sequence[TaskCheck], findings: Findings) -> None:
    early = [check.task.id or "" for check in checks if shape.issued and check.window and check.window.start < shape.issued]
    if early:
        issued = shape.issued or ""
        findings.add_note(Code.PLAN_WINDOW_EARLY, ("issued",), issued=issued, tasks=", ".join(early), count=len(early))
