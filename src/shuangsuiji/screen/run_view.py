"""A run with nobody there: what became of each batch that was due, in few words, since they may travel by mail.

Nobody who was drawn is named, not even where the draw is infeasible: its seed stays, and so do those it drew.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shuangsuiji.draw.drawing import Infeasible
from shuangsuiji.files.agenda import Item
from shuangsuiji.model.problems import Code, Place, Problem, Refusal
from shuangsuiji.screen.console import Screen
from shuangsuiji.screen.discreet import show_discreetly
from shuangsuiji.screen.draw_view import seed_words
from shuangsuiji.screen.infeasible_view import Shown
from shuangsuiji.screen.words import STATES


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """How a batch that was due ended: drawn or infeasible, or refused."""

    item: Item
    shown: Shown | None = None
    refusal: Refusal | None = None

    @property
    def done(self) -> bool:
        """Whether it is drawn."""
        return self.shown is not None and self.shown.infeasible is None

    def value(self) -> dict[str, Any]:
        """As JSON. The reason: `drawn`, or `finished` what was sealed before; `infeasible`, or the name of the refusal."""
        line = None if self.shown is None else self.shown.line
        if self.refusal is not None:
            reason = self.refusal.status.name.lower()
        elif not self.done:
            reason = "infeasible"
        else:
            reason = "finished" if self.item.state.name == "sealed" else "drawn"
        seq = self.item.seq if line is None else line.seq
        value = {"batch": self.item.batch, "due_day": self.item.due.day, "reason": reason, "seq": seq}
        return value if line is None else {**value, "sha256": line.sha256}


def problems_of(one: Outcome) -> list[Problem]:
    """Why a batch is not drawn. Where it is infeasible, a problem for each department, and nobody's name."""
    if one.refusal is not None:
        return list(one.refusal.problems)
    if one.shown is None or one.shown.infeasible is None:
        return []
    place = Place(file=one.shown.line.file) if one.shown.line is not None else Place()
    found = [
        Problem.of(Code.DRAW_TOO_FEW_ELIGIBLE, place, department=department, count=count)
        for department, count in _blocked(one.shown.infeasible).items()
    ]
    for w in one.shown.infeasible.witnesses:
        people = len(w.inspectors)
        found.append(Problem.of(Code.DRAW_CAP_EXCEEDED, place, department=w.department, cap=w.cap, people=people, load=w.load))
    return found


def _blocked(infeasible: Infeasible) -> Counter[str]:
    return Counter(visit.department for visit in infeasible.blocked)


def show_outcome(screen: Screen, one: Outcome) -> None:
    """A batch that was due: that it is drawn, or why not."""
    if one.refusal is not None:
        screen.problem(f"批次 {one.item.batch} 没有抽取：")
        show_discreetly(screen, one.refusal.problems)
    elif one.shown is not None and one.shown.infeasible is not None:
        _show_failed(screen, one.shown, one.shown.infeasible)
    elif one.shown is not None:
        _show_drawn(screen, one.item, one.shown)


def _show_drawn(screen: Screen, item: Item, one: Shown) -> None:
    record, line = one.record or {}, one.line
    how = "先前已封存，现已抽取完毕" if item.state.name == "sealed" else "已抽取"
    seq = "" if line is None else f"，记入台账第 {line.seq} 条"
    screen.say(f"批次 {item.batch} {how}：抽中 {len(record['visits'])} 家{seq}（应抽日 {item.due.day}）。抽取记录：")
    screen.verbatim(f"      SHA-256 {'' if line is None else line.sha256}")
    if shortage := sum(stratum["shortage"] for task in record["tasks"] for stratum in task["strata"]):
        screen.say(f"    ※ 缺额 {shortage} 家：可抽的对象不够，已如数记入抽取记录。")
    for words in seed_words(record["seed"])[1:]:
        screen.say(f"    {words}")


def _show_failed(screen: Screen, one: Shown, infeasible: Infeasible) -> None:
    seq = 0 if one.line is None else one.line.seq
    screen.problem(f"批次 {one.batch} 派不出检查组，一家也没有抽定，失败{'已' if one.new else '早已'}记入台账第 {seq} 条。")
    for department, count in _blocked(infeasible).items():
        screen.problem(f"    DRAW-004  {department}：{count} 次上门凑不齐人。")
    for witness in infeasible.witnesses:
        screen.problem(f"    DRAW-005  {witness.department}：每人最多 {witness.cap} 次，排不开。")
    screen.problem(f"    涉及哪些对象和人员，用 ledger show {seq} 查看。处理好以后再运行一次：种子不变，未受影响的对象位次不变。")


def show_skipped(screen: Screen, items: Sequence[Item]) -> None:
    """Batches that are neither drawn nor drawn now, and why."""
    why = {"void": "重抽由人决定，用 draw 抽", "waiting": "种子要等公开数值产生后才有"}
    for item in items:
        screen.say(f"批次 {item.batch} 跳过：{STATES[item.state.name]}（台账第 {item.seq} 条），{why[item.reason]}。")


def show_where_lists_are(screen: Screen, outcomes: Sequence[Outcome]) -> None:
    """The lists themselves are not shown: what cron sees, it mails."""
    if any(one.done for one in outcomes):
        screen.say("名单不在这里显示，免得随邮件外传；用 ledger show 加序号查看。")
