"""How a forger goes about it: edits of a story or its files, each giving the files of the forged ledger.

A case of `ledgers.json` is (base, one of these, the checks that do not pass in the words of `ledgers.listed`), and perhaps a
checkpoint.
"""

import json
from collections.abc import Callable
from typing import Any

from making.common import Vector, canonical, sha
from making.story import ENOUGH, GENESIS, Files, Story, plan_of

DERIVED = ("keys", "frames", "sizes", "samples", "visits", "teams", "loads", "record")
Case = tuple[Any, ...]
Made = Callable[[Story], Files]
SEAL, RECORD = "events/000001-seal.json", "events/000002-draw.json"


def event(number: int, edit: Callable[[Vector], Any]) -> Made:
    """The event is edited, and every digest and hash after it made anew."""
    return lambda story: story.forged(lambda s: edit(s.events[number - 1]["value"])).build()


def both(edit: Callable[[Vector], Any]) -> Made:
    """Seal and record of the small ledger are edited alike."""
    return lambda story: story.forged(lambda s: [edit(event["value"]) for event in s.events]).build()


def line(number: int, **keys: Any) -> Made:
    """A line is edited before its hash is made."""
    return lambda story: story.build(lambda seq, line: line.update(keys) if seq == number else None)


def with_files(edit: Callable[[Files], Any]) -> Made:
    """Files are changed and nothing else is."""

    def made(story: Story) -> Files:
        files = story.build()
        edit(files)
        return files

    return made


def with_text(path: str, old: str, new: str) -> Made:
    def edit(files: Files) -> None:
        if files[path].replace(old, new, 1) == files[path]:
            raise ValueError(f"{old!r} is not in {path}")
        files[path] = files[path].replace(old, new, 1)

    return with_files(edit)


def with_lines(edit: Callable[[list[str]], Any]) -> Made:
    """Lines of the ledger are moved about, not rewritten."""

    def change(files: Files) -> None:
        lines = files["ledger.jsonl"].split("\n")[:-1]
        edit(lines)
        files["ledger.jsonl"] = "".join(f"{line}\n" for line in lines)

    return with_files(change)


def snapshot(suffix: str, starts: str) -> Callable[[Files], str]:
    return lambda files: next(p for p in sorted(files) if p.endswith(suffix) and files[p].startswith(starts))


PLAN, ENTITIES = snapshot(".json", '{"cycle"'), snapshot(".csv", "id,name,credit_class")
PEOPLE, RECUSALS = snapshot(".csv", "id,name,certificate_expiry"), snapshot(".csv", "inspector")


def put(data: Vector, *path: Any) -> None:
    """data[path[0]]…[path[-2]] = path[-1]."""
    *where, last, value = path
    for key in where:
        data = data[key]
    data[last] = value


def put_in(number: int, *path: Any) -> Made:
    return event(number, lambda value: put(value, *path))


def swap(items: list[Any], a: int = 0, b: int = 1) -> None:
    items[a], items[b] = items[b], items[a]


def rewritten(story: Story, path: str, change: Callable[[str], str]) -> Files:
    """The last event's bytes are changed to others that are not canonical; its line names their digest."""
    files = story.build()
    files[path] = change(files[path])
    made = story.build(lambda seq, line: line.update(sha256=sha(files[path])) if line["file"] == path else None)
    return {**made, path: files[path]}


def chained(edit: Callable[[list[Vector]], Any]) -> Made:
    """Lines are changed as JSON, and prev and hash made anew."""

    def made(story: Story) -> Files:
        files, text, prev = story.build(), "", GENESIS
        lines = [json.loads(line) for line in files["ledger.jsonl"].split("\n")[:-1]]
        edit(lines)
        for line in lines:
            line["prev"] = prev
            line.pop("hash", None)
            line["hash"] = prev = sha(canonical(line))
            text += canonical(line)
        return {**files, "ledger.jsonl": text}

    return made


def gone(which: Callable[[Files], str]) -> Made:
    return with_files(lambda files: files.pop(which(files)))


def lost(event: str) -> Made:
    return with_files(lambda files: files.pop(f"events/{event}.json"))


def bit(which: Callable[[Files], str]) -> Made:
    return with_files(lambda files: files.update({which(files): files[which(files)].replace("1", "3", 1)}))


def remade(which: Callable[[Files], str], change: Callable[[str], str], rows: tuple[str, int] | None = None) -> Made:
    """A snapshot is changed, and named by seal and record under its new digest (and number of rows)."""

    def edit(story: Story) -> None:
        old = story.snapshots[which(story.snapshots)]
        story.swap(old, change(old), which(story.snapshots).rsplit(".", 1)[1])
        for event in story.events if rows else ():
            event["value"]["inputs"][rows[0]]["rows"] += rows[1]

    return lambda story: story.forged(edit).build()


def then(*steps: Callable[[Story], Any]) -> Made:
    """The story goes on."""

    def edit(story: Story) -> None:
        for step in steps:
            step(story)

    return lambda story: story.forged(edit).build()


def until(number: int, *steps: Callable[[Story], Any]) -> Made:
    """The story as far as event `number`, and then otherwise."""

    def cut(story: Story) -> None:
        del story.events[number:]

    return then(cut, *steps)


def cut(number: int, made: Made) -> Made:
    """The story as far as event `number`, and then what `made` makes of it."""
    return lambda story: made(story.forged(lambda s: s.events.__delitem__(slice(number, None))))


def again(
    number: int, document: str, history: tuple[int, ...] = (), pools: Any = ENOUGH, **rules: Any
) -> Callable[[Story], None]:
    """A seal of batch `number` and its answer."""
    return lambda story: story.answer(story.seal(plan_of(number, **rules), pools, document, history)) and None
