"""What a verification expected and found, said in Chinese: the evidence floors speak English, for programs and reports."""

import re
from collections.abc import Callable

from shuangsuiji.screen.words import EVENTS, ROLES, SEED_CLASSES, STATES

_PLAN_WORDS = {"plan id": "计划编号", "plan title": "计划名称", "cycle": "周期", "batch": "批次"}
_LINE_WORDS = {"prev": "前一行的摘要", "hash": "本行的摘要", "seq": "序号"}
_LACKS = {"inputs": "封存的内容", "seed": "种子", "history": "历次记录"}
_REASONS = {"too_few_eligible": "可派的人不够", "cap_exceeded": "超出每人上门次数上限"}


def _word(table: dict[str, str], group: int = 1) -> Callable[[re.Match[str]], str]:
    return lambda found: table.get(found[group], found[group])


_Saying = tuple[str, str | Callable[[re.Match[str]], str]]
_SAYINGS: tuple[_Saying, ...] = (
    ("ENOENT|no such file", "没有这个文件"),
    ("EACCES|EPERM", "没有权限读"),
    ("ELOOP", "是链接，不跟随"),
    ("EINVAL", "不是普通文件"),
    ("EIO", "磁盘读写出错"),
    (r"(\d+) lines", r"共 \1 条"),
    (r"(\d+) snapshots", r"\1 份快照"),
    (r"(\w+) -> (\w+)", lambda m: f"{STATES.get(m[1], m[1])} → {STATES.get(m[2], m[2])}"),
    (r"(operator|os|public) ([0-9a-f]{64})", lambda m: f"{SEED_CLASSES[m[1]]} {m[2]}"),
    (r"line (\d+): (.*)", lambda m: f"第 {m[1]} 行：{finding_text(m[2])}"),
    ("a last line that ends with LF", "以换行结束的最后一行"),
    (r"(\d+) bytes without", r"没有换行的 \1 个字节"),
    ("a line of canonical JSON", "规范 JSON 写成的一行"),
    ("canonical JSON", "规范 JSON"),
    ("the keys and types of a line", "台账行应有的各项"),
    (r"the keys and types of a (seal|draw|failure|void|repair)", lambda m: f"“{EVENTS[m[1]]}”事件应有的各项"),
    (r"another at (.*)", r"\1 处不是"),
    (r"(prev|hash|seq) (.*)", lambda m: f"{_LINE_WORDS[m[1]]} {m[2]}"),
    (r"sha256 ([0-9a-f]{64})", r"摘要 \1"),
    (r"plan and batch (.*)", r"计划和批次 \1"),
    ("no plan and no batch", "不属于任何计划和批次"),
    (r"an answer to the pending seal \((.*)\)", lambda m: f"对待答复的封存（{m[1].replace('none', '没有')}）的答复"),
    (r"(draw|failure) of seal (.*)", lambda m: f"对封存 {m[2]} 的“{EVENTS[m[1]]}”"),
    ("no seal while the batch is sealed or drawn", "已封存或已抽取的批次不再封存"),
    (r"a seal while it is (\w+)", lambda m: f"在“{STATES.get(m[1], m[1])}”时又封存"),
    ("the seed document that the batch is bound to", "这个批次已定下的种子"),
    ("another one, or none yet", "别的种子，或还没有种子"),
    (r"a void of the live draw or unanswered seal \((.*)\)", r"对有效抽取或未答复封存（\1）的作废"),
    (r"a void of (.*)", r"对 \1 的作废"),
    ("the plan's snapshot", "计划的快照"),
    ("it cannot be read", "读不出来"),
    ("an event of a type that is known", "认识的事件类型"),
    ("a time to the second with [+]08:00", "精确到秒、带 +08:00 的时间"),
    ("a seal that leaves the same entropy open", "留待同样来源的封存"),
    ("another", "别的"),
    ("lines that cannot be read", "读不出来的行"),
    ("the open seal that the seed names", "种子文书所答复的封存"),
    (r"seal ([0-9a-f]{64}) was not read", r"封存 \1 没有读出来"),
    ("the failure holds none", "失败事件里没有种子文书"),
    ("a seal of the batch", "本批次的封存"),
    ("no seal to derive it from", "没有可据以推算的封存"),
    ("a seed document", "合规的种子文书"),
    ("the sources that the seal lists", "封存所列的种子来源"),
    (r"seal ([0-9a-f]{64}|None|None or .*)", lambda m: "不答复任何封存" if m[1] == "None" else f"答复封存 {m[1]}"),
    ("the records that the seal lists", "封存所列的各次抽取记录"),
    (r"no event file above (\d+)", r"序号不超过 \1 的事件文件"),
    ("others", "别的"),
    ("the sealed draw is infeasible", "封存的抽取派不出人"),
    (r"a failure: (\w+)", lambda m: f"派人不足（{_REASONS.get(m[1], m[1])}）"),
    ("a draw", "一次抽取"),
    (r"(inputs|seed|history) did not pass", _word(_LACKS)),
    ("inputs that can be drawn from", "可以据以抽取的内容"),
    ("the inputs cannot be drawn from", "封存的内容无法据以抽取"),
    ("the three lines of a checkpoint", "三行的校验点"),
    ("another text", "别的文字"),
    (r"at least (\d+) events", r"至少 \1 条"),
    (r"(plan|entities|inspectors|recusals) in (.*)", lambda m: f"{ROLES[m[1]]} {m[2]}"),
    (r"(\d+) rows of (\w+)", lambda m: f"{ROLES.get(m[2], m[2])} {m[1]} 行"),
    (r"a snapshot of (\w+)", lambda m: f"{ROLES.get(m[1], m[1])}的快照"),
    ("an entities snapshot with the columns that the plan names", "含有计划所用各列的检查对象快照"),
    ("other columns", "别的列"),
    (r"(plan id|plan title|cycle|batch) (.*)", lambda m: f"{_PLAN_WORDS[m[1]]} {m[2]}"),
    (r"(\$\S*) = (.*)", r"\1 为 \2"),
    (r"(\$\S*) of length (\d+)", r"\1 有 \2 项"),
    (r"(\$\S*) with keys (.*)", r"\1 含有 \2"),
    (r"(.*); an event before it could not be read", lambda m: f"{finding_text(m[1])}；但此前有一条事件读不出"),
    (r"not UTF-8 at byte (\d+)", r"第 \1 个字节起不是 UTF-8"),
    (r"not JSON: .*", "不是 JSON"),
    ("JSON, but not in canonical form", "是 JSON，但写法不规范"),
    ("an object with two equal keys", "有重复的键"),
    (r"a number that is no integer: (.*)", r"不是整数的数 \1"),
    (r"nested deeper than (\d+)", r"嵌套超过 \1 层"),
    ("a string with a lone surrogate", "有不成字符的代码"),
    (r"an integer of 2\^53 or more", "太大的整数"),
    ("a character that a field may not hold", "有不允许的字符"),
    ("a line break within a cell, or none at the end", "单元格内有换行，或末尾没有换行"),
    ("the header is not that of such a snapshot", "表头不是这种快照的"),
    ("a row has more or fewer cells than the header", "有的行与表头列数不同"),
    ("rows or cells are not in the form of a snapshot", "行或单元格不是快照的写法"),
    ("two rows are the same", "有重复的行"),
    (r"an expiry that is no date: (.*)", r"有效期不是日期：\1"),
    (r"not CSV: .*", "不是 CSV"),
    (r"not a plan snapshot at (.*)", r"\1 处不是计划快照"),
)
_COMPILED = tuple((re.compile(pattern, re.DOTALL), words) for pattern, words in _SAYINGS)


def finding_text(text: str) -> str:
    """`text` in Chinese, where it is one of the sayings of the evidence floor; else as it is."""
    for pattern, words in _COMPILED:
        if found := pattern.fullmatch(text):
            return found.expand(words) if isinstance(words, str) else words(found)
    return text
