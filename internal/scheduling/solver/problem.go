// Package solver searches for good schedules of shops in which jobs are chains of operations: job shops, flexible
// ones (an operation may choose its machine), with set-ups that depend on the order, for the makespan or for the
// weighted tardiness. It knows nothing of databases and of clocks: the caller says how much of its budget is spent.
package solver

import "fmt"

// Problem in flat arrays. Times are whole numbers of any unit.
type Problem struct {
	Machines int
	JobOp    []int32 // operations of job j: JobOp[j] up to JobOp[j+1]; they are done in that order
	Release  []int32 // per job: not before
	Due      []int32 // per job; nil where there are no due dates
	Weight   []int32 // per job; nil where there are no due dates
	ModeAt   []int32 // modes of operation o: ModeAt[o] up to ModeAt[o+1]
	Mode     []Mode
	Setup    [][]int32 // per machine, Setup[m][from*ops+to]; nil where there are none. Nothing before a machine's first operation
}

// Mode is one way to do an operation: on this machine, in this time.
type Mode struct{ Machine, Time int32 }

// horizon is the longest time a schedule may take, so that no sum of two times leaves 32 bits.
const horizon = 1 << 29

func (p *Problem) Jobs() int { return len(p.JobOp) - 1 }
func (p *Problem) Ops() int  { return len(p.ModeAt) - 1 }

func (p *Problem) modes(op int32) []Mode { return p.Mode[p.ModeAt[op]:p.ModeAt[op+1]] }

func (p *Problem) setup(machine, from, to int32) int32 {
	if p.Setup == nil {
		return 0
	}
	return p.Setup[machine][int(from)*p.Ops()+int(to)]
}

// flexible tells whether any operation has a choice.
func (p *Problem) flexible() bool { return len(p.Mode) > p.Ops() }

// Check says what is wrong with a problem that was put together by a program.
func (p *Problem) Check() error {
	if p.Machines < 1 {
		return fmt.Errorf("%d machines: there must be one at least", p.Machines)
	}
	if len(p.JobOp) < 1 || p.JobOp[0] != 0 || len(p.ModeAt) < 1 || p.ModeAt[0] != 0 {
		return fmt.Errorf("the lists of operations and of modes begin with 0")
	}
	jobs, ops := p.Jobs(), p.Ops()
	if int(p.JobOp[jobs]) != ops || int(p.ModeAt[ops]) != len(p.Mode) {
		return fmt.Errorf("%d operations and %d modes are listed, %d and %d announced", ops, len(p.Mode), p.JobOp[jobs], p.ModeAt[ops])
	}
	if len(p.Release) != jobs || p.Due != nil && (len(p.Due) != jobs || len(p.Weight) != jobs) {
		return fmt.Errorf("%d jobs, but %d releases, %d due dates and %d weights", jobs, len(p.Release), len(p.Due), len(p.Weight))
	}
	last, total := int64(0), int64(0)
	for j := range jobs {
		if p.JobOp[j] > p.JobOp[j+1] {
			return fmt.Errorf("job %d ends before it begins", j)
		}
		if p.Release[j] < 0 {
			return fmt.Errorf("job %d: release %d is negative", j, p.Release[j])
		}
		if p.Due != nil && p.Weight[j] < 0 {
			return fmt.Errorf("job %d: weight %d is negative", j, p.Weight[j])
		}
		last = max(last, int64(p.Release[j]))
	}
	for o := range int32(ops) {
		if p.ModeAt[o] >= p.ModeAt[o+1] {
			return fmt.Errorf("operation %d has no machine", o)
		}
		long := int32(0)
		for _, m := range p.modes(o) {
			if m.Machine < 0 || int(m.Machine) >= p.Machines {
				return fmt.Errorf("operation %d: there is no machine %d, only 0 to %d", o, m.Machine, p.Machines-1)
			}
			if m.Time < 0 {
				return fmt.Errorf("operation %d: duration %d is negative", o, m.Time)
			}
			long = max(long, m.Time)
		}
		total += int64(long)
	}
	if p.Setup != nil {
		if len(p.Setup) != p.Machines {
			return fmt.Errorf("%d tables of set-ups for %d machines", len(p.Setup), p.Machines)
		}
		long := int32(0)
		for m, s := range p.Setup {
			if len(s) != ops*ops {
				return fmt.Errorf("machine %d: %d set-ups instead of %d", m, len(s), ops*ops)
			}
			for _, x := range s {
				if x < 0 {
					return fmt.Errorf("machine %d: set-up %d is negative", m, x)
				}
				long = max(long, x)
			}
		}
		total += int64(ops) * int64(long)
	}
	if last+total > horizon {
		return fmt.Errorf("all operations one after the other take %d, more than %d: use a coarser unit of time", last+total, horizon)
	}
	return nil
}
