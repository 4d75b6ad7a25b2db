"""How a run ends: every way out of a command becomes an exit status, and words or JSON to go with it."""

import os
import sys
from collections.abc import Callable

from typer.exceptions import Abort, TyperException

from shuangsuiji.model.problems import Code, Problem, Refusal, Status


def ended(run: Callable[[], int], arguments: list[str]) -> int:
    """Run, and return the status. Bugs are not caught: they end with a traceback and status 1, which is never a verdict."""
    try:
        try:
            status = run()
            sys.stdout.flush()
            return status
        except TyperException as error:
            return _refused(Refusal(Status.USAGE, *_usage(error)), arguments, error)
        except Refusal as refusal:
            return _refused(refusal, arguments)
        except (KeyboardInterrupt, Abort):
            sys.stderr.write("已中断。已记入台账的内容不受影响；再运行一次即可从中断处继续。\n")
            return Status.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the interpreter's own flush does not fail too
        return Status.ENVIRONMENT
    except OSError as error:
        sys.stderr.write(f"写不出结果：{error.strerror}。已记入台账的内容不受影响。\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Status.ENVIRONMENT


def _refused(refusal: Refusal, arguments: list[str], usage: TyperException | None = None) -> int:
    if usage is not None and type(usage).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{usage.format_message()}\n")
        return Status.USAGE
    from shuangsuiji.screen.console import Screen, Style, prepare_streams
    from shuangsuiji.screen.reporting import problem_value, show_problems

    prepare_streams()
    screen = Screen(Style(json="--json" in arguments, quiet="--quiet" in arguments or "-q" in arguments))
    show_problems(screen, refusal.problems)
    screen.document({"status": int(refusal.status), "problems": [problem_value(p) for p in refusal.problems]})
    sys.stdout.flush()
    return refusal.status


def _usage(error: TyperException) -> list[Problem]:
    """The framework's English, said in Chinese."""
    option = getattr(error, "option_name", "")
    parameter = getattr(error, "param", None)
    name = ""
    if parameter is not None:
        name = "、".join(parameter.opts) if parameter.opts and parameter.opts[0].startswith("-") else parameter.metavar or ""
    what = {
        "NoSuchOption": f"没有“{option}”这个选项",
        "MissingParameter": f"缺少“{name}”",
        "BadOptionUsage": f"选项“{option}”缺少取值，或不该有取值",
        "BadParameter": f"“{name}”的取值不对",
    }.get(type(error).__name__)
    return [Problem.of(Code.CLI_USAGE, what=what or f"命令写法不对（{error.format_message()}）")]
