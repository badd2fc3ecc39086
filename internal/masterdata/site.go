package masterdata

import (
	"context"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// Site is a plant: documents, stock, prices and planning values belong to one.
type Site struct {
	ID       db.ID  `db:"id" json:"id"`
	Code     string `db:"code" json:"code" doc:"Code"`
	Name     string `db:"name" json:"name" doc:"Name"`
	TimeZone string `db:"time_zone" json:"time_zone" doc:"Time zone"`
	Currency string `db:"currency" json:"currency" doc:"Currency"`
	Today    string `db:"today" json:"today" doc:"Fixed date that counts as today; empty: the calendar"` // date at which an imported pack was to be read, "" = the real one
	Implicit bool   `db:"implicit" json:"-"`
}

const siteCols = `s.id, s.code, s.name, s.time_zone, s.currency, s.today, s.implicit FROM md_site s`

// Location is the site's time zone; one that this machine does not know is refused on import.
func (s Site) Location() *time.Location {
	z, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return time.UTC
	}
	return z
}

// SiteByCode finds a site.
func SiteByCode(ctx context.Context, q db.Querier, code string) (Site, error) {
	s, ok, err := db.Get[Site](ctx, q, `SELECT `+siteCols+` WHERE `+seen("s")+` AND s.code = $2`, batchOf(ctx), code)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.site_unknown", "there is no site %s", code).With("code", code)
	}
	return s, err
}

// SiteByID finds a site.
func SiteByID(ctx context.Context, q db.Querier, id db.ID) (Site, error) {
	s, ok, err := db.Get[Site](ctx, q, `SELECT `+siteCols+` WHERE `+seen("s")+` AND s.id = $2`, batchOf(ctx), id)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.site_unknown", "there is no site with id %s", id).With("code", id)
	}
	return s, err
}

// Sites are all sites the actor may see, oldest first.
func Sites(ctx context.Context, q db.Querier) ([]Site, error) {
	all, err := db.All[Site](ctx, q, `SELECT `+siteCols+` WHERE `+seen("s")+` ORDER BY s.id`, batchOf(ctx))
	if err != nil {
		return nil, err
	}
	a, out := actor.From(ctx), all[:0]
	for _, s := range all {
		if a.SeesSite(int64(s.ID)) {
			out = append(out, s)
		}
	}
	return out, nil
}

// DefaultSite is the actor's site where nobody named one: the first that the actor may see.
func DefaultSite(ctx context.Context, q db.Querier) (Site, error) {
	all, err := Sites(ctx, q)
	if err != nil {
		return Site{}, err
	}
	if len(all) == 0 {
		return Site{}, fault.NotFound("masterdata.site_none", "there is no site yet that you may see; import a factory first")
	}
	return all[0], nil
}
