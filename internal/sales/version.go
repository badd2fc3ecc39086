package sales

import (
	"context"
	"strconv"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// VersionConflict is a line that names another version of its bill than the one in force on its due date. It is not
// made before somebody has answered.
type VersionConflict struct {
	Named     string       `json:"named"`
	Effective string       `json:"effective"`
	Answer    string       `json:"answer" enum:"named,effective," doc:"Empty: nobody has answered"`
	Differs   []BOMDiffers `json:"differs" doc:"What the two versions differ in"`
}

// BOMDiffers is one component that differs; a quantity that is missing means that the version does without it.
type BOMDiffers struct {
	Item      string   `json:"item"`
	Name      string   `json:"name"`
	UoM       string   `json:"uom"`
	Named     *num.Dec `json:"named,omitempty" doc:"Per piece, in the version that the order names"`
	Effective *num.Dec `json:"effective,omitempty" doc:"Per piece, in the version in force"`
}

// asked is a line that may be in conflict.
type asked struct {
	ID      db.ID
	Item    db.ID
	Due     string
	Version string
}

// effective is the version in force on the due date of each line whose named version is another one: one question
// for each due date.
func effective(ctx context.Context, q db.Querier, lines []asked) (map[db.ID]string, error) {
	byDay := map[string][]db.ID{}
	for _, l := range lines {
		if l.Version != "" {
			byDay[l.Due] = append(byDay[l.Due], l.Item)
		}
	}
	out := map[db.ID]string{}
	for day, items := range byDay {
		boms, err := masterdata.EffectiveBOMs(ctx, q, items, day)
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			if b, ok := boms[l.Item]; ok && l.Due == day && l.Version != "" && masterdata.CompareVersions(b.Version, l.Version) != 0 {
				out[l.ID] = b.Version
			}
		}
	}
	return out, nil
}

// nameVersions refuses versions that do not exist and answers to questions that nobody asks, and notes which version
// is made.
func nameVersions(ctx context.Context, q db.Querier, in []NewLine, rows []lineRow) error {
	var ask []asked
	for _, r := range rows {
		ask = append(ask, asked{r.ID, r.Item, r.Due, r.BOMVersion})
	}
	other, err := effective(ctx, q, ask)
	if err != nil {
		return err
	}
	bad := fault.Invalid("web.invalid", "some lines are not right")
	for i := range rows {
		r := &rows[i]
		if r.BOMVersion == "" {
			r.Answer = ""
			continue
		}
		_, ok, err := masterdata.EffectiveBOM(ctx, q, r.Item, r.Due, r.BOMVersion)
		if err != nil {
			return err
		}
		if !ok {
			f := fault.Invalid("sales.version_unknown", "%s has no version %s", in[i].Item, r.BOMVersion).With("item", in[i].Item).With("version", r.BOMVersion).With("line", r.Line)
			bad.At(fault.Field{Where: "body.lines[" + strconv.Itoa(i) + "].bom_version", Code: f.Code, Detail: f.Detail, Value: r.BOMVersion, Params: f.Params})
			continue
		}
		now, conflict := other[r.ID]
		switch {
		case !conflict:
			r.Answer = ""
		case r.Answer == "effective":
			r.Use = now
		case r.Answer == "named":
			r.Use = r.BOMVersion
		}
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

// conflictOf tells in what the named version of a line differs from the one in force; nil when there is no conflict.
func conflictOf(ctx context.Context, q db.Querier, l line) (*VersionConflict, error) {
	if l.BOMVersion == "" {
		return nil, nil
	}
	other, err := effective(ctx, q, []asked{{l.ID, l.Item, l.Due, l.BOMVersion}})
	if err != nil || other[l.ID] == "" {
		return nil, err
	}
	c := &VersionConflict{Named: l.BOMVersion, Effective: other[l.ID], Answer: l.Answer, Differs: []BOMDiffers{}}
	if l.Answer == "effective" {
		c.Effective = l.Use
	}
	named, _, err := masterdata.EffectiveBOM(ctx, q, l.Item, l.Due, c.Named)
	if err != nil {
		return nil, err
	}
	now, _, err := masterdata.EffectiveBOM(ctx, q, l.Item, l.Due, c.Effective)
	if err != nil {
		return nil, err
	}
	var ids []db.ID
	a, b := needs(named, &ids), needs(now, &ids)
	items, err := masterdata.Items(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	seen := map[db.ID]bool{}
	for _, id := range ids {
		x, hasX := a[id]
		y, hasY := b[id]
		if seen[id] || hasX && hasY && x == y {
			continue
		}
		seen[id] = true
		d := BOMDiffers{Item: items[id].Code, Name: items[id].Name, UoM: items[id].UoM}
		if hasX {
			d.Named = &x
		}
		if hasY {
			d.Effective = &y
		}
		c.Differs = append(c.Differs, d)
	}
	return c, nil
}

func needs(b masterdata.BOM, ids *[]db.ID) map[db.ID]num.Dec {
	out := map[db.ID]num.Dec{}
	for _, l := range b.Lines {
		if l.Role == "component" {
			out[l.ItemID] += l.Qty
			*ids = append(*ids, l.ItemID)
		}
	}
	return out
}

// AnswerVersion says which of two versions is made for a line.
type AnswerVersion struct {
	Line   int64  `json:"line" minimum:"1"`
	Answer string `json:"answer" enum:"named,effective"`
	Note   string `json:"note,omitempty" maxLength:"500"`
}

// VersionAnswered is the payload of sales.version_answered.
type VersionAnswered struct {
	Number    string `json:"number"`
	Line      int64  `json:"line"`
	Named     string `json:"named"`
	Effective string `json:"effective"`
	Answer    string `json:"answer"`
}

// AnswerVersion settles a conflict, so that the line can be made.
func (m *Module) AnswerVersion(ctx context.Context, tx *db.Tx, number string, in AnswerVersion) (VersionAnswered, error) {
	o, err := orderByNumber(ctx, tx, number)
	if err != nil {
		return VersionAnswered{}, err
	}
	lines, err := m.chosen(ctx, tx, o, []int64{in.Line}, func(line) bool { return true })
	if err != nil {
		return VersionAnswered{}, err
	}
	l := lines[0]
	c, err := conflictOf(ctx, tx, l)
	if err != nil {
		return VersionAnswered{}, err
	}
	if c == nil {
		return VersionAnswered{}, fault.Conflict("sales.no_version_conflict", "line %d of %s names no other version than the one in force", in.Line, number).With("number", number).With("line", in.Line)
	}
	work, err := openWork(ctx, tx, []db.ID{l.ID})
	if err != nil {
		return VersionAnswered{}, err
	}
	if l.Answer != "" && l.Answer != in.Answer && len(work[l.ID]) > 0 {
		return VersionAnswered{}, fault.Conflict("sales.version_in_work", "line %d of %s is being made by work order %s; cancel that first", in.Line, number, work[l.ID][0].Number).
			With("number", number).With("line", in.Line).With("order", work[l.ID][0].Number)
	}
	use := c.Named
	if in.Answer == "effective" {
		use = c.Effective
	}
	tx.Queue(`UPDATE so_line SET version_answer = $1, bom_use = $2 WHERE id = $3`, in.Answer, use, l.ID)
	out := VersionAnswered{number, in.Line, c.Named, c.Effective, in.Answer}
	tx.Emit(db.Event{Name: "sales.version_answered", Subject: "so:" + number, Site: o.Site, Partner: o.Customer, Reason: in.Note, Payload: out})
	return out, nil
}
