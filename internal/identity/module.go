package identity

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// modules are the rooms that a company can do without, each with those it stands on, from the ground up.
var modules = []struct {
	name  string
	needs []string
}{
	{"masterdata", nil},
	{"inventory", []string{"masterdata"}},
	{"quality", []string{"inventory"}},
	{"purchasing", []string{"inventory"}},
	{"production", []string{"masterdata", "inventory"}},
	{"sales", []string{"inventory"}},
	{"planning", []string{"production"}},
	{"scheduling", []string{"production"}},
}

// Switch is a module and whether the company uses it.
type Switch struct {
	Name  string   `json:"name"`
	On    bool     `json:"on"`
	Needs []string `json:"needs" doc:"Modules that must be on for this one"`
}

// ModuleOn says whether a module is used; what is no module is always on. It is web.API.ModuleOn and what rooms
// ask before they act for one that stands later in the list.
func (m *Module) ModuleOn(ctx context.Context, name string) bool {
	r, err := m.rulesNow(ctx)
	if err != nil { // the operation itself will meet the same trouble and say so
		slog.ErrorContext(ctx, "read which modules are on", "err", err)
		return true
	}
	return !r.off[name]
}

// Modules lists all with their state.
func (m *Module) Modules(ctx context.Context, q db.Querier) ([]Switch, error) {
	off, err := db.All[string](ctx, q, `SELECT name FROM id_module WHERE NOT is_on`)
	out := []Switch{}
	for _, mod := range modules {
		out = append(out, Switch{Name: mod.name, On: !slices.Contains(off, mod.name), Needs: append([]string{}, mod.needs...)})
	}
	return out, err
}

// SwitchModule switches a module on or off. Its data stays; its menus, permissions and hooks go.
func (m *Module) SwitchModule(ctx context.Context, tx *db.Tx, name string, on bool) (Switch, error) {
	all, err := m.Modules(ctx, tx)
	if err != nil {
		return Switch{}, err
	}
	i := slices.IndexFunc(all, func(s Switch) bool { return s.Name == name })
	if i < 0 {
		return Switch{}, fault.NotFound("identity.module_unknown", "there is no module %s", name).With("module", name)
	}
	before := all[i]
	if before.On == on {
		return before, nil
	}
	var stand []string
	for _, s := range all {
		if on && slices.Contains(before.Needs, s.Name) && !s.On || !on && s.On && slices.Contains(s.Needs, name) {
			stand = append(stand, s.Name)
		}
	}
	if list := strings.Join(stand, ", "); list != "" && on {
		return before, fault.Conflict("identity.module_needs", "%s needs %s; switch that on first", name, list).With("module", name).With("others", list)
	} else if list != "" {
		return before, fault.Conflict("identity.module_needed", "%s is needed by %s; switch that off first", name, list).With("module", name).With("others", list)
	}
	after := before
	after.On = on
	tx.Queue(`INSERT INTO id_module (name, is_on, changed_ms) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET is_on = excluded.is_on, changed_ms = excluded.changed_ms`, name, on, tx.NowMS())
	tx.Emit(db.Event{Name: ModuleSwitched, Subject: "module:" + name, Payload: Change{Before: before, After: after}})
	m.changed(tx)
	return after, nil
}
