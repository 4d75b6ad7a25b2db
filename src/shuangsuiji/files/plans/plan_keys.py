"""The keys of a plan file and what people call them; which of them come later."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from shuangsuiji.files.nearest import nearest

KEY_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "schema": "文件格式",
        "id": "编号",
        "title": "计划名称",
        "issuer": "发文单位",
        "document_no": "发文字号",
        "issued": "印发日期",
        "year": "计划年度",
        "cycle": "周期",
        "ledger": "台账文件夹",
        "pools": "名录库文件",
        "entities": "检查对象名录库",
        "inspectors": "执法检查人员名录库",
        "recusals": "回避登记",
        "file": "文件",
        "sheet": "工作表",
        "departments": "部门表",
        "name": "名称",
        "aliases": "别名",
        "entity_statuses": "可抽的登记状态",
        "inspector_statuses": "可派的在岗状态",
        "max_visits_per_inspector": "每人上门次数上限",
        "defaults": "默认规定",
        "severities": "级别调整",
        "holidays": "放假的日子",
        "workdays": "调休上班的日子",
        "tasks": "抽查任务",
        "items": "抽查事项",
        "target": "检查对象",
        "where": "检查对象条件",
        "in": "属于",
        "not_in": "不属于",
        "item_class": "事项类别",
        "draw_type": "抽查类型",
        "initiator": "发起部门",
        "cooperators": "配合部门",
        "level": "检查主体",
        "ratio": "抽取比例",
        "count": "抽取户数",
        "strata": "分层抽取",
        "by": "分层的列",
        "ratios": "各层比例",
        "other": "其余各层的比例",
        "rounding": "取整方式",
        "at_least": "至少抽取户数",
        "at_most": "至多抽取户数",
        "allow_empty": "允许没有对象",
        "window": "检查时间",
        "from": "起始日期",
        "to": "截止日期",
        "batch": "批次",
        "draw_on": "抽取日期",
        "coordination_group": "统筹组",
        "max_visits_per_cycle": "每周期上门次数上限",
        "minimum_team": "检查组最少人数",
        "per_department": "每部门最少人数",
        "qualifications": "执法范围要求",
        "published": "原文",
        "notes": "说明",
    }
)

LATER_KEYS = frozenset({"weights", "teams", "team"})
"""Keys of capabilities that are planned and not there yet (weights of strata, standing teams)."""

_OTHER_NAMES = {
    "抽查任务名称": "name",
    "任务名称": "name",
    "抽查计划名称": "title",
    "标题": "title",
    "序号": "id",
    "任务编号": "id",
    "计划编号": "id",
    "年度": "year",
    "比例": "ratio",
    "部门": "departments",
    "任务": "tasks",
    "条件": "where",
    "事项": "items",
    "备注": "notes",
    "抽取日": "draw_on",
    "节假日": "holidays",
    "放假": "holidays",
    "调休": "workdays",
    "start": "from",
    "begin": "from",
    "end": "to",
    "filter": "where",
    "percent": "ratio",
    "department": "initiator",
}
_KEY_OF_NAME = _OTHER_NAMES | {name: key for key, name in KEY_NAMES.items()}


def nearest_key(key: str, known: Iterable[str]) -> str:
    """The known key that was probably meant by `key` (which may be what people call it), or ""."""
    known = list(known)
    meant = _KEY_OF_NAME.get(key.strip(), "")
    return meant if meant in known else nearest(key.strip().lower().replace("-", "_"), known)
