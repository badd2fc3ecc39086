package notice

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/event"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/web"
)

const (
	kindSend  = "notice.mail"
	kindSweep = "notice.sweep"

	claimed  = 10 * time.Minute // a process that died while it sent leaves the mail for so long
	patience = 30 * time.Second // with a mail server
	batch    = 50
	digestAt = 7*time.Hour + 30*time.Minute
)

// waits after each failure; after the last one a mail is given up.
var waits = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour}

type mailRow struct {
	ID      db.ID  `db:"id"`
	Notice  db.ID  `db:"notice_id"`
	User    db.ID  `db:"user_id"`
	Address string `db:"address"`
	Locale  string `db:"locale"`
	Mode    string `db:"mode"`
	State   string `db:"state"`
	Tries   int64  `db:"tries"`
	Next    int64  `db:"next_ms"`
	Error   string `db:"error"`
	Made    int64  `db:"made_ms"`
	Ended   int64  `db:"ended_ms"`
}

func (c *Center) background(bus *event.Bus) {
	bus.Room("notice", "")
	bus.Subscribe(EventMade, "notice.mail", c.address, event.FromNow)
	c.jobs.Register(kindSend, c.sendDue)
	c.jobs.Register(kindSweep, func(ctx context.Context, j *job.Job) (any, error) { return nil, c.sweep(ctx, j) })
	if err := c.jobs.Daily("notice sweep", "03:40", kindSweep, nil); err != nil {
		panic(err) // the time above is no time of day
	}
}

// address puts a new notice on its way to everybody who wants it by mail.
func (c *Center) address(ctx context.Context, tx *db.Tx, e db.LogRow) error {
	s, err := ServerOf(ctx, tx)
	if err != nil || s.Host == "" || c.Readers == nil {
		return err
	}
	var id db.ID
	if err := id.UnmarshalText([]byte(strings.TrimPrefix(e.Subject, "notice:"))); err != nil {
		return err
	}
	n, ok, err := db.Get[row](ctx, tx, `SELECT `+columns+` FROM kit_notice n WHERE n.id = $1 AND n.done_ms = 0`, id)
	if err != nil || !ok || n.Kind == MailFailed.Code {
		return err
	}
	type person struct {
		User  db.ID  `db:"user_id"`
		Email string `db:"email"`
		Mail  string `db:"mail"`
	}
	want := map[db.ID]person{}
	if err := db.Each(ctx, tx, `SELECT p.user_id, p.email, coalesce(x.mail, '') AS mail FROM kit_mail_person p LEFT JOIN kit_mail_choice x ON x.user_id = p.user_id AND x.kind = $1 WHERE p.email <> ''`, []any{n.Kind},
		func(p *person) error { want[p.User] = *p; return nil }); err != nil || len(want) == 0 {
		return err
	}
	readers, err := c.Readers(ctx, tx)
	if err != nil {
		return err
	}
	local := tx.Now().In(tx.Zone())
	morning := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, tx.Zone()).Add(digestAt)
	if !morning.After(tx.Now()) {
		morning = morning.AddDate(0, 0, 1)
	}
	var rows []mailRow
	soon, later := false, false
	for i := range readers {
		r := &readers[i]
		p, ok := want[r.ID]
		if !ok || !r.gets(&n) {
			continue
		}
		m := mailRow{ID: tx.ID(), Notice: n.ID, User: r.ID, Address: p.Email, Locale: r.Locale, Mode: p.Mail, State: "waiting", Next: tx.NowMS(), Made: tx.NowMS()}
		if m.Mode == "" {
			m.Mode = c.kinds[n.Kind].Mail
		}
		switch m.Mode {
		case Now:
			soon = true
		case Daily:
			m.Next, later = morning.UnixMilli(), true
		default:
			continue
		}
		rows = append(rows, m)
	}
	if err := db.Insert(ctx, tx, "kit_mail", rows...); err != nil {
		return err
	}
	if later {
		if _, err := c.jobs.Enqueue(ctx, tx, kindSend, nil, job.Opts{UniqueKey: morning.Format(time.DateOnly), RunAt: morning}); err != nil {
			return err
		}
	}
	if soon {
		_, err = c.jobs.Enqueue(ctx, tx, kindSend, nil, job.Opts{UniqueKey: n.ID.String()})
	}
	return err
}

// Sent sums up a run of the sender.
type Sent struct {
	Sent    int    `json:"sent"`
	Dropped int    `json:"dropped"`
	Failed  int    `json:"failed"`
	Error   string `json:"error,omitempty"`
}

// sendDue sends what is due, a connection for each batch.
func (c *Center) sendDue(ctx context.Context, j *job.Job) (any, error) {
	var out Sent
	if j.Tries > 1 { // what an earlier run had claimed when its process died
		if err := j.Tx(ctx, func(tx *db.Tx) error {
			at := tx.Now().Add(claimed + time.Second)
			_, err := c.jobs.Enqueue(ctx, tx, kindSend, nil, job.Opts{UniqueKey: "again " + at.UTC().Format("0102T1504"), RunAt: at})
			return err
		}); err != nil {
			return nil, err
		}
	}
	for {
		n, err := c.sendBatch(ctx, j, &out)
		if err != nil || n == 0 {
			return out, err
		}
	}
}

// letter is one message with the mails that it carries.
type letter struct {
	rows []mailRow
	of   []row
}

func (c *Center) sendBatch(ctx context.Context, j *job.Job, out *Sent) (int, error) {
	var s Server
	var password string
	var letters []*letter
	n := 0
	err := j.Tx(ctx, func(tx *db.Tx) (err error) {
		letters, n = nil, 0
		if s, err = ServerOf(ctx, tx); err != nil || s.Host == "" {
			return err
		}
		if password, _, err = db.Get[string](ctx, tx, `SELECT value FROM kit_secret WHERE name = $1`, secretName); err != nil {
			return err
		}
		rows, err := db.All[mailRow](ctx, tx, `SELECT id, notice_id, user_id, address, locale, mode, state, tries, next_ms, error, made_ms, ended_ms FROM kit_mail WHERE state = 'waiting' AND next_ms <= $1 ORDER BY next_ms, id LIMIT $2`, tx.NowMS(), int64(batch))
		if err != nil || len(rows) == 0 {
			return err
		}
		var w db.Where
		ids := make([]db.ID, len(rows))
		for i := range rows {
			ids[i] = rows[i].Notice
		}
		db.In(&w, "n.id", ids)
		of := map[db.ID]row{}
		if err := db.Each(ctx, tx, `SELECT `+columns+` FROM kit_notice n`+w.String(), w.Args, func(r *row) error { of[r.ID] = *r; return nil }); err != nil {
			return err
		}
		digests := map[string]*letter{}
		for _, m := range rows {
			n++
			about, ok := of[m.Notice]
			if !ok || about.Done != 0 { // nobody needs to read of it any more
				tx.Queue(`UPDATE kit_mail SET state = 'cancelled', ended_ms = $1 WHERE id = $2`, tx.NowMS(), m.ID)
				continue
			}
			tx.Queue(`UPDATE kit_mail SET tries = tries + 1, next_ms = $1 WHERE id = $2`, tx.NowMS()+claimed.Milliseconds(), m.ID)
			m.Tries++
			l := digests[m.User.String()+m.Address]
			if m.Mode != Daily || l == nil {
				l = &letter{}
				letters = append(letters, l)
				if m.Mode == Daily {
					digests[m.User.String()+m.Address] = l
				}
			}
			l.rows, l.of = append(l.rows, m), append(l.of, about)
		}
		return nil
	})
	if err != nil || n == 0 {
		return 0, err
	}
	msgs := make([]*gomail.Msg, len(letters))
	for i, l := range letters {
		if msgs[i], err = c.compose(&s, l); err != nil {
			return 0, err
		}
	}
	var all error
	if len(msgs) > 0 {
		all = c.smtp.send(ctx, &s, password, msgs...)
	}
	return n, j.Tx(ctx, func(tx *db.Tx) error {
		sent, failed, last, again := 0, 0, "", int64(0)
		for i, l := range letters {
			err := all
			if msgs[i].IsDelivered() {
				err = nil
			} else if msgs[i].HasSendError() {
				err = msgs[i].SendError()
			}
			for _, m := range l.rows {
				if err == nil {
					sent++
					tx.Queue(`UPDATE kit_mail SET state = 'sent', error = '', ended_ms = $1 WHERE id = $2`, tx.NowMS(), m.ID)
					continue
				}
				failed++
				last = clean(err, password)
				if int(m.Tries) > len(waits) || msgs[i].HasSendError() && !msgs[i].SendErrorIsTemp() && rejected(err) {
					tx.Queue(`UPDATE kit_mail SET state = 'failed', error = $1, ended_ms = $2 WHERE id = $3`, last, tx.NowMS(), m.ID)
					continue
				}
				next := tx.NowMS() + waits[min(int(m.Tries), len(waits))-1].Milliseconds()
				if again == 0 || next < again {
					again = next
				}
				tx.Queue(`UPDATE kit_mail SET error = $1, next_ms = $2 WHERE id = $3`, last, next, m.ID)
			}
		}
		out.Sent, out.Failed = out.Sent+sent, out.Failed+failed
		out.Dropped += n - sent - failed
		if failed == 0 {
			if sent == 0 {
				return nil
			}
			return Gone(ctx, tx, MailFailed, "mail")
		}
		out.Error = last
		if again != 0 {
			at := time.UnixMilli(again)
			if _, err := c.jobs.Enqueue(ctx, tx, kindSend, nil, job.Opts{UniqueKey: "again " + at.UTC().Format("0102T1504"), RunAt: at}); err != nil {
				return err
			}
		}
		return Tell(ctx, tx, MailFailed, News{Key: "mail", Params: map[string]string{"error": last}, Link: "/system/mail", Severity: Warning, Todo: true})
	})
}

// rejected: the server understood and does not want it; asking again will not help.
func rejected(err error) bool {
	var s *gomail.SendError
	return errors.As(err, &s) && s.ErrorCode() >= 500
}

// clean is the text of an error, never with the password in it.
func clean(err error, password string) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if password != "" {
		text = strings.ReplaceAll(text, password, "…")
	}
	if r := []rune(text); len(r) > 400 {
		text = string(r[:400]) + "…"
	}
	return text
}

// compose writes a letter.
func (c *Center) compose(s *Server, l *letter) (*gomail.Msg, error) {
	locale := l.rows[0].Locale
	var b strings.Builder
	for i := range l.of {
		n := &l.of[i]
		if n.Todo {
			b.WriteString("[" + todoWord.Render(locale, nil) + "] ")
		}
		b.WriteString(c.words(n, locale) + "\n")
		if s.BaseURL != "" && n.Link != "" {
			b.WriteString(s.BaseURL + n.Link + "\n")
		}
		b.WriteString("\n")
	}
	if s.BaseURL != "" {
		b.WriteString("-- \n" + footer.Render(locale, map[string]string{"url": s.BaseURL + "/notices/settings"}) + "\n")
	}
	subject := c.words(&l.of[0], locale)
	if len(l.of) > 1 {
		subject = digestSubject.Render(locale, map[string]string{"n": fmt.Sprint(len(l.of))})
	}
	return message(s, l.rows[0].Address, subject, b.String(), c.d.Now())
}

func message(s *Server, to, subject, body string, at time.Time) (*gomail.Msg, error) {
	m := gomail.NewMsg()
	if err := m.From(s.Sender); err != nil {
		return nil, err
	}
	if err := m.To(to); err != nil {
		return nil, err
	}
	if r := []rune(subject); len(r) > 150 {
		subject = string(r[:150]) + "…"
	}
	m.Subject(strings.Join(strings.Fields(subject), " "))
	m.SetDateWithValue(at)
	m.SetMessageID()
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(gomail.TypeTextPlain, body)
	return m, nil
}

// smtp speaks with the server.
type smtp struct{ tls *tls.Config }

func (x *smtp) send(ctx context.Context, s *Server, password string, msgs ...*gomail.Msg) error {
	opts := []gomail.Option{gomail.WithPort(int(s.Port)), gomail.WithTimeout(patience)}
	if name, err := os.Hostname(); err == nil && name != "" {
		opts = append(opts, gomail.WithHELO(name))
	}
	if x.tls != nil {
		t := x.tls.Clone()
		t.ServerName = s.Host
		opts = append(opts, gomail.WithTLSConfig(t))
	}
	switch s.TLS {
	case "tls":
		opts = append(opts, gomail.WithSSL())
	case "none":
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		how := gomail.SMTPAuthAutoDiscover
		if s.TLS == "none" {
			how = gomail.SMTPAuthPlainNoEnc
		}
		opts = append(opts, gomail.WithSMTPAuth(how), gomail.WithUsername(s.User), gomail.WithPassword(password))
	}
	cl, err := gomail.NewClient(s.Host, opts...)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience+time.Duration(len(msgs))*5*time.Second)
	defer cancel()
	return cl.DialAndSendWithContext(ctx, msgs...)
}

// Test sends a message at once and says plainly what went wrong. It holds no transaction.
func (c *Center) Test(ctx context.Context, to string) (Tested, error) {
	act := actor.From(ctx)
	var s Server
	var password string
	err := c.d.View(ctx, func(q db.Querier) (err error) {
		if s, err = ServerOf(ctx, q); err != nil {
			return err
		}
		if password, _, err = db.Get[string](ctx, q, `SELECT value FROM kit_secret WHERE name = $1`, secretName); err != nil {
			return err
		}
		if to == "" {
			to, _, err = db.Get[string](ctx, q, `SELECT email FROM kit_mail_person WHERE user_id = $1`, act.UserID)
		}
		return err
	})
	to = strings.TrimSpace(to)
	switch {
	case err != nil:
		return Tested{}, err
	case s.Host == "":
		return Tested{}, fault.Conflict("mail.off", "there is no mail server")
	case to == "":
		return Tested{}, fault.Invalid("mail.no_address", "to whom?").At(field("to", "mail.no_address", ""))
	case !plainAddress(to):
		return Tested{}, fault.Invalid("mail.address_bad", "%q is not a mail address", to).With("value", to).At(field("to", "mail.address_bad", to))
	}
	locale := web.Locale(ctx)
	m, err := message(&s, to, testSubject.Render(locale, nil), testBody.Render(locale, map[string]string{"who": act.Name})+"\n"+s.BaseURL+"\n", c.d.Now())
	if err != nil {
		return Tested{}, err
	}
	if err := c.smtp.send(ctx, &s, password, m); err != nil {
		text := clean(err, password)
		return Tested{}, fault.Conflict(blame(err, text), "%s", text).With("error", text).With("host", s.Host).With("port", s.Port).With("user", s.User).With("sender", s.Sender).With("to", to)
	}
	return Tested{to}, nil
}

// Tested says where a test message went.
type Tested struct {
	To string `json:"to"`
}

// blame names what went wrong, as far as it can be told.
func blame(err error, text string) string {
	var unknown *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var dial *net.OpError
	var send *gomail.SendError
	low := strings.ToLower(text)
	switch {
	case errors.As(err, &send) && send.ErrorCode() >= 400:
		return "mail.rejected"
	case errors.As(err, &unknown), errors.As(err, &record), strings.Contains(low, "tls"), strings.Contains(low, "x509"), strings.Contains(low, "certificate"):
		return "mail.tls_failed"
	case strings.Contains(low, "auth"):
		return "mail.auth_failed"
	case errors.As(err, &dial), strings.Contains(low, "timeout"), strings.Contains(low, "deadline"), strings.Contains(low, "no such host"), strings.Contains(low, "eof"):
		return "mail.no_connection"
	}
	return "mail.not_sent"
}

// sweep forgets what is old: the event log still has it.
func (c *Center) sweep(ctx context.Context, j *job.Job) error {
	before := c.d.Now().Add(-keep).UnixMilli()
	for _, text := range []string{
		`DELETE FROM kit_mail WHERE id IN (SELECT id FROM kit_mail WHERE made_ms < $1 AND state <> 'waiting' LIMIT $2)`,
		`DELETE FROM kit_notice_read WHERE (notice_id, user_id) IN (SELECT r.notice_id, r.user_id FROM kit_notice_read r JOIN kit_notice n ON n.id = r.notice_id WHERE n.made_ms < $1 AND (n.done_ms <> 0 OR NOT n.todo) LIMIT $2)`,
		`DELETE FROM kit_notice WHERE id IN (SELECT n.id FROM kit_notice n WHERE n.made_ms < $1 AND (n.done_ms <> 0 OR NOT n.todo) AND NOT EXISTS (SELECT 1 FROM kit_notice_read r WHERE r.notice_id = n.id) LIMIT $2)`,
	} {
		for n := int64(500); n == 500; {
			if err := j.Tx(ctx, func(tx *db.Tx) (err error) { n, err = tx.Exec(ctx, text, before, int64(500)); return err }); err != nil {
				return err
			}
		}
	}
	return nil
}

// MailRow is a mail in the list of those who look after the server.
type MailRow struct {
	ID      db.ID  `json:"id" sql:"m.id" doc:"Mail"`
	To      string `json:"to" sql:"m.address" doc:"To"`
	Kind    string `json:"kind" sql:"coalesce(n.kind, '')" doc:"Kind of notice"`
	Mode    string `json:"mode" sql:"m.mode" doc:"At once or in the daily message"`
	State   string `json:"state" sql:"m.state" doc:"State: waiting, sent, failed, cancelled"`
	Tries   int64  `json:"tries" sql:"m.tries" doc:"Attempts"`
	NextMS  int64  `json:"next_ms" sql:"CASE WHEN m.state = 'waiting' THEN m.next_ms ELSE 0 END" doc:"Next attempt"`
	Error   string `json:"error" sql:"m.error" doc:"Error"`
	MadeMS  int64  `json:"made_ms" sql:"m.made_ms" doc:"Made"`
	EndedMS int64  `json:"ended_ms" sql:"m.ended_ms" doc:"Ended"`
}

var mailTitles = map[string]fault.Text{"id": {Zh: "邮件", En: "Mail"}, "to": {Zh: "收件人", En: "To"}, "kind": {Zh: "通知类别", En: "Kind of notice"}, "mode": {Zh: "方式", En: "Way"}, "state": {Zh: "状态", En: "State"},
	"tries": {Zh: "次数", En: "Attempts"}, "next_ms": {Zh: "下次", En: "Next attempt"}, "error": {Zh: "错误", En: "Error"}, "made_ms": {Zh: "时间", En: "Made"}, "ended_ms": {Zh: "结束", En: "Ended"}}

func (c *Center) mailRoutes(a *web.API) {
	web.QueryView(a, web.Op{Path: "/notices/choices", ID: "getNoticeChoices", Module: "kit", Summary: "My mail address, and which notices I get by mail"},
		func(ctx context.Context, q db.Querier, _ *struct{}) (Choices, error) {
			return c.Choices(ctx, q, web.Locale(ctx))
		})
	web.Command(a, web.Op{Path: "/notices/choices", ID: "editNoticeChoices", Module: "kit", Summary: "Change my mail address and which notices I get by mail"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Choose }) (Choices, error) {
			return c.Choose(ctx, tx, web.Locale(ctx), in.Body)
		})
	web.Query(a, web.Op{Path: "/mail/server", ID: "getMailServer", Module: "kit", Summary: "The server that takes our mail", Perm: "mail.manage"},
		func(ctx context.Context, q db.Querier, _ *struct{}) (Server, error) { return ServerOf(ctx, q) })
	web.Command(a, web.Op{Path: "/mail/server", ID: "editMailServer", Module: "kit", Summary: "Change the server that takes our mail", Perm: "mail.manage"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body EditServer }) (Server, error) {
			return c.Edit(ctx, tx, in.Body)
		})
	web.Act(a, web.Op{Path: "/mail/test", ID: "testMail", Module: "kit", Summary: "Send a test message and say what went wrong", Perm: "mail.manage", Timeout: 90 * time.Second},
		func(ctx context.Context, in *struct {
			Body struct {
				To string `json:"to,omitempty" maxLength:"200" doc:"Default the caller's own address"`
			}
		}) (Tested, error) {
			return c.Test(ctx, in.Body.To)
		})
	web.List(a, web.Op{Path: "/mail/sent", ID: "listMails", Module: "kit", Summary: "Mails that were sent, wait or failed", Perm: "mail.manage"},
		web.ListSpec[MailRow]{From: "kit_mail m LEFT JOIN kit_notice n ON n.id = m.notice_id", Key: "m.id", Sort: "-made_ms", Search: []string{"m.address", "m.error"}, Titles: mailTitles, File: "mails"})
}
