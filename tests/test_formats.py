"""The same pools in other files, written by other programs, rows in another order: events identical to the byte.

The files are written by Python's codecs, openpyxl, xlwt and, where it is installed, LibreOffice; what must come out is what the
plain UTF-8 CSV gives. Only the ledger's lines may differ: they name the files.
"""

import csv
import io
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cli import ENTITIES, INSPECTORS, RECUSAL_COLUMNS, Desk, enterprise
from sheets import xls, xlsx

ODD = [enterprise(98, 名称='龘𠮷（\u3000甲）, "乙" 店', 登记状态=""), enterprise(99, 对象类别="学校；企业", 名称="Ａ店")]
RECUSALS = [dict(zip(RECUSAL_COLUMNS, ("0000001", "91410800M00000003", "近亲属，任职"), strict=True))]
POOLS = {"entities": [*ENTITIES, *ODD], "inspectors": INSPECTORS, "recusals": RECUSALS}
DRAW = ("draw", "plan.yaml", "--all", "--seed", "同一个种子")
SOFFICE = shutil.which("soffice")

Rows = list[list[str]]


def rows_of(name: str) -> Rows:
    """Header and rows, the rows in another order."""
    dicts = POOLS[name]
    body = [list(one.values()) for one in dicts]
    return [list(dicts[0]), *random.Random(name).sample(body, len(body))]


def as_text(rows: Rows, delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


WRITERS: dict[str, tuple[str, Callable[[Rows], bytes]]] = {
    "GB18030": ("csv", lambda rows: as_text(rows).encode("gb18030")),
    "a byte order mark": ("csv", lambda rows: as_text(rows).encode("utf-8-sig")),
    "UTF-16 with tabs": ("txt", lambda rows: as_text(rows, "\t").encode("utf-16")),
    "openpyxl": ("xlsx", lambda rows: xlsx(("名单", rows))),
    "openpyxl with titles and a second sheet": (
        "xlsx",
        lambda rows: xlsx(("说明", [["填表说明"]]), ("名单", [["标题"], [], *rows])),
    ),
    "xlwt": ("xls", lambda rows: xls(rows)),
}


def drawn(desk: Desk, ending: str) -> dict[str, bytes]:
    """The events and snapshots of a draw of all batches from these files."""
    desk.write_plan(pools={name: [f"{name}.{ending}"] for name in POOLS})
    ended = desk.type(*DRAW)
    assert ended.status == 0, ended.stderr
    return {path.name: path.read_bytes() for folder in ("events", "snapshots") for path in (desk.ledger / folder).iterdir()}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    desk = Desk(tmp_path_factory.mktemp("plain"))
    for name, dicts in POOLS.items():
        (desk.folder / f"{name}.csv").write_text(
            as_text([list(dicts[0]), *(list(one.values()) for one in dicts)]), encoding="utf-8"
        )
    return drawn(desk, "csv")


@pytest.mark.parametrize("written", WRITERS)
def test_another_kind_of_file_gives_the_same_events(tmp_path: Path, expected: dict[str, bytes], written: str) -> None:
    ending, write = WRITERS[written]
    desk = Desk(tmp_path)
    for name in POOLS:
        (tmp_path / f"{name}.{ending}").write_bytes(write(rows_of(name)))
    assert drawn(desk, ending) == expected


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("ending", ["xlsx", "xls"])
def test_a_workbook_of_libreoffice_gives_the_same_events(tmp_path: Path, expected: dict[str, bytes], ending: str) -> None:
    """From a CSV whose columns are all imported as text, as the manual tells people to do."""
    made = tmp_path / "made"
    for name in POOLS:
        (tmp_path / f"{name}.csv").write_text(as_text(rows_of(name)), encoding="utf-8")
    columns = "/".join(f"{column}/2" for column in range(1, 9))
    command = [str(SOFFICE), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", ending]
    command += [f"--infilter=CSV:44,34,76,1,{columns}", "--outdir", str(made), *(str(tmp_path / f"{name}.csv") for name in POOLS)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    desk = Desk(made)
    assert drawn(desk, ending) == expected
