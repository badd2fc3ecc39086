package app

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning"
	"kaiwu/internal/sales"
)

//go:embed demo/small-appliance
var demoFiles embed.FS

const demoDays = 14

// MakeDemo fills an empty database with the demo factory: the small-appliance pack with its dates moved so that its
// today is today, and two weeks of history made through the same commands as a user's. A database that holds a
// company is left alone.
func (a *App) MakeDemo(ctx context.Context, tell func(step string)) error {
	n, err := db.One[int64](ctx, a.DB.Read(), `SELECT count(*) FROM v_site`)
	if err != nil || n > 0 {
		return err
	}
	if a.opt.Clock == nil {
		return fmt.Errorf("the demo needs a clock that it can move")
	}
	root, err := fs.Sub(demoFiles, "demo/small-appliance")
	if err != nil {
		return err
	}
	p, faults := pack.ReadFS(root)
	if err := pack.Error(faults); err != nil {
		return err
	}
	loc := p.Location()
	today := time.Now().In(loc)
	was, err := time.ParseInLocation(time.DateOnly, p.Site.Today, loc)
	if err != nil {
		return err
	}
	midnight := time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, loc)
	p.Shift(int(midnight.Sub(was).Hours()+12) / 24)
	p.Site.Today = ""

	defer a.opt.Clock.real()
	a.opt.Clock.set(midnight.AddDate(0, 0, -demoDays).Add(7 * time.Hour))
	tell("loading the small-appliance factory")
	if _, err := a.Packs.Import(ctx, p, nil, nil); err != nil {
		return err
	}
	if err := a.Identity.DemoUsers(ctx, map[string]string{identity.Operator: "W001", identity.ShiftLeader: "W002", identity.Warehouse: "W003", identity.Quality: "W004", identity.Maintenance: "W005"},
		map[string]string{identity.Supplier: "S01", identity.Customer: "C01"}); err != nil {
		return err
	}
	h, err := newHistory(ctx, a, midnight)
	if err != nil {
		return err
	}
	tell("playing two weeks of its life")
	if err := h.play(ctx); err != nil {
		return err
	}
	if _, err := a.Planning.Replenish(ctx, planning.Check{}); err != nil {
		return err
	}
	tell(fmt.Sprintf("%d acts, of which %d were refused as they would be for a person", h.acts, h.refused))
	return nil
}

// history plays people at their work. It is deterministic for a day: the same seed, the same acts.
type history struct {
	a        *App
	rnd      *rand.Rand
	today    time.Time // midnight of the real today
	now      time.Time
	people   map[string]*actor.Actor // by role
	workers  []worker
	readings int             // process parameters that were read off
	ageItem  db.ID           // where
	sent     []sales.Shipped // what customers have
	shop     shop
	last     bool // the last day, which is left as it stands
	acts     int
	refused  int
}

type worker struct {
	ID     db.ID  `db:"id"`
	Code   string `db:"code"`
	Name   string `db:"name"`
	Skills string `db:"skills"`
}

func newHistory(ctx context.Context, a *App, today time.Time) (*history, error) {
	h := &history{a: a, rnd: rand.New(rand.NewPCG(20260302, 1)), today: today, people: map[string]*actor.Actor{}}
	users, err := identity.Users(ctx, a.DB.Read())
	if err != nil {
		return nil, err
	}
	for _, u := range users {
		h.people[u.Login] = &actor.Actor{UserID: int64(u.ID), WorkerID: int64(u.WorkerID), Name: u.Name, Perms: map[string]bool{"*": true}, Origin: "web", Locale: "zh"}
	}
	h.workers, err = db.All[worker](ctx, a.DB.Read(), `SELECT id, code, name, skills FROM v_worker ORDER BY code`)
	if err == nil && len(h.workers) == 0 {
		err = fmt.Errorf("the demo pack has no workers")
	}
	return h, err
}

// as gives a context in which somebody of a role acts.
func (h *history) as(ctx context.Context, role string) context.Context {
	if p := h.people[role]; p != nil {
		return actor.With(ctx, p)
	}
	return ctx
}

// at sets the clock to a time of a day of the history; later gives the next act its own minute.
func (h *history) at(day, hour, minute int) {
	h.now = h.today.AddDate(0, 0, day-demoDays).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	h.a.opt.Clock.set(h.now)
}

func (h *history) later(most int) {
	h.now = h.now.Add(time.Duration(1+h.rnd.IntN(most))*time.Minute + time.Duration(h.rnd.IntN(60))*time.Second)
	h.a.opt.Clock.set(h.now)
}

// soon gives the next act its own moment while others go on.
func (h *history) soon() {
	h.now = h.now.Add(time.Duration(5+h.rnd.IntN(25)) * time.Second)
	h.a.opt.Clock.set(h.now)
}

// upto moves the clock on to a time of a day, never back.
func (h *history) upto(day, hour, minute int) {
	if t := h.today.AddDate(0, 0, day-demoDays).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute); t.After(h.now) {
		h.now = t
		h.a.opt.Clock.set(h.now)
	}
}
