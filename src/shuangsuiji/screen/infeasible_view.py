"""An infeasible draw on the screen: which visits are blocked, and for each inspector why he may not go."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shuangsuiji.draw.drawing import Infeasible, staff_of
from shuangsuiji.draw.visits import Obstacle
from shuangsuiji.evidence.derivation import SealedInputs
from shuangsuiji.evidence.lines import Line
from shuangsuiji.model.problems import Code, Place, Problem
from shuangsuiji.screen.console import Screen
from shuangsuiji.screen.reporting import show_problems

OBSTACLES = {
    "status": "不在岗",
    "no_certificate": "无证件有效期",
    "expired": "证件在检查期限末日前到期",
    "recused": "须回避",
    "qualification": "执法范围不符",
}


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """A draw as the screen needs it: a record, or why it is infeasible; what it was drawn from; its line in the ledger (none for
    a rehearsal), and whether this run wrote it."""

    batch: str
    record: Mapping[str, Any] | None
    infeasible: Infeasible | None
    inputs: SealedInputs
    line: Line | None = None
    new: bool = True
    failure: Mapping[str, Any] | None = None


def infeasible_problems(one: Shown) -> list[Problem]:
    """Why an outcome is infeasible: a problem for every blocked visit, or for every department whose cap cannot be kept."""
    if one.infeasible is None:
        return []
    place = Place(file=one.line.file) if one.line is not None else Place()
    found = []
    for b in one.infeasible.blocked:
        name, able = one.inputs.pools.entities.cell(b.entity, "name"), len(b.eligible)
        code, department = Code.DRAW_TOO_FEW_ELIGIBLE, b.department
        found.append(Problem.of(code, place, name=name, entity=b.entity, department=department, demand=b.demand, able=able))
    for w in one.infeasible.witnesses:
        people = len(w.inspectors)
        found.append(Problem.of(Code.DRAW_CAP_EXCEEDED, place, department=w.department, cap=w.cap, people=people, load=w.load))
    return found


def standing_of_inspectors(infeasible: Infeasible, inputs: SealedInputs) -> list[tuple[str, str, str, tuple[Obstacle, ...], int]]:
    """(department, inspector, name, obstacles, on how many blocked visits) of everybody in the departments that block."""
    visits = {visit.entity: visit for visit in infeasible.visits}
    departments = tuple(sorted({one.department for one in infeasible.blocked}))
    counts: Counter[tuple[str, str, tuple[Obstacle, ...]]] = Counter()
    for name, staff in staff_of(inputs.plan, inputs.pools, departments).items():
        blocked = [visits[one.entity] for one in infeasible.blocked if one.department == name]
        counts.update((name, inspector, staff.obstacles(inspector, visit)) for inspector in staff.ids for visit in blocked)
    inspectors = inputs.pools.inspectors
    return [(d, i, inspectors.cell(i, "name"), why, count) for (d, i, why), count in sorted(counts.items())]


def show_infeasible(screen: Screen, one: Shown, infeasible: Infeasible) -> None:
    """Which visits are blocked for want of whom, and for each inspector of the department why he may not go."""
    problems = infeasible_problems(one)
    where = ""
    if one.line is not None:
        where = f"，失败{'已' if one.new else '早已'}记入台账第 {one.line.seq} 条"
    screen.problem(f"批次 {one.batch} 派不出检查组，一家也没有抽定{where}。")
    show_problems(screen, problems)
    department = ""
    for name, inspector, person, why, count in standing_of_inspectors(infeasible, one.inputs):
        if name != department:
            screen.problem(f"{name}逐人情况（括号内为涉及的上门次数）：")
            department = name
        screen.problem(f"    {person} {inspector}：{'、'.join(OBSTACLES[w] for w in why) or '可派'}（{count}）")
    for witness in infeasible.witnesses:
        people = "、".join(f"{one.inputs.pools.inspectors.cell(i, 'name')} {i}" for i in witness.inspectors)
        screen.problem(f"{witness.department}：{people}")
    if one.line is not None:
        again = "输入没有变化，台账未再写入。" if not one.new else ""
        screen.problem(f"{again}处理好以后再运行一次：种子不变，未受影响的对象位次不变。")
