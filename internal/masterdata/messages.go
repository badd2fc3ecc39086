package masterdata

import "kaiwu/internal/kit/fault"

// Messages are the sentences of this room's fault codes.
var Messages = fault.Messages{
	"masterdata.site_unknown":        {Zh: "没有工厂（站点）{code}。请检查代码。", En: "There is no site {code}. Check the code."},
	"masterdata.site_none":           {Zh: "还没有您可以查看的工厂。请先导入工厂数据，或请管理员授权。", En: "There is no site yet that you may see. Import a factory first, or ask the administrator for access."},
	"masterdata.item_unknown":        {Zh: "没有物料 {code}。请检查编码，或先建立该物料。", En: "There is no item {code}. Check the code, or create the item first."},
	"masterdata.partner_unknown":     {Zh: "没有往来单位 {code}。请检查编码，或先导入该单位。", En: "There is no partner {code}. Check the code, or import the partner first."},
	"masterdata.worker_unknown":      {Zh: "没有员工 {code}。请检查工号。", En: "There is no worker {code}. Check the code."},
	"masterdata.badge_unknown":       {Zh: "没有在职员工使用工牌 {badge}。请重新扫描，或找管理员登记工牌。", En: "No active worker carries the badge {badge}. Scan again, or have the badge registered."},
	"masterdata.work_center_unknown": {Zh: "没有工作中心 {code}。请检查代码。", En: "There is no work center {code}. Check the code."},
	"masterdata.work_center_twice":   {Zh: "您的 {count} 个工厂都有工作中心 {code}。请指明是哪个工厂。", En: "{count} of your sites have a work center {code}. Say which site you mean."},
	"masterdata.location_unknown":    {Zh: "本工厂没有库位 {code}。请重新扫描库位标签（如 RM 或 RM/A-19-1）。", En: "There is no location {code} at this site. Scan the label of the place again (such as RM or RM/A-19-1)."},
	"masterdata.zone_unknown":        {Zh: "没有时区 {zone}。请使用 IANA 名称，如 Asia/Shanghai。", En: "There is no time zone {zone}. Use an IANA name such as Asia/Shanghai."},
	"masterdata.load_stale":          {Zh: "导入期间有人修改了基础数据，没有导入任何数据。请重新导入。", En: "Somebody changed master data while the import was running; nothing was imported. Import again."},
	"masterdata.site_needed":         {Zh: "工厂包没有 site.csv，而系统里有多个工厂。请在 site.csv 的 code 列写明导入哪个工厂。", En: "The pack has no site.csv and there are several sites. Name the site in column code of site.csv."},
	"masterdata.site_forbidden":      {Zh: "您无权导入工厂 {code}。请找管理员授权。", En: "You may not import into site {code}. Ask the administrator for access."},
	"masterdata.routing_elsewhere":   {Zh: "物料 {item} 的工艺路线版本 {value} 属于工厂 {site}。请换一个版本号。", En: "Routing version {value} of item {item} belongs to site {site}. Use another version."},
	"masterdata.warehouse_slash":     {Zh: "仓库代码“{value}”含有“/”，会与库位标签混淆。请换一个代码。", En: "Warehouse code “{value}” has a “/”, which separates warehouse and place on labels. Use another code."},
	"masterdata.badge_taken":         {Zh: "工牌 {value} 已登记给员工 {worker}。请换一张工牌，或先收回原工牌。", En: "Badge {value} belongs to worker {worker}. Use another badge, or take it from that worker first."},
}
