package masterdata

import (
	"fmt"
	"reflect"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// Diff is one cell of a pack that differs from what the company has.
type Diff struct {
	File   string `json:"file"`
	Key    string `json:"key" doc:"Code of the row"`
	Column string `json:"column"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// maxDiffs is how many differences a preview tells; the counts tell the rest.
const maxDiffs = 200

// cellNames are the columns of a file that are named otherwise in the tables; "" is none of the file.
var cellNames = map[string]string{"kinds": "kind", "carrier_id": "", "supplier_id": "", "home_site": "", "active": "", "ext": "", "ord": "", "created_ms": "", "updated_ms": "", "picture": "",
	"id": "", "rev": "", "batch_id": "", "item_id": "", "site_id": "", "code": ""}

// tell notes in which cells a row of a file differs from the row that is there.
func (l *planner) tell(file, key string, before, after any) {
	var walk func(b, a reflect.Value)
	walk = func(b, a reflect.Value) {
		for i := range b.NumField() {
			f := b.Type().Field(i)
			if f.Anonymous && f.Type.Kind() == reflect.Struct {
				walk(b.Field(i), a.Field(i))
				continue
			}
			name := f.Tag.Get("db")
			if n, renamed := cellNames[name]; renamed {
				name = n
			}
			if name == "" || !f.IsExported() {
				continue
			}
			if was, is := cellText(b.Field(i)), cellText(a.Field(i)); was != is {
				l.differ(file, key, name, was, is)
			}
		}
	}
	walk(reflect.ValueOf(before), reflect.ValueOf(after))
}

func (l *planner) differ(file, key, column, before, after string) {
	if len(l.out.diffs) < maxDiffs {
		l.out.diffs = append(l.out.diffs, Diff{file, key, column, before, after})
	}
}

// codeOf names a partner that is there or comes with the file.
func codeOf(partners map[string]db.ID, id db.ID) string {
	for code, p := range partners {
		if p == id && id != 0 {
			return code
		}
	}
	return ""
}

func cellText(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case num.Dec:
		return x.String()
	default:
		return fmt.Sprint(x)
	}
}
