package sheet

import (
	"regexp"
	"strings"
)

// A spreadsheet program takes a cell for a formula when it begins so; the full-width forms work in some of them.
const formulaStart = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"

var plainNumber = regexp.MustCompile(`^[+-]?[0-9]{1,20}(\.[0-9]{1,20})?$`)

// risky: any number of apostrophes and then the beginning of a formula. The apostrophes count, so that hiding and
// showing are each other's inverse.
func risky(s string) bool {
	t := strings.TrimLeft(s, "'")
	if t == "" || !strings.ContainsRune(formulaStart, []rune(t)[0]) {
		return false
	}
	return len(t) < len(s) || (len(t) > 1 && !plainNumber.MatchString(t))
}

// hide puts an apostrophe before what a spreadsheet program would run.
func hide(s string) string {
	if risky(s) {
		return "'" + s
	}
	return s
}

// show takes back what hide did, also when a person has typed the apostrophe.
func show(s string) string {
	if strings.HasPrefix(s, "'") {
		if t := strings.TrimLeft(s, "'"); t != "" && strings.ContainsRune(formulaStart, []rune(t)[0]) {
			return s[1:]
		}
	}
	return s
}
