"""Rows that stand in an office's table and are no entity and no person: totals, samples to be deleted, a header once more."""

import re
import unicodedata

from shuangsuiji.files.pools.headers import COLUMN_OF_HEADER
from shuangsuiji.files.unfit import Unfit
from shuangsuiji.model.problems import Code

NOT_A_ROW = frozenset({Code.POOL_TOTAL_ROW, Code.POOL_SAMPLE_ROW, Code.POOL_HEADER_AGAIN})

_TOTAL = re.compile(r"(?:本页|全部|以上)?(?:合计|总计|小计|共计|总数|累计)(?:[:：(（].*|[0-9]+(?:户|家|人|条|个)?)?")
_SAMPLE = re.compile(
    r".*请删除.*|(?:填写|填报)?(?:示例|样例|范例|案例)(?:[0-9]*|[:：(（【].*)|.*[(（【\[](?:示例|样例|范例|案例)[)）】\]]",
    re.DOTALL,
)
_MARKS = ("请删除", "示例", "样例", "范例", "案例", "合计", "总计", "小计", "共计", "累计")
_SPACE = re.compile(r"\s")
_HEADERS_OF_IDS = frozenset(
    header
    for kind, columns in COLUMN_OF_HEADER.items()
    for header, column in columns.items()
    if column == "id" and not header.isascii()
)


def is_total(cell: str) -> bool:
    """Whether a cell says that its row is a total."""
    return _TOTAL.fullmatch(_SPACE.sub("", unicodedata.normalize("NFKC", cell))) is not None


def check_row_of(cell: str) -> None:
    """Raises Unfit for the id or name of a row that is no row of a pool."""
    if cell.isascii():
        return
    if is_total(cell):
        raise Unfit(Code.POOL_TOTAL_ROW, value=cell)
    if _SAMPLE.fullmatch(cell):
        raise Unfit(Code.POOL_SAMPLE_ROW, value=cell)
    if _SPACE.sub("", cell).lower() in _HEADERS_OF_IDS:
        raise Unfit(Code.POOL_HEADER_AGAIN, value=cell)


def may_be_sample(joined: str) -> bool:
    """Whether any of many cells, joined, may be a sample's or a total's: a quick look before a close one."""
    return any(mark in joined for mark in _MARKS)
