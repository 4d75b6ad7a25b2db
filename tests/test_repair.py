"""A torn last line mended, and said so; the three lines that somebody outside keeps (ledger-v1). Values from the spec."""

import json
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
        edit(office.ledger / LINES, lambda data, kept=kept: b"".join(data.splitlines(keepends=True)[:kept]))  # type: ignore[misc]
        for path in (office.ledger / "events").iterdir():
            if int(path.name[:6]) > kept:
                path.unlink()
        assert office.type(*check).status == 10
        ended = office.type("verify")
        assert (ended.status, "被截去" in ended.stdout) == (0, True), "without a checkpoint it says what it cannot know"
