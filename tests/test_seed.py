"""The seed document (draw-v1 §2). Documents and digests are written out here; nothing is taken from the engine."""

import hashlib

import pytest

from shuangsuiji.model.seed import BadSeed, SeedDocument, Source, os_seed, parse_seed, text_seed

HEAD = "shuangsuiji/seed/1\n"
HEX = "0123456789abcdef" * 4
SSQ = "2026135:03 08 15 19 27 31+12"


def document(*lines: str) -> str:
    return HEAD + "".join(line + "\n" for line in lines)


GOOD = {
    "a chosen text": "text:种子 2023 第1号",
    "a text with colons": "text:a:b::c",
    "a text of one space": "text: ",
    "a text beyond the basic plane": "text:𠮷",
    "randomness of the operating system": f"os-random:{HEX}",
    "one die": "dice:6",
    "many dice": "dice:1234561234561",
    "the lottery of the specification": f"ssq:{SSQ}",
    "the least balls": "ssq:2026001:01 02 03 04 05 06+01",
    "the greatest balls": "ssq:2026001:28 29 30 31 32 33+16",
    "an issue and balls with every digit": "ssq:9876543:09 10 19 20 25 29+09",
    "another issue, balls and a blue with the others": "ssq:2019012:04 06 07 08 13 20+16",
    "a beacon": f"drand-quicknet:1:{HEX}",
    "a beacon whose round has every digit": f"drand-quicknet:9876543210:{HEX}",
    "the latest beacon": f"drand-quicknet:999999999999999:{HEX}",
    "a beacon with a signature of every digit": f"drand-quicknet:10:{HEX}:{HEX}{HEX[::-1]}",
    "a late beacon": f"drand-quicknet:123456789:{HEX}",
    "a beacon with its signature": f"drand-quicknet:12:{HEX}:{'ab' * 48}",
    "a share": f"share:纪检组:{HEX}",
    "a share with spaces and marks in its name": f"share:纪检组 (二) #1,x:{HEX}",
}

BAD = {
    "text: empty": "text:",
    "text: tab": "text:a\tb",
    "text: carriage return": "text:a\r",
    "text: NUL": "text:\x00",
    "text: zero-width space": "text:a\u200b",
    "text: line separator": "text:a\u2028b",
    "text: byte order mark": "text:\ufeff",
    "os-random: empty": "os-random:",
    "os-random: 63 digits": f"os-random:{HEX[:-1]}",
    "os-random: 65 digits": f"os-random:{HEX}0",
    "os-random: upper case": f"os-random:{HEX.upper()}",
    "os-random: not hex": f"os-random:{HEX[:-1]}g",
    "os-random: trailing space": f"os-random:{HEX} ",
    "dice: no digit": "dice:",
    "dice: zero": "dice:1230",
    "dice: seven": "dice:7",
    "dice: spaces": "dice:1 2 3",
    "dice: full-width digit": "dice:１",
    "dice: sign": "dice:-1",
    "ssq: five reds": "ssq:2026135:03 08 15 19 27+12",
    "ssq: seven reds": "ssq:2026135:03 08 15 19 27 31 32+12",
    "ssq: not ascending": "ssq:2026135:08 03 15 19 27 31+12",
    "ssq: twice the same": "ssq:2026135:03 03 15 19 27 31+12",
    "ssq: red 00": "ssq:2026135:00 08 15 19 27 31+12",
    "ssq: red 34": "ssq:2026135:03 08 15 19 27 34+12",
    "ssq: blue 00": "ssq:2026135:03 08 15 19 27 31+00",
    "ssq: blue 17": "ssq:2026135:03 08 15 19 27 31+17",
    "ssq: one digit": "ssq:2026135:3 08 15 19 27 31+12",
    "ssq: blue of one digit": "ssq:2026135:03 08 15 19 27 31+1",
    "ssq: no blue": "ssq:2026135:03 08 15 19 27 31",
    "ssq: two blues": "ssq:2026135:03 08 15 19 27 31+12+13",
    "ssq: two spaces": "ssq:2026135:03  08 15 19 27 31+12",
    "ssq: commas": "ssq:2026135:03,08,15,19,27,31+12",
    "ssq: no issue": "ssq::03 08 15 19 27 31+12",
    "ssq: no issue and no colon": "ssq:03 08 15 19 27 31+12",
    "ssq: full-width digits": "ssq:2026135:０3 08 15 19 27 31+12",
    "drand: no randomness": "drand-quicknet:1:",
    "drand: no round": f"drand-quicknet::{HEX}",
    "drand: leading zero": f"drand-quicknet:01:{HEX}",
    "drand: a round of 16 digits": f"drand-quicknet:1000000000000000:{HEX}",
    "drand: sign": f"drand-quicknet:+1:{HEX}",
    "drand: not a number": f"drand-quicknet:x:{HEX}",
    "drand: upper case": f"drand-quicknet:1:{HEX.upper()}",
    "drand: short": f"drand-quicknet:1:{HEX[:-2]}",
    "drand: empty signature": f"drand-quicknet:1:{HEX}:",
    "drand: signature of half a byte": f"drand-quicknet:1:{HEX}:abc",
    "drand: signature not hex": f"drand-quicknet:1:{HEX}:xy",
    "drand: four parts": f"drand-quicknet:1:{HEX}:ab:cd",
    "share: no name": f"share::{HEX}",
    "share: no value": "share:纪检组:",
    "share: colon in the name": f"share:纪检:组:{HEX}",
    "share: short value": f"share:纪检组:{HEX[:-1]}",
    "share: upper case": f"share:纪检组:{HEX.upper()}",
    "share: forbidden character in the name": f"share:纪\u200b检组:{HEX}",
    "unknown kind": "lottery:1",
    "kind in capitals": "Text:a",
    "kind with a space": " text:a",
    "no kind": ":a",
    "no colon": "text",
    "empty line": "",
    "a second seal line": f"seal:{HEX}",
}
DOCUMENTS = {
    "nothing": "",
    "the header alone": HEAD,
    "no header": "text:a\n",
    "another version": "shuangsuiji/seed/2\ntext:a\n",
    "a space after the header": "shuangsuiji/seed/1 \ntext:a\n",
    "no LF at the end": HEAD + "text:a",
    "no LF at the end of two lines": HEAD + "text:a\ntext:b",
    "no LF after the header": "shuangsuiji/seed/1",
    "an empty line at the end": document("text:a", ""),
    "an empty line in between": document("text:a", "", "text:b"),
    "an empty line after the header": document("", "text:a"),
    "CR LF": HEAD.replace("\n", "\r\n") + "text:a\r\n",
    "byte order mark": "\ufeff" + document("text:a"),
    "only a seal": document(f"seal:{HEX}"),
    "a short seal": document(f"seal:{HEX[:-1]}", "dice:1"),
    "a seal in capitals": document(f"seal:{HEX.upper()}", "dice:1"),
    "an empty seal": document("seal:", "dice:1"),
    "the seal behind a source": document("dice:1", f"seal:{HEX}"),
    "two seals": document(f"seal:{HEX}", f"seal:{HEX}", "dice:1"),
    "the header twice": HEAD + document("text:a"),
    "a good and a bad line": document("text:a", "dice:7"),
}


@pytest.mark.parametrize("line", GOOD.values(), ids=GOOD)
def test_every_kind_of_source_is_read_and_written_back(line: str) -> None:
    kind, _, value = line.partition(":")
    for text, seal in ((document(line), None), (document(f"seal:{HEX}", line), HEX)):
        seed = parse_seed(text)
        assert seed == SeedDocument((Source(kind, value),), seal)
        assert seed.text == text
        assert seed.sha256 == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("line", BAD.values(), ids=BAD)
def test_a_malformed_line_is_refused_alone_and_between_good_ones(line: str) -> None:
    for text in (document(line), document("text:a", line, "dice:1")):
        with pytest.raises(BadSeed):
            parse_seed(text)


@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_malformed_document_is_refused(text: str) -> None:
    with pytest.raises(BadSeed):
        parse_seed(text)


def test_there_are_at_least_twice_as_many_malformed_cases_as_good_ones() -> None:
    assert len(BAD) + len(DOCUMENTS) >= 2 * len(GOOD)


def test_sources_keep_their_order_and_may_be_of_one_kind() -> None:
    text = document(f"seal:{HEX}", "dice:123", f"share:乙:{HEX}", "dice:6", f"share:甲:{HEX}")
    seed = parse_seed(text)
    assert [source.kind for source in seed.sources] == ["dice", "share", "dice", "share"]
    assert seed.text == text


def test_the_seed_of_a_chosen_text_is_the_digest_of_its_document() -> None:
    assert text_seed("示范区").text == "shuangsuiji/seed/1\ntext:示范区\n"
    assert text_seed("示范区").sha256 == hashlib.sha256("shuangsuiji/seed/1\ntext:示范区\n".encode()).hexdigest()


@pytest.mark.parametrize("chosen", ["", "a\nb", "a\ntext:b", "\t", "\u200b", "\ud800"], ids=repr)
def test_a_chosen_text_that_is_no_field_is_refused(chosen: str) -> None:
    with pytest.raises(BadSeed):
        text_seed(chosen)


def test_32_bytes_of_the_system_make_a_seed_and_no_other_number_does() -> None:
    assert os_seed(bytes(range(32))).text == document("os-random:" + bytes(range(32)).hex())
    for length in (0, 31, 33):
        with pytest.raises(BadSeed):
            os_seed(bytes(length))


@pytest.mark.parametrize(
    ("lines", "sealed", "seed_class"),
    [
        pytest.param(["dice:1"], True, "public", id="dice for an open seal"),
        pytest.param([f"ssq:{SSQ}"], True, "public", id="lottery for an open seal"),
        pytest.param([f"drand-quicknet:1:{HEX}"], True, "public", id="beacon for an open seal"),
        pytest.param([f"share:甲:{HEX}"], True, "public", id="share for an open seal"),
        pytest.param(["text:a", "dice:1"], True, "public", id="text and dice for an open seal"),
        pytest.param([f"os-random:{HEX}", "dice:1"], True, "public", id="system and dice for an open seal"),
        pytest.param(["dice:1"], False, "operator", id="dice without a seal"),
        pytest.param([f"ssq:{SSQ}"], False, "operator", id="lottery without a seal"),
        pytest.param(["text:a"], True, "operator", id="text for an open seal"),
        pytest.param(["text:a"], False, "operator", id="text"),
        pytest.param([f"os-random:{HEX}"], False, "os", id="system"),
        pytest.param([f"os-random:{HEX}"], True, "os", id="system for an open seal"),
        pytest.param([f"os-random:{HEX}", "text:a"], False, "operator", id="system and text"),
        pytest.param(["text:a", f"os-random:{HEX}"], True, "operator", id="text and system for an open seal"),
        pytest.param([f"os-random:{HEX}", "dice:1"], False, "operator", id="system and dice without a seal"),
    ],
)
def test_the_class_follows_from_seal_and_sources(lines: list[str], sealed: bool, seed_class: str) -> None:
    assert parse_seed(document(*([f"seal:{HEX}"] if sealed else []), *lines)).seed_class == seed_class


SHARE_DIGEST = hashlib.sha256(f"{HEX}\n".encode()).hexdigest()
OTHER = "f" * 64


@pytest.mark.parametrize(
    ("line", "entropy", "agrees"),
    [
        pytest.param("text:a", [{"kind": "text"}], True, id="text"),
        pytest.param("text:a", [{"kind": "dice"}], False, id="another kind"),
        pytest.param("text:a", [{}], False, id="no kind"),
        pytest.param("text:a", [], False, id="nothing listed"),
        pytest.param("text:a", [{"kind": "text"}, {"kind": "text"}], False, id="more listed"),
        pytest.param(f"os-random:{HEX}", [{"kind": "os-random"}], True, id="system"),
        pytest.param("dice:12", [{"kind": "dice", "not_before": "2026-11-24"}], True, id="dice, with a note"),
        pytest.param(f"ssq:{SSQ}", [{"kind": "ssq", "issue": "2026135"}], True, id="lottery"),
        pytest.param(
            f"ssq:{SSQ}",
            [{"kind": "ssq", "issue": "2026135", "not_before": "2026-11-24T21:15:00+08:00"}],
            True,
            id="lottery of the specification",
        ),
        pytest.param(f"ssq:{SSQ}", [{"kind": "ssq", "issue": "2026136"}], False, id="another issue"),
        pytest.param(f"ssq:{SSQ}", [{"kind": "ssq"}], False, id="no issue"),
        pytest.param(f"ssq:{SSQ}", [{"kind": "ssq", "issue": 2026135}], False, id="issue as a number"),
        pytest.param(f"ssq:{SSQ}", [{"kind": "ssq", "issue": ["2026135"]}], False, id="issue in a list"),
        pytest.param(f"drand-quicknet:7:{HEX}", [{"kind": "drand-quicknet", "round": 7}], True, id="beacon"),
        pytest.param(f"drand-quicknet:7:{HEX}", [{"kind": "drand-quicknet", "round": 8}], False, id="another round"),
        pytest.param(f"drand-quicknet:7:{HEX}", [{"kind": "drand-quicknet", "round": "7"}], False, id="round as text"),
        pytest.param(f"share:甲:{HEX}", [{"kind": "share", "name": "甲", "digest": SHARE_DIGEST}], True, id="share"),
        pytest.param(f"share:甲:{HEX}", [{"kind": "share", "name": "乙", "digest": SHARE_DIGEST}], False, id="another name"),
        pytest.param(f"share:甲:{HEX}", [{"kind": "share", "name": "甲", "digest": OTHER}], False, id="another digest"),
        pytest.param(f"share:甲:{HEX}", [{"kind": "share", "name": "甲", "digest": HEX}], False, id="the value as digest"),
        pytest.param(f"share:甲:{HEX}", [{"kind": "share", "name": "甲"}], False, id="no digest"),
    ],
)
def test_sources_agree_with_a_seal_in_kind_and_in_what_it_names(
    line: str, entropy: list[dict[str, object]], agrees: bool
) -> None:
    assert parse_seed(document(line)).agrees_with(tuple(entropy)) is agrees


def test_a_seal_lists_the_sources_by_kind_and_by_what_names_the_value_of_each() -> None:
    """ledger-v1, Events: of `ssq` also the issue, of `drand-quicknet` the round, of `share` name and H(value)."""
    lines = ["text:a", f"ssq:{SSQ}", f"drand-quicknet:1234:{HEX}:ab", f"share:纪检组:{HEX}", "dice:12"]
    seed = parse_seed(document(*lines))
    assert seed.entropy() == [
        {"kind": "text"},
        {"kind": "ssq", "issue": "2026135"},
        {"kind": "drand-quicknet", "round": 1234},
        {"kind": "share", "name": "纪检组", "digest": SHARE_DIGEST},
        {"kind": "dice"},
    ]
    assert seed.agrees_with(tuple(seed.entropy()))
    for k in range(len(lines)):
        other = [*seed.entropy()[:k], {"kind": "os-random"}, *seed.entropy()[k + 1 :]]
        assert not seed.agrees_with(tuple(other))


@pytest.mark.parametrize("line", BAD.values(), ids=BAD)
def test_a_refusal_says_which_source_was_meant(line: str) -> None:
    with pytest.raises(BadSeed) as refused:
        parse_seed(document("text:a", line))
    assert refused.value.reason == str(refused.value)
    assert (repr(line.split(":")[0]) if ":" in line else "without a source") in refused.value.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "a seed document begins with its header and ends with LF"),
        (HEAD + "text:a", "a seed document begins with its header and ends with LF"),
        (HEAD, "no source"),
        (document("seal:x", "dice:1"), "malformed digest of the seal"),
        (document("text"), "a line without a source"),
        (document("lottery:1"), "unknown source 'lottery'"),
        (document("dice:7"), "malformed value of source 'dice'"),
    ],
)
def test_a_refusal_says_in_words_what_is_wrong(text: str, reason: str) -> None:
    """The words are for programs and stay as they are: logs of other programs may look for them."""
    with pytest.raises(BadSeed) as refused:
        parse_seed(text)
    assert refused.value.reason == reason


def test_sources_agree_only_in_the_order_of_the_seal() -> None:
    seed = parse_seed(document(f"seal:{HEX}", "dice:1", "text:a"))
    assert seed.agrees_with(({"kind": "dice"}, {"kind": "text"}))
    assert not seed.agrees_with(({"kind": "text"}, {"kind": "dice"}))
    assert not seed.agrees_with(({"kind": "dice"},))
