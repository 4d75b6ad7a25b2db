"""`selftest`: its bounds, its known answers, what it says, and above all that a broken engine does not get through.

Expected values: enumeration with `math.comb`, closed forms of Abramowitz and Stegun (26.4.4), convolution of hypergeometric
distributions, and for the known answers the sources that `tests/known_answers.py` names.
"""

import inspect
import json
import math
import re
import shutil
import textwrap
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from cli import ENTITIES, ENTITY_COLUMNS, Desk, Ended, enterprise, tree
from known_answers import FILE, text
from rich.cells import cell_len

from shuangsuiji.draw import allocation, assignment, basket, drawing, sampling
from shuangsuiji.draw.tickets import Tickets, entity_key, tagged_hash, tickets
from shuangsuiji.model.pool import Pool
from shuangsuiji.trial import imaginary, laws, own_pool
from shuangsuiji.trial.attempt import attempt
from shuangsuiji.trial.bounds import (
    ALARM,
    CHI_SQUARE_ALARM,
    bernstein_swing,
    binomial_range,
    chi_square,
    chi_square_range,
    large_chi_square_range,
    log_above,
    root_above,
)
from shuangsuiji.trial.known_answers import KnownAnswers, known_answers
from shuangsuiji.trial.own_pool import OwnPool
from shuangsuiji.trial.tally import tally

# ------------------------------------------------------------------------------------------------------------------ bounds


def binomial(trials: int, chance: Fraction, k: int) -> Fraction:
    return math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)


@pytest.mark.parametrize(("trials", "chance"), [(1, "1/2"), (10, "1/3"), (60, "1/20"), (40, "19/20"), (200, "1/20")])
@pytest.mark.parametrize("alarm", ["1/10", "1/1000", "1/80000"])
def test_a_binomial_range_is_the_least_that_leaves_out_so_little(trials: int, chance: str, alarm: str) -> None:
    p, most = Fraction(chance), Fraction(alarm)
    low, high = binomial_range(trials, p, most)
    mass = [binomial(trials, p, k) for k in range(trials + 1)]
    assert sum(mass) == 1
    assert sum(mass[:low]) <= most < sum(mass[: low + 1])
    assert sum(mass[high + 1 :]) <= most < sum(mass[high:])


def test_what_is_certain_has_no_range() -> None:
    assert binomial_range(7, Fraction(1), ALARM) == (7, 7)


def chi_square_tail(x: float, freedom: int) -> float:
    """Abramowitz and Stegun 26.4.4, for an odd number of degrees of freedom."""
    term = total = math.sqrt(x)
    for r in range(1, (freedom - 1) // 2):
        term *= x / (2 * r + 1)
        total += term
    return math.erfc(math.sqrt(x / 2)) + 2 * math.exp(-x / 2) / math.sqrt(2 * math.pi) * (total if freedom > 1 else 0)


def test_the_closed_form_gives_the_published_table() -> None:
    """The 0.001 and 0.05 points of any table of chi-square, to the three digits behind the point that they print."""
    for freedom, point, tail in ((3, 7.815, 0.05), (19, 43.820, 0.001), (89, 112.022, 0.05)):
        assert chi_square_tail(point, freedom) == pytest.approx(tail, rel=2e-4)


@pytest.mark.parametrize("freedom", [3, 19, 89])
def test_a_range_of_chi_square_leaves_out_half_of_the_alarm_on_either_side(freedom: int) -> None:
    low, high = chi_square_range(freedom)
    half = float(CHI_SQUARE_ALARM) / 2
    assert 0.9 * half < chi_square_tail(float(high), freedom) <= half
    assert 0.9 * half < 1 - chi_square_tail(float(low), freedom) <= half


@pytest.mark.parametrize("freedom", [1, 19, 89, 501])
@pytest.mark.parametrize("alarm", ["1/100", "1/80000"])
def test_a_range_of_large_chi_square_leaves_out_no_more_than_it_may_and_is_not_much_wider(freedom: int, alarm: str) -> None:
    low, high = large_chi_square_range(freedom, Fraction(alarm))
    tail = float(Fraction(alarm))
    assert chi_square_tail(float(high), freedom) <= tail
    assert 1 - chi_square_tail(float(low), freedom) <= tail if low else True
    assert high < freedom + 3 * math.sqrt(-2 * freedom * math.log(tail)) + -4 * math.log(tail)


@pytest.mark.parametrize("number", [2, 3, 10, 20_000, 40_000, 80_000, 10**9])
def test_logarithms_and_roots_are_a_little_above(number: int) -> None:
    assert 0 <= float(log_above(number)) - math.log(number) < 0.05
    assert 0 <= float(root_above(Fraction(number, 7))) - math.sqrt(number / 7) <= 0.001


@pytest.mark.parametrize(("size", "members", "sample", "draws"), [(40, 10, 8, 6), (100, 3, 5, 8), (30, 15, 15, 4)])
def test_a_class_leaves_its_bounds_no_more_often_than_it_may(size: int, members: int, sample: int, draws: int) -> None:
    """The exact distribution of what a class of `members` of `size` gets of several draws, by convolution."""
    ways = math.comb(size, sample)
    one = [Fraction(math.comb(members, k) * math.comb(size - members, sample - k), ways) for k in range(min(members, sample) + 1)]
    total = [Fraction(1)]
    for _ in range(draws):
        total = [
            sum((total[i] * one[k - i] for i in range(len(total)) if 0 <= k - i < len(one)), Fraction(0))
            for k in range(len(total) + len(one) - 1)
        ]
    share, alarm = Fraction(members, size), Fraction(1, 100)
    mean = draws * sample * share
    swing = bernstein_swing(mean * (1 - share) * Fraction(size - sample, size - 1), alarm)
    assert sum(p for k, p in enumerate(total) if k >= mean + swing) <= alarm
    assert sum(p for k, p in enumerate(total) if k <= mean - swing) <= alarm


def test_a_tally_sees_what_is_uneven_too_even_and_impossible() -> None:
    chances = {letter: Fraction(1, 20) for letter in "abcdefghijklmnopqrst"}
    alike = "abcdefghijklmnopqrst" * 50
    seeded = [chr(97 + int(tagged_hash("tally", str(k)), 16) % 20) for k in range(1000)]
    assert tally(seeded, chances).good
    assert not tally(alike, chances).good, "nothing drawn by lot is as even as that"
    assert not tally([*seeded[:900], *"a" * 100], chances).good
    assert not tally([*seeded[:999], "?"], chances).good
    assert tally([*seeded[:999], "?"], chances).strange == 1
    assert chi_square([44, 56], [Fraction(50)] * 2) == Fraction(36, 25)


# ----------------------------------------------------------------------------------------------------------- known answers


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="no sha256sum here")
def test_the_known_answers_are_those_of_the_independent_sources() -> None:
    """The whole file is written anew: by the independent verifier, by sha256sum, and from the tables of its script."""
    assert FILE.read_bytes() == text().encode()


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(FILE.read_bytes())


def bytes_of(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def test_the_engine_knows_them_all() -> None:
    found = known_answers(FILE.read_bytes())
    assert found.good
    assert found.mismatches == ()
    assert all(count >= 2 for count in found.sources.values())
    assert 100 <= found.count < 300


def test_every_single_answer_is_compared(document: Any) -> None:
    """Each expected value is changed a little; each of them is missed."""

    def other(value: Any) -> Any:
        match value:
            case int():
                return value + 1
            case str():
                return f"{value}0"
            case dict():
                return {**value, next(iter(value)): other(next(iter(value.values())))}
            case [] | None:
                return ["?"]
            case _:
                return [other(value[0]), *value[1:]]

    answers = [{**one, "expect": {part: other(must) for part, must in one["expect"].items()}} for one in document["answers"]]
    found = known_answers(bytes_of({**document, "answers": answers}))
    assert len(found.mismatches) == found.count == sum(len(one["expect"]) for one in document["answers"])
    assert not found.good


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"schema": "shuangsuiji/known-answers/1", "answers": []}',
        b'{"schema": "shuangsuiji/known-answers/2"}',
    ],
)
def test_a_damaged_file_of_answers_is_not_good(data: bytes) -> None:
    assert not known_answers(data).good


def test_what_cannot_even_be_asked_is_a_mismatch(document: Any) -> None:
    first = next(one for one in document["answers"] if one["kind"] == "draw")
    broken = {**first, "ask": {**first["ask"], "seed_document": "no seed"}}
    found = known_answers(bytes_of({**document, "answers": [broken, {**first, "ask": {}}]}))
    assert [one.number for one in found.mismatches] == [1] * len(first["expect"]) + [2] * len(first["expect"])


# ---------------------------------------------------------------------------------------------- a broken engine is found out


@pytest.fixture(autouse=True, scope="module")
def _fewer_trials() -> Any:
    """Enough to see every breakage below, at a fraction of the time; the fixture `said` takes them as they are."""
    with mock.patch.multiple(laws, DRAWS=2_000, DEALS=1_800, PAIRS=1_000, TIMES=60, ORDERS=4):
        yield


REAL = {name: getattr(laws, name) for name in ("DRAWS", "DEALS", "PAIRS", "TIMES", "ORDERS")}


def imaginary_pool(size: int = 400) -> Pool:
    columns = {
        "id": [f"E{k:04}" for k in range(size)],
        "name": ["x"] * size,
        "credit_class": ["ABCC"[k % 4] for k in range(size)],
    }
    return Pool.of(columns)


TRIALS: dict[str, Callable[[], Any]] = {
    "known answers": lambda: attempt(KnownAnswers, lambda: known_answers(FILE.read_bytes())),
    "equal chances": lambda: attempt(laws.EqualChances, laws.equal_chances),
    "even deals": lambda: attempt(laws.EvenDeals, laws.even_deals),
    "batches apart": lambda: attempt(laws.BatchesApart, laws.batches_apart),
    "same again": lambda: attempt(laws.SameAgain, laws.same_again),
    "own pool": lambda: attempt(OwnPool, lambda: own_pool.own_pool(imaginary_pool())),
}


@pytest.mark.parametrize("name", TRIALS)
def test_the_engine_as_it_is_passes(name: str) -> None:
    assert TRIALS[name]().good


def short_tickets(key: str, ids: Any) -> Tickets:
    """Eight bits of every ticket, the rest nought."""
    whole = tickets(key, ids)
    return Tickets(b"".join(whole.digests[32 * k : 32 * k + 1] + bytes(31) for k in range(len(whole))))


def lucky_class(key: str, ids: Any) -> Tickets:
    """Every fourth entity (class A of the imaginary pool) has a ticket with its first bit at nought."""
    whole = bytearray(tickets(key, ids).digests)
    for k in range(0, len(ids), 4):
        whole[32 * k] &= 127
    return Tickets(bytes(whole))


def never(key: str, ids: Any) -> Tickets:
    """One entity of the imaginary pool has the last ticket there is."""
    whole = bytearray(tickets(key, ids).digests)
    for k in (k for k, entity in enumerate(ids) if entity == "E0123"):
        whole[32 * k : 32 * k + 32] = b"\xff" * 32
    return Tickets(bytes(whole))


def by_id(rows: Any, tiers: Any, words: Any) -> Any:
    """The tickets do not count."""
    return np.lexsort((np.arange(len(rows)), tiers))


def unsorted_pool(columns: Any, key: Any = ("id",)) -> Pool:
    return Pool({name: np.array(cells, dtype=object) for name, cells in columns.items()})


def always_first(*fields: str) -> str:
    """The pick among the least loaded is always the first of them."""
    return "0" * 64 if "pick" in fields else tagged_hash(*fields)


def no_hash(*fields: str) -> str:
    """Nothing about a deal is drawn: neither the order of the visits nor the pick."""
    return "0" * 64


def written(owner: Any, name: str, old: str, new: str) -> Any:
    """A patch: a function of the engine with `new` in its source where `old` stood, which must be there."""
    function = getattr(owner, name)
    source = textwrap.dedent(inspect.getsource(function))
    assert old in source
    made: dict[str, Any] = {}
    exec(source.replace(old, new), function.__globals__, made)
    return mock.patch.object(owner, name, made[name])


SLIPS: dict[str, tuple[Any, str, str, str]] = {
    "down by a float ratio": (allocation, "rounded", "return size * p // q", "return int(size * float(ratio))"),
    "down by float division": (allocation, "rounded", "return size * p // q", "return int(size * p / q)"),
    "half_up by a float ratio": (allocation, "rounded", "(2 * size * p + q) // (2 * q)", "int(size * float(ratio) + 0.5)"),
    "half_up by float division": (allocation, "rounded", "(2 * size * p + q) // (2 * q)", "int(size * p / q + 0.5)"),
    "half_up to the even one": (allocation, "rounded", "(2 * size * p + q) // (2 * q)", "round(Fraction(size * p, q))"),
    "up by a float ratio": (allocation, "rounded", "-(-size * p // q)", "-int(-size * float(ratio) // 1)"),
    "up by float division": (allocation, "rounded", "-(-size * p // q)", "-int(-size * p / q // 1)"),
    "the rank of repair under another tag": (assignment._Repair, "__init__", '"rank"', '"ranks"'),
    "ties of repair by id": (assignment._Repair, "__init__", 'tagged_hash(key, "rank", inspector), ', ""),
    "the last task's initiator is asked for more": (drawing, "errand_of", "demand[tasks[0]", "demand[tasks[-1]"),
    "the smallest minimum_team": (drawing, "errand_of", "max(task.minimum_team", "min(task.minimum_team"),
    "the first task's minimum_team": (drawing, "errand_of", "max(task.minimum_team for task in tasks)", "tasks[0].minimum_team"),
    "the last task's minimum_team": (drawing, "errand_of", "max(task.minimum_team for task in tasks)", "tasks[-1].minimum_team"),
    "the smallest per_department": (drawing, "errand_of", "max(demand.get(department, 0)", "min(demand.get(department, 9)"),
    "certificates until the earliest end": (drawing, "errand_of", "max(task.window.end", "min(task.window.end"),
    "certificates until the first task's end": (
        drawing,
        "errand_of",
        "max(task.window.end for task in tasks)",
        "tasks[0].window.end",
    ),
    "a witness of one step": (assignment._Repair, "witness", "queue.extend(_bits(new))", "queue.extend(_bits(new)); break"),
}
"""Slips that only a known answer can show: what they get wrong does not come by chance, and rarely."""


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_of_the_engine_misses_a_known_answer(name: str) -> None:
    with written(*SLIPS[name]):
        found = known_answers(FILE.read_bytes())
    assert found.mismatches


BREAKAGES: dict[str, tuple[Any, set[str]]] = {
    "tickets of eight bits": (mock.patch.object(basket, "tickets", short_tickets), {"known answers"}),
    "sorted by id": (
        mock.patch.multiple(sampling, drawing_order=by_id, first_drawn=lambda size, *rest: by_id(*rest)[:size]),
        {"known answers", "equal chances", "batches apart", "own pool"},
    ),
    "one class is luckier": (mock.patch.object(basket, "tickets", lucky_class), {"known answers", "equal chances", "own pool"}),
    "the pick is always the first": (mock.patch.object(assignment, "tagged_hash", always_first), {"known answers"}),
    "the deal knows no chance": (mock.patch.object(assignment, "tagged_hash", no_hash), {"known answers", "even deals"}),
    "no repair": (mock.patch.object(assignment._Repair, "run", return_value=None), {"known answers", "even deals"}),
    "tiers are passed over": (
        mock.patch.object(sampling, "tiers_of", lambda entities, counts: np.zeros(len(entities), dtype=np.int64)),
        {"known answers", "batches apart"},
    ),
    "all batches have one key": (
        mock.patch.object(basket, "entity_key", lambda seed, plan, batch: entity_key(seed, plan, "1")),
        {"known answers", "batches apart"},
    ),
    "one entity is left out": (
        mock.patch.object(basket.frame, "frame_rows", lambda where, statuses, entities: np.arange(1, len(entities))),
        {"own pool"},
    ),
    "one entity never comes": (mock.patch.object(basket, "tickets", never), {"own pool"}),
    "rows stay in the order of the file": (mock.patch.object(imaginary.Pool, "of", unsorted_pool), {"same again"}),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_broken_engine_is_found_out(name: str) -> None:
    patch, must_fail = BREAKAGES[name]
    with patch:
        failed = {trial for trial in must_fail if not TRIALS[trial]().good}
    assert failed == must_fail


# ------------------------------------------------------------------------------------------------------------- one's own pool


def test_the_counts_of_an_own_pool_add_up() -> None:
    found = own_pool.own_pool(imaginary_pool())
    assert (found.entities, found.sample, found.seeds) == (400, 20, 200)
    assert [(one.name, one.entities) for one in found.classes] == [("A", 100), ("B", 100), ("C", 200)]
    assert sum(one.drawn for one in found.classes) == 200 * 20
    assert found.least <= 10 <= found.most
    assert (found.lowest, found.highest) == binomial_range(200, Fraction(20, 400), Fraction(ALARM, 4 * 400))


def test_a_large_pool_gets_fewer_seeds() -> None:
    with mock.patch.object(own_pool, "TICKETS", 4_000):
        found = own_pool.own_pool(imaginary_pool())
    assert found.seeds == 10
    assert found.good


@pytest.mark.parametrize("size", [1, 2, 3, 21])
def test_the_smallest_pools_can_be_tried(size: int) -> None:
    found = own_pool.own_pool(imaginary_pool(size))
    assert found.sample == math.ceil(size / 20)
    assert found.good


def test_everybody_in_the_pool_takes_part_whatever_the_status_and_no_class_is_passed_over() -> None:
    size = 60
    columns = {"id": [f"E{k}" for k in range(size)], "name": ["x"] * size, "status": ["存续", "注销", ""] * 20}
    found = own_pool.own_pool(Pool.of({**columns, "credit_class": [f"C{k % 30}" for k in range(size)]}))
    assert (found.entities, found.sample) == (60, 3)
    assert len(found.classes) == own_pool.MOST_CLASSES
    assert found.classes[-1].name is None
    assert sum(one.entities for one in found.classes) == size
    assert sum(one.drawn for one in found.classes) == 200 * 3
    assert own_pool.own_pool(Pool.of(columns)).classes == ()


def test_each_figure_of_an_own_pool_can_make_it_bad() -> None:
    good = own_pool.own_pool(imaginary_pool())
    values = {name: getattr(good, name) for name in OwnPool.__slots__}
    unlucky = own_pool.ClassShare("A", 100, 0, Fraction(1), Fraction(2))
    for name, value in (
        ("in_line", good.entities - 1),
        ("most", good.highest + 1),
        ("least", good.lowest - 1),
        ("spread", good.spread_range[0] - 1),
        ("spread", good.spread_range[1] + 1),
        ("classes", (unlucky,)),
    ):
        assert not OwnPool(**{**values, name: value}).good, name


# ------------------------------------------------------------------------------------------------------------- the command


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    found = Desk(tmp_path_factory.mktemp("office"))
    for name, rows in (("entities.csv", ENTITIES), ("a.csv", ENTITIES[:10]), ("b.csv", ENTITIES[10:])):
        found.write_table(name, rows, ENTITY_COLUMNS)
    return found


@pytest.fixture(scope="module")
def said(office: Desk) -> Ended:
    with mock.patch.multiple(laws, **REAL):
        return office.type("selftest", "--pool", "entities.csv")


def test_all_is_well_and_nothing_is_written(office: Desk, said: Ended) -> None:
    assert (said.status, said.stderr) == (0, "")
    assert set(tree(office.folder)) == {"entities.csv", "a.csv", "b.csv"}


def test_it_says_what_was_tried_what_came_out_and_what_it_cannot_show(said: Ended) -> None:
    for words in (
        "假想的种子",
        "什么也不写",
        "20 种抽法",
        "90 种",
        "逐字节相同",
        "200 个假想种子",
        "信用等级",
        "6 项全部正常",
        "自检看不出的事",
        "名录库是否完整、真实",
    ):
        assert words in said.stdout, words
    assert str(known_answers(FILE.read_bytes()).count) in said.stdout


def test_no_line_is_wider_than_80_columns_before_it_is_wrapped_and_any_console_shows_it(said: Ended) -> None:
    assert [line for line in said.stdout.splitlines() if cell_len(line) > 80] == []
    said.stdout.encode("gbk")


def test_it_is_one_json_document_and_several_files_are_one_pool(office: Desk, said: Ended) -> None:
    ended = office.type("selftest", "--pool", "a.csv", "--pool", "b.csv", "--json")
    document = ended.document
    assert (ended.status, document["format_version"], document["status"], document["problems"]) == (0, 1, 0, [])
    assert [(one["item"], one["name"], one["passed"]) for one in document["items"]] == [
        (1, "known_answers", True),
        (2, "equal_chances", True),
        (3, "even_deals", True),
        (4, "batches_apart", True),
        (5, "same_again", True),
        (6, "own_pool", True),
    ]
    assert document["items"][5]["entities"] == len(ENTITIES)
    assert f"最多的一户 {document['items'][5]['most']['drawn']} 次" in said.stdout


def test_fewer_seeds_are_never_used_in_silence(office: Desk, said: Ended) -> None:
    with mock.patch.object(own_pool, "TICKETS", 400):
        ended = office.type("selftest", "--pool", "entities.csv")
    assert "种子由 200 个减为 10 个" in ended.stdout
    assert "减为" not in said.stdout


def test_quiet_says_nothing_where_all_is_well(office: Desk) -> None:
    assert office.type("selftest", "--quiet") == Ended(0, "", "")


@pytest.mark.parametrize("arguments", [(), ("--quiet",), ("--json",)])
def test_a_broken_engine_ends_with_10_and_says_so(office: Desk, arguments: tuple[str, ...]) -> None:
    patch, _ = BREAKAGES["no repair"]
    with patch:
        ended = office.type("selftest", *arguments)
    assert ended.status == 10
    if "--json" in arguments:
        assert [one["passed"] for one in ended.document["items"]] == [False, True, False, True, True]
        assert {one["code"] for one in ended.document["problems"]} == {"CLI-014"}
        assert ended.document["status"] == 10
        assert ended.document["items"][0]["mismatches"]
    else:
        assert ended.stderr.count("CLI-014") == 2
        assert "第 3 项" in ended.stderr
        assert ("× 第 1、3 项不对" in ended.stdout) == (arguments == ())


RAISES = {
    "the frame": (basket.frame, "frame_rows", [1, 2, 4, 5, 6]),
    "the ticket": (basket, "tickets", [1, 2, 4, 5, 6]),
    "the deal": (assignment, "deal_key", [1, 3, 5]),
    "the reader of a snapshot": (imaginary, "sealed_inputs", [5]),
    "the pool": (Pool, "rows", [1, 3, 5]),
}
"""What of the engine raises, and the items that need it."""


@pytest.mark.parametrize("raised", [NameError("x"), IndexError("x"), RecursionError()], ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("name", RAISES)
def test_whatever_the_engine_raises_is_a_verdict_on_the_item_that_was_tried(office: Desk, name: str, raised: Exception) -> None:
    where, what, items = RAISES[name]
    with mock.patch.object(where, what, side_effect=raised):
        ended = office.type("selftest", "--pool", "a.csv", "--json")
    assert (ended.status, ended.stderr) == (10, "")
    found = {one["item"]: one for one in ended.document["items"]}
    assert [item for item, one in found.items() if not one["passed"]] == items
    assert {problem["code"] for problem in ended.document["problems"]} == {"CLI-014"}
    broken = {item: one["error"] for item, one in found.items() if "error" in one}
    assert set(broken) >= {*items} - {1}, "of the known answers every one is asked, if the error is one that bad input may raise"
    assert set(broken.values()) <= {type(raised).__name__}


def test_an_item_that_breaks_off_says_what_was_tried_and_where_and_nothing_out_of_the_data(office: Desk) -> None:
    names = ("known_answers", "equal_chances", "even_deals", "batches_apart", "same_again", "own_pool")
    broken = mock.Mock(side_effect=AttributeError("张三 0160001"))
    with mock.patch.multiple("shuangsuiji.cli.selftest", **dict.fromkeys(names, broken)):
        ended = office.type("selftest", "--pool", "a.csv")
    assert ended.status == 10
    assert "结论：× 第 1、2、3、4、5、6 项不对，先不要用这份程序抽取。" in ended.stdout
    tried = ("让程序重算", "反复试抽", "反复试派", "试抽前后几个批次", "打乱名录", "在您的名录库上试抽")
    for item, words in enumerate(tried, start=1):
        told = f"{words}.*时，程序出错中断（AttributeError），没有试完"
        assert re.search(f"自检第 {item} 项“.*{told}，差错出在 shuangsuiji[.a-z]+:[0-9]+。", ended.stderr), ended.stderr
        assert re.search(rf"\n{item}\. .*：× 不对\n   .*{told}。", ended.stdout), ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
    assert "张三" not in ended.stdout + ended.stderr
    (ended.stdout + ended.stderr).encode("gbk")


def test_figures_that_do_not_add_up_to_a_verdict_are_no_way_around_it(office: Desk) -> None:
    """What is counted is put together after the trial: chi-square of outcomes nobody foresaw has no bounds in the table."""
    with mock.patch.object(laws, "combinations", return_value=[("E1",), ("E2",)]):
        ended = office.type("selftest")
    assert ended.status == 10
    assert "用编造的名录反复试抽时，程序出错中断（KeyError）" in ended.stderr


@pytest.mark.parametrize("through", [KeyboardInterrupt, SystemExit])
def test_who_interrupts_a_trial_is_obeyed(through: type[BaseException]) -> None:
    with pytest.raises(through):
        attempt(laws.SameAgain, mock.Mock(side_effect=through))


def test_an_interrupted_self_test_ends_as_every_interrupted_command(office: Desk) -> None:
    with mock.patch.object(basket, "tickets", side_effect=KeyboardInterrupt):
        assert office.type("selftest").status == 130


def test_an_engine_that_refuses_what_is_tried_ends_with_10_and_not_with_the_refusal_of_an_input(office: Desk) -> None:
    with mock.patch.object(basket.frame, "frame_rows", return_value=np.array([], dtype=np.intp)):
        ended = office.type("selftest")
    assert ended.status == 10
    assert "程序出错中断（DRAW-001）" in ended.stderr


def test_a_missing_file_of_answers_ends_with_10(office: Desk, tmp_path: Path) -> None:
    with mock.patch("shuangsuiji.cli.selftest.files", return_value=tmp_path):
        ended = office.type("selftest")
    assert ended.status == 10
    assert "答案文件" in ended.stderr


def test_a_pool_with_a_mistake_is_reported_as_always_and_nothing_is_tried(office: Desk, tmp_path: Path) -> None:
    found = Desk(tmp_path)
    found.write_table("entities.csv", [enterprise(1), enterprise(1)], ENTITY_COLUMNS)
    ended = found.type("selftest", "--pool", "entities.csv")
    assert (ended.status, ended.stdout) == (3, "")
    assert "POOL-008" in ended.stderr
    assert found.type("selftest", "--pool", "nothing.csv").status == 3
    assert found.type("selftest", "--pool", "").status == 2
