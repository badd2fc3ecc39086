package identity

import (
	"maps"
	"slices"
	"strings"
)

// The roles that every company has. They belong to the program, so that a new version's operations reach the
// right people by themselves; a company that wants another cut makes roles of its own.
const (
	Boss        = "boss"
	Planner     = "planner"
	Sales       = "sales"
	ShiftLeader = "shift_leader"
	Operator    = "operator"
	Warehouse   = "warehouse"
	Quality     = "quality"
	Maintenance = "maintenance"
	Buyer       = "buyer"
	Accountant  = "accountant"
	Admin       = "admin"
	Supplier    = "supplier" // outside parties: their own documents, nothing else
	Customer    = "customer"
)

// RoleNames in the order in which screens show them.
var RoleNames = []string{Boss, Planner, Sales, ShiftLeader, Operator, Warehouse, Quality, Maintenance, Buyer, Accountant, Admin, Supplier, Customer}

// Perms are this room's own permissions.
var Perms = []string{"identity.read", "identity.users", "identity.roles", "identity.keys", "identity.modules"}

// KitPerms are permissions that no room owns. see.price shows purchase prices and piece rates,
// see.sales_price what customers pay, see.cost costs and wages: kit/web
// takes fields so marked out of every answer, list, export and search of those who lack them.
var KitPerms = []string{"see.price", "see.cost", "see.sales_price", "audit.read", "events.manage", "jobs.manage", "metrics.read", "backup.run"}

const (
	inside = "boss planner sales shift_leader operator warehouse quality maintenance buyer accountant admin"
	office = "boss planner sales shift_leader warehouse quality buyer accountant admin"
)

// grants says who may do what. Who is not named may not.
//
// Purchase prices and costs are finance's and the boss's; a sales price is also who sells's, and the customer's own. A company whose buyers settle prices gives them a role of its own
// with see.price.
// The admin keeps the system running and reads every room, but sees neither prices nor costs.
var grants = map[string]string{
	"see.price": "boss accountant",
	"see.cost":  "boss accountant",

	"see.sales_price": "boss sales accountant customer", // who sells enters it, and a customer knows what he pays

	"identity.read":    "boss admin",
	"identity.users":   "boss admin",
	"identity.roles":   "boss admin",
	"identity.keys":    "boss admin",
	"identity.modules": "boss admin",

	"audit.read":    "boss accountant admin",
	"events.manage": "boss admin",
	"jobs.manage":   "boss admin", // everybody sees their own
	"metrics.read":  "boss admin",
	"backup.run":    "boss admin",
	"mail.manage":   "boss admin",

	"masterdata.read":       inside,
	"masterdata.write":      "boss planner",
	"masterdata.partners":   "boss planner sales buyer",
	"masterdata.import":     "boss planner admin",
	"masterdata.substitute": "boss planner quality", // another item in the place of a component
	"masterdata.settings":   "boss admin",

	"masterdata.change":         "boss planner quality",
	"masterdata.change_approve": "boss quality", // nobody alone what he has asked for

	"inventory.read":     inside,
	"inventory.transfer": "boss shift_leader warehouse",
	"inventory.adjust":   "boss warehouse",
	"inventory.hold":     "boss warehouse quality",
	"inventory.release":  "boss quality", // who stops goods does not let them go again
	"inventory.undo":     "boss warehouse",
	"inventory.count":    "boss shift_leader warehouse",
	"inventory.approve":  "boss accountant", // never those who count
	"inventory.reasons":  "boss warehouse quality",
	"inventory.backdate": "boss warehouse accountant",
	"inventory.supply":   "boss planner shift_leader warehouse", // line-side loops
	"inventory.call":     "boss planner shift_leader operator warehouse",
	"inventory.between":  "boss planner warehouse", // ask another site for goods
	"inventory.lots":     "boss warehouse quality", // split and merge

	"quality.read":  inside,
	"quality.judge": "boss quality",
	"quality.undo":  "boss quality",
	"quality.rules": "boss quality",

	"purchasing.read":    "boss planner warehouse quality buyer accountant admin supplier",
	"purchasing.create":  "boss buyer",
	"purchasing.request": "boss planner shift_leader warehouse quality maintenance buyer",
	"purchasing.receive": "boss warehouse",
	"purchasing.send":    "boss warehouse buyer",
	"purchasing.undo":    "boss warehouse",
	"purchasing.return":  "boss warehouse quality buyer",

	"production.read":    inside,
	"production.create":  "boss planner",
	"production.release": "boss planner shift_leader",
	"production.report":  "boss shift_leader operator",
	"production.issue":   "boss shift_leader operator warehouse",
	"production.receive": "boss shift_leader warehouse",
	"production.close":   "boss planner shift_leader",
	"production.call":    "boss planner shift_leader operator warehouse quality maintenance",
	"production.answer":  "boss planner shift_leader warehouse quality maintenance",
	"production.station": "boss planner shift_leader",
	"production.setup":   "boss planner",
	"production.undo":    "boss shift_leader operator", // the one who slipped puts it right, and it stays on record

	"production.change": "boss planner", // whether a running order adopts a new version

	"production.hold":       "boss planner shift_leader quality",
	"production.override":   "boss shift_leader", // lets somebody without the demanded skill begin, with a reason
	"production.policy":     "boss planner",
	"production.over_issue": "boss planner shift_leader",         // more than the norm; others by the word of one of these
	"production.rework":     "boss planner shift_leader quality", // finished pieces are put right
	"production.undo_any":   "boss shift_leader",                 // others: their own reports, while they are fresh

	"sales.read":     "boss planner sales shift_leader warehouse quality accountant admin customer",
	"sales.create":   "boss planner sales",
	"sales.allocate": "boss planner sales warehouse",
	"sales.pick":     "boss warehouse",
	"sales.link":     "boss planner sales",
	"sales.forecast": "boss planner sales",
	"sales.ship":     "boss warehouse",
	"sales.undo":     "boss warehouse",

	"sales.supply":    "boss warehouse",                          // customers' own material comes and goes
	"sales.complain":  "boss planner sales shift_leader quality", // customers' complaints and their cause
	"sales.return":    "boss planner sales quality warehouse",    // goods that are expected back
	"sales.take_back": "boss warehouse",
	"sales.dispose":   "boss quality", // what becomes of returned goods that are judged

	"planning.read":      "boss planner sales shift_leader warehouse buyer admin",
	"planning.run":       "boss planner",
	"planning.firm":      "boss planner",
	"planning.release":   "boss planner",
	"planning.promise":   "boss planner sales",
	"planning.replenish": "boss planner buyer",
	"planning.slow":      "boss planner warehouse buyer", // what is done with slow-moving stock

	"scheduling.read": "boss planner shift_leader operator warehouse maintenance admin",
	"scheduling.run":  "boss planner",

	"scheduling.learn":  "boss planner", // makes what the floor really takes the planned time
	"scheduling.repair": "boss planner", // adopts what was re-planned by itself
}

// outside is all that an outside party may ever hold, whatever roles somebody gave it. Each of these is
// answered through Scope, so that it shows the party's own documents.
var outside = map[string]bool{"purchasing.read": true, "sales.read": true, "see.sales_price": true}

// Defaults gives the permissions of each default role among those that the rooms know. A permission that
// nobody has decided about yet is the boss's alone.
func Defaults(perms []string) map[string][]string {
	out := map[string][]string{}
	for _, r := range RoleNames {
		out[r] = []string{}
	}
	for _, p := range slices.Sorted(slices.Values(perms)) {
		roles, ok := grants[p]
		if !ok {
			roles = Boss
		}
		for r := range strings.FieldsSeq(roles) {
			out[r] = append(out[r], p)
		}
	}
	return out
}

// Undecided lists permissions of rooms that the table does not name, and names of the table that no room has:
// a test of the whole house wants none.
func Undecided(perms []string) (missing, stale []string) {
	for _, p := range perms {
		if _, ok := grants[p]; !ok {
			missing = append(missing, p)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(grants)) {
		if !slices.Contains(perms, p) {
			stale = append(stale, p)
		}
	}
	return missing, stale
}

func isDefault(role string) bool { return slices.Contains(RoleNames, role) }
func isOutside(role string) bool { return role == Supplier || role == Customer }

// Decided lists the permissions that the table names.
func Decided() []string { return slices.Sorted(maps.Keys(grants)) }
