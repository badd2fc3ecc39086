package sheet

import (
	"strings"

	"kaiwu/internal/kit/fault"
)

// each sentence is what is wrong and, after the separator, what to do.
const sep = "|"

var sentences = fault.Messages{
	"sheet.refused":          {Zh: "发现 {count} 处错误，未导入任何数据|请按列表逐条改正后重新导入", En: "{count} faults found, nothing was imported|correct them as listed and import again"},
	"sheet.kind":             {Zh: "{file} 不是 CSV 或 xlsx 文件|请用 Excel 或 WPS 另存为 .xlsx 或“CSV UTF-8”再导入", En: "{file} is neither CSV nor xlsx|save it as .xlsx or “CSV UTF-8” and import that"},
	"sheet.broken":           {Zh: "{file} 已损坏，无法读取：{reason}|请重新保存或重新导出该文件", En: "{file} is broken and cannot be read: {reason}|save or export it again"},
	"sheet.password":         {Zh: "{file} 设有密码|请去掉密码后另存再导入", En: "{file} is protected by a password|save it without one"},
	"sheet.encoding":         {Zh: "{file} 的文字编码无法识别|请另存为“CSV UTF-8”", En: "the letters of {file} cannot be read|save it as “CSV UTF-8”"},
	"sheet.too_large":        {Zh: "{file} 超过 {limit} MB|请拆成几个文件分别导入", En: "{file} is larger than {limit} MB|split it into several files"},
	"sheet.too_many_rows":    {Zh: "{file} 超过 {limit} 行|请拆成几个文件分别导入", En: "{file} has more than {limit} rows|split it into several files"},
	"sheet.too_many_columns": {Zh: "{file} 第 {row} 行超过 {limit} 列|请删除多余的列", En: "row {row} of {file} has more than {limit} columns|remove the surplus columns"},
	"sheet.too_many_sheets":  {Zh: "{file} 超过 {limit} 个工作表|请删除不导入的工作表", En: "{file} has more than {limit} sheets|remove those that are not to be imported"},
	"sheet.cell_long":        {Zh: "{file} 第 {row} 行第 {column} 列超过 {limit} 个字符|请缩短内容", En: "row {row}, column {column} of {file} has more than {limit} characters|shorten it"},
	"sheet.no_header":        {Zh: "{file} 是空的，没有列名|第一行应为列名，可下载模板", En: "{file} is empty and has no column names|the first row holds the column names; take the template"},
	"sheet.unknown_column":   {Zh: "列“{column}”不存在|{hint_zh}", En: "there is no column “{column}”|{hint}"},
	"sheet.duplicate_column": {Zh: "列“{column}”出现了两次|请删除其中一列", En: "the column “{column}” stands there twice|remove one of them"},
	"sheet.missing_column":   {Zh: "缺少必填列“{column}”|请加上这一列并填写", En: "the required column “{column}” is missing|add and fill it"},
	"sheet.extra_cell":       {Zh: "“{value}”所在的 {column} 列没有列名|请删除该内容，或检查这一行是否多了分隔符", En: "“{value}” stands in {column}, which has no column name|delete it, or look for a surplus separator in the row"},
	"sheet.required":         {Zh: "“{column}”未填写|请填写", En: "“{column}” is empty|fill it in"},
	"sheet.formula_error":    {Zh: "“{column}”里的公式出错：{value}|请改正公式或直接填写数值", En: "the formula in “{column}” fails: {value}|correct it or write the value"},
	"sheet.bad_number":       {Zh: "“{column}”里的“{value}”不是数字|请写成 12.5 的形式：小数点用“.”，不加千分位和单位，最多六位小数", En: "“{value}” in “{column}” is not a number|write it like 12.5: a decimal point, no thousands separator, no unit, at most six decimals"},
	"sheet.bad_integer":      {Zh: "“{column}”里的“{value}”不是整数|请写成 12 的形式", En: "“{value}” in “{column}” is not a whole number|write it like 12"},
	"sheet.out_of_range":     {Zh: "“{column}”里的“{value}”超出允许范围|允许 {range}", En: "“{value}” in “{column}” is out of range|{range} is allowed"},
	"sheet.bad_date":         {Zh: "“{column}”里的“{value}”不是日期|请写成 2026-03-09 的形式", En: "“{value}” in “{column}” is not a date|write it like 2026-03-09"},
	"sheet.bad_instant":      {Zh: "“{column}”里的“{value}”不是日期时间|请写成 2026-03-09T08:30 的形式", En: "“{value}” in “{column}” is not a date with time|write it like 2026-03-09T08:30"},
	"sheet.bad_time":         {Zh: "“{column}”里的“{value}”不是时刻|请写成 08:30 的形式", En: "“{value}” in “{column}” is not a time of day|write it like 08:30"},
	"sheet.bad_bool":         {Zh: "“{column}”里的“{value}”不是“是”或“否”|请写 1 或 0", En: "“{value}” in “{column}” is neither yes nor no|write 1 or 0"},
	"sheet.bad_choice":       {Zh: "“{column}”里的“{value}”不在可选值中|可选：{choices}", En: "“{value}” in “{column}” is not one of the choices|choose from {choices}"},
	"sheet.too_long":         {Zh: "“{column}”的内容有 {length} 个字符，最多 {limit} 个|请缩短", En: "“{column}” has {length} characters, at most {limit} are allowed|shorten it"},
	"sheet.bad_value":        {Zh: "“{column}”里的“{value}”无法识别：{reason}|请改正", En: "“{value}” in “{column}” is not understood: {reason}|correct it"},
	"sheet.control":          {Zh: "“{column}”的内容含有不可见的控制字符|请删除后重新输入", En: "“{column}” has invisible control characters|delete and type it again"},
	"sheet.format":           {Zh: "不支持导出格式“{format}”|请选择 xlsx 或 csv", En: "there is no export format “{format}”|choose xlsx or csv"},
}

// Messages are the whole sentences: what is wrong and what to do.
var Messages = whole()

func whole() fault.Messages {
	out := fault.Messages{}
	for code, t := range sentences {
		out[code] = fault.Text{Zh: strings.Replace(t.Zh, sep, "。", 1) + "。", En: strings.Replace(t.En, sep, "; ", 1) + "."}
	}
	return out
}

// Remedy is the second half of a fault's sentence, for reports that have a column of their own for it; "" when the
// fault is not this package's.
func Remedy(f fault.Field, locale string) string {
	t := sentences[f.Code]
	_, zh, _ := strings.Cut(t.Zh, sep)
	_, en, _ := strings.Cut(t.En, sep)
	return fault.Text{Zh: zh, En: en}.Render(locale, f.Params)
}

// field makes a fault whose English detail is our own sentence.
func field(p Pos, column, value, code string, params ...string) fault.Field {
	f := p.Fault(column, value, code, "", params...)
	f.Detail = Messages[code].Render("en", f.Params)
	return f
}
