// Package notice tells people what they should know or do: in the application at once, and by mail if they want.
//
// What it promises: a notice is stored in the transaction that makes it; it is for one person, or for everybody who
// holds a permission and sees the site; the same cause makes one notice however often it is told, and the notice goes
// when the cause is gone; a to-do stays until it is done; a mail is tried again with patience, never inside a request,
// and what could not be sent is said.
package notice

import (
	"context"
	"embed"
	"encoding/json"
	"maps"
	"slices"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

//go:embed schema/*.sql
var Schema embed.FS

// Perms are the permissions of this package.
var Perms = []string{"mail.manage"}

// What this package tells.
const (
	EventMade        = "notice.made"         // Told; subject notice:<id>
	EventChanged     = "notice.changed"      // Told
	EventDone        = "notice.done"         // Told
	EventMailServer  = "notice.mail_server"  // ServerChanged; subject setting:mail
	EventMailChoices = "notice.mail_choices" // ChoicesChanged; subject notice:choices
)

// Severities of a notice.
const (
	Info    = "info"
	Warning = "warning"
	Urgent  = "urgent"
)

// Ways in which a kind comes by mail.
const (
	Now   = "now"
	Daily = "daily"
	Off   = "off"
)

// Kind is a sort of news that a room has. Rooms list theirs, and app hands them to New.
type Kind struct {
	Code  string     // room.what
	Perm  string     // whose it is, where it is nobody's in particular
	Title fault.Text // in the list of what a person may have by mail
	Text  fault.Text // the sentence, with params
	Mail  string     // for who has an address and made no choice
}

// News is a notice to be.
type News struct {
	User     db.ID // 0 = everybody who holds the kind's permission
	Site     db.ID // 0 = whatever site they see
	Key      string
	Params   map[string]string
	Link     string
	Severity string
	Todo     bool
}

// Told is a notice as the log keeps it.
type Told struct {
	ID       db.ID             `json:"id"`
	Kind     string            `json:"kind"`
	User     db.ID             `json:"user_id,omitempty"`
	Perm     string            `json:"perm"`
	Key      string            `json:"key"`
	Params   map[string]string `json:"params"`
	Link     string            `json:"link"`
	Severity string            `json:"severity"`
	Todo     bool              `json:"todo"`
	DoneBy   string            `json:"done_by,omitempty"`
	Note     string            `json:"note,omitempty"`
}

type row struct {
	ID       db.ID  `db:"id"`
	Kind     string `db:"kind"`
	User     db.ID  `db:"user_id"`
	Perm     string `db:"perm"`
	Site     db.ID  `db:"site_id"`
	Key      string `db:"unique_key"`
	Params   string `db:"params"`
	Link     string `db:"link"`
	Severity string `db:"severity"`
	Todo     bool   `db:"todo"`
	Made     int64  `db:"made_ms"`
	By       string `db:"made_by"`
	Done     int64  `db:"done_ms"`
	DoneBy   string `db:"done_by"`
	Note     string `db:"done_note"`
}

const columns = `n.id, n.kind, n.user_id, n.perm, n.site_id, n.unique_key, n.params, n.link, n.severity, n.todo, n.made_ms, n.made_by, n.done_ms, n.done_by, n.done_note`

func (r *row) told() Told {
	return Told{r.ID, r.Kind, r.User, r.Perm, r.Key, params(r.Params), r.Link, r.Severity, r.Todo, r.DoneBy, r.Note}
}

func (r *row) emit(tx *db.Tx, name string) {
	tx.Emit(db.Event{Name: name, Subject: "notice:" + r.ID.String(), Site: r.Site, Payload: r.told()})
}

func params(text string) map[string]string {
	out := map[string]string{}
	_ = json.Unmarshal([]byte(text), &out) // written by this package
	return out
}

// open finds what is open of a kind by its causes.
func open(ctx context.Context, q db.Querier, kind string, keys []string) ([]row, error) {
	var out []row
	for part := range slices.Chunk(keys, 500) {
		w := db.Where{}
		w.And("n.kind = ? AND n.done_ms = 0 AND n.unique_key <> ''", kind)
		db.In(&w, "n.unique_key", part)
		rows, err := db.All[row](ctx, q, `SELECT `+columns+` FROM kit_notice n`+w.String(), w.Args...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

var rank = map[string]int{Info: 0, Warning: 1, Urgent: 2}

// Tell makes notices of one kind. Of a cause that is told already the newest words are kept; when it got worse it is
// unread again.
func Tell(ctx context.Context, tx *db.Tx, kind Kind, list ...News) error {
	type cause struct {
		key  string
		user db.ID
	}
	known := map[cause]*row{}
	var keys []string
	for _, n := range list {
		if n.Key != "" {
			keys = append(keys, n.Key)
		}
	}
	old, err := open(ctx, tx, kind.Code, keys)
	if err != nil {
		return err
	}
	for i := range old {
		known[cause{old[i].Key, old[i].User}] = &old[i]
	}
	var fresh []row
	for _, n := range list {
		words := n.Params
		if words == nil {
			words = map[string]string{}
		}
		text, err := json.Marshal(words) // by name, so equal params are equal texts
		if err != nil {
			return err
		}
		if n.Severity == "" {
			n.Severity = Info
		}
		if was := known[cause{n.Key, n.User}]; was != nil {
			if was.Params == string(text) && was.Link == n.Link && was.Severity == n.Severity {
				continue
			}
			if rank[n.Severity] > rank[was.Severity] {
				tx.Queue(`DELETE FROM kit_notice_read WHERE notice_id = $1`, was.ID)
			}
			was.Params, was.Link, was.Severity = string(text), n.Link, n.Severity
			tx.Queue(`UPDATE kit_notice SET params = $1, link = $2, severity = $3 WHERE id = $4`, was.Params, was.Link, was.Severity, was.ID)
			was.emit(tx, EventChanged)
			continue
		}
		r := row{ID: tx.ID(), Kind: kind.Code, User: n.User, Perm: kind.Perm, Site: n.Site, Key: n.Key, Params: string(text), Link: n.Link, Severity: n.Severity, Todo: n.Todo, Made: tx.NowMS(), By: actor.From(ctx).Name}
		if n.Key != "" {
			known[cause{n.Key, n.User}] = &r
		}
		fresh = append(fresh, r)
		r.emit(tx, EventMade)
	}
	return db.Insert(ctx, tx, "kit_notice", fresh...)
}

// Gone takes notices back whose cause is no more.
func Gone(ctx context.Context, tx *db.Tx, kind Kind, keys ...string) error {
	rows, err := open(ctx, tx, kind.Code, keys)
	for i := range rows {
		finish(tx, &rows[i], "", "")
	}
	return err
}

func finish(tx *db.Tx, r *row, by, note string) {
	r.Done, r.DoneBy, r.Note = tx.NowMS(), by, note
	tx.Queue(`UPDATE kit_notice SET done_ms = $1, done_by = $2, done_note = $3 WHERE id = $4 AND done_ms = 0`, r.Done, by, note, r.ID)
	r.emit(tx, EventDone)
}

// Reader is a person who may get notices.
type Reader struct {
	ID      db.ID
	Name    string
	Locale  string
	Perms   map[string]bool
	Sites   []int64
	Partner db.ID
}

// gets says whether a notice is for this person.
func (r *Reader) gets(n *row) bool {
	a := actor.Actor{UserID: int64(r.ID), Perms: r.Perms, Sites: r.Sites}
	if n.User != 0 {
		return n.User == r.ID
	}
	return r.Partner == 0 && a.Can(n.Perm) && (n.Site == 0 || a.SeesSite(int64(n.Site)))
}

// words renders a notice.
func (c *Center) words(r *row, locale string) string {
	k, ok := c.kinds[r.Kind]
	if !ok { // of a room that is no more
		return r.Kind
	}
	return k.Text.Render(locale, params(r.Params))
}

func (c *Center) perms() []string {
	set := map[string]bool{}
	for _, k := range c.kinds {
		if k.Perm != "" {
			set[k.Perm] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// mine limits to what the actor gets: the same rule as Reader.gets.
func (c *Center) mine(ctx context.Context, w *db.Where) {
	act := actor.From(ctx)
	var may []string
	for _, p := range c.perms() {
		if act.Can(p) {
			may = append(may, p)
		}
	}
	if act.Partner > 0 || len(may) == 0 {
		w.And("n.user_id = ? AND n.user_id <> 0", act.UserID)
		return
	}
	in := db.Where{Args: w.Args}
	in.And("n.user_id = 0")
	db.In(&in, "n.perm", may)
	if len(act.Sites) > 0 {
		sites := db.Where{Args: in.Args}
		db.In(&sites, "n.site_id", act.Sites)
		in.Args = sites.Args
		in.And("(n.site_id = 0 OR " + sites.Cond() + ")")
	}
	own := in.Number("(n.user_id = ? AND n.user_id <> 0)", act.UserID)
	w.Args = in.Args
	w.And("(" + own + " OR " + in.Cond() + ")")
}
