package solver

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	p, err := Parse("jsp", strings.NewReader("\ufeff# two jobs\n2 3\n0 5 1 4 2 3\n\n  2 1\t0 2\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Machines != 3 || !slices.Equal(p.JobOp, []int32{0, 3, 5}) || !slices.Equal(p.Mode, []Mode{{0, 5}, {1, 4}, {2, 3}, {2, 1}, {0, 2}}) || p.Due != nil {
		t.Errorf("%+v", p)
	}
	p, err = Parse("twt", strings.NewReader("1 2\n4 3 20 0 5 1 4\n"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Weight[0] != 4 || p.Release[0] != 3 || p.Due[0] != 20 || len(p.Mode) != 2 {
		t.Errorf("%+v", p)
	}
	// the third number of the head is of no use; a job may go on in the next line
	p, err = Parse("fjs-sdst", strings.NewReader("2 2 1.5\n2 2 1 25 2 37\n 1 1 32\n1 1 2 45\n\n0 1 2\n3 0 4\n5 6 0\n 0 7 7\n7 0 7\n7 7 0\n"))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.JobOp, []int32{0, 2, 3}) || !slices.Equal(p.ModeAt, []int32{0, 2, 3, 4}) || !slices.Equal(p.Mode, []Mode{{0, 25}, {1, 37}, {0, 32}, {1, 45}}) {
		t.Errorf("%+v", p)
	}
	if p.setup(0, 1, 2) != 4 || p.setup(0, 2, 1) != 6 || p.setup(1, 0, 1) != 7 {
		t.Errorf("%+v", p.Setup)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ format, text, want string }{
		{"jsp", "", "line 1: the file is empty"},
		{"jsp", "# nothing\n\n", "line 1: the file is empty"},
		{"jsp", "3\n", "line 1: \"3\": the first line holds the number of jobs and the number of machines"},
		{"jsp", "0 3\n", "line 1: number of jobs 0 is out of range: say a number from 1"},
		{"jsp", "x 3\n", "line 1: number of jobs \"x\" is not a whole number"},
		{"jsp", "1 2 3\n0 1\n", "line 1: \"3\": the first line holds only"},
		{"jsp", "2 2\n0 1 1 2\n", "line 2: the first line says 2 jobs, there are 1"},
		{"jsp", "1 2\n0 1 1 2\n1 1 0 1\n", "line 3: the first line says 1 jobs, this is one more"},
		{"jsp", "1 2\n0 1 1\n", "line 2: job 0: machine \"1\" has no duration"},
		{"jsp", "1 2\n0 1 2 5\n", "line 2: machine 2 is out of range: say a number from 0 to 1"},
		{"jsp", "1 2\n0 1 1 -5\n", "line 2: duration -5 is out of range"},
		{"jsp", "1 2\n0 1 1 2.5\n", "line 2: duration \"2.5\" is not a whole number"},
		{"jsp", "1 2\n0 1 1 99999999999999999999\n", "line 2: duration \"99999999999999999999\" is not"},
		{"jsp", "1 2\n0 500000000 1 500000000\n", "use a coarser unit of time"},
		{"twt", "1 2\n4 0\n", "line 2: job 0: weight, release and due date must stand before"},
		{"twt", "1 2\n-4 0 9 0 1\n", "line 2: weight -4 is out of range"},
		{"fjs", "1 2\n2 1 1 5\n", "line 2: the file ends where operation 1 of job 0 should stand"},
		{"fjs", "1 2\n1 0\n", "line 2: number of machines of operation 0 of job 0 0 is out of range"},
		{"fjs", "1 2\n1 1 3 5\n", "line 2: machine 3 is out of range: say a number from 1 to 2"},
		{"fjs", "1 2\n1 1 0 5\n", "line 2: machine 0 is out of range: say a number from 1 to 2"},
		{"fjs", "2 2\n1 1 1 5 7\n1 1 1 5\n", "line 2: \"7\" stands behind the last operation of job 0"},
		{"fjs", "1 2\n1 1 1 5\n9\n", "line 3: \"9\" stands behind the end of the instance"},
		{"fjs-sdst", "1 1\n1 1 1 5\n", "line 2: 1 machines and 1 operations need 1 set-ups, there are 0"},
		{"fjs-sdst", "1 1\n1 1 1 5\n-1\n", "line 3: set-up of machine 1 -1 is out of range"},
		{"fjs-sdst", "1 1\n1 1 1 5\n0 0\n", "line 3: \"0\" stands behind the end"},
	} {
		_, err := Parse(c.format, strings.NewReader(c.text))
		if r, ok := errors.AsType[*Refused](err); !ok || !slices.ContainsFunc(r.Lines, func(l string) bool { return strings.Contains(l, c.want) }) {
			t.Errorf("%s %q: %v, want %q", c.format, c.text, err, c.want)
		}
	}
	if _, err := Parse("dance", strings.NewReader("1 1\n0 1\n")); err == nil || !strings.Contains(err.Error(), "jsp, fjs") {
		t.Error(err)
	}
	// every fault is told, up to a limit
	_, err := Parse("jsp", strings.NewReader("1 1\n"+strings.Repeat("7 x ", 100)+"\n"))
	if r, ok := errors.AsType[*Refused](err); !ok || len(r.Lines) != maxFaults {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(byte(0), "2 2\n0 5 1 4\n1 3 0 2\n")
	f.Add(byte(1), "2 2 1\n2 2 1 25 2 37 1 1 4\n1 1 2 45\n")
	f.Add(byte(2), "1 1\n1 1 1 5\n0\n")
	f.Add(byte(3), "1 2\n4 3 20 0 5 1 4\n")
	f.Fuzz(func(t *testing.T, format byte, text string) {
		p, err := Parse(Formats[int(format)%len(Formats)], strings.NewReader(text))
		if err != nil {
			return
		}
		if p.Setup != nil && slices.ContainsFunc(p.Mode, func(m Mode) bool { return m.Time == 0 }) {
			return // such a schedule does not tell its order
		}
		if p.Ops() > 60 || p.Jobs() > 200 || p.Machines > 200 {
			return
		}
		s, err := Solve(t.Context(), p, Options{Tardiness: p.Due != nil, Moves: 50})
		if err != nil {
			t.Fatal(err)
		}
		if err := check(p, s); err != nil {
			t.Fatal(err)
		}
	})
}
