// Package forecast proposes what will be wanted from what was wanted: exponential smoothing, with trend, with season, or
// for demand that comes rarely, whichever would have erred least.
//
// It is pure. Figures are estimates and therefore floats; who makes quantities of them rounds.
//
// Sources: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., chapter 8 (simple, damped trend and
// additive seasonal smoothing); Teunter, Syntetos and Babai 2011 (TSB, intermittent demand).
package forecast

import (
	"errors"
	"math"
)

// Method names how a forecast was made.
type Method string

const (
	Mean     Method = "mean"     // the average: too little history for more
	Simple   Method = "simple"   // a level that follows
	Trend    Method = "trend"    // level and damped trend
	Seasonal Method = "seasonal" // level, damped trend and season
	Rare     Method = "rare"     // how often times how much
	Before   Method = "before"   // as in the season before
)

// Forecast is the proposal for the periods that come, with what it would have erred on those that were.
type Forecast struct {
	Method Method
	Values []float64 // of the coming periods, never below zero
	Error  float64   // mean absolute error of a period, one period ahead, over the test periods
	Share  float64   // the same as part of what was wanted in them (wMAPE); NaN when nothing was
	Naive  float64   // mean absolute error of saying "as in the period before" (or the season before)
	Tested int       // test periods
}

// ErrHistory refuses a history without a period.
var ErrHistory = errors.New("forecast: no history")

// Make forecasts the coming periods of a history, oldest first. season is the number of periods after which things come
// again (12 for months, 52 for weeks, 0 for none). Each method is judged on periods that it had not seen: the last
// quarter of the history, at least three, one period ahead at a time; its parameters are chosen on what comes before.
func Make(history []float64, season, periods int) (Forecast, error) {
	n := len(history)
	if n == 0 {
		return Forecast{}, ErrHistory
	}
	test := max(3, n/4)
	if n < 2*test {
		test = 0
	}
	lag := 1
	if season > 0 && n > season+test {
		lag = season
	}
	best := Forecast{Method: Mean, Error: math.Inf(1), Tested: test}
	var wanted, naive float64
	for t := n - test; t < n; t++ {
		wanted += history[t]
		naive += math.Abs(history[t] - history[t-lag])
	}
	for _, m := range []Method{Mean, Before, Simple, Trend, Seasonal, Rare} {
		if m == Seasonal && (season < 2 || n < 2*season+test) || m != Mean && test == 0 || m == Before && (season == 0 || lag != season) || m == Rare && zeros(history)*3 < n {
			continue
		}
		fit := tune(m, history[:n-test], season)
		fit.lag = lag
		e := 0.0
		for t := n - test; t < n; t++ {
			e += math.Abs(history[t] - fit.run(history[:t], season, 1)[0])
		}
		if test > 0 {
			e /= float64(test)
		}
		if e < best.Error*0.98 { // the simpler one unless the other is clearly better
			best.Method, best.Error = m, e
			fit := tune(m, history, season)
			fit.lag = lag
			best.Values = fit.run(history, season, periods)
		}
	}
	best.Share, best.Naive = math.NaN(), math.NaN()
	if test > 0 {
		best.Naive = naive / float64(test)
		if wanted > 0 {
			best.Share = best.Error * float64(test) / wanted
		}
	}
	return best, nil
}

func zeros(x []float64) (n int) {
	for _, v := range x {
		if v == 0 {
			n++
		}
	}
	return n
}

// fit is a method with its parameters.
type fit struct {
	method             Method
	alpha, beta, gamma float64
	lag                int
}

const damping = 0.95

// tune chooses the parameters that err least, squared, one period ahead within the history.
func tune(m Method, x []float64, season int) fit {
	steps := []float64{0.05, 0.1, 0.2, 0.3, 0.5, 0.8}
	best, least := fit{method: m, alpha: 0.2, beta: 0.1, gamma: 0.1}, math.Inf(1)
	try := func(f fit) {
		if e := f.within(x, season); e < least {
			best, least = f, e
		}
	}
	switch m {
	case Mean, Before:
	case Simple:
		for _, a := range steps {
			try(fit{method: m, alpha: a})
		}
	case Trend, Rare:
		for _, a := range steps {
			for _, b := range steps {
				try(fit{method: m, alpha: a, beta: b})
			}
		}
	case Seasonal:
		for _, a := range steps {
			for _, b := range steps[:4] {
				for _, g := range steps {
					try(fit{method: m, alpha: a, beta: b, gamma: g})
				}
			}
		}
	}
	return best
}

// within is the sum of squared one-step errors, leaving out the periods that only start the method.
func (f fit) within(x []float64, season int) (sum float64) {
	skip := 1
	if f.method == Seasonal {
		skip = season
	}
	f.each(x, season, func(t int, said float64) {
		if t >= skip {
			sum += (x[t] - said) * (x[t] - said)
		}
	})
	return sum
}

// run says the coming periods.
func (f fit) run(x []float64, season, periods int) []float64 {
	out := make([]float64, periods)
	if f.method == Before {
		for h := range out {
			out[h] = x[len(x)-f.lag+h%f.lag]
		}
		return out
	}
	level, trend, seasons := f.each(x, season, nil)
	damp := 0.0
	for h := range out {
		damp += math.Pow(damping, float64(h+1))
		v := level
		if f.method == Trend || f.method == Seasonal {
			v += damp * trend
		}
		if f.method == Rare {
			v = level * trend
		}
		if f.method == Seasonal {
			v += seasons[(len(x)+h)%season]
		}
		out[h] = max(v, 0)
	}
	return out
}

// each goes through the history, tells what the method would have said of each period, and gives its state at the end.
func (f fit) each(x []float64, season int, said func(t int, v float64)) (level, trend float64, seasons []float64) {
	tell := func(t int, v float64) {
		if said != nil {
			said(t, max(v, 0))
		}
	}
	switch f.method {
	case Mean:
		for t, v := range x {
			tell(t, level)
			level += (v - level) / float64(t+1)
		}
	case Simple:
		level = x[0]
		for t, v := range x {
			tell(t, level)
			level += f.alpha * (v - level)
		}
	case Trend:
		level = x[0]
		if len(x) > 1 {
			trend = x[1] - x[0]
		}
		for t, v := range x {
			tell(t, level+damping*trend)
			before := level
			level = f.alpha*v + (1-f.alpha)*(level+damping*trend)
			trend = f.beta*(level-before) + (1-f.beta)*damping*trend
		}
	case Seasonal:
		seasons = make([]float64, season)
		var first, second float64
		for t := range season {
			first += x[t] / float64(season)
			second += x[t+season] / float64(season)
		}
		level, trend = first, (second-first)/float64(season)
		for t := range season {
			seasons[t] = x[t] - first
		}
		for t, v := range x {
			s := &seasons[t%season]
			tell(t, level+damping*trend+*s)
			before := level
			level = f.alpha*(v-*s) + (1-f.alpha)*(level+damping*trend)
			trend = f.beta*(level-before) + (1-f.beta)*damping*trend
			*s = f.gamma*(v-level) + (1-f.gamma)**s
		}
	case Rare: // level is how much when there is any, trend the chance that there is
		n := 0
		for _, v := range x {
			if v > 0 {
				level += v
				n++
			}
		}
		if n > 0 {
			level /= float64(n)
		}
		trend = float64(n) / float64(len(x))
		for t, v := range x {
			tell(t, level*trend)
			if v > 0 {
				level += f.alpha * (v - level)
				trend += f.beta * (1 - trend)
			} else {
				trend -= f.beta * trend
			}
		}
	}
	return level, trend, seasons
}
