package masterdata

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// Setting is a choice of the company, or def when nobody made it.
func Setting(ctx context.Context, q db.Querier, name, def string) (string, error) {
	v, ok, err := db.Get[string](ctx, q, `SELECT value FROM kit_setting WHERE name = $1`, name)
	if err == nil && !ok {
		v = def
	}
	return v, err
}

// IntSetting is a choice that is a whole number. The page of settings lets only such numbers in; one that came another
// way is an error.
func IntSetting(ctx context.Context, q db.Querier, name, def string) (int64, error) {
	text, err := Setting(ctx, q, name, def)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("setting %s: %w", name, err)
	}
	return n, nil
}

// SetSetting makes a choice and tells of it.
func SetSetting(ctx context.Context, tx *db.Tx, name, value string) error {
	return setSetting(ctx, tx, name, value, "")
}

// SetSettingWhy makes a choice and tells of it with its reason.
func SetSettingWhy(ctx context.Context, tx *db.Tx, name, value, reason string) error {
	return setSetting(ctx, tx, name, value, reason)
}

func setSetting(ctx context.Context, tx *db.Tx, name, value, reason string) error {
	was, _, err := db.Get[string](ctx, tx, `SELECT value FROM kit_setting WHERE name = $1`, name)
	if err != nil || was == value {
		return err
	}
	tx.Queue(`INSERT INTO kit_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	tx.Queue(`INSERT INTO md_setting_mark (name, actor, changed_ms) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET actor = excluded.actor, changed_ms = excluded.changed_ms`,
		name, actor.From(ctx).Name, tx.NowMS())
	tx.Emit(db.Event{Name: EventSetting, Subject: "setting:" + name, Reason: reason, Payload: SettingChanged{Name: name, Before: was, After: value}})
	return nil
}

// SettingSpec is a choice that a room offers. The room reads it with Setting(ctx, q, Name, Default).
type SettingSpec struct {
	Name    string // room.what
	Kind    string // percent int bool text choice location
	Default string
	Min     string // percent, int
	Max     string
	Choices []string // choice
	PerSite bool     // one for each site: the name, a dot, the site's code
	Title   fault.Text
	Help    fault.Text
}

// SettingRow is a setting with what the company chose.
type SettingRow struct {
	Name      string   `json:"name"`
	Room      string   `json:"room"`
	Site      string   `json:"site,omitempty"`
	Kind      string   `json:"kind" doc:"percent, int, bool, text, choice or location"`
	Title     string   `json:"title"`
	Help      string   `json:"help"`
	Value     string   `json:"in_force" doc:"The value that counts now"`
	Default   string   `json:"default"`
	Chosen    bool     `json:"chosen" doc:"False: the default is in force"`
	Min       string   `json:"min,omitempty"`
	Max       string   `json:"max,omitempty"`
	Choices   []string `json:"choices,omitempty"`
	ChangedBy string   `json:"changed_by,omitempty"`
	ChangedMS int64    `json:"changed_ms,omitempty"`
}

type mark struct {
	Name  string `db:"name"`
	Actor string `db:"actor"`
	MS    int64  `db:"changed_ms"`
}

func marks(ctx context.Context, q db.Querier) (map[string]mark, map[string]string, error) {
	by, values := map[string]mark{}, map[string]string{}
	if err := db.Each(ctx, q, `SELECT name, actor, changed_ms FROM md_setting_mark`, nil, func(m *mark) error { by[m.Name] = *m; return nil }); err != nil {
		return nil, nil, err
	}
	type row struct {
		Name  string `db:"name"`
		Value string `db:"value"`
	}
	err := db.Each(ctx, q, `SELECT name, value FROM kit_setting`, nil, func(r *row) error { values[r.Name] = r.Value; return nil })
	return by, values, err
}

// SettingsPage lists every choice that the rooms offer.
func (m *Module) SettingsPage(ctx context.Context, q db.Querier, locale string) ([]SettingRow, error) {
	sites, err := Sites(ctx, q)
	if err != nil {
		return nil, err
	}
	by, values, err := marks(ctx, q)
	if err != nil {
		return nil, err
	}
	out := []SettingRow{}
	for _, s := range m.Settings {
		names := []struct{ name, site string }{{s.Name, ""}}
		if s.PerSite {
			names = nil
			for _, site := range sites {
				names = append(names, struct{ name, site string }{s.Name + "." + site.Code, site.Code})
			}
		}
		room, _, _ := strings.Cut(s.Name, ".")
		for _, n := range names {
			r := SettingRow{Name: n.name, Room: room, Site: n.site, Kind: s.Kind, Title: s.Title.Render(locale, nil), Help: s.Help.Render(locale, nil), Value: s.Default, Default: s.Default,
				Min: s.Min, Max: s.Max, Choices: s.Choices, ChangedBy: by[n.name].Actor, ChangedMS: by[n.name].MS}
			if v, ok := values[n.name]; ok {
				r.Value, r.Chosen = v, true
			}
			out = append(out, r)
		}
	}
	return out, nil
}

// ChooseSetting makes a choice.
type ChooseSetting struct {
	Value  string `json:"value" maxLength:"500" doc:"The choice, as text"`
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"Why, for the record"`
}

// ChooseSetting checks a choice against its spec and makes it.
func (m *Module) ChooseSetting(ctx context.Context, tx *db.Tx, name, locale string, in ChooseSetting) (out SettingRow, err error) {
	rows, err := m.SettingsPage(ctx, tx, locale)
	if err != nil {
		return out, err
	}
	i := slices.IndexFunc(rows, func(r SettingRow) bool { return r.Name == name })
	if i < 0 {
		return out, fault.NotFound("masterdata.setting_unknown", "there is no setting %s", name).With("name", name)
	}
	r, v, f := rows[i], strings.TrimSpace(in.Value), &form{ctx: ctx, tx: tx}
	switch r.Kind {
	case "percent", "int":
		d, err := num.Parse(v)
		switch {
		case err != nil || (r.Kind == "int" && !d.Fits(0)):
			f.bad("value", "masterdata.number_bad", v)
		case r.Min != "" && d < num.MustParse(r.Min) || r.Max != "" && d > num.MustParse(r.Max):
			f.bad("value", "masterdata.out_of_range", v, "min", r.Min, "max", r.Max)
		default:
			v = d.String()
		}
	case "bool":
		if v != "0" && v != "1" {
			f.bad("value", "masterdata.choice_bad", v, "choices", "0, 1")
		}
	case "choice":
		if !slices.Contains(r.Choices, v) {
			f.bad("value", "masterdata.choice_bad", v, "choices", strings.Join(r.Choices, ", "))
		}
	case "location":
		if v == "" {
			break
		}
		site, err := siteNamed(ctx, tx, r.Site)
		if err != nil {
			return out, err
		}
		l, err := LocationByCode(ctx, tx, site.ID, v)
		if fault.Is(err, "masterdata.location_unknown") || (err == nil && !l.Active) {
			f.bad("value", "masterdata.location_unknown", v, "code", v)
		} else if err != nil {
			return out, err
		}
	}
	f.text("value", &v, &v)
	if err := f.refuse(); err != nil {
		return out, err
	}
	if err := setSetting(ctx, tx, name, v, in.Reason); err != nil {
		return out, err
	}
	rows, err = m.SettingsPage(ctx, tx, locale)
	if err != nil {
		return out, err
	}
	return rows[i], nil
}

// NumberRow is how the documents of a kind are numbered.
type NumberRow struct {
	Kind      string `json:"kind" doc:"so, wo, po, lot, …"`
	Pattern   string `json:"pattern" doc:"In force"`
	Default   string `json:"default" doc:"The program's choice"`
	Chosen    bool   `json:"chosen" doc:"The company's own choice, not the program's"`
	Next      string `json:"next" doc:"What the next document would be called"`
	ChangedBy string `json:"changed_by,omitempty" doc:"Changed by"`
	ChangedMS int64  `json:"changed_ms,omitempty" doc:"Changed"`
}

// NumberRules lists how every kind of document is numbered.
func (m *Module) NumberRules(ctx context.Context, d *db.DB, q db.Querier) ([]NumberRow, error) {
	by, values, err := marks(ctx, q)
	if err != nil {
		return nil, err
	}
	out := []NumberRow{}
	for kind, def := range d.NumberRules() {
		name := db.NumberSetting(kind)
		r := NumberRow{Kind: kind, Pattern: def, Default: def, ChangedBy: by[name].Actor, ChangedMS: by[name].MS}
		if own := values[name]; own != "" {
			r.Pattern, r.Chosen = own, true
		}
		if r.Next, _, err = d.PreviewNumber(ctx, q, kind, r.Pattern, d.Now()); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b NumberRow) int { return strings.Compare(a.Kind, b.Kind) })
	return out, nil
}

// NumberPreview says what a pattern would give.
type NumberPreview struct {
	Next string `json:"next" doc:"What the next document would be called"`
	Size int    `json:"size" doc:"How many the counter can give before it grows a digit"`
}

// EditNumber gives the documents of a kind another pattern; empty: the program's again.
type EditNumber struct {
	Pattern string `json:"pattern" maxLength:"60" doc:"Text with {yy} {yyyy} {mm} {dd} {yymm} and one counter such as {0000}; empty: the program's"`
	Reason  string `json:"reason,omitempty" maxLength:"500" doc:"Why, for the record"`
}

// PreviewNumber checks a pattern and says what it would give.
func (m *Module) PreviewNumber(ctx context.Context, d *db.DB, q db.Querier, kind, pattern string) (out NumberPreview, err error) {
	rules, err := m.NumberRules(ctx, d, q)
	if err != nil {
		return out, err
	}
	i := slices.IndexFunc(rules, func(r NumberRow) bool { return r.Kind == kind })
	if i < 0 {
		return out, fault.NotFound("masterdata.number_unknown", "no documents are called %s", kind).With("kind", kind)
	}
	pattern = strings.TrimSpace(pattern)
	if pattern == "" {
		pattern = rules[i].Default
	}
	f := &form{ctx: ctx}
	width := f.pattern(pattern)
	if err := f.refuse(); err != nil {
		return out, err
	}
	out.Size = 1
	for range width {
		out.Size *= 10
	}
	out.Size--
	next, series, err := d.PreviewNumber(ctx, q, kind, pattern, d.Now())
	if err != nil {
		return out, err
	}
	out.Next = next
	_, mine, _ := strings.Cut(series, " ")
	for _, r := range rules {
		if r.Kind == kind {
			continue
		}
		_, series, err := d.PreviewNumber(ctx, q, r.Kind, r.Pattern, d.Now())
		if err != nil {
			return out, err
		}
		if _, theirs, _ := strings.Cut(series, " "); theirs == mine { // a scan of such a number would lead to two documents
			f.bad("pattern", "masterdata.pattern_taken", pattern, "kind", r.Kind)
			return out, f.refuse()
		}
	}
	return out, nil
}

// pattern notes what is wrong with a pattern and answers the digits of its counter.
func (f *form) pattern(p string) (width int) {
	rest, counters, word := p, 0, false
	for rest != "" {
		i := strings.IndexAny(rest, "{}")
		text := rest
		if i >= 0 {
			text = rest[:i]
		}
		word = word || strings.ContainsFunc(text, unicode.IsLetter)
		if strings.ContainsFunc(text, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.", r)
		}) {
			f.bad("pattern", "masterdata.pattern_signs", p, "text", text)
			return 0
		}
		if i < 0 {
			break
		}
		j := strings.IndexByte(rest, '}')
		if rest[i] != '{' || j < i {
			f.bad("pattern", "masterdata.pattern_braces", p)
			return 0
		}
		switch token := rest[i+1 : j]; {
		case token != "" && strings.Trim(token, "0") == "":
			counters++
			width = len(token)
		case !slices.Contains([]string{"yy", "yyyy", "mm", "dd", "yymm"}, token):
			f.bad("pattern", "masterdata.pattern_token", p, "token", token)
			return 0
		case counters > 0 && strings.ContainsAny(token, "ymd"): // the counter starts again with what stands before it, so a date behind it would mislead
			f.bad("pattern", "masterdata.pattern_date_behind", p, "token", token)
			return 0
		}
		rest = rest[j+1:]
	}
	switch {
	case counters != 1:
		f.bad("pattern", "masterdata.pattern_counter", p, "count", strconv.Itoa(counters))
	case width < 3 || width > 9:
		f.bad("pattern", "masterdata.pattern_width", p, "width", strconv.Itoa(width))
	case !word: // a bare number would be taken for a bar code
		f.bad("pattern", "masterdata.pattern_letter", p)
	case utf8.RuneCountInString(p) > 40:
		f.bad("pattern", "masterdata.pattern_long", p)
	}
	return width
}

// EditNumber gives the documents of a kind another pattern. Those that exist keep their numbers.
func (m *Module) EditNumber(ctx context.Context, d *db.DB, tx *db.Tx, kind string, in EditNumber) (out NumberRow, err error) {
	if _, err := m.PreviewNumber(ctx, d, tx, kind, in.Pattern); err != nil {
		return out, err
	}
	pattern := strings.TrimSpace(in.Pattern)
	if pattern == d.NumberRules()[kind] {
		pattern = ""
	}
	if err := setSetting(ctx, tx, db.NumberSetting(kind), pattern, in.Reason); err != nil {
		return out, err
	}
	tx.After(func() { d.NumberRuleChanged(kind) })
	rules, err := m.NumberRules(ctx, d, tx)
	if err != nil {
		return out, err
	}
	return rules[slices.IndexFunc(rules, func(r NumberRow) bool { return r.Kind == kind })], nil
}
