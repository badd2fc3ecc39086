package planning

import "kaiwu/internal/kit/num"

// What this room tells.
const (
	EventPlanned         = "planning.planned"          // Result; subject site:<code>
	EventFirmed          = "planning.firmed"           // FirmTold; subject firm:<number>
	EventFirmEdited      = "planning.firm_edited"      // FirmTold
	EventWithdrawn       = "planning.withdrawn"        // Firmed
	EventReleased        = "planning.released"         // ReleasedDoc; subject <kind>:<number>
	EventTriaged         = "planning.triaged"          // Triage; subject site:<code>
	EventAccepted        = "planning.accepted"         // FollowedMessage; subject item:<code>
	EventScenario        = "planning.scenario"         // Scenario; subject scenario:<number>
	EventScenarioAdopted = "planning.scenario_adopted" // Adopted
	EventDemand          = "planning.demand"           // DemandTold; subject item:<code>

	EventSlowLooked  = "planning.slow_looked"  // SlowLooked; subject site:<code>
	EventSlowDecided = "planning.slow_decided" // SlowDecided; subject item:<code>

	EventSuggested           = "planning.suggested"            // Suggestion; subject item:<code>
	EventSuggestionChanged   = "planning.suggestion_changed"   // Suggestion
	EventSuggestionOrdered   = "planning.suggestion_ordered"   // Suggestion
	EventSuggestionDismissed = "planning.suggestion_dismissed" // Suggestion
	EventSuggestionGone      = "planning.suggestion_gone"      // Suggestion
	EventLevelsProposed      = "planning.levels_proposed"      // Proposed; subject site:<code>
	EventLevelDecided        = "planning.level_decided"        // LevelTold; subject item:<code>
)

// FirmTold is a firm order as it stands now.
type FirmTold struct {
	Number  string   `json:"number"`
	Item    string   `json:"item"`
	Kind    string   `json:"kind"`
	Qty     num.Dec  `json:"qty"`
	Start   string   `json:"start"`
	Due     string   `json:"due"`
	Sources []Source `json:"sources"`
}

// DemandTold is a need that the planner entered, or took back.
type DemandTold struct {
	ID   string  `json:"id"`
	Item string  `json:"item"`
	Due  string  `json:"due"`
	Qty  num.Dec `json:"qty"`
	Note string  `json:"note"`
	Gone bool    `json:"gone,omitempty"`
}
