"""`run --due`: every batch on its day, exactly once, with nobody there; and silence on all other days.

Days are those of the calendar on the wall. What is a holiday in 2023 and 2024 is typed from the notices of the State Council
(国办发明电〔2022〕16号, 国办发明电〔2023〕7号), of which the program has no copy of its own.
"""

import datetime
import json
import re
import subprocess
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock
from xml.etree import ElementTree

import pytest
import typer
from builders import Story, plan
from builders import task as a_task
from cli import INSPECTORS, TASKS, Desk, Ended, desk, environment, event, inspector, lines, task, tree
from hypothesis import given
from hypothesis import strategies as st
from strategies import QUICK
from test_cli import on_a_terminal, posix, width
from test_plan_file import PLAN, changed, read
from test_readme import MANUAL, blocks

from shuangsuiji.cli.main import app
from shuangsuiji.evidence.plan_snapshot import plan_snapshot
from shuangsuiji.files.conduct import Session
from shuangsuiji.files.durable.storage import locked
from shuangsuiji.files.inputs import read_inputs
from shuangsuiji.files.working_days import Days, Schedule, due_days
from shuangsuiji.model.plan import Task, Window
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Status

RUN = ("run", "plan.yaml", "--due", "--operator", "定时任务")
SILENCE = Ended(0, "", "")

SetClock = Callable[[str], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Sets what the program takes for the present moment, given as ISO 8601 (a day alone: nine in the morning in China)."""

    def at(text: str) -> None:
        moment = datetime.datetime.fromisoformat(text if "T" in text else f"{text}T09:00:00+08:00")

        class Fixed(datetime.datetime):
            @classmethod
            def now(cls, tz: datetime.tzinfo | None = None) -> Any:
                return moment.astimezone(tz)

        stopped = types.SimpleNamespace(datetime=Fixed, timezone=datetime.timezone, timedelta=datetime.timedelta)
        monkeypatch.setattr("shuangsuiji.cli.circumstances.datetime", stopped)

    at("2023-04-03")
    return at


# a plan of four batches in a mixed-up order; the days of 2023: 3 April, 4 July and 9 October are a Monday, a Tuesday, a Monday
SPRING, SUMMER, AUTUMN = (
    {"from": "2023-04-01", "to": "2023-06-30"},
    {"from": "2023-07-04", "to": "2023-09-30"},
    {"from": "2023-10-09", "to": "2023-12-31"},
)
YEAR_TASKS = [
    task("1", "C", window=AUTUMN),
    task("2", "B", window=SUMMER),
    task("3", "A", window=SPRING, draw_on="2023-04-03"),
    task("4", "A", window=SPRING),
    task("5", "A2", window=SPRING, draw_on="2023-04-03"),
]
OF_2023 = {"holidays": ["2023-04-05", {"from": "2023-09-29", "to": "2023-10-06"}], "workdays": ["2023-10-07", "2023-10-08"]}


@pytest.fixture
def office(tmp_path: Path, clock: SetClock) -> Desk:
    return desk(tmp_path, YEAR_TASKS, **OF_2023)


def drawn(office: Desk) -> list[str]:
    """The batches that the ledger says were drawn, in its order."""
    written = lines(office.ledger) if (office.ledger / "ledger.jsonl").exists() else []
    return [line["batch"] for line in written if line["type"] == "draw"]


def batches(rows: list[dict[str, Any]]) -> list[str]:
    return [row["batch"] for row in rows]


def codes(ended: Ended) -> list[str]:
    return [problem["code"] for problem in ended.document["problems"]]


# ------------------------------------------------------------------------------------------------------------ working days

NOTICE_2023 = Schedule(
    holidays=tuple(
        Window(*days)
        for days in (
            ("2023-01-01", "2023-01-02"),
            ("2023-01-21", "2023-01-27"),
            ("2023-04-05", "2023-04-05"),
            ("2023-04-29", "2023-05-03"),
            ("2023-06-22", "2023-06-24"),
            ("2023-09-29", "2023-10-06"),
        )
    ),
    workdays=tuple(
        Window(day, day)
        for day in ("2023-01-28", "2023-01-29", "2023-04-23", "2023-05-06", "2023-06-25", "2023-10-07", "2023-10-08")
    ),
)
FIRST_WORKING_DAYS = [
    ("2023-04-03", "2023-04-03"),  # a Monday
    ("2023-04-01", "2023-04-03"),  # a Saturday
    ("2023-04-05", "2023-04-06"),  # 清明, a Wednesday
    ("2023-04-22", "2023-04-23"),  # a Sunday of work before the holidays of May
    ("2023-04-29", "2023-05-04"),  # 劳动节 and what lies around it
    ("2023-05-06", "2023-05-06"),  # a Saturday of work
    ("2023-06-22", "2023-06-25"),  # 端午: the first day after it is a Sunday of work
    ("2023-10-01", "2023-10-07"),  # 国庆: the first day after it is a Saturday of work
]


def due(schedule: Schedule, *windows: tuple[str, str], **values: Any) -> tuple[str, str]:
    """The due day of a batch whose tasks have these windows, and why it is that day."""
    tasks = [a_task(f"T{number}", window=Window(*window), **values) for number, window in enumerate(windows)]
    (found,) = due_days(plan(*tasks), schedule)
    return found.day, found.reason


@pytest.mark.parametrize(("start", "day"), FIRST_WORKING_DAYS)
def test_a_batch_is_due_on_the_first_working_day_of_the_plans_own_calendar(start: str, day: str) -> None:
    assert due(NOTICE_2023, (start, "2023-12-31")) == (day, "working_day")


@pytest.mark.parametrize(
    ("start", "day"),
    [*FIRST_WORKING_DAYS, ("2024-02-10", "2024-02-18"), ("2024-05-01", "2024-05-06"), ("2024-10-01", "2024-10-08")],
)
def test_a_plan_without_a_calendar_has_that_of_the_package(start: str, day: str) -> None:
    assert due(Schedule(), (start, "2024-12-31")) == (day, "working_day")


def test_both_calendars_agree_on_every_day_of_2023() -> None:
    """What is typed above, and what the package holds: two that do not know of each other."""
    first = datetime.date(2023, 1, 1)
    days = [(first + datetime.timedelta(number)).isoformat() for number in range(365)]
    ours, theirs = ([due(schedule, (day, day)) for day in days] for schedule in (NOTICE_2023, Schedule()))
    assert ours == theirs
    assert (
        sum(reason == "working_day" for _, reason in ours) == 249
    )  # 365 days less 105 weekend days, 18 holidays among the weekdays, and 7 more of work


@pytest.fixture
def no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "chinese_calendar", None)  # what makes an import fail


@pytest.mark.usefixtures("no_package")
def test_with_no_calendar_at_all_it_is_monday_to_friday_and_says_so() -> None:
    assert due(Schedule(), ("2023-04-05", "2023-12-31")) == ("2023-04-05", "monday_to_friday")
    assert due(Schedule(), ("2023-04-08", "2023-12-31")) == ("2023-04-10", "monday_to_friday")
    assert due(NOTICE_2023, ("2023-04-05", "2023-12-31")) == ("2023-04-06", "working_day")


def test_a_year_that_the_package_does_not_know_is_monday_to_friday() -> None:
    assert due(Schedule(), ("2098-01-04", "2098-12-31")) == ("2098-01-06", "monday_to_friday")  # a Saturday; a Monday


def test_the_common_part_of_the_windows_decides() -> None:
    assert due(NOTICE_2023, ("2023-03-01", "2023-12-31"), ("2023-10-01", "2023-11-30")) == ("2023-10-07", "working_day")


@pytest.mark.parametrize("window", [("2023-04-08", "2023-04-09"), ("2023-10-01", "2023-10-06"), ("2023-04-05", "2023-04-05")])
def test_a_common_part_without_a_working_day_is_due_on_its_first_day(window: tuple[str, str]) -> None:
    assert due(NOTICE_2023, window) == (window[0], "first_day")


@pytest.mark.parametrize("end", ["9999-12-30", "9999-12-31"])
def test_a_holiday_of_eight_thousand_years_takes_no_time(end: str) -> None:
    began = time.process_time()
    found = due(Schedule(holidays=(Window("0001-01-01", end),)), ("0001-01-01", "9999-12-31"))
    assert found == (("9999-12-31", "working_day") if end == "9999-12-30" else ("0001-01-01", "first_day"))  # a Friday
    assert time.process_time() - began < 0.5


def test_the_day_that_the_plan_names_comes_before_any_calendar_and_may_lie_before_the_window() -> None:
    assert due(Schedule({"B1": "2023-02-11"}), ("2023-03-01", "2023-12-31")) == ("2023-02-11", "draw_on")  # a Saturday


def test_batches_come_by_due_day_and_then_in_the_order_of_the_plan() -> None:
    """Not by the beginnings of their windows, which run the other way here."""
    windows = {name: Window(f"2023-0{month}-01", "2023-12-31") for name, month in zip("ZYX", "321", strict=True)}
    tasks = [a_task(f"T{name}", batch=name, window=window) for name, window in windows.items()]
    schedule = Schedule({"Z": "2023-03-02", "Y": "2023-03-01", "X": "2023-03-01"})
    assert [one.batch for one in due_days(plan(*tasks), schedule)] == ["Y", "X", "Z"]


DAY = st.integers(1, 28).map(lambda number: f"2023-02-{number:02d}")
STRETCH = st.tuples(DAY, DAY).map(lambda days: Window(min(days), max(days)))


@QUICK
@given(st.lists(STRETCH, max_size=5), STRETCH)
def test_stretches_of_days_are_the_set_of_their_days(stretches: list[Window], window: Window) -> None:
    every = [f"2023-02-{number:02d}" for number in range(1, 29)]
    naive = [day for day in every if any(one.start <= day <= one.end for one in stretches)]
    days = Days(stretches)
    assert [day for day in every if days.stretch(day)] == naive
    assert days.first_within(window) == next((day for day in naive if window.start <= day <= window.end), "")
    assert bool(days) is bool(naive)


# ---------------------------------------------------------------------------------------------------------------- the plan


def test_a_plan_says_when_its_batches_are_drawn_and_no_snapshot_does() -> None:
    file = read(
        changed(
            "year: 2023\n",
            "year: 2023\nholidays: [2023-04-05, {from: 2023-04-29, to: 2023-05-03}]\nworkdays:\n  - 2023-04-23\n",
            "    count: 5\n",
            "    count: 5\n    draw_on: 2023-04-30\n",
        )
    )
    assert file.schedule.draw_on == {"2": "2023-04-30"}
    assert file.schedule.holidays == (Window("2023-04-05", "2023-04-05"), Window("2023-04-29", "2023-05-03"))
    assert file.schedule.workdays == (Window("2023-04-23", "2023-04-23"),)
    assert file.plan == read(PLAN).plan
    assert plan_snapshot(file.plan, "2") == plan_snapshot(read(PLAN).plan, "2")
    assert not {"draw_on", "holidays", "workdays"} & {*Task.__dataclass_fields__}


def test_days_that_are_changed_after_a_draw_change_nothing_about_it(office: Desk) -> None:
    assert office.type(*RUN).status == 0
    before = tree(office.ledger)
    moved = [{**one, "draw_on": "2023-06-01"} if one["batch"] == "A" else one for one in YEAR_TASKS]
    office.write_plan(moved, holidays=["2023-12-25"])
    assert office.type("draw", "plan.yaml", "--batch", "A").status == 0
    assert tree(office.ledger) == before


# ------------------------------------------------------------------------------------------------------------ what is due


def test_what_is_due_is_drawn_once_and_in_order_day_after_day(office: Desk, clock: SetClock) -> None:
    """A year by hand: (day, what is drawn on it). 1 April is a Saturday, 8 October a Sunday of work."""
    year = [
        ("2023-01-01", []),
        ("2023-04-02", []),
        ("2023-04-03", ["A", "A2"]),
        ("2023-04-04", []),
        ("2023-07-03", []),
        ("2023-07-05", ["B"]),  # the machine was off on the fourth
        ("2023-07-06", []),
        ("2023-10-08", []),
        ("2023-10-09", ["C"]),
        ("2023-12-31", []),
        ("2024-12-31", []),
    ]
    told: list[str] = []
    for day, expected in year:
        clock(day)
        before = tree(office.folder)
        ended = office.type(*RUN)
        assert (ended.status, ended.stderr) == (0, ""), day
        assert drawn(office) == told + expected, day
        told += expected
        if not expected:
            assert ended == SILENCE
            assert tree(office.folder) == before
    assert told == ["A", "A2", "B", "C"]
    assert office.type("verify", "--quiet") == SILENCE


def test_several_batches_that_are_late_come_by_due_day(office: Desk, clock: SetClock) -> None:
    """On 30 June both of spring are due; in plan.yaml the autumn and the summer stand before them."""
    clock("2023-06-30")
    assert batches(office.type(*RUN, "--json").document["done"]) == ["A", "A2"]
    clock("2023-10-09")
    office.write_plan([*YEAR_TASKS, task("9", "D", window={"from": "2023-08-01", "to": "2023-12-31"})], **OF_2023)
    document = office.type(*RUN, "--json").document
    assert batches(document["done"]) == ["D", "C"]
    assert batches(document["missed"]) == ["B"]


def test_every_batch_gets_a_fresh_seed_of_the_systems_and_the_ledger_says_who_ran_it(office: Desk) -> None:
    office.type(*RUN)
    seeds = [event(office.ledger, seq)["seed"] for seq in (2, 4)]
    assert [seed["class"] for seed in seeds] == ["os", "os"]
    assert seeds[0]["sha256"] != seeds[1]["sha256"]
    assert {(line["operator"], line["time"]) for line in lines(office.ledger)} == {("定时任务", "2023-04-03T09:00:00+08:00")}


def test_what_is_said_names_the_batch_and_the_seed_and_no_entity(office: Desk) -> None:
    ended = office.type(*RUN)
    record = event(office.ledger, 2)
    assert "批次 A 已抽取" in ended.stdout
    assert lines(office.ledger)[1]["sha256"] in ended.stdout
    assert "取自操作系统随机数" in ended.stdout
    assert not any(visit["name"] in ended.stdout or visit["entity"] in ended.stdout for visit in record["visits"])
    assert not any(row["姓名"] in ended.stdout for row in INSPECTORS)


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_nothing_is_coloured_or_asked_and_any_console_can_show_it(office: Desk, encoding: str) -> None:
    ended = office.type(*RUN, encoding=encoding)
    assert ended.status == 0
    assert not {"\x1b", "\r", "?", "\b"} & set(ended.stdout + ended.stderr)


def test_quiet_draws_and_says_nothing(office: Desk) -> None:
    assert office.type(*RUN, "--quiet") == SILENCE
    assert drawn(office) == ["A", "A2"]


def test_programs_get_five_lists(office: Desk, clock: SetClock) -> None:
    first = office.type(*RUN, "--json").document
    assert [(one["batch"], one["due_day"], one["reason"], one["seq"]) for one in first["done"]] == [
        ("A", "2023-04-03", "drawn", 2),
        ("A2", "2023-04-03", "drawn", 4),
    ]
    assert (first["status"], first["date"], first["problems"]) == (0, "2023-04-03", [])
    assert [(one["batch"], one["reason"], one["seq"]) for one in first["due"]] == [("A", "open", None), ("A2", "open", None)]
    assert first["skipped"] == first["missed"] == first["failed"] == []
    clock("2023-10-01")
    second = office.type(*RUN, "--json").document
    assert second["skipped"] == [
        {"batch": "A", "due_day": "2023-04-03", "reason": "drawn", "seq": 2},
        {"batch": "A2", "due_day": "2023-04-03", "reason": "drawn", "seq": 4},
    ]
    assert second["missed"] == [{"batch": "B", "due_day": "2023-07-04", "reason": "open", "seq": None}]
    assert second["done"] == second["due"] == second["failed"] == []


# ------------------------------------------------------------------------------------------------------------ nothing due


def test_nothing_due_is_silence_even_where_everything_else_is_broken(office: Desk, clock: SetClock) -> None:
    """No pool is opened, no folder made."""
    clock("2023-04-02")
    (office.folder / "entities.csv").unlink()
    (office.folder / "inspectors.csv").write_bytes(b"\xff\xff")
    assert office.type(*RUN) == SILENCE
    assert not office.ledger.exists()


def test_nothing_due_can_be_asked_to_be_told_by_a_status(office: Desk, clock: SetClock) -> None:
    clock("2023-04-02")
    assert office.type(*RUN, "--fail-if-nothing-due") == Ended(20, "", "")
    assert office.type(*RUN, "--fail-if-nothing-due", "--json").document["status"] == 20
    clock("2023-04-03")
    assert office.type(*RUN, "--fail-if-nothing-due").status == 0
    assert office.type(*RUN, "--fail-if-nothing-due") == Ended(20, "", "")


@pytest.mark.usefixtures("no_package")
def test_a_guessed_day_is_told_when_it_decides_something_and_only_then(tmp_path: Path, clock: SetClock) -> None:
    office = desk(tmp_path, [task("1", "A", window={"from": "2023-04-05", "to": "2023-06-30"})])
    clock("2023-04-04")
    assert office.type(*RUN) == SILENCE
    clock("2023-04-05")
    ended = office.type(*RUN)
    assert ended.status == 0
    assert "DRAW-017" in ended.stderr
    assert "按周一至周五推算" in ended.stderr
    assert office.type(*RUN) == SILENCE


@pytest.mark.usefixtures("no_package")
def test_a_plan_may_forbid_guessed_days(tmp_path: Path, clock: SetClock) -> None:
    office = desk(tmp_path, [task("1", "A")], severities={"DRAW-017": "error"})
    ended = office.type(*RUN, "--json")
    assert (ended.status, codes(ended)) == (3, ["DRAW-017"])
    assert drawn(office) == []


def test_a_window_without_a_working_day_is_drawn_on_its_first_day_with_a_word(tmp_path: Path, clock: SetClock) -> None:
    office = desk(tmp_path, [task("1", "A", window={"from": "2023-04-08", "to": "2023-04-09"})], **OF_2023)
    clock("2023-04-08")
    ended = office.type(*RUN)
    assert (ended.status, drawn(office)) == (0, ["A"])
    assert "没有工作日" in ended.stderr


# ------------------------------------------------------------------------------------------------------------ what day it is


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2023-04-02T15:59:59+00:00", []),  # a second before midnight in China
        ("2023-04-02T16:00:00+00:00", ["A", "A2"]),
        ("2023-04-02T06:00:00-10:00", ["A", "A2"]),
        ("2023-04-03T00:00:00+14:00", []),
    ],
)
@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Pacific/Kiritimati"])
def test_today_is_chinas_whatever_the_zone_of_the_machine(
    office: Desk, clock: SetClock, monkeypatch: pytest.MonkeyPatch, moment: str, expected: list[str], zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        clock(moment)
        office.type(*RUN)
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert drawn(office) == expected


@pytest.mark.parametrize("date", ["2023-04-04", "2024-01-01", "9999-12-31", "2023-4-3", "tomorrow", "", "2023-02-30"])
def test_a_day_that_has_not_come_and_one_that_there_is_not_are_refused(office: Desk, date: str) -> None:
    ended = office.type(*RUN, "--date", date)
    assert (ended.status, ended.stdout, drawn(office)) == (2, "", [])
    assert "CLI-001" in ended.stderr


def test_an_earlier_day_only_makes_fewer_batches_due(office: Desk, clock: SetClock) -> None:
    clock("2023-10-09")
    assert batches(office.type(*RUN, "--date", "2023-10-08", "--json").document["due"]) == []
    earlier = office.type(*RUN, "--date", "2023-04-03", "--json").document
    assert (batches(earlier["due"]), batches(earlier["missed"])) == ([], ["A", "A2", "B"])  # not drawn late by a date of long ago
    assert batches(office.type(*RUN, "--date", "2023-10-09", "--json").document["done"]) == ["C"]


def test_the_command_is_refused_without_saying_what_to_run(office: Desk) -> None:
    ended = office.type("run", "plan.yaml")
    assert (ended.status, ended.stdout, drawn(office)) == (2, "", [])
    assert "--due" in ended.stderr


# ---------------------------------------------------------------------------------------------------------------- missed


@pytest.mark.parametrize(("day", "expected"), [("2023-06-30", ["A", "A2"]), ("2023-07-01", [])])
def test_the_last_day_of_the_window_is_not_too_late_and_the_day_after_is(
    office: Desk, clock: SetClock, day: str, expected: list[str]
) -> None:
    clock(day)
    ended = office.type(*RUN)
    assert (ended.status, drawn(office)) == (0, expected)
    assert ("DRAW-016" in ended.stderr) is not bool(expected)
    assert office.ledger.exists() is bool(expected)


def test_a_missed_batch_is_told_at_every_run_until_somebody_sees_to_it(office: Desk, clock: SetClock) -> None:
    clock("2023-07-01")
    for _ in range(2):
        ended = office.type(*RUN, "--quiet")
        assert (ended.status, ended.stdout) == (0, "")
        assert "批次 A 错过了：应于 2023-04-03 抽取，检查期限到 2023-06-30 已经结束" in ended.stderr
    assert office.type("draw", "plan.yaml", "--batch", "A").status == 0
    assert office.type("draw", "plan.yaml", "--batch", "A2").status == 0
    assert office.type(*RUN) == SILENCE


def test_a_plan_may_silence_what_was_missed_or_make_a_status_of_it(office: Desk, clock: SetClock) -> None:
    clock("2023-07-04")
    office.write_plan(YEAR_TASKS, **OF_2023, severities={"DRAW-016": "error"})
    ended = office.type(*RUN)
    assert (ended.status, drawn(office)) == (4, ["B"])  # what was missed keeps nothing else from being drawn
    assert "DRAW-016" in ended.stderr
    assert office.type(*RUN).status == 4
    office.write_plan(YEAR_TASKS, **OF_2023, severities={"DRAW-016": "note"})
    assert office.type(*RUN) == SILENCE
    assert batches(office.type(*RUN, "--json").document["missed"]) == ["A", "A2"]


# ------------------------------------------------------------------------------------------------- what cannot be drawn


def infeasible(folder: Path) -> Desk:
    """Batch A needs somebody of 丙局, who has one inspector and he is away."""
    tasks = [task("1", "A", window=SPRING, cooperators=["丙局"]), task("2", "B", window=SPRING)]
    departments = [{"name": name} for name in ("甲局", "乙局", "丙局")]
    return desk(
        folder, tasks, inspectors=[*INSPECTORS, inspector(9, "丙局", 在岗状态="病休")], departments=departments, **OF_2023
    )


def test_an_infeasible_batch_does_not_keep_the_others_from_being_drawn(tmp_path: Path, clock: SetClock) -> None:
    office = infeasible(tmp_path)
    ended = office.type(*RUN, "--json")
    document = ended.document
    assert (ended.status, batches(document["done"])) == (4, ["B"])
    assert document["failed"] == [{**document["failed"][0], "batch": "A", "reason": "infeasible", "seq": 2}]
    assert [line["type"] for line in lines(office.ledger)] == ["seal", "failure", "seal", "draw"]


def test_a_failure_on_unchanged_inputs_writes_nothing_again_and_on_mended_ones_keeps_its_seed(
    tmp_path: Path, clock: SetClock
) -> None:
    office = infeasible(tmp_path)
    office.type(*RUN)
    before = tree(office.ledger)
    clock("2023-04-04")
    again = office.type(*RUN)
    assert (again.status, again.stdout, tree(office.ledger)) == (4, "", before)
    assert "早已记入台账第 2 条" in again.stderr
    assert "丙局：4 次上门凑不齐人" in again.stderr  # 10 % of 40
    assert not any(row["姓名"] in again.stderr for row in INSPECTORS)
    assert "示范企业" not in again.stderr  # those who will be drawn once the pool is mended
    office.write_table("inspectors.csv", [*INSPECTORS, inspector(9, "丙局")])
    assert office.type(*RUN).status == 0
    assert event(office.ledger, 6)["seed"]["document"] == event(office.ledger, 1)["seed_document"]
    assert drawn(office) == ["B", "A"]


def test_a_batch_that_was_voided_is_left_to_people(office: Desk, clock: SetClock) -> None:
    office.type(*RUN)
    assert office.type("void", "--batch", "A", "--reason", "名录有误", "--approved-by", "李四").status == 0
    before = tree(office.ledger)
    assert office.type(*RUN) == SILENCE
    clock("2023-07-04")
    ended = office.type(*RUN)  # something else is due, so there is something to say
    assert "批次 A 跳过：已作废（台账第 5 条）" in ended.stdout
    assert drawn(office) == ["A", "A2", "B"]
    assert {name: data for name, data in tree(office.ledger).items() if name in before and "jsonl" not in name} == {
        name: data for name, data in before.items() if "jsonl" not in name
    }
    skipped = office.type(*RUN, "--json").document["skipped"]
    assert {"batch": "A", "due_day": "2023-04-03", "reason": "void", "seq": 5} in skipped


def test_what_was_sealed_by_a_run_that_died_is_finished_from_its_seal(office: Desk, clock: SetClock) -> None:
    class Death(BaseException):
        pass

    with mock.patch.object(Session, "_answer", side_effect=Death), pytest.raises(Death):
        office.type(*RUN)
    assert [line["type"] for line in lines(office.ledger)] == ["seal"]
    seed = event(office.ledger, 1)["seed_document"]
    clock("2023-04-05")
    office.write_table("entities.csv", [{"编号": "X1", "名称": "后来的", "对象类别": "企业", "登记状态": "存续"}])
    document = office.type(*RUN, "--json").document
    assert [(one["batch"], one["reason"], one["seq"]) for one in document["done"]] == [("A", "finished", 2), ("A2", "drawn", 4)]
    record = event(office.ledger, 2)
    assert (record["seed"]["document"], record["tasks"][0]["strata"][0]["frame_size"]) == (seed, 40)


def test_what_waits_for_an_open_seed_is_skipped(office: Desk, clock: SetClock) -> None:
    inputs = read_inputs(office.folder / "plan.yaml")
    story = Story()
    story.seal(inputs.plan, "A", inputs.pools, entropy=[{"kind": "text", "not_before": "2"}])
    (office.ledger / "events").mkdir(parents=True)
    (office.ledger / "snapshots").mkdir()
    for name, data in {**story.files, "ledger.jsonl": story.lines}.items():
        (office.ledger / name).write_bytes(data)
    ended = office.type(*RUN)
    assert (ended.status, drawn(office)) == (0, ["A2"])
    assert "批次 A 跳过：已封存（台账第 1 条），种子要等公开数值产生后才有。" in ended.stdout
    assert office.type(*RUN) == SILENCE
    assert office.type(*RUN, "--json").document["skipped"][0]["reason"] == "waiting"


def test_a_task_that_was_drawn_under_another_batch_is_a_conflict_and_the_others_are_drawn(office: Desk) -> None:
    assert office.type("draw", "plan.yaml", "--batch", "A").status == 0
    renamed = [{**one, "batch": "A0"} if one["batch"] == "A" else one for one in YEAR_TASKS]
    office.write_plan(renamed, **OF_2023)
    ended = office.type(*RUN, "--json")
    assert (ended.status, set(codes(ended)), drawn(office)) == (5, {"LEDGER-010"}, ["A", "A2"])
    assert [(one["batch"], one["reason"]) for one in ended.document["failed"]] == [("A0", "conflict")]
    assert "批次 A0 没有抽取" in office.type(*RUN).stderr


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda office: (office.folder / "inspectors.csv").unlink(), "FILE-001"),
        (lambda office: (office.folder / "entities.csv").write_text("编号,名称\nA 1,甲\n", encoding="utf-8"), "POOL-007"),
        (lambda office: office.write_plan([*YEAR_TASKS, task("6", "A2", where={"categories": "学校"})], **OF_2023), "DRAW-001"),
        (lambda office: office.write_plan(YEAR_TASKS, holidays=["清明"]), "PLAN-015"),
    ],
)
def test_inputs_that_are_to_be_mended_stop_everything(office: Desk, spoil: Callable[[Desk], object], code: str) -> None:
    spoil(office)
    ended = office.type(*RUN, "--json")
    assert (ended.status, set(codes(ended)), drawn(office)) == (3, {code}, [])


def test_what_the_plan_makes_an_error_of_stops_everything(office: Desk) -> None:
    tasks = [*YEAR_TASKS, task("6", "A2", where={"categories": ["企业", "没有的"]}, draw_on="2023-04-03")]
    office.write_plan(tasks, **OF_2023, severities={"DRAW-008": "error"})
    assert (office.type(*RUN).status, drawn(office)) == (3, [])


def test_a_ledger_that_cannot_be_written_ends_the_run_and_what_was_drawn_is_told(office: Desk, clock: SetClock) -> None:
    real = Session.draw

    def full(self: Session, inputs: Any, batch: str, *rest: Any) -> Any:
        if batch == "A2":
            raise Refusal(Status.ENVIRONMENT, Problem.of(Code.FILE_WRITE_FAILED, Place(), file="records", reason="ENOSPC"))
        return real(self, inputs, batch, *rest)

    office.write_plan([*YEAR_TASKS, task("7", "A3", window=SPRING, draw_on="2023-04-04")], **OF_2023)
    clock("2023-04-04")
    with mock.patch.object(Session, "draw", full):
        ended = office.type(*RUN, "--json")
    document = ended.document
    assert (ended.status, batches(document["due"]), batches(document["done"])) == (6, ["A", "A2", "A3"], ["A"])
    assert [(one["batch"], one["reason"]) for one in document["failed"]] == [("A2", "environment")]
    assert drawn(office) == ["A"]


def test_a_busy_ledger_is_told_only_if_there_is_something_to_draw(office: Desk, clock: SetClock) -> None:
    with locked(office.ledger):
        assert office.type(*RUN).status == 7
        clock("2023-04-02")
        assert office.type(*RUN) == SILENCE


def test_a_last_line_that_lacks_its_end_is_completed_and_not_taken_for_damage(office: Desk, clock: SetClock) -> None:
    office.type(*RUN)
    path = office.ledger / "ledger.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert office.type(*RUN) == SILENCE
    assert path.read_bytes() == whole
    path.write_bytes(whole.replace("定时任务".encode(), "不知何人".encode()))
    assert office.type(*RUN).status == 10


def test_a_run_that_was_overtaken_on_its_way_to_the_lock_draws_nothing_again(office: Desk) -> None:
    """The other run comes in between the look at the ledger and the lock, while this one reads the pools."""
    others: list[Ended] = []

    def slow(path: Path) -> Any:
        if not others:
            others.append(SILENCE)  # so that the other does not wait for a third
            others[0] = office.type(*RUN)
        return read_inputs(path)

    with mock.patch("shuangsuiji.cli.run.read_inputs", slow):
        ours = office.type(*RUN)
    assert "批次 A2 已抽取" in others[0].stdout
    assert ours == SILENCE
    assert drawn(office) == ["A", "A2"]


@posix
def test_two_runs_in_the_same_minute_draw_everything_once(tmp_path: Path) -> None:
    """In processes of their own, at the real time: windows around today."""
    today = datetime.datetime.now(datetime.UTC).date()
    window = {"from": str(today - datetime.timedelta(40)), "to": str(today + datetime.timedelta(40))}
    office = desk(tmp_path, [task(str(number), f"B{number}", window=window) for number in range(1, 4)])
    command = [sys.executable, "-m", "shuangsuiji", *RUN, "--lock-wait", "60", "--json"]
    running = [
        subprocess.Popen(command, cwd=office.folder, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [json.loads(one.communicate(timeout=120)[0]) for one in running]
    assert [one.returncode for one in running] == [0, 0]
    assert drawn(office) == ["B1", "B2", "B3"]
    assert sorted(len(one["done"]) for one in said) == [0, 3]


# ------------------------------------------------------------------------------------------------------------ the calendar


def test_the_calendar_says_which_day_which_window_and_what_became_of_it(office: Desk, clock: SetClock) -> None:
    office.type(*RUN)
    clock("2023-10-09")
    ended = office.type("plan", "calendar", "plan.yaml")
    assert (ended.status, ended.stderr) == (0, "")
    assert [line.split() for line in ended.stdout.splitlines()[2:]] == [
        ["A", "2023-04-03", "周一", "2023-04-01", "至", "2023-06-30", "已抽取（台账第", "2", "条）"],
        ["A2", "2023-04-03", "周一", "2023-04-01", "至", "2023-06-30", "已抽取（台账第", "4", "条）"],
        ["B", "2023-07-04", "周二", "2023-07-04", "至", "2023-09-30", "未抽取、已错过"],
        ["C", "2023-10-09", "周一", "2023-10-09", "至", "2023-12-31", "未抽取、应抽"],
    ]
    document = office.type("plan", "calendar", "plan.yaml", "--json").document
    assert [(one["batch"], one["by"], one["state"], one["standing"], one["seq"]) for one in document["batches"]] == [
        ("A", "draw_on", "drawn", "skipped", 2),
        ("A2", "draw_on", "drawn", "skipped", 4),
        ("B", "working_day", "open", "missed", None),
        ("C", "working_day", "open", "due", None),
    ]


@pytest.mark.usefixtures("no_package")
def test_the_calendar_tells_which_days_are_guessed(tmp_path: Path, clock: SetClock) -> None:
    office = desk(tmp_path, TASKS)
    ended = office.type("plan", "calendar", "plan.yaml")
    assert ended.status == 0
    assert ended.stderr.count("DRAW-017") == 2
    assert not office.ledger.exists()
    office.write_plan(TASKS, severities={"DRAW-017": "error"})
    assert office.type("plan", "calendar", "plan.yaml").status == 3


@posix
def test_the_calendar_fits_a_terminal_of_80_columns(tmp_path: Path) -> None:
    tasks = [task(str(number), f"2023-批次{number}", draw_on="2023-04-03") for number in range(12)]
    _, said = on_a_terminal(desk(tmp_path, tasks), "plan", "calendar", "plan.yaml")
    assert sum("2023-04-03 周一" in line for line in said) == 12
    assert max(map(width, said)) <= 80


# ------------------------------------------------------------------------------------------------- one batch for one `draw`


def test_a_draw_of_two_batches_is_refused_and_not_taken_for_one_of_the_second(office: Desk) -> None:
    ended = office.type("draw", "plan.yaml", "--batch", "A", "--batch", "A2")
    assert (ended.status, ended.stdout, drawn(office)) == (2, "", [])
    assert "--all" in ended.stderr


# ------------------------------------------------------------------------------------------------------- what is documented

SCHEDULED = (MANUAL.parent / "定时运行.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["text", "ini", "bat"])
def test_the_lines_for_cron_systemd_and_windows_can_be_typed(language: str) -> None:
    """Each names the command, its options and a plan that is there; nothing is run."""
    (line,) = re.findall(r"\bshuangsuiji(?:\.exe)? run (.*?)(?: \|\| .*| >> .*)?$", "\n".join(blocks(SCHEDULED, language)), re.M)
    words = line.replace("\\", "/").split(" ")
    context = typer.main.get_command(app).commands["run"].make_context("run", words)  # type: ignore[attr-defined]
    assert (context.params["due"], context.params["lock_wait"]) == (True, 300)
    assert (MANUAL.parent.parent / context.params["plan"]).exists()


def test_the_task_of_windows_is_well_formed_and_starts_what_the_page_says() -> None:
    (text,) = blocks(SCHEDULED, "xml")
    names = {"": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    (command,) = ElementTree.fromstring(text).findall("./Actions/Exec/Command", names)
    assert command.text == r"D:\shuangsuiji\run-due.cmd"


def test_the_page_names_every_status_of_a_run_and_every_list() -> None:
    stated = set(re.findall(r"\b[0-9]+\b", " ".join(re.findall(r"^\| ([0-9、]+) \|", SCHEDULED, flags=re.M))))
    assert {str(int(one)) for one in Status} - stated == {"1", "2", "130"}  # "the others: see chapter 9 of the manual"
    assert all(f"`{name}`" in SCHEDULED for name in ("done", "due", "skipped", "missed", "failed"))
