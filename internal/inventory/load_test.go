package inventory

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

// importPack brings a pack in the way the product does.
func importPack(t testing.TB, d *db.DB, m *Module, p *pack.Pack) error {
	t.Helper()
	ctx := kittest.Ctx(t)
	faults, err := m.Check(ctx, d.Read(), p)
	if err == nil {
		err = pack.Error(faults)
	}
	if err != nil {
		return err
	}
	md := masterdata.New()
	var inside context.Context
	return d.InBatch(ctx, "import", func(b *db.Batch) error {
		inside = masterdata.Loading(ctx, b)
		if err := md.Load(inside, b, p); err != nil {
			return err
		}
		return m.Load(inside, b, p)
	}, func(tx *db.Tx, b *db.Batch) error {
		if err := md.Publish(inside, tx, b); err != nil {
			return err
		}
		return m.Publish(inside, tx, b)
	})
}

func dumpStock(t testing.TB, d *db.DB, m *Module) []pack.Stock {
	t.Helper()
	ctx := kittest.Ctx(t)
	site, err := masterdata.DefaultSite(ctx, d.Read())
	if err != nil {
		t.Fatal(err)
	}
	out := pack.New()
	if err := m.Dump(ctx, d.Read(), site.ID, out); err != nil {
		t.Fatal(err)
	}
	return out.Stock
}

const items = "code,kind,tracking,decimals\nA,buy,lot,0\nB,buy,none,3\nC,make,serial,0\nP,phantom,none,0\n"

func writePack(t testing.TB, stock string) *pack.Pack {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"items.csv": items, "warehouses.csv": "code,kind\nRM,\nFG,\nQ,quarantine\n", "stock.csv": stock} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, faults := pack.Read(dir)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return p
}

// Every column, in the order of the file: rows that repeat each other, lots whose deliveries differ, rows of nothing.
const richStock = `item,qty,warehouse,location,lot,serial,expires_on,received_on,unit_cost
C,1,FG,F-1,,C9,,2026-01-02,
A,10,RM,A-1,L1,,2026-05-01,2026-01-02,1.25
A,10,RM,A-1,L1,,2026-05-01,2026-01-02,1.25
C,1,FG,F-1,,C1,,2026-01-02,
A,5,RM,A-2,L1,,2026-05-01,2026-01-02,1.25
A,7,Q,,L1,,2026-06-01,2026-01-09,
A,0,RM,,L2,,,,
B,1200.5,RM,,,,,,
B,3,RM,,,,,2026-02-01,0.03
B,3,RM,,,,2026-12-31,2026-02-01,0.03
B,4,,,,,,,0
B,4,,X-1,,,,,
C,1,RM,,CL1,C2,,2026-01-03,99.5
C,1,FG,F-1,,C3,,2026-01-02,
P,12.75,RM,,,,,,
`

func TestRoundTrip(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		m := New(d)
		m.slots = func(*db.Tx) (int64, int64) { return 4, 2 } // big balances are shared out, and come out whole
		p := writePack(t, richStock)
		if err := importPack(t, d, m, p); err != nil {
			t.Fatal(err)
		}
		same := func() {
			t.Helper()
			got := dumpStock(t, d, m)
			if len(got) != len(p.Stock) {
				t.Fatalf("%d rows came out of %d: %+v", len(got), len(p.Stock), got)
			}
			for i := range got {
				if !equalStock(got[i], p.Stock[i]) {
					t.Errorf("row %d: %+v came out as %+v", i+1, p.Stock[i], got[i])
				}
			}
			for _, err := range m.Verify(t.Context(), d.Read()) {
				t.Error(err)
			}
			if n, err := m.VerifyTold(t.Context(), d.Read(), toldEach(t, d.Read())); err != nil || n == 0 {
				t.Error(n, err)
			}
		}
		same()
		if err := importPack(t, d, m, p); err != nil { // the same again changes nothing
			t.Fatal(err)
		}
		same()
		p.Stock[1].Qty++
		if err := importPack(t, d, m, p); !fault.Is(err, "pack.refused") {
			t.Errorf("other stock over that of a running site: %v", err)
		}
	})
}

func TestStockFaults(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		m := New(d)
		p := writePack(t, "item,qty,serial\nC,2,\nA,1,S1\nC,1,S2\n")
		faults, err := m.Check(kittest.Ctx(t), d.Read(), p)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range faults {
			got = append(got, f.Where+" "+f.Code)
		}
		if len(got) != 2 || got[0] != "stock.csv:2:serial inventory.serial_missing" || got[1] != "stock.csv:3:serial inventory.serial_untracked" {
			t.Error(got)
		}
	})
}

// An import that is broken off leaves nothing, and nothing of it is seen while it runs.
func TestAbandonedLoad(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		m, md, ctx := New(d), masterdata.New(), kittest.Ctx(t)
		p := writePack(t, richStock)
		err := d.InBatch(ctx, "import", func(b *db.Batch) error {
			inside := masterdata.Loading(ctx, b)
			if err := md.Load(inside, b, p); err != nil {
				return err
			}
			if err := m.Load(inside, b, p); err != nil {
				return err
			}
			for _, v := range []string{"v_stock", "v_lot", "v_move", "v_serial"} {
				if n, err := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM `+v); err != nil || n != 0 {
					t.Errorf("%s shows %d unpublished rows (%v)", v, n, err)
				}
			}
			return errUndo
		}, nil)
		if err == nil {
			t.Fatal("the load should have failed")
		}
		for _, v := range []string{"inv_balance", "inv_lot", "inv_move", "inv_serial", "inv_move_serial"} {
			if n, err := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM `+v); err != nil || n != 0 {
				t.Errorf("%s keeps %d rows (%v)", v, n, err)
			}
		}
	})
}
