package sheet

import (
	"io"
	"reflect"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Template writes an empty table for T: as CSV the header only; as xlsx with the required columns marked, code
// columns kept as text (0001 stays 0001), choices to pick from, and a sheet of remarks that explains every column.
func Template[T any](w io.Writer, f Format, name, locale string) error {
	return templateOf(w, f, []TemplateSheet{{name, reflect.TypeFor[T]()}}, locale)
}

// TemplateSheet is one sheet of a workbook of templates.
type TemplateSheet struct {
	Name string
	Type reflect.Type
}

// Templates writes several sheets into one workbook.
func Templates(w io.Writer, locale string, sheets ...TemplateSheet) error {
	return templateOf(w, XLSX, sheets, locale)
}

// SheetFor names T's sheet for Templates.
func SheetFor[T any](name string) TemplateSheet { return TemplateSheet{name, reflect.TypeFor[T]()} }

var guideWords = map[string][]string{
	"zh": {"表", "列", "名称", "必填", "类型", "默认值", "可选值", "说明"},
	"en": {"table", "column", "title", "required", "type", "default", "choices", "meaning"},
}

func templateOf(w io.Writer, f Format, sheets []TemplateSheet, locale string) error {
	if f != XLSX {
		out, err := NewWriter(w, f)
		if err != nil {
			return err
		}
		var head []string
		for _, c := range specOf(sheets[0].Type).cols {
			head = append(head, c.name)
		}
		if err := out.Sheet(sheets[0].Name, head...); err != nil {
			return err
		}
		return out.Close()
	}
	x := excelize.NewFile()
	defer x.Close()
	head, err := headStyle(x)
	if err != nil {
		return err
	}
	must, err := x.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Color: "B00020"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF4"}},
		Border: []excelize.Border{{Type: "bottom", Color: "8899AA", Style: 1}}})
	if err != nil {
		return err
	}
	text, err := x.NewStyle(&excelize.Style{NumFmt: 49})
	if err != nil {
		return err
	}
	words := guideWords[locale]
	if words == nil {
		words = guideWords["zh"]
	}
	guide := [][]string{words}
	for i, s := range sheets {
		name := sheetName(s.Name)
		if i == 0 {
			err = x.SetSheetName("Sheet1", name)
		} else {
			_, err = x.NewSheet(name)
		}
		if err != nil {
			return err
		}
		for j, c := range specOf(s.Type).cols {
			if err := templateColumn(x, name, j, c, map[bool]int{true: must, false: head}[c.req], text); err != nil {
				return err
			}
			guide = append(guide, c.guide(name, locale))
		}
		if err := x.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
			return err
		}
	}
	note := "#说明"
	if locale == "en" {
		note = "#guide"
	}
	if _, err := x.NewSheet(note); err != nil {
		return err
	}
	for i, row := range guide {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := x.SetSheetRow(note, at, &row); err != nil {
			return err
		}
	}
	for i, width := range []float64{16, 18, 18, 8, 10, 12, 44, 70} {
		c := ColumnName(i)
		if err := x.SetColWidth(note, c, c, width); err != nil {
			return err
		}
	}
	if err := x.SetCellStyle(note, "A1", ColumnName(len(words)-1)+"1", head); err != nil {
		return err
	}
	_, err = x.WriteTo(w)
	return err
}

func templateColumn(x *excelize.File, sheet string, j int, c *column, head, text int) error {
	col := ColumnName(j)
	if err := x.SetColWidth(sheet, col, col, colWidth(c.name)); err != nil {
		return err
	}
	if c.shape == "text" || c.shape == "list" || c.shape == "date" || c.shape == "instant" || c.shape == "time" {
		if err := x.SetColStyle(sheet, col, text); err != nil {
			return err
		}
	}
	if err := x.SetCellStr(sheet, col+"1", c.name); err != nil {
		return err
	}
	if err := x.SetCellStyle(sheet, col+"1", col+"1", head); err != nil {
		return err
	}
	values := make([]string, len(c.choices))
	for i, ch := range c.choices {
		values[i] = ch.value
	}
	if list := strings.Join(values, ","); list != "" && len(list) < 250 && c.shape != "list" {
		v := excelize.NewDataValidation(true)
		v.Sqref = col + "2:" + col + "1048576"
		if err := v.SetDropList(values); err != nil {
			return err
		}
		v.SetError(excelize.DataValidationErrorStyleStop, c.name, c.choiceList())
		return x.AddDataValidation(sheet, v)
	}
	return nil
}

func (c *column) guide(table, locale string) []string {
	yes, title := "是", c.zh
	if locale == "en" {
		yes, title = "yes", c.name
	}
	if !c.req {
		yes = ""
	}
	return []string{table, c.name, title, yes, c.kindName(locale), c.def, c.choiceList(), c.doc}
}

var kindWords = map[string]string{"text": "文本", "list": "列表(;)", "number": "数字", "integer": "整数", "yes/no": "1 / 0", "date": "2026-03-09", "instant": "2026-03-09T08:30", "time": "08:30"}

func (c *column) kindName(locale string) string {
	k := c.shape
	switch k {
	case "date", "instant", "time":
		return kindWords[k]
	}
	if locale == "en" {
		return k
	}
	return kindWords[k]
}
