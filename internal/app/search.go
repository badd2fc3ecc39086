package app

import (
	"context"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/web"
)

// finder is a room that can be searched; module says when it is.
type finder struct {
	module, perm string
	find         func(ctx context.Context, q db.Querier, text string) ([]web.Hit, error)
}

func (a *App) finders() []finder {
	return []finder{
		{"production", "production.read", a.Production.Find},
		{"sales", "sales.read", a.Sales.Find},
		{"inventory", "inventory.read", a.Inventory.Find},
		{"purchasing", "purchasing.read", a.Purchasing.Find},
		{"planning", "planning.read", a.Planning.Find},
		{"quality", "quality.read", a.Quality.Find},
		{"masterdata", "masterdata.read", a.Masterdata.Find},
		{"identity", "identity.read", a.Identity.Find},
	}
}

// Search asks every room that the actor may read; an exact number comes first.
func (a *App) Search(ctx context.Context, q db.Querier, text string) ([]web.Hit, error) {
	out := []web.Hit{}
	text = strings.TrimSpace(text)
	if text == "" {
		return out, nil
	}
	if code, ok := label.ParseCode(text); ok { // one of our own labels: what it names, without its prefix
		text = code.Number
	}
	var rest []web.Hit
	for _, f := range a.finders() {
		if !actor.From(ctx).Can(f.perm) || !a.Identity.ModuleOn(ctx, f.module) {
			continue
		}
		hits, err := f.find(ctx, q, text)
		if err != nil {
			return nil, err
		}
		for _, h := range hits {
			if strings.EqualFold(h.Title, text) {
				out = append(out, h)
				ctx = web.WithFound(ctx)
			} else {
				rest = append(rest, h)
			}
		}
	}
	out = append(out, rest...)
	return out[:min(len(out), 30)], nil
}
