"""The shipped plan against the notice that it comes from, tests/data/notice-2023-02.txt.

The notice is read here by a parser of its own, which has never seen the plan. It is a text made from a word processor's
table, and this is what its 27 rows have in common (two rows of header, 25 of the annex):

- a cell begins with a tab at the beginning of a line;
- lines without that tab belong to the cell before them (line breaks inside a cell);
- after its fourteenth cell a row ends with one empty line.

So *verbatim* means: every character after the tab that begins a cell, up to the line feed before the next tab, white
space and line breaks at either end of it included. The line feed that ends the cell's last line belongs to the layout,
not to the cell, and so does the empty line after a row: it stands after each of the 27 rows, the header's two among
them, even where the fourteenth cell is empty. (Splitting at "line feed, tab" would instead leave one line feed at the
end of every row's 检查时间.) No cell holds an empty line, so nothing is left to taste; the parser insists on it.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
NOTICE = ROOT / "tests" / "data" / "notice-2023-02.txt"
PLAN = ROOT / "plans" / "jzsfq-2023.yaml"

COLUMNS = [
    "序号",
    "抽查计划名称",
    "抽查任务名称",
    "抽查领域",
    "抽查事项",
    "检查对象",
    "事项类别（重点/一般检查事项）",
    "抽查类型",
    "发起部门",
    "配合部门",
    "抽查事项(第二次)",
    "检查主体（省/市/县级）",
    "抽取比例",
    "检查时间",
]
ITEMS, ITEMS_AGAIN = "抽查事项", "抽查事项(第二次)"


# --- the notice ---------------------------------------------------------------------------------


def read_table(text: str) -> list[list[str]]:
    """The rows of the notice's table, the two of the header first, each a list of fourteen cells."""
    lines = text.split("\n")
    start, end = lines.index("\t序号"), next(at for at, line in enumerate(lines) if line.startswith("\t填表说明"))
    rows: list[list[str]] = []
    row: list[str] = []
    for line in lines[start:end]:
        if line.startswith("\t"):
            assert len(row) < 14, f"a fifteenth cell after {row}"
            row.append(line[1:])
        elif line:
            row[-1] += "\n" + line
        else:
            assert len(row) == 14, f"an empty line after {len(row)} cells of {row}"
            rows.append(row)
            row = []
    assert not row, f"the table ends within a row: {row}"
    return rows


NOTICE_TEXT = NOTICE.read_bytes().decode("utf-8")
TABLE = read_table(NOTICE_TEXT)
ANNEX = {int(row[0]): dict(zip(COLUMNS, row, strict=True)) for row in TABLE[2:]}


def department_words(cell: str) -> list[str]:
    """The departments named in a cell: they are separated by 、 or by numbers such as 1. and 2."""
    return [word for word in re.split(r"、|\d\.", cell) if word]


# --- the plan -----------------------------------------------------------------------------------

PLAN_TEXT = PLAN.read_bytes().decode("utf-8")
DOCUMENT = yaml.load(PLAN_TEXT, Loader=yaml.BaseLoader)
TASKS = {int(task["id"]): task for task in DOCUMENT["tasks"]}
SPELLINGS = {
    spelling: department["name"]
    for department in DOCUMENT["departments"]
    for spelling in [department["name"], *department["aliases"]]
}

BATCHES = {
    "2023Q1": [2, 3, 4, 5, 7, 8, 12, 13, 20, 21, 23, 24],
    "2023Q2": [1, 14, 15],
    "2023Q3": [9, 10, 11, 16, 17, 25],
    "2023-09": [6, 22],
    "2023Q4": [18, 19],
}
GROUPS = {
    "企业安全生产": [12, 13, 14, 15, 16, 17, 18, 19],
    "宾馆旅店": [7, 9, 25],
    "保安": [8, 10],
    "农资": [5, 6],
    "学校": [21, 22, 24],
}

each_task = pytest.mark.parametrize("number", sorted(TASKS))


def tasks_by(key: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, task in TASKS.items():
        if key in task:
            found.setdefault(task[key], []).append(number)
    return found


def notes_of(number: int) -> str:
    return "\n".join(TASKS[number]["notes"])


def without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


# --- the source itself --------------------------------------------------------------------------


def test_the_copy_of_the_notice_is_whole() -> None:
    digest = hashlib.sha256(NOTICE.read_bytes()).hexdigest()
    assert digest == "f8c526a0fbbcc3bc7f7b1214d1206e23d0aae455793a966c14135633fac79382", (
        "tests/data/notice-2023-02.txt is not the notice to the byte (were its line ends changed at checkout?)"
    )


def test_the_annex_has_25_rows_of_fourteen_cells() -> None:
    assert sorted(ANNEX) == list(range(1, 26))
    assert [row[0] for row in TABLE[2:]] == [str(number) for number in range(1, 26)]
    assert all(len(row) == 14 for row in TABLE)


def test_the_two_lines_of_the_header_give_the_names_of_the_columns() -> None:
    merged = [(upper + lower).strip() for upper, lower in zip(TABLE[0], TABLE[1], strict=True)]
    assert merged[10] == "抽查事项"
    merged[10] += "(第二次)"
    assert merged == COLUMNS


@pytest.mark.parametrize(
    ("number", "column", "text"),
    [
        (1, "检查时间", "2023.6-2023.10"),
        (8, "抽查事项", " 1、保安从业单位及其保安服务活动情况的检查。2、保安培训单位及其培训活动情况的检查"),
        (11, "事项类别（重点/一般检查事项）", "建设单位"),
        (20, "抽查领域", "示范区\n市场主体"),
        (21, "抽查事项", "1.中小学教辅教材\n2.学校卫生情况的检查\n3.学校食堂食品安全情况检查"),
        (24, "抽查领域", "\n全区中小学"),
        (25, "检查时间", "\n2023年7月——12月"),
    ],
)
def test_the_parser_keeps_white_space_inside_a_cell_and_none_of_the_layout(number, column, text) -> None:
    assert ANNEX[number][column] == text


# --- published cells ----------------------------------------------------------------------------


def test_the_plan_has_the_tasks_of_the_annex_in_its_order() -> None:
    assert [task["id"] for task in DOCUMENT["tasks"]] == [row[0] for row in TABLE[2:]]


@each_task
def test_every_published_cell_is_the_notices_own_text(number) -> None:
    published = dict(TASKS[number]["published"])
    published.setdefault(ITEMS_AGAIN, published[ITEMS])
    assert set(published) == set(COLUMNS)
    for column in COLUMNS:
        assert published[column] == ANNEX[number][column], column


@each_task
def test_published_cells_stand_in_the_order_of_the_columns(number) -> None:
    published = list(TASKS[number]["published"])
    assert published == [column for column in COLUMNS if column in published]


def test_the_second_item_cell_is_left_out_exactly_where_it_repeats_the_first() -> None:
    given = [number for number, task in TASKS.items() if ITEMS_AGAIN in task["published"]]
    assert given == [11, 25]
    assert given == [number for number, cells in ANNEX.items() if cells[ITEMS_AGAIN] != cells[ITEMS]]


# --- usable values beside them ------------------------------------------------------------------


def test_the_head_of_the_plan_is_found_in_the_notice() -> None:
    for key in ("title", "issuer", "document_no"):
        assert DOCUMENT[key] in NOTICE_TEXT, key
    year, month, day = (int(part) for part in DOCUMENT["issued"].split("-"))
    assert f"{year}年{month}月{day}日印发" in NOTICE_TEXT
    assert DOCUMENT["year"] == str(year)


@each_task
def test_name_ratio_level_and_initiator_are_the_published_ones(number) -> None:
    task, cells = TASKS[number], ANNEX[number]
    assert task["name"] == cells["抽查任务名称"]
    assert task["ratio"] == cells["抽取比例"]
    assert task["level"] == cells["检查主体（省/市/县级）"]
    assert task["initiator"] == cells["发起部门"]


@each_task
def test_cooperators_are_the_published_cell_taken_apart(number) -> None:
    assert TASKS[number]["cooperators"] == department_words(ANNEX[number]["配合部门"])


@each_task
def test_every_initiator_and_cooperator_resolves_to_different_departments(number) -> None:
    task = TASKS[number]
    resolved = [SPELLINGS[word] for word in [task["initiator"], *task["cooperators"]]]
    assert len(set(resolved)) == len(resolved)


def test_no_department_has_a_name_that_the_notice_does_not_use() -> None:
    used = {word for cells in ANNEX.values() for word in [cells["发起部门"], *department_words(cells["配合部门"])]}
    assert set(SPELLINGS) == used


def test_departments_are_merged_as_decided_and_no_further() -> None:
    assert {department["name"]: department["aliases"] for department in DOCUMENT["departments"]} == {
        "示范区市场监督管理局": ["区市场监管局", "示范区市场监管局", "示范区市场监管分局", "市场监督管理局示范区分局"],
        "区发改委（商务局）": ["发改委"],
        "示范区生态环境局": ["区生态环境局"],
        "示范区卫生健康委员会": ["卫生健康委", "示范区卫健委"],
        "示范区消防救援大队": ["消防大队"],
        "教体局": [],
        "应急管理局": [],
        "示范区公安局": [],
        "示范区住建局": [],
        "示范区农业农村局": [],
        "示范区自然资源和规划局": [],
        "示范区人力资源和社会保障局": [],
        "示范区劳动监察大队": [],
    }
    spellings = [word for d in DOCUMENT["departments"] for word in [d["name"], *d["aliases"]]]
    assert len(spellings) == len(set(spellings))


@each_task
def test_items_are_the_published_ones_without_numbers_and_punctuation(number) -> None:
    published = ANNEX[number][ITEMS_AGAIN]
    bare = re.sub(r"(?:^|(?<=[\n查。]))\s*\d(?:\. ?|、)", "|", published)
    items = [item for item in re.split(r"[|；。\n]+", bare) if item.strip()]
    assert TASKS[number]["items"] == items


@each_task
def test_the_target_is_the_published_one_or_a_correction(number) -> None:
    corrected = {8: "保安行业相关单位", 10: "保安行业相关单位", 11: ANNEX[11]["事项类别（重点/一般检查事项）"]}
    assert TASKS[number]["target"] == corrected.get(number, without_space(ANNEX[number]["检查对象"]))


@each_task
def test_item_class_and_draw_type_are_labels_of_the_closed_list(number) -> None:
    classes = {"重点检查": "重点", "一般检查": "一般", "一般检查事项": "一般"}
    cell = ANNEX[number]["事项类别（重点/一般检查事项）"]
    assert TASKS[number]["item_class"] == classes.get(cell, "未注明")
    assert (TASKS[number]["item_class"] == "未注明") == (number in (11, 20))
    assert TASKS[number]["draw_type"] == "不定向"


WINDOWS = [  # the notice's eight ways of writing a window; groups: from year, month, day, to year, month, day
    r"(?P<y>\d{4})\.(?P<m>\d+)-(?P<ty>\d{4})\.(?P<tm>\d+)",
    r"(?P<m>\d+)月-(?P<tm>\d+)月",
    r"(?P<y>\d{4})年(?P<m>\d+)月-(?P<tm>\d+)月",
    r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)至(?P<ty>\d{4})-(?P<tm>\d\d)-(?P<td>\d\d)",
    r"(?P<y>\d{4})\.(?P<m>\d\d)\.(?P<d>\d\d)-(?P<tm>\d\d)\.(?P<td>\d\d)",
    r"(?P<y>\d{4})年(?P<m>\d+)月—(?P<tm>\d+)月",
    r"(?P<y>\d{4})年(?P<tm>\d+)月前",
    r"(?P<y>\d{4})年(?P<m>\d+)月——(?P<tm>\d+)月",
]
LAST_DAY = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


def read_window(cell: str) -> tuple[str, str]:
    """The first and last day of a published window; "before month m" runs from 1 January to the end of m - 1."""
    match = next(found for form in WINDOWS if (found := re.fullmatch(form, cell.strip())))
    parts = {key: int(value) for key, value in match.groupdict().items() if value}
    assert {parts.get("y", 2023), parts.get("ty", 2023)} == {2023}
    month, last = parts.get("m", 1), parts["tm"] - cell.endswith("前")
    return f"2023-{month:02d}-{parts.get('d', 1):02d}", f"2023-{last:02d}-{parts.get('td', LAST_DAY[last]):02d}"


@each_task
def test_every_window_is_the_published_time_read_to_the_day(number) -> None:
    window = TASKS[number]["window"]
    assert (window["from"], window["to"]) == read_window(ANNEX[number]["检查时间"])


def test_all_eight_ways_of_writing_a_window_occur() -> None:
    cells = [cells["检查时间"].strip() for cells in ANNEX.values()]
    assert all(any(re.fullmatch(form, cell) for cell in cells) for form in WINDOWS)


# --- batches and groups -------------------------------------------------------------------------


def test_batches_are_the_five_agreed_ones() -> None:
    assert tasks_by("batch") == BATCHES
    assert all("batch" in task for task in TASKS.values())


@pytest.mark.parametrize("batch", BATCHES)
def test_the_windows_of_a_batch_share_a_day(batch) -> None:
    windows = [TASKS[number]["window"] for number in BATCHES[batch]]
    first, last = max(window["from"] for window in windows), min(window["to"] for window in windows)
    assert first <= last
    numbers = " ".join(str(number) for number in BATCHES[batch])
    assert re.search(rf"#   {batch} +第{numbers}行 +共同的日子 {first} 至 {last}\n", PLAN_TEXT), (
        "the comment on batches says something else"
    )


def test_groups_are_the_five_agreed_ones() -> None:
    assert tasks_by("coordination_group") == GROUPS


@pytest.mark.parametrize("group", GROUPS)
def test_all_tasks_of_a_group_have_one_where(group) -> None:
    assert len({repr(TASKS[number]["where"]) for number in GROUPS[group]}) == 1


@each_task
def test_every_where_asks_for_one_category(number) -> None:
    assert list(TASKS[number]["where"]) == ["categories"]
    assert isinstance(TASKS[number]["where"]["categories"], str)


# --- notes --------------------------------------------------------------------------------------


@each_task
def test_every_task_has_notes_made_of_sentences(number) -> None:
    notes = TASKS[number]["notes"]
    assert notes
    assert all(note.endswith("。") and note == note.strip() for note in notes)
    assert len(notes) == len(set(notes))


@each_task
def test_notes_quote_whatever_was_put_right(number) -> None:
    task, cells, notes = TASKS[number], ANNEX[number], notes_of(number)
    if cells["抽查类型"] != task["draw_type"]:
        assert f"“{cells['抽查类型']}”" in notes
    if cells["检查对象"] != task["target"]:
        assert "“" + cells["检查对象"].replace("\n", "\\n") + "”" in notes
    if cells["事项类别（重点/一般检查事项）"] not in ("一般检查事项", "重点检查事项"):
        assert f"“{cells['事项类别（重点/一般检查事项）']}”" in notes
    if cells["抽查计划名称"] != cells["抽查任务名称"]:
        assert f"“{cells['抽查计划名称']}”" in notes
        assert f"“{cells['抽查任务名称']}”" in notes
    if len(task["cooperators"]) > 1:
        assert "配合部门" in notes
    for word in [task["initiator"], *task["cooperators"]]:
        if SPELLINGS[word] != word:
            assert f"{word}" in notes
            assert SPELLINGS[word] in notes


@each_task
def test_notes_say_how_the_window_was_read(number) -> None:
    task, notes = TASKS[number], notes_of(number)
    cell = ANNEX[number]["检查时间"].strip()
    assert f"检查时间“{cell}”" in notes
    literal = f"{task['window']['from']}至{task['window']['to']}"
    assert literal == cell or literal in notes or number == 23
    starts_early = task["window"]["from"] < DOCUMENT["issued"]
    assert starts_early == ("始于印发日2023-03-22之前" in notes)


# What a careful reader of the annex found, row by row: each finding must be told in the notes of its row.
FINDINGS = {
    1: ["100%", "辖区工地", "“示范区”只在前面写了一次", "不并入", "一般检查", "农民工欠薪", "区级"],
    2: ["没有年份", "“新车销售市场”", "两块牌子"],
    3: ["没有年份", "五种写法之一", "两块牌子"],
    4: ["没有年份", "与第23行互为镜像", "商贸领域", "职责", "两块牌子"],
    5: ["疑似重复", "没有句末标点", "第6行", "一般检查"],
    6: ["第5行", "疑似重复", "没有句末标点"],
    7: ["与第9行除检查时间外逐字相同", "顿号", "编号连写", "示范区市场监管分局"],
    8: ["“办案”是“保安”之误", "以空格开头", "编号连写", "与第10行除检查时间外相同"],
    9: ["与第7行除检查时间外逐字相同", "与第25行对象相同", "顿号"],
    10: ["第8行同一笔误", "以空格开头", "与第8行除检查时间外相同"],
    11: ["错位", "“建设单位”", "“项目实施情况”", "第二次“抽查事项”", "未注明", "10月30日"],
    12: ["没有“示范区”三字", "与第13行同一季度", "末尾还有一个“；”", "只剩9天", "重点检查", "第14、16、18行"],
    13: ["没有“示范区”三字", "与第12行同一季度", "含顿号", "相差一字", "工贸", "第15、17、19行"],
    14: ["同第12行", "与第15行同一季度", "第12、16、18行"],
    15: ["同第13行", "与第14行同一季度"],
    16: ["同第12行", "与第17行同一季度"],
    17: ["同第13行", "与第16行同一季度"],
    18: ["同第12行", "与第19行同一季度"],
    19: ["同第13行", "与第18行同一季度"],
    20: ["逐字相同；类别缺失", "未注明", "有换行", "止日没有年份", "疑似重字"],
    21: ["更正为不定向", "编号连写", "五种写法之一", "第24行对象、事项相同", "填表说明"],
    22: ["更正为不定向", "编号连写", "除检查时间外与第21行相同"],
    23: ["更正为不定向", "只有截止", "2023-11-30", "2023-12-31，须人工确认", "与第4行互为镜像", "“发改委”", "“者”字"],
    24: ["更正为不定向", "以换行开头", "互换", "没有市场监管部门", "两个“—”"],
    25: ["更正为不定向", "缺编号", "混用", "没有消防救援大队", "20%对5%", "以换行开头", "两个“—”", "是对象而不是领域"],
}


@each_task
def test_every_oddity_found_in_a_row_is_told_in_its_notes(number) -> None:
    missing = [words for words in FINDINGS[number] if words not in notes_of(number)]
    assert not missing


# --- the file as a text -------------------------------------------------------------------------

PLAN_KEYS = ["schema", "id", "title", "issuer", "document_no", "issued", "year", "ledger", "pools", "holidays", "workdays"]
PLAN_KEYS += ["departments", "entity_statuses", "inspector_statuses", "defaults", "tasks"]
TASK_KEYS = ["id", "name", "items", "target", "where", "item_class", "draw_type", "initiator", "cooperators", "level"]
TASK_KEYS += ["ratio", "window", "batch", "coordination_group", "published", "notes"]


def test_keys_stand_in_the_order_of_the_design() -> None:
    assert list(DOCUMENT) == PLAN_KEYS
    assert DOCUMENT["schema"] == "shuangsuiji/plan/1"
    for number, task in TASKS.items():
        expected = [key for key in TASK_KEYS if key != "coordination_group" or key in task]
        assert list(task) == expected, number


def mappings(node):
    """Every mapping in a tree of YAML nodes."""
    if isinstance(node, yaml.MappingNode):
        yield node
        for key, value in node.value:
            yield from mappings(key)
            yield from mappings(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from mappings(value)


def test_no_key_is_given_twice_and_there_are_no_anchors() -> None:
    for mapping in mappings(yaml.compose(PLAN_TEXT, Loader=yaml.BaseLoader)):
        keys = [key.value for key, _ in mapping.value]
        assert len(keys) == len(set(keys)), mapping.start_mark
    tokens = yaml.scan(PLAN_TEXT, Loader=yaml.BaseLoader)
    assert not any(isinstance(token, (yaml.AnchorToken, yaml.AliasToken, yaml.TagToken)) for token in tokens)


KEYS_AS_WRITTEN = [f"{key}:" for key in PLAN_KEYS]
KEYS_AS_WRITTEN += ["  entities:", "  inspectors:", "  recusals:"]
KEYS_AS_WRITTEN += ["  rounding:", "  at_least:", "  minimum_team:", "  per_department:"]
KEYS_AS_WRITTEN += ["  - id:", *(f"    {key}:" for key in TASK_KEYS[1:])]


@pytest.mark.parametrize("written", KEYS_AS_WRITTEN)
def test_every_key_is_explained_by_a_chinese_comment_where_it_first_occurs(written) -> None:
    lines = PLAN_TEXT.split("\n")
    at = next(at for at, line in enumerate(lines) if line.startswith(written))
    assert re.match(r" *# .*[\u4e00-\u9fff]", lines[at - 1]), f"no comment above line {at + 1}"


def test_the_plan_is_utf8_with_plain_line_ends_and_no_tabs() -> None:
    assert not PLAN_TEXT.startswith("\ufeff")
    assert "\r" not in PLAN_TEXT
    assert "\t" not in PLAN_TEXT
    assert PLAN_TEXT.endswith("\n")
    assert not re.search(r" +$", PLAN_TEXT, re.MULTILINE)


def test_the_days_off_are_those_of_the_state_council() -> None:
    """An independent list of them is that of the package chinesecalendar."""
    off = set()
    for item in DOCUMENT["holidays"]:
        first, last = (item["from"], item["to"]) if isinstance(item, dict) else (item, item)
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            off.add(day)
            day += timedelta(days=1)
    extra = {date.fromisoformat(day) for day in DOCUMENT["workdays"]}
    for number in range(365):
        day = date(2023, 1, 1) + timedelta(days=number)
        assert (day in extra or (day.weekday() < 5 and day not in off)) == chinese_calendar.is_workday(day), day
