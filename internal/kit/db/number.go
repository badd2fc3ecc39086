package db

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Document numbers for people come from blocks leased in a transaction of their own, so that no command
// waits for a counter row. Gaps are allowed. A rule is a pattern such as "MO{yymm}-{0000}": {yy} {yyyy} {mm}
// {dd} {yymm} are the business date's, {0000} the counter with at least that many digits; a counter starts
// again whenever the text before it changes.
type numbers struct {
	mu     sync.Mutex
	blocks map[string]*block // by kind and prefix
	rules  sync.Map          // kind -> pattern of the program
	chosen sync.Map          // kind -> chosenRule, what the company wants instead
}

// chosenRule is what kit_setting said when it was last read.
type chosenRule struct {
	pattern string // "" = the program's
	until   time.Time
}

// ruleKept is how long a process trusts the rule that it read: so long may another process take to follow a change.
const ruleKept = 5 * time.Second

// NumberSetting is the name under which kit_setting keeps the company's own pattern of a kind.
func NumberSetting(kind string) string { return "number." + kind }

type block struct{ next, end, size int64 }

type needNumbers struct {
	kind, prefix string
	n            int64 // 0: only the rule has to be read
}

func (n *needNumbers) Error() string { return "db: numbers of " + n.kind + " must be leased" }

// NumberRule sets the pattern of a kind; what a company chose (NumberSetting) goes before it.
func (d *DB) NumberRule(kind, pattern string) { d.nums.rules.Store(kind, pattern) }

// NumberRules are the patterns of the program by kind.
func (d *DB) NumberRules() map[string]string {
	out := map[string]string{}
	d.nums.rules.Range(func(k, v any) bool { out[k.(string)] = v.(string); return true })
	return out
}

// NumberRuleChanged makes this process read the rule of a kind again; call it after the commit of the change.
func (d *DB) NumberRuleChanged(kind string) { d.nums.chosen.Delete(kind) }

// rule is the pattern in force: the company's, else the program's. It is read outside the command that needs it.
func (t *Tx) rule(kind string) (string, error) {
	p, ok := t.d.nums.rules.Load(kind)
	if !ok {
		return "", fmt.Errorf("db: no number rule for %q", kind)
	}
	c, ok := t.d.nums.chosen.Load(kind)
	if !ok || t.now.After(c.(chosenRule).until) {
		return "", &needNumbers{kind: kind}
	}
	if own := c.(chosenRule).pattern; own != "" {
		return own, nil
	}
	return p.(string), nil
}

func (d *DB) readRule(ctx context.Context, kind string) error {
	own, _, err := Get[string](ctx, d.Read(), `SELECT value FROM kit_setting WHERE name = $1`, NumberSetting(kind))
	if err == nil {
		d.nums.chosen.Store(kind, chosenRule{own, d.opt.Now().UTC().Add(ruleKept)})
	}
	return err
}

// ErrPattern: the text cannot be the pattern of a number.
var ErrPattern = errors.New("number pattern")

// PreviewNumber is what a pattern would give next at an instant, and the series it counts in.
func (d *DB) PreviewNumber(ctx context.Context, q Querier, kind, text string, at time.Time) (number, series string, err error) {
	prefix, suffix, width, err := pattern(text, at.In(d.opt.Zone))
	if err != nil {
		return "", "", err
	}
	series = kind + " " + prefix
	next, ok, err := Get[int64](ctx, q, `SELECT next FROM kit_number WHERE series = $1`, series)
	if err != nil {
		return "", "", err
	}
	if !ok {
		next = 1
	}
	d.nums.mu.Lock()
	if b := d.nums.blocks[series]; b != nil && b.next < b.end { // leased, not given out yet
		next = b.next
	}
	d.nums.mu.Unlock()
	return prefix + digits(next, width) + suffix, series, nil
}

func digits(n int64, width int) string {
	c := strconv.FormatInt(n, 10)
	if len(c) < width {
		c = strings.Repeat("0", width-len(c)) + c
	}
	return c
}

// Number gives the next document number of a kind.
func (t *Tx) Number(kind string) (string, error) {
	s, err := t.Numbers(kind, 1)
	if err != nil {
		return "", err
	}
	return s[0], nil
}

// Numbers gives n of them, for documents made in bulk.
func (t *Tx) Numbers(kind string, n int) ([]string, error) {
	p, err := t.rule(kind)
	if err != nil {
		return nil, err
	}
	prefix, suffix, width, err := pattern(p, t.now.In(t.d.opt.Zone))
	if err != nil {
		return nil, err
	}
	t.d.nums.mu.Lock()
	defer t.d.nums.mu.Unlock()
	b := t.d.nums.blocks[kind+" "+prefix]
	if b == nil || b.end-b.next < int64(n) {
		return nil, &needNumbers{kind, prefix, int64(n)}
	}
	out := make([]string, n)
	for i := range out {
		out[i] = prefix + digits(b.next, width) + suffix
		b.next++
	}
	return out, nil
}

func pattern(p string, at time.Time) (prefix, suffix string, width int, err error) {
	p = strings.NewReplacer("{yyyy}", at.Format("2006"), "{yymm}", at.Format("0601"), "{yy}", at.Format("06"), "{mm}", at.Format("01"), "{dd}", at.Format("02")).Replace(p)
	i, j := strings.IndexByte(p, '{'), strings.IndexByte(p, '}')
	if i < 0 || j < i || strings.Trim(p[i+1:j], "0") != "" {
		return "", "", 0, fmt.Errorf("db: %w %q has no counter such as {0000}", ErrPattern, p)
	}
	return p[:i], p[j+1:], j - i - 1, nil
}

// lease takes the next block outside the command that needs it. Each lease of the same series doubles, so a
// bulk run needs few.
func (d *DB) lease(ctx context.Context, need *needNumbers) error {
	if need.n == 0 {
		return d.readRule(ctx, need.kind)
	}
	key := need.kind + " " + need.prefix
	d.nums.mu.Lock()
	size := int64(8)
	if b := d.nums.blocks[key]; b != nil {
		size = min(b.size*2, 1024)
	}
	d.nums.mu.Unlock()
	size = max(size, need.n)
	var end int64
	err := d.InTx(ctx, func(tx *Tx) error {
		var err error
		end, err = One[int64](ctx, tx, `INSERT INTO kit_number (series, next) VALUES ($1, $2) ON CONFLICT (series) DO UPDATE SET next = kit_number.next + $3 RETURNING next`, key, 1+size, size)
		return err
	})
	if err != nil {
		return err
	}
	d.nums.mu.Lock()
	defer d.nums.mu.Unlock()
	if b := d.nums.blocks[key]; b != nil && b.end == end-size { // still adjoining: the rest is not lost
		b.end, b.size = end, size
		return nil
	}
	d.nums.blocks[key] = &block{next: end - size, end: end, size: size}
	return nil
}

// NumbersUsed tells the series of a kind which numbers came from outside (a pack, a person), so that none of them is
// given out again. Numbers that do not follow the rule cannot meet it and are passed over.
func (t *Tx) NumbersUsed(ctx context.Context, kind string, used ...string) error {
	p, err := t.rule(kind)
	if err != nil {
		return err
	}
	text := regexp.QuoteMeta(p)
	for _, f := range []struct{ word, digits string }{{"{yyyy}", `\d{4}`}, {"{yymm}", `\d{4}`}, {"{yy}", `\d{2}`}, {"{mm}", `\d{2}`}, {"{dd}", `\d{2}`}} {
		text = strings.ReplaceAll(text, regexp.QuoteMeta(f.word), f.digits)
	}
	rule, err := regexp.Compile(`^(` + regexp.MustCompile(`\\\{0+\\\}`).ReplaceAllString(text, `)(\d{1,15})(`) + `)$`)
	if err != nil {
		return err
	}
	next := map[string]int64{}
	for _, n := range used {
		if m := rule.FindStringSubmatch(n); m != nil {
			c, err := strconv.ParseInt(m[2], 10, 64)
			if err != nil {
				return err
			}
			series := kind + " " + m[1]
			next[series] = max(next[series], c+1)
		}
	}
	for series, n := range next {
		if _, err := t.Exec(ctx, `INSERT INTO kit_number (series, next) VALUES ($1, $2) ON CONFLICT (series) DO UPDATE SET next = $2 WHERE kit_number.next < $2`, series, n); err != nil {
			return err
		}
		t.After(func() { // a block leased before may hold the number
			t.d.nums.mu.Lock()
			defer t.d.nums.mu.Unlock()
			if b := t.d.nums.blocks[series]; b != nil && b.next < n {
				if b.end <= n {
					delete(t.d.nums.blocks, series)
				} else {
					b.next = n
				}
			}
		})
	}
	return nil
}
