package main

import (
	"context"
	"errors"
	"strings"

	"kaiwu/internal/app"
)

func init() {
	register("doctor", "[--data DIR | --db …] [--json]", "go-live check: what would keep the factory from working well", doctor)
}

func doctor(ctx context.Context, c *command, args []string) error {
	fs := flags(c)
	var p place
	p.flags(fs)
	asJSON := fs.Bool("json", false, "print the result as JSON to standard output")
	if err := parse(fs, args, nil); err != nil {
		return err
	}
	d, err := p.diagnose(ctx)
	if err != nil {
		return err
	}
	if *asJSON {
		if err := printJSON(d); err != nil {
			return err
		}
	}
	for _, f := range d.Findings {
		if *asJSON {
			break
		}
		say("%-5s  %s", f.Severity, f.Message)
		var codes []string
		for _, r := range f.Records {
			codes = append(codes, r.Code)
		}
		if f.Count > len(codes) && len(codes) > 0 {
			codes = append(codes, "…")
		}
		if len(codes) > 0 {
			say("       %s", strings.Join(codes, " "))
		}
		if f.URL != "" {
			say("       → %s", f.URL)
		}
	}
	if !*asJSON {
		say("%d errors, %d warnings, %d findings in all", d.Errors, d.Warnings, len(d.Findings))
	}
	if !d.OK {
		return &refused{}
	}
	return nil
}

// diagnose asks the server where one runs, since it knows how it is reached.
func (p *place) diagnose(ctx context.Context) (d app.Diagnosis, err error) {
	if err := p.exists(); err != nil {
		return d, err
	}
	if !p.postgres() {
		release, err := p.hold()
		if errors.Is(err, errHeld) {
			return d, p.call(ctx, "GET", "/doctor", "application/json", nil, &d)
		}
		if err != nil {
			return d, err
		}
		release()
	}
	a, err := p.reading(ctx)
	if err != nil {
		return d, err
	}
	defer a.DB.Close()
	s := app.Surroundings{}
	if !p.postgres() {
		s.Data = p.data
	}
	return a.Doctor(asOwner(ctx), s, lang())
}
