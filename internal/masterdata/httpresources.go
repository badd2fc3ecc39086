package masterdata

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/web"
)

// resourceRoutes are the doors for everything but items and what they are made of.
func (m *Module) resourceRoutes(a *web.API, today func(string) string) {
	a.MaskedTypes(Changed[WorkCenterPage]{})

	add(a, "work-centers", "WorkCenter", "a work center", write, m.CreateWorkCenter)
	edit(a, "work-centers", "WorkCenter", "a work center", write, m.EditWorkCenter)
	turn(a, "work-centers", "WorkCenter", "a work center", write, m.SwitchWorkCenter)
	web.Command(a, web.Op{Method: "PUT", Path: "/masterdata/work-centers/{code}/changeovers", ID: "editChangeovers", Summary: "Replace the changeover matrix of a work center", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByCode
			Body EditChangeovers
		}) (WorkCenterPage, error) {
			return m.EditChangeovers(ctx, tx, in.Code, in.Body)
		})
	web.QueryView(a, web.Op{Path: "/masterdata/machines/{code}", ID: "getMachine", Summary: "A machine", Perm: read},
		func(ctx context.Context, q db.Querier, in *struct {
			ByCode
			AtSite
		}) (MachinePage, error) {
			r, err := machineRowOf(ctx, q, in.Site, in.Code)
			if err != nil {
				return MachinePage{}, err
			}
			return machines.state(ctx, q, r)
		})
	add(a, "machines", "Machine", "a machine", write, m.CreateMachine)
	edit(a, "machines", "Machine", "a machine", write, m.EditMachine)
	turn(a, "machines", "Machine", "a machine", write, m.SwitchMachine)

	add(a, "workers", "Worker", "a worker", write, m.CreateWorker)
	edit(a, "workers", "Worker", "a worker", write, m.EditWorker)
	turn(a, "workers", "Worker", "a worker", write, m.SwitchWorker)
	web.List(a, web.Op{Path: "/masterdata/skills", ID: "listSkills", Summary: "Skills", Perm: read}, web.ListSpec[SkillRow]{
		From: `md_skill k`, Key: "k.id", Sort: "code", Search: []string{"k.code", "k.name"}, Scope: published("k", "")})
	add(a, "skills", "Skill", "a skill", write, m.CreateSkill)
	edit(a, "skills", "Skill", "a skill", write, m.EditSkill)
	turn(a, "skills", "Skill", "a skill", write, m.SwitchSkill)
	web.List(a, web.Op{Path: "/masterdata/teams", ID: "listTeams", Summary: "Teams", Perm: read}, web.ListSpec[TeamRow]{
		From: `md_team t LEFT JOIN md_worker l ON l.id = t.leader_id`, Key: "t.id", Sort: "code", Search: []string{"t.code", "t.name"}, Scope: published("t", "")})
	add(a, "teams", "Team", "a team", write, m.CreateTeam)
	edit(a, "teams", "Team", "a team", write, m.EditTeam)
	turn(a, "teams", "Team", "a team", write, m.SwitchTeam)
	web.List(a, web.Op{Path: "/masterdata/tools", ID: "listTools", Summary: "Tools", Perm: read}, web.ListSpec[ToolRow]{
		From: `md_tool t JOIN md_site s ON s.id = t.site_id`, Key: "t.id", Sort: "code", Search: []string{"t.code", "t.name", "t.location"}, Scope: published("t", "t.site_id")})
	web.QueryView(a, web.Op{Path: "/masterdata/tools/{code}", ID: "getTool", Summary: "A tool, what it fits and which routing steps name it", Perm: read},
		func(ctx context.Context, q db.Querier, in *struct {
			ByCode
			AtSite
		}) (ToolPage, error) {
			r, err := toolRowOf(ctx, q, in.Site, in.Code)
			if err != nil {
				return ToolPage{}, err
			}
			return toolPage(ctx, q, r)
		})
	add(a, "tools", "Tool", "a tool", write, m.CreateTool)
	edit(a, "tools", "Tool", "a tool", write, m.EditTool)
	turn(a, "tools", "Tool", "a tool", write, m.SwitchTool)
	web.Command(a, web.Op{Path: "/masterdata/tools/{code}/reground", ID: "regroundTool", Summary: "Say that a tool was reground: its life counts anew", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByCode
			Body Switch
		}) (ToolPage, error) {
			return m.RegroundTool(ctx, tx, in.Code, in.Body)
		})

	add(a, "partners", "Partner", "a partner", writePartners, m.CreatePartner)
	edit(a, "partners", "Partner", "a partner", writePartners, m.EditPartner)
	turn(a, "partners", "Partner", "a partner", writePartners, m.SwitchPartner)

	m.placeRoutes(a)
	m.calendarRoutes(a, today)
	m.settingRoutes(a)
}

func (m *Module) placeRoutes(a *web.API) {
	add(a, "warehouses", "Warehouse", "a warehouse", write, m.CreateWarehouse)
	edit(a, "warehouses", "Warehouse", "a warehouse", write, m.EditWarehouse)
	turn(a, "warehouses", "Warehouse", "a warehouse", write, m.SwitchWarehouse)
	web.QueryView(a, web.Op{Path: "/masterdata/warehouses/{code}/places", ID: "previewLocations", Summary: "Which places a pattern would make", Perm: write},
		func(ctx context.Context, q db.Querier, in *struct {
			ByCode
			AtSite
			From string `query:"from" maxLength:"60" doc:"First place, such as A-01-01"`
			To   string `query:"to" maxLength:"60" doc:"Last place, such as A-03-20"`
		}) (PlacesMade, error) {
			return m.PreviewLocations(ctx, q, in.Code, NewLocations{Site: in.Site, From: in.From, To: in.To})
		})
	web.Command(a, web.Op{Path: "/masterdata/warehouses/{code}/places", ID: "makeLocations", Summary: "Make one place of a warehouse, or all from one to another", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByCode
			Body NewLocations
		}) (PlacesMade, error) {
			return m.MakeLocations(ctx, tx, in.Code, in.Body)
		})
	web.Command(a, web.Op{Path: "/masterdata/locations/edit", ID: "editLocation", Summary: "Say what a place is called", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body EditLocation }) (LocationPage, error) {
			return m.EditLocation(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/masterdata/locations/switch", ID: "switchLocations", Summary: "Make places inactive, or active again: all of those named, or none", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body SwitchLocations }) (SwitchedLocations, error) {
			return m.SwitchLocations(ctx, tx, in.Body)
		})
}

func (m *Module) calendarRoutes(a *web.API, today func(string) string) {
	add(a, "calendars", "Calendar", "a calendar", write, m.CreateCalendar)
	edit(a, "calendars", "Calendar", "the name of a calendar", write, m.EditCalendar)
	web.QueryView(a, web.Op{Path: "/masterdata/calendars/{code}/month", ID: "calendarMonth", Summary: "A month of a calendar, day by day", Perm: read},
		func(ctx context.Context, q db.Querier, in *struct {
			ByCode
			AtSite
			Month string `query:"month" maxLength:"7" doc:"Such as 2026-05, default this month"`
		}) (MonthPage, error) {
			if in.Month == "" {
				in.Month = today("")[:7]
			}
			return m.Month(ctx, q, in.Site, in.Code, in.Month)
		})
	type week struct {
		ByCode
		Body EditWeek
	}
	web.Command(a, web.Op{Method: "PUT", Path: "/masterdata/calendars/{code}/week", ID: "editWeek", Summary: "Replace the weekly pattern of a calendar", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *week) (CalendarPage, error) {
			return m.EditWeek(ctx, tx, in.Code, in.Body)
		})
	web.QueryView(a, web.Op{Method: "POST", Path: "/masterdata/calendars/{code}/week/impact", ID: "weekImpact", Summary: "What a new weekly pattern would do to working time; changes nothing", Perm: write},
		func(ctx context.Context, q db.Querier, in *week) (Impact, error) {
			return m.WeekImpact(ctx, q, in.Code, today(""), in.Body)
		})
	type days struct {
		ByCode
		Body EditDays
	}
	web.Command(a, web.Op{Method: "PUT", Path: "/masterdata/calendars/{code}/days", ID: "editDays", Summary: "Close dates, give them hours of their own, or take these away again", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *days) (CalendarPage, error) {
			return m.EditDays(ctx, tx, in.Code, in.Body)
		})
	web.QueryView(a, web.Op{Method: "POST", Path: "/masterdata/calendars/{code}/days/impact", ID: "daysImpact", Summary: "What a change of dates would do to working time; changes nothing", Perm: write},
		func(ctx context.Context, q db.Querier, in *days) (Impact, error) {
			return m.DaysImpact(ctx, q, in.Code, in.Body)
		})
}

func (m *Module) settingRoutes(a *web.API) {
	const settings = "masterdata.settings"
	type choices struct {
		Items []SettingRow `json:"items"`
	}
	web.QueryView(a, web.Op{Path: "/masterdata/settings", ID: "listSettings", Summary: "Every choice that the rooms offer, with what is in force and who changed it", Perm: read},
		func(ctx context.Context, q db.Querier, _ *struct{}) (choices, error) {
			rows, err := m.SettingsPage(ctx, q, web.Locale(ctx))
			return choices{rows}, err
		})
	web.Command(a, web.Op{Method: "PUT", Path: "/masterdata/settings/{name}", ID: "chooseSetting", Summary: "Make a choice", Perm: settings},
		func(ctx context.Context, tx *db.Tx, in *struct {
			Name string `path:"name" doc:"Name of the setting"`
			Body ChooseSetting
		}) (SettingRow, error) {
			return m.ChooseSetting(ctx, tx, in.Name, web.Locale(ctx), in.Body)
		})
	type rules struct {
		Items []NumberRow `json:"items"`
	}
	web.QueryView(a, web.Op{Path: "/masterdata/numbers", ID: "listNumberRules", Summary: "How every kind of document is numbered, with the next number", Perm: read},
		func(ctx context.Context, q db.Querier, _ *struct{}) (rules, error) {
			rows, err := m.NumberRules(ctx, a.DB, q)
			return rules{rows}, err
		})
	web.QueryView(a, web.Op{Path: "/masterdata/numbers/{kind}/preview", ID: "previewNumber", Summary: "What a pattern would give; refused with the reason when it cannot be used", Perm: read},
		func(ctx context.Context, q db.Querier, in *struct {
			Kind    string `path:"kind" doc:"Kind of document"`
			Pattern string `query:"pattern" maxLength:"60" doc:"Pattern; empty: the program's"`
		}) (NumberPreview, error) {
			return m.PreviewNumber(ctx, a.DB, q, in.Kind, in.Pattern)
		})
	web.Command(a, web.Op{Method: "PUT", Path: "/masterdata/numbers/{kind}", ID: "editNumberRule", Summary: "Number the documents of a kind by another pattern from now on", Perm: settings},
		func(ctx context.Context, tx *db.Tx, in *struct {
			Kind string `path:"kind" doc:"Kind of document"`
			Body EditNumber
		}) (NumberRow, error) {
			return m.EditNumber(ctx, a.DB, tx, in.Kind, in.Body)
		})
}

// add, edit and turn register what every noun has: made, changed, made inactive or active again.
func add[In, Out any](a *web.API, path, id, what, perm string, use func(ctx context.Context, tx *db.Tx, in In) (Out, error)) {
	web.Command(a, web.Op{Path: "/masterdata/" + path, ID: "create" + id, Summary: "Create " + what, Perm: perm},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body In }) (Out, error) { return use(ctx, tx, in.Body) })
}

func edit[In, Out any](a *web.API, path, id, what, perm string, use func(ctx context.Context, tx *db.Tx, code string, in In) (Out, error)) {
	web.Command(a, web.Op{Method: "PUT", Path: "/masterdata/" + path + "/{code}", ID: "edit" + id, Summary: "Change " + what + "; what is not sent stays as it is", Perm: perm},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByCode
			Body In
		}) (Out, error) {
			return use(ctx, tx, in.Code, in.Body)
		})
}

func turn[Out any](a *web.API, path, id, what, perm string, use func(ctx context.Context, tx *db.Tx, code string, active bool, in Switch) (Out, error)) {
	for word, active := range map[string]bool{"deactivate": false, "activate": true} {
		web.Command(a, web.Op{Path: "/masterdata/" + path + "/{code}/" + word, ID: word + id, Summary: map[bool]string{false: "Make " + what + " inactive", true: "Make " + what + " active again"}[active], Perm: perm},
			func(ctx context.Context, tx *db.Tx, in *struct {
				ByCode
				Body Switch
			}) (Out, error) {
				return use(ctx, tx, in.Code, active, in.Body)
			})
	}
}
