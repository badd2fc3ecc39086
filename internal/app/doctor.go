package app

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// Severity of a finding.
const (
	grave = "error" // do not go live with it
	warn  = "warn"  // somebody will be surprised
	note  = "info"
)

// Finding is one thing that the go-live check has to say.
type Finding struct {
	Code     string            `json:"code"`
	Severity string            `json:"severity" enum:"error,warn,info"`
	Message  string            `json:"message" doc:"What is wrong and what to do, in the caller's language"`
	Count    int               `json:"count" doc:"How many records are concerned"`
	URL      string            `json:"url" doc:"The page on which it is put right; empty where the machine is concerned"`
	Records  []Concerned       `json:"records" doc:"The first of them"`
	Params   map[string]string `json:"params,omitempty"`
}

// Concerned is a record that a finding is about.
type Concerned struct {
	Code string `json:"code"`
	Name string `json:"name,omitempty"`
	URL  string `json:"url"`
}

// Diagnosis is the whole go-live check.
type Diagnosis struct {
	OK       bool      `json:"ok" doc:"No finding is an error"`
	Errors   int       `json:"errors"`
	Warnings int       `json:"warnings"`
	Findings []Finding `json:"findings"`
}

// Surroundings are what the check looks at outside of the database.
type Surroundings struct {
	Data   string // folder of the data, "" on PostgreSQL
	Listen string // address that is served, "" when none is
	TLS    bool
	Demo   bool
}

const shown = 20

// Doctor looks for what would keep a factory from working well with the product, from a BOM that is missing to a
// disk that is full. lang is the language of its sentences.
func (a *App) Doctor(ctx context.Context, s Surroundings, lang string) (Diagnosis, error) {
	c := &checkup{a: a, s: s, lang: lang, now: a.DB.Now(), d: Diagnosis{Findings: []Finding{}}}
	c.today = c.now.In(a.DB.Zone()).Format(time.DateOnly)
	err := a.DB.View(ctx, func(q db.Querier) error {
		c.q = q
		for _, step := range []func(context.Context) error{c.questions, c.loops, c.people, c.backup, c.sites, c.clock, c.machine} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	rank := map[string]int{grave: 0, warn: 1, note: 2}
	slices.SortStableFunc(c.d.Findings, func(a, b Finding) int { return rank[a.Severity] - rank[b.Severity] })
	c.d.OK = c.d.Errors == 0
	return c.d, err
}

type checkup struct {
	a     *App
	q     db.Querier
	s     Surroundings
	lang  string
	now   time.Time
	today string
	d     Diagnosis
}

// find adds a finding. The sentence's {count} is how many records there are, {first} the first of them.
func (c *checkup) find(severity, code, url string, count int, records []Concerned, params ...string) {
	p := map[string]string{"count": strconv.Itoa(count)}
	if len(records) > 0 {
		p["first"] = records[0].Code
	}
	for i := 0; i+1 < len(params); i += 2 {
		p[params[i]] = params[i+1]
	}
	if records == nil {
		records = []Concerned{}
	}
	switch severity {
	case grave:
		c.d.Errors++
	case warn:
		c.d.Warnings++
	}
	code = "doctor." + code
	c.d.Findings = append(c.d.Findings, Finding{Code: code, Severity: severity, Message: DoctorMessages[code].Render(c.lang, p), Count: count, URL: url, Records: records, Params: p})
}

// ask runs a query whose rows are records that something is wrong with: code and name.
func (c *checkup) ask(ctx context.Context, severity, code, page, text string, args ...any) error {
	type row struct {
		Code string `db:"code"`
		Name string `db:"name"`
	}
	var records []Concerned
	n := 0
	err := db.Each(ctx, c.q, text, args, func(r *row) error {
		if n++; n <= shown {
			records = append(records, Concerned{r.Code, r.Name, page + "/" + pathEscape(r.Code)})
		}
		return nil
	})
	if err == nil && n > 0 {
		c.find(severity, code, page, n, records)
	}
	return err
}

// loops finds products that are made of themselves, over all versions of all BOMs.
func (c *checkup) loops(ctx context.Context) error {
	type edge struct {
		From string `db:"product"`
		To   string `db:"item"`
	}
	graph := map[string][]string{}
	var order []string
	err := db.Each(ctx, c.q, `SELECT p.code AS product, i.code AS item FROM v_bom_line l JOIN v_bom b ON b.id = l.bom_id
		JOIN v_item p ON p.id = b.item_id JOIN v_item i ON i.id = l.item_id WHERE l.role = 'component' ORDER BY p.code, i.code`, nil, func(e *edge) error {
		if len(graph[e.From]) == 0 {
			order = append(order, e.From)
		}
		graph[e.From] = append(graph[e.From], e.To)
		return nil
	})
	if err != nil {
		return err
	}
	if looped := loopsOf(graph, order); len(looped) > 0 {
		var records []Concerned
		for _, code := range looped[:min(len(looped), shown)] {
			records = append(records, Concerned{Code: code, URL: "/masterdata/boms/" + pathEscape(code)})
		}
		c.find(grave, "bom_loop", "/masterdata/boms", len(looped), records)
	}
	return nil
}

// loopsOf gives every item that a line leads back to.
func loopsOf(graph map[string][]string, order []string) []string {
	const (
		fresh = iota
		open
		done
	)
	state, closes := map[string]int{}, map[string]bool{}
	type step struct {
		item string
		next int
	}
	for _, root := range order {
		if state[root] != fresh {
			continue
		}
		path := []step{{item: root}}
		state[root] = open
		for len(path) > 0 {
			top := &path[len(path)-1]
			if top.next == len(graph[top.item]) {
				state[top.item] = done
				path = path[:len(path)-1]
				continue
			}
			to := graph[top.item][top.next]
			top.next++
			switch state[to] {
			case open:
				closes[to] = true
			case fresh:
				state[to] = open
				path = append(path, step{item: to})
			}
		}
	}
	var out []string
	for item := range closes {
		out = append(out, item)
	}
	slices.Sort(out)
	return out
}

func (c *checkup) people(ctx context.Context) error {
	const page = "/identity/users"
	known, err := identity.DemoAccounts(ctx, c.q)
	if err != nil {
		return err
	}
	if len(known) > 0 {
		severity := grave
		if c.s.Demo {
			severity = note
		}
		var records []Concerned
		for _, l := range known {
			records = append(records, Concerned{Code: l, URL: page + "/" + pathEscape(l)})
		}
		c.find(severity, "demo_password", page, len(known), records)
	}
	users, err := identity.Users(ctx, c.q)
	if err != nil {
		return err
	}
	var admins []Concerned
	for _, u := range users {
		if !u.Disabled && u.Password && slices.Contains(u.Roles, identity.Admin) {
			admins = append(admins, Concerned{u.Login, u.Name, page + "/" + pathEscape(u.Login)})
		}
	}
	switch len(admins) {
	case 0:
		c.find(grave, "no_admin", page, 0, nil)
	case 1:
		c.find(warn, "one_admin", page, 1, admins)
	}
	return nil
}

// lastBackup is the setting that keeps when the last backup was taken.
const lastBackup = "ops.last_backup_ms"

// backupEvery is how old the last backup may be.
const backupEvery = 7 * 24 * time.Hour

func (c *checkup) backup(ctx context.Context) error {
	v, err := masterdata.Setting(ctx, c.q, lastBackup, "")
	if err != nil || c.s.Demo {
		return err
	}
	ms, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		c.find(warn, "no_backup", "", 0, nil)
		return nil
	}
	if age := c.now.Sub(time.UnixMilli(ms)); age > backupEvery {
		c.find(warn, "old_backup", "", 0, nil, "days", strconv.Itoa(int(age.Hours()/24)))
	}
	return nil
}

func (c *checkup) sites(ctx context.Context) error {
	type row struct {
		ID   db.ID  `db:"id"`
		Code string `db:"code"`
		Name string `db:"name"`
		Zone string `db:"time_zone"`
	}
	all, err := db.All[row](ctx, c.q, `SELECT id, code, name, time_zone FROM v_site ORDER BY code`)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		c.find(warn, "empty", "/masterdata/import", 0, nil)
	}
	var unknown, other []Concerned
	for _, s := range all {
		z, err := time.LoadLocation(s.Zone)
		switch {
		case err != nil:
			unknown = append(unknown, Concerned{Code: s.Zone, Name: s.Code})
		case offset(c.now, z) != offset(c.now, c.a.DB.Zone()):
			other = append(other, Concerned{Code: s.Zone, Name: s.Code})
		}
	}
	if len(unknown) > 0 {
		c.find(grave, "zone_unknown", "", len(unknown), unknown)
	}
	if len(other) > 0 {
		c.find(warn, "zone_other", "", len(other), other, "zone", c.a.DB.Zone().String())
	}
	return nil
}

func offset(at time.Time, z *time.Location) int { _, s := at.In(z).Zone(); return s }

// clock: time that runs backwards would put new facts before old ones.
func (c *checkup) clock(ctx context.Context) error {
	last, ok, err := db.Get[int64](ctx, c.q, `SELECT recorded_ms FROM kit_event ORDER BY seq DESC LIMIT 1`)
	if err == nil && ok && c.now.Add(5*time.Minute).UnixMilli() < last {
		c.find(grave, "clock", "", 0, nil, "now", c.now.Format(time.RFC3339), "last", time.UnixMilli(last).UTC().Format(time.RFC3339))
	}
	return err
}

// machine looks at disk, log file and door.
func (c *checkup) machine(context.Context) error {
	const gib = 1 << 30
	if c.s.Data != "" {
		size := fileSize(filepath.Join(c.s.Data, "kaiwu.db"))
		if log := fileSize(filepath.Join(c.s.Data, "kaiwu.db-wal")); log > gib/4 {
			c.find(warn, "wal", "", 0, nil, "mib", strconv.FormatInt(log>>20, 10))
		}
		var fs syscall.Statfs_t
		if err := syscall.Statfs(c.s.Data, &fs); err != nil {
			return err
		}
		free := int64(fs.Bavail) * fs.Bsize
		params := []string{"free", fmt.Sprintf("%.1f", float64(free)/gib), "size", fmt.Sprintf("%.1f", float64(size)/gib)}
		switch { // a backup and a restore each need room for a copy
		case free < gib/2:
			c.find(grave, "disk_full", "", 0, nil, params...)
		case free < max(2*gib, 3*size):
			c.find(warn, "disk_small", "", 0, nil, params...)
		}
	}
	if c.s.Listen != "" && !c.s.TLS && !onlyHere(c.s.Listen) {
		c.find(warn, "plain", "", 0, nil, "listen", c.s.Listen)
	}
	return nil
}

func fileSize(name string) int64 {
	st, err := os.Stat(name)
	if err != nil {
		return 0
	}
	return st.Size()
}

// onlyHere says whether an address can be reached from this machine alone.
func onlyHere(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// BackedUp says that a backup was taken.
type BackedUp struct {
	File    string `json:"file" maxLength:"255" doc:"Name of the file"`
	Bytes   int64  `json:"bytes" minimum:"1"`
	Rows    int64  `json:"rows" minimum:"0"`
	TakenMS int64  `json:"taken_ms" minimum:"1"`
}

// RecordBackup remembers when the last backup was taken, for the go-live check.
func RecordBackup(ctx context.Context, tx *db.Tx, b BackedUp) error {
	v, err := masterdata.Setting(ctx, tx, lastBackup, "0")
	if err != nil {
		return err
	}
	if ms, err := strconv.ParseInt(v, 10, 64); err == nil && ms >= b.TakenMS {
		return nil // somebody took a later one meanwhile
	}
	return masterdata.SetSetting(ctx, tx, lastBackup, strconv.FormatInt(b.TakenMS, 10))
}

// operations registers what keeps the machine running: the go-live check, and the note that a backup was taken.
func (a *App) operations(s Surroundings) {
	a.API.Messages(DoctorMessages)
	web.Act(a.API, web.Op{Method: "GET", Path: "/doctor", ID: "doctor", Summary: "Go-live check: what would keep the factory from working well", Perm: "identity.modules"},
		func(ctx context.Context, _ *struct{}) (Diagnosis, error) { return a.Doctor(ctx, s, web.Locale(ctx)) })
	web.Command(a.API, web.Op{Path: "/doctor/backups", ID: "recordBackup", Summary: "Remember that a backup was taken", Perm: "backup.run"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body BackedUp }) (BackedUp, error) {
			return in.Body, RecordBackup(ctx, tx, in.Body)
		})
}
