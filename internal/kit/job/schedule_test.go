package job

import (
	"testing"
	"time"
)

// Each calendar day has its slot once, also when the clock jumps over 02:30 or passes it twice.
func TestDailySlotOverClockChanges(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range []time.Time{time.Date(2026, 3, 29, 0, 0, 0, 0, zone), time.Date(2026, 10, 25, 0, 0, 0, 0, zone), time.Date(2026, 1, 1, 0, 0, 0, 0, zone)} {
		begun := map[int64]int{}
		last := dailySlot(day.Add(-12*time.Hour), 2, 30)
		for now := day.Add(-12 * time.Hour); now.Before(day.Add(48 * time.Hour)); now = now.Add(time.Minute) {
			s := dailySlot(now, 2, 30)
			if s < last {
				t.Fatalf("%v: the slot went back from %d to %d", now, last, s)
			}
			if s > last {
				begun[s]++
				if h := now.Hour(); h != 2 && h != 3 {
					t.Errorf("slot %d began at %v", s, now)
				}
			}
			last = s
		}
		if len(begun) != 2 {
			t.Errorf("%v: %v", day, begun)
		}
	}
}
