package inventory

import (
	"context"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// BoxPath names a container.
type BoxPath struct {
	Code string `path:"code" doc:"Container code"`
}

// BoxLine is a container in a list.
type BoxLine struct {
	Code      string `json:"code" sql:"c.code" doc:"Container"`
	Kind      string `json:"kind" sql:"c.kind" doc:"Kind"`
	Location  string `json:"location" sql:"w.code" doc:"Stands at"`
	Warehouse string `json:"warehouse" sql:"w.warehouse" doc:"Warehouse"`
	Items     int64  `json:"items" sql:"(SELECT CAST(count(DISTINCT b.item_id) AS BIGINT) FROM inv_balance b WHERE b.container_id = c.id AND b.container_id <> 0 AND b.qty > 0)" doc:"Items"`
	Lots      int64  `json:"lots" sql:"(SELECT CAST(count(DISTINCT b.lot_id) AS BIGINT) FROM inv_balance b WHERE b.container_id = c.id AND b.container_id <> 0 AND b.qty > 0)" doc:"Lots"`
	Note      string `json:"note" sql:"c.note" doc:"Note"`
	MadeMS    int64  `json:"made_ms" sql:"c.made_ms" doc:"Made"`
	MadeBy    string `json:"made_by" sql:"c.made_by" doc:"By"`
}

var boxList = web.ListSpec[BoxLine]{
	From: `inv_container c JOIN v_location w ON w.id = c.location_id`, Key: "c.id", Sort: "-made_ms", Search: []string{"c.code", "w.code", "c.note"},
	Scope: sitesOf("c.site_id"), File: "containers",
}

// BoxCard is a container, what is in it and where it has been.
type BoxCard struct {
	Code      string      `json:"code"`
	Kind      string      `json:"kind"`
	Location  string      `json:"location"`
	Note      string      `json:"note"`
	MadeMS    int64       `json:"made_ms"`
	MadeBy    string      `json:"made_by"`
	Contents  []PlaceLine `json:"contents"`
	Documents []BoxMove   `json:"moves" doc:"The last 100 moves of goods into it, out of it or with it"`
}

// BoxMove is a move of goods into, out of or with a container.
type BoxMove struct {
	AtMS     int64   `json:"at_ms" db:"recorded_ms"`
	Document string  `json:"document" db:"doc_number"`
	Kind     string  `json:"kind" db:"doc_kind"`
	Item     string  `json:"item" db:"item"`
	Name     string  `json:"name" db:"name"`
	Lot      string  `json:"lot" db:"lot"`
	UoM      string  `json:"uom" db:"uom"`
	Qty      num.Dec `json:"qty" db:"qty"`
	Way      string  `json:"way" db:"way" enum:"in,out,with"`
	Actor    string  `json:"actor" db:"actor"`
}

// Box reads a container's page.
func (m *Module) Box(ctx context.Context, q db.Querier, code string) (BoxCard, error) {
	c, err := containerScanned(ctx, q, code)
	if err != nil {
		return BoxCard{}, err
	}
	out := BoxCard{Code: c.Code, Kind: c.Kind, Note: c.Note, MadeMS: c.MadeMS, MadeBy: c.MadeBy}
	if out.Location, err = placeName(ctx, q, Place{Stock, c.Location}); err != nil {
		return out, err
	}
	if out.Contents, err = linesAt(ctx, q, "b.container_id <> 0 AND b.container_id = ?", c.ID); err != nil {
		return out, err
	}
	out.Documents, err = db.All[BoxMove](ctx, q, `SELECT m.recorded_ms, m.doc_number, m.doc_kind, i.code AS item, i.name, i.uom, coalesce(l.number, '') AS lot, m.qty,
		CASE WHEN m.container_id = m.to_container_id THEN 'with' WHEN m.to_container_id = $1 THEN 'in' ELSE 'out' END AS way, m.actor
		FROM (SELECT id FROM inv_move WHERE to_container_id = $1 AND to_container_id <> 0 UNION SELECT id FROM inv_move WHERE container_id = $1 AND container_id <> 0) x
		JOIN inv_move m ON m.id = x.id JOIN v_item i ON i.id = m.item_id LEFT JOIN inv_lot l ON l.id = m.lot_id ORDER BY m.recorded_ms DESC, m.id DESC LIMIT 100`, c.ID)
	return out, err
}

// PrintBoxes asks for labels of containers.
type PrintBoxes struct {
	Codes  []string `query:"code,explode" required:"true" maxItems:"200" doc:"Container codes"`
	Copies int      `query:"copies" minimum:"0" maximum:"20" doc:"How many of each, default 1"`
}

func (m *Module) boxLabels(ctx context.Context, q db.Querier, in PrintBoxes) ([]label.Box, error) {
	kinds := map[string]map[string]string{"zh": {"box": "周转箱", "pallet": "托盘", "tote": "料盒"}, "en": {"box": "Box", "pallet": "Pallet", "tote": "Tote"}}
	words := kinds["en"]
	if web.Locale(ctx) == "zh" {
		words = kinds["zh"]
	}
	var out []label.Box
	for _, code := range in.Codes {
		c, err := containerScanned(ctx, q, code)
		if err != nil {
			return nil, err
		}
		lines, err := linesAt(ctx, q, "b.container_id <> 0 AND b.container_id = ?", c.ID)
		if err != nil {
			return nil, err
		}
		var content []string
		for _, l := range lines[:min(len(lines), 4)] {
			content = append(content, strings.TrimSpace(l.Item+" "+l.Lot)+" × "+l.Qty.String())
		}
		for range max(in.Copies, 1) {
			out = append(out, label.Box{Code: c.Code, Kind: words[c.Kind], Content: strings.Join(content, "\n")})
		}
	}
	return out, nil
}

func (m *Module) boxRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/inventory/containers", ID: "listContainers", Summary: "Boxes, pallets and totes", Perm: "inventory.read"}, boxList)
	web.QueryView(a, web.Op{Path: "/inventory/containers/{code}", ID: "getContainer", Summary: "A container and what is in it", Perm: "inventory.read"},
		func(ctx context.Context, q db.Querier, in *BoxPath) (BoxCard, error) {
			return m.Box(ctx, q, in.Code)
		})
	web.Command(a, web.Op{Path: "/inventory/containers", ID: "createContainers", Summary: "Make containers", Perm: "inventory.transfer"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body NewContainer }) (ContainersMade, error) {
			return m.NewContainers(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/containers/{code}/fill", ID: "fillContainer", Summary: "Put goods into a container", Perm: "inventory.transfer"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			BoxPath
			Body FillContainer
		}) (Entered, error) {
			return m.Fill(ctx, tx, in.Code, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/containers/{code}/takeout", ID: "takeOutOfContainer", Summary: "Take goods out of a container, loose or into another", Perm: "inventory.transfer"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			BoxPath
			Body TakeOut
		}) (Entered, error) {
			return m.TakeOut(ctx, tx, in.Code, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/containers/{code}/move", ID: "moveContainer", Summary: "Bring a container with all that is in it to a location", Perm: "inventory.transfer"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			BoxPath
			Body MoveContainer
		}) (Entered, error) {
			return m.MoveContainer(ctx, tx, in.Code, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/containers/{code}/merge", ID: "mergeContainer", Summary: "Put all that is in a container into another", Perm: "inventory.transfer"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			BoxPath
			Body MergeContainers
		}) (Entered, error) {
			return m.MergeContainers(ctx, tx, in.Code, in.Body)
		})
	for _, format := range []string{"pdf", "zpl"} {
		suffix := map[string]string{"pdf": "Pdf", "zpl": "Zpl"}[format]
		web.Download(a, web.Op{Path: "/inventory/container-labels." + format, ID: "printContainerLabels" + suffix, Summary: "Labels of containers (" + format + ")", Perm: "inventory.read"},
			func(ctx context.Context, q db.Querier, in *PrintBoxes) (web.File, error) {
				list, err := m.boxLabels(ctx, q, *in)
				if err != nil {
					return web.File{}, err
				}
				return printed(label.Boxes(label.Opt{Locale: web.Locale(ctx), At: a.DB.Now().In(a.DB.Zone())}, label.Size100x60, list...), format)
			})
	}
}
