// Package masterdata knows what the factory is made of: sites, items and their units, BOM and routing versions,
// work centers and machines, calendars, partners, warehouses and locations, workers.
//
// It promises: a code is unique in its company (of a work center, machine, calendar or warehouse: in its site) and
// never reused; what has a history is never deleted, only made inactive; a bulk load is seen as a whole or not at all; what a pack
// brought in leaves in the same form. BOM and routing versions are what new orders copy: an order's own copy is
// that order's truth, so a change here never reaches an order that exists.
//
// Its tables begin with md_; the views named v_… are the part of it that others may join. See events.go for what it
// tells.
package masterdata

import (
	"context"
	"embed"

	"kaiwu/internal/kit/db"
)

//go:embed schema/*.sql
var Schema embed.FS

// ItemGuard may refuse the change of an item: inventory does not let tracking change while there is stock.
type ItemGuard func(ctx context.Context, q db.Querier, before, after Item) error

// Module is the masterdata room.
type Module struct {
	Guards    []ItemGuard
	Uses      []ItemUse
	OpenUses  []OpenUsesOf // what still counts on an item, besides bills
	Resources ResourceGuards
	// UsedUp says what there is of an item, what is still to come, and when it is used up. Planning knows.
	UsedUp func(ctx context.Context, q db.Querier, it Item, today string) (UseUp, error)
	// ChangeEffective hear in the same transaction that a change has become effective: production asks what its running
	// orders do.
	ChangeEffective []func(ctx context.Context, tx *db.Tx, e ChangeEffect) error
	// Settings are the choices that the rooms offer, and Numbers what their document kinds are called in refusals.
	Settings []SettingSpec
}

// ResourceGuards may refuse that a resource becomes inactive, or have to follow when a person changes.
type ResourceGuards struct {
	// WorkCenterOff: production does not let a work center go while orders have operations there.
	WorkCenterOff []func(ctx context.Context, q db.Querier, workCenter db.ID, code string) error
	// LocationsOff: inventory does not let a location go while stock lies there.
	LocationsOff []func(ctx context.Context, q db.Querier, locations []db.ID) error
	// WorkerChanged gives a worker with a badge the log-in, and takes it from one who left.
	WorkerChanged []func(ctx context.Context, tx *db.Tx, before, after Worker) error
}

// New makes the room.
func New() *Module { return &Module{} }

type batchCtx struct{}

// WithBatch lets the functions of this package see the rows of a load that is not published yet. Rooms that load
// after masterdata in the same batch get such a context and need nothing else.
func WithBatch(ctx context.Context, batch db.ID) context.Context {
	return context.WithValue(ctx, batchCtx{}, batch)
}

// batchOf is 0 outside a load: rows that no load wrote carry 0, and kit_batch never holds it.
func batchOf(ctx context.Context) db.ID { b, _ := ctx.Value(batchCtx{}).(db.ID); return b }

// seen is the condition every query here begins with; its parameter $1 is batchOf(ctx).
func seen(alias string) string {
	return "(" + alias + ".batch_id = $1 OR " + alias + ".batch_id NOT IN (SELECT id FROM kit_batch))"
}

// ask starts a query with optional conditions: $1 is the batch.
func ask(ctx context.Context, alias string) *db.Where {
	w := &db.Where{Args: []any{batchOf(ctx)}}
	w.And(seen(alias))
	return w
}

// inChunks calls fn with at most 512 values at a time, padded with the last one to a power of two so that there are
// few different texts and so few plans.
func inChunks[T any](vals []T, fn func(part []T) error) error {
	for len(vals) > 0 {
		n := min(len(vals), 512)
		size := 1
		for size < n {
			size *= 2
		}
		part := make([]T, size)
		copy(part, vals[:n])
		for i := n; i < size; i++ {
			part[i] = vals[n-1]
		}
		if err := fn(part); err != nil {
			return err
		}
		vals = vals[n:]
	}
	return nil
}
