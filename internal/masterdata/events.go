package masterdata

// What this room tells. Subjects: item:<code>, setting:<name>, site:<code>.
const (
	EventItemCreated = "masterdata.item_created"
	EventItemChanged = "masterdata.item_changed"
	EventSetting     = "masterdata.setting_changed"
	EventLoaded      = "masterdata.loaded"
)

// SettingChanged is the payload of masterdata.setting_changed.
type SettingChanged struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}
