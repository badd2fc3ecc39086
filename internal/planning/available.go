package planning

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning/mrp"
)

// Available is what of an item may still be promised. An order takes what it needs, itself or as a part of what it
// orders, from the moment it is entered.
type Available struct {
	Site     string  `json:"site"`
	Today    string  `json:"today"`
	Item     string  `json:"item"`
	Name     string  `json:"name"`
	UoM      string  `json:"uom"`
	OnHand   num.Dec `json:"on_hand" doc:"Usable stock"`
	Held     num.Dec `json:"held" doc:"On hold or in quarantine: not usable"`
	Expired  num.Dec `json:"expired" doc:"Of what is on hand, no longer usable by date"`
	Reserved num.Dec `json:"reserved" doc:"Of what is on hand, reserved for a document"`
	Promised num.Dec `json:"promised" doc:"Of what is on hand, taken by orders that were entered"`
	Free     num.Dec `json:"free" doc:"Left for a new order, now"`
	Coming   num.Dec `json:"coming" doc:"On its way"`
	Wanted   num.Dec `json:"wanted" doc:"What orders still want beyond what is on hand"`
	Date     string  `json:"date" doc:"The day that was asked for"`
	FreeAt   num.Dec `json:"free_at" doc:"Left for a new order due on that day, with what comes until then and without taking anything that a later order needs"`

	Takers []Taker   `json:"takers" doc:"Who takes it, in the order in which they are served"`
	Days   []FreeDay `json:"days"`
}

// Taker is an order that takes an item.
type Taker struct {
	Kind     string  `json:"kind"`
	Number   string  `json:"number"`
	Line     int64   `json:"line,omitempty"`
	For      string  `json:"for,omitempty" doc:"The product in which it is a part"`
	Due      string  `json:"due"`
	Priority int64   `json:"priority"`
	Need     num.Dec `json:"need"`
	Reserved num.Dec `json:"reserved"`
	Stock    num.Dec `json:"stock"`
	Later    num.Dec `json:"later" doc:"From what comes, is to be made or to be ordered"`
}

// FreeDay is a day on which something comes or is wanted.
type FreeDay struct {
	Day    string  `json:"day"`
	Comes  num.Dec `json:"comes"`
	Wanted num.Dec `json:"wanted"`
	Left   num.Dec `json:"left" doc:"After this day; below zero it is short"`
	Free   num.Dec `json:"free" doc:"Of it, not needed by a later order"`
}

// AskAvailable names an item and a day.
type AskAvailable struct {
	Item string `path:"item" maxLength:"100"`
	Site string `query:"site" maxLength:"64" doc:"Empty = your first site"`
	Date string `query:"date" maxLength:"10" doc:"Default today"`
}

// Available answers how much of an item is free, now and on a day.
func (m *Module) Available(ctx context.Context, q db.Querier, in *AskAvailable) (out Available, err error) {
	if err := dated(in.Date); err != nil {
		return out, err
	}
	k, err := m.kitting(ctx, q, in.Site)
	if err != nil {
		return out, err
	}
	it, err := masterdata.ItemByCode(ctx, q, strings.TrimSpace(in.Item))
	if err != nil {
		return out, err
	}
	i := k.at[it.ID]
	for n := range k.list {
		if k.list[n].Kind == "forecast" { // nobody has ordered it
			k.Orders[n].Qty = 0
		}
	}
	k.Detail = func(int32) bool { return true }
	k.Watch = func(x int32) bool { return x == i }
	if err := k.deal(); err != nil {
		return out, err
	}
	out = Available{Site: k.site.Code, Today: k.today.String(), Item: it.Code, Name: it.Name, UoM: it.UoM, Date: max(in.Date, k.today.String()), Free: k.answer.Left[i], Takers: []Taker{}, Days: []FreeDay{}}
	for _, s := range k.Supplies {
		if s.Item == i && s.Source.Kind == mrp.Stock {
			out.OnHand += s.Qty
		}
	}
	for _, l := range k.Stock {
		if l.Item == i && l.Expires <= k.today {
			out.Expired += l.Qty
		}
	}
	if out.Reserved, _, err = db.Get[num.Dec](ctx, q, `SELECT CAST(coalesce(sum(qty), 0) AS BIGINT) FROM v_reservation WHERE site_id = $1 AND item_id = $2`, k.site.ID, it.ID); err != nil {
		return out, err
	}
	if out.Held, _, err = db.Get[num.Dec](ctx, q, `SELECT CAST(coalesce(sum(s.qty), 0) AS BIGINT) FROM v_stock s JOIN v_location w ON w.id = s.location_id
		WHERE s.site_id = $1 AND s.item_id = $2 AND (s.status <> 'available' OR w.warehouse_kind = 'quarantine')`, k.site.ID, it.ID); err != nil {
		return out, err
	}
	days := map[cal.Day]*FreeDay{}
	day := func(d cal.Day) *FreeDay {
		d = max(d, k.today)
		if days[d] == nil {
			days[d] = &FreeDay{Day: d.String()}
		}
		return days[d]
	}
	day(k.today).Comes += out.OnHand - out.Expired
	for _, c := range k.Coming {
		if c.Item != i {
			continue
		}
		out.Coming += c.Qty
		d := c.Day
		if c.Work >= 0 {
			d = max(d, k.answer.Results[c.Work].Done)
		}
		if d < mrp.Never {
			day(d).Comes += c.Qty
		}
	}
	for _, c := range k.Claims {
		if c.Item == i {
			day(k.today).Wanted += c.Qty
		}
	}
	var order []int32
	for n := range k.Orders {
		order = append(order, int32(n))
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		x, y := &k.Orders[a], &k.Orders[b]
		if x.Work != y.Work {
			if x.Work {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(x.Priority, y.Priority), cmp.Compare(x.Due, y.Due))
	})
	for _, n := range order {
		o, of := &k.Orders[n], &k.list[n]
		for _, u := range k.answer.Results[n].Uses {
			x := Taker{Kind: of.Kind, Number: of.Number, Line: of.Line, Due: date(o.Due), Priority: int64(o.Priority), Need: u.Need, Reserved: u.Own, Stock: u.Stock, Later: u.Need - u.Own - u.Stock}
			if o.Item != i || o.Work {
				x.For = k.Items[o.Item].Code
			}
			out.Promised += u.Stock
			out.Wanted += x.Later
			day(o.Due).Wanted += u.Need
			out.Takers = append(out.Takers, x)
		}
	}
	for _, d := range days {
		out.Days = append(out.Days, *d)
	}
	slices.SortFunc(out.Days, func(a, b FreeDay) int { return cmp.Compare(a.Day, b.Day) })
	var left num.Dec
	for n := range out.Days {
		left += out.Days[n].Comes - out.Days[n].Wanted
		out.Days[n].Left = left
	}
	least := left
	for n := len(out.Days) - 1; n >= 0; n-- {
		least = min(least, out.Days[n].Left)
		out.Days[n].Free = max(least, 0)
	}
	for n := range out.Days {
		if out.Days[n].Day <= out.Date {
			out.FreeAt = out.Days[n].Free
		}
	}
	return out, nil
}
