package sales

import (
	"context"

	"kaiwu/internal/kit/db"
)

// Forecasted says whether anybody forecasts an item, also in a load that nobody sees yet.
func Forecasted(ctx context.Context, q db.Querier, item db.ID) (bool, error) {
	n, err := db.One[int64](ctx, q, `SELECT count(*) FROM so_forecast WHERE item_id = $1`, item)
	return n > 0, err
}
