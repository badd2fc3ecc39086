package masterdata

import (
	"context"
	"io"
	"mime/multipart"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kaiwu/internal/kit/blob"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
)

const maxPicture = 8 << 20

type pictureInput struct {
	ByCode
	RawBody huma.MultipartFormFiles[struct {
		File huma.FormFile `form:"file" required:"true" contentType:"application/octet-stream" doc:"A JPEG, PNG, WebP or GIF"`
	}]
}

// SetPicture shows an item by a stored file; 0 takes the picture away.
func (m *Module) SetPicture(ctx context.Context, tx *db.Tx, code string, picture db.ID) (ItemDetail, error) {
	site, err := DefaultSite(ctx, tx)
	if err != nil {
		return ItemDetail{}, err
	}
	before, err := m.ItemDetail(ctx, tx, code, site.ID, tx.Today())
	if err != nil || before.Picture == picture {
		return before, err
	}
	p, err := m.pair(ctx, tx, code, site.ID)
	if err != nil {
		return before, err
	}
	p.item.Picture = picture
	return m.touched(ctx, tx, before, p, site.ID, "")
}

// pictureRoutes: the picture has an address of its own, which the floor uses too.
func (m *Module) pictureRoutes(a *web.API) {
	web.Act(a, web.Op{Path: "/masterdata/items/{code}/picture", ID: "setItemPicture", Summary: "Give an item its picture", Perm: write, Stream: true, MaxBody: maxPicture, Timeout: time.Minute},
		func(ctx context.Context, in *pictureInput) (ItemDetail, error) {
			f := in.RawBody.Data().File
			if in.RawBody.Form != nil {
				defer in.RawBody.Form.RemoveAll()
			}
			if !f.IsSet || f.Size == 0 {
				return ItemDetail{}, fault.Invalid("masterdata.picture_bad", "%s is no picture", f.Filename).With("name", f.Filename)
			}
			defer f.Close()
			if _, err := ItemByCode(ctx, a.DB.Read(), in.Code); err != nil {
				return ItemDetail{}, err
			}
			b, err := blob.Put(ctx, a.DB, multipart.File(f.File), f.Filename, f.ContentType, maxPicture)
			if err != nil {
				return ItemDetail{}, err
			}
			if !b.Inline() || !strings.HasPrefix(b.Mime, "image/") {
				return ItemDetail{}, fault.Invalid("masterdata.picture_bad", "%s is no picture", f.Filename).With("name", f.Filename)
			}
			var out ItemDetail
			err = a.DB.InTx(ctx, func(tx *db.Tx) error { out, err = m.SetPicture(ctx, tx, in.Code, b.ID); return err })
			return out, err
		})
	web.Command(a, web.Op{Path: "/masterdata/items/{code}/picture/remove", ID: "removeItemPicture", Summary: "Take an item's picture away", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *ByCode) (ItemDetail, error) {
			return m.SetPicture(ctx, tx, in.Code, 0)
		})
	web.Download(a, web.Op{Path: "/masterdata/items/{code}/picture", ID: "itemPicture", Summary: "An item's picture", Perm: read},
		func(ctx context.Context, q db.Querier, in *ByCode) (web.File, error) {
			id, ok, err := db.Get[db.ID](ctx, q, `SELECT i.picture FROM md_item i WHERE `+seen("i")+` AND i.code = $2`, batchOf(ctx), in.Code)
			if err == nil && !ok {
				err = itemUnknown(in.Code)
			}
			if err == nil && id == 0 {
				err = fault.NotFound("masterdata.no_picture", "item %s has no picture", in.Code).With("code", in.Code)
			}
			if err != nil {
				return web.File{}, err
			}
			b, err := blob.Get(ctx, q, id)
			if err != nil {
				return web.File{}, err
			}
			return web.File{Name: b.Name, Type: b.Mime, Inline: b.Inline(), Size: b.Size, Write: func(w io.Writer) error {
				r, _, err := blob.Open(ctx, a.DB, id)
				if err != nil {
					return err
				}
				defer r.Close()
				_, err = io.Copy(w, r)
				return err
			}}, nil
		})
}
