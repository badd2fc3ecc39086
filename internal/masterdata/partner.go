package masterdata

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// Partner is a customer, supplier, subcontractor or carrier, often several of them.
type Partner struct {
	ID      db.ID  `db:"id" json:"id"`
	Code    string `db:"code" json:"code"`
	Name    string `db:"name" json:"name"`
	Kinds   string `db:"kinds" json:"kinds"` // ';' between
	Phone   string `db:"phone" json:"phone"`
	Email   string `db:"email" json:"email"`
	Address string `db:"address" json:"address"`
	Active  bool   `db:"active" json:"active"`
}

// Is says whether the partner is a customer, supplier, …
func (p Partner) Is(kind string) bool { return slices.Contains(strings.Split(p.Kinds, ";"), kind) }

const partnerFrom = ` p.id, p.code, p.name, p.kinds, p.phone, p.email, p.address, p.active FROM md_partner p`

// PartnerByCode finds a partner.
func PartnerByCode(ctx context.Context, q db.Querier, code string) (Partner, error) {
	p, ok, err := db.Get[Partner](ctx, q, `SELECT`+partnerFrom+` WHERE `+seen("p")+` AND p.code = $2`, batchOf(ctx), code)
	if err == nil && !ok {
		err = partnerUnknown(code)
	}
	return p, err
}

// PartnerByID finds a partner.
func PartnerByID(ctx context.Context, q db.Querier, id db.ID) (Partner, error) {
	p, ok, err := db.Get[Partner](ctx, q, `SELECT`+partnerFrom+` WHERE `+seen("p")+` AND p.id = $2`, batchOf(ctx), id)
	if err == nil && !ok {
		err = partnerUnknown(id)
	}
	return p, err
}

func partnerUnknown(code any) error {
	return fault.NotFound("masterdata.partner_unknown", "there is no partner %s", code).With("code", code)
}

// AllPartners are all of the company by code, for loads.
func AllPartners(ctx context.Context, q db.Querier) (map[string]Partner, error) {
	out := map[string]Partner{}
	w := ask(ctx, "p")
	err := db.Each(ctx, q, `SELECT`+partnerFrom+w.String(), w.Args, func(p *Partner) error { out[p.Code] = *p; return nil })
	return out, err
}
