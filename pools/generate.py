"""Write the demonstration pools: entities.csv, inspectors.csv, recusals.csv and README.md.

    python pools/generate.py              # into the folder of this file
    python pools/generate.py --out DIR    # somewhere else

Everything in them is made up. The files are the same to the byte on every machine and every Python: each choice comes
from a `Stream`, SHA-256 over a fixed seed, the name of the stream and a counter, and never from `random`, a clock or
the order of a set. Each section has its own stream, so that a change in one leaves most of the others as they were.

Standard library only. To change the data, change the tables below and run the file again.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

SEED = "shuangsuiji/pools/jzsfq-2023/1"

ENTERPRISES = 12000  # rows with the category 企业, whatever else they are
REPEATED_NAMES = 60  # enterprises that bear the name of another one
RECUSALS = 150

ENTITY_HEADER = ("统一社会信用代码/编号", "名称", "对象类别", "登记状态", "信用等级", "地址")
INSPECTOR_HEADER = ("执法证号", "姓名", "所属部门", "证件有效期", "在岗状态", "执法范围")
RECUSAL_HEADER = ("执法证号", "统一社会信用代码/编号", "回避事由")


# --- chance ---------------------------------------------------------------------------------------


class Stream:
    """A stream of choices: the k-th is SHA-256("SEED LF name LF k LF"), read as a big-endian integer.

    >>> Stream("doctest").below(1000)
    861
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._counter = 0

    def below(self, limit: int) -> int:
        """An integer from 0 to limit - 1 (the bias of 256 bits modulo a few thousand is far below anything visible)."""
        text = f"{SEED}\n{self._name}\n{self._counter}\n"
        self._counter += 1
        return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest(), "big") % limit

    def between(self, low: int, high: int) -> int:
        """An integer from low to high, both included."""
        return low + self.below(high - low + 1)

    def percent(self, chance: int) -> bool:
        """True in `chance` of 100 cases."""
        return self.below(100) < chance

    def pick(self, choices):
        """One of a sequence, all equally likely."""
        return choices[self.below(len(choices))]

    def weighted(self, choices):
        """One of a sequence of (value, integer weight)."""
        at = self.below(sum(weight for _, weight in choices))
        for value, weight in choices:
            at -= weight
            if at < 0:
                return value
        raise ValueError("no choices")

    def shuffled(self, values) -> list:
        """The values in a new order (Fisher-Yates)."""
        result = list(values)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result


# --- unified social credit codes, GB 32100 --------------------------------------------------------

CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
REGION = "410899"
BLOCKS = {"91": "MA0", "92": "MA0", "12": "MB0", "52": "MJ0"}  # first digits -> block of numbers


def body_check(body: str) -> str:
    """The check character of the eight characters of an organisation code (GB 11714).

    >>> body_check("60003734")
    '1'
    """
    total = sum(int(character, 36) * weight for character, weight in zip(body, BODY_WEIGHTS, strict=True))
    value = (11 - total % 11) % 11
    return "X" if value == 10 else str(value)


def code_check(code: str) -> str:
    """The check character of the first seventeen characters of a code (GB 32100).

    >>> code_check("91110000600037341")
    'L'
    """
    total = sum(CODE_ALPHABET.index(character) * weight for character, weight in zip(code, CODE_WEIGHTS, strict=True))
    return CODE_ALPHABET[(31 - total % 31) % 31]


class Codes:
    """Codes that are well formed, and different from each other.

    The blocks of numbers (MA0 firms, MB0 institutions, MJ0 social organisations) are not knowingly those of any
    registry of this region; agreement with a real code would be chance.
    """

    def __init__(self) -> None:
        self._stream = Stream("codes")
        self._used: set[str] = set()

    def new(self, kind: str) -> str:
        """A code of a kind: 91 enterprise, 92 individual business, 12 public institution, 52 private school."""
        while True:
            body = BLOCKS[kind] + "".join(self._stream.pick(CODE_ALPHABET) for _ in range(5))
            code = kind + REGION + body + body_check(body)
            if code not in self._used:
                self._used.add(code)
                return code + code_check(code)


# --- words ----------------------------------------------------------------------------------------

FIRST = "恒嘉瑞鑫宏盛泰丰禾润泽康源诚达隆昌明德云晨旭景兴福玉祥博雅卓凯锦翔启远志沐清朗知"
SECOND = "达源丰隆盛和顺祥佳诚宇辰茂德润景益欣悦峰林森烨淼瑶晟语禾舟朴牧川野棠溪帆岚砚尧昀"
# Brands and places that everybody knows are left out.
WELL_KNOWN = "恒源 恒丰 恒顺 隆源 泰和 盛和 宏达 康德 德润 云溪 祥和 明德 远景 瑞丰 泰达 鑫源 玉林 云帆"
TRADES_BY_WEIGHT = (
    (14, "商贸"),
    (10, "贸易"),
    (8, "建材"),
    (7, "装饰工程 信息技术 网络科技"),
    (6, "建筑工程 餐饮管理 电子科技 广告传媒 文化传播"),
    (5, "建筑劳务 机械制造 食品 物流 企业管理咨询"),
    (4, "机械配件 五金机电 货物运输 教育咨询 财务咨询 人力资源服务 物业服务 房产经纪"),
    (4, "园林绿化工程 环保科技 汽车维修服务 服装 农业开发"),
    (3, "软件开发 劳务服务 家政服务 新能源科技 汽车配件 化工产品 塑料制品 包装制品 医疗器械"),
    (3, "大药房 生物科技 仓储服务 家具 门窗 电器 办公用品 超市"),
    (2, "印务 纺织品 鞋业 养老服务 健身服务 花卉 饲料 粮油 电力工程 消防工程 检测技术"),
    (2, "会展服务 灯饰 橡胶制品 耐火材料 铸造 阀门 水处理设备 通讯器材"),
    (1, "旅行社 测绘服务 图书"),
)
TRADES = tuple((trade, weight) for weight, trades in TRADES_BY_WEIGHT for trade in trades.split())
FORMS = (("有限公司", 88), ("有限责任公司", 4), ("股份有限公司", 1), ("合伙企业（有限合伙）", 2), ("分公司", 5))
TOWNS = ("东城街道", "文昌街道", "新河街道", "云岭街道", "宁和镇", "石桥镇")
ROADS = (
    *("迎宾路", "建设路", "文汇路", "丰收路", "春晓路", "学苑路", "创业路", "科技大道", "滨河路"),
    *("长青路", "和平街", "友谊路", "新园路", "银杏路", "工业路", "康宁街", "朝阳路", "南环路"),
)
OPEN_STATUSES = (("存续", 880), ("在营", 30), ("在业", 20), ("开业", 20))
CLOSED_STATUSES = (("注销", 25), ("吊销", 15), ("迁出", 10))
ENTERPRISE_STATUSES = OPEN_STATUSES + CLOSED_STATUSES
CREDIT_CLASSES = (("A", 35), ("B", 45), ("C", 15), ("D", 5))
NUMERALS = "一二三四五六七八九十"


class Names:
    """Invented names, each given once."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._used: set[str] = set()

    def brand(self) -> str:
        """A brand word of two characters."""
        while True:
            word = self._stream.pick(FIRST) + self._stream.pick(SECOND)
            if word[0] != word[1] and word not in WELL_KNOWN.split():
                return word

    def new(self, endings) -> str:
        """示范区, a brand word and one of the endings."""
        while True:
            name = f"示范区{self.brand()}{self._stream.pick(endings)}"
            if name not in self._used:
                self._used.add(name)
                return name

    def enterprise(self) -> str:
        """The name of an enterprise of some trade."""
        while True:
            brand, trade, form = self.brand(), self._stream.weighted(TRADES), self._stream.weighted(FORMS)
            if form == "分公司":
                name = f"示范区{brand}{trade}有限公司{self._stream.pick(TOWNS)[:2]}分公司"
            elif "合伙" not in form and self._stream.percent(6):
                name = f"{brand}（示范区）{trade}{form}"
            else:
                name = f"示范区{brand}{trade}{form}"
            if name not in self._used:
                self._used.add(name)
                return name


def site_address(stream: Stream, town: str = "") -> str:
    """A made-up address of a whole plot."""
    return f"示范区{town or stream.pick(TOWNS)}{stream.pick(ROADS)}{stream.between(1, 399)}号"


def address(stream: Stream) -> str:
    """A made-up address; some hold commas or quotation marks, as real tables do."""
    place = site_address(stream)
    style = stream.below(100)
    if style < 30:
        return f"{place}{stream.between(1, 28)}号楼{stream.between(1, 24)}{stream.between(1, 12):02d}室"
    if style < 34:
        return f"{place},{stream.pick('ABCD')}座{stream.between(2, 26)}层"
    if style < 37:
        first, second = stream.shuffled(ROADS)[:2]
        return f"示范区{first}与{second}交叉口{stream.pick(('东南角', '西南角', '东北角', '西北角'))}"
    if style < 41:
        return f"示范区{stream.pick(TOWNS)}产业园{stream.pick('ABC')}区{stream.between(1, 36)}号厂房"
    if style < 42:
        return f'{place}(原"{stream.pick(("红旗", "东风", "前进"))}"厂院内)'
    return place


# --- entities -------------------------------------------------------------------------------------


class Entity(NamedTuple):
    """A row of entities.csv."""

    id: str
    name: str
    categories: tuple[str, ...]
    status: str
    credit_class: str
    address: str

    def cells(self) -> list[str]:
        """The cells in the order of the header."""
        return [self.id, self.name, ";".join(self.categories), self.status, self.credit_class, self.address]


class SmallFrame(NamedTuple):
    """A category of firms that has a task of its own in the plan."""

    category: str
    enterprises: int
    enterprise_endings: tuple[str, ...]
    individuals: int = 0
    individual_endings: tuple[str, ...] = ()


HOTELS = ("酒店有限公司", "酒店管理有限公司", "宾馆有限公司", "商务酒店有限公司")
INNS = ("宾馆", "旅馆", "旅社", "客栈", "招待所")
FARM_FIRMS = ("农资有限公司", "种业有限公司", "农业生产资料有限公司")
FARM_SHOPS = ("农资经营部", "种子门市部", "化肥农药经营部", "农资店", "庄稼医院")
SMALL_FRAMES = (
    SmallFrame("宾馆旅店", 47, HOTELS, 13, INNS),
    SmallFrame("加油站", 40, ("加油站有限公司", "石油销售有限公司", "能源有限公司加油站")),
    SmallFrame("新车销售", 35, ("汽车销售服务有限公司", "汽车贸易有限公司", "汽车销售有限公司")),
    SmallFrame("二手车交易市场", 8, ("二手车交易市场有限公司", "旧机动车交易市场有限公司")),
    SmallFrame("农资店", 18, FARM_FIRMS, 72, FARM_SHOPS),
    SmallFrame("保安服务", 25, ("保安服务有限公司", "保安服务有限责任公司", "保安培训有限公司")),
    SmallFrame("建设单位", 48, ("房地产开发有限公司", "置业有限公司", "城市建设有限公司", "投资建设有限公司")),
)
QUOTED_NAMES = ('示范区"小麦穗"客栈', '示范区"半盏灯"旅社')
PUBLIC_CLIENTS = ("道路养护", "水利设施", "校舍建设", "绿化管护", "公共房屋", "市政管网")
CLIENTS_AMONG_OTHERS = 6  # hotels and petrol stations that are building just now
SITES = 30
SCHOOLS_PRIVATE = 17


def small_frames(codes: Codes, names: Names) -> list[Entity]:
    """The firms whose category has a task of its own: mostly enterprises, farm shops mostly individual businesses."""
    stream, rows = Stream("small frames"), []
    quoted = list(QUOTED_NAMES)
    for frame in SMALL_FRAMES:
        for number in range(frame.enterprises + frame.individuals):
            enterprise = number < frame.enterprises
            categories = ["企业" if enterprise else "个体工商户", frame.category]
            if stream.percent(80 if enterprise else 30):
                categories.append("用人单位")
            name = names.new(frame.enterprise_endings if enterprise else frame.individual_endings)
            if not enterprise and frame.category == "宾馆旅店" and quoted:
                name = quoted.pop()
            rows.append(
                Entity(
                    codes.new("91" if enterprise else "92"),
                    name,
                    tuple(stream.shuffled(categories)),
                    stream.weighted(ENTERPRISE_STATUSES),
                    stream.weighted(CREDIT_CLASSES),
                    address(stream),
                )
            )
    builders = stream.shuffled(
        at for at, row in enumerate(rows) if "企业" in row.categories and {"宾馆旅店", "加油站"} & set(row.categories)
    )
    for at in builders[:CLIENTS_AMONG_OTHERS]:
        rows[at] = rows[at]._replace(categories=(*rows[at].categories, "建设单位"))
    return rows


def public_clients(codes: Codes) -> list[Entity]:
    """Public institutions that have something built."""
    stream = Stream("public clients")
    return [
        Entity(codes.new("12"), f"示范区{word}服务中心", ("建设单位", "用人单位"), "正常", "", address(stream))
        for word in PUBLIC_CLIENTS
    ]


def schools(codes: Codes, names: Names) -> list[Entity]:
    """28 public schools (codes 12…), 17 private ones (52…); one has closed."""
    stream = Stream("schools")
    kinds = ("第一小学", "第二小学", "中心小学", "中学")
    public = [(town, kind) for town in TOWNS for kind in kinds] + [(town, "实验学校") for town in TOWNS[:4]]
    rows = []
    for town, kind in public:
        categories = ("中小学", "用人单位") if stream.percent(60) else ("中小学",)
        place = site_address(stream, town)
        rows.append(Entity(codes.new("12"), f"示范区{town[:2]}{kind}", categories, "正常", "", place))
    for number in range(SCHOOLS_PRIVATE):
        name = names.new(("双语学校", "外国语小学", "初级中学", "实验学校"))
        status = "正常" if number else "停办"
        rows.append(Entity(codes.new("52"), name, ("中小学", "用人单位"), status, "", site_address(stream)))
    return rows


def sites() -> list[Entity]:
    """Building sites, under their own numbers; some are finished."""
    stream = Stream("sites")
    estates = ("和悦府", "春晓花园", "云岭家园", "学苑雅居", "滨河新城", "新河佳苑", "银杏湾", "文昌名邸")
    others = ("综合楼", "标准化厂房", "雨污水管网", "道路改造", "中学教学楼", "幼儿园", "冷链仓库")
    rows = []
    for number in range(1, SITES + 1):
        if number % 3:
            first = stream.between(1, 9)
            parts = (f"{first}#楼", f"{first}#,{first + 1}#楼", f"{first}#,{first + 1}#,{first + 2}#楼及地下车库")
            name = f"{stream.pick(estates)}{NUMERALS[stream.below(3)]}期{stream.pick(parts)}"
        else:
            name = f"示范区{stream.pick(TOWNS)[:2]}{stream.pick(others)}工程"
        year = stream.weighted(((2021, 1), (2022, 3), (2023, 6)))
        status = "竣工" if number % 6 == 0 else "在建"
        rows.append(Entity(f"GD-{year}-{number:04d}", name, ("在建工地",), status, "", site_address(stream)))
    return rows


def general_enterprises(codes: Codes, names: Names, count: int) -> list[Entity]:
    """The many: half of them employ people; a few bear the name of another."""
    stream, rows = Stream("general enterprises"), []
    for number in range(count):
        name = names.enterprise()
        if number >= count - REPEATED_NAMES:
            name = rows[stream.below(count - REPEATED_NAMES)].name
        categories = ("企业", "用人单位") if stream.percent(50) else ("企业",)
        rows.append(
            Entity(
                codes.new("91"),
                name,
                categories,
                stream.weighted(ENTERPRISE_STATUSES),
                stream.weighted(CREDIT_CLASSES),
                address(stream),
            )
        )
    return rows


def all_entities() -> list[Entity]:
    """All entities, in the order of the file: none in particular."""
    codes, names = Codes(), Names(Stream("names"))
    rows = small_frames(codes, names) + public_clients(codes) + schools(codes, names) + sites()
    enterprises = sum("企业" in row.categories for row in rows)
    rows += general_enterprises(codes, names, ENTERPRISES - enterprises)
    return Stream("order of entities").shuffled(rows)


# --- inspectors -----------------------------------------------------------------------------------


class Department(NamedTuple):
    """A department as the plan names it, how many people it has, and what they may inspect."""

    name: str
    aliases: tuple[str, ...]
    people: int
    scope: tuple[str, ...]


DEPARTMENTS = (
    Department(
        "示范区市场监督管理局",
        ("区市场监管局", "示范区市场监管局", "示范区市场监管分局", "市场监督管理局示范区分局"),
        42,
        ("食品安全", "特种设备", "产品质量", "登记注册", "价格监管", "广告监管", "计量"),
    ),
    Department("区发改委（商务局）", ("发改委",), 12, ("商贸流通", "成品油", "汽车流通")),
    Department("示范区生态环境局", ("区生态环境局",), 16, ("大气污染防治", "水污染防治", "固体废物")),
    Department("示范区卫生健康委员会", ("卫生健康委", "示范区卫健委"), 20, ("公共场所卫生", "学校卫生", "医疗卫生")),
    Department("示范区消防救援大队", ("消防大队",), 16, ("消防监督", "建设工程消防")),
    Department("教体局", (), 10, ("办学行为", "教材教辅", "校园安全")),
    Department("应急管理局", (), 31, ("工贸安全", "危险化学品", "应急管理")),
    Department("示范区公安局", (), 28, ("治安管理", "特种行业", "保安监管")),
    Department("示范区住建局", (), 12, ("建筑施工", "工程质量", "燃气")),
    Department("示范区农业农村局", (), 10, ("种子", "农药", "肥料")),
    Department("示范区自然资源和规划局", (), 8, ("规划实施", "土地利用")),
    Department("示范区人力资源和社会保障局", (), 12, ("劳动关系", "社会保险", "人力资源市场")),
    Department("示范区劳动监察大队", (), 3, ("劳动保障监察", "工资支付")),
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰飞红建国文斌鹏波辉玲慧宁晨旭佳雪峰健琳浩然欣怡雨桐志远海燕"
GOOD_STATUSES = (("在岗", 92), ("有效", 8))
ABSENT_STATUSES = (("请假", 4), ("借调", 3), ("离岗", 2))


class Inspector(NamedTuple):
    """A row of inspectors.csv; `cell` is how the row spells the department."""

    id: str
    name: str
    department: Department
    cell: str
    expiry: str
    status: str
    scope: tuple[str, ...]

    def cells(self) -> list[str]:
        """The cells in the order of the header."""
        return [self.id, self.name, self.cell, self.expiry, self.status, ";".join(self.scope)]


def day(stream: Stream, years: tuple[int, int], months: tuple[int, int]) -> str:
    """A date in some of the months of some of the years, YYYY-MM-DD."""
    return f"{stream.between(*years)}-{stream.between(*months):02d}-{stream.between(1, 28):02d}"


def all_inspectors() -> list[Inspector]:
    """The people of all departments.

    In each department two thirds, and all of the smallest one, are on duty with a certificate beyond 2023, so that
    every batch can be dealt; of the others some are absent, some certificates ran out before 2023, some do so in the
    middle of it.
    """
    stream, rows, used = Stream("inspectors"), [], set()
    for department in DEPARTMENTS:
        for number in range(department.people):
            while True:
                id_ = f"00{stream.below(100000):05d}" if stream.percent(20) else f"1608{stream.below(100000):05d}"
                if id_ not in used:
                    used.add(id_)
                    break
            name = stream.pick(SURNAMES) + stream.pick(GIVEN) + (stream.pick(GIVEN) if stream.percent(65) else "")
            cell = stream.pick(department.aliases) if department.aliases and stream.percent(25) else department.name
            expiry = "长期" if stream.percent(4) else day(stream, (2024, 2027), (1, 12))
            status = stream.weighted(GOOD_STATUSES)
            if number >= -(-2 * department.people // 3) and department.people > 3:
                flaw = stream.weighted((("expired", 22), ("mid-2023", 26), ("absent", 22), ("none", 30)))
                if flaw == "expired":
                    expiry = day(stream, (2020, 2022), (1, 12))
                elif flaw == "mid-2023":
                    expiry = day(stream, (2023, 2023), (4, 11))
                elif flaw == "absent":
                    status = stream.weighted(ABSENT_STATUSES)
            scope = stream.shuffled(department.scope)[: stream.between(1, 3)]
            rows.append(Inspector(id_, name, department, cell, expiry, status, tuple(scope)))
    return Stream("order of inspectors").shuffled(rows)


# --- recusals -------------------------------------------------------------------------------------

REASONS = (
    ("近亲属任职", 30),
    ("曾在该单位任职", 20),
    ("持有股份", 12),
    ("近亲属持有股份", 10),
    ("近亲属为法定代表人", 8),
    ("存在债权债务关系", 6),
    ("曾参与其投诉举报处理", 5),
    ("子女在该单位就读或实习", 4),
    ("其他可能影响公正检查的关系", 5),
)


def all_recusals(entities: list[Entity], inspectors: list[Inspector]) -> list[list[str]]:
    """Who may not inspect whom.

    A third of the rows concern the small frames; one concerns the smallest department and a building site.
    """
    stream, rows = Stream("recusals"), {}
    small = [row for row in entities if set(row.categories) - {"企业", "用人单位", "个体工商户"}]
    people = [person for person in inspectors if person.department.people > 3]
    few = next(person for person in inspectors if person.department.people == 3)
    site = next(row for row in entities if row.categories == ("在建工地",) and row.status == "在建")
    rows[few.id, site.id] = "近亲属任职"
    while len(rows) < RECUSALS:
        entity = stream.pick(small) if len(rows) % 3 == 0 else stream.pick(entities)
        pair = (stream.pick(people).id, entity.id)
        reason = stream.weighted(REASONS)
        if pair not in rows:
            rows[pair] = reason
    return Stream("order of recusals").shuffled([*pair, reason] for pair, reason in rows.items())


# --- files ----------------------------------------------------------------------------------------


def csv_bytes(header, rows) -> bytes:
    """UTF-8 without BOM, LF; a cell is quoted if and only if it holds a comma or a quotation mark."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text

    return "".join(",".join(map(cell, row)) + "\n" for row in [header, *rows]).encode("utf-8")


README = """# Demonstration pools

> **中文说明**：这里的三张表（检查对象、执法检查人员、回避登记）**全部是编造的演示数据**，
> 不对应任何真实的企业、学校、工地或人员，只用来试用本工具、跑测试、看结果长什么样。
> 正式抽取前，请换成本单位的名录库。表头和各列的写法可以照着用。

**The data are synthetic.** No row describes a real enterprise, school, building site or person. Names and addresses are
put together from word lists; codes are well formed (check characters after GB 32100 and GB 11714) but made up. Where
something agrees with the real world, it is by chance. The pools go with `plans/jzsfq-2023.yaml`, a real published plan
whose own pools are not public.

## How they are made

`generate.py` writes the three tables and this file. It needs nothing but Python's standard library. Every choice is
SHA-256 over a fixed seed string (`{seed}`), the name of a stream and a counter, so the files
are the same to the byte on every machine and every version of Python; a test compares them.

    python pools/generate.py              # write them again, in place
    python pools/generate.py --out DIR    # write them somewhere else

Do not edit the tables by hand: change `generate.py` and run it.

All files: UTF-8 without BOM, lines end with LF, a cell is quoted only where it holds a comma or a quotation mark. Rows
stand in no particular order. Cells with several values separate them with `;`.

## entities.csv, {entities} rows

Columns: {entity_columns}.

| 对象类别 | rows | of these with a status that counts |
|---|---:|---:|
{category_rows}

An entity may have several categories, so the rows add up to more than the total. Most hotels are enterprises (企业) and
employers (用人单位); most farm shops are individual businesses (个体工商户), which are not enterprises. Codes start
with 91 (enterprise), 92 (individual business), 12 (public institution) or 52 (private school); building sites have
numbers of their own such as `GD-2023-0001`. Statuses that count for the plan: {good_statuses}.

| 登记状态 | rows |
|---|---:|
{status_rows}

信用等级: {credit_classes}; schools, building sites and public institutions have none (an empty cell).

{repeated} rows share their name with another row: names identify nobody, codes do. Some names and addresses hold
commas or quotation marks.

## inspectors.csv, {inspectors} rows

Columns: {inspector_columns}.

*Usable to the end of the year*: on duty (在岗 or 有效) with a certificate valid on 2023-12-31 or later.

| 所属部门 | people | usable to the end of the year |
|---|---:|---:|
{department_rows}

执法证号 is text: {zeros} numbers begin with zeros. {aliased} department cells hold another spelling, which the plan's
table of departments resolves. {expired} certificates ran out before 2023, {mid_year} do so during 2023, {unlimited} are
长期 (without end); {absent} people are absent (请假, 借调, 离岗). 示范区劳动监察大队 has three people, all usable: a
department in which every recusal tells.

## recusals.csv, {recusals} rows

Columns: {recusal_columns}. Every row names a person and an entity of the other two tables.
About a third of the rows concern the small categories; one concerns the department with three people.
"""

GOOD_ENTITY_STATUSES = ("存续", "在营", "在业", "开业", "在册", "正常", "在建")


def by_size(counts: Counter) -> list[tuple[str, int]]:
    """The counts, the largest first, equal ones by name (and never in the order of a set)."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def table(rows) -> str:
    """Rows of a Markdown table."""
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)


def readme(entities: list[Entity], inspectors: list[Inspector], recusals: list[list[str]]) -> str:
    """README.md, its numbers counted from the rows."""
    categories = Counter(category for row in entities for category in row.categories)
    counting = Counter(c for row in entities if row.status in GOOD_ENTITY_STATUSES for c in row.categories)
    credit = Counter(row.credit_class for row in entities if row.credit_class)
    names = Counter(row.name for row in entities)
    absent = {status for status, _ in ABSENT_STATUSES}

    def usable(person: Inspector) -> bool:
        return person.status not in absent and (person.expiry == "长期" or person.expiry >= "2023-12-31")

    return README.format(
        seed=SEED,
        entities=len(entities),
        entity_columns=" · ".join(ENTITY_HEADER),
        category_rows=table((name, count, counting[name]) for name, count in by_size(categories)),
        good_statuses=" ".join(GOOD_ENTITY_STATUSES),
        status_rows=table(by_size(Counter(row.status for row in entities))),
        credit_classes=", ".join(f"{name} {credit[name]}" for name in sorted(credit)),
        repeated=sum(count for count in names.values() if count > 1),
        inspectors=len(inspectors),
        inspector_columns=" · ".join(INSPECTOR_HEADER),
        department_rows=table(
            (department.name, department.people, sum(usable(p) for p in inspectors if p.department == department))
            for department in DEPARTMENTS
        ),
        zeros=sum(person.id.startswith("0") for person in inspectors),
        aliased=sum(person.cell != person.department.name for person in inspectors),
        expired=sum(person.expiry < "2023" for person in inspectors),
        mid_year=sum("2023-01-01" <= person.expiry <= "2023-12-31" for person in inspectors),
        unlimited=sum(person.expiry == "长期" for person in inspectors),
        absent=sum(person.status in absent for person in inspectors),
        recusals=len(recusals),
        recusal_columns=" · ".join(RECUSAL_HEADER),
    )


def main(arguments: list[str] | None = None) -> None:
    """Write the four files."""
    parser = argparse.ArgumentParser(description="Write the synthetic demonstration pools.")
    here = Path(__file__).resolve().parent
    parser.add_argument("--out", type=Path, default=here, metavar="DIR", help="default: beside this file")
    folder = parser.parse_args(arguments).out
    entities, inspectors = all_entities(), all_inspectors()
    recusals = all_recusals(entities, inspectors)
    files = {
        "entities.csv": csv_bytes(ENTITY_HEADER, (row.cells() for row in entities)),
        "inspectors.csv": csv_bytes(INSPECTOR_HEADER, (row.cells() for row in inspectors)),
        "recusals.csv": csv_bytes(RECUSAL_HEADER, recusals),
        "README.md": readme(entities, inspectors, recusals).encode("utf-8"),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        print(f"{name}: {len(content)} bytes")


if __name__ == "__main__":
    main()
