"""Tables become pools (draw-v1 §1): entities, inspectors, recusals. One run finds everything that is wrong with their files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from shuangsuiji.files.pools.cells import EXPIRY, ID, NAME, SET, VALUE, CellKind, department_reader, never_plain
from shuangsuiji.files.pools.pool_checks import check_entities, check_inspectors
from shuangsuiji.files.pools.pool_form import PoolSource, Problems, TableForm
from shuangsuiji.files.pools.pool_table import PoolTable
from shuangsuiji.model.pool import Pool
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Severity, Status

__all__ = ["PoolRead", "PoolSource", "cross_check", "read_entities", "read_inspectors", "read_recusals"]

_ENTITIES = TableForm(
    kind="entities",
    required=("id", "name"),
    optional=(),
    kinds={"id": ID, "name": NAME, "categories": SET},
    others=VALUE,
    key=("id",),
)
_RECUSALS = TableForm(
    kind="recusals",
    required=("inspector", "entity"),
    optional=("reason",),
    kinds={"inspector": ID, "entity": ID, "reason": VALUE},
    others=None,
    key=("inspector", "entity", "reason"),
)


@dataclass(frozen=True, eq=False, slots=True)
class PoolRead:
    """A pool, and what is worth knowing about the files it came from."""

    pool: Pool
    notes: tuple[Problem, ...] = ()


def read_entities(sources: Sequence[PoolSource], thorough: bool = False) -> PoolRead:
    """The pool of entities in these files together; `thorough`: with what `pool_checks` says of it.

    Raises Refusal(INPUT) with all problems.
    """
    return _read(sources, _ENTITIES, check_entities if thorough else None)


def read_inspectors(
    sources: Sequence[PoolSource], departments: Mapping[str, str], until: Mapping[str, str] | None = None
) -> PoolRead:
    """The pool of inspectors; `departments` maps every name and alias to a department's name.

    `until` is the last day of the last task of each department, where `pool_checks` are wanted. Raises Refusal(INPUT).
    """
    department = CellKind(department_reader(departments), never_plain)
    kinds = {"id": ID, "name": NAME, "department": department, "certificate_expiry": EXPIRY, "qualifications": SET}
    required = ("id", "name", "department", "certificate_expiry")
    form = TableForm("inspectors", required, ("qualifications",), kinds, VALUE, ("id",))
    return _read(sources, form, None if until is None else partial(check_inspectors, until))


def read_recusals(sources: Sequence[PoolSource]) -> PoolRead:
    """The recusals: three columns, repeated rows once and noted; there may be none. Raises Refusal(INPUT)."""
    table, problems = _table(sources, _RECUSALS)
    _note_repeated_rows(table, problems)
    if problems.errors:
        raise Refusal(Status.INPUT, *problems.all(_file(sources)))
    columns = _cells(table)
    rows = dict.fromkeys(zip(*(columns[name] for name in _RECUSALS.key), strict=True))
    distinct = {name: [row[k] for row in rows] for k, name in enumerate(_RECUSALS.key)}
    return PoolRead(Pool.of(distinct, _RECUSALS.key), problems.all(_file(sources)))


def cross_check(entities: Pool, inspectors: Pool, recusals: Pool) -> tuple[Problem, ...]:
    """Warnings of recusals that name somebody whom the pools do not have: one for each id, with the number of its rows."""
    warnings: list[Problem] = []
    for column, pool, code in (
        ("inspector", inspectors, Code.POOL_UNKNOWN_INSPECTOR),
        ("entity", entities, Code.POOL_UNKNOWN_ENTITY),
    ):
        rows: dict[str, int] = {}
        for row_id in recusals.columns[column]:
            rows[row_id] = rows.get(row_id, 0) + 1
        for row_id, count in rows.items():
            if pool.row_of(row_id) is None:
                warnings.append(Problem.of(code, Place(path=row_id), Severity.WARNING, value=row_id, count=count))
    return tuple(warnings)


def _read(sources: Sequence[PoolSource], form: TableForm, check: Callable[[PoolTable, Problems], None] | None) -> PoolRead:
    table, problems = _table(sources, form)
    if check is not None and set(form.required) <= table.named:
        check(table, problems)
    if not table.rows and not problems.errors:
        problems.add(Code.POOL_EMPTY, Place(_file(sources)), fault=form.kind)
    pool = None if problems.errors else Pool.of(_cells(table), form.key)
    if pool is not None and not (pool.ids[1:] == pool.ids[:-1]).any():
        return PoolRead(pool, problems.all(_file(sources)))
    _note_repeated_ids(table, problems)
    raise Refusal(Status.INPUT, *problems.all(_file(sources)))


def _table(sources: Sequence[PoolSource], form: TableForm) -> tuple[PoolTable, Problems]:
    problems = Problems()
    table = PoolTable(form, problems)
    for source in sources:
        table.read(source)
    return table, problems


def _cells(table: PoolTable) -> dict[str, list[str]]:
    """The columns of a table without problems; of no files at all, those that its form has."""
    if not table.columns:
        return {name: [] for name in (*table.form.required, *table.form.optional)}
    return {name: column.cells for name, column in table.columns.items()}


def _note_repeated_ids(table: PoolTable, problems: Problems) -> None:
    """No two rows have the same id; every later one is noted together with the first. (Ids that could not be read are "".)"""
    if not table.columns:
        return
    first: dict[str, int] = {}
    for row, row_id in enumerate(table.columns[table.form.key[0]].cells):
        if row_id and (before := first.setdefault(row_id, row)) != row:
            _add_repetition(table, problems, Code.POOL_DUPLICATE_ID, Severity.ERROR, before, row, row_id)


def _note_repeated_rows(table: PoolTable, problems: Problems) -> None:
    """Recusals that say the same are noted, whoever could not be read apart."""
    if not table.columns:
        return
    rows = list(zip(*(table.columns[name].cells for name in table.form.key), strict=True))
    if len(set(rows)) == len(rows):
        return
    first: dict[tuple[str, ...], int] = {}
    for row, cells in enumerate(rows):
        if cells[0] and cells[1] and (before := first.setdefault(cells, row)) != row:
            _add_repetition(table, problems, Code.POOL_DUPLICATE_ROW, Severity.NOTE, before, row, " / ".join(cells[:2]))


def _add_repetition(
    table: PoolTable, problems: Problems, code: Code, severity: Severity, before: int, row: int, value: str
) -> None:
    if problems.full:
        problems.add(code, Place(), severity)
        return
    column = table.form.key[0]
    other = table.place(before, column)
    place = table.place(row, column)
    values = {"column": column, "value": value, "other_file": other.file or "", "other_cell": other.cell or ""}
    if table.form.kind == "inspectors":
        departments = table.columns["department"].cells
        if departments[before] != departments[row]:
            values |= {"fault": "departments", "department": departments[row], "other": departments[before]}
    problems.add(code, place, severity, **values)


def _file(sources: Sequence[PoolSource]) -> str | None:
    """The file to name for what concerns all of them."""
    return sources[0].name if len(sources) == 1 else None
