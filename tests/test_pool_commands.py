"""`pool import`, `pool diff`, `pool stats`: what they say of tables that were written by hand, and of ledgers that `draw` wrote.

Expected files and differences are written out by hand from draw-v1 §1, or come from a few lines of plain Python over dicts;
workbooks come from openpyxl and xlwt, the judgement of credit codes from python-stdnum.
"""

import csv
import io
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from cli import ENTITIES, ENTITY_COLUMNS, INSPECTORS, RECUSAL_COLUMNS, Desk, desk, enterprise, inspector, tree
from sheets import xls, xlsx
from stdnum.cn import uscc

from shuangsuiji.cli import pool_stats
from shuangsuiji.cli.pool_import import formulas
from shuangsuiji.files.inputs import read_inputs, sealing
from shuangsuiji.files.pools.pool_diff import pool_diff
from shuangsuiji.files.pools.pool_file import read_entities, read_inspectors, read_recusals
from shuangsuiji.files.pools.pool_form import PoolSource
from shuangsuiji.files.pools.pool_import import check_read_back, imported, same_pool
from shuangsuiji.files.pools.pool_kinds import FORMS, AsWritten, kind_of
from shuangsuiji.model.pool import Pool
from shuangsuiji.model.problems import Code, Problem, Refusal

HEADER = ["统一社会信用代码", "企业名称", "类别", "状态", "备注"]
MESSY = [
    HEADER,
    ["b2", " 乙\n公司 ", "学校；企业|学校", "存续", "a,b"],
    ["Ａ１", "甲“公司”", "", "注销", 'x"y'],
    ["9", "丙", "企业;学校", "存续", "-"],
]
USUAL = (
    "\ufeff统一社会信用代码/编号,名称,对象类别,登记状态,备注\r\n"
    'B2,乙 公司,企业;学校,存续,"a,b"\r\n'
    'A1,甲“公司”,,注销,"x""y"\r\n'
    "9,丙,企业;学校,存续,-\r\n"
)
"""What MESSY is in the usual form: written by hand. The values of a set stand in byte order (企 U+4F01, 学 U+5B66)."""


def text(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def put(folder: Path, name: str, rows: Sequence[Sequence[str]] | bytes) -> str:
    (folder / name).write_bytes(rows if isinstance(rows, bytes) else text(rows).encode())
    return name


def content(path: Path) -> str:
    """The text of a file with its line ends, without the mark that it begins with."""
    return path.read_bytes().decode("utf-8-sig")


def codes(document: Any) -> list[str]:
    return [problem["code"] for problem in document["problems"]]


def own_problems() -> Iterator[Problem]:
    """The problems that only these commands find, for test_messages."""
    for header in ("编号,老板", "编号,名称,部门,有效期"):
        with pytest.raises(Refusal) as refusal:
            kind_of(PoolSource("a", header.encode()))
        yield from refusal.value.problems
    yield from formulas(imported("entities", [PoolSource("a", "编号,名称\n1,=1+1\n".encode())], AsWritten()), "b")


# ------------------------------------------------------------------------------------------------------------- pool import

TITLED = [["示范区检查对象名录库"], [], *MESSY[:2], ["", " "], *MESSY[2:]]


@pytest.mark.parametrize(
    "data",
    [
        text(MESSY).encode(),
        text(MESSY, "\t").encode("utf-16"),
        text(MESSY, ";").encode("gb18030"),
        xls(MESSY),
        xlsx(("说明", [["一户一行"]]), ("在册", TITLED)),
        text([[*cells[:2], "", *cells[2:]] for cells in MESSY]).encode(),
    ],
    ids=["UTF-8", "UTF-16 with tabs", "GB18030 with semicolons", "xls", "xlsx with a title", "an empty column"],
)
def test_any_table_becomes_the_same_file(data: bytes, tmp_path: Path) -> None:
    put(tmp_path, "名录", data)
    ended = Desk(tmp_path).type("pool", "import", "名录", "-o", "统一.csv")
    assert ended.status == 0
    assert (tmp_path / "统一.csv").read_bytes() == USUAL.encode()


def test_an_import_of_an_import_is_the_same_file_and_changes_nothing(tmp_path: Path) -> None:
    put(tmp_path, "一.csv", USUAL.encode())
    document = Desk(tmp_path).type("pool", "import", "一.csv", "-o", "二.csv", "--json").document
    assert (tmp_path / "二.csv").read_bytes() == USUAL.encode()
    assert (document["headers"], document["counts"], document["changes"]) == ([], [], [])


def test_every_change_is_listed_with_its_place(tmp_path: Path) -> None:
    put(tmp_path, "名录.xlsx", xlsx(("在册", TITLED)))
    document = Desk(tmp_path).type("pool", "import", "名录.xlsx", "-o", "统一.csv", "--json").document
    assert [(c["sheet"], c["cell"], c["column"], c["from"], c["to"], c["kinds"]) for c in document["changes"]] == [
        ("在册", "A4", "id", "b2", "B2", ["case"]),
        ("在册", "A6", "id", "Ａ１", "A1", ["width"]),
        ("在册", "B4", "name", " 乙\n公司 ", "乙 公司", ["space"]),
        ("在册", "C4", "categories", "学校；企业|学校", "企业;学校", ["set"]),
    ]
    assert document["headers"] == [
        {"from": "统一社会信用代码", "to": "统一社会信用代码/编号"},
        {"from": "企业名称", "to": "名称"},
        {"from": "类别", "to": "对象类别"},
        {"from": "状态", "to": "登记状态"},
    ]
    assert (document["rows"], document["title_rows"], document["blank_rows"], document["empty_columns"]) == (3, 1, 2, [])
    assert codes(document) == ["POOL-023"]


def test_the_screen_counts_changes_and_shows_the_first(tmp_path: Path) -> None:
    rows = [["编号", "名称"], *([f"a{number}", f"甲{number} "] for number in range(30))]
    put(tmp_path, "名录.csv", rows)
    ended = Desk(tmp_path).type("pool", "import", "名录.csv", "-o", "统一.csv", encoding="gbk")
    assert [line.split() for line in ended.stdout.splitlines() if "B2" in line or "A2" in line] == [
        ["小写改大写", "统一社会信用代码/编号", "30", "A2", "“a0”", "“A0”"],
        ["去掉空白", "名称", "30", "B2", "“甲0", "”", "“甲0”"],
    ]
    assert "检查对象名录库 30 户，已另存为 统一.csv" in ended.stdout
    assert "?" not in ended.stdout


def test_cells_of_inspectors_are_written_in_their_usual_form_and_each_step_is_named(tmp_path: Path) -> None:
    """draw-v1 §1 by hand: ids NFKC, upper case, trimmed; values NFC; 长期 and 9999-… are 9999-12-31."""
    rows = [
        ["执法证号", "姓名", "所属单位", "有效期至", "执法范围"],
        ["　ａ１", "Ame\u0301lie", "甲局", "2027年3月1日", ""],
        [" b2", "李四", "甲局", " 长期", "消防；特种设备;"],
        ["003", "王五", "乙局", "9999/1/1", ""],
        ["004", "赵六", "乙局", "", ""],
    ]
    put(tmp_path, "人员.csv", rows)
    document = Desk(tmp_path).type("pool", "import", "人员.csv", "-o", "统一.csv", "--json").document
    assert content(tmp_path / "统一.csv") == (
        "执法证号,姓名,所属部门,证件有效期,执法范围\r\n"
        "A1,Am\u00e9lie,甲局,2027-03-01,\r\n"
        "B2,李四,甲局,9999-12-31,消防;特种设备\r\n"
        "003,王五,乙局,9999-12-31,\r\n"
        "004,赵六,乙局,,\r\n"
    )
    assert {change["cell"]: change["kinds"] for change in document["changes"]} == {
        "A2": ["space", "width", "case"],
        "A3": ["space", "case"],
        "B2": ["composed"],
        "D2": ["date"],
        "D3": ["space", "date"],
        "D4": ["date"],
        "E3": ["set"],
    }


def test_files_of_one_pool_become_one_table_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    put(tmp_path, "一.csv", [["编号", "名称", "街道"], ["B", "乙", "东"], ["A", "甲", "西"]])
    put(tmp_path, "二.csv", [["街道", "名称", "代码"], ["南", "丁", "D"], ["北", "丙", "C"]])
    assert Desk(tmp_path).type("pool", "import", "一.csv", "二.csv", "-o", "统一.csv").status == 0
    body = "B,乙,东\r\nA,甲,西\r\nD,丁,南\r\nC,丙,北\r\n"
    assert content(tmp_path / "统一.csv") == "统一社会信用代码/编号,名称,街道\r\n" + body


def test_a_draw_seals_the_same_bytes_from_an_import_as_from_its_source(tmp_path: Path) -> None:
    """Snapshots of entities, inspectors and recusals (draw-v1 §1), by the engine's own sealing."""
    found = desk(tmp_path, pools={"entities": ["entities.csv"], "inspectors": ["inspectors.csv"], "recusals": ["r.csv"]})
    columns = ("检查对象编号", "字号名称", *ENTITY_COLUMNS[2:])
    messy = [[row[ENTITY_COLUMNS[0]].lower(), *list(row.values())[1:]] for row in ENTITIES]
    people = [
        {**row, "证件有效期": "2030年12月31日", "所属部门": row["所属部门"].replace("甲局", "区甲局")} for row in INSPECTORS
    ]
    put(tmp_path, "entities.csv", text([columns, *messy], "\t").encode("gb18030"))
    found.write_table("inspectors.csv", people)
    put(tmp_path, "r.csv", [RECUSAL_COLUMNS, ["0000001 ", ENTITIES[0][ENTITY_COLUMNS[0]].lower(), " a  b"]])
    before = sealing(read_inputs(tmp_path / "plan.yaml"), "B1")
    for name in ("entities.csv", "inspectors.csv", "r.csv"):
        assert found.type("pool", "import", name, "-o", f"new-{name}", "--plan", "plan.yaml").status == 0
        (tmp_path / name).write_bytes((tmp_path / f"new-{name}").read_bytes())
    after = sealing(read_inputs(tmp_path / "plan.yaml"), "B1")
    assert (after.snapshots, after.inputs) == (before.snapshots, before.inputs)


READERS = {
    "entities": read_entities,
    "inspectors": lambda sources: read_inspectors(sources, AsWritten()),
    "recusals": read_recusals,
}
IDS = "AaZz09.-_/()#（）＃１ａＢ①Ⅳ示-"
VALUES = " \u3000\t\nab甲乙;；|,，\"'=+-@＝eé\u0301ﬁΩ()（）"
DAYS = ["2027-11-15", "2027/1/5", " 2027.1.5 ", "２０２７年１月５日", "长期", "长期有效", "9999/1/1", ""]


def random_table(chance: random.Random, kind: str) -> list[list[str]]:
    def some(letters: str, most: int) -> str:
        return "".join(chance.choice(letters) for _ in range(chance.randint(0, most)))

    def row() -> list[str]:
        one, other = some(IDS, 5) or "x", some(IDS, 5) or "y"
        match kind:
            case "entities":
                return [one, some(VALUES, 6) + "x", some(VALUES, 6), some(VALUES, 3), some(VALUES, 5)]
            case "inspectors":
                return [one, some(VALUES, 6) + "x", some(VALUES, 3) + "d", chance.choice(DAYS), some(VALUES, 6)]
            case _:
                return [one, other, some(VALUES, 6), some(VALUES, 5)]

    headers = {
        "entities": ["编号", "名称", "类别", "状态", chance.choice(["x", "备注；a", "=b", "a,b", 'q"q', " 甲 ", "编号;名称"])],
        "inspectors": ["执法证号", "姓名", "部门", "有效期", "资格"],
        "recusals": ["执法证号", "统一社会信用代码", "事由", "其他"],
    }
    return [headers[kind], *(row() for _ in range(chance.randint(1, 4)))]


@pytest.mark.parametrize("kind", ["entities", "inspectors", "recusals"])
def test_a_random_table_that_can_be_read_gives_the_same_pool_and_then_the_same_bytes(kind: Any) -> None:
    """The pool of the source is the one to be compared with; 120 tables a kind, most of which can be read."""
    chance, good = random.Random(f"import {kind}"), 0
    for _ in range(120):
        data = text(random_table(chance, kind), chance.choice(",\t;")).encode(chance.choice(["utf-8", "utf-16", "gb18030"]))
        try:
            expected = READERS[kind]([PoolSource("a", data)]).pool
        except Refusal:
            continue
        once = imported(kind, [PoolSource("a", data)], AsWritten()).encode()
        assert same_pool(READERS[kind]([PoolSource("b", once)]).pool, expected)
        again = imported(kind, [PoolSource("b", once)], AsWritten())
        assert (again.encode(), dict(again.changes.cells), again.changes.headers) == (once, {}, {})
        good += 1
    assert good > 60


def test_what_does_not_read_back_as_the_same_pool_is_never_written() -> None:
    found = imported("entities", [PoolSource("a", text(MESSY).encode())], AsWritten())
    check_read_back(found, "b", USUAL.encode(), AsWritten())
    further = "".join(f"{line},街道\r\n" for line in USUAL.splitlines())
    for other in (USUAL.replace("丙", "丁"), USUAL.replace("9,丙,企业;学校,存续,-\r\n", ""), further):
        with pytest.raises(RuntimeError):
            check_read_back(found, "b", other.encode(), AsWritten())


def test_cells_that_a_spreadsheet_would_run_stay_as_they_are_and_are_named(tmp_path: Path) -> None:
    put(
        tmp_path,
        "名录.csv",
        [["编号", "名称", "=备注"], ["1", "=1+1", "-"], ["2", "@x", ""], ["3", "甲", "－5"], ["-4", "乙", "--"]],
    )
    ended = Desk(tmp_path).type("pool", "import", "名录.csv", "-o", "统一.csv", "--json")
    found = [(p["code"], p["severity"], p["file"], p["values"]["cells"]) for p in ended.document["problems"]]
    assert found == [
        ("POOL-040", "warning", "统一.csv", "A5"),
        ("POOL-040", "warning", "统一.csv", "B2、B3"),
        ("POOL-040", "warning", "统一.csv", "C1、C4"),
    ]
    assert ended.status == 0
    expected = "统一社会信用代码/编号,名称,=备注\r\n1,=1+1,-\r\n2,@x,\r\n3,甲,－5\r\n-4,乙,--\r\n"
    assert content(tmp_path / "统一.csv") == expected


def test_ids_that_a_spreadsheet_would_write_anew_are_counted(tmp_path: Path) -> None:
    put(
        tmp_path,
        "名录.csv",
        [["编号", "名称"], ["0012", "甲"], ["914108000000000012", "乙"], ["91410800MA00000012", "丙"], ["12", "丁"]],
    )
    assert "有 2 格编号像是数字" in Desk(tmp_path).type("pool", "import", "名录.csv", "-o", "统一.csv").stdout


def test_another_file_is_not_overwritten_and_the_same_one_may_be_written_again(tmp_path: Path) -> None:
    found = Desk(tmp_path)
    put(tmp_path, "名录.csv", MESSY)
    put(tmp_path, "统一.csv", USUAL.replace("丙", "丁").encode())
    before = tree(tmp_path)
    ended = found.type("pool", "import", "名录.csv", "-o", "统一.csv", "--json")
    assert (ended.status, codes(ended.document), tree(tmp_path)) == (3, ["FILE-005"], before)
    ended = found.type("pool", "import", "名录.csv", "-o", "名录.csv", "--json")
    assert (ended.status, codes(ended.document), tree(tmp_path)) == (3, ["FILE-005"], before)
    put(tmp_path, "统一.csv", USUAL.encode())
    assert found.type("pool", "import", "名录.csv", "-o", "统一.csv").status == 0
    assert (tmp_path / "统一.csv").read_bytes() == USUAL.encode()


def test_a_table_with_errors_is_not_written_and_all_are_named(tmp_path: Path) -> None:
    put(
        tmp_path, "名录.csv", [["编号", "名称", "类别"], ["A 1", "甲", ""], ["2", "", ""], ["2", "丁", ""], ["9.1E+17", "戊", ""]]
    )
    ended = Desk(tmp_path).type("pool", "import", "名录.csv", "-o", "统一.csv", "--json")
    found = [(problem["code"], problem["cell"]) for problem in ended.document["problems"]]
    assert found == [("POOL-007", "A2"), ("POOL-010", "B3"), ("POOL-008", "A4"), ("POOL-017", "A5")]
    assert (ended.status, (tmp_path / "统一.csv").exists()) == (3, False)


def test_an_id_that_is_a_total_only_once_it_is_canonical_is_not_written(tmp_path: Path) -> None:
    """合计① becomes 合计1 by NFKC, which a reader refuses as a total: what could not be read back must not be written."""
    put(tmp_path, "名录.csv", [["编号", "名称"], ["合计①", "甲"]])
    ended = Desk(tmp_path).type("pool", "import", "名录.csv", "-o", "统一.csv", "--json")
    assert (ended.status, codes(ended.document), (tmp_path / "统一.csv").exists()) == (3, ["POOL-025"], False)


def test_files_that_are_not_there_are_all_named(tmp_path: Path) -> None:
    ended = Desk(tmp_path).type("pool", "import", "一.csv", "二.csv", "-o", "统一.csv", "--json")
    assert (ended.status, [problem["file"] for problem in ended.document["problems"]]) == (3, ["一.csv", "二.csv"])


# kinds


def test_the_header_says_what_kind_of_pool_a_table_is(tmp_path: Path) -> None:
    put(tmp_path, "1", [["编号", "名称"], ["1", "甲"]])
    put(tmp_path, "2", [["执法证号", "姓名", "部门", "有效期"], ["1", "甲", "甲局", ""]])
    put(tmp_path, "3", [["执法证号", "统一社会信用代码"], ["1", "2"]])
    kinds = [Desk(tmp_path).type("pool", "stats", name, "--json").document["kind"] for name in "123"]
    assert kinds == ["entities", "inspectors", "recusals"]


@pytest.mark.parametrize(
    ("header", "fault", "kinds"),
    [
        (["编号", "老板"], "none", ""),
        (["编号", "名称", "部门", "有效期"], "several", "entities、inspectors"),
        (["执法证号", "统一社会信用代码", "企业名称"], "several", "entities、recusals"),
    ],
)
def test_a_header_of_no_kind_or_of_two_is_not_guessed_at(header: list[str], fault: str, kinds: str, tmp_path: Path) -> None:
    put(tmp_path, "名录.csv", [header, ["1", "2", "3", "4"][: len(header)]])
    ended = Desk(tmp_path).type("pool", "stats", "名录.csv", "--json")
    (problem,) = ended.document["problems"]
    assert (ended.status, problem["code"], problem["values"]) == (3, "POOL-041", {"fault": fault, "kinds": kinds})


def test_with_its_kind_named_a_table_is_read_as_that(tmp_path: Path) -> None:
    put(tmp_path, "名录.csv", [["编号", "名称", "部门", "有效期"], ["1", "甲", "甲局", ""]])
    found = Desk(tmp_path)
    assert found.type("pool", "stats", "名录.csv", "--kind", "inspectors", "--json").document["kind"] == "inspectors"
    assert codes(found.type("pool", "stats", "名录.csv", "--kind", "recusals", "--json").document) == ["POOL-004", "POOL-004"]
    assert codes(found.type("pool", "stats", "名录.csv", "--kind", "人员", "--json").document) == ["CLI-001"]


def test_what_a_header_must_name_is_what_the_readers_ask_for() -> None:
    """A table that lacks one of the columns is refused for just that column; the readers are the judge."""
    for kind, form in FORMS.items():
        for lacking in form.required:
            header = [column for column in form.required if column != lacking]
            with pytest.raises(Refusal) as refusal:
                READERS[kind]([PoolSource("a", text([[*header, "x"], ["1"] * (len(header) + 1)]).encode())])
            missing = [dict(p.values)["column"] for p in refusal.value.problems if p.code is Code.POOL_MISSING_COLUMN]
            assert missing == [lacking]


def test_an_unreadable_table_of_no_named_kind_is_refused_as_everywhere(tmp_path: Path) -> None:
    put(tmp_path, "名录.xlsx", b"PK\x03\x04 no workbook")
    put(tmp_path, "空.csv", b"")
    assert codes(Desk(tmp_path).type("pool", "stats", "名录.xlsx", "--json").document) == ["POOL-031"]
    assert codes(Desk(tmp_path).type("pool", "stats", "空.csv", "--json").document) == ["POOL-041"]


def test_a_sheet_is_named_where_several_fit(tmp_path: Path) -> None:
    put(tmp_path, "名录.xlsx", xlsx(("旧", MESSY[:3]), ("新", MESSY)))
    found = Desk(tmp_path)
    assert codes(found.type("pool", "stats", "名录.xlsx", "--json").document) == ["POOL-028"]
    assert found.type("pool", "stats", "名录.xlsx", "--sheet", "旧", "--json").document["rows"] == 2


# departments, recusals, severities


def test_aliases_of_departments_are_resolved_with_a_plan_and_left_without_one(tmp_path: Path) -> None:
    found = desk(tmp_path)
    found.write_table("人员.csv", [inspector(1, "区甲局"), inspector(2, "乙局")])
    with_plan = found.type("pool", "import", "人员.csv", "-o", "1.csv", "--plan", "plan.yaml", "--json").document
    assert [(c["cell"], c["from"], c["to"], c["kinds"]) for c in with_plan["changes"]] == [
        ("C2", "区甲局", "甲局", ["department"])
    ]
    assert found.type("pool", "import", "人员.csv", "-o", "2.csv", "--json").document["changes"] == []
    assert "区甲局" in (tmp_path / "2.csv").read_text("utf-8")
    found.write_table("人员.csv", [inspector(1, "丙局")])
    assert codes(found.type("pool", "import", "人员.csv", "-o", "3.csv", "--plan", "plan.yaml", "--json").document) == [
        "POOL-012"
    ]


def test_recusals_keep_their_further_columns_and_their_repeated_rows(tmp_path: Path) -> None:
    rows = [["执法证号", "姓名", "代码", "回避理由"], ["01", "张 三", "a1", "亲属"], ["01", "张  三", "A1", "亲属"]]
    rows[0][2] = "信用代码"
    put(tmp_path, "回避.csv", rows)
    ended = Desk(tmp_path).type("pool", "import", "回避.csv", "-o", "统一.csv", "--json")
    assert (ended.status, codes(ended.document)) == (0, ["POOL-019"])
    expected = "执法证号,姓名,统一社会信用代码/编号,回避事由\r\n01,张 三,A1,亲属\r\n01,张 三,A1,亲属\r\n"
    assert content(tmp_path / "统一.csv") == expected


def test_what_no_cell_may_hold_is_refused_in_further_columns_too(tmp_path: Path) -> None:
    put(tmp_path, "回避.csv", [["执法证号", "姓名", "信用代码"], ["01", "张\u202e三", "a1"]])
    ended = Desk(tmp_path).type("pool", "import", "回避.csv", "-o", "统一.csv", "--json")
    found = [(problem["code"], problem["cell"]) for problem in ended.document["problems"]]
    assert (ended.status, found, (tmp_path / "统一.csv").exists()) == (3, [("POOL-009", "B2")], False)


def test_a_plan_may_make_an_error_of_a_note(tmp_path: Path) -> None:
    found = desk(tmp_path, severities={"POOL-023": "error"})
    put(tmp_path, "名录.csv", [["大标题"], *MESSY])
    assert found.type("pool", "import", "名录.csv", "-o", "1.csv").status == 0
    assert found.type("pool", "import", "名录.csv", "-o", "2.csv", "--plan", "plan.yaml").status == 3
    assert not (tmp_path / "2.csv").exists()


# --------------------------------------------------------------------------------------------------------------- pool diff

OLD = [
    ["编号", "名称", "状态", "信用等级", "旧列"],
    ["A1", "甲", "存续", "A", ""],
    ["A2", "乙", "存续", "B", "x"],
    ["A3", "丙", "存续", "", ""],
    ["A4", "丁", "存续", "A", ""],
    ["A5", "同名", "存续", "A", ""],
    ["A6", "同名", "存续", "A", ""],
]
NEW = [
    ["名称", "代码", "登记状态", "信用类别", "街道"],
    ["同名", "B6", "存续", "A", "东"],
    ["丁", "b4", "存续", "A", "东"],
    ["丙 ", "A3", "注销", "C", "东"],
    ["乙", "A2", "注销", "B", "东"],
    ["甲", "A1", "存续", "A", "东"],
]


def test_added_gone_changed_and_renumbered_rows_are_told_apart(tmp_path: Path) -> None:
    """By hand: A4 left and B4 came under its name; A5, A6 and B6 share a name, so nobody can say which is which."""
    put(tmp_path, "旧.csv", OLD)
    put(tmp_path, "新.csv", NEW)
    ended = Desk(tmp_path).type("pool", "diff", "旧.csv", "新.csv", "--json")
    found = ended.document
    assert (ended.status, found["kind"], found["old_rows"], found["new_rows"]) == (0, "entities", 6, 5)
    assert [row["id"] for row in found["added"]] == ["B4", "B6"]
    assert [row["id"] for row in found["gone"]] == ["A4", "A5", "A6"]
    assert found["changed"] == [
        {"id": "A2", "name": "乙", "columns": {"status": {"from": "存续", "to": "注销"}}},
        {
            "id": "A3",
            "name": "丙",
            "columns": {"status": {"from": "存续", "to": "注销"}, "credit_class": {"from": "", "to": "C"}},
        },
    ]
    assert found["renumbered"] == [{"name": "丁", "from": "A4", "to": "B4"}]
    assert found["counts"] == {"added": 2, "gone": 3, "changed": 2, "columns": {"status": 2, "credit_class": 1}}
    assert (found["only_old"], found["only_new"]) == (["旧列"], ["街道"])


def test_the_screen_says_the_difference_in_words(tmp_path: Path) -> None:
    put(tmp_path, "旧.csv", OLD)
    put(tmp_path, "新.csv", NEW)
    out = Desk(tmp_path).type("pool", "diff", "旧.csv", "新.csv", encoding="gbk").stdout
    for part in (
        "原来 6 户，现在 5 户：新增 2，变更 2，移出 3。\n",
        "只有原来的表有、没有比较的列：旧列。\n",
        "只有现在的表有、没有比较的列：街道。\n",
        "存续→注销 2\n",
        "可能换了编号 1 户",
        "登记状态：存续→注销、信用等级：（空）→C\n",
    ):
        assert part in out
    assert "?" not in out


def test_a_pool_beside_itself_has_no_difference(tmp_path: Path) -> None:
    put(tmp_path, "旧.csv", MESSY)
    put(tmp_path, "新.csv", USUAL.encode())
    found = Desk(tmp_path).type("pool", "diff", "旧.csv", "新.csv", "--json").document
    assert found["counts"] == {"added": 0, "gone": 0, "changed": 0, "columns": {}}


def test_the_screen_shows_twenty_of_a_list_and_the_table_all(tmp_path: Path) -> None:
    put(tmp_path, "旧.csv", [["编号", "名称"], ["X", "留"]])
    put(tmp_path, "新.csv", [["编号", "名称"], ["X", "=留"], *([f"A{number:02}", "新"] for number in range(25))])
    found = Desk(tmp_path)
    ended = found.type("pool", "diff", "旧.csv", "新.csv", "-o", "变动.csv")
    shown = [line for line in ended.stdout.splitlines() if line.startswith("A")]
    assert len(shown) == 20
    assert "其余 5 行没有在屏幕上列出" in ended.stdout
    rows = list(csv.reader(io.StringIO((tmp_path / "变动.csv").read_text("utf-8-sig"))))
    assert rows[0] == ["变动", "编号", "名称", "列", "原来", "现在"]
    assert rows[1:26] == [["新增", f"A{number:02}", "新", "", "", ""] for number in range(25)]
    assert rows[26:] == [["变更", "X", "'=留", "名称", "留", "'=留"]]
    assert found.type("pool", "diff", "旧.csv", "旧.csv", "-o", "变动.csv").status == 0
    assert len((tmp_path / "变动.csv").read_text("utf-8-sig").splitlines()) == 1
    before = tree(tmp_path)
    ended = found.type("pool", "diff", "旧.csv", "新.csv", "-o", "新.csv")
    assert (ended.status, ended.stdout, "FILE-005" in ended.stderr, tree(tmp_path)) == (3, "", True, before)


def test_recusals_are_known_by_their_two_ids_and_only_their_reasons_change(tmp_path: Path) -> None:
    header = ["执法证号", "统一社会信用代码", "事由"]
    put(tmp_path, "旧.csv", [header, ["1", "A", "亲属"], ["1", "B", "持股"], ["2", "A", "x"]])
    put(tmp_path, "新.csv", [header, ["1", "A", "亲属"], ["1", "A", "任职"], ["2", "A", "x"], ["2", "B", ""]])
    found = Desk(tmp_path).type("pool", "diff", "旧.csv", "新.csv", "--json").document
    assert found["added"] == [{"inspector": "2", "entity": "B"}]
    assert found["gone"] == [{"inspector": "1", "entity": "B"}]
    change = {"reason": {"from": "亲属", "to": "亲属；任职"}}
    assert found["changed"] == [{"inspector": "1", "entity": "A", "columns": change}]


def test_errors_of_both_tables_are_named(tmp_path: Path) -> None:
    put(tmp_path, "旧.csv", [["编号", "名称"], ["1", ""]])
    put(tmp_path, "新.csv", [["编号", "名称"], ["", "甲"]])
    ended = Desk(tmp_path).type("pool", "diff", "旧.csv", "新.csv", "--json")
    assert (ended.status, [p["file"] for p in ended.document["problems"]]) == (3, ["旧.csv", "新.csv"])


@pytest.mark.parametrize(
    "typed",
    [("a.csv",), ("a.csv", "a.csv", "a.csv"), ("a.csv", "a.csv", "--batch", "B1"), ("a.csv", "a.csv", "--plan-id", "P1")],
)
def test_a_comparison_of_something_else_than_two_tables_is_a_usage_error(typed: tuple[str, ...], tmp_path: Path) -> None:
    put(tmp_path, "a.csv", MESSY)
    ended = Desk(tmp_path).type("pool", "diff", *typed, "--json")
    assert (ended.status, codes(ended.document)) == (2, ["CLI-001"])


def naive(
    old: dict[str, dict[str, str]], new: dict[str, dict[str, str]]
) -> tuple[list[str], list[str], dict[str, dict[str, Any]]]:
    changed = {
        key: {name: (old[key][name], new[key][name]) for name in ("name", "status") if old[key][name] != new[key][name]}
        for key in old.keys() & new.keys()
    }
    return sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys()), {key: one for key, one in changed.items() if one}


def test_the_difference_of_random_pools_is_that_of_two_dicts() -> None:
    """A few lines of plain Python over dicts are the judge."""
    chance = random.Random("diff")
    for _ in range(200):
        pools = [
            {f"{chance.randint(0, 30)}": {"name": chance.choice("甲乙丙丁"), "status": chance.choice("ab")} for _ in range(20)}
            for _ in range(2)
        ]
        tables = [
            Pool.of({"id": list(one), **{name: [row[name] for row in one.values()] for name in ("name", "status")}})
            for one in pools
        ]
        found = pool_diff(*tables)
        changed = {row.key[0]: {cell.column: (cell.before, cell.after) for cell in row.cells} for row in found.changed}
        assert ([row.key[0] for row in found.added], [row.key[0] for row in found.gone], changed) == naive(*pools)
        left = [pools[0][row.key[0]]["name"] for row in found.gone]
        came = [pools[1][row.key[0]]["name"] for row in found.added]
        assert {one.name for one in found.renumbered} == {n for n in left if left.count(n) == 1 == came.count(n)}


# with a ledger


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """B1 drawn from 40 enterprises (ledger 1, 2); then number 1 was closed and B2 drawn (3, 4); B2 taken back (5)."""
    found = desk(tmp_path_factory.mktemp("drawn"))
    assert found.type("draw", "plan.yaml", "--batch", "B1", "--seed", "1").status == 0
    found.write_table("entities.csv", [enterprise(1, 登记状态="注销"), *ENTITIES[1:]])
    assert found.type("draw", "plan.yaml", "--batch", "B2", "--seed", "2").status == 0
    found.write_table("新.csv", [enterprise(1, 登记状态="注销"), *ENTITIES[2:], enterprise(41)], ENTITY_COLUMNS)
    return found


def compared(found: Desk, *typed: str) -> tuple[int, list[str], list[str], list[str]]:
    document = found.type("pool", "diff", "--ledger", "records", *typed, "--json").document
    ids = [[row["id"][-2:] for row in document[kind]] for kind in ("added", "gone", "changed")]
    return (document["old"]["seq"], *ids)  # type: ignore[return-value]


def test_a_pool_is_compared_with_what_the_last_draw_used(drawn: Desk) -> None:
    assert compared(drawn, "新.csv") == (3, ["41"], ["02"], [])
    assert compared(drawn, "新.csv", "--batch", "B1") == (1, ["41"], ["02"], ["01"])
    assert compared(drawn, "新.csv", "--plan-id", "P1", "--batch", "B2") == (3, ["41"], ["02"], [])
    assert compared(drawn, "entities.csv") == (3, [], [], [])


def test_it_is_said_that_a_snapshot_has_only_the_columns_of_the_draw(drawn: Desk) -> None:
    ended = drawn.type("pool", "diff", "--ledger", "records", "新.csv")
    assert "台账里只有那次抽取要用的列" in ended.stdout
    assert "只有现在的表有、没有比较的列：信用等级、地址。" in ended.stdout


def test_inspectors_and_recusals_are_compared_with_the_ledger_too(drawn: Desk) -> None:
    drawn.write_table("人员.csv", [inspector(1, "区甲局"), *INSPECTORS[2:]])
    assert compared(drawn, "人员.csv", "--plan", "plan.yaml")[1:] == ([], ["02"], [])
    put(drawn.folder, "回避.csv", [["执法证号", "信用代码"], ["1", "A"]])
    document = drawn.type("pool", "diff", "--ledger", "records", "回避.csv", "--json").document
    assert document["counts"] == {"added": 1, "gone": 0, "changed": 0, "columns": {}}


def test_where_no_draw_is_live_the_latest_seal_counts(tmp_path: Path, drawn: Desk) -> None:
    found = Desk(tmp_path)
    for name, data in tree(drawn.folder).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    for batch, last in (("B2", 1), ("B1", 3)):
        assert found.type("void", "--batch", batch, "--reason", "重抽", "--approved-by", "李").status == 0
        assert compared(found, "新.csv")[0] == last
    assert compared(found, "新.csv", "--batch", "B1")[0] == 1


@pytest.mark.parametrize(
    ("typed", "status", "code"),
    [
        (("--ledger", "nowhere", "新.csv"), 3, "LEDGER-004"),
        (("--ledger", "", "新.csv"), 2, "CLI-008"),
        (("--ledger", "records", "新.csv", "--batch", "B9"), 2, "CLI-002"),
        (("--ledger", "records", "新.csv", "--plan-id", "P9"), 2, "CLI-001"),
    ],
)
def test_a_draw_that_is_not_there_cannot_be_compared_with(typed: tuple[str, ...], status: int, code: str, drawn: Desk) -> None:
    ended = drawn.type("pool", "diff", *typed, "--json")
    assert (ended.status, codes(ended.document)) == (status, [code])


def test_a_damaged_snapshot_is_not_compared_with(tmp_path: Path, drawn: Desk) -> None:
    for name, data in tree(drawn.folder).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data + b" " if name.endswith(".csv") and "snapshots" in name else data)
    assert Desk(tmp_path).type("pool", "diff", "--ledger", "records", "新.csv", "--json").status == 10


# -------------------------------------------------------------------------------------------------------------- pool stats


def test_entities_are_counted_by_what_they_are(tmp_path: Path) -> None:
    assert uscc.is_valid("91410800MA00000012")
    assert not uscc.is_valid("91410800MA00000011")
    rows = [
        ["编号", "名称", "类别", "状态", "信用等级"],
        ["91410800MA00000012", "甲", "企业;学校", "存续", "A"],
        ["91410800MA00000011", "乙", "企业", "存续", "B"],
        ["410800000123456", "丙", "", "注销", ""],
        ["工地-1", "丁", "企业", "存续", "B"],
    ]
    put(tmp_path, "一.csv", rows[:3])
    put(tmp_path, "二.csv", [rows[0], *rows[3:]])
    found = Desk(tmp_path).type("pool", "stats", "一.csv", "二.csv", "--json").document
    assert found["rows"] == 4
    assert found["ids"] == {"codes": 2, "failing": ["91410800MA00000011"], "old_numbers": 1, "others": 1}
    assert {name: list(counts.items()) for name, counts in found["values"].items()} == {
        "categories": [("企业", 3), ("", 1), ("学校", 1)],
        "status": [("存续", 3), ("注销", 1)],
        "credit_class": [("B", 2), ("", 1), ("A", 1)],
    }
    out = Desk(tmp_path).type("pool", "stats", "一.csv", "二.csv", encoding="gbk").stdout
    lines = [line.split() for line in out.splitlines()]
    assert "检查对象名录库，共 4 户（2 个文件合计）。" in out
    assert "编号：18 位信用代码 2 户（校验不对 1），15 位旧注册号 1 户，其他编号 1 户。" in out
    assert ["企业", "3", "75.0%"] in lines
    assert ["（空）", "1", "25.0%"] in lines
    assert "?" not in out


def test_a_certificate_is_valid_to_its_last_day(tmp_path: Path) -> None:
    """On 2024-02-01 with 29 days: the last day that is soon is 2024-03-01 (2024 has a 29 February)."""
    ends = ["2024-01-31", "2024-02-01", "2024-03-01", "2024-03-02", "长期", ""]
    header = ["执法证号", "姓名", "部门", "有效期"]
    put(tmp_path, "人员.csv", [header, *([f"{n}", f"人{n}", "甲局", end] for n, end in enumerate(ends))])
    typed = ("pool", "stats", "人员.csv", "--date", "2024-02-01", "--within", "29")
    found = Desk(tmp_path).type(*typed, "--json").document["certificates"]
    assert [[one["id"] for one in found[kind]] for kind in ("expired", "soon", "none")] == [["0"], ["1", "2"], ["5"]]
    assert (found["date"], found["until"], found["later"], found["unlimited"]) == ("2024-02-01", "2024-03-01", 1, 1)
    out = Desk(tmp_path).type(*typed).stdout
    assert "即将到期 2 人" in out
    assert ["2", "人2", "甲局", "2024-03-01"] in [line.split() for line in out.splitlines()]


def test_days_beyond_the_calendar_and_days_that_are_none(tmp_path: Path) -> None:
    put(tmp_path, "人员.csv", [["执法证号", "姓名", "部门", "有效期"], ["1", "人", "甲局", "2999-01-01"]])
    found = Desk(tmp_path)
    document = found.type("pool", "stats", "人员.csv", "--within", "99999999", "--date", "2024-02-29", "--json").document
    assert [one["id"] for one in document["certificates"]["soon"]] == ["1"]
    for date in ("2023-02-29", "2024-2-1", "今天", ""):
        ended = found.type("pool", "stats", "人员.csv", "--date", date, "--json")
        assert (ended.status, codes(ended.document)) == (2, ["CLI-001"])
    assert found.type("pool", "stats", "人员.csv", "--within", "-1").status == 2


def test_without_a_date_it_is_today_and_ninety_days(tmp_path: Path) -> None:
    """2024-01-02 and 90 days: 29 in January, 29 in February, 31 in March, 1 in April."""
    put(tmp_path, "人员.csv", [["执法证号", "姓名", "部门", "有效期"], ["1", "人", "甲局", "长期"]])
    with mock.patch.object(pool_stats, "today", return_value="2024-01-02"):
        found = Desk(tmp_path).type("pool", "stats", "人员.csv", "--json").document["certificates"]
    assert (found["date"], found["until"]) == ("2024-01-02", "2024-04-01")


def test_inspectors_and_recusals_are_counted(tmp_path: Path) -> None:
    found = desk(tmp_path)
    document = found.type("pool", "stats", "inspectors.csv", "--json").document
    assert document["values"] == {"department": {"甲局": 4, "乙局": 3}, "status": {"在岗": 7}, "qualifications": {"": 7}}
    found.write_table("人员.csv", [inspector(1, "区甲局"), inspector(2)])
    assert found.type("pool", "stats", "人员.csv", "--plan", "plan.yaml", "--json").document["values"]["department"] == {
        "甲局": 2
    }
    put(tmp_path, "回避.csv", [RECUSAL_COLUMNS, ["1", "A", "亲属"], ["1", "B", "亲属"], ["2", "B", ""]])
    document = found.type("pool", "stats", "回避.csv", "--json").document
    assert (document["rows"], document["values"]) == (3, {"reason": {"亲属": 2, "": 1}})


def test_many_values_are_shown_by_the_first_twenty(tmp_path: Path) -> None:
    put(tmp_path, "名录.csv", [["编号", "名称", "状态"], *([f"{n}", "甲", f"状态{n:02}"] for n in range(23))])
    out = Desk(tmp_path).type("pool", "stats", "名录.csv").stdout
    assert "其余 3 种没有在屏幕上列出" in out
    assert ("状态19 " in out, "状态20 " in out) == (True, False)


def test_quiet_says_nothing_unless_there_is_a_problem(tmp_path: Path) -> None:
    put(tmp_path, "名录.csv", MESSY)
    found = Desk(tmp_path)
    for typed in (("stats", "名录.csv"), ("diff", "名录.csv", "名录.csv"), ("import", "名录.csv", "-o", "统一.csv")):
        ended = found.type("pool", *typed, "--quiet")
        assert (ended.status, ended.stdout, ended.stderr) == (0, "", "")
