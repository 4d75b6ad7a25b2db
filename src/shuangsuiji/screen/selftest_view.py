"""The self-test in plain sentences, with its numbers, for somebody who is neither a programmer nor a statistician."""

from fractions import Fraction
from typing import Any

from shuangsuiji.screen.console import Screen
from shuangsuiji.trial.attempt import BrokenOff
from shuangsuiji.trial.bounds import ALARM
from shuangsuiji.trial.known_answers import KnownAnswers
from shuangsuiji.trial.laws import FRAME, SAMPLE, BatchesApart, EqualChances, EvenDeals, SameAgain
from shuangsuiji.trial.own_pool import SEEDS, TICKETS, OwnPool
from shuangsuiji.trial.tally import Tally

Trial = KnownAnswers | EqualChances | EvenDeals | BatchesApart | SameAgain | OwnPool
Finding = Trial | BrokenOff

_TITLES: dict[type[Any], str] = {
    KnownAnswers: "已知答案",
    EqualChances: "每户机会均等",
    EvenDeals: "派组均衡",
    BatchesApart: "前后批次互不影响",
    SameAgain: "换了次序、再算一次，结果不变",
    OwnPool: "在您的名录库上试抽",
}
_TRIED: dict[type[Any], str] = {
    KnownAnswers: "让程序重算事先算好的答案",
    EqualChances: "用编造的名录反复试抽",
    EvenDeals: "用编造的名录反复试派检查人员",
    BatchesApart: "用编造的名录试抽前后几个批次",
    SameAgain: "打乱名录各行的次序重抽",
    OwnPool: "在您的名录库上试抽",
}
_SOURCES = {
    "published": "公开标准 FIPS 180-2 等所载",
    "specification": "本程序规范中的算例",
    "sha256sum": "通用命令 sha256sum 算得",
    "hand": "手工算得",
    "independent": "独立复核程序（没有本程序的任何代码）算得",
}


def title(finding: Finding) -> str:
    """What an item is called, also one that broke off."""
    return _TITLES[finding.of if isinstance(finding, BrokenOff) else type(finding)]


def show_opening(screen: Screen) -> None:
    """What is going to happen, and what is not."""
    screen.say("自检：用编造的对象和假想的种子试抽，看这份程序算得对不对、抽得匀不匀。")
    screen.say("什么也不写，也不是真的抽取；计划、名录库、台账都不会改动。")


def show_finding(screen: Screen, number: int, finding: Finding) -> None:
    """One item: its verdict, then what was tried and what came out."""
    screen.heading(f"{number}. {title(finding)}：{'√ 正常' if finding.good else '× 不对'}")
    match finding:
        case KnownAnswers():
            _show_answers(screen, finding)
        case EqualChances():
            _show_chances(screen, finding)
        case EvenDeals():
            _show_deals(screen, finding)
        case BatchesApart():
            _show_batches(screen, finding)
        case SameAgain():
            screen.say("   编造一份名录抽一次，再把各行的次序打乱重抽，抽取记录应当逐字节相同。")
            screen.say(f"   打乱 {_times(finding.same, finding.orders)}。只凭封存的内容再算一次：{_same(finding.again)}。")
        case OwnPool():
            _show_pool(screen, finding)
        case BrokenOff():
            screen.say(f"   {_broken_off(finding)}。")
            screen.say(f"   差错出在 {finding.place}。其余各项照样试。")


def _show_answers(screen: Screen, found: KnownAnswers) -> None:
    if not found.count:
        screen.say("   程序自带的答案文件缺失或损坏，无从核对。")
        return
    wrong = f"{found.count - len(found.mismatches)} 个一致，{len(found.mismatches)} 个不一致" if found.mismatches else "全部一致"
    screen.say(f"   事先用别的办法算好了 {found.count} 个答案，现在让程序逐一再算：{wrong}。")
    for source, words in _SOURCES.items():
        screen.say(f"   · {words}：{found.sources[source]} 个")
    for mismatch in found.mismatches[:5]:
        screen.say(f"   × 第 {mismatch.number} 题 {mismatch.kind}：应为 {mismatch.expected}，实为 {mismatch.actual}")


def _show_chances(screen: Screen, found: EqualChances) -> None:
    samples = found.samples
    screen.say(f"   {FRAME} 户抽 {SAMPLE} 户，共有 {len(samples.cells)} 种抽法，机会应当相同。试抽 {samples.trials} 次：")
    _show_even(screen, samples, "种抽法")
    screen.say("   （卡方衡量“实际与应有相差多少”：太大是抽得偏，太小是匀得不像抽签。）")


def _show_deals(screen: Screen, found: EvenDeals) -> None:
    deals = found.deals
    screen.say("   6 次上门派给 3 个人，应当每人恰好 2 次。")
    screen.say(
        f"   试派 {_times(deals.trials - deals.strange, deals.trials)}。这样的派法有 {len(deals.cells)} 种，机会应当相同："
    )
    _show_even(screen, deals, "种派法")
    screen.say(f"   有人须回避时：8 次上门、4 个人，能派的派法有 {found.ways} 种，逐一比过，")
    screen.say(f"   应当派得与最均衡的一种同样均衡。试派 {_times(found.even, found.tried)}。")


def _show_even(screen: Screen, tally: Tally, what: str) -> None:
    cell = tally.cells[0]
    came = f"实际 {tally.least} 至 {tally.most} 次（允许 {cell.low} 至 {cell.high} 次）"
    screen.say(f"   每{what}应出现 {_decimal(cell.expected)} 次左右，{came}。")
    _show_chi_square(screen, tally.chi_square, tally.chi_square_range)


def _show_chi_square(screen: Screen, value: Fraction, within: tuple[Fraction, Fraction]) -> None:
    low, high = within
    screen.say(f"   合起来看：卡方 {_decimal(value)}（允许 {_decimal(low)} 至 {_decimal(high)}）。")


def _show_batches(screen: Screen, found: BatchesApart) -> None:
    overlaps = found.overlaps
    screen.say(f"   同一个种子抽两个批次，各从 {FRAME} 户中抽 {SAMPLE} 户，试抽 {overlaps.trials} 次，数两批都抽中的户数：")
    screen.table(
        ("   都抽中>", "应有次数>", "实际次数>", "允许范围>"),
        [
            (f"{common} 户", _decimal(cell.expected), str(cell.count), f"{cell.low} 至 {cell.high}")
            for common, cell in enumerate(overlaps.cells)
        ],
    )
    _show_chi_square(screen, overlaps.chi_square, overlaps.chi_square_range)
    screen.say("   同一统筹组内，抽到过的排到后面。6 户分三批、每批抽 2 户，")
    screen.say(f"   应当每户恰好抽到一次。试抽 {_times(found.fair, found.rounds)}。")


def _show_pool(screen: Screen, found: OwnPool) -> None:
    mean = _decimal(Fraction(found.seeds * found.sample, found.entities))
    screen.say(f"   名录库 {found.entities} 户，不论登记状态。")
    agree = "全部一致" if found.in_line == found.entities else f"只有 {found.in_line} 户一致"
    screen.say(f"   全部抽一次，每户的签号和次序另用几行代码照规范重算：{agree}。")
    screen.say(f"   用 {found.seeds} 个假想种子各抽 5%（向上取整，{found.sample} 户），每户应抽到 {mean} 次左右。")
    if found.seeds < SEEDS:
        screen.say(f"   ※ 名录库较大，种子由 {SEEDS} 个减为 {found.seeds} 个（至多算 {TICKETS // 10_000} 万个签号）；")
        screen.say("     种子越少，越小的偏差越看不出来。")
    most = f"按二项分布，{found.entities} 户里最多的也不应超过 {found.highest} 次"
    least = f"不应少于 {found.lowest} 次" if found.lowest else "一次也没有的也属正常"
    screen.say(f"   抽到最多的一户 {found.most} 次（{most}）；")
    screen.say(f"   抽到最少的一户 {found.least} 次（{least}）。")
    _show_chi_square(screen, found.spread, found.spread_range)
    if not found.classes:
        screen.say("   名录库没有信用等级一列，各类别的占比没有核对。")
        return
    picks = found.seeds * found.sample
    screen.say("   各信用等级，在名录库中的占比和在抽中者中的占比：")
    screen.table(
        ("   信用等级", "户数>", "占名录库>", "占抽中者>", "允许范围>", ""),
        [
            (
                "   " + ("其余各级" if one.name is None else one.name or "（空白）"),
                str(one.entities),
                _percent(Fraction(one.entities, found.entities)),
                _percent(Fraction(one.drawn, picks)),
                f"{_percent(one.low / picks)} 至 {_percent(one.high / picks)}",
                "√" if one.good else "×",
            )
            for one in found.classes
        ],
    )


def show_conclusion(screen: Screen, findings: list[Finding]) -> None:
    """The verdict, and what no self-test can show."""
    wrong = [str(number) for number, finding in enumerate(findings, start=1) if not finding.good]
    verdict = f"× 第 {'、'.join(wrong)} 项不对，先不要用这份程序抽取" if wrong else f"√ {len(findings)} 项全部正常"
    screen.heading(f"结论：{verdict}。")
    screen.heading("请这样看这些数：")
    screen.say(f"  · 允许的范围这样定：诚实的程序，每一项大约只有{_chance()}的机会被冤枉。")
    screen.say("  · 假想的种子是固定的，哪天、哪台电脑上自检都一样；与正式抽取的种子无关。")
    screen.say("  · 抽签总有多有少，次数恰好相等反倒可疑。")
    screen.heading("自检看不出的事：")
    screen.say("  · 名录库是否完整、真实：不在名录库里的，怎么抽也抽不到。")
    screen.say("  · 所有的偏差：次数、卡方只查得出明显的偏，所以另有第 1 项，一字也不许差。")
    screen.say("  · 某次抽取是否用的这份程序、挑没挑过种子：要用 verify 和独立复核程序看台账。")


def fault_text(finding: Finding) -> str:
    """What is wrong with an item, in one clause."""
    match finding:
        case BrokenOff():
            return f"{_broken_off(finding)}，差错出在 {finding.place}"
        case KnownAnswers() if not finding.count:
            return "答案文件缺失或损坏"
        case KnownAnswers():
            first = finding.mismatches[0]
            return f"{len(finding.mismatches)} 个答案不一致，如第 {first.number} 题 {first.kind}"
        case SameAgain():
            return "结果随行的次序而变，或再算一次不同"
        case OwnPool() if finding.in_line < finding.entities:
            return f"{finding.entities - finding.in_line} 户的签号或次序与重算的不同"
        case _:
            return "次数超出允许的范围"


def _broken_off(finding: BrokenOff) -> str:
    return f"{_TRIED[finding.of]}时，程序出错中断（{finding.error}），没有试完"


def _times(times: int, of: int) -> str:
    return f"{of} 次，次次如此" if times == of else f"{of} 次，有 {of - times} 次不是这样"


def _same(same: bool) -> str:
    return "逐字节相同" if same else "结果不同"


def _decimal(value: Fraction) -> str:
    return f"{float(value):.1f}".removesuffix(".0")


def _percent(value: Fraction) -> str:
    return f"{float(value) * 100:.2f}%"


def _chance() -> str:
    return {10_000: "万分之一"}.get(ALARM.denominator, f"{ALARM.denominator} 分之一")
