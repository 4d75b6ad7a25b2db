"""How a run ends: every way out of a command becomes an exit status, and words or JSON to go with it."""

import contextlib
import os
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from typer.exceptions import Abort, TyperException

from shuangsuiji.cli.streams import drop_what_fails, faithful_streams
from shuangsuiji.model.problems import Code, Problem, Refusal, Status, gravest


def ended(run: Callable[[list[str]], int], arguments: list[str]) -> int:
    """Run, and return the status. Bugs are not caught: they end with `tell_of_bug` and status 1, which is never a verdict.

    A result that was not written whole is a matter of the environment, unless what the command found is graver.
    """
    with faithful_streams() as unwritten:
        try:
            status = Status(_status(run, arguments))
            sys.stdout.flush()
        except OSError as error:  # of a stream that is not the process's own
            unwritten.error, status = error, Status.ENVIRONMENT
        if unwritten.error is not None and not unwritten.left:
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.write(f"写不出结果（{unwritten.error.errno}）。已记入台账的内容不受影响。\n")
    failed = drop_what_fails() or unwritten.error is not None
    return gravest([status, Status.ENVIRONMENT]) if failed else status


def _status(run: Callable[[list[str]], int], arguments: list[str]) -> int:
    try:
        return run(arguments)
    except TyperException as error:
        return _usage(error, arguments)
    except Refusal as refusal:
        return _refused(refusal, arguments)
    except (KeyboardInterrupt, Abort):
        return _refused(Refusal(Status.INTERRUPTED, Problem.of(Code.CLI_INTERRUPTED)), arguments)


def tell_of_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """For `sys.excepthook`: where a bug showed itself, without a word of what was in the data.

    The message of an exception may be a cell of a table (``KeyError: '张三'``), and paths hold the names of people's folders;
    logs and mails of scheduled runs carry neither. Whoever wants the whole traceback asks for it by `SHUANGSUIJI_DEBUG=1`.
    """
    if os.environ.get("SHUANGSUIJI_DEBUG") == "1":
        sys.__excepthook__(kind, error, trace)
        return
    told = "\n".join([*_bug(error, set()), *_BUG_ADVICE])
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"{told}\n")
    drop_what_fails()


_BUG_ADVICE = (
    "异常所带的文字没有显示，其中可能有姓名、证号。已记入台账的内容不受影响。请把以上各行报给维护者。",
    "要看全文，设环境变量 SHUANGSUIJI_DEBUG=1 再运行一次；那样的内容按内部资料保管。",
)


def _bug(error: BaseException, seen: set[int]) -> list[str]:
    """Type and frames of an exception, after those of what led to it: modules, lines and functions, no values."""
    seen.add(id(error))
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = [] if earlier is None or id(earlier) in seen else [*_bug(earlier, seen), "由此引起："]
    frames = [
        f"  {frame.f_globals.get('__name__', '?')} 第 {line} 行 {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    shown = frames if len(frames) <= _FRAMES else [*frames[: _FRAMES // 2], "  ……", *frames[-_FRAMES // 2 :]]
    return [*before, f"程序本身的差错，不是结论：{type(error).__module__}.{type(error).__qualname__}", *shown]


_FRAMES = 40  # a recursion without end has a thousand


def _refused(refusal: Refusal, arguments: list[str]) -> int:
    from shuangsuiji.screen.console import Screen, Style
    from shuangsuiji.screen.reporting import problem_value, show_problems

    screen = Screen(Style(json="--json" in arguments, quiet="--quiet" in arguments or "-q" in arguments))
    show_problems(screen, refusal.problems)
    screen.document({"status": int(refusal.status), "problems": [problem_value(p) for p in refusal.problems]})
    return refusal.status


def _usage(error: TyperException, arguments: list[str]) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{error.format_message()}\n")
        return Status.USAGE
    return _refused(Refusal(Status.USAGE, Problem.of(Code.CLI_USAGE, what=_in_chinese(error))), arguments)


def _in_chinese(error: TyperException) -> str:
    """The framework's English, said in Chinese. Its exceptions differ in class only; messages are looked at for two of them."""
    message = error.format_message()
    option = str(getattr(error, "option_name", ""))
    match type(error).__name__:
        case "NoSuchOption":
            return f"没有“{option}”这个选项"
        case "MissingParameter":
            return f"缺少“{_name(error)}”"
        case "BadOptionUsage":
            return f"选项“{option}”缺少取值，或不该有取值"
        case "BadParameter":
            return f"“{_name(error)}”的取值不对：须是整数或秒数那样的数，且不能太小"
        case _ if message.startswith("No such command"):
            return f"没有“{_quoted(message)}”这个命令"
        case _ if message.startswith("Got unexpected extra argument"):
            return f"多写了“{message.rpartition('(')[2].rstrip(').')}”"
        case _:
            return "命令写法不对"


def _name(error: TyperException) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    options = [name for name in parameter.opts if name.startswith("-")]
    return "、".join(options) or str(parameter.metavar or parameter.name)


def _quoted(message: str) -> str:
    return message.partition("'")[2].partition("'")[0]
