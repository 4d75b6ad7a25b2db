"""`run --due`: every batch on its day, exactly once, with nobody there; and silence on all other days.

Days are those of the calendar on the wall. What is a holiday in 2023 and 2024 is typed from the notices of the State Council
(国办发明电〔2022〕16号, 国办发明电〔2023〕7号), of which the program has no copy of its own.
"""

import datetime
import json
import re
import shutil
import subprocess
import sys
import time
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock
from xml.etree import ElementTree

import pytest
import typer
from builders import Story, plan
from builders import task as a_task
from cli import (
    ENTITIES,
    INSPECTORS,
    TASKS,
    Desk,
    Ended,
    desk,
    edit,
    enterprise,
    environment,
    event,
    events,
    inspector,
    lines,
    task,
    tree,
)
from hypothesis import given
from hypothesis import strategies as st
from strategies import QUICK
from test_cli import on_a_terminal, posix, width
from test_conduct import copied
from test_plan_file import PLAN, changed, read
from test_readme import MANUAL, blocks

from shuangsuiji.cli.main import app
from shuangsuiji.evidence.lines import Event, Line
from shuangsuiji.evidence.plan_snapshot import plan_snapshot
from shuangsuiji.files.conduct import Session
from shuangsuiji.files.durable.storage import LockedLedger, locked
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


def test_what_was_sealed_is_finished_though_todays_pool_lacks_a_column_of_todays_plan(office: Desk) -> None:
    Crash("A", "sealed").happen(office)
    tasks = [{**one, "where": {"没有的列": "x"}} if one["batch"] == "A" else one for one in YEAR_TASKS]
    office.write_plan(tasks, **OF_2023)
    assert office.type("draw", "plan.yaml", "--batch", "A").status == 0
    for batch in ("A", "A2"):  # drawn, and not: what there is today cannot be sealed, nor compared
        office.write_plan([{**one, "where": {"没有的列": "x"}} if one["batch"] == batch else one for one in tasks], **OF_2023)
        ended = office.type("draw", "plan.yaml", "--batch", batch)
        assert (ended.status, "DRAW-002" in ended.stderr) == (3, True)
    assert drawn(office) == ["A"]


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
        (lambda office: office.write_plan(YEAR_TASKS, holidays=["清明"]), "PLAN-015"),
        (lambda office: office.write_table("recusals.csv", [{"执法证号": "1"}]) and with_recusals(office), "POOL-004"),
    ],
)
def test_files_that_are_to_be_mended_stop_everything(office: Desk, spoil: Callable[[Desk], object], code: str) -> None:
    spoil(office)
    ended = office.type(*RUN, "--json")
    assert (ended.status, set(codes(ended)), drawn(office)) == (3, {code}, [])


def with_recusals(office: Desk, **values: Any) -> None:
    pools = {"entities": ["entities.csv"], "inspectors": ["inspectors.csv"], "recusals": ["recusals.csv"]}
    office.write_plan(YEAR_TASKS, **{**OF_2023, "pools": pools, **values})


@pytest.mark.parametrize(
    ("where", "severities", "code"),
    [
        ({"categories": "学校"}, {}, "DRAW-001"),
        ({"没有的列": "学校"}, {}, "DRAW-002"),
        ({"categories": ["企业", "没有的"]}, {"DRAW-008": "error"}, "DRAW-008"),
    ],
)
def test_what_is_wrong_with_one_batch_alone_does_not_keep_the_others_from_being_drawn(
    office: Desk, clock: SetClock, where: dict[str, Any], severities: dict[str, str], code: str
) -> None:
    """In the plan A2 stands between A and A3; all three are due."""
    more = [task("6", "A2", where=where, draw_on="2023-04-03"), task("7", "A3", window=SPRING, draw_on="2023-04-04")]
    office.write_plan([*YEAR_TASKS, *more], **OF_2023, severities=severities)
    clock("2023-04-04")
    ended = office.type(*RUN, "--json")
    assert (ended.status, codes(ended), drawn(office)) == (3, [code], ["A", "A3"])
    assert [(one["batch"], one["reason"], one["seq"]) for one in ended.document["failed"]] == [("A2", "input", None)]
    again = office.type(*RUN)
    assert (again.status, drawn(office)) == (3, ["A", "A3"])
    assert "批次 A2 没有抽取" in again.stderr
    office.write_plan([*YEAR_TASKS, more[1]], **OF_2023)
    assert office.type(*RUN).status == 0
    assert drawn(office) == ["A", "A3", "A2"]


@pytest.mark.usefixtures("no_package")
def test_a_day_that_the_plan_does_not_let_be_guessed_stops_its_batch_alone(tmp_path: Path, clock: SetClock) -> None:
    tasks = [task("1", "A"), task("2", "B", draw_on="2023-04-03")]
    office = desk(tmp_path, tasks, severities={"DRAW-017": "error"})
    ended = office.type(*RUN, "--json")
    assert (ended.status, codes(ended), drawn(office)) == (3, ["DRAW-017"], ["B"])


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
    assert [(one["batch"], one["reason"]) for one in document["failed"]] == [("A2", "environment"), ("A3", "environment")]
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


# ---------------------------------------------------------------------------------------------------- what cron may mail

SECRET = "某某某"  # nothing that stands in a cell beside it may be told
MARKED = re.compile(rf"9Z777|{SECRET}|示范|检查员|(?<![0-9a-f])00\d{{5}}(?![0-9a-f])|91410800M")


def told_by(office: Desk, *more: str) -> str:
    """All that a run says, on both streams and in both forms; the ledger is as before for the second."""
    before = Path(f"{office.folder}-before")
    shutil.copytree(office.folder, before)
    said = office.type(*RUN, *more)
    shutil.rmtree(office.folder)
    before.rename(office.folder)
    document = office.type(*RUN, "--json", *more)
    assert document.status == said.status
    return said.stdout + said.stderr + document.stdout + document.stderr


def silent(said: str) -> bool:
    return MARKED.search(said) is None


def rows(count: int, **cells: str) -> list[dict[str, str]]:
    return [enterprise(number, 名称=f"{SECRET}{number}", **cells) for number in range(1, count + 1)]


# (file, its rows, the code that must be told for them)
BAD_TABLES: list[tuple[str, list[dict[str, str]], str]] = [
    ("entities.csv", [enterprise(1, **{"统一社会信用代码/编号": "9Z777 甲", "名称": SECRET})], "POOL-007"),
    ("entities.csv", [enterprise(1, **{"统一社会信用代码/编号": "9Z777" * 20})], "POOL-007"),
    ("entities.csv", [enterprise(1, 名称=f"{SECRET}1"), enterprise(1, 名称=f"{SECRET}2")], "POOL-008"),
    ("inspectors.csv", [inspector(1, 姓名=SECRET), inspector(1, "乙局", 姓名=SECRET)], "POOL-008"),
    ("entities.csv", [enterprise(1, 名称=f"{SECRET}\u200b")], "POOL-009"),
    ("entities.csv", [enterprise(1, **{"统一社会信用代码/编号": "", "名称": SECRET})], "POOL-010"),
    ("inspectors.csv", [inspector(1, 姓名=SECRET, 证件有效期="9Z777年")], "POOL-011"),
    ("inspectors.csv", [inspector(1, "9Z777局", 姓名=SECRET)], "POOL-012"),
    ("inspectors.csv", [inspector(1, "甲  局9Z777", 姓名=SECRET)], "POOL-012"),
    ("entities.csv", [enterprise(1, **{"统一社会信用代码/编号": "9.1777E+17", "名称": SECRET})], "POOL-017"),
    ("entities.csv", [enterprise(1, 名称=f"{SECRET}{'9Z777' * 14000}")], "POOL-021"),
    ("entities.csv", [*rows(3), dict(enterprise(4), **{"统一社会信用代码/编号": "合计", "名称": f"9Z777 {SECRET}"})], "POOL-"),
    ("recusals.csv", [{"执法证号": "9Z777 号", "统一社会信用代码/编号": "9Z777 乙", "回避事由": SECRET}], "POOL-007"),
]


@pytest.mark.parametrize(
    ("file", "table", "code"), BAD_TABLES, ids=[f"{code}-{nth}" for nth, (*_, code) in enumerate(BAD_TABLES)]
)
def test_no_cell_of_a_table_that_is_to_be_mended_is_told(office: Desk, file: str, table: list[dict[str, str]], code: str) -> None:
    office.write_table(file, table)
    if file == "recusals.csv":
        with_recusals(office)
    said = told_by(office)
    assert code in said
    assert file in said
    assert "check" in said
    assert silent(said), said
    assert drawn(office) == []


def test_what_is_worth_a_warning_is_told_without_a_cell(office: Desk) -> None:
    """Warnings and notes of the pools, all at once; the plan makes a warning of each, so that each would be shown."""
    office.write_table("recusals.csv", [{"执法证号": "9Z777", "统一社会信用代码/编号": f"9Z777{SECRET}", "回避事由": SECRET}] * 2)
    many = [*rows(40), enterprise(98, 名称=SECRET, 地址=SECRET), enterprise(99, 名称=SECRET, 地址=SECRET)]
    office.write_table("entities.csv", many)
    office.write_table("inspectors.csv", [*INSPECTORS, inspector(8, 姓名=SECRET, 证件有效期="")])
    with_recusals(office, severities={"POOL-036": "error"})  # what is an error is looked for
    said = told_by(office)
    assert "POOL-036" in said
    assert silent(said), said
    wanted = ("POOL-014", "POOL-015", "POOL-019", "POOL-036", "POOL-038", "POOL-039")
    with_recusals(office, severities=dict.fromkeys(wanted, "warning"))
    said = told_by(office)
    assert {"POOL-014", "POOL-015", "POOL-019"} <= set(re.findall(r"POOL-\d+", said))
    assert silent(said), said


def test_what_is_wrong_with_a_draw_is_told_without_a_cell(office: Desk) -> None:
    by = {"by": "信用等级", "ratios": {"A": "10%"}}
    tasks = [{**one, "strata": by} if one["id"] == "5" else one for one in YEAR_TASKS]
    tasks[-1].pop("ratio")
    office.write_plan([*tasks, task("6", "A2", where={"信用等级": f"{SECRET}甲"}, draw_on="2023-04-03")], **OF_2023)
    office.write_table("entities.csv", [*ENTITIES, enterprise(77, 信用等级=f"9Z777{SECRET}")])
    said = told_by(office)
    assert {"DRAW-001", "DRAW-003"} <= set(re.findall(r"DRAW-\d+", said)), said
    assert "任务 5" in said
    assert silent(said), said


def test_conditions_of_a_plan_and_statuses_of_a_pool_are_not_told(office: Desk) -> None:
    """DRAW-008 says a value of `where`, DRAW-014 the statuses that it leaves out: errors here, so that a run would say them."""
    tasks = [*YEAR_TASKS, task("6", "A2", where={"categories": ["企业", f"9Z777{SECRET}"]}, draw_on="2023-04-03")]
    office.write_plan(tasks, **OF_2023, severities={"DRAW-008": "error", "DRAW-014": "error"})
    office.write_table("entities.csv", [*ENTITIES, enterprise(77, 登记状态=f"9Z777{SECRET}")])
    said = told_by(office)
    assert {"DRAW-008", "DRAW-014"} <= set(re.findall(r"DRAW-\d+", said)), said
    assert silent(said), said


def test_a_plan_that_is_to_be_mended_is_told_by_line_and_not_by_value(office: Desk) -> None:
    twice = task("6", "A2", where={"信用等级": [f"9Z777{SECRET}", f"9Z777{SECRET}"]})
    office.write_plan([*YEAR_TASKS, twice, {**task("7", "A2"), f"9Z777{SECRET}": "1"}], **OF_2023)
    said = told_by(office)
    assert "PLAN-028" in said
    assert re.search(r"plan\.yaml 第 \d+ 行", said)
    assert silent(said), said


def test_nobody_is_named_where_no_team_can_be_made(tmp_path: Path, clock: SetClock) -> None:
    """Nor by number, in neither form: those who were drawn will be drawn again once the pool is mended."""
    office = infeasible(tmp_path)
    said = told_by(office)
    assert "丙局：4 次上门凑不齐人" in said
    assert silent(said), said
    found = office.type(*RUN, "--json").document["problems"]
    assert [(one["code"], one["values"]) for one in found] == [("DRAW-004", {"count": "4", "department": "丙局"})]


def test_nobody_is_named_where_a_cap_cannot_hold(office: Desk) -> None:
    office.write_plan(YEAR_TASKS, **OF_2023, max_visits_per_inspector="1")
    said = told_by(office)
    assert "DRAW-005" in said
    assert silent(said), said


# --------------------------------------------------------------------------------------------------------- however it ends

KEYS = ["format_version", "status", "problems", "date", "done", "due", "skipped", "missed", "failed", "adopted"]


def no_plan(office: Desk) -> None:
    (office.folder / "plan.yaml").unlink()


def no_pool(office: Desk) -> None:
    (office.folder / "entities.csv").unlink()


def broken(office: Desk) -> None:
    office.type("draw", "plan.yaml", "--batch", "B")
    edit(office.ledger / "ledger.jsonl", lambda data: data.replace(b"zhangsan", b"lisi", 1))


def not_a_folder(office: Desk) -> None:
    office.ledger.write_bytes(b"")


ENDS: dict[str, tuple[Callable[[Desk], object], tuple[str, ...], int, list[tuple[str, str]]]] = {
    "done": (lambda office: None, (), 0, []),
    "usage: a day to come": (lambda office: None, ("--date", "2023-04-04"), 2, []),
    "usage: no day": (lambda office: None, ("--date", "someday"), 2, []),
    "usage: no operator": (lambda office: None, ("--operator", ""), 2, []),
    "usage: no ledger": (lambda office: None, ("--ledger", ""), 2, []),
    "input: no plan": (no_plan, (), 3, []),
    "input: no pool": (no_pool, (), 3, [("A", "input"), ("A2", "input")]),
    "environment": (not_a_folder, (), 6, []),
    "broken": (broken, (), 10, []),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_document_has_the_same_keys_however_a_run_ends(office: Desk, name: str) -> None:
    spoil, more, status, failed = ENDS[name]
    spoil(office)
    arguments = [*(one for one in RUN if "--operator" not in more or one not in ("--operator", "定时任务")), *more, "--json"]
    ended = office.type(*arguments)
    document = ended.document
    assert (ended.status, document["status"], list(document)) == (status, status, KEYS)
    assert [(one["batch"], one["reason"]) for one in document["failed"]] == failed
    assert bool(document["problems"]) is bool(status)
    if status == 3 and failed:
        assert batches(document["due"]) == ["A", "A2"]


def test_a_busy_ledger_ends_in_the_same_form(office: Desk) -> None:
    with locked(office.ledger):
        ended = office.type(*RUN, "--json")
    document = ended.document
    assert (ended.status, list(document), codes(ended)) == (7, KEYS, ["LEDGER-001"])
    assert batches(document["due"]) == batches(document["failed"]) == ["A", "A2"]
    assert {one["reason"] for one in document["failed"]} == {"busy"}


def test_a_run_that_is_interrupted_tells_what_it_had_drawn(office: Desk) -> None:
    real = Session.draw

    def interrupted(self: Session, inputs: Any, batch: str, *rest: Any) -> Any:
        if batch == "A2":
            raise KeyboardInterrupt
        return real(self, inputs, batch, *rest)

    with mock.patch.object(Session, "draw", interrupted):
        ended = office.type(*RUN, "--json")
    document = ended.document
    assert (ended.status, list(document), codes(ended)) == (130, KEYS, ["CLI-011"])
    assert (batches(document["done"]), batches(document["failed"])) == (["A"], ["A2"])


# ------------------------------------------------------------------------------------------------- a clock that went back


def test_a_clock_behind_the_ledger_is_told_even_if_nothing_is_due(office: Desk, clock: SetClock) -> None:
    """A battery that ran out puts the machine years back, where nothing is ever due: silence would hide that for ever."""
    assert office.type(*RUN).status == 0
    clock("2000-01-01")
    for more in ((), ("--quiet",)):
        ended = office.type(*RUN, *more)
        assert (ended.status, ended.stdout) == (0, "")
        assert "LEDGER-013" in ended.stderr
        assert "2023-04-03 09:00:00" in ended.stderr
    assert codes(office.type(*RUN, "--json")) == ["LEDGER-013"]
    clock("2023-04-04")
    assert office.type(*RUN) == SILENCE


def test_a_clock_behind_the_ledger_is_told_once_where_something_is_drawn(office: Desk, clock: SetClock) -> None:
    assert office.type("draw", "plan.yaml", "--batch", "B").status == 0
    clock("2023-04-03T08:00:00+08:00")
    ended = office.type(*RUN)
    assert (ended.status, ended.stderr.count("LEDGER-013"), drawn(office)) == (0, 1, ["B", "A", "A2"])


# ------------------------------------------------------------------------------------------- runs that died, one on another


class Death(BaseException):
    """The process is gone."""


@dataclass(frozen=True)
class Crash:
    """A draw of a batch that dies before a step of its own: before any event, before the line of its seal, after that line, or
    before the line of its answer."""

    batch: str
    at: str

    def happen(self, office: Desk) -> None:
        append, answer = LockedLedger.append, Session._answer

        def dying(store: LockedLedger, line: Line) -> None:
            if line.batch == self.batch and line.type == {"seal": "seal", "answer": "draw"}.get(self.at):
                raise Death
            append(store, line)

        def dead(session: Session, seal: Event, *rest: Any) -> Any:
            if self.at == "sealed" and seal.line.batch == self.batch:
                raise Death
            return answer(session, seal, *rest)

        with (
            mock.patch.object(LockedLedger, "append", dying),
            mock.patch.object(Session, "_answer", dead),
            pytest.raises(Death),
        ):
            office.type("draw", "plan.yaml", "--batch", self.batch)


STEPS = ("seal", "sealed", "answer")
FINISHERS = {"run": RUN, "all": ("draw", "plan.yaml", "--all"), "one": ("draw", "plan.yaml", "--batch", "A")}


def seeds_of(office: Desk) -> dict[str, str]:
    """The seed that every batch was sealed with, whether its line was written or not."""
    seals = [json.loads(path.read_bytes()) for path in (office.ledger / "events").glob("*-seal.json")]
    found: dict[str, str] = {}
    for seal in seals:
        assert found.setdefault(seal["batch"], seal["seed_document"]) == seal["seed_document"]
    return found


@pytest.mark.parametrize("finisher", FINISHERS)
@pytest.mark.parametrize("second", STEPS)
@pytest.mark.parametrize("first", STEPS)
def test_two_batches_that_died_in_a_row_are_both_finished(
    office: Desk, clock: SetClock, first: str, second: str, finisher: str
) -> None:
    """ledger-v1, Order of writes: a run that died is finished by the next one, and no seed is ever drawn anew. The answer of A2
    lies at the number at which that of A is to be written, if both died late."""
    Crash("A", first).happen(office)
    Crash("A2", second).happen(office)
    sealed = seeds_of(office)
    left = {name: data for name, data in events(office.ledger).items() if "draw" in name}
    clock("2023-04-04")
    ended = office.type(*FINISHERS[finisher], "--json")
    assert ended.status == 0, ended.stdout
    if finisher == "one":
        assert office.type("draw", "plan.yaml", "--batch", "A2").status == 0
    assert sorted(drawn(office))[:2] == ["A", "A2"]
    assert sorted(one for one in drawn(office) if one[0] == "A") == ["A", "A2"]
    assert seeds_of(office) == {**seeds_of(office), **sealed}
    draws = [event(office.ledger, line["seq"]) for line in lines(office.ledger) if line["type"] == "draw"]
    assert {one["batch"]: one["seed"]["document"] for one in draws} == seeds_of(office)
    assert {name: events(office.ledger)[name] for name in left} == left
    assert office.type("verify").status == 0
    assert [line["file"] for line in lines(office.ledger)] == [f"events/{name}" for name in sorted(events(office.ledger))]


def test_an_answer_that_was_finished_on_the_way_is_shown_and_told_as_what_it_is(office: Desk, clock: SetClock) -> None:
    Crash("A", "sealed").happen(office)
    Crash("A2", "answer").happen(office)
    before = copied(office, Path(f"{office.folder}-2"))
    clock("2023-04-04")
    document = office.type(*RUN, "--json").document
    assert [(one["batch"], one["reason"], one["seq"]) for one in document["done"]] == [
        ("A", "finished", 4),
        ("A2", "finished", 3),
    ]
    assert document["adopted"] == [{"seq": 3, "type": "draw", "batch": "A2"}]
    shown = before.type("draw", "plan.yaml", "--all", "--json").document
    assert [(one["batch"], one["new"]) for one in shown["draws"]][:2] == [("A", True), ("A2", True)]
    assert shown["adopted"] == document["adopted"]


def test_an_answer_that_does_not_follow_from_its_seal_is_not_given_a_line(office: Desk) -> None:
    Crash("A", "sealed").happen(office)
    Crash("A2", "answer").happen(office)
    edit(office.ledger / "events/000003-draw.json", lambda data: data.replace("检查员".encode(), "检察员".encode(), 1))
    before = tree(office.ledger)
    for arguments in (RUN, FINISHERS["all"], FINISHERS["one"]):
        ended = office.type(*arguments)
        assert (ended.status, "LEDGER-008" in ended.stderr) == (6, True)
        assert tree(office.ledger) == before


def test_an_answer_whose_seal_lost_its_snapshots_is_not_given_a_line(office: Desk) -> None:
    Crash("A", "sealed").happen(office)
    office.write_table("entities.csv", ENTITIES[:39])
    Crash("A2", "answer").happen(office)
    (office.ledger / f"snapshots/{event(office.ledger, 2)['inputs']['entities']['snapshot']}.csv").unlink()
    before = tree(office.ledger)
    ended = office.type(*FINISHERS["one"])
    assert (ended.status, "LEDGER-008" in ended.stderr, tree(office.ledger)) == (6, True, before)


def test_what_was_drawn_has_its_line_before_it_is_taken_back(office: Desk) -> None:
    """Else whoever killed the run before the line, and disliked what he read, would leave no line of it."""
    Crash("A", "answer").happen(office)
    record = (office.ledger / "events/000002-draw.json").read_bytes()
    void = ("void", "--batch", "A", "--reason", "名录有误", "--approved-by", "李四", "--json")
    document = office.type(*void).document
    assert document["adopted"] == [{"seq": 2, "type": "draw", "batch": "A"}]
    assert [line["type"] for line in lines(office.ledger)] == ["seal", "draw", "void"]
    assert (office.ledger / "events/000002-draw.json").read_bytes() == record
    assert event(office.ledger, 3)["target"] == lines(office.ledger)[1]["hash"]
    assert office.type("verify").status == 0


def test_a_failure_without_its_line_is_finished_before_another_batch(tmp_path: Path, clock: SetClock) -> None:
    office = infeasible(tmp_path)
    Crash("B", "sealed").happen(office)
    append = LockedLedger.append

    def dying(store: LockedLedger, line: Line) -> None:
        if line.type == "failure":
            raise Death
        append(store, line)

    with mock.patch.object(LockedLedger, "append", dying), pytest.raises(Death):
        office.type("draw", "plan.yaml", "--batch", "A")
    ended = office.type("draw", "plan.yaml", "--batch", "B", "--json")
    assert (ended.status, ended.document["adopted"]) == (0, [{"seq": 3, "type": "failure", "batch": "A"}])
    assert [(line["type"], line["batch"]) for line in lines(office.ledger)] == [
        ("seal", "B"),
        ("seal", "A"),
        ("failure", "A"),
        ("draw", "B"),
    ]
    assert office.type("verify").status == 0


@pytest.mark.parametrize("at", ["seal", "void"])
def test_what_is_adopted_is_told_on_the_screen_and_to_programs(office: Desk, clock: SetClock, at: str) -> None:
    """A file that somebody put there is adopted like one that a run left: so nobody adopts in silence."""
    if at == "seal":
        Crash("A", "seal").happen(office)
        seq, batch = 1, "A"
    else:
        assert office.type("draw", "plan.yaml", "--batch", "B").status == 0
        assert office.type("void", "--batch", "B", "--reason", "x", "--approved-by", "李四").status == 0
        edit(office.ledger / "ledger.jsonl", lambda data: b"".join(data.splitlines(keepends=True)[:-1]))
        seq, batch = 3, "B"
    again = copied(office, Path(f"{office.folder}-2"))
    refused = copied(office, Path(f"{office.folder}-3"))
    word = {"seal": "封存", "void": "作废"}[at]
    for one, arguments in ((office, RUN), (again, ("draw", "plan.yaml", "--batch", "A2", "--quiet"))):
        ended = one.type(*arguments)
        assert ended.status == 0, ended.stderr
        assert f"先前中断的运行留下的“{word}”（批次 {batch}），由这次运行补记为台账第 {seq} 条。" in ended.stderr
    ended = refused.type("void", "--batch", "C" if at == "seal" else "B", "--reason", "y", "--approved-by", "李四", "--json")
    if at == "void":
        assert (ended.status, ended.document["adopted"]) == (5, [{"seq": 3, "type": "void", "batch": "B"}])
    found = lines(again.ledger)[seq - 1]
    assert (found["type"], found["sources"], found["operator"]) == (at, [], "zhangsan")


# ------------------------------------------------------------------------------------------- a task has one batch's name


def renamed(office: Desk, name: str = "A0") -> None:
    office.write_plan([{**one, "batch": name} if one["batch"] == "A" else one for one in YEAR_TASKS], **OF_2023)


def held_by_a_draw(office: Desk) -> int:
    office.type("draw", "plan.yaml", "--batch", "A")
    return 2


def held_by_a_seal(office: Desk) -> int:
    Crash("A", "sealed").happen(office)
    return 1


def held_by_a_seal_without_its_line(office: Desk) -> int:
    Crash("A", "seal").happen(office)
    return 1


def held_by_a_failure(office: Desk) -> int:
    office.write_table("inspectors.csv", [one for one in INSPECTORS if one["所属部门"] == "甲局"])
    assert office.type("draw", "plan.yaml", "--batch", "A").status == 4
    office.write_table("inspectors.csv", INSPECTORS)
    return 2


def held_by_a_void(office: Desk) -> int:
    office.type("draw", "plan.yaml", "--batch", "A")
    office.type("void", "--batch", "A", "--reason", "x", "--approved-by", "李四")
    return 3


def held_by_a_void_of_a_seal(office: Desk) -> int:
    held_by_a_seal(office)
    office.type("void", "--batch", "A", "--reason", "x", "--approved-by", "李四")
    return 2


HOLDERS = [held_by_a_draw, held_by_a_seal, held_by_a_failure, held_by_a_void, held_by_a_void_of_a_seal]


@pytest.mark.parametrize("hold", [*HOLDERS, held_by_a_seal_without_its_line])
def test_every_command_refuses_a_task_under_a_new_name_while_a_batch_holds_it(
    office: Desk, clock: SetClock, hold: Callable[[Desk], int]
) -> None:
    """ledger-v1, Events. The seal without a line counts from the next run that writes on."""
    clock("2023-04-03")
    seq = hold(office)
    renamed(office)
    count = len(lines(office.ledger)) if (office.ledger / "ledger.jsonl").exists() else 0
    one = office.type("draw", "plan.yaml", "--batch", "A0", "--json")
    assert (one.status, codes(one)) == (5, ["LEDGER-010", "LEDGER-010"])
    values = one.document["problems"][0]["values"]
    assert (values["task"], values["other"], values["seq"]) == ("3", "A", str(seq))
    assert len(lines(office.ledger)) == max(count, seq)
    before = tree(office.ledger)
    assert office.type("draw", "plan.yaml", "--batch", "A0", "--rehearse").status == 5
    assert office.type("draw", "plan.yaml", "--all").status == 5
    assert tree(office.ledger) == before
    for show in (("plan", "show", "plan.yaml"), ("plan", "calendar", "plan.yaml")):
        ended = office.type(*show, "--json")
        assert (ended.status, codes(ended)) == (0, ["LEDGER-010", "LEDGER-010"])
    ended = office.type(*RUN, "--json")
    assert (ended.status, batches(ended.document["done"])) == (5, ["A2"])
    assert [(row["batch"], row["reason"]) for row in ended.document["failed"]] == [("A0", "conflict")]
    assert not [line for line in lines(office.ledger) if line["batch"] == "A0"]


def test_a_draw_of_all_looks_for_new_names_before_anything_is_drawn(office: Desk) -> None:
    """C is the last batch of the year; the others are not drawn either."""
    assert office.type("draw", "plan.yaml", "--batch", "C").status == 0
    office.write_plan([{**one, "batch": "C0"} if one["batch"] == "C" else one for one in YEAR_TASKS], **OF_2023)
    before = tree(office.ledger)
    ended = office.type("draw", "plan.yaml", "--all", "--json")
    assert (ended.status, codes(ended), tree(office.ledger)) == (5, ["LEDGER-010"], before)


def test_a_seal_under_a_new_name_that_somebody_put_there_is_not_answered(office: Desk) -> None:
    """What counts are the tasks that it seals, not those that the plan has under that name today. It can be taken back."""
    forger = copied(office, Path(f"{office.folder}-2"))
    renamed(forger)
    Crash("A0", "seal").happen(forger)
    held_by_a_draw(office)
    shutil.copytree(forger.ledger / "snapshots", office.ledger / "snapshots", dirs_exist_ok=True)
    shutil.copy(forger.ledger / "events/000001-seal.json", office.ledger / "events/000003-seal.json")
    office.write_plan([*YEAR_TASKS, task("9", "A0", draw_on="2023-04-03")], **OF_2023)
    ended = office.type("draw", "plan.yaml", "--batch", "A0", "--json")
    assert (ended.status, codes(ended)) == (5, ["LEDGER-010", "LEDGER-010"])
    assert ended.document["adopted"] == [{"seq": 3, "type": "seal", "batch": "A0"}]
    assert len(lines(office.ledger)) == 3
    void = ("void", "--batch", "A0", "--reason", "x", "--approved-by", "李四", "--new-seed")
    assert office.type(*void).status == 0
    assert office.type("draw", "plan.yaml", "--batch", "A0").status == 0
    assert drawn(office) == ["A", "A0"]


@pytest.mark.parametrize("hold", HOLDERS)
def test_a_task_whose_batch_gave_up_its_seed_in_writing_is_free(office: Desk, hold: Callable[[Desk], int]) -> None:
    """The way that the message names: draw under the old name where nothing can be taken back yet, then void with a new seed."""
    hold(office)
    if hold in (held_by_a_failure, held_by_a_void, held_by_a_void_of_a_seal):
        assert office.type("draw", "plan.yaml", "--batch", "A").status == 0
    assert office.type("void", "--batch", "A", "--reason", "x", "--approved-by", "李四", "--new-seed").status == 0
    renamed(office)
    assert office.type("draw", "plan.yaml", "--batch", "A0", "--rehearse").status == 0
    assert office.type(*RUN).status == 0
    assert drawn(office)[-2:] == ["A0", "A2"]
    assert office.type("verify").status == 0


@pytest.mark.parametrize("hold", HOLDERS)
def test_a_batch_draws_under_its_own_name_and_so_do_others_with_other_tasks(office: Desk, hold: Callable[[Desk], int]) -> None:
    hold(office)
    assert office.type("draw", "plan.yaml", "--batch", "A2").status == 0
    assert office.type("draw", "plan.yaml", "--batch", "A").status == 0


@pytest.mark.parametrize(("spoil", "status"), [(Path.unlink, 11), (lambda path: path.write_bytes(b"{}\n"), 10)])
@pytest.mark.parametrize("hold", [held_by_a_seal, held_by_a_failure, held_by_a_void])
def test_nothing_is_drawn_where_nobody_can_tell_which_tasks_a_batch_holds(
    office: Desk, hold: Callable[[Desk], int], spoil: Callable[[Path], object], status: int
) -> None:
    """ledger-v1: impossible where the snapshot is not there, failed where it is another."""
    hold(office)
    spoil(office.ledger / f"snapshots/{event(office.ledger, 1)['plan']['snapshot']}.json")
    renamed(office)
    before = tree(office.ledger)
    for arguments in (("draw", "plan.yaml", "--batch", "A0"), ("draw", "plan.yaml", "--batch", "A0", "--rehearse"), RUN):
        assert office.type(*arguments).status == status
    assert tree(office.ledger) == before


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
