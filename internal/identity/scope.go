package identity

import (
	"context"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// Scope keeps a list to what its reader may see: web.ListSpec{Scope: identity.Scope("o.site_id", "o.supplier_id")}.
// site and partner are columns; "" where the row has none. A list without a partner column shows an outside
// party nothing at all.
func Scope(site, partner string) func(ctx context.Context, w *db.Where) {
	return func(ctx context.Context, w *db.Where) {
		a := actor.From(ctx)
		if site != "" {
			db.In(w, site, a.Sites)
		}
		switch {
		case a.Partner == 0:
		case partner == "":
			w.And("1 = 0")
		default:
			w.And(partner+" = ?", a.Partner)
		}
	}
}

// SeePartner refuses an outside party that asks for somebody else's document; it learns no more than that there
// is nothing to see.
func SeePartner(ctx context.Context, partner db.ID) error {
	if !actor.From(ctx).SeesPartner(int64(partner)) {
		return fault.NotFound("identity.not_yours", "there is no such document")
	}
	return nil
}

// SeeSite refuses a document of a site outside the reader's scope.
func SeeSite(ctx context.Context, site db.ID) error {
	if !actor.From(ctx).SeesSite(int64(site)) {
		return fault.NotFound("identity.not_yours", "there is no such document")
	}
	return nil
}

// See is both at once, for a document's detail page and for every command on it.
func See(ctx context.Context, site, partner db.ID) error {
	if err := SeeSite(ctx, site); err != nil {
		return err
	}
	return SeePartner(ctx, partner)
}

// Inside refuses outside parties: for answers that are about the house as a whole.
func Inside(ctx context.Context) error {
	if actor.From(ctx).Partner != 0 {
		return fault.NotFound("identity.not_yours", "there is no such document")
	}
	return nil
}
