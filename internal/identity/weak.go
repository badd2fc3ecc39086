package identity

import (
	"context"

	"kaiwu/internal/kit/db"
)

// DemoAccounts lists the enabled accounts whose password everybody can read in the manual. Only the logins that the
// demo makes are tried: a guess costs as much as a log-in.
func DemoAccounts(ctx context.Context, q db.Querier) ([]string, error) {
	type row struct {
		Login string `db:"login"`
		Hash  string `db:"password_hash"`
	}
	var w db.Where
	db.In(&w, "login", RoleNames)
	w.And("NOT disabled AND password_hash <> ''")
	rows, err := db.All[row](ctx, q, `SELECT login, password_hash FROM id_user`+w.String()+` ORDER BY login`, w.Args...)
	if err != nil {
		return nil, err
	}
	opens := map[string]bool{} // the demo hashes once for all
	var out []string
	for _, r := range rows {
		ok, tried := opens[r.Hash]
		if !tried {
			if ok, _, err = checkSecret(ctx, r.Hash, DemoPassword); err != nil {
				return nil, err
			}
			opens[r.Hash] = ok
		}
		if ok {
			out = append(out, r.Login)
		}
	}
	return out, nil
}
