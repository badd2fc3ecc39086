// Package sales knows what customers ordered, which lots are promised to them and what was shipped.
//
// It promises: the shipped quantity of a line is the sum of its shipment lines that were not reversed and never
// above its ordered quantity but by the tolerance that the customer takes; an allocation is a reservation of lots in inventory, first expiry first; a shipment
// moves exactly the lots it names to the customer, in one transaction. The state of an order is computed from its
// lines: open, in work, ready, partly shipped, shipped, cancelled.
package sales

import (
	"context"
	"embed"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
)

//go:embed schema/*.sql
var Schema embed.FS

// Module is the sales room.
type Module struct {
	Inventory  *inventory.Module
	Production *production.Module
	Master     *masterdata.Module // makes the warehouses of customers' own material
	// Expected says when work orders end by the plan; one that is not planned is missing. Scheduling is a later room.
	Expected func(ctx context.Context, q db.Querier, orders []db.ID) (map[db.ID]int64, error)

	jobs *job.Runner
}

// New makes the room, names its documents and lets production tell it of finished goods.
func New(d *db.DB, inv *inventory.Module, prod *production.Module) *Module {
	d.NumberRule("so", "SO{yymm}-{0000}")
	d.NumberRule("shp", "SH{yymm}-{0000}")
	d.NumberRule("pick", "PK{yymm}-{0000}")
	d.NumberRule("supply_receive", "CM{yymm}-{0000}")
	d.NumberRule("supply_return", "CB{yymm}-{0000}")
	d.NumberRule("complaint", "CP{yymm}-{0000}")
	d.NumberRule("rma", "RM{yymm}-{0000}")
	m := &Module{Inventory: inv, Production: prod}
	inv.Rank["so_line"] = urgency
	prod.OnReceived = append(prod.OnReceived, m.Received)
	prod.Quality.OnJudged = append(prod.Quality.OnJudged, m.returnJudged)
	return m
}

// Perms are the permissions of this room.
var Perms = []string{"sales.read", "sales.create", "sales.allocate", "sales.pick", "sales.ship", "sales.undo", "sales.link", "sales.forecast",
	"sales.supply", "sales.complain", "sales.return", "sales.take_back", "sales.dispose"}

// Messages are the refusals of this room in the user's language.
var Messages = fault.Messages{
	"sales.others_material":     {Zh: "{item} 用客户“{owner}”提供的料加工，只能给他做（第 {line} 行）。", En: "{item} (line {line}) is made from material of {owner}, and only for him."},
	"sales.toll_customer":       {Zh: "第 {line} 行是受托加工，订单必须有客户：要用他的料。", En: "Line {line} is toll work: the order needs the customer whose material is used."},
	"sales.toll_nothing":        {Zh: "{item} 的物料清单里没有客供料（第 {line} 行）。请把客户提供的料的类型改为“客供料”。", En: "Nothing in the bill of {item} (line {line}) is supplied by a customer. Set the kind of what he supplies to “customer supplied”."},
	"sales.code_unreadable":     {Zh: "“{code}”不是我们的条码，请重新扫描。", En: "{code} is no code of ours; scan again."},
	"sales.goods_unknown":       {Zh: "没有物料、批次或序列号“{code}”。请检查标签。", En: "Nobody knows {code} as an item, a lot or a serial number. Check the label."},
	"sales.supply_unknown":      {Zh: "没有客供料单 {number}。", En: "There is no document {number} of customer's material."},
	"sales.supply_undone":       {Zh: "{number} 已经撤销过。", En: "{number} was taken back already."},
	"sales.day_bad":             {Zh: "“{date}”不是日期，请写成 2026-03-09。", En: "{date} is not a date; write it as 2026-03-09."},
	"sales.span_bad":            {Zh: "开始日期 {from} 晚于结束日期 {to}。", En: "The first day {from} is after the last one {to}."},
	"sales.no_symptom":          {Zh: "请写明客户看到的现象。", En: "Say what the customer sees."},
	"sales.complaint_item":      {Zh: "请写明是哪个产品；这张发货单有几种产品。", En: "Say which item it is about; the shipment has several."},
	"sales.complaint_customer":  {Zh: "请选择投诉的客户；这批货没有发给过客户。", En: "Choose the customer who complains; these goods were not shipped to one."},
	"sales.complaint_unknown":   {Zh: "没有客诉单 {number}。", En: "There is no complaint {number}."},
	"sales.complaint_closed":    {Zh: "客诉单 {number} 已关闭。要改请先重新打开。", En: "Complaint {number} is closed. Open it again to change it."},
	"sales.complaint_open":      {Zh: "客诉单 {number} 没有关闭。", En: "Complaint {number} is open."},
	"sales.cause_text":          {Zh: "请写明查到了什么。", En: "Say what was found."},
	"sales.no_cause":            {Zh: "请先判定客诉单 {number} 的原因，再关闭。", En: "Say first what caused complaint {number}, then close it."},
	"sales.not_in_shipment":     {Zh: "发货单 {number} 里没有这批货，或不是发给这个客户。请核对单号和批次。", En: "Shipment {number} did not bring these goods to this customer. Check the number and the lot."},
	"sales.return_reason":       {Zh: "请写明为什么退货。", En: "Say why the goods come back."},
	"sales.return_shipment":     {Zh: "请填写是哪张发货单的货。", En: "Say which shipment brought the goods."},
	"sales.reversed":            {Zh: "发货单 {number} 已冲销。", En: "Shipment {number} was taken back."},
	"sales.return_nothing":      {Zh: "发货单 {number} 的货都已在退货单上了。", En: "All of shipment {number} is on a return already."},
	"sales.return_much":         {Zh: "第 {line} 行批次 {lot} 发了 {shipped}，已有退货 {back}，再退 {qty} 太多了。", En: "Of line {line}, lot {lot}, {shipped} were shipped and {back} are on returns; {qty} more is too much."},
	"sales.return_serial":       {Zh: "序列号 {serial} 不是随发货单 {number} 发出的。", En: "Serial {serial} did not leave with {number}."},
	"sales.return_serials":      {Zh: "数量 {qty} 与序列号个数 {serials} 不一致。请逐件扫描。", En: "Quantity {qty}, serial numbers {serials}: they must be as many. Scan each piece."},
	"sales.return_line":         {Zh: "发货单 {number} 没有第 {line} 行批次 {lot}。", En: "Shipment {number} has no line {line} with lot {lot}."},
	"sales.return_unknown":      {Zh: "没有退货单 {number}。", En: "There is no return {number}."},
	"sales.return_over":         {Zh: "退货单 {number} 的 {item} 还应收 {open} {uom}，不能收 {qty}。", En: "{open} {uom} of {item} are still expected on {number}, not {qty}."},
	"sales.return_other_piece":  {Zh: "序列号 {serial} 不在退货单 {number} 上。请核对标签。", En: "Serial {serial} is not expected on {number}. Check the label."},
	"sales.return_closed":       {Zh: "退货单 {number} 已关闭，不再收货。", En: "Return {number} is closed: nothing more is expected."},
	"sales.return_unexpected":   {Zh: "退货单 {number} 上没有 {item} {lot}。请核对标签，或另开退货单。", En: "{item} {lot} is not expected on {number}. Check the label, or make another return."},
	"sales.return_no_line":      {Zh: "退货单 {number} 没有第 {line} 行。", En: "Return {number} has no line {line}."},
	"sales.return_moved_on":     {Zh: "退货单 {number} 的货判定后已经处理，请先撤销处理。", En: "Goods of {number} went on since they were judged; undo that first."},
	"sales.return_not_judged":   {Zh: "第 {line} 行已判定、可以这样处理的有 {open} {uom}，不能处理 {qty}。没判定的请先检验；入库只能用合格的。", En: "{open} {uom} of line {line} are judged and may go there, not {qty}. Judge the others first; only what passed goes to stock."},
	"sales.return_piece":        {Zh: "序列号 {serial} 不在这里，或判定不合格不能入库。", En: "Serial {serial} is not here, or did not pass and cannot go to stock."},
	"sales.return_undone":       {Zh: "退货单 {number} 的这一步已撤销，或不能撤销。请刷新。", En: "This step of {number} was taken back already, or is none. Reload."},
	"sales.return_in_rework":    {Zh: "这些件在返修工单 {order} 上。请在那里退料并关闭。", En: "The pieces are at rework order {order}. Give them back and close it there."},
	"sales.return_settled":      {Zh: "退货单 {number} 已经和客户结清（{by}）。", En: "{number} is settled with the customer already ({by})."},
	"sales.return_not_here":     {Zh: "退货单 {number} 还没有收到货。", En: "Nothing of {number} has come back yet."},
	"sales.forecast_qty":        {Zh: "{item} 的预测数量 {qty} 不能小于零。", En: "The forecast {qty} of {item} must not be below zero."},
	"sales.forecast_date":       {Zh: "{item} 的预测日期“{date}”不对，请写成 2026-03-09。", En: "The forecast date {date} of {item} is not a date; write it as 2026-03-09."},
	"sales.forecast_twice":      {Zh: "{item} 在 {date} 的预测写了两次，请只留一行。", En: "{item} is forecast twice on {date}; keep one line."},
	"sales.order_unknown":       {Zh: "没有销售订单 {number}。请核对单号，或先录入订单。", En: "There is no sales order {number}. Check the number, or enter the order first."},
	"sales.line_unknown":        {Zh: "销售订单 {number} 没有第 {line} 行。", En: "Sales order {number} has no line {line}."},
	"sales.number_taken":        {Zh: "销售订单号 {number} 已存在；单号在全公司唯一，各工厂共用。请换一个单号（例如前面加工厂代码），或留空由系统编号。", En: "Sales order {number} exists already; numbers are unique in the company, over all sites. Choose another one, for example with the code of the site in front, or leave it empty."},
	"sales.no_lines":            {Zh: "订单至少要有一行物料。", En: "An order needs at least one line."},
	"sales.line_twice":          {Zh: "行号 {line} 出现了两次。", En: "Line {line} appears twice."},
	"sales.qty_not_positive":    {Zh: "第 {line} 行的数量必须大于 0。", En: "The quantity of line {line} must be above zero."},
	"sales.decimals":            {Zh: "物料 {item} 的数量最多 {decimals} 位小数，收到 {qty}。", En: "Quantities of {item} have at most {decimals} decimals; got {qty}."},
	"sales.date_invalid":        {Zh: "第 {line} 行的交期“{due}”不是日期，应为 2026-03-09 这样的格式。", En: "The due date {due} of line {line} is not a date such as 2026-03-09."},
	"sales.priority_range":      {Zh: "第 {line} 行的优先级必须是 1 或更大的整数。", En: "The priority of line {line} must be 1 or more."},
	"sales.cancelled":           {Zh: "销售订单 {number} 已取消。", En: "Sales order {number} is cancelled."},
	"sales.has_shipments":       {Zh: "销售订单 {number} 已有发货，不能取消；请先冲销发货单。", En: "Sales order {number} has shipments and cannot be cancelled; reverse them first."},
	"sales.has_work":            {Zh: "销售订单 {number} 的生产工单 {orders} 因此不再需要，请逐张选择：继续、转为备货或取消。", En: "Work orders {orders} of sales order {number} are no longer needed; say for each: goes on, goes on for stock, or is cancelled."},
	"sales.work_begun":          {Zh: "生产工单 {order} 已开工，不能取消；请选择转为备货。", En: "Work on {order} has begun, so it cannot be cancelled; let it go on for stock."},
	"sales.answer_not_possible": {Zh: "生产工单 {order} 不能选择“{answer}”：共用工单只能保留或转为备货，取消的行不能再保留工单。", En: "{answer} is no answer for {order}: one that is made for several lines can only go on or go to stock, and a cancelled line keeps none."},
	"sales.below_shipped":       {Zh: "第 {line} 行已发货 {shipped}，数量不能改为 {qty}。", En: "{shipped} of line {line} have been shipped, so its quantity cannot become {qty}."},
	"sales.line_closed":         {Zh: "订单 {number} 第 {line} 行已结案，请先重新打开。", En: "Line {line} of {number} is closed; reopen it first."},
	"sales.line_shipped":        {Zh: "第 {line} 行已发货 {shipped}，不能取消；请改为短交结案。", En: "{shipped} of line {line} have been shipped, so it cannot be cancelled; close it short instead."},
	"sales.line_state":          {Zh: "订单 {number} 第 {line} 行的状态不允许此操作。", En: "Line {line} of {number} is not in a state for this."},
	"sales.no_such_lines":       {Zh: "订单 {number} 没有可以这样处理的行。", En: "Order {number} has no line for which this can be done."},
	"sales.customer_shipped":    {Zh: "订单 {number} 已有发货，不能更换客户；请先冲销发货单。", En: "Order {number} has shipments, so its customer stays; reverse them first."},
	"sales.nothing_changed":     {Zh: "没有任何更改。", En: "Nothing about order {number} would change."},
	"sales.split_whole":         {Zh: "第 {line} 行会一点不剩；请少拆一些，或拆成新订单。", En: "Line {line} would keep nothing; take less, or make a new order of it."},
	"sales.split_all":           {Zh: "订单 {number} 会一行不剩；请至少留下一行或一部分。", En: "Order {number} would keep no line; leave it at least a part."},
	"sales.merge_self":          {Zh: "订单 {number} 被选了两次。", En: "Order {number} is named twice."},
	"sales.merge_customer":      {Zh: "订单 {into} 和 {number} 不是同一客户、同一工厂，不能合并。", En: "Orders {into} and {number} are not of the same customer and site, so they stay apart."},
	"sales.merge_ship_to":       {Zh: "订单 {into} 和 {number} 的收货地址不同，不能合并；请先把其中一张改成同一地址。", En: "Orders {into} and {number} go to different addresses. Give both the same address first."},
	"sales.ship_to_unknown":     {Zh: "这个客户没有名为“{label}”的地址；已有：{known}。请在往来单位里添加，或留空用默认收货地址。", En: "The customer has no address called {label}; there are: {known}. Add it to the partner, or leave it empty for the usual one."},
	"sales.merge_shipped":       {Zh: "订单 {number} 已有发货，不能并入其他订单。", En: "Order {number} has shipments, so it cannot become part of another."},
	"sales.version_unknown":     {Zh: "物料 {item} 没有 BOM 版本 {version}，请核对版本号。", En: "{item} has no bill of materials {version}; check the version."},
	"sales.no_version_conflict": {Zh: "订单 {number} 第 {line} 行没有版本冲突。", En: "Line {line} of {number} names no other version than the one in force."},
	"sales.version_in_work":     {Zh: "订单 {number} 第 {line} 行已有工单 {order} 在生产，请先取消工单再改版本。", En: "Line {line} of {number} is being made by {order}; cancel that first."},
	"sales.rule_nameless":       {Zh: "规则需要名称。", En: "A rule needs a name."},
	"sales.tolerance_range":     {Zh: "允差应为 0 到 100 之间的百分比，收到 {pct}。", En: "A tolerance is 0 to 100 percent, not {pct}."},
	"sales.nothing_to_pick":     {Zh: "所选订单没有已分配、尚未在拣货单上的库存。请先分配库存。", En: "Nothing is allocated to these orders that is not on a pick list already; allocate stock first."},
	"sales.pick_unknown":        {Zh: "没有拣货单 {number}。", En: "There is no pick list {number}."},
	"sales.pick_ended":          {Zh: "拣货单 {number} 已作废。", En: "Pick list {number} was given up."},
	"sales.pick_wrong_item":     {Zh: "拣错物料：{item} 不在拣货单 {number} 上。请放回。", En: "Wrong item: {item} is not on pick list {number}. Put it back."},
	"sales.pick_wrong_lot":      {Zh: "批次不对：{item} 应拣 {want}，扫到的是 {lot}。请放回并取正确批次。", En: "Wrong lot: {item} is to be taken from {want}, this is {lot}. Put it back and take that one."},
	"sales.pick_name_lot":       {Zh: "{item} 有多个批次要拣，请扫描批次或序列号标签。", En: "Several lots of {item} are to be picked; scan the label of the lot or of the piece."},
	"sales.pick_too_much":       {Zh: "拣多了：{item} {lot} 只剩 {left} 要拣，不能拣 {qty}。", En: "Too much: only {left} of {item} {lot} are left to pick, not {qty}."},
	"sales.pick_twice":          {Zh: "序列号 {serial} 已经拣过。", En: "{serial} has been picked already."},
	"sales.pick_wrong_piece":    {Zh: "序列号 {serial} 不是为这些订单预留的。请放回。", En: "{serial} is not promised to these orders. Put it back."},
	"sales.carton_differs":      {Zh: "装箱内容与发货不符：第 {line} 行 {lot} 发 {qty}，箱内 {packed}。", En: "The cartons do not add up: {qty} of line {line} {lot} go, {packed} are in cartons."},
	"sales.carton_twice":        {Zh: "箱号 {no} 出现了两次。", En: "Carton {no} appears twice."},
	"sales.carton_empty":        {Zh: "{no} 号箱是空的。", En: "Carton {no} is empty."},
	"sales.link_dead":           {Zh: "链接无效、已过期或已撤回。请联系卖家重新获取。", En: "This link is not valid, has expired or was taken back. Ask the seller for a new one."},
	"sales.link_unknown":        {Zh: "没有这个链接。", En: "There is no such link."},
	"sales.link_days":           {Zh: "有效期为 1 到 366 天，收到 {days}。", En: "A link is valid for 1 to 366 days, not {days}."},
	"sales.over_ship":           {Zh: "订单 {number} 第 {line} 行只剩 {remaining} 未发，不能发 {qty}。请减少数量，或先修改订单数量。", En: "Line {line} of {number} has only {remaining} left to ship, not {qty}. Ship less, or raise the quantity of the order first."},
	"sales.not_picked":          {Zh: "订单 {number} 第 {line} 行：拣货单 {pick} 拣到的是 {picked}，要发的 {qty} {lot} 与此不符。请按拣到的发，或补拣、作废拣货单，或写明为何发别的。", En: "Line {line} of {number}: pick list {pick} brought {picked}, and {qty} {lot} is something else. Ship what was picked, finish or give up the pick list, or say why something else goes."},
	"sales.pick_not_walked":     {Zh: "订单 {number} 第 {line} 行在拣货单 {pick} 上，还有 {left} 没拣。请先拣货，或作废拣货单，或写明为何不拣就发。", En: "Line {line} of {number} is on pick list {pick}, {left} of it not picked yet. Pick first, give the pick list up, or say why it goes unpicked."},
	"sales.ship_nothing":        {Zh: "没有写明发哪些行。请填写要发的行和数量；要全部发出已分配的货，请不填 lines。", En: "No lines are named. Name the lines and quantities that go; to ship all that is allocated to {number}, leave lines out."},
	"sales.ship_qty":            {Zh: "订单 {number} 第 {line} 行的发货数量必须大于 0，不能是 {qty}。要收回已发的货，请撤销发货单。", En: "The quantity of line {line} of {number} must be above zero, not {qty}. To take goods back, undo their shipment."},
	"sales.already_shipped":     {Zh: "订单 {number} 已全部发货，不用再发。要收回请撤销发货单；还要加货请在订单上加一行。", En: "{number} is already shipped; nothing is left to send. To take goods back, undo the shipment; to send more, add a line to the order."},
	"sales.line_sent":           {Zh: "订单 {number} 第 {line} 行已全部发货（{shipped}），不能再发 {qty}。要收回请撤销发货单；还要加货请在订单上加一行。", En: "Line {line} of {number} is already shipped ({shipped}); {qty} more cannot go. To take goods back, undo the shipment; to send more, add a line to the order."},
	"sales.nothing_to_ship":     {Zh: "订单 {number} 没有已分配的库存可发。请先完工入库，或在库存中分配批次。", En: "Nothing is allocated to {number}. Receive finished goods first, or allocate lots from stock."},
	"sales.shipment_unknown":    {Zh: "没有发货单 {number}。", En: "There is no shipment {number}."},
	"sales.already_reversed":    {Zh: "发货单 {number} 已经冲销。", En: "Shipment {number} has been reversed already."},
	"sales.not_carrier":         {Zh: "往来单位 {code} 不是承运商。", En: "Partner {code} is not a carrier."},
	"sales.not_customer":        {Zh: "往来单位 {code} 不是客户。", En: "Partner {code} is not a customer."},
	"sales.nothing_to_make":     {Zh: "所选订单行都已有库存或工单，无需再生产。", En: "The chosen lines are covered by stock or work orders; there is nothing to make."},
	"sales.not_made":            {Zh: "物料 {item} 不是自制件，不能生成生产工单；请采购或委外。", En: "{item} is not made here, so no work order can be created; buy or subcontract it."},
	"sales.reason_missing":      {Zh: "请填写原因。", En: "A reason is required."},
}
