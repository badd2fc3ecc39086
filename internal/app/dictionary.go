package app

import (
	"cmp"
	"context"
	_ "embed"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

// noun is a word of the domain that has fields.
type noun struct {
	Code, Room     string
	Owner          string // erp or kaiwu, when the company says nothing else
	Ours           string // fields of a noun of the ERP that Kaiwu works out or keeps itself, by spaces
	Page           string // its list in the web
	Pack           string // its file in the factory pack
	Sources        []string
	Title, Meaning fault.Text
	Part           int // of IEC 62264
	Term           string
}

// DictionaryField is one field of one noun.
type DictionaryField struct {
	ID         string `json:"id" sql:"given" doc:"noun.field"`
	Room       string `json:"room" sql:"given" doc:"Room that keeps it"`
	Noun       string `json:"noun" sql:"given" doc:"Code of the noun"`
	NounZh     string `json:"noun_zh" sql:"given" doc:"The noun in Chinese"`
	NounEn     string `json:"noun_en" sql:"given" doc:"The noun in English"`
	Field      string `json:"field" sql:"given" doc:"Name of the field in the API"`
	Zh         string `json:"definition_zh" sql:"given" doc:"Definition in Chinese"`
	En         string `json:"definition_en" sql:"given" doc:"Definition in English"`
	Owner      string `json:"owner" sql:"given" doc:"System whose word counts: erp or kaiwu"`
	Default    string `json:"default_owner" sql:"given" doc:"Owner as long as the company chooses none"`
	Chosen     string `json:"chosen_owner" sql:"given" doc:"Owner that the company chose for this field alone; empty: none"`
	Type       string `json:"type" sql:"given" doc:"Type: text, whole number, decimal, yes or no, date, instant, list"`
	Unit       string `json:"unit" sql:"given" doc:"Unit of the value"`
	Values     string `json:"values" sql:"given" doc:"Values that it can have; empty: any"`
	Required   bool   `json:"required" sql:"given" doc:"Must be given when the noun is entered"`
	Standard   string `json:"standard" sql:"given" doc:"Name in B2MML"`
	Source     string `json:"standard_part" sql:"given" doc:"Part of ISA-95 that has the name"`
	Lists      string `json:"lists" sql:"given" doc:"Lists that show it"`
	Pages      string `json:"pages" sql:"given" doc:"Page in the web"`
	Pack       string `json:"pack" sql:"given" doc:"Column in the factory pack"`
	Operations string `json:"operations" sql:"given" doc:"Operations of the API that take or give it"`
}

// DictionaryNoun is a noun with what counts for all its fields.
type DictionaryNoun struct {
	Code     string `json:"code" doc:"Name of the noun"`
	Room     string `json:"room" doc:"Room that keeps it"`
	TitleZh  string `json:"title_zh" doc:"In Chinese"`
	TitleEn  string `json:"title_en" doc:"In English"`
	Zh       string `json:"meaning_zh" doc:"What it is, in Chinese"`
	En       string `json:"meaning_en" doc:"What it is, in English"`
	Owner    string `json:"owner" enum:"erp,kaiwu" doc:"System whose word counts"`
	Default  string `json:"default_owner" enum:"erp,kaiwu" doc:"Owner as long as the company chooses none"`
	Standard string `json:"standard" doc:"Name in B2MML; empty: none"`
	Source   string `json:"standard_part" doc:"Part of ISA-95 that has the name"`
	Page     string `json:"page" doc:"Page in the web; empty: none of its own"`
	Fields   int    `json:"fields" doc:"How many fields it has"`
}

// OwnField names the system whose word counts for one field; none: the owner of its noun.
type OwnField struct {
	Owner  string `json:"owner" enum:"erp,kaiwu,noun" doc:"erp, kaiwu or noun: as the noun"`
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"Why, for the record"`
}

// OwnNoun names the system whose word counts for a noun.
type OwnNoun struct {
	Owner  string `json:"owner" enum:"erp,kaiwu" doc:"erp or kaiwu"`
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"Why, for the record"`
}

//go:embed dictionary/words.tsv
var dictionaryWords string

// words are the Chinese of what the structs' doc tags say in English.
var words = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(dictionaryWords) {
		en, zh, _ := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		out[en] = zh
	}
	return out
})

// dictionary reads the fields from the description of the API, once.
type dictionary struct {
	api    *web.API
	fields func() []DictionaryField
}

func newDictionary(api *web.API) *dictionary {
	d := &dictionary{api: api}
	d.fields = sync.OnceValue(d.build)
	return d
}

type described struct {
	id, path string
	row      bool
	in, out  *huma.Schema
}

// operations by their id, with what they take and give.
func (d *dictionary) operations() (map[string]*described, []*described) {
	by, all := map[string]*described{}, []*described(nil)
	o := d.api.OpenAPI()
	for path, item := range o.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Delete} {
			if op == nil {
				continue
			}
			x := &described{id: op.OperationID, path: strings.TrimPrefix(path, "/api/v1")}
			if op.RequestBody != nil && op.RequestBody.Content["application/json"] != nil {
				x.in = d.deref(op.RequestBody.Content["application/json"].Schema)
			}
			if r := op.Responses["200"]; r != nil && r.Content["application/json"] != nil {
				x.out = d.deref(r.Content["application/json"].Schema)
				if x.out != nil && x.out.Properties["total_capped"] != nil {
					x.out, x.row = d.deref(x.out.Properties["items"].Items), true
				}
			}
			by[x.id] = x
			all = append(all, x)
		}
	}
	slices.SortFunc(all, func(a, b *described) int { return strings.Compare(a.id, b.id) })
	return by, all
}

func (d *dictionary) deref(s *huma.Schema) *huma.Schema {
	if s != nil && s.Ref != "" {
		return d.api.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref)
	}
	return s
}

// inside is the struct of a list that a struct holds.
func (d *dictionary) inside(s *huma.Schema, list string) *huma.Schema {
	if s == nil || s.Properties[list] == nil {
		return nil
	}
	return d.deref(s.Properties[list].Items)
}

// declared are the structs that a source names: the first is the one that people fill in, when there is such.
func (d *dictionary) declared(by map[string]*described, source string) (s *huma.Schema, body bool) {
	if op, list, ok := strings.Cut(source, ":"); ok && by[op] != nil {
		return d.inside(by[op].in, list), true
	}
	if op, list, ok := strings.Cut(source, ">"); ok && by[op] != nil {
		return d.inside(by[op].out, list), false
	}
	switch op := by[source]; {
	case op == nil:
		return nil, false
	case op.row || op.in == nil:
		return op.out, false
	default:
		return op.in, true
	}
}

// nested says whether a property is a noun of its own.
func (d *dictionary) nested(p *huma.Schema) bool {
	if p.Ref != "" {
		return true
	}
	return p.Type == huma.TypeArray && p.Items != nil && p.Items.Ref != ""
}

func (d *dictionary) build() (out []DictionaryField) {
	by, all := d.operations()
	for _, n := range nouns {
		at := len(out)
		index := map[string]int{}
		list := ""
		if i := strings.IndexAny(n.Sources[0], ":>"); i >= 0 {
			list = n.Sources[0][i+1:]
		}
		first, _, _ := strings.Cut(strings.NewReplacer(":", " ", ">", " ").Replace(n.Sources[0]), " ")
		for _, source := range n.Sources {
			s, body := d.declared(by, source)
			if s == nil {
				continue
			}
			need := map[string]bool{}
			if body {
				for _, r := range s.Required {
					need[r] = true
				}
			}
			for _, name := range sorted(s.Properties) {
				p := s.Properties[name]
				if d.nested(p) {
					continue
				}
				i, known := index[name]
				if !known {
					i = len(out)
					index[name] = i
					out = append(out, DictionaryField{ID: n.Code + "." + name, Room: n.Room, Noun: n.Code, NounZh: n.Title.Zh, NounEn: n.Title.En, Field: name, Owner: n.owner(name), Default: n.owner(name), Pages: n.Page,
						Type: typeOf(name, p), Unit: unitOf(name, p)})
				}
				f := &out[i]
				if f.En == "" && p.Description != "" {
					f.En, f.Zh = p.Description, words()[p.Description]
				}
				if f.Values == "" && len(p.Enum) > 0 {
					f.Values = enumOf(p)
				}
				f.Required = f.Required || need[name]
				if op := by[source]; op != nil && op.row {
					f.Lists = join(f.Lists, source)
				}
			}
		}
		columns := pack.Columns(n.Pack)
		under := ""
		if op := by[first]; op != nil {
			under, _, _ = strings.Cut(op.path, "/{")
		}
		for i := at; i < len(out); i++ {
			f := &out[i]
			column := f.Field
			if c, ok := otherwise[f.ID]; ok {
				column = c
			}
			if slices.Contains(columns, column) {
				f.Pack = n.Pack + ": " + column
			}
			if t, ok := explain(f.ID, f.Field); ok {
				f.Zh, f.En = t.Zh, t.En
			} else if t, ok := pack.ColumnText(f.Field); ok && f.Pack != "" && n.Room == "masterdata" && len(t.En) > len(f.En) {
				f.Zh, f.En = t.Zh, t.En
			}
			f.Standard, f.Source = standardOf(n, f.Field)
			for _, op := range all {
				if op.path != under && !strings.HasPrefix(op.path, under+"/") {
					continue
				}
				if d.uses(op, list, f.Field) {
					f.Operations = join(f.Operations, op.id)
				}
			}
		}
	}
	return out
}

// uses says whether an operation takes or gives a field of a noun; list is where the noun stands in it.
func (d *dictionary) uses(op *described, list, field string) bool {
	for _, s := range []*huma.Schema{op.in, op.out} {
		if list != "" {
			s = d.inside(s, list)
		}
		if s != nil && s.Properties[field] != nil {
			return true
		}
	}
	return false
}

func join(list, more string) string {
	if list == "" {
		return more
	}
	return list + ", " + more
}

func sorted(m map[string]*huma.Schema) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func enumOf(p *huma.Schema) string {
	var vals []string
	for _, v := range p.Enum {
		if s, ok := v.(string); ok && s != "" {
			vals = append(vals, s)
		}
	}
	return strings.Join(vals, ", ")
}

func typeOf(name string, p *huma.Schema) string {
	switch {
	case p.Format == "decimal":
		return "decimal"
	case strings.HasSuffix(name, "_ms") && (name == "run_ms" || !slices.Contains(durations, name)):
		return "instant"
	case p.Type == huma.TypeInteger:
		return "int"
	case p.Type == huma.TypeBoolean:
		return "bool"
	case p.Type == huma.TypeArray:
		return "list"
	case p.Type == huma.TypeObject:
		return "object"
	case name == "due" || name == "date" || name == "start" || strings.HasSuffix(name, "_on") || strings.HasPrefix(name, "effective_") && name != "effective_ms":
		return "date"
	}
	return "text"
}

// durations are the milliseconds that are no instants.
var durations = []string{"took_ms", "late_ms", "setup_ms", "upset_ms", "waiting_ms", "available_ms", "busy_ms"}

func unitOf(name string, p *huma.Schema) string {
	has := func(ends ...string) bool {
		return slices.ContainsFunc(ends, func(e string) bool { return name == e || strings.HasSuffix(name, "_"+e) })
	}
	switch {
	case has("ms"):
		return "ms"
	case has("pct"), name == "service":
		return "%"
	case has("days"), name == "lead_sigma":
		if p.Format == "decimal" || p.Type == huma.TypeInteger {
			return "d"
		}
	case has("min"), name == "minutes":
		return "min"
	case p.Format != "decimal":
		return ""
	case has("price", "cost", "rate", "amount"):
		return "currency"
	case name == "cost_per_hour":
		return "currency/h"
	case slices.Contains([]string{"factor", "z", "own", "per", "capacity", "efficiency_pct"}, name):
		return ""
	default:
		return "uom"
	}
	return ""
}

const ownerSetting = "dictionary.owner."

// owner is who owns a field as long as the company says nothing: the owner of its noun, but Kaiwu of what it alone
// knows.
func (n noun) owner(field string) string {
	if slices.Contains(strings.Fields("id rev created_ms updated_ms "+n.Ours), field) {
		return "kaiwu"
	}
	return n.Owner
}

// owners are what the company chose, by noun and by noun.field.
func owners(ctx context.Context, q db.Querier) (map[string]string, error) {
	type row struct {
		Name  string `db:"name"`
		Value string `db:"value"`
	}
	out := map[string]string{}
	err := db.Each(ctx, q, `SELECT name, value FROM kit_setting WHERE name >= $1 AND name < $2`, []any{ownerSetting, ownerSetting + "~"}, func(r *row) error {
		out[strings.TrimPrefix(r.Name, ownerSetting)] = r.Value
		return nil
	})
	return out, err
}

// Fields are all fields with the owners that the company chose.
func (d *dictionary) Fields(ctx context.Context, q db.Querier) ([]DictionaryField, error) {
	own, err := owners(ctx, q)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(d.fields())
	for i := range out {
		f := &out[i]
		f.Chosen = own[f.ID]
		f.Owner = cmp.Or(f.Chosen, own[f.Noun], f.Default)
	}
	return out, nil
}

// field is one field with its owner.
func (d *dictionary) field(ctx context.Context, q db.Querier, id string) (DictionaryField, error) {
	all, err := d.Fields(ctx, q)
	if err != nil {
		return DictionaryField{}, err
	}
	i := slices.IndexFunc(all, func(f DictionaryField) bool { return f.ID == id })
	if i < 0 {
		return DictionaryField{}, fault.NotFound("app.field_unknown", "there is no field %s in the dictionary", id).With("field", id)
	}
	return all[i], nil
}

// OwnField names the system whose word counts for one field, whatever counts for its noun; "noun" takes that back.
func (d *dictionary) OwnField(ctx context.Context, tx *db.Tx, id string, in OwnField) (out DictionaryField, err error) {
	if out, err = d.field(ctx, tx, id); err != nil {
		return out, err
	}
	want := in.Owner
	if want == "noun" {
		want = ""
	}
	if out.Chosen != want {
		if err := masterdata.SetSettingWhy(ctx, tx, ownerSetting+id, want, in.Reason); err != nil {
			return out, err
		}
	}
	return d.field(ctx, tx, id)
}

// Nouns are all nouns in their order.
func (d *dictionary) Nouns(ctx context.Context, q db.Querier) ([]DictionaryNoun, error) {
	own, err := owners(ctx, q)
	if err != nil {
		return nil, err
	}
	count := map[string]int{}
	for _, f := range d.fields() {
		count[f.Noun]++
	}
	out := make([]DictionaryNoun, len(nouns))
	for i, n := range nouns {
		out[i] = DictionaryNoun{Code: n.Code, Room: n.Room, TitleZh: n.Title.Zh, TitleEn: n.Title.En, Zh: n.Meaning.Zh, En: n.Meaning.En, Owner: n.Owner, Default: n.Owner, Standard: n.Term, Source: partOf(n), Page: n.Page, Fields: count[n.Code]}
		if o, ok := own[n.Code]; ok {
			out[i].Owner = o
		}
	}
	return out, nil
}

// Own names the system whose word counts for a noun.
func (d *dictionary) Own(ctx context.Context, tx *db.Tx, code string, in OwnNoun) (out DictionaryNoun, err error) {
	i := slices.IndexFunc(nouns, func(n noun) bool { return n.Code == code })
	if i < 0 {
		return out, fault.NotFound("app.noun_unknown", "there is no noun %s in the dictionary", code).With("noun", code)
	}
	was, err := masterdata.Setting(ctx, tx, ownerSetting+code, nouns[i].Owner)
	if err != nil {
		return out, err
	}
	if was != in.Owner {
		if err := masterdata.SetSettingWhy(ctx, tx, ownerSetting+code, in.Owner, in.Reason); err != nil {
			return out, err
		}
	}
	all, err := d.Nouns(ctx, tx)
	if err != nil {
		return out, err
	}
	return all[i], nil
}

func (a *App) dictionary() {
	d := newDictionary(a.API)
	const perm = "masterdata.read"
	web.Given(a.API, web.Op{Path: "/masterdata/dictionary", ID: "listDictionary", Summary: "Every field of every noun: what it means, who owns it, what ISA-95 calls it, who uses it", Perm: perm},
		web.GivenSpec[DictionaryField]{Rows: d.Fields, Search: []string{"id", "noun_zh", "noun_en", "definition_zh", "definition_en", "standard", "pack", "operations"}, Titles: dictionaryTitles, File: "data-dictionary"})
	web.Query(a.API, web.Op{Path: "/masterdata/dictionary/nouns", ID: "listNouns", Summary: "The nouns of the dictionary with their owners", Perm: perm},
		func(ctx context.Context, q db.Querier, _ *struct{}) (out struct {
			Items []DictionaryNoun `json:"items"`
		}, err error) {
			out.Items, err = d.Nouns(ctx, q)
			return out, err
		})
	web.Query(a.API, web.Op{Path: "/masterdata/dictionary/fields/{id}", ID: "getDictionaryField", Summary: "One field of the dictionary", Perm: perm},
		func(ctx context.Context, q db.Querier, in *struct {
			ID string `path:"id" doc:"noun.field"`
		}) (DictionaryField, error) {
			return d.field(ctx, q, in.ID)
		})
	web.Query(a.API, web.Op{Path: "/masterdata/dictionary/nouns/{noun}", ID: "getNoun", Summary: "A noun of the dictionary", Perm: perm},
		func(ctx context.Context, q db.Querier, in *struct {
			Noun string `path:"noun" doc:"Code of the noun"`
		}) (DictionaryNoun, error) {
			all, err := d.Nouns(ctx, q)
			if err != nil {
				return DictionaryNoun{}, err
			}
			i := slices.IndexFunc(all, func(n DictionaryNoun) bool { return n.Code == in.Noun })
			if i < 0 {
				return DictionaryNoun{}, fault.NotFound("app.noun_unknown", "there is no noun %s in the dictionary", in.Noun).With("noun", in.Noun)
			}
			return all[i], nil
		})
	web.Command(a.API, web.Op{Method: http.MethodPut, Path: "/masterdata/dictionary/nouns/{noun}", ID: "ownNoun", Summary: "Say whether the ERP's word counts for a noun or Kaiwu's", Perm: "masterdata.settings"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			Noun string `path:"noun" doc:"Code of the noun"`
			Body OwnNoun
		}) (DictionaryNoun, error) {
			return d.Own(ctx, tx, in.Noun, in.Body)
		})
	web.Command(a.API, web.Op{Method: http.MethodPut, Path: "/masterdata/dictionary/fields/{id}", ID: "ownField", Summary: "Say whose word counts for one field, whatever counts for its noun", Perm: "masterdata.settings"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ID   string `path:"id" doc:"noun.field"`
			Body OwnField
		}) (DictionaryField, error) {
			return d.OwnField(ctx, tx, in.ID, in.Body)
		})
}

var dictionaryTitles = map[string]fault.Text{
	"id": {Zh: "字段标识", En: "Id"}, "room": {Zh: "模块", En: "Room"}, "noun": {Zh: "对象代码", En: "Noun"}, "noun_zh": {Zh: "对象（中文）", En: "Noun (Chinese)"}, "noun_en": {Zh: "对象（英文）", En: "Noun (English)"},
	"field": {Zh: "字段", En: "Field"}, "definition_zh": {Zh: "定义（中文）", En: "Definition (Chinese)"}, "definition_en": {Zh: "定义（英文）", En: "Definition (English)"}, "owner": {Zh: "归属系统", En: "Owner"},
	"default_owner": {Zh: "默认归属", En: "Owner by default"}, "chosen_owner": {Zh: "单独指定的归属", En: "Owner chosen for the field"},
	"type": {Zh: "数据类型", En: "Type"}, "unit": {Zh: "单位", En: "Unit"}, "values": {Zh: "可取的值", En: "Values"}, "required": {Zh: "必填", En: "Required"}, "standard": {Zh: "B2MML 名称", En: "Name in B2MML"},
	"standard_part": {Zh: "标准出处", En: "Part of the standard"}, "lists": {Zh: "列表接口", En: "Lists"}, "pages": {Zh: "页面", En: "Page"}, "pack": {Zh: "数据包列", En: "Column in the pack"}, "operations": {Zh: "接口操作", En: "Operations"},
}
