package identity

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
)

// Tablet is the enrolled device that a request comes from, and the work centers that it stands at.
type Tablet struct {
	ID       db.ID  `db:"id"`
	Name     string `db:"name"`
	Stations string `db:"stations"`
}

// Codes are the work centers that the tablet is bound to.
func (t Tablet) Codes() []string { return strings.Fields(t.Stations) }

// TabletOf finds the enrolled device behind a request; false for any other browser.
func TabletOf(ctx context.Context, q db.Querier) (Tablet, bool, error) {
	r := web.Request(ctx)
	if r == nil {
		return Tablet{}, false, nil
	}
	return tabletOf(ctx, q, r)
}

// WallGuest is the enrolled screen behind a request that nobody has logged in at: it may hear that something happened
// on the floor, so that a board on the wall follows at once. nil for any other browser.
func WallGuest(q db.Querier) func(*http.Request) (*actor.Actor, error) {
	return func(r *http.Request) (*actor.Actor, error) {
		t, ok, err := tabletOf(r.Context(), q, r)
		if err != nil || !ok {
			return nil, err
		}
		return &actor.Actor{UserID: -int64(t.ID), Name: t.Name, Device: t.Name, Origin: "wall", Perms: map[string]bool{"production.read": true}}, nil
	}
}

func tabletOf(ctx context.Context, q db.Querier, r *http.Request) (Tablet, bool, error) {
	ck, err := r.Cookie(deviceCookie)
	if err != nil || ck.Value == "" {
		return Tablet{}, false, nil
	}
	return db.Get[Tablet](ctx, q, `SELECT id, name, stations FROM id_device WHERE token_hash = $1`, digest(ck.Value))
}

// Bound is the payload of identity.device_bound.
type Bound struct {
	Device string   `json:"device"`
	Before []string `json:"before"`
	After  []string `json:"after"`
}

// BindTablet keeps on the server which work centers the tablet of this request stands at.
func BindTablet(ctx context.Context, tx *db.Tx, codes []string) (Tablet, error) {
	t, ok, err := TabletOf(ctx, tx)
	if err != nil {
		return t, err
	}
	if !ok {
		return t, fault.Conflict("identity.not_enrolled", "this device is not enrolled; it remembers its station by itself")
	}
	if slices.ContainsFunc(codes, func(c string) bool { return strings.ContainsAny(c, " \t\n") }) {
		return t, fault.Invalid("identity.station_code", "a work center whose code has a blank cannot be bound")
	}
	before := t.Codes()
	t.Stations = strings.Join(codes, " ")
	tx.Queue(`UPDATE id_device SET stations = $1 WHERE id = $2`, t.Stations, t.ID)
	tx.Emit(db.Event{Name: DeviceBound, Subject: "device:" + t.ID.String(), Payload: Bound{Device: t.Name, Before: before, After: t.Codes()}})
	return t, nil
}
