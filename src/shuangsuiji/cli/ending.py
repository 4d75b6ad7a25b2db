"""How a run ends: every way out of a command becomes an exit status, and words or JSON to go with it."""

import contextlib
import io
import os
import sys
from collections.abc import Callable

from typer.exceptions import Abort, TyperException

from shuangsuiji.model.problems import Code, Problem, Refusal, Status


def prepare_streams() -> None:
    """What a console cannot show is replaced, never a crash; a stream that is closed swallows what is written to it."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def ended(run: Callable[[list[str]], int], arguments: list[str]) -> int:
    """Run, and return the status. Bugs are not caught: they end with a traceback and status 1, which is never a verdict."""
    prepare_streams()
    try:
        try:
            status = run(arguments)
        except TyperException as error:
            status = _usage(error, arguments)
        except Refusal as refusal:
            status = _refused(refusal, arguments)
        except (KeyboardInterrupt, Abort):
            status = _refused(Refusal(Status.INTERRUPTED, Problem.of(Code.CLI_INTERRUPTED)), arguments)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        _drop_stdout()
        return Status.ENVIRONMENT
    except OSError as error:
        _drop_stdout()
        with contextlib.suppress(OSError):
            sys.stderr.write(f"写不出结果（{error.errno}）。已记入台账的内容不受影响。\n")
        return Status.ENVIRONMENT


def _drop_stdout() -> None:
    """So that the interpreter's own flush at the end does not fail too."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
