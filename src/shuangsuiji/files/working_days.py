"""Which days are working days, and on which day each batch of a plan is due. There is no clock here."""

import datetime
import importlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from shuangsuiji.model.plan import Plan, Window, common_window
from shuangsuiji.model.problems import Code, Place, Problem, Severity

_SATURDAY = 5

Reason = Literal["draw_on", "working_day", "monday_to_friday", "first_day"]
"""Why a batch is due on its day: the plan says so; the first working day; the first day from Monday to Friday, since nobody
told the holidays of that year; the first day of all, since none of them is a working day."""


class Days:
    """A set of days made of stretches of them, however long."""

    def __init__(self, stretches: Iterable[Window]) -> None:
        self._stretches: list[Window] = []
        for one in sorted(stretches, key=lambda one: one.start):
            if self._stretches and one.start <= self._stretches[-1].end:
                last = self._stretches.pop()
                one = Window(last.start, max(last.end, one.end))
            self._stretches.append(one)
        self._starts = [one.start for one in self._stretches]

    def __bool__(self) -> bool:
        return bool(self._stretches)

    def stretch(self, day: str) -> Window | None:
        """The stretch of days that `day` is in; None if it is not in the set."""
        number = bisect_right(self._starts, day) - 1
        return self._stretches[number] if number >= 0 and day <= self._stretches[number].end else None

    def first_within(self, window: Window) -> str:
        """The first day of `window` that is in the set, "" for none."""
        if self.stretch(window.start):
            return window.start
        number = bisect_right(self._starts, window.start)
        after = self._starts[number] if number < len(self._starts) else ""
        return after if after <= window.end else ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a plan file says of days, and no snapshot holds: when a batch is drawn, the holidays, the make-up days of work."""

    draw_on: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    holidays: tuple[Window, ...] = ()
    workdays: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class DueDay:
    """The day from which a batch is to be drawn, why that day, and the days on which all its tasks may be carried out."""

    batch: str
    day: str
    reason: Reason
    window: Window

    def problem(self) -> Problem | None:
        """What is to be known of a day that nobody can vouch for."""
        if self.reason in ("draw_on", "working_day"):
            return None
        particular = {"fault": "first_day"} if self.reason == "first_day" else {}
        values = {"batch": self.batch, "day": self.day, "year": self.day[:4], **particular}
        return Problem.of(Code.DRAW_DUE_DAY, Place(path=self.batch), Severity.WARNING, **values)


def due_days(plan: Plan, schedule: Schedule) -> tuple[DueDay, ...]:
    """The due day of every batch, by that day, then in the order of the plan."""
    found = []
    calendar, holidays = _calendar(schedule), Days(schedule.holidays)
    for batch in dict.fromkeys(task.batch for task in plan.tasks):
        window = common_window(task.window for task in plan.tasks_of(batch))
        if (named := schedule.draw_on.get(batch)) is not None:
            found.append(DueDay(batch, named, "draw_on", window))
        else:
            found.append(DueDay(batch, *_first_working_day(window, calendar, holidays), window))
    return tuple(sorted(found, key=lambda one: one.day))


def _first_working_day(window: Window, calendar: "_Calendar", holidays: Days) -> tuple[str, Reason]:
    last = datetime.date.fromisoformat(window.end).toordinal()
    number = datetime.date.fromisoformat(window.start).toordinal()
    guessed = False
    while number <= last:
        day = datetime.date.fromordinal(number)
        working = calendar(day)
        guessed = guessed or working is None
        if _is_weekday(day) if working is None else working:
            return day.isoformat(), "monday_to_friday" if guessed else "working_day"
        off = holidays.stretch(day.isoformat())  # however long, it is passed over at once
        number = 1 + (number if off is None else datetime.date.fromisoformat(off.end).toordinal())
    return window.start, "first_day"


def _is_weekday(day: datetime.date) -> bool:
    return day.weekday() < _SATURDAY


_Calendar = Callable[[datetime.date], bool | None]
"""Whether a day is a working day; None where nobody can say."""


def _calendar(schedule: Schedule) -> _Calendar:
    """The calendar of the plan, if it names any holiday or day of work; else that of the package, where it is installed."""
    holidays, workdays = Days(schedule.holidays), Days(schedule.workdays)
    if not holidays and not workdays:
        return _calendar_of_package()

    def of_plan(day: datetime.date) -> bool:
        text = day.isoformat()
        return workdays.stretch(text) is not None or (_is_weekday(day) and holidays.stretch(text) is None)

    return of_plan


def _calendar_of_package() -> _Calendar:
    """What `chinesecalendar` knows, an extra that need not be there: the years whose notice of holidays it has."""
    try:
        package = importlib.import_module("chinese_calendar")
    except ImportError:
        return lambda day: None

    def of_package(day: datetime.date) -> bool | None:
        try:
            return bool(package.is_workday(day))
        except NotImplementedError:
            return None

    return of_package
