package purchasing

import "kaiwu/internal/kit/fault"

// Messages are the sentences of this room's fault codes.
var Messages = fault.Messages{
	"purchasing.order_unknown":    {Zh: "没有采购订单 {number}。请重新扫描或检查单号。", En: "There is no purchase order {number}. Scan again or check the number."},
	"purchasing.line_unknown":     {Zh: "采购订单 {number} 没有第 {line} 行。", En: "Order {number} has no line {line}."},
	"purchasing.line_closed":      {Zh: "采购订单 {number} 第 {line} 行已关闭，不再收货。请采购员重新打开，或作无订单收货。", En: "Line {line} of order {number} is closed; nothing more is expected. Have the buyer reopen it, or receive without an order."},
	"purchasing.which_line":       {Zh: "采购订单 {number} 有多个未完成的行。请扫描物料，或指明行号。", En: "Order {number} has several open lines. Scan the goods or name the line."},
	"purchasing.other_item":       {Zh: "采购订单 {number} 第 {line} 行不是物料 {item}。请检查货物。", En: "Line {line} of order {number} is not {item}. Check the goods."},
	"purchasing.not_ordered":      {Zh: "采购订单 {number} 没有物料 {item}（{name}）。请检查货物，或作无订单收货并填写原因。", En: "{item} ({name}) is not on order {number}. Check the goods, or receive them without an order and say why."},
	"purchasing.over":             {Zh: "采购订单 {number} 第 {line} 行订 {ordered} {uom}，已收 {received}，这次 {qty} 超出允许的 {pct}%。最多还能收 {most}。", En: "Line {line} of order {number}: {ordered} {uom} ordered, {received} received; {qty} more is beyond the {pct} % allowed in excess. At most {most} can still be received."},
	"purchasing.qty_not_positive": {Zh: "物料 {item} 的数量必须大于零。", En: "The quantity of {item} must be above zero."},
	"purchasing.reason_missing":   {Zh: "请填写原因。", En: "Give a reason."},
	"purchasing.item_missing":     {Zh: "请扫描货物。", En: "Scan the goods."},
	"purchasing.location_missing": {Zh: "请扫描放入的库位。", En: "Scan the location where it is put."},
	"purchasing.no_location":      {Zh: "工厂 {site} 没有普通仓库。请扫描收货库位，或设置默认收货库位。", En: "Site {site} has no ordinary warehouse. Scan a location, or set the receiving location."},
	"purchasing.no_lines":         {Zh: "订单至少要有一行。", En: "An order needs at least one line."},
	"purchasing.not_supplier":     {Zh: "{partner} 不是供应商，也不是委外商。", En: "{partner} is neither a supplier nor a subcontractor."},
	"purchasing.no_supplier":      {Zh: "订单 {number} 没有委外商。请先在订单上填写。", En: "Order {number} names no subcontractor. Enter one first."},
	"purchasing.number_taken":     {Zh: "采购订单 {number} 已存在。请换一个单号，或从文件中去掉。", En: "There is an order {number} already. Use another number, or leave it out of the file."},
	"purchasing.phantom":          {Zh: "{item} 是虚拟件，不能采购。", En: "{item} is a phantom; nobody delivers it."},
	"purchasing.price_negative":   {Zh: "物料 {item} 的单价不能小于零。", En: "The price of {item} must not be below zero."},
	"purchasing.date_bad":         {Zh: "“{date}”不是日期，请用 2026-03-09 这样的格式。", En: "“{date}” is not a date; write it like 2026-03-09."},
	"purchasing.bom_unknown":      {Zh: "物料 {item} 没有版本 {version} 的物料清单。", En: "{item} has no bill of materials version {version}."},
	"purchasing.not_sent":         {Zh: "委外商处的 {item}（{name}）不够：收 {qty} 件要用 {need} {uom}，还缺 {short}。请先发料给委外商，或减少收货数量。", En: "There is not enough {item} ({name}) at the subcontractor: {qty} pieces use {need} {uom}, {short} are missing. Send material first, or receive fewer pieces."},
	"purchasing.not_subcontract":  {Zh: "订单 {number} 没有这样的委外行，不能发料。", En: "Order {number} has no such subcontracted line; nothing can be sent for it."},
	"purchasing.not_component":    {Zh: "{item}（{name}）不是订单 {number} 第 {line} 行产品的组件。请检查物料。", En: "{item} ({name}) is no component of what line {line} of order {number} asks for. Check the material."},
	"purchasing.all_sent":         {Zh: "订单 {number} 第 {line} 行所需的组件已全部在委外商处。", En: "All that line {line} of order {number} needs is at the subcontractor already."},
	"purchasing.receipt_unknown":  {Zh: "没有收货单 {number}。", En: "There is no goods receipt {number}."},
	"purchasing.send_unknown":     {Zh: "没有委外发料单 {number}。", En: "There is no sending {number}."},
	"purchasing.undone_no_label":  {Zh: "收货单 {number} 已撤销，没有货物可贴标签。", En: "Receipt {number} was taken back; there are no goods to label."},
	"purchasing.undone":           {Zh: "{number} 已经撤销过了。", En: "{number} is undone already."},
	"purchasing.done_already":     {Zh: "这一步已经做过了，见单据 {number}。", En: "This was done already; see {number}."},
	"purchasing.outside":          {Zh: "只有工厂人员可以收货。", En: "Only the factory receives goods."},
}
