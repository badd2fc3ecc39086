package scheduling

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/scheduling/finite"
)

// KindSearch is the job that looks for a better schedule.
const KindSearch = "scheduling.search"

const (
	keepSearches = 20
	tellEvery    = 500 * time.Millisecond
	maxPoints    = 200
)

// StartSearch asks for a draft that is looked for in the background.
type StartSearch struct {
	Draft   Propose `json:"draft" doc:"What is supposed and what counts; its own seconds are not used"`
	Seconds int     `json:"seconds" minimum:"1" maximum:"900" doc:"How long to look at most"`
}

// Parts are what makes a schedule good or bad; less of each is better.
type Parts struct {
	Tardiness int64 `json:"tardiness_ms" doc:"After due dates, times the orders' weights"`
	Late      int64 `json:"late_orders"`
	Setup     int64 `json:"setup_ms"`
	Makespan  int64 `json:"makespan_ms"`
	Waiting   int64 `json:"waiting_ms"`
	Upset     int64 `json:"upset_ms"`
}

func partsOf(v finite.Value) Parts {
	return Parts{v[finite.Tardiness], v[finite.LateOrders], v[finite.Setup], v[finite.Makespan], v[finite.Waiting], v[finite.Upset]}
}

// SearchPoint is a better schedule that a search has found.
type SearchPoint struct {
	AfterMS int64 `json:"after_ms" doc:"Since the search began"`
	Parts
}

// Search is how a search goes.
type Search struct {
	ID      db.ID         `json:"id" doc:"Also the number of its job"`
	Site    string        `json:"site"`
	Name    string        `json:"name"`
	State   string        `json:"state" enum:"waiting,running,done,failed"`
	Seconds int64         `json:"seconds"`
	AfterMS int64         `json:"after_ms" doc:"How long it has looked"`
	Stop    bool          `json:"stop" doc:"Somebody has asked it to keep the best"`
	Points  []SearchPoint `json:"points" doc:"The first is the schedule it began with, each later one is better"`
	Bound   Parts         `json:"bound" doc:"What no schedule can be below; tardiness, late orders and makespan have one"`
	Draft   db.ID         `json:"draft,omitempty" doc:"The draft that it has kept"`
	Error   string        `json:"error,omitempty" doc:"Why it failed"`
	By      string        `json:"by"`
}

type searchRow struct {
	ID      db.ID  `db:"id"`
	Site    db.ID  `db:"site_id"`
	Name    string `db:"name"`
	Seconds int64  `db:"seconds"`
	BeganMS int64  `db:"began_ms"`
	EndedMS int64  `db:"ended_ms"`
	Stop    bool   `db:"stop"`
	State   string `db:"state"`
	Points  string `db:"points"`
	Bound   string `db:"bound"`
	Draft   db.ID  `db:"draft_id"`
	Error   string `db:"error"`
	Actor   string `db:"actor"`
	MadeMS  int64  `db:"made_ms"`
}

// StartSearch begins a search. Nothing is thought of in the request.
func (m *Module) StartSearch(ctx context.Context, tx *db.Tx, in StartSearch) (Search, error) {
	site, err := siteOf(ctx, tx, in.Draft.Site)
	if err != nil {
		return Search{}, err
	}
	if _, err := goalOf(in.Draft, tx.NowMS()); err != nil {
		return Search{}, err
	}
	if err := resolve(ctx, tx, site.ID, in.Draft.Changes); err != nil { // refused at once, not by the job
		return Search{}, err
	}
	live, err := liveRun(ctx, tx, site.ID)
	switch {
	case err != nil:
		return Search{}, err
	case live.ID == 0:
		return Search{}, fault.Conflict("scheduling.no_live", "there is no live schedule")
	case in.Draft.Live != 0 && in.Draft.Live != live.ID:
		return Search{}, published(live)
	}
	in.Draft.Site, in.Draft.Live, in.Draft.Seconds = site.Code, live.ID, 0
	id, err := m.jobs.Enqueue(ctx, tx, KindSearch, in, job.Opts{})
	if err != nil {
		return Search{}, err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM aps_search WHERE site_id = $1 AND state IN ('done', 'failed') AND id NOT IN (SELECT id FROM aps_search WHERE site_id = $1 ORDER BY made_ms DESC, id DESC LIMIT $2)`, site.ID, keepSearches); err != nil {
		return Search{}, err
	}
	r := searchRow{ID: id, Site: site.ID, Name: in.Draft.Name, Seconds: int64(in.Seconds), State: "waiting", Points: "[]", Bound: "{}", Actor: actor.From(ctx).Name, MadeMS: tx.NowMS()}
	if err := db.Insert(ctx, tx, "aps_search", r); err != nil {
		return Search{}, err
	}
	return m.searchOf(ctx, tx, &r)
}

func (m *Module) search(ctx context.Context, q db.Querier, id db.ID) (searchRow, error) {
	r, ok, err := db.Get[searchRow](ctx, q, `SELECT * FROM aps_search WHERE id = $1`, id)
	if err == nil && ok {
		err = identity.SeeSite(ctx, r.Site)
	}
	if err == nil && !ok {
		err = fault.NotFound("scheduling.search_unknown", "there is no search %d", id).With("id", id)
	}
	return r, err
}

func (m *Module) searchOf(ctx context.Context, q db.Querier, r *searchRow) (Search, error) {
	s := Search{ID: r.ID, Name: r.Name, State: r.State, Seconds: r.Seconds, Stop: r.Stop, Points: []SearchPoint{}, Draft: r.Draft, Error: r.Error, By: r.Actor}
	switch {
	case r.EndedMS > 0 && r.BeganMS > 0:
		s.AfterMS = r.EndedMS - r.BeganMS
	case r.BeganMS > 0:
		s.AfterMS = m.DB.Now().UnixMilli() - r.BeganMS
	}
	var err error
	if s.Site, err = db.One[string](ctx, q, `SELECT code FROM v_site WHERE id = $1`, r.Site); err != nil {
		return s, err
	}
	return s, errors.Join(json.Unmarshal([]byte(r.Points), &s.Points), json.Unmarshal([]byte(r.Bound), &s.Bound))
}

// Search says how a search goes.
func (m *Module) Search(ctx context.Context, q db.Querier, id db.ID) (Search, error) {
	r, err := m.search(ctx, q, id)
	if err != nil {
		return Search{}, err
	}
	return m.searchOf(ctx, q, &r)
}

// StopSearch ends a search; the best that it has found is kept as a draft.
func (m *Module) StopSearch(ctx context.Context, tx *db.Tx, id db.ID) (Search, error) {
	r, err := m.search(ctx, tx, id)
	if err != nil {
		return Search{}, err
	}
	if r.State == "waiting" || r.State == "running" {
		r.Stop = true
		if _, err := tx.Exec(ctx, `UPDATE aps_search SET stop = TRUE WHERE id = $1`, id); err != nil {
			return Search{}, err
		}
	}
	return m.searchOf(ctx, tx, &r)
}

// watcher is what a search and those who look at it know together.
type watcher struct {
	mu     sync.Mutex
	now    func() time.Time
	began  time.Time
	points []SearchPoint
	told   int
	stop   bool
}

func (w *watcher) found(v finite.Value) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := SearchPoint{w.now().Sub(w.began).Milliseconds(), partsOf(v)}
	if n := len(w.points); n == maxPoints { // the way there is known; what counts is where it is
		w.points[n-1] = p
	} else {
		w.points = append(w.points, p)
	}
	w.told++
}

func (w *watcher) spent() float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stop {
		return 1
	}
	return 0
}

// runSearch is the job. It tells twice a second how far it is, and hears then whether it should stop. Called off as a job
// it keeps nothing.
func (m *Module) runSearch(ctx context.Context, j *job.Job) (any, error) {
	var in StartSearch
	if err := j.Decode(&in); err != nil {
		return nil, err
	}
	d, err := m.look(ctx, j, in)
	refused := (*fault.Error)(nil)
	switch {
	case err == nil:
		err = j.Tx(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE aps_search SET state = 'done', ended_ms = $1, draft_id = $2 WHERE id = $3`, tx.NowMS(), d.ID, j.ID)
			return err
		})
	case errors.As(err, &refused) || errors.Is(context.Cause(ctx), job.ErrCancelled):
		text := "cancelled"
		if refused != nil {
			text = refused.Code
		}
		err = errors.Join(err, m.DB.InTx(context.WithoutCancel(ctx), func(tx *db.Tx) error {
			_, err := tx.Exec(context.WithoutCancel(ctx), `UPDATE aps_search SET state = 'failed', ended_ms = $1, error = $2 WHERE id = $3`, tx.NowMS(), text, j.ID)
			return err
		}))
	}
	return d.DraftHead, err
}

func (m *Module) look(ctx context.Context, j *job.Job, in StartSearch) (Draft, error) {
	var t *thought
	if err := m.DB.View(ctx, func(q db.Querier) (err error) {
		t, err = m.prepare(ctx, q, in.Draft, m.DB.Now(), m.DB.ID)
		return err
	}); err != nil {
		return Draft{}, err
	}
	bound, err := json.Marshal(partsOf(t.shop.Bound()))
	if err != nil {
		return Draft{}, err
	}
	w := &watcher{now: m.DB.Now, began: m.DB.Now()}
	w.found(t.shop.Value(t.seq, t.ref))
	tell := func() error {
		w.mu.Lock()
		text, err := json.Marshal(w.points)
		w.mu.Unlock()
		if err != nil {
			return err
		}
		var stop bool
		err = j.Tx(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE aps_search SET state = 'running', began_ms = $1, points = $2, bound = $3 WHERE id = $4`, w.began.UnixMilli(), string(text), string(bound), j.ID); err != nil {
				return err
			}
			stop, err = db.One[bool](ctx, tx, `SELECT stop FROM aps_search WHERE id = $1`, j.ID)
			return err
		})
		w.mu.Lock()
		w.stop = w.stop || stop
		w.mu.Unlock()
		return err
	}
	if err := tell(); err != nil {
		return Draft{}, err
	}
	within, end := context.WithTimeout(ctx, time.Duration(in.Seconds)*time.Second)
	defer end()
	ended, failed := make(chan struct{}), make(chan error, 1)
	go func() {
		tick := time.NewTicker(tellEvery)
		defer tick.Stop()
		for {
			select {
			case <-ended:
				failed <- nil
				return
			case <-tick.C:
				if err := tell(); err != nil {
					end()
					failed <- err
					return
				}
			}
		}
	}()
	t.seq, _ = t.shop.Improve(within, t.seq, finite.Options{Goal: t.weigh, Ref: t.ref, Threads: 2, Spent: w.spent, Found: w.found})
	close(ended)
	if err := errors.Join(<-failed, context.Cause(ctx)); err != nil {
		return Draft{}, err
	}
	if err := tell(); err != nil {
		return Draft{}, err
	}
	return m.keep(ctx, t)
}

func (m *Module) searchRoutes(a *web.API) {
	type one struct {
		ID db.ID `path:"id" doc:"Search"`
	}
	web.Command(a, web.Op{Path: "/scheduling/searches", ID: "startSearch", Summary: "Look for a better schedule in the background; what it finds becomes a draft", Perm: "scheduling.run"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body StartSearch }) (Search, error) {
			return m.StartSearch(ctx, tx, in.Body)
		})
	web.Query(a, web.Op{Path: "/scheduling/searches/{id}", ID: "getSearch", Summary: "How a search for a better schedule goes", Perm: "scheduling.read"},
		func(ctx context.Context, q db.Querier, in *one) (Search, error) { return m.Search(ctx, q, in.ID) })
	web.Command(a, web.Op{Path: "/scheduling/searches/{id}/stop", ID: "stopSearch", Summary: "Stop a search and keep the best that it has found as a draft", Perm: "scheduling.run"},
		func(ctx context.Context, tx *db.Tx, in *one) (Search, error) { return m.StopSearch(ctx, tx, in.ID) })
}
