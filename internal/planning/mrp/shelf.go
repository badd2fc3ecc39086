package mrp

import (
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// shelf is what an item has at a moment: lots that expire, the first to expire on top of a heap, and everything else in
// the order in which it came.
type shelf struct {
	expiring []lot // heap by expires, then by arrival
	plain    []lot
	head     int // of plain
	total    num.Dec
}

func (s *shelf) reset() { s.expiring, s.plain, s.head, s.total = s.expiring[:0], s.plain[:0], 0, 0 }

func (s *shelf) clone(into *shelf) {
	into.expiring = append(into.expiring[:0], s.expiring...)
	into.plain = append(into.plain[:0], s.plain[s.head:]...)
	into.head, into.total = 0, s.total
}

func (s *shelf) put(l lot) {
	s.total += l.qty
	if l.expires == Never {
		s.plain = append(s.plain, l)
		return
	}
	h := append(s.expiring, l)
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if h[up].expires <= h[i].expires {
			break
		}
		h[up], h[i] = h[i], h[up]
		i = up
	}
	s.expiring = h
}

func (s *shelf) pop() {
	h := s.expiring
	last := len(h) - 1
	h[0] = h[last]
	h = h[:last]
	for i := 0; ; {
		c := 2*i + 1
		if c >= len(h) {
			break
		}
		if c+1 < len(h) && h[c+1].expires < h[c].expires {
			c++
		}
		if h[i].expires <= h[c].expires {
			break
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
	s.expiring = h
}

// expire throws away what cannot be used on a day any more.
func (s *shelf) expire(day cal.Day) {
	for len(s.expiring) > 0 && s.expiring[0].expires <= day {
		s.total -= s.expiring[0].qty
		s.pop()
	}
}

// next is the lot that is used first, nil when there is none.
func (s *shelf) next() *lot {
	switch {
	case len(s.expiring) > 0:
		return &s.expiring[0]
	case s.head < len(s.plain):
		return &s.plain[s.head]
	}
	return nil
}

// use takes a part of the lot that next gave.
func (s *shelf) use(l *lot, part num.Dec) {
	l.qty, s.total = l.qty-part, s.total-part
	if l.qty != 0 {
		return
	}
	if l.expires != Never {
		s.pop()
	} else {
		s.head++
	}
}

// take serves a need, first to expire first. The rest is what nobody could serve.
func (s *shelf) take(qty num.Dec) (rest num.Dec) {
	for qty > 0 {
		l := s.next()
		if l == nil {
			return qty
		}
		part := min(qty, l.qty)
		s.use(l, part)
		qty -= part
	}
	return 0
}
