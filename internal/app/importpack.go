package app

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

// Loader is a room's part of a factory pack. Load writes its files' rows into the batch, unseen until it is
// published; it may run after the rooms before it in the list and finds what they wrote, since the context lets
// masterdata's functions see the batch. Dump fills its files so that they equal what was loaded.
type Loader interface {
	Load(ctx context.Context, b *db.Batch, p *pack.Pack) error
	Dump(ctx context.Context, q db.Querier, site db.ID, p *pack.Pack) error
}

// A Loader may also be a Checker or a Publisher.
type (
	// Checker finds faults of a pack that show only beside what the room already has; it writes nothing.
	Checker interface {
		Check(ctx context.Context, q db.Querier, p *pack.Pack) ([]fault.Field, error)
	}
	// Publisher makes the changes that could not wait unseen, in the transaction that publishes the batch: short.
	Publisher interface {
		Publish(ctx context.Context, tx *db.Tx, b *db.Batch) error
	}
)

// Packs brings factories in and out.
type Packs struct {
	DB     *db.DB
	Master *masterdata.Module
	Rooms  []Loader // after masterdata, in the order of the house: inventory, purchasing, production, sales
	// Badges gives the workers with a badge their log-in; it may run again for the same worker.
	Badges func(ctx context.Context, tx *db.Tx, workers []masterdata.Worker) error

	busy sync.Mutex
}

// Report says what an import did, or would do.
type Report struct {
	Site    string             `json:"site" doc:"Code of the site that the pack goes to"`
	Preview bool               `json:"preview" doc:"True when nothing was written"`
	Files   []masterdata.Count `json:"files"`
	Diffs   []masterdata.Diff  `json:"diffs,omitempty" doc:"Of a preview: the cells of partners and items that differ from what the company has, at most 200"`
	Ignored []string           `json:"ignored" doc:"Files and sheets that the format does not know"`
	Errors  []BadCell          `json:"errors" doc:"What keeps the pack from being imported; empty when it was or can be"`
}

// BadCell is one thing wrong with a pack.
type BadCell struct {
	File    string `json:"file"`
	Row     int    `json:"row,omitempty"`
	Column  string `json:"column,omitempty"`
	Value   string `json:"value,omitempty"`
	Code    string `json:"code"`
	Message string `json:"message" doc:"What is wrong, in the caller's language"`
	Remedy  string `json:"remedy,omitempty" doc:"What to do about it"`
}

// Progress hears which part is done; it may be nil.
type Progress func(stage string, done, total int)

// Read reads a folder, zip or xlsx that is to go into this company: its rows may name what the company has.
func (s *Packs) Read(ctx context.Context, name string) (*pack.Pack, []fault.Field) {
	return pack.Read(name, masterdata.Known(ctx, s.DB.Read()))
}

// ReadFrom is Read for an upload.
func (s *Packs) ReadFrom(ctx context.Context, f io.ReaderAt, size int64, name string) (*pack.Pack, []fault.Field) {
	return pack.ReadFrom(f, size, name, masterdata.Known(ctx, s.DB.Read()))
}

func (s *Packs) loaders() []Loader { return append([]Loader{s.Master}, s.Rooms...) }

// Check lists everything that keeps a pack from coming in. found are the faults of reading it.
func (s *Packs) Check(ctx context.Context, p *pack.Pack, found []fault.Field) ([]fault.Field, error) {
	if err := mayCarryPrices(ctx, p); err != nil {
		return nil, err
	}
	type place struct{ where, code, value string }
	seen := map[place]bool{}
	out := slices.Clone(found)
	for _, f := range out {
		seen[place{f.Where, f.Code, f.Value}] = true
	}
	for _, l := range s.loaders() {
		c, ok := l.(Checker)
		if !ok {
			continue
		}
		more, err := c.Check(ctx, s.DB.Read(), p)
		if err != nil {
			return nil, err
		}
		for _, f := range more { // reading may have seen it already
			if k := (place{f.Where, f.Code, f.Value}); !seen[k] {
				seen[k] = true
				out = append(out, f)
			}
		}
	}
	return out, nil
}

// mayCarryPrices: a pack holds prices and costs, so who may not see them can neither read them out nor set them.
func mayCarryPrices(ctx context.Context, p *pack.Pack) error {
	a := actor.From(ctx)
	if (a.Can("see.price") || !hasPrices(p)) && (a.Can("see.cost") || !hasCosts(p)) && (a.Can("see.sales_price") || !hasSalesPrices(p)) {
		return nil
	}
	return fault.Forbidden("app.pack_prices", "the pack holds prices or costs that you may not see; have somebody import it who may")
}

// Preview says what an import would do.
func (s *Packs) Preview(ctx context.Context, p *pack.Pack, found []fault.Field) (Report, []fault.Field, error) {
	r := Report{Site: p.Site.Code, Preview: true, Ignored: p.Ignored}
	faults, err := s.Check(ctx, p, found)
	if err != nil {
		return r, nil, err
	}
	if len(faults) > 0 {
		r.Files = countRows(p, nil)
		return r, faults, nil
	}
	counts, diffs, err := masterdata.Preview(ctx, s.DB, s.DB.Read(), p)
	r.Files, r.Diffs = countRows(p, counts), diffs
	return r, nil, err
}

// Import brings a pack in, all or nothing: every fault is listed, or every row is there. While it runs, everybody
// else goes on working; they see the factory at the moment it is published.
func (s *Packs) Import(ctx context.Context, p *pack.Pack, found []fault.Field, progress Progress) (Report, error) {
	r := Report{Site: p.Site.Code, Ignored: p.Ignored}
	if !s.busy.TryLock() {
		return r, running()
	}
	defer s.busy.Unlock()
	// a load whose process died would hold its codes until it is swept
	if err := s.DB.SweepBatches(ctx, 2*time.Minute); err != nil {
		return r, err
	}
	if n, err := db.One[int64](ctx, s.DB.Read(), `SELECT count(*) FROM kit_batch WHERE name = 'import'`); err != nil || n > 0 {
		return r, errors.Join(err, running())
	}
	loaders := s.loaders()
	tell := func(stage string, done int) {
		if progress != nil {
			progress(stage, done, len(loaders)+2)
		}
	}
	tell("check", 0)
	faults, err := s.Check(ctx, p, found)
	if err == nil {
		err = pack.Error(faults)
	}
	if err != nil {
		return r, err
	}
	inside := ctx
	err = s.DB.InBatch(ctx, "import", func(b *db.Batch) error {
		inside = masterdata.Loading(ctx, b)
		for i, l := range loaders {
			tell("load", i+1)
			if err := l.Load(inside, b, p); err != nil {
				return err
			}
		}
		tell("publish", len(loaders)+1)
		return nil
	}, func(tx *db.Tx, b *db.Batch) error {
		for _, l := range loaders {
			if pub, ok := l.(Publisher); ok {
				if err := pub.Publish(inside, tx, b); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return r, err
	}
	r.Site, r.Files = masterdata.LoadedSite(inside).Code, countRows(p, masterdata.LoadedCounts(inside))
	if err := s.badges(ctx, masterdata.LoadedBadges(inside)); err != nil {
		return r, err
	}
	tell("done", len(loaders)+2)
	return r, nil
}

// badges makes log-ins after the publishing, a few at a time: a secret is slow to hash on purpose.
func (s *Packs) badges(ctx context.Context, workers []masterdata.Worker) error {
	if s.Badges == nil {
		return nil
	}
	for part := range slices.Chunk(workers, 8) {
		if err := s.DB.InTx(ctx, func(tx *db.Tx) error { return s.Badges(ctx, tx, part) }); err != nil {
			return err
		}
	}
	return nil
}

func running() error {
	return fault.Conflict("app.import_running", "another import is running; wait until it has ended")
}

// countRows lists every file that has rows; of files outside master data only how many.
func countRows(p *pack.Pack, known []masterdata.Count) []masterdata.Count {
	rows := []masterdata.Count{
		{File: "items.csv", Rows: len(p.Items)}, {File: "uoms.csv", Rows: len(p.UOMs)}, {File: "boms.csv", Rows: len(p.BOMs)}, {File: "routings.csv", Rows: len(p.Routings)},
		{File: "work_centers.csv", Rows: len(p.WorkCenters)}, {File: "machines.csv", Rows: len(p.Machines)}, {File: "changeovers.csv", Rows: len(p.Changeovers)},
		{File: "calendars.csv", Rows: len(p.Calendars)}, {File: "calendar_days.csv", Rows: len(p.CalendarDays)}, {File: "partners.csv", Rows: len(p.Partners)},
		{File: "warehouses.csv", Rows: len(p.Warehouses)}, {File: "stock.csv", Rows: len(p.Stock)}, {File: "sales_orders.csv", Rows: len(p.SalesOrders)},
		{File: "forecasts.csv", Rows: len(p.Forecasts)}, {File: "purchase_orders.csv", Rows: len(p.PurchaseOrders)}, {File: "work_orders.csv", Rows: len(p.WorkOrders)},
		{File: "workers.csv", Rows: len(p.Workers)}, {File: "locations.csv", Rows: len(p.Locations)}, {File: "tools.csv", Rows: len(p.Tools)}, {File: "planning.csv", Rows: len(p.Planning)},
	}
	if p.Site.Code != "" {
		rows = append([]masterdata.Count{{File: "site.csv", Rows: 1}}, rows...)
	}
	out := []masterdata.Count{}
	for _, c := range rows {
		if i := slices.IndexFunc(known, func(k masterdata.Count) bool { return k.File == c.File }); i >= 0 {
			c = known[i]
		}
		if c.Rows > 0 {
			out = append(out, c)
		}
	}
	return out
}
