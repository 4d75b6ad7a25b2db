"""The ledger (ledger-v1): lines to the last byte, the table of states, seeds that are kept, histories.

Hashes are computed here with hashlib; the table of states is written out from the specification.
"""

import json
from dataclasses import replace
from typing import Any

import pytest
from builders import CIRCUMSTANCES, SEED, Story, inspector_pool, plan, pools, sha, task

from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.ledger import BatchState, Ledger, OutOfPlace, after
from shuangsuiji.evidence.lines import (
    BadEvent,
    Circumstances,
    Event,
    SourceFile,
    event_file,
    next_line,
    read_chain,
    read_event,
    seal_value,
    void_value,
)
from shuangsuiji.model.seed import text_seed

ZEROS = "0" * 64

# --- lines --------------------------------------------------------------------------------------------------

EVENT = b'{"schema":"x"}\n'
FIRST = (
    '{{"batch":"B1","file":"events/000001-seal.json",{}"operator":"王五","plan":"P1","prev":"{}","seq":1,"sha256":"{}",'
    '"sources":[{{"name":"计划.yaml","role":"plan","sha256":"{}"}}],"time":"2023-04-01T09:00:00+08:00",'
    '"tool":"shuangsuiji test","type":"seal"}}\n'
)


def test_a_line_and_its_hash_by_hand() -> None:
    line = next_line(None, "seal", ("P1", "B1"), EVENT, CIRCUMSTANCES)
    without = FIRST.format("", ZEROS, sha(EVENT), sha("plan file"))
    whole = FIRST.format(f'"hash":"{sha(without)}",', ZEROS, sha(EVENT), sha("plan file"))
    assert line.encode().decode() == whole
    assert (line.hash, line.own_hash()) == (sha(without), sha(without))


def test_an_event_of_a_type_of_a_later_version_is_not_read() -> None:
    line = replace(next_line(None, "seal", ("P1", "B1"), EVENT, CIRCUMSTANCES), type="amend")  # type: ignore[arg-type]
    with pytest.raises(BadEvent, match="type that is known"):
        read_event(line, EVENT)


def test_each_line_names_the_hash_of_the_line_before() -> None:
    first = next_line(None, "seal", ("P1", "B1"), EVENT, CIRCUMSTANCES)
    second = next_line(first, "draw", ("P1", "B1"), EVENT, Circumstances("2023-04-01T09:00:02+08:00", "o", "x"))
    value = {"batch": "B1", "file": "events/000002-draw.json", "operator": "o", "plan": "P1", "prev": first.hash, "seq": 2}
    value |= {"sha256": sha(EVENT), "sources": [], "time": "2023-04-01T09:00:02+08:00", "tool": "x", "type": "draw"}
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    assert second.hash == sha(text)
    assert read_chain(first.encode() + second.encode()).lines == (first, second)


def test_the_file_of_an_event_has_its_number_in_six_digits() -> None:
    assert [event_file(k, "seal") for k in (1, 42, 999_999, 1_000_000)] == [
        "events/000001-seal.json",
        "events/000042-seal.json",
        "events/999999-seal.json",
        "events/1000000-seal.json",
    ]


def test_an_empty_ledger_has_no_lines() -> None:
    assert (read_chain(b"").lines, read_chain(b"").broken) == ((), None)


def rehashed(value: dict[str, Any]) -> bytes:
    """A line of these contents with the hash that belongs to it, which the engine has no part in."""
    value = {key: one for key, one in value.items() if key != "hash"}
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    whole = json.dumps({**value, "hash": sha(text)}, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    return whole.encode()


def three_lines() -> list[bytes]:
    lines = []
    last = None
    for kind in ("seal", "draw", "void"):
        last = next_line(last, kind, ("P1", "B1"), EVENT, CIRCUMSTANCES)  # type: ignore[arg-type]
        lines.append(last.encode())
    return lines


def test_the_second_line_rewritten_with_its_own_hash_is_the_second_line() -> None:
    assert rehashed(json.loads(three_lines()[1])) == three_lines()[1]


BROKEN: dict[str, dict[str, Any]] = {
    "a number skipped": {"seq": 3},
    "a number twice": {"seq": 1},
    "number 0": {"seq": 0},
    "a negative number": {"seq": -2},
    "a number as text": {"seq": "2"},
    "a number that is true": {"seq": True},
    "another line before": {"prev": "f" * 64},
    "no line before": {"prev": ZEROS},
    "a short hash before": {"prev": "f" * 63},
    "a hash in capitals": {"prev": "F" * 64},
    "a short digest": {"sha256": "abc"},
    "a digest that is null": {"sha256": None},
    "a time without a zone": {"time": "2023-04-01T09:00:00"},
    "a type that is a number": {"type": 1},
    "a key more": {"colour": "red"},
    "sources as an object": {"sources": {}},
    "a source with a key more": {"sources": [{"role": "plan", "name": "x", "sha256": ZEROS, "size": 1}]},
    "a source with a key less": {"sources": [{"role": "plan", "name": "x"}]},
    "a source of an unknown role": {"sources": [{"role": "history", "name": "x", "sha256": ZEROS}]},
    "a source that is text": {"sources": ["plan.yaml"]},
    "an operator that is null": {"operator": None},
    "a time that is a number": {"time": 20230401},
    "a plan that is an object": {"plan": {"id": "P1"}},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_reading_ends_at_a_line_that_is_not_what_it_must_be(change: dict[str, Any]) -> None:
    first, second, third = three_lines()
    chain = read_chain(first + rehashed({**json.loads(second), **change}) + third)
    assert [line.encode() for line in chain.lines] == [first]
    assert chain.broken is not None
    assert (chain.broken.number, chain.broken.torn) == (2, False)


@pytest.mark.parametrize("key", ["batch", "file", "operator", "plan", "prev", "seq", "sha256", "sources", "time", "tool", "type"])
def test_no_key_of_a_line_may_be_missing(key: str) -> None:
    first, second, third = three_lines()
    value = json.loads(second)
    del value[key]
    chain = read_chain(first + rehashed(value) + third)
    assert len(chain.lines) == 1
    assert chain.broken is not None


RAW: dict[str, Any] = {
    "an empty line": b"\n",
    "CR LF": lambda second: second.replace(b"\n", b"\r\n"),
    "a space": lambda second: second.replace(b'"seq":2', b'"seq": 2'),
    "keys in another order": lambda second: json.dumps(dict(reversed(json.loads(second).items()))).encode() + b"\n",
    "not UTF-8": lambda second: second.replace("王".encode(), b"\xff\xff\xff"),
    "no JSON": b"hello\n",
    "a list": b"[]\n",
    "a number": b"1\n",
    "another hash": lambda second: second.replace(json.loads(second)["hash"].encode(), b"0" * 64),
    "the first line again": lambda second: three_lines()[0],
    "a changed operator under the old hash": lambda second: second.replace("王五".encode(), "王六".encode()),
}


@pytest.mark.parametrize("change", RAW.values(), ids=RAW)
def test_reading_ends_at_bytes_that_are_no_line(change: Any) -> None:
    first, second, third = three_lines()
    chain = read_chain(first + (change(second) if callable(change) else change) + third)
    assert [line.encode() for line in chain.lines] == [first]
    assert chain.broken is not None
    assert chain.broken.number == 2


def test_a_last_line_without_lf_is_torn_wherever_it_ends() -> None:
    first, second, _ = three_lines()
    for length in range(1, len(second)):
        chain = read_chain(first + second[:length])
        assert len(chain.lines) == 1
        assert chain.broken is not None
        assert (chain.broken.number, chain.broken.torn) == (2, True)


def test_a_line_taken_out_or_exchanged_breaks_the_chain() -> None:
    first, second, third = three_lines()
    for lines, good in (((second, third), 0), ((first, third), 1), ((second, first, third), 0), ((first, third, second), 1)):
        chain = read_chain(b"".join(lines))
        assert len(chain.lines) == good
        assert chain.broken is not None


# --- events -------------------------------------------------------------------------------------------------


def seal_of(
    key: tuple[str, str] = ("P1", "B1"), document: str | None = "A", cycle: str = "2023", **values: Any
) -> dict[str, Any]:
    """A seal that only its shape matters of."""
    inputs = {role: {"snapshot": SEED, "rows": 1} for role in ("entities", "inspectors")} | {"recusals": None}
    value = seal_value({"id": key[0], "title": "t", "snapshot": SEED}, key[1], cycle, inputs, [], [{"kind": "text"}], document)
    return value | values


def record_of(
    seal: str, key: tuple[str, str] = ("P1", "B1"), document: str = "A", cycle: str = "2023", salt: int = 0
) -> dict[str, Any]:
    sealed = seal_of(key, document, cycle)
    return {name: sealed[name] for name in ("plan", "batch", "cycle", "inputs", "history")} | {
        "schema": "shuangsuiji/record/1",
        "algorithm": "shuangsuiji/draw/1",
        "hash": "sha256",
        "seal": seal,
        "seed": {"document": document, "sha256": SEED, "class": "operator"},
        "entity_key": f"{salt:064x}",
        "tasks": [],
        "visits": [],
        "loads": [],
    }


def failure_of(seal: str) -> dict[str, Any]:
    return {"schema": "shuangsuiji/failure/1", "seal": seal, "reason": "cap_exceeded", "blocked": [], "witness": []}


class Book:
    """A ledger fed with events of the right shape, whatever they say."""

    def __init__(self) -> None:
        self.ledger = Ledger()

    def add(self, kind: str, value: dict[str, Any], key: tuple[str, str] = ("P1", "B1")) -> Event:
        line = next_line(self.ledger.last, kind, key, canonical.encode(value), CIRCUMSTANCES)  # type: ignore[arg-type]
        event = read_event(line, canonical.encode(value))
        self.ledger = self.ledger.appended(event)
        return event

    def state(self, key: tuple[str, str] = ("P1", "B1")) -> BatchState:
        return self.ledger.state(key)

    def seal(self, document: str | None = "A", **values: Any) -> Event:
        key = values.pop("key", ("P1", "B1"))
        return self.add("seal", seal_of(key, document, **values), key)

    def draw(self, seal: Event, document: str = "A", **values: Any) -> Event:
        return self.add("draw", record_of(seal.line.sha256, seal.line.key, document, **values), seal.line.key)

    def failure(self, seal: Event) -> Event:
        return self.add("failure", failure_of(seal.line.sha256), seal.line.key)

    def void(self, target: Event, keep_seed: bool = True) -> Event:
        return self.add("void", void_value(target.line.hash, "r", "a", keep_seed), target.line.key)


EVENTS = {
    "seal": seal_of(),
    "draw": record_of(SEED),
    "failure": failure_of(SEED),
    "void": void_value(SEED, "r", "a", True),
}


def line_for(kind: str, data: bytes, key: tuple[str, str] = ("P1", "B1")) -> Any:
    return next_line(None, kind, key, data, CIRCUMSTANCES)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_is_read_by_its_line(kind: str) -> None:
    data = canonical.encode(EVENTS[kind])
    event = read_event(line_for(kind, data), data)
    assert event.value == EVENTS[kind]


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_with_other_bytes_than_its_line_says_is_refused(kind: str) -> None:
    data = canonical.encode(EVENTS[kind])
    line = line_for(kind, data)
    for other in (b"", data[:-1], data + b"\n", canonical.encode({**EVENTS[kind], "x": 1})):
        with pytest.raises(BadEvent):
            read_event(line, other)


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_has_exactly_the_keys_of_its_schema(kind: str) -> None:
    for key in EVENTS[kind]:
        less = {name: one for name, one in EVENTS[kind].items() if name != key}
        for value in (less, {**EVENTS[kind], key: {"x": [1]}}, {**EVENTS[kind], f"{key}_": EVENTS[kind][key]}):
            data = canonical.encode(value)
            with pytest.raises(BadEvent):
                read_event(line_for(kind, data), data)


@pytest.mark.parametrize("kind", EVENTS)
@pytest.mark.parametrize("other", EVENTS)
def test_an_event_is_of_the_type_that_its_line_says(kind: str, other: str) -> None:
    data = canonical.encode(EVENTS[kind])
    if kind != other:
        with pytest.raises(BadEvent):
            read_event(line_for(other, data), data)


@pytest.mark.parametrize("kind", ["seal", "draw"])
@pytest.mark.parametrize("key", [("P1", "B2"), ("P2", "B1"), ("B1", "P1")])
def test_a_seal_or_a_draw_is_of_the_plan_and_batch_of_its_line(kind: str, key: tuple[str, str]) -> None:
    data = canonical.encode(EVENTS[kind])
    with pytest.raises(BadEvent):
        read_event(line_for(kind, data, key), data)


def test_an_event_lies_in_the_file_that_its_number_and_type_name() -> None:
    data = canonical.encode(EVENTS["void"])
    line = line_for("void", data)
    for name in ("events/000001-draw.json", "events/000002-void.json", "events/1-void.json", "000001-void.json"):
        with pytest.raises(BadEvent) as refused:
            read_event(replace(line, file=name), data)
        assert (refused.value.expected, refused.value.actual) == ("events/000001-void.json", name)


def test_bytes_that_are_not_canonical_are_no_event() -> None:
    loose = json.dumps(EVENTS["void"]).encode() + b"\n"
    with pytest.raises(BadEvent):
        read_event(line_for("void", loose), loose)


# --- states -------------------------------------------------------------------------------------------------


def book_in(state: str) -> tuple[Book, Event | None]:
    """A ledger whose batch is in `state`, with the event that put it there."""
    book = Book()
    event: Event | None = None
    if state != "open":
        event = book.seal()
    if state in ("failed", "drawn", "void") and event is not None:
        event = book.failure(event) if state == "failed" else book.draw(event)
    if state == "void" and event is not None:
        event = book.void(event)
    assert book.state().name == state
    return book, event


# ledger-v1, Events: from (state, event) to the next state; what is not here is out of place
TABLE = {
    ("open", "seal"): "sealed",
    ("failed", "seal"): "sealed",
    ("void", "seal"): "sealed",
    ("sealed", "draw"): "drawn",
    ("sealed", "failure"): "failed",
    ("sealed", "void"): "void",
    ("drawn", "void"): "void",
}
STATES = ["open", "sealed", "failed", "drawn", "void"]


@pytest.mark.parametrize("kind", ["seal", "draw", "failure", "void"])
@pytest.mark.parametrize("state", STATES)
def test_every_event_in_every_state_is_in_its_place_or_out_of_it(state: str, kind: str) -> None:
    book, event = book_in(state)
    last_seal = next((e for e in reversed(book.ledger.events) if e.line.type == "seal"), None)
    seal = ZEROS if last_seal is None else last_seal.line.sha256
    value = {
        "seal": seal_of(),
        "draw": record_of(seal),
        "failure": failure_of(seal),
        "void": void_value(event.line.hash if event else ZEROS, "r", "a", True),
    }[kind]
    if (state, kind) in TABLE:
        book.add(kind, value)
        assert book.state().name == TABLE[state, kind]
    else:
        before = book.ledger
        with pytest.raises(OutOfPlace) as refused:
            book.add(kind, value)
        assert refused.value.expected
        assert refused.value.actual
        assert book.ledger == before


@pytest.mark.parametrize("kind", ["draw", "failure"])
def test_an_answer_names_the_pending_seal_and_no_other(kind: str) -> None:
    book = Book()
    first = book.seal()
    book.void(book.draw(first))
    book.seal(entropy=[{"kind": "text", "not_before": "2"}])
    for other in (ZEROS, first.line.sha256, first.line.hash):
        with pytest.raises(OutOfPlace):
            book.add(kind, record_of(other) if kind == "draw" else failure_of(other))


def test_a_void_names_the_line_that_stands_and_no_other() -> None:
    book = Book()
    seal = book.seal()
    draw = book.draw(seal)
    for target in (seal.line.hash, draw.line.sha256, ZEROS):
        with pytest.raises(OutOfPlace):
            book.add("void", void_value(target, "r", "a", True))
    book.void(draw)
    with pytest.raises(OutOfPlace):
        book.void(draw)


def test_two_seals_with_the_same_bytes_are_told_apart_by_their_lines() -> None:
    book = Book()
    first = book.seal()
    book.void(first)
    second = book.seal()
    assert (first.line.sha256, first.line.hash != second.line.hash) == (second.line.sha256, True)
    with pytest.raises(OutOfPlace):
        book.void(first)
    book.draw(second)
    assert book.state().name == "drawn"


def test_batches_do_not_meddle_with_one_another() -> None:
    book = Book()
    keys = [("P1", "B1"), ("P1", "B2"), ("P2", "B1")]
    seals = [book.seal(key=key) for key in keys]
    book.failure(seals[1])
    book.draw(seals[2])
    assert [book.state(key).name for key in [*keys, ("P2", "B2")]] == ["sealed", "failed", "drawn", "open"]


# --- seeds --------------------------------------------------------------------------------------------------


def refused_seal(book: Book, document: str | None) -> bool:
    try:
        after(book.state(), read_sealed(document))
    except OutOfPlace:
        return True
    return False


def read_sealed(document: str | None) -> Event:
    data = canonical.encode(seal_of(document=document))
    return read_event(line_for("seal", data), data)


@pytest.mark.parametrize(
    ("way", "bound"),
    [
        pytest.param(["seal A", "failure"], "A", id="a failure"),
        pytest.param(["seal A", "draw A", "void"], "A", id="a void of a draw"),
        pytest.param(["seal A", "draw A", "void and free"], None, id="a void of a draw that gives the seed up"),
        pytest.param(["seal A", "void"], "A", id="a void of a seal"),
        pytest.param(["seal A", "void and free"], None, id="a void of a seal that gives the seed up"),
        pytest.param(["seal A", "failure", "seal A", "failure"], "A", id="two failures"),
        pytest.param(["seal A", "failure", "seal A", "draw A", "void"], "A", id="a failure, then a void"),
        pytest.param(["seal A", "failure", "seal A", "void"], "A", id="a failure, then a void of the next seal"),
        pytest.param(["seal A", "void and free", "seal B", "failure"], "B", id="a new seed binds again"),
        pytest.param(["seal A", "void", "seal A", "void and free"], None, id="kept first, then given up"),
        pytest.param(["seal open", "draw B", "void"], "B", id="a void of a draw whose seed came after its seal"),
        pytest.param(["seal open", "draw B", "void and free"], None, id="the same, and the seed given up"),
    ],
)
def test_the_next_seal_carries_the_seed_that_the_batch_is_bound_to(way: list[str], bound: str | None) -> None:
    book = Book()
    last: Event | None = None
    for step in way:
        kind, _, what = step.partition(" ")
        if kind == "seal":
            last = book.seal(None if what == "open" else what)
            continue
        assert last is not None
        if kind == "draw":
            last = book.draw(last, what)
        elif kind == "failure":
            last = book.failure(last)
        else:
            last = book.void(last, keep_seed=not what)
    assert book.state().kept_seed == bound
    assert [refused_seal(book, document) for document in ("A", "B", None)] == (
        [False] * 3 if bound is None else [bound != document for document in ("A", "B", None)]
    )


# --- histories ----------------------------------------------------------------------------------------------


def test_the_history_of_a_cycle_is_its_live_draws_of_all_plans_in_ledger_order() -> None:
    book = Book()
    draws = {}
    for k, (key, cycle) in enumerate(
        [(("P2", "B1"), "2023"), (("P1", "B1"), "2024"), (("P1", "B2"), "2023"), (("P1", "B3"), "2023"), (("P3", "B1"), "2023")]
    ):
        draws[key] = book.draw(book.seal(key=key, cycle=cycle), cycle=cycle, salt=k)
    sealed_only = book.seal(key=("P4", "B1"))
    book.failure(book.seal(key=("P4", "B2")))
    assert sealed_only.line.seq == 11

    def digests(cycle: str) -> list[str]:
        return list(book.ledger.history(cycle).digests)

    before = [draws[key].line.sha256 for key in (("P2", "B1"), ("P1", "B2"), ("P1", "B3"), ("P3", "B1"))]
    assert digests("2023") == before
    assert digests("2024") == [draws["P1", "B1"].line.sha256]
    assert digests("2025") == []

    book.void(draws["P1", "B2"])
    assert digests("2023") == [before[0], before[2], before[3]]
    again = book.draw(book.seal(key=("P1", "B2")), salt=9)
    assert digests("2023") == [before[0], before[2], before[3], again.line.sha256]
    assert [event.line.seq for event in book.ledger.live_draws("P1")] == [4, 8, again.line.seq]


def test_a_draw_does_not_stand_in_its_own_history() -> None:
    story = Story()
    of = plan(task(coordination_group="g"), task("T2", batch="B2", coordination_group="g"), task("T3", batch="B3"))
    first = story.draw(of, "B1", pools())
    second = story.draw(of, "B2", pools())
    third = story.draw(of, "B3", pools())
    assert first.value["history"] == []
    assert second.value["history"] == [first.line.sha256]
    assert third.value["history"] == []  # no group and no limit: no history at all


def test_a_redraw_sees_the_history_of_now_without_the_draw_it_replaces() -> None:
    story = Story()
    of = plan(task(coordination_group="g"), task("T2", batch="B2", coordination_group="g"))
    first = story.draw(of, "B1", pools(), text_seed("a"))
    second = story.draw(of, "B2", pools())
    story.void(first)
    again = story.draw(of, "B1", pools(), text_seed("a"))
    assert again.value["history"] == [second.line.sha256]
    tiers = {one["entity"]: one["tier"] for one in again.value["tasks"][0]["sample"]}
    assert set(tiers.values()) == {0}
    assert again.value["tasks"][0]["sample"][0]["entity"] != second.value["tasks"][0]["sample"][0]["entity"]


# --- beside the lines ---------------------------------------------------------------------------------------


def test_a_checkpoint_is_three_lines() -> None:
    book = Book()
    assert book.ledger.checkpoint("某局") == f"shuangsuiji/ledger/1 某局\n0\n{ZEROS}\n"
    draw = book.draw(book.seal())
    assert book.ledger.checkpoint("某局") == f"shuangsuiji/ledger/1 某局\n2\n{draw.line.hash}\n"


def test_a_ledger_is_a_value_and_growing_it_leaves_the_old_one() -> None:
    book = Book()
    seal = book.seal()
    before = book.ledger
    book.draw(seal)
    assert (before.state(("P1", "B1")).name, len(before.events)) == ("sealed", 1)


def test_who_when_and_from_which_files_stand_in_the_line_and_move_its_hash_alone() -> None:
    line = next_line(None, "seal", ("P1", "B1"), EVENT, CIRCUMSTANCES)
    others = [
        replace(CIRCUMSTANCES, operator="李四"),
        replace(CIRCUMSTANCES, time="2023-04-01T09:00:01+08:00"),
        replace(CIRCUMSTANCES, tool="another"),
        replace(CIRCUMSTANCES, sources=()),
        replace(CIRCUMSTANCES, sources=(SourceFile("plan", "计划2.yaml", sha("plan file")),)),
    ]
    made = [next_line(None, "seal", ("P1", "B1"), EVENT, one) for one in others]
    assert {one.sha256 for one in made} == {line.sha256}
    assert len({one.hash for one in [line, *made]}) == 6


def test_mending_a_pool_after_a_failure_keeps_everybodys_place() -> None:
    story = Story()
    of = plan(task(count=2, minimum_team=3))
    failure = story.draw(of, "B1", pools(5, 2), text_seed("a"))
    assert failure.line.type == "failure"
    mended = story.draw(of, "B1", pools(5, inspector_pool("I1", "I2", "I3")), text_seed("a"))
    assert mended.line.type == "draw"
    assert [one["entity"] for one in mended.value["visits"]] == [one["entity"] for one in failure.value["blocked"]]
