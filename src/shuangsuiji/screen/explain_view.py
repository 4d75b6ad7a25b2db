"""An explanation on the screen: one entity or one inspector, in sentences, with the line that checks it."""

from collections.abc import Mapping, Sequence
from typing import Any

from shuangsuiji.draw.explanation import Duty, Miss, Standing
from shuangsuiji.screen.console import Screen
from shuangsuiji.screen.draw_view import member_text, show_seed
from shuangsuiji.screen.infeasible_view import OBSTACLES
from shuangsuiji.screen.messages import column_text


def shell_line(key: str, entity: str) -> str:
    """The line that recomputes a ticket in any POSIX shell. Ids hold no quotes, so they can stand in single ones."""
    return f"printf '%s\\n' {key} '{entity}' | sha256sum"


def powershell_line(key: str, entity: str) -> str:
    """The same in Windows PowerShell."""
    return (
        f'-join([Security.Cryptography.SHA256]::Create().ComputeHash([Text.Encoding]::UTF8.GetBytes("{key}`n{entity}`n"))'
        "|%{$_.ToString('x2')})"
    )


def _miss(miss: Miss) -> str:
    cell = f"“{miss.cell}”" if miss.cell else "空白"
    if miss.condition is None:
        return f"登记状态为{cell}，不在可抽状态之列"
    values = "、".join(value for value in miss.condition.values)
    several = "之一" if len(miss.condition.values) > 1 else ""
    wanted = f"属于“{values}”{several}" if miss.condition.operator == "in" else f"不属于“{values}”"
    return f"{column_text(miss.column)}为{cell}，须{wanted}"


def standing_sentence(one: Standing) -> str:
    """Why a task did or did not draw the entity."""
    head = f"任务 {one.task.id} {one.task.name}："
    if one.misses:
        return f"{head}不在抽样框内（{'；'.join(_miss(miss) for miss in one.misses)}）。"
    layer = "" if one.stratum == "*" else f"“{one.stratum}”层"
    if one.excluded:
        return f"{head}在抽样框内，但本周期上门次数已达上限，本次排除。"
    tier = f"，此前本统筹组已抽中 {one.tier} 次（次数少的排在前）" if one.task.coordination_group else ""
    place = f"{layer}{one.eligible} 家中排第 {one.place} 位{tier}，抽前 {one.sample_size} 家"
    if one.drawn:
        return f"{head}抽中。{place}。"
    reserve = (one.place or 0) - one.sample_size
    return f"{head}未抽中。{place}，列备选第 {reserve} 位。"


def standing_value(one: Standing) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "task": one.task.id,
        "in_frame": not one.misses,
        "misses": [{"column": miss.column, "cell": miss.cell} for miss in one.misses],
        "stratum": one.stratum or None,
        "eligible": one.eligible,
        "excluded": one.excluded,
        "tier": one.tier,
        "place": one.place,
        "sample_size": one.sample_size,
        "cutoff": one.cutoff and {"tier": one.cutoff.tier, "ticket": one.cutoff.ticket},
        "drawn": one.drawn,
    }


def show_entity(
    screen: Screen,
    entity: str,
    name: str,
    key: str,
    ticket: str,
    found: Sequence[Standing],
    visit: Mapping[str, Any] | None,
    seed: Mapping[str, Any],
) -> None:
    """One entity."""
    screen.say(f"{name}  {entity}：{'抽中' if visit else '未抽中'}")
    screen.verbatim(f"签号 {ticket}")
    for one in found:
        screen.say(f"  {standing_sentence(one)}")
        if one.place is not None and one.cutoff is not None:
            sign = "不大于" if one.drawn else "大于"
            screen.say(f"      末位抽中者（次数 {one.cutoff.tier}）的签号：")
            screen.verbatim(f"      {one.cutoff.ticket}")
            screen.say(f"      （次数，签号）{sign}它，所以{'抽中' if one.drawn else '未抽中'}。")
    if visit is not None:
        screen.say(f"  检查组 {'、'.join(member_text(member) for member in visit['team'])}")
    screen.heading("自己核对签号（任选一种，结果应与上面的签号相同）：")
    screen.say("  Linux、macOS 终端：")
    screen.verbatim(shell_line(key, entity))
    screen.say("  Windows PowerShell：")
    screen.verbatim(powershell_line(key, entity))
    show_seed(screen, seed)


def show_inspector(screen: Screen, inspector: str, name: str, duty: Duty, assigned: Sequence[Mapping[str, Any]]) -> None:
    """One inspector."""
    screen.say(f"{name}  {inspector}（{duty.department}）：派出 {len(assigned)} 次")
    screen.say(f"本批次有 {duty.visits} 次上门需要该部门派人，其中 {duty.eligible} 次可以派他。")
    for obstacle, count in duty.obstacles:
        screen.say(f"  {OBSTACLES[obstacle]}：{count} 次")
    if duty.visits == 0:
        screen.say("本批次抽中的对象都不需要该部门参加。")
    elif duty.eligible and not assigned:
        screen.say("可以派他而没有派：每次都在当时派出次数最少的人中随机选取，没有选到他。")
    if assigned:
        screen.heading("派往：")
        for visit in assigned:
            slot = next(one for one in visit["team"] if one["inspector"] == inspector)
            role = "，任组长" if slot["leader"] else ""
            screen.say(f"  {visit['name']}  {visit['entity']}（任务 {'、'.join(visit['tasks'])}{role}）")
