package masterdata

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kaiwu/internal/kit/db"
)

// settingCodes holds the numbering rules of items.
const settingCodes = "masterdata.item_codes"

// CodeRule says which codes new items of a kind or family get: R-{0000} counts R-0001, R-0002, …; {YY} and {MM} are the
// year and month of the day. The most exact rule goes first: kind and family, then family, then kind.
type CodeRule struct {
	Kind    string `json:"kind,omitempty" enum:"make,buy,subcontract,phantom,customer" doc:"Empty: every kind"`
	Family  string `json:"family,omitempty" maxLength:"100" doc:"Empty: every family"`
	Pattern string `json:"pattern" minLength:"1" maxLength:"60" doc:"Such as R-{0000} or P{YY}{MM}-{000}"`
}

// CodeRules are all of them.
type CodeRules struct {
	Rules []CodeRule `json:"rules" maxItems:"200"`
}

// NextCode is a proposal; it may be changed before it is used.
type NextCode struct {
	Code    string `json:"code" doc:"Empty: no rule fits"`
	Pattern string `json:"pattern" doc:"The rule that it comes from"`
}

var (
	counter  = regexp.MustCompile(`\{0{1,9}\}`)
	anyBrace = regexp.MustCompile(`\{[^}]*\}?|\}`)
)

// ItemCodeRules reads the numbering rules.
func ItemCodeRules(ctx context.Context, q db.Querier) (CodeRules, error) {
	out := CodeRules{Rules: []CodeRule{}}
	text, err := Setting(ctx, q, settingCodes, "[]")
	if err == nil {
		err = json.Unmarshal([]byte(text), &out.Rules)
	}
	return out, err
}

// SetItemCodeRules exchanges the numbering rules.
func (m *Module) SetItemCodeRules(ctx context.Context, tx *db.Tx, in CodeRules) (CodeRules, error) {
	var r refusals
	for i := range in.Rules {
		c := &in.Rules[i]
		at := func(field string) string { return fmt.Sprintf("rules[%d].%s", i, field) }
		c.Pattern, c.Family = r.text(at("pattern"), c.Pattern), r.text(at("family"), c.Family)
		rest := strings.NewReplacer("{YY}", "", "{MM}", "").Replace(c.Pattern)
		if len(counter.FindAllString(rest, -1)) != 1 || anyBrace.MatchString(counter.ReplaceAllString(rest, "")) || strings.Contains(rest, ";") {
			r.bad(at("pattern"), "masterdata.pattern_bad", c.Pattern)
		}
		if slices.ContainsFunc(in.Rules[:i], func(o CodeRule) bool { return o.Kind == c.Kind && o.Family == c.Family }) {
			r.bad(at("family"), "masterdata.rule_twice", c.Family)
		}
	}
	if err := r.err("masterdata.rules_invalid"); err != nil {
		return in, err
	}
	if in.Rules == nil {
		in.Rules = []CodeRule{}
	}
	text, err := json.Marshal(in.Rules)
	if err != nil {
		return in, err
	}
	return in, SetSetting(ctx, tx, settingCodes, string(text))
}

// NextItemCode proposes the next free code for a kind and family: one above the highest that the rule ever gave.
func NextItemCode(ctx context.Context, q db.Querier, kind, family, today string) (NextCode, error) {
	all, err := ItemCodeRules(ctx, q)
	if err != nil {
		return NextCode{}, err
	}
	best, rank := "", -1
	for _, r := range all.Rules {
		if r.Kind != "" && r.Kind != kind || r.Family != "" && r.Family != family {
			continue
		}
		n := 0
		if r.Family != "" {
			n += 2
		}
		if r.Kind != "" {
			n++
		}
		if n > rank {
			best, rank = r.Pattern, n
		}
	}
	if rank < 0 {
		return NextCode{}, nil
	}
	full := strings.NewReplacer("{YY}", today[2:4], "{MM}", today[5:7]).Replace(best)
	at := counter.FindStringIndex(full)
	before, width, after := full[:at[0]], at[1]-at[0]-2, full[at[1]:]
	top := int64(0)
	// also rows that a running import has not published: their codes are taken
	err = db.Each(ctx, q, `SELECT code FROM md_item WHERE code >= $1 AND code < $2`, []any{before, before + last}, func(c *string) error {
		digits, ok := strings.CutSuffix(strings.TrimPrefix(*c, before), after)
		if n, err := strconv.ParseInt(digits, 10, 64); ok && err == nil && n > top && !strings.ContainsAny(digits, "+-") {
			top = n
		}
		return nil
	})
	return NextCode{before + fmt.Sprintf("%0*d", width, top+1) + after, best}, err
}
