package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/argon2"
)

// cost of one hash: 19 MiB and two passes, what OWASP asks for; a change takes hold at each person's next log-in.
type cost struct {
	KiB     uint32
	Passes  uint32
	Threads uint8
}

var work = cost{KiB: 19 * 1024, Passes: 2, Threads: 1}

// LightHashes makes log-ins cost nearly nothing, for tests that are about something else; it panics in a program.
func LightHashes() {
	if !testing.Testing() {
		panic("identity: light hashes outside of a test")
	}
	work = cost{KiB: 64, Passes: 1, Threads: 1}
}

// hashing keeps a crowd at the door from taking all memory: so many at a time, the others wait.
var hashing = make(chan struct{}, 4)

func hashSecret(ctx context.Context, secret string) (string, error) {
	salt := make([]byte, 16)
	rand.Read(salt) // never fails: it ends the program instead
	sum, err := argon(ctx, secret, salt, work, 32)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, work.KiB, work.Passes, work.Threads, b64(salt), b64(sum)), nil
}

// checkSecret says whether the secret fits, and whether its hash should be made again at today's cost.
func checkSecret(ctx context.Context, phc, secret string) (ok, stale bool, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, false, fmt.Errorf("stored hash is not argon2id in PHC form")
	}
	var version int
	var c cost
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &c.KiB, &c.Passes, &c.Threads); err != nil || version != argon2.Version {
		return false, false, fmt.Errorf("stored hash has an unknown form: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, false, fmt.Errorf("stored hash: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) < 16 {
		return false, false, fmt.Errorf("stored hash is damaged: %w", err)
	}
	got, err := argon(ctx, secret, salt, c, uint32(len(want)))
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1, c != work, err
}

func argon(ctx context.Context, secret string, salt []byte, c cost, n uint32) ([]byte, error) {
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(secret), salt, c.Passes, c.KiB, c.Threads, n), nil
}

var nobody struct {
	sync.Mutex
	hash string
}

// nobodyHash is checked for people who do not exist, so that the answer takes as long as for those who do.
func nobodyHash(ctx context.Context) (string, error) {
	nobody.Lock()
	defer nobody.Unlock()
	if nobody.hash != "" {
		return nobody.hash, nil
	}
	var err error
	nobody.hash, err = hashSecret(ctx, newToken())
	return nobody.hash, err
}

// newToken is 256 random bits as text.
func newToken() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// digest is how tokens are stored: they are random, so a fast hash keeps them as secret as a slow one.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

const letters = "abcdefghjkmnpqrstuvwxyz23456789" // none that look alike on paper

// newPassword can be read out over the telephone: 16 characters, 79 bits.
func newPassword() string {
	var b strings.Builder
	for i := range 16 {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(letters[random(len(letters))])
	}
	return b.String()
}

func newPIN() string { return fmt.Sprintf("%06d", random(1_000_000)) }

func random(n int) int {
	v, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // no randomness: no secrets can be made
	}
	return int(v.Int64())
}
