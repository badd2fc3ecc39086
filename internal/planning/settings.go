package planning

import (
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
)

// Settings of the company.
const (
	SettingExpedite     = "planning.expedite_days"
	SettingDefer        = "planning.defer_days"
	SettingConsumeBack  = "planning.consume_back_days"
	SettingConsumeAhead = "planning.consume_ahead_days"
	SettingKeep         = "planning.keep_runs"
	SettingBuyAs        = "planning.buy_as"
	SettingSubstitutes  = "planning.substitutes"
)

// Settings are the choices that this room offers.
var Settings = append([]masterdata.SettingSpec{
	{Name: SettingExpedite, Kind: "int", Default: "30", Min: "0", Max: "365",
		Title: fault.Text{Zh: "催货窗口（天）", En: "Expedite window (days)"},
		Help:  fault.Text{Zh: "已有的单据在需求之后这么多天内到货，就建议催它提前，而不是另下新单；0 表示总是另下新单。", En: "An order that comes within so many days after a need is asked to come earlier instead of planning a new one; 0 = always plan a new one."}},
	{Name: SettingDefer, Kind: "int", Default: "7", Min: "0", Max: "365",
		Title: fault.Text{Zh: "推迟建议的容差（天）", En: "Tolerance before deferring (days)"},
		Help:  fault.Text{Zh: "单据比需求早到超过这么多天，才建议推迟。", En: "An order is asked to come later only when it would lie longer than this."}},
	{Name: SettingConsumeBack, Kind: "int", Default: "15", Min: "0", Max: "365",
		Title: fault.Text{Zh: "预测冲减：向前（天）", En: "Forecast consumed backward (days)"},
		Help:  fault.Text{Zh: "销售订单先冲减交期之前这么多天内的预测，离交期最近的先冲。", En: "A sales order first eats up forecasts of so many days before its due date, the nearest first."}},
	{Name: SettingConsumeAhead, Kind: "int", Default: "15", Min: "0", Max: "365",
		Title: fault.Text{Zh: "预测冲减：向后（天）", En: "Forecast consumed forward (days)"},
		Help:  fault.Text{Zh: "然后冲减交期之后这么多天内的预测。", En: "Then forecasts of so many days after it."}},
	{Name: SettingBuyAs, Kind: "choice", Default: "requisition", Choices: []string{"requisition", "order"},
		Title: fault.Text{Zh: "下达采购计划时", En: "Releasing what is to be bought"},
		Help:  fault.Text{Zh: "成为请购单，由采购员下单；或者直接成为采购订单。", En: "Becomes a requisition that the buyer orders, or a purchase order at once."}},
	{Name: SettingSubstitutes, Kind: "bool", Default: "1",
		Title: fault.Text{Zh: "计划使用已批准的替代料库存", En: "Plan with stock of approved substitutes"},
		Help:  fault.Text{Zh: "已批准的替代料（工单上批准的，或产品通用批准且勾选参与计划的），其自身需求和安全库存用不到的库存先顶缺料，不够的再按原物料计划；关掉则只看原物料。", En: "Where a substitute is approved, for a work order or in general for what is planned, stock of it that its own needs leave over covers what is short before more of the first item is planned; off: the first item alone."}},
	{Name: SettingReplenishSafety, Kind: "bool", Default: "1",
		Title: fault.Text{Zh: "没有补货点的物料按安全库存补货", En: "Without a reorder point, replenish at the safety stock"},
		Help:  fault.Text{Zh: "净可用低于安全库存时给出补货建议；关掉则只看设了补货点的物料。", En: "Suggests when an item falls below its safety stock; off: only items with a reorder point are watched."}},
	{Name: SettingService, Kind: "choice", Default: "95", Choices: services,
		Title: fault.Text{Zh: "服务水平（%）", En: "Service level (%)"},
		Help:  fault.Text{Zh: "计算安全库存时，希望多少比例的补货周期不断货。", En: "In how many of a hundred replenishments stock should not run out, when safety stocks are computed."}},
	{Name: SettingUseDays, Kind: "int", Default: "90", Min: "14", Max: "730",
		Title: fault.Text{Zh: "用量统计天数", En: "Days of use looked at"},
		Help:  fault.Text{Zh: "计算安全库存时，看最近这么多天的实际出库。", En: "Safety stocks are computed from what left the stock in so many days."}},
	{Name: SettingCycle, Kind: "int", Default: "14", Min: "1", Max: "365",
		Title: fault.Text{Zh: "补货周期（天）", En: "Days that a replenishment lasts"},
		Help:  fault.Text{Zh: "建议的最高库存等于补货点加这么多天的用量。", En: "The proposed maximum is the reorder point and the use of so many days."}},
	{Name: SettingKeep, Kind: "int", Default: "5", Min: "2", Max: "50",
		Title: fault.Text{Zh: "保留的计划版本数", En: "Plans that are kept"},
		Help:  fault.Text{Zh: "更早的计划只留摘要，不能再比较。", En: "Of older plans only the summary stays; they cannot be compared any more."}},
}, slowSettings...)
