"""Problems as values: a stable code, a place, what the message needs; and how a program that met them ends.

The Chinese text and remedy of every code stand in one catalogue, `screen/messages.py`; a test holds the two together.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Self


class Status(IntEnum):
    """Exit statuses (the table in README.md says them to users). BUG is never a verdict."""

    DONE = 0
    BUG = 1
    USAGE = 2
    INPUT = 3
    INFEASIBLE = 4
    CONFLICT = 5
    ENVIRONMENT = 6
    BUSY = 7
    FAILED = 10
    CANNOT_VERIFY = 11
    NOTHING_DUE = 20
    INTERRUPTED = 130


_GRAVEST_FIRST = (
    Status.INTERRUPTED,
    Status.BUG,
    Status.FAILED,
    Status.CANNOT_VERIFY,
    Status.ENVIRONMENT,
    Status.CONFLICT,
    Status.INFEASIBLE,
    Status.INPUT,
    Status.BUSY,
    Status.USAGE,
    Status.NOTHING_DUE,
    Status.DONE,
)


def gravest(statuses: list[Status]) -> Status:
    """The one to exit with where several apply; DONE for none."""
    return min(statuses, key=_GRAVEST_FIRST.index, default=Status.DONE)


class Code(StrEnum):
    """Every problem the program can name. A code is never used again for something else."""

    CLI_USAGE = "CLI-001"
    CLI_UNKNOWN_BATCH = "CLI-002"
    CLI_BATCH_MISSING = "CLI-003"
    CLI_REHEARSAL_SEEDED = "CLI-004"
    CLI_BAD_SEED = "CLI-005"
    CLI_UNKNOWN_ID = "CLI-006"
    CLI_NOTHING_TO_VOID = "CLI-007"
    CLI_BAD_TEXT = "CLI-008"
    CLI_NOT_DRAWN = "CLI-009"
    CLI_AMBIGUOUS_BATCH = "CLI-010"
    CLI_INTERRUPTED = "CLI-011"
    CLI_UNKNOWN_EVENT = "CLI-012"
    CLI_UNKNOWN_CODE = "CLI-013"
    CLI_SELFTEST_FAILED = "CLI-014"

    FILE_MISSING = "FILE-001"
    FILE_UNREADABLE = "FILE-002"
    FILE_TOO_LARGE = "FILE-003"
    FILE_WRITE_FAILED = "FILE-004"
    FILE_EXISTS = "FILE-005"
    FILE_NOT_REGULAR = "FILE-006"
    FILE_IN_LEDGER = "FILE-007"

    PLAN_ENCODING = "PLAN-001"
    PLAN_SYNTAX = "PLAN-002"
    PLAN_TOO_DEEP = "PLAN-003"
    PLAN_ALIAS = "PLAN-004"
    PLAN_DUPLICATE_KEY = "PLAN-005"
    PLAN_UNKNOWN_KEY = "PLAN-006"
    PLAN_MISSING_KEY = "PLAN-007"
    PLAN_WRONG_TYPE = "PLAN-008"
    PLAN_EMPTY = "PLAN-009"
    PLAN_BAD_ID = "PLAN-010"
    PLAN_BAD_TEXT = "PLAN-011"
    PLAN_DUPLICATE_ID = "PLAN-012"
    PLAN_BAD_RATIO = "PLAN-013"
    PLAN_BAD_INTEGER = "PLAN-014"
    PLAN_BAD_DATE = "PLAN-015"
    PLAN_WINDOW_REVERSED = "PLAN-016"
    PLAN_BAD_CHOICE = "PLAN-017"
    PLAN_UNKNOWN_DEPARTMENT = "PLAN-018"
    PLAN_ALIAS_CLASH = "PLAN-019"
    PLAN_SAMPLE_RULE = "PLAN-020"
    PLAN_BATCH_WINDOWS = "PLAN-021"
    PLAN_GROUP_FILTERS = "PLAN-022"
    PLAN_LATER = "PLAN-023"
    PLAN_SCHEMA = "PLAN-024"
    PLAN_TAG = "PLAN-025"
    PLAN_BAD_BOOLEAN = "PLAN-026"
    PLAN_TEAM_RULE = "PLAN-027"
    PLAN_DUPLICATE_VALUE = "PLAN-028"
    PLAN_STATUS_COLUMN = "PLAN-029"
    PLAN_MORE = "PLAN-030"
    PLAN_WINDOW_EARLY = "PLAN-031"
    PLAN_SEVERITY = "PLAN-032"
    PLAN_DRAW_ON = "PLAN-033"

    POOL_ENCODING = "POOL-001"
    POOL_NOT_CSV = "POOL-002"
    POOL_SYNTAX = "POOL-003"
    POOL_MISSING_COLUMN = "POOL-004"
    POOL_DUPLICATE_COLUMN = "POOL-005"
    POOL_ROW_LENGTH = "POOL-006"
    POOL_BAD_ID = "POOL-007"
    POOL_DUPLICATE_ID = "POOL-008"
    POOL_BAD_TEXT = "POOL-009"
    POOL_EMPTY_CELL = "POOL-010"
    POOL_BAD_DATE = "POOL-011"
    POOL_UNKNOWN_DEPARTMENT = "POOL-012"
    POOL_EMPTY = "POOL-013"
    POOL_UNKNOWN_ENTITY = "POOL-014"
    POOL_UNKNOWN_INSPECTOR = "POOL-015"
    POOL_COLUMNS_DIFFER = "POOL-016"
    POOL_MANGLED_NUMBER = "POOL-017"
    POOL_EMPTY_HEADER = "POOL-018"
    POOL_DUPLICATE_ROW = "POOL-019"
    POOL_BAD_HEADER = "POOL-020"
    POOL_LONG_CELL = "POOL-021"
    POOL_MORE = "POOL-022"
    POOL_TITLE_ROWS = "POOL-023"
    POOL_ROW_ABOVE = "POOL-024"
    POOL_TOTAL_ROW = "POOL-025"
    POOL_SAMPLE_ROW = "POOL-026"
    POOL_HEADER_AGAIN = "POOL-027"
    POOL_SHEET = "POOL-028"
    POOL_MERGED_CELLS = "POOL-029"
    POOL_ERROR_CELL = "POOL-030"
    POOL_BAD_WORKBOOK = "POOL-031"
    POOL_TOO_LARGE = "POOL-032"
    POOL_CREDIT_CODE = "POOL-033"
    POOL_OLD_NUMBERS = "POOL-034"
    POOL_LOOK_ALIKE = "POOL-035"
    POOL_SAME_NAME = "POOL-036"
    POOL_PERSONAL_NUMBERS = "POOL-037"
    POOL_NO_CERTIFICATE = "POOL-038"
    POOL_SHORT_CERTIFICATE = "POOL-039"
    POOL_FORMULA = "POOL-040"
    POOL_KIND = "POOL-041"

    DRAW_EMPTY_FRAME = "DRAW-001"
    DRAW_NO_COLUMN = "DRAW-002"
    DRAW_STRATUM_NOT_COVERED = "DRAW-003"
    DRAW_TOO_FEW_ELIGIBLE = "DRAW-004"
    DRAW_CAP_EXCEEDED = "DRAW-005"
    DRAW_SET_STRATUM = "DRAW-006"
    DRAW_SHORTAGE = "DRAW-007"
    DRAW_UNKNOWN_VALUE = "DRAW-008"
    DRAW_FULL_RATIO = "DRAW-009"
    DRAW_TOO_FEW_POSSIBLE = "DRAW-011"
    DRAW_NO_COMMON_DAY = "DRAW-012"
    DRAW_GROUP_FILTERS = "DRAW-013"
    DRAW_LEFT_OUT = "DRAW-014"
    DRAW_NO_STATUS = "DRAW-015"
    DRAW_MISSED = "DRAW-016"
    DRAW_DUE_DAY = "DRAW-017"

    LEDGER_BUSY = "LEDGER-001"
    LEDGER_BROKEN = "LEDGER-002"
    LEDGER_TORN = "LEDGER-003"
    LEDGER_MISSING = "LEDGER-004"
    LEDGER_CONFLICT = "LEDGER-005"
    LEDGER_SEED_KEPT = "LEDGER-006"
    LEDGER_WAITING = "LEDGER-007"
    LEDGER_OCCUPIED = "LEDGER-008"
    LEDGER_SEED_DIFFERS = "LEDGER-009"
    LEDGER_TASK_DRAWN = "LEDGER-010"
    LEDGER_NETWORK = "LEDGER-011"
    LEDGER_NO_ROOM = "LEDGER-012"
    LEDGER_CLOCK = "LEDGER-013"

    RECORD_FAILED = "RECORD-001"
    RECORD_IMPOSSIBLE = "RECORD-002"


class Severity(StrEnum):
    """Errors stop; warnings and notes are shown and stop nothing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem is, as the user's own program shows it. Lines, columns and rows count from 1, the header being row 1.

    `sheet` is the name of a workbook's sheet, `line` the physical line of a text file, `cell` a spreadsheet's name for it ("B7"),
    `path` the keys that lead there ("tasks[3].ratio") or a task's or batch's id.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    cell: str | None = None
    path: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to be mended or known: what (`code` with `values` for its message) and where.

    `adjusted`: the plan gave this code another severity than it has by itself.
    """

    code: Code
    place: Place = Place()
    values: tuple[tuple[str, str], ...] = ()
    severity: Severity = Severity.ERROR
    adjusted: bool = False

    @classmethod
    def of(cls, code: Code, place: Place = Place(), severity: Severity = Severity.ERROR, **values: str | int) -> Self:
        """A problem with these values for its message."""
        return cls(code, place, tuple((name, str(value)) for name, value in values.items()), severity)


class Refusal(Exception):
    """The program will not go on: all the problems it met at once, and the status to exit with."""

    def __init__(self, status: Status, *problems: Problem) -> None:
        self.status = status
        self.problems = problems
