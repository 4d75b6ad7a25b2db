"""The command line: what there is to type. Bodies are in the modules beside it, imported only when a command runs."""

import gc
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import Exit

from shuangsuiji import __version__
from shuangsuiji.cli.help import ChineseCommand, ChineseGroup

if TYPE_CHECKING:
    from shuangsuiji.screen.console import Style

_settings = {"help_option_names": ["-h", "--help"]}


def _group(text: str) -> typer.Typer:
    return typer.Typer(
        cls=ChineseGroup, help=text, add_completion=False, rich_markup_mode=None, no_args_is_help=True, context_settings=_settings
    )


app = _group(
    "“双随机、一公开”抽查：按计划随机抽取检查对象、随机选派执法检查人员，\n并留下任何人都能复算的抽取记录。谁也左右不了结果，人人都能核对。"
)
plan_app = _group("抽查计划：列出任务、批次和状态，或各批次哪天该抽。")
ledger_app = _group("抽取台账：逐条列出，显示一条，写出校验点，修补残行，\n或把一个批次的证据装成一个文件。")
pool_app = _group("名录库：把表格整理成统一的样子，比较两次名录的出入，统计构成和到期的证件。")

Action = Callable[[], int]
"""What a command comes to, done when the framework has returned: it has its own ideas of interrupts and broken pipes."""

Json = Annotated[bool, typer.Option("--json", help="只输出一份 JSON（供程序读取）")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="只报告问题，不显示结果")]
NoColor = Annotated[bool, typer.Option("--no-color", help="写不写都一样：本程序从不用颜色")]
PlanFile = Annotated[str, typer.Argument(metavar="计划", help="抽查计划文件（YAML）")]
Batch = Annotated[str | None, typer.Option("--batch", metavar="批次", help="批次编号")]
TheBatch = Annotated[str, typer.Option("--batch", metavar="批次", help="批次编号（必填）")]
LedgerOption = Annotated[str | None, typer.Option("--ledger", metavar="目录", help="台账目录（不写则按计划文件的规定）")]
LedgerHere = Annotated[str, typer.Option("--ledger", metavar="目录", help="台账目录（不写则为当前目录下的 records）")]
PlanId = Annotated[str | None, typer.Option("--plan-id", metavar="编号", help="计划编号（台账中有几个计划都有这个批次时才需要）")]
Operator = Annotated[str | None, typer.Option("--operator", metavar="姓名", help="操作人（不写则为系统登录名），记入台账")]
Report = Annotated[
    str | None,
    typer.Option(
        "--report",
        metavar="文件",
        help="把全部问题连同所在的原行另存为 .xlsx 或 .csv（内有名录原文，按内部资料保管；除此不存到别处）",
    ),
]
Out = Annotated[str | None, typer.Option("--out", metavar="文件", help="另存名单为 CSV（Excel、WPS 可直接打开）")]
Wait = Annotated[float, typer.Option("--lock-wait", metavar="秒", min=0, help="台账正被占用时最多等待的秒数")]

Kind = Annotated[
    str | None,
    typer.Option("--kind", metavar="种类", help="entities 检查对象、inspectors 检查人员、recusals 回避名单（不写则看表头）"),
]
SheetName = Annotated[str | None, typer.Option("--sheet", metavar="工作表", help="工作簿里的哪一张（只有一张合适的不必写）")]
PlanForPool = Annotated[
    str | None, typer.Option("--plan", metavar="计划", help="按这份计划的部门表认部门的别名（不写则照表里的名称）")
]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"shuangsuiji {__version__}")
        raise Exit


@app.callback()
def root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本后退出")] = False,
) -> None:
    """Options that stand before any command."""


@app.command(cls=ChineseCommand, help="检查计划和名录库：列出全部问题，并预估各任务的抽取。", context_settings=_settings)
def check(plan: PlanFile, report: Report = None, json: Json = False, quiet: Quiet = False, no_color: NoColor = False) -> Action:
    """`check PLAN`."""
    from shuangsuiji.cli import check as command

    return partial(command.run, plan, report, style(json, quiet))


@plan_app.command("show", cls=ChineseCommand, help="列出计划的任务、批次、检查期限和各批次的状态。", context_settings=_settings)
def plan_show(
    plan: PlanFile, ledger: LedgerOption = None, json: Json = False, quiet: Quiet = False, no_color: NoColor = False
) -> Action:
    """`plan show PLAN`."""
    from shuangsuiji.cli import plan as command

    return partial(command.run_show, plan, ledger, style(json, quiet))


@plan_app.command(
    "calendar", cls=ChineseCommand, help="列出各批次的应抽日、共同检查期限，到今天为止的状态。", context_settings=_settings
)
def plan_calendar(
    plan: PlanFile, ledger: LedgerOption = None, json: Json = False, quiet: Quiet = False, no_color: NoColor = False
) -> Action:
    """`plan calendar PLAN`."""
    from shuangsuiji.cli import plan_calendar as command

    return partial(command.run, plan, ledger, style(json, quiet))


@app.command(
    cls=ChineseCommand,
    help="抽取一个批次（--batch）或全部批次（--all），记入台账后显示结果。\n已经抽取过的批次不会重抽：输入相同则显示原结果，不同则拒绝。",
    context_settings=_settings,
)
def draw(
    plan: PlanFile,
    batch: Batch = None,
    every: Annotated[bool, typer.Option("--all", help="按检查期限先后抽取全部批次")] = False,
    seed: Annotated[str | None, typer.Option("--seed", metavar="文字", help="自选种子（会如实注明；不写则用系统随机数）")] = None,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="演练：用一次性种子试抽，不记台账，结果作废")] = False,
    ledger: LedgerOption = None,
    operator: Operator = None,
    out: Out = None,
    lock_wait: Wait = 0,
    json: Json = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Action:
    """`draw PLAN --batch ID`."""
    from shuangsuiji.cli import draw as command

    request = command.Request(plan, batch, every, seed, rehearse, ledger, operator, out, lock_wait)
    return partial(command.run, request, style(json, quiet))


@app.command(
    "run",
    cls=ChineseCommand,
    help="定时运行：抽取到期而未抽的各批次，每个只抽一次。\n没有到期的，什么也不显示；过了检查期限的不补抽，只提醒。",
    context_settings=_settings,
)
def run_due(
    plan: PlanFile,
    due: Annotated[bool, typer.Option("--due", help="抽取到期的批次（必写）")] = False,
    date: Annotated[
        str | None, typer.Option("--date", metavar="日期", help="只抽到这一天为止到期的，如 2024-03-01（不写则为今天）")
    ] = None,
    fail_if_nothing_due: Annotated[
        bool, typer.Option("--fail-if-nothing-due", help="没有到期的批次时，退出状态为 20（不写则为 0）")
    ] = False,
    ledger: LedgerOption = None,
    operator: Operator = None,
    lock_wait: Wait = 0,
    json: Json = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Action:
    """`run PLAN --due`."""
    from shuangsuiji.cli import run as command

    request = command.Request(plan, due, date, ledger, operator, lock_wait, fail_if_nothing_due)
    return partial(command.run, request, style(json, quiet))


@app.command(
    cls=ChineseCommand, help="复核台账：逐项重新推算，说明哪些相符、哪些不符、哪些无法核对。", context_settings=_settings
)
def verify(
    ledger: Annotated[str, typer.Argument(metavar="台账", help="台账目录（不写则为当前目录下的 records）")] = "records",
    batch: Batch = None,
    checkpoint: Annotated[
        str | None, typer.Option("--checkpoint", metavar="文件", help="外部保存的三行校验点，用来发现被截断或整体改写的台账")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Action:
    """`verify [LEDGER]`."""
    from shuangsuiji.cli import verify as command

    return partial(command.run, ledger, batch, checkpoint, style(json, quiet))


@app.command(
    cls=ChineseCommand,
    help="说明某个检查对象为何抽中或未抽中，或某位检查人员为何派到或未派到。",
    context_settings=_settings,
)
def explain(
    who: Annotated[str, typer.Argument(metavar="编号", help="检查对象的编号（如统一社会信用代码），或检查人员的执法证号")],
    batch: TheBatch,
    ledger: LedgerHere = "records",
    plan_id: PlanId = None,
    json: Json = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Action:
    """`explain ID --batch ID`."""
    from shuangsuiji.cli import explain as command

    return partial(command.run, who, batch, ledger, plan_id, style(json, quiet))


@app.command(cls=ChineseCommand, help="作废一个批次的抽取：原记录永远保留，注明作废、理由和批准人。", context_settings=_settings)
def void(
    batch: TheBatch,
    reason: Annotated[str, typer.Option("--reason", metavar="文字", help="作废理由（必填）")],
    approved_by: Annotated[str, typer.Option("--approved-by", metavar="姓名", help="批准人（必填）")],
    new_seed: Annotated[
        bool, typer.Option("--new-seed", help="重抽时换用新种子（不写则沿用原种子，未受影响者位次不变）")
    ] = False,
    ledger: LedgerHere = "records",
    plan_id: PlanId = None,
    operator: Operator = None,
    lock_wait: Wait = 0,
    json: Json = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Action:
    """`void --batch ID`."""
    from shuangsuiji.cli import void as command

    request = command.Request(batch, reason, approved_by, not new_seed, ledger, plan_id, operator, lock_wait)
    return partial(command.run, request, style(json, quiet))


@ledger_app.command("list", cls=ChineseCommand, help="逐条列出台账中的事件。", context_settings=_settings)
def ledger_list(ledger: LedgerHere = "records", json: Json = False, quiet: Quiet = False, no_color: NoColor = False) -> Action:
    """`ledger list`."""
    from shuangsuiji.cli import ledger as command

    return partial(command.run_list, ledger, style(json, quiet))


@ledger_app.command(
    "show", cls=ChineseCommand, help="显示台账中的一个事件：抽取结果、封存内容、失败或作废的缘由。", context_settings=_settings
)
def ledger_show(
    seq: Annotated[int, typer.Argument(metavar="序号", min=1, help="事件的序号（见 ledger list）")],
    ledger: LedgerHere = "records",
    json: Json = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Action:
    """`ledger show SEQ`."""
    from shuangsuiji.cli import ledger as command

    return partial(command.run_show, seq, ledger, style(json, quiet))


@ledger_app.command(
    "checkpoint",
    cls=ChineseCommand,
    help="写出校验点：三行文字，交给台账之外的人保管。\n日后用 verify --checkpoint 可发现台账被截去末尾或整本改写。",
    context_settings=_settings,
)
def ledger_checkpoint(
    ledger: LedgerHere = "records",
    origin: Annotated[str | None, typer.Option("--origin", metavar="文字", help="写明是谁的台账（不写则为计划编号）")] = None,
    out: Annotated[str | None, typer.Option("--out", "-o", metavar="文件", help="存成文件（不写则显示在屏幕上）")] = None,
    json: Json = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Action:
    """`ledger checkpoint`."""
    from shuangsuiji.cli import ledger as command

    return partial(command.run_checkpoint, ledger, origin, out, style(json, quiet))


@ledger_app.command(
    "repair",
    cls=ChineseCommand,
    help="修补断电或磁盘满时写残的最后一行：残行移到 quarantine 文件夹，\n这件事记入台账。别的损坏不修，也不动。",
    context_settings=_settings,
)
def ledger_repair(
    ledger: LedgerHere = "records",
    operator: Operator = None,
    lock_wait: Wait = 0,
    json: Json = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Action:
    """`ledger repair`."""
    from shuangsuiji.cli import ledger as command

    return partial(command.run_repair, ledger, operator, lock_wait, style(json, quiet))


@ledger_app.command(
    "bundle",
    cls=ChineseCommand,
    help="把一个批次的证据装进一个 zip 文件，交给审计。\n内有台账、所用的计划和名录、独立复核程序、怎样复核的说明。",
    context_settings=_settings,
)
def ledger_bundle(
    batch: TheBatch,
    out: Annotated[str, typer.Option("--out", "-o", metavar="文件", help="存到哪个文件（必填），如 证据.zip")],
    ledger: LedgerHere = "records",
    plan_id: PlanId = None,
    json: Json = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Action:
    """`ledger bundle --batch ID -o FILE`."""
    from shuangsuiji.cli import bundle as command

    return partial(command.run, command.Request(batch, out, ledger, plan_id), style(json, quiet))


@app.command(
    cls=ChineseCommand, help="交出独立复核程序：单个文件，只用 Python 标准库，不含本程序的任何代码。", context_settings=_settings
)
def verifier(
    out: Annotated[str, typer.Option("--out", "-o", metavar="文件", help="存到哪个文件")] = "verify_record.py",
    json: Json = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Action:
    """`verifier -o FILE`."""
    from shuangsuiji.cli import verifier as command

    return partial(command.run, out, style(json, quiet))


@app.command(
    cls=ChineseCommand,
    help="自检：用假想的种子试抽，看程序算得对不对、抽得匀不匀。\n什么也不写，也不是真的抽取。",
    context_settings=_settings,
)
def selftest(
    pool: Annotated[
        list[str] | None, typer.Option("--pool", metavar="文件", help="在自己的检查对象名录库上试抽（可重复写几个文件）")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Action:
    """`selftest`."""
    from shuangsuiji.cli import selftest as command

    return partial(command.run, pool or [], style(json, quiet))


@app.command(
    cls=ChineseCommand,
    help="解释问题的代号：什么意思，为什么要紧，怎么改，改前改后的样子。\n不写代号，就列出全部代号。",
    context_settings=_settings,
)
def rule(
    code: Annotated[str | None, typer.Argument(metavar="代号", help="如 POOL-004，写成 pool-4 也行")] = None,
    json: Json = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Action:
    """`rule [CODE]`."""
    from shuangsuiji.cli import rule as command

    return partial(command.run, code, style(json, quiet))


@pool_app.command(
    "import",
    cls=ChineseCommand,
    help="把名录（CSV、xls、xlsx）整理成统一的样子，另存为 CSV，列出每处改动。\n"
    "读出来与原表逐格相同，行的次序不变。原表不动，也不会覆盖内容不同的文件。",
    context_settings=_settings,
)
def pool_import(
    sources: Annotated[list[str], typer.Argument(metavar="表格…", help="名录文件；几个文件合成一份的，依次写上")],
    out: Annotated[str, typer.Option("--out", "-o", metavar="文件", help="存到哪个文件（必填），如 名录.csv")],
    kind: Kind = None,
    sheet: SheetName = None,
    plan: PlanForPool = None,
    json: Json = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Action:
    """`pool import SOURCE… -o FILE`."""
    from shuangsuiji.cli import pool_import as command
    from shuangsuiji.cli.pools import Request

    return partial(command.run, command.ImportRequest(sources, out, Request(kind, sheet, plan)), style(json, quiet))


@pool_app.command(
    "diff",
    cls=ChineseCommand,
    help="比较两份名录：谁新增、谁移出、谁有变更、谁可能换了编号。\n"
    "不写旧表而写 --ledger，就与最近一次抽取所用的名录比较。\n有没有出入，退出状态都是 0。",
    context_settings=_settings,
)
def pool_diff(
    tables: Annotated[list[str], typer.Argument(metavar="表格…", help="先写旧表，后写新表；有 --ledger 的，只写新表")],
    ledger: Annotated[str | None, typer.Option("--ledger", metavar="目录", help="与这本台账里最近一次抽取所用的名录比较")] = None,
    batch: Annotated[str | None, typer.Option("--batch", metavar="批次", help="台账里的哪个批次（不写则为最近抽取的）")] = None,
    plan_id: Annotated[str | None, typer.Option("--plan-id", metavar="编号", help="台账里的哪个计划")] = None,
    out: Annotated[
        str | None, typer.Option("--out", "-o", metavar="文件", help="另存全部变动为 CSV（Excel、WPS 可直接打开）")
    ] = None,
    kind: Kind = None,
    sheet: SheetName = None,
    plan: PlanForPool = None,
    json: Json = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Action:
    """`pool diff OLD NEW`."""
    from shuangsuiji.cli import pool_diff as command
    from shuangsuiji.cli.pools import Request

    request = command.DiffRequest(tables, ledger, plan_id, batch, out, Request(kind, sheet, plan))
    return partial(command.run, request, style(json, quiet))


@pool_app.command(
    "stats",
    cls=ChineseCommand,
    help="统计名录的构成，列出过期和快到期的执法证件。\n构成：对象类别、登记状态、信用等级、编号的样子；部门、在岗状态、执法范围。",
    context_settings=_settings,
)
def pool_stats(
    tables: Annotated[list[str], typer.Argument(metavar="表格…", help="名录文件；几个文件合成一份的，依次写上")],
    within: Annotated[int, typer.Option("--within", metavar="天数", min=0, help="列出多少天以内到期的证件")] = 90,
    date: Annotated[
        str | None, typer.Option("--date", metavar="日期", help="以哪一天为准，如 2024-03-01（不写则为今天）")
    ] = None,
    kind: Kind = None,
    sheet: SheetName = None,
    plan: PlanForPool = None,
    json: Json = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Action:
    """`pool stats TABLE…`."""
    from shuangsuiji.cli import pool_stats as command
    from shuangsuiji.cli.pools import Request

    return partial(command.run, command.StatsRequest(tables, within, date, Request(kind, sheet, plan)), style(json, quiet))


app.add_typer(plan_app, name="plan")
app.add_typer(pool_app, name="pool")
app.add_typer(ledger_app, name="ledger")


def style(json: bool, quiet: bool) -> "Style":
    """How the command was asked to speak. What `--no-color` asks for holds anyway: there is no colour to switch off."""
    from shuangsuiji.screen.console import Style

    return Style(json, quiet)


def main() -> int:
    """Run what was typed; one of the statuses of `model.problems.Status`."""
    from shuangsuiji.cli.ending import ended

    gc.disable()  # a command is one short process; looking for cycles among a million rows cost a tenth of its time (measured)
    return ended(run, sys.argv[1:])


def run(arguments: list[str]) -> int:
    """The command's status; usage errors, refusals and interrupts come out as exceptions."""
    action = app(arguments, prog_name="shuangsuiji", standalone_mode=False)
    return int(action()) if callable(action) else int(action or 0)
