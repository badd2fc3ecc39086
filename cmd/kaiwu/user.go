package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"kaiwu/internal/identity"
)

func init() {
	register("user", "add|list|reset [LOGIN] [--data DIR | --db …]", "accounts from the shell", users)
}

func users(ctx context.Context, c *command, args []string) error {
	fs := flags(c)
	var p place
	var word []string
	var roles, sites words
	var in identity.NewUser
	p.flags(fs)
	fs.StringVar(&in.Name, "name", "", "add: the person's name")
	fs.Var(&roles, "role", "add: a role; several are allowed ("+strings.Join(identity.RoleNames, ", ")+", or the company's own)")
	fs.Var(&sites, "site", "add: a site whose documents this person sees; none = all")
	fs.StringVar(&in.Worker, "worker", "", "add: code of the worker")
	fs.StringVar(&in.Badge, "badge", "", "add: number on the badge")
	fs.StringVar(&in.Partner, "partner", "", "add: code of the outside party")
	fs.StringVar(&in.Locale, "locale", "", "add: zh or en")
	secret := fs.String("password-file", "", "add: file with the first password; without it one is made and printed")
	pin := fs.Bool("pin", false, "reset: give a new PIN instead of a new password")
	asJSON := fs.Bool("json", false, "print the result as JSON to standard output")
	if err := parse(fs, args, &word); err != nil {
		return err
	}
	if len(word) == 0 {
		return &usage{"say what to do: add, list or reset"}
	}
	verb, word := word[0], word[1:]
	if want := map[string]int{"add": 1, "list": 0, "reset": 1}; len(word) != want[verb] {
		return &usage{fmt.Sprintf("user %s takes %d log-in name", verb, want[verb])}
	}
	switch verb {
	case "list":
		return listUsers(ctx, &p, *asJSON)
	case "add":
		in.Login, in.Roles, in.Sites = word[0], roles, sites
		if len(roles) == 0 {
			return &usage{"say with --role what the person does"}
		}
		if in.Name == "" {
			in.Name = in.Login
		}
		if *secret != "" {
			b, err := os.ReadFile(*secret)
			if err != nil {
				return err
			}
			in.Password = strings.TrimRight(string(b), "\r\n")
		}
		return addUser(ctx, &p, in, *asJSON)
	case "reset":
		return resetUser(ctx, &p, word[0], *pin, *asJSON)
	}
	return &usage{fmt.Sprintf("there is no %q; say add, list or reset", verb)}
}

func listUsers(ctx context.Context, p *place, asJSON bool) error {
	a, err := p.reading(ctx)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	all, err := identity.Users(asOwner(ctx), a.DB.Read())
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(all)
	}
	for _, u := range all {
		var marks []string
		for _, m := range []struct {
			on   bool
			word string
		}{{u.Disabled, "disabled"}, {u.Password, "password"}, {u.Badge, "badge"}, {u.PIN, "pin"}} {
			if m.on {
				marks = append(marks, m.word)
			}
		}
		fmt.Printf("%s\t%s\t%s\t%s\n", u.Login, u.Name, strings.Join(u.Roles, ","), strings.Join(marks, ","))
	}
	return nil
}

func addUser(ctx context.Context, p *place, in identity.NewUser, asJSON bool) error {
	var made identity.Made
	a, done, err := p.writing(ctx)
	switch {
	case errors.Is(err, errHeld):
		err = p.send(ctx, "POST", "/identity/users", in, &made)
	case err == nil:
		defer done()
		made, err = a.Identity.CreateUser(asOwner(ctx), in)
	}
	if err != nil {
		return wording(err)
	}
	if asJSON {
		return printJSON(made)
	}
	say("%s may log in as %s; the password must be changed at the first log-in", made.User.Name, made.User.Login)
	if made.Password != "" {
		fmt.Println(made.Password)
	}
	return nil
}

func resetUser(ctx context.Context, p *place, login string, pin, asJSON bool) error {
	what := "password"
	if pin {
		what = "pin"
	}
	var told identity.Told
	if err := p.exists(); err != nil {
		return err
	}
	a, done, err := p.writing(ctx)
	switch {
	case errors.Is(err, errHeld):
		err = p.send(ctx, "POST", "/identity/users/"+url.PathEscape(login)+"/"+what, map[string]string{}, &told)
	case err == nil && pin:
		defer done()
		told.Secret, err = a.Identity.SetPIN(asOwner(ctx), login, "")
	case err == nil:
		defer done()
		told.Secret, err = a.Identity.ResetPassword(asOwner(ctx), login)
	}
	if err != nil {
		return wording(err)
	}
	if asJSON {
		return printJSON(told)
	}
	say("the new %s of %s is:", what, login)
	fmt.Println(told.Secret)
	return nil
}
