package identity

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"strings"
	"testing"
	"time"
)

func TestHashes(t *testing.T) {
	ctx := t.Context()
	a, err := hashSecret(ctx, "Pässwörd 密码")
	if err != nil || !strings.HasPrefix(a, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatal(a, err)
	}
	if b, _ := hashSecret(ctx, "Pässwörd 密码"); a == b {
		t.Error("two hashes of one secret are alike: no salt")
	}
	for _, tt := range []struct {
		secret    string
		ok, stale bool
	}{{"Pässwörd 密码", true, false}, {"Pässwörd 密", false, false}, {"", false, false}} {
		if ok, stale, err := checkSecret(ctx, a, tt.secret); ok != tt.ok || stale != tt.stale || err != nil {
			t.Error(tt, ok, stale, err)
		}
	}
	// made elsewhere: the reference program argon2 with -id -t 2 -k 65536 -p 4 -l 24, secret "password", salt "somesalt"
	old := "$argon2id$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$IMit9qkFULCMA/ViizL57cnTLOa5DiVM9eMwpAvPwr4"
	if ok, stale, err := checkSecret(ctx, old, "nonsense"); ok || !stale || err != nil {
		t.Error("another cost", ok, stale, err)
	}
	for _, bad := range []string{"", "plain", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA", "$argon2id$v=16$m=64,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=64,t=1,p=1$AAAA$", "$argon2id$v=19$m=64,t=1,p=1$!!$AAAA"} {
		if ok, _, err := checkSecret(ctx, bad, "x"); ok || err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	for range cap(hashing) {
		hashing <- struct{}{}
	}
	if _, err := hashSecret(gone, "x"); err == nil {
		t.Error("waits for ever behind a crowd")
	}
	for range cap(hashing) {
		<-hashing
	}
}

func TestWaits(t *testing.T) {
	for _, tt := range []struct {
		l     limit
		fails int64
		want  time.Duration
	}{{perLogin, 5, 0}, {perLogin, 6, time.Second}, {perLogin, 9, 8 * time.Second}, {perLogin, 1000, 15 * time.Minute}, {perIP, 30, 0}, {perIP, 31, time.Second}, {perBadge, 11, 5 * time.Second}, {perBadge, 99, time.Hour}} {
		if got := tt.l.wait(tt.fails); got != tt.want {
			t.Errorf("%s after %d: %v, want %v", tt.l.name, tt.fails, got, tt.want)
		}
	}
	if network("2001:db8:1:2:3::4") != network("2001:db8:1:2::9") || network("2001:db8:1:2::1") == network("2001:db8:1:3::1") || network("::ffff:10.0.0.1") != "10.0.0.1" {
		t.Error("networks")
	}
}

func TestPasswordsOthersWouldGuess(t *testing.T) {
	for _, tt := range []struct{ login, password, want string }{
		{"liu", "short", "identity.password_short"}, {"liu", "12345678", "identity.password_weak"}, {"liu", "aaaaaaaaaa", "identity.password_weak"},
		{"wangfang", "WangFang1", "identity.password_weak"}, {"liu", "correct horse battery", ""}, {"liu", "密码密码密码一二", ""}, {"liu", "liu-secret-thing", ""},
	} {
		got := ""
		if err := goodPassword(tt.login, tt.password); err != nil {
			got, _, _ = strings.Cut(err.Error(), ":")
		}
		if got != tt.want {
			t.Errorf("%s/%s: %q, want %q", tt.login, tt.password, got, tt.want)
		}
	}
	for pin, ok := range map[string]bool{"1234": true, "12345678": true, "123": false, "123456789": false, "12a4": false, "": false, "１２３４": false} {
		if (goodPIN(pin) == nil) != ok {
			t.Error("PIN", pin)
		}
	}
	seen := map[string]bool{}
	for range 200 {
		p := newPassword()
		if seen[p] || len(p) != 19 || goodPassword("x", p) != nil {
			t.Fatal(p)
		}
		seen[p] = true
	}
}

func TestDeviceNames(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Linux; Android 14; PDA) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Mobile Safari/537.36":       "Chrome · Android",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Safari/537.36 Edg/124": "Edge · Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Version/17.4 Mobile Safari/604.1":        "Safari · iPhone",
		"curl/8.5": "curl",
		"":         "",
	} {
		if got := deviceName(agent); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Every code that this room refuses with has its sentence in both languages, and no sentence is left over.
func TestEveryRefusalHasItsSentence(t *testing.T) {
	pkgs, err := parser.ParseDir(token.NewFileSet(), ".", func(i fs.FileInfo) bool {
		return !strings.HasSuffix(i.Name(), "_test.go") && i.Name() != "messages.go" && i.Name() != "events.go"
	}, 0)
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, p := range pkgs {
		ast.Inspect(p, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING && strings.HasPrefix(l.Value, `"identity.`) {
				used[strings.Trim(l.Value, `"`)] = true
			}
			return true
		})
	}
	for c := range used {
		if m := Messages[c]; (m.Zh == "" || m.En == "") && grants[c] == "" {
			t.Errorf("%s has no sentence", c)
		}
	}
	for c := range Messages {
		if !used[c] {
			t.Errorf("nothing refuses with %s", c)
		}
	}
}
