package inventory

import (
	"testing"

	"kaiwu/internal/kit/db"
)

func balanced(t testing.TB, h *house, q db.Querier) {
	t.Helper()
	for _, err := range h.Verify(t.Context(), q) {
		t.Error(err)
	}
}
