package mrp

import "kaiwu/internal/kit/cal"

// workdays answers "n working days before" from a table: a plan asks it for each of its orders.
type workdays struct {
	c      *cal.Calendar
	first  cal.Day
	before []int32   // working days from first up to, not including, first+i
	days   []cal.Day // the working days
}

const tableBack, tableAhead = 800, 1500

func newWorkdays(c *cal.Calendar, today cal.Day) workdays {
	w := workdays{c: c, first: today - tableBack}
	if c == nil {
		return w
	}
	w.before = make([]int32, tableBack+tableAhead+1)
	for i := range w.before {
		w.before[i] = int32(len(w.days))
		if d := w.first + cal.Day(i); c.Works(d) {
			w.days = append(w.days, d)
		}
	}
	return w
}

// back counts n working days back from d.
func (w *workdays) back(d cal.Day, n int) cal.Day {
	if w.c == nil || n <= 0 {
		return d - cal.Day(max(n, 0))
	}
	if i := int(d - w.first); i >= 0 && i < len(w.before) && int(w.before[i]) >= n {
		return w.days[int(w.before[i])-n]
	}
	return w.c.BackDays(d, n)
}

// on counts n working days on from d.
func (w *workdays) on(d cal.Day, n int) cal.Day {
	if w.c == nil {
		return d + cal.Day(n)
	}
	return w.c.ForwardDays(d, n)
}
