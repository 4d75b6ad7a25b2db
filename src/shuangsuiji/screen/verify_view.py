"""A verification report on the screen: named checks in words, both sides of what differs, and what nobody can know."""

import re
from collections.abc import Iterable

from shuangsuiji.evidence.lines import Event
from shuangsuiji.evidence.report import Check, Report
from shuangsuiji.model.problems import Code, Place, Problem, Severity, Status
from shuangsuiji.screen.console import Screen
from shuangsuiji.screen.findings import finding_text
from shuangsuiji.screen.messages import remedy_of, text_of
from shuangsuiji.screen.reporting import show_problems
from shuangsuiji.screen.words import EVENTS

NAMES = {
    "lines": "台账逐行相连",
    "events": "事件文件与台账相符",
    "states": "事件先后合规",
    "checkpoint": "与外部校验点相接",
    "inputs": "封存的计划和名录未变",
    "history": "历次记录引用无误",
    "seal": "抽取与封存一致",
    "seed": "种子无误",
    "keys": "密钥由种子推得",
    "frames": "抽样框无误",
    "sizes": "抽取数无误",
    "samples": "抽中者无误",
    "visits": "上门清单无误",
    "teams": "检查组无误",
    "loads": "工作量无误",
    "record": "整份记录逐字节相同",
    "failure": "失败确属无法派人",
}
_EVENT = re.compile("events/([0-9]{6,12})-")
_WHOLE_LINE = "a last line that ends with LF"
_OUTCOMES = {"passed": "√ 相符", "failed": "× 不符", "impossible": "※ 无法核对"}


def show_report(screen: Screen, report: Report, directory: str, with_checkpoint: bool) -> None:
    """All checks grouped by event, then the verdict, then the limits."""
    screen.say(f"台账 {directory}")
    for heading, checks in _groups(report.checks):
        screen.heading(heading)
        for check in checks:
            screen.say(f"  {_OUTCOMES[check.outcome]}  {NAMES[check.name]} {check.name}")
            if check.outcome == "passed" and check.actual:
                screen.verbatim(f"          {finding_text(check.actual)}")
    show_problems(screen, problems_of(report, directory))
    if any((check.name, check.outcome, check.expected) == ("lines", "failed", _WHOLE_LINE) for check in report.checks):
        screen.say("最后一行没有写完，多半是写入时断电或磁盘已满：先复制保存整个台账，再用 ledger repair 修补。")
    _show_beyond(screen, report)
    _show_strays(screen, report)
    counts = {outcome: sum(c.outcome == outcome for c in report.checks) for outcome in _OUTCOMES}
    screen.heading(
        f"结论：{_verdict(report)}（{len(report.checks)} 项检查，相符 {counts['passed']}，"
        f"不符 {counts['failed']}，无法核对 {counts['impossible']}）"
    )
    show_limits(screen, report, with_checkpoint)


def _show_beyond(screen: Screen, report: Report) -> None:
    """Aloud, though no check fails: that lines were taken away from the end is proved by a checkpoint alone."""
    if found := beyond(report):
        lines = sum(check.name == "events" for check in report.checks)
        problem = Problem.of(Code.LEDGER_BROKEN, fault="taken", actual=found[0], lines=lines)
        screen.problem(f"※ {text_of(problem)}")
        screen.problem(f"  {remedy_of(problem)}")


def _show_strays(screen: Screen, report: Report) -> None:
    """Files that no line names: a run that died leaves some, but hardly more than one event."""
    if not report.strays:
        return
    whole = all(check.outcome == "passed" for check in report.checks if check.name in ("lines", "events"))
    screen.heading(f"台账的各行没有提到下列 {len(report.strays)} 个文件：")
    for name in report.strays:
        screen.say(f"  {name}")
    if not whole:
        screen.say("台账在上述差错之后没有再读，这些文件可能属于读不到的各行。")
    elif not beyond(report):
        screen.say("中断的运行会留下这样的文件，不算差错。")


def beyond(report: Report) -> list[str]:
    """Event files with higher numbers than a run that died leaves: their lines were there, and were taken away."""
    if any(check.name == "lines" and check.outcome != "passed" for check in report.checks):
        return []
    lines = sum(check.name == "events" for check in report.checks)
    numbers = ((name, _EVENT.match(name)) for name in report.strays)
    return [name for name, found in numbers if found is not None and int(found[1]) > lines + 1]


def _verdict(report: Report) -> str:
    match report.status:
        case Status.DONE if beyond(report):
            return "※ 台账末尾的行被截去了；剩下的每次抽取都能由封存的内容重新推得"
        case Status.DONE if not report.ledger.events:
            return "※ 台账是空的，没有可复核的抽取"
        case Status.DONE:
            return "√ 台账完整，每次抽取都能由封存的内容重新推得"
        case Status.FAILED:
            return "× 台账与推算不符，见上面的差错"
        case _:
            return "※ 有内容缺失或读不出，无法作出结论"


def _groups(checks: Iterable[Check]) -> list[tuple[str, list[Check]]]:
    groups: dict[str, list[Check]] = {}
    for check in checks:
        line = check.line
        whose = f" {line.plan} 批次 {line.batch}" if line is not None and line.batch else ""
        heading = "台账" if line is None else f"第 {line.seq} 条 {EVENTS.get(line.type, line.type)}{whose}"
        groups.setdefault(heading, []).append(check)
    return list(groups.items())


def problems_of(report: Report, directory: str = "") -> list[Problem]:
    """Every check that did not pass, as a problem with both sides."""
    problems = []
    for check in report.checks:
        if check.outcome == "passed":
            continue
        code = Code.RECORD_FAILED if check.outcome == "failed" else Code.RECORD_IMPOSSIBLE
        file = "ledger.jsonl" if check.line is None else check.line.file
        place = Place(file=f"{directory}/{file}" if directory else file)
        name = f"{NAMES[check.name]} {check.name}"
        problems.append(
            Problem.of(code, place, Severity.ERROR, check=name, expected=check.expected or "—", actual=check.actual or "—")
        )
    return problems


def show_limits(screen: Screen, report: Report, with_checkpoint: bool) -> None:
    """What no verifier can know, in words."""
    draws = [event for event in report.ledger.events if event.line.type == "draw"]
    screen.heading("复核程序无从知道的事：")
    screen.say("  · 名录库当初是否完整、真实。")
    for words in _seed_limits(draws):
        screen.say(f"  · {words}")
    if not with_checkpoint:
        screen.say("  · 台账末尾是否被截去、整本台账是否被改写：只有外部保存的校验点（--checkpoint）才能发现。")


def _seed_limits(draws: list[Event]) -> list[str]:
    classes: dict[str, list[str]] = {}
    for event in draws:
        batches = classes.setdefault(event.value["seed"]["class"], [])
        if event.line.batch not in batches:
            batches.append(event.line.batch)
    words = []
    if "operator" in classes:
        words.append(f"自选种子的批次（{'、'.join(classes['operator'])}）：是否先试过别的种子再挑选。")
    if "os" in classes:
        words.append(f"系统随机种子的批次（{'、'.join(classes['os'])}）：是否另有一本台账、在那里先试抽过。")
    if "public" in classes:
        words.append(f"公开种子的批次（{'、'.join(classes['public'])}）：公开数值是否确为公开来源所公布。")
    return words
