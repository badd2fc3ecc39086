package web

import "context"

type foundCtx struct{}

// WithFound tells the rooms that a search asks next that the very number was found: they need not read long lists
// of names for it.
func WithFound(ctx context.Context) context.Context { return context.WithValue(ctx, foundCtx{}, true) }

// Found says whether the very number was found already.
func Found(ctx context.Context) bool { return ctx.Value(foundCtx{}) != nil }
