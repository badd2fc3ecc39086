package masterdata

import (
	"context"
	"fmt"
	"reflect"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/pack"
)

// A load is planned first, by reading alone: which rows are new, which differ from what is there. New rows are then
// written in chunks under the batch's id, so nobody sees them; rows that differ are exchanged in the transaction
// that publishes the batch. A collection (lines of a BOM version, hours of a calendar) differs as a whole: its new
// rows are written in chunks too, and publishing removes the old ones.

// loading is one load from its plan to its publishing.
type loading struct {
	site    Site
	parts   []part
	workers []Worker // with a badge, new or changed
	counts  []Count
	diffs   []Diff
}

// Count says what a load does with one file of the pack.
type Count struct {
	File    string `json:"name" doc:"File of the pack"`
	Rows    int    `json:"rows" doc:"Rows in the file"`
	New     int    `json:"new" doc:"Rows that the company does not have yet"`
	Changed int    `json:"changed" doc:"Rows that differ from what the company has"`
	Same    int    `json:"same" doc:"Rows that are there already"`
}

type part interface {
	write(ctx context.Context, b *db.Batch) error
	publish(ctx context.Context, tx *db.Tx, b *db.Batch) error
}

// stamp is what every row of its own code has.
type stamp struct {
	ID    db.ID `db:"id"`
	Rev   int64 `db:"rev"`
	Batch db.ID `db:"batch_id"`
}

func (s *stamp) mark() *stamp { return s }

type marked[R any] interface {
	*R
	mark() *stamp
}

// table is what a load does with one table.
type table[R any, P marked[R]] struct {
	name    string
	fresh   []R
	changed []R
	same    int
}

// put takes the row that the pack wants; old is the one that is there, nil for none. It answers the row's id and
// whether anything differs.
func (t *table[R, P]) put(p *planner, old *R, row R) (db.ID, bool) {
	m := P(&row).mark()
	if old == nil {
		if m.ID == 0 { // who had to know it beforehand made it
			m.ID = p.newID()
		}
		*m = stamp{ID: m.ID, Rev: 1, Batch: p.batch}
		t.fresh = append(t.fresh, row)
		return m.ID, true
	}
	*m = *P(old).mark()
	if reflect.DeepEqual(row, *old) {
		t.same++
		return m.ID, false
	}
	m.Rev++
	t.changed = append(t.changed, row)
	return m.ID, true
}

func (t *table[R, P]) count() Count {
	return Count{New: len(t.fresh), Changed: len(t.changed), Same: t.same}
}

func (t *table[R, P]) write(ctx context.Context, b *db.Batch) error {
	return b.Chunked(ctx, len(t.fresh), func(tx *db.Tx, from, to int) error {
		return db.Insert(ctx, tx, t.name, t.fresh[from:to]...)
	})
}

// publish exchanges the rows that differ. Somebody may have edited one since the plan was made: then the whole load
// is refused, because what it was compared with is gone.
func (t *table[R, P]) publish(ctx context.Context, tx *db.Tx, _ *db.Batch) error {
	const most = 256
	for from := 0; from < len(t.changed); from += most {
		rows := t.changed[from:min(from+most, len(t.changed))]
		want := make(map[db.ID]int64, len(rows))
		var w db.Where
		ids := make([]db.ID, len(rows))
		for i := range rows {
			m := P(&rows[i]).mark()
			ids[i], want[m.ID] = m.ID, m.Rev-1
		}
		db.In(&w, "id", ids)
		have, err := db.All[stamp](ctx, tx, `SELECT id, rev, batch_id FROM `+t.name+w.String(), w.Args...)
		if err != nil {
			return err
		}
		for _, h := range have {
			if want[h.ID] != h.Rev {
				return stale()
			}
		}
		if len(have) != len(rows) {
			return stale()
		}
		if _, err := tx.Exec(ctx, `DELETE FROM `+t.name+w.String(), w.Args...); err != nil {
			return err
		}
		if err := db.Insert(ctx, tx, t.name, rows...); err != nil {
			return err
		}
	}
	return nil
}

func stale() error {
	return fault.Conflict("masterdata.load_stale", "somebody changed master data while the import was running; nothing was imported, import again")
}

// collection is what a load does with rows that belong to an owner and are exchanged with it.
type collection[R any] struct {
	name  string
	owner string // column
	fresh []R
	old   []db.ID // owners whose rows from before go when the batch is published
}

func (c *collection[R]) write(ctx context.Context, b *db.Batch) error {
	return b.Chunked(ctx, len(c.fresh), func(tx *db.Tx, from, to int) error {
		return db.Insert(ctx, tx, c.name, c.fresh[from:to]...)
	})
}

func (c *collection[R]) publish(ctx context.Context, tx *db.Tx, b *db.Batch) error {
	return inChunks(c.old, func(ids []db.ID) error {
		var w db.Where
		w.And("batch_id <> ?", b.ID)
		db.In(&w, c.owner, ids)
		_, err := tx.Exec(ctx, `DELETE FROM `+c.name+w.String(), w.Args...)
		return err
	})
}

type loadCtx struct{}

// Loading prepares a context for one load: Load leaves in it what Publish needs. It lets every function of this
// package see the batch's own rows.
func Loading(ctx context.Context, b *db.Batch) context.Context {
	return context.WithValue(WithBatch(ctx, b.ID), loadCtx{}, &loading{})
}

func loadingOf(ctx context.Context) *loading { l, _ := ctx.Value(loadCtx{}).(*loading); return l }

// Load writes the pack's master data into the batch; the context comes from Loading. The pack has no faults (Check).
func (m *Module) Load(ctx context.Context, b *db.Batch, p *pack.Pack) error {
	l := loadingOf(ctx)
	if l == nil {
		return fmt.Errorf("masterdata: the context of a load comes from Loading")
	}
	done, err := plan(ctx, b.Read(), b.NewID, b.ID, b.Now().UnixMilli(), p)
	if err != nil {
		return err
	}
	*l = *done
	for _, part := range l.parts {
		if err := part.write(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// Publish makes the changes that cannot wait unseen; it runs in the transaction that publishes the batch.
func (m *Module) Publish(ctx context.Context, tx *db.Tx, b *db.Batch) error {
	l := loadingOf(ctx)
	for _, part := range l.parts {
		if err := part.publish(ctx, tx, b); err != nil {
			return err
		}
	}
	tx.Emit(db.Event{Name: EventLoaded, Subject: "site:" + l.site.Code, Site: l.site.ID, Payload: Loaded{Site: l.site.Code, Batch: b.ID, Files: l.counts}})
	return nil
}

// LoadedSite is the site that the load in this context goes to; after Load.
func LoadedSite(ctx context.Context) Site { return loadingOf(ctx).site }

// LoadedBadges are the workers with a badge that the load in this context made or changed; after Load.
func LoadedBadges(ctx context.Context) []Worker { return loadingOf(ctx).workers }

// LoadedCounts say what the load in this context did with each file; after Load.
func LoadedCounts(ctx context.Context) []Count { return loadingOf(ctx).counts }

// Preview says what a load would do, without writing. Its ids are good for nothing.
func Preview(ctx context.Context, d *db.DB, q db.Querier, p *pack.Pack) ([]Count, []Diff, error) {
	l, err := plan(ctx, q, d.ID, 0, d.Now().UnixMilli(), p)
	if err != nil {
		return nil, nil, err
	}
	return l.counts, l.diffs, nil
}
