"""Damaged and forged lines of ledger.jsonl, and checkpoints: cases of ledgers.json, expected by hand."""

import json
from collections.abc import Callable

from making.common import canonical
from making.forging import SEAL, Case, chained, line, swap, then, until, with_files, with_lines, with_text
from making.story import GENESIS, Files, Story


def head(files: Files) -> str:
    """The checkpoint of a ledger."""
    last = json.loads(files["ledger.jsonl"].split("\n")[-2])
    return f"shuangsuiji/ledger/1 市局\n{last['seq']}\n{last['hash']}\n"


def _without_seal(story: Story) -> Files:
    other = story.forged(lambda s: s.events.pop(0))
    return other.build()


def _upper_hash(lines: list[str]) -> None:
    line = json.loads(lines[-1])
    lines[-1] = canonical({**line, "hash": line["hash"].upper()}).rstrip("\n")


def _other(text: str) -> Callable[[Files], str]:
    return lambda files: text


def _checkpoints(expected: str, kinds: dict[str, Callable[[str], str]]) -> dict[str, Case]:
    """The small ledger's own, changed as it may be on its way, or as none may be."""
    return {
        f"a checkpoint {name}": ("small", lambda story: story.build(), expected, lambda files, change=change: change(head(files)))
        for name, change in kinds.items()
    }


CHECKPOINTS: dict[str, Case] = {
    "a checkpoint of the last event": ("year", lambda story: story.build(), "", head),
    "a checkpoint of an earlier event": ("year", then(lambda s: s.void(18)), "", head),
    "a checkpoint before the first event": (
        "year",
        lambda story: story.build(),
        "",
        _other(f"shuangsuiji/ledger/1 市局\n0\n{'0' * 64}\n"),
    ),
    "the tail was cut off": ("year", until(11), "0 checkpoint failed", head),
    "the tail was cut off, and nobody kept a checkpoint": ("year", until(11), ""),
    "everything was rewritten": ("year", line(1, operator="赵六"), "0 checkpoint failed", head),
    "the last line was rewritten": ("year", line(18, operator="赵六"), "0 checkpoint failed", head),
    "lines are damaged after the checkpoint": (
        "year",
        with_lines(lambda lines: lines.append("x")),
        "0 lines failed",
        head,
    ),
    "a checkpoint of another schema": (
        "small",
        lambda story: story.build(),
        "0 checkpoint impossible",
        _other(f"shuangsuiji/ledger/2 市局\n0\n{'0' * 64}\n"),
    ),
    "a checkpoint that is some other text": (
        "small",
        lambda story: story.build(),
        "0 checkpoint impossible",
        _other("核对无误\n"),
    ),
    **_checkpoints(
        "",
        {
            "with CRLF": lambda text: text.replace("\n", "\r\n"),
            "with CRLF, but not at its end": lambda text: text[:-1].replace("\n", "\r\n"),
            "with a byte order mark": lambda text: f"\ufeff{text}",
            "with a byte order mark and CRLF": lambda text: "\ufeff" + text.replace("\n", "\r\n"),
            "whose last line has no end": lambda text: text[:-1],
            "of an origin with a line separator, which is a character": lambda text: text.replace("市局", "市\u2028局"),
            "of an origin with other line breaks, which are characters": lambda text: text.replace(
                "市局", "市\v\f\x1c\u0085\u2029\r局"
            ),
            "of an origin that is empty": lambda text: text.replace("市局", ""),
            "of 4096 bytes": lambda text: text.replace("市局", "x" * (4096 - len(text.replace("市局", "").encode()))),
        },
    ),
    **_checkpoints(
        "0 checkpoint failed",
        {
            "of one event more": lambda text: text.replace("\n2\n", "\n3\n"),
            "of one event less": lambda text: text.replace("\n2\n", "\n1\n"),
            "of ten digits": lambda text: text.replace("\n2\n", "\n1000000002\n"),
        },
    ),
    **_checkpoints(
        "0 checkpoint impossible",
        {
            "of 4097 bytes": lambda text: text.replace("市局", "x" * (4097 - len(text.replace("市局", "").encode()))),
            "of eleven digits": lambda text: text.replace("\n2\n", "\n10000000002\n"),
            "whose number has a leading zero": lambda text: text.replace("\n2\n", "\n02\n"),
            "whose number has a sign": lambda text: text.replace("\n2\n", "\n+2\n"),
            "whose number is in full width": lambda text: text.replace("\n2\n", "\n\uff12\n"),
            "with a space behind its number": lambda text: text.replace("\n2\n", "\n2 \n"),
            "with a hash in capitals": lambda text: text[:-65] + text[-65:].upper(),
            "with a blank line at its end": lambda text: f"{text}\n",
            "with a fourth line": lambda text: f"{text}核对无误\n",
            "with CR alone": lambda text: text.replace("\n", "\r"),
            "with line separators": lambda text: text.replace("\n", "\u2028"),
            "with two byte order marks": lambda text: f"\ufeff\ufeff{text}",
            "with a space in front": lambda text: f" {text}",
            "without an origin and its space": lambda text: text.replace(" 市局", ""),
            "that is empty": lambda text: "",
        },
    ),
    "a checkpoint without a number": (
        "small",
        lambda story: story.build(),
        "0 checkpoint impossible",
        _other(f"shuangsuiji/ledger/1 市局\n二\n{'0' * 64}\n"),
    ),
    "a checkpoint of a ledger that is not there": (
        "small",
        with_files(lambda files: files.pop("ledger.jsonl")),
        "0 lines checkpoint impossible",
        head,
    ),
}
LINES: dict[str, Case] = {
    "an honest ledger with a shortage and a recusal": ("small", lambda story: story.build(), ""),
    "a ledger without a line": ("small", with_files(lambda f: f.update({"ledger.jsonl": ""})), ""),
    "a seal that waits for its draw": ("small", with_lines(lambda lines: lines.pop()), ""),
    "files that no line names are no fault": (
        "small",
        with_files(lambda f: f.update({"events/000003-seal.json": "x", "snapshots/说明.txt": "x", "ledger.lock": ""})),
        "",
    ),
    "no ledger.jsonl": ("small", with_files(lambda f: f.pop("ledger.jsonl")), "0 lines impossible"),
    "only a line feed": ("small", with_files(lambda f: f.update({"ledger.jsonl": "\n"})), "0 lines failed"),
    "the last line feed is missing": (
        "small",
        with_files(lambda f: f.update({"ledger.jsonl": f["ledger.jsonl"][:-1]})),
        "0 lines failed",
    ),
    "the last line is torn": (
        "small",
        with_files(lambda f: f.update({"ledger.jsonl": f["ledger.jsonl"][:-100]})),
        "0 lines failed",
    ),
    "a blank line at the end": ("small", with_lines(lambda lines: lines.append("")), "0 lines failed"),
    "a blank line between": ("small", with_lines(lambda lines: lines.insert(1, "")), "0 lines failed"),
    "carriage returns in ledger.jsonl": (
        "small",
        with_files(lambda f: f.update({"ledger.jsonl": f["ledger.jsonl"].replace("\n", "\r\n")})),
        "0 lines failed",
    ),
    "a byte order mark before ledger.jsonl": (
        "small",
        with_files(lambda f: f.update({"ledger.jsonl": "\ufeff" + f["ledger.jsonl"]})),
        "0 lines failed",
    ),
    "a line twice": ("small", with_lines(lambda lines: lines.append(lines[-1])), "0 lines failed"),
    "two lines change places": ("small", with_lines(swap), "0 lines failed"),
    "the first line is removed": ("small", with_lines(lambda lines: lines.pop(0)), "0 lines failed"),
    "a time is edited": ("small", with_text("ledger.jsonl", "2023-04-01T09", "2023-04-01T08"), "0 lines failed"),
    "an operator is edited": ("small", with_text("ledger.jsonl", "王五", "赵六"), "0 lines failed"),
    "a hash in capitals": ("small", with_lines(lambda lines: _upper_hash(lines)), "0 lines failed"),
    "a line with a space": ("small", with_text("ledger.jsonl", ":", ": "), "0 lines failed"),
    "a line with an unknown key": ("small", line(2, note="x"), "0 lines failed"),
    "a line without a time": ("small", chained(lambda lines: lines[1].pop("time")), "0 lines failed"),
    "a line whose sources are null": ("small", line(2, sources=None), "0 lines failed"),
    "a source of an unknown role": (
        "small",
        line(2, sources=[{"role": "seed", "name": "x", "sha256": "0" * 64}]),
        "0 lines failed",
    ),
    "a source without a digest": ("small", line(2, sources=[{"role": "plan", "name": "x"}]), "0 lines failed"),
    "a seq that is text": ("small", line(1, seq="1"), "0 lines failed"),
    "a seq that begins with 0": (
        "small",
        chained(lambda lines: [line.update(seq=line["seq"] - 1) for line in lines]),
        "0 lines failed",
    ),
    "a gap in seq": ("small", line(2, seq=3), "0 lines failed"),
    "a prev of nothing": ("small", line(2, prev=GENESIS), "0 lines failed"),
    "a first prev that is not 64 zeros": ("small", line(1, prev="1" * 64), "0 lines failed"),
    "a file under another name": ("small", line(2, file="events/2-draw.json"), "2 events failed"),
    "a file of another folder": ("small", line(2, file="../records/events/000002-draw.json"), "2 events failed"),
    "a file of another seq": ("small", line(2, file=SEAL), "2 events failed"),
    "a line that says another digest": ("small", line(2, sha256="0" * 64), "2 events failed"),
    "a line of another batch": ("small", line(2, batch="B2"), "2 events failed"),
    "a line of another plan": ("small", line(2, plan="P2"), "2 events failed"),
    "the seal is removed and the rest chained anew": (
        "small",
        _without_seal,
        "1 states seal failed; 1 seed derived impossible",
    ),
}
