package app

import (
	"context"
	"slices"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

// Export writes a site as a pack, on one snapshot; "" is the actor's first site. Prices and costs that the actor
// may not see are left out, and the pack then says less than what is here.
func (s *Packs) Export(ctx context.Context, site string) (*pack.Pack, error) {
	p := pack.New()
	err := s.DB.View(ctx, func(q db.Querier) error {
		at, err := exportSite(ctx, q, site)
		if err != nil {
			return err
		}
		for _, l := range s.loaders() {
			if err := l.Dump(ctx, q, at.ID, p); err != nil {
				return err
			}
		}
		return nil
	})
	a := actor.From(ctx)
	stripPrices(p, !a.Can("see.price"), !a.Can("see.cost"), !a.Can("see.sales_price"))
	return p, err
}

func exportSite(ctx context.Context, q db.Querier, code string) (masterdata.Site, error) {
	if code == "" {
		return masterdata.DefaultSite(ctx, q)
	}
	s, err := masterdata.SiteByCode(ctx, q, code)
	if err == nil && !actor.From(ctx).SeesSite(int64(s.ID)) {
		err = fault.NotFound("masterdata.site_unknown", "there is no site %s", code).With("code", code)
	}
	return s, err
}

func hasPrices(p *pack.Pack) bool {
	for i := range p.Items {
		if p.Items[i].PurchasePrice != nil {
			return true
		}
	}
	for i := range p.Routings {
		if p.Routings[i].PieceRate != 0 {
			return true
		}
	}
	for i := range p.PurchaseOrders {
		if p.PurchaseOrders[i].UnitPrice != nil {
			return true
		}
	}
	return false
}

func hasSalesPrices(p *pack.Pack) bool {
	return slices.ContainsFunc(p.SalesOrders, func(l pack.SalesLine) bool { return l.UnitPrice != nil })
}

func hasCosts(p *pack.Pack) bool {
	for i := range p.Items {
		if p.Items[i].StandardCost != nil {
			return true
		}
	}
	for i := range p.WorkCenters {
		if p.WorkCenters[i].CostPerHour != 0 {
			return true
		}
	}
	for i := range p.Stock {
		if p.Stock[i].UnitCost != nil {
			return true
		}
	}
	return false
}

func stripPrices(p *pack.Pack, price, cost, sales bool) {
	for i := range p.Items {
		if price {
			p.Items[i].PurchasePrice = nil
		}
		if cost {
			p.Items[i].StandardCost = nil
		}
	}
	for i := range p.Routings {
		if price {
			p.Routings[i].PieceRate = 0
		}
	}
	for i := range p.SalesOrders {
		if sales {
			p.SalesOrders[i].UnitPrice = nil
		}
	}
	for i := range p.PurchaseOrders {
		if price {
			p.PurchaseOrders[i].UnitPrice = nil
		}
	}
	for i := range p.WorkCenters {
		if cost {
			p.WorkCenters[i].CostPerHour = 0
		}
	}
	for i := range p.Stock {
		if cost {
			p.Stock[i].UnitCost = nil
		}
	}
}
