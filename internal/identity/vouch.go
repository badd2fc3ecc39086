package identity

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// voucherFor is how long a shift leader's word waits for the act that it was given for.
const voucherFor = 2 * time.Minute

// Vouch is the word of somebody who may, given by badge and PIN at the device of somebody who may not.
type Vouch struct {
	Badge string `json:"badge" minLength:"1" maxLength:"100" doc:"Number on the badge of who allows it"`
	PIN   string `json:"pin" minLength:"4" maxLength:"8" doc:"Always needed here, whatever the device was enrolled for"`
	Perm  string `json:"perm" enum:"production.override,production.over_issue" doc:"What is allowed, this once"`
}

// Vouched carries the voucher: for one act of who is logged in here, within two minutes.
type Vouched struct {
	Voucher string `json:"voucher" doc:"Goes along with the act that it is for"`
	Name    string `json:"name" doc:"Who allows it"`
}

// VouchGiven is the payload of EventVouched.
type VouchGiven struct {
	Login string `json:"login"`
	Name  string `json:"name"`
	For   string `json:"for"`
	Perm  string `json:"perm"`
}

// Vouch checks badge and PIN as at a log-in, with the same waits after wrong ones, and opens no session: the one who
// is logged in stays so.
func (m *Module) Vouch(ctx context.Context, in Vouch, from From) (out Vouched, err error) {
	own := actor.From(ctx)
	badge := strings.TrimSpace(in.Badge)
	if _, err := m.device(ctx, &from); err != nil {
		return out, err
	}
	tries := badgeTries(badge, from)
	if err := m.count(ctx, tries...); err != nil {
		return out, err
	}
	p, found, err := db.Get[person](ctx, m.d.Read(), personFrom+`badge = $1 AND badge <> ''`, badge)
	if err != nil {
		return out, fmt.Errorf("find badge: %w", err)
	}
	why, _, err := judge(ctx, found, p.Disabled, p.PIN, in.PIN)
	if err != nil {
		return out, err
	}
	if why != "" {
		return out, m.refuse(ctx, p, byBadge, why, from)
	}
	rules, err := m.rulesNow(ctx)
	if err != nil {
		return out, err
	}
	token := newToken()
	err = m.d.InTx(ctx, func(tx *db.Tx) error {
		right(tx, tries...)
		roles, _, err := rolesAndSites(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		partner, err := db.One[db.ID](ctx, tx, `SELECT partner_id FROM id_user WHERE id = $1`, p.ID)
		if err != nil {
			return err
		}
		if may := m.permsOf(rules, roles, nil, partner); !may[in.Perm] && !may["*"] {
			code := "identity.vouch_cannot"
			if int64(p.ID) == own.UserID {
				code = "identity.vouch_own"
			}
			return fault.Forbidden(code, "%s does not have the permission %s", p.Name, in.Perm).With("name", p.Name).With("perm", in.Perm)
		}
		now := tx.NowMS()
		tx.Queue(`DELETE FROM id_voucher WHERE until_ms < $1`, now)
		tx.Queue(`INSERT INTO id_voucher (id, token_hash, user_id, for_id, perm, until_ms) VALUES ($1, $2, $3, $4, $5, $6)`,
			tx.ID(), digest(token), p.ID, own.UserID, in.Perm, now+voucherFor.Milliseconds())
		tx.Emit(db.Event{Name: PersonVouched, Subject: "user:" + p.Login, Payload: VouchGiven{Login: p.Login, Name: p.Name, For: own.Name, Perm: in.Perm}})
		return nil
	})
	return Vouched{token, p.Name}, err
}

// UseVoucher takes a voucher for the act of whoever acts and answers who gave it. It is gone then.
func UseVoucher(ctx context.Context, tx *db.Tx, voucher, perm string) (name string, err error) {
	name, found, err := db.Get[string](ctx, tx, `SELECT u.name FROM id_voucher v JOIN id_user u ON u.id = v.user_id
		WHERE v.token_hash = $1 AND v.for_id = $2 AND v.perm = $3 AND v.until_ms > $4 AND NOT u.disabled`, digest(voucher), actor.From(ctx).UserID, perm, tx.NowMS())
	if err != nil {
		return "", err
	}
	n := int64(0)
	if found {
		if n, err = tx.Exec(ctx, `DELETE FROM id_voucher WHERE token_hash = $1`, digest(voucher)); err != nil {
			return "", err
		}
	}
	if n == 0 {
		return "", fault.Forbidden("identity.vouch_bad", "this confirmation was used, has expired or was given to somebody else")
	}
	return name, nil
}
