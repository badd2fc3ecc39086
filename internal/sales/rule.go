package sales

import (
	"context"
	"strconv"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
)

// WorkRule says how lines of a kind become work orders. The first active rule that fits a line is the one.
type WorkRule struct {
	Name       string `json:"name" db:"name" minLength:"1" maxLength:"60" doc:"Name"`
	Active     bool   `json:"active" db:"active" doc:"In use"`
	Item       string `json:"item,omitempty" db:"item" doc:"Item code; empty: any"`
	Family     string `json:"family,omitempty" db:"family" doc:"Product family; empty: any"`
	Customer   string `json:"customer,omitempty" db:"customer" doc:"Customer code; empty: any"`
	Channel    string `json:"channel,omitempty" db:"channel" maxLength:"40" doc:"Empty: any"`
	Site       string `json:"site,omitempty" db:"site" doc:"Where it is made; empty: the order's site"`
	WorkCenter string `json:"work_center,omitempty" db:"work_center" doc:"The line that does it, where the routing names it as an alternative"`
	Priority   int64  `json:"priority,omitempty" db:"priority" minimum:"0" doc:"0: the line's"`
	Grouping   string `json:"grouping" db:"grouping" enum:"line,order,item_day" doc:"One work order for each line, for each order and item, or for each item and due day"`
	Release    bool   `json:"release,omitempty" db:"release" doc:"Released at once"`
}

// WorkRules are all rules in their order.
type WorkRules struct {
	Rules []WorkRule `json:"rules" maxItems:"200"`
}

// Rules reads the rules.
func (m *Module) Rules(ctx context.Context, q db.Querier) (WorkRules, error) {
	all, err := db.All[WorkRule](ctx, q, `SELECT name, active, item, family, customer, channel, site, work_center, priority, grouping, release FROM so_work_rule ORDER BY rank, id`)
	if all == nil {
		all = []WorkRule{}
	}
	return WorkRules{all}, err
}

// RulesEvent is the payload of sales.rules_saved.
type RulesEvent struct {
	Before []WorkRule `json:"before"`
	After  []WorkRule `json:"after"`
}

// SaveRules puts these rules in the place of those that were there.
func (m *Module) SaveRules(ctx context.Context, tx *db.Tx, in WorkRules) (WorkRules, error) {
	was, err := m.Rules(ctx, tx)
	if err != nil {
		return in, err
	}
	type row struct {
		ID db.ID `db:"id"`
		WorkRule
		Rank    int64 `db:"rank"`
		Changed int64 `db:"changed_ms"`
	}
	bad := fault.Invalid("web.invalid", "some rules are not right")
	rows := make([]row, len(in.Rules))
	for i := range in.Rules {
		r := &in.Rules[i]
		at := func(field, value string, err error) error {
			f, ok := fault.As(err)
			if ok {
				bad.At(fault.Field{Where: "body.rules[" + strconv.Itoa(i) + "]." + field, Code: f.Code, Detail: f.Detail, Value: value, Params: f.Params})
				return nil
			}
			return err
		}
		if r.Name = strings.TrimSpace(r.Name); r.Name == "" {
			_ = at("name", "", fault.Invalid("sales.rule_nameless", "a rule needs a name"))
		}
		if r.Grouping == "" {
			r.Grouping = "line"
		}
		if r.Item != "" {
			if _, err := masterdata.ItemByCode(ctx, tx, r.Item); at("item", r.Item, err) != nil {
				return in, err
			}
		}
		if r.Customer != "" {
			if _, err := customerByCode(ctx, tx, r.Customer); at("customer", r.Customer, err) != nil {
				return in, err
			}
		}
		site, err := siteOf(ctx, tx, r.Site)
		if at("site", r.Site, err) != nil {
			return in, err
		}
		if r.WorkCenter != "" && err == nil {
			if _, err := masterdata.WorkCenterAt(ctx, tx, site.ID, r.WorkCenter); at("work_center", r.WorkCenter, err) != nil {
				return in, err
			}
		}
		rows[i] = row{ID: tx.ID(), WorkRule: *r, Rank: int64(i + 1), Changed: tx.NowMS()}
	}
	if len(bad.Fields) > 0 {
		return in, bad
	}
	if _, err := tx.Exec(ctx, `DELETE FROM so_work_rule`); err != nil {
		return in, err
	}
	if err := db.Insert(ctx, tx, "so_work_rule", rows...); err != nil {
		return in, err
	}
	tx.Emit(db.Event{Name: "sales.rules_saved", Subject: "setting:sales.work_rules", Payload: RulesEvent{was.Rules, in.Rules}})
	return in, nil
}

// ruled is a rule with what its codes stand for.
type ruled struct {
	WorkRule
	site, center db.ID
}

var noRule = ruled{WorkRule: WorkRule{Grouping: "line"}}

// activeRules reads the rules that count, once for all lines.
func (m *Module) activeRules(ctx context.Context, q db.Querier) ([]ruled, error) {
	all, err := m.Rules(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []ruled
	for _, r := range all.Rules {
		if !r.Active {
			continue
		}
		x := ruled{WorkRule: r}
		if r.Site != "" || r.WorkCenter != "" {
			s, err := siteOf(ctx, q, r.Site)
			if err != nil {
				return nil, err
			}
			if r.Site != "" {
				x.site = s.ID
			}
			if r.WorkCenter != "" {
				c, err := masterdata.WorkCenterAt(ctx, q, s.ID, r.WorkCenter)
				if err != nil {
					return nil, err
				}
				x.center = c.ID
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// ruleFor is the first rule that fits.
func ruleFor(rules []ruled, item masterdata.Item, customer, channel string) ruled {
	fits := func(want, have string) bool { return want == "" || want == have }
	for _, r := range rules {
		if fits(r.Item, item.Code) && fits(r.Family, item.Family) && fits(r.Customer, customer) && fits(r.Channel, channel) {
			return r
		}
	}
	return noRule
}
