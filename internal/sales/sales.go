// Package sales knows what customers ordered, which lots are promised to them and what was shipped.
//
// It promises: the shipped quantity of a line is the sum of its shipment lines that were not reversed and never
// above its ordered quantity; an allocation is a reservation of lots in inventory, first expiry first; a shipment
// moves exactly the lots it names to the customer, in one transaction. The state of an order is computed from its
// lines: open, in work, ready, partly shipped, shipped, cancelled.
package sales

import (
	"context"
	"embed"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/production"
)

//go:embed schema/*.sql
var Schema embed.FS

// Module is the sales room.
type Module struct {
	Inventory  *inventory.Module
	Production *production.Module
	// Expected says when work orders end by the plan; one that is not planned is missing. Scheduling is a later room.
	Expected func(ctx context.Context, q db.Querier, orders []db.ID) (map[db.ID]int64, error)
}

// New makes the room, names its documents and lets production tell it of finished goods.
func New(d *db.DB, inv *inventory.Module, prod *production.Module) *Module {
	d.NumberRule("so", "SO{yymm}-{0000}")
	d.NumberRule("shp", "SH{yymm}-{0000}")
	m := &Module{Inventory: inv, Production: prod}
	prod.OnReceived = append(prod.OnReceived, m.Received)
	return m
}

// Perms are the permissions of this room.
var Perms = []string{"sales.read", "sales.create", "sales.allocate", "sales.ship", "sales.undo"}

// Messages are the refusals of this room in the user's language.
var Messages = fault.Messages{
	"sales.order_unknown":    {Zh: "没有销售订单 {number}。请核对单号，或先录入订单。", En: "There is no sales order {number}. Check the number, or enter the order first."},
	"sales.line_unknown":     {Zh: "销售订单 {number} 没有第 {line} 行。", En: "Sales order {number} has no line {line}."},
	"sales.number_taken":     {Zh: "销售订单号 {number} 已存在，请换一个单号或留空由系统编号。", En: "Sales order {number} exists already; choose another number or leave it empty."},
	"sales.no_lines":         {Zh: "订单至少要有一行物料。", En: "An order needs at least one line."},
	"sales.line_twice":       {Zh: "行号 {line} 出现了两次。", En: "Line {line} appears twice."},
	"sales.qty_not_positive": {Zh: "第 {line} 行的数量必须大于 0。", En: "The quantity of line {line} must be above zero."},
	"sales.decimals":         {Zh: "物料 {item} 的数量最多 {decimals} 位小数，收到 {qty}。", En: "Quantities of {item} have at most {decimals} decimals; got {qty}."},
	"sales.date_invalid":     {Zh: "第 {line} 行的交期“{due}”不是日期，应为 2026-03-09 这样的格式。", En: "The due date {due} of line {line} is not a date such as 2026-03-09."},
	"sales.priority_range":   {Zh: "第 {line} 行的优先级必须是 1 或更大的整数。", En: "The priority of line {line} must be 1 or more."},
	"sales.cancelled":        {Zh: "销售订单 {number} 已取消。", En: "Sales order {number} is cancelled."},
	"sales.has_shipments":    {Zh: "销售订单 {number} 已有发货，不能取消；请先冲销发货单。", En: "Sales order {number} has shipments and cannot be cancelled; reverse them first."},
	"sales.has_work":         {Zh: "销售订单 {number} 还有未关闭的生产工单 {orders}，请先取消工单。", En: "Sales order {number} still has work orders {orders}; cancel them first."},
	"sales.over_ship":        {Zh: "订单 {number} 第 {line} 行只剩 {remaining} 未发，不能发 {qty}。", En: "Line {line} of {number} has only {remaining} left to ship, not {qty}."},
	"sales.nothing_to_ship":  {Zh: "订单 {number} 没有已分配的库存可发。请先完工入库，或在库存中分配批次。", En: "Nothing is allocated to {number}. Receive finished goods first, or allocate lots from stock."},
	"sales.shipment_unknown": {Zh: "没有发货单 {number}。", En: "There is no shipment {number}."},
	"sales.already_reversed": {Zh: "发货单 {number} 已经冲销。", En: "Shipment {number} has been reversed already."},
	"sales.not_carrier":      {Zh: "往来单位 {code} 不是承运商。", En: "Partner {code} is not a carrier."},
	"sales.not_customer":     {Zh: "往来单位 {code} 不是客户。", En: "Partner {code} is not a customer."},
	"sales.nothing_to_make":  {Zh: "所选订单行都已有库存或工单，无需再生产。", En: "The chosen lines are covered by stock or work orders; there is nothing to make."},
	"sales.not_made":         {Zh: "物料 {item} 不是自制件，不能生成生产工单；请采购或委外。", En: "{item} is not made here, so no work order can be created; buy or subcontract it."},
	"sales.channel_differs":  {Zh: "订单 {number} 的各行渠道不一致（{value}），请按渠道拆成不同订单。", En: "The lines of order {number} name different channels ({value}); give each channel an order of its own."},
	"sales.reason_missing":   {Zh: "请填写原因。", En: "A reason is required."},
}
