package planning

import "kaiwu/internal/kit/fault"

// Messages are the refusals of this room in the user's language.
var Messages = fault.Messages{
	"planning.kit_order":            {Zh: "没有未完成的订单 {number}，可能已经发完、关闭或取消。请刷新。", En: "There is no open order {number}; it may be shipped, closed or cancelled. Refresh the page."},
	"planning.not_ordered":          {Zh: "{item} 既不自制也不采购，下不了单；虚拟件请下它的零件，客供料请催客户。", En: "{item} is neither made nor bought and cannot be ordered. Order the parts of a phantom; ask the customer for what he supplies."},
	"planning.loop":                 {Zh: "物料清单成了环：{loop}。请在物料清单里断开它，再运行计划；旧计划仍然有效。", En: "Bills of materials form a loop: {loop}. Break it in the bills and run again; the former plan stays in force."},
	"planning.no_plan":              {Zh: "工厂 {site} 还没有计划。请先运行一次 MRP。", En: "Site {site} has no plan yet. Run MRP first."},
	"planning.order_unknown":        {Zh: "当前计划里没有 #{n} 号计划订单。计划可能已经重新运行，请刷新。", En: "The live plan has no order #{n}. It may have been run anew; refresh the page."},
	"planning.entry_unknown":        {Zh: "当前计划里 {item} 没有 {number}。计划可能已经重新运行，请刷新。", En: "The live plan has no {number} of {item}. It may have been run anew; refresh the page."},
	"planning.plan_changed":         {Zh: "计划已被重新运行，编号变了。请刷新后再选。", En: "The plan was run anew and its numbers changed. Refresh and choose again."},
	"planning.taken":                {Zh: "#{n} 已经有人处理了，成为 {number}。请刷新。", En: "#{n} was taken already and became {number}. Refresh the page."},
	"planning.shortage":             {Zh: "#{n} 是客供料缺口，不能下单；请催客户送料。", En: "#{n} is material that the customer has to send; it cannot be ordered. Ask the customer for it."},
	"planning.one_only":             {Zh: "改数量或日期时只能选一张计划订单。", En: "Choose exactly one planned order to change its quantity or day."},
	"planning.qty_not_positive":     {Zh: "{item} 的数量 {qty} 必须大于零。", En: "The quantity {qty} of {item} must be above zero."},
	"planning.date_bad":             {Zh: "“{date}” 不是日期，请写成 2026-03-09。", En: "{date} is not a date; write it as 2026-03-09."},
	"planning.date_past":            {Zh: "{date} 已经过去，请选今天或以后。", En: "{date} has passed; choose today or later."},
	"planning.firm_unknown":         {Zh: "没有锁定的计划订单 {number}。", En: "There is no firm order {number}."},
	"planning.firm_over":            {Zh: "{number} 已经结束（{state} {document}），不能再改。", En: "{number} is over ({state} {document}) and cannot be changed."},
	"planning.firm_changed":         {Zh: "{number} 刚被别人改过，请刷新后再改。", En: "{number} was changed by somebody else; refresh and try again."},
	"planning.split_all":            {Zh: "从 {of} 里分出 {qty} 就什么都不剩了；请分得少一些。", En: "{qty} of {of} would leave nothing; split off less."},
	"planning.nothing":              {Zh: "请选择要下达的计划订单。", En: "Choose the planned orders to release."},
	"planning.no_supplier":          {Zh: "{item} 没有供应商，{order} 下不了单。请在物料的计划参数里填供应商。", En: "{item} has no supplier, so {order} cannot be ordered. Enter one in the item's planning parameters."},
	"planning.message_unknown":      {Zh: "有的建议已不在当前计划里，请刷新。", En: "Some messages are no longer in the live plan; refresh the page."},
	"planning.scenario_unknown":     {Zh: "没有模拟方案 {number}。", En: "There is no scenario {number}."},
	"planning.scenario_over":        {Zh: "模拟方案 {number} 已经结束（{state}）。", En: "Scenario {number} is over ({state})."},
	"planning.scenario_changed":     {Zh: "模拟方案 {number} 刚被别人改过，请刷新。", En: "Scenario {number} was changed by somebody else; refresh the page."},
	"planning.change_bad":           {Zh: "第 {row} 个假设（{kind}）没有填对：{field}。", En: "What-if {row} ({kind}) is not complete: {field}."},
	"planning.change_names_nothing": {Zh: "第 {row} 个假设：没有未完成的 {number}。请核对单号。", En: "What-if {row}: nothing open is called {number}. Check the number."},
	"planning.run_unknown":          {Zh: "没有这个计划版本，或它的明细已被清理。", En: "There is no such plan, or its lines have been cleared."},
	"planning.demand_unknown":       {Zh: "没有这条手工需求。", En: "There is no such demand."},

	"planning.suggestion_unknown":     {Zh: "有的补货建议不存在，请刷新。", En: "Some of the suggestions do not exist; refresh the page."},
	"planning.suggestion_over":        {Zh: "{item} 的补货建议已经处理过了（{state} {document}）。请刷新。", En: "The suggestion for {item} is over ({state} {document}). Refresh the page."},
	"planning.suggestion_changed":     {Zh: "{item} 的补货建议刚被别人改过，请刷新后再改。", En: "The suggestion for {item} was changed by somebody else; refresh and try again."},
	"planning.suggestion_no_supplier": {Zh: "{item} 没有供应商，不能直接下采购订单。请先在建议里选供应商，或者改为请购。", En: "{item} has no supplier, so no purchase order can be made. Choose one in the suggestion, or make a requisition."},
	"planning.reason_missing":         {Zh: "请写明为什么不补。", En: "Say why it is not to be ordered."},
	"planning.level_unknown":          {Zh: "有的建议不存在，请刷新。", En: "Some of the proposals do not exist; refresh the page."},
	"planning.slow_due":               {Zh: "处理期限要写今天（{today}）或以后的日期，并填写原因；“{due}”不行。", En: "Give a reason and a day from today ({today}) on; “{due}” will not do."},
	"planning.level_over":             {Zh: "{item} 的库存水平建议已经处理过了（{state}）。请刷新。", En: "The proposal for {item} is over ({state}). Refresh the page."},
	"planning.level_overflow":         {Zh: "算出的库存水平超出可记的范围，请检查该物料的用量单位。", En: "A computed stock level is beyond what can be counted; check the unit in which the item is used."},
}
