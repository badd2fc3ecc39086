package solver

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Formats that Parse reads.
var Formats = []string{"jsp", "fjs", "fjs-sdst", "twt"}

// Refused lists every fault that was found in a file.
type Refused struct{ Lines []string }

func (r *Refused) Error() string { return strings.Join(r.Lines, "\n") }

// Limits of a file: far above any instance, far below what would exhaust a machine.
const (
	maxMachines = 100_000
	maxOps      = 200_000
	maxFaults   = 20
)

type token struct {
	line int32
	text string
}

type reader struct {
	lines  [][]token // of words; comments and empty lines are left out
	tokens []token
	at     int
	faults []string
}

type stop struct{}

func (r *reader) fault(line int32, format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf("line %d: ", line)+fmt.Sprintf(format, args...))
	if len(r.faults) >= maxFaults {
		panic(stop{})
	}
}

// fatal ends the reading where what follows could only be guessed.
func (r *reader) fatal(line int32, format string, args ...any) {
	r.fault(line, format, args...)
	panic(stop{})
}

func (r *reader) end() int32 {
	if len(r.tokens) == 0 {
		return 1
	}
	return r.tokens[len(r.tokens)-1].line
}

// number is a whole number between lo and hi; a fault is noted and lo taken instead.
func (r *reader) number(t token, what string, lo, hi int64) int32 {
	x, err := strconv.ParseInt(t.text, 10, 64)
	if err != nil {
		if f, ferr := strconv.ParseFloat(t.text, 64); ferr != nil || f != math.Trunc(f) || math.Abs(f) > 1e15 {
			r.fault(t.line, "%s %q is not a whole number: write digits only", what, t.text)
			return int32(lo)
		} else {
			x = int64(f)
		}
	}
	if x < lo || x > hi {
		r.fault(t.line, "%s %d is out of range: say a number from %d to %d", what, x, lo, hi)
		return int32(lo)
	}
	return int32(x)
}

// next is the next word of the file wherever its line ends.
func (r *reader) next(what string) token {
	if r.at >= len(r.tokens) {
		r.fatal(r.end(), "the file ends where %s should stand: add what is missing", what)
	}
	r.at++
	return r.tokens[r.at-1]
}

// Parse reads an instance; the error is a *Refused that names every fault with its line, or one of reading.
func Parse(format string, from io.Reader) (p *Problem, err error) {
	r := &reader{}
	scan := bufio.NewScanner(from)
	scan.Buffer(make([]byte, 1<<16), 1<<28)
	for line := int32(1); scan.Scan(); line++ {
		text := strings.TrimPrefix(scan.Text(), "\ufeff")
		if strings.HasPrefix(strings.TrimSpace(text), "#") {
			continue
		}
		var words []token
		for word := range strings.FieldsSeq(text) {
			words = append(words, token{line, word})
		}
		if len(words) > 0 {
			r.lines = append(r.lines, words)
			r.tokens = append(r.tokens, words...)
		}
	}
	if err := scan.Err(); err != nil {
		return nil, fmt.Errorf("read the instance: %w", err)
	}
	defer func() {
		if x := recover(); x != nil {
			if _, ours := x.(stop); !ours {
				panic(x)
			}
		}
		if len(r.faults) > 0 {
			p, err = nil, &Refused{r.faults}
		}
	}()
	if len(r.tokens) == 0 {
		r.fatal(1, "the file is empty: it begins with the number of jobs and of machines")
	}
	head := r.lines[0]
	if len(head) < 2 {
		r.fatal(head[0].line, "%q: the first line holds the number of jobs and the number of machines", head[0].text)
	}
	jobs := int(r.number(head[0], "number of jobs", 1, maxOps))
	p = &Problem{Machines: int(r.number(head[1], "number of machines", 1, maxMachines)), JobOp: []int32{0}, ModeAt: []int32{0}, Release: make([]int32, jobs)}
	if len(r.faults) > 0 {
		return
	}
	switch format {
	case "jsp", "twt":
		r.pairs(p, jobs, format == "twt")
	case "fjs", "fjs-sdst":
		r.at = len(head)
		r.flexible(p, jobs)
		if format == "fjs-sdst" && len(r.faults) == 0 {
			r.setups(p)
		}
		if r.at < len(r.tokens) && len(r.faults) == 0 {
			r.fault(r.tokens[r.at].line, "%q stands behind the end of the instance: correct the number of jobs (%d) or take it away", r.tokens[r.at].text, jobs)
		}
	default:
		return nil, fmt.Errorf("there is no format %q, only %s", format, strings.Join(Formats, ", "))
	}
	if len(r.faults) == 0 {
		if err := p.Check(); err != nil {
			r.faults = append(r.faults, err.Error())
		}
	}
	return
}

// pairs reads one job per line: pairs of machine, from 0, and duration, with weight, release and due date in front of them in twt.
func (r *reader) pairs(p *Problem, jobs int, due bool) {
	if head := r.lines[0]; len(head) > 2 {
		r.fault(head[2].line, "%q: the first line holds only the number of jobs and the number of machines", head[2].text)
	}
	if rows := r.lines[1:]; len(rows) < jobs {
		r.fault(r.end(), "the first line says %d jobs, there are %d: add the missing ones or correct the number", jobs, len(rows))
	} else if len(rows) > jobs {
		r.fault(rows[jobs][0].line, "the first line says %d jobs, this is one more: take it away or correct the number", jobs)
	}
	for j, row := range r.lines[1:min(len(r.lines), jobs+1)] {
		if due {
			if len(row) < 3 {
				r.fault(row[0].line, "job %d: weight, release and due date must stand before the operations", j)
				continue
			}
			p.Weight = append(p.Weight, r.number(row[0], "weight", 0, 1_000_000))
			p.Release[j] = r.number(row[1], "release", 0, horizon)
			p.Due = append(p.Due, r.number(row[2], "due date", -horizon, horizon))
			row = row[3:]
		}
		if len(row)%2 != 0 {
			r.fault(row[0].line, "job %d: machine %q has no duration: operations are pairs of machine and duration", j, row[len(row)-1].text)
			row = row[:len(row)-1]
		}
		for i := 0; i < len(row); i += 2 {
			p.Mode = append(p.Mode, Mode{r.number(row[i], "machine", 0, int64(p.Machines-1)), r.number(row[i+1], "duration", 0, horizon)})
			p.ModeAt = append(p.ModeAt, int32(len(p.Mode)))
		}
		r.size(p, r.lines[j+1][0].line)
		p.JobOp = append(p.JobOp, int32(p.Ops()))
	}
}

func (r *reader) size(p *Problem, line int32) {
	if p.Ops() > maxOps {
		r.fatal(line, "more than %d operations: split the instance", maxOps)
	}
}

// flexible reads jobs with their number of operations, these with their number of pairs of machine, from 1, and
// duration. A job may go on in the next line; the next job begins on a new one.
func (r *reader) flexible(p *Problem, jobs int) {
	for j := range jobs {
		t := r.next(fmt.Sprintf("job %d", j))
		if r.at > 1 && r.tokens[r.at-2].line == t.line {
			r.fatal(t.line, "%q stands behind the last operation of job %d: correct that job's number of operations or of machines", t.text, j-1)
		}
		before := len(r.faults)
		ops := r.number(t, fmt.Sprintf("number of operations of job %d", j), 0, maxOps)
		for o := range ops {
			t := r.next(fmt.Sprintf("operation %d of job %d", o, j))
			k := r.number(t, fmt.Sprintf("number of machines of operation %d of job %d", o, j), 1, int64(p.Machines))
			if len(r.faults) > before {
				panic(stop{}) // the rest of the file can no longer be told apart
			}
			for range k {
				m := r.number(r.next("a machine"), "machine", 1, int64(p.Machines)) - 1
				p.Mode = append(p.Mode, Mode{m, r.number(r.next("a duration"), "duration", 0, horizon)})
			}
			before = len(r.faults)
			p.ModeAt = append(p.ModeAt, int32(len(p.Mode)))
			r.size(p, t.line)
		}
		if len(r.faults) > before {
			panic(stop{})
		}
		p.JobOp = append(p.JobOp, int32(p.Ops()))
	}
}

// setups reads per machine a table from row to column.
func (r *reader) setups(p *Problem) {
	n := p.Ops()
	if want, is := p.Machines*n*n, len(r.tokens)-r.at; is < want {
		r.fatal(r.end(), "%d machines and %d operations need %d set-ups, there are %d: add the missing ones", p.Machines, n, want, is)
	}
	for m := range p.Machines {
		s := make([]int32, n*n)
		for i := range s {
			s[i] = r.number(r.next("a set-up"), fmt.Sprintf("set-up of machine %d", m+1), 0, horizon)
		}
		p.Setup = append(p.Setup, s)
	}
}
