package masterdata_test

import (
	"context"
	"os"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/masterdata"
)

var schemas = []db.Schema{{Room: "kit", FS: notice.Schema}, {Room: "masterdata", FS: masterdata.Schema}}

func TestViewsAnswer(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		for _, v := range []string{"site", "item", "item_site", "uom", "bom", "bom_line", "routing", "routing_op", "work_center", "machine", "changeover", "calendar", "partner", "warehouse", "location", "worker", "skill", "team", "tool", "tool_use", "worker_skill", "partner_trade", "partner_contact", "partner_address"} {
			if n, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM v_`+v); err != nil || n != 0 {
				t.Error(v, n, err)
			}
		}
	})
}

func TestSetting(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return masterdata.SetSetting(ctx, tx, "report.tolerance", "5")
		})
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return masterdata.SetSetting(ctx, tx, "report.tolerance", "7")
		})
		for name, want := range map[string]string{"report.tolerance": "7", "nobody.chose": "default"} {
			if got, err := masterdata.Setting(t.Context(), d.Read(), name, "default"); err != nil || got != want {
				t.Error(name, got, err)
			}
		}
	})
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
