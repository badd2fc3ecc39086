// Package quality knows what has to be judged and how it was judged.
//
// It promises, and Verify checks: passed and failed of an inspection are the sums of its judgements, are never
// negative and never above what was asked for; a judgement is never changed, a mistake is reversed by its mirror,
// and only while nobody has built on it (Guards). Failed pieces stay out of stock: whoever receives asks Passed.
package quality

import (
	"context"
	"embed"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

//go:embed schema/*.sql
var Schema embed.FS

// Module is the quality room.
type Module struct {
	// OnJudged hears of a judgement and of its reversal in the same transaction: purchasing sets a lot free.
	OnJudged []func(ctx context.Context, tx *db.Tx, j Judged) error
	// Guards may refuse the reversal of a judgement: production has received the pieces that passed.
	Guards []func(ctx context.Context, tx *db.Tx, undo Reversal) error
}

// Reversal is a judgement about to be taken back.
type Reversal struct {
	Kind           string
	Order, Lot     db.ID
	Passed, Failed num.Dec
}

// New makes the room and names its documents; without a database it only describes itself.
func New(d *db.DB) *Module {
	if d != nil {
		d.NumberRule("insp", "QC{yymm}-{0000}")
	}
	return &Module{}
}

// Perms are the permissions of this room.
var Perms = []string{"quality.read", "quality.judge", "quality.undo", "quality.rules"}

// What quality tells. Subject insp:<number>.
const (
	EventRequested = "quality.requested" // Requested
	EventCancelled = "quality.cancelled" // Requested
	EventJudged    = "quality.judged"    // Judged
	EventUndone    = "quality.undone"    // Judged

	EventRuleSet     = "quality.rule_set"     // RuleTold, subject incoming:<item>|<supplier>|<family>
	EventRuleRemoved = "quality.rule_removed" // RuleTold
)
