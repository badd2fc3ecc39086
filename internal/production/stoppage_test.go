package production

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestStoppages(t *testing.T) {
	run := func(op int64, kind, reason string, at int64) runFact {
		return runFact{Op: 1, Kind: kind, Reason: reason, At: at, No: op}
	}
	for _, c := range []struct {
		name     string
		runs     []runFact
		from, to int64
		want     string
	}{
		{"nothing", nil, 0, 100, ""},
		{"ended by the next start", []runFact{run(10, "start", "", 10), run(10, "pause", "tool", 20), run(10, "start", "", 50)}, 0, 100, "tool 30"},
		{"still stands", []runFact{run(10, "start", "", 10), run(10, "pause", "break", 20)}, 0, 100, "break 80!"},
		{"began before the span", []runFact{run(10, "pause", "machine", 20), run(10, "start", "", 50)}, 40, 100, "machine 10"},
		{"ended before the span", []runFact{run(10, "pause", "machine", 20), run(10, "start", "", 30)}, 40, 100, ""},
		{"twice, said differently", []runFact{run(10, "pause", "tool", 10), run(10, "start", "", 20), run(10, "pause", "", 30), run(10, "start", "", 35)}, 0, 100, "tool 10,  5"},
	} {
		var got []string
		for _, s := range byReason(stoppages(c.runs, c.from, c.to)) {
			text := fmt.Sprintf("%s %d", s.Reason, s.MS)
			if s.Now > 0 {
				text += "!"
			}
			got = append(got, text)
		}
		if g := strings.Join(got, ", "); g != c.want {
			t.Errorf("%s: %q, want %q", c.name, g, c.want)
		}
	}
}

// Cut a span in two anywhere: the time lost in both halves is the time lost in the whole.
func TestStoppagesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var runs []runFact
		at := int64(0)
		for range rapid.IntRange(0, 12).Draw(t, "n") {
			at += rapid.Int64Range(1, 20).Draw(t, "step")
			runs = append(runs, runFact{Op: 1, Kind: rapid.SampledFrom([]string{"start", "pause"}).Draw(t, "kind"), Reason: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "why"), At: at})
		}
		cut := rapid.Int64Range(0, 300).Draw(t, "cut")
		sum := func(from, to int64) (ms int64) {
			for _, s := range stoppages(runs, from, to) {
				ms += s.MS
			}
			return ms
		}
		if whole, parts := sum(0, 300), sum(0, cut)+sum(cut, 300); whole != parts {
			t.Fatalf("%d in one, %d in two", whole, parts)
		}
	})
}
