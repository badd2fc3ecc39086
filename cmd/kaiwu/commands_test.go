package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"kaiwu/internal/app"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/pack"
)

func TestEveryCommandHelps(t *testing.T) {
	if r := kaiwu(t); r.status != exitUsage || !strings.Contains(r.err, "usage: kaiwu") {
		t.Error(r)
	}
	if r := kaiwu(t, "--help"); r.status != 0 {
		t.Error(r)
	}
	refuses(t, exitUsage, "no command", "dance")
	all := kaiwu(t, "help").err
	for _, c := range commands {
		r := kaiwu(t, c.name, "--help")
		if r.status != 0 || !strings.Contains(r.err, "usage: kaiwu "+c.name) || r.out != "" {
			t.Errorf("%s --help: %+v", c.name, r)
		}
		refuses(t, exitUsage, "no-such-flag", c.name, "--no-such-flag")
		if !strings.Contains(all, c.does) {
			t.Errorf("%s is not in the list of commands", c.name)
		}
	}
}

func TestWrongUsage(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty")
	for _, c := range []struct {
		status int
		words  string
		args   []string
	}{
		{exitUsage, "--out", []string{"backup", "--data", dir}},
		{exitUsage, "one backup file", []string{"restore", "--data", dir}},
		{exitUsage, "at least one pack", []string{"import", "--data", dir}},
		{exitUsage, "--out", []string{"export", "--data", dir}},
		{exitUsage, "add, list or reset", []string{"user", "--data", dir}},
		{exitUsage, "log-in name", []string{"user", "add", "--data", dir}},
		{exitUsage, "--role", []string{"user", "add", "zhang", "--data", dir}},
		{exitUsage, "not expected", []string{"verify", "--data", dir, "extra"}},
		{exitUsage, "postgres://", []string{"verify", "--db", "factory.db"}},
		{exitUsage, "--seconds", []string{"bench", "report", "--seconds", "-1", "--data", empty}},
		{exitUsage, "--clients", []string{"bench", "report", "--clients", "-1", "--data", empty}},
		{exitFailed, "no database", []string{"verify", "--data", empty}},
		{exitFailed, "no database", []string{"doctor", "--data", empty}},
		{exitFailed, "no database", []string{"export", "--data", empty, "--out", dir}},
		{exitFailed, "no database", []string{"backup", "--data", empty, "--out", filepath.Join(dir, "b")}},
		{exitFailed, "no database", []string{"user", "list", "--data", empty}},
		{exitFailed, "no such file", []string{"verify", "--backup", filepath.Join(dir, "no-such-file")}},
		{exitRefused, "cannot be read", []string{"import", "--data", empty, filepath.Join(dir, "no-pack")}},
	} {
		refuses(t, c.status, c.words, c.args...)
	}
	if _, err := os.Stat(empty); err == nil {
		t.Error("a refused command made a folder")
	}
}

// Every fault names file, row, column, value and what to do; nothing is imported.
func TestImportNamesEveryFault(t *testing.T) {
	p, faults := pack.Read(filepath.Join(factories, "hardware"))
	if err := pack.Error(faults); err != nil {
		t.Fatal(err)
	}
	p.Items[0].Supplier, p.BOMs[3].Item = "S99", "NOPE"
	bad, dir := filepath.Join(t.TempDir(), "bad"), filepath.Join(t.TempDir(), "data")
	if err := pack.Write(p, bad); err != nil {
		t.Fatal(err)
	}
	check := func(args ...string) {
		t.Helper()
		r := kaiwu(t, args...)
		for _, want := range []string{`items.csv:2:supplier "S99": `, `boms.csv:5:item "NOPE": `} {
			if r.status != exitRefused || !strings.Contains(r.err, want) {
				t.Errorf("status %d, want %s in\n%s", r.status, want, r.err)
			}
		}
	}
	check("import", "--data", dir, bad)
	check("import", "--data", dir, "--dry-run", bad)
	check("import", "--data", dir, filepath.Join(factories, "medical-device"), bad)
	if r := kaiwu(t, "doctor", "--data", dir, "--json"); !strings.Contains(r.out, "doctor.empty") {
		t.Error("something was imported")
	}
	s := serving(t, "--data", dir)
	check("import", "--data", dir, bad)
	check("import", "--data", dir, "--dry-run", bad)
	s.end()
}

func TestExportEqualsImport(t *testing.T) {
	dir := imported(t)
	want, _ := pack.Read(filepath.Join(factories, "hardware"))
	for _, name := range []string{"folder", "factory.zip", "factory.xlsx"} {
		out := filepath.Join(t.TempDir(), name)
		must(t, "export", "--data", dir, "--site", "WJ", "--out", out)
		got, faults := pack.Read(out)
		if len(faults) > 0 || !got.Equal(want) {
			t.Errorf("%s is not what was imported (%d faults)", name, len(faults))
		}
		refuses(t, exitRefused, "--force", "export", "--data", dir, "--out", out)
		must(t, "export", "--data", dir, "--out", out, "--force")
	}
	refuses(t, exitRefused, "XX", "export", "--data", dir, "--site", "XX", "--out", filepath.Join(t.TempDir(), "x"))
}

func TestBackupAndRestore(t *testing.T) {
	dir, work := imported(t), t.TempDir()
	file := filepath.Join(work, "factory.backup")
	must(t, "backup", "--data", dir, "--out", file)
	refuses(t, exitRefused, "--force", "backup", "--data", dir, "--out", file)
	must(t, "backup", "--data", dir, "--out", file, "--force")
	if left, _ := filepath.Glob(filepath.Join(work, "*.part")); len(left) > 0 {
		t.Error(left)
	}

	to := filepath.Join(work, "other")
	must(t, "restore", "--data", to, file)
	if r := must(t, "verify", "--data", to); !strings.Contains(r.err, "everything holds") {
		t.Error(r.err)
	}
	refuses(t, exitRefused, "--force", "restore", "--data", to, file)
	must(t, "user", "add", "later", "--role", "boss", "--data", to)
	must(t, "restore", "--data", to, file, "--force")
	if r := must(t, "user", "list", "--data", to); strings.Contains(r.out, "later") {
		t.Error("the restored data is not the backup's")
	}
	if st, err := os.Stat(filepath.Join(to, "kaiwu.db.before-restore")); err != nil || st.Size() < 1<<16 {
		t.Error("the file that was there is not kept whole", err)
	}

	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"cut": b[:len(b)/2], "foreign": []byte("not a backup"), "empty": nil} {
		bad := filepath.Join(work, name)
		if err := os.WriteFile(bad, content, 0o600); err != nil {
			t.Fatal(err)
		}
		refuses(t, exitRefused, bad, "restore", "--data", to, bad, "--force")
		refuses(t, exitRefused, bad, "verify", "--backup", bad)
	}
	must(t, "verify", "--data", to)
	must(t, "verify", "--backup", file)
}

// From SQLite to PostgreSQL and back by the same file.
func TestBackupCrossesEngines(t *testing.T) {
	dir, work := imported(t), t.TempDir()
	file, second := filepath.Join(work, "a"), filepath.Join(work, "b")
	must(t, "backup", "--data", dir, "--out", file)
	dsn := kittest.EmptyPostgres(t)
	must(t, "restore", "--db", dsn, file)
	refuses(t, exitRefused, "createdb", "restore", "--db", dsn, file, "--force")
	must(t, "verify", "--db", dsn)
	must(t, "user", "add", "moved", "--role", "boss", "--db", dsn)
	must(t, "backup", "--db", dsn, "--out", second)
	back := filepath.Join(work, "back")
	must(t, "restore", "--data", back, second)
	must(t, "verify", "--data", back)
	if r := must(t, "user", "list", "--data", back); !strings.Contains(r.out, "moved") {
		t.Error(r.out)
	}
	want, _ := pack.Read(filepath.Join(factories, "hardware"))
	out := filepath.Join(work, "pack")
	must(t, "export", "--data", back, "--out", out)
	if got, faults := pack.Read(out); len(faults) > 0 || !got.Equal(want) {
		t.Error("two restores changed the factory")
	}
}

func TestEncryptedBackup(t *testing.T) {
	dir, work := imported(t), t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		name = filepath.Join(work, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	mine, wrong := write("mine", key.String()), write("wrong", other.String())
	file, to := filepath.Join(work, "b"), filepath.Join(work, "to")
	must(t, "backup", "--data", dir, "--out", file, "--recipient", key.Recipient().String())
	refuses(t, exitUsage, "encrypted", "restore", "--data", to, file)
	refuses(t, exitRefused, "cannot be opened", "restore", "--data", to, file, "--identity", wrong)
	must(t, "restore", "--data", to, file, "--identity", mine)
	must(t, "verify", "--backup", file, "--identity", mine)
	refuses(t, exitUsage, "--recipient", "backup", "--data", dir, "--out", filepath.Join(work, "c"), "--recipient", "nobody")
	phrase := write("phrase", "a long winter\n")
	must(t, "backup", "--data", dir, "--out", file, "--passphrase-file", phrase, "--force")
	must(t, "verify", "--backup", file, "--passphrase-file", phrase)
}

// One altered record in a table or in the log is found and named, in the data and in a backup of it.
func TestVerifyFindsWhatWasAltered(t *testing.T) {
	good, err := os.ReadFile(filepath.Join(imported(t), "kaiwu.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ sql, words string }{
		{`UPDATE kit_event SET actor = 'nobody' WHERE seq = 3`, "record 3"},
		{`DELETE FROM kit_event WHERE seq = 2`, "record 2"},
		{`UPDATE inv_balance SET qty = qty + 1 WHERE id = (SELECT max(id) FROM inv_balance)`, "inv_balance"},
		{`UPDATE inv_move SET happened_ms = happened_ms + 1 WHERE id = (SELECT min(id) FROM inv_move)`, "inv_move"},
		{`INSERT INTO kit_once (scope, key, input_hash, result, created_ms) VALUES ('reportOperation:1', 'k1', 'x', '', 1)`, "k1"},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "kaiwu.db"), good, 0o600); err != nil {
			t.Fatal(err)
		}
		d, err := db.Open(t.Context(), filepath.Join(dir, "kaiwu.db"), db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = d.InTx(kittest.Ctx(t), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), c.sql); return err })
		if err != nil {
			t.Fatal(c.sql, err)
		}
		d.Close()
		refuses(t, exitRefused, c.words, "verify", "--data", dir)
		file := filepath.Join(t.TempDir(), "b")
		must(t, "backup", "--data", dir, "--out", file)
		r := kaiwu(t, "verify", "--backup", file, "--json")
		var v app.Verified
		if err := json.Unmarshal([]byte(r.out), &v); err != nil || v.OK || r.status != exitRefused {
			t.Error(c.sql, r.status, err, r.err)
		}
	}
}

func TestUsers(t *testing.T) {
	dir := imported(t)
	work := func() {
		t.Helper()
		r := must(t, "user", "add", "li.si", "--name", "李四", "--role", "planner,buyer", "--data", dir)
		if len(strings.TrimSpace(r.out)) < 12 || strings.Contains(r.err, strings.TrimSpace(r.out)) {
			t.Errorf("the password goes to standard output alone: %+v", r)
		}
		refuses(t, exitRefused, "li.si", "user", "add", "li.si", "--role", "buyer", "--data", dir)
		refuses(t, exitRefused, "", "user", "add", "wang.wu", "--role", "king", "--data", dir)
		if r := must(t, "user", "list", "--data", dir); !strings.Contains(r.out, "li.si\t李四\tbuyer,planner\tpassword") {
			t.Error(r.out)
		}
		first := must(t, "user", "reset", "li.si", "--data", dir).out
		if second := must(t, "user", "reset", "li.si", "--data", dir).out; first == second || len(second) < 12 {
			t.Error(first, second)
		}
		if pin := must(t, "user", "reset", "li.si", "--pin", "--data", dir).out; len(strings.TrimSpace(pin)) != 6 {
			t.Error(pin)
		}
		refuses(t, exitRefused, "nobody", "user", "reset", "nobody", "--data", dir)
	}
	work()
	dir = imported(t)
	s := serving(t, "--data", dir)
	work()
	s.end()
	must(t, "verify", "--data", dir)
}

// A folder is held by one server: who reads works beside it, who writes is sent to it.
func TestBesideAServer(t *testing.T) {
	dir, work := imported(t), t.TempDir()
	s := serving(t, "--data", dir)
	refuses(t, exitFailed, "held", "serve", "--data", dir, "--listen", "127.0.0.1:0", "--http")
	file := filepath.Join(work, "b")
	must(t, "backup", "--data", dir, "--out", file)
	must(t, "verify", "--data", dir)
	must(t, "export", "--data", dir, "--out", filepath.Join(work, "pack"))
	must(t, "import", "--data", dir, filepath.Join(factories, "medical-device"))
	must(t, "import", "--data", dir, filepath.Join(work, "pack"))
	refuses(t, exitFailed, "stop it", "restore", "--data", dir, file, "--force")
	r := kaiwu(t, "doctor", "--data", dir, "--json")
	var d app.Diagnosis
	if err := json.Unmarshal([]byte(r.out), &d); err != nil || strings.Contains(r.out, "doctor.no_backup") {
		t.Errorf("the server does not know of the backup: %v\n%s%s", err, r.out, r.err)
	}
	s.end()
	for _, site := range []string{"WJ", "MD"} {
		must(t, "export", "--data", dir, "--site", site, "--out", filepath.Join(work, site))
	}
	must(t, "verify", "--data", dir)
	if _, err := os.Stat(filepath.Join(dir, "kaiwu.sock")); err == nil {
		t.Error("the socket outlives the server")
	}
}

func TestOpenAPI(t *testing.T) {
	r := must(t, "openapi")
	var doc struct{ OpenAPI string }
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Error(doc, err)
	}
}

// A killed import leaves rows that nobody sees. Who tries again at once is not told to wait for it.
func TestImportAfterAKilledOne(t *testing.T) {
	dir := imported(t)
	d, err := db.Open(t.Context(), filepath.Join(dir, "kaiwu.db"), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = d.InTx(kittest.Ctx(t), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO kit_batch (id, name, started_ms, alive_ms) VALUES (1, 'import', $1, $1)`, time.Now().UnixMilli())
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	must(t, "import", "--data", dir, filepath.Join(factories, "hardware"))
}

// An empty variable is none, as in a compose file; a wrong one is named as it is written.
func TestVariables(t *testing.T) {
	dir := imported(t)
	t.Setenv("KAIWU_DATA", dir)
	t.Setenv("KAIWU_DB", "")
	t.Setenv("KAIWU_JSON", "")
	must(t, "verify")
	t.Setenv("KAIWU_DRY_RUN", "perhaps")
	refuses(t, exitUsage, `KAIWU_DRY_RUN="perhaps"`, "import", filepath.Join(factories, "hardware"))
}

// Password hashes and prices are nobody else's on a machine with several users, whoever made the folder.
func TestDataIsPrivate(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	must(t, "import", "--data", dir, filepath.Join(factories, "hardware"))
	st, err := os.Stat(filepath.Join(dir, "kaiwu.db"))
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Error(st.Mode(), err)
	}
}
