package masterdata

import (
	"cmp"
	"context"
	"io"
	"mime/multipart"
	"slices"
	"strconv"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/sheet"
	"kaiwu/internal/kit/web"

	"github.com/danielgtaylor/huma/v2"
)

const maxParamSheet = 4 << 20

// ParamLine is a process parameter with the step at which it is recorded, as a sheet of a routing has it.
type ParamLine struct {
	sheet.Pos
	Op       int      `json:"op" col:"op" zh:"工序号" req:"1" min:"1" max:"1000000" doc:"Number of the operation"`
	Name     string   `json:"name" col:"name" zh:"参数" req:"1" max:"60" doc:"Name of the parameter"`
	Unit     string   `json:"unit" col:"unit" zh:"单位" max:"20" doc:"Unit"`
	Lower    *num.Dec `json:"lower,omitempty" col:"lower" zh:"下限" doc:"Below it is an alarm; empty: no limit"`
	Target   *num.Dec `json:"target,omitempty" col:"target" zh:"目标值" doc:"Target"`
	Upper    *num.Dec `json:"upper,omitempty" col:"upper" zh:"上限" doc:"Above it is an alarm; empty: no limit"`
	Decimals int      `json:"decimals" col:"decimals" zh:"小数位" min:"0" max:"6" doc:"Decimals of a value"`
	Taken    string   `json:"taken" col:"taken" zh:"记录时机" enum:"report=每次报工,start=开工,piece=逐件" def:"report" doc:"start: once when the work begins; report: with each report; piece: of single pieces"`
	Every    int      `json:"every,omitempty" col:"every" zh:"每几件" min:"0" max:"100000" doc:"Of single pieces: one of so many, the first one always; empty: every piece"`
	Beyond   string   `json:"beyond,omitempty" col:"beyond" zh:"超限时" enum:"warn=只提醒,hold_op=暂挂工序,hold_order=暂挂工单" doc:"What a value beyond the limits does: warn, hold_op or hold_order; empty: as the setting of the site says"`
}

// ParamSheet is a sheet that was read.
type ParamSheet struct {
	Lines []ParamLine `json:"lines"`
}

type paramSheetInput struct {
	RawBody huma.MultipartFormFiles[struct {
		File huma.FormFile `form:"file" required:"true" doc:"xlsx or CSV with the columns of the export"`
	}]
}

// readParamSheet reads the first table with rows and refuses it with every bad cell.
func readParamSheet(name string, r io.Reader) (ParamSheet, error) {
	lim := sheet.Default
	lim.Bytes, lim.Unpacked, lim.Rows = maxParamSheet, 16*maxParamSheet, 5000
	tables, err := sheet.Read(name, r, lim)
	if err != nil {
		return ParamSheet{}, err
	}
	for _, t := range tables {
		if len(t.Rows) == 0 {
			continue
		}
		lines, faults := sheet.Decode[ParamLine](t)
		if len(faults) > 0 {
			return ParamSheet{}, sheet.Refuse(faults)
		}
		slices.SortStableFunc(lines, func(a, b ParamLine) int { return cmp.Compare(a.Op, b.Op) })
		return ParamSheet{lines}, nil
	}
	return ParamSheet{}, fault.Invalid("masterdata.param_sheet_none", "%s has no process parameters", name).With("name", name)
}

func (m *Module) paramSheetRoutes(a *web.API) {
	web.Download(a, web.Op{Path: "/masterdata/routings/{code}/versions/{version}/params.xlsx", ID: "exportRoutingParams", Summary: "The process parameters of a routing version as a spreadsheet", Perm: read},
		func(ctx context.Context, q db.Querier, in *OneVersion) (web.File, error) {
			v, err := m.RoutingVersion(ctx, q, in.Code, in.Version, a.DB.Now().In(a.DB.Zone()).Format(time.DateOnly))
			if err != nil {
				return web.File{}, err
			}
			return web.File{Name: in.Code + "-" + in.Version + "-params.xlsx", Type: sheet.XLSX.Mime(), Write: func(w io.Writer) error {
				out, err := sheet.NewWriter(w, sheet.XLSX)
				if err != nil {
					return err
				}
				if err := out.Sheet("params", sheet.Columns[ParamLine]()...); err != nil {
					return err
				}
				text := func(d *num.Dec) any {
					if d == nil {
						return ""
					}
					return *d
				}
				every := func(n int) string {
					if n == 0 {
						return ""
					}
					return strconv.Itoa(n)
				}
				for _, o := range v.Ops {
					for _, p := range o.Params {
						if err := out.Row(strconv.Itoa(o.Op), p.Name, p.Unit, text(p.Lower), text(p.Target), text(p.Upper), strconv.Itoa(p.Decimals), p.Taken, every(p.Every), p.Beyond); err != nil {
							return err
						}
					}
				}
				return out.Close()
			}}, nil
		})
	web.Act(a, web.Op{Path: "/masterdata/routings/params/read", ID: "readRoutingParams", Summary: "Read process parameters from a spreadsheet, to be looked at and saved with a routing version", Perm: write, Stream: true, MaxBody: maxParamSheet, Timeout: time.Minute},
		func(_ context.Context, in *paramSheetInput) (ParamSheet, error) {
			f := in.RawBody.Data().File
			if in.RawBody.Form != nil {
				defer in.RawBody.Form.RemoveAll()
			}
			if !f.IsSet || f.Size == 0 {
				return ParamSheet{}, fault.Invalid("masterdata.param_sheet_none", "no file came")
			}
			defer f.Close()
			return readParamSheet(f.Filename, multipart.File(f.File))
		})
}
