package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"

	"kaiwu/internal/kit/db"
)

// VerifyTold compares the ledger with what the events told of it, row by row and column by column: whoever alters a
// move, adds one or takes one away would have to rewrite the chain of events too. each gives events in order.
func (m *Module) VerifyTold(ctx context.Context, q db.Querier, each func(names []string, fn func(e *db.LogRow) error) error) (records int64, err error) {
	type sum [16]byte
	told := map[db.ID]sum{}
	loads := map[db.ID]Loaded{}
	of := func(v *move) (s sum, err error) {
		b, err := json.Marshal(v)
		full := sha256.Sum256(b)
		copy(s[:], full[:])
		return s, err
	}
	err = each([]string{EventMoved, EventLoaded}, func(e *db.LogRow) error {
		if e.Name == EventLoaded {
			var l Loaded
			if err := json.Unmarshal([]byte(e.Payload), &l); err != nil {
				return fmt.Errorf("event %s: %w", e.ID, err)
			}
			loads[l.Batch] = l
			return nil
		}
		var t Moved
		if err := json.Unmarshal([]byte(e.Payload), &t); err != nil {
			return fmt.Errorf("event %s: %w", e.ID, err)
		}
		for i := range t.Moves {
			s, err := of(&t.Moves[i])
			if err != nil {
				return err
			}
			told[t.Moves[i].ID] = s
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	type load struct {
		hash  hash.Hash
		enc   *json.Encoder
		moves int
	}
	found := map[db.ID]*load{}
	err = db.Each(ctx, q, `SELECT `+moveColumns+` FROM inv_move WHERE `+unpublished+` ORDER BY id`, nil, func(v *move) error {
		records++
		if v.Batch != 0 {
			l := found[v.Batch]
			if l == nil {
				h := sha256.New()
				l = &load{hash: h, enc: json.NewEncoder(h)}
				found[v.Batch] = l
			}
			l.moves++
			return l.enc.Encode(v)
		}
		s, err := of(v)
		if err != nil {
			return err
		}
		was, ok := told[v.ID]
		if !ok {
			return fmt.Errorf("inv_move %s (%s %s): no event tells of it", v.ID, v.DocKind, v.DocNumber)
		}
		if was != s {
			return fmt.Errorf("inv_move %s (%s %s): it was changed after its event told of it", v.ID, v.DocKind, v.DocNumber)
		}
		delete(told, v.ID)
		return nil
	})
	if err != nil {
		return records, err
	}
	for id := range told {
		return records, fmt.Errorf("inv_move %s: an event tells of it, but it is gone", id)
	}
	for batch, l := range found {
		t, ok := loads[batch]
		if !ok || t.Moves != l.moves || t.Digest != hex.EncodeToString(l.hash.Sum(nil)) {
			return records, fmt.Errorf("inv_move: the %d opening moves of import %s are not those that its event told of (%d)", l.moves, batch, t.Moves)
		}
		delete(loads, batch)
	}
	for batch, l := range loads {
		if l.Moves > 0 {
			return records, fmt.Errorf("inv_move: the %d opening moves of import %s are gone", l.Moves, batch)
		}
	}
	return records, nil
}
