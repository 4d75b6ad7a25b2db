"""What is said of plan files."""

from shuangsuiji.model.problems import Code
from shuangsuiji.screen.message import Catalogue, Message, Particular

PLAN_MESSAGES: Catalogue = {
    Code.PLAN_ENCODING: Message("计划文件不是 UTF-8 编码的文本。", "用记事本打开，“另存为”，编码选 UTF-8。"),
    Code.PLAN_SYNTAX: Message("这里不合 YAML 的写法。", "对照随程序附带的计划文件检查这一行和上一行的缩进、冒号、引号和横线。"),
    Code.PLAN_TOO_DEEP: Message("层次太深，超过 {limit} 层。", "计划文件用不到这么多层，检查括号和缩进。"),
    Code.PLAN_ALIAS: Message(
        "计划文件里不能用 YAML 的锚点和引用：{text}。", "把内容直接写出来；以 & 或 * 开头的值用双引号括起来。"
    ),
    Code.PLAN_DUPLICATE_KEY: Message("{key} 写了两次，第 {other_line} 行已经有了。", "删去一个。"),
    Code.PLAN_UNKNOWN_KEY: Message("不认识的键“{key}”。", "这里可用的键：{known}。"),
    Code.PLAN_MISSING_KEY: Message("缺少 {key}。", "补上这一项。"),
    Code.PLAN_WRONG_TYPE: Message("{key} 的写法不对。", "对照随程序附带的计划文件改写。"),
    Code.PLAN_EMPTY: Message("{key} 是空的。", "写上内容；用不着的键整行删去。"),
    Code.PLAN_BAD_ID: Message(
        "{key}“{value}”里有不能用的字符 {character}。", "编号只用字母、汉字、数字和 . _ - ，不用空格和括号。"
    ),
    Code.PLAN_BAD_TEXT: Message(
        "{key} 里有看不见或不该有的字符 {character}。", "删去这个字符；多半是从网页或 PDF 复制时带来的。"
    ),
    Code.PLAN_DUPLICATE_ID: Message(
        "任务编号“{value}”重复，第 {other_line} 行已经用过。", "每个任务用不同的编号；任务名称可以相同。"
    ),
    Code.PLAN_BAD_RATIO: Message("{key}“{value}”不是比例。", "写成 3%、3.5%、0.035 或 1/30 这样，大于 0，不超过 100%。"),
    Code.PLAN_BAD_INTEGER: Message("{key}“{value}”不是整数。", "只写阿拉伯数字，不写单位、逗号和小数，不超过九位。"),
    Code.PLAN_BAD_DATE: Message("{key}“{value}”不是日期。", "写成 2023-03-01 这样：四位年，两位月，两位日。"),
    Code.PLAN_WINDOW_REVERSED: Message(
        "检查时间的起始日期 {start} 晚于截止日期 {end}。", "对照通知改正 from（起始日期）或 to（截止日期）。"
    ),
    Code.PLAN_BAD_CHOICE: Message("{key} 不能是“{value}”。", "从这几个里选一个：{choices}。"),
    Code.PLAN_UNKNOWN_DEPARTMENT: Message(
        "部门表里没有“{value}”。", "改成部门表里的名称或别名；确实是另一种叫法的，加进 departments 的 aliases（别名）。"
    ),
    Code.PLAN_ALIAS_CLASH: Message(
        "“{value}”同时是两个部门的名称或别名，第 {other_line} 行已经归“{other}”。", "一个叫法只能归一个部门，删去一处。"
    ),
    Code.PLAN_SAMPLE_RULE: Message("抽多少的规定自相矛盾。", "检查 ratio、count、strata、at_least、at_most 这几项。"),
    Code.PLAN_BATCH_WINDOWS: Message(
        "与同一批次“{batch}”的任务“{other}”（第 {other_line} 行）没有共同的检查日子：一个从 {start} 开始，一个到 {end} 结束。",
        "把时间不相交的任务分到不同的批次（改 batch），或者对照通知核对检查时间。",
    ),
    Code.PLAN_GROUP_FILTERS: Message(
        "统筹组“{group}”里检查对象条件不一致：与任务“{other}”（第 {other_line} 行）的 where 不同。",
        "同一统筹组的任务 where 必须相同；对象本来就不同的，用不同的 coordination_group。",
    ),
    Code.PLAN_LATER: Message("“{key}”现在还不支持，以后的版本才有。", "先删去这一项。"),
    Code.PLAN_SCHEMA: Message(
        "文件格式“{value}”不是这个版本认识的。", "第一行写 schema: {expected}；文件是新版本做的，请升级程序。"
    ),
    Code.PLAN_TAG: Message("计划文件里不能用 YAML 的类型标记：{text}。", "删去标记；以感叹号开头的值用双引号括起来。"),
    Code.PLAN_BAD_BOOLEAN: Message("{key}“{value}”不是 true 或 false。", "是写 true，否写 false。"),
    Code.PLAN_TEAM_RULE: Message(
        "{key} 不能少于 {least}，现在是 {value}。", "执法检查不得少于两人，每个参加的部门至少一人；改大或删去这一项。"
    ),
    Code.PLAN_DUPLICATE_VALUE: Message("“{value}”重复。", "同一个列表里（包括别名指的是同一个部门）只写一次。"),
    Code.PLAN_STATUS_COLUMN: Message("不能按“{column}”选检查对象。", "换成对象类别、信用等级等列。"),
    Code.PLAN_MORE: Message("问题太多，另有 {count} 处没有列出。", "先改正列出的，再检查一遍。"),
    Code.PLAN_WINDOW_EARLY: Message(
        "有 {count} 个任务的检查时间早于印发日期 {issued} 开始：任务 {tasks}。", "通知里就是这样写的可以不管；否则核对日期。"
    ),
    Code.PLAN_DRAW_ON: Message(
        "批次 {batch} 的抽取日期不一致：这里是 {value}，任务“{other}”（第 {other_line} 行）是 {recorded}。",
        "一个批次一次抽完，抽取日期只能有一个；只在一个任务上写 draw_on（抽取日期）就够了。",
    ),
    Code.PLAN_SEVERITY: Message("没有代号“{value}”，不能调整它的级别。", "用 shuangsuiji rule 可看到全部代号，照写。"),
}

_SYNTAX = Code.PLAN_SYNTAX
PLAN_PARTICULARS: Particular = {
    (Code.PLAN_ENCODING, "xls"): Message(
        "这是 Excel 工作簿（xls），不是计划文件。", "核对文件名；计划文件是扩展名为 yaml 的文本文件。"
    ),
    (Code.PLAN_ENCODING, "xlsx"): Message(
        "这是 Excel 工作簿（xlsx）或压缩包，不是计划文件。", "核对文件名；计划文件是扩展名为 yaml 的文本文件。"
    ),
    (Code.PLAN_ENCODING, "utf16"): Message("计划文件是 UTF-16（“Unicode”）编码。", "用记事本打开，“另存为”，编码选 UTF-8。"),
    (Code.PLAN_ENCODING, "nul"): Message(
        "计划文件里有空字节，不是 UTF-8 文本。", "用记事本打开，“另存为”，编码选 UTF-8；打不开就是文件坏了。"
    ),
    (Code.PLAN_ENCODING, "gbk"): Message("计划文件不是 UTF-8 编码，像是 GBK（ANSI）。", "用记事本打开，“另存为”，编码选 UTF-8。"),
    (_SYNTAX, "wide_colon"): Message(
        "“{text}”后面是全角冒号。", "换成半角冒号，后面加一个空格；内容里的冒号不用换，把整个内容用双引号括起来。"
    ),
    (_SYNTAX, "no_space"): Message("“{text}”的冒号后面没有空格。", "在冒号后面加一个空格。"),
    (_SYNTAX, "no_space_after_dash"): Message("横线后面没有空格：{text}。", "在行首的横线后面加一个空格。"),
    (_SYNTAX, "tab"): Message("这里有制表符（Tab）。", "缩进只用空格，删去制表符，换成空格。"),
    (_SYNTAX, "wide_space"): Message("缩进里有全角空格。", "换成半角空格。"),
    (_SYNTAX, "no_colon"): Message(
        "这一行缺少冒号：{text}。", "写成“键: 内容”，冒号用半角，后面加一个空格；接上一行的内容要用双引号括起来。"
    ),
    (_SYNTAX, "colon_in_value"): Message(
        "这里多了一个冒号，或者缩进不对：{text}。", "内容里有冒号的，用双引号括起来；是下一级的键，另起一行并多缩进两格。"
    ),
    (_SYNTAX, "quote_it"): Message("内容不能以这个符号开头：{text}。", "把内容用双引号括起来。"),
    (_SYNTAX, "unclosed_quote"): Message("从这里开始的引号没有配对：{text}。", "补上后一个引号；引号用半角的。"),
    (_SYNTAX, "unclosed_bracket"): Message("从这里开始的括号没有配对：{text}。", "补上后一个括号；各项之间用半角逗号。"),
    (_SYNTAX, "indentation"): Message("缩进与前面的行对不齐：{text}。", "同一级的行左边对齐，下一级多缩进两格。"),
    (_SYNTAX, "escape"): Message(
        "双引号里的反斜线用错了。", "内容里有反斜线的（如 Windows 路径）改用单引号括起来，或者用斜线 / 。"
    ),
    (_SYNTAX, "several_documents"): Message("一个文件里有几份内容（以 --- 或 ... 分开）。", "一个计划一个文件，分开保存。"),
    (_SYNTAX, "complex_key"): Message("这里的键不是一个词。", "写成“键: 内容”；以括号开头的内容用双引号括起来。"),
    (Code.PLAN_ALIAS, "merge"): Message("计划文件里不能用 YAML 的合并键“<<”。", "把内容直接写出来。"),
    (Code.PLAN_DUPLICATE_KEY, "column"): Message("“{key}”与第 {other_line} 行的“{other}”是同一列。", "合并成一个条件。"),
    (Code.PLAN_UNKNOWN_KEY, "nearest"): Message("不认识的键“{key}”。", "是不是 {nearest_key}？"),
    (Code.PLAN_UNKNOWN_KEY, "elsewhere"): Message(
        "“{key}”不能写在这一级。", "移到它该在的地方，检查缩进；这里可用的键：{known}。"
    ),
    (Code.PLAN_WRONG_TYPE, "text"): Message(
        "{key} 应当是一段文字，这里却是列表或者下一级的键。", "写成“键: 内容”；内容里有冒号的用双引号括起来。"
    ),
    (Code.PLAN_WRONG_TYPE, "list"): Message(
        "{key} 应当是一个列表。", "一项一行，以横线加空格开头；只有一项也这样写，没有的写 []。"
    ),
    (Code.PLAN_WRONG_TYPE, "mapping"): Message("{key} 下面应当是“键: 内容”这样的行。", "另起一行，多缩进两格，写“键: 内容”。"),
    (Code.PLAN_WRONG_TYPE, "condition"): Message(
        "where 里“{column}”的条件只能有 in（属于）和 not_in（不属于）中的一个。",
        "写成 {{in: [甲, 乙]}} 或 {{not_in: [甲, 乙]}}。",
    ),
    (Code.PLAN_EMPTY, "file"): Message("计划文件是空的。", "核对文件名；可以从随程序附带的计划文件改起。"),
    (Code.PLAN_BAD_ID, "too_long"): Message("{key}“{value}”太长。", "编号不超过 64 个字。"),
    (Code.PLAN_BAD_TEXT, "raw"): Message(
        "文件里有看不见的控制字符 {character}。", "删去这个字符；多半是从网页或 PDF 复制时带来的。"
    ),
    (Code.PLAN_BAD_TEXT, "separator"): Message(
        "“{value}”里有分隔符 {character}，表格里没有哪一个值会是这样。", "几个值写成列表：[甲, 乙]。"
    ),
    (Code.PLAN_BAD_TEXT, "stratum"): Message("层的名称不能是“{value}”。", "写这一列里真有的值；其余各层一并规定的用 other。"),
    (Code.PLAN_BAD_RATIO, "form"): Message("{key}“{value}”用了全角字符或空格。", "是不是 {nearest}？"),
    (Code.PLAN_BAD_RATIO, "bare_number"): Message(
        "{key}“{value}”没有百分号。", "百分之几写 {nearest}；抽几户不用 ratio，用 count（抽取户数）。"
    ),
    (Code.PLAN_BAD_RATIO, "negative"): Message("{key}“{value}”是负数。", "写大于 0、不超过 100% 的比例，如 3%。"),
    (Code.PLAN_BAD_RATIO, "zero"): Message("{key}“{value}”等于 0，谁也抽不到。", "写大于 0 的比例；不抽的任务整个删去。"),
    (Code.PLAN_BAD_RATIO, "above_one"): Message("{key}“{value}”超过 100%。", "全查写 100%；三十分之一写 1/30。"),
    (Code.PLAN_BAD_INTEGER, "form"): Message("{key}“{value}”不是只用阿拉伯数字写的整数。", "是不是 {nearest}？"),
    (Code.PLAN_BAD_INTEGER, "too_small"): Message("{key} 不能小于 {least}，现在是 {value}。", "改大；用不着的整行删去。"),
    (Code.PLAN_BAD_INTEGER, "year"): Message("{key}“{value}”不是年份。", "写四位数字，如 2023。"),
    (Code.PLAN_BAD_DATE, "form"): Message("{key}“{value}”的写法不对。", "是不是 {nearest}？"),
    (Code.PLAN_BAD_DATE, "no_such_day"): Message("{key}“{value}”：没有这一天。", "对照通知改正，注意大小月和闰年。"),
    (Code.PLAN_BAD_CHOICE, "nearest"): Message("{key} 不能是“{value}”。", "是不是 {nearest}？可选的有：{choices}。"),
    (Code.PLAN_UNKNOWN_DEPARTMENT, "nearest"): Message(
        "部门表里没有“{value}”。", "是不是“{nearest}”？确实是另一种叫法的，加进 departments 的 aliases（别名）。"
    ),
    (Code.PLAN_UNKNOWN_DEPARTMENT, "not_in_task"): Message(
        "“{value}”不是这个任务的发起或配合部门，对它的执法范围要求用不上。", "改成参加的部门，或者删去这一行。"
    ),
    (Code.PLAN_SAMPLE_RULE, "none"): Message(
        "没有说抽多少。", "写 ratio（抽取比例）、count（抽取户数）、strata（分层抽取）中的一个。"
    ),
    (Code.PLAN_SAMPLE_RULE, "several"): Message(
        "抽多少写了几种：{given}。", "ratio（抽取比例）、count（抽取户数）、strata（分层抽取）只留一个。"
    ),
    (Code.PLAN_SAMPLE_RULE, "strata_at_most"): Message(
        "分层抽取不能同时有 at_most（至多抽取户数）。", "删去 at_most，或者不分层。"
    ),
    (Code.PLAN_SAMPLE_RULE, "at_most_below"): Message(
        "至多抽 {at_most} 户，却至少要抽 {at_least} 户。", "改正 at_most 或 at_least（没有写的看 defaults）。"
    ),
    (Code.PLAN_SAMPLE_RULE, "count_below"): Message(
        "抽 {count} 户，却至少要抽 {at_least} 户。", "改正 count 或 at_least（没有写的看 defaults）。"
    ),
    (Code.PLAN_SAMPLE_RULE, "count_above"): Message(
        "抽 {count} 户，却至多抽 {at_most} 户。", "改正 count 或 at_most，留一个就够了。"
    ),
    (Code.PLAN_BAD_BOOLEAN, "nearest"): Message("{key}“{value}”不是 true 或 false。", "是不是 {nearest}？"),
    (Code.PLAN_WINDOW_REVERSED, "days"): Message("起始日期 {start} 晚于截止日期 {end}。", "对照放假的通知改正 from 或 to。"),
    (Code.PLAN_DUPLICATE_VALUE, "day"): Message(
        "{value} 既写在 holidays（放假），又写在 workdays（调休上班）里。", "对照放假的通知，删去一处。"
    ),
    (Code.PLAN_DRAW_ON, "late"): Message(
        "抽取日期 {value} 太晚：批次 {batch} 各任务共同的检查时间到 {end} 为止。", "改早 draw_on（抽取日期），或核对检查时间。"
    ),
    (Code.PLAN_SEVERITY, "nearest"): Message("没有代号“{value}”，不能调整它的级别。", "是不是 {nearest}？"),
    (Code.PLAN_SEVERITY, "error"): Message(
        "{value} 是错误，级别不能调整。", "删去这一行；只有提醒和说明才能调整，用 shuangsuiji rule 代号 可看到是不是。"
    ),
    (Code.PLAN_STATUS_COLUMN, "status"): Message(
        "不能按“{column}”选检查对象：登记状态由全计划统一规定。", "改写计划一级的 entity_statuses（可抽的登记状态）。"
    ),
    (Code.PLAN_STATUS_COLUMN, "identity"): Message(
        "不能按“{column}”选检查对象：点名就不是随机抽查了。", "换成对象类别、信用等级等列；必查的单位另立任务，比例写 100%。"
    ),
}
