// Package compliance proves that the records are what they were: it verifies the chain of the audit trail and hands
// the trail out in a form that an outside program can verify again.
//
// It promises: a record that was changed, or taken out of the middle, is named; given the number and hash of an
// earlier check, kept outside this system, records cut off the end or a chain rewritten as a whole are found too;
// nobody gets more out of the trail than they may see elsewhere; who took a copy is on record.
package compliance

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/event"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
)

// Perms: reading the trail is the kit's permission audit.read.
var Perms = []string{"audit.read"}

// Exported is the event of a copy that was taken.
const Exported = "compliance.audit_exported"

// Copy is its payload.
type Copy struct {
	From int64 `json:"from_seq"`
	To   int64 `json:"to_seq"`
}

// Messages are the sentences of this room's fault codes.
var Messages = fault.Messages{
	"compliance.chain_short":     {Zh: "审计链在第 {end} 条就结束了，而您保存的校验点是第 {seq} 条：末尾的记录被删掉了。请立即停止修改并从备份核对。", En: "The audit chain ends at record {end}, but you kept a check of record {seq}: records were cut off its end. Stop changing things and compare with a backup."},
	"compliance.chain_rewritten": {Zh: "第 {seq} 条的校验值与您保存的不同：这条或更早的记录被改写过。请立即停止修改并从备份核对。", En: "The hash of record {seq} is not the one you kept: it, or a record before it, was rewritten. Stop changing things and compare with a backup."},
	"compliance.hash_needed":     {Zh: "请同时给出记录序号和它的校验值。", En: "Give the record's number and its hash together."},
}

// Module is the compliance room.
type Module struct{}

// New makes the room.
func New() *Module { return &Module{} }

// Known is an earlier result that somebody kept outside the system.
type Known struct {
	Seq  int64  `query:"seq" minimum:"0" doc:"Number of a record, from an earlier check"`
	Hash string `query:"hash" maxLength:"64" doc:"Its hash, from that check"`
}

// Checked is a chain that holds. Keep seq and hash outside this system.
type Checked struct {
	Count int64  `json:"count" doc:"Records verified"`
	Seq   int64  `json:"seq" doc:"Number of the last one"`
	Hash  string `json:"hash" doc:"Hash of the last one, which covers all before it"`
	AtMS  int64  `json:"at_ms"`
}

// Check verifies the whole chain, and that it still holds what was known.
func (m *Module) Check(ctx context.Context, q db.Querier, at time.Time, known Known) (Checked, error) {
	if (known.Seq > 0) != (known.Hash != "") {
		return Checked{}, fault.Invalid("compliance.hash_needed", "seq and hash go together")
	}
	c, err := event.Verify(ctx, q, 0)
	if err != nil {
		return Checked{}, err
	}
	if known.Seq > 0 {
		hash, found, err := event.HashAt(ctx, q, known.Seq)
		switch {
		case err != nil:
			return Checked{}, err
		case !found:
			return Checked{}, fault.Conflict("compliance.chain_short", "the chain ends at %d, before the known record %d", c.Seq, known.Seq).With("end", c.Seq).With("seq", known.Seq)
		case hash != known.Hash:
			return Checked{}, fault.Conflict("compliance.chain_rewritten", "record %d has another hash than the known one", known.Seq).With("seq", known.Seq)
		}
	}
	return Checked{c.Count, c.Seq, c.Hash, at.UnixMilli()}, nil
}

// Stretch of the trail.
type Stretch struct {
	From int64 `query:"from" minimum:"0" doc:"First record, default the first ever"`
	To   int64 `query:"to" minimum:"0" doc:"Last record, default the newest"`
}

// line is a record with everything that its hash covers.
type line struct {
	db.LogRow
	TxID   int64 `json:"tx_id"`
	Ord    int64 `json:"ord"`
	Masked bool  `json:"masked,omitempty"` // fields were left out, so the hash cannot be computed again
}

// Export writes the trail, one JSON object a line, as far as the actor may see it.
func (m *Module) Export(ctx context.Context, q db.Querier, in Stretch, hidden map[string]bool, w io.Writer) error {
	a := actor.From(ctx)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return event.Walk(ctx, q, in.From, in.To, func(r *db.LogRow) (err error) {
		if r.Site != 0 && !a.SeesSite(int64(r.Site)) || a.Partner != 0 && int64(r.Partner) != a.Partner {
			return nil
		}
		l := line{LogRow: *r, TxID: r.TxID, Ord: r.Ord}
		if l.Payload, l.Masked, err = event.Strip(r.Payload, hidden); err != nil {
			return fmt.Errorf("record %d: %w", r.Seq, err)
		}
		return enc.Encode(l)
	})
}

// Routes registers the room's operations.
func (m *Module) Routes(a *web.API) {
	a.Messages(Messages)
	web.QueryView(a, web.Op{Path: "/compliance/chain", ID: "checkAuditChain", Summary: "Verify that no record of the audit trail was changed or removed", Perm: "audit.read", Timeout: 10 * time.Minute,
		Description: "Answers number and hash of the last record; keep them outside this system and give them next time: then records cut off the end are found too."},
		func(ctx context.Context, q db.Querier, in *Known) (Checked, error) {
			return m.Check(ctx, q, a.DB.Now(), *in)
		})
	web.Download(a, web.Op{Path: "/compliance/audit", ID: "exportAudit", Summary: "The audit trail as JSON lines, with everything that the hashes cover", Perm: "audit.read"},
		func(ctx context.Context, q db.Querier, in *Stretch) (web.File, error) {
			head, err := event.Verify(ctx, q, 0) // a broken trail is not handed out as if it were sound
			if err != nil {
				return web.File{}, err
			}
			to := head.Seq
			if in.To > 0 {
				to = min(to, in.To)
			}
			err = a.DB.InTx(ctx, func(tx *db.Tx) error {
				tx.Emit(db.Event{Name: Exported, Subject: "audit:export", Payload: Copy{max(in.From, 1), to}})
				return nil
			})
			hidden := a.HiddenNames(actor.From(ctx))
			return web.File{Name: "kaiwu-audit.jsonl", Type: "application/jsonl", Write: func(w io.Writer) error {
				return m.Export(ctx, q, Stretch{in.From, to}, hidden, w)
			}}, err
		})
}
