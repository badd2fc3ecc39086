package masterdata

import "kaiwu/internal/kit/db"

// What this room tells. Subjects: item:<code>, setting:<name>, site:<code>.
const (
	EventItemCreated = "masterdata.item_created"
	EventItemChanged = "masterdata.item_changed"
	EventItemDeleted = "masterdata.item_deleted"

	EventBOMCreated     = "masterdata.bom_created"
	EventBOMChanged     = "masterdata.bom_changed"
	EventRoutingCreated = "masterdata.routing_created"
	EventRoutingChanged = "masterdata.routing_changed"

	// Engineering changes, subject change:<number>, payload ChangeTold.
	EventChangeDrafted   = "masterdata.change_drafted"
	EventChangeEdited    = "masterdata.change_edited"
	EventChangeRequested = "masterdata.change_requested"
	EventChangeApproved  = "masterdata.change_approved"
	EventChangeRejected  = "masterdata.change_rejected"
	EventChangeWithdrawn = "masterdata.change_withdrawn"
	EventChangeMoved     = "masterdata.change_moved" // another day by what is known of the use
	EventChangeEffective = "masterdata.change_effective"

	// Substitutes in general, subject item:<product>, payload GeneralRow.
	EventSubAsked    = "masterdata.substitute_asked"
	EventSubApproved = "masterdata.substitute_approved"
	EventSubRefused  = "masterdata.substitute_refused"
	EventSubEnded    = "masterdata.substitute_ended"

	EventSetting = "masterdata.setting_changed"
	EventLoaded  = "masterdata.loaded"

	// Work centers, machines, workers, skills, teams, tools, partners, warehouses, locations and calendars tell
	// masterdata.<noun>_created and masterdata.<noun>_changed with subject <noun>:<code> and payload Changed.
	EventLocationsMade = "masterdata.locations_made"
)

// Loaded is the payload of masterdata.loaded: a pack came in.
type Loaded struct {
	Site  string  `json:"site"`
	Batch db.ID   `json:"batch"`
	Files []Count `json:"files"`
}

// SettingChanged is the payload of masterdata.setting_changed.
type SettingChanged struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// ItemChanged is the payload of masterdata.item_created and masterdata.item_changed. Before is absent when the item
// is new.
type ItemChanged struct {
	Before *ItemState `json:"before,omitempty"`
	After  *ItemState `json:"after"`
}

// BOMChanged is the payload of masterdata.bom_created and masterdata.bom_changed. Before is absent when the version is
// new.
type BOMChanged struct {
	Before *BOMState `json:"before,omitempty"`
	After  *BOMState `json:"after"`
}

// RoutingChanged is the payload of masterdata.routing_created and masterdata.routing_changed. Before is absent when the
// version is new.
type RoutingChanged struct {
	Before *RoutingState `json:"before,omitempty"`
	After  *RoutingState `json:"after"`
}

// ItemDeleted is the payload of masterdata.item_deleted: an item that nothing had ever used is gone.
type ItemDeleted struct {
	Before   *ItemState     `json:"before"`
	BOMs     []BOMState     `json:"boms,omitempty"`
	Routings []RoutingState `json:"routings,omitempty"`
}
