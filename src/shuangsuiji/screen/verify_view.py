"""A verification report on the screen: named checks in words, both sides of what differs, and what nobody can know."""

from collections.abc import Iterable

from shuangsuiji.evidence.ledger import Event
from shuangsuiji.evidence.verification import Check, Report
from shuangsuiji.model.problems import Code, Place, Problem, Severity, Status
from shuangsuiji.screen.console import Screen
from shuangsuiji.screen.reporting import show_problems
from shuangsuiji.screen.show import show

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
_OUTCOMES = {"passed": "√ 相符", "failed": "× 不符", "impossible": "※ 无法核对"}
_TYPES = {"seal": "封存", "draw": "抽取", "failure": "派人不足", "void": "作废"}


def show_report(screen: Screen, report: Report, with_checkpoint: bool) -> None:
    """All checks grouped by event, then the verdict, then the limits."""
    for heading, checks in _groups(report.checks):
        screen.heading(heading)
        screen.table(
            ("结论", "检查项", "说明"),
            [
                (_OUTCOMES[c.outcome], f"{NAMES[c.name]} {c.name}", show(c.actual) if c.outcome == "passed" else "见下")
                for c in checks
            ],
        )
    if problems := problems_of(report):
        show_problems(screen, problems)
    if report.strays:
        screen.heading(f"台账中有 {len(report.strays)} 个文件没有任何一行提到（中断的运行会留下这样的文件，不算差错）：")
        for name in report.strays:
            screen.say(f"  {show(name)}")
    counts = {outcome: sum(c.outcome == outcome for c in report.checks) for outcome in _OUTCOMES}
    screen.heading(
        f"结论：{_verdict(report.status)}（{len(report.checks)} 项检查，相符 {counts['passed']}，"
        f"不符 {counts['failed']}，无法核对 {counts['impossible']}）"
    )
    show_limits(screen, report, with_checkpoint)


def _verdict(status: Status) -> str:
    match status:
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
        heading = "台账" if line is None else f"第 {line.seq} 条 {_TYPES[line.type]} {line.plan} 批次 {line.batch}"
        groups.setdefault(heading, []).append(check)
    return list(groups.items())


def problems_of(report: Report) -> list[Problem]:
    """Every check that did not pass, as a problem with both sides."""
    problems = []
    for check in report.checks:
        if check.outcome == "passed":
            continue
        code = Code.RECORD_FAILED if check.outcome == "failed" else Code.RECORD_IMPOSSIBLE
        place = Place(file="ledger.jsonl" if check.line is None else check.line.file)
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
        classes.setdefault(event.value["seed"]["class"], []).append(event.line.batch)
    words = []
    if "operator" in classes:
        words.append(f"自选种子的批次（{'、'.join(classes['operator'])}）：是否先试过别的种子再挑选。")
    if "os" in classes:
        words.append(f"系统随机种子的批次（{'、'.join(classes['os'])}）：是否另有一本台账、在那里先试抽过。")
    if "public" in classes:
        words.append(f"公开种子的批次（{'、'.join(classes['public'])}）：公开数值是否确为公开来源所公布。")
    return words
