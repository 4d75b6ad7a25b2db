"""A bundle of evidence: read from a ledger whole or not at all, packed as a zip that has the same bytes for the same ledger."""

import io
import zipfile
from collections.abc import Mapping

from shuangsuiji.evidence.bundle import LINES, Bundle, damaged
from shuangsuiji.evidence.canonical import sha256
from shuangsuiji.evidence.ledger import LedgerBytes
from shuangsuiji.evidence.lines import read_chain
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status, gravest
from shuangsuiji.model.text import NotCanonical, plan_id

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_FILE, _FOLDER = 0o100644 << 16, (0o040755 << 16) | 0x10
_HEADER = 30
"""The fixed part of what stands before a name in a zip."""
_LONGEST_NAME = 120


def check_events(source: LedgerBytes) -> None:
    """Raises Refusal(CANNOT_VERIFY) that names every event file of the lines that is not there, or cannot be read."""
    lines = read_chain(source.lines or b"").lines
    if missing := [line.file for line in lines if line.file not in source.files]:
        raise Refusal(Status.CANNOT_VERIFY, *(_missing(name, source) for name in missing))


def bundle_files(bundle: Bundle, source: LedgerBytes) -> dict[str, bytes]:
    """The ledger's files of a bundle by name. Raises Refusal that names every snapshot that is not there (CANNOT_VERIFY), or not
    what it was (FAILED)."""
    missing = [_missing(name, source) for name in bundle.snapshots if name not in source.files]
    changed = [
        Problem.of(Code.LEDGER_BROKEN, Place(file=name), expected=name, actual=f"sha256 {digest}")
        for name, digest in damaged(bundle.snapshots, source.files).items()
    ]
    if missing or changed:
        statuses = [Status.CANNOT_VERIFY] * bool(missing) + [Status.FAILED] * bool(changed)
        raise Refusal(gravest(statuses), *changed, *missing)
    return {LINES: source.lines or b""} | {name: source.files[name] for name in (*bundle.events, *bundle.snapshots)}


def _missing(name: str, source: LedgerBytes) -> Problem:
    reason = source.unreadable.get(name, source.unreadable.get(name.partition("/")[0], "ENOENT"))
    return Problem.of(Code.FILE_UNREADABLE, Place(file=name), file=name, reason=reason)


def folder_name(bundle: Bundle) -> str:
    """The one folder that a bundle unpacks into, named for plan and batch, whose ids hold no ``+``.

    A digest stands for them where a file system might not take the name. Raises Refusal(USAGE) for what is no id: it could be a
    path, or words of a command.
    """
    plan, batch = bundle.key
    for option, text in (("计划编号", plan), *(("批次编号", one) for one in bundle.batches)):
        try:
            plan_id(text)
        except NotCanonical as error:
            raise Refusal(Status.USAGE, Problem.of(Code.CLI_BAD_TEXT, option=option, value=text)) from error
    name = f"bundle+{plan}+{batch}"
    fits = len(name.encode()) <= _LONGEST_NAME and not name.endswith(".")
    return name if fits else f"bundle+{sha256(name.encode())[:32]}"


def sums(files: Mapping[str, bytes]) -> bytes:
    """The file that `sha256sum -c` takes."""
    return "".join(f"{sha256(files[name])}  {name}\n" for name in sorted(files)).encode()


def packed(folder: str, files: Mapping[str, bytes]) -> bytes:
    """A zip of these files below `folder`: names in order, no time of day, nobody's permissions, and nothing compressed, since
    what a compressor writes differs from one version to the next."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in ("", *sorted(files)):
            entry = zipfile.ZipInfo(f"{folder}/{name}", _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _FILE if name else _FOLDER
            archive.writestr(entry, files[name] if name else b"")
    return buffer.getvalue()


def opening(folder: str) -> bytes:
    """How every bundle of this folder begins: with the folder's own entry. Nothing else is ever replaced by one."""
    return packed(folder, {})[: _HEADER + len(f"{folder}/".encode())]
