package job_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
)

var schemas = []db.Schema{{Room: "thing", FS: fstest.MapFS{"schema/20260102T0000_thing.sql": {Data: []byte(`CREATE TABLE tj_effect (id BIGINT PRIMARY KEY, what TEXT NOT NULL)`)}}}}

func enqueue(t *testing.T, d *db.DB, r *job.Runner, kind string, input any, o job.Opts) (id db.ID) {
	t.Helper()
	kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
		id, err = r.Enqueue(ctx, tx, kind, input, o)
		return err
	})
	return id
}

func get(t *testing.T, d *db.DB, id db.ID) job.Detail {
	t.Helper()
	j, err := job.Get(kittest.Ctx(t), d.Read(), id)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func drain(t *testing.T, r *job.Runner) {
	t.Helper()
	if err := r.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestJobRunsOnceWithItsInput(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		r := job.New(d)
		ran := 0
		r.Register("add", func(ctx context.Context, j *job.Job) (any, error) {
			ran++
			var in struct{ A, B int }
			if err := j.Decode(&in); err != nil {
				return nil, err
			}
			if act := actor.From(ctx); act.Name != "system" || act.Origin != "job" {
				t.Error(act)
			}
			if err := j.Progress(ctx, 1, 2, "half"); err != nil {
				return nil, err
			}
			return map[string]int{"sum": in.A + in.B}, j.Tx(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, `INSERT INTO tj_effect (id, what) VALUES ($1, 'x')`, tx.ID())
				return err
			})
		})
		a := enqueue(t, d, r, "add", map[string]int{"A": 2, "B": 3}, job.Opts{UniqueKey: "k"})
		if b := enqueue(t, d, r, "add", nil, job.Opts{UniqueKey: "k"}); b != a {
			t.Error("the same key made a second job", a, b)
		}
		later := enqueue(t, d, r, "add", map[string]int{"A": 1}, job.Opts{RunAt: kittest.Start.Add(time.Hour)})
		drain(t, r)
		if j := get(t, d, a); j.State != job.Done || fmt.Sprint(j.Result) != "map[sum:5]" || j.Done != 1 || j.Total != 2 || j.Note != "half" || j.Tries != 1 || ran != 1 {
			t.Errorf("%+v, ran %d", j, ran)
		}
		if j := get(t, d, later); j.State != job.Waiting {
			t.Error(j.State)
		}
		kittest.ClockOf(d).Add(time.Hour)
		if c := enqueue(t, d, r, "add", nil, job.Opts{UniqueKey: "k"}); c == a {
			t.Error("a key that is done is free again")
		}
		drain(t, r)
		if get(t, d, later).State != job.Done || ran != 3 {
			t.Error(ran)
		}
	})
}

func TestFailuresAreTriedAgain(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		r := job.New(d)
		r.Register("flaky", func(_ context.Context, j *job.Job) (any, error) {
			if j.Tries < 3 {
				return nil, errors.New("printer is off")
			}
			return "ok", nil
		})
		r.Register("hopeless", func(context.Context, *job.Job) (any, error) { panic("always") })
		r.Register("refused", func(context.Context, *job.Job) (any, error) {
			return nil, fault.Invalid("thing.wrong", "row 7 is wrong").With("row", 7)
		})
		flaky, hopeless, refused := enqueue(t, d, r, "flaky", nil, job.Opts{}), enqueue(t, d, r, "hopeless", nil, job.Opts{}), enqueue(t, d, r, "refused", nil, job.Opts{})
		drain(t, r)
		if j := get(t, d, flaky); j.State != job.Waiting || j.Error != "printer is off" || j.RunMS != kittest.Start.Add(5*time.Second).UnixMilli() {
			t.Errorf("%+v", j)
		}
		if j := get(t, d, refused); j.State != job.Failed || j.Tries != 1 || fmt.Sprint(j.Result.(map[string]any)["code"]) != "thing.wrong" {
			t.Errorf("%+v", j)
		}
		for range 6 {
			kittest.ClockOf(d).Add(time.Hour)
			drain(t, r)
		}
		if j := get(t, d, flaky); j.State != job.Done || j.Tries != 3 || j.Error != "" {
			t.Errorf("%+v", j)
		}
		if j := get(t, d, hopeless); j.State != job.Failed || j.Tries != 5 || j.Error != "panic: always" {
			t.Errorf("%+v", j)
		}
	})
}

// A process that falls silent loses its job; what it still tries to write is refused.
func TestTakeover(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		started, resume, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
		write := func(ctx context.Context, j *job.Job, what string) error {
			return j.Tx(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, `INSERT INTO tj_effect (id, what) VALUES ($1, $2)`, tx.ID(), what)
				return err
			})
		}
		slow := job.New(d)
		slow.Lease = 24 * time.Hour // no heartbeat while the test runs: the process hangs
		slow.Register("move", func(ctx context.Context, j *job.Job) (any, error) {
			close(started)
			<-resume
			err := write(ctx, j, "slow")
			ended <- err
			return "slow", err
		})
		fresh := job.New(d)
		fresh.Register("move", func(ctx context.Context, j *job.Job) (any, error) { return "fresh", write(ctx, j, "fresh") })
		id := enqueue(t, d, slow, "move", nil, job.Opts{})
		var wg sync.WaitGroup
		wg.Go(func() { drain(t, slow) })
		<-started
		drain(t, fresh)
		if j := get(t, d, id); j.State != job.Running {
			t.Error("taken from a living process", j.State)
		}
		kittest.ClockOf(d).Add(25 * time.Hour)
		drain(t, fresh)
		close(resume)
		if err := <-ended; !errors.Is(err, job.ErrLost) {
			t.Error(err)
		}
		wg.Wait()
		what, err := db.All[string](t.Context(), d.Read(), `SELECT what FROM tj_effect`)
		if j := get(t, d, id); j.State != job.Done || j.Result != "fresh" || j.Tries != 2 || len(what) != 1 || what[0] != "fresh" || err != nil {
			t.Errorf("%+v %v %v", j, what, err)
		}
	})
}

func TestCancel(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		r := job.New(d)
		a := web.New(http.NewServeMux(), d)
		r.Routes(a)
		h := a.Handler()
		started := make(chan struct{}, 1)
		r.Register("long", func(ctx context.Context, j *job.Job) (any, error) {
			started <- struct{}{}
			<-ctx.Done()
			return nil, j.Progress(ctx, 1, 9, "")
		})
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		r.Workers = 1
		running := enqueue(t, d, r, "long", nil, job.Opts{})
		wg.Go(func() { r.Run(ctx) })
		<-started
		waiting := enqueue(t, d, r, "long", nil, job.Opts{RunAt: kittest.Start.Add(time.Hour)})
		for _, id := range []db.ID{waiting, running} {
			webtest.Refused(t, h, webtest.Person("other"), "POST", "/jobs/"+id.String()+"/cancel", nil, "job.unknown")
			webtest.Must(t, h, webtest.Boss(), "POST", "/jobs/"+id.String()+"/cancel", nil)
		}
		for get(t, d, running).State == job.Running {
			time.Sleep(time.Millisecond) // waits for a state, not for a time
		}
		if j, k := get(t, d, running), get(t, d, waiting); j.State != job.Cancelled || k.State != job.Cancelled || k.Tries != 0 {
			t.Errorf("%+v %+v", j, k)
		}
		webtest.Refused(t, h, webtest.Boss(), "POST", "/jobs/"+running.String()+"/cancel", nil, "job.ended")

		// a process that shuts down gives its job back, and the attempt does not count
		again := enqueue(t, d, r, "long", nil, job.Opts{})
		<-started
		stop()
		wg.Wait()
		if j := get(t, d, again); j.State != job.Waiting || j.Tries != 0 {
			t.Errorf("%+v", j)
		}
		if got := webtest.Must(t, h, webtest.Boss(), "GET", "/jobs?filter=kind:eq:long", nil); got.Str("total") != "3" {
			t.Error(got)
		}
		if got := webtest.Must(t, h, webtest.Person("other"), "GET", "/jobs", nil); got.Str("total") != "0" {
			t.Error(got)
		}
	})
}

func TestManyWorkersOneRunEach(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		var ran atomic.Int64
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		var first *job.Runner
		all := make(chan struct{})
		for range 3 {
			r := job.New(d)
			r.Register("count", func(ctx context.Context, j *job.Job) (any, error) {
				if ran.Add(1) == 40 {
					close(all)
				}
				return nil, nil
			})
			first = r
			wg.Go(func() { r.Run(ctx) })
		}
		for range 40 {
			enqueue(t, d, first, "count", nil, job.Opts{})
		}
		<-all
		stop()
		wg.Wait()
		done, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM kit_job WHERE kind = 'count' AND state = 'done' AND tries = 1`)
		if ran.Load() != 40 || err != nil || done < 37 { // the last ones may be told to stop while they are marked
			t.Error(ran.Load(), done, err)
		}
	})
}

func TestSchedules(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		clock := kittest.ClockOf(d)
		var ran []string
		make := func() *job.Runner {
			r := job.New(d)
			r.Register("tick", func(_ context.Context, j *job.Job) (any, error) {
				var in string
				err := j.Decode(&in)
				ran = append(ran, in)
				return nil, err
			})
			r.Every("often", 10*time.Minute, "tick", "often")
			if err := r.Daily("nightly", "02:30", "tick", "nightly"); err != nil {
				t.Fatal(err)
			}
			return r
		}
		a, b := make(), make() // two processes
		step := func(want string, forward time.Duration) {
			t.Helper()
			clock.Add(forward)
			ran = nil
			drain(t, a)
			drain(t, b)
			if s := fmt.Sprint(ran); s != want {
				t.Errorf("at %v: %s, want %s", clock.Now(), s, want)
			}
		}
		step("[]", 0)                                // Monday 08:00, the first slot is the next
		step("[often]", 10*time.Minute)              // 08:10
		step("[often]", 45*time.Minute)              // 08:55: what was missed is made up once
		step("[often]", 17*time.Hour+34*time.Minute) // Tuesday 02:29
		step("[often nightly]", 1*time.Minute)       // 02:30
		step("[]", 1*time.Minute)                    // 02:31
		step("[often nightly]", 3*24*time.Hour)      // asleep for days: once
		if err := a.Daily("x", "25:99", "tick", ""); err == nil {
			t.Error("25:99 is no time of day")
		}
	})
}

func TestHousekeeping(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		r := job.New(d)
		once := func(key string) {
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
				_, err := db.Once(ctx, tx, "t", key, nil, func() (int, error) { return 1, nil })
				return err
			})
		}
		drain(t, r)
		for i := range 1100 {
			once(fmt.Sprint(i))
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO kit_batch (id, name, started_ms, alive_ms) VALUES (5, 'dead', $1, $1)`, tx.NowMS())
			return err
		})
		old := enqueue(t, d, r, "kit.housekeeping", nil, job.Opts{})
		drain(t, r)
		kittest.ClockOf(d).Add(31 * 24 * time.Hour)
		once("young")
		drain(t, r)
		n, _ := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM kit_once`)
		batches, _ := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM kit_batch`)
		if n != 1 || batches != 0 {
			t.Error(n, batches)
		}
		if get(t, d, old).State != job.Done {
			t.Error("a job of a month ago is kept")
		}
		kittest.ClockOf(d).Add(60 * 24 * time.Hour)
		drain(t, r)
		if _, err := job.Get(kittest.Ctx(t), d.Read(), old); !fault.Is(err, "job.unknown") {
			t.Error(err)
		}
	})
}
