package notice_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/event"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
)

var schemas = []db.Schema{{Room: "kit", FS: notice.Schema}}

var low = notice.Kind{Code: "thing.low", Perm: "thing.buy", Mail: notice.Now, Title: fault.Text{Zh: "缺货", En: "Low"}, Text: fault.Text{Zh: "{item} 只剩 {qty}", En: "{item} is down to {qty}"}}
var note = notice.Kind{Code: "thing.note", Perm: "thing.read", Mail: notice.Daily, Title: fault.Text{Zh: "消息", En: "News"}, Text: fault.Text{Zh: "消息：{text}", En: "News: {text}"}}

type hall struct {
	*notice.Center
	t    *testing.T
	d    *db.DB
	bus  *event.Bus
	jobs *job.Runner
	h    http.Handler
}

func open(t *testing.T, d *db.DB) *hall {
	bus, jobs := event.New(d), job.New(d)
	x := &hall{notice.New(d, bus, jobs, low, note), t, d, bus, jobs, nil}
	a := web.New(http.NewServeMux(), d)
	a.Messages(notice.Messages)
	x.Routes(a)
	x.h = a.Handler()
	return x
}

func (x *hall) tell(k notice.Kind, list ...notice.News) {
	x.t.Helper()
	kittest.Do(x.t, x.d, func(ctx context.Context, tx *db.Tx) error { return notice.Tell(ctx, tx, k, list...) })
}

func (x *hall) run() {
	x.t.Helper()
	if err := x.bus.Drain(x.t.Context()); err != nil {
		x.t.Fatal(err)
	}
	if err := x.jobs.Drain(x.t.Context()); err != nil {
		x.t.Fatal(err)
	}
}

func (x *hall) bell(who *actor.Actor) string {
	x.t.Helper()
	b := webtest.Must(x.t, x.h, who, "GET", "/notices/bell", nil)
	var texts []string
	list, _ := b["items"].([]any)
	for i := range list {
		texts = append(texts, b.Str("items", i, "text"))
	}
	return fmt.Sprintf("%s unread %s todo %s", b.Str("unread"), b.Str("todo"), strings.Join(texts, "; "))
}

// The same cause makes one notice; it reaches those who hold the permission and see the site, or one person, and
// nobody else; it goes with its cause.
func TestTellAndGone(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		x := open(t, d)
		buyer, far, other, guest := webtest.Person("buyer", "thing.buy"), webtest.Person("far", "thing.buy"), webtest.Person("other", "thing.sell"), webtest.Person("guest", "thing.buy")
		far.Sites, guest.Partner = []int64{2}, 7
		screw := func(qty, severity string) notice.News {
			return notice.News{Site: 1, Key: "1/screw", Params: map[string]string{"item": "SCREW", "qty": qty}, Link: "/x", Severity: severity, Todo: true}
		}
		x.tell(low, screw("5", notice.Warning), screw("5", notice.Warning), notice.News{Site: 2, Key: "2/nut", Params: map[string]string{"item": "NUT", "qty": "1"}})
		if got := x.bell(buyer); got != "2 unread 1 todo NUT is down to 1; SCREW is down to 5" {
			t.Error(got)
		}
		if got := x.bell(far); got != "1 unread 0 todo NUT is down to 1" {
			t.Error(got)
		}
		for _, who := range []*actor.Actor{other, guest} {
			if got := x.bell(who); got != "0 unread 0 todo " {
				t.Errorf("%s: %s", who.Name, got)
			}
		}
		if got := webtest.Must(t, x.h, buyer, "POST", "/notices/read", map[string]any{"all": true}); got.Str("count") != "2" {
			t.Error(got)
		}
		x.tell(low, screw("4", notice.Warning))
		if got := x.bell(buyer); !strings.HasPrefix(got, "0 unread 1 todo") || !strings.Contains(got, "SCREW is down to 4") {
			t.Error(got)
		}
		x.tell(low, screw("0", notice.Urgent)) // worse: unread again
		if got := x.bell(buyer); !strings.HasPrefix(got, "1 unread 1 todo") {
			t.Error(got)
		}
		buyer.Locale = "zh"
		if got := x.bell(buyer); !strings.Contains(got, "SCREW 只剩 0") {
			t.Error(got)
		}
		buyer.Locale = "en"
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { return notice.Gone(ctx, tx, low, "1/screw", "nothing") })
		if got := x.bell(buyer); got != "0 unread 0 todo NUT is down to 1" {
			t.Error(got)
		}
		x.tell(low, screw("3", notice.Warning)) // the cause is back: a new one
		x.tell(note, notice.News{User: db.ID(other.UserID), Params: map[string]string{"text": "yours"}})
		if got := x.bell(other); got != "1 unread 0 todo News: yours" {
			t.Error(got)
		}
		if got := x.bell(buyer); !strings.HasPrefix(got, "1 unread 1 todo SCREW is down to 3") {
			t.Error(got)
		}
		list := webtest.Must(t, x.h, buyer, "GET", "/notices?filter=state:eq:open&filter=todo:eq:true", nil)
		if len(list.Items()) != 1 || list.Str("items", 0, "text") != "SCREW is down to 3" {
			t.Fatal(list)
		}
		id := list.Str("items", 0, "id")
		webtest.Refused(t, x.h, far, "POST", "/notices/"+id+"/done", map[string]any{}, "notice.unknown")
		for range 2 { // twice is no fault
			if got := webtest.Must(t, x.h, buyer, "POST", "/notices/"+id+"/done", map[string]any{"note": "ordered"}); got.Str("done_by") != "buyer" || got.Str("done_note") != "ordered" {
				t.Error(got)
			}
		}
		if got := x.bell(buyer); !strings.Contains(got, "0 todo") {
			t.Error(got)
		}
		x.run()
		names, err := db.All[string](t.Context(), d.Read(), `SELECT name FROM kit_event WHERE name LIKE 'notice.%' ORDER BY seq`)
		if got := strings.Join(names, " "); err != nil || got != "notice.made notice.made notice.changed notice.changed notice.done notice.made notice.made notice.done" {
			t.Errorf("told %s, %v", got, err)
		}
	})
}

// Whatever many notices there are, telling them takes the same number of statements but for the events.
func TestTellIsOneStep(t *testing.T) {
	d := kittest.SQLite(t, schemas)
	x := open(t, d)
	many := func(n int, from int) (out []notice.News) {
		for i := range n {
			out = append(out, notice.News{Key: fmt.Sprint(from + i), Params: map[string]string{"item": "A"}})
		}
		return out
	}
	count := func(list []notice.News) int64 {
		return kittest.Statements(t, kittest.Ctx(t), func(ctx context.Context) error {
			return x.d.InTx(ctx, func(tx *db.Tx) error { return notice.Tell(ctx, tx, low, list...) })
		})
	}
	if a, b := count(many(3, 0)), count(many(90, 100)); b > a+3 {
		t.Errorf("3 notices take %d statements, 90 take %d", a, b)
	}
}

// server is a mail server on loopback that speaks SMTP.
type server struct {
	l      net.Listener
	mu     sync.Mutex
	got    []string // recipient, subject and text of each message
	refuse map[string]string
	user   string
	pass   string
}

func listen(t *testing.T) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{l: l, refuse: map[string]string{}}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.talk(c)
		}
	}()
	return s
}

func (s *server) port() int { return s.l.Addr().(*net.TCPAddr).Port }

func (s *server) talk(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	say := func(line string) { fmt.Fprintf(c, "%s\r\n", line) }
	say("220 test ready")
	to, known := "", s.user == ""
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		verb, rest, _ := strings.Cut(line, " ")
		s.mu.Lock()
		no := s.refuse[strings.ToUpper(verb)]
		s.mu.Unlock()
		switch verb := strings.ToUpper(verb); {
		case no != "":
			say(no)
		case verb == "EHLO" || verb == "HELO":
			say("250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN")
		case verb == "AUTH":
			_, coded, _ := strings.Cut(rest, " ")
			raw, _ := base64.StdEncoding.DecodeString(coded)
			if known = string(raw) == "\x00"+s.user+"\x00"+s.pass; known {
				say("235 ok")
			} else {
				say("535 5.7.8 bad credentials")
			}
		case verb == "MAIL" && !known:
			say("530 log in first")
		case verb == "RCPT":
			to = strings.Trim(strings.TrimPrefix(strings.ToUpper(rest), "TO:"), "<> ")
			say("250 ok")
		case verb == "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				l, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if strings.TrimRight(l, "\r\n") == "." {
					break
				}
				b.WriteString(l)
			}
			s.mu.Lock()
			s.got = append(s.got, strings.ToLower(to)+" | "+decode(b.String()))
			s.mu.Unlock()
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func decode(raw string) string {
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		return err.Error()
	}
	subject, _ := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	body, _ := io.ReadAll(quotedprintable.NewReader(m.Body))
	return subject + " | " + strings.Join(strings.Fields(string(body)), " ")
}

func (s *server) mails() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.got)
	slices.Sort(out)
	return out
}

func (s *server) refuseWith(verb, answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse[verb] = answer
}

// with makes the company use a server.
func (x *hall) with(s *server) {
	x.t.Helper()
	webtest.Must(x.t, x.h, webtest.Boss(), "POST", "/mail/server", map[string]any{"host": "127.0.0.1", "port": s.port(), "tls": "none", "sender": "开物 <kaiwu@example.com>", "base_url": "http://kaiwu.example.com/", "user": s.user, "password": s.pass})
}

// Mail goes to those who want it, at once or once a day, in their language, each once, by a real SMTP conversation;
// what is done by then is not sent.
func TestMail(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		x := open(t, d)
		s := listen(t)
		s.user, s.pass = "kaiwu", "geheim-4711"
		x.run() // the subscriber begins here
		x.with(s)
		ann, bob, eve := webtest.Person("ann", "thing.buy", "thing.read"), webtest.Person("bob", "thing.buy", "thing.read"), webtest.Person("eve", "thing.sell")
		x.Readers = func(context.Context, db.Querier) (out []notice.Reader, err error) {
			for i, p := range []*actor.Actor{ann, bob, eve} {
				out = append(out, notice.Reader{ID: db.ID(p.UserID), Name: p.Name, Locale: []string{"en", "zh", "en"}[i], Perms: p.Perms})
			}
			return out, nil
		}
		for _, p := range []*actor.Actor{ann, bob, eve} {
			webtest.Must(t, x.h, p, "POST", "/notices/choices", map[string]any{"email": p.Name + "@example.com"})
		}
		webtest.Refused(t, x.h, ann, "POST", "/notices/choices", map[string]any{"email": "ann at home"}, "mail.address_bad")
		webtest.Refused(t, x.h, eve, "POST", "/notices/choices", map[string]any{"email": "eve@example.com", "kinds": map[string]string{"thing.low": "now"}}, "notice.kind_unknown")
		webtest.Must(t, x.h, bob, "POST", "/notices/choices", map[string]any{"email": "bob@example.com", "kinds": map[string]string{"thing.note": "off"}})
		x.tell(low, notice.News{Key: "a", Params: map[string]string{"item": "SCREW", "qty": "5"}, Link: "/planning/replenish", Todo: true})
		x.run()
		want := []string{"ann@example.com | SCREW is down to 5 | [To do] SCREW is down to 5 http://kaiwu.example.com/planning/replenish -- Choose which notices reach you by mail: http://kaiwu.example.com/notices/settings",
			"bob@example.com | SCREW 只剩 5 | [待办] SCREW 只剩 5 http://kaiwu.example.com/planning/replenish -- 在“通知设置”里可以选择哪些通知用邮件发给您：http://kaiwu.example.com/notices/settings"}
		if got := s.mails(); !slices.Equal(got, want) {
			t.Fatalf("sent %q", got)
		}
		// news of a day come in one message next morning, less what is done by then
		for _, text := range []string{"one", "two", "three"} {
			x.tell(note, notice.News{Key: text, Params: map[string]string{"text": text}})
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { return notice.Gone(ctx, tx, note, "two") })
		x.run()
		if got := s.mails(); len(got) != 2 {
			t.Fatalf("sent too early: %q", got)
		}
		kittest.ClockOf(d).Add(24 * time.Hour)
		x.run()
		x.run()
		if got := s.mails(); len(got) != 3 || !strings.Contains(got[0], "ann@example.com | Kaiwu: 2 notices | News: one News: three") {
			t.Fatalf("sent %q", got)
		}
		// the password is in no answer, event or dump
		if got := webtest.Must(t, x.h, webtest.Boss(), "GET", "/mail/server", nil); got.Str("user") != "kaiwu" || got.Get("has_password") != true || strings.Contains(fmt.Sprint(got), s.pass) {
			t.Error(got)
		}
		n, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM kit_event WHERE payload LIKE '%geheim%'`)
		if err != nil || n != 0 {
			t.Errorf("%d events hold the password, %v", n, err)
		}
		var b strings.Builder
		zip := &strings.Builder{}
		if _, err := d.Dump(t.Context(), zip); err != nil {
			t.Fatal(err)
		}
		unzip(t, zip.String(), &b)
		if !strings.Contains(b.String(), "kit_mail_server") || strings.Contains(b.String(), s.pass) {
			t.Error("the dump holds the password, or no server")
		}
		webtest.Refused(t, x.h, ann, "GET", "/mail/server", nil, "web.forbidden")
	})
}

// What cannot be sent is tried again with patience, told to those who look after it, and given up at last; what the
// server rejects for good is not tried again.
func TestMailRetries(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		x := open(t, d)
		s := listen(t)
		x.run()
		x.with(s)
		ann := webtest.Person("ann", "thing.buy")
		x.Readers = func(context.Context, db.Querier) ([]notice.Reader, error) {
			return []notice.Reader{{ID: db.ID(ann.UserID), Name: "ann", Locale: "en", Perms: ann.Perms}}, nil
		}
		webtest.Must(t, x.h, ann, "POST", "/notices/choices", map[string]any{"email": "ann@example.com"})
		state := func() string {
			r := webtest.Must(t, x.h, webtest.Boss(), "GET", "/mail/sent?sort=-made_ms", nil)
			return r.Str("items", 0, "state") + " " + r.Str("items", 0, "tries")
		}
		s.refuseWith("MAIL", "451 4.3.0 try later")
		x.tell(low, notice.News{Key: "a", Params: map[string]string{"item": "A", "qty": "1"}})
		x.run()
		if got := state(); got != "waiting 1" {
			t.Fatal(got)
		}
		if got := x.bell(webtest.Person("admin", "mail.manage")); !strings.HasPrefix(got, "1 unread 1 todo Mail cannot be sent: ") || !strings.Contains(got, "try later") {
			t.Error(got)
		}
		x.run()
		if got := state(); got != "waiting 1" {
			t.Errorf("tried again at once: %s", got)
		}
		s.refuseWith("MAIL", "")
		kittest.ClockOf(d).Add(2 * time.Minute)
		x.run()
		if got := state(); got != "sent 2" || len(s.mails()) != 1 {
			t.Errorf("%s, %q", got, s.mails())
		}
		if got := x.bell(webtest.Person("admin", "mail.manage")); got != "0 unread 0 todo " {
			t.Errorf("the trouble is over: %s", got)
		}
		kittest.ClockOf(d).Add(time.Minute)
		s.refuseWith("RCPT", "550 5.1.1 no such box")
		x.tell(low, notice.News{Key: "b", Params: map[string]string{"item": "B", "qty": "1"}})
		x.run()
		if got := state(); got != "failed 1" {
			t.Errorf("rejected for good: %s", got)
		}
		kittest.ClockOf(d).Add(time.Minute)
		s.refuseWith("RCPT", "")
		s.refuseWith("MAIL", "451 later")
		x.tell(low, notice.News{Key: "c", Params: map[string]string{"item": "C", "qty": "1"}})
		for range 12 {
			x.run()
			kittest.ClockOf(d).Add(13 * time.Hour)
		}
		if got := state(); got != "failed 7" {
			t.Errorf("given up: %s", got)
		}
	})
}

// The test button says what is wrong, and never the password.
func TestMailTest(t *testing.T) {
	d := kittest.SQLite(t, schemas)
	x := open(t, d)
	boss := webtest.Boss()
	try := func(to string) (int, webtest.JSON) {
		return webtest.Call(t, x.h, boss, "POST", "/mail/test", map[string]any{"to": to})
	}
	refused := func(to, code string) string {
		t.Helper()
		if status, got := try(to); status < 400 || got.Str("code") != code {
			t.Errorf("%d %v, want %s", status, got, code)
			return ""
		} else {
			return got.Str("detail")
		}
	}
	refused("ann@example.com", "mail.off")
	s := listen(t)
	s.user, s.pass = "kaiwu", "right"
	x.with(s)
	refused("", "mail.no_address")
	refused("ann", "mail.address_bad")
	if status, got := try("ann@example.com"); status != 200 || got.Str("to") != "ann@example.com" {
		t.Error(status, got)
	}
	if got := s.mails(); len(got) != 1 || !strings.Contains(got[0], "Kaiwu test message") {
		t.Errorf("%q", got)
	}
	s.pass = "changed there"
	if got := refused("ann@example.com", "mail.auth_failed"); strings.Contains(got, "right") {
		t.Errorf("the password is told: %s", got)
	}
	s.pass = "right"
	s.refuseWith("RCPT", "550 5.1.1 no such box")
	if got := refused("ann@example.com", "mail.rejected"); !strings.Contains(got, "no such box") {
		t.Error(got)
	}
	webtest.Must(t, x.h, boss, "POST", "/mail/server", map[string]any{"host": "127.0.0.1", "port": s.port(), "tls": "starttls", "sender": "k@example.com", "user": "kaiwu"})
	refused("ann@example.com", "mail.tls_failed") // it offers none
	s.l.Close()
	refused("ann@example.com", "mail.no_connection")

	edit := func(more map[string]any) webtest.JSON {
		body := map[string]any{"host": "127.0.0.1", "port": 25, "tls": "none", "sender": "k@example.com", "user": "kaiwu"}
		for k, v := range more {
			body[k] = v
		}
		_, got := webtest.Call(t, x.h, boss, "POST", "/mail/server", body)
		return got
	}
	for name, more := range map[string]map[string]any{"body.host": {"host": "http://mail", "password": ""}, "body.port": {"port": 0}, "body.sender": {"sender": "nobody"}, "body.base_url": {"base_url": "kaiwu"}, "body.password": {"host": "elsewhere.example.com"}} {
		if got := edit(more); got.Str("code") != "mail.invalid" || got.Str("errors", 0, "location") != name {
			t.Errorf("%s: %v", name, got)
		}
	}
}
