"""What the headers of real tables mean: one table of synonyms for each kind of pool (draw-v1 §1).

Headers are compared after NFKC, without white space, ASCII letters in lower case. A header that stands in no table is a
further column under its own canonical value. What could as well mean something else is left out: 证件号码 may be an identity
card, and 编号 in a list of recusals the number of the row.
"""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from shuangsuiji.model.text import canonical_value

PoolKind = Literal["entities", "inspectors", "recusals"]

_CREDIT_CODES = (
    "统一社会信用代码/编号 统一社会信用代码(编号) 统一社会信用代码或编号 统一社会信用代码/注册号"
    " 统一社会信用代码 社会信用代码 信用代码"
)
_CERTIFICATES = (
    "执法证号 执法证号码 执法证件号 执法证件号码 执法证编号 执法证件编号"
    " 行政执法证号 行政执法证号码 行政执法证件号 行政执法证编号"
)

_SYNONYMS: dict[PoolKind, dict[str, str]] = {
    "entities": {
        "id": f"{_CREDIT_CODES} 编号 对象编号 检查对象编号 主体编号 主体代码 代码 entity code credit_code uscc",
        "name": "名称 检查对象名称 对象名称 检查对象 主体名称 市场主体名称 经营主体名称 企业名称 单位名称 字号名称 entity_name",
        "categories": "对象类别 检查对象类别 对象类型 检查对象类型 类别 主体类别 对象分类 category",
        "status": "登记状态 经营状态 主体状态 市场主体状态 企业状态 存续状态 状态",
        "credit_class": "信用等级 信用类别 信用分类 信用评级 信用风险等级 信用风险分类 信用风险类别 企业信用风险分类 credit",
        "address": "地址 住所 经营场所 住所(经营场所) 住所/经营场所 住所或经营场所 经营地址 注册地址 单位地址 详细地址",
    },
    "inspectors": {
        "id": f"{_CERTIFICATES} 编号 人员编号 执法人员编号 inspector certificate certificate_no",
        "name": "姓名 执法人员 执法人员姓名 检查人员 检查人员姓名 执法检查人员 执法检查人员姓名 人员姓名 名称 inspector_name",
        "department": "所属部门 部门 部门名称 所属单位 单位 单位名称 工作单位 所在单位 所在部门 执法部门 执法单位",
        "status": "在岗状态 在职状态 人员状态 状态",
        "certificate_expiry": "证件有效期 证件有效期至 证件有效期限 执法证有效期 执法证有效期至 执法证件有效期"
        " 执法证件有效期至 有效期 有效期至 有效期限 有效期截止日期 证件到期日 expiry valid_until",
        "qualifications": "执法范围 执法资格 执法领域 执法类别 执法专长 资格 资质 qualification",
    },
    "recusals": {
        "inspector": f"{_CERTIFICATES} 回避人员证号 执法人员证号 人员编号 执法人员编号 inspector_id",
        "entity": f"{_CREDIT_CODES} 回避对象 回避对象编号 回避对象代码 对象编号 检查对象编号 主体编号 entity_id",
        "reason": "回避事由 回避原因 回避理由 事由 原因 理由",
    },
}


def _folded(header: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", header)).translate(_LOWER)


_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
COLUMN_OF_HEADER: Mapping[PoolKind, Mapping[str, str]] = MappingProxyType(
    {
        kind: MappingProxyType(
            {_folded(header): column for column, headers in columns.items() for header in (column, *headers.split())}
        )
        for kind, columns in _SYNONYMS.items()
    }
)


def column_of_header(kind: PoolKind, header: str) -> str:
    """The column that `header` names in a pool of this kind; "" for a header of white space only.

    Raises NotCanonical for a header with a character that a field may not hold.
    """
    value = canonical_value(header)
    return COLUMN_OF_HEADER[kind].get(_folded(value), value)


def usual_headers(kind: PoolKind, column: str) -> tuple[str, ...]:
    """The headers that name `column`, the most usual first; the column itself if it has none."""
    headers = _SYNONYMS[kind].get(column)
    return (column,) if headers is None else tuple(headers.split())
