package purchasing

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
)

// Goods that came in get labels; a receipt that was taken back has none left to print.
func TestLabels(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		a := web.New(http.NewServeMux(), d)
		h.Routes(a)
		door, reader := a.Handler(), webtest.Person("reader", "purchasing.read")
		var number string
		if err := h.do(t, func(ctx context.Context, tx *db.Tx) error {
			r, err := h.Receive(ctx, tx, Receive{Order: "P1", Line: 1, Qty: num.Int(40), Lot: "L-9", SupplierLot: "V7"})
			number = r.Number
			return err
		}); err != nil {
			t.Fatal(err)
		}
		ask := func(path string) string {
			r := webtest.Do(t, door, reader, "GET", path, nil)
			return r.Body.String()
		}
		if b := ask("/purchasing/receipts/" + number + "/labels.pdf?copies=3"); !strings.HasPrefix(b, "%PDF") || !strings.Contains(b, "/Count 3") {
			t.Errorf("pdf: %.80q", b)
		}
		if b := ask("/purchasing/receipts/" + number + "/labels.zpl"); !strings.Contains(b, "^XA") || !strings.Contains(b, "KW:LOT:RAW/L-9") {
			t.Errorf("zpl: %.80q", b)
		}
		if b := ask("/purchasing/receipts/NO/labels.pdf"); !strings.Contains(b, "purchasing.receipt_unknown") {
			t.Errorf("unknown: %.200s", b)
		}
		if err := h.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.UndoReceipt(ctx, tx, number, Undo{Reason: "wrong goods"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if b := ask("/purchasing/receipts/" + number + "/labels.pdf"); !strings.Contains(b, "purchasing.undone_no_label") {
			t.Errorf("taken back: %.200s", b)
		}
	})
}
