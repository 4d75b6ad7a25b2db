"""What is disturbed: a folder with a ledger as it stood before, and the command that is run on it. Seeds are given, and the clock
stands still, so that the same command writes the same bytes to the last one."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from cli import INSPECTORS, Desk, desk, enterprise, inspector, task

from shuangsuiji.evidence.lines import Circumstances

SEEDED = ("draw", "plan.yaml", "--batch", "B1", "--seed", "2023")
VOID = ("void", "--batch", "B1", "--reason", "名录有误", "--approved-by", "李四")
REPAIR = ("ledger", "repair")
NOON = Circumstances("2023-04-01T12:00:00+08:00", "zhangsan", "faults")


@dataclass(frozen=True)
class Scene:
    """A name, how the desk is made, and what is then typed."""

    name: str
    make: Callable[[Path], Desk]
    command: tuple[str, ...]


@contextmanager
def clock_at_noon() -> Iterator[None]:
    """Commands of this process write that it is noon."""
    with ExitStack() as stack:
        for module in ("draw", "void", "ledger"):
            stack.enter_context(mock.patch(f"shuangsuiji.cli.{module}.now", return_value=NOON))
        yield


def _typed(office: Desk, *arguments: str, status: int = 0) -> None:
    ended = office.type(*arguments)
    if ended.status != status:
        raise AssertionError(ended)


def _with_a_history(folder: Path) -> Desk:
    grouped = {"coordination_group": "安全"}
    later = {"window": {"from": "2023-07-01", "to": "2023-09-30"}}
    office = desk(folder, [task("1", "B1", **grouped), task("2", "B2", **grouped, **later)])
    _typed(office, *SEEDED)
    return office


def _mended(folder: Path) -> Desk:
    absent = [inspector(number, "乙局", 证件有效期="2020-01-01") for number in (5, 6, 7)]
    office = desk(folder, inspectors=[inspector(1), inspector(2), *absent])
    _typed(office, *SEEDED, status=4)
    office.write_table("inspectors.csv", INSPECTORS)
    return office


def _infeasible(folder: Path) -> Desk:
    return desk(folder, inspectors=[inspector(1), inspector(2), inspector(5, "乙局", 证件有效期="2020-01-01")])


def _drawn(folder: Path) -> Desk:
    office = desk(folder)
    _typed(office, *SEEDED)
    return office


def _voided(folder: Path) -> Desk:
    office = _drawn(folder)
    _typed(office, *VOID)
    return office


def _torn_draw(folder: Path) -> Desk:
    office = _drawn(folder)
    path = office.ledger / "ledger.jsonl"
    path.write_bytes(path.read_bytes()[:-100])
    return office


def _torn_seal(folder: Path) -> Desk:
    """B1's seal has lost half its line, and was never answered."""
    office = _drawn(folder)
    (office.ledger / "events" / "000002-draw.json").unlink()
    path = office.ledger / "ledger.jsonl"
    path.write_bytes(path.read_bytes()[:200])
    return office


def _stranger(folder: Path) -> Desk:
    """Another's file lies where the next event would."""
    office = _drawn(folder)
    (office.ledger / "events" / "000003-seal.json").write_bytes(b'{"mine":true}\n')
    return office


def _many(folder: Path) -> Desk:
    """Files of many pages, so that a disk may be full in the middle of each."""
    return desk(folder, entities=[enterprise(number) for number in range(1, 601)])


MANY = Scene("first draw of many", _many, SEEDED)
FIRST = Scene("first draw", desk, SEEDED)
VOIDING = Scene("void", _drawn, VOID)
MENDING_SEAL = Scene("repair of a seal's line", _torn_seal, REPAIR)
STRANGER = Scene("a stranger's file", _stranger, ("draw", "plan.yaml", "--batch", "B2", "--seed", "x"))
SCENES = (
    FIRST,
    Scene("draw with a history", _with_a_history, ("draw", "plan.yaml", "--batch", "B2", "--seed", "x")),
    Scene("draw of all", desk, ("draw", "plan.yaml", "--all", "--seed", "2023")),
    Scene("infeasible draw", _infeasible, SEEDED),
    Scene("draw after mending", _mended, ("draw", "plan.yaml", "--batch", "B1")),
    Scene("draw after a void", _voided, ("draw", "plan.yaml", "--batch", "B1")),
    VOIDING,
    Scene("repair of a draw's line", _torn_draw, REPAIR),
    MENDING_SEAL,
)


def put(ledger: Path, held: dict[str, bytes], folders: tuple[str, ...] = ()) -> None:
    """Make the ledger hold these files (and empty folders) and nothing else."""
    shutil.rmtree(ledger, ignore_errors=True)
    for name in folders:
        (ledger / name).mkdir(parents=True, exist_ok=True)
    for name, data in held.items():
        (ledger / name).parent.mkdir(parents=True, exist_ok=True)
        (ledger / name).write_bytes(data)
