"""The field's words for what the evidence names in English: one table for each kind of name."""

EVENTS = {"seal": "封存", "draw": "抽取", "failure": "派人不足", "void": "作废", "repair": "修补"}
STATES = {"open": "未抽取", "sealed": "已封存", "failed": "派人不足", "drawn": "已抽取", "void": "已作废", "unknown": "不明"}
ROLES = {"plan": "计划", "entities": "检查对象名录库", "inspectors": "检查人员名录库", "recusals": "回避名单"}
SEED_CLASSES = {"operator": "自选种子", "os": "系统随机种子", "public": "公开种子"}
