"""`ledger bundle`: what an auditor gets for one batch, read as an auditor would: unpacked elsewhere, with both verifiers.

Expected values: the files by hand from the events (ledger-v1), digests by hashlib, the commands of the page run as they stand
there.
"""

import hashlib
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import Forgery, Story, plan, pools
from builders import task as task_of
from cli import INSPECTORS, Desk, desk, edit, environment, event, events, lines, task, tree

from shuangsuiji.evidence.bundle import Bundle, bundle_of
from shuangsuiji.files.ledgers.bundle_file import folder_name
from shuangsuiji.model.problems import Refusal, Status

DRAW = ("draw", "plan.yaml", "--seed", "种子 'q' 1", "--operator", "经办")
PACK = ("ledger", "bundle", "-o", "b.zip")
TASKS = [
    task("1", "B1", coordination_group="g"),
    task("2", "B2", coordination_group="g", window={"from": "2023-07-01", "to": "2023-09-30"}),
    task("3", "别的", ratio="5%", window={"from": "2023-10-01", "to": "2023-12-31"}),
]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """B1, B2 with B1 as its history, and another batch without any: events 1 to 6."""
    found = desk(tmp_path_factory.mktemp("drawn"), TASKS)
    assert found.type(*DRAW, "--all").status == 0
    assert event(found.ledger, 3)["history"] == [lines(found.ledger)[1]["sha256"]]
    return found


@pytest.fixture
def office(drawn: Desk, tmp_path: Path) -> Desk:
    """A copy of it to work on."""
    shutil.copytree(drawn.folder, tmp_path / "office")
    return Desk(tmp_path / "office")


def unpacked(found: Desk, where: Path, *arguments: str, name: str = "b.zip") -> Path:
    """Bundle, unpack, and return the one folder that is there."""
    ended = found.type("ledger", "bundle", "-o", name, *arguments)
    assert (ended.status, ended.stderr) == (0, "")
    with zipfile.ZipFile(found.folder / name) as archive:
        assert archive.testzip() is None
        archive.extractall(where)
    (folder,) = where.iterdir()
    return folder


def by_verifier(folder: Path, *arguments: str) -> int:
    """The exit status of the independent verifier that lies in the bundle."""
    command = [sys.executable, "-I", "-S", "verify_record.py", "records", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False).returncode


def by_engine(folder: Path, *arguments: str) -> int:
    return Desk(folder).type("verify", "records", *arguments, "--quiet").status


def snapshots_of(ledger: Path, *seals: int) -> set[str]:
    """The snapshot files of these seals, by ledger-v1."""
    found = set()
    for seq in seals:
        seal = event(ledger, seq)
        found.add(f"records/snapshots/{seal['plan']['snapshot']}.json")
        found |= {f"records/snapshots/{one['snapshot']}.csv" for one in seal["inputs"].values() if one is not None}
    return found


# ---------------------------------------------------------------------------------------------------------- what is inside


def test_both_verifiers_accept_every_batch_of_a_bundle_and_miss_the_others(office: Desk, tmp_path: Path) -> None:
    folder = unpacked(office, tmp_path / "there", "--batch", "B2")
    for verify in (by_verifier, by_engine):
        assert [verify(folder, "--batch", batch) for batch in ("B2", "B1", "别的")] == [0, 0, 11]
        assert verify(folder) == 11


def test_a_bundle_holds_the_whole_chain_and_the_snapshots_of_the_batch_and_its_history(office: Desk, tmp_path: Path) -> None:
    folder = unpacked(office, tmp_path / "there", "--batch", "B2")
    assert folder.name == "bundle+P1+B2"
    found = tree(folder)
    extra = {"verify_record.py", "checkpoint.txt", "SHA256SUMS", "说明.txt"}
    named = {f"records/events/{name}" for name in events(office.ledger)} | snapshots_of(office.ledger, 1, 3)
    assert set(found) == {"records/ledger.jsonl"} | named | extra
    assert {name: found[f"records/{name}"] for name in tree(office.ledger) if f"records/{name}" in found} == {
        name: data for name, data in tree(office.ledger).items() if f"records/{name}" in found
    }
    assert snapshots_of(office.ledger, 5) - named, "something is left out"


def test_a_batch_without_history_comes_alone(office: Desk, tmp_path: Path) -> None:
    folder = unpacked(office, tmp_path / "there", "--batch", "别的")
    assert folder.name == "bundle+P1+别的"
    assert set(tree(folder / "records" / "snapshots")) == {name.rpartition("/")[2] for name in snapshots_of(office.ledger, 5)}
    assert [by_verifier(folder, "--batch", batch) for batch in ("别的", "B1")] == [0, 11]


def test_all_seals_of_a_batch_are_inside_the_failed_and_the_voided_too(tmp_path: Path) -> None:
    found = desk(tmp_path / "office", TASKS, inspectors=INSPECTORS[:4])
    assert found.type(*DRAW, "--batch", "B1").status == 4
    found.write_table("inspectors.csv", INSPECTORS)
    assert found.type(*DRAW[:2], "--batch", "B1").status == 0
    assert found.type("void", "--batch", "B1", "--reason", "错", "--approved-by", "某", "--operator", "某").status == 0
    found.write_table("inspectors.csv", INSPECTORS[1:])
    assert found.type(*DRAW[:2], "--batch", "B1").status == 0
    assert [line["type"] for line in lines(found.ledger)] == ["seal", "failure", "seal", "draw", "void", "seal", "draw"]
    folder = unpacked(found, tmp_path / "there", "--batch", "B1")
    assert {f"records/snapshots/{name}" for name in tree(folder / "records/snapshots")} == snapshots_of(found.ledger, 1, 3, 6)
    assert (by_verifier(folder), by_engine(folder)) == (0, 0)
    page = (folder / "说明.txt").read_text(encoding="utf-8-sig")
    assert "台账第 4 条" in page
    assert "，已作废）" in page
    assert "台账里没有别的批次。" in page


def test_a_batch_that_is_only_sealed_has_a_bundle_without_a_result(tmp_path: Path) -> None:
    found = desk(tmp_path / "office", TASKS, inspectors=INSPECTORS[:4])
    assert found.type(*DRAW, "--batch", "B1").status == 4
    folder = unpacked(found, tmp_path / "there", "--batch", "B1")
    assert by_verifier(folder, "--batch", "B1") == 0
    assert "还没有抽取结果" in (folder / "说明.txt").read_text(encoding="utf-8-sig")


def test_the_history_of_the_history_belongs_to_it_however_long_the_way_round() -> None:
    """B1, then B2 on B1, B1 voided and drawn again on B2 and B0: whoever doubts B2 comes to B1, and by its last seal to B0."""

    def group(batch: str) -> object:
        return task_of(batch, batch=batch, coordination_group="g")

    of = plan(*(group(batch) for batch in ("B0", "B1", "B2", "B3")), task_of("B4", batch="B4"))
    story, these = Story(), pools(8, 4)
    first = story.draw(of, "B1", these)
    story.draw(of, "B2", these)
    story.void(first)
    story.draw(of, "B0", these)
    story.draw(of, "B1", these)
    story.draw(of, "B3", these)
    story.draw(of, "B4", these)
    # histories by draw-v1 §5: B1 [], B2 [B1], B0 [B2], B1 again [B2, B0], B3 [B2, B0, B1]; a task without a group has none
    assert [len(one.value["history"]) for one in story.ledger.events if one.line.type == "seal"] == [0, 1, 1, 2, 3, 0]
    assert bundle_of(story.ledger, ("P1", "B2")).batches == ("B2", "B1", "B0")
    assert bundle_of(story.ledger, ("P1", "B3")).batches == ("B3", "B1", "B2", "B0")
    assert bundle_of(story.ledger, ("P1", "B4")).batches == ("B4",)


def test_a_history_that_names_what_is_not_there_adds_nothing() -> None:
    story = Story()
    story.seal(plan(task_of(coordination_group="g")), "B1", pools(), digests=["0" * 64])
    assert bundle_of(story.ledger, ("P1", "B1")).batches == ("B1",)


def test_a_batch_of_the_same_id_in_another_plan_belongs_to_it_since_verifiers_go_by_the_id(office: Desk, tmp_path: Path) -> None:
    office.write_plan([task("1", "B1", ratio="20%")], name="other.yaml", id="P2")
    assert office.type("draw", "other.yaml", "--batch", "B1").status == 0
    ended = office.type(*PACK, "--batch", "B1")
    assert (ended.status, ended.stdout) == (2, "")
    assert "CLI-010" in ended.stderr
    folder = unpacked(office, tmp_path / "there", "--batch", "B1", "--plan-id", "P2")
    assert folder.name == "bundle+P2+B1"
    assert snapshots_of(office.ledger, 1, 7) <= set(tree(folder))
    assert [verify(folder, "--batch", "B1") for verify in (by_verifier, by_engine)] == [0, 0]


@pytest.mark.parametrize("everywhere", [False, True], ids=["in the visits", "in the sample too"])
def test_a_forged_record_is_handed_out_as_it_lies_there_for_the_verifier_to_judge(everywhere: bool, tmp_path: Path) -> None:
    """Evidence of a forgery is evidence. Nothing of it gets into a line that the auditor would run."""
    story = Story()
    story.draw(plan(), "B1", pools(4, 4))
    forgery = Forgery.of(story)
    record = forgery.events[1].value
    record["visits"][0]["entity"] = "'; echo 甲 #"
    if everywhere:
        record["tasks"][0]["sample"][0]["entity"] = "'; echo 甲 #"
    ledger = forgery.build()
    found = Desk(tmp_path / "office")
    for name, data in {"ledger.jsonl": ledger.lines or b"", **ledger.files}.items():
        (found.ledger / name).parent.mkdir(parents=True, exist_ok=True)
        (found.ledger / name).write_bytes(data)
    folder = unpacked(found, tmp_path / "there", "--batch", "B1")
    assert [verify(folder, "--batch", "B1") for verify in (by_verifier, by_engine)] == [10, 10]
    assert "echo" not in "".join(one for one in page_lines(folder) if one.startswith(("printf", "-join")))
    assert "举不出签号的例子" in "\n".join(page_lines(folder))


# -------------------------------------------------------------------------------------------------- the same ledger, the same zip


def test_the_same_ledger_gives_the_same_zip_wherever_it_lies(office: Desk, tmp_path: Path) -> None:
    shutil.copytree(office.ledger, tmp_path / "elsewhere" / "台账")
    assert office.type(*PACK, "--batch", "B2").status == 0
    first = (office.folder / "b.zip").read_bytes()
    assert office.type(*PACK, "--batch", "B2", "--json").status == 0
    there = Desk(tmp_path / "elsewhere")
    elsewhere = {"TZ": "XYZ-5:43:21", "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    ended = there.run(*PACK, "--batch", "B2", "--ledger", "台账", "-q", env=elsewhere, umask=0o077)
    assert (ended.status, ended.stdout, ended.stderr) == (0, "", "")
    assert (office.folder / "b.zip").read_bytes() == first == (there.folder / "b.zip").read_bytes()


def test_a_zip_says_nothing_of_when_and_by_whom_it_was_made(office: Desk) -> None:
    assert office.type(*PACK, "--batch", "B2").status == 0
    with zipfile.ZipFile(office.folder / "b.zip") as archive:
        entries = archive.infolist()
    names = [entry.filename for entry in entries]
    assert names == sorted(names)
    assert names[0] == "bundle+P1+B2/"
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {oct(entry.external_attr >> 16) for entry in entries} == {"0o40755", "0o100644"}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert {(entry.create_system, entry.extra, entry.comment) for entry in entries} == {(3, b"", b"")}


# ------------------------------------------------------------------------------------------------------------- the papers with it


def page_lines(folder: Path) -> list[str]:
    return (folder / "说明.txt").read_bytes().decode("utf-8-sig").split("\r\n")


def test_the_page_opens_in_notepad_and_holds_no_character_outside_gbk(office: Desk, tmp_path: Path) -> None:
    data = (unpacked(office, tmp_path / "there", "--batch", "B2") / "说明.txt").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n") > 40
    data.decode("utf-8-sig").encode("gbk")


def test_the_commands_of_the_page_verify_every_batch_as_they_stand_there(office: Desk, tmp_path: Path) -> None:
    folder = unpacked(office, tmp_path / "there", "--batch", "B2")
    typed = [line for line in page_lines(folder) if line.startswith("python -I -S")]
    assert [line.rpartition("=")[2] for line in typed] == ["B2", "B1"]
    for line in typed:
        command = [sys.executable, *shlex.split(line)[1:]]
        assert subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False).returncode == 0


def screen_of(folder: Path, *arguments: str) -> list[str]:
    """What the independent verifier of the bundle prints, line by line, without blanks at the end."""
    command = [sys.executable, "-I", "-S", "verify_record.py", "records", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    return [line.rstrip() for line in done.stdout.decode().splitlines()]


CHECK = re.compile(r"(passed|failed|impossible) +([a-z]+)(?: +([0-9]+)  (\S+) (\S+))?")
"""A line of the verifier as page and manual describe it: the verdict, the check, the number in the ledger, plan and batch."""


def test_every_english_word_that_the_page_explains_is_one_of_the_verifier(office: Desk, tmp_path: Path) -> None:
    """Of three runs: all is well; batches are not there; an event is changed and a file not named. And nothing else is said."""
    folder = unpacked(office, tmp_path / "there", "--batch", "B2")
    page = "\n".join(page_lines(folder))
    explained = re.findall("[A-Za-z][a-z, ]*[a-z]", page[page.index("屏幕是英文") : page.index("每次运行之后")])
    assert explained == ["passed", "failed", "impossible", "expected", "actual", "no fault, but no line names it", "events"]
    runs = [screen_of(folder, "--batch=B2"), screen_of(folder)]
    (folder / "records" / "snapshots" / "extra.csv").write_bytes(b"")
    edit(folder / "records" / "events" / "000002-draw.json", lambda data: data + b" ")
    runs.append(screen_of(folder))
    assert [run[-3].partition(":")[0] for run in runs] == ["passed", "impossible", "failed"]
    said = "\n".join(line for run in runs for line in run)
    for word in explained:
        assert re.search(rf"(?m)(^|[ 0-9]) *{word}\b", said), word
    for run in runs:
        for line in run[:-3]:
            words = CHECK.fullmatch(line) or re.fullmatch(
                "    (expected  |actual    ).*|(no fault, but no line names it): .*", line
            )
            assert words, line
            assert ("lines" in line) == (words[0].split()[1:] == ["lines"])
        assert re.fullmatch("(passed|failed|impossible): 6 events[.] .*", run[-3])
        assert [CHECK.fullmatch(line) for line in run[-2:]] == [None, None]
        for number, line in enumerate(run[:-3]):  # the two lines stand below those two verdicts and nowhere else
            below = [one.split()[:1] for one in run[number + 1 : number + 3]]
            if CHECK.fullmatch(line):
                assert (below == [["expected"], ["actual"]]) == (not line.startswith("passed")), line


def test_the_manual_shows_the_screen_of_the_verifier_as_it_is(office: Desk, tmp_path: Path) -> None:
    """The block after `verifier -o`, with other numbers, plans and batches, is what the two commands print, in that order."""
    manual = (Path(__file__).parent.parent / "docs" / "使用手册.md").read_text(encoding="utf-8")
    typed, shown, told = re.findall(
        r"```sh\n(shuangsuiji verifier .*?)```\n```text\n(.*?)```\n(.*?\n.*?\n)", manual, flags=re.DOTALL
    )[0]
    handed_out = office.type(*shlex.split(typed.splitlines()[0])[1:])
    python, *verify = shlex.split(typed.splitlines()[1])
    assert (handed_out.status, python) == (0, "python3")
    done = subprocess.run([sys.executable, *verify], cwd=office.folder, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0
    real = [line.rstrip() for line in (handed_out.stdout + done.stdout.decode()).splitlines()]
    here = -1
    for line in (one for one in shown.splitlines() if one != "……"):
        shape = re.escape(line).replace("……", ".+")
        shape = re.sub(r"[0-9]+(\\ \\ )[^ ]+(\\ )[^ ]+$", r"[0-9]+\1[^ ]+\2[^ ]+", shape)
        shape = re.sub(r"^(passed:\\ )[0-9]+", r"\1[0-9]+", shape)
        found = [n for n, one in enumerate(real) if n > here and re.fullmatch(shape, one)]
        assert found, f"no line like {line!r} is printed"
        here = found[0]
    assert len(real) - here == 3, "three lines say what no verifier can know"
    words = [one for one in re.findall("`([a-z]+)`", told) if one not in ("python", "py", "verify")]
    assert words == ["passed", "failed", "impossible", "expected", "actual"], "the test above finds them in what is printed"


def test_both_verifiers_make_the_same_checks_with_the_same_verdicts(office: Desk, tmp_path: Path) -> None:
    """As the manual says; of a ledger of which one batch passes, one is changed, and one lacks its pools."""
    folder = unpacked(office, tmp_path / "there", "--batch", "B2")
    edit(folder / "records" / "events" / "000002-draw.json", lambda data: data + b" ")
    ours = Desk(folder).type("verify", "records", "--json").document["checks"]
    theirs = [CHECK.fullmatch(line) for line in screen_of(folder)]
    printed = [(one[2], int(one[3] or 0), one[1]) for one in theirs if one]
    assert sorted(printed) == sorted((one["check"], one["seq"] or 0, one["status"]) for one in ours)
    assert {status for _, _, status in printed} == {"passed", "failed", "impossible"}


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_the_lines_of_shell_on_the_page_give_seed_key_and_ticket(office: Desk, tmp_path: Path) -> None:
    """The seed of this ledger holds quotes and spaces, which a shell must not see."""
    folder = unpacked(office, tmp_path / "there", "--batch", "B2")
    page, record = page_lines(folder), event(office.ledger, 4)
    ticket = next(one["ticket"] for one in record["tasks"][0]["sample"] if one["entity"] == record["visits"][0]["entity"])
    said = []
    for number, line in enumerate(page):
        if line.startswith("printf"):
            done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True, env=environment())
            said.append(done.stdout.split()[0])
            assert said[-1] in page[number + 1 : number + 3]
    assert said == [record["seed"]["sha256"], record["entity_key"], ticket]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_sha256sum_accepts_every_file_of_the_bundle_and_finds_a_changed_one(office: Desk, tmp_path: Path) -> None:
    folder = unpacked(office, tmp_path / "there", "--batch", "B2")

    def check() -> subprocess.CompletedProcess[str]:
        command = ["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    assert (check().returncode, check().stdout) == (0, "")
    listed = re.findall("^[0-9a-f]{64}  (.+)$", (folder / "SHA256SUMS").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert listed == sorted(set(tree(folder)) - {"SHA256SUMS"})
    edit(folder / "records" / "events" / "000002-draw.json", lambda data: data + b" ")
    assert check().returncode == 1


def test_the_checkpoint_is_the_head_of_the_ledger_and_finds_a_cut(office: Desk, tmp_path: Path) -> None:
    folder = unpacked(office, tmp_path / "there", "--batch", "B2")
    # ledger-v1, Checkpoint: the schema with an origin, the number of events, the hash of the last line
    text = f"shuangsuiji/ledger/1 P1\n6\n{lines(office.ledger)[-1]['hash']}\n"
    assert (folder / "checkpoint.txt").read_text(encoding="utf-8") == text
    for verify in (by_verifier, by_engine):
        assert verify(folder, "--batch", "B2", "--checkpoint", str(folder / "checkpoint.txt")) == 0
    edit(folder / "records" / "ledger.jsonl", lambda data: b"".join(data.splitlines(keepends=True)[:4]))
    for verify in (by_verifier, by_engine):
        assert verify(folder, "--batch", "B2") == 0
        assert verify(folder, "--batch", "B2", "--checkpoint", str(folder / "checkpoint.txt")) == 10


def test_json_names_every_file_with_its_digest(office: Desk, tmp_path: Path) -> None:
    document = office.type(*PACK, "--batch", "B2", "--json").document
    data = (office.folder / "b.zip").read_bytes()
    assert (document["status"], document["problems"], document["file"]) == (0, [], "b.zip")
    assert (document["plan"], document["batch"], document["batches"]) == ("P1", "B2", ["B2", "B1"])
    assert (document["events"], document["hash"]) == (6, lines(office.ledger)[-1]["hash"])
    assert document["sha256"] == hashlib.sha256(data).hexdigest()
    with zipfile.ZipFile(office.folder / "b.zip") as archive:
        archive.extractall(tmp_path / "there")
    inside = tree(tmp_path / "there" / document["folder"])
    assert {one["name"]: one["sha256"] for one in document["files"]} == {
        name: hashlib.sha256(data).hexdigest() for name, data in inside.items()
    }


# ------------------------------------------------------------------------------------------------------------------ refusals


def refused(found: Desk, *arguments: str) -> tuple[int, list[tuple[str, str]]]:
    """The status, and (code, file) of every problem; nothing may have been written, not even half of it."""
    before = tree(found.folder, leave_out=())
    ended = found.type(*PACK, *arguments, "--json")
    assert tree(found.folder, leave_out=()) == before
    return ended.status, [(problem["code"], problem["file"]) for problem in ended.document["problems"]]


def test_a_batch_that_the_ledger_does_not_have_is_usage(office: Desk) -> None:
    assert refused(office, "--batch", "B9") == (2, [("CLI-002", None)])
    assert refused(office, "--batch", "B1", "--plan-id", "P9") == (2, [("CLI-002", None)])
    assert office.type("ledger", "bundle", "--batch", "B1").status == 2, "nowhere to write it"


def test_a_ledger_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    status, problems = refused(Desk(tmp_path), "--batch", "B1")
    assert (status, [code for code, _ in problems]) == (3, ["LEDGER-004"])


def test_all_missing_snapshots_are_named_and_those_of_other_batches_are_not_missed(office: Desk) -> None:
    needed = {name.removeprefix("records/") for name in snapshots_of(office.ledger, 1, 3)}
    for name in {name.removeprefix("records/") for name in snapshots_of(office.ledger, 5)} - needed:
        (office.ledger / name).unlink()
    assert office.type(*PACK, "--batch", "B2").status == 0
    (office.folder / "b.zip").unlink()
    for name in needed:
        (office.ledger / name).unlink()
    assert refused(office, "--batch", "B2") == (11, [("FILE-002", name) for name in sorted(needed)])


def test_a_changed_snapshot_is_graver_than_a_missing_one_and_both_are_named(office: Desk) -> None:
    first, *_, last = sorted(name.removeprefix("records/") for name in snapshots_of(office.ledger, 1, 3))
    (office.ledger / first).unlink()
    edit(office.ledger / last, lambda data: data + b" ")
    assert refused(office, "--batch", "B2") == (10, [("LEDGER-002", last), ("FILE-002", first)])
    edit(office.ledger / last, lambda data: data[:-1])
    assert refused(office, "--batch", "B2") == (11, [("FILE-002", first)])


def test_a_changed_snapshot_alone_is_a_failure(office: Desk) -> None:
    name = f"snapshots/{event(office.ledger, 3)['plan']['snapshot']}.json"
    edit(office.ledger / name, lambda data: data + b" ")
    assert refused(office, "--batch", "B2") == (10, [("LEDGER-002", name)])
    assert office.type(*PACK, "--batch", "B1").status == 0, "B1 does not rest on it"


def test_all_missing_events_are_named(office: Desk) -> None:
    for name in ("000002-draw", "000005-seal"):
        (office.ledger / "events" / f"{name}.json").unlink()
    assert refused(office, "--batch", "B2") == (
        11,
        [("FILE-002", "events/000002-draw.json"), ("FILE-002", "events/000005-seal.json")],
    )


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("ledger.jsonl", lambda data: data[:-9]),
        ("ledger.jsonl", lambda data: data.replace("经办".encode(), "别人".encode(), 1)),
        ("events/000005-seal.json", lambda data: data + b" "),
    ],
    ids=["torn line", "changed line", "changed event of another batch"],
)
def test_a_ledger_that_is_not_whole_is_refused(office: Desk, name: str, change: Callable[[bytes], bytes]) -> None:
    edit(office.ledger / name, change)
    status, problems = refused(office, "--batch", "B2")
    assert (status, [file for _, file in problems]) == (10, [name])


def test_an_earlier_bundle_of_the_batch_is_replaced_and_nothing_else(office: Desk) -> None:
    assert office.type(*PACK, "--batch", "别的").status == 0
    assert office.type("void", "--batch", "别的", "--reason", "错", "--approved-by", "某").status == 0
    assert office.type(*PACK, "--batch", "别的").status == 0, "the ledger has grown, and it is the same batch"
    for other in ("B1", "B2"):
        assert refused(office, "--batch", other) == (3, [("FILE-005", "b.zip")])
    for data in (b"", b"PK\x03\x04", b"mine\n"):
        (office.folder / "b.zip").write_bytes(data)
        assert refused(office, "--batch", "B2") == (3, [("FILE-005", "b.zip")])


def test_a_place_where_nothing_can_be_written_is_the_environments_fault(office: Desk) -> None:
    ended = office.type("ledger", "bundle", "--batch", "B2", "-o", "no/b.zip")
    assert (ended.status, ended.stdout) == (6, "")
    assert "FILE-004" in ended.stderr
    assert office.type("ledger", "bundle", "--batch", "B2", "-o", "").status == 2


# -------------------------------------------------------------------------------------------------------------- names of folders


def named(plan_id: str, *batches: str) -> str:
    return folder_name(Bundle((plan_id, batches[0]), batches, (), ()))


def test_a_folder_is_named_for_plan_and_batch_so_that_no_two_are_the_same() -> None:
    assert named("jzsfq-2023", "2023-09") == "bundle+jzsfq-2023+2023-09"
    assert named("甲", "春") == "bundle+甲+春"
    assert named("a-b", "c") != named("a", "b-c")


@pytest.mark.parametrize(("plan_id", "batch"), [("甲" * 64, "乙" * 64), ("P", "B."), ("P" * 64, "B" * 64)])
def test_a_name_that_a_file_system_might_not_take_is_replaced_by_a_digest(plan_id: str, batch: str) -> None:
    digest = hashlib.sha256(f"bundle+{plan_id}+{batch}".encode()).hexdigest()
    assert named(plan_id, batch) == f"bundle+{digest[:32]}"


@pytest.mark.parametrize(
    ("plan_id", "batches"), [("../P", ("B1",)), ("P1", ("../../B1",)), ("P1", ("B1", "$(id)")), ("P1", ("a b",)), ("", ("B1",))]
)
def test_what_is_no_id_gets_into_no_path_and_no_command(plan_id: str, batches: tuple[str, ...]) -> None:
    with pytest.raises(Refusal) as caught:
        named(plan_id, *batches)
    assert caught.value.status == Status.USAGE


def test_a_batch_that_looks_like_an_option_can_be_verified_by_the_page(tmp_path: Path) -> None:
    found = desk(tmp_path / "office", [task("1", "-x.")])
    assert found.type("draw", "plan.yaml", "--batch=-x.").status == 0
    folder = unpacked(found, tmp_path / "there", "--batch=-x.")
    (typed,) = [line for line in page_lines(folder) if line.startswith("python -I -S")]
    command = [sys.executable, *shlex.split(typed)[1:]]
    assert subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False).returncode == 0
