"""Tables of which nobody says what kind of pool they are: their header does. And the reading of any kind by its name."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from shuangsuiji.files.pools.headers import PoolKind
from shuangsuiji.files.pools.pool_file import PoolRead, read_entities, read_inspectors, read_recusals
from shuangsuiji.files.pools.pool_form import PoolSource, TableForm
from shuangsuiji.files.pools.table_header import fit, header_row
from shuangsuiji.files.tables.block import BadTable
from shuangsuiji.files.tables.table import opened
from shuangsuiji.files.tables.text_form import WHOLE
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Severity, Status

FORMS: Mapping[PoolKind, TableForm] = MappingProxyType(
    {
        "entities": TableForm("entities", ("id", "name"), (), {}, None, ("id",)),
        "inspectors": TableForm("inspectors", ("id", "name", "department", "certificate_expiry"), (), {}, None, ("id",)),
        "recusals": TableForm("recusals", ("inspector", "entity"), (), {}, None, ("inspector", "entity")),
    }
)
"""What a header must name to be that of a pool of a kind; how cells are read is no matter here."""


class AsWritten(Mapping[str, str]):
    """Departments where there is no plan to say what they are called: each by the name that stands in the table."""

    def __getitem__(self, name: str) -> str:
        return name

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def kind_of(source: PoolSource) -> PoolKind:
    """The only kind of pool whose header this table has. Raises Refusal(INPUT) for none, for several, and for no table."""
    try:
        with opened(source.data, source.sheet, _fit_any) as table:
            for block in table.blocks:
                heads = {kind: header_row(form, block) for kind, form in FORMS.items()}
                found = [kind for kind, head in heads.items() if head is not None and fit(FORMS[kind], block.rows[head]) == WHOLE]
                if len(found) == 1:
                    return found[0]
                if any(head is not None for head in heads.values()):
                    raise _unknown(source, table.sheet, found)
            raise _unknown(source, table.sheet, [])
    except BadTable as bad:
        place = Place(source.name, bad.line, sheet=bad.sheet or source.sheet)
        raise Refusal(Status.INPUT, Problem.of(bad.unfit.code, place, Severity.ERROR, **bad.unfit.values)) from bad


def _fit_any(cells: Sequence[str]) -> int:
    return max(fit(form, cells) for form in FORMS.values())


def _unknown(source: PoolSource, sheet: str | None, found: Sequence[PoolKind]) -> Refusal:
    fault = "several" if found else "none"
    return Refusal(Status.INPUT, Problem.of(Code.POOL_KIND, Place(source.name, sheet=sheet), fault=fault, kinds="、".join(found)))


def read_pool(kind: PoolKind, sources: Sequence[PoolSource], departments: Mapping[str, str]) -> PoolRead:
    """The pool of this kind in these tables together. Raises Refusal(INPUT) with all problems."""
    match kind:
        case "entities":
            return read_entities(sources)
        case "inspectors":
            return read_inspectors(sources, departments)
        case "recusals":
            return read_recusals(sources)
