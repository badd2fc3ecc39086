package app

import (
	"context"
	"io"
	"mime/multipart"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/sheet"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

// One list of the factory alone as a workbook: the same columns, checks and preview as in a pack.

type (
	itemSheet struct {
		Code          string   `col:"code" zh:"物料编码" req:"1" doc:"不会再变 / never changes"`
		Name          string   `col:"name" zh:"名称"`
		Spec          string   `col:"spec" zh:"规格"`
		UOM           string   `col:"uom" zh:"单位" def:"pcs"`
		Kind          string   `col:"kind" zh:"类型" req:"1" enum:"make=自制,buy=外购,subcontract=委外,phantom=虚拟件,customer=客供料"`
		Tracking      string   `col:"tracking" zh:"追踪方式" def:"none" enum:"none=不追踪,lot=批次,serial=序列号"`
		Family        string   `col:"family" zh:"物料族"`
		LeadDays      int      `col:"lead_days" zh:"提前期（天）" min:"0" max:"3650"`
		SafetyStock   num.Dec  `col:"safety_stock" zh:"安全库存" min:"0"`
		MinLot        num.Dec  `col:"min_lot" zh:"最小批量" min:"0"`
		LotMultiple   num.Dec  `col:"lot_multiple" zh:"批量倍数" min:"0"`
		MaxLot        num.Dec  `col:"max_lot" zh:"最大批量" min:"0"`
		LotRule       string   `col:"lot_rule" zh:"批量规则" def:"lot_for_lot" enum:"lot_for_lot=按需,fixed=固定批量,period=按周期合并"`
		FixedLot      num.Dec  `col:"fixed_lot" zh:"固定批量" min:"0"`
		PeriodDays    int      `col:"period_days" zh:"合并天数" min:"0"`
		ReorderPoint  *num.Dec `col:"reorder_point" zh:"再订货点"`
		MaxStock      *num.Dec `col:"max_stock" zh:"最高库存"`
		YieldPct      num.Dec  `col:"yield_pct" zh:"成品率 %" def:"100" max:"100"`
		Decimals      int      `col:"decimals" zh:"小数位数" def:"6" min:"0" max:"6"`
		ShelfLifeDays int      `col:"shelf_life_days" zh:"保质期（天）" min:"0" doc:"0 = 不过期 / keeps for ever"`
		StandardCost  *num.Dec `col:"standard_cost" zh:"标准成本"`
		PurchasePrice *num.Dec `col:"purchase_price" zh:"采购价"`
		Supplier      string   `col:"supplier" zh:"默认供应商"`
		GTIN          string   `col:"gtin" zh:"GTIN"`
		Barcode       string   `col:"barcode" zh:"条码"`
	}
	unitSheet struct {
		Item     string  `col:"item" zh:"物料" req:"1"`
		UOM      string  `col:"uom" zh:"其他单位" req:"1"`
		Factor   num.Dec `col:"factor" zh:"等于本单位数量" req:"1" doc:"per 个其他单位 = factor 个本单位 / per of it are factor of the item's own"`
		Per      num.Dec `col:"per" zh:"其他单位数量" def:"1"`
		Decimals int     `col:"decimals" zh:"小数位数" def:"6" min:"0" max:"6"`
	}
	bomSheet struct {
		Product       string   `col:"product" zh:"产品" req:"1"`
		Version       string   `col:"version" zh:"版本" def:"1"`
		EffectiveFrom string   `col:"effective_from" zh:"生效" kind:"date" doc:"同一版本各行相同 / the same on all lines of a version"`
		EffectiveTo   string   `col:"effective_to" zh:"失效" kind:"date"`
		Role          string   `col:"role" zh:"角色" def:"component" enum:"component=组件,coproduct=联产品,byproduct=副产品"`
		Item          string   `col:"item" zh:"物料" req:"1"`
		Qty           num.Dec  `col:"qty" zh:"单位用量" req:"1"`
		ScrapPct      num.Dec  `col:"scrap_pct" zh:"损耗 %" min:"0" max:"99.999999"`
		Op            int      `col:"op" zh:"工序" min:"0"`
		Issue         string   `col:"issue" zh:"发料方式" def:"pick" enum:"pick=领料,backflush=倒冲,none=不发料"`
		Substitutes   []string `col:"substitutes" zh:"替代料" doc:"按优先级，分号隔开 / by priority, ; between"`
		CostSharePct  *num.Dec `col:"cost_share_pct" zh:"成本分摊 %"`
	}
	routingSheet struct {
		Product      string   `col:"product" zh:"产品" req:"1"`
		Version      string   `col:"version" zh:"版本" def:"1"`
		Op           int      `col:"op" zh:"工序" req:"1" min:"1"`
		Name         string   `col:"name" zh:"工序名称"`
		WorkCenter   string   `col:"work_center" zh:"工作中心" req:"1"`
		SetupMin     num.Dec  `col:"setup_min" zh:"准备（分）" min:"0"`
		RunMin       num.Dec  `col:"run_min" zh:"单件（分）" min:"0"`
		BatchMin     num.Dec  `col:"batch_min" zh:"每炉（分）" min:"0"`
		TransferLot  num.Dec  `col:"transfer_lot" zh:"转移批量" min:"0"`
		Report       bool     `col:"report" zh:"报工点" def:"1"`
		Inspection   string   `col:"inspection" zh:"检验" def:"none" enum:"none=无,first=首件检,patrol=巡检,final=终检,each=逐件检"`
		PieceRate    num.Dec  `col:"piece_rate" zh:"计件单价" min:"0"`
		Tool         string   `col:"tool" zh:"工装"`
		Skill        string   `col:"skill" zh:"技能"`
		Alternatives []string `col:"alternatives" zh:"可替代" doc:"工作中心:单件分钟，分号隔开 / work_center:run_min, ; between"`
	}
)

// sheets are the lists that come and go alone.
var sheets = map[string]sheet.TemplateSheet{"items": sheet.SheetFor[itemSheet]("items"), "uoms": sheet.SheetFor[unitSheet]("uoms"), "boms": sheet.SheetFor[bomSheet]("boms"), "routings": sheet.SheetFor[routingSheet]("routings")}

type (
	// OneSheet names a list.
	OneSheet struct {
		Sheet string `path:"sheet" enum:"items,uoms,boms,routings" doc:"Which list"`
		Site  string `query:"site" doc:"Code of the site; default the caller's first"`
	}
	sheetImport struct {
		OneSheet
		DryRun  bool `query:"dry_run" doc:"Say what would happen and list the faults, without writing"`
		RawBody huma.MultipartFormFiles[struct {
			File huma.FormFile `form:"file" required:"true" contentType:"application/octet-stream" doc:"xlsx or CSV"`
		}]
	}
	sheetExport struct {
		OneSheet
		Format string `query:"format" enum:"xlsx,csv" default:"xlsx"`
	}
)

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// sheetRoutes are the doors for single lists.
func (s *Packs) sheetRoutes(a *web.API) {
	web.Act(a, web.Op{Path: "/masterdata/sheets/{sheet}/import", ID: "importSheet", Summary: "Import one list from Excel or CSV, all or nothing", Perm: "masterdata.import",
		Description: "Columns as in a pack. A version of a BOM or routing that the list names is exchanged as a whole; columns that an item list does not have leave what is there.",
		Stream:      true, MaxBody: 64 << 20, Timeout: 10 * time.Minute}, func(ctx context.Context, in *sheetImport) (Report, error) {
		f := in.RawBody.Data().File
		if in.RawBody.Form != nil {
			defer in.RawBody.Form.RemoveAll()
		}
		if !f.IsSet || f.Size == 0 {
			return Report{}, fault.Invalid("app.no_file", "no file came")
		}
		defer f.Close()
		p, found, err := s.readSheet(ctx, in.OneSheet, multipart.File(f.File), f.Size, f.Filename)
		if err != nil {
			return Report{}, err
		}
		if !in.DryRun {
			r, err := s.Import(ctx, p, found, nil)
			r.Files, r.Errors = onlyFile(r.Files, in.Sheet+".csv"), []BadCell{}
			return r, err
		}
		r, faults, err := s.Preview(ctx, p, found)
		r.Files, r.Errors = onlyFile(r.Files, in.Sheet+".csv"), spell(a.AllMessages(), web.Locale(ctx), faults)
		return r, err
	})
	web.Download(a, web.Op{Path: "/masterdata/sheets/{sheet}/export", ID: "exportSheet", Summary: "Export one list, ready to be changed and imported again", Perm: "masterdata.read"},
		func(ctx context.Context, _ db.Querier, in *sheetExport) (web.File, error) {
			p, err := s.Export(ctx, in.Site)
			if err != nil {
				return web.File{}, err
			}
			if in.Format == "csv" {
				return web.File{Name: in.Sheet + ".csv", Type: "text/csv; charset=utf-8", Write: func(w io.Writer) error { return pack.WriteSheetCSV(p, in.Sheet+".csv", w) }}, nil
			}
			return web.File{Name: in.Sheet + ".xlsx", Type: xlsxType, Write: func(w io.Writer) error { return pack.WriteSheet(p, in.Sheet+".csv", w) }}, nil
		})
	web.Download(a, web.Op{Path: "/masterdata/sheets/{sheet}/template", ID: "sheetTemplate", Summary: "An empty workbook for one list, with choices and an explanation of every column", Perm: "masterdata.read"},
		func(ctx context.Context, _ db.Querier, in *OneSheet) (web.File, error) {
			locale := web.Locale(ctx)
			return web.File{Name: in.Sheet + "-template.xlsx", Type: xlsxType, Write: func(w io.Writer) error { return sheet.Templates(w, locale, sheets[in.Sheet]) }}, nil
		})
}

// readSheet reads one list as a pack that goes to a site.
func (s *Packs) readSheet(ctx context.Context, in OneSheet, f io.ReaderAt, size int64, name string) (*pack.Pack, []fault.Field, error) {
	at, err := exportSite(ctx, s.DB.Read(), in.Site)
	if err != nil {
		return nil, nil, err
	}
	p, found := pack.ReadFrom(f, size, name, masterdata.Known(ctx, s.DB.Read()), pack.Only(in.Sheet+".csv"))
	if !at.Implicit {
		p.Site = pack.Site{Code: at.Code, Name: at.Name, TimeZone: at.TimeZone, Currency: at.Currency, Today: at.Today}
	}
	if in.Sheet == "items" {
		old := pack.New()
		if err := s.Master.Dump(ctx, s.DB.Read(), at.ID, old); err != nil {
			return nil, nil, err
		}
		act := actor.From(ctx)
		stripPrices(old, !act.Can("see.price"), !act.Can("see.cost")) // what is hidden is kept by the load itself
		p.KeepItems(old.Items)
	}
	return p, found, nil
}

func onlyFile(files []masterdata.Count, name string) []masterdata.Count {
	return slices.DeleteFunc(files, func(c masterdata.Count) bool { return c.File != name })
}
