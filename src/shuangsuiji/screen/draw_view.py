"""A draw on the screen: the list with teams, sizes, shortages, loads, doors saved, and what may be said of the seed."""

from collections.abc import Mapping, Sequence
from typing import Any

from shuangsuiji.evidence.lines import Event, Line
from shuangsuiji.model.plan import Window, common_window
from shuangsuiji.screen.console import Screen
from shuangsuiji.screen.infeasible_view import Shown, show_infeasible, standing_of_inspectors
from shuangsuiji.screen.words import EVENTS


def ratio_text(task: Mapping[str, Any]) -> str:
    """How many the plan asks for, as a person writes it."""
    if task["count"] is not None:
        return f"{task['count']} 家"
    if task["ratio"] is None:
        return "分层"
    try:
        p, q = (int(part) for part in task["ratio"].split("/"))
    except ValueError:  # a forged record; `verify` says what is wrong with it
        return str(task["ratio"])
    if q > 0 and 10000 % q == 0:
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
        screen.say(f"{number:>5}  {visit['name']}  {visit['entity']}")
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
    return f"{member['name']}（{leader}{member['department']} {member['inspector']}）"


def show_sizes(screen: Screen, tasks: Sequence[Mapping[str, Any]]) -> None:
    """各任务抽取数: one row a stratum."""
    screen.heading("各任务抽取数")
    rows = []
    for task in tasks:
        for stratum in task["strata"]:
            layer = "" if stratum["name"] == "*" else f"【{stratum['name']}】"
            excluded = len(stratum["excluded"])
            remarks = [f"缺额 {stratum['shortage']}"] if stratum["shortage"] else []
            remarks += [f"排除 {excluded}"] if excluded else []
            rows.append(
                (
                    task["id"],
                    task["name"] + layer,
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
                name,
                str(len(visits)),
                str(sum(1 for one in visits if one)),
                str(sum(visits)),
                str(min((one for one in visits if one), default=0)),
                str(max(visits)),
            )
            for name, visits in departments.items()
        ],
    )
    screen.say("“最少”“最多”只算派出的人。未派出的或不合条件，或人手有余而没有轮到；explain 加证号可查缘由。")


def show_doors(screen: Screen, record: Mapping[str, Any]) -> None:
    """How many doors the batch saves: drawn by several tasks, visited once."""
    drawn = sum(len(task["sample"]) for task in record["tasks"])
    visits = len(record["visits"])
    tasks = len(record["tasks"])
    screen.heading(f"合并上门：{tasks} 项任务共抽中 {drawn} 家次，实际上门 {visits} 次，少进门 {drawn - visits} 次。")


def show_seed(screen: Screen, seed: Mapping[str, Any], future: bool = False) -> None:
    """The seed, its digest on a line of its own, and what may be said of it."""
    words = seed_words(seed, future)
    screen.say(words[0])
    screen.verbatim(f"      SHA-256 {seed['sha256']}")
    for one in words[1:]:
        screen.say(one)


def seed_words(seed: Mapping[str, Any], future: bool = False) -> list[str]:
    """What may and may not be said of the seed; `future`: the same chosen text also serves batches still to come."""
    document = [line for line in seed["document"].split("\n")[1:] if line]
    words = [f"种子：{'；'.join(document)}"]
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


def outcome_value(one: Shown) -> dict[str, Any]:
    """An outcome as JSON."""
    line = one.line
    value: dict[str, Any] = {"plan": one.inputs.plan.id, "batch": one.batch}
    if line is not None:
        value |= {"seq": line.seq, "new": one.new, "sha256": line.sha256}
    if one.infeasible is None:
        return {**value, "record": one.record}
    inspectors = [
        {"department": d, "inspector": i, "name": name, "obstacles": list(why), "visits": count}
        for d, i, name, why, count in standing_of_inspectors(one.infeasible, one.inputs)
    ]
    return {**value, "failure": one.failure, "inspectors": inspectors}


def show_adopted(screen: Screen, events: Sequence[Event]) -> None:
    """That events which this run did not make have their lines from it: whoever knows of no run that died should ask whose they
    are."""
    for event in events:
        line = event.line
        whose = f"（批次 {line.batch}）" if line.batch else ""
        screen.problem(f"先前中断的运行留下的“{EVENTS[line.type]}”{whose}，由这次运行补记为台账第 {line.seq} 条。")
    if events:
        screen.problem("    没有中断过运行的，先查明这个文件是谁放进台账的。")


def adopted_value(events: Sequence[Event]) -> list[dict[str, Any]]:
    """The same as JSON."""
    return [{"seq": event.line.seq, "type": event.line.type, "batch": event.line.batch} for event in events]


def show_outcome(screen: Screen, one: Shown, every: bool) -> None:
    """One draw, or why there is none."""
    if one.infeasible is not None:
        show_infeasible(screen, one, one.infeasible)
        return
    record = one.record or {}
    if screen.silent:
        return
    screen.heading(f"════ {one.inputs.plan.id} 批次 {one.batch} ════")
    show_record(screen, record, {task.id: task.window for task in one.inputs.plan.tasks})
    screen.say()
    if one.line is None:
        screen.say("这是演练：种子用后即弃，没有写任何文件，结果不作数。")
        return
    show_seed(screen, record["seed"], future=every)
    if one.new:
        screen.say(f"已记入台账第 {one.line.seq} 条，抽取记录 SHA-256：")
    else:
        screen.say(f"早已抽取（{time_text(one.line)}，台账第 {one.line.seq} 条），以上是原结果，台账没有变化。抽取记录 SHA-256：")
    screen.verbatim(one.line.sha256)


def time_text(line: Line) -> str:
    """The time of a line as people write it; a claim of whoever wrote it."""
    return line.circumstances.time[:19].replace("T", " ")
