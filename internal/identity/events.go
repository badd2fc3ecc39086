package identity

import "kaiwu/internal/kit/db"

// Events of this room. Subjects are user:<login>, role:<name>, key:<name>, device:<id>, module:<name>. A payload
// never holds a password, PIN, badge number, token or hash.
const (
	PersonVouched   = "identity.vouched" // VouchGiven: somebody allowed one act of somebody else by badge and PIN
	LoggedIn        = "identity.logged_in"
	LoggedOut       = "identity.logged_out"
	LoginRefused    = "identity.login_refused"
	UserCreated     = "identity.user_created"
	UserChanged     = "identity.user_changed"
	PasswordChanged = "identity.password_changed"
	PINChanged      = "identity.pin_changed"
	RoleCreated     = "identity.role_created"
	RoleChanged     = "identity.role_changed"
	RoleRemoved     = "identity.role_removed"
	SessionRevoked  = "identity.session_revoked"
	KeyMade         = "identity.key_made"
	KeyRevoked      = "identity.key_revoked"
	DeviceEnrolled  = "identity.device_enrolled"
	DeviceChanged   = "identity.device_changed"
	DeviceRemoved   = "identity.device_removed"
	DeviceBound     = "identity.device_bound" // Bound
	ModuleSwitched  = "identity.module_switched"
	WorkersLoaded   = "identity.workers_loaded"
)

// Entered is the payload of LoggedIn, LoggedOut and LoginRefused.
type Entered struct {
	UserID db.ID  `json:"user_id,omitempty"`
	Login  string `json:"login,omitempty"` // known ones only: people type passwords into the wrong field
	How    string `json:"how"`             // password badge
	Device string `json:"device"`
	IP     string `json:"ip"`
	Why    string `json:"why,omitempty"` // unknown wrong disabled no_password no_pin too_many not_alone
}

// Change is the payload of everything that has a state before and after it.
type Change struct {
	Before any `json:"before,omitempty"`
	After  any `json:"after,omitempty"`
}

// Revoked is the payload of SessionRevoked.
type Revoked struct {
	Login    string  `json:"login"`
	Sessions []db.ID `json:"sessions"`
}

// Loaded is the payload of WorkersLoaded.
type Loaded struct {
	Made    int `json:"made"`
	Changed int `json:"changed"`
}
