package pack

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"kaiwu/internal/kit/fault"
)

// Lists are the files of the format that may also come in and leave alone, as one table.
var Lists = []string{"items", "uoms", "boms", "routings", "work_centers", "machines", "changeovers", "calendars", "calendar_days", "partners", "warehouses", "locations", "workers", "tools", "planning"}

// SalesOrders is a list that comes in alone, by those who sell: orders are entered, never replaced.
const SalesOrders = "sales_orders"

// fileOf finds the file of a list; nil for a name that is none.
func fileOf(list string) anyFile {
	if list != SalesOrders && !slices.Contains(Lists, list) {
		return nil
	}
	return files[slices.IndexFunc(files, func(f anyFile) bool { return f.title() == list+".csv" })]
}

// ReadList reads one list from a CSV or a workbook: its sheet of that name, else the first one. The rules are those of
// the pack; what a row names is looked up by the option Known.
func ReadList(f io.ReaderAt, size int64, name, list string, opts ...Option) (*Pack, []fault.Field) {
	if fileOf(list) == nil {
		c := &faults{}
		c.add(name, 0, "", list, "pack.list_unknown", "lists", strings.Join(Lists, ", "))
		return New(), c.fields()
	}
	return ReadFrom(f, size, name, append(opts, func(r *reader) { r.only = list + ".csv" })...)
}

// Keeping gives a list the columns that it came without: each row those that it has in was, and a new row what its version
// has in common. A list of codes and lead times then changes lead times and nothing else. was is asked when it is needed.
func Keeping(was func() *Pack) Option { return func(r *reader) { r.was = was } }

// keep fills the columns that the file did not have.
func (f *file[T]) keep(p *Pack, was func() *Pack) {
	absent := slices.DeleteFunc(slices.Clone(f.cols), func(c column) bool { return slices.Contains(p.columns[f.name], c.name) })
	rows := f.load(p)
	if len(absent) == 0 || len(rows) == 0 {
		return
	}
	old := f.load(was())
	same, version := map[string][]int{}, map[string]int{}
	for i := len(old) - 1; i >= 0; i-- {
		same[f.id(&old[i], len(f.cols))] = append(same[f.id(&old[i], len(f.cols))], i)
		version[f.id(&old[i], 2)] = i
	}
	for i := range rows {
		k := f.id(&rows[i], len(f.cols))
		from, all := version[f.id(&rows[i], 2)]
		if n := len(same[k]); n > 0 { // an item that stands twice in a version: the first is the first
			from, same[k] = same[k][n-1], same[k][:n-1]
		} else if !all {
			continue
		} else {
			all = false
		}
		for _, c := range absent {
			if all || c.same {
				reflect.ValueOf(&rows[i]).Elem().Field(c.field).Set(reflect.ValueOf(&old[from]).Elem().Field(c.field))
			}
		}
	}
	f.store(p, rows)
}

// id is what the first n of the columns that name a row say.
func (f *file[T]) id(row *T, n int) string {
	var parts []string
	for _, c := range f.cols {
		if c.id && len(parts) < n {
			parts = append(parts, fmt.Sprint(reflect.ValueOf(row).Elem().Field(c.field).Interface()))
		}
	}
	return strings.Join(parts, "\x00")
}

// WriteListCSV writes one list with all its columns; the mark in front lets Excel read Chinese.
func WriteListCSV(p *Pack, list string, w io.Writer) error {
	f := fileOf(list)
	if f == nil {
		return fmt.Errorf("pack: no list %q", list)
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	return writeCSV(w, f.all(p))
}

// WriteListXLSX writes one list with all its columns and a second sheet that explains them; values that a column
// allows can be chosen in its cells. Of an empty pack it is the template. Reading passes over the second sheet.
func WriteListXLSX(p *Pack, list, locale string, w io.Writer) error {
	f := fileOf(list)
	if f == nil {
		return fmt.Errorf("pack: no list %q", list)
	}
	x := excelize.NewFile()
	defer x.Close()
	if err := x.SetSheetName("Sheet1", list); err != nil {
		return err
	}
	head, err := x.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8F0FB"}}})
	if err != nil {
		return err
	}
	must, err := x.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Color: "9D1F1E"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FCE5E4"}}})
	if err != nil {
		return err
	}
	text, err := x.NewStyle(&excelize.Style{NumFmt: 49}) // text, so that 007 stays 007 and 08:00 stays a time on the wall
	if err != nil {
		return err
	}
	grid, cols := f.all(p), f.columns()
	for i, c := range cols {
		letter, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := x.SetColWidth(list, letter, letter, columnWidth(c)); err != nil {
			return err
		}
		if c.kind != integer && c.kind != decimal && c.kind != maybe && c.kind != flag {
			if err := x.SetColStyle(list, letter, text); err != nil {
				return err
			}
		}
		if allowed := c.enum; (len(allowed) > 0 && c.kind != words) || c.kind == flag {
			if c.kind == flag {
				allowed = []string{"1", "0"}
			}
			v := excelize.NewDataValidation(true)
			v.Sqref = letter + "2:" + letter + "5000"
			if err := v.SetDropList(allowed); err != nil {
				return err
			}
			if err := x.AddDataValidation(list, v); err != nil {
				return err
			}
		}
	}
	for n, row := range grid {
		for i, c := range row {
			at, err := excelize.CoordinatesToCellName(i+1, n+1)
			if err != nil {
				return err
			}
			if n == 0 {
				style := head
				if cols[i].req {
					style = must
				}
				if err := x.SetCellStyle(list, at, at, style); err != nil {
					return err
				}
			}
			if c.text == "" {
				continue
			}
			if err := x.SetCellValue(list, at, c.value()); err != nil {
				return err
			}
		}
	}
	if err := x.SetPanes(list, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := explain(x, list, cols, locale, head); err != nil {
		return err
	}
	return x.Write(w)
}

func columnWidth(c column) float64 {
	switch {
	case c.name == "name" || c.name == "address" || c.name == "terms" || c.name == "note" || c.kind == words:
		return 26
	case c.kind == text:
		return 20
	}
	return 15
}

// explain adds the sheet that says what each column means.
func explain(x *excelize.File, list string, cols []column, locale string, head int) error {
	zh := locale == "zh"
	say := func(a, b string) string {
		if zh {
			return a
		}
		return b
	}
	sheet := say("说明", "help")
	if _, err := x.NewSheet(sheet); err != nil {
		return err
	}
	rows := [][]any{{say("列", "column"), say("必填", "required"), say("默认", "default"), say("含义与可填的值", "meaning and values")}}
	for _, c := range cols {
		t := textOf(list, c.name)
		meaning := t.Zh
		if !zh {
			meaning = t.En
		}
		if len(c.enum) > 0 {
			meaning += say("：", ": ") + strings.Join(c.enum, " / ")
		}
		need := ""
		if c.req {
			need = say("是", "yes")
		}
		rows = append(rows, []any{c.name, need, c.empty(), meaning})
	}
	for i := range rows {
		if err := x.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &rows[i]); err != nil {
			return err
		}
	}
	if err := x.SetCellStyle(sheet, "A1", "D1", head); err != nil {
		return err
	}
	if err := x.SetColWidth(sheet, "A", "C", 16); err != nil {
		return err
	}
	return x.SetColWidth(sheet, "D", "D", 70)
}

// textOf says what a column of a list holds.
func textOf(list, column string) fault.Text {
	if t, own := columnTexts[list+"."+column]; own {
		return t
	}
	return columnTexts[column]
}

// columnTexts say what a column of a list holds; a test wants one for each.
var columnTexts = fault.Messages{
	"order":             {Zh: "订单号，不能与已有的重复；同一订单的各行写同一个号", En: "Number of the order, not taken yet; all its lines have the same"},
	"line":              {Zh: "行号，默认 1", En: "Number of the line, 1 when empty"},
	"customer":          {Zh: "客户编码，同一订单只能有一个", En: "Code of the customer, one for an order"},
	"due":               {Zh: "交期，如 2026-03-31", En: "Due day, such as 2026-03-31"},
	"priority":          {Zh: "优先级，数字小的先做，默认 5", En: "Priority, the smaller goes first; 5 when empty"},
	"unit_price":        {Zh: "单价；没有查看售价权限的人请留空", En: "Price of one; leave it empty when you may not see sales prices"},
	"channel":           {Zh: "渠道，如 b2b、淘宝", En: "Channel, such as b2b"},
	"bom_version":       {Zh: "指定的物料清单版本；空为交期当日有效的版本", En: "Version of the bill that the customer asks for; empty: the one in force on the due day"},
	"sales_orders.qty":  {Zh: "数量，大于 0", En: "Quantity, above 0"},
	"sales_orders.note": {Zh: "备注", En: "Note"},
	"code":              {Zh: "编码，不能重复，导入后不再改变", En: "Code; unique, never changes afterwards"},
	"name":              {Zh: "名称", En: "Name"},
	"spec":              {Zh: "规格型号", En: "Specification"},
	"uom":               {Zh: "计量单位", En: "Unit of measure"},
	"kind":              {Zh: "类型（往来单位可填多个，用分号隔开）", En: "Kind (a partner may have several, with semicolons)"},
	"tracking":          {Zh: "追踪方式", En: "Tracking"},
	"family":            {Zh: "换型系列", En: "Family, for changeovers"},
	"lead_days":         {Zh: "提前期（天）", En: "Lead time in days"},
	"safety_stock":      {Zh: "安全库存", En: "Safety stock"},
	"min_lot":           {Zh: "最小批量", En: "Smallest order"},
	"lot_multiple":      {Zh: "批量倍数，0 为不限", En: "Orders are a multiple of this, 0 = any"},
	"max_lot":           {Zh: "最大批量，0 为不限", En: "Largest order, 0 = no limit"},
	"lot_rule":          {Zh: "批量规则", En: "Lot rule"},
	"fixed_lot":         {Zh: "固定批量", En: "Quantity of every order under rule fixed"},
	"period_days":       {Zh: "合并天数", En: "Days that rule period joins"},
	"reorder_point":     {Zh: "再订货点", En: "Reorder point"},
	"max_stock":         {Zh: "最高库存", En: "Maximum stock"},
	"yield_pct":         {Zh: "成品率 %", En: "Yield in percent"},
	"decimals":          {Zh: "数量小数位 0–6", En: "Decimals of its quantities, 0 to 6"},
	"shelf_life_days":   {Zh: "保质期（天），0 为不限", En: "Shelf life in days, 0 = keeps for ever"},
	"standard_cost":     {Zh: "标准成本", En: "Standard cost"},
	"purchase_price":    {Zh: "采购价", En: "Purchase price"},
	"supplier":          {Zh: "供应商编码", En: "Code of the supplier"},
	"gtin":              {Zh: "GTIN", En: "GTIN"},
	"barcode":           {Zh: "条码", En: "Bar code"},
	"item":              {Zh: "物料编码", En: "Code of the item"},
	"per":               {Zh: "“系数”对应多少个该单位（默认 1）", En: "So many of this unit make the factor (default 1)"},
	"factor":            {Zh: "1 个该单位等于多少个物料自身的单位", En: "1 of this unit = so many of the item's own"},
	"lead_per":          {Zh: "每批件数：每开始这么多件，提前期加“每批天数”；0 为不随数量变", En: "Each begun so much of an order takes lead_per_days more; 0 = the lead time does not grow"},
	"lead_per_days":     {Zh: "每批天数", En: "Days for each begun lead_per"},
	"lead_from":         {Zh: "提前期来源：固定天数，或再加工艺路线的准备和加工时间", En: "Lead time from days alone, or with the set-up and run time of the routing"},
	"supply_site":       {Zh: "由哪个工厂调拨；空为本厂自己取得", En: "Code of the site that it is brought from; empty = obtained here"},
	"transfer_days":     {Zh: "调拨路途天数", En: "Days on the way from that site"},
	"calendar":          {Zh: "日历代码；空为全天候（设备：同工作中心）", En: "Code of the calendar; empty = every minute (machine: the work center's)"},
	"cost_per_hour":     {Zh: "每小时费用", En: "Cost per hour"},
	"efficiency_pct":    {Zh: "效率 %（设备：0 为同工作中心）", En: "Efficiency in percent (machine: 0 = the work center's)"},
	"capacity":          {Zh: "没有列设备时可并行的数量", En: "Parallel places where no machines are listed"},
	"work_center":       {Zh: "工作中心代码", En: "Code of the work center"},
	"speed_pct":         {Zh: "速度 %", En: "Speed in percent"},
	"batch_capacity":    {Zh: "每炉（批）数量，0 为不限", En: "Pieces of one run, 0 = no limit"},
	"from_family":       {Zh: "换型前系列，* 为任意", En: "Family before, * = any"},
	"to_family":         {Zh: "换型后系列，* 为任意", En: "Family after, * = any"},
	"minutes":           {Zh: "换型分钟数", En: "Minutes"},
	"weekday":           {Zh: "星期，1 为星期一", En: "Weekday, 1 = Monday"},
	"from":              {Zh: "开始时间 HH:MM", En: "Start, HH:MM"},
	"to":                {Zh: "结束时间 HH:MM，可跨零点；例外日期两者都空为休息", En: "End, HH:MM, may pass midnight; on a special day both empty = closed"},
	"shift":             {Zh: "班次名称", En: "Name of the shift"},
	"date":              {Zh: "日期 YYYY-MM-DD", En: "Date YYYY-MM-DD"},
	"note":              {Zh: "说明，如节日名称", En: "Note, such as the holiday's name"},
	"phone":             {Zh: "电话", En: "Phone"},
	"email":             {Zh: "邮箱", En: "Mail"},
	"address":           {Zh: "地址", En: "Address"},
	"carrier":           {Zh: "默认承运商编码；空为保持不变", En: "Code of the usual carrier; empty = stays as it is"},
	"over_pct":          {Zh: "可多发货 %；空为保持不变", En: "May be delivered too much, percent; empty = stays as it is"},
	"under_pct":         {Zh: "可少发货 %；空为保持不变", En: "May be delivered too little, percent; empty = stays as it is"},
	"terms":             {Zh: "交易条件；空为保持不变", En: "Terms; empty = stays as they are"},
	"in_costing":        {Zh: "参与成本核算 1/0", En: "Counts in costing, 1 or 0"},
	"warehouse":         {Zh: "仓库代码", En: "Code of the warehouse"},
	"place":             {Zh: "库位，如 A-01-02；短横线分层", En: "Place, such as A-01-02; hyphens make the levels"},
	"badge":             {Zh: "工牌号", En: "Badge number"},
	"team":              {Zh: "班组代码", En: "Code of the team"},
	"skills":            {Zh: "技能代码，多个用分号隔开", En: "Codes of the skills, semicolons between"},
	"life_count":        {Zh: "寿命，0 为不计", En: "Life, 0 = not counted"},
	"regrind_hours":     {Zh: "修磨时间（小时）：寿命用完后离开这么久；0 为不修磨", En: "Hours that it is away when its life is used up and it is reground; 0 = it is not reground"},
	"life_unit":         {Zh: "寿命单位", En: "Unit of life"},
	"product":           {Zh: "产品编码", En: "Code of the product"},
	"version":           {Zh: "版本；导入后整个版本以清单为准", En: "Version; the list says the whole version"},
	"effective_from":    {Zh: "生效日期 YYYY-MM-DD；同一版本各行相同", En: "In force from, YYYY-MM-DD; the same on all lines of a version"},
	"effective_to":      {Zh: "失效日期 YYYY-MM-DD；同一版本各行相同", En: "In force until, YYYY-MM-DD; the same on all lines of a version"},
	"role":              {Zh: "角色：组件、联产品、副产品", En: "Role: component, joint product, by-product"},
	"qty":               {Zh: "每件产品的用量", En: "Quantity for one of the product"},
	"scrap_pct":         {Zh: "损耗 %", En: "Scrap in percent"},
	"op":                {Zh: "工序号；物料清单中 0 为不指定", En: "Number of the step; in a BOM 0 = none named"},
	"issue":             {Zh: "发料方式：领料、倒冲、不发料", En: "Issue: picked, backflushed, not issued"},
	"substitutes":       {Zh: "替代料编码，按优先级，分号隔开", En: "Codes of substitutes by priority, semicolons between"},
	"cost_share_pct":    {Zh: "联产品的成本分摊 %", En: "Share of the cost that a joint product carries, percent"},
	"setup_min":         {Zh: "准备时间（分钟）", En: "Set-up, minutes"},
	"run_min":           {Zh: "单件加工时间（分钟）", En: "Minutes for one piece"},
	"batch_min":         {Zh: "每炉（批）时间（分钟）", En: "Minutes of one run of a batch"},
	"transfer_lot":      {Zh: "转移批量，0 为全部一起转", En: "Pieces that move on together, 0 = all"},
	"report":            {Zh: "报工点 1/0", En: "Reported, 1 or 0"},
	"inspection":        {Zh: "检验", En: "Inspection"},
	"piece_rate":        {Zh: "计件单价", En: "Piece rate"},
	"tool":              {Zh: "工装代码", En: "Code of the tool"},
	"skill":             {Zh: "所需技能代码", En: "Code of the skill needed"},
	"alternatives":      {Zh: "可替代的工作中心，写作“工作中心:单件分钟”，分号隔开", En: "Other work centers as work_center:run_min, semicolons between"},
	"quantity":          {Zh: "数量（把、套）", En: "How many there are"},
	"location":          {Zh: "存放位置", En: "Where it is kept"},
	"fits":              {Zh: "适用物料编码，或“物料:工序号”，多个用分号隔开；空为都适用", En: "Items it fits, or item:operation, semicolons between; empty = any"},
}
