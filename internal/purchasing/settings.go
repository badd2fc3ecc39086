package purchasing

import (
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
)

// Settings are the choices that this room offers.
var Settings = []masterdata.SettingSpec{
	{Name: SettingOver, Kind: "percent", Default: "5", Min: "0", Max: "100",
		Title: fault.Text{Zh: "采购超收允差 %", En: "Over-delivery tolerance %"},
		Help:  fault.Text{Zh: "收货最多可以比采购订单行多百分之几。", En: "By how many percent a delivery may exceed the line of the purchase order."}},
	{Name: SettingReceiving, Kind: "location", Default: "", PerSite: true,
		Title: fault.Text{Zh: "收货库位", En: "Receiving location"},
		Help:  fault.Text{Zh: "没有扫描库位时，来料收到这里；留空则放到该物料已有的库位，或第一个普通仓。", En: "Where goods come in when no location is scanned; empty: where the item lies already, else the first ordinary warehouse."}},
}
