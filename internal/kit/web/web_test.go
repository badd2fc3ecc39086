package web_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"
	"testing/fstest"

	"github.com/danielgtaylor/huma/v2"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
)

var schemas = []db.Schema{{Room: "part", FS: fstest.MapFS{"schema/20260102T0000_part.sql": {Data: []byte(`
CREATE TABLE tp_part (
  id     BIGINT PRIMARY KEY,
  code   TEXT NOT NULL UNIQUE,
  name   TEXT NOT NULL,
  family TEXT NOT NULL,
  qty    BIGINT NOT NULL,
  price  BIGINT NOT NULL,
  active BOOLEAN NOT NULL,
  note   TEXT,
  made_ms BIGINT NOT NULL,
  key    TEXT NOT NULL DEFAULT ''
)`)}}}}

type stored struct {
	ID     db.ID   `db:"id"`
	Code   string  `db:"code"`
	Name   string  `db:"name"`
	Family string  `db:"family"`
	Qty    num.Dec `db:"qty"`
	Price  num.Dec `db:"price"`
	Active bool    `db:"active"`
	Note   *string `db:"note"`
	MadeMS int64   `db:"made_ms"`
	Key    string  `db:"key"`
}

// Part is a row of the list under test.
type Part struct {
	ID     db.ID    `json:"id" sql:"p.id"`
	Code   string   `json:"code" doc:"Code" sql:"p.code"`
	Name   string   `json:"name" doc:"Name" sql:"p.name"`
	Family string   `json:"family" sql:"p.family"`
	Qty    num.Dec  `json:"qty" sql:"p.qty"`
	Price  num.Dec  `json:"price" sql:"p.price" mask:"price"`
	Active bool     `json:"active" sql:"p.active"`
	Note   *string  `json:"note,omitempty" sql:"p.note"`
	MadeMS int64    `json:"made_ms" sql:"p.made_ms"`
	Tags   []string `json:"tags,omitempty"`
}

type Make struct {
	Code  string  `json:"code" minLength:"1" maxLength:"20"`
	Qty   num.Dec `json:"qty,omitempty"`
	Price num.Dec `json:"price" mask:"price"`
	Lines []Line  `json:"lines,omitempty"`
}

type Line struct {
	Item string  `json:"item"`
	Cost num.Dec `json:"cost,omitempty" mask:"cost"`
}

type Made struct {
	ID    db.ID            `json:"id"`
	Code  string           `json:"code"`
	Price num.Dec          `json:"price" mask:"price"`
	Lines []*Line          `json:"lines"`
	By    map[string]*Line `json:"by"`
	Any   any              `json:"any"`
}

type Inner struct {
	List []string `json:"list"`
}

type Empty struct {
	Inner *Inner         `json:"inner"`
	Deep  []Inner        `json:"deep"`
	Map   map[string]int `json:"map"`
	Gone  []int          `json:"gone,omitempty"`
	Any   any            `json:"any"`
	Bytes []byte         `json:"bytes"`
}

type Uploaded struct {
	Name string `json:"name"`
	Size int    `json:"size"`
}

type Group struct {
	Family string  `json:"family" sql:"p.family"`
	Count  int64   `json:"count" sql:"count(*)"`
	Qty    num.Dec `json:"qty" sql:"CAST(coalesce(sum(p.qty), 0) AS BIGINT)"`
}

func api(d *db.DB) *web.API {
	a := web.New(http.NewServeMux(), d)
	a.Messages(fault.Messages{"part.full": {Zh: "货架 {shelf} 满了", En: "Shelf {shelf} is full"}})
	web.Command(a, web.Op{Path: "/parts/makes", ID: "makePart", Summary: "Make", Perm: "part.make"}, func(ctx context.Context, tx *db.Tx, in *struct{ Body Make }) (Made, error) {
		if in.Body.Code == "FULL" {
			return Made{}, fault.Conflict("part.full", "shelf %s is full", "A").With("shelf", "A-1")
		}
		if in.Body.Code == "BUG" {
			return Made{}, fmt.Errorf("secret detail")
		}
		if in.Body.Code == "PANIC" {
			panic("oops")
		}
		id := tx.ID()
		l := &Line{"X", 5}
		tx.Emit(db.Event{Name: "part.made", Subject: "part:" + in.Body.Code, Payload: in.Body})
		return Made{ID: id, Code: in.Body.Code, Price: in.Body.Price, Lines: []*Line{l}, By: map[string]*Line{"x": l}, Any: l},
			db.Insert(ctx, tx, "tp_part", stored{ID: id, Code: in.Body.Code, Qty: in.Body.Qty, Price: in.Body.Price, Active: true, Key: tx.Key(), MadeMS: tx.NowMS()})
	})
	web.Query(a, web.Op{Path: "/parts/{code}", ID: "getPart", Summary: "One"}, func(ctx context.Context, q db.Querier, in *struct {
		Code string `path:"code"`
	}) (Part, error) {
		s, ok, err := db.Get[stored](ctx, q, `SELECT * FROM tp_part WHERE code = $1`, in.Code)
		if err == nil && !ok {
			err = fault.NotFound("part.unknown", "no part %s", in.Code)
		}
		return Part{ID: s.ID, Code: s.Code, Price: s.Price}, err
	})
	web.Query(a, web.Op{Path: "/pieces/{id}", ID: "getPartByID", Summary: "One"}, func(ctx context.Context, q db.Querier, in *struct {
		ID   db.ID             `path:"id"`
		From db.ID             `query:"from"`
		Qty  web.Text[num.Dec] `query:"qty"`
	}) (Part, error) {
		return Part{ID: in.ID, Code: in.From.String(), Qty: in.Qty.V}, nil
	})
	web.Query(a, web.Op{Path: "/pieces", ID: "emptyOnes", Summary: "Nothing"}, func(context.Context, db.Querier, *struct{}) (Empty, error) {
		return Empty{Inner: &Inner{}, Deep: []Inner{{}}, Any: []string(nil)}, nil
	})
	web.Act(a, web.Op{Path: "/pieces/upload", ID: "upload", Summary: "Upload", Stream: true, MaxBody: 3 << 20}, func(_ context.Context, in *struct {
		RawBody huma.MultipartFormFiles[struct {
			File huma.FormFile `form:"file" required:"true"`
			Name string        `form:"name"`
		}]
	}) (Uploaded, error) {
		data := in.RawBody.Data()
		b, err := io.ReadAll(data.File)
		return Uploaded{Name: data.Name, Size: len(b)}, err
	})
	web.Download(a, web.Op{Path: "/pieces/{code}/label", ID: "label", Summary: "Label"}, func(_ context.Context, _ db.Querier, in *struct {
		Code string `path:"code"`
	}) (web.File, error) {
		if in.Code == "none" {
			return web.File{}, fault.NotFound("part.unknown", "no part")
		}
		return web.File{Name: "标签 " + in.Code + ".txt", Type: "text/plain", Write: func(w io.Writer) error { _, err := io.WriteString(w, "label"); return err }}, nil
	})
	web.Act(a, web.Op{Path: "/parts/login", ID: "login", Summary: "In", Public: true}, func(ctx context.Context, in *struct{}) (struct {
		Who string `json:"who"`
	}, error) {
		web.SetSession(ctx, "tok", 1e12)
		return struct {
			Who string `json:"who"`
		}{actor.From(ctx).Name}, nil
	})
	web.List(a, web.Op{Path: "/parts", ID: "listParts", Summary: "Parts", Perm: "part.read"}, web.ListSpec[Part]{
		From: "tp_part p", Key: "p.id", Sort: "-qty,code", Search: []string{"p.code", "p.name"},
		Titles: map[string]fault.Text{"name": {Zh: "名称", En: "Name"}},
		Scope: func(ctx context.Context, w *db.Where) {
			if actor.From(ctx).Partner > 0 {
				w.And("p.family = ?", "F1")
			}
		},
		Post: func(ctx context.Context, q db.Querier, rows []Part) error {
			for i := range rows {
				rows[i].Tags = []string{rows[i].Family}
			}
			return nil
		}})
	codes := []web.Code{{Expr: "p.code"}, {Expr: "p.family", Narrow: "p.id IN (SELECT x.id FROM tp_part x WHERE x.family >= ? AND x.family < ?)"}}
	web.List(a, web.Op{Path: "/coded", ID: "listCoded", Summary: "Parts by code", Perm: "part.read"}, web.ListSpec[Part]{
		From: "tp_part p", Key: "p.id", Sort: "code", Search: []string{"p.code", "p.name"}, Codes: codes[:1]})
	web.List(a, web.Op{Path: "/strict", ID: "listStrict", Summary: "Parts by code alone", Perm: "part.read"}, web.ListSpec[Part]{
		From: "tp_part p", Key: "p.id", Sort: "code", Codes: codes})
	web.List(a, web.Op{Path: "/parts/{family}/groups", ID: "listGroups", Summary: "Groups", Perm: "part.read"}, web.ListSpec[Group]{
		From: "tp_part p", Key: "p.family", Sort: "-qty", Group: "p.family", Extra: map[string]string{"least": "code at least"},
		Where: func(ctx context.Context, p web.Params, w *db.Where) error {
			if p["family"] != "all" {
				w.And("p.family = ?", p["family"])
			}
			if p["least"] != "" {
				w.And("p.code >= ?", p["least"])
			}
			return nil
		}})
	return a
}

func TestCommandRunsOnce(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := api(d).Handler()
		body := Make{Code: "A", Qty: num.Int(2), Price: num.Int(9)}
		first := webtest.Must(t, h, webtest.Boss(), "POST", "/parts/makes", body, "Idempotency-Key", "k1")
		again := webtest.Must(t, h, webtest.Boss(), "POST", "/parts/makes", body, "Idempotency-Key", "k1")
		if first.Str("id") == "" || first.Str("id") != again.Str("id") || first.Str("price") != "9" {
			t.Error(first, again)
		}
	})
}

// The fact keeps its key for ever and for everybody: a tablet that sends its last scan again after another person has
// logged in is told so, and books nothing.
func TestAKeyIsEverybodys(t *testing.T) {
	unique := db.Schema{Room: "partkey", FS: fstest.MapFS{"schema/20260103T0000_partkey.sql": {Data: []byte(`CREATE UNIQUE INDEX tp_part_key ON tp_part (key);`)}}}
	kittest.Each(t, append([]db.Schema{unique}, schemas...), func(t *testing.T, d *db.DB) {
		h := api(d).Handler()
		webtest.Must(t, h, webtest.Boss(), "POST", "/parts/makes", Make{Code: "A", Price: num.Int(9)}, "Idempotency-Key", "k(1)")
		webtest.Refused(t, h, webtest.Person("other", "*"), "POST", "/parts/makes", Make{Code: "B", Price: num.Int(9)}, "web.key_taken", "Idempotency-Key", "k(1)")
		webtest.Refused(t, h, webtest.Boss(), "POST", "/parts/makes", Make{Code: "A", Price: num.Int(9)}, "web.internal", "Idempotency-Key", "k2") // the code is taken, not the key
	})
}
