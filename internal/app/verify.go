package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/event"
	"kaiwu/internal/kit/fault"
)

// Checked is one promise and whether it holds.
type Checked struct {
	Name        string `json:"name"`
	OK          bool   `json:"ok"`
	Records     int64  `json:"records"`
	FirstBroken string `json:"first_broken"`
}

// Verified is the whole examination.
type Verified struct {
	OK      bool      `json:"ok"`
	Checks  []Checked `json:"checks"`
	Event   int64     `json:"last_event" doc:"Number of the last event of the chain"`
	Hash    string    `json:"last_hash" doc:"Its hash: kept elsewhere, it proves that nothing was cut off the end"`
	Seconds float64   `json:"seconds"`
}

// teller is a room whose facts stand in the event log too: it compares them, so that a byte that somebody altered in
// one of its tables is found. each gives the events of these names in order.
type teller interface {
	VerifyTold(ctx context.Context, q db.Querier, each func(names []string, fn func(e *db.LogRow) error) error) (records int64, err error)
}

// Verify examines everything that is promised of the stored data, on one snapshot and beside people at work: the
// file, the chain of events, stored answers, and in each room that totals are what its facts add up to. chainOnly
// leaves it at the chain. tell hears what is examined next; it may be nil.
func (a *App) Verify(ctx context.Context, chainOnly bool, tell func(name string)) (Verified, error) {
	start := time.Now()
	v := Verified{OK: true, Checks: []Checked{}}
	err := a.DB.View(ctx, func(q db.Querier) error {
		x := examination{a: a, q: q, v: &v, tell: tell}
		if !chainOnly {
			x.run(ctx, "file", x.file)
		}
		x.run(ctx, "chain", x.chain)
		if chainOnly {
			return x.err
		}
		x.run(ctx, "answers", x.answers)
		for _, r := range a.rooms() {
			x.run(ctx, r.name, func(ctx context.Context) (int64, string, error) { return x.room(ctx, r) })
			if t, ok := r.module.(teller); ok {
				x.run(ctx, r.name+" as told", func(ctx context.Context) (int64, string, error) { return x.told(ctx, t) })
			}
		}
		return x.err
	})
	v.Seconds = float64(time.Since(start).Milliseconds()) / 1000
	return v, err
}

type room struct {
	name, prefix string
	module       any
}

func (a *App) rooms() []room {
	return []room{
		{"identity", "id_", a.Identity},
		{"masterdata", "md_", a.Masterdata},
		{"inventory", "inv_", a.Inventory},
		{"quality", "qa_", a.Quality},
		{"purchasing", "po_", a.Purchasing},
		{"production", "wo_", a.Production},
		{"sales", "so_", a.Sales},
		{"planning", "mrp_", a.Planning},
		{"scheduling", "aps_", a.Scheduling},
	}
}

type examination struct {
	a    *App
	q    db.Querier
	v    *Verified
	tell func(string)
	err  error
}

// run notes the outcome of one check; an error means that it could not be made.
func (x *examination) run(ctx context.Context, name string, check func(ctx context.Context) (records int64, broken string, err error)) {
	if x.err != nil {
		return
	}
	if x.tell != nil {
		x.tell(name)
	}
	n, broken, err := check(ctx)
	if err != nil {
		x.err = fmt.Errorf("%s: %w", name, err)
		return
	}
	x.v.OK = x.v.OK && broken == ""
	x.v.Checks = append(x.v.Checks, Checked{name, broken == "", n, broken})
}

func (x *examination) file(ctx context.Context) (int64, string, error) {
	tables, err := x.a.DB.Tables(ctx, x.q)
	if err != nil {
		return 0, "", err
	}
	found, err := x.a.DB.Sound(ctx, x.q)
	return int64(len(tables)), found, err
}

// sealed is how long PostgreSQL may take to number an event.
const sealed = time.Minute

func (x *examination) chain(ctx context.Context) (int64, string, error) {
	c, err := event.Verify(ctx, x.q, 0)
	x.v.Event, x.v.Hash = c.Seq, c.Hash
	if f, ok := fault.As(err); ok {
		return c.Count, f.Detail, nil
	}
	if err != nil {
		return c.Count, "", err
	}
	id, late, err := db.Get[db.ID](ctx, x.q, `SELECT id FROM kit_event WHERE seq IS NULL AND recorded_ms < $1 ORDER BY recorded_ms, id LIMIT 1`, x.a.DB.Now().Add(-sealed).UnixMilli())
	if late {
		return c.Count, fmt.Sprintf("event %s has waited for its number for more than %s", id, sealed), err
	}
	return c.Count, "", err
}

var errFound = errors.New("found")

// answers: what an idempotency key replays is whole.
func (x *examination) answers(ctx context.Context) (n int64, broken string, err error) {
	type row struct {
		Scope  string `db:"scope"`
		Key    string `db:"key"`
		Result string `db:"result"`
	}
	err = db.Each(ctx, x.q, `SELECT scope, key, result FROM kit_once ORDER BY scope, key`, nil, func(r *row) error {
		if n++; !json.Valid([]byte(r.Result)) {
			broken = fmt.Sprintf("the answer of %s to key %q is not whole", r.Scope, r.Key)
			return errFound
		}
		return nil
	})
	if errors.Is(err, errFound) {
		err = nil
	}
	return n, broken, err
}

// room counts the rows of a room and asks it what is broken.
func (x *examination) room(ctx context.Context, r room) (n int64, broken string, err error) {
	tables, err := x.a.DB.Tables(ctx, x.q)
	if err != nil {
		return 0, "", err
	}
	for _, t := range tables {
		if !strings.HasPrefix(t, r.prefix) {
			continue
		}
		rows, err := db.One[int64](ctx, x.q, `SELECT count(*) FROM `+t)
		if err != nil {
			return n, "", err
		}
		n += rows
	}
	switch v := r.module.(type) {
	case interface {
		Verify(ctx context.Context, q db.Querier) []error
	}:
		if found := v.Verify(ctx, x.q); len(found) > 0 {
			broken = found[0].Error()
		}
	case interface {
		Verify(ctx context.Context, q db.Querier) ([]string, error)
	}:
		found, err := v.Verify(ctx, x.q)
		if err != nil {
			return n, "", err
		}
		if len(found) > 0 {
			broken = found[0]
		}
	}
	return n, broken, nil
}

func (x *examination) told(ctx context.Context, t teller) (int64, string, error) {
	n, err := t.VerifyTold(ctx, x.q, func(names []string, fn func(e *db.LogRow) error) error {
		var w db.Where
		db.In(&w, "name", names)
		// what was stored a moment ago may not be numbered yet, and is told all the same
		columns := strings.Replace(db.LogColumns, "seq", "coalesce(seq, 0) AS seq", 1)
		return db.Each(ctx, x.q, `SELECT `+columns+` FROM kit_event`+w.String()+` ORDER BY recorded_ms, id`, w.Args, fn)
	})
	if err != nil {
		return n, err.Error(), nil
	}
	return n, "", nil
}
