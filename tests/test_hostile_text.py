"""Hostile text wherever it can be put in, and every view that may show it: no stream and no report holds a raw character of it.

What is hostile is taken from Unicode's own lists, as written out in `test_show.KINDS`, and not from `show`. Texts that a plan or
a pool refuses come in as what messages quote, as names of files and sheets and from the command line; texts that they accept (a
variation selector, a Hangul filler, a blank of Braille: no format characters) go through draws into ledgers and every view.
"""

import csv
import html
import io
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sheets
from cli import (
    ENTITIES,
    ENTITY_COLUMNS,
    INSPECTOR_COLUMNS,
    INSPECTORS,
    RECUSAL_COLUMNS,
    TASKS,
    Desk,
    Ended,
    desk,
    enterprise,
    inspector,
    task,
)
from test_show import DANGEROUS

pytestmark = pytest.mark.skipif(os.name != "posix", reason="names of files that Windows does not take")

RAW = "\x1b[31m\x9b\u202e\u200b\x85\u2066\ufeff\x07"
QUIET = "\u3164\ufe0f\u2800"  # a letter, a mark and a symbol that draw-v1 §0 does not forbid
LETTER = "\u3164"  # a letter that draws as nothing, so that even an id may hold it
LONG = RAW + "长" * 4_000
TEXTS = {"raw": RAW, "quiet": QUIET, "long": LONG}
VOID = ("--reason", f"名录{QUIET}有误", "--approved-by", f"李{QUIET}四")


def assert_plain(ended: Ended, spelled: bool = True) -> None:
    """Nothing raw on either stream; and what was hostile was not merely left out."""
    said = ended.stdout + ended.stderr
    assert ended.status != 1
    assert DANGEROUS.search(said.replace("\n", "")) is None, ascii(said)
    assert not spelled or re.search(r"<U\+[0-9A-F]{4,6}>|\\u[0-9a-f]{4}", said), ascii(said)


def typed(office: Desk, *arguments: str, spelled: bool = True, **how: Any) -> Ended:
    """A command as people see it and as programs read it; the former is returned. What writes a file is not typed twice."""
    ended = office.type(*arguments, **how)
    assert_plain(ended, spelled)
    return ended


# ---------------------------------------------------------------------------------- what plans and pools accept, in every view


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """An office whose every name, id and column holds what it may: all of it is accepted, drawn, voided and drawn again."""
    folder = tmp_path_factory.mktemp("quiet") / f"办公室{RAW}"
    first, second = f"甲局{QUIET}", f"乙局{QUIET}"
    column = f"街道{QUIET}"
    entities = [
        {
            **enterprise(n, 对象类别=f"企业{QUIET}", 名称=f"企业{QUIET}{n}", 信用等级=f"A{QUIET}", 地址=f"路{QUIET}"),
            "登记状态": f"存续{QUIET}" if n < 30 else f"注销{QUIET}",
            column: f"东街{QUIET}",
        }
        for n in range(1, 40)
    ]
    people = [
        inspector(n, first if n <= 4 else second, 姓名=f"员{QUIET}{n}", 执法范围=f"范围{QUIET}", 证件有效期="2023-08-01")
        for n in range(1, 9)
    ]
    common = {"initiator": first, "cooperators": [second], "items": [f"事项{QUIET}"], "name": f"任务{QUIET}"}
    where = {"categories": f"企业{QUIET}", column: f"东街{QUIET}"}
    tasks = [
        task(f"1{LETTER}", f"B1{LETTER}", **{**common, "where": where}),
        task(f"2{LETTER}", f"B1{LETTER}", **{**common, "where": where, "ratio": "", "count": 50}),
        task(f"3{LETTER}", f"B2{LETTER}", **{**common, "where": {**where, column: [f"东街{QUIET}", f"没有{QUIET}"]}}),
    ]
    del tasks[1]["ratio"]
    office = desk(
        folder,
        tasks,
        [],
        people,
        id=f"P1{LETTER}",
        title=f"计划{QUIET}",
        cycle=f"2023{LETTER}",
        document_no=f"〔2023〕{QUIET}号",
        entity_statuses=[f"存续{QUIET}"],
        departments=[{"name": first, "aliases": [f"区甲局{QUIET}"]}, {"name": second}],
        pools={
            "entities": ["entities.csv"],
            "inspectors": ["inspectors.csv"],
            "recusals": ["recusals.csv"],
        },
    )
    office.write_table("entities.csv", entities)
    office.write_table("old.csv", [{**entities[0], "名称": f"旧名{QUIET}"}, *entities[2:], {**enterprise(99), column: QUIET}])
    cells = (people[0]["执法证号"], entities[1]["统一社会信用代码/编号"], f"近亲属{QUIET}")
    office.write_table("recusals.csv", [dict(zip(RECUSAL_COLUMNS, cells, strict=True))])
    env = {"LOGNAME": f"张三{QUIET}"}
    for command in (
        ("draw", "plan.yaml", "--batch", f"B1{LETTER}", "--seed", f"种子{QUIET}"),
        ("void", "--batch", f"B1{LETTER}", *VOID),
        ("draw", "plan.yaml", "--batch", f"B1{LETTER}"),
    ):
        ended = office.type(*command, env=env)
        assert ended.status == 0, ended.stderr
        assert_plain(ended)
    return office


VIEWS: dict[str, tuple[str, ...]] = {
    "check": ("check", "plan.yaml"),
    "plan show": ("plan", "show", "plan.yaml"),
    "plan calendar": ("plan", "calendar", "plan.yaml"),
    "draw again": ("draw", "plan.yaml", "--batch", f"B1{LETTER}"),
    "draw another seed": ("draw", "plan.yaml", "--batch", f"B1{LETTER}", "--seed", f"别的{QUIET}"),
    "draw nothing": ("draw", "plan.yaml"),
    "draw what is unknown": ("draw", "plan.yaml", "--batch", f"没有{QUIET}"),
    "rehearse": ("draw", "plan.yaml", "--batch", f"B2{LETTER}", "--rehearse"),
    "run": ("run", "plan.yaml", "--due"),
    "verify": ("verify",),
    "verify a batch": ("verify", "--batch", f"B2{LETTER}"),
    "explain an entity": ("explain", "91410800M00000001", "--batch", f"B1{LETTER}"),
    "explain who is left out": ("explain", "91410800M00000031", "--batch", f"B1{LETTER}"),
    "explain an inspector": ("explain", "0000001", "--batch", f"B1{LETTER}"),
    "void what is unknown": ("void", "--batch", f"没有{QUIET}", *VOID),
    "ledger list": ("ledger", "list"),
    **{f"ledger show {seq}": ("ledger", "show", seq) for seq in "12345"},
    "ledger checkpoint": ("ledger", "checkpoint"),
    "pool stats of entities": ("pool", "stats", "entities.csv"),
    "pool stats of inspectors": ("pool", "stats", "inspectors.csv", "--date", "2023-07-01"),
    "pool stats of recusals": ("pool", "stats", "recusals.csv"),
    "pool diff": ("pool", "diff", "old.csv", "entities.csv"),
    "pool diff with the ledger": ("pool", "diff", "--ledger", "records", "old.csv"),
    "selftest": ("selftest", "--pool", "entities.csv"),
}


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["words", "json"])
@pytest.mark.parametrize("name", [name for name in VIEWS if name != "selftest"])
def test_what_is_accepted_is_spelled_out_in_every_view(quiet: Desk, name: str, form: tuple[str, ...]) -> None:
    typed(quiet, *VIEWS[name], *form)


def test_what_is_accepted_is_spelled_out_by_the_self_test(quiet: Desk) -> None:
    typed(quiet, *VIEWS["selftest"])


def test_json_gives_back_the_very_texts(quiet: Desk) -> None:
    """Expected: what the plan holds, to the character."""
    plan = json.loads((quiet.folder / "plan.yaml").read_text(encoding="utf-8"))
    shown = quiet.type("plan", "show", "plan.yaml", "--json").document["plan"]
    assert (shown["id"], shown["title"]) == (plan["id"], plan["title"])
    assert [one["name"] for one in shown["tasks"]] == [one["name"] for one in plan["tasks"]]


def test_what_is_accepted_is_spelled_out_when_nobody_can_be_sent(quiet: Desk, tmp_path: Path) -> None:
    shutil.copytree(quiet.folder, tmp_path, dirs_exist_ok=True)
    office = Desk(tmp_path)
    people = [inspector(n, f"甲局{QUIET}", 姓名=f"员{QUIET}{n}", 在岗状态=f"借调{QUIET}") for n in range(1, 5)]
    office.write_table("inspectors.csv", people)
    for arguments in (
        ("check", "plan.yaml"),
        ("draw", "plan.yaml", "--batch", f"B2{LETTER}"),
        ("draw", "plan.yaml", "--batch", f"B2{LETTER}", "--json"),
        ("ledger", "show", "7"),
        ("ledger", "show", "6"),
    ):
        assert typed(office, *arguments).status in (0, 4)


def test_a_bundle_s_page_spells_it_out(quiet: Desk) -> None:
    target = quiet.folder / f"证据{RAW}.zip"
    typed(quiet, "ledger", "bundle", "--batch", f"B1{LETTER}", "-o", target.name)
    with zipfile.ZipFile(target) as packed:
        (page,) = [packed.read(name).decode("utf-8-sig") for name in packed.namelist() if name.endswith("说明.txt")]
    assert DANGEROUS.search(page.replace("\r\n", "")) is None
    assert f"批次 B1<U+{ord(LETTER):04X}>" in page


# ------------------------------------------------------------------------------------------------------------- names of files


@pytest.fixture
def named(tmp_path: Path) -> Desk:
    """A sound office whose folder, plan and tables have hostile names."""
    office = desk(tmp_path / f"夹{RAW}")
    for name in ("plan.yaml", "entities.csv"):
        shutil.copy(office.folder / name, office.folder / f"{RAW}{name}")
    return office


def test_no_name_of_a_file_reaches_a_screen_raw(named: Desk) -> None:
    """The plan's path, the ledger's, that of every file written, whether it can be written or not."""
    plan, table, ledger = f"{RAW}plan.yaml", f"{RAW}entities.csv", f"台账{RAW}"
    at = ("--ledger", ledger)
    there = named.folder / f"{RAW}在.csv"
    there.write_bytes(b"x")
    for arguments, spelled in (
        (("check", plan, "--report", f"{RAW}.csv"), True),
        (("draw", plan, "--batch", "B1", "--seed", "1", *at, "--out", f"名单{RAW}.csv"), True),
        (("draw", plan, "--batch", "B2", *at, "--out", there.name), True),
        (("ledger", "show", "1", *at), True),
        (("verify", ledger), True),
        (("verify", ledger, "--checkpoint", f"{RAW}.txt"), True),
        (("ledger", "bundle", "--batch", "B1", "-o", there.name, *at), True),
        (("ledger", "checkpoint", "-o", f"校验点{RAW}.txt", "--origin", f"某局{QUIET}", *at), True),
        (("ledger", "checkpoint", "--origin", f"某局{QUIET}", *at), True),
        (("ledger", "list", "--ledger", f"没有{RAW}"), True),
        (("ledger", "repair", "--ledger", f"没有{RAW}"), True),
        (("void", "--batch", "B1", *VOID, *at), True),
        (("verifier", "-o", f"{RAW}.py"), True),
        (("verifier", "-o", there.name), True),
        (("pool", "import", table, "-o", f"新{RAW}.csv"), True),
        (("pool", "import", table, "-o", there.name), True),
        (("pool", "diff", "entities.csv", table, "-o", f"变动{RAW}.csv"), True),
        (("pool", "stats", there.name), True),
        (("selftest", "--pool", there.name), True),
        (("plan", "show", f"没有{RAW}.yaml"), True),
        (("plan", "calendar", there.name), True),
        (("run", there.name, "--due"), True),
        (("check", plan), False),
    ):
        typed(named, *arguments, spelled=spelled)
        typed(named, *arguments, "--json", spelled=False)


def test_no_name_of_a_pool_that_a_plan_lists_reaches_a_screen_raw(tmp_path: Path) -> None:
    for name in (f"没有{QUIET}.csv", f"没有{RAW}.csv"):
        office = desk(tmp_path, pools={"entities": [name, {"file": name, "sheet": f"表{QUIET}"}], "inspectors": [name]})
        for command in (("check", "plan.yaml"), ("draw", "plan.yaml", "--batch", "B1")):
            for form in ((), ("--json",)):
                assert typed(office, *command, *form).status == 3
        office.write_table(name, [enterprise(1, 名称="")], ENTITY_COLUMNS)
        assert reported(office)


# ------------------------------------------------------------------------------------------------------- the command line itself


@pytest.mark.parametrize("text", [RAW, QUIET, "\udcff", f"-{RAW}", f"--{RAW}", f"--{RAW}={RAW}", f"a\n{RAW}\nb"], ids=ascii)
def test_nothing_typed_reaches_a_screen_raw(tmp_path: Path, text: str) -> None:
    office = desk(tmp_path)
    for arguments in (
        (text,),
        ("ledger", text),
        ("check", "plan.yaml", text),
        ("check", f"--wrong{text}"),
        ("draw", "plan.yaml", "--batch", text),
        ("draw", "plan.yaml", "--batch", "B1", "--seed", f" {text}"),
        ("draw", "plan.yaml", "--batch", "B1", "--operator", f"\x07{text}"),
        ("draw", "plan.yaml", "--batch", "B1", "--lock-wait", text),
        ("run", "plan.yaml", "--due", "--date", text),
        ("ledger", "show", text),
        ("rule", text),
        ("verify", text),
        ("pool", "stats", "entities.csv", "--kind", text),
        ("pool", "stats", "entities.csv", "--sheet", text),
        ("pool", "stats", "entities.csv", "--date", text),
        ("pool", "stats", "entities.csv", "--within", text),
        ("pool", "stats", "entities.csv", "--plan", text),
        ("check", "plan.yaml", "--report", text),
        ("explain", text, "--batch", text, "--ledger", text),
    ):
        for form in ((), ("--json",)):
            ended = typed(office, *arguments, *form, spelled=False)
            assert ended.status not in (0, 1), arguments


@pytest.mark.parametrize("name", [f"张{RAW}三", f"张{QUIET}三", "\udcff"], ids=ascii)
def test_no_operator_of_the_environment_reaches_a_screen_raw(tmp_path: Path, name: str) -> None:
    office = desk(tmp_path)
    env = dict.fromkeys(("LOGNAME", "USER", "LNAME", "USERNAME"), name)  # the four that getpass asks, in its order
    for arguments in (("draw", "plan.yaml", "--batch", "B1"), ("ledger", "list"), ("ledger", "show", "1"), ("verify",)):
        for form in ((), ("--json",)):
            typed(office, *arguments, *form, env=env, spelled=False)
    assert (office.ledger / "ledger.jsonl").exists() is (name == f"张{QUIET}三")


# ------------------------------------------------------------------------------------------ what messages quote, and reports


def in_plans() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Plans that are refused; as JSON in YAML, every character can be written as an escape."""
    for kind, text in TEXTS.items():
        yield f"{kind}: a key", {text: 1, f"titel{text}": 2}
        yield f"{kind}: a key of a task", {"tasks": [task("1", "B1", **{text: 1})]}
        yield (
            f"{kind}: a column",
            {"tasks": [task("1", "B1", where={f"列{text}": "企业"}), task("2", "B1", where={"status": text})]},
        )
        yield f"{kind}: ids", {"id": text, "tasks": [task(text, text), task(f"T{text}", "B1")]}
        yield (
            f"{kind}: values",
            {
                "title": text,
                "year": text,
                "issued": text,
                "tasks": [task("1", "B1", ratio=text, window={"from": text, "to": f"2023{text}"}, cooperators=[f"乙局{text}"])],
                "severities": {text: "note", "POOL-019": text},
            },
        )
        yield (
            f"{kind}: more values",
            {"tasks": [task("1", "B1", count=text, at_least=text, allow_empty=text, at_most=f"1{text}")]},
        )
        yield f"{kind}: a schema", {"schema": text}
        yield f"{kind}: departments", {"departments": [{"name": f"甲局{text}", "aliases": [text]}, {"name": f"甲局{text}"}]}
        yield f"{kind}: days", {"holidays": [text], "workdays": [f"2023-01-01{text}"], "tasks": [task("1", "B1", draw_on=text)]}


def in_tables() -> Iterator[tuple[str, str, list[list[str]]]]:
    """Tables that are refused or remarked on, by the file of the office that they stand for."""
    row = list(ENTITIES[0].values())
    person = list(INSPECTORS[0].values())
    for kind, text in TEXTS.items():
        yield f"{kind}: a header", "entities.csv", [[*ENTITY_COLUMNS, f"列{text}"], [*row, text]]
        yield f"{kind}: two headers", "entities.csv", [[*ENTITY_COLUMNS, f"列{text}", f"列{text}"], [*row, "1", "2"]]
        yield f"{kind}: a title", "entities.csv", [[f"名录库{text}"], list(ENTITY_COLUMNS), row]
        yield f"{kind}: a row above", "entities.csv", [[text, text, "3"], list(ENTITY_COLUMNS), row]
        yield (
            f"{kind}: ids",
            "entities.csv",
            [list(ENTITY_COLUMNS), [f"A{text}", *row[1:]], [text, *row[1:]], [f"'{text}", *row[1:]]],
        )
        yield f"{kind}: twice", "entities.csv", [list(ENTITY_COLUMNS), [f"A{LETTER}", *row[1:]], [f"A{LETTER}", *row[1:]]]
        yield f"{kind}: cells", "entities.csv", [list(ENTITY_COLUMNS), [row[0], *(f"{cell}{text}" for cell in row[1:])]]
        yield (
            f"{kind}: a total",
            "entities.csv",
            [list(ENTITY_COLUMNS), row, [f"合计{text}", *[""] * 5], [f"示例{text}", *row[1:]]],
        )
        yield f"{kind}: a short row", "entities.csv", [list(ENTITY_COLUMNS), row, [text]]
        yield (
            f"{kind}: people",
            "inspectors.csv",
            [list(INSPECTOR_COLUMNS), [person[0], text, f"甲局{text}", f"2030{text}", text, text]],
        )


def test_no_report_and_no_message_about_a_plan_holds_a_raw_character(tmp_path: Path) -> None:
    """Silent: a column that a pool may have; and a key too long for YAML (1024 characters), told by where its brace is."""
    silent = set()
    for number, (name, values) in enumerate(in_plans()):
        office = desk(tmp_path / str(number), **{"tasks": TASKS, **values})
        plan = office.folder / "plan.yaml"
        plan.write_text(json.dumps(json.loads(plan.read_text(encoding="utf-8"))), encoding="ascii")
        silent |= set() if reported(office) else {name}
    assert silent == {"quiet: a column", "long: a key", "long: a key of a task", "long: a column", "long: values"}


def test_no_report_and_no_message_about_a_table_holds_a_raw_character(tmp_path: Path) -> None:
    """Silent: a further column and cells that no message quotes, since nothing is wrong with them."""
    silent = set()
    for number, (name, file, rows) in enumerate(in_tables()):
        office = desk(tmp_path / str(number))
        text = io.StringIO(newline="")
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
        (office.folder / file).write_text(text.getvalue(), encoding="utf-8", newline="")
        silent |= set() if reported(office) else {name}
        for command in (("pool", "stats", file), ("pool", "import", file, "-o", "neu.csv"), ("pool", "diff", file, file)):
            typed(office, *command, spelled=False)
    assert silent == {"quiet: a header", "quiet: cells"}


def test_no_report_about_a_draw_holds_a_raw_character(tmp_path: Path) -> None:
    """Ids of tasks, batches and groups, and columns, where nothing can be drawn."""
    tasks = [
        task(f"1{LETTER}", f"B{LETTER}", where={"categories": f"没有{QUIET}"}),
        task(f"2{LETTER}", f"B{LETTER}", where={f"没有{QUIET}": "1"}),
        task(f"3{LETTER}", f"B{LETTER}", ratio=None, strata={"by": "信用等级", "ratios": {f"B{QUIET}": "1%"}}),
    ]
    del tasks[2]["ratio"]
    office = desk(tmp_path, tasks)
    assert reported(office)
    office.write_table("entities.csv", [{**enterprise(1), LONG.removeprefix(RAW): ""}])  # one of the columns that there are
    assert reported(office)


def reported(office: Desk) -> bool:
    """Check, with each kind of report: all plain, and nothing endless quoted whole. Whether anything was spelled out in both."""
    found = []
    for name, read in (("报告.csv", cells_of_csv), ("报告.xlsx", cells_of_xlsx)):
        ended = typed(office, "check", "plan.yaml", "--report", name, spelled=False)
        assert "长" * 201 not in ended.stdout + ended.stderr
        cells = list(read((office.folder / name).read_bytes()))
        assert [ascii(cell[:200]) for cell in cells if DANGEROUS.search(cell.lstrip("\t"))] == []
        found.append(any("<U+" in cell for cell in cells))
    typed(office, "check", "plan.yaml", "--json", spelled=False)
    assert found[0] is found[1]
    return found[0]


def cells_of_csv(data: bytes) -> Iterator[str]:
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        yield from row


def cells_of_xlsx(data: bytes) -> Iterator[str]:
    """Every text of the package, read as XML says and not as a spreadsheet mends it."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for name in packed.namelist():
            yield html.unescape(packed.read(name).decode().replace("\n", ""))


# --------------------------------------------------------------------------------------------------------------------- workbooks


def test_no_name_of_a_sheet_reaches_a_screen_or_a_report_raw(tmp_path: Path) -> None:
    names = [f"表{character}{number}" for number, character in enumerate("\u202e\u200b\x85\u2066\x9b")]
    good = [list(ENTITY_COLUMNS), list(ENTITIES[0].values())]
    bad = [list(ENTITY_COLUMNS), ["A B", "", *list(ENTITIES[0].values())[2:]]]
    office = desk(tmp_path, pools={"entities": ["e.xlsx"], "inspectors": ["inspectors.csv"]})
    books = {
        "several": sheets.xlsx(*((name, good) for name in names)),
        "none": sheets.xlsx(*((name, [["甲"], ["乙"]]) for name in names)),
        "empty": sheets.xlsx(*((name, []) for name in names)),
        "bad rows": sheets.xlsx((names[0], bad)),
    }
    for data in books.values():
        (office.folder / "e.xlsx").write_bytes(data)
        assert reported(office)
    for more in ((), ("--sheet", "没有"), ("--sheet", "没有", "--json")):
        (office.folder / "e.xlsx").write_bytes(books["several"])
        assert typed(office, "pool", "stats", "e.xlsx", *more).status == 3


# ------------------------------------------------------------------------------------------------ colours and other sequences


FORCED = {"FORCE_COLOR": "1", "TTY_COMPATIBLE": "1", "CLICOLOR_FORCE": "1", "COLORTERM": "truecolor", "TERM": "xterm-256color"}


@pytest.mark.parametrize(
    "env", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}, *({name: FORCED[name]} for name in FORCED), FORCED], ids=str
)
@pytest.mark.parametrize("option", [(), ("--no-color",)], ids=["", "no-color"])
def test_there_is_no_colour_whatever_the_environment_wants(quiet: Desk, env: Mapping[str, str], option: tuple[str, ...]) -> None:
    plainly = quiet.type("ledger", "list")
    assert quiet.type("ledger", "list", *option, env=env) == plainly
    assert "\x1b" not in plainly.stdout


def test_no_color_says_of_itself_that_it_changes_nothing(quiet: Desk) -> None:
    (line,) = [line for line in quiet.type("verify", "--help").stdout.splitlines() if "--no-color" in line]
    assert "写不写都一样" in line
