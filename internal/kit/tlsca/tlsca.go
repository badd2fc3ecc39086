// Package tlsca is the factory's own certificate authority: phones and tablets need a secure context (camera,
// installation, offline work), and a factory's server has no public name to get a certificate for.
//
// What it promises: the authority is made once, at first start; its key never leaves the data directory and is
// readable by its owner alone; it can vouch for nothing but private addresses and this server's own address and names, so
// that a device which trusts it loses nothing on the internet; the server's certificate follows the machine's
// addresses and is renewed before it ends.
package tlsca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Options of Open; the zero value is right for a server.
type Options struct {
	Names []string         // further names or addresses of this server, such as mes.factory
	Local func() []string  // the machine's names and addresses; default Local
	Now   func() time.Time // default time.Now
}

// CA signs for this server alone.
type CA struct {
	dir  string
	opt  Options
	cert *x509.Certificate
	key  *ecdsa.PrivateKey

	mu      sync.Mutex
	leaf    *tls.Certificate
	looked  time.Time
	skipped string
}

const (
	caYears   = 20
	leafDays  = 397                 // iOS takes at most 825, some browsers dislike more than 398
	renewAt   = 30 * 24 * time.Hour // before the leaf's end
	lookEvery = time.Minute         // at the machine's addresses
	early     = 48 * time.Hour      // tablets' clocks run behind
)

var private = []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8", "::1/128", "fc00::/7", "fe80::/10"}

// Domains that no public authority vouches for: what a factory calls its machines.
var domains = []string{"localhost", "local", "lan", "factory", "internal"}

// Open reads the authority from dir, or makes it there at first start.
func Open(dir string, opt Options) (*CA, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Local == nil {
		opt.Local = Local
	}
	c := &CA{dir: dir, opt: opt}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("factory certificate authority: %w", err)
	}
	pair, err := c.load("ca")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = c.make()
	case err == nil:
		var ok bool
		if c.key, ok = pair.PrivateKey.(*ecdsa.PrivateKey); !ok || !pair.Leaf.IsCA {
			err = errors.New("ca.crt and ca.key are not an authority of this program")
		}
		c.cert = pair.Leaf
	}
	if err != nil {
		return nil, fmt.Errorf("factory certificate authority in %s: %w", dir, err)
	}
	if _, err := c.Leaf(); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *CA) make() error {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	if c.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return err
	}
	now := c.opt.Now()
	t := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{Organization: []string{"Kaiwu 开物"}, CommonName: "Kaiwu factory CA (" + host + ", " + now.Format(time.DateOnly) + ")"},
		NotBefore:    now.Add(-early), NotAfter: now.AddDate(caYears, 0, 0),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage:                    x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		ExtKeyUsage:                 []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, // not for mail, not for programs
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         append([]string{}, domains...),
		// a kind of name without any permitted entry would be unconstrained: permit what cannot exist
		PermittedEmailAddresses: []string{"invalid.invalid"},
		PermittedURIDomains:     []string{"invalid.invalid"},
	}
	for _, r := range private {
		_, n, err := net.ParseCIDR(r)
		if err != nil {
			return err
		}
		t.PermittedIPRanges = append(t.PermittedIPRanges, n)
	}
	// some factories number their network with addresses that are somebody else's outside: this machine's own alone
	for _, a := range append(c.opt.Local(), c.opt.Names...) {
		if ip := net.ParseIP(a); ip != nil && ip.To4() != nil && !within(t.PermittedIPRanges, ip) {
			t.PermittedIPRanges = append(t.PermittedIPRanges, &net.IPNet{IP: ip.To4(), Mask: net.CIDRMask(32, 32)})
		}
	}
	// a name without a dot belongs to nobody outside; one with dots is taken as it stands
	for _, n := range append([]string{host}, c.opt.Names...) {
		if n = strings.ToLower(strings.TrimSuffix(n, ".")); net.ParseIP(n) == nil && validName(n) && !c.permits(t, n) {
			t.PermittedDNSDomains = append(t.PermittedDNSDomains, n)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, c.key.Public(), c.key)
	if err != nil {
		return err
	}
	if c.cert, err = x509.ParseCertificate(der); err != nil {
		return err
	}
	return c.save("ca", c.key, der)
}

// PEM is the authority's certificate: what devices install.
func (c *CA) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.cert.Raw})
}

// DER is the same for devices that do not read PEM.
func (c *CA) DER() []byte { return c.cert.Raw }

// Fingerprint is the SHA-256 of the certificate as devices show it: the console prints it, people compare it.
func (c *CA) Fingerprint() string {
	sum := sha256.Sum256(c.cert.Raw)
	h := strings.ToUpper(hex.EncodeToString(sum[:]))
	var b strings.Builder
	for i := 0; i < len(h); i += 2 {
		if i > 0 {
			b.WriteByte(':')
		}
		b.WriteString(h[i : i+2])
	}
	return b.String()
}

// Config is a server's TLS configuration.
func (c *CA) Config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.Leaf() }}
}

// Leaf is the server's certificate: made anew when the machine has another address or 30 days before its end.
func (c *CA) Leaf() (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.opt.Now()
	if c.leaf != nil && now.Sub(c.looked) < lookEvery && now.Sub(c.looked) >= 0 {
		return c.leaf, nil
	}
	if c.leaf == nil {
		if pair, err := c.load("server"); err == nil && pair.Leaf.CheckSignatureFrom(c.cert) == nil {
			c.leaf = pair
		}
	}
	dns, ips := c.names()
	if c.leaf == nil || now.Add(renewAt).After(c.leaf.Leaf.NotAfter) || now.Before(c.leaf.Leaf.NotBefore) || !covers(c.leaf.Leaf, dns, ips) {
		leaf, err := c.sign(now, dns, ips)
		if err != nil {
			if c.leaf != nil { // an old certificate serves better than none
				slog.Error("renew the server's certificate", "err", err)
				return c.leaf, nil
			}
			return nil, fmt.Errorf("make the server's certificate: %w", err)
		}
		c.leaf = leaf
	}
	c.looked = now
	return c.leaf, nil
}

func (c *CA) sign(now time.Time, dns []string, ips []net.IP) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	end := now.AddDate(0, 0, leafDays)
	if end.After(c.cert.NotAfter) {
		end = c.cert.NotAfter
	}
	t := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{Organization: []string{"Kaiwu 开物"}, CommonName: dns[0]},
		NotBefore:    now.Add(-early), NotAfter: end,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
		DNSNames: dns, IPAddresses: ips,
	}
	der, err := x509.CreateCertificate(rand.Reader, t, c.cert, key.Public(), c.key)
	if err != nil {
		return nil, err
	}
	if err := c.save("server", key, der); err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}

func (c *CA) load(name string) (*tls.Certificate, error) {
	path := filepath.Join(c.dir, name+".key")
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if st.Mode().Perm()&0o077 != 0 {
		slog.Warn("a key was readable by others; now it is not", "file", path)
		if err := os.Chmod(path, 0o600); err != nil {
			return nil, err
		}
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(c.dir, name+".crt"), path)
	if err == nil && pair.Leaf == nil {
		pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0])
	}
	return &pair, err
}

// save writes the key before the certificate, each whole or not at all.
func (c *CA) save(name string, key *ecdsa.PrivateKey, cert []byte) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name, kind string
		bytes      []byte
		mode       fs.FileMode
	}{{name + ".key", "PRIVATE KEY", der, 0o600}, {name + ".crt", "CERTIFICATE", cert, 0o644}} {
		tmp := filepath.Join(c.dir, f.name+".new")
		if err := os.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := os.WriteFile(tmp, pem.EncodeToMemory(&pem.Block{Type: f.kind, Bytes: f.bytes}), f.mode); err != nil {
			return err
		}
		if err := os.Rename(tmp, filepath.Join(c.dir, f.name)); err != nil {
			return err
		}
	}
	return nil
}

func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		panic(err) // the system has no randomness: nothing here may go on
	}
	return n.Add(n, big.NewInt(1))
}
