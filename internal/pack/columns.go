package pack

import (
	"slices"

	"kaiwu/internal/kit/fault"
)

// Columns are the names of a file's columns, such as those of items.csv; none for a file that the format does not have.
func Columns(name string) []string {
	i := slices.IndexFunc(files, func(f anyFile) bool { return f.title() == name })
	if i < 0 {
		return nil
	}
	var out []string
	for _, c := range files[i].columns() {
		out = append(out, c.name)
	}
	return out
}

// ColumnText says what a column of a list holds.
func ColumnText(column string) (fault.Text, bool) { t, ok := columnTexts[column]; return t, ok }
