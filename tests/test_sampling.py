"""Order, sample and reserve (draw-v1 §5), against a plain sort by (tier, ticket, id) written here."""

import random

import numpy as np
import pytest
from builders import SEED, H, entity_pool, history, plan, task

from shuangsuiji.draw.basket import Basket
from shuangsuiji.draw.sampling import drawing_order, first_drawn, tiers_of
from shuangsuiji.model.history import History

TOP = 2**64 - 1


def plain(tiers: list[int], words: list[tuple[int, ...]]) -> list[int]:
    """Positions by (tier, ticket, id); rows stand in the order of the ids, so the position is the id."""
    return sorted(range(len(tiers)), key=lambda k: (tiers[k], words[k], k))


def arrays(tiers: list[int], words: list[tuple[int, ...]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = np.array(words, dtype=np.uint64).reshape(-1, 4)
    return np.arange(len(tiers)) * 3 + 5, np.array(tiers, dtype=np.int64), table


@pytest.mark.parametrize(
    ("tiers", "words"),
    [
        pytest.param([], [], id="nobody"),
        pytest.param([0], [(1, 2, 3, 4)], id="one"),
        pytest.param([0, 0, 0], [(5, 5, 5, 5)] * 3, id="equal tickets go by id"),
        pytest.param([1, 0, 1, 0], [(5, 5, 5, 5)] * 4, id="equal tickets in two tiers"),
        pytest.param([1, 0], [(0, 0, 0, 0), (TOP, TOP, TOP, TOP)], id="the tier goes before any ticket"),
        pytest.param([0, 0, 0, 0], [(1, 0, 0, 9), (1, 0, 0, 8), (1, 0, 9, 0), (1, 9, 0, 0)], id="later words count"),
        pytest.param([0, 0], [(2**63, 0, 0, 0), (2**63 - 1, TOP, TOP, TOP)], id="words have no sign"),
        pytest.param([0, 0, 0], [(2**53 + 1, 0, 0, 0), (2**53, 0, 0, 0), (2**53 + 2, 0, 0, 0)], id="words are no doubles"),
        pytest.param([2, 0, 1, 0, 2, 1], [(k, 0, 0, 0) for k in (3, 9, 1, 9, 2, 1)], id="three tiers"),
        pytest.param([0] * 6, [(7, 0, 0, k) for k in (5, 4, 3, 2, 1, 0)], id="one first word for all"),
    ],
)
def test_the_first_of_any_size_are_those_of_a_plain_sort(tiers: list[int], words: list[tuple[int, ...]]) -> None:
    rows, tier_array, word_array = arrays(tiers, words)
    assert list(drawing_order(rows, tier_array, word_array)) == plain(tiers, words)
    for size in range(len(tiers) + 1):
        assert list(first_drawn(size, rows, tier_array, word_array)) == plain(tiers, words)[:size]


def test_the_first_drawn_agree_with_a_plain_sort_where_ties_abound() -> None:
    chance = random.Random(20230401)
    shortcuts = 0
    for _ in range(400):
        n = chance.randint(1, 40)
        few = chance.choice([2, 5, TOP])
        tiers = [chance.randint(0, chance.choice([0, 1, 3])) for _ in range(n)]
        words = [tuple(chance.randint(0, few) for _ in range(4)) for _ in range(n)]
        rows, tier_array, word_array = arrays(tiers, words)
        size = chance.randint(0, n)
        shortcuts += 0 < size * 2 < n
        assert list(first_drawn(size, rows, tier_array, word_array)) == plain(tiers, words)[:size]
    assert shortcuts > 100  # the branch that does not sort everybody was taken


def test_the_first_drawn_of_thousands_agree_with_a_plain_sort() -> None:
    """Selection within a large array goes other ways than within a small one; tiers and first words are often equal."""
    chance = random.Random(5)
    n = 5000
    for most_tiers, few in ((0, 9), (40, 3), (400, TOP)):
        tiers = [chance.randint(0, most_tiers) for _ in range(n)]
        words = [tuple(chance.randint(0, few) for _ in range(4)) for _ in range(n)]
        rows, tier_array, word_array = arrays(tiers, words)
        for size in (1, 2, 37, 1200, 2400, 2500):
            assert list(first_drawn(size, rows, tier_array, word_array)) == plain(tiers, words)[:size]


def test_positions_are_whole_numbers_even_of_nobody() -> None:
    rows, tiers, words = arrays([0, 1, 0], [(1, 2, 3, 4)] * 3)
    for size in range(4):
        assert first_drawn(size, rows, tiers, words).dtype == np.intp


def test_tiers_are_looked_up_and_0_for_newcomers() -> None:
    entities = np.array(["E1", "E2", "E3"], dtype=object)
    assert list(tiers_of(entities, {"E2": 3, "E9": 1})) == [0, 3, 0]
    assert list(tiers_of(entities[:0], {"E2": 3})) == []
    for counts in ({}, {"E2": 3}):
        assert tiers_of(entities, counts).dtype == np.int64  # no number here is ever a float


def test_sample_and_reserve_stand_in_the_order_of_tier_ticket_and_id() -> None:
    names = [f"E{k}" for k in range(30)]
    past = history(("g", ["E1", "E2", "E3"]), ("g", ["E1", "E4"]), ("h", ["E5"]))
    tier = {"E1": 2, "E2": 1, "E3": 1, "E4": 1}
    key = H("shuangsuiji/draw/1", "entity", SEED, "P1", "B1")
    order = sorted(names, key=lambda e: (tier.get(e, 0), H(key, e), e))
    for count in (1, 14, 15, 27, 28, 30, 31):
        one = task(count=count, coordination_group="g")
        (drawn,) = Basket.of(plan(one), "B1", entity_pool(*names), past).draw_entities(SEED)
        assert [d.entity for d in drawn.sample] == order[:count]
        assert [(d.tier, d.ticket) for d in drawn.sample] == [(tier.get(e, 0), H(key, e)) for e in order[:count]]
        (stratum,) = drawn.strata
        assert stratum.cutoff is not None
        last = order[:count][-1]
        assert (stratum.cutoff.tier, stratum.cutoff.ticket) == (tier.get(last, 0), H(key, last))


def test_whoever_is_not_above_the_cut_off_is_drawn_and_nobody_else() -> None:
    names = [f"E{k}" for k in range(40)]
    past = history(("g", names[:9]))
    key = H("shuangsuiji/draw/1", "entity", SEED, "P1", "B1")
    for count in (5, 30, 33, 40):
        one = task(count=count, coordination_group="g")
        (drawn,) = Basket.of(plan(one), "B1", entity_pool(*names), past).draw_entities(SEED)
        cutoff = drawn.strata[0].cutoff
        assert cutoff is not None
        inside = {e for e in names if (int(e in names[:9]), H(key, e)) <= (cutoff.tier, cutoff.ticket)}
        assert inside == {d.entity for d in drawn.sample}


def test_nobody_is_drawn_twice_for_a_group_before_everybody_was_drawn_once() -> None:
    names = [f"E{k}" for k in range(10)]
    one = task(count=3, coordination_group="g")
    records: list[tuple[str | None, list[str]]] = []
    for k in range(7):
        (drawn,) = Basket.of(plan(one), "B1", entity_pool(*names), history(*records)).draw_entities(f"{k:064x}")
        records.append(("g", [d.entity for d in drawn.sample]))
        times = [sum(e in ids for _, ids in records) for e in names]
        assert max(times) - min(times) <= 1
        assert sum(times) == 3 * (k + 1)


def test_without_a_group_the_history_moves_nobody() -> None:
    names = [f"E{k}" for k in range(10)]
    past = history(("g", names[:5]), ("g", names[:5]))
    with_history = Basket.of(plan(task(count=4)), "B1", entity_pool(*names), past).draw_entities(SEED)
    assert with_history == Basket.of(plan(task(count=4)), "B1", entity_pool(*names), History()).draw_entities(SEED)
