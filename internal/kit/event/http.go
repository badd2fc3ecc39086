package event

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
)

// Perms are the permissions of this package.
var Perms = []string{"audit.read", "events.manage"}

func need(ctx context.Context, perm string) error {
	if perm != "" && !actor.From(ctx).Can(perm) {
		return fault.Forbidden("web.forbidden", "permission %s is needed", perm).With("perm", perm)
	}
	return nil
}

// Record is one line of the audit trail.
type Record struct {
	Seq        int64   `json:"seq" sql:"e.seq" doc:"Place in the chain"`
	ID         db.ID   `json:"id" sql:"e.id" doc:"Event id"`
	Name       string  `json:"name" sql:"e.name" doc:"What happened"`
	Version    int64   `json:"version" sql:"e.version" doc:"Version of the payload"`
	Subject    string  `json:"subject" sql:"e.subject" doc:"What it is about"`
	Site       db.ID   `json:"site_id" sql:"e.site_id" doc:"Site"`
	Partner    db.ID   `json:"partner_id" sql:"e.partner_id" doc:"Outside party concerned"`
	HappenedMS int64   `json:"happened_ms" sql:"e.happened_ms" doc:"Happened"`
	RecordedMS int64   `json:"recorded_ms" sql:"e.recorded_ms" doc:"Recorded"`
	ActorID    db.ID   `json:"actor_id" sql:"e.actor_id" doc:"Person"`
	Actor      string  `json:"actor" sql:"e.actor" doc:"Name"`
	Device     string  `json:"device" sql:"e.device" doc:"Device"`
	Origin     string  `json:"origin" sql:"e.origin" doc:"Came through"`
	Request    string  `json:"request" sql:"e.request" doc:"Request"`
	Reason     string  `json:"reason" sql:"e.reason" doc:"Reason"`
	Payload    Payload `json:"payload" sql:"e.payload" doc:"The whole fact"`
	Hash       string  `json:"hash" sql:"e.hash" doc:"Hash of this record and all before it"`
}

// Payload is an event's JSON as it was stored, less what the reader may not see.
type Payload []byte

func (p *Payload) Scan(v any) error {
	switch x := v.(type) {
	case string:
		*p = Payload(x)
	case []byte:
		*p = bytes.Clone(x)
	default:
		return fmt.Errorf("a payload is text, not %T", v)
	}
	return nil
}

func (p Payload) MarshalJSON() ([]byte, error) {
	if len(p) == 0 {
		return []byte("null"), nil
	}
	return p, nil
}
func (p Payload) MarshalText() ([]byte, error) { return p, nil }

// Schema: any JSON value.
func (Payload) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Description: "The event's payload; its shape depends on name and version"}
}

var _ sql.Scanner = (*Payload)(nil)

// strip removes names at any depth.
func (p Payload) strip(hidden map[string]bool) (Payload, error) {
	if len(hidden) == 0 {
		return p, nil
	}
	d := json.NewDecoder(bytes.NewReader(p))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return nil, err
	}
	if !cut(tree, hidden) {
		return p, nil
	}
	return json.Marshal(tree)
}

func cut(node any, hidden map[string]bool) (changed bool) {
	switch x := node.(type) {
	case map[string]any:
		for k, v := range x {
			if hidden[k] {
				delete(x, k)
				changed = true
			} else {
				changed = cut(v, hidden) || changed
			}
		}
	case []any:
		for _, v := range x {
			changed = cut(v, hidden) || changed
		}
	}
	return changed
}

// mayRead: the whole log for auditors, one subject's time line for those who may read the subject.
func (b *Bus) mayRead(ctx context.Context, subject string) error {
	if actor.From(ctx).Can("audit.read") {
		return nil
	}
	prefix, _, ok := strings.Cut(subject, ":")
	b.mu.Lock()
	may := b.subjects[prefix]
	b.mu.Unlock()
	switch {
	case subject == "":
		return need(ctx, "audit.read")
	case !ok || may == nil:
		return fault.Forbidden("event.subject_closed", "you may not read the history of %s", subject).With("subject", subject)
	}
	return may(ctx, subject)
}

// Routes registers the audit trail, the stream and the care of parked events.
func (b *Bus) Routes(a *web.API) {
	a.Messages(Messages)
	web.List(a, web.Op{Path: "/events", ID: "listEvents", Module: "kit", Summary: "Audit trail and time lines",
		Description: "The whole log needs audit.read; with subject= it is the time line of one document."},
		web.ListSpec[Record]{From: "kit_event e", Key: "e.seq", Sort: "-seq", Search: []string{"e.subject", "e.name", "e.actor", "e.reason"}, File: "events",
			Extra: map[string]string{"subject": "wo:MO2603-0001, lot:ITEM|LOT, …"},
			Titles: map[string]fault.Text{"seq": {Zh: "序号", En: "No."}, "name": {Zh: "事件", En: "What happened"}, "subject": {Zh: "对象", En: "About"}, "happened_ms": {Zh: "发生时间", En: "Happened"},
				"recorded_ms": {Zh: "记录时间", En: "Recorded"}, "actor": {Zh: "人员", En: "Person"}, "device": {Zh: "设备", En: "Device"}, "origin": {Zh: "来源", En: "Came through"},
				"reason": {Zh: "原因", En: "Reason"}, "payload": {Zh: "内容", En: "Fact"}, "hash": {Zh: "校验值", En: "Hash"}, "request": {Zh: "请求", En: "Request"}},
			Scope: func(ctx context.Context, w *db.Where) {
				act := actor.From(ctx)
				w.And("e.seq IS NOT NULL")
				if act.Partner > 0 {
					w.And("e.partner_id = ?", act.Partner)
				}
				if len(act.Sites) > 0 {
					var in db.Where
					in.Args = w.Args
					db.In(&in, "e.site_id", act.Sites)
					w.Args = in.Args
					w.And("(e.site_id = 0 OR " + in.Cond() + ")")
				}
			},
			Where: func(ctx context.Context, p web.Params, w *db.Where) error {
				if p["subject"] != "" {
					w.And("e.subject = ?", p["subject"])
				}
				return b.mayRead(ctx, p["subject"])
			},
			Post: func(ctx context.Context, _ db.Querier, rows []Record) (err error) {
				hidden := map[string]map[string]bool{} // by room
				for i := range rows {
					room, _, _ := strings.Cut(rows[i].Name, ".")
					if hidden[room] == nil {
						hidden[room] = a.HiddenIn(actor.From(ctx), room)
					}
					if rows[i].Payload, err = rows[i].Payload.strip(hidden[room]); err != nil {
						return err
					}
				}
				return nil
			}})
	a.Handle(web.Op{Method: http.MethodGet, Path: "/api/v1/events/stream", ID: "eventStream"}, func(w http.ResponseWriter, r *http.Request) { b.stream(a, w, r) })

	type parkedLine struct {
		ID         db.ID  `json:"id" sql:"p.id"`
		Subscriber string `json:"subscriber" sql:"p.subscriber" doc:"Subscriber"`
		Seq        int64  `json:"seq" sql:"p.seq" doc:"Event"`
		Name       string `json:"name" sql:"e.name" doc:"What happened"`
		Subject    string `json:"subject" sql:"e.subject" doc:"About"`
		Error      string `json:"error" sql:"p.error" doc:"Error"`
		Tries      int64  `json:"tries" sql:"p.tries" doc:"Attempts"`
		ParkedMS   int64  `json:"parked_ms" sql:"p.parked_ms" doc:"Since"`
		SolvedMS   int64  `json:"solved_ms" sql:"p.solved_ms" doc:"Dealt with"`
	}
	web.List(a, web.Op{Path: "/events/parked", ID: "listParkedEvents", Module: "kit", Summary: "Events that a subscriber could not deal with", Perm: "events.manage"},
		web.ListSpec[parkedLine]{From: "kit_parked p JOIN kit_event e ON e.seq = p.seq", Key: "p.id", Sort: "-parked_ms"})
	type one struct {
		ID   db.ID `path:"id"`
		Body struct {
			Reason string `json:"reason,omitempty" maxLength:"500"`
		} `required:"false"`
	}
	type done struct{}
	web.Command(a, web.Op{Path: "/events/parked/{id}/replay", ID: "replayParkedEvent", Module: "kit", Summary: "Try a parked event again", Perm: "events.manage"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ID db.ID `path:"id"`
		}) (done, error) {
			return done{}, b.Replay(ctx, tx, in.ID)
		})
	web.Command(a, web.Op{Path: "/events/parked/{id}/skip", ID: "skipParkedEvent", Module: "kit", Summary: "Mark a parked event as dealt with", Perm: "events.manage"},
		func(ctx context.Context, tx *db.Tx, in *one) (done, error) {
			return done{}, b.Skip(ctx, tx, in.ID, in.Body.Reason)
		})
	web.Query(a, web.Op{Path: "/events/subscribers", ID: "listSubscribers", Module: "kit", Summary: "How far each subscriber is", Perm: "events.manage"},
		func(ctx context.Context, _ db.Querier, _ *struct{}) (Progress, error) { return b.Progress(ctx) })
	a.Metrics().MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kaiwu_event_streams", Help: "Open event streams."}, func() float64 {
		b.hub.mu.Lock()
		defer b.hub.mu.Unlock()
		return float64(len(b.hub.conns))
	}))
}

// Progress says how far the log and its readers are.
type Progress struct {
	Head        int64    `json:"head" doc:"Number of the newest event"`
	Subscribers []Cursor `json:"subscribers"`
}

// Cursor is one subscriber's place.
type Cursor struct {
	Subscriber string `json:"subscriber" db:"subscriber"`
	Seq        int64  `json:"seq" db:"seq" doc:"Everything up to here is stored as done; events of no interest may be passed without a mark"`
	MovedMS    int64  `json:"moved_ms" db:"moved_ms"`
	Parked     int64  `json:"parked" db:"parked" doc:"Events waiting for a person"`
}

// Progress reads the cursors.
func (b *Bus) Progress(ctx context.Context) (p Progress, err error) {
	if p.Head, err = b.head(ctx); err != nil {
		return p, err
	}
	p.Subscribers, err = db.All[Cursor](ctx, b.d.Read(), `
		SELECT c.subscriber, c.seq, c.moved_ms, (SELECT count(*) FROM kit_parked p WHERE p.subscriber = c.subscriber AND p.solved_ms = 0) AS parked
		FROM kit_cursor c WHERE c.subscriber NOT LIKE 'schedule:%' ORDER BY c.subscriber`)
	return p, err
}
