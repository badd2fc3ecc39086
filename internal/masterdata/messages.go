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
}
