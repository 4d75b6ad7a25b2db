"""A torn last line mended, and said so; the three lines that somebody outside keeps (ledger-v1). Values from the spec."""

import json
import os
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import SEED, outcomes, plan, pools, sha, task
from builders import Story as Ledgers
from cli import Desk, desk, edit, event, lines, tree

from shuangsuiji.evidence.canonical import encode
from shuangsuiji.evidence.lines import BadEvent, Circumstances, next_line, read_chain, read_event
from shuangsuiji.evidence.verification import verify
from shuangsuiji.files.durable import storage
from shuangsuiji.model.problems import Status
from shuangsuiji.model.seed import text_seed

SEEDED = ("draw", "plan.yaml", "--batch", "B1", "--seed", "2023")
REPAIR = ("ledger", "repair")
LINES = "ledger.jsonl"


def drawn(folder: Path) -> Desk:
    office = desk(folder)
    assert office.type(*SEEDED).status == 0
    return office


def last_line_at(data: bytes) -> int:
    return data[:-1].rfind(b"\n") + 1


def torn(office: Desk, kept: int) -> tuple[int, bytes]:
    """Leave `kept` bytes of the last line; where it began, and what is left of it."""
    data = (office.ledger / LINES).read_bytes()
    start = last_line_at(data)
    (office.ledger / LINES).write_bytes(data[: start + kept])
    return start, data[start : start + kept]


# --------------------------------------------------------------------------------------------------------------- a repair


@pytest.mark.parametrize("kept", [1, 100, 300])
def test_a_torn_line_is_moved_to_quarantine_and_the_ledger_says_so(tmp_path: Path, kept: int) -> None:
    """ledger-v1, Events: position, length and digest of what was moved; no plan and no batch."""
    office = drawn(tmp_path)
    record = (office.ledger / "events/000002-draw.json").read_bytes()
    position, tail = torn(office, kept)
    ended = office.type(*REPAIR)
    assert ended.status == 0, ended.stderr
    assert event(office.ledger, 2) == {
        "schema": "shuangsuiji/repair/1",
        "position": position,
        "length": kept,
        "sha256": sha(tail),
    }
    found = lines(office.ledger)[1]
    assert (found["type"], found["plan"], found["batch"], found["sources"]) == ("repair", "", "", [])
    name = f"quarantine/{position:012d}-{sha(tail)}.bin"
    assert (office.ledger / name).read_bytes() == tail
    assert name in ended.stdout
    assert office.type("verify").status == 0
    assert office.type(*SEEDED).status == 0
    assert [line["type"] for line in lines(office.ledger)] == ["seal", "repair", "draw"]
    assert (office.ledger / "events/000003-draw.json").read_bytes() == record
    assert office.type("verify").status == 0


def test_a_seal_whose_line_was_torn_counts_and_its_seed_is_kept(tmp_path: Path) -> None:
    """Else whoever tore the line would get another seed."""
    office = desk(tmp_path)
    assert office.type("draw", "plan.yaml", "--batch", "B1").status == 0
    seed, record = event(office.ledger, 1)["seed_document"], (office.ledger / "events/000002-draw.json").read_bytes()
    (office.ledger / "events/000002-draw.json").unlink()
    edit(office.ledger / LINES, lambda data: data[:200])
    assert office.type("draw", "plan.yaml", "--batch", "B1").status == 10
    assert office.type(*REPAIR).status == 0
    assert [(line["type"], line["batch"]) for line in lines(office.ledger)] == [("seal", "B1"), ("repair", "")]
    assert event(office.ledger, 1)["seed_document"] == seed
    assert office.type("draw", "plan.yaml", "--batch", "B1").status == 0
    assert (office.ledger / "events/000003-draw.json").read_bytes() == record
    assert office.type("verify").status == 0


@pytest.mark.parametrize("change", [lambda line: b"\0" * len(line), lambda line: b"\0" * 300 + line[300:]], ids=["all", "half"])
def test_a_last_line_of_blocks_that_were_never_written_is_torn(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    office = drawn(tmp_path)
    edit(office.ledger / LINES, lambda data: data[: last_line_at(data)] + change(data[last_line_at(data) :]))
    ended = office.type(*SEEDED)
    assert (ended.status, "LEDGER-003" in ended.stderr) == (10, True)
    assert office.type("verify").status == 10
    assert office.type(*REPAIR).status == 0
    assert office.type(*SEEDED).status == 0
    assert office.type("verify").status == 0


def test_a_nul_in_a_line_that_is_not_the_last_is_no_torn_tail() -> None:
    story = Ledgers()
    of = plan(task(), task("T2", batch="B2"))
    for batch in ("B1", "B2"):
        story.draw(of, batch, pools())
    first, *rest = story.lines.splitlines(keepends=True)
    for changed, is_torn in ((b"\0" + first[1:] + b"".join(rest), False), (b"\0" + first[1:], True), (b"{}\n", False)):
        broken = read_chain(changed).broken
        assert broken is not None
        assert broken.torn is is_torn


def test_a_line_that_lacks_only_its_end_is_completed_and_nothing_is_moved(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    whole = tree(office.ledger)
    edit(office.ledger / LINES, lambda data: data[:-1])
    ended = office.type(*REPAIR, "--json")
    assert (ended.status, ended.document["completed"], ended.document["repairs"]) == (0, True, [])
    assert tree(office.ledger) == whole


def test_a_whole_ledger_has_nothing_to_be_mended(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    whole = tree(office.ledger)
    ended = office.type(*REPAIR)
    assert (ended.status, "没有要修补的" in ended.stdout) == (0, True)
    assert tree(office.ledger) == whole


DAMAGES: dict[str, tuple[Callable[[Path], object], int]] = {
    "a bad line before": (lambda book: edit(book / LINES, lambda data: data.replace(b"zhangsan", b"lisi", 1)), 10),
    "an event missing": (lambda book: (book / "events/000001-seal.json").unlink(), 11),
    "an event changed": (lambda book: edit(book / "events/000001-seal.json", lambda data: data + b" "), 10),
    "lines taken away": (lambda book: (book / "events/000003-seal.json").write_bytes(b"{}\n"), 10),
    "a stranger in its place": (lambda book: (book / "quarantine").write_bytes(b""), 6),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_damaged_elsewhere_too_is_not_mended_and_not_touched(tmp_path: Path, name: str) -> None:
    office = drawn(tmp_path)
    torn(office, 50)
    damage, status = DAMAGES[name]
    damage(office.ledger)
    before = tree(office.ledger)
    assert office.type(*REPAIR).status == status
    assert tree(office.ledger) == before


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link(path: Path) -> None:
    (path.parent.parent.parent / "elsewhere").write_bytes(b"x")
    path.symlink_to(path.parent.parent.parent / "elsewhere")


def dangling(path: Path) -> None:
    path.symlink_to("/nowhere/at/all")


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


posix = pytest.mark.skipif(os.name != "posix", reason="pipes and links of POSIX")
STRANGE = pytest.mark.parametrize("make", [pipe, Path.mkdir, link, dangling, device])


def sealed_and_torn(folder: Path) -> Desk:
    """B1 is sealed with a seed of the system, and the seal's line is torn: a draw died, or somebody wants another seed."""
    office = desk(folder)
    assert office.type("draw", "plan.yaml", "--batch", "B1").status == 0
    (office.ledger / "events/000002-draw.json").unlink()
    edit(office.ledger / LINES, lambda data: data[:200])
    return office


def answers_of_another_office(book: Path) -> None:
    """A draw that is whole, of a seal that is not in this ledger."""
    (book / "events/000001-seal.json").unlink()
    other = desk(book.parent / "other")
    assert other.type("draw", "plan.yaml", "--batch", "B1").status == 0
    (book / "events/000001-draw.json").write_bytes((other.ledger / "events/000002-draw.json").read_bytes())


TAKEN: dict[str, Callable[[Path], object]] = {
    "gone": lambda book: (book / "events/000001-seal.json").unlink(),
    "emptied": lambda book: (book / "events/000001-seal.json").write_bytes(b""),
    "of another type": lambda book: (book / "events/000001-seal.json").rename(book / "events/000001-draw.json"),
    "of a type that nobody knows": lambda book: (book / "events/000001-seal.json").rename(book / "events/000001-result.json"),
    "of another number": lambda book: (book / "events/000001-seal.json").rename(book / "events/000000-seal.json"),
    "of another office": answers_of_another_office,
}


@pytest.mark.parametrize("how", TAKEN)
def test_a_torn_line_without_its_event_is_no_crash_and_is_not_mended(tmp_path: Path, how: str) -> None:
    """ledger-v1, Order of writes: the event is durable before its line is begun. Else tearing the line of a seal and taking away
    its file would be a way to another seed."""
    office = sealed_and_torn(tmp_path)
    TAKEN[how](office.ledger)
    before = tree(office.ledger)
    ended = office.type(*REPAIR)
    assert (ended.status, ended.stdout) == (10, "")
    assert ("LEDGER-002" in ended.stderr, "备份" in ended.stderr, "ledger repair" in ended.stderr) == (True, True, False)
    drawn_anew = office.type("draw", "plan.yaml", "--batch", "B1", "--seed", "better")
    assert drawn_anew.status == 10
    if how == "gone":
        assert ("LEDGER-002" in drawn_anew.stderr, "ledger repair" in drawn_anew.stderr) == (True, False)
    assert tree(office.ledger) == before


@posix
@STRANGE
def test_the_event_of_a_torn_line_that_cannot_be_read_stops_a_repair_before_it_changes_anything(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    """It may be there again tomorrow; cut now, its batch would be drawn with another seed."""
    office = sealed_and_torn(tmp_path)
    path = office.ledger / "events/000001-seal.json"
    path.unlink()
    make(path)
    before = tree(office.ledger)
    ended = office.type(*REPAIR)
    assert (ended.status, "FILE-002" in ended.stderr, "000001-seal.json" in ended.stderr) == (6, True, True)
    assert tree(office.ledger) == before


def test_a_line_that_lacks_only_its_end_is_not_completed_in_a_ledger_that_is_damaged_elsewhere(tmp_path: Path) -> None:
    for name, status in (("events/000001-seal.json", 11), ("events/000002-draw.json", 11)):
        office = drawn(tmp_path / name[:13])
        edit(office.ledger / LINES, lambda data: data[:-1])
        (office.ledger / name).unlink()
        before = tree(office.ledger)
        assert office.type(*REPAIR).status == status
        assert tree(office.ledger) == before


# ---------------------------------------------------------------------------------------------------- what is in quarantine


@posix
@STRANGE
@pytest.mark.parametrize("name", ["readme", "000000000009-x.bin", ".tmp-1-x"])
def test_strangers_in_quarantine_stop_neither_draw_nor_repair(tmp_path: Path, make: Callable[[Path], None], name: str) -> None:
    office = drawn(tmp_path)
    (office.ledger / "quarantine").mkdir()
    make(office.ledger / "quarantine" / name)
    assert office.type("draw", "plan.yaml", "--batch", "B2", "--seed", "x").status == 0
    torn(office, 50)
    assert office.type(*REPAIR).status == 0
    assert office.type("verify").status == 0


@posix
@STRANGE
def test_a_stranger_under_the_name_of_a_tail_is_told_by_its_name_before_anything_is_changed(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    """Whether a repair died there cannot be known."""
    office = drawn(tmp_path)
    position, tail = torn(office, 50)
    name = f"{position:012d}-{sha(tail)}.bin"
    (office.ledger / "quarantine").mkdir()
    make(office.ledger / "quarantine" / name)
    before = tree(office.ledger)
    ended = office.type(*REPAIR)
    assert (ended.status, "FILE-002" in ended.stderr, name in ended.stderr) == (6, True, True)
    assert tree(office.ledger) == before


@posix
def test_a_quarantine_that_is_a_link_is_neither_read_nor_written_to(tmp_path: Path) -> None:
    """ledger-v1: neither the ledger nor the folders in it may be a link. What another puts there is none of the ledger's."""
    office = drawn(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    length = len((office.ledger / LINES).read_bytes())
    (elsewhere / f"{length:012d}-{sha(b'x')}.bin").write_bytes(b"x")
    (office.ledger / "quarantine").symlink_to(elsewhere)
    before = tree(office.ledger)
    for command in (("draw", "plan.yaml", "--batch", "B2", "--seed", "x"), REPAIR):
        ended = office.type(*command)
        assert (ended.status, "FILE-002" in ended.stderr, "这是链接" in ended.stderr) == (6, True, True)
    torn(office, 50)
    assert office.type(*REPAIR).status == 6
    edit(office.ledger / LINES, lambda _: before[LINES])
    assert tree(office.ledger) == before


def test_a_repair_that_died_after_the_cut_is_told_by_the_next_run_whatever_that_is(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    position, tail = torn(office, 50)
    with storage.locked(office.ledger) as store:
        store.cut_tail(f"quarantine/{position:012d}-{sha(tail)}.bin", position, tail)
    assert office.type("draw", "plan.yaml", "--batch", "B2", "--seed", "x").status == 0
    assert [line["type"] for line in lines(office.ledger)] == ["seal", "repair", "seal", "draw"]
    assert office.type("verify").status == 0


def test_a_tail_in_quarantine_that_was_never_cut_is_no_repair(tmp_path: Path) -> None:
    """The repair died before the cut, and the ledger was then restored from a copy: what is in quarantine stands in its place."""
    office = drawn(tmp_path)
    data = (office.ledger / LINES).read_bytes()
    position = last_line_at(data)
    tail = data[position : position + 50]
    strangers = {
        f"{position:012d}-{sha(tail)}.bin": tail,
        f"{len(data) - 1:012d}-{sha(b'x')}.bin": b"x",
        f"{0:012d}-{sha(b'y')}.bin": b"y",
        f"{len(data):012d}-{sha(b'z')}.bin": b"not z",
        "readme.txt": b"hello",
    }
    (office.ledger / "quarantine").mkdir()
    for name, held in strangers.items():
        (office.ledger / "quarantine" / name).write_bytes(held)
    assert office.type("draw", "plan.yaml", "--batch", "B2", "--seed", "x").status == 0
    assert [line["type"] for line in lines(office.ledger)] == ["seal", "draw", "seal", "draw"]
    assert office.type("verify").status == 0


def test_a_line_may_be_torn_again_after_a_repair(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    tails = []
    for _ in range(3):
        tails.append(torn(office, 120)[1])
        assert office.type(*REPAIR).status == 0
    assert [line["type"] for line in lines(office.ledger)] == ["seal", *["repair"] * 3]
    assert sorted(event(office.ledger, seq)["sha256"] for seq in (2, 3, 4)) == sorted(map(sha, tails))
    assert office.type("verify").status == 0


def test_no_ledger_is_made_by_a_repair(tmp_path: Path) -> None:
    ended = desk(tmp_path).type(*REPAIR)
    assert (ended.status, "LEDGER-004" in ended.stderr) == (3, True)
    assert not (tmp_path / "records").exists()


def test_the_ledger_shows_a_repair_in_words(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    torn(office, 60)
    assert "ledger repair" in office.type("verify").stdout
    office.type(*REPAIR)
    assert "修补" in office.type("ledger", "list").stdout
    assert "quarantine/" in office.type("ledger", "show", "2").stdout
    assert "第 2 条 修补\n" in office.type("verify").stdout
    states = office.type("ledger", "list", "--json").document["states"]
    assert [(state["batch"], state["state"]) for state in states] == [("B1", "sealed")]


def test_a_mended_ledger_is_packed_listed_and_asked_like_any_other(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    torn(office, 60)
    for command in (REPAIR, SEEDED, ("ledger", "bundle", "--batch", "B1", "-o", "b.zip"), ("plan", "show", "plan.yaml")):
        assert office.type(*command).status == 0, command
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        packed.extractall(tmp_path / "out")
    (folder,) = (tmp_path / "out").iterdir()
    assert office.type("verify", str(folder / "records")).status == 0
    for command in (("verify", "--batch", "B9"), ("void", "--batch", "B9", "--reason", "错", "--approved-by", "李四")):
        ended = office.type(*command)
        assert (ended.status, "现有批次：B1。" in ended.stderr) == (2, True), command


# ---------------------------------------------------------------------------------------------------------- in the evidence


def mended_story() -> Ledgers:
    """B1 sealed, a repair, then B1's draw."""
    story = Ledgers()
    of = plan(task())
    seal = story.seal(of, "B1", pools(), text_seed(SEED))
    story.append("repair", ("", ""), {"schema": "shuangsuiji/repair/1", "position": 700, "length": 12, "sha256": sha(b"x")})
    story.answer(seal)
    return story


def test_a_repair_is_in_place_anywhere_and_changes_no_state() -> None:
    report = verify(mended_story().bytes())
    assert report.status == Status.DONE
    assert (2, "states") in outcomes(report, "passed")
    assert {name for seq, name in outcomes(report, "passed") if seq == 2} == {"events", "states"}
    assert report.ledger.state(("P1", "B1")).name == "drawn"


@pytest.mark.parametrize("key", [("P1", "B1"), ("P1", ""), ("", "B1")])
def test_a_repair_of_a_batch_is_not_what_it_must_be(key: tuple[str, str]) -> None:
    value = {"schema": "shuangsuiji/repair/1", "position": 0, "length": 1, "sha256": sha(b"x")}
    data = encode(value)
    line = next_line(None, "repair", key, data, Circumstances("", "", ""))
    with pytest.raises(BadEvent, match="no plan and no batch"):
        read_event(line, data)


@pytest.mark.parametrize(
    "change", [{"position": -1}, {"length": "1"}, {"sha256": "x"}, {"more": 1}, {"schema": "shuangsuiji/repair/2"}], ids=str
)
def test_a_repair_of_another_form_fails_and_loses_no_draw(change: dict[str, object]) -> None:
    story = mended_story()
    value = {**json.loads(story.files["events/000002-repair.json"]), **change}
    forged, last = Ledgers(), None
    for one in story.ledger.events:
        data = encode(value) if one.line.type == "repair" else story.files[one.line.file]
        last = next_line(last, one.line.type, one.line.key, data, one.line.circumstances)
        forged.lines += last.encode()
        forged.files[last.file] = data
    forged.files = {**story.files, **forged.files}
    report = verify(forged.bytes())
    assert outcomes(report, "failed", "impossible") == {(2, "events")}


# ------------------------------------------------------------------------------------------------------------ a checkpoint


def test_a_checkpoint_is_the_three_lines_of_the_specification_and_nothing_else(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    ended = office.type("ledger", "checkpoint", "--origin", "某区 市场监管局")
    assert ended == type(ended)(0, f"shuangsuiji/ledger/1 某区 市场监管局\n2\n{lines(office.ledger)[1]['hash']}\n", "")


def test_a_checkpoint_without_an_origin_names_the_plans(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    assert office.type("ledger", "checkpoint").stdout.splitlines()[0] == "shuangsuiji/ledger/1 P1"


def test_a_checkpoint_in_a_file_is_what_is_printed_and_replaces_only_an_earlier_one(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    printed = office.type("ledger", "checkpoint").stdout
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    for _ in range(2):
        assert office.type("ledger", "checkpoint", "-o", "point.txt").status == 0
    assert (tmp_path / "point.txt").read_text(encoding="utf-8") == printed
    assert office.type("ledger", "checkpoint", "-o", "mine.txt").status == 3
    assert office.type("ledger", "checkpoint", "-o", "records/point.txt").status == 3


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data.replace(b"zhangsan", b"lisi", 1)])
def test_no_checkpoint_is_made_of_a_ledger_that_is_not_whole(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    office = drawn(tmp_path)
    edit(office.ledger / LINES, damage)
    ended = office.type("ledger", "checkpoint")
    assert (ended.status, ended.stdout) == (10, "")


HASH = "0" * 64
MARK = b"\xef\xbb\xbf"
FORMS: dict[str, tuple[Callable[[list[bytes]], bytes], int]] = {
    "as it was printed": (lambda x: b"\n".join(x) + b"\n", 0),
    "without its last end": (lambda x: b"\n".join(x), 0),
    "with CRLF": (lambda x: b"\r\n".join(x) + b"\r\n", 0),
    "with CRLF, without the last": (lambda x: b"\r\n".join(x), 0),
    "with a byte order mark": (lambda x: MARK + b"\n".join(x) + b"\n", 0),
    "with both": (lambda x: MARK + b"\r\n".join(x), 0),
    "of an origin with a line separator": (lambda x: x[0] + " 甲\u2028乙\n".encode() + x[1] + b"\n" + x[2], 0),
    "of an origin with a vertical tab": (lambda x: x[0] + b"\x0b\x0c\x1c\xc2\x85x\n" + x[1] + b"\n" + x[2], 0),
    "as long as may be": (lambda x: x[0] + b"x" * (4096 - len(b"\n".join(x))) + b"\n" + x[1] + b"\n" + x[2], 0),
    "longer": (lambda x: x[0] + b"x" * (4097 - len(b"\n".join(x))) + b"\n" + x[1] + b"\n" + x[2], 11),
    "longer by what follows": (lambda x: b"\n".join(x) + b"\n" * 5000, 11),
    "with CR": (lambda x: b"\r".join(x) + b"\r", 11),
    "with LF CR": (lambda x: b"\n\r".join(x), 11),
    "with form feeds": (lambda x: b"\x0c".join(x), 11),
    "with vertical tabs": (lambda x: b"\x0b".join(x), 11),
    "with next lines": (lambda x: "\x85".encode().join(x), 11),
    "with line separators": (lambda x: "\u2028".encode().join(x), 11),
    "with a last CR": (lambda x: b"\n".join(x) + b"\r", 11),
    "with two last ends": (lambda x: b"\n".join(x) + b"\n\n", 11),
    "with a line before": (lambda x: b"\n" + b"\n".join(x), 11),
    "with two marks": (lambda x: MARK * 2 + b"\n".join(x), 11),
    "with a mark within": (lambda x: x[0] + b"\n" + MARK + x[1] + b"\n" + x[2], 11),
    "in UTF-16": (lambda x: b"\n".join(x).decode().encode("utf-16"), 11),
    "in GBK": (lambda x: x[0] + "某局".encode("gbk") + b"\n" + x[1] + b"\n" + x[2], 11),
    "with digits of another script": (lambda x: x[0] + b"\n" + "２".encode() + b"\n" + x[2], 11),
    "empty": (lambda _: b"", 11),
    "a mark alone": (lambda _: MARK, 11),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, list[bytes]]:
    """An office with two events, and the three lines of its checkpoint."""
    office = drawn(tmp_path_factory.mktemp("told"))
    return office, office.type("ledger", "checkpoint").stdout.encode().splitlines()


@pytest.mark.parametrize("form", FORMS)
def test_a_checkpoint_may_have_been_through_another_system_and_through_nothing_else(
    told: tuple[Desk, list[bytes]], form: str
) -> None:
    """ledger-v1, Checkpoint: UTF-8; a mark at the beginning is passed over; CRLF counts as LF; the last LF may be missing."""
    (office, three), (change, status) = told, FORMS[form]
    (office.folder / "point.txt").write_bytes(change(three))
    assert office.type("verify", "--checkpoint", "point.txt").status == status


def test_of_a_huge_file_no_more_is_read_than_a_checkpoint_has(
    told: tuple[Desk, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, three = told
    with (office.folder / "huge").open("wb") as file:
        file.write(b"\n".join(three) + b"\n")
        file.truncate(3 << 30)
    tracemalloc.start()
    try:
        ended = office.type("verify", "--checkpoint", "huge")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        (office.folder / "huge").unlink()
    assert (ended.status, most < 50_000_000) == (11, True)


@pytest.mark.parametrize("name", ["nothing", "records", pytest.param("pipe", marks=posix)])
def test_what_is_no_file_is_no_checkpoint_and_is_not_waited_for(told: tuple[Desk, list[bytes]], name: str) -> None:
    office, _ = told
    if name == "pipe" and not (office.folder / name).exists():
        os.mkfifo(office.folder / name)
    assert office.type("verify", "--checkpoint", name).status == 3
    assert office.type("verify", "--checkpoint", "").status == 2


def cut_to(book: Path, kept: int) -> None:
    """Take the last events away, lines and files."""
    edit(book / LINES, lambda data: b"".join(data.splitlines(keepends=True)[:kept]))
    for path in (book / "events").iterdir():
        if int(path.name[:6]) > kept:
            path.unlink()


def test_an_earlier_checkpoint_gives_way_to_a_later_one_of_the_same_ledger(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    point = ("ledger", "checkpoint", "-o", "point.txt")
    assert office.type(*point).status == 0
    edit(tmp_path / "point.txt", lambda data: MARK + data.replace(b"\n", b"\r\n"))
    assert office.type("draw", "plan.yaml", "--batch", "B2", "--seed", "x").status == 0
    assert office.type(*point).status == 0
    assert (tmp_path / "point.txt").read_text(encoding="utf-8") == office.type("ledger", "checkpoint").stdout


@pytest.mark.parametrize("how", ["cut to one", "cut to none", "written anew", "of another ledger"])
def test_an_earlier_checkpoint_that_shows_what_was_done_to_the_ledger_is_not_replaced(tmp_path: Path, how: str) -> None:
    office = drawn(tmp_path / "a")
    point = ("ledger", "checkpoint", "-o", "point.txt")
    assert office.type(*point).status == 0
    kept = (office.folder / "point.txt").read_bytes()
    if how.startswith("cut"):
        cut_to(office.ledger, int(how == "cut to one"))
    else:
        office = desk(tmp_path / "b")
        assert office.type("draw", "plan.yaml", "--batch", "B1", "--seed", "better").status == 0
        (office.folder / "point.txt").write_bytes(kept)
    ended = office.type(*point)
    assert (ended.status, ended.stdout) == (10, "")
    assert all(word in ended.stderr for word in ("LEDGER-002", "point.txt", "--checkpoint")), ended.stderr
    assert (office.folder / "point.txt").read_bytes() == kept


@pytest.mark.parametrize(
    "other", [b"shuangsuiji/ledger/1 \n", b"shuangsuiji/ledger/1 x\n1\n", b""], ids=["begun", "two lines", "empty"]
)
def test_what_only_begins_like_a_checkpoint_is_not_replaced(tmp_path: Path, other: bytes) -> None:
    office = drawn(tmp_path)
    (tmp_path / "point.txt").write_bytes(other)
    ended = office.type("ledger", "checkpoint", "-o", "point.txt")
    assert (ended.status, "FILE-005" in ended.stderr) == (3, True)
    assert (tmp_path / "point.txt").read_bytes() == other


# ------------------------------------------------------------------------------------------------ lines that were taken away


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_verify_says_aloud_that_events_lie_there_beyond_the_last_line(tmp_path: Path, kept: int) -> None:
    """By the specification it may fail no check: the lines that are left are right, and only a checkpoint proves more. But a run
    that died leaves at most the event after the last line; here are four events."""
    office = drawn(tmp_path)
    assert office.type("draw", "plan.yaml", "--batch", "B2", "--seed", "x").status == 0
    assert "截去了" not in office.type("verify").stdout
    edit(office.ledger / LINES, lambda data: b"".join(data.splitlines(keepends=True)[:kept]))
    ended = office.type("verify")
    assert ended.status == 0
    assert ("截去了" in ended.stderr, f"只有 {kept} 行" in ended.stderr, "--checkpoint" in ended.stderr) == (True, True, True)
    assert "截去了" in office.type("verify", "--quiet").stderr
    verdict = next(line for line in ended.stdout.splitlines() if line.startswith("结论"))
    assert ("截去" in verdict, "√" in verdict) == (True, False)
    document = office.type("verify", "--json").document
    left = [f"events/{number:06d}-{'draw' if number % 2 == 0 else 'seal'}.json" for number in range(kept + 1, 5)]
    assert [name for name in document["strays"] if name.startswith("events/")] == left
    assert (document["problems"], document["beyond"]) == ([], left[1:])


def test_verify_raises_no_alarm_about_what_a_run_that_died_leaves_or_what_repairs_pass_over(tmp_path: Path) -> None:
    office = drawn(tmp_path)
    for _ in range(2):
        torn(office, 120)
        assert office.type(*REPAIR).status == 0
    assert office.type(*SEEDED).status == 0
    torn(office, 0)
    for form in ("verify", "verify --json"):
        ended = office.type(*form.split())
        assert (ended.status, ended.stderr, "截去了" in ended.stdout) == (0, "", False), form
    assert ended.document["beyond"] == []


def test_a_checkpoint_passes_for_a_ledger_that_went_on_and_fails_for_one_cut_or_written_anew(tmp_path: Path) -> None:
    office = drawn(tmp_path / "a")
    (office.folder / "point.txt").write_text(office.type("ledger", "checkpoint").stdout, encoding="utf-8")
    check = ("verify", "--checkpoint", "point.txt")
    assert office.type(*check).status == 0
    assert office.type("draw", "plan.yaml", "--batch", "B2", "--seed", "x").status == 0
    ended = office.type(*check)
    assert (ended.status, "被截去" in ended.stdout) == (0, False)
    other = desk(tmp_path / "b")
    assert other.type("draw", "plan.yaml", "--batch", "B1", "--seed", "better").status == 0
    (other.folder / "point.txt").write_bytes((office.folder / "point.txt").read_bytes())
    assert other.type(*check).status == 10
    for kept in (1, 0):
        cut_to(office.ledger, kept)
        assert office.type(*check).status == 10
        ended = office.type("verify")
        assert (ended.status, "被截去" in ended.stdout) == (0, True), "without a checkpoint it says what it cannot know"
