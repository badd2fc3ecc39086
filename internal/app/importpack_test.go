package app

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

var masterSchema = []db.Schema{{Room: "masterdata", FS: masterdata.Schema}}

func factory(t testing.TB, name string) *pack.Pack {
	t.Helper()
	p, faults := pack.Read(filepath.Join("../../testdata/factories", name))
	if err := pack.Error(faults); err != nil {
		t.Fatal(err)
	}
	return p
}

// rest is a room that fails or counts, to see what the others do then.
type rest struct {
	load, publish error
	loaded        int
}

func (r *rest) Load(ctx context.Context, b *db.Batch, p *pack.Pack) error {
	r.loaded++
	for _, it := range p.Items[:1] { // a room that loads later finds what masterdata wrote
		if _, err := masterdata.ItemByCode(ctx, b.Read(), it.Code); err != nil {
			return err
		}
	}
	return r.load
}
func (r *rest) Dump(context.Context, db.Querier, db.ID, *pack.Pack) error { return nil }
func (r *rest) Publish(context.Context, *db.Tx, *db.Batch) error          { return r.publish }

func TestImportAllOrNothing(t *testing.T) {
	stop := fault.Conflict("test.stop", "stop")
	kittest.Each(t, masterSchema, func(t *testing.T, d *db.DB) {
		ctx := kittest.Ctx(t)
		p := factory(t, "medical-device")
		for name, room := range map[string]*rest{"load": {load: stop}, "publish": {publish: stop}} {
			s := &Packs{DB: d, Master: masterdata.New(), Rooms: []Loader{room}}
			if _, err := s.Import(ctx, p, nil, nil); !fault.Is(err, "test.stop") {
				t.Fatal(name, err)
			}
			if n, err := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM md_item`); err != nil || n != 0 || room.loaded != 1 {
				t.Error(name, n, err, room.loaded)
			}
		}
		var badges int
		s := &Packs{DB: d, Master: masterdata.New(), Rooms: []Loader{&rest{}}, Badges: func(_ context.Context, _ *db.Tx, w []masterdata.Worker) error {
			badges += len(w)
			return nil
		}}
		var stages []string
		r, err := s.Import(ctx, p, nil, func(stage string, done, total int) { stages = append(stages, stage) })
		if err != nil || r.Site != "MD" || badges != len(p.Workers) || strings.Join(stages, " ") != "check load load publish done" {
			t.Fatal(r, err, badges, stages)
		}
		if badges = 0; true {
			if _, err = s.Import(ctx, p, nil, nil); err != nil || badges != 0 {
				t.Error(err, badges)
			}
		}
	})
}

func TestImportRefusesEveryFault(t *testing.T) {
	kittest.Each(t, masterSchema, func(t *testing.T, d *db.DB) {
		s := &Packs{DB: d, Master: masterdata.New()}
		p := factory(t, "small-appliance")
		p.Items[0].Supplier = "S99"
		p.BOMs[3].Item = "NOPE"
		p.Stock[5].Warehouse = "NOWHERE"
		_, err := s.Import(kittest.Ctx(t), p, nil, nil)
		f, ok := fault.As(err)
		if !ok || f.Code != "pack.refused" || len(f.Fields) != 3 {
			t.Fatal(err)
		}
		want := "items.csv:2:supplier boms.csv:5:item stock.csv:7:warehouse"
		var got []string
		for _, x := range f.Fields {
			got = append(got, x.Where)
		}
		if strings.Join(got, " ") != want {
			t.Error(got)
		}
	})
}

func TestImportPrices(t *testing.T) {
	d := kittest.SQLite(t, masterSchema)
	s := &Packs{DB: d, Master: masterdata.New()}
	p := factory(t, "small-appliance")
	planner := actor.With(t.Context(), &actor.Actor{Name: "p", Perms: map[string]bool{"masterdata.import": true, "masterdata.read": true}})
	if _, err := s.Import(planner, p, nil, nil); !fault.Is(err, "app.pack_prices") {
		t.Fatal(err)
	}
	if _, err := s.Import(kittest.Ctx(t), p, nil, nil); err != nil {
		t.Fatal(err)
	}
	got, err := s.Export(planner, "NB1")
	if err != nil || len(got.Items) != len(p.Items) || hasPrices(got) || hasCosts(got) {
		t.Fatal(err)
	}
	// the pack without prices comes back and takes none away
	got.Items[0].Name = "改名"
	importer := actor.With(t.Context(), &actor.Actor{Name: "p", Perms: map[string]bool{"masterdata.import": true}})
	if _, err := s.Import(importer, got, nil, nil); err != nil {
		t.Fatal(err)
	}
	p.Items[0].Name = "改名"
	if got, err = s.Export(kittest.Ctx(t), ""); err != nil || !reflect.DeepEqual(got.Items[0].PurchasePrice, p.Items[0].PurchasePrice) || got.Items[0].Name != "改名" || got.Routings[0].PieceRate != p.Routings[0].PieceRate || got.WorkCenters[0].CostPerHour != p.WorkCenters[0].CostPerHour {
		t.Fatal(err)
	}
	if got, err = s.Export(kittest.Ctx(t), ""); err != nil || !hasPrices(got) || !hasCosts(got) {
		t.Fatal(err)
	}
}

func upload(t *testing.T, h http.Handler, who *actor.Actor, path string, file []byte) (int, string) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	w, err := form.CreateFormFile("file", "factory.zip")
	if err != nil {
		t.Fatal(err)
	}
	w.Write(file)
	form.Close()
	r := webtest.Do(t, h, who, "POST", path, body.Bytes(), "Content-Type", form.FormDataContentType())
	return r.Code, r.Body.String()
}

func TestPackOverHTTP(t *testing.T) {
	kittest.Each(t, masterSchema, func(t *testing.T, d *db.DB) {
		a := web.New(http.NewServeMux(), d)
		a.Messages(masterdata.Messages)
		s := &Packs{DB: d, Master: masterdata.New()}
		s.Routes(a)
		h := a.Handler()
		p := factory(t, "hardware")
		p.Stock, p.SalesOrders, p.PurchaseOrders, p.WorkOrders = nil, nil, nil, nil
		var zip bytes.Buffer
		if err := pack.WriteZip(p, &zip); err != nil {
			t.Fatal(err)
		}
		if code, body := upload(t, h, webtest.Person("nobody"), "/masterdata/import", zip.Bytes()); code != 403 {
			t.Fatal(code, body)
		}
		code, body := upload(t, h, webtest.Boss(), "/masterdata/import?dry_run=true", zip.Bytes())
		if code != 200 || !strings.Contains(body, `"preview":true`) || !strings.Contains(body, `"errors":[]`) {
			t.Fatal(code, body)
		}
		if n, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM md_item`); err != nil || n != 0 {
			t.Fatal(n, err)
		}
		if code, body = upload(t, h, webtest.Boss(), "/masterdata/import", zip.Bytes()); code != 200 {
			t.Fatal(code, body)
		}
		for _, format := range []string{"zip", "xlsx"} {
			out := webtest.Do(t, h, webtest.Boss(), "GET", "/masterdata/export?site=WJ&format="+format, nil)
			b := out.Body.Bytes()
			got, faults := pack.ReadFrom(bytes.NewReader(b), int64(len(b)), "x")
			if out.Code != 200 || len(faults) > 0 || !got.Equal(p) {
				t.Error(format, out.Code, faults)
			}
		}
		p.Items[4].Supplier = "S99"
		zip.Reset()
		if err := pack.WriteZip(p, &zip); err != nil {
			t.Fatal(err)
		}
		if code, body = upload(t, h, webtest.Boss(), "/masterdata/import?dry_run=true", zip.Bytes()); code != 200 || !strings.Contains(body, `"row":6`) || !strings.Contains(body, `"column":"supplier"`) || !strings.Contains(body, `"value":"S99"`) || !strings.Contains(body, `"remedy":"`) {
			t.Error(code, body)
		}
		if code, body = upload(t, h, webtest.Boss(), "/masterdata/import", zip.Bytes()); code != 422 || !strings.Contains(body, "items.csv:6:supplier") {
			t.Error(code, body)
		}
		if code, body = upload(t, h, webtest.Boss(), "/masterdata/import", []byte("no pack")); code != 422 || !strings.Contains(body, "pack.") {
			t.Error(code, body)
		}
		if code, body = upload(t, h, webtest.Boss(), "/masterdata/import", nil); code != 422 {
			t.Error(code, body)
		}
	})
}
