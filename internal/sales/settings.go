package sales

import (
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
)

// Settings are the choices that this room offers.
var Settings = []masterdata.SettingSpec{
	{Name: SettingTolerance, Kind: "percent", Default: "0", Min: "0", Max: "100",
		Title: fault.Text{Zh: "发货允差 %", En: "Delivery tolerance %"},
		Help:  fault.Text{Zh: "实发与订单数量相差不超过百分之几时，订单行算作完成；客户自己的允差优先。", En: "A line counts as delivered when the quantity differs by no more than this; a customer's own tolerance goes first."}},
}
