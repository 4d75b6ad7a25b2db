"""What `check` says of pools that can be read. Credit codes are judged as python-stdnum does; all else is expected by hand."""

import random

import pytest
from stdnum.cn import ric, uscc

from shuangsuiji.files.pools.credit_codes import ALPHABET, is_credit_code, judged
from shuangsuiji.files.pools.pool_file import PoolSource, read_entities, read_inspectors
from shuangsuiji.model.problems import Code, Problem, Refusal, Severity

CODE = "91410800MA00000012"  # of draw-v1 §10: made up, with a valid check
DEPARTMENTS = {"甲局": "甲局", "乙局": "乙局"}
IDENTITY = "410800199003070011"
IDENTITY = IDENTITY[:17] + ric.calc_check_digit(IDENTITY)


EVERYTHING = (
    f"编号,名称,住所,备注\n{CODE[:-1]}3,甲,一路,\n{CODE[:9]}O{CODE[10:]},甲,一路,13812345678\n"
    f"91410800-A00000012,乙,,{IDENTITY}\n410800000123456,丙,,\nА1,丁,,\n"
)
PEOPLE = "执法证号,姓名,部门,有效期\n1,甲,甲局,\n2,乙,甲局,2023-05-01\n3,丙,甲局,2023-12-31\n4,丁,乙局,2020-01-01\n"


def entities(text: str) -> tuple[Problem, ...]:
    return read_entities([PoolSource("户.csv", text.encode())], thorough=True).notes


def inspectors(text: str, until: dict[str, str]) -> tuple[Problem, ...]:
    return read_inspectors([PoolSource("人.csv", text.encode())], DEPARTMENTS, until).notes


def said(problems: tuple[Problem, ...]) -> list[tuple[Code, str | None, str, Severity]]:
    return [(p.code, p.place.cell, dict(p.values).get("fault", ""), p.severity) for p in problems]


def random_codes(number: int) -> list[str]:
    """Codes with a right check, of which about three quarters are then spoilt: a character, two neighbours, the length."""
    chance = random.Random("GB 32100")
    codes = []
    for _ in range(number):
        digits = "".join(chance.choice("0123456789") for _ in range(7))
        code = chance.choice("123456789") + digits + "".join(chance.choice(ALPHABET) for _ in range(9))
        code += uscc.calc_check_digit(code)
        at = chance.randrange(1, 17)
        match chance.randrange(4):
            case 0:
                code = code[:at] + chance.choice(ALPHABET + "IOSVZ") + code[at + 1 :]
            case 1:
                code = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
            case 2:
                code = chance.choice([code[:-1], code + "0", code[1:]])
        codes.append(code)
    return codes


def test_20000_codes_are_judged_as_python_stdnum_judges_them() -> None:
    codes = random_codes(20_000)
    verdicts = [uscc.is_valid(code) for code in codes]
    assert 5_000 < sum(verdicts) < 15_000
    assert [is_credit_code(code) for code in codes] == verdicts
    right_length = [number for number, code in enumerate(codes) if len(code) == 18]
    assert judged(codes)[0].tolist() == [number for number in right_length if not verdicts[number]]


@pytest.mark.parametrize("first", "ANY")
def test_authorities_that_are_letters_are_known(first: str) -> None:
    """GB 32100-2015 gives A (the military), N (agriculture) and Y (others); python-stdnum takes digits only."""
    code = first + "1410800MA0000001"
    assert is_credit_code(code + uscc.calc_check_digit(code))


def test_codes_that_fail_their_check_and_old_numbers_are_said() -> None:
    wrong, letter = CODE[:-1] + "3", CODE[:9] + "O" + CODE[10:]
    text = f"编号,名称\n{CODE},甲\n{wrong},乙\n{letter},丙\n410800000123456,丁\n410800000123457,戊\nX-1,己\n{CODE[:-2]},庚\n"
    assert said(entities(text)) == [
        (Code.POOL_CREDIT_CODE, "A3", "check", Severity.WARNING),
        (Code.POOL_CREDIT_CODE, "A4", "letter", Severity.WARNING),
        (Code.POOL_OLD_NUMBERS, "A5", "", Severity.NOTE),
    ]
    assert dict(entities(text)[2].values)["count"] == "2"


def test_another_character_in_something_of_18_is_named() -> None:
    (problem,) = entities("编号,名称\n91410800-A00000012,甲\n")
    assert (problem.code, dict(problem.values)["fault"], dict(problem.values)["letter"]) == (
        Code.POOL_CREDIT_CODE,
        "character",
        "-",
    )


def test_letters_that_look_alike_are_named_by_code_point() -> None:
    (problem,) = entities("编号,名称\nА1,甲\n")  # a Cyrillic letter
    assert (problem.code, problem.place.cell) == (Code.POOL_LOOK_ALIKE, "A2")
    values = dict(problem.values)
    assert (values["character"], values["name"], values["latin"]) == ("U+0410", "CYRILLIC CAPITAL LETTER A", "A")


def test_the_same_name_at_the_same_address_is_said_with_both_rows() -> None:
    text = "编号,名称,住所\nA1,甲店,一路1号\nA2,甲店,二路2号\nA3,甲店,一路1号\nA4,乙店,\nA5,乙店,\n"
    (problem,) = entities(text)
    assert (problem.code, problem.place.cell, dict(problem.values)["other_cell"]) == (Code.POOL_SAME_NAME, "B4", "B2")


def test_personal_numbers_are_counted_by_column_and_never_shown() -> None:
    text = f"编号,名称,联系人,备注\nA1,甲,张三 13812345678,\nA2,乙,13912345678,身份证{IDENTITY}\nA3,丙,010-12345678,{CODE}\n"
    problems = entities(text)
    assert said(problems) == [
        (Code.POOL_PERSONAL_NUMBERS, "C2", "mobile", Severity.WARNING),
        (Code.POOL_PERSONAL_NUMBERS, "D3", "identity", Severity.WARNING),
    ]
    assert [dict(p.values)["count"] for p in problems] == ["2", "1"]
    assert not any("138" in value or IDENTITY in value for p in problems for _, value in p.values)


def test_certificates_that_are_missing_or_too_short_are_said() -> None:
    assert said(inspectors(PEOPLE, {"甲局": "2023-12-31"})) == [
        (Code.POOL_NO_CERTIFICATE, "D2", "", Severity.WARNING),
        (Code.POOL_SHORT_CERTIFICATE, "D3", "", Severity.NOTE),
    ]


def test_one_person_in_two_departments_is_refused_with_both_rows() -> None:
    text = "执法证号,姓名,部门,有效期\n1,甲,甲局,长期\n1,甲,乙局,长期\n"
    with pytest.raises(Refusal) as caught:
        inspectors(text, {})
    (problem,) = caught.value.problems
    values = dict(problem.values)
    assert (problem.code, values["fault"], values["department"], values["other"], values["other_cell"]) == (
        Code.POOL_DUPLICATE_ID,
        "departments",
        "乙局",
        "甲局",
        "A2",
    )


def test_what_is_worth_knowing_is_said_together_with_what_is_wrong() -> None:
    with pytest.raises(Refusal) as caught:
        entities(f"编号,名称\n{CODE[:-1]}3,甲\nA2,\n")
    assert [p.code for p in caught.value.problems] == [Code.POOL_CREDIT_CODE, Code.POOL_EMPTY_CELL]


def test_a_draw_does_not_look_for_what_it_does_not_need() -> None:
    assert read_entities([PoolSource("户.csv", f"编号,名称\n{CODE[:-1]}3,甲\n".encode())]).notes == ()
