package production

import (
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// What production tells. The subject is wo:<number>, but for an import.
const (
	EventCreated       = "production.created"           // Order
	EventImported      = "production.imported"          // Imported; subject site:<code>
	EventReleased      = "production.released"          // Released
	EventCancelled     = "production.cancelled"         // Ended
	EventClosed        = "production.closed"            // Ended
	EventStarted       = "production.started"           // Ran
	EventPaused        = "production.paused"            // Ran
	EventReported      = "production.reported"          // ReportedEvent
	EventUndone        = "production.undone"            // ReportUndone
	EventIssued        = "production.issued"            // Issued
	EventReturned      = "production.returned"          // Returned
	EventReceived      = "production.received"          // Received
	EventUnreceive     = "production.unreceived"        // Unreceived
	EventOutputs       = "production.outputs_received"  // OutputsReceived
	EventOutputsUndone = "production.outputs_undone"    // OutputsUndone
	EventHeld          = "production.held"              // Held
	EventUnheld        = "production.unheld"            // Held
	EventSplit         = "production.split"             // Parted
	EventMerged        = "production.merged"            // Merged
	EventChanged       = "production.changed"           // Changed
	EventVariance      = "production.variance"          // VarianceEvent
	EventPolicy        = "production.policy_set"        // ShortPolicy; subject item:<code>
	EventRework        = "production.rework_made"       // ReworkMade
	EventBound         = "production.serials_bound"     // SerialsBound
	EventLoosed        = "production.serials_loosed"    // SerialsBound
	EventMaterialScrap = "production.material_scrapped" // MaterialScrapped; taken back: below zero

	EventChangeTold    = "production.change_told"    // ChangeDecided
	EventChangeDecided = "production.change_decided" // ChangeDecided

	EventSubAsked    = "production.substitute_asked"    // SubstituteRow
	EventSubApproved = "production.substitute_approved" // SubstituteRow
	EventSubRefused  = "production.substitute_refused"  // SubstituteRow

	EventPickMade    = "production.pick_made"    // PickEvent
	EventPickShort   = "production.pick_short"   // PickEvent
	EventPickDropped = "production.pick_dropped" // PickEvent

	EventOutOfLimits = "production.out_of_limits" // OutOfLimits
	EventOpHeld      = "production.op_held"       // OpHeld
	EventOpUnheld    = "production.op_unheld"     // OpHeld

	EventJoined       = "production.joined"         // Crewed
	EventLeft         = "production.left"           // Crewed
	EventCalled       = "production.called"         // CallEvent
	EventCallTaken    = "production.call_taken"     // CallEvent
	EventCallResolved = "production.call_resolved"  // CallEvent
	EventEscalated    = "production.call_escalated" // CallEvent
	EventHandedOver   = "production.handed_over"    // HandoverEvent; subject handover:<number>
	EventTakenOver    = "production.taken_over"     // HandoverEvent; subject handover:<number>
	EventPauseReason  = "production.pause_reason"   // PauseReasonEvent; subject pause:<code>
)

// ReportedEvent is the whole fact of a report: costing, payroll and traceability read it.
type ReportedEvent struct {
	ID           db.ID   `json:"id"`
	OrderID      db.ID   `json:"order_id"`
	Order        string  `json:"order"`
	ItemID       db.ID   `json:"item_id"`
	OpID         db.ID   `json:"op_id"`
	Op           int64   `json:"op"`
	OpName       string  `json:"op_name"`
	WorkCenterID db.ID   `json:"work_center_id"`
	Kind         string  `json:"kind"`
	Good         num.Dec `json:"good"`
	Scrap        num.Dec `json:"scrap"`
	Rework       num.Dec `json:"rework"`
	ScrapReason  string  `json:"scrap_reason,omitempty"`
	ReworkReason string  `json:"rework_reason,omitempty"`
	WorkerID     db.ID   `json:"worker_id"`
	Worker       string  `json:"worker"`
	MachineID    db.ID   `json:"machine_id"`
	StartMS      int64   `json:"start_ms"`
	EndMS        int64   `json:"end_ms"`
	PostingDate  string  `json:"posting_date"`
	Shift        string  `json:"shift,omitempty"`
	GoodAfter    num.Dec `json:"good_after"`
	ScrapAfter   num.Dec `json:"scrap_after"`
	ReworkAfter  num.Dec `json:"rework_after"`
	OpDone       bool    `json:"op_done"`
	OrderStatus  string  `json:"order_status"`
	Inspection   string  `json:"inspection,omitempty"`
	Used         []Used  `json:"used"`
	Short        []Used  `json:"short,omitempty"`
	Labour       []Share `json:"labour,omitempty"`
	masterdata.Entered
}

func reportedEvent(s *opState, r *reportRow, used []Used, out Reported) ReportedEvent {
	return ReportedEvent{ID: r.ID, OrderID: s.Order, Order: s.Number, ItemID: s.Item, OpID: s.ID, Op: s.Op, OpName: s.Name, WorkCenterID: s.WorkCenter, Kind: r.Kind,
		Good: r.Good, Scrap: r.Scrap, Rework: r.Rework, ScrapReason: r.ScrapReason, ReworkReason: r.ReworkReason, WorkerID: r.Worker, Worker: r.WorkerName,
		MachineID: r.Machine, StartMS: r.Start, EndMS: r.Happened, PostingDate: r.Posting, Shift: r.Shift, GoodAfter: out.Good, ScrapAfter: out.Scrap,
		ReworkAfter: out.Rework, OpDone: out.OpDone, OrderStatus: out.OrderStatus, Inspection: out.Inspection, Used: used, Short: out.Short, Labour: r.Labour, Entered: r.Entered}
}

// Imported says how many work orders a pack brought.
type Imported struct {
	Site   string `json:"site"`
	Batch  db.ID  `json:"batch"`
	Orders int64  `json:"orders"`
}

// ReportUndone is the payload of production.undone: quantities of the report that was taken back, and the sums after.
type ReportUndone struct {
	ID          db.ID   `json:"id"`
	Report      db.ID   `json:"report"`
	Order       string  `json:"order"`
	Op          int64   `json:"op"`
	Good        num.Dec `json:"good"`
	Scrap       num.Dec `json:"scrap"`
	Rework      num.Dec `json:"rework"`
	WorkerID    db.ID   `json:"worker_id"`
	GoodAfter   num.Dec `json:"good_after"`
	ScrapAfter  num.Dec `json:"scrap_after"`
	ReworkAfter num.Dec `json:"rework_after"`
	masterdata.Entered
}
