package planning

import (
	"context"
	"slices"
	"sync"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/masterdata"
)

// frames keep what plans and answers read of the master data: items, calendars and bills make up nearly all of what a
// question reads, and change seldom. One is used as long as the event log tells of no change to master data, seen in the
// snapshot of the question itself, so that no answer is older than the database.
type frames struct {
	mu   sync.Mutex
	list []frame // the one used last comes first
}

type frame struct {
	sites []masterdata.Site
	today cal.Day
	mark  db.Mark
	p     *problem // items, versions and calendars alone; nobody changes it
}

const (
	frameRoom  = "masterdata" // whose events make a frame old
	framesMost = 4
)

// frame is the problem of the sites with nothing but its items, versions and calendars.
func (m *Module) frame(ctx context.Context, q db.Querier, sites []masterdata.Site, today cal.Day) (*problem, error) {
	b, known := m.frames.find(sites, today)
	mark, news, err := db.News(ctx, q, b.mark, frameRoom)
	if err != nil {
		return nil, err
	}
	if !known || news {
		if mark, _, err = db.News(ctx, q, db.Mark{}, frameRoom); err != nil { // of this snapshot, which may be older than that of the frame
			return nil, err
		}
		if b.p, err = m.readFrame(ctx, q, sites, today); err != nil {
			return nil, err
		}
	}
	m.frames.keep(frame{sites, today, mark, b.p})
	return b.p.share(), nil
}

func (l *frames) find(sites []masterdata.Site, today cal.Day) (frame, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, b := range l.list {
		if b.of(sites, today) {
			return b, true
		}
	}
	return frame{}, false
}

func (l *frames) keep(b frame) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = slices.DeleteFunc(l.list, func(o frame) bool { return o.of(b.sites, b.today) })
	l.list = slices.Insert(l.list, 0, b)
	l.list = l.list[:min(len(l.list), framesMost)]
}

func (b *frame) of(sites []masterdata.Site, today cal.Day) bool {
	return b.today == today && slices.Equal(b.sites, sites)
}

// readFrame reads it.
func (m *Module) readFrame(ctx context.Context, q db.Querier, sites []masterdata.Site, today cal.Day) (*problem, error) {
	p := &problem{m: m, sites: sites, routed: map[routedAt]bool{}}
	p.Today, p.Whole = today, true // a work order draws whole pieces
	for _, step := range []func(context.Context, db.Querier) error{p.readItems, p.readBOMs} {
		if err := p.each(ctx, q, step); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// share is a copy to which needs and supplies are added, and whose items and list of versions may be changed.
func (p *problem) share() *problem {
	c := *p
	c.Items, c.items = slices.Clone(p.Items), slices.Clone(p.items)
	c.Versions, c.aside, c.Calendars = slices.Clone(p.Versions), slices.Clone(p.aside), slices.Clone(p.Calendars)
	return &c
}
