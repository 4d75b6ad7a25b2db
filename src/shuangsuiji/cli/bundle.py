"""`ledger bundle`: all that an auditor needs for one batch, in one file."""

from dataclasses import dataclass
from importlib.resources import files

from shuangsuiji.cli.circumstances import given_path
from shuangsuiji.cli.lookup import batch_key, existing_bytes
from shuangsuiji.evidence.bundle import bundle_of
from shuangsuiji.evidence.canonical import sha256
from shuangsuiji.files.durable.spelling import spelled
from shuangsuiji.files.durable.storage import write_export
from shuangsuiji.files.ledgers.bundle_file import bundle_files, check_events, folder_name, opening, packed, sums
from shuangsuiji.files.ledgers.ledger_file import open_ledger
from shuangsuiji.model.problems import Status
from shuangsuiji.screen.bundle_page import CHECKPOINT, PAGE, SUMS, VERIFIER, page
from shuangsuiji.screen.console import Screen, Style


@dataclass(frozen=True, slots=True)
class Request:
    """What was typed after `ledger bundle`."""

    batch: str
    out: str
    ledger: str
    plan_id: str | None


def run(request: Request, style: Style) -> int:
    """Pack the batch's evidence; the status to exit with."""
    screen = Screen(style)
    out = given_path("--out", request.out)
    source = existing_bytes(given_path("--ledger", request.ledger))
    check_events(source)
    book = open_ledger(source)
    key = batch_key(book, request.batch, request.plan_id)
    last = book.events[-1].line  # there is one: the batch was found
    bundle = bundle_of(book, key)
    folder = folder_name(bundle)
    inside = {f"records/{name}": data for name, data in bundle_files(bundle, source).items()}
    inside[VERIFIER] = files("shuangsuiji").joinpath(VERIFIER).read_bytes()
    inside[CHECKPOINT] = book.checkpoint(key[0]).encode()
    inside[PAGE] = page(bundle, book, last)
    inside[SUMS] = sums(inside)
    data = packed(folder, inside)
    write_export(out, data, opening(folder), private=True)
    screen.say(f"证据包已存为 {out}：计划 {key[0]} 批次 {key[1]}，共 {len(inside)} 个文件，SHA-256：")
    screen.verbatim(sha256(data))
    screen.say(f"能从头复核的批次：{'、'.join(bundle.batches)}。解压后先看“{PAGE}”。")
    screen.say(f"台账现有 {last.seq} 条，最后一条的摘要（校验点，只有交给别人保管才有用）：")
    screen.verbatim(last.hash)
    screen.say("※ 里面有检查人员的姓名、证号、回避关系和种子，按内部资料保管。")
    listed = [{"name": name, "sha256": sha256(inside[name])} for name in sorted(inside)]
    value = {"plan": key[0], "batch": key[1], "batches": list(bundle.batches), "events": last.seq, "hash": last.hash}
    value |= {"file": spelled(str(out)), "sha256": sha256(data), "folder": folder, "files": listed}
    screen.document({"status": Status.DONE, "problems": [], **value})
    return Status.DONE
