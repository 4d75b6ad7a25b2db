"""What is said of the tables of pools."""

from shuangsuiji.model.problems import Code
from shuangsuiji.screen.message import Catalogue, Message, Particular

_SAVE_AS = "在 Excel 或 WPS 里“另存为”，类型选“CSV UTF-8（逗号分隔）”。"
_AS_TEXT = (
    "在 Excel 或 WPS 里把这一列的格式设为“文本”，从原始数据重新填入或导入这一列（已经变了的数字改不回来），再另存为 CSV UTF-8。"
)

POOL_MESSAGES: Catalogue = {
    Code.POOL_ENCODING: Message("表格不是 UTF-8 编码的文本。", _SAVE_AS),
    Code.POOL_NOT_CSV: Message("这不是用逗号分隔的 CSV 表格。", _SAVE_AS),
    Code.POOL_SYNTAX: Message("这里不合 CSV 的写法。", "检查这一行的双引号；或者" + _SAVE_AS),
    Code.POOL_MISSING_COLUMN: Message("缺少“{header}”一列。", "加上这一列，或者把相应的表头改成这个名称。"),
    Code.POOL_DUPLICATE_COLUMN: Message(
        "“{header}”与 {other_cell} 的“{other}”说的是同一列。", "只留一列；另一列有用的，换一个不会混淆的表头。"
    ),
    Code.POOL_ROW_LENGTH: Message(
        "这一行有 {found} 格，表头有 {expected} 格。", "补上或删去单元格；内容里有逗号的，整格用双引号括起来。"
    ),
    Code.POOL_BAD_ID: Message(
        "“{header}”“{value}”里有不能用的字符 {character}。", "编号只用字母、汉字、数字和 . _ - / ( ) # ，中间不能有空格。"
    ),
    Code.POOL_DUPLICATE_ID: Message(
        "编号“{value}”重复，{other_file} 的 {other_cell} 已经有了。", "一户（一人）只能有一行：是重复的删去一行，是写错的改正。"
    ),
    Code.POOL_BAD_TEXT: Message(
        "“{header}”里有看不见的字符 {character}。", "删去这个字符；多半是从网页或 PDF 复制时带来的，重新键入这一格最可靠。"
    ),
    Code.POOL_EMPTY_CELL: Message("“{header}”是空的。", "填上；查不到的，把这一行从表里移出去，查清再加。"),
    Code.POOL_BAD_DATE: Message("“{header}”“{value}”不是日期。", "写成 2027-11-15 这样；没有期限的写“长期”，没有证件的留空。"),
    Code.POOL_UNKNOWN_DEPARTMENT: Message(
        "计划的部门表里没有“{value}”。",
        "改成部门表里的名称或别名；确实是另一种叫法的，加进计划文件 departments 的 aliases（别名）。",
    ),
    Code.POOL_EMPTY: Message("表里一行数据也没有。", "核对文件；数据从表头的下一行开始。"),
    Code.POOL_UNKNOWN_ENTITY: Message(
        "回避登记里的检查对象“{value}”不在检查对象名录库里（{count} 行）。", "核对编号；已经注销、移出的可以不管。"
    ),
    Code.POOL_UNKNOWN_INSPECTOR: Message(
        "回避登记里的执法证号“{value}”不在执法检查人员名录库里（{count} 行）。", "核对证号，注意前面的 0；已经调离的可以不管。"
    ),
    Code.POOL_COLUMNS_DIFFER: Message(
        "同一个名录库的几个文件列不相同：与 {other} 相比，少了 {missing}，多了 {extra}。",
        "把几个文件的表头改成一样（次序可以不同）。",
    ),
    Code.POOL_MANGLED_NUMBER: Message("“{header}”“{value}”是被表格软件改了样子的数字，原来的编号已经看不出来。", _AS_TEXT),
    Code.POOL_EMPTY_HEADER: Message("这一列没有表头。", "写上表头；空着的列整列删去。"),
    Code.POOL_DUPLICATE_ROW: Message(
        "这一行与 {other_file} 的 {other_cell} 那一行相同：{value}。", "只算一次；不放心就删去一行。"
    ),
    Code.POOL_BAD_HEADER: Message("表头“{header}”里有看不见的字符 {character}。", "重新键入这个表头。"),
    Code.POOL_LONG_CELL: Message(
        "这里有一格太长，超过 {limit} 字。", "多半是前面有一个双引号没有配对，把后面的行都吞进了一格；检查这一行的双引号。"
    ),
    Code.POOL_MORE: Message("问题太多，另有 {count} 处没有列出。", "先改正列出的，再检查一遍。"),
}

POOL_PARTICULARS: Particular = {
    (Code.POOL_ENCODING, "utf16"): Message("表格是 UTF-16（“Unicode 文本”）编码。", _SAVE_AS),
    (Code.POOL_ENCODING, "nul"): Message("表格里有空字节，不是 UTF-8 文本。", _SAVE_AS),
    (Code.POOL_ENCODING, "gbk"): Message("表格不是 UTF-8 编码，像是 GBK（ANSI，普通的“CSV”）。", _SAVE_AS),
    (Code.POOL_NOT_CSV, "xls"): Message("这是 Excel 工作簿（xls），不是 CSV。", _SAVE_AS),
    (Code.POOL_NOT_CSV, "xlsx"): Message("这是 Excel 工作簿（xlsx）或压缩包，不是 CSV。", _SAVE_AS),
    (Code.POOL_NOT_CSV, "html"): Message("这是网页（有的系统导出的“xls”其实是网页），不是 CSV。", "打开以后，" + _SAVE_AS),
    (Code.POOL_NOT_CSV, "semicolon"): Message("表头只有一格，里面是分号：这张表是用分号分隔的。", _SAVE_AS),
    (Code.POOL_NOT_CSV, "tab"): Message("表头只有一格，里面是制表符：这张表是用制表符分隔的。", _SAVE_AS),
    (Code.POOL_NOT_CSV, "wide_comma"): Message("表头只有一格，里面是全角逗号。", "分隔各列用半角逗号；或者" + _SAVE_AS),
    (Code.POOL_SYNTAX, "unclosed_quote"): Message(
        "从这一行开始有一个双引号没有配对。", "补上后一个双引号，或者删去前一个；内容里的双引号写两个。"
    ),
    (Code.POOL_SYNTAX, "after_quote"): Message(
        "这一行里，双引号结束以后还有别的字。", "内容里的双引号写两个，整格再用双引号括起来；或者" + _SAVE_AS
    ),
    (Code.POOL_BAD_ID, "too_long"): Message("“{header}”“{value}”太长。", "编号不超过 64 个字；看看是不是填错了列。"),
    (Code.POOL_BAD_ID, "apostrophe"): Message(
        "“{header}”“{value}”里有 {character}，是为了让表格软件当作文本而加的。",
        "删去它；把这一列的格式设为“文本”，再另存为 CSV UTF-8。",
    ),
    (Code.POOL_UNKNOWN_DEPARTMENT, "nearest"): Message(
        "计划的部门表里没有“{value}”。", "是不是“{nearest}”？确实是另一种叫法的，加进计划文件 departments 的 aliases（别名）。"
    ),
    (Code.POOL_EMPTY, "no_header"): Message("表格是空的，连表头也没有。", "核对文件；第一行应当是表头。"),
    (Code.POOL_EMPTY, "entities"): Message("检查对象名录库里一户也没有。", "核对文件；数据从表头的下一行开始。"),
    (Code.POOL_EMPTY, "inspectors"): Message("执法检查人员名录库里一个人也没有。", "核对文件；数据从表头的下一行开始。"),
    (Code.POOL_MISSING_COLUMN, "recusals"): Message("回避登记缺少“{header}”一列。", "加上这一列，或者把相应的表头改成这个名称。"),
}
