package production

import (
	"context"
	"strconv"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

type atCenters struct {
	At string `query:"at" maxLength:"400" doc:"Work center codes separated by commas; empty or all = every one"`
}

// shopRoutes are the floor as a place: stations, people, calls for help, the board, the hand-over.
func (m *Module) shopRoutes(a *web.API) {
	web.QueryView(a, web.Op{Path: "/production/floor", ID: "getFloor", Summary: "What the people at some work centers can do now, and what the rest waits for", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *atCenters) (FloorStation, error) {
			return m.AtStation(ctx, q, in.At)
		})
	web.QueryView(a, web.Op{Path: "/production/floor/{order}/{op}", ID: "getFloorOperation", Summary: "Who works at an operation, on what, why it stands still, who was called", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			Order string `path:"order" maxLength:"64"`
			Op    int64  `path:"op"`
		}) (OpFloor, error) {
			return m.OpOnFloor(ctx, q, in.Order, in.Op)
		})
	web.QueryView(a, web.Op{Path: "/production/my-station", ID: "getMyStation", Summary: "The work centers that this tablet is bound to", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, _ *struct{}) (MyStation, error) { return m.StationOf(ctx, q) })
	web.Command(a, web.Op{Path: "/production/my-station", ID: "bindStation", Summary: "Bind this enrolled tablet to work centers", Perm: "production.station"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Bind }) (MyStation, error) {
			return m.BindStation(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/joins", ID: "joinOperation", Later: true, Summary: "Clock somebody on at an operation that runs", Perm: "production.report"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Run }) (Crewed, error) {
			return m.Join(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/leaves", ID: "leaveOperation", Later: true, Summary: "Clock somebody off at an operation that runs", Perm: "production.report"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Run }) (Crewed, error) {
			return m.Leave(ctx, tx, in.Body)
		})
	m.pauseRoutes(a)
	m.callRoutes(a)
	m.boardRoutes(a)
	m.handoverRoutes(a)
}

// ReasonList is every reason for a pause.
type ReasonList struct {
	Items []PauseReason `json:"items"`
}

func (m *Module) pauseRoutes(a *web.API) {
	web.Query(a, web.Op{Path: "/production/pause-reasons", ID: "listPauseReasons", Summary: "Reasons for which an operation stands still", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, _ *struct{}) (ReasonList, error) {
			list, err := m.PauseReasons(ctx, q)
			return ReasonList{list}, err
		})
	web.Command(a, web.Op{Path: "/production/pause-reasons", ID: "savePauseReason", Summary: "Add a reason for a pause, or change one", Perm: "production.setup"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body PauseReason }) (PauseReason, error) {
			return m.SavePauseReason(ctx, tx, in.Body)
		})
	web.Query(a, web.Op{Path: "/production/stoppages", ID: "listStoppages", Summary: "Time lost between a pause and the next start, by reason", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			At   string `query:"at" maxLength:"400" doc:"Work center codes separated by commas; empty = every one"`
			From string `query:"from" maxLength:"10" doc:"First day; default today"`
			To   string `query:"to" maxLength:"10" doc:"Last day; default the first"`
		}) (Stoppages, error) {
			from, to, err := m.days(in.From, in.To)
			if err != nil {
				return Stoppages{}, err
			}
			var centers []FloorCenter
			if in.At != "" && in.At != "all" {
				if centers, err = centersOf(ctx, q, in.At); err != nil {
					return Stoppages{}, err
				}
			}
			return m.Stopped(ctx, q, from, to, idsOf(centers)...)
		})
	web.Query(a, web.Op{Path: "/production/floor-settings", ID: "getFloorSettings", Summary: "How the floor works here: escalation of calls, locking of shared tablets", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, _ *struct{}) (FloorSettings, error) {
			return floorSettings(ctx, q)
		})
	web.Command(a, web.Op{Path: "/production/floor-settings", ID: "changeFloorSettings", Summary: "Change how the floor works here", Perm: "production.setup"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body FloorSettings }) (FloorSettings, error) {
			for name, v := range map[string]int64{SettingEscalate: in.Body.EscalateMin, SettingLock: in.Body.LockMin} {
				if err := masterdata.SetSetting(ctx, tx, name, strconv.FormatInt(v, 10)); err != nil {
					return in.Body, err
				}
			}
			return in.Body, nil
		})
}

// SettingLock is after how many idle minutes a shared tablet asks for a badge again; 0 = only when the session ends.
const SettingLock = "production.tablet_lock_min"

// FloorSettings are the factory's choices for the floor.
type FloorSettings struct {
	EscalateMin int64 `json:"escalate_min" minimum:"0" maximum:"1440" doc:"Minutes without an answer until a call for help is passed on; 0 = never"`
	LockMin     int64 `json:"lock_min" minimum:"0" maximum:"240" doc:"Idle minutes until a shared tablet asks for a badge again; 0 = when the session ends"`
}

func floorSettings(ctx context.Context, q db.Querier) (FloorSettings, error) {
	after, err := escalateAfter(ctx, q)
	if err != nil {
		return FloorSettings{}, err
	}
	text, err := masterdata.Setting(ctx, q, SettingLock, "5")
	lock, bad := strconv.ParseInt(text, 10, 32)
	if bad != nil {
		lock = 5
	}
	return FloorSettings{EscalateMin: int64(after / time.Minute), LockMin: lock}, err
}

// days reads a span of days; its end is now at the latest.
func (m *Module) days(from, to string) (int64, int64, error) {
	now := m.d.Now().In(m.d.Zone())
	if from == "" {
		from = now.Format(time.DateOnly)
	}
	if to == "" {
		to = from
	}
	var out [2]time.Time
	for i, s := range []string{from, to} {
		t, err := time.ParseInLocation(time.DateOnly, s, now.Location())
		if err != nil {
			return 0, 0, fault.Invalid("production.date_invalid", "%q is not a date", s).With("date", s)
		}
		out[i] = t
	}
	end := out[1].AddDate(0, 0, 1)
	if end.Before(out[0]) || end.Sub(out[0]) > 93*24*time.Hour {
		return 0, 0, fault.Invalid("production.span", "a span of 1 to 92 days is wanted, got %s to %s", from, to).With("from", from).With("to", to)
	}
	return out[0].UnixMilli(), min(end.UnixMilli(), now.UnixMilli()), nil
}

func (m *Module) callRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/production/calls", ID: "listCalls", Summary: "Calls for help", Perm: "production.read"}, callList)
	web.Command(a, web.Op{Path: "/production/calls", ID: "callForHelp", Later: true, Summary: "Call for help at an operation", Perm: "production.call"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Call }) (CallRow, error) {
			return m.Help(ctx, tx, in.Body)
		})
	web.QueryView(a, web.Op{Path: "/production/calls/open", ID: "listOpenCalls", Summary: "Open calls for help, those that ask me first", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, _ *struct{}) (OpenCalls, error) { return m.Calls(ctx, q) })
	web.QueryView(a, web.Op{Path: "/production/calls/{id}", ID: "getCall", Summary: "A call for help with everything that happened to it", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			ID db.ID `path:"id"`
		}) (CallDetail, error) {
			return m.CallOf(ctx, q, in.ID)
		})
	web.Command(a, web.Op{Path: "/production/calls/take", ID: "takeCall", Summary: "Say that I am on my way", Perm: "production.answer"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body CallAnswer }) (CallRow, error) {
			return m.TakeCall(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/calls/resolve", ID: "resolveCall", Summary: "Say that a call is dealt with", Perm: "production.call"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body CallAnswer }) (CallRow, error) {
			return m.ResolveCall(ctx, tx, in.Body)
		})
}

func (m *Module) boardRoutes(a *web.API) {
	web.QueryView(a, web.Op{Path: "/production/board", ID: "getBoard", Summary: "Lines, orders, people, calls and time lost, now", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *atCenters) (Board, error) { return m.BoardOf(ctx, q, in.At) })
	web.QueryView(a, web.Op{Path: "/production/wall", ID: "getWall", Summary: "The board for a screen on the wall: an enrolled device or somebody logged in", Public: true},
		func(ctx context.Context, q db.Querier, in *atCenters) (Board, error) {
			act := actor.From(ctx)
			switch {
			case act.Can("production.read") && act.Partner == 0:
			case act.Origin != "none":
				return Board{}, fault.Forbidden("web.forbidden", "permission %s is needed", "production.read").With("perm", "production.read")
			default:
				if _, ok, err := identity.TabletOf(ctx, q); err != nil || !ok {
					if err == nil {
						err = fault.Denied("production.wall_login", "enrol this screen, or log in")
					}
					return Board{}, err
				}
			}
			return m.BoardOf(ctx, q, in.At)
		})
}

func (m *Module) handoverRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/production/handovers", ID: "listHandovers", Summary: "What one shift left to the next", Perm: "production.read"}, handoverList)
	web.QueryView(a, web.Op{Path: "/production/handovers/draft", ID: "draftHandover", Summary: "What would be handed over now", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *atCenters) (HandoverDraft, error) {
			return m.Draft(ctx, q, in.At)
		})
	web.QueryView(a, web.Op{Path: "/production/handovers/{number}", ID: "getHandover", Summary: "A hand-over", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *byNumber) (Handover, error) {
			return m.HandoverOf(ctx, q, in.Number)
		})
	web.Command(a, web.Op{Path: "/production/handovers", ID: "signHandover", Summary: "Hand a shift over", Perm: "production.report"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body HandOver }) (Handover, error) {
			return m.Sign(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/handovers/accept", ID: "acceptHandover", Summary: "Take a shift over", Perm: "production.report"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body TakeOver }) (Handover, error) {
			return m.Accept(ctx, tx, in.Body)
		})
	web.Download(a, web.Op{Path: "/production/handovers/{number}/sheet.pdf", ID: "printHandover", Summary: "A hand-over to print", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *byNumber) (web.File, error) {
			return m.HandoverSheet(ctx, q, in.Number, a.DB.Now().In(a.DB.Zone()))
		})
}
