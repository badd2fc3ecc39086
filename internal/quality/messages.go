package quality

import "kaiwu/internal/kit/fault"

// Messages are the refusals of this room in the user's language.
var Messages = fault.Messages{
	"quality.inspection_unknown":  {Zh: "没有检验单 {number}。请核对单号。", En: "There is no inspection {number}. Check the number."},
	"quality.judgement_unknown":   {Zh: "没有这条检验判定记录。请刷新页面后重试。", En: "There is no such judgement. Reload the page and try again."},
	"quality.qty_not_positive":    {Zh: "请填写合格数和不合格数，合计必须大于 0。", En: "Say how many pieces passed and how many failed; together they must be above zero."},
	"quality.decimals":            {Zh: "物料 {item} 的数量最多 {decimals} 位小数。", En: "Quantities of {item} have at most {decimals} decimals."},
	"quality.reason_missing":      {Zh: "有 {qty} 件不合格，请填写不合格原因。", En: "{qty} pieces failed; say why."},
	"quality.cancelled":           {Zh: "检验单 {number} 已作废（对应的单据已撤销）。", En: "Inspection {number} was cancelled, because its document was undone."},
	"quality.over_judged":         {Zh: "检验单 {number} 只剩 {remaining} 件待检，不能判定 {qty} 件。请核对数量。", En: "Only {remaining} pieces of inspection {number} wait for a judgement, not {qty}. Count again."},
	"quality.judged_already":      {Zh: "检验单 {number} 已经判定，请先撤销判定，再撤销原单据。", En: "Inspection {number} has judged these pieces. Undo the judgement first, then the document."},
	"quality.undone_already":      {Zh: "检验单 {number} 的这条判定已经撤销过，或本身就是撤销记录。", En: "This judgement of inspection {number} was already undone, or is itself an undo."},
	"quality.rule_of_what":        {Zh: "请指明物料、供应商或物料类别。", En: "Say of which item, supplier or family."},
	"quality.rule_item_or_family": {Zh: "物料 {item} 已属于某个类别，请只填物料或类别之一。", En: "{item} has a family already. Name either the item or the family."},
	"quality.rule_unknown":        {Zh: "没有这条来料检验规则，可能已被删除。请刷新页面。", En: "There is no such rule; it may have been taken away. Reload the page."},
	"quality.judge_first":         {Zh: "这批货在等检验单 {number} 的判定。请在检验单上判定，合格的会自动放行。", En: "These goods wait for inspection {number}. Judge it there; what passes is released by itself."},
	"quality.serials_needed":      {Zh: "物料 {item} 按序列号管理：请写明哪 {qty} 件（可写 SN0001..SN0100）。", En: "{item} is tracked by serial number: say which {qty} pieces (ranges such as SN0001..SN0100 will do)."},
	"quality.serial_not_here":     {Zh: "序列号 {serial} 不在检验单 {number} 的待检件中。请检查。", En: "Serial {serial} is none of the pieces that wait for inspection {number}. Check it."},
	"quality.already_recorded":    {Zh: "这条判定已经记录过，没有重复记账。", En: "This was recorded already; nothing was booked twice."},
}
