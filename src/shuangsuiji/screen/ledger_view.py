"""An event of the ledger on the screen."""

from collections.abc import Mapping
from typing import Any

from shuangsuiji.evidence.ledger import Ledger
from shuangsuiji.evidence.lines import Event, quarantine_file
from shuangsuiji.screen.console import Screen
from shuangsuiji.screen.draw_view import show_record, show_seed, time_text
from shuangsuiji.screen.words import EVENTS, ROLES


def remark(event: Event, book: Ledger) -> str:
    """What an event amounts to, in a few words."""
    value = event.value
    match event.line.type:
        case "seal":
            return "种子已定" if value["seed_document"] is not None else "种子待定"
        case "draw":
            live = "" if event in book.live_draws() else "，已作废"
            return f"上门 {len(value['visits'])} 次{live}"
        case "failure":
            return f"{len(value['blocked'])} 次上门派不出人" if value["blocked"] else "超出每人上门次数上限"
        case "void":
            seed = "沿用原种子" if value["keep_seed"] else "换新种子"
            return f"{value['reason']}（{value['approved_by']}批准，{seed}）"
        case "repair":
            return f"末行不完整，{value['length']} 个字节移入隔离文件夹"


def show_event(screen: Screen, event: Event, book: Ledger) -> None:
    """One event: what it is, what stands beside it, what it holds."""
    line = event.line
    beside = line.circumstances
    whose = f"{line.plan} 批次 {line.batch}  " if line.batch else ""
    screen.say(f"第 {line.seq} 条  {EVENTS[line.type]}  {whose}{remark(event, book)}")
    screen.say(f"时间 {time_text(line)}  操作人 {beside.operator}  程序 {beside.tool}")
    screen.say(f"文件 {line.file}，本行摘要和文件 SHA-256：")
    screen.verbatim(f"  {line.hash}")
    screen.verbatim(f"  {line.sha256}")
    for source in beside.sources:
        screen.say(f"来自 {source.name}，SHA-256：")
        screen.verbatim(f"  {source.sha256}")
    match line.type:
        case "seal":
            _show_seal(screen, event.value)
        case "draw":
            show_record(screen, event.value, {})
            screen.say()
            show_seed(screen, event.value["seed"])
        case "failure":
            _show_failure(screen, event.value)
        case "repair":
            screen.say("移走的字节现在的位置：")
            screen.verbatim(f"  {quarantine_file(event.value['position'], event.value['sha256'])}")


def _show_seal(screen: Screen, seal: Mapping[str, Any]) -> None:
    screen.heading(f"封存的内容（{seal['plan']['title']}，周期 {seal['cycle']}）：")
    screen.say("  计划")
    screen.verbatim(f"    {seal['plan']['snapshot']}")
    for role, source in seal["inputs"].items():
        if source is not None:
            screen.say(f"  {ROLES[role]} {source['rows']} 行")
            screen.verbatim(f"    {source['snapshot']}")
    if seal["history"]:
        screen.say("  此前的抽取记录")
    for digest in seal["history"]:
        screen.verbatim(f"    {digest}")
    document = seal["seed_document"]
    screen.say("  种子待定" if document is None else f"  种子 {'；'.join(document.split(chr(10))[1:-1])}")


def _show_failure(screen: Screen, failure: Mapping[str, Any]) -> None:
    screen.heading("派不出人的上门：")
    for one in failure["blocked"]:
        able = "、".join(one["eligible"]) or "没有"
        screen.say(f"  {one['entity']}：{one['department']}须派 {one['demand']} 人，可派的：{able}")
    for one in failure["witness"]:
        people = "、".join(one["inspectors"])
        screen.say(f"  {one['department']}：每人最多 {one['cap']} 次，而这些人须承担 {one['load']} 人次：{people}")
