package app

import (
	"fmt"

	"kaiwu/internal/kit/fault"
)

// standard is the edition whose names we give.
const standard = "IEC 62264-%d / B2MML V7"

func partOf(n noun) string {
	if n.Part == 0 {
		return ""
	}
	return fmt.Sprintf(standard, n.Part)
}

// terms are the names that B2MML gives to fields of a noun that it has.
var terms = map[string]string{
	"item.code": "ID", "item.name": "Description", "item.uom": "MaterialDefinitionProperty.Value.UnitOfMeasure", "item.status": "MaterialDefinitionProperty",
	"bom.product": "ProducedMaterialDefinitionID", "bom.version": "Version", "bom.effective_from": "EffectiveStartDate", "bom.effective_to": "EffectiveEndDate",
	"bom_line.item": "MaterialDefinitionID", "bom_line.qty": "Quantity.QuantityString", "bom_line.role": "UseType",
	"routing.product": "ID", "routing.version": "Version", "routing.effective_from": "EffectiveStartDate", "routing.effective_to": "EffectiveEndDate",
	"routing_op.op": "ID", "routing_op.name": "Description", "routing_op.run_min": "Duration", "routing_op.work_center": "EquipmentSpecification.EquipmentID", "routing_op.skill": "PersonnelSpecification.PersonnelClassID", "routing_op.tool": "PhysicalAssetSpecification.PhysicalAssetID",
	"work_center.code": "ID", "work_center.name": "Description", "machine.code": "ID", "machine.name": "Description", "machine.work_center": "HierarchyScope.EquipmentID", "tool.code": "ID", "tool.name": "Description", "tool.location": "PhysicalLocation",
	"calendar.code": "ID", "calendar.name": "Description", "calendar_shift.from": "StartDateTime", "calendar_shift.to": "FinishDateTime", "calendar_day.from": "StartDateTime", "calendar_day.to": "FinishDateTime",
	"warehouse.code": "ID", "warehouse.name": "Description", "location.code": "ID", "location.name": "Description", "location.warehouse": "HierarchyScope.EquipmentID", "site.code": "ID", "site.name": "Description",
	"worker.code": "ID", "worker.name": "PersonName", "skill.code": "ID", "skill.name": "Description", "team.code": "ID", "team.name": "Description",
	"lot.lot": "ID", "lot.item": "MaterialDefinitionID", "lot.qty": "Quantity.QuantityString", "lot.uom": "Quantity.UnitOfMeasure", "serial.serial": "ID", "serial.item": "MaterialLotID.MaterialDefinitionID", "serial.location": "StorageLocation",
	"stock.lot": "MaterialLotID", "stock.qty": "Quantity.QuantityString", "stock.uom": "Quantity.UnitOfMeasure", "stock.location": "StorageLocation", "stock.status": "Status", "stock.item": "MaterialDefinitionID",
	"stock_move.item": "MaterialDefinitionID", "stock_move.lot": "MaterialLotID", "stock_move.qty": "Quantity.QuantityString", "container.code": "ID", "container.location": "StorageLocation",
	"work_order.number": "ID", "work_order.item": "SegmentRequirement.MaterialRequirement.MaterialDefinitionID", "work_order.qty": "SegmentRequirement.MaterialRequirement.Quantity.QuantityString", "work_order.start": "StartTime", "work_order.due": "EndTime", "work_order.priority": "Priority", "work_order.status": "RequestState",
	"work_order_op.op": "ID", "work_order_op.work_center": "EquipmentRequirement.EquipmentID", "work_order_op.priority": "Priority", "work_order_op.status": "DispatchStatus",
	"work_order_part.item": "MaterialDefinitionID", "work_order_part.required": "Quantity.QuantityString", "work_order_part.uom": "Quantity.UnitOfMeasure",
	"report.order": "JobOrderID", "report.good": "MaterialActual.Quantity.QuantityString", "report.machine": "EquipmentActual.EquipmentID", "report.worker": "PersonnelActual.PersonID",
	"slot.start_ms": "StartTime", "slot.end_ms": "EndTime", "event.id": "ID", "event.name": "OperationsEventDefinitionID", "event.happened_ms": "EffectiveTimestamp", "event.recorded_ms": "RecordTimestamp",
}

// otherwise are the columns of the pack that have another name than the field of the API.
var otherwise = map[string]string{"partner.kinds": "kind"}

// standardOf is the name of a field in B2MML and the part of ISA-95 that has it.
func standardOf(n noun, field string) (name, part string) {
	if t, ok := terms[n.Code+"."+field]; ok && n.Part > 0 {
		return baseTerm(n.Term) + "." + t, partOf(n)
	}
	return "", ""
}

func baseTerm(term string) string {
	for i, r := range term {
		if r == ' ' {
			return term[:i]
		}
	}
	return term
}

// explain defines what the few words of a list's title do not, by noun.field or for all nouns by the field's name.
func explain(id, field string) (fault.Text, bool) {
	if t, ok := explained[id]; ok {
		return t, true
	}
	t, ok := explained[field]
	return t, ok
}

var explained = fault.Messages{
	"id":            {Zh: "系统内部编号，由程序给出，从不改变", En: "Internal number, given by the program, never changes"},
	"rev":           {Zh: "修改次数；编辑时送回，以免覆盖别人的修改", En: "Number of changes so far; sent back with an edit so that nobody's change is overwritten"},
	"recorded_ms":   {Zh: "系统登记的时刻", En: "When the system recorded it"},
	"happened_ms":   {Zh: "实际发生的时刻", En: "When it happened"},
	"posting_date":  {Zh: "记入哪一个业务日", En: "Business day to which it is booked"},
	"actor":         {Zh: "做这件事的人", En: "Person who did it"},
	"made_by":       {Zh: "建立它的人", En: "Person who made it"},
	"active":        {Zh: "是否还在使用；停用后新单据不能再选它", En: "Whether it is in use; what is not cannot be chosen on new documents"},
	"uom":           {Zh: "数量所用的计量单位，即物料自身的单位", En: "Unit of the quantities, the item's own"},
	"entered_qty":   {Zh: "按物料的另一单位录入的数量，与自身单位的数量一并保存", En: "Quantity as entered in another unit of the item, kept beside the one that counts"},
	"entered_uom":   {Zh: "录入数量时所用的单位", En: "Unit in which the quantity was entered"},
	"item_name":     {Zh: "物料的名称，取自物料主数据", En: "Name of the item, from its master data"},
	"undone":        {Zh: "是否已由反向单据撤销；原记录不删除", En: "Undone by its mirror; the record itself stays"},
	"reversed":      {Zh: "是否已由反向记录撤销；原记录不删除", En: "Undone by its mirror; the record itself stays"},
	"site":          {Zh: "所属工厂的代码", En: "Code of the factory it belongs to"},
	"priority":      {Zh: "紧急程度，1 最先", En: "Urgency; 1 comes first"},
	"item.code":     {Zh: "物料的唯一编码，导入后不再改变", En: "Unique code of the item, never changes afterwards"},
	"item.kind":     {Zh: "取得方式：自制、外购、委外、虚拟件、客供料", En: "How it is obtained: made, bought, subcontracted, phantom, supplied by a customer"},
	"item.tracking": {Zh: "追踪方式：不追踪、按批次、按序列号", En: "How it is followed: not at all, by lot, by serial number"},
	"item.status":   {Zh: "使用中或停用", En: "In use or not any more"},
	"item.family":   {Zh: "换型系列：同系列之间换型较快", En: "Family for changeovers: within one they are short"},
	"item.supplier": {Zh: "默认供应商的编码", En: "Code of the usual supplier"},
	"item.uom":      {Zh: "物料自身的计量单位，库存和计划都以它计", En: "The item's own unit, in which stock and plans are counted"},
	"item.picture":  {Zh: "物料图片的编号，0 为没有", En: "Number of its picture, 0 = none"},

	"work_order.status":           {Zh: "状态：计划、已下达、开工、完工、关闭、取消", En: "Planned, released, started, completed, closed or cancelled"},
	"work_order.kind":             {Zh: "类型：普通、返修、受托加工", En: "Normal, rework or toll"},
	"work_order.item":             {Zh: "要生产的产品编码", En: "Code of the product that is made"},
	"work_order.qty":              {Zh: "要生产的数量", En: "Quantity to make"},
	"work_order.due":              {Zh: "要求完工的日期", En: "Day on which it must be finished"},
	"work_order_part.required":    {Zh: "工单总共需要的数量，含损耗", En: "Quantity that the order needs in all, scrap included"},
	"work_order_part.issued":      {Zh: "已发到工单的数量", En: "Quantity issued to the order"},
	"work_order_part.consumed":    {Zh: "报工时已消耗的数量", En: "Quantity consumed by reports"},
	"work_order_part.scrap_pct":   {Zh: "每领用一百件损耗几件", En: "Of a hundred taken, how many are lost"},
	"sales_line.qty":              {Zh: "客户订购的数量", En: "Quantity ordered"},
	"sales_line.unit_price":       {Zh: "按物料自身单位的单价", En: "Price of one of the item's own unit"},
	"sales_line.allocated":        {Zh: "已为该行占用的库存数量", En: "Stock promised to the line"},
	"sales_line.shipped":          {Zh: "已发给客户的数量", En: "Quantity that went to the customer"},
	"purchase_line.unit_price":    {Zh: "按物料自身单位的单价", En: "Price of one of the item's own unit"},
	"item_unit.decimals":          {Zh: "按该单位计量时的小数位数", En: "Decimals of quantities in the other unit"},
	"own_demand.qty":              {Zh: "需要的数量", En: "Quantity needed"},
	"own_demand.due":              {Zh: "需要的日期", En: "Day on which it is needed"},
	"customer_return_line.qty":    {Zh: "退回的数量，0 为全部", En: "Quantity that comes back, 0 = all of it"},
	"calendar_shift.weekday":      {Zh: "星期几，1 为星期一", En: "Weekday, 1 = Monday"},
	"calendar_day.what":           {Zh: "该日：休息、自定时段、按某个星期几、恢复正常", En: "The day is closed, has hours of its own, those of a weekday, or its usual ones"},
	"subcontract_sending.lot":     {Zh: "发给委外商的批次", En: "Lot that goes to the subcontractor"},
	"material_variance.id":        {Zh: "欠料记录的内部编号", En: "Internal number of the variance"},
	"change.state":                {Zh: "状态：草稿、待审批、已批准、已生效、驳回、撤回", En: "Draft, requested, approved, effective, rejected or withdrawn"},
	"change.effect":               {Zh: "生效方式：按日期、立即、旧料用完", En: "Effective on a day, at once, or when a part is used up"},
	"complaint.severity":          {Zh: "严重程度：轻微、严重、致命", En: "Minor, major or critical"},
	"complaint.cause":             {Zh: "原因归类：物料、工艺、搬运使用、无问题", En: "Material, process, handling or none"},
	"stock.status":                {Zh: "库存状态：可用、暂扣、待检", En: "Usable, on hold or waiting for an inspection"},
	"slot.late_ms":                {Zh: "订单晚于交期多少毫秒", En: "Milliseconds by which the order is late"},
	"plan_message.act":            {Zh: "建议动作：提前、推迟、取消、减少等", En: "Expedite, defer, cancel, reduce and so on"},
	"event.hash":                  {Zh: "本记录与其前所有记录的哈希，防篡改", En: "Hash over this record and all before it, so that nothing can be altered unseen"},
	"supply.kind":                 {Zh: "收料或退回", En: "Received, or returned to the customer"},
	"substitute.listed":           {Zh: "物料清单中是否已列为替代料", En: "Whether the bill of materials lists it"},
	"routing_op.report":           {Zh: "是否在此工序报工", En: "Whether people report here"},
	"partner.kinds":               {Zh: "类型：客户、供应商、委外商、承运商，可多个", En: "Customer, supplier, subcontractor, carrier: one or several"},
	"warehouse.in_costing":        {Zh: "仓库的库存是否参与成本核算", En: "Whether its stock counts in costing"},
	"inspection.status":           {Zh: "待检、已判定或取消", En: "Open, judged or cancelled"},
	"purchase_order.open":         {Zh: "尚未收到的数量", En: "Quantity not received yet"},
	"planned_order.possible":      {Zh: "最早可以到货或完工的日期", En: "Earliest day on which it can be there"},
	"reservation.qty":             {Zh: "为单据保留的数量", En: "Quantity held for the document"},
	"session.kind":                {Zh: "登录方式：密码、工牌、密钥", En: "By password, badge or key"},
	"customer_return_line.line":   {Zh: "销售订单的行号", En: "Line of the sales order"},
	"user.roles":                  {Zh: "拥有的角色", En: "Roles that the person has"},
	"work_pick.orders":            {Zh: "为哪些工单拣料", En: "Work orders for which it is picked"},
	"routing_op.tool":             {Zh: "该工序所用工装的代码", En: "Code of the tooling that the step uses"},
	"routing_op.skill":            {Zh: "该工序要求的技能代码", En: "Code of the skill that the step asks for"},
	"work_order_part.substitutes": {Zh: "可以替代它的物料，按优先级排列", En: "Items that may take its place, by priority"},
}
