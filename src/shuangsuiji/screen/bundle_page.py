"""The page that lies in a bundle of evidence: what is there, what to type, and what the answers mean."""

import shlex

from shuangsuiji.evidence.bundle import Bundle
from shuangsuiji.evidence.ledger import Ledger
from shuangsuiji.evidence.lines import Event, Line
from shuangsuiji.model.text import NotCanonical, canonical_id
from shuangsuiji.screen.draw_view import seed_words, time_text
from shuangsuiji.screen.explain_view import powershell_line, shell_line
from shuangsuiji.screen.show import show

PAGE = "说明.txt"
SUMS = "SHA256SUMS"
CHECKPOINT = "checkpoint.txt"
VERIFIER = "verify_record.py"
_BOM = "\ufeff"

VERIFIER_WORDS = (
    "屏幕是英文，一项检查一行：结论，项目，台账序号，计划和批次；整本台账的项目没有后三样。",
    "结论：passed 相符，failed 不符，impossible 无法核对；后两种下面另有两行，expected 是应有的，actual 是实有的。",
    "“no fault, but no line names it”后面是台账没有提到的文件，不是差错。",
    "最后三行以总的结论和事件数（events）开头，说的是复核程序无从知道的事，也就是下面第五部分。",
)
"""What the screen of the independent verifier says."""


def page(bundle: Bundle, ledger: Ledger, last: Line) -> bytes:
    """The page, as Windows Notepad shows it: UTF-8 with BOM, CRLF. `last` is the ledger's last line."""
    plan, batch = bundle.key
    lines = [f"抽取证据包：计划 {plan}　批次 {batch}", ""]
    whole = {event.line.batch for event in ledger.events} <= {*bundle.batches}
    lines += _contents(bundle, last, whole)
    lines += _verifying(bundle, whole)
    lines += _checkpoint(last)
    lines += _by_hand(bundle, ledger)
    lines += _limits()
    return (_BOM + "".join(f"{show(line)}\r\n" for line in lines)).encode()


def _contents(bundle: Bundle, last: Line, whole: bool) -> list[str]:
    others = "、".join(bundle.batches[1:])
    return [
        "一、里面有什么",
        "",
        f"records/ledger.jsonl   台账全部 {last.seq} 行，每行与上一行相连，所以少一行都不行",
        f"records/events/        全部 {last.seq} 个事件：封存、抽取、派人不足、作废",
        f"records/snapshots/     所用的计划和名录（{len(bundle.snapshots)} 个文件），文件名就是内容的 SHA-256",
        f"{VERIFIER}       独立复核程序：单个文件，只用 Python 自带的功能，由没看过抽取程序的人另写",
        f"{CHECKPOINT}         校验点（见第三部分）",
        f"{SUMS}             以上各文件和本说明的 SHA-256",
        "",
        f"能从头复核的批次：{bundle.batches[0]}" + (f"，以及它的历次记录所在的批次：{others}" if others else ""),
        "台账里没有别的批次。" if whole else "台账里别的批次，只能核对各行相连和事件先后：它们的计划和名录不在内。",
        "",
    ]


def _verifying(bundle: Bundle, whole: bool) -> list[str]:
    return [
        "二、怎样复核",
        "",
        "要有 Python 3.10 或更新的版本。解压以后，在本文件所在的文件夹里打开命令窗口，逐行运行",
        "（Windows 把 python 换成 py；Linux、macOS 没有 python 的，换成 python3）：",
        "",
        *(f"python -I -S {VERIFIER} records --batch={batch}" for batch in bundle.batches),
        "",
        *VERIFIER_WORDS,
        "每次运行之后看退出状态：Linux、macOS 用 echo $?，cmd 用 echo %ERRORLEVEL%，PowerShell 用 $LASTEXITCODE。",
        "  0   全部相符：抽取结果能由封存的计划、名录和种子逐字节推得",
        "  10  有不符：台账与推算不一致，应查明是谁、何时、为何改动",
        "  11  有无法核对：缺文件，或读不出",
        "  2   命令写得不对",
        *([] if whole else ["不写 --batch 会连别的批次一起核对，因为没有它们的名录，得 11，不说明有错。"]),
        "",
        f"核对文件有没有损坏（Linux）：sha256sum -c {SUMS}",
        f"macOS：shasum -a 256 -c {SUMS}　Windows 逐个核对：certutil -hashfile 文件 SHA256",
        "",
    ]


def _checkpoint(last: Line) -> list[str]:
    return [
        "三、校验点",
        "",
        f"制作本证据包时，台账共 {last.seq} 条，最后一条的 hash 是：",
        last.hash,
        f"{CHECKPOINT} 里写的就是这些。它出自台账自己，单凭它什么也证明不了：能重写台账的人，也能重写它。",
        "只有当时就交给别人保管、或者已经公布的校验点，才能发现台账被截去末尾或整本改写。",
        "手里有以前抄下的校验点，存成同样三行的文本，在上面的命令后加 --checkpoint 文件名。",
        "想让它以后有用，请现在就把条数和 hash 抄进您自己的记录。",
        "",
    ]


def _by_hand(bundle: Bundle, ledger: Ledger) -> list[str]:
    lines = ["四、不用任何程序核对种子和签号", ""]
    draws = [event for event in ledger.events if event.line.type == "draw" and event.line.key == bundle.key]
    if not draws:
        return [*lines, "这个批次还没有抽取结果，没有可核对的种子和签号。", ""]
    lines += ["每条命令的结果，应与它下面一行相同（Linux、macOS 终端，macOS 把 sha256sum 换成 shasum -a 256）。", ""]
    live = ledger.live_draws()
    for event in draws:
        lines += _draw(event, voided=event not in live)
    return lines


def _draw(event: Event, voided: bool) -> list[str]:
    record, line = event.value, event.line
    seed, key = record["seed"], record["entity_key"]
    head = f"台账第 {line.seq} 条（自称 {time_text(line)}，操作人 {line.circumstances.operator}{'，已作废' if voided else ''}）"
    fields = ["shuangsuiji/draw/1", "entity", seed["sha256"], record["plan"]["id"], record["batch"]]
    lines = [
        head,
        *seed_words(seed),
        "由这几行字算出种子：",
        _printf(seed["document"].split("\n")[:-1]),
        seed["sha256"],
        "由种子算出密钥：",
        _printf(fields),
        key,
    ]
    tickets = {one["entity"]: one["ticket"] for task in record["tasks"] for one in task["sample"] if _is_id(one["entity"])}
    for visit in record["visits"][:1]:
        if (ticket := tickets.get(entity := visit["entity"])) is None:
            lines.append("这份记录与自己不相符，举不出签号的例子；请看复核程序怎么说。")
            continue
        lines.append(f"由密钥算出签号，以 {visit['name']} {entity} 为例，别的对象换成它的编号（第二行用于 PowerShell）：")
        lines += [shell_line(key, entity), powershell_line(key, entity), ticket]
    return [*lines, ""]


def _is_id(entity: str) -> bool:
    """Whether it may stand in a line that somebody copies: nobody has verified the record, and ids hold no quotes."""
    try:
        return canonical_id(entity) == entity
    except NotCanonical:
        return False


def _printf(fields: list[str]) -> str:
    words = " ".join(shlex.quote(one) for one in fields)
    return f"printf '%s\\n' {words} | sha256sum"


def _limits() -> list[str]:
    return [
        "五、它证明不了什么",
        "",
        "名录库当初是否完整、真实；自选种子和系统随机种子，是否先在别处试过；公开数值是否确为公开来源所公布；",
        "没有外人保管的校验点，台账末尾是否被截去、整本台账是否被改写。时间和操作人是运行的人自己写的。",
        "",
        "六、保管",
        "",
        "里面有检查人员的姓名、证号、部门和回避关系，还有能推算同批次全部签号的种子。",
        "请按内部资料保管；在检查允许公开之前，不要交给被检查对象。",
    ]
