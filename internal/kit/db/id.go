package db

import (
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// ID is a 63-bit identifier made by the application: 41 bits of milliseconds since 2020, 10 bits of leased
// node, 12 bits of counter. It is text on the wire (a browser's number holds 53 bits) and never an order.
type ID int64

const idEpoch = 1_577_836_800_000 // 2020-01-01T00:00Z

func (i ID) String() string               { return strconv.FormatInt(int64(i), 10) }
func (i ID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }
func (i *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = 0
		return nil
	}
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is not an identifier", b)
	}
	*i = ID(n)
	return nil
}

var longest = 19

// Schema tells the OpenAPI document that an identifier travels as text.
func (ID) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^\d*$`, PatternDescription: "digits", MaxLength: &longest, Description: "Identifier"}
}

type idSource struct {
	mu   sync.Mutex
	now  func() time.Time
	ms   int64
	n    int64
	node int64
}

// next never goes back with the clock: it runs on from the last millisecond used.
func (s *idSource) next() ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	ms := s.now().UnixMilli() - idEpoch
	switch {
	case ms > s.ms:
		s.ms, s.n = ms, 0
	case s.n < 1<<12-1:
		s.n++
	default:
		s.ms, s.n = s.ms+1, 0
	}
	return ID(s.ms<<22 | s.node<<12 | s.n)
}

// ID makes an identifier outside a transaction.
func (d *DB) ID() ID { return d.ids.next() }
