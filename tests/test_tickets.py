"""The hash, the keys and the tickets (draw-v1 §0, §3, §10): by hashlib, by the text of §10, and by the real sha256sum."""

import hashlib
import shutil
import subprocess

import pytest

from shuangsuiji.draw.tickets import deal_key, entity_key, tagged_hash, tickets

# draw-v1 §10
SEED = "0000000000000000000000000000000000000000000000000000000000000001"
PLAN, BATCH, ENTITY = "jzsfq-2023", "2023Q1", "91410800MA00000012"
KEY = "3597ae163dc830a8f3602ee6c75af636897f5f110d4cd1785685da8c24daf100"
TICKET = "c4e90f9fc7ce013466983bed9ea6ebc031e1f5cacacfc39a9b70e84c0950dee7"

IDS = ["91410800MA00000012", "豫甲-1", "Ａ", "é", "𠮷", "\uffee", "A/B(C)#1", "x" * 64, "0"]


def test_the_worked_ticket_is_that_of_the_specification() -> None:
    assert entity_key(SEED, PLAN, BATCH) == KEY
    assert tickets(KEY, [ENTITY]).hex(0) == TICKET


def test_the_worked_ticket_follows_from_hashlib_alone() -> None:
    key = hashlib.sha256(f"shuangsuiji/draw/1\nentity\n{SEED}\n{PLAN}\n{BATCH}\n".encode()).hexdigest()
    assert key == KEY
    assert hashlib.sha256(f"{key}\n{ENTITY}\n".encode()).hexdigest() == TICKET


@pytest.mark.skipif(not (shutil.which("sha256sum") and shutil.which("sh")), reason="no sha256sum here")
def test_anyone_can_compute_a_ticket_with_printf_and_sha256sum() -> None:
    script = 'K=$(printf "%s\\n" "shuangsuiji/draw/1" entity "$1" "$2" "$3" | sha256sum | cut -c1-64)\n'
    script += 'printf "%s\\n" "$K" "$4" | sha256sum | cut -c1-64'
    for entity in IDS:
        command = ["sh", "-c", script, "sh", SEED, PLAN, BATCH, entity]
        printed = subprocess.run(command, capture_output=True, check=True).stdout.decode().strip()
        assert printed == tickets(entity_key(SEED, PLAN, BATCH), [entity]).hex(0)
        assert entity != ENTITY or printed == TICKET


def test_the_hash_ends_every_field_with_one_line_feed() -> None:
    assert tagged_hash("甲", "b") == hashlib.sha256("甲\nb\n".encode()).hexdigest()
    assert tagged_hash("甲") == hashlib.sha256("甲\n".encode()).hexdigest()
    assert len({tagged_hash("ab", "c"), tagged_hash("a", "bc"), tagged_hash("abc"), tagged_hash("a", "b", "c")}) == 4


def test_the_key_of_a_deal_names_the_department_and_not_the_entities() -> None:
    by_hand = hashlib.sha256(f"shuangsuiji/draw/1\ndeal\n{SEED}\n{PLAN}\n{BATCH}\n示范区公安局\n".encode()).hexdigest()
    assert deal_key(SEED, PLAN, BATCH, "示范区公安局") == by_hand
    assert by_hand != entity_key(SEED, PLAN, BATCH)


@pytest.mark.parametrize("entity", IDS)
def test_a_ticket_is_the_hash_of_key_and_id_whatever_the_id_is_written_in(entity: str) -> None:
    assert tickets(KEY, [entity]).hex(0) == hashlib.sha256(f"{KEY}\n{entity}\n".encode()).hexdigest()


def test_a_ticket_does_not_depend_on_its_neighbours() -> None:
    together = tickets(KEY, IDS)
    assert len(together) == len(IDS)
    assert [together.hex(k) for k in range(len(IDS))] == [tickets(KEY, [entity]).hex(0) for entity in IDS]
    assert [tickets(KEY, IDS[::-1]).hex(k) for k in range(len(IDS))] == [together.hex(k) for k in range(len(IDS))][::-1]


def test_of_many_ids_each_has_its_own_ticket() -> None:
    """By hashlib alone; more than are hashed at one go."""
    many = [f"E{k}" for k in range(10_000)]
    together = tickets(KEY, many)
    assert [together.hex(k) for k in range(len(together))] == [hashlib.sha256(f"{KEY}\n{e}\n".encode()).hexdigest() for e in many]


def test_words_are_the_ticket_as_a_number_and_sort_like_its_hex_digits() -> None:
    many = tickets(KEY, [f"E{k}" for k in range(500)])
    words = many.words()
    assert words.shape == (500, 4)
    numbers = [sum(int(word) << (64 * (3 - place)) for place, word in enumerate(row)) for row in words]
    assert numbers == [int(many.hex(k), 16) for k in range(500)]
    by_words = sorted(range(500), key=lambda k: tuple(map(int, words[k])))
    assert by_words == sorted(range(500), key=many.hex)


def test_nobody_gives_no_tickets() -> None:
    assert len(tickets(KEY, [])) == 0
    assert tickets(KEY, []).words().shape == (0, 4)
