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

// Messages are the refusals of this room in the user's language.
var Messages = fault.Messages{
	"scheduling.rule_unknown": {Zh: "没有排程规则“{rule}”，可选：priority（优先级）、edd（交期）、cr（紧迫系数）、spt（最短工时）。", En: "There is no scheduling rule {rule}; choose priority, edd, cr or spt."},
	"scheduling.contradicts":  {Zh: "主数据自相矛盾，无法排程：{reason}。请检查工作中心、设备和工艺路线。", En: "Master data contradicts itself, so nothing can be scheduled: {reason}. Check work centers, machines and routings."},
	"scheduling.not_planned":  {Zh: "工单 {order} 不在当前排程中。请先运行排程，或工单已完工。", En: "{order} is not in the live schedule. Run the schedule first, or the order is finished."},
}
