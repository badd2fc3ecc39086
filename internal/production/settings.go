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
	{Name: SettingReceipt, Kind: "location", Default: "",
		Title: fault.Text{Zh: "完工入库库位", En: "Location of finished goods"},
		Help:  fault.Text{Zh: "没有扫描库位时，成品入到这里；留空则用 FG 仓或第一个普通仓。", En: "Where finished goods go when no location is scanned; empty: warehouse FG, else the first ordinary one."}},
}
