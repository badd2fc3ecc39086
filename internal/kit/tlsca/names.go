package tlsca

import (
	"crypto/x509"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
)

// Local lists the machine's names and addresses, addresses of real networks first.
func Local() []string {
	out := Addresses()
	if host, err := os.Hostname(); err == nil {
		out = append(out, host)
		if !strings.Contains(host, ".") {
			out = append(out, host+".local", host+".lan")
		}
	}
	return append(out, "127.0.0.1", "::1", "localhost")
}

// Addresses are those at which a phone in the factory could reach this machine: IPv4 before IPv6.
func Addresses() []string {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		slog.Warn("list the machine's addresses", "err", err)
		return nil
	}
	var v4, v6 []string
	for _, a := range addrs {
		n, ok := a.(*net.IPNet)
		switch {
		case !ok || n.IP.IsLoopback() || n.IP.IsLinkLocalUnicast():
		case n.IP.To4() != nil:
			v4 = append(v4, n.IP.String())
		default:
			v6 = append(v6, n.IP.String())
		}
	}
	return append(v4, v6...)
}

// names are what the certificate may say: one name outside the constraints would make all of it void.
func (c *CA) names() (dns []string, ips []net.IP) {
	dns = []string{"localhost"}
	var no []string
	for _, n := range append(c.opt.Local(), c.opt.Names...) {
		n = strings.ToLower(strings.TrimSuffix(n, "."))
		ip := net.ParseIP(n)
		switch {
		case ip != nil && c.permitsIP(ip):
			if !slices.ContainsFunc(ips, ip.Equal) {
				ips = append(ips, ip)
			}
		case ip == nil && validName(n) && c.permits(c.cert, n):
			if !slices.Contains(dns, n) {
				dns = append(dns, n)
			}
		case n != "":
			no = append(no, n)
		}
	}
	if s := strings.Join(no, ", "); s != c.skipped {
		c.skipped = s
		if s != "" {
			slog.Info("the factory's authority may not vouch for these; use --tls-cert and --tls-key there", "names", s)
		}
	}
	return dns, ips
}

// Covers says whether the server's certificate is good for a name or address.
func (c *CA) Covers(host string) bool {
	leaf, err := c.Leaf()
	return err == nil && leaf.Leaf.VerifyHostname(strings.Trim(host, "[]")) == nil
}

func (c *CA) permits(t *x509.Certificate, name string) bool {
	return slices.ContainsFunc(t.PermittedDNSDomains, func(d string) bool { return name == d || strings.HasSuffix(name, "."+d) })
}

func (c *CA) permitsIP(ip net.IP) bool { return within(c.cert.PermittedIPRanges, ip) }

func within(ranges []*net.IPNet, ip net.IP) bool {
	return slices.ContainsFunc(ranges, func(n *net.IPNet) bool { return n.Contains(ip) })
}

func covers(leaf *x509.Certificate, dns []string, ips []net.IP) bool {
	for _, n := range dns {
		if !slices.Contains(leaf.DNSNames, n) {
			return false
		}
	}
	for _, ip := range ips {
		if !slices.ContainsFunc(leaf.IPAddresses, ip.Equal) {
			return false
		}
	}
	return true
}

// validName keeps out what is no DNS name: a machine may be called anything.
func validName(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-') {
				return false
			}
		}
	}
	return true
}
