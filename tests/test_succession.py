"""What `draw` does next with a batch (ledger-v1, Events): every decision, read off the specification."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from builders import Story, plan, pools, sha, task

from shuangsuiji.evidence import canonical
from shuangsuiji.evidence.derivation import BadInputs, MissingSnapshot
from shuangsuiji.evidence.ledger import BatchState
from shuangsuiji.evidence.lines import Event
from shuangsuiji.evidence.succession import (
    AlreadyDrawn,
    Conflict,
    Decision,
    Finish,
    Offer,
    SealNow,
    StillInfeasible,
    Waiting,
    decide,
    held_elsewhere,
)
from shuangsuiji.model.seed import SeedDocument, Source, text_seed

KEY = ("P1", "B1")
A, B = text_seed("a"), text_seed("b")
OF = plan(task(coordination_group="g"))
INFEASIBLE = plan(task(coordination_group="g", per_department=9))


def offer_like(seal: Event, seed: SeedDocument | None = None, **values: Any) -> Offer:
    """What was sealed, offered again, but for `values`."""
    same = {name: copy.deepcopy(seal.value[name]) for name in ("plan", "cycle", "inputs", "history")}
    return Offer(**{**same, "seed": seed, **values})


def with_snapshot(seal: Event, role: str) -> dict[str, Any]:
    """The fields of an offer that differs from `seal` in this one snapshot."""
    if role == "plan":
        return {"plan": seal.value["plan"] | {"snapshot": sha("other")}}
    return {"inputs": seal.value["inputs"] | {role: {"snapshot": sha("other"), "rows": 4}}}


ROLES = ["plan", "entities", "inspectors", "recusals"]


def sealed(of: Any = OF, seed: SeedDocument | None = A) -> tuple[Story, Event]:
    story = Story()
    return story, story.seal(of, "B1", pools(), seed, [{"kind": "dice"}] if seed is None else None)


def state_of(story: Story) -> BatchState:
    return story.ledger.state(KEY)


# --- open ---------------------------------------------------------------------------------------------------


def test_an_open_batch_is_sealed_with_the_seed_that_was_chosen_or_a_fresh_one() -> None:
    _, seal = sealed()
    assert decide(BatchState(), offer_like(seal)) == SealNow(None)
    assert decide(BatchState(), offer_like(seal, A)) == SealNow(A.text)


# --- sealed -------------------------------------------------------------------------------------------------


def test_a_sealed_batch_with_its_seed_known_is_finished_whatever_the_files_are_today() -> None:
    story, seal = sealed()
    others = [offer_like(seal, history=[sha("x")]), *(offer_like(seal, **with_snapshot(seal, role)) for role in ROLES)]
    for offer in [offer_like(seal), offer_like(seal, A), *others]:
        assert decide(state_of(story), offer) == Finish(seal)


def test_a_sealed_batch_is_not_drawn_with_another_seed() -> None:
    story, seal = sealed()
    decision = decide(state_of(story), offer_like(seal, B))
    assert isinstance(decision, Conflict)
    assert (decision.event, [d.what for d in decision.differences]) == (seal, ["seed"])
    assert (decision.differences[0].recorded, decision.differences[0].offered) == ("text:a", "text:b")


def test_a_sealed_batch_whose_seed_is_still_to_come_waits() -> None:
    story, seal = sealed(seed=None)
    assert decide(state_of(story), offer_like(seal)) == Waiting(seal)
    assert decide(state_of(story), offer_like(seal, **with_snapshot(seal, "entities"))) == Waiting(seal)


# --- failed -------------------------------------------------------------------------------------------------


def failed() -> tuple[Story, Event, Event]:
    story, seal = sealed(INFEASIBLE)
    failure = story.answer(seal)
    assert failure.line.type == "failure"
    return story, seal, failure


def test_what_failed_would_fail_again_with_the_same_snapshots_and_history() -> None:
    story, seal, failure = failed()
    assert decide(state_of(story), offer_like(seal)) == StillInfeasible(failure, seal)
    assert decide(state_of(story), offer_like(seal, A)) == StillInfeasible(failure, seal)


@pytest.mark.parametrize("role", [*ROLES, "history"])
def test_what_failed_is_sealed_again_with_the_same_seed_if_anything_else_has_changed(role: str) -> None:
    story, seal, _ = failed()
    values = {"history": [sha("x")]} if role == "history" else with_snapshot(seal, role)
    assert decide(state_of(story), offer_like(seal, **values)) == SealNow(A.text)
    assert decide(state_of(story), offer_like(seal, A, **values)) == SealNow(A.text)


def test_a_failure_is_no_way_to_another_seed() -> None:
    story, seal, failure = failed()
    for values in ({}, with_snapshot(seal, "inspectors")):
        decision = decide(state_of(story), offer_like(seal, B, **values))
        assert isinstance(decision, Conflict)
        assert (decision.event, [d.what for d in decision.differences]) == (failure, ["seed"])


def test_the_last_of_two_failures_is_the_one_compared_with() -> None:
    story, seal, _ = failed()
    other = story.seal(INFEASIBLE, "B1", pools(5), A)
    second = story.answer(other)
    assert decide(state_of(story), offer_like(other)) == StillInfeasible(second, other)
    assert decide(state_of(story), offer_like(seal)) == SealNow(A.text)


# --- drawn --------------------------------------------------------------------------------------------------


def drawn() -> tuple[Story, Event, Event]:
    story, seal = sealed()
    return story, seal, story.answer(seal)


def test_a_drawn_batch_shows_its_record_for_the_same_snapshots_and_no_other_seed() -> None:
    story, seal, record = drawn()
    assert decide(state_of(story), offer_like(seal)) == AlreadyDrawn(record)
    assert decide(state_of(story), offer_like(seal, A)) == AlreadyDrawn(record)
    # later draws of the cycle make a history longer; what was drawn stays drawn
    assert decide(state_of(story), offer_like(seal, history=[sha("x")])) == AlreadyDrawn(record)


@pytest.mark.parametrize("role", ROLES)
def test_a_drawn_batch_conflicts_with_another_snapshot(role: str) -> None:
    story, seal, record = drawn()
    decision = decide(state_of(story), offer_like(seal, **with_snapshot(seal, role)))
    assert isinstance(decision, Conflict)
    assert decision.event == record
    (difference,) = decision.differences
    recorded = (
        seal.value["plan"]["snapshot"]
        if role == "plan"
        else "-"
        if role == "recusals"
        else seal.value["inputs"][role]["snapshot"]
    )
    assert (difference.what, difference.recorded, difference.offered) == (role, recorded, sha("other"))


def test_a_drawn_batch_conflicts_with_another_seed() -> None:
    story, seal, record = drawn()
    decision = decide(state_of(story), offer_like(seal, B))
    assert isinstance(decision, Conflict)
    assert (decision.event, [d.what for d in decision.differences]) == (record, ["seed"])


def test_a_conflict_names_everything_that_differs() -> None:
    story, seal, _ = drawn()
    values = with_snapshot(seal, "plan") | {"inputs": {role: {"snapshot": sha(role), "rows": 1} for role in ROLES[1:]}}
    decision = decide(state_of(story), offer_like(seal, B, **values))
    assert isinstance(decision, Conflict)
    assert [d.what for d in decision.differences] == [*ROLES, "seed"]


def test_the_rows_and_titles_beside_the_digests_are_not_compared() -> None:
    story, seal, record = drawn()
    inputs = {role: source and source | {"rows": 99} for role, source in seal.value["inputs"].items()}
    offer = offer_like(seal, plan=seal.value["plan"] | {"title": "另一个标题"}, inputs=inputs)
    assert decide(state_of(story), offer) == AlreadyDrawn(record)


def test_the_seed_of_a_draw_that_answered_an_open_seal_is_that_of_its_record() -> None:
    story, seal = sealed(seed=None)
    seed = SeedDocument((Source("dice", "6"),), seal.line.sha256)
    record = story.answer(seal, seed)
    assert decide(state_of(story), offer_like(seal, seed)) == AlreadyDrawn(record)
    assert isinstance(decide(state_of(story), offer_like(seal, A)), Conflict)


# --- void ---------------------------------------------------------------------------------------------------


def voided(keep_seed: bool, of_draw: bool = True) -> tuple[Story, Event, Event]:
    story, seal = sealed()
    void = story.void(story.answer(seal) if of_draw else seal, keep_seed)
    return story, seal, void


@pytest.mark.parametrize("of_draw", [True, False], ids=["a draw", "a seal"])
def test_after_a_void_that_keeps_the_seed_the_batch_is_sealed_with_it(of_draw: bool) -> None:
    story, seal, void = voided(True, of_draw)
    for values in ({}, with_snapshot(seal, "entities")):
        assert decide(state_of(story), offer_like(seal, **values)) == SealNow(A.text)
        assert decide(state_of(story), offer_like(seal, A, **values)) == SealNow(A.text)
        decision = decide(state_of(story), offer_like(seal, B, **values))
        assert isinstance(decision, Conflict)
        assert (decision.event, [d.what for d in decision.differences]) == (void, ["seed"])


@pytest.mark.parametrize("of_draw", [True, False], ids=["a draw", "a seal"])
def test_after_a_void_that_gives_the_seed_up_the_batch_is_as_if_open(of_draw: bool) -> None:
    story, seal, _ = voided(False, of_draw)
    cases: list[tuple[SeedDocument | None, Decision]] = [(None, SealNow(None)), (A, SealNow(A.text)), (B, SealNow(B.text))]
    for seed, decision in cases:
        assert decide(state_of(story), offer_like(seal, seed)) == decision


# --- whose a task is ----------------------------------------------------------------------------------------

PAIR = plan(task("T1", coordination_group="g"), task("T2", coordination_group="g"))
FREED = {"open", "void and free", "sealed, void and free", "drawn anew without T2"}
HELD = {"sealed", "sealed, seed to come", "failed", "drawn", "void", "sealed, void", "sealed to come, void", "failed to come"}


def batch_in(way: str) -> Story:
    """Batch B1, with the tasks T1 and T2, brought to where `way` says."""
    story = Story()
    if way == "open":
        return story
    to_come = "to come" in way
    fails = way.startswith("failed")
    of = plan(*(replace(one, per_department=9) for one in PAIR.tasks)) if fails else PAIR
    seal = story.seal(of, "B1", pools(), None if to_come else A, [{"kind": "dice"}] if to_come else None)
    if way.startswith("sealed"):
        if "void" in way:
            story.void(seal, keep_seed="free" not in way)
        return story
    answered = story.answer(seal, SeedDocument((Source("dice", "6"),), seal.line.sha256) if to_come else None)
    if way.startswith("void") or "anew" in way:
        story.void(answered, keep_seed="free" not in way)
    if "anew" in way:
        story.answer(story.seal(plan(task("T1", coordination_group="g")), "B1", pools(), A))
    return story


def held(story: Story, key: tuple[str, str] = ("P1", "X1"), cycle: str = PAIR.cycle) -> dict[str, str]:
    """Who holds which task from `key`: the batch and its state."""
    found = held_elsewhere(story.ledger, story.files, key, cycle)
    return {task_id: f"{state.event.line.batch} {state.name}" for task_id, state in found.items() if state.event is not None}


@pytest.mark.parametrize("way", sorted(HELD | FREED))
def test_a_batch_holds_its_tasks_until_it_gives_up_its_seed_in_writing(way: str) -> None:
    """ledger-v1, Events. Of a batch that is drawn anew, those of the draw; nothing for another plan, another cycle, itself."""
    story = batch_in(way)
    name = state_of(story).name
    expected = {"T1", "T2"} if way in HELD else {"T1"} if "anew" in way else set()
    assert held(story) == dict.fromkeys(expected, f"B1 {name}")
    assert held(story, ("P2", "X1")) == held(story, KEY) == held(story, cycle="2099") == {}


def test_the_last_seal_says_what_a_batch_holds_that_is_not_drawn() -> None:
    """Voided with T1 and T2, sealed again with T1 alone: T2 is free, and whoever looks at the plans of the seals sees it."""
    story = batch_in("void")
    seal = story.seal(plan(task("T1", coordination_group="g")), "B1", pools(), A)
    assert held(story) == {"T1": "B1 sealed"}
    story.void(seal)
    assert held(story) == {"T1": "B1 void"}


def test_tasks_of_several_batches_are_held_by_each() -> None:
    story = batch_in("void")
    other = plan(task("T3", batch="B2", coordination_group="g"))
    story.seal(other, "B2", pools(), B)
    assert held(story) == {"T1": "B1 void", "T2": "B1 void", "T3": "B2 sealed"}
    assert held(story, ("P1", "B2")) == {"T1": "B1 void", "T2": "B1 void"}


def test_a_plan_that_is_not_there_leaves_nobody_knowing_what_is_held() -> None:
    story = batch_in("failed")
    name = f"snapshots/{story.ledger.events[0].value['plan']['snapshot']}.json"
    data = story.files.pop(name)
    with pytest.raises(MissingSnapshot) as missing:
        held(story)
    assert missing.value.file == name
    story.files[name] = data.replace(b"T2", b"T9")
    with pytest.raises(BadInputs, match=name):
        held(story)
    assert held(batch_in("drawn")) != {}
    drawn_without = batch_in("drawn")
    drawn_without.files = {}
    assert held(drawn_without) == {"T1": "B1 drawn", "T2": "B1 drawn"}, "a record says itself what it drew"


@pytest.mark.parametrize(
    ("change", "error"),
    [(lambda value: {"x": 1}, BadInputs), (lambda value: with_weights(value), MissingSnapshot)],
    ids=["no plan", "a plan of a later form"],
)
def test_a_plan_that_cannot_be_read_leaves_nobody_knowing_what_is_held(
    change: Callable[[Any], Any], error: type[Exception]
) -> None:
    """With the digest that the seal names, as a forger or a later version would leave it."""
    story, seal = sealed(PAIR)
    old = story.files[f"snapshots/{seal.value['plan']['snapshot']}.json"]
    data = canonical.encode(change(canonical.decode(old)))
    forged = Story()
    forged.files[f"snapshots/{sha(data)}.json"] = data
    value = {**seal.value, "plan": {**seal.value["plan"], "snapshot": sha(data)}}
    forged.append("seal", KEY, value)
    with pytest.raises(error):
        held(forged)


def with_weights(value: Any) -> Any:
    """draw-v1 §4.1"""
    value["tasks"][0] |= {"strata": {"by": "name", "weights": [["企业E1", 1, 0]]}}
    return value


# --- a decision is one that the ledger allows ---------------------------------------------------------------


@pytest.mark.parametrize("seed", [None, A, B], ids=["no seed", "the same seed", "another seed"])
@pytest.mark.parametrize("way", ["open", "sealed", "failed", "drawn", "void", "void and free"])
def test_what_is_decided_can_be_appended(way: str, seed: SeedDocument | None) -> None:
    story = Story()
    if way != "open":
        seal = story.seal(INFEASIBLE if way == "failed" else OF, "B1", pools(), A)
        if way in ("failed", "drawn", "void", "void and free"):
            answered = story.answer(seal)
            if way.startswith("void"):
                story.void(answered, keep_seed=way == "void")
    probe = Story().seal(OF, "B1", pools(), A)
    decision = decide(state_of(story), offer_like(probe, seed))
    if isinstance(decision, SealNow):
        document = decision.seed_document
        chosen = A if document == A.text else B if document == B.text else text_seed("fresh")
        assert document in (None, A.text, B.text)
        story.answer(story.seal(OF, "B1", pools(), chosen))
        assert state_of(story).name == "drawn"
    elif isinstance(decision, Finish):
        assert story.answer(decision.seal).line.type == "draw"
    else:
        assert isinstance(decision, AlreadyDrawn | Conflict)
