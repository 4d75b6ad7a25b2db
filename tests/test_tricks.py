"""Ways to draw until one likes it, each played through the command line, and what comes of it: docs/重抽把戏.md says the same.

An office (tests/cli.py) has drawn batch B1 with a seed of the system, and somebody outside keeps a checkpoint of that moment;
tricks that begin earlier say so by the scene that they are played on. The trick is played with the program's own commands and an
editor. What must come of it is written by hand from ledger-v1 (the paragraph is named where it is not plain): refused with a
status and nothing written, or what somebody sees who gets the ledger and runs `verify`, without and with the checkpoint. The
independent verifier must find exactly what `verify` finds.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from agreement import verifier
from builders import sha
from cli import ENTITIES, INSPECTORS, TASKS, Desk, Ended, desk, edit, enterprise, inspector, lines, task, tree
from test_conduct import Death, Tape, without_last_line

from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.lines import Circumstances
from shuangsuiji.files.durable import storage_system
from shuangsuiji.model.seed import os_seed

PAGE = Path(__file__).parent.parent / "docs" / "重抽把戏.md"
# the table of ledger-v1, Verification, in its order
CHECKS = ("lines", "events", "states", "checkpoint", "inputs", "history", "seal", "seed", "keys", "frames", "sizes", "samples")
CHECKS += ("visits", "teams", "loads", "record", "failure")
ABSENT = [*(inspector(number) for number in range(1, 5)), inspector(5, "乙局", 在岗状态="离岗")]
VOID = ("void", "--batch", "B1", "--reason", "名录有误", "--approved-by", "李四")


NOTHING_TYPED = Ended(0, "", "")  # the trick is the editor's alone


class Kill(Tape):
    """The process is killed before it does this for the n-th time."""

    def __init__(self, ledger: Path, verb: str, name: str, times: int = 1) -> None:
        super().__init__(ledger)
        self.fatal, self.times = (verb, name), times

    def step(self, verb: str, path: Path, before_death: Callable[[], object] = lambda: None) -> None:
        if path.name != "ledger.lock" and (verb, self.relative(path)) == self.fatal:
            self.times -= 1
            self.dead = self.dead or self.times == 0
        super().step(verb, path, before_death)


class Clock:
    """The machine's clock, which stands still and can be set; every run takes its time from it."""

    def __init__(self) -> None:
        self.time = "2023-04-03T09:00:00+08:00"

    def now(self, operator: str) -> Circumstances:
        return Circumstances(self.time, operator, "shuangsuiji")


@dataclass
class Game:
    """The office at which the trick is played: `shown` is the ledger that is handed to whoever asks in the end."""

    office: Desk
    checkpoint: Path
    clock: Clock
    monkeypatch: pytest.MonkeyPatch
    record: bytes = b""  # the honest draw, whose result the cheat does not like
    seed: str = ""  # the document that it was drawn with, or is bound to
    futile: bool = False  # what he has seen tells nothing of what is drawn
    shown: Path = field(init=False)

    def __post_init__(self) -> None:
        self.shown = self.office.ledger

    @property
    def ledger(self) -> Path:
        return self.office.ledger

    def draw(self, *more: str, batch: str = "B1") -> Ended:
        """The cheat's attempt. One that is refused writes nothing (the lock file is no evidence)."""
        before = tree(self.ledger) if self.ledger.exists() else {}
        ended = self.office.type("draw", "plan.yaml", "--batch", batch, *more)
        if ended.status not in (0, 4):
            assert (tree(self.ledger) if self.ledger.exists() else {}) == before
        return ended

    def killed(self, verb: str, name: str, times: int = 1) -> None:
        """The draw of B1 is killed before it does this."""
        with self.monkeypatch.context() as patch:
            patch.setattr(storage_system, "SYSTEM", Kill(self.ledger, verb, name, times))
            with pytest.raises(Death):
                self.office.type("draw", "plan.yaml", "--batch", "B1")

    def must(self, *arguments: str) -> Ended:
        ended = self.office.type(*arguments)
        assert ended.status == 0, ended.stderr
        return ended

    def copy(self, name: str) -> Desk:
        shutil.copytree(self.office.folder, self.office.folder.parent / name)
        return Desk(self.office.folder.parent / name)

    def forget(self, draws: int = 1) -> None:
        """The last draws are taken away with seal, lines and files, as if they had never been."""
        kept = lines(self.ledger)[: -2 * draws]
        for line in lines(self.ledger)[len(kept) :]:
            (self.ledger / line["file"]).unlink()
        edit(self.ledger / "ledger.jsonl", lambda data: b"".join(data.splitlines(keepends=True)[: len(kept)]))

    def rewrite(self, change: Callable[[list[dict[str, Any]], list[Any]], object]) -> None:
        """Lines and events changed, then digests, references, numbers and hashes all made anew."""
        old = lines(self.ledger)
        values = [json.loads((self.ledger / line["file"]).read_bytes()) for line in old]
        new = [dict(line) for line in old]
        change(new, values)
        shutil.rmtree(self.ledger / "events")
        (self.ledger / "events").mkdir()
        names: dict[str, str] = {}
        written, previous = b"", "0" * 64
        for seq, (line, value) in enumerate(zip(new, values, strict=True), start=1):
            was = (line["sha256"], line["hash"])
            data = canonical.encode(value)
            for one, other in names.items():
                data = data.replace(one.encode(), other.encode())
            line |= {"seq": seq, "file": f"events/{seq:06d}-{line['type']}.json", "sha256": sha(data), "prev": previous}
            line.pop("hash")
            previous = line["hash"] = sha(canonical.encode(line))
            names |= {was[0]: line["sha256"], was[1]: previous}
            (self.ledger / line["file"]).write_bytes(data)
            written += canonical.encode(line)
        (self.ledger / "ledger.jsonl").write_bytes(written)


# ------------------------------------------------------------------------------------------------------------ the scenes


def before(game: Game) -> None:
    """Batch B2 is drawn, B1 not yet."""
    game.must("draw", "plan.yaml", "--batch", "B2")


def drawn(game: Game) -> None:
    """B1 is drawn after B2: events 3 and 4."""
    before(game)
    game.must("draw", "plan.yaml", "--batch", "B1")


def failed(game: Game) -> None:
    """No team could be made for B1: seal and failure."""
    game.office.write_table("inspectors.csv", ABSENT)
    assert game.draw().status == 4


def voided(game: Game) -> None:
    """B1 is drawn and taken back in writing; its seed is kept."""
    drawn(game)
    game.must(*VOID)


# ------------------------------------------------------------------------------------------------------------ the tricks


def first_task(**values: Any) -> list[dict[str, Any]]:
    return [{**TASKS[0], **values}, *TASKS[1:]]


def new_batch(game: Game) -> Ended:
    game.office.write_plan([task("1", "X1"), task("2", "X1", ratio="5%")])
    return game.draw(batch="X1")


def new_batch_and_tasks(game: Game) -> Ended:
    game.office.write_plan([task("1a", "X1"), task("2a", "X1", ratio="5%")])
    return game.draw(batch="X1")


def new_batch_and_cycle(game: Game) -> Ended:
    game.office.write_plan([task("1", "X1"), task("2", "X1", ratio="5%")], cycle="2023下")
    return game.draw(batch="X1")


def new_plan(game: Game) -> Ended:
    game.office.write_plan(id="P2")
    return game.draw()


def new_ratio(game: Game) -> Ended:
    game.office.write_plan(first_task(ratio="11%"))
    return game.draw()


def new_where(game: Game) -> Ended:
    game.office.write_plan(first_task(where={"credit_class": "A"}))
    return game.draw()


def new_title(game: Game) -> Ended:
    game.office.write_plan(title="2023年度抽查计划（修订）")
    return game.draw()


def new_pool(game: Game) -> Ended:
    game.office.write_table("entities.csv", [*ENTITIES, enterprise(41)])
    return game.draw()


def new_row_order(game: Game) -> Ended:
    """draw-v1 §1: rows are put in order, so their order in the file decides nothing."""
    game.office.write_table("entities.csv", ENTITIES[::-1])
    return game.draw()


def another_seed(game: Game) -> Ended:
    return game.draw("--seed", "better")


def seeded_rehearsal(game: Game) -> Ended:
    return game.draw("--rehearse", "--seed", "better")


def many_rehearsals(game: Game) -> Ended:
    """What they showed is not what is drawn: every rehearsal has a seed of its own, and the draw another."""
    seen = [game.must("draw", "plan.yaml", "--batch", "B1", "--rehearse", "--json").document["draws"] for _ in range(3)]
    ended = game.draw("--json")
    seeds = [re.findall(r"[0-9a-f]{64}", json.dumps(draws[0]["record"]["seed"])) for draws in (*seen, ended.document["draws"])]
    assert len({digest for found in seeds for digest in found}) >= 4
    game.futile = len({tuple(found) for found in seeds}) == 4
    return ended


def clock_moved(game: Game) -> Ended:
    game.clock.time = "2023-06-30T09:00:00+08:00"
    return game.draw()


def seal_line_deleted(game: Game) -> Ended:
    def change(data: bytes) -> bytes:
        rows = data.splitlines(keepends=True)
        return b"".join([*rows[:2], *rows[3:]])

    edit(game.ledger / "ledger.jsonl", change)
    return another_seed(game)


def seal_file_deleted(game: Game) -> Ended:
    (game.ledger / "events/000003-seal.json").unlink()
    return another_seed(game)


def last_line_cut(game: Game) -> Ended:
    """Order of writes: the seal stands, its seed is known; the draw is finished with it."""
    game.clock.time = "2023-04-03T09:05:00+08:00"
    edit(game.ledger / "ledger.jsonl", without_last_line)
    return game.draw()


def last_line_cut_another_seed(game: Game) -> Ended:
    edit(game.ledger / "ledger.jsonl", without_last_line)
    return another_seed(game)


def last_line_and_file_cut(game: Game) -> Ended:
    (game.ledger / "events/000004-draw.json").unlink()
    return last_line_cut(game)


def two_lines_cut(game: Game) -> Ended:
    edit(game.ledger / "ledger.jsonl", lambda data: without_last_line(without_last_line(data)))
    return game.draw()


def two_lines_and_files_cut(game: Game) -> Ended:
    game.forget()
    return game.draw()


def last_line_torn_and_repaired(game: Game) -> Ended:
    edit(game.ledger / "ledger.jsonl", lambda data: data[:-100])
    game.must("ledger", "repair", "--ledger", "records")
    return game.draw()


def backup_restored(game: Game) -> Ended:
    """The backup is the ledger of the evening before, with B2 alone; it is made here by taking B1 away, snapshots and all."""
    kept = {name for line in lines(game.ledger)[:2] for name in [line["file"]]}
    seal = json.loads((game.ledger / "events/000001-seal.json").read_bytes())
    inputs = [seal["plan"], *(one for one in seal["inputs"].values() if one is not None)]
    kept |= {path.name for one in inputs for path in (game.ledger / "snapshots").glob(f"{one['snapshot']}.*")}
    game.forget()
    for path in (game.ledger / "snapshots").iterdir():
        if path.name not in kept:
            path.unlink()
    return game.draw()


def ledger_deleted(game: Game) -> Ended:
    shutil.rmtree(game.ledger)
    return game.draw()


def rewritten_with_another_seed(game: Game) -> Ended:
    """Both batches drawn anew at the same times in a new ledger that is then put in the place of the old one."""
    shutil.rmtree(game.ledger)
    game.must("draw", "plan.yaml", "--batch", "B2", "--seed", "nicer")
    return another_seed(game)


def other_ledger_in_the_plan(game: Game) -> Ended:
    game.office.write_plan(ledger="records2")
    game.shown = game.office.folder / "records2"
    return game.draw()


def other_ledger_on_the_line(game: Game) -> Ended:
    game.shown = game.office.folder / "records2"
    return game.draw("--ledger", "records2")


def tried_on_a_copy_with_seeds(game: Game) -> Ended:
    for number in range(3):
        trial = game.copy(f"trial{number}")
        assert trial.type("draw", "plan.yaml", "--batch", "B1", "--seed", f"try{number}").status == 0
    return game.draw("--seed", "try1")


def drawn_on_a_copy_and_the_best_kept(game: Game) -> Ended:
    for number in range(3):
        trial = game.copy(f"trial{number}")
        ended = trial.type("draw", "plan.yaml", "--batch", "B1")
        game.shown = trial.ledger
    return ended


def copy_drawn_after_the_draw(game: Game) -> Ended:
    """The copy of the evening before is drawn on, and shown in place of the real one."""
    trial = game.copy("trial")
    other = Game(trial, game.checkpoint, game.clock, game.monkeypatch)
    other.forget()
    game.shown = trial.ledger
    return other.draw()


def killed_before_the_line(game: Game) -> Ended:
    """The record is written, and read by whoever killed the run; its line is not."""
    game.killed("write", "ledger.jsonl", 2)
    game.record = (game.ledger / "events/000004-draw.json").read_bytes()
    return game.draw()


def sealed_only(game: Game) -> None:
    game.killed("write", "ledger.jsonl", 2)
    (game.ledger / "events/000004-draw.json").unlink()
    game.seed = json.loads((game.ledger / "events/000003-seal.json").read_bytes())["seed_document"]


def killed_after_the_seal_again(game: Game) -> Ended:
    sealed_only(game)
    return game.draw()


def killed_after_the_seal_another_seed(game: Game) -> Ended:
    sealed_only(game)
    return another_seed(game)


def killed_before_the_line_of_the_seal(game: Game) -> Ended:
    """An orphan seal is adopted (Order of writes)."""
    game.killed("write", "ledger.jsonl", 1)
    game.seed = json.loads((game.ledger / "events/000003-seal.json").read_bytes())["seed_document"]
    return game.draw()


def killed_before_the_line_of_the_seal_and_the_file_deleted(game: Game) -> Ended:
    """With the seed from that file he can compute at home what it would have drawn."""
    game.killed("write", "ledger.jsonl", 1)
    (game.ledger / "events/000003-seal.json").unlink()
    return game.draw()


def killed_before_the_seal(game: Game) -> Ended:
    """The seed stands in the temporary file already: the same as the trick before, with a quicker hand."""
    game.killed("link", "events/000003-seal.json")
    return game.draw()


def sealed_under_another_name(game: Game) -> Ended:
    sealed_only(game)
    return new_batch(game)


def pool_mended_and_another_name(game: Game) -> Ended:
    game.office.write_table("inspectors.csv", INSPECTORS)
    return new_batch(game)


def another_name_after_a_void(game: Game) -> Ended:
    return new_batch(game)


def left_out_of_the_batch_after_a_void(game: Game) -> Ended:
    """ledger-v1, Events: what a batch holds that is drawn anew are the tasks of its draw. Task 1 is then nobody's."""
    game.office.write_plan([task("2", "B1", ratio="5%"), task("1", "X1")])
    assert game.draw().status == 0
    return game.draw(batch="X1")


def told_of_adoption(game: Game, ended: Ended, kind: str) -> Ended:
    """What somebody put there is told when it is adopted, and its line is of the adopting run: its operator, no sources."""
    seq = next(line["seq"] for line in lines(game.ledger) if line["type"] == kind and line["seq"] > 2 and not line["sources"])
    word = {"seal": "封存", "void": "作废"}[kind]
    assert f"先前中断的运行留下的“{word}”（批次 B1），由这次运行补记为台账第 {seq} 条。" in ended.stderr
    assert next(one for one in lines(game.ledger) if one["seq"] == seq)["operator"] == "zhangsan"
    return ended


def seal_planted(game: Game) -> Ended:
    """Copies are drawn on until a seed of the system is liked; its seal is then laid where a run that died would leave it."""
    for number in range(3):
        trial = game.copy(f"trial{number}")
        assert trial.type("draw", "plan.yaml", "--batch", "B1").status == 0
    shutil.copytree(trial.ledger / "snapshots", game.ledger / "snapshots", dirs_exist_ok=True)
    shutil.copy(trial.ledger / "events/000003-seal.json", game.ledger / "events")
    ended = told_of_adoption(game, game.draw(), "seal")
    liked = trial.ledger / "events/000004-draw.json"
    assert (game.ledger / "events/000004-draw.json").read_bytes() == liked.read_bytes()
    return ended


def void_planted(game: Game) -> Ended:
    """A void that gives up the seed, without the command that would ask for a reason and an approval."""
    target = lines(game.ledger)[-1]["hash"]
    void = {"schema": "shuangsuiji/void/1", "target": target, "reason": "有误", "approved_by": "李四", "keep_seed": False}
    (game.ledger / "events/000005-void.json").write_bytes(canonical.encode(void))
    return told_of_adoption(game, game.draw(), "void")


def lock_of_a_stopped_run_deleted(game: Game) -> Ended:
    """A run is stopped (kill -STOP) when it has its seed and nothing is written; the lock is deleted, another one draws, and the
    first goes on. ledger-v1, Order of writes: whoever finds that the lock is not his own any more, stops."""
    others: list[Ended] = []

    def stopped() -> Any:
        if not others:
            others.append(NOTHING_TYPED)
            (game.ledger / "ledger.lock").unlink()
            others[0] = game.must("draw", "plan.yaml", "--batch", "B1")
        return os_seed(b"\xdd" * 32)

    game.monkeypatch.setattr("shuangsuiji.cli.steps.fresh_seed", stopped)
    ended = game.office.type("draw", "plan.yaml", "--batch", "B1")
    assert [line["batch"] for line in lines(game.ledger)] == ["B2", "B2", "B1", "B1"]
    assert "已记入台账第 4 条" in others[0].stdout
    return ended


def seal_torn_and_its_file_deleted(game: Game) -> Ended:
    """ledger-v1, Order of writes: an event is durable before its line is begun. Where it is not there, it was taken away."""
    game.killed("write", "ledger.jsonl", 2)
    for name in ("000003-seal", "000004-draw"):
        (game.ledger / f"events/{name}.json").unlink()
    edit(game.ledger / "ledger.jsonl", lambda data: data[:-100])
    before = tree(game.ledger)
    ended = game.office.type("ledger", "repair", "--ledger", "records")
    assert tree(game.ledger) == before
    return ended


LIMITED = [{**one, "max_visits_per_cycle": "1"} for one in TASKS]


def friend_used_up_in_another_plan(game: Game) -> Ended:
    """draw-v1 §5: the history of a seal is every live record of the cycle in the ledger, of whatever plan. A friend is drawn in a
    plan of his own, so that he has been visited often enough; the honest draw passes him over; then the other draw is voided."""
    office = game.office
    visited = {visit["entity"] for visit in json.loads((game.ledger / "events/000002-draw.json").read_bytes())["visits"]}
    friend = next(row for row in ENTITIES if row["统一社会信用代码/编号"] not in visited)
    office.write_table("friend.csv", [friend])
    pools = {"entities": ["friend.csv"], "inspectors": ["inspectors.csv"]}
    office.write_plan([task("1", "F", ratio="100%")], "other.yaml", id="P2", pools=pools)
    game.must("draw", "other.yaml", "--batch", "F")
    game.record = (game.ledger / "events/000004-draw.json").read_bytes()
    thrown_away = lines(game.ledger)[3]["sha256"]
    office.write_plan(LIMITED)
    ended = game.draw()
    game.must("void", "--batch", "F", "--reason", "有误", "--approved-by", "李四")
    record = json.loads((game.ledger / "events/000006-draw.json").read_bytes())
    excluded = record["tasks"][0]["strata"][0]["excluded"]
    assert friend["统一社会信用代码/编号"] in {one["entity"] for one in excluded}
    assert thrown_away in record["history"]  # so that whoever reads the record sees what it was drawn after
    return ended


def pool_mended_after_a_failure(game: Game) -> Ended:
    game.office.write_table("inspectors.csv", INSPECTORS)
    return game.draw()


def pool_mended_and_another_seed(game: Game) -> Ended:
    game.office.write_table("inspectors.csv", INSPECTORS)
    return another_seed(game)


def failure_forgotten(game: Game) -> Ended:
    game.forget()
    return pool_mended_after_a_failure(game)


def drawn_again_after_a_void(game: Game) -> Ended:
    return game.draw()


def another_seed_after_a_void(game: Game) -> Ended:
    return another_seed(game)


def another_pool_after_a_void(game: Game) -> Ended:
    game.office.write_table("entities.csv", [*ENTITIES, enterprise(41), enterprise(42)])
    return game.draw()


def one_taken_from_the_pool_after_a_void(game: Game) -> Ended:
    """The seed is known by now, and with it whose turn it would be: the first one drawn is simply left out of the pool."""
    gone = json.loads(game.record)["visits"][0]["entity"]
    game.office.write_table("entities.csv", [row for row in ENTITIES if gone not in row.values()])
    return game.draw()


def first_drawn(game: Game) -> str:
    return str(json.loads(game.record)["visits"][0]["entity"])


def plans_of_the_seals(game: Game) -> list[str]:
    seals = [line for line in lines(game.ledger) if (line["batch"], line["type"]) == ("B1", "seal")]
    return [json.loads((game.ledger / line["file"]).read_bytes())["plan"]["snapshot"] for line in seals]


def one_filtered_out_by_the_plan_after_a_void(game: Game) -> Ended:
    """The pool is as it was; the conditions of the plan leave out the address of the first one drawn. Both plans are kept."""
    address = next(row["地址"] for row in ENTITIES if first_drawn(game) in row.values())
    where = {"categories": "企业", "地址": {"not_in": [address]}}
    game.office.write_plan([{**one, "where": where} if one["batch"] == "B1" else one for one in TASKS])
    ended = game.draw()
    digests = plans_of_the_seals(game)
    assert len(digests) == len(set(digests)) == 2
    assert all((game.ledger / f"snapshots/{digest}.json").exists() for digest in digests)
    return ended


def one_renumbered_after_a_void(game: Game) -> Ended:
    """draw-v1 §3: a ticket follows from the seed and the id. With another id the first one drawn has another ticket."""
    gone = first_drawn(game)
    pool = [{**row, "统一社会信用代码/编号": "91410800M99999999"} if gone in row.values() else row for row in ENTITIES]
    game.office.write_table("entities.csv", pool)
    ended = game.draw()
    said = game.must("pool", "diff", "entities.csv", "--ledger", "records", "--batch", "B1", "--json").stdout
    assert "91410800M99999999" not in json.dumps(json.loads(game.record), ensure_ascii=False)
    assert said
    return ended


def void_gives_up_the_seed(game: Game) -> Ended:
    game.must(*VOID, "--new-seed")
    return game.draw()


def keep_seed_edited(game: Game) -> Ended:
    edit(game.ledger / "events/000005-void.json", lambda data: data.replace(b'"keep_seed":true', b'"keep_seed":false'))
    return another_seed(game)


def keep_seed_edited_and_chained(game: Game) -> Ended:
    game.rewrite(lambda _, values: values[-1].update(keep_seed=False))
    return another_seed(game)


def second_draw_appended(game: Game) -> Ended:
    """Seal and draw of another ledger, chained on at the end, all digests in order."""
    other = game.copy("other")
    shutil.rmtree(other.ledger)
    for batch in ("B2", "B1"):
        assert other.type("draw", "plan.yaml", "--batch", batch, "--seed", "better").status == 0
    added = lines(other.ledger)[2:]
    for line in added:
        data = (other.ledger / line["file"]).read_bytes()
        line["file"] = f"more-{line['type']}"
        (game.ledger / line["file"]).write_bytes(data)
    extra = [json.loads((game.ledger / line["file"]).read_bytes()) for line in added]
    game.rewrite(lambda rows, values: (rows.extend(added), values.extend(extra)))
    for name in ("more-seal", "more-draw"):
        (game.ledger / name).unlink()
    return NOTHING_TYPED


def record_edited(game: Game) -> Ended:
    """A friend in the place of somebody who was drawn for the first visit; the file alone."""
    edit(game.ledger / "events/000004-draw.json", lambda data: data.replace("检查员".encode(), "检察员".encode(), 1))
    return game.draw()


def team_edited_and_chained(game: Game) -> Ended:
    """The first member of the first team gives way to a colleague of 甲局 who is not on it (the numbers of 甲局 are 1 to 4)."""

    def change(_: list[Any], values: list[Any]) -> None:
        team = values[-1]["visits"][0]["team"]
        member = next(one for one in team if int(one["inspector"]) <= 4)
        present = {one["inspector"] for one in team}
        friend = next(number for number in range(1, 5) if f"00{number:05d}" not in present)
        member |= {"inspector": f"00{friend:05d}", "name": f"检查员{friend}"}

    game.rewrite(change)
    return NOTHING_TYPED


def pool_snapshot_edited(game: Game) -> Ended:
    seal = json.loads((game.ledger / "events/000003-seal.json").read_bytes())
    edit(
        game.ledger / f"snapshots/{seal['inputs']['entities']['snapshot']}.csv",
        lambda data: b"".join(row for row in data.splitlines(keepends=True) if "示范企业7".encode() not in row),
    )
    return NOTHING_TYPED


def plan_snapshot_edited(game: Game) -> Ended:
    seal = json.loads((game.ledger / "events/000003-seal.json").read_bytes())
    edit(
        game.ledger / f"snapshots/{seal['plan']['snapshot']}.json", lambda data: data.replace("抽查".encode(), "检查".encode(), 1)
    )
    return NOTHING_TYPED


def seed_edited_and_chained(game: Game) -> Ended:
    """Another seed is written into seal and record, the names that were drawn are left."""

    def change(_: list[Any], values: list[Any]) -> None:
        document = os_seed(b"\xee" * 32)
        values[2]["seed_document"] = document.text
        values[3]["seed"] |= {"document": document.text, "sha256": document.sha256}

    game.rewrite(change)
    return NOTHING_TYPED


def event_file_renumbered(game: Game) -> Ended:
    (game.ledger / "events/000004-draw.json").rename(game.ledger / "events/000009-draw.json")
    return another_seed(game)


def operator_edited(game: Game) -> Ended:
    edit(game.ledger / "ledger.jsonl", lambda data: data.replace(b"zhangsan", b"lisi"))
    return game.draw()


def time_and_operator_edited_and_chained(game: Game) -> Ended:
    """No redraw, but what would hide one: the line says somebody else, at another time."""
    game.rewrite(lambda rows, _: rows[-1].update(operator="lisi", time="2023-04-01T09:00:00+08:00"))
    return game.draw()


REFUSED_5, REFUSED_10 = "拒绝（5）", "拒绝（10）"
CHECKPOINT = "看见（checkpoint）"
SAME, SAME_SEED, FUTILE, OPEN, UNSEEN = "结果不变", "种子不变", "白费", "留痕", "看不见"

# scene, trick, its name on the page, without a checkpoint, with one
TRICKS: list[tuple[Callable[[Game], None], Callable[[Game], Ended], str, str, str]] = [
    (drawn, another_seed, "抽完不满意，换一个种子再抽", REFUSED_5, REFUSED_5),
    (drawn, clock_moved, "把电脑时钟拨到别的日子再抽", SAME, SAME),
    (drawn, new_row_order, "把名录的行调换次序再抽", SAME, SAME),
    (drawn, new_pool, "往名录里添一户再抽", REFUSED_5, REFUSED_5),
    (drawn, new_ratio, "改计划里的抽取比例再抽", REFUSED_5, REFUSED_5),
    (drawn, new_where, "改计划里的检查对象条件再抽", REFUSED_5, REFUSED_5),
    (drawn, new_title, "改计划的名称再抽", REFUSED_5, REFUSED_5),
    (drawn, new_batch, "同样的任务换一个批次名再抽", REFUSED_5, REFUSED_5),
    (drawn, new_batch_and_tasks, "批次名和任务编号一起换掉再抽", OPEN, OPEN),
    (drawn, new_batch_and_cycle, "批次名和周期一起换掉再抽", OPEN, OPEN),
    (drawn, new_plan, "换一个计划编号再抽", OPEN, OPEN),
    (before, seeded_rehearsal, "演练时指定种子，先看结果", "拒绝（2）", "拒绝（2）"),
    (drawn, last_line_cut, "截去台账末行再抽", SAME, CHECKPOINT),
    (drawn, last_line_cut_another_seed, "截去台账末行，换一个种子再抽", REFUSED_5, f"{REFUSED_5}，{CHECKPOINT}"),
    (drawn, last_line_and_file_cut, "截去末行，连抽取记录的文件一起删掉再抽", SAME, CHECKPOINT),
    (drawn, last_line_torn_and_repaired, "弄残末行，修补以后再抽", SAME, CHECKPOINT),
    (drawn, two_lines_cut, "截去封存和抽取两行再抽，文件留着", REFUSED_10, f"{REFUSED_10}，{CHECKPOINT}"),
    (drawn, two_lines_and_files_cut, "截去封存和抽取两行，连文件一起删掉再抽", UNSEEN, CHECKPOINT),
    (drawn, backup_restored, "用抽取以前的备份盖掉台账再抽", UNSEEN, CHECKPOINT),
    (drawn, ledger_deleted, "删掉整本台账再抽", UNSEEN, CHECKPOINT),
    (drawn, rewritten_with_another_seed, "整本台账换种子重做一遍，时间照旧", UNSEEN, CHECKPOINT),
    (drawn, other_ledger_in_the_plan, "在计划里换一个台账文件夹再抽，只交新的", UNSEEN, CHECKPOINT),
    (drawn, other_ledger_on_the_line, "用 --ledger 换一个台账文件夹再抽，只交新的", UNSEEN, CHECKPOINT),
    (drawn, copy_drawn_after_the_draw, "在抽取以前的副本上再抽，只交副本", UNSEEN, CHECKPOINT),
    (before, tried_on_a_copy_with_seeds, "抽取以前在副本上试种子，挑中的再正式用", UNSEEN, UNSEEN),
    (before, drawn_on_a_copy_and_the_best_kept, "抽取以前复制几本，各抽一次，留最满意的一本", UNSEEN, UNSEEN),
    (before, killed_before_the_line, "记录写好、记入台账之前打断，看过结果再抽", SAME, SAME),
    (before, killed_after_the_seal_again, "封存以后打断，再抽，盼着换种子", SAME_SEED, SAME_SEED),
    (before, killed_after_the_seal_another_seed, "封存以后打断，换一个种子再抽", REFUSED_5, REFUSED_5),
    (before, sealed_under_another_name, "封存以后打断，同样的任务换一个批次名再抽", REFUSED_5, REFUSED_5),
    (before, killed_before_the_line_of_the_seal, "封存的文件写好、记入台账之前打断再抽", SAME_SEED, SAME_SEED),
    (
        before,
        killed_before_the_line_of_the_seal_and_the_file_deleted,
        "同上，再删掉封存的文件，私下算过再抽",
        UNSEEN,
        UNSEEN,
    ),
    (before, killed_before_the_seal, "封存的文件写好之前打断，私下算过再抽", UNSEEN, UNSEEN),
    (before, seal_planted, "在副本上挑好系统随机的种子，把它的封存文件放进台账再抽", UNSEEN, UNSEEN),
    (
        before,
        seal_torn_and_its_file_deleted,
        "弄残封存的一行，删掉封存的文件再修补",
        f"{REFUSED_10}，看见（lines）",
        f"{REFUSED_10}，看见（lines）",
    ),
    (before, lock_of_a_stopped_run_deleted, "把抽了一半的程序停住，删掉锁，另抽一次，再让它继续", "拒绝（6）", "拒绝（6）"),
    (before, friend_used_up_in_another_plan, "借另一个计划把熟人抽够次数，正式抽取以后再把它作废", OPEN, OPEN),
    (failed, pool_mended_after_a_failure, "派不出人以后改名录再抽，盼着换种子", SAME_SEED, SAME_SEED),
    (failed, pool_mended_and_another_seed, "派不出人以后改名录，换一个种子再抽", REFUSED_5, REFUSED_5),
    (failed, pool_mended_and_another_name, "派不出人以后改名录，同样的任务换一个批次名再抽", REFUSED_5, REFUSED_5),
    (failed, failure_forgotten, "派不出人以后截去这两行和文件，改名录再抽", UNSEEN, CHECKPOINT),
    (voided, drawn_again_after_a_void, "作废以后再抽，盼着换结果", SAME, SAME),
    (voided, another_pool_after_a_void, "作废以后改名录再抽，盼着换种子", SAME_SEED, SAME_SEED),
    (voided, one_taken_from_the_pool_after_a_void, "作废以后从名录里删掉抽中的一户再抽", SAME_SEED, SAME_SEED),
    (voided, one_filtered_out_by_the_plan_after_a_void, "作废以后改计划的条件，把抽中的一户排除在外再抽", SAME_SEED, SAME_SEED),
    (voided, one_renumbered_after_a_void, "作废以后给抽中的一户换一个编号再抽", SAME_SEED, SAME_SEED),
    (voided, another_seed_after_a_void, "作废以后换一个种子再抽", REFUSED_5, REFUSED_5),
    (voided, another_name_after_a_void, "作废以后，同样的任务换一个批次名再抽", REFUSED_5, REFUSED_5),
    (
        voided,
        left_out_of_the_batch_after_a_void,
        "作废以后把一项任务移出批次，重抽了原批次，再把它换个批次名抽",
        OPEN,
        OPEN,
    ),
    (drawn, void_planted, "写一份换种子的作废放进台账再抽", OPEN, OPEN),
    (drawn, void_gives_up_the_seed, "作废时写明换种子（--new-seed）再抽", OPEN, OPEN),
    (
        voided,
        keep_seed_edited,
        "把作废里的“沿用种子”改掉，换种子再抽",
        f"{REFUSED_10}，看见（events）",
        f"{REFUSED_10}，看见（events）",
    ),
    (voided, keep_seed_edited_and_chained, "同上，再把摘要全部重算", OPEN, CHECKPOINT),
    (drawn, seal_line_deleted, "删掉封存的一行，换种子再抽", f"{REFUSED_10}，看见（lines）", f"{REFUSED_10}，看见（lines）"),
    (drawn, seal_file_deleted, "删掉封存的文件，换种子再抽", "拒绝（11），无法核对（events）", "拒绝（11），无法核对（events）"),
    (
        drawn,
        event_file_renumbered,
        "给抽取记录的文件改号，换种子再抽",
        "拒绝（11），无法核对（events）",
        "拒绝（11），无法核对（events）",
    ),
    (drawn, second_draw_appended, "把另一本台账里的抽取接在末尾，摘要全部重算", "看见（states）", "看见（states）"),
    (drawn, record_edited, "改抽取记录里的人名", f"{REFUSED_10}，看见（events）", f"{REFUSED_10}，看见（events）"),
    (drawn, team_edited_and_chained, "改抽取记录里的检查组，摘要全部重算", "看见（teams）", CHECKPOINT),
    (drawn, seed_edited_and_chained, "改封存和记录里的种子，摘要全部重算", "看见（keys）", CHECKPOINT),
    (drawn, pool_snapshot_edited, "从封存的名录里删一户", "看见（inputs）", "看见（inputs）"),
    (drawn, plan_snapshot_edited, "改封存的计划", "看见（inputs）", "看见（inputs）"),
    (drawn, operator_edited, "改台账里的操作人", f"{REFUSED_10}，看见（lines）", f"{REFUSED_10}，看见（lines）"),
    (drawn, time_and_operator_edited_and_chained, "改台账末行的操作人和时间，摘要全部重算", SAME, CHECKPOINT),
    (before, many_rehearsals, "反复演练，演练到满意时正式抽", FUTILE, FUTILE),
]


# ------------------------------------------------------------------------------------------------------- what comes of it


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Callable[[Game], None], Path, pytest.MonkeyPatch], Game]:
    """Sets a scene in a folder. Each is played once, then copied."""
    played: dict[str, Path] = {}

    def stage(folder: Path, seeds: Iterator[int], monkeypatch: pytest.MonkeyPatch) -> Game:
        """The clock stands, and seeds of the system come in a known order, none twice."""
        game = Game(Desk(folder), folder / "checkpoint.txt", Clock(), monkeypatch)
        for module in ("draw", "void", "ledger"):
            monkeypatch.setattr(f"shuangsuiji.cli.{module}.now", game.clock.now)
        for module in ("draw", "steps"):
            monkeypatch.setattr(f"shuangsuiji.cli.{module}.fresh_seed", lambda: os_seed(bytes([next(seeds)]) * 32))
        return game

    def set_up(scene: Callable[[Game], None], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Game:
        if scene.__name__ not in played:
            first = desk(tmp_path_factory.mktemp("scenes") / scene.__name__).folder
            with pytest.MonkeyPatch.context() as patch:
                game = stage(first, count(1), patch)
                scene(game)
                game.must("ledger", "checkpoint", "--origin", "纪检组", "-o", "checkpoint.txt")
            played[scene.__name__] = first
        shutil.copytree(played[scene.__name__], folder)
        game = stage(folder, count(100), monkeypatch)
        for line in lines(game.ledger):
            data = (game.ledger / line["file"]).read_bytes()
            if (line["batch"], line["type"]) == ("B1", "seal"):
                game.seed = json.loads(data)["seed_document"]
            if (line["batch"], line["type"]) == ("B1", "draw"):
                game.record = data
        return game

    return set_up


def of_the_verifiers(game: Game, checkpoint: Path | None) -> list[str]:
    """What `verify` says of the ledger handed over, in a word; the other program says the same."""
    given = [] if checkpoint is None else ["--checkpoint", str(checkpoint)]
    ended = game.office.type("verify", str(game.shown), "--json", *given)
    checks = ended.document["checks"]
    other = verifier().Ledger(game.shown, checkpoint).checks
    ours = {(check["seq"] or 0, check["check"], check["status"]) for check in checks}
    assert {(check["seq"] or 0, check["check"], check["status"]) for check in other} == ours
    for status, outcome, word in ((10, "failed", "看见"), (11, "impossible", "无法核对")):
        if ended.status == status:
            return [f"{word}（{min({c['check'] for c in checks if c['status'] == outcome}, key=CHECKS.index)}）"]
    assert ended.status == 0
    return []


def verdict(game: Game, ended: Ended, checkpoint: Path | None) -> str:
    """The word of the page for what happened; the first of them that is true."""
    refused = [] if ended.status == 0 else [f"拒绝（{ended.status}）"]
    if found := refused + of_the_verifiers(game, checkpoint):
        return "，".join(found)
    draws = [(game.shown / line["file"]).read_bytes() for line in lines(game.shown) if line["type"] == "draw"]
    if game.futile:
        return FUTILE
    if draws[-1] == game.record:
        return SAME
    if json.loads(draws[-1])["seed"]["document"] == game.seed:
        return SAME_SEED
    return OPEN if game.record in draws else UNSEEN


@pytest.mark.parametrize(("scene", "trick", "name", "without", "with_one"), TRICKS, ids=[one[1].__name__ for one in TRICKS])
def test_a_trick_comes_to_what_the_page_says(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scenes: Any,
    scene: Callable[[Game], None],
    trick: Callable[[Game], Ended],
    name: str,
    without: str,
    with_one: str,
) -> None:
    game = scenes(scene, tmp_path / "office", monkeypatch)
    ended = trick(game)
    assert verdict(game, ended, None) == without, f"{name}: {ended.stderr}"
    assert verdict(game, ended, game.checkpoint) == with_one, name
    if UNSEEN in (without, with_one):  # then the report must say in words that there is something that it cannot see
        said = game.office.type("verify", str(game.shown)).stdout
        assert "只有外部保存的校验点" in said
        assert re.search("自选种子的批次（.*B1.*）：是否先试过|系统随机种子的批次（.*B1.*）：是否另有一本台账", said)


# ---------------------------------------------------------------------------------------------------------------- the page


def rows_of_the_page() -> list[list[str]]:
    cells = [
        [cell.strip() for cell in row.strip("|").split("|")]
        for row in re.findall(r"^\|.*\|$", PAGE.read_text(encoding="utf-8"), re.M)
    ]
    return [row[1:] for row in cells if row[0].isdigit()]


def test_the_page_has_exactly_these_tricks_and_verdicts() -> None:
    assert rows_of_the_page() == [[name, without, with_one] for _, _, name, without, with_one in TRICKS]
    numbers = [int(number) for number in re.findall(r"^\| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.M)]
    assert numbers == list(range(1, len(TRICKS) + 1))


def test_every_word_of_a_verdict_is_explained_on_the_page() -> None:
    words = {re.sub("（.*?）", "", word) for *_, without, with_one in TRICKS for word in f"{without}，{with_one}".split("，")}
    assert set(re.findall(r"^- \*\*(.+?)\*\*", PAGE.read_text(encoding="utf-8"), re.M)) == words


def test_no_trick_is_named_twice_and_there_are_more_than_twenty() -> None:
    assert len({name for _, _, name, *_ in TRICKS}) == len({trick for _, trick, *_ in TRICKS}) == len(TRICKS) > 20
