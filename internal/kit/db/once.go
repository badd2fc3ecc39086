package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"kaiwu/internal/kit/fault"
)

type onceRow struct {
	Hash   string `db:"input_hash"`
	Result string `db:"result"`
}

// Once runs fn the first time key is seen in scope and replays the stored answer afterwards, so a scanner may
// send the same scan twice. Key, hash of the received bytes and answer are stored with the change itself. A
// key that comes back with other bytes is refused. Only the stored answer expires: the fact keeps its own key.
func Once[Out any](ctx context.Context, t *Tx, scope, key string, input []byte, fn func() (Out, error)) (out Out, err error) {
	if key == "" {
		return fn()
	}
	sum := sha256.Sum256(input)
	hash := hex.EncodeToString(sum[:])
	n, err := t.Exec(ctx, `INSERT INTO kit_once (scope, key, input_hash, result, created_ms) VALUES ($1, $2, $3, '', $4) ON CONFLICT (scope, key) DO NOTHING`, scope, key, hash, t.NowMS())
	if err != nil {
		return out, err
	}
	if n == 0 {
		old, err := One[onceRow](ctx, t, `SELECT input_hash, result FROM kit_once WHERE scope = $1 AND key = $2`, scope, key)
		if err != nil {
			return out, err
		}
		if old.Hash != hash {
			return out, fault.Conflict("web.key_reused", "idempotency key %q was used for a different request", key).With("key", key)
		}
		return out, json.Unmarshal([]byte(old.Result), &out)
	}
	if out, err = fn(); err != nil {
		return out, err
	}
	b, err := json.Marshal(out)
	if err != nil {
		return out, err
	}
	t.Queue(`UPDATE kit_once SET result = $1 WHERE scope = $2 AND key = $3`, string(b), scope, key)
	return out, nil
}
