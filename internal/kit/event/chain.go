package event

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// Checked says how far a chain was verified. Whoever keeps the last hash elsewhere can also prove that nothing was
// cut off the end.
type Checked struct {
	Count int64  `json:"count"`
	Seq   int64  `json:"seq"`
	Hash  string `json:"hash"`
}

// VerifyChain recomputes the hashes of the log from a number on and names the first broken record.
func VerifyChain(ctx context.Context, q db.Querier, from int64) error {
	_, err := Verify(ctx, q, from)
	return err
}

// Verify is VerifyChain that also says what it saw.
func Verify(ctx context.Context, q db.Querier, from int64) (c Checked, err error) {
	if from > 1 {
		var ok bool
		if c.Hash, ok, err = db.Get[string](ctx, q, `SELECT hash FROM kit_event WHERE seq = $1`, from-1); err != nil {
			return c, err
		}
		if !ok {
			return c, fault.Conflict("event.chain_gap", "record %d is missing from the log", from-1).With("seq", from-1)
		}
		c.Seq = from - 1
	}
	err = db.Each(ctx, q, `SELECT `+db.LogColumns+` FROM kit_event WHERE seq > $1 ORDER BY seq`, []any{c.Seq}, func(r *db.LogRow) error {
		if r.Seq != c.Seq+1 {
			return fault.Conflict("event.chain_gap", "record %d is missing from the log", c.Seq+1).With("seq", c.Seq+1)
		}
		if h := db.Chain(c.Hash, r); h != r.Hash {
			return fault.Conflict("event.chain_broken", "record %d (%s of %s, id %s) was changed: its hash does not fit", r.Seq, r.Name, r.Subject, r.ID).
				With("seq", r.Seq).With("name", r.Name).With("subject", r.Subject)
		}
		c.Seq, c.Hash = r.Seq, r.Hash
		c.Count++
		return nil
	})
	return c, err
}
