package production_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"

	"pgregory.net/rapid"
)

// Whatever the reports are, the pieces that are due are the first and then each so many, once each.
func TestDuePieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := masterdata.Param{Every: rapid.IntRange(0, 12).Draw(t, "every")}
		at, got := int64(0), []int64(nil)
		for _, n := range rapid.SliceOfN(rapid.Int64Range(0, 30), 1, 8).Draw(t, "reports") {
			got = append(got, p.Due(at+1, at+n)...)
			at += n
		}
		var want []int64
		for k := int64(1); k <= at; k += max(int64(p.Every), 1) {
			want = append(want, k)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// Single pieces are measured piece by piece: all that are due or the report is refused, numbered over the reports of the
// operation, with the serial number where the item has one, and taken back with their report.
func TestReadingsOfPieces(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		routed(t, f, "PUMP", masterdata.Param{Name: "直径", Unit: "mm", Lower: decp("9.9"), Upper: decp("10.1"), Decimals: 2, Taken: "piece", Every: 3}, masterdata.Param{Name: "电流", Upper: decp("5"), Decimals: 1, Taken: "piece"})
		wo := f.order(t, "PUMP", "10")
		say := func(text string, values ...production.Reading) production.Report {
			r := report(wo, text)
			r.Readings.Readings = values
			return r
		}
		v := func(name string, values ...string) (out []production.Reading) {
			for _, x := range values {
				value, serial, _ := strings.Cut(x, "@")
				out = append(out, production.Reading{Name: name, Value: dec(value), Serial: serial})
			}
			return out
		}
		must(t, d, f.Start, production.Run{Order: wo, Op: 10, Worker: "W1"}) // nothing is measured before there are pieces
		for what, c := range map[string]struct {
			want string
			r    production.Report
		}{
			"one is missing": {"production.readings_missing", say("10 g4", append(v("直径", "10"), v("电流", "1", "1", "1", "1")...)...)},
			"nothing":        {"production.readings_missing", say("10 g1")},
			"too many":       {"production.reading_pieces", say("10 g1", append(v("直径", "10"), v("电流", "1", "2")...)...)},
			"twice":          {"production.reading_serial_twice", say("10 g2", append(v("直径", "10"), v("电流", "1@P1", "2@KW:SN:PUMP/P1")...)...)},
			"foreign":        {"production.reading_serial_code", say("10 g1", append(v("直径", "10"), v("电流", "1@KW:SN:MOTOR/M1")...)...)},
			"why":            {"production.out_of_limits", say("10 g1", append(v("直径", "9"), v("电流", "1")...)...)},
		} {
			if _, err := run(t, d, f.Report, c.r); code(err) != c.want {
				t.Errorf("%s: %v", what, err)
			}
		}
		first := must(t, d, f.Report, say("10 g3 s1", append(v("直径", "10@KW:SN:PUMP/P1", "10.05@P4"), v("电流", "1@P1", "2", "3")...)...)) // pieces 1..4, one of them scrap
		r := say("10 g3", append(v("直径", "9.5@P7"), v("电流", "1", "2", "3@P7")...)...)                                                    // 5..7: 7 is due
		r.Beyond = "刀具"
		must(t, d, f.Report, r)
		if _, err := run(t, d, f.Report, say("10 g2", v("电流", "1@P1", "1")...)); code(err) != "production.reading_serial_twice" {
			t.Error("the same piece in a later report:", err)
		}
		must(t, d, f.Report, say("10 g1", v("电流", "1")...)) // piece 8: no diameter is due
		must(t, d, f.Undo, production.Undo{Report: first.ID, Reason: "错"})
		must(t, d, f.Report, say("10 g1", v("电流", "1@P1")...)) // its pieces are not measured any more: again number 5
		type row struct {
			Name     string  `db:"name"`
			Piece    int64   `db:"piece"`
			Serial   string  `db:"serial"`
			Value    num.Dec `db:"value"`
			Outside  bool    `db:"outside"`
			Reversed bool    `db:"reversed"`
		}
		rows, err := db.All[row](t.Context(), d.Read(), `SELECT name, piece, serial, value, outside, reversed FROM v_wo_reading ORDER BY id`)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range rows {
			s := fmt.Sprintf("%s%d=%s", x.Name, x.Piece, x.Value)
			if x.Serial != "" {
				s += "@" + x.Serial
			}
			if x.Outside {
				s += "!"
			}
			if x.Reversed {
				s += "-"
			}
			got = append(got, s)
		}
		want := "直径1=10@P1- 直径4=10.05@P4- 电流1=1@P1- 电流2=2- 电流3=3- 直径7=9.5@P7! 电流5=1 电流6=2 电流7=3@P7 电流8=1 电流5=1@P1"
		if s := strings.Join(got, " "); s != want {
			t.Errorf("got  %s\nwant %s", s, want)
		}
		// what is reworked is measured once more, numbered within its report
		must(t, d, f.Report, say("10 r2", append(v("直径", "10@P8"), v("电流", "2@P8", "3@P9")...)...))
		must(t, d, f.Report, say("10 g2 f", append(v("直径", "10@P8"), v("电流", "2@P8", "3@P9")...)...))
		if n, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM v_wo_reading WHERE serial = 'P8' AND piece = 1 AND name = '直径'`); err != nil || n != 1 {
			t.Error(n, err)
		}
		balanced(t, f)
	})
}

// An item without serials takes none, and one report does not measure without end.
func TestPiecesHaveBounds(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		routed(t, f, "PLAIN", masterdata.Param{Name: "重量", Taken: "piece"})
		wo := f.order(t, "PLAIN", "2000")
		r := report(wo, "10 g1")
		r.Readings.Readings = []production.Reading{{Name: "重量", Value: dec("1"), Serial: "X"}}
		if _, err := run(t, d, f.Report, r); code(err) != "production.reading_serial" {
			t.Error(err)
		}
		if _, err := run(t, d, f.Report, report(wo, "10 g1500")); code(err) != "production.readings_many" {
			t.Error(err)
		}
		r = report(wo, "10 g0.5") // a begun piece is one
		r.Readings.Readings = reading("重量", "1")
		must(t, d, f.Report, r)
		must(t, d, f.Report, report(wo, "10 g0.5")) // and its end is not another
		balanced(t, f)
	})
}
