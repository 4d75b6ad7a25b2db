"""What is said of the tables of pools."""

from shuangsuiji.model.problems import Code
from shuangsuiji.screen.message import Catalogue, Message, Particular

_SAVE_AS = "在 Excel 或 WPS 里“另存为”，类型选 xlsx 工作簿，或“CSV UTF-8（逗号分隔）”。"
_AS_TEXT = "在 Excel 或 WPS 里把这一列的格式设为“文本”，从原始数据重新填入或导入这一列（已经变了的数字改不回来），再保存。"

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
    Code.POOL_TITLE_ROWS: Message(
        "表头上面的 {count} 行（“{value}”……）当作标题，没有读；表头是第 {row} 行。", "不必改；不对的话，把表头移到第 1 行。"
    ),
    Code.POOL_ROW_ABOVE: Message("表头上面的这一行像是数据：{value}", "是数据就移到表头下面；是说明就删去，或者只写在一格里。"),
    Code.POOL_TOTAL_ROW: Message("这一行是合计（“{value}”），不是名录。", "删去合计行。"),
    Code.POOL_SAMPLE_ROW: Message("这一行是填写示例（“{value}”），不是名录。", "删去示例行。"),
    Code.POOL_HEADER_AGAIN: Message("这一行又是一个表头（“{value}”）。", "几张表接在一起时，只留最上面的表头。"),
    Code.POOL_SHEET: Message("工作簿里没有能读的工作表：{sheets}。", "核对文件。"),
    Code.POOL_MERGED_CELLS: Message(
        "{value} 是合并的单元格，只有左上角一格有内容。", "在 Excel 或 WPS 里取消合并，把每一行都填上。"
    ),
    Code.POOL_ERROR_CELL: Message(
        "这一格的公式出错（如 #N/A），或者还没有算出结果。", "用 Excel 或 WPS 打开、改正公式再保存，或者直接填上内容。"
    ),
    Code.POOL_BAD_WORKBOOK: Message("这个工作簿读不出来。", "用 Excel 或 WPS 打开，另存为新的 xlsx，或者另存为“CSV UTF-8”。"),
    Code.POOL_TOO_LARGE: Message("表太大，超过 {limit} 行。", "核对文件；下面有大片空行的，删去空行。"),
    Code.POOL_CREDIT_CODE: Message(
        "统一社会信用代码“{value}”的校验位不对，多半是抄错了一位。", "按营业执照核对；确实不是信用代码的，不必改。"
    ),
    Code.POOL_OLD_NUMBERS: Message("有 {count} 户用的是 15 位旧注册号。", "能查到新的 18 位代码就换上；没有换证的不必改。"),
    Code.POOL_LOOK_ALIKE: Message(
        "“{header}”“{value}”里的 {character}（{name}）不是拉丁字母 {latin}，只是看起来一样。", "重新键入这个编号。"
    ),
    Code.POOL_SAME_NAME: Message(
        "“{value}”与 {other_file} 的 {other_cell} 同名同地址，编号不同。",
        "核对是不是同一户；是的，留一行（否则它被抽中的机会加倍）。",
    ),
    Code.POOL_PERSONAL_NUMBERS: Message(
        "“{header}”一列里有个人号码（{count} 行）。", "抽取用不着这一列，从表里删去；它不会写入台账。"
    ),
    Code.POOL_NO_CERTIFICATE: Message("“{value}”没有执法证件有效期，不能派出。", "有证的填上；没有证的不必改，抽取时自动跳过。"),
    Code.POOL_SHORT_CERTIFICATE: Message(
        "“{value}”的证件 {expiry} 到期，本部门最后一项任务到 {last}；在那以后结束的任务不能派。", "换发新证的改正；其余不必改。"
    ),
    Code.POOL_FORMULA: Message(
        "“{header}”一列有 {count} 格以 = + - @ 开头，表格软件会当作公式：{cells}。",
        "内容照原样保留；不要用 Excel、WPS 双击打开这个文件，看可以用记事本，改就改原来的表。",
    ),
    Code.POOL_KIND: Message("看不出这是哪一种名录库。", "用 --kind 写明。"),
    Code.POOL_MORE: Message("问题太多，另有 {count} 处没有列出。", "先改正列出的，再检查一遍。"),
}

POOL_PARTICULARS: Particular = {
    (Code.POOL_ENCODING, "utf16"): Message("UTF-16（“Unicode 文本”）编码的表格读到这里断了。", _SAVE_AS),
    (Code.POOL_ENCODING, "nul"): Message("表格里有空字节，不是文本。", _SAVE_AS),
    (Code.POOL_ENCODING, "not_utf8"): Message(
        "表格是 UTF-8 编码，但这一行有损坏的字节。", "从原来的系统重新导出；或者" + _SAVE_AS
    ),
    (Code.POOL_ENCODING, "gb18030"): Message("表格是 GBK 编码，但这一行有损坏的字节。", "从原来的系统重新导出；或者" + _SAVE_AS),
    (Code.POOL_ENCODING, "gbk"): Message("表格不是 UTF-8 编码；按 GBK 读，又看不到应有的表头。", _SAVE_AS),
    (Code.POOL_ENCODING, "big5"): Message("表格像是 Big5（繁体中文）编码。", _SAVE_AS),
    (Code.POOL_ENCODING, "unclear"): Message("表格不是 UTF-8 编码，表头里又没有汉字，看不准是哪种编码；不猜。", _SAVE_AS),
    (Code.POOL_ENCODING, "mojibake"): Message(
        "表头是乱码：在别的程序里用错了编码打开，又存过一次。", "从原来的系统重新导出；乱码存过以后改不回来。"
    ),
    (Code.POOL_NOT_CSV, "html"): Message("这是网页（有的系统导出的“xls”其实是网页），不是 CSV。", "打开以后，" + _SAVE_AS),
    (Code.POOL_NOT_CSV, "wide_semicolon"): Message("表头只有一格，里面是全角分号。", "分隔各列用半角逗号；或者" + _SAVE_AS),
    (Code.POOL_NOT_CSV, "wide_comma"): Message("表头只有一格，里面是全角逗号。", "分隔各列用半角逗号；或者" + _SAVE_AS),
    (Code.POOL_SHEET, "none"): Message(
        "几张工作表都有内容，却没有一张有应有的表头：{sheets}。",
        "核对表头；或者在计划里写明是哪一张：{{file: 文件, sheet: 工作表}}。pool 命令用 --sheet 写明。",
    ),
    (Code.POOL_SHEET, "empty"): Message("工作簿里的工作表都是空的：{sheets}。", "核对文件。"),
    (Code.POOL_SHEET, "several"): Message(
        "不止一张工作表有应有的表头：{sheets}。",
        "在计划里写明是哪一张：{{file: 文件, sheet: 工作表}}；几张都要的，各写一行。pool 命令用 --sheet 写明。",
    ),
    (Code.POOL_SHEET, "unknown"): Message(
        "工作簿里没有“{sheet}”这张工作表，有的是：{sheets}。", "改正工作表的名称（计划里的 sheet，命令里的 --sheet）。"
    ),
    (Code.POOL_SHEET, "text"): Message(
        "这是文本表格，没有工作表“{sheet}”。", "不要写工作表（计划里的 sheet，命令里的 --sheet），或者改成工作簿文件。"
    ),
    (Code.POOL_BAD_WORKBOOK, "password"): Message("工作簿有密码。", "打开后取消密码，再保存。"),
    (Code.POOL_BAD_WORKBOOK, "too_large"): Message(
        "工作簿太大，或者有内容散落在很远的单元格里。", "把数据以外的行、列整片删去；几十万行以上的，另存为“CSV UTF-8”。"
    ),
    (Code.POOL_BAD_WORKBOOK, "dtd"): Message(
        "工作簿里有不该有的成分（文档类型声明），没有打开。", "用 Excel 或 WPS 打开来源可靠的原件，另存为新的 xlsx。"
    ),
    (Code.POOL_BAD_WORKBOOK, "damaged"): Message(
        "工作簿已损坏，或者不是 xls、xlsx。", "用 Excel 或 WPS 打开，另存为新的 xlsx，或者另存为“CSV UTF-8”。"
    ),
    (Code.POOL_TOO_LARGE, "columns"): Message("这里的行太宽，超过 {limit} 列。", "核对文件；右边有大片空列的，删去空列。"),
    (Code.POOL_CREDIT_CODE, "letter"): Message(
        "“{value}”里有字母 {letter}；统一社会信用代码不用 I、O、S、V、Z。", "多半是数字 1、0、5、2 写成了字母；按营业执照核对。"
    ),
    (Code.POOL_CREDIT_CODE, "character"): Message(
        "“{value}”有 18 位，里面的 {letter} 却不是统一社会信用代码的字。", "按营业执照核对；确实不是信用代码的，不必改。"
    ),
    (Code.POOL_PERSONAL_NUMBERS, "identity"): Message(
        "“{header}”一列里有居民身份证号码（{count} 行）。", "抽取用不着这一列，从表里删去；它不会写入台账。"
    ),
    (Code.POOL_PERSONAL_NUMBERS, "mobile"): Message(
        "“{header}”一列里有手机号码（{count} 行）。", "抽取用不着这一列，从表里删去；它不会写入台账。"
    ),
    (Code.POOL_DUPLICATE_ID, "departments"): Message(
        "“{value}”同时在两个部门：{department} 和 {other}（{other_file} 的 {other_cell}）。", "一人只能算在一个部门：删去一行。"
    ),
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
    (Code.POOL_KIND, "none"): Message(
        "表头不全，看不出这是检查对象、检查人员还是回避名单。",
        "用 --kind 写明（entities 检查对象、inspectors 检查人员、recusals 回避名单），就会指出缺哪一列。",
    ),
    (Code.POOL_KIND, "several"): Message(
        "表头说不清这是哪一种名录库，都像：{kinds}。",
        "用 --kind 写明（entities 检查对象、inspectors 检查人员、recusals 回避名单）。",
    ),
    (Code.POOL_MISSING_COLUMN, "recusals"): Message("回避登记缺少“{header}”一列。", "加上这一列，或者把相应的表头改成这个名称。"),
}
