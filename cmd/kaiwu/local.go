package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"kaiwu/internal/app"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// lang is the language in which a person at this terminal reads: Chinese where the terminal says so.
func lang() string {
	for _, v := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if s := os.Getenv(v); s != "" {
			if strings.HasPrefix(strings.ToLower(s), "zh") {
				return "zh"
			}
			return "en"
		}
	}
	return "en"
}

// asOwner acts as the owner of the data, whose name goes into the audit trail.
func asOwner(ctx context.Context) context.Context {
	own := *actor.System
	own.Origin, own.Locale = "cli", lang()
	if u, err := user.Current(); err == nil {
		own.Device = u.Username
	}
	return actor.With(ctx, &own)
}

// reading opens the data for a command that changes nothing: it works beside a running server.
func (p *place) reading(ctx context.Context) (*app.App, error) {
	if err := p.exists(); err != nil {
		return nil, err
	}
	d, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	todo, err := d.Pending(ctx, app.Schemas()...)
	if err == nil && len(todo) > 0 {
		err = fmt.Errorf("the database was made by an older version (%d migrations have not run); start the server of this version once, then try again", len(todo))
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return app.New(d, app.Options{}), nil
}

// writing takes the data for this process; errHeld when a server has it.
func (p *place) writing(ctx context.Context) (a *app.App, done func(), err error) {
	release, err := p.hold()
	if err != nil {
		return nil, nil, err
	}
	d, err := p.open(ctx)
	if err != nil {
		release()
		return nil, nil, err
	}
	done = func() { d.Close(); release() }
	if err = d.Migrate(ctx, app.Schemas()...); err == nil {
		err = p.tidy(ctx, d)
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return app.New(d, app.Options{}), done, nil
}

// problem is a refusal as the server words it.
type problem struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Errors []struct {
		Location string `json:"location"`
		Message  string `json:"message"`
		Value    string `json:"value"`
	} `json:"errors"`
}

// call asks the server that holds the folder, through its socket. A refusal comes back as refused.
func (p *place) call(ctx context.Context, method, path, contentType string, body io.Reader, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, "http://kaiwu/api/v1"+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Accept-Language", lang())
	res, err := p.server().Do(req)
	if err != nil {
		return fmt.Errorf("the server that holds %s does not answer: %w", p.data, err)
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusOK {
		return json.NewDecoder(res.Body).Decode(out)
	}
	var pr problem
	if err := json.NewDecoder(res.Body).Decode(&pr); err != nil || pr.Detail == "" {
		return fmt.Errorf("the server answers %s", res.Status)
	}
	if res.StatusCode >= 500 {
		return errors.New(pr.Detail)
	}
	r := &refused{}
	for _, e := range pr.Errors {
		r.lines = append(r.lines, faultLine(e.Location, e.Value, e.Message))
	}
	if len(r.lines) == 0 {
		r.lines = []string{pr.Detail}
	}
	return r
}

// send is call with a JSON body.
func (p *place) send(ctx context.Context, method, path string, in, out any) error {
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return p.call(ctx, method, path, "application/json", bytes.NewReader(b), out)
}

func faultLine(where, value, message string) string {
	if value != "" {
		where += fmt.Sprintf(" %q", value)
	}
	return where + ": " + message
}

// wording turns a fault into the refusal that a person at the terminal reads; other errors stay what they are.
func wording(err error) error {
	f, ok := fault.As(err)
	if !ok || f.Kind >= 500 {
		return err
	}
	all := map[string]fault.Text{}
	for _, m := range app.Messages() {
		for code, t := range m {
			all[code] = t
		}
	}
	say := func(code, other string, params map[string]string) string {
		if t, ok := all[code]; ok {
			return t.Render(lang(), params)
		}
		return other
	}
	r := &refused{}
	for _, x := range f.Fields {
		r.lines = append(r.lines, faultLine(x.Where, x.Value, say(x.Code, x.Detail, x.Params)))
	}
	if len(r.lines) == 0 {
		r.lines = []string{say(f.Code, f.Detail, f.Params)}
	}
	return r
}

// printJSON writes a result to standard output.
func printJSON(v any) error {
	e := json.NewEncoder(os.Stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// create writes a file as a whole: under another name first, on the disk before it gets its own. An existing file is
// refused unless force.
func create(name string, force bool, write func(w io.Writer) error) (size int64, err error) {
	if _, err := os.Stat(name); err == nil && !force {
		return 0, &refused{[]string{name + " exists; choose another name, or overwrite it with --force"}}
	}
	part := name + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer os.Remove(part)
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if st, e := f.Stat(); e == nil {
		size = st.Size()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return size, err
	}
	if err := os.Rename(part, name); err != nil {
		return size, err
	}
	return size, syncDir(filepath.Dir(name))
}

// syncDir makes a rename survive power loss.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// rowsOf adds up what a backup holds.
func rowsOf(info db.DumpInfo) (n int64) {
	for _, c := range info.Rows {
		n += c
	}
	return n
}

func bytesOf(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}
