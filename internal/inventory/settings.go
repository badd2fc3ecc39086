package inventory

import (
	"context"
	"strconv"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
)

// SettingReserve says how many days before its due day a line is promised lots.
const SettingReserve = "inventory.reserve_days"

const reserveDays = "14"

// Settings are the choices that this room offers.
var Settings = []masterdata.SettingSpec{
	{Name: SettingMergeDays, Kind: "int", Default: mergeDays, Min: "0", Max: "3650",
		Title: fault.Text{Zh: "合并批次：有效期最多相差（天）", En: "Merged lots: expiry dates at most apart (days)"},
		Help:  fault.Text{Zh: "有效期相差更多的批次不能合并；新批次取最早的有效期。0 表示有效期必须相同。", En: "Lots whose expiry dates lie further apart may not become one; the new lot has the earliest. 0 = the same date only."}},
	{Name: SettingExpiry, Kind: "int", Default: expiryDays, Min: "0", Max: "366",
		Title: fault.Text{Zh: "到期前几天提醒", En: "Days before a lot expires when somebody is told"},
		Help:  fault.Text{Zh: "每个还有可用库存的批次只提醒一次，发给可以冻结库存的人。0 表示不提醒。", En: "Each lot with usable stock is told once, to those who may hold stock. 0 = nobody is told."}},
	{Name: SettingReserve, Kind: "int", Default: reserveDays, Min: "0", Max: "366",
		Title: fault.Text{Zh: "提前几天锁定库存", En: "Days ahead of the due day when stock is reserved"},
		Help:  fault.Text{Zh: "交期还远的订单只做软承诺，不占用库存；进入此天数后由每日任务按优先级、交期锁定。0 表示总是立即锁定。", En: "An order that is due later is promised softly and holds no stock; the daily job reserves its lots when it comes this near, by priority and due day. 0 = always at once."}},
}

// ReserveWindow is the last due day for which stock is reserved today, and how many days ahead that is; OpenEnd and 0
// when everything is reserved at once.
func (m *Module) ReserveWindow(ctx context.Context, q db.Querier) (last string, days int, err error) {
	text, err := masterdata.Setting(ctx, q, SettingReserve, reserveDays)
	if err != nil {
		return "", 0, err
	}
	if days, err = strconv.Atoi(text); err != nil || days <= 0 {
		return OpenEnd, 0, nil
	}
	return dayPlus(m.today(q), days), days, nil
}

// Today is the factory's day.
func (m *Module) Today(q db.Querier) string { return m.today(q) }

// ReserveFrom is the day from which a line due on a day is promised lots.
func ReserveFrom(due string, days int) string { return dayPlus(due, -days) }

func dayPlus(day string, n int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}
