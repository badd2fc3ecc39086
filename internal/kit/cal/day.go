package cal

import (
	"errors"
	"time"
)

// Day is a calendar date as days since 1970-01-01, without a time zone. Planning counts in days, and an integer
// is compared, subtracted and stored in a table faster than a text; the text form is what the database holds.
type Day int32

// ErrDate: the text is not a date such as 2026-03-09.
var ErrDate = errors.New("not a date YYYY-MM-DD")

const dayMS = int64(24 * time.Hour / time.Millisecond)

// ParseDay reads YYYY-MM-DD and nothing else; 2026-02-30 is refused.
func ParseDay(s string) (Day, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, ErrDate
	}
	var v [8]int
	for i, at := range [...]int{0, 1, 2, 3, 5, 6, 8, 9} {
		c := s[at]
		if c < '0' || c > '9' {
			return 0, ErrDate
		}
		v[i] = int(c - '0')
	}
	y, m, d := v[0]*1000+v[1]*100+v[2]*10+v[3], v[4]*10+v[5], v[6]*10+v[7]
	if y == 0 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, ErrDate
	}
	return civil(y, m, d), nil
}

// MustDay is ParseDay for constants in code and tests.
func MustDay(s string) Day {
	d, err := ParseDay(s)
	if err != nil {
		panic(s + ": " + err.Error())
	}
	return d
}

// DayOf is the date that a clock on the wall shows at t, in t's own location.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return civil(y, int(m), d)
}

func (d Day) String() string {
	y, m, dd := d.Date()
	b := [10]byte{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0'}
	for i := 3; i >= 0; i-- {
		b[i] = byte('0' + y%10)
		y /= 10
	}
	b[5], b[6] = byte('0'+m/10), byte('0'+m%10)
	b[8], b[9] = byte('0'+dd/10), byte('0'+dd%10)
	return string(b[:])
}

// Date splits the day into year, month and day of the month.
func (d Day) Date() (y, m, day int) {
	z := int(d) + 719468
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	m = mp + 3
	if m > 12 {
		m -= 12
	}
	y = yoe + era*400
	if m <= 2 {
		y++
	}
	return y, m, day
}

// Weekday is 1 for Monday to 7 for Sunday, as calendars write it.
func (d Day) Weekday() int { return mod7(int(d)+3) + 1 }

// civil counts days in the proleptic Gregorian calendar.
func civil(y, m, d int) Day {
	if m <= 2 {
		y--
		m += 12
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return Day(era*146097 + doe - 719468)
}

func daysIn(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func mod7(n int) int { return ((n % 7) + 7) % 7 }
