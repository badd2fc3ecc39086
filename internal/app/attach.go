package app

import (
	"context"
	"io"
	"mime/multipart"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/blob"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
)

const maxAttachment = 50 << 20

type attachInput struct {
	Subject string `query:"subject" required:"true" maxLength:"120" doc:"What it belongs to: item:R-PP, wo:MO2603-0001 …"`
	RawBody huma.MultipartFormFiles[struct {
		File huma.FormFile `form:"file" required:"true" contentType:"application/octet-stream"`
	}]
}

// documents find what a subject names: its site, 0 where it belongs to the company.
var documents = map[string]string{
	"wo:":     `SELECT site_id FROM v_work_order WHERE number = $1`,
	"call:":   `SELECT site_id FROM v_wo_call WHERE CAST(id AS TEXT) = $1`,
	"change:": `SELECT CAST(0 AS BIGINT) FROM v_change WHERE number = $1`,
	"item:":   `SELECT CAST(0 AS BIGINT) FROM v_item WHERE code = $1`,
	"lot:":    `SELECT CAST(0 AS BIGINT) FROM v_lot l JOIN v_item i ON i.id = l.item_id WHERE i.code = $1 AND l.number = $2`,
	"count:":  `SELECT site_id FROM v_count WHERE number = $1`,
	"insp:":   `SELECT site_id FROM v_inspection WHERE number = $1`,
	"user:":   `SELECT CAST(0 AS BIGINT) FROM v_user WHERE login = $1`,

	"work_center:": `SELECT site_id FROM v_work_center WHERE code = $1`,
	"machine:":     `SELECT site_id FROM v_machine WHERE code = $1`,
	"tool:":        `SELECT site_id FROM v_tool WHERE code = $1`,
	"warehouse:":   `SELECT site_id FROM v_warehouse WHERE code = $1`,
	"location:":    `SELECT site_id FROM v_location WHERE code = $1`,
	"calendar:":    `SELECT site_id FROM v_calendar WHERE code = $1`,
	"worker:":      `SELECT CAST(0 AS BIGINT) FROM v_worker WHERE code = $1`,
	"skill:":       `SELECT CAST(0 AS BIGINT) FROM v_skill WHERE code = $1`,
	"team:":        `SELECT CAST(0 AS BIGINT) FROM v_team WHERE code = $1`,
	"partner:":     `SELECT CAST(0 AS BIGINT) FROM v_partner WHERE code = $1`,
}

// attachments: files that hang on a document. Who may read the document may read them.
func (a *App) attachments() {
	web.Act(a.API, web.Op{Path: "/attachments", ID: "attachFile", Later: true, Summary: "Attach a file to a document", Module: "attachments", Stream: true, MaxBody: maxAttachment, Timeout: 5 * time.Minute},
		func(ctx context.Context, in *attachInput) (blob.Attachment, error) {
			var out blob.Attachment
			if err := a.maySubject(ctx, in.Subject, true); err != nil {
				return out, err
			}
			if actor.From(ctx).Origin == "device" && !strings.HasPrefix(in.Subject, "call:") { // of what a tablet sends later in its author's name only calls have pictures
				return out, fault.Forbidden("web.later_not", "a device sends only the picture of a call in its author's name")
			}
			f := in.RawBody.Data().File
			if in.RawBody.Form != nil {
				defer in.RawBody.Form.RemoveAll()
			}
			if !f.IsSet || f.Size == 0 {
				return out, fault.Invalid("app.no_attachment", "no file came, or it is empty; choose another one")
			}
			defer f.Close()
			b, err := blob.Put(ctx, a.DB, multipart.File(f.File), f.Filename, f.ContentType, maxAttachment)
			if err != nil {
				return out, err
			}
			err = a.DB.InTx(ctx, func(tx *db.Tx) error { out, err = blob.Attach(ctx, tx, in.Subject, b.ID, ""); return err })
			return out, err
		})
	web.Query(a.API, web.Op{Path: "/attachments", ID: "listAttachments", Summary: "Files attached to a document", Module: "attachments"},
		func(ctx context.Context, q db.Querier, in *struct {
			Subject string `query:"subject" required:"true" maxLength:"120"`
		}) ([]blob.Attachment, error) {
			if err := a.maySubject(ctx, in.Subject, false); err != nil {
				return nil, err
			}
			return blob.List(ctx, q, in.Subject)
		})
	web.Download(a.API, web.Op{Path: "/attachments/{id}/file", ID: "readAttachment", Summary: "An attached file", Module: "attachments"},
		func(ctx context.Context, q db.Querier, in *struct {
			ID db.ID `path:"id"`
		}) (web.File, error) {
			at, err := a.attachment(ctx, q, in.ID, false)
			if err != nil {
				return web.File{}, err
			}
			return web.File{Name: at.Name, Type: at.Mime, Inline: blob.Blob{Mime: at.Mime}.Inline(), Size: at.Size, Write: func(w io.Writer) error {
				r, _, err := blob.Open(ctx, a.DB, at.BlobID)
				if err != nil {
					return err
				}
				defer r.Close()
				_, err = io.Copy(w, r)
				return err
			}}, nil
		})
	web.Command(a.API, web.Op{Path: "/attachments/{id}/remove", ID: "removeAttachment", Summary: "Take a file off a document", Module: "attachments"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ID db.ID `path:"id"`
		}) (blob.Attachment, error) {
			at, err := a.attachment(ctx, tx, in.ID, true)
			if err != nil {
				return at, err
			}
			return at, blob.Detach(ctx, tx, in.ID)
		})
}

func (a *App) attachment(ctx context.Context, q db.Querier, id db.ID, write bool) (blob.Attachment, error) {
	at, err := blob.Find(ctx, q, id)
	if err == nil {
		err = a.maySubject(ctx, at.Subject, write)
	}
	if _, ok := fault.As(err); ok {
		err = fault.NotFound("app.file_unknown", "no such attachment")
	}
	return at, err
}

// maySubject refuses who may not read (or change) the document that a subject names.
func (a *App) maySubject(ctx context.Context, subject string, write bool) error {
	act := actor.From(ctx)
	for _, s := range subjects {
		number, ok := strings.CutPrefix(subject, s.prefix)
		if !ok || number == "" || s.write == "" {
			continue
		}
		perm := s.read
		if write {
			perm = s.write
		}
		if !act.Can(perm) {
			return fault.Forbidden("web.forbidden", "permission %s is needed", perm).With("perm", perm)
		}
		switch s.prefix {
		case "so:":
			return a.Sales.Visible(ctx, a.DB.Read(), number)
		case "complaint:":
			_, err := a.Sales.Complaint(ctx, a.DB.Read(), number)
			return err
		case "rma:":
			_, err := a.Sales.Return(ctx, a.DB.Read(), number)
			return err
		case "po:":
			return a.Purchasing.Visible(ctx, a.DB.Read(), number)
		case "shp:":
			_, err := a.Sales.Shipment(ctx, a.DB.Read(), number)
			return err
		}
		args := []any{number}
		if s.prefix == "lot:" {
			item, lot, _ := strings.Cut(number, "|")
			args = []any{item, lot}
		}
		sites, err := db.All[int64](ctx, a.DB.Read(), documents[s.prefix], args...)
		seen := slices.ContainsFunc(sites, func(site int64) bool { return site == 0 || act.SeesSite(site) })
		if err == nil && (act.Partner > 0 || !seen) {
			err = fault.NotFound("app.document_unknown", "there is no document %q", subject).With("subject", subject)
		}
		return err
	}
	return fault.Invalid("app.subject_unknown", "nothing can be attached to %q", subject).With("subject", subject)
}
