package masterdata

import (
	"context"

	"kaiwu/internal/kit/db"
)

// Setting is a choice of the company, or def when nobody made it.
func Setting(ctx context.Context, q db.Querier, name, def string) (string, error) {
	v, ok, err := db.Get[string](ctx, q, `SELECT value FROM kit_setting WHERE name = $1`, name)
	if err == nil && !ok {
		v = def
	}
	return v, err
}

// SetSetting makes a choice and tells of it.
func SetSetting(ctx context.Context, tx *db.Tx, name, value string) error {
	was, _, err := db.Get[string](ctx, tx, `SELECT value FROM kit_setting WHERE name = $1`, name)
	if err != nil || was == value {
		return err
	}
	tx.Queue(`INSERT INTO kit_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	tx.Emit(db.Event{Name: EventSetting, Subject: "setting:" + name, Payload: SettingChanged{Name: name, Before: was, After: value}})
	return nil
}
