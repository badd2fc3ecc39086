package notice

import (
	"context"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// Server is where our mail goes out.
type Server struct {
	Host     string `json:"host" db:"host" doc:"Empty = no mail is sent"`
	Port     int64  `json:"port" db:"port"`
	TLS      string `json:"tls" db:"tls" enum:"starttls,tls,none"`
	User     string `json:"user" db:"username" doc:"Empty = no log-in"`
	Sender   string `json:"sender" db:"sender" doc:"From whom the mail is: 开物 <kaiwu@company.com>"`
	BaseURL  string `json:"base_url" db:"base_url" doc:"Address of these pages, for links in mails"`
	Password bool   `json:"has_password" db:"has_password" doc:"A password is kept; nobody can read it here"`
	By       string `json:"changed_by" db:"changed_by"`
	Changed  int64  `json:"changed_ms" db:"changed_ms"`
}

const secretName = "mail.password"

// ServerOf reads the server; without one Host is empty.
func ServerOf(ctx context.Context, q db.Querier) (Server, error) {
	s, ok, err := db.Get[Server](ctx, q, `SELECT s.host, s.port, s.tls, s.username, s.sender, s.base_url, s.changed_by, s.changed_ms,
		EXISTS (SELECT 1 FROM kit_secret x WHERE x.name = $1 AND x.value <> '') AS has_password FROM kit_mail_server s WHERE s.id = 1`, secretName)
	if err == nil && !ok {
		s = Server{Port: 587, TLS: "starttls"}
	}
	return s, err
}

// EditServer changes the server.
type EditServer struct {
	Host     string  `json:"host" maxLength:"200"`
	Port     int64   `json:"port"`
	TLS      string  `json:"tls" enum:"starttls,tls,none"`
	User     string  `json:"user,omitempty" maxLength:"200"`
	Password *string `json:"password,omitempty" maxLength:"500" doc:"Left out: the one that is kept; empty: none"`
	Sender   string  `json:"sender,omitempty" maxLength:"200"`
	BaseURL  string  `json:"base_url,omitempty" maxLength:"300"`
}

// ServerChanged is the change as the log keeps it: never the password.
type ServerChanged struct {
	Before   Server `json:"before"`
	After    Server `json:"after"`
	Password bool   `json:"password_changed"`
}

var hostForm = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$`)

func field(name, code, value string) fault.Field {
	f := fault.Field{Where: "body." + name, Code: code, Value: value, Params: map[string]string{"value": value}}
	f.Detail = Messages[code].Render("en", f.Params)
	return f
}

// Edit stores the server.
func (c *Center) Edit(ctx context.Context, tx *db.Tx, in EditServer) (Server, error) {
	was, err := ServerOf(ctx, tx)
	if err != nil {
		return was, err
	}
	s := Server{Host: strings.TrimSpace(in.Host), Port: in.Port, TLS: in.TLS, User: strings.TrimSpace(in.User), Sender: strings.TrimSpace(in.Sender), BaseURL: strings.TrimRight(strings.TrimSpace(in.BaseURL), "/"),
		Password: was.Password, By: actor.From(ctx).Name, Changed: tx.NowMS()}
	var bad []fault.Field
	for _, x := range []struct{ name, value string }{{"user", s.User}, {"sender", s.Sender}} {
		if strings.ContainsFunc(x.value, unicode.IsControl) {
			bad = append(bad, field(x.name, "mail.text_bad", x.value))
		}
	}
	if s.Port < 1 || s.Port > 65535 {
		bad = append(bad, field("port", "mail.port_bad", strconv.FormatInt(s.Port, 10)))
	}
	if s.Host != "" {
		if !hostForm.MatchString(s.Host) {
			bad = append(bad, field("host", "mail.host_bad", s.Host))
		}
		if s.Sender == "" {
			bad = append(bad, field("sender", "mail.sender_needed", ""))
		}
	}
	if s.Sender != "" {
		if _, err := mail.ParseAddress(s.Sender); err != nil {
			bad = append(bad, field("sender", "mail.address_bad", s.Sender))
		}
	}
	if s.BaseURL != "" {
		if u, err := url.Parse(s.BaseURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.User != nil {
			bad = append(bad, field("base_url", "mail.base_bad", s.BaseURL))
		}
	}
	if in.Password == nil && was.Password && s.Host != "" && (s.Host != was.Host || s.User != was.User) {
		bad = append(bad, field("password", "mail.password_again", "")) // a kept password is not sent to whoever is named next
	}
	if len(bad) > 0 {
		return was, fault.Invalid("mail.invalid", "%d of the mail settings are wrong", len(bad)).With("count", len(bad)).At(bad...)
	}
	if in.Password != nil {
		s.Password = *in.Password != ""
		tx.Queue(`INSERT INTO kit_secret (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, secretName, *in.Password)
	}
	tx.Queue(`INSERT INTO kit_mail_server (id, host, port, tls, username, sender, base_url, changed_by, changed_ms) VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET host = excluded.host, port = excluded.port, tls = excluded.tls, username = excluded.username, sender = excluded.sender, base_url = excluded.base_url,
		changed_by = excluded.changed_by, changed_ms = excluded.changed_ms`, s.Host, s.Port, s.TLS, s.User, s.Sender, s.BaseURL, s.By, s.Changed)
	tx.Emit(db.Event{Name: EventMailServer, Subject: "setting:mail", Payload: ServerChanged{was, s, in.Password != nil}})
	return s, nil
}

// Choice is whether a kind of notice comes by mail.
type Choice struct {
	Kind  string `json:"kind"`
	Title string `json:"title"`
	Mail  string `json:"mail" enum:"now,daily,off"`
}

// Choices are a person's.
type Choices struct {
	Email   string   `json:"email"`
	Mailing bool     `json:"mailing" doc:"The company has a mail server"`
	Kinds   []Choice `json:"kinds" doc:"What this person may get"`
}

// Choices of the caller.
func (c *Center) Choices(ctx context.Context, q db.Querier, locale string) (out Choices, err error) {
	act := actor.From(ctx)
	s, err := ServerOf(ctx, q)
	if err != nil {
		return out, err
	}
	out.Mailing, out.Kinds = s.Host != "", []Choice{}
	if out.Email, _, err = db.Get[string](ctx, q, `SELECT email FROM kit_mail_person WHERE user_id = $1`, act.UserID); err != nil {
		return out, err
	}
	own := map[string]string{}
	type chosen struct {
		Kind string `db:"kind"`
		Mail string `db:"mail"`
	}
	if err := db.Each(ctx, q, `SELECT kind, mail FROM kit_mail_choice WHERE user_id = $1`, []any{act.UserID}, func(r *chosen) error { own[r.Kind] = r.Mail; return nil }); err != nil {
		return out, err
	}
	for _, k := range c.order {
		if k.Code == MailFailed.Code || k.Perm != "" && (act.Partner > 0 || !act.Can(k.Perm)) {
			continue
		}
		m := own[k.Code]
		if m == "" {
			m = k.Mail
		}
		out.Kinds = append(out.Kinds, Choice{k.Code, k.Title.Render(locale, nil), m})
	}
	return out, nil
}

// Choose changes what of the caller's goes by mail.
type Choose struct {
	Email string            `json:"email" maxLength:"200" doc:"Empty = no mail at all"`
	Kinds map[string]string `json:"kinds,omitempty" doc:"now, daily or off for each kind; what is left out stays"`
}

// ChoicesChanged is the change as the log keeps it.
type ChoicesChanged struct {
	User  db.ID             `json:"user_id"`
	Email string            `json:"email"`
	Kinds map[string]string `json:"kinds,omitempty"`
}

// Choose stores it.
func (c *Center) Choose(ctx context.Context, tx *db.Tx, locale string, in Choose) (Choices, error) {
	in.Email = strings.TrimSpace(in.Email)
	if in.Email != "" && !plainAddress(in.Email) {
		return Choices{}, fault.Invalid("mail.address_bad", "%q is not a mail address", in.Email).With("value", in.Email).At(field("email", "mail.address_bad", in.Email))
	}
	now, err := c.Choices(ctx, tx, locale)
	if err != nil {
		return now, err
	}
	me := actor.From(ctx).UserID
	tx.Queue(`INSERT INTO kit_mail_person (user_id, email, changed_ms) VALUES ($1, $2, $3) ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, changed_ms = excluded.changed_ms`, me, in.Email, tx.NowMS())
	for kind, how := range in.Kinds {
		at := -1
		for i := range now.Kinds {
			if now.Kinds[i].Kind == kind {
				at = i
			}
		}
		if at < 0 || how != Now && how != Daily && how != Off {
			return now, fault.Invalid("notice.kind_unknown", "you get no notices of kind %q (%q)", kind, how).With("kind", kind)
		}
		now.Kinds[at].Mail = how
		tx.Queue(`INSERT INTO kit_mail_choice (user_id, kind, mail) VALUES ($1, $2, $3) ON CONFLICT (user_id, kind) DO UPDATE SET mail = excluded.mail`, me, kind, how)
	}
	now.Email = in.Email
	tx.Emit(db.Event{Name: EventMailChoices, Subject: "notice:choices", Payload: ChoicesChanged{db.ID(me), in.Email, in.Kinds}})
	return now, nil
}

// plainAddress is name@host and nothing else.
func plainAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && a.Name == ""
}
