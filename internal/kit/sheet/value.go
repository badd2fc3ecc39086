package sheet

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kaiwu/internal/kit/num"
)

const longest = 2000 // characters of a string without max

func (c *column) text(v reflect.Value, s string) (string, []string) {
	if len(c.choices) > 0 {
		s, ok := c.choose(s)
		if !ok {
			return "sheet.bad_choice", []string{"choices", c.choiceList()}
		}
		v.SetString(s)
		return "", nil
	}
	limit := longest
	if n, err := strconv.Atoi(c.max); err == nil {
		limit = n
	}
	if n := utf8.RuneCountInString(s); n > limit {
		return "sheet.too_long", []string{"length", strconv.Itoa(n), "limit", strconv.Itoa(limit)}
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }) {
		return "sheet.control", nil
	}
	v.SetString(s)
	return "", nil
}

func (c *column) choose(s string) (string, bool) {
	for _, ch := range c.choices {
		if s == ch.value || strings.EqualFold(s, ch.value) || (ch.zh != "" && s == ch.zh) {
			return ch.value, true
		}
	}
	return "", false
}

func (c *column) choiceList() string {
	out := make([]string, len(c.choices))
	for i, ch := range c.choices {
		if out[i] = ch.value; ch.zh != "" {
			out[i] += " (" + ch.zh + ")"
		}
	}
	return strings.Join(out, ", ")
}

func (c *column) list(v reflect.Value, s string) (string, []string) {
	parts := reflect.MakeSlice(v.Type(), 0, 4)
	for p := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ';' || r == '\uff1b' }) {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		e := reflect.New(v.Type().Elem()).Elem()
		if code, params := c.text(e, p); code != "" {
			return code, params
		}
		parts = reflect.Append(parts, e)
	}
	v.Set(parts)
	return "", nil
}

// narrow turns the full-width digits and signs of a Chinese input method into plain ones.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0xff01 && r <= 0xff5e {
			return r - 0xff01 + '!'
		}
		return r
	}, s)
}

func (c *column) decimal(v reflect.Value, s string) (string, []string) {
	s = plain(narrow(s))
	if whole, frac, ok := strings.Cut(s, "."); ok && len(frac) > num.Scale {
		s = strings.TrimSuffix(whole+"."+frac[:num.Scale]+strings.TrimRight(frac[num.Scale:], "0"), ".")
	}
	d, err := num.Parse(s)
	if err != nil {
		return "sheet.bad_number", nil
	}
	if low, high := c.bound(c.min, -num.Max), c.bound(c.max, num.Max); d < low || d > high {
		return "sheet.out_of_range", []string{"range", c.rangeText()}
	}
	v.SetInt(int64(d))
	return "", nil
}

func (c *column) bound(s string, otherwise num.Dec) num.Dec {
	if s == "" {
		return otherwise
	}
	return num.MustParse(s)
}

func (c *column) rangeText() string {
	switch {
	case c.min != "" && c.max != "":
		return c.min + " – " + c.max
	case c.min != "":
		return "≥ " + c.min
	}
	return "≤ " + c.max
}

func (c *column) integer(v reflect.Value, s string) (string, []string) {
	s = plain(narrow(s))
	if whole, frac, ok := strings.Cut(s, "."); ok && strings.Trim(frac, "0") == "" {
		s = whole // Excel may store 5 as 5.0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return "sheet.bad_integer", nil
	}
	low, high := int64(math.MinInt64), int64(math.MaxInt64)
	if c.min != "" {
		low = int64(num.MustParse(c.min) / num.One)
	}
	if c.max != "" {
		high = int64(num.MustParse(c.max) / num.One)
	}
	if n < low || n > high || v.OverflowInt(n) {
		return "sheet.out_of_range", []string{"range", c.rangeText()}
	}
	v.SetInt(n)
	return "", nil
}

func boolean(v reflect.Value, s string) (string, []string) {
	switch strings.ToLower(narrow(s)) {
	case "1", "true", "yes", "y", "是", "√", "✓":
		v.SetBool(true)
	case "0", "false", "no", "n", "否", "×":
		v.SetBool(false)
	default:
		return "sheet.bad_bool", nil
	}
	return "", nil
}

// moment keeps dates as 2006-01-02, instants as 2006-01-02T15:04[:05] without a zone, times of day as 15:04[:05].
func (c *column) moment(v reflect.Value, s string) (string, []string) {
	s = narrow(s)
	day, tod, _ := strings.Cut(strings.Replace(s, "T", " ", 1), " ")
	if c.kind == "time" {
		day, tod = "", s
	}
	var ok bool
	if c.kind != "time" {
		if day, ok = date(day); !ok {
			return "sheet.bad_" + c.kind, nil
		}
	}
	second := 0
	if tod != "" {
		if second, ok = timeOfDay(tod); !ok || (c.kind == "date" && second != 0) {
			return "sheet.bad_" + c.kind, nil
		}
	} else if c.kind == "time" {
		return "sheet.bad_time", nil
	}
	switch c.kind {
	case "date":
		v.SetString(day)
	case "time":
		v.SetString(clock(second))
	default:
		v.SetString(day + "T" + clock(second))
	}
	return "", nil
}

var dateForms = []string{"2006-01-02", "2006-1-2", "2006/1/2", "2006.1.2", "20060102", "2006年1月2日"}

func date(s string) (string, bool) {
	for _, f := range dateForms {
		if t, err := time.Parse(f, s); err == nil && t.Year() >= 1900 {
			return t.Format(time.DateOnly), true
		}
	}
	return "", false
}

func timeOfDay(s string) (int, bool) {
	for _, f := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(f, s); err == nil {
			return t.Hour()*3600 + t.Minute()*60 + t.Second(), true
		}
	}
	return 0, false
}
