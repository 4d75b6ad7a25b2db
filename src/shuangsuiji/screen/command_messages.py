"""What is said of command lines, draws, ledgers and records."""

from shuangsuiji.model.problems import Code
from shuangsuiji.screen.message import Catalogue, Message, Particular

COMMAND_MESSAGES: Catalogue = {
    Code.CLI_USAGE: Message("{what}。", "在命令后面加 --help 可看写法。"),
    Code.CLI_UNKNOWN_BATCH: Message("没有批次“{batch}”。", "现有批次：{known}。"),
    Code.CLI_BATCH_MISSING: Message("没有写明抽取哪个批次。", "用 --batch 写明上表中的一个批次，或用 --all 按先后抽取全部批次。"),
    Code.CLI_REHEARSAL_SEEDED: Message(
        "演练不能指定种子：否则就可以先试种子、再正式抽取。", "去掉 --seed 再演练，或去掉 --rehearse 正式抽取。"
    ),
    Code.CLI_BAD_SEED: Message(
        "种子“{seed}”不能用：它是空的、首尾或中间有多余的空格，或含有看不见的字符。", "换一段能在一行内看清、照抄不会出错的文字。"
    ),
    Code.CLI_INTERRUPTED: Message("已中断。已记入台账的内容不受影响。", "再运行一次即可从中断处继续。"),
    Code.CLI_UNKNOWN_EVENT: Message("台账共 {count} 条，没有第 {seq} 条。", "用 ledger list 查看各条的序号。"),
    Code.CLI_SELFTEST_FAILED: Message(
        "自检第 {item} 项“{title}”不对：{what}。",
        "先不要用这份程序抽取。重新安装后再自检；仍然不对的，把屏幕内容报给维护者。",
    ),
    Code.CLI_UNKNOWN_CODE: Message("没有代号“{given}”。", "相近的有：{nearest}。不写代号，可看到全部。"),
    Code.CLI_UNKNOWN_ID: Message("批次 {batch} 所用的名录库中没有编号“{id}”。", "核对编号；名录库后来的增减不影响已封存的抽取。"),
    Code.CLI_NOTHING_TO_VOID: Message(
        "批次 {batch} 当前没有可作废的抽取（状态：{state}）。", "只有已抽取或已封存未出结果的批次才能作废；用 ledger list 查看。"
    ),
    Code.CLI_BAD_TEXT: Message("{option}的内容“{value}”不能用：它是空的，或含有不允许的字符。", "写一行看得见的文字。"),
    Code.CLI_NOT_DRAWN: Message("批次 {batch} 目前没有有效的抽取结果。", "用 ledger list 查看各批次状态。"),
    Code.CLI_AMBIGUOUS_BATCH: Message("有几个计划都有批次“{batch}”：{plans}。", "用 --plan-id 写明是哪个计划。"),
    Code.DRAW_EMPTY_FRAME: Message(
        "任务 {name} 的抽样框是空的：没有一个检查对象符合它的条件。",
        "多半是 where 里的写法与名录库不一致，请核对；确实可以为空的，在任务中写 allow_empty: true。",
    ),
    Code.DRAW_NO_COLUMN: Message(
        "检查对象名录库没有任务要用的列“{column}”。", "现有的列：{columns}。请改计划的 where/strata，或在名录库中补上这一列。"
    ),
    Code.DRAW_STRATUM_NOT_COVERED: Message(
        "分层列“{column}”有计划没有写到的值：{values}。",
        "在 strata.ratios 中逐一写明，或用 other 给出其余各层的比例；空白须先在名录库中补填。",
    ),
    Code.DRAW_SET_STRATUM: Message("列“{column}”一格可有多个值，不能用来分层。", "换一个每格只有一个值的列。"),
    Code.DRAW_SHORTAGE: Message(
        "可抽的对象不够，缺额 {shortage} 家。", "缺额会如数记入抽取记录；要足额，请核对名录库、条件或次数上限。"
    ),
    Code.DRAW_UNKNOWN_VALUE: Message("条件中的“{value}”（列 {column}）在名录库中一个也没有。", "核对写法是否与名录库一致。"),
    Code.DRAW_FULL_RATIO: Message("抽取比例是 100%：全部检查，随机的只是先后次序和检查组。", "确系全查即可不理会。"),
    Code.DRAW_TOO_FEW_POSSIBLE: Message(
        "{department}能派的只有 {able} 人，每次上门需 {demand} 人：这样一次也派不出。",
        "补足人员、更新证件有效期，或在计划中调整人数要求。",
    ),
    Code.DRAW_TOO_FEW_ELIGIBLE: Message(
        "{name} {entity}：{department}须派 {demand} 人，可派的只有 {able} 人。",
        "在名录库中补足检查人员、更新证件有效期，或核对回避名单。",
    ),
    Code.DRAW_CAP_EXCEEDED: Message(
        "{department}每人最多 {cap} 次排不开：只能由 {people} 人承担的上门就有 {load} 人次，超过 {cap}×{people}。",
        "补足检查人员，或在计划中提高 max_visits_per_inspector（每人上门次数上限），再运行一次。",
    ),
    Code.DRAW_LEFT_OUT: Message(
        "{part}有 {count} 条因状态不计在内：{statuses}。", "核对这些状态是否确应不计；应计的，写进计划的 {key}。"
    ),
    Code.DRAW_NO_STATUS: Message("{part}没有状态列：不论是什么状态，一律计在内。", "名录库中有状态的，补上这一列。"),
    Code.DRAW_MISSED: Message(
        "批次 {batch} 错过了：应于 {day} 抽取，检查期限到 {end} 已经结束，状态：{state}。",
        "程序不会过期补抽。确需补抽，由人来做：draw --batch {batch}；期限有变的，改计划的 window；"
        "不再抽的，在计划的 severities 里把 DRAW-016 降为 note。",
    ),
    Code.DRAW_DUE_DAY: Message(
        "批次 {batch} 的应抽日 {day} 是按周一至周五推算的：{year} 年哪天放假、哪天调休，没有资料。",
        "在计划中写 draw_on（抽取日期），或照放假通知写 holidays、workdays。",
    ),
    Code.DRAW_NO_COMMON_DAY: Message("批次 {batch} 各任务的检查期限没有共同的一天。", "改任务的 window，或把它们分到不同批次。"),
    Code.DRAW_GROUP_FILTERS: Message(
        "统筹组“{group}”的任务 {tasks} 的条件（where）不同。", "同一统筹组的任务须有相同的条件；请改成一样，或分成两个组。"
    ),
    Code.LEDGER_BUSY: Message("台账 {ledger} 正被另一个程序使用。", "稍后再试，或用 --lock-wait 写明最多等几秒。"),
    Code.LEDGER_BROKEN: Message(
        "台账不是它应有的样子：应为 {expected}，实为 {actual}。",
        "不要手工改动台账。用 verify 查明损坏之处，从备份恢复原样后再继续。",
    ),
    Code.LEDGER_TORN: Message(
        "台账最后一行不完整（{actual}）：多半是写入时断电或磁盘已满。",
        "先另行复制保存整个台账，再用 ledger repair 修补：残行移到 quarantine 文件夹，这件事记入台账，抽取不会重来。",
    ),
    Code.LEDGER_MISSING: Message("这里没有台账：{ledger}。", "核对目录；第一次抽取时会自动建立。"),
    Code.LEDGER_CONFLICT: Message(
        "批次 {batch} 已于 {time} 抽取（台账第 {seq} 条），与这次给出的{part}不同：原为 {recorded}，现为 {offered}。",
        "已抽取的结果不能重抽。要看原结果，请用原来的计划、名录库和种子；确需重抽，须先用 void 注明理由和批准人作废。",
    ),
    Code.LEDGER_SEED_KEPT: Message(
        "批次 {batch} 的种子已经定下（台账第 {seq} 条）：原为 {recorded}，现为 {offered}。",
        "修补名录库、作废后重抽都不能换种子：去掉 --seed 再运行，即可沿用原种子。",
    ),
    Code.LEDGER_WAITING: Message(
        "批次 {batch} 已封存（台账第 {seq} 条），种子要等公开数值产生后才有。", "待公开数值产生后再继续。"
    ),
    Code.LEDGER_OCCUPIED: Message(
        "文件 {file} 已经存在，内容与要写入的不同。", "有人动过台账，或有另一个程序在写。不要删除，先用 verify 查明。"
    ),
    Code.LEDGER_SEED_DIFFERS: Message(
        "批次 {batch} 已定下另一个种子（台账第 {seq} 条）。", "去掉 --seed，或改用原来的种子；已抽取的批次不会重抽。"
    ),
    Code.LEDGER_TASK_DRAWN: Message(
        "本周期已在批次 {other} 抽取（台账第 {seq} 条），不能换个批次名再抽。",
        "核对计划中的批次；确需换批次重抽，须先用 void --new-seed 注明理由和批准人，作废批次 {other}。",
    ),
    Code.LEDGER_NETWORK: Message(
        "台账在网络文件系统（{kind}）上：那里的锁和写盘靠不住，两个人同时抽取会弄坏台账。",
        "把台账放在本机硬盘上；确知可靠的，设环境变量 {variable}=1 后再运行。",
    ),
    Code.LEDGER_NO_ROOM: Message(
        "磁盘只剩 {free}，封存和记录约需 {needed}：还没有开始抽取。", "腾出空间，再运行一次同样的命令。"
    ),
    Code.LEDGER_CLOCK: Message(
        "电脑时钟比台账最后一条的时间早：台账为 {recorded}，现在是 {offered}。",
        "核对电脑的日期和时间。先后次序以台账序号为准，抽取不受影响。",
    ),
    Code.RECORD_FAILED: Message(
        "{check} 不符：应为 {expected}，实为 {actual}。", "这份台账在此处与推算不一致，应查明是谁、何时、为何改动。"
    ),
    Code.RECORD_IMPOSSIBLE: Message("{check} 无法核对：需要 {expected}，但 {actual}。", "补齐缺失或读不出的文件后再复核。"),
}

COMMAND_PARTICULARS: Particular = {
    (Code.FILE_WRITE_FAILED, "root"): Message(
        "台账 {file} 是账户 {owner} 的，不用 root 去写：root 写下的文件，{owner} 以后打不开。",
        "用那个账户运行，例如在命令前面加 sudo -u {owner}。",
    ),
    (Code.LEDGER_BROKEN, "taken"): Message(
        "台账只有 {lines} 行，却有后面事件的文件 {actual}：台账末尾的行被截去了。",
        "不要手工改动台账。先另行复制保存整个台账，再从备份恢复原样；有外部保存的校验点的，用 verify --checkpoint 核对。",
    ),
    (Code.LEDGER_BROKEN, "gone"): Message(
        "台账最后一行（第 {number} 行）不完整，而先于它写下的事件文件不在或不合规：断电留不下这样的台账，有文件被拿走或换掉了。",
        "不能修补，也不要手工改动。先另行复制保存整个台账，查明经过，再从备份恢复原样。",
    ),
    (Code.LEDGER_BROKEN, "checkpoint"): Message(
        "现在的台账不是从 {file} 中的校验点接下来的：应为 {expected}，实为 {actual}。"
        "要么那是另一本台账的校验点，要么台账被截去或改写了。",
        "原来的校验点没有动：它是证据，留好。用 verify --checkpoint 核对；确是另一本台账的，换一个文件名。",
    ),
    (Code.LEDGER_OCCUPIED, "lock"): Message(
        "锁文件 {file} 在这次运行中被删掉或换掉了：可能另有程序在写同一本台账，不再往下写。",
        "不要删除锁文件：程序结束时自会开锁。等别的程序结束，用 verify 核对台账，再运行一次同样的命令。",
    ),
    (Code.LEDGER_OCCUPIED, "lines"): Message(
        "{file} 在这次运行中被别的程序改动了，不再往下写。",
        "查明是谁改的。等别的程序结束，用 verify 核对台账，再运行一次同样的命令。",
    ),
    (Code.LEDGER_BUSY, "holder"): Message(
        "台账 {ledger} 正被另一个程序使用：{host} 上的进程 {process}，{time} 开始。",
        "稍后再试，或用 --lock-wait 写明最多等几秒。",
    ),
    (Code.LEDGER_TASK_DRAWN, "sealed"): Message(
        "本周期已在批次 {other} 封存（台账第 {seq} 条），还没有抽完，不能换个批次名再抽。",
        "用 draw --batch {other} 抽完；确需换批次的，先用 void --new-seed 注明理由和批准人，作废批次 {other}。",
    ),
    (Code.LEDGER_TASK_DRAWN, "failed"): Message(
        "本周期已在批次 {other} 抽取而派不出人（台账第 {seq} 条），种子已经定下，不能换个批次名再抽。",
        "在计划中把任务放回批次 {other}，补足人员后用 draw --batch {other} 抽取；"
        "确需换批次的，抽取以后用 void --new-seed 注明理由和批准人，作废批次 {other}。",
    ),
    (Code.LEDGER_TASK_DRAWN, "void"): Message(
        "本周期已在批次 {other} 抽取，作废时（台账第 {seq} 条）写明沿用原种子，不能换个批次名再抽。",
        "在计划中把任务放回批次 {other}，用 draw --batch {other} 抽取；"
        "确需换批次的，抽取以后用 void --new-seed 注明理由和批准人，作废批次 {other}。",
    ),
    (Code.DRAW_DUE_DAY, "first_day"): Message(
        "批次 {batch} 各任务共同的检查期限里没有工作日，应抽日只好算作它的第一天 {day}。",
        "核对检查时间和放假的日子；确是如此的，在计划中写 draw_on（抽取日期）。",
    ),
}
