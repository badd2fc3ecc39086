package app

import (
	"context"
	"net/url"

	"kaiwu/internal/kit/fault"
)

func pathEscape(code string) string { return url.PathEscape(code) }

// used: the item is a component of some BOM version that is valid today or later.
const used = `EXISTS (SELECT 1 FROM v_bom_line l JOIN v_bom b ON b.id = l.bom_id WHERE l.item_id = i.id AND l.role = 'component' AND b.effective_to >= $1)`

// questions are queries whose answer should be no row: code and name of what is not ready.
func (c *checkup) questions(ctx context.Context) error {
	const items, boms, routings, centers, workers = "/masterdata/items", "/masterdata/boms", "/masterdata/routings", "/masterdata/work-centers", "/masterdata/workers"
	day := []any{c.today}
	for _, q := range []struct {
		severity, code, page, text string
		args                       []any
	}{
		{grave, "no_bom", items, `SELECT i.code, i.name FROM v_item i WHERE i.kind IN ('make', 'phantom') AND i.active
			AND NOT EXISTS (SELECT 1 FROM v_bom b WHERE b.item_id = i.id AND b.effective_from <= $1 AND b.effective_to >= $1) ORDER BY i.code`, day},
		{grave, "no_routing", items, `SELECT i.code, i.name FROM v_item i WHERE i.kind = 'make' AND i.active
			AND NOT EXISTS (SELECT 1 FROM v_routing r WHERE r.item_id = i.id AND r.effective_from <= $1 AND r.effective_to >= $1) ORDER BY i.code`, day},
		{warn, "empty_bom", boms, `SELECT i.code, b.version AS name FROM v_bom b JOIN v_item i ON i.id = b.item_id WHERE i.active AND b.effective_to >= $1
			AND NOT EXISTS (SELECT 1 FROM v_bom_line l WHERE l.bom_id = b.id AND l.role = 'component') ORDER BY i.code, b.version`, day},
		{warn, "no_price", items, `SELECT i.code, i.name FROM v_item i WHERE i.kind = 'buy' AND i.active AND ` + used + `
			AND NOT EXISTS (SELECT 1 FROM v_item_site s WHERE s.item_id = i.id AND (coalesce(s.purchase_price, 0) > 0 OR coalesce(s.standard_cost, 0) > 0)) ORDER BY i.code`, day},
		{warn, "no_supplier", items, `SELECT i.code, i.name FROM v_item i WHERE i.kind IN ('buy', 'subcontract') AND i.active AND ` + used + `
			AND NOT EXISTS (SELECT 1 FROM v_item_site s WHERE s.item_id = i.id AND s.supplier_id <> 0) ORDER BY i.code`, day},
		{note, "no_stock", items, `SELECT i.code, i.name FROM v_item i WHERE i.kind = 'buy' AND i.active AND ` + used + `
			AND NOT EXISTS (SELECT 1 FROM v_stock s WHERE s.item_id = i.id) AND NOT EXISTS (SELECT 1 FROM v_purchase_line p WHERE p.item_id = i.id) ORDER BY i.code`, day},
		{warn, "shelf_life", items, `SELECT i.code, i.name FROM v_item i WHERE i.shelf_life_days > 0 AND i.tracking = 'none' AND i.active ORDER BY i.code`, nil},
		{note, "no_time", routings, `SELECT i.code, i.name FROM v_item i WHERE i.active AND EXISTS (SELECT 1 FROM v_routing r JOIN v_routing_op o ON o.routing_id = r.id
			JOIN v_work_center w ON w.id = o.work_center_id WHERE r.item_id = i.id AND r.effective_to >= $1 AND w.kind <> 'subcontract' AND o.setup_min = 0 AND o.run_min = 0 AND o.batch_min = 0) ORDER BY i.code`, day},
		{grave, "center_inactive", centers, `SELECT w.code, w.name FROM v_work_center w WHERE NOT w.active
			AND EXISTS (SELECT 1 FROM v_routing_op o JOIN v_routing r ON r.id = o.routing_id WHERE o.work_center_id = w.id AND r.effective_to >= $1) ORDER BY w.code`, day},
		{warn, "no_calendar", centers, `SELECT w.code, w.name FROM v_work_center w WHERE w.active AND w.calendar_id = 0 AND w.kind <> 'subcontract'
			AND EXISTS (SELECT 1 FROM v_routing_op o WHERE o.work_center_id = w.id) ORDER BY w.code`, nil},
		{warn, "no_machine", centers, `SELECT w.code, w.name FROM v_work_center w WHERE w.active AND w.kind IN ('machine', 'batch')
			AND EXISTS (SELECT 1 FROM v_routing_op o WHERE o.work_center_id = w.id) AND NOT EXISTS (SELECT 1 FROM v_machine m WHERE m.work_center_id = w.id AND m.active) ORDER BY w.code`, nil},
		{warn, "no_badge", workers, `SELECT w.code, w.name FROM v_worker w WHERE w.active AND w.badge = '' ORDER BY w.code`, nil},
		{warn, "no_login", workers, `SELECT w.code, w.name FROM v_worker w WHERE w.active AND w.badge <> '' AND NOT EXISTS (SELECT 1 FROM v_user u WHERE u.worker_id = w.id AND NOT u.disabled) ORDER BY w.code`, nil},
		{grave, "no_warehouse", "/masterdata/warehouses", `SELECT s.code, s.name FROM v_site s WHERE NOT EXISTS (SELECT 1 FROM v_warehouse w WHERE w.site_id = s.id AND w.active AND w.kind IN ('normal', 'line')) ORDER BY s.code`, nil},
	} {
		if err := c.ask(ctx, q.severity, q.code, q.page, q.text, q.args...); err != nil {
			return err
		}
	}
	return nil
}

// DoctorMessages are the sentences of the go-live check: what is wrong, then what to do.
var DoctorMessages = fault.Messages{
	"doctor.empty":           {Zh: "系统里还没有工厂数据。请导入一个工厂包。", En: "There is no factory data yet. Import a factory pack."},
	"doctor.no_bom":          {Zh: "{count} 个自制件没有今天有效的物料清单（如 {first}），无法建工单和领料。请补物料清单，或改物料类型。", En: "{count} items that are made have no BOM valid today (such as {first}): no order can take material for them. Add a BOM or change the item's kind."},
	"doctor.no_routing":      {Zh: "{count} 个自制件没有今天有效的工艺路线（如 {first}），无法建工单。请补工艺路线。", En: "{count} items that are made have no routing valid today (such as {first}): no order can be made. Add a routing."},
	"doctor.empty_bom":       {Zh: "{count} 个物料清单没有组件行（如 {first}）。请补组件。", En: "{count} BOM versions have no component (such as {first}). Add the components."},
	"doctor.bom_loop":        {Zh: "{count} 个物料的物料清单绕回自身（如 {first}），无法计划。请改掉形成循环的行。", En: "{count} items are made of themselves (such as {first}) and cannot be planned. Correct the lines that close the circle."},
	"doctor.no_price":        {Zh: "{count} 个采购组件没有采购价也没有标准成本（如 {first}），成本会偏低。请补价格。", En: "{count} bought components have neither purchase price nor standard cost (such as {first}): costs will come out too low. Enter a price."},
	"doctor.no_supplier":     {Zh: "{count} 个采购或委外组件没有供应商（如 {first}），采购建议无法下单。请指定供应商。", En: "{count} bought or subcontracted components have no supplier (such as {first}): nobody can be asked for them. Name a supplier."},
	"doctor.no_stock":        {Zh: "{count} 个采购组件没有库存，也没有采购单（如 {first}）。如果期初库存漏了，请盘点录入。", En: "{count} bought components have neither stock nor a purchase order (such as {first}). If opening stock was forgotten, enter it."},
	"doctor.shelf_life":      {Zh: "{count} 个物料有保质期但不按批次管理（如 {first}），到期无法控制。请改为批次管理。", En: "{count} items have a shelf life but are not kept by lot (such as {first}): nothing can stop expired goods. Track them by lot."},
	"doctor.no_time":         {Zh: "{count} 个物料有工序没有任何工时（如 {first}），排程会当作瞬间完成。请补工时。", En: "{count} items have an operation without any time (such as {first}): the schedule takes it for done at once. Enter times."},
	"doctor.center_inactive": {Zh: "{count} 个停用的工作中心仍在工艺路线里（如 {first}）。请启用它，或改工艺路线。", En: "{count} work centers that are switched off stand in routings (such as {first}). Switch them on or change the routings."},
	"doctor.no_calendar":     {Zh: "{count} 个工作中心没有日历（如 {first}），排程会当作全天24小时开工。请指定日历。", En: "{count} work centers have no calendar (such as {first}): the schedule takes them to work day and night. Give them a calendar."},
	"doctor.no_machine":      {Zh: "{count} 个设备类工作中心没有可用设备（如 {first}）。请补设备，或改为手工类。", En: "{count} work centers of machines have no active machine (such as {first}). Add machines, or make them hand work."},
	"doctor.no_badge":        {Zh: "{count} 名员工没有工牌号（如 {first}），无法在车间登录报工。请补工牌号。", En: "{count} workers have no badge (such as {first}) and cannot log in on the floor. Give them a badge number."},
	"doctor.no_login":        {Zh: "{count} 名有工牌的员工没有可用账号（如 {first}），刷卡会被拒绝。请建账号或启用账号。", En: "{count} workers carry a badge but have no enabled account (such as {first}): the tablet will refuse them. Make or enable their account."},
	"doctor.no_warehouse":    {Zh: "{count} 个工厂没有可用的普通仓库（如 {first}），无法收货和入库。请建仓库。", En: "{count} sites have no active warehouse for usable stock (such as {first}): nothing can be received. Add one."},
	"doctor.no_backup":       {Zh: "还没有备份过。请运行 kaiwu backup --out 文件，并设为每天执行，备份文件存到另一台机器。", En: "No backup was ever taken. Run kaiwu backup --out FILE, every day, and keep the file on another machine."},
	"doctor.old_backup":      {Zh: "上次备份是 {days} 天前。请运行 kaiwu backup，并设为每天执行。", En: "The last backup is {days} days old. Run kaiwu backup, every day."},
	"doctor.demo_password":   {Zh: "{count} 个账号仍用演示密码（如 {first}），任何人都能登录。请改密码或停用。", En: "{count} accounts still have the demo's password (such as {first}): anybody can log in. Change it or disable them."},
	"doctor.no_admin":        {Zh: "没有能登录的管理员。请运行 kaiwu user add --role admin，或 kaiwu user reset。", En: "There is no administrator who can log in. Run kaiwu user add --role admin, or kaiwu user reset."},
	"doctor.one_admin":       {Zh: "只有一个管理员（{first}）。他不在时没人能改账号，请再指定一个。", En: "There is one administrator only ({first}). Name a second one, for the day on which the first is away."},
	"doctor.zone_unknown":    {Zh: "时区 {first} 不认识。请改成 Asia/Shanghai 这样的名称。", En: "The time zone {first} is not known. Write a name such as Asia/Shanghai."},
	"doctor.zone_other":      {Zh: "有工厂的时区（{first}）与系统时区（{zone}）不同，单据的业务日期按系统时区计算。", En: "A site's time zone ({first}) differs from the system's ({zone}), by which the business dates of documents are reckoned."},
	"doctor.clock":           {Zh: "本机时间 {now} 早于最近一条记录 {last}。请校准时钟（NTP）后再开始工作。", En: "This machine's clock says {now}, but the last record is of {last}. Set the clock (NTP) before work begins."},
	"doctor.disk_full":       {Zh: "数据盘只剩 {free} GiB，写满后无法报工。请立即清理或扩容。", En: "The disk has {free} GiB left; when it is full nothing can be reported. Make room now."},
	"doctor.disk_small":      {Zh: "数据盘剩 {free} GiB，数据库 {size} GiB；备份和恢复需要更多空间。请扩容。", En: "The disk has {free} GiB left for a database of {size} GiB; backup and restore need more. Make room."},
	"doctor.wal":             {Zh: "数据库日志文件有 {mib} MiB，可能有查询一直没结束。请重启服务；如再次出现请检查长时间的导出。", En: "The database's log file has {mib} MiB: some query never ends. Restart the server; if it comes back look for long exports."},
	"doctor.plain":           {Zh: "在 {listen} 上未用 TLS：手机不能用摄像头扫码，密码明文传输。请去掉 --http，或放在有 TLS 的代理后面。", En: "{listen} is served without TLS: phones cannot use the camera and passwords travel in the clear. Leave out --http, or stand behind a proxy with TLS."},
}
