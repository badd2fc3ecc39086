package label

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

//go:embed font/NotoSansSC.ttf
var fontTTF []byte

// The font's box for Chinese letters reaches from 0.12 em below the baseline to 0.88 em above it; lines are 1.2 em apart.
const (
	lead    = 1.2
	above   = 0.88
	tenthPt = 25.4 / 72 * 10 // tenths of a millimetre in a point
)

type metrics struct {
	mu  sync.Mutex // sfnt.Buffer is not for sharing
	f   *sfnt.Font
	buf sfnt.Buffer
	adv map[rune]float64 // in em; negative: no such letter
}

var typeface = sync.OnceValue(func() *metrics {
	f, err := opentype.Parse(fontTTF)
	if err != nil {
		panic("the embedded font: " + err.Error())
	}
	return &metrics{f: f, adv: map[rune]float64{}}
})

// advance is the width of a letter in em, and whether the font has it.
func (m *metrics) advance(r rune) (float64, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.adv[r]
	if !ok {
		a = -1
		if g, err := m.f.GlyphIndex(&m.buf, r); err == nil && g != 0 {
			em := m.f.UnitsPerEm()
			if w, err := m.f.GlyphAdvance(&m.buf, g, fixed.I(int(em)), font.HintingNone); err == nil {
				a = float64(w) / 64 / float64(em)
			}
		}
		m.adv[r] = a
	}
	return a, a >= 0
}

// clean replaces what the font cannot draw, so that a missing letter is seen as □ and not as nothing.
func clean(s string) string {
	m := typeface()
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == 0xa0 || r == 0x3000:
			return ' '
		case unicode.IsControl(r) || r == 0xfeff || unicode.Is(unicode.Cf, r):
			return -1
		}
		if _, ok := m.advance(r); !ok || r > 0xffff {
			return '□'
		}
		return r
	}, s)
}

// width of a line in tenths of a millimetre.
func width(s string, size float64) float64 {
	m, w := typeface(), 0.0
	for _, r := range s {
		a, _ := m.advance(r)
		w += a
	}
	return w * size * tenthPt
}

// setLine is a line with its place: x of its left end, y of its baseline.
type setLine struct {
	s    string
	x, y float64
	w    float64
}

// set breaks the text into lines that fit the box and says at which size.
func (t Text) set() ([]setLine, float64) {
	size := t.Size
	if size <= 0 {
		size = 9
	}
	lines, whole := t.fit(size)
	if t.Fit {
		for s := size; !whole && s > size*0.5; {
			s *= 0.94
			if l, ok := t.fit(s); ok || s <= size*0.53 {
				lines, size, whole = l, s, ok
			}
		}
	}
	pitch := size * lead * tenthPt
	y := float64(t.Y)
	if t.Middle && t.H > 0 {
		y += max(0, (float64(t.H)-pitch*float64(len(lines)))/2)
	}
	out := make([]setLine, 0, len(lines))
	for i, s := range lines {
		w := width(s, size)
		x := float64(t.X)
		switch t.Align {
		case Center:
			x += (float64(t.W) - w) / 2
		case Right:
			x += float64(t.W) - w
		}
		out = append(out, setLine{s, x, y + pitch*float64(i) + (lead-1)/2*size*tenthPt + above*size*tenthPt, w})
	}
	return out, size
}

// fit breaks and cuts at one size; whole says that nothing was cut.
func (t Text) fit(size float64) (lines []string, whole bool) {
	whole = true
	for _, p := range strings.Split(t.S, "\n") {
		p = clean(strings.TrimRight(p, "\r"))
		if t.Wrap && t.W > 0 {
			lines = append(lines, wrap(p, float64(t.W), size)...)
		} else {
			lines = append(lines, p)
		}
	}
	if t.H > 0 {
		if n := max(1, int((float64(t.H)+0.5*tenthPt)/(size*lead*tenthPt))); len(lines) > n {
			lines, whole = lines[:n], false
			lines[n-1] += "…"
		}
	}
	if t.W > 0 {
		for i, s := range lines {
			if width(s, size) > float64(t.W)+0.5 {
				lines[i], whole = cut(s, float64(t.W), size), false
			}
		}
	}
	return lines, whole
}

func cut(s string, w, size float64) string {
	r := []rune(strings.TrimSuffix(s, "…"))
	for len(r) > 0 && width(string(r)+"…", size) > w+0.5 {
		r = r[:len(r)-1]
	}
	return strings.TrimRight(string(r), " ") + "…"
}

// wrap breaks before a Chinese letter, after a space or a hyphen; a word longer than the line is broken where it ends.
func wrap(s string, w, size float64) []string {
	var out []string
	line := []rune{}
	rest := []rune(s)
	for len(rest) > 0 {
		line = append(line, rest[0])
		rest = rest[1:]
		if width(string(line), size) <= w+0.5 || len(line) == 1 {
			continue
		}
		at := len(line) - 1
		for at > 0 && !mayBreak(line[at-1], line[at]) {
			at--
		}
		if at == 0 {
			at = len(line) - 1
		}
		out = append(out, strings.TrimRight(string(line[:at]), " "))
		rest = append([]rune(strings.TrimLeft(string(line[at:]), " ")), rest...)
		line = line[:0]
	}
	if len(line) > 0 || len(out) == 0 {
		out = append(out, string(line))
	}
	return out
}

// mayBreak: closing punctuation does not begin a line, opening punctuation does not end one.
func mayBreak(a, b rune) bool {
	switch {
	case strings.ContainsRune("\uff0c。、\uff1b\uff1a\uff1f\uff01\uff09》】」』”’…%℃,.;:?!)]}", b):
		return false
	case strings.ContainsRune("\uff08《【「『“‘([{", a):
		return false
	case a == ' ':
		return b != ' '
	case a == '-' || a == '/': // but not inside a number such as WO2603-0001
		return b != ' ' && (b < '0' || b > '9')
	}
	return cjk(a) || cjk(b)
}

func cjk(r rune) bool { return r >= 0x2e80 }
