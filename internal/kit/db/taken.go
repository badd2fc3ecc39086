package db

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// KeyTaken says whether a command failed because the fact that it was to make is there already under its idempotency
// key: the act was carried out for somebody else, such as the person who had the tablet before.
func KeyTaken(err error, key string) bool {
	if key == "" {
		return false
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "23505" && strings.Contains(pg.Detail, "key)=("+key+")")
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok || e.Code() != sqlite3.SQLITE_CONSTRAINT_UNIQUE {
		return false
	}
	_, columns, _ := strings.Cut(e.Error(), "UNIQUE constraint failed: ")
	column, _, _ := strings.Cut(columns, " ")
	return strings.HasSuffix(column, ".key") || strings.HasSuffix(column, ".client_key")
}
