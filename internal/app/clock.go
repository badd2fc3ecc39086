package app

import (
	"sync/atomic"
	"time"
)

// Clock is the real clock, which the demo moves back while it plays the past weeks.
type Clock struct{ behind atomic.Int64 }

// Now is the moment that everything in this process believes in.
func (c *Clock) Now() time.Time { return time.Now().Add(-time.Duration(c.behind.Load())) }

// set makes it be t now.
func (c *Clock) set(t time.Time) { c.behind.Store(int64(time.Since(t))) }

// real gives the machine's time back.
func (c *Clock) real() { c.behind.Store(0) }
