package pack

import "kaiwu/internal/kit/fault"

// Messages are the sentences of this package's fault codes: what is wrong, then what to do.
var Messages = fault.Messages{}

// remedies are the second halves alone.
var remedies = fault.Messages{}

func init() {
	for code, t := range texts {
		Messages[code] = sentence(t.what, t.remedy)
		remedies[code] = t.remedy
	}
}

var texts = map[string]struct{ what, remedy fault.Text }{
	"pack.refused": {
		fault.Text{Zh: "工厂包有 {count} 处错误，没有导入任何数据。", En: "The pack has {count} faults; nothing was imported."},
		fault.Text{Zh: "请按清单逐条修正后重新导入。", En: "Correct them by the list and import again."}},
	"pack.list_unknown": {
		fault.Text{Zh: "没有清单“{value}”。", En: "There is no list “{value}”."},
		fault.Text{Zh: "可用的清单：{lists}。", En: "There are: {lists}."}},
	"pack.not_list": {
		fault.Text{Zh: "{file} 是压缩包，不是一张清单。", En: "{file} is a zip, not one list."},
		fault.Text{Zh: "请上传 xlsx 或 CSV；整个工厂包请在“导入与导出”里上传。", En: "Upload an xlsx or a CSV; a whole factory pack goes in under “Import and export”."}},
	"pack.fit": {
		fault.Text{Zh: "“{value}”中冒号后面不是工序号。", En: "Behind the colon of “{value}” stands no operation number."},
		fault.Text{Zh: "写物料编码，或“物料编码:工序号”，多个用分号隔开。", En: "Write an item's code, or code:operation, with semicolons between several."}},
	"pack.missing": {
		fault.Text{Zh: "找不到 {file}。", En: "{file} is missing."},
		fault.Text{Zh: "请检查路径；工厂包至少要有 items.csv。", En: "Check the path; a pack needs at least items.csv."}},
	"pack.unreadable": {
		fault.Text{Zh: "{file} 无法读取（{reason}）。", En: "{file} cannot be read ({reason})."},
		fault.Text{Zh: "请重新保存为文件夹、zip 或 xlsx 后再试。", En: "Save it again as a folder, a zip or an xlsx."}},
	"pack.too_large": {
		fault.Text{Zh: "{file} 太大，单个文件上限 {limit} MB。", En: "{file} is too large; a file may have {limit} MB."},
		fault.Text{Zh: "请拆成几个包分次导入。", En: "Split it into several packs."}},
	"pack.entries": {
		fault.Text{Zh: "{file} 里的文件超过 {limit} 个。", En: "{file} holds more than {limit} files."},
		fault.Text{Zh: "请只打包工厂包的文件。", En: "Pack only the files of the factory pack."}},
	"pack.path": {
		fault.Text{Zh: "压缩包里的文件名“{value}”指向包外。", En: "The zip holds the name “{value}”, which leads outside of it."},
		fault.Text{Zh: "请重新打包，文件放在根目录或同一个文件夹里。", En: "Zip the files again, at the root or in one folder."}},
	"pack.folders": {
		fault.Text{Zh: "{file} 在压缩包里出现在多个文件夹。", En: "{file} stands in several folders of the zip."},
		fault.Text{Zh: "一个压缩包只放一个工厂。", En: "Put one factory into one zip."}},
	"pack.encoding": {
		fault.Text{Zh: "{file} 不是 UTF-8 编码。", En: "{file} is not UTF-8."},
		fault.Text{Zh: "请在 Excel 中另存为“CSV UTF-8（逗号分隔）”。", En: "Save it as “CSV UTF-8 (comma delimited)”."}},
	"pack.quotes": {
		fault.Text{Zh: "第 {row} 行的引号不成对。", En: "The quotes of row {row} do not match."},
		fault.Text{Zh: "含逗号、换行或引号的内容用双引号括起，内部引号写两遍。", En: "Put text with commas, line breaks or quotes into double quotes and double the quotes inside."}},
	"pack.header": {
		fault.Text{Zh: "{file} 没有列名行。", En: "{file} has no row of column names."},
		fault.Text{Zh: "第一行写列名，或删除该文件。", En: "Write the column names into the first row, or leave the file out."}},
	"pack.rows": {
		fault.Text{Zh: "{file} 超过 {limit} 行。", En: "{file} has more than {limit} rows."},
		fault.Text{Zh: "请拆成几个包。", En: "Split it into several packs."}},
	"pack.many": {
		fault.Text{Zh: "错误超过 {limit} 处，其余未列出。", En: "More than {limit} faults; the rest is not listed."},
		fault.Text{Zh: "请先修正已列出的错误。", En: "Correct those listed first."}},
	"pack.cells": {
		fault.Text{Zh: "该行有 {have} 个单元格，列名行有 {want} 个。", En: "The row has {have} cells, the column names are {want}."},
		fault.Text{Zh: "检查逗号和引号；含逗号的内容要加双引号。", En: "Check commas and quotes; text with a comma needs double quotes."}},
	"pack.column_unknown": {
		fault.Text{Zh: "{file} 没有名为“{value}”的列（第 {position} 列）。", En: "{file} knows no column “{value}” (column {position})."},
		fault.Text{Zh: "可用的列：{columns}。", En: "It knows: {columns}."}},
	"pack.column_twice": {
		fault.Text{Zh: "列“{column}”出现两次。", En: "The column “{column}” stands there twice."},
		fault.Text{Zh: "请保留一个。", En: "Keep one of them."}},
	"pack.column_missing": {
		fault.Text{Zh: "缺少必填列“{column}”。", En: "The required column “{column}” is missing."},
		fault.Text{Zh: "请补上该列及其每一行的值。", En: "Add it with a value in each row."}},
	"pack.required": {
		fault.Text{Zh: "“{column}”不能为空。", En: "“{column}” may not be empty."},
		fault.Text{Zh: "请填写。", En: "Fill it in."}},
	"pack.number": {
		fault.Text{Zh: "“{value}”不是数字。", En: "“{value}” is not a number."},
		fault.Text{Zh: "写成 12.5 这样：小数点，最多六位小数，不要千分位、单位或百分号。", En: "Write it like 12.5: a point, at most six places, no thousands separator, unit or percent sign."}},
	"pack.integer": {
		fault.Text{Zh: "“{value}”不是整数。", En: "“{value}” is not a whole number."},
		fault.Text{Zh: "请写整数，例如 10。", En: "Write a whole number such as 10."}},
	"pack.large": {
		fault.Text{Zh: "“{value}”超出可处理的范围（{limit}）。", En: "“{value}” is beyond the range of numbers ({limit})."},
		fault.Text{Zh: "请检查数值或换用更大的单位。", En: "Check it, or use a larger unit."}},
	"pack.min": {
		fault.Text{Zh: "{value} 小于 {limit}。", En: "{value} is below {limit}."},
		fault.Text{Zh: "请填不小于 {limit} 的数。", En: "Write {limit} or more."}},
	"pack.max": {
		fault.Text{Zh: "{value} 大于 {limit}。", En: "{value} is above {limit}."},
		fault.Text{Zh: "请填不大于 {limit} 的数。", En: "Write {limit} or less."}},
	"pack.above": {
		fault.Text{Zh: "{value} 不大于 {limit}。", En: "{value} is not above {limit}."},
		fault.Text{Zh: "请填大于 {limit} 的数。", En: "Write more than {limit}."}},
	"pack.below": {
		fault.Text{Zh: "{value} 不小于 {limit}。", En: "{value} is not below {limit}."},
		fault.Text{Zh: "请填小于 {limit} 的数。", En: "Write less than {limit}."}},
	"pack.date": {
		fault.Text{Zh: "“{value}”不是日期。", En: "“{value}” is not a date."},
		fault.Text{Zh: "写成 2026-03-09 这样。", En: "Write it like 2026-03-09."}},
	"pack.clock": {
		fault.Text{Zh: "“{value}”不是时刻。", En: "“{value}” is not a time of day."},
		fault.Text{Zh: "写成 08:30 这样；结束可写 24:00。", En: "Write it like 08:30; an end may be 24:00."}},
	"pack.bool": {
		fault.Text{Zh: "“{value}”不是 1 或 0。", En: "“{value}” is neither 1 nor 0."},
		fault.Text{Zh: "是写 1，否写 0。", En: "Write 1 for yes, 0 for no."}},
	"pack.enum": {
		fault.Text{Zh: "“{value}”不是允许的值。", En: "“{value}” is not an allowed value."},
		fault.Text{Zh: "可选：{allowed}。", En: "Choose from: {allowed}."}},
	"pack.long": {
		fault.Text{Zh: "内容超过 {limit} 个字符。", En: "The text has more than {limit} characters."},
		fault.Text{Zh: "请缩短。", En: "Shorten it."}},
	"pack.control": {
		fault.Text{Zh: "内容含有不可见的控制字符。", En: "The text holds invisible control characters."},
		fault.Text{Zh: "请重新输入该单元格。", En: "Type the cell again."}},
	"pack.code": {
		fault.Text{Zh: "编码“{value}”含有分号。", En: "The code “{value}” holds a semicolon."},
		fault.Text{Zh: "分号用来分隔列表，请换一个字符。", En: "Semicolons separate lists; use another character."}},
	"pack.list": {
		fault.Text{Zh: "列表“{value}”中有空项。", En: "The list “{value}” has an empty element."},
		fault.Text{Zh: "用分号分隔，不要多余的分号。", En: "Separate with one semicolon, none at the end."}},
	"pack.list_twice": {
		fault.Text{Zh: "列表中“{element}”出现两次。", En: "“{element}” stands twice in the list."},
		fault.Text{Zh: "请保留一个。", En: "Keep one of them."}},
	"pack.alternative": {
		fault.Text{Zh: "“{value}”不是“工作中心:分钟”的列表。", En: "“{value}” is not a list of work_center:minutes."},
		fault.Text{Zh: "写成 WC2:1.5;WC3:2 这样。", En: "Write it like WC2:1.5;WC3:2."}},
	"pack.own_unit": {
		fault.Text{Zh: "{item} 本来就以 {uom} 计量，换算系数只能是 1，不能是 {value}。", En: "{item} is counted in {uom} itself, so the factor of {uom} is 1 and not {value}."},
		fault.Text{Zh: "请删除该行，或换成另一个单位。", En: "Delete the row, or name another unit."}},
	"pack.duplicate": {
		fault.Text{Zh: "“{value}”与第 {first} 行重复。", En: "“{value}” stands already in row {first}."},
		fault.Text{Zh: "请合并或删除其中一行。", En: "Merge the rows or delete one."}},
	"pack.unknown_item": {
		fault.Text{Zh: "物料“{value}”不存在。", En: "There is no item “{value}”."},
		fault.Text{Zh: "请在 items.csv 中添加或更正编码。", En: "Add it to items.csv or correct the code."}},
	"pack.unknown_partner": {
		fault.Text{Zh: "往来单位“{value}”不存在。", En: "There is no partner “{value}”."},
		fault.Text{Zh: "请在 partners.csv 中添加或更正编码。", En: "Add it to partners.csv or correct the code."}},
	"pack.unknown_work_center": {
		fault.Text{Zh: "工作中心“{value}”不存在。", En: "There is no work center “{value}”."},
		fault.Text{Zh: "请在 work_centers.csv 中添加或更正编码。", En: "Add it to work_centers.csv or correct the code."}},
	"pack.unknown_warehouse": {
		fault.Text{Zh: "仓库“{value}”不存在。", En: "There is no warehouse “{value}”."},
		fault.Text{Zh: "请在 warehouses.csv 中添加或更正编码。", En: "Add it to warehouses.csv or correct the code."}},
	"pack.unknown_site": {
		fault.Text{Zh: "工厂“{value}”不存在。", En: "There is no site “{value}”."},
		fault.Text{Zh: "请填已有工厂的编码，或留空。", En: "Give the code of a site that exists, or leave it empty."}},
	"pack.supply_site_self": {
		fault.Text{Zh: "物料不能由本工厂“{value}”自己调拨。", En: "It cannot be brought from site “{value}” to itself."},
		fault.Text{Zh: "请填另一个工厂，或留空。", En: "Name another site, or leave it empty."}},
	"pack.lead_per_days": {
		fault.Text{Zh: "填了 lead_per 却没有每批天数。", En: "lead_per has no days of a step."},
		fault.Text{Zh: "请填 lead_per_days，或把 lead_per 留空。", En: "Give lead_per_days, or leave lead_per empty."}},
	"pack.unknown_bom": {
		fault.Text{Zh: "{item} 没有 BOM 版本“{value}”。", En: "{item} has no BOM version “{value}”."},
		fault.Text{Zh: "请在 boms.csv 中添加该版本，或留空由日期决定。", En: "Add the version to boms.csv, or leave it empty to let the date decide."}},
	"pack.unknown_routing": {
		fault.Text{Zh: "{item} 没有工艺路线版本“{value}”。", En: "{item} has no routing version “{value}”."},
		fault.Text{Zh: "请在 routings.csv 中添加该版本，或留空。", En: "Add the version to routings.csv, or leave it empty."}},
	"pack.loop": {
		fault.Text{Zh: "BOM 循环：{loop}。", En: "The BOM is a loop: {loop}."},
		fault.Text{Zh: "产品不能直接或间接由自己组成，请删除其中一行。", En: "A product cannot be made of itself; delete one of these lines."}},
	"pack.dates_differ": {
		fault.Text{Zh: "{product} 版本 {version} 的生效日期与第 {first} 行不同。", En: "The effective dates of {product} version {version} differ from row {first}."},
		fault.Text{Zh: "同一版本的所有行写相同日期；日期不同请另起版本。", En: "Give all lines of a version the same dates; other dates are another version."}},
	"pack.dates_order": {
		fault.Text{Zh: "失效日期 {value} 早于生效日期 {from}。", En: "effective_to {value} is before effective_from {from}."},
		fault.Text{Zh: "两端都包含在内，请更正日期。", En: "Both days are included; correct them."}},
	"pack.fixed_lot": {
		fault.Text{Zh: "批量规则 fixed 没有固定批量。", En: "The lot rule “fixed” has no fixed_lot."},
		fault.Text{Zh: "请填 fixed_lot，或换一种批量规则。", En: "Fill in fixed_lot, or choose another lot rule."}},
	"pack.max_lot": {
		fault.Text{Zh: "最大批量 {value} 小于批量倍数 {multiple}。", En: "max_lot {value} is below lot_multiple {multiple}."},
		fault.Text{Zh: "最大批量至少要等于一个倍数。", En: "Let max_lot be at least one multiple."}},
	"pack.time_zone": {
		fault.Text{Zh: "没有名为“{value}”的时区。", En: "There is no time zone “{value}”."},
		fault.Text{Zh: "用 IANA 名称，例如 Asia/Shanghai。", En: "Use an IANA name such as Asia/Shanghai."}},
	"pack.currency": {
		fault.Text{Zh: "“{value}”不是货币代码。", En: "“{value}” is not a currency code."},
		fault.Text{Zh: "用三个大写字母，例如 CNY。", En: "Use three capital letters such as CNY."}},
	"pack.one_site": {
		fault.Text{Zh: "site.csv 有多行。", En: "site.csv has more than one row."},
		fault.Text{Zh: "一个工厂包只有一个工厂，请分成几个包。", En: "A pack is one site; make several packs."}},
	"pack.hours_empty": {
		fault.Text{Zh: "开始与结束同为 {value}。", En: "Hours begin and end at {value}."},
		fault.Text{Zh: "全天写 00:00 到 24:00；休息日在 calendar_days.csv 中两格留空。", En: "A whole day is 00:00 to 24:00; a closed day has both cells empty in calendar_days.csv."}},
	"pack.hours_half": {
		fault.Text{Zh: "只填了开始或结束。", En: "Only one end of the hours is given."},
		fault.Text{Zh: "两个都填，或都留空表示休息。", En: "Give both, or none for a closed day."}},
	"pack.day_mixed": {
		fault.Text{Zh: "{value} 既有工作时间又标为休息（第 {first} 行）。", En: "{value} has hours and is closed as well (row {first})."},
		fault.Text{Zh: "请保留其中一种。", En: "Keep one of them."}},
	"pack.serial_qty": {
		fault.Text{Zh: "序列号 {serial} 的数量是 {value}。", En: "Serial {serial} has the quantity {value}."},
		fault.Text{Zh: "一个序列号是一件，数量写 1。", En: "A serial is one piece; write 1."}},
	"pack.order_mixed": {
		fault.Text{Zh: "订单 {order} 的“{column}”与第 {first} 行不同。", En: "Order {order} has another {column} in row {first}."},
		fault.Text{Zh: "一个订单只有一个往来单位，请更正或另立订单。", En: "An order has one partner; correct it or make another order."}},
}
