// Package scheduling knows when which operation is to be done on which machine.
//
// It promises: a site has at most one live schedule, and a newer run takes its place whole or not at all; a slot is
// of an operation that was open when the run began, on a machine of a work center that can do it, in working hours,
// and no machine does two things at once (finite.Check says so before a run is published). What has started stays
// where it is. The schedule is a plan: nothing that happens on the floor is refused because of it.
package scheduling

import (
	"context"
	"embed"
	"sync"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning"
)

//go:embed schema/*.sql
var Schema embed.FS

// Module is the scheduling room.
type Module struct {
	DB     *db.DB
	Master *masterdata.Module // adopts learned times

	jobs *job.Runner

	mu    sync.Mutex
	known map[db.ID]*planning.PartPegs // by site, of the live plan
	desks desks                        // what previews share
}

// New makes the room.
func New(d *db.DB) *Module { return &Module{DB: d} }

// Perms are the permissions of this room.
var Perms = []string{"scheduling.read", "scheduling.run", "scheduling.learn", "scheduling.repair"}

// EventPublished tells of a new live schedule: Result. Subject site:<code>.
const EventPublished = "scheduling.published"

// EventTold tells of something that a person told the schedule, or took back: Told. Subject site:<code>.
const EventTold = "scheduling.told"

// EventDrafted tells of a draft that lies ready to be looked at: DraftHead. Subject site:<code>.
const EventDrafted = "scheduling.drafted"

// SettingFreeze is how many hours ahead the live schedule stays as it is.
const SettingFreeze = "scheduling.freeze_hours"

// frozenMS is how far ahead of now the live schedule stays as it is, in milliseconds.
func frozenMS(ctx context.Context, q db.Querier) (int64, error) {
	hours, err := masterdata.IntSetting(ctx, q, SettingFreeze, "0")
	return hours * 3_600_000, err
}

// Settings are the choices that this room offers.
var Settings = []masterdata.SettingSpec{
	{Name: SettingFreeze, Kind: "int", Default: "0", Min: "0", Max: "720",
		Title: fault.Text{Zh: "冻结期（小时）", En: "Frozen window (hours)"},
		Help:  fault.Text{Zh: "在这么多小时内开始的工序，重排时保持原来的设备和时间；0 表示不冻结。", En: "Operations that begin within so many hours keep their machine and time when the schedule is made anew; 0 = nothing is frozen."}},
	{Name: SettingParts, Kind: "bool", Default: "1",
		Title: fault.Text{Zh: "排程等待缺料和子工单", En: "Wait for parts and for orders that make them"},
		Help:  fault.Text{Zh: "库存没有的物料，用到它的工序按最近一次计划运算的到货日期开始，或等制造它的工单完工；有库存的立即可用。", En: "An operation that uses a part that stock does not cover begins when the latest plan has it, or when the work order that makes it is done; what stock covers is there at once."}},
	{Name: SettingAttain, Kind: "int", Default: "30", Min: "0", Max: "10080",
		Title: fault.Text{Zh: "计划达成允许偏差（分钟）", En: "Attainment: tolerance (minutes)"},
		Help:  fault.Text{Zh: "工序在计划结束后这么多分钟内完成，仍算按计划完成。", En: "An operation that is finished within so many minutes after its planned end counts as done as planned."}},
	{Name: SettingKeep, Kind: "int", Default: "20", Min: "2", Max: "500",
		Title: fault.Text{Zh: "保留明细的排程版本数", En: "Publications that keep their operations"},
		Help:  fault.Text{Zh: "更早发布的排程只保留汇总。", En: "Of older ones only the summary stays."}},
	{Name: SettingLearnDays, Kind: "int", Default: "90", Min: "7", Max: "730",
		Title: fault.Text{Zh: "学习工时的天数", En: "Days to learn times from"},
		Help:  fault.Text{Zh: "实际工时取自最近这么多天的报工、调机和停机。", En: "Actual times come from reports, set-ups and stoppages of so many days."}},
	{Name: SettingLearnMin, Kind: "int", Default: "5", Min: "3", Max: "1000",
		Title: fault.Text{Zh: "采用工时的最少报工次数", En: "Reports needed to adopt a time"},
		Help:  fault.Text{Zh: "少于这么多次（不含离群值）时不提出建议。", En: "With fewer (outliers left out) nothing is proposed."}},
	{Name: SettingLearnPct, Kind: "int", Default: "10", Min: "1", Max: "500",
		Title: fault.Text{Zh: "工时差异阈值（%）", En: "Difference that proposes a time (%)"},
		Help:  fault.Text{Zh: "实际与计划相差达到这个百分比时提出建议。", En: "A time that differs from the plan by so much is proposed."}},
	{Name: SettingLearnShifts, Kind: "int", Default: "10", Min: "3", Max: "1000",
		Title: fault.Text{Zh: "采用设备可用率的最少班次数", En: "Shifts needed to adopt availability"},
		Help:  fault.Text{Zh: "设备实际可用时间取自这么多个以上有工作的班次（不含离群值），否则不提出建议。", En: "What a machine is really there for is proposed from so many shifts on in which it had work (outliers left out)."}},
	{Name: SettingLearnWeeks, Kind: "int", Default: "8", Min: "4", Max: "26",
		Title: fault.Text{Zh: "学习日历的周数", En: "Weeks to learn calendars from"},
		Help:  fault.Text{Zh: "在最近这么多个整周里，四周中有三周都这样上班，才建议改日历。", En: "A calendar is proposed to change when in three of four of so many whole weeks that is how people worked."}},
	{Name: SettingRepairMachine, Kind: "int", Default: "15", Min: "1", Max: "1440",
		Title: fault.Text{Zh: "停机多久后自动改排（分钟）", En: "Machine down: repair the schedule after (minutes)"},
		Help:  fault.Text{Zh: "因设备故障暂停或呼叫设备维修，超过这么多分钟还没恢复，就自动做一个改排方案。", En: "A pause for a breakdown or a call for the machine that is not over after so many minutes makes a draft by itself."}},
	{Name: SettingRepairDown, Kind: "int", Default: "4", Min: "1", Max: "720",
		Title: fault.Text{Zh: "预计停机（小时）", En: "Machine down: expected for (hours)"},
		Help:  fault.Text{Zh: "改排时假定设备从故障起停这么久；到时还没恢复会再提一次。", En: "The draft supposes that the machine is down for so long; when it still is then, another one is made."}},
	{Name: SettingRepairLate, Kind: "int", Default: "1", Min: "1", Max: "60",
		Title: fault.Text{Zh: "迟到物料预计再等（天）", En: "Late material: expected after (days)"},
		Help:  fault.Text{Zh: "采购到期未到，改排时假定这么多天后才到。", En: "Material past its promised day is supposed to come after so many days."}},
	{Name: SettingRepairSlow, Kind: "int", Default: "25", Min: "1", Max: "500",
		Title: fault.Text{Zh: "工序超时阈值（%）", En: "Slow operation: tolerance (%)"},
		Help:  fault.Text{Zh: "工序超过计划结束时间，且超出其计划时长的这个百分比，就自动改排。", En: "An operation that is beyond its planned end by so much of its planned time makes a draft."}},
	{Name: SettingNoise, Kind: "int", Default: "2", Min: "0", Max: "120",
		Title: fault.Text{Zh: "不算移动的时间差（分钟）", En: "Difference that is no move (minutes)"},
		Help:  fault.Text{Zh: "改排方案里，时间相差不到这么多分钟的工序和工单不算移动，也不列出；已发布的时间能保持就保持。0 表示一秒也算。", En: "In a draft, operations and orders whose times differ by less than that do not count as moved and are not listed; published times stay where they can. 0: every second counts."}},
	{Name: SettingRepairAuto, Kind: "bool", Default: "0",
		Title: fault.Text{Zh: "自动发布改排方案", En: "Publish repaired schedules by themselves"},
		Help:  fault.Text{Zh: "没有工单因此延误或更晚、移动的工序不超过上限时，直接发布，不等计划员。", En: "Where no order becomes late or later and no more operations move than the limit below, without waiting for the planner."}},
	{Name: SettingRepairMoves, Kind: "int", Default: "10", Min: "1", Max: "10000",
		Title: fault.Text{Zh: "自动发布的移动上限（工序数）", En: "Operations that may move by themselves"},
		Help:  fault.Text{Zh: "超过这个数要由计划员采用。", En: "More than that the planner adopts."}},
}

// Messages are the refusals of this room in the user's language.
var Messages = fault.Messages{
	"scheduling.rule_unknown":     {Zh: "没有排程规则“{rule}”，可选：priority（优先级）、edd（交期）、cr（紧迫系数）、spt（最短工时）。", En: "There is no scheduling rule {rule}; choose priority, edd, cr or spt."},
	"scheduling.contradicts":      {Zh: "主数据自相矛盾，无法排程：{reason}。请检查工作中心、设备和工艺路线。", En: "Master data contradicts itself, so nothing can be scheduled: {reason}. Check work centers, machines and routings."},
	"scheduling.published":        {Zh: "{by} 在 {at} 已经发布了另一版排程（{run}），和您看到的不同。请重新打开，在新排程上再做一次。", En: "{by} has published another schedule ({run}) at {at}, which is not the one you looked at. Open it again and repeat the change on top of it."},
	"scheduling.draft_unknown":    {Zh: "没有排程方案 {id}，可能已被删除或已发布。", En: "There is no draft {id}; it may have been deleted or published."},
	"scheduling.draft_only":       {Zh: "方案里有“{kind}”，只能用来试算，不能发布。去掉它再发布。", En: "The draft supposes “{kind}”, which is for trying only. Take it out to publish."},
	"scheduling.no_live":          {Zh: "还没有生效的排程。请先运行一次排程。", En: "There is no live schedule yet. Run the schedule first."},
	"scheduling.change_bad":       {Zh: "第 {row} 条变更（{kind}）缺少或写错了：{field}。", En: "Change {row} ({kind}): {field} is missing or wrong."},
	"scheduling.op_unknown":       {Zh: "工单 {order} 没有未完工的工序 {op}。", En: "Work order {order} has no open operation {op}."},
	"scheduling.machine_unknown":  {Zh: "没有设备“{machine}”。请从列表中选择。", En: "There is no machine {machine}; choose one from the list."},
	"scheduling.center_unknown":   {Zh: "没有工作中心“{work_center}”。请从列表中选择。", En: "There is no work center {work_center}; choose one from the list."},
	"scheduling.told_unknown":     {Zh: "没有这条排程指令（{id}）。", En: "There is no such instruction to the schedule ({id})."},
	"scheduling.goal_unknown":     {Zh: "没有目标“{part}”，可选：{parts}。", En: "There is no goal {part}; choose of {parts}."},
	"scheduling.time_unknown":     {Zh: "没有这条实际工时（{id}），可能已重新计算。请刷新列表。", En: "There is no such learned time ({id}); it may have been computed anew. Load the list again."},
	"scheduling.time_few":         {Zh: "只有 {n} 次有效报工，太少，不能采用。等报工更多后再看。", En: "Only {n} reports count: too few to adopt. Wait for more."},
	"scheduling.time_asked":       {Zh: "已有一个工程变更在申请这项工时。请到工程变更里审批。", En: "An engineering change asks for this time already. Decide about the change."},
	"scheduling.decline_reason":   {Zh: "不采用请填写原因。", En: "Say why, to decline."},
	"scheduling.repair_unknown":   {Zh: "没有改排建议 {id}。", En: "There is no repair {id}."},
	"scheduling.repair_over":      {Zh: "这条改排建议已经处理过（{state}）。", En: "This repair is over already ({state})."},
	"scheduling.repair_calm":      {Zh: "这个事件不影响当前排程，没有可采用的方案。", En: "Nothing in the schedule moves because of it, so there is no draft to adopt."},
	"scheduling.day_bad":          {Zh: "{field}：“{value}”不是日期，请写成 2026-03-01 这样。", En: "{field}: {value} is no day; write it like 2026-03-01."},
	"scheduling.days_bad":         {Zh: "日期范围 {from} 到 {to} 不对：最多 {max} 天，开始不能晚于结束。", En: "{from} to {to} is no good range: at most {max} days, the first not after the last."},
	"scheduling.run_unknown":      {Zh: "没有发布过排程 {id}。请从发布记录中选择。", En: "There is no publication {id}; choose one from the list."},
	"scheduling.search_unknown":   {Zh: "没有这次搜索（{id}），可能已清理。请重新开始。", En: "There is no such search ({id}); it may have been cleared. Start another one."},
	"scheduling.worker_unknown":   {Zh: "没有在用的员工：{workers}。请从列表中选择。", En: "There is no active worker {workers}; choose from the list."},
	"scheduling.calendar_unknown": {Zh: "工厂 {site} 没有日历“{calendar}”。请从列表中选择，或先建日历。", En: "Site {site} has no calendar {calendar}; choose one from the list, or make it first."},
	"scheduling.absence_bad":      {Zh: "缺勤时间不对：结束要晚于开始，并且还没有过去。", En: "That is no absence: it must end after it begins, and not be over already."},
	"scheduling.absence_unknown":  {Zh: "没有这条缺勤（{id}）。请刷新列表。", En: "There is no such absence ({id}). Load the list again."},
	"scheduling.not_planned":      {Zh: "工单 {order} 不在当前排程中。请先运行排程，或工单已完工。", En: "{order} is not in the live schedule. Run the schedule first, or the order is finished."},
}
