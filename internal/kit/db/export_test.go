package db

import (
	"context"
	"math"
)

// Sweep removes what a batch left behind, as after a publishing whose outcome nobody knows.
func (d *DB) Sweep(ctx context.Context, id ID) error { return d.sweep(ctx, id, math.MaxInt64) }
