package inventory

import (
	"context"
	"encoding/json"
	"fmt"

	"kaiwu/internal/kit/db"
)

// VerifyTold compares the ledger with what was told when it was written: a row that was altered, removed or slipped in
// later is found. each gives the events of some names in order.
func (m *Module) VerifyTold(ctx context.Context, q db.Querier, each func(names []string, fn func(e *db.LogRow) error) error) (records int64, err error) {
	told := map[db.ID]string{} // the rows' own JSON: a million of them fit the memory of a small server
	loads := map[db.ID]Loaded{}
	err = each([]string{EventMoved, EventLoaded}, func(e *db.LogRow) error {
		if e.Name == EventLoaded {
			var l Loaded
			if err := json.Unmarshal([]byte(e.Payload), &l); err != nil {
				return fmt.Errorf("event %d: %w", e.Seq, err)
			}
			loads[l.Batch] = l
			return nil
		}
		var t struct {
			Moves []json.RawMessage `json:"moves"`
		}
		if err := json.Unmarshal([]byte(e.Payload), &t); err != nil {
			return fmt.Errorf("event %d: %w", e.Seq, err)
		}
		for _, raw := range t.Moves {
			var v move
			if err := json.Unmarshal(raw, &v); err != nil {
				return fmt.Errorf("event %d: %w", e.Seq, err)
			}
			told[v.ID] = string(raw)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	loaded := map[db.ID][]move{}
	err = db.Each(ctx, q, `SELECT `+moveColumns+` FROM inv_move WHERE `+unpublished+` ORDER BY batch_id, doc_line, id`, nil, func(v *move) error {
		records++
		if v.Batch != 0 {
			loaded[v.Batch] = append(loaded[v.Batch], *v)
			return nil
		}
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		switch was, ok := told[v.ID]; {
		case !ok:
			return fmt.Errorf("inv_move %s: was never told", v.ID)
		case was != string(b):
			return fmt.Errorf("inv_move %s: is not what was told: %s was %s", v.ID, b, was)
		}
		delete(told, v.ID)
		return nil
	})
	if err != nil {
		return records, err
	}
	for id := range told {
		return records, fmt.Errorf("inv_move %s: was told and is gone", id)
	}
	for batch, l := range loads {
		if got := loaded[batch]; len(got) != l.Moves || digest(got) != l.Digest {
			return records, fmt.Errorf("inv_move: the opening stock of batch %s is not what was loaded (%d moves, %d told)", batch, len(got), l.Moves)
		}
		delete(loaded, batch)
	}
	for batch := range loaded {
		return records, fmt.Errorf("inv_move: batch %s was never told", batch)
	}
	return records, nil
}
