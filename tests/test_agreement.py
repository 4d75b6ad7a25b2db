"""The engine and the independent verifier, two programs from one specification by people who never met, on random ledgers.

A few dozen at every run of the suite; tests/long/agreement.py has ten thousand, and counts what happens in them. Expected is what
the other program gives: whichever is wrong, docs/spec decides.
"""

import random

import pytest
from agreement import answers_by_verifier, by_engine, by_verifier, exit_status, random_story, random_tampering
from builders import Story
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FEW = settings(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
NUMBERS = st.integers(0, 2**32)


@given(NUMBERS)
@FEW
def test_both_programs_make_the_same_bytes_and_pass_the_same_checks_of_an_honest_ledger(number: int) -> None:
    story = random_story(random.Random(number), Story())
    for here, there in answers_by_verifier(story):
        assert here == there
    found = by_engine(story.bytes())
    assert found == by_verifier(story.bytes())
    assert exit_status(found) == 0


@given(NUMBERS)
@FEW
def test_both_programs_say_the_same_of_a_ledger_with_one_thing_changed(number: int) -> None:
    chance = random.Random(number)
    story = random_story(chance, Story())
    if story.ledger.events:
        _, ledger, checkpoint = random_tampering(chance, story)
        assert by_engine(ledger, checkpoint) == by_verifier(ledger, checkpoint)


@pytest.mark.parametrize("number", [4, 7])
def test_a_story_comes_back_from_its_number(number: int) -> None:
    one, two = (random_story(random.Random(number), Story()).bytes() for _ in range(2))
    assert one == two
