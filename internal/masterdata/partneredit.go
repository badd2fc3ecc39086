package masterdata

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// PartnerKinds are what a partner may be to us, in the order in which they are kept.
var PartnerKinds = []string{"customer", "supplier", "subcontractor", "carrier"}

// Contact is a person at a partner.
type Contact struct {
	Name  string `db:"name" json:"name" maxLength:"100" doc:"Name"`
	Role  string `db:"role" json:"role,omitempty" maxLength:"100" doc:"What they do there"`
	Phone string `db:"phone" json:"phone,omitempty" maxLength:"100" doc:"Phone"`
	Email string `db:"email" json:"email,omitempty" maxLength:"200" doc:"Mail"`
}

// Address is a place of a partner.
type Address struct {
	Label   string `db:"label" json:"label" maxLength:"100" doc:"What it is called: warehouse, head office"`
	Contact string `db:"contact" json:"contact,omitempty" maxLength:"100" doc:"Who receives there"`
	Phone   string `db:"phone" json:"phone,omitempty" maxLength:"100" doc:"Phone"`
	Address string `db:"address" json:"address" maxLength:"500" doc:"Street, city"`
	ShipTo  bool   `db:"ship_to" json:"ship_to,omitempty" doc:"Goods go there when nobody says otherwise; one at most"`
}

// PartnerValues are what a person may say about a partner.
type PartnerValues struct {
	Name      *string    `json:"name,omitempty" maxLength:"200" doc:"Name"`
	Kinds     *[]string  `json:"kind_list,omitempty" maxItems:"4" doc:"customer, supplier, subcontractor, carrier: one or several"`
	Phone     *string    `json:"phone,omitempty" maxLength:"100" doc:"Phone"`
	Email     *string    `json:"email,omitempty" maxLength:"200" doc:"Mail"`
	Address   *string    `json:"address,omitempty" maxLength:"500" doc:"Main address"`
	Carrier   *string    `json:"carrier,omitempty" maxLength:"100" doc:"Code of the usual carrier; empty: none"`
	OverPct   *num.Dec   `json:"over_pct,omitempty" doc:"By how many percent a customer takes more than ordered"`
	UnderPct  *num.Dec   `json:"under_pct,omitempty" doc:"By how many percent a customer takes less than ordered and calls it complete"`
	Terms     *string    `json:"terms,omitempty" maxLength:"4000" doc:"Terms of payment and delivery, as people say them"`
	Contacts  *[]Contact `json:"contacts,omitempty" maxItems:"100" doc:"All contacts"`
	Addresses *[]Address `json:"addresses,omitempty" maxItems:"100" doc:"All addresses"`
	Clear     []string   `json:"clear,omitempty" maxItems:"2" doc:"Values to take away: over_pct, under_pct"`
}

// NewPartner makes a partner.
type NewPartner struct {
	Site string `json:"site,omitempty" maxLength:"100" doc:"Site whose files name the partner; default the caller's first"`
	Code string `json:"code" maxLength:"100" doc:"Code, unique in the company"`
	PartnerValues
}

// EditPartner changes what it says.
type EditPartner struct {
	Edited
	PartnerValues
}

// PartnerPage is a partner with contacts, addresses and what was agreed.
type PartnerPage struct {
	Partner
	KindList    []string  `json:"kind_list"`
	Carrier     string    `json:"carrier" doc:"Code of the usual carrier"`
	CarrierName string    `json:"carrier_name"`
	OverPct     *num.Dec  `json:"over_pct,omitempty" doc:"Absent: nothing was agreed"`
	UnderPct    *num.Dec  `json:"under_pct,omitempty" doc:"Absent: nothing was agreed"`
	Terms       string    `json:"terms"`
	Contacts    []Contact `json:"contacts"`
	Addresses   []Address `json:"addresses"`
	Rev         int64     `json:"rev" doc:"To be sent with a change"`
}

var partners = noun[partnerRow, *partnerRow, PartnerPage]{"partner", "md_partner", partnerPage}

func partnerPage(ctx context.Context, q db.Querier, r partnerRow) (p PartnerPage, err error) {
	p = PartnerPage{Partner: Partner{r.ID, r.Code, r.Name, r.Kinds, r.Phone, r.Email, r.Address, r.Active}, KindList: strings.Split(r.Kinds, ";"), OverPct: r.OverPct, UnderPct: r.UnderPct, Terms: r.Terms, Rev: r.Rev}
	if r.Carrier != 0 {
		c, err := PartnerByID(ctx, q, r.Carrier)
		if err != nil {
			return p, err
		}
		p.Carrier, p.CarrierName = c.Code, c.Name
	}
	if p.Contacts, err = db.All[Contact](ctx, q, `SELECT t.name, t.role, t.phone, t.email FROM md_partner_contact t WHERE t.partner_id = $1 ORDER BY t.ord, t.id`, r.ID); err != nil {
		return p, err
	}
	p.Addresses, err = db.All[Address](ctx, q, `SELECT t.label, t.contact, t.phone, t.address, t.ship_to FROM md_partner_address t WHERE t.partner_id = $1 ORDER BY t.ord, t.id`, r.ID)
	return p, err
}

func partnerRowOf(ctx context.Context, q db.Querier, code string) (r partnerRow, err error) {
	r, ok, err := rowAt[partnerRow](ctx, q, "md_partner", code, 0)
	if err == nil && !ok {
		err = partnerUnknown(code)
	}
	return r, err
}

func (v *PartnerValues) apply(f *form, r *partnerRow) error {
	f.name(&r.Name, v.Name)
	if v.Kinds != nil {
		var kinds []string
		for _, k := range PartnerKinds {
			if slices.Contains(*v.Kinds, k) {
				kinds = append(kinds, k)
			}
		}
		for _, k := range *v.Kinds {
			if !slices.Contains(PartnerKinds, k) {
				f.bad("kind_list", "masterdata.kind_unknown", k)
			}
		}
		r.Kinds = strings.Join(kinds, ";")
	}
	if r.Kinds == "" {
		f.bad("kind_list", "masterdata.needed", "")
	}
	f.text("phone", &r.Phone, v.Phone)
	f.text("email", &r.Email, v.Email)
	f.mail("email", r.Email, v.Email != nil)
	f.text("address", &r.Address, v.Address, true)
	f.text("terms", &r.Terms, v.Terms, true)
	for field, to := range map[string]**num.Dec{"over_pct": &r.OverPct, "under_pct": &r.UnderPct} {
		in := map[string]*num.Dec{"over_pct": v.OverPct, "under_pct": v.UnderPct}[field]
		if slices.Contains(v.Clear, field) {
			*to = nil
		}
		if in != nil {
			d := num.Dec(0)
			f.qty(field, &d, in, 0, num.Int(100))
			*to = &d
		}
	}
	if v.Carrier == nil {
		return nil
	}
	r.Carrier = 0
	if *v.Carrier == "" {
		return nil
	}
	p, err := PartnerByCode(f.ctx, f.tx, *v.Carrier)
	if fault.Is(err, "masterdata.partner_unknown") {
		f.bad("carrier", "masterdata.partner_unknown", *v.Carrier, "code", *v.Carrier)
		return nil
	}
	if err == nil && !p.Is("carrier") {
		f.bad("carrier", "masterdata.not_carrier", p.Code)
	}
	r.Carrier = p.ID
	return err
}

func (f *form) mail(field, s string, said bool) {
	if at := strings.IndexByte(s, '@'); said && s != "" && (at <= 0 || at == len(s)-1 || strings.ContainsAny(s, " ,;")) {
		f.bad(field, "masterdata.mail_bad", s)
	}
}

// people checks contacts and addresses.
func (v *PartnerValues) people(f *form) {
	if v.Contacts != nil {
		for i := range *v.Contacts {
			c, at := &(*v.Contacts)[i], fieldAt("contacts", i)
			for name, p := range map[string]*string{"name": &c.Name, "role": &c.Role, "phone": &c.Phone, "email": &c.Email} {
				f.text(at+"."+name, p, p)
			}
			f.mail(at+".email", c.Email, true)
			if c.Name == "" {
				f.bad(at+".name", "masterdata.needed", "")
			}
		}
	}
	if v.Addresses != nil {
		ship := 0
		for i := range *v.Addresses {
			a, at := &(*v.Addresses)[i], fieldAt("addresses", i)
			for name, p := range map[string]*string{"label": &a.Label, "contact": &a.Contact, "phone": &a.Phone, "address": &a.Address} {
				f.text(at+"."+name, p, p, true)
			}
			if a.Address == "" {
				f.bad(at+".address", "masterdata.needed", "")
			}
			if a.ShipTo {
				if ship++; ship > 1 {
					f.bad(at+".ship_to", "masterdata.ship_to_twice", a.Label)
				}
			}
		}
	}
}

// write exchanges the contacts and addresses that were named.
func (v *PartnerValues) write(ctx context.Context, tx *db.Tx, id db.ID) error {
	if v.Contacts != nil {
		rows := make([]contactRow, len(*v.Contacts))
		for i, c := range *v.Contacts {
			rows[i] = contactRow{ID: tx.ID(), Partner: id, Contact: c, Ord: int64(i + 1)}
		}
		if err := swap(ctx, tx, "md_partner_contact", "partner_id", id, rows); err != nil {
			return err
		}
	}
	if v.Addresses == nil {
		return nil
	}
	rows := make([]addressRow, len(*v.Addresses))
	for i, a := range *v.Addresses {
		rows[i] = addressRow{ID: tx.ID(), Partner: id, Label: a.Label, Contact: a.Contact, Phone: a.Phone, Address: a.Address, ShipTo: a.ShipTo, Ord: int64(i + 1)}
	}
	return swap(ctx, tx, "md_partner_address", "partner_id", id, rows)
}

// CreatePartner makes a partner.
func (m *Module) CreatePartner(ctx context.Context, tx *db.Tx, in NewPartner) (out PartnerPage, err error) {
	site, err := siteNamed(ctx, tx, in.Site)
	if err != nil {
		return out, err
	}
	f, r := &form{ctx: ctx, tx: tx}, partnerRow{Active: true, Ext: "{}"}
	if r.Code, err = f.code(in.Code, "md_partner", 0); err != nil {
		return out, err
	}
	if err := in.apply(f, &r); err != nil {
		return out, err
	}
	in.people(f)
	return partners.add(f, r, r.Code, 0, func(id db.ID) error {
		if err := used(ctx, tx, site.ID, "partner", id); err != nil {
			return err
		}
		return in.write(ctx, tx, id)
	})
}

// EditPartner changes what the input says.
func (m *Module) EditPartner(ctx context.Context, tx *db.Tx, code string, in EditPartner) (out PartnerPage, err error) {
	was, err := partnerRowOf(ctx, tx, code)
	if err != nil {
		return out, err
	}
	now, err := partnerPage(ctx, tx, was)
	if err != nil {
		return out, err
	}
	f := &form{ctx: ctx, tx: tx}
	return partners.change(f, was, code, 0, in.Edited, func(r *partnerRow) (func() error, error) {
		if err := in.apply(f, r); err != nil {
			return nil, err
		}
		in.people(f)
		if (in.Contacts == nil || equalRows(*in.Contacts, now.Contacts)) && (in.Addresses == nil || equalRows(*in.Addresses, now.Addresses)) {
			return nil, nil
		}
		return func() error { return in.write(ctx, tx, was.ID) }, nil
	})
}

func equalRows[T any](a, b []T) bool { return (len(a) == 0 && len(b) == 0) || reflect.DeepEqual(a, b) }

// SwitchPartner makes a partner inactive, or active again.
func (m *Module) SwitchPartner(ctx context.Context, tx *db.Tx, code string, active bool, in Switch) (out PartnerPage, err error) {
	was, err := partnerRowOf(ctx, tx, code)
	if err != nil {
		return out, err
	}
	return partners.change(&form{ctx: ctx, tx: tx}, was, code, 0, Edited(in), func(r *partnerRow) (func() error, error) { r.Active = active; return nil, nil })
}
