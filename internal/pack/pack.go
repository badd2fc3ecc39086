// Package pack reads and writes the factory pack: a factory as CSV files in a folder, in a zip, or as the sheets
// of one xlsx. It is how a factory comes in, how it leaves, and what planning and scheduling read without a
// database.
//
// It promises: Read finds every fault of a pack in one go, each with file, row, column, value and what to do
// about it; a Pack that came back without faults keeps all rules of the format; and what Write wrote, Read reads
// as the same Pack (Equal).
//
// A Pack holds effective values: an empty cell has become its default. Write therefore does not repeat what was
// typed but the canonical form: columns in the order of the format; a value equal to its default is an empty
// cell, except in the columns that name a row (version, line); a column that would be empty in every row is left
// out unless the format requires it; a file without rows is left out, except items.csv. Numbers whose absence
// means something else than zero (a price, a reorder point) are pointers.
package pack

// Pack is one factory. Rows keep the order of their file; Row is the line they stood on, for later faults.
type Pack struct {
	Site           Site
	Items          []Item
	UOMs           []UOM
	BOMs           []BOMLine
	Routings       []Operation
	WorkCenters    []WorkCenter
	Machines       []Machine
	Changeovers    []Changeover
	Calendars      []CalendarHours
	CalendarDays   []CalendarDay
	Partners       []Partner
	Warehouses     []Warehouse
	Stock          []Stock
	SalesOrders    []SalesLine
	Forecasts      []Forecast
	PurchaseOrders []PurchaseLine
	WorkOrders     []WorkOrder
	Workers        []Worker
	Locations      []Location
	Tools          []Tool
	Planning       []Planning

	// Ignored names the files and sheets that the format does not know. They are no fault, because a later
	// version may add files, but whoever imports shows them: `item.csv` is a slip.
	Ignored []string

	columns map[string][]string // of each file that was read: the columns that it had
}

// anyFile is a file of the pack whatever its rows are.
type anyFile interface {
	title() string // "items.csv"
	read(t table, p *Pack, c *faults) (usable bool)
	all(p *Pack) [][]cell  // header and rows with every column, for people who fill it in
	grid(p *Pack) [][]cell // header and rows as written; nil when there is nothing to write
	keep(p *Pack, was func() *Pack)
	columns() []column
	shift(p *Pack, days int)
	strip(p *Pack)
}

// New is a pack with nothing in it yet; a site without a code is no site, but has its defaults.
func New() *Pack { return &Pack{Site: Site{TimeZone: "Asia/Shanghai", Currency: "CNY"}} }

// files is the format, in its order.
var files = []anyFile{
	newFile("site.csv", func(p *Pack) []Site {
		if p.Site.Code == "" {
			return nil
		}
		return []Site{p.Site}
	}, func(p *Pack, rows []Site) {
		if len(rows) > 0 {
			p.Site = rows[0]
		}
	}),
	list("items.csv", func(p *Pack) *[]Item { return &p.Items }),
	list("uoms.csv", func(p *Pack) *[]UOM { return &p.UOMs }),
	list("boms.csv", func(p *Pack) *[]BOMLine { return &p.BOMs }),
	list("routings.csv", func(p *Pack) *[]Operation { return &p.Routings }),
	list("work_centers.csv", func(p *Pack) *[]WorkCenter { return &p.WorkCenters }),
	list("machines.csv", func(p *Pack) *[]Machine { return &p.Machines }),
	list("changeovers.csv", func(p *Pack) *[]Changeover { return &p.Changeovers }),
	list("calendars.csv", func(p *Pack) *[]CalendarHours { return &p.Calendars }),
	list("calendar_days.csv", func(p *Pack) *[]CalendarDay { return &p.CalendarDays }),
	list("partners.csv", func(p *Pack) *[]Partner { return &p.Partners }),
	list("warehouses.csv", func(p *Pack) *[]Warehouse { return &p.Warehouses }),
	list("stock.csv", func(p *Pack) *[]Stock { return &p.Stock }),
	list("sales_orders.csv", func(p *Pack) *[]SalesLine { return &p.SalesOrders }),
	list("forecasts.csv", func(p *Pack) *[]Forecast { return &p.Forecasts }),
	list("purchase_orders.csv", func(p *Pack) *[]PurchaseLine { return &p.PurchaseOrders }),
	list("work_orders.csv", func(p *Pack) *[]WorkOrder { return &p.WorkOrders }),
	list("workers.csv", func(p *Pack) *[]Worker { return &p.Workers }),
	list("locations.csv", func(p *Pack) *[]Location { return &p.Locations }),
	list("tools.csv", func(p *Pack) *[]Tool { return &p.Tools }),
	list("planning.csv", func(p *Pack) *[]Planning { return &p.Planning }),
}
