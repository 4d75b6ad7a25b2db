"""The catalogue: what every code means, and what to do about it, in Chinese. All values come from outside and pass `show`."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from shuangsuiji.files.plans.plan_keys import KEY_NAMES
from shuangsuiji.files.pools.headers import usual_headers
from shuangsuiji.model.problems import Code, Problem
from shuangsuiji.screen.command_messages import COMMAND_MESSAGES, COMMAND_PARTICULARS
from shuangsuiji.screen.findings import finding_text
from shuangsuiji.screen.message import Catalogue, Message, Particular
from shuangsuiji.screen.plan_messages import PLAN_MESSAGES, PLAN_PARTICULARS
from shuangsuiji.screen.pool_messages import POOL_MESSAGES, POOL_PARTICULARS
from shuangsuiji.screen.show import show
from shuangsuiji.screen.words import ROLES, STATES

_LONGEST_VALUE = 200

_FILE_MESSAGES: Catalogue = {
    Code.FILE_MISSING: Message("没有这个文件：{file}", "核对路径和文件名；计划里写的路径是相对于计划文件所在文件夹的。"),
    Code.FILE_UNREADABLE: Message("文件读不出来：{file}（{reason}）", "看看是不是没有权限，或者正被别的程序占用。"),
    Code.FILE_TOO_LARGE: Message("文件太大，超过 {limit}：{file}", "核对是不是拿错了文件；名录库可以分成几个文件。"),
    Code.FILE_WRITE_FAILED: Message("写不进去：{file}（{reason}）", "核对路径、权限和磁盘空间，处理好以后再运行一次。"),
    Code.FILE_EXISTS: Message("已经有这个文件，不会覆盖：{file}", "换一个文件名，或者先把原来的文件移走。"),
    Code.FILE_NOT_REGULAR: Message("这不是普通文件：{file}", "换成文件；文件夹、设备和管道都不行。"),
    Code.FILE_IN_LEDGER: Message("不能存在台账文件夹里：{file}", "存到别的文件夹；台账里多出的文件会妨碍以后的抽取。"),
}
_FILE_PARTICULARS: Particular = {
    (Code.FILE_TOO_LARGE, "nodes"): Message(
        "计划文件的内容超过 {limit} 项：{file}", "核对是不是拿错了文件；计划可以分成几个文件。"
    ),
}

MESSAGES: Mapping[Code, Message] = MappingProxyType({**_FILE_MESSAGES, **PLAN_MESSAGES, **POOL_MESSAGES, **COMMAND_MESSAGES})
PARTICULARS: Particular = MappingProxyType({**_FILE_PARTICULARS, **PLAN_PARTICULARS, **POOL_PARTICULARS, **COMMAND_PARTICULARS})


def message_of(problem: Problem) -> Message:
    """The message for a problem: that of its code and its ``fault``, else that of its code."""
    fault = dict(problem.values).get("fault", "")
    return PARTICULARS.get((problem.code, fault)) or MESSAGES[problem.code]


def text_of(problem: Problem) -> str:
    """What is wrong, in one sentence; within a plan's task it begins with the task."""
    values = dict(problem.values)
    task = f"任务“{_shown(values['task'])}”：" if values.get("task") else ""
    return task + message_of(problem).text.format_map(_Shown(values))


def remedy_of(problem: Problem) -> str:
    """What to do about it."""
    return message_of(problem).remedy.format_map(_Shown(dict(problem.values)))


class _Shown(dict[str, str]):
    """The values as people see them; one that is not there is a question mark, since a message must never fail."""

    def __getitem__(self, name: str) -> str:
        return _WAYS.get(name, _shown)(self.get(name, "?"))


def _shown(value: str) -> str:
    return show(value if len(value) <= _LONGEST_VALUE else f"{value[:_LONGEST_VALUE]}……")


def _key(key: str) -> str:
    """A key under both its names."""
    name = KEY_NAMES.get(key)
    return f"{key}（{name}）" if name else _shown(key) or "文件"


def _character(character: str) -> str:
    """A character with its code point, which is all there is to see of some."""
    code_point = "、".join(f"U+{ord(one):04X}" for one in character)
    seen = show(character)
    return f"“{seen}”（{code_point}）" if seen == character else seen


def column_text(column: str) -> str:
    """A column of the entity pool under the name that its header usually has, and its own."""
    usual = usual_headers("entities", column)[0]
    return _shown(column) if usual == column else f"{usual}（{column}）"


_REASONS = {
    "ENOENT": "没有这个文件或文件夹",
    "EACCES": "没有权限",
    "EPERM": "没有权限",
    "ENOSPC": "磁盘已满",
    "EDQUOT": "超出磁盘配额",
    "EROFS": "磁盘是只读的",
    "EEXIST": "已经有同名的文件",
    "EISDIR": "这是文件夹，不是文件",
    "ENOTDIR": "路径中有一段不是文件夹",
    "ELOOP": "这是链接，不跟随",
    "EINVAL": "不是普通文件",
    "EIO": "磁盘读写出错",
    "ENAMETOOLONG": "名字太长",
    "EMFILE": "打开的文件太多",
    "EBUSY": "正被占用",
    "ETXTBSY": "正被占用",
}


def _reason(reason: str) -> str:
    """Why the system said no."""
    return _REASONS.get(reason) or _shown(reason)


def _state(state: str) -> str:
    """The state of a batch."""
    return STATES.get(state) or _shown(state)


_PARTS = {**ROLES, "seed": "种子"}


def _part(part: str) -> str:
    """What differs from what is recorded."""
    return _PARTS.get(part) or _shown(part)


_WAYS: Mapping[str, Callable[[str], str]] = {
    "key": _key,
    "nearest_key": _key,
    "character": _character,
    "column": column_text,
    "columns": lambda text: "、".join(column_text(column) for column in text.split("、")),
    "part": _part,
    "kinds": lambda text: "、".join(ROLES.get(kind) or _shown(kind) for kind in text.split("、")),
    "time": lambda text: _shown(text[:19].replace("T", " ")),
    "reason": _reason,
    "state": _state,
    "expected": lambda text: _shown(finding_text(text)),
    "actual": lambda text: _shown(finding_text(text)),
}
