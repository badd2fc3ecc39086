package app

import (
	"context"
	"mime/multipart"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/pack"
)

// PackMessages are the sentences of importing, exporting and changing what is booked.
var PackMessages = fault.Messages{
	"app.pack_prices":      {Zh: "工厂包里有您无权查看的价格或成本。请由有权限的人导入。", En: "The pack holds prices or costs that you may not see. Have somebody import it who may."},
	"app.import_running":   {Zh: "另一个导入正在进行。请等它结束后再试。", En: "Another import is running. Wait until it has ended, then try again."},
	"app.item_booked":      {Zh: "物料 {code} 已有以 {uom} 记录的库存移动，计量单位不能改为 {new}。请新建物料。", En: "Item {code} has movements in {uom}, so its unit cannot become {new}. Create a new item."},
	"app.item_stocked":     {Zh: "物料 {code} 还有库存或在制品，不能修改追踪方式或减少小数位。请先用完或清空。", En: "There is stock of {code}, on the shelf or in process, so its tracking and decimals cannot change. Use it up first."},
	"app.list_unknown":     {Zh: "没有清单 {list}。", En: "There is no list {list}."},
	"app.no_list_file":     {Zh: "没有收到文件。请选择一个 xlsx 或 CSV。", En: "No file came. Choose an xlsx or a CSV."},
	"app.work_center_busy": {Zh: "工单 {order} 在工作中心 {code} 还有未完成的工序，不能停用。请先完工、改派或取消。", En: "Order {order} still has an operation at work center {code}, so it cannot be made inactive. Finish, move or cancel it first."},
	"app.location_stocked": {Zh: "库位 {location} 上还有物料 {item}，不能停用或更改性质。请先移走或盘清。", En: "{item} still lies at {location}, so it can neither be made inactive nor change its kind. Move it or count it away first."},
	"app.no_file":          {Zh: "没有收到文件。请选择一个 zip 或 xlsx 工厂包。", En: "No file came. Choose a zip or xlsx factory pack."},
}

const maxUpload = 512 << 20

type uploaded struct {
	File huma.FormFile `form:"file" required:"true" contentType:"application/octet-stream" doc:"A factory pack: zip or xlsx"`
}

// ImportInput is an upload, to be looked at or to be written.
type ImportInput struct {
	DryRun  bool `query:"dry_run" doc:"Say what would happen and list the faults, without writing"`
	RawBody huma.MultipartFormFiles[uploaded]
}

type exportInput struct {
	Site   string `query:"site" doc:"Code of the site; default the caller's first"`
	Format string `query:"format" enum:"zip,xlsx" default:"zip"`
}

// Routes are the doors for packs.
func (s *Packs) Routes(a *web.API) {
	a.Messages(pack.Messages, PackMessages)
	s.listRoutes(a)
	web.Act(a, web.Op{Path: "/masterdata/import", ID: "importPack", Summary: "Import a factory pack, all or nothing", Perm: "masterdata.import",
		Description: "Every fault is listed with file, row and column; nothing is imported when there is one.",
		Stream:      true, MaxBody: maxUpload, Timeout: 10 * time.Minute}, func(ctx context.Context, in *ImportInput) (Report, error) {
		f := in.RawBody.Data().File
		if in.RawBody.Form != nil {
			defer in.RawBody.Form.RemoveAll()
		}
		if !f.IsSet || f.Size == 0 {
			return Report{}, fault.Invalid("app.no_file", "no file came; choose a zip or xlsx factory pack")
		}
		defer f.Close()
		p, found := s.ReadFrom(ctx, multipart.File(f.File), f.Size, f.Filename)
		if !in.DryRun {
			r, err := s.Import(ctx, p, found, nil)
			r.Errors = []BadCell{}
			return r, err
		}
		r, faults, err := s.Preview(ctx, p, found)
		r.Errors = spell(a.AllMessages(), web.Locale(ctx), faults)
		return r, err
	})
	web.Download(a, web.Op{Path: "/masterdata/export", ID: "exportPack", Summary: "Export a site as a factory pack", Perm: "masterdata.read"},
		func(ctx context.Context, _ db.Querier, in *exportInput) (web.File, error) {
			p, err := s.Export(ctx, in.Site)
			if err != nil {
				return web.File{}, err
			}
			name := p.Site.Code
			if name == "" {
				name = "factory"
			}
			return packFile(p, name, in.Format), nil
		})
}

// spell says each fault in the caller's language; what to do stands apart where the pack's sentences know it.
func spell(ms fault.Messages, locale string, faults []fault.Field) []BadCell {
	out := make([]BadCell, 0, len(faults))
	for _, f := range faults {
		c := BadCell{Code: f.Code, Value: f.Value, Message: f.Detail, Remedy: pack.Remedy(f, locale)}
		if t, ok := ms[f.Code]; ok {
			c.Message = strings.TrimSpace(strings.TrimSuffix(t.Render(locale, f.Params), c.Remedy))
		}
		where := strings.SplitN(f.Where, ":", 3)
		c.File = where[0]
		if len(where) > 1 {
			c.Row, _ = strconv.Atoi(where[1]) // a column alone has no row
		}
		c.Column = f.Params["column"]
		out = append(out, c)
	}
	return out
}
