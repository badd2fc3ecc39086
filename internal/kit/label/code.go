package label

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what a code stands for.
type Kind string

const (
	Bare        Kind = "" // a number without our prefix; who scans decides what it may be
	WorkOrder   Kind = "WO"
	WorkOrderOp Kind = "OP"
	Item        Kind = "ITM"
	ItemLot     Kind = "LOT"
	Serial      Kind = "SN"
	Location    Kind = "LOC"
	Badge       Kind = "BDG"
	Shipment    Kind = "SHP"
	SalesOrder  Kind = "SO"
	Machine     Kind = "MCH"
	Tool        Kind = "TL"
	Container   Kind = "BOX" // a box, pallet or tote with a number of its own
)

// Code is the content of one of our barcodes.
type Code struct {
	Kind   Kind   `json:"kind"`
	Number string `json:"number"`         // of the order, lot, serial, location …
	Item   string `json:"item,omitempty"` // of ItemLot and Serial
	Op     int    `json:"op,omitempty"`   // of WorkOrderOp
}

// maxCode keeps a code scannable; the longest number of ours has some forty letters.
const maxCode = 160

// String is what the barcode holds.
func (c Code) String() string {
	s := "KW:" + string(c.Kind) + ":"
	switch c.Kind {
	case Bare:
		return c.Number
	case WorkOrderOp:
		return s + escape(c.Number) + "/" + strconv.Itoa(c.Op)
	case ItemLot, Serial:
		return s + escape(c.Item) + "/" + escape(c.Number)
	}
	return s + escape(c.Number)
}

// ParseCode reads what a scanner or a person typed. A number without our prefix comes back as Bare. It forgives
// what scanners that act as keyboards do: a trailing Enter, full-width letters from a Chinese input method, and
// upper and lower case exchanged by Caps Lock. It says false for nothing, for rubbish and for a kind it does not know.
func ParseCode(s string) (Code, bool) {
	if len(s) > 4*maxCode || !utf8.ValidString(s) {
		return Code{}, false
	}
	s = strings.TrimSpace(strings.Map(halfWidth, s))
	if s == "" || utf8.RuneCountInString(s) > maxCode || strings.ContainsFunc(s, unicode.IsControl) {
		return Code{}, false
	}
	// we write the prefix in capitals: in small letters it shows that Caps Lock has turned every letter
	if strings.HasPrefix(s, "kw:") {
		s = strings.Map(swapCase, s)
	}
	rest, ok := strings.CutPrefix(s, "KW:")
	if !ok {
		return Code{Number: s}, true
	}
	kind, rest, ok := strings.Cut(rest, ":")
	if !ok {
		return Code{}, false
	}
	c := Code{Kind: Kind(kind)}
	first, second, two := strings.Cut(rest, "/")
	a, err1 := url.PathUnescape(first)
	b, err2 := url.PathUnescape(second)
	if err1 != nil || err2 != nil || a == "" || two != (b != "") || !plain(a) || !plain(b) {
		return Code{}, false
	}
	switch c.Kind {
	case WorkOrderOp:
		n, err := strconv.Atoi(b)
		if err != nil || n < 0 || strconv.Itoa(n) != b {
			return Code{}, false
		}
		c.Number, c.Op = a, n
		return c, true
	case ItemLot, Serial:
		c.Item, c.Number = a, b
		return c, two
	case WorkOrder, Item, Location, Badge, Shipment, SalesOrder, Machine, Tool, Container:
		c.Number = a
		return c, !two
	}
	return Code{}, false
}

func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || c == '%' || c == '/' {
			b.WriteByte('%')
			b.WriteByte("0123456789ABCDEF"[c>>4])
			b.WriteByte("0123456789ABCDEF"[c&15])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func halfWidth(r rune) rune {
	switch {
	case r >= 0xff01 && r <= 0xff5e:
		return r - 0xff01 + '!'
	case r == 0x3000:
		return ' '
	}
	return r
}

func swapCase(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z':
		return r - 'a' + 'A'
	case r >= 'A' && r <= 'Z':
		return r - 'A' + 'a'
	}
	return r
}
