"""What `draw` does next with a batch (ledger-v1, Events): every decision, read off the specification."""

import copy
from typing import Any

import pytest
from builders import Story, plan, pools, sha, task

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
