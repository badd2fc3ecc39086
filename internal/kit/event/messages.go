package event

import "kaiwu/internal/kit/fault"

// Messages are this package's sentences.
var Messages = fault.Messages{
	"event.parked_unknown":  {Zh: "没有这个搁置的事件：{id}", En: "There is no parked event {id}"},
	"event.parked_solved":   {Zh: "订阅者 {subscriber} 的事件 {seq} 已经处理过", En: "Event {seq} of {subscriber} is already dealt with"},
	"event.subscriber_gone": {Zh: "订阅者 {subscriber} 已不存在，请跳过该事件", En: "Subscriber {subscriber} does not exist any more; skip the event"},
	"event.chain_gap":       {Zh: "审计链缺少第 {seq} 条记录，请立即联系管理员并保留数据", En: "Record {seq} is missing from the audit chain; call the administrator and keep the data as it is"},
	"event.chain_broken":    {Zh: "审计链第 {seq} 条记录（{name}，{subject}）被改动过，请立即联系管理员并保留数据", En: "Record {seq} of the audit chain ({name}, {subject}) was changed; call the administrator and keep the data as it is"},
	"event.subject_closed":  {Zh: "您没有权限查看 {subject} 的记录", En: "You may not read the history of {subject}"},
	"event.streams":         {Zh: "您打开的页面太多（上限 {max}），请关闭一些", En: "Too many of your pages are open (at most {max}); close some"},
}
