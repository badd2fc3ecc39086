package masterdata

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"kaiwu/internal/kit/num"
)

// Param is a process parameter that people record at a step.
type Param struct {
	Name     string   `json:"name" minLength:"1" maxLength:"60"`
	Unit     string   `json:"unit,omitempty" maxLength:"20"`
	Lower    *num.Dec `json:"lower,omitempty" doc:"Below it is an alarm; empty: no limit"`
	Target   *num.Dec `json:"target,omitempty"`
	Upper    *num.Dec `json:"upper,omitempty" doc:"Above it is an alarm; empty: no limit"`
	Decimals int      `json:"decimals,omitempty" minimum:"0" maximum:"6"`
	Taken    string   `json:"taken,omitempty" enum:"start,report,piece" doc:"When it is recorded: once when the work begins, with each report, or of single pieces; default report"`
	Every    int      `json:"every,omitempty" minimum:"0" maximum:"100000" doc:"Of single pieces: the first one, and then each so many; 0 or 1: every piece"`
	Beyond   string   `json:"beyond,omitempty" enum:"warn,hold_op,hold_order" doc:"What a value beyond the limits does besides its reason: only tells, holds the operation, or holds the order; empty: as the setting of the site says"`
}

// When a parameter is recorded.
const (
	TakenStart  = "start"
	TakenReport = "report"
	TakenPiece  = "piece"
)

// Due names the pieces to be measured among those numbered from..to: the first of all, and then each Every-th.
func (p *Param) Due(from, to int64) []int64 {
	every := max(int64(p.Every), 1)
	var out []int64
	for k := from + (every-(from-1)%every)%every; k <= to; k += every {
		out = append(out, k)
	}
	return out
}

// Params reads the parameters that a step or its copy has stored.
func Params(text string) ([]Param, error) {
	out := []Param{}
	if text == "" {
		return out, nil
	}
	err := json.Unmarshal([]byte(text), &out)
	return out, err
}

// Outside says whether a value is beyond the limits.
func (p *Param) Outside(v num.Dec) bool {
	return p.Lower != nil && v < *p.Lower || p.Upper != nil && v > *p.Upper
}

// params notes what is wrong with the parameters of a step, and turns them into text. Nothing is recorded where nobody
// reports.
func (r *refusals) params(at string, in []Param, report bool) string {
	if len(in) == 0 {
		return ""
	}
	if !report {
		r.bad(at, "masterdata.param_no_report", in[0].Name)
	}
	in = slices.Clone(in)
	for i := range in {
		p := &in[i]
		field := func(name string) string { return fmt.Sprintf("%s[%d].%s", at, i, name) }
		p.Name, p.Unit = strings.TrimSpace(p.Name), strings.TrimSpace(p.Unit)
		switch {
		case p.Name == "":
			r.bad(field("name"), "masterdata.param_name", "")
		case slices.ContainsFunc(in[:i], func(o Param) bool { return o.Name == p.Name }):
			r.bad(field("name"), "masterdata.param_twice", p.Name)
		}
		if p.Lower != nil && p.Upper != nil && *p.Lower > *p.Upper {
			r.bad(field("lower"), "masterdata.param_limits", p.Lower.String(), "upper", p.Upper.String())
		}
		if p.Target != nil && p.Outside(*p.Target) {
			r.bad(field("target"), "masterdata.param_target", p.Target.String())
		}
		for name, v := range map[string]*num.Dec{"lower": p.Lower, "target": p.Target, "upper": p.Upper} {
			if v != nil && !v.Fits(p.Decimals) {
				r.bad(field(name), "masterdata.param_decimals", v.String(), "decimals", fmt.Sprint(p.Decimals))
			}
		}
		if p.Taken == "" {
			p.Taken = TakenReport
		}
		if p.Every > 1 && p.Taken != TakenPiece {
			r.bad(field("every"), "masterdata.param_every", fmt.Sprint(p.Every))
		}
		if p.Beyond != "" && p.Lower == nil && p.Upper == nil {
			r.bad(field("beyond"), "masterdata.param_beyond", p.Beyond)
		}
	}
	text, err := json.Marshal(in)
	if err != nil {
		r.bad(at, "masterdata.param_name", "")
	}
	return string(text)
}
