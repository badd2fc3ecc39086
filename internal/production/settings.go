package production

import (
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
)

// Settings are the choices that this room offers.
var Settings = []masterdata.SettingSpec{
	{Name: SettingTolerance, Kind: "percent", Default: "0", Min: "0", Max: "100",
		Title: fault.Text{Zh: "超报允差 %", En: "Over-report tolerance %"},
		Help:  fault.Text{Zh: "第一道报工点最多可以比工单数量多报百分之几；0 表示不能多报。", En: "By how many percent of the order more than it asks for may be reported at its first report point; 0 = nothing more."}},
	{Name: SettingOutput, Kind: "percent", Default: outputTolerance, Min: "0", Max: "1000",
		Title: fault.Text{Zh: "联副产品超收允差 %", En: "Over-receipt of co- and by-products %"},
		Help:  fault.Text{Zh: "联产品、副产品最多可以比物料清单预期多收百分之几（按已报工数量计算）。", En: "By how many percent more of a co- or by-product may be received than the bill expects of the pieces reported."}},
	{Name: SettingReceipt, Kind: "location", Default: "",
		Title: fault.Text{Zh: "完工入库库位", En: "Location of finished goods"},
		Help:  fault.Text{Zh: "没有扫描库位时，成品入到这里；留空则用 FG 仓或第一个普通仓。", En: "Where finished goods go when no location is scanned; empty: warehouse FG, else the first ordinary one."}},
	{Name: SettingShort, Kind: "choice", Default: ShortBlock, Choices: []string{ShortBlock, ShortAsk, ShortAllow},
		Title: fault.Text{Zh: "账面库存不足时", En: "When the books have too little"},
		Help:  fault.Text{Zh: "报工、领料、移库或发货要取的料账面不够时：拒绝、先问本人，或照做并记为差异（报工记欠料，其余记负库存，到货或盘点后冲销）。物料自己的规则优先。", En: "When a report, an issue, a move or a shipment takes more than the books have: refuse it, ask who does it, or book it with a variance (owed material of a report, negative stock of the others) until the next receipt or count. An item's own rule goes first."}},
	{Name: SettingParamHold, Kind: "bool", Default: "0", PerSite: true,
		Title: fault.Text{Zh: "工艺参数超限时挂起工单", En: "Hold the order when a process parameter is beyond its limits"},
		Help:  fault.Text{Zh: "记录的参数超出上下限时，除填写原因外，工单自动挂起，等班组长放行。", En: "Besides the reason that must be given, the order goes on hold until somebody sets it free."}},
	{Name: SettingUndoMinutes, Kind: "int", Default: "30", Min: "0", Max: "1440",
		Title: fault.Text{Zh: "本人撤销报工的时限（分钟）", En: "Own report can be taken back for (minutes)"},
		Help:  fault.Text{Zh: "工人在几分钟内可以撤销自己的报工；之后由班组长撤销。", En: "How many minutes a worker may take back his own report; after that a shift leader does."}},
	{Name: SettingPatrolPieces, Kind: "int", Default: patrolPieces, Min: "0", Max: "1000000", PerSite: true,
		Title: fault.Text{Zh: "巡检间隔（件）", En: "A patrol is due after (pieces)"},
		Help:  fault.Text{Zh: "工艺路线上标了巡检的工序，每报这么多件要求一次巡检；0 表示不按件数。", En: "At an operation whose routing asks for patrols, one becomes due after so many pieces reported; 0 = not by pieces."}},
	{Name: SettingPatrolHours, Kind: "int", Default: patrolHours, Min: "0", Max: "720", PerSite: true,
		Title: fault.Text{Zh: "巡检间隔（小时）", En: "A patrol is due after (hours)"},
		Help:  fault.Text{Zh: "巡检工序在加工中、离上次巡检（或开工）超过这么多小时，要求一次巡检；0 表示不按时间。", En: "While such an operation runs, a patrol becomes due so many hours after the last one, or after its start; 0 = not by time."}},
	{Name: SettingPatrolSample, Kind: "int", Default: patrolSample, Min: "1", Max: "1000", PerSite: true,
		Title: fault.Text{Zh: "巡检抽样数", En: "A patrol looks at (pieces)"},
		Help:  fault.Text{Zh: "每次巡检要看几件。", En: "How many pieces a patrol looks at."}},
	{Name: SettingEscalate, Kind: "int", Default: "10", Min: "0", Max: "1440",
		Title: fault.Text{Zh: "呼叫升级时间（分钟）", En: "Calls are passed on after (minutes)"},
		Help:  fault.Text{Zh: "呼叫没有人响应时，几分钟后通知下一级；0 表示不升级。", En: "After how many minutes without an answer a call for help goes to the next; 0 = never."}},
	{Name: SettingLock, Kind: "int", Default: "5", Min: "0", Max: "240",
		Title: fault.Text{Zh: "共用平板锁屏时间（分钟）", En: "A shared tablet locks after (minutes)"},
		Help:  fault.Text{Zh: "共用平板闲置几分钟后要求重新刷工牌；0 表示登录过期才要求。", En: "After how many idle minutes a shared tablet asks for a badge again; 0 = when the session ends."}},
}
