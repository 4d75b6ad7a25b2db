"""What our commands do otherwise than the framework's.

Their help is in Chinese: its own headings are English, and it does not know how wide a Chinese character is. And an option that
has one value is given one.
"""

from collections import Counter
from typing import Any

from rich.cells import cell_len
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from shuangsuiji.model.problems import Code, Problem, Refusal, Status

_HELP_OPTION = "显示本帮助后退出"
_WIDTH = 80


def _rows(rows: list[tuple[str, str]]) -> list[str]:
    """Two columns, the second aligned and wrapped."""
    from shuangsuiji.screen.console import wrapped

    left = min(max((cell_len(name) for name, _ in rows), default=0), 30) + 4
    lines: list[str] = []
    for name, text in rows:
        pieces = wrapped(text, _WIDTH - left)
        head = f"  {name}"
        if cell_len(head) > left - 2:
            lines.append(head)
            head = ""
        lines.append(head + " " * (left - cell_len(head)) + pieces[0])
        lines.extend(" " * left + piece for piece in pieces[1:])
    return lines


def _parameter_row(parameter: Any) -> tuple[str, str]:
    if isinstance(parameter, TyperArgument):
        return _argument_name(parameter), parameter.help or ""
    names = ", ".join(sorted(parameter.opts, key=lambda name: (not name.startswith("--"), name)))
    if not parameter.is_flag:
        names += f" {parameter.metavar or '值'}"
    text = parameter.help or _HELP_OPTION
    if parameter.name == "help":
        text = _HELP_OPTION
    return names, text


def _argument_name(parameter: Any) -> str:
    name = parameter.metavar or str(parameter.name).upper()
    return name if parameter.required else f"[{name}]"


def _help_text(command: Any, context: Any) -> str:
    parameters = [p for p in command.get_params(context) if not getattr(p, "hidden", False)]
    arguments = [p for p in parameters if isinstance(p, TyperArgument)]
    options = [p for p in parameters if isinstance(p, TyperOption) or p.name == "help"]
    commands = getattr(command, "commands", {})
    usage = [context.command_path, *(_argument_name(p) for p in arguments), "[选项]"]
    if commands:
        usage = [context.command_path, "[选项]", "命令 …"]
    lines = [f"用法：{' '.join(usage)}", "", *(command.help or "").strip().split("\n")]
    if commands:
        lines += ["", "命令："]
        lines += _rows([(name, (one.help or "").strip().split("\n")[0]) for name, one in commands.items() if not one.hidden])
    if arguments:
        lines += ["", "参数：", *_rows([_parameter_row(p) for p in arguments])]
    lines += ["", "选项：", *_rows([_parameter_row(p) for p in options])]
    return "\n".join(lines)


class _OneValueEach:
    """The framework takes the last of several values and drops the others without a word, be it a seed, a day or a file."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises Refusal(USAGE) for options with a single value that were typed twice, whether or not with the same value."""
        parser = self.make_parser(ctx)  # type: ignore[attr-defined]
        if args and not ctx.resilient_parsing:
            _, _, typed = parser.parse_args(args=list(args))
            times = Counter(one for one in typed if isinstance(one, TyperOption) and not one.is_flag and not one.multiple)
            known = {name for one in self.get_params(ctx) for name in one.opts}  # type: ignore[attr-defined]
            if problems := [_repeated(one, count, known) for one, count in times.items() if count > 1]:
                raise Refusal(Status.USAGE, *problems)
        return super().parse_args(ctx, args)  # type: ignore[misc, no-any-return]


def _repeated(option: TyperOption, count: int, known: set[str]) -> Problem:
    every = "；全部批次都抽用 --all" if "--batch" in option.opts and "--all" in known else ""
    return Problem.of(Code.CLI_USAGE, what=f"{'、'.join(option.opts)} 只能写一次，这里写了 {count} 次{every}")


class ChineseCommand(_OneValueEach, TyperCommand):
    """A command whose help is Chinese."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return _help_text(self, ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Where the framework asks for it."""
        formatter.write(_help_text(self, ctx))


class ChineseGroup(_OneValueEach, TyperGroup):
    """A group of commands whose help is Chinese, in the order in which the commands were written."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return _help_text(self, ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Where the framework asks for it."""
        formatter.write(_help_text(self, ctx))
