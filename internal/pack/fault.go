package pack

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"kaiwu/internal/kit/fault"
)

// maxFaults keeps a file of garbage from filling the memory with complaints about it.
const maxFaults = 100_000

// faults collects what is wrong with a pack.
type faults struct {
	list []placed
	full bool
}

type placed struct {
	fault.Field
	file, row int
}

// fields lists the faults in the order in which a person would meet them.
func (c *faults) fields() []fault.Field {
	slices.SortStableFunc(c.list, func(a, b placed) int { return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.row, b.row)) })
	var out []fault.Field
	for _, p := range c.list {
		out = append(out, p.Field)
	}
	return out
}

// add notes a fault. row 0 and column "" mean the whole file and the whole row.
func (c *faults) add(file string, row int, column, value, code string, params ...string) {
	if len(c.list) >= maxFaults {
		if !c.full {
			c.full = true
			c.list = append(c.list, placed{newFault(file, 0, "", "", "pack.many", []string{"limit", strconv.Itoa(maxFaults)}), len(files), 0})
		}
		return
	}
	at := slices.IndexFunc(files, func(f anyFile) bool { return f.title() == file })
	c.list = append(c.list, placed{newFault(file, row, column, value, code, params), at, row})
}

func newFault(file string, row int, column, value, code string, params []string) fault.Field {
	f := fault.Field{Where: file, Code: code, Value: clip(value), Params: map[string]string{"file": file}}
	if row > 0 {
		f.Where += ":" + strconv.Itoa(row)
		f.Params["row"] = strconv.Itoa(row)
	}
	if column != "" {
		f.Where += ":" + clip(column)
		f.Params["column"] = clip(column)
	}
	f.Params["value"] = f.Value
	for i := 0; i+1 < len(params); i += 2 {
		f.Params[params[i]] = params[i+1]
	}
	f.Detail = Messages[code].Render("en", f.Params)
	return f
}

// clip keeps a huge cell out of the message.
func clip(s string) string {
	const limit = 120
	n := 0
	for i := range s {
		if n++; n > limit {
			return s[:i] + "…"
		}
	}
	return s
}

func (c *faults) readError(file string, err error) {
	code := "pack.unreadable"
	switch {
	case errors.Is(err, errTooLarge):
		code = "pack.too_large"
	case errors.Is(err, fs.ErrNotExist):
		code = "pack.missing"
	}
	msg := err.Error()
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		msg = p.Err.Error() // the path is the server's affair
	}
	c.add(file, 0, "", "", code, "reason", msg, "limit", fmt.Sprint(maxFile>>20))
}

// Error makes one refusal of all faults, for callers that answer with an error. Nil when there are none.
func Error(faults []fault.Field) error {
	if len(faults) == 0 {
		return nil
	}
	return fault.Invalid("pack.refused", "%d faults in the pack; nothing was imported. First: %s: %s",
		len(faults), faults[0].Where, faults[0].Detail).With("count", len(faults)).With("first", faults[0].Where).At(faults...)
}

// Remedy is what to do about a fault, in the given locale ("zh" or "en"): the second half of its message.
func Remedy(f fault.Field, locale string) string {
	return remedies[f.Code].Render(locale, f.Params)
}

// Text is a fault in one line: place, what is wrong, what to do.
func Text(f fault.Field, locale string) string {
	return f.Where + ": " + Messages[f.Code].Render(locale, f.Params)
}

// sentence joins what is wrong and what to do, so that every screen shows both.
func sentence(what, remedy fault.Text) fault.Text {
	return fault.Text{Zh: strings.TrimSpace(what.Zh + remedy.Zh), En: strings.TrimSpace(what.En + " " + remedy.En)}
}
