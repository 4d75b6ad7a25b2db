"""Write `src/shuangsuiji/trial/known_answers.json`: what the self-test asks the engine, with answers that are not the engine's.

    python tests/known_answers.py

takes a second and needs the command `sha256sum`. Nothing of the engine is imported here: the answers come from FIPS 180-2,
from draw-v1 §10, from sha256sum, from the hand of whoever wrote the tables below, and from `verify_record.py`, the independent
verifier.
"""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "src/shuangsuiji/trial/known_answers.json"
VERIFIER = ROOT / "src/shuangsuiji/verify_record.py"

Answer = dict[str, Any]
SEED = "0" * 63 + "1"


def answer(kind: str, source: str, ask: Answer, expect: Answer) -> Answer:
    return {"kind": kind, "source": source, "ask": ask, "expect": expect}


# ----------------------------------------------------------------------------------------------------- published standards


def published() -> Iterator[Answer]:
    """FIPS 180-2, appendix B.1 to B.3, and the empty message (NIST CAVP, SHA256ShortMsg, Len = 0)."""
    two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
    for text, times, digest in (
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (two_blocks, 1, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
        ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ):
        yield answer("sha256", "published", {"text": text, "times": times}, {"sha256": digest})


def specification() -> Iterator[Answer]:
    """draw-v1 §10."""
    yield answer(
        "ticket",
        "specification",
        {"seed": SEED, "plan": "jzsfq-2023", "batch": "2023Q1", "entity": "91410800MA00000012"},
        {
            "key": "3597ae163dc830a8f3602ee6c75af636897f5f110d4cd1785685da8c24daf100",
            "ticket": "c4e90f9fc7ce013466983bed9ea6ebc031e1f5cacacfc39a9b70e84c0950dee7",
        },
    )


# --------------------------------------------------------------------------------------------------------------- sha256sum


def sha256sum(text: str) -> str:
    done = subprocess.run(["sha256sum"], input=text.encode(), capture_output=True, check=True)
    return done.stdout.decode().split()[0]


def hash_of(*fields: str) -> str:
    """draw-v1 §0, as `printf '%s\\n' f1 … fk | sha256sum`."""
    return sha256sum("".join(f"{field}\n" for field in fields))


ENTITIES = ["0091104", "91104", "914108000000000012", "1E5", "豫甲-1", "𠮷", "Ａ", "é", "A/B(C)#1", "GD-2021-0013", "x" * 64, "0"]
"""Leading zeros, what a spreadsheet takes for a number, Chinese, beyond the BMP, full width, marks, the longest, the shortest."""


def by_sha256sum() -> Iterator[Answer]:
    for number, entity in enumerate(ENTITIES):
        seed, plan, batch = hash_of("seed", str(number)), "计划-2024", f"第{number}批"
        key = hash_of("shuangsuiji/draw/1", "entity", seed, plan, batch)
        ask = {"seed": seed, "plan": plan, "batch": batch, "entity": entity}
        yield answer("ticket", "sha256sum", ask, {"key": key, "ticket": hash_of(key, entity)})
    for department in ("示范区公安局", "a", "教体局（𠮷）"):
        ask = {"seed": SEED, "plan": "P", "batch": "B", "department": department}
        key = hash_of("shuangsuiji/draw/1", "deal", SEED, "P", "B", department)
        yield answer("deal key", "sha256sum", ask, {"key": key})
    for source, seed_class in (  # the classes as draw-v1 §2 says
        ("text:2023", "operator"),
        ("text:当众掷得 3 1 6", "operator"),
        (f"os-random:{hash_of('machine')}", "os"),
        (f"seal:{SEED}\ndice:31662", "public"),
        (f"seal:{SEED}\nssq:2026135:03 08 15 19 27 31+12", "public"),
    ):
        document = f"shuangsuiji/seed/1\n{source}\n"
        yield answer("seed", "sha256sum", {"document": document}, {"seed": sha256sum(document), "class": seed_class})


# ----------------------------------------------------------------------------------------------------------------- by hand


def by_hand() -> Iterator[Answer]:
    """Sizes: draw-v1 §4, with the product written beside it. Ids: draw-v1 §1."""
    for frame, ratio, rules, size in (
        (23, "1/20", {}, 2),  # 1.15, up
        (23, "1/20", {"rounding": "half_up"}, 1),
        (23, "1/20", {"rounding": "down"}, 1),
        (100, "7/100", {}, 7),  # exactly 7; 100·0.07 is 7.000000000000001 in floating point
        (375, "23/250", {"rounding": "half_up"}, 35),  # exactly 34.5
        (10, "1/20", {"rounding": "half_up"}, 1),  # exactly 0.5
        (9, "1/20", {"rounding": "half_up", "at_least": 0}, 0),  # 0.45
        (3, "1/100", {}, 1),  # 0.03
        (3, "1/100", {"rounding": "down"}, 1),  # 0, but at least 1
        (3, "1/100", {"rounding": "down", "at_least": 0}, 0),
        (0, "1/2", {}, 0),  # nobody there: at_least does not hold
        (20_000, "1/20", {}, 1000),
        (20_000, "1/20", {"at_most": 300}, 300),
        (30, "1/30", {}, 1),
        (31, "1/30", {}, 2),  # 1.03…
        (12, "1/1", {}, 12),
        (12, "1/10", {"at_least": 5}, 5),  # 2, but at least 5
        # where floating point goes wrong: N times the ratio as a float, or N·p divided by q as floats
        (100, "29/100", {"rounding": "down"}, 29),  # exactly 29; 100·0.29 is 28.999999999999996
        (100, "29/200", {"rounding": "half_up"}, 15),  # exactly 14.5; 100·0.145 is 14.499999999999998
        (10, f"{'9' * 17}/1{'0' * 17}", {"rounding": "down"}, 9),  # 9.999 999 999 999 999 9, as a float 10
        (1, f"4{'9' * 16}/1{'0' * 17}", {"rounding": "half_up", "at_least": 0}, 0),  # 0.499 999 999 999 999 99, as a float 0.5
        (10, f"1{'0' * 16}1/1{'0' * 18}", {}, 2),  # 10 · 0.100 000 000 000 000 001 = 1.000 000 000 000 000 01, up; as a float 1
    ):
        yield answer("size", "hand", {"frame": frame, "ratio": ratio, "rules": rules}, {"size": size})
    for count, rules, size in ((20, {}, 20), (1, {"at_least": 3}, 3), (20, {"at_most": 5}, 5)):
        yield answer("size", "hand", {"frame": 100, "ratio": None, "rules": {"count": count, **rules}}, {"size": size})
    for text, canonical in (
        ("0091104", "0091104"),
        (" 91410800ma00000012 ", "91410800MA00000012"),
        ("９１４１０８００ｍａ００００００１２", "91410800MA00000012"),  # full width, NFKC
        ("豫甲（１）＃2", "豫甲(1)#2"),
        ("e\u0301", "\u00e9"),  # composed; only ASCII letters are put into upper case
        ("𠮷a", "𠮷A"),
        ("Ⅻ", "XII"),  # a Roman numeral, NFKC
    ):
        yield answer("id", "hand", {"text": text}, {"id": canonical})
    yield from deals_by_hand()


def deals_by_hand() -> Iterator[Answer]:
    """Deals that have one outcome, whatever the seed."""
    three = table("id name", "E1 甲", "E2 乙", "E3 丙")
    both = ask([task("1", ratio="1/1")], three, staff("001 甲局", "002 甲局"), "text:x")
    # two go on each of three visits, and there are two: each goes three times
    yield answer("draw", "hand", both, {"loads": [["甲局", "001", 3], ["甲局", "002", 3]]})
    # 002 is recused for E2, where two are needed
    recused = {**both, "recusals": table("inspector entity reason", "002 E2 近亲属")}
    blocked = {"department": "甲局", "entity": "E2", "demand": 2, "eligible": ["001"]}
    yield answer("draw", "hand", recused, {"failure": {"reason": "too_few_eligible", "blocked": [blocked], "witness": []}})
    # 甲局 can send 001 to E1 alone, so 002 has to go to the others; 乙局 has nobody else than 003
    cells = ("001 E2 回避", "001 E3 回避", "002 E1 回避")
    forced = ask(
        [task("1", ratio="1/1", cooperators=["乙局"])],
        three,
        staff("001 甲局", "002 甲局", "003 乙局"),
        "text:x",
        recusals=table("inspector entity reason", *cells),
    )
    loads = [["乙局", "003", 3], ["甲局", "001", 1], ["甲局", "002", 2]]
    yield answer("draw", "hand", forced, {"loads": loads})
    # but for a cap of 2: 003 has 3, and nobody who could take one; 甲局 keeps to it
    witness = {"department": "乙局", "cap": 2, "inspectors": ["003"], "visits": ["E1", "E2", "E3"], "load": 3}
    capped = {**forced, "plan": {**forced["plan"], "max_visits_per_inspector": 2}}
    yield answer("draw", "hand", capped, {"failure": {"reason": "cap_exceeded", "blocked": [], "witness": [witness]}})
    yield from demands_by_hand()
    yield from witness_by_hand()


def demands_by_hand() -> Iterator[Answer]:
    """draw-v1 §6, where everybody there is needs to go: one entity, several tasks, who is asked for how many."""
    one = table("id name", "E1 甲")
    five = staff("001 甲局", "002 甲局", "003 甲局", "004 甲局", "005 乙局")

    def of_team(first: Answer, second: Answer) -> Answer:
        return ask([task("1", ratio="1/1", **first), task("2", ratio="1/1", **second)], one, five, "text:x")

    # 甲局 and 乙局 are asked for 1 each, the larger minimum_team is 5: the initiator of the first task sends 3 more
    everybody = [["乙局", "005", 1], *(["甲局", f"00{k}", 1] for k in range(1, 5))]
    for first, second in (({}, {"minimum_team": 5}), ({"minimum_team": 5}, {})):
        yield answer("draw", "hand", of_team(first, {"initiator": "乙局", **second}), {"loads": everybody})
    # 甲局 alone: 1, raised to the larger minimum_team, which is 4
    for first, second in (({}, {"minimum_team": 4}), ({"minimum_team": 4}, {})):
        yield answer("draw", "hand", of_team(first, second), {"loads": everybody[1:]})
    # the first task asks 乙局 for 1 and raises it to 2, by 乙局's only inspector: too few
    blocked = {"department": "乙局", "entity": "E1", "demand": 2, "eligible": ["005"]}
    alone = ask([task("1", ratio="1/1", initiator="乙局")], one, five, "text:x")
    yield answer("draw", "hand", alone, {"failure": {"reason": "too_few_eligible", "blocked": [blocked], "witness": []}})
    # the larger per_department of 乙局 is 2
    both = of_team({"cooperators": ["乙局"]}, {"cooperators": ["乙局"], "per_department": 2})
    yield answer("draw", "hand", both, {"failure": {"reason": "too_few_eligible", "blocked": [blocked], "witness": []}})
    # a certificate has to last until the later end of the two tasks, whichever stands first: 002's does not
    two = staff("001 甲局 2024-07-31", "002 甲局 2024-07-30")
    later, sooner = ({"window": {"from": "2024-04-01", "to": f"2024-{end}"}} for end in ("07-31", "06-30"))
    short = {"department": "甲局", "entity": "E1", "demand": 2, "eligible": ["001"]}
    for windows in ((later, sooner), (sooner, later)):
        tasks = [task(str(n), ratio="1/1", **rules) for n, rules in enumerate(windows, start=1)]
        failure = {"reason": "too_few_eligible", "blocked": [short], "witness": []}
        yield answer("draw", "hand", ask(tasks, one, two, "text:x"), {"failure": failure})


def witness_by_hand() -> Iterator[Answer]:
    """draw-v1 §7, steps 3 and 4: four inspectors in a row, each of whom shares visits with the next one alone.

    001 and 002 may go to E1–E3, 002 and 003 to E4 and E5, 003 and 004 to E6–E8. Two each is the only even deal: 001 has two of
    E1–E3 and 002 the third, 004 two of E6–E8 and 003 the third, 002 and 003 one each of E4 and E5. From whichever of them the
    search begins, all four are reached, though none is within one step of all others: S is all four, with 8 visits where the cap
    of 1 allows 4.
    """
    entities = [f"E{k}" for k in range(1, 9)]
    able = {**dict.fromkeys(entities[:3], "12"), **dict.fromkeys(entities[3:5], "23"), **dict.fromkeys(entities[5:], "34")}
    recused = table("inspector entity reason", *(f"00{k} {e} 回避" for e in entities for k in "1234" if k not in able[e]))
    people = staff(*(f"00{k} 甲局" for k in "1234"), *(f"10{k} 乙局" for k in range(8)))
    every = table("id name", *(f"{entity} 甲" for entity in entities))
    row = ask([task("1", ratio="1/1", cooperators=["乙局"])], every, people, "text:x", recusals=recused)
    loads = [*(["乙局", f"10{k}", 1] for k in range(8)), *(["甲局", f"00{k}", 2] for k in "1234")]
    capped = {**row, "plan": {**row["plan"], "max_visits_per_inspector": 1}}
    witness = {"department": "甲局", "cap": 1, "inspectors": ["001", "002", "003", "004"], "visits": entities, "load": 8}
    for seed in "xyz":
        document = {"seed_document": f"shuangsuiji/seed/1\ntext:{seed}\n"}
        yield answer("draw", "hand", {**row, **document}, {"loads": loads})
        failure = {"reason": "cap_exceeded", "blocked": [], "witness": [witness]}
        yield answer("draw", "hand", {**capped, **document}, {"failure": failure})


# ------------------------------------------------------------------------------------------------ the independent verifier


def verifier() -> Any:
    """The module, loaded from its file."""
    spec = importlib.util.spec_from_file_location("verify_record", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(columns: str, *rows: str) -> Answer:
    """Cells between blanks; `-` is an empty cell."""
    return {"columns": columns.split(), "rows": [["" if cell == "-" else cell for cell in row.split(" ")] for row in rows]}


def staff(*rows: str) -> Answer:
    """Rows of id, department, and where they differ from the usual: expiry, qualifications, status."""
    usual = ["", "", "9999-12-31", "-", "在岗"]
    cells = [[*row.split(" "), *usual[len(row.split(" ")) :]] for row in rows]
    columns = "id name certificate_expiry department qualifications status"
    return table(columns, *(f"{i} 检查员{i} {expiry} {home} {held} {status}" for i, home, expiry, held, status in cells))


def task(task_id: str, **values: Any) -> Answer:
    window = {"from": "2024-04-01", "to": "2024-06-30"}
    return {"id": task_id, "name": f"任务{task_id}", "where": [], "batch": "B1", "initiator": "甲局", "window": window, **values}


def ask(
    tasks: Sequence[Answer],
    entities: Answer,
    inspectors: Answer,
    seed: str,
    recusals: Answer | None = None,
    history: Sequence[Answer] = (),
    **values: Any,
) -> Answer:
    plan = {
        "schema": "shuangsuiji/plan/1",
        "id": "P-2024",
        "title": "计划",
        "cycle": "2024",
        "entity_statuses": ["存续", "在营"],
        "inspector_statuses": ["在岗"],
        "tasks": list(tasks),
        **values,
    }
    return {
        "plan": plan,
        "entities": entities,
        "inspectors": inspectors,
        "recusals": recusals,
        "history": list(history),
        "seed_document": f"shuangsuiji/seed/1\n{seed}\n",
    }


def past(group: str, *entities: str) -> Answer:
    """An earlier record of the cycle in which a task of this group drew these entities."""
    drawn = {"coordination_group": group, "sample": [{"entity": entity} for entity in entities]}
    return {"tasks": [drawn], "visits": [{"entity": entity} for entity in entities]}


def many(count: int, *cells: Sequence[str]) -> list[str]:
    """So many rows: an id, a name, then of each further column the cells in turn."""
    return [" ".join([f"9141{k:04}", f"企业{k}", *(these[k % len(these)] for these in cells)]) for k in range(count)]


def cases() -> Iterator[Answer]:
    plain = staff("0000123 甲局", "123 甲局", "160-7 甲局", "豫01 乙局", "豫02 乙局", "豫03 乙局")
    odd = table("id name", *(f"{entity} 企业" for entity in ("0012", "12", "𠮷", "é", "A/B(C)#1", "豫甲-1", "0")))
    yield ask([task("1", ratio="3/10", cooperators=["乙局"])], odd, plain, "text:2024")
    # two tasks of one frame and one of another, in three departments, with one visit for all
    classes = table("id name categories status", *many(30, ("企业", "企业;宾馆", "餐饮单位"), ("存续", "在营", "存续", "注销")))
    three = staff(*(f"00{k} {'甲乙丙'[k % 3]}局" for k in range(1, 10)))
    later = {"from": "2024-05-01", "to": "2024-07-31"}
    shared = [
        task("1", where=[["categories", "in", ["企业"]]], ratio="1/10", cooperators=["乙局"]),
        task("2", where=[["categories", "in", ["企业"]]], ratio="1/4", initiator="丙局", cooperators=["甲局"]),
        task(
            "3",
            where=[["categories", "not_in", ["餐饮单位", "宾馆"]]],
            count=3,
            window=later,
        ),
    ]
    yield ask(shared, classes, three, "text:一次上门")
    # strata, one of them empty, the rest under `other`
    credit = table("id name credit_class", *many(40, ("A", "B", "C", "A", "D")))
    strata = {"by": "credit_class", "ratios": [["E", "1/2"], ["B", "1/10"], ["A", "1/100"]], "other": "1/3"}
    yield ask([task("1", strata=strata, rounding="half_up", at_least=0)], credit, plain, "text:分层")
    # whoever was drawn before stands behind, twice behind once
    ids = [row.split(" ")[0] for row in many(12)]
    twelve = table("id name", *many(12))
    turns = [past("统筹", *ids[:5]), past("统筹", *ids[3:7]), past("别组", *ids)]
    yield ask([task("1", count=8, coordination_group="统筹")], twelve, plain, "text:轮流", history=turns)
    # who was visited often enough is left out, and too few are left
    often = task("1", ratio="3/4", max_visits_per_cycle=2)
    yield ask([often], twelve, plain, "text:上限", history=[past("甲", *ids[:6]), past("乙", *ids[2:8])])
    # everybody, in teams of four
    yield ask([task("1", ratio="1/1", minimum_team=4, cooperators=["乙局"])], twelve, plain, "dice:3166254")
    # certificates, qualifications, statuses
    able = staff(
        "1 甲局 2024-06-30 特种设备",
        "2 甲局 2024-06-29 特种设备",
        "3 甲局 2025-01-01 特种设备;计量",
        "4 甲局 9999-12-31 计量",
        "5 甲局 9999-12-31 特种设备 休假",
        "6 乙局",
        "7 乙局 - -",
        "8 甲局 2024-12-31 危化品;特种设备",
    )
    asked = task("1", ratio="1/2", cooperators=["乙局"], qualifications=[["甲局", ["特种设备"]]])
    yield ask([asked], twelve, able, "text:证件")
    # recusals in chains, so that picking alone is uneven and several shifts are needed
    chain = staff(*(f"00{k} 甲局" for k in range(1, 7)), "9 乙局")
    rows = [(k, entity) for n, entity in enumerate(ids) for k in range(1, 7) if k - 1 not in (n % 5, n % 5 + 1)]
    recused = table("inspector entity reason", *(f"00{k} {entity} 回避" for k, entity in rows))
    for seed in ("text:回避1", "text:回避2", "text:回避3"):
        yield ask([task("1", ratio="1/1", cooperators=["乙局"])], twelve, chain, seed, recusals=recused)
    # in rings, where the rank says whom repair tries first: under another tag, or in the order of ids, it ends elsewhere
    rings = ("123", "123", "123", "123", "234", "345", "456", "126", "456", "246", "135", "123")
    rows = [(k, entity) for entity, able in zip(ids, rings, strict=True) for k in range(1, 7) if str(k) not in able]
    ringed = table("inspector entity reason", *(f"00{k} {entity} 回避" for k, entity in rows))
    for seed in ("text:名次11", "text:名次12", "text:名次14"):
        yield ask([task("1", ratio="1/1", cooperators=["乙局"])], twelve, chain, seed, recusals=ringed)
    # in pairs: no pair can keep to the cap, all are equally busy, and the rank says whose witness it is
    pairs = [(k, entity) for n, entity in enumerate(ids) for k in range(1, 7) if (k - 1) // 2 != n % 3]
    paired = table("inspector entity reason", *(f"00{k} {entity} 回避" for k, entity in pairs))
    for seed in ("text:对子1", "text:对子2", "text:对子3", "text:对子4"):
        equal = ask([task("1", ratio="1/1", cooperators=["乙局"])], twelve, chain, seed, recusals=paired)
        equal["plan"]["max_visits_per_inspector"] = 1
        yield equal
    # the same, where 001 and 002 alone may go to too many visits for the cap; then where nobody may go to one
    tight = table("inspector entity reason", *(f"00{k} {entity} 回避" for entity in ids[:7] for k in range(3, 7)))
    capped = ask([task("1", ratio="1/1", cooperators=["乙局"])], twelve, chain, "text:排不开", recusals=tight)
    capped["plan"]["max_visits_per_inspector"] = 3
    yield capped
    nobody = table("inspector entity reason", *(f"00{k} {ids[4]} 回避" for k in range(1, 7)), f"9 {ids[7]} 回避")
    yield ask([task("1", ratio="1/1", cooperators=["乙局"])], twelve, chain, "text:派不出", recusals=nobody)
    # a larger one with a bit of everything
    big = table("id name credit_class status", *many(60, ("A", "B", "C", "B"), ("存续", "在营", "注销", "存续", "存续")))
    people = staff(*(f"{k:03} {'甲乙丙'[k % 3]}局 2024-{12 if k % 7 else '05'}-31" for k in range(1, 19)))
    some = table("inspector entity reason", *(f"{k:03} 9141{k * 3:04} 回避" for k in range(1, 19)))
    everything = [
        task("1", ratio="1/5", cooperators=["乙局"], coordination_group="统筹", max_visits_per_cycle=2),
        task("2", ratio="3/20", rounding="down", initiator="乙局", cooperators=["丙局"], per_department=2, minimum_team=5),
        task("3", strata={"by": "credit_class", "ratios": [["A", "1/10"], ["B", "1/5"], ["C", "1/2"]]}),
    ]
    earlier = [past("统筹", *(f"9141{k:04}" for k in range(0, 60, 3))), past("统筹", *(f"9141{k:04}" for k in range(0, 60, 4)))]
    yield ask(everything, big, people, "text:合在一起", recusals=some, history=earlier)


def columns_of(of: Answer | None, keys: int = 1) -> dict[str, list[str]] | None:
    """A table as the verifier takes it: columns of cells, rows in byte order."""
    if of is None:
        return None
    rows = sorted(of["rows"], key=lambda row: row[:keys])
    return {name: [row[k] for row in rows] for k, name in enumerate(of["columns"])}


def independent() -> Iterator[Answer]:
    program = verifier()
    for one in cases():
        plan = one["plan"]
        drawn, failure = program.draw(
            plan,
            plan["tasks"][0]["batch"],
            columns_of(one["entities"]),
            columns_of(one["inspectors"]),
            columns_of(one["recusals"], 3),
            one["history"],
            program.sha256(one["seed_document"].encode()),
        )
        yield answer("draw", "independent", one, {"failure": failure} if failure else parts(drawn))


def parts(drawn: Answer) -> Answer:
    strata = [stratum for t in drawn["tasks"] for stratum in t["strata"]]
    samples = [one for t in drawn["tasks"] for one in t["sample"]]
    return {
        "keys": drawn["entity_key"],
        "frames": [[s["name"], s["frame_size"], s["frame_sha256"], s["eligible"]] for s in strata],
        "excluded": [[out["entity"] for out in s["excluded"]] for s in strata],
        "sizes": [[s["sample_size"], s["shortage"]] for s in strata],
        "samples": [[one["entity"], one["stratum"], one["tier"], one["ticket"]] for one in samples],
        "cutoffs": [s["cutoff"] for s in strata],
        "visits": [[visit["entity"], visit["name"], visit["tasks"]] for visit in drawn["visits"]],
        "teams": [[[m["inspector"], m["department"], m["slot"], m["leader"]] for m in v["team"]] for v in drawn["visits"]],
        "loads": [[load["department"], load["inspector"], load["visits"]] for load in drawn["loads"]],
    }


# ---------------------------------------------------------------------------------------------------------------- the file


def text() -> str:
    """The file: one answer a line."""
    answers = [*published(), *specification(), *by_sha256sum(), *by_hand(), *independent()]
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in answers)
    return f'{{"schema": "shuangsuiji/known-answers/1", "answers": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    FILE.write_bytes(text().encode())
    sys.stdout.write(f"{FILE}\n")
