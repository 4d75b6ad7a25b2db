"""A draw on the screen: the list with teams, sizes, shortages, loads, doors saved, and what may be said of the seed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from shuangsuiji.draw.drawing import Infeasible, staff_of
from shuangsuiji.evidence.derivation import SealedInputs
from shuangsuiji.model.plan import Window, common_window
from shuangsuiji.screen.console import Screen
from shuangsuiji.screen.show import show

OBSTACLES = {
    "status": "不在岗",
    "no_certificate": "无证件有效期",
    "expired": "证件在检查期限内到期",
    "recused": "须回避",
    "qualification": "执法范围不符",
}


def ratio_text(task: Mapping[str, Any]) -> str:
    """How many the plan asks for, as a person writes it."""
    if task["count"] is not None:
        return f"{task['count']} 家"
    if task["ratio"] is None:
        return "分层"
    p, q = (int(part) for part in task["ratio"].split("/"))
    if 10000 % q == 0:
        whole, hundredths = divmod(p * (10000 // q), 100)
        return f"{whole}%" if not hundredths else f"{whole}.{hundredths:02d}".rstrip("0") + "%"
    return f"{p}/{q}"


def show_record(screen: Screen, record: Mapping[str, Any], windows: Mapping[str, Window]) -> None:
    """Everything a record says. `windows` maps task ids to their windows."""
    show_list(screen, record["visits"], windows)
    show_sizes(screen, record["tasks"])
    show_loads(screen, record["loads"])
    show_doors(screen, record)


def show_list(screen: Screen, visits: Sequence[Mapping[str, Any]], windows: Mapping[str, Window]) -> None:
    """抽中名单: one paragraph a visit, which survives any width."""
    screen.heading(f"抽中名单（{len(visits)} 家，按签号排列）")
    for number, visit in enumerate(visits, start=1):
        screen.say(f"{number:>5}  {show(visit['name'])}  {visit['entity']}")
        screen.say(f"       任务 {'、'.join(visit['tasks'])}{_window(visit['tasks'], windows)}")
        screen.say(f"       检查组 {'、'.join(member_text(member) for member in visit['team'])}")


def _window(tasks: Sequence[str], windows: Mapping[str, Window]) -> str:
    known = [windows[task] for task in tasks if task in windows]
    if not known:
        return ""
    window = common_window(known)
    return f"  检查期限 {window.start} 至 {window.end}"


def member_text(member: Mapping[str, Any]) -> str:
    """An inspector on a team: name, whether leader, department, certificate number."""
    leader = "组长，" if member["leader"] else ""
    return f"{show(member['name'])}（{leader}{show(member['department'])} {member['inspector']}）"


def show_sizes(screen: Screen, tasks: Sequence[Mapping[str, Any]]) -> None:
    """各任务抽取数: one row a stratum."""
    screen.heading("各任务抽取数")
    rows = []
    for task in tasks:
        for stratum in task["strata"]:
            layer = "" if stratum["name"] == "*" else f"【{show(stratum['name'])}】"
            excluded = len(stratum["excluded"])
            remarks = [f"缺额 {stratum['shortage']}"] if stratum["shortage"] else []
            remarks += [f"排除 {excluded}"] if excluded else []
            rows.append(
                (
                    task["id"],
                    show(task["name"]) + layer,
                    ratio_text(task),
                    str(stratum["frame_size"]),
                    str(stratum["sample_size"]),
                    "、".join(remarks) or "—",
                )
            )
    screen.table(("任务", "名称", "比例", "抽样框>", "抽中>", "备注"), rows)
    if shortage := sum(stratum["shortage"] for task in tasks for stratum in task["strata"]):
        screen.say(f"※ 共缺额 {shortage} 家：可抽的对象不够，已如数记入抽取记录。")


def show_loads(screen: Screen, loads: Sequence[Mapping[str, Any]]) -> None:
    """检查人员工作量: one row a department."""
    screen.heading("检查人员工作量（次）")
    departments: dict[str, list[int]] = {}
    for load in loads:
        departments.setdefault(load["department"], []).append(load["visits"])
    screen.table(
        ("部门", "人数>", "派出>", "人次>", "最少>", "最多>"),
        [
            (
                show(name),
                str(len(visits)),
                str(sum(1 for one in visits if one)),
                str(sum(visits)),
                str(min((one for one in visits if one), default=0)),
                str(max(visits)),
            )
            for name, visits in departments.items()
        ],
    )
    screen.say("“最少”“最多”只算派出的人；未派出的多因证件到期、不在岗或须回避。")


def show_doors(screen: Screen, record: Mapping[str, Any]) -> None:
    """How many doors the batch saves: drawn by several tasks, visited once."""
    drawn = sum(len(task["sample"]) for task in record["tasks"])
    visits = len(record["visits"])
    tasks = len(record["tasks"])
    screen.heading(f"合并上门：{tasks} 项任务共抽中 {drawn} 家次，实际上门 {visits} 次，少进门 {drawn - visits} 次。")


def seed_words(seed: Mapping[str, Any], future: bool = False) -> list[str]:
    """What may and may not be said of the seed; `future`: the same chosen text also serves batches still to come."""
    document = [line for line in seed["document"].split("\n")[1:] if line]
    words = [f"种子：{show('；'.join(document))}", f"      SHA-256 {seed['sha256']}"]
    match seed["class"]:
        case "operator":
            words.append("※ 这个种子是操作人自选的：事后无法证明没有先试过别的种子再挑选。")
            if future:
                words.append("※ 几个批次用了同一个自选种子：知道它的人，可以提前算出以后各批次的结果。")
        case "os":
            words.append("※ 这个种子取自操作系统随机数：先封存后计算，但无法证明没有在另一本台账里试抽过。")
        case _:
            words.append("这个种子含有封存之后才公开产生的数值：任何人都无法提前知道或挑选。")
    return words


def show_infeasible(screen: Screen, infeasible: Infeasible, inputs: SealedInputs) -> None:
    """Which visits are blocked for want of whom, and for each inspector of the department why he may not go."""
    blocked = infeasible.blocked
    if blocked:
        screen.problem(f"有 {len(blocked)} 次上门派不出足够的检查人员，本批次一家也没有抽定：")
    visits = {visit.entity: visit for visit in infeasible.visits}
    staff = staff_of(inputs.plan, inputs.pools, tuple(sorted({one.department for one in blocked})))
    reasons: dict[str, Counter[tuple[str, str]]] = {}
    for number, one in enumerate(blocked):
        visit = visits[one.entity]
        if number < 20:
            name = inputs.pools.entities.cell(one.entity, "name")
            short = f"{show(one.department)}需 {one.demand} 人，可派 {len(one.eligible)} 人"
            screen.problem(f"  {show(name)} {one.entity}：{short}")
        for inspector in staff[one.department].ids:
            obstacles = staff[one.department].obstacles(inspector, visit)
            why = "、".join(OBSTACLES[obstacle] for obstacle in obstacles) or "可派"
            reasons.setdefault(one.department, Counter())[inspector, why] += 1
    if len(blocked) > 20:
        screen.problem(f"  ……其余 {len(blocked) - 20} 次见台账中的失败事件。")
    for department, counts in reasons.items():
        screen.problem(f"  {show(department)}逐人情况（受影响的上门次数）：")
        for (inspector, why), count in sorted(counts.items()):
            name = inputs.pools.inspectors.cell(inspector, "name")
            screen.problem(f"    {show(name)} {inspector}：{why}（{count}）")
    for witness in infeasible.witnesses:
        screen.problem(
            f"  {show(witness.department)}：每人最多 {witness.cap} 次排不开。"
            f"以下 {len(witness.inspectors)} 人须承担 {witness.load} 次，已超过 {witness.cap}×{len(witness.inspectors)}"
            f"＝{witness.cap * len(witness.inspectors)} 次：{'、'.join(witness.inspectors)}"
        )
    screen.problem("  处理：在名录库中补足检查人员、更新证件有效期或核对回避名单后，再运行一次；")
    screen.problem("        种子不变，未受影响的对象位次不变。")
