// Package scheduling knows when which operation is to be done on which machine.
//
// It promises: a site has at most one live schedule, and a newer run takes its place whole or not at all; a slot is
// of an operation that was open when the run began, on a machine of a work center that can do it, in working hours,
// and no machine does two things at once (finite.Check says so before a run is published). What has started stays
// where it is. The schedule is a plan: nothing that happens on the floor is refused because of it.
package scheduling

import (
	"embed"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
)

//go:embed schema/*.sql
var Schema embed.FS

// Module is the scheduling room.
type Module struct {
	DB *db.DB
}

// New makes the room.
func New(d *db.DB) *Module { return &Module{DB: d} }

// Perms are the permissions of this room.
var Perms = []string{"scheduling.read", "scheduling.run"}

// EventPublished tells of a new live schedule: Result. Subject site:<code>.
const EventPublished = "scheduling.published"

// EventTold tells of something that a person told the schedule, or took back: Told. Subject site:<code>.
const EventTold = "scheduling.told"

// EventDrafted tells of a draft that lies ready to be looked at: DraftHead. Subject site:<code>.
const EventDrafted = "scheduling.drafted"

// SettingFreeze is how many hours ahead the live schedule stays as it is.
const SettingFreeze = "scheduling.freeze_hours"

// Settings are the choices that this room offers.
var Settings = []masterdata.SettingSpec{
	{Name: SettingFreeze, Kind: "int", Default: "0", Min: "0", Max: "720",
		Title: fault.Text{Zh: "冻结期（小时）", En: "Frozen window (hours)"},
		Help:  fault.Text{Zh: "在这么多小时内开始的工序，重排时保持原来的设备和时间；0 表示不冻结。", En: "Operations that begin within so many hours keep their machine and time when the schedule is made anew; 0 = nothing is frozen."}},
}

// Messages are the refusals of this room in the user's language.
var Messages = fault.Messages{
	"scheduling.rule_unknown":    {Zh: "没有排程规则“{rule}”，可选：priority（优先级）、edd（交期）、cr（紧迫系数）、spt（最短工时）。", En: "There is no scheduling rule {rule}; choose priority, edd, cr or spt."},
	"scheduling.contradicts":     {Zh: "主数据自相矛盾，无法排程：{reason}。请检查工作中心、设备和工艺路线。", En: "Master data contradicts itself, so nothing can be scheduled: {reason}. Check work centers, machines and routings."},
	"scheduling.published":       {Zh: "{by} 在 {at} 已经发布了另一版排程（{run}），和您看到的不同。请重新打开，在新排程上再做一次。", En: "{by} has published another schedule ({run}) at {at}, which is not the one you looked at. Open it again and repeat the change on top of it."},
	"scheduling.draft_unknown":   {Zh: "没有排程方案 {id}，可能已被删除或已发布。", En: "There is no draft {id}; it may have been deleted or published."},
	"scheduling.draft_only":      {Zh: "方案里有“{kind}”，只能用来试算，不能发布。去掉它再发布。", En: "The draft supposes “{kind}”, which is for trying only. Take it out to publish."},
	"scheduling.no_live":         {Zh: "还没有生效的排程。请先运行一次排程。", En: "There is no live schedule yet. Run the schedule first."},
	"scheduling.change_bad":      {Zh: "第 {row} 条变更（{kind}）缺少或写错了：{field}。", En: "Change {row} ({kind}): {field} is missing or wrong."},
	"scheduling.op_unknown":      {Zh: "工单 {order} 没有未完工的工序 {op}。", En: "Work order {order} has no open operation {op}."},
	"scheduling.machine_unknown": {Zh: "没有设备“{machine}”。请从列表中选择。", En: "There is no machine {machine}; choose one from the list."},
	"scheduling.center_unknown":  {Zh: "没有工作中心“{work_center}”。请从列表中选择。", En: "There is no work center {work_center}; choose one from the list."},
	"scheduling.told_unknown":    {Zh: "没有这条排程指令（{id}）。", En: "There is no such instruction to the schedule ({id})."},
	"scheduling.goal_unknown":    {Zh: "没有目标“{part}”，可选：{parts}。", En: "There is no goal {part}; choose of {parts}."},
	"scheduling.not_planned":     {Zh: "工单 {order} 不在当前排程中。请先运行排程，或工单已完工。", En: "{order} is not in the live schedule. Run the schedule first, or the order is finished."},
}
