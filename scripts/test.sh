#!/usr/bin/env bash
# Runs every runner, sums what they counted, and ends with "N passed, N failed". A skipped test is a failure.
set -u
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
add() { # name passed failed
	echo "== $1: $2 passed, $3 failed"
}
step() { # name command…: one check that passes or fails
	local name=$1
	shift
	if "$@" >"$out/step-$BASHPID" 2>&1; then add "$name" 1 0; else
		tail -n 60 "$out/step-$BASHPID"
		add "$name" 0 1
	fi
}

web() {
	step "web packages" bash -c 'test -d web/node_modules/.bin || (cd web && npm ci --no-audit --no-fund)'
	step "web types" bash -c 'cd web && npm run typecheck'
	step "web lint" bash -c 'cd web && npm run lint'
	(cd web && npx vitest run --reporter=json --outputFile="$out/vitest.json") >"$out/vitest" 2>&1 || tail -n 60 "$out/vitest"
	read -r p f < <(node -e 'const r=JSON.parse(require("fs").readFileSync(process.argv[1]));console.log(r.numPassedTests, r.numFailedTests+r.numPendingTests+r.numFailedTestSuites)' "$out/vitest.json" 2>/dev/null || echo 0 1)
	add vitest "$p" "$f"
	step "web build and size budgets" bash -c 'cd web && npm run build && npm run budget'
}

house() {
	step gofmt bash -c 'test -z "$(gofmt -l cmd internal web/embed.go)" || { gofmt -l cmd internal web/embed.go; exit 1; }'
	step "go mod verify" go mod verify
	step "go vet" go vet ./...
}

# one throw-away PostgreSQL for all packages; what vet finds has been found already
gotest() {
	"$out/withpg" go test -vet=off -json -timeout 20m ./... >"$out/go.json" 2>"$out/go.err"
	node scripts/gotest.mjs "$out/go.json" >"$out/go.sum"
	grep -v '^TOTAL' "$out/go.sum"
	tail -n 20 "$out/go.err"
	read -r _ p f < <(grep '^TOTAL' "$out/go.sum")
	add "go test" "${p:-0}" "${f:-1}"
}

browser() {
	"$out/withpg" node web/e2e/all.mjs ./kaiwu >"$out/e2e" 2>&1
	tail -n 40 "$out/e2e"
	read -r p f < <(sed -n 's/^e2e: \([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$out/e2e" | tail -n 1)
	add "browser" "${p:-0}" "${f:-1}"
}

{
	# the web is built on one core while the other reads the Go code, which takes longer
	house >"$out/house" &
	web
	step "go build" go build -o kaiwu ./cmd/kaiwu
	go build -o "$out/withpg" ./internal/kit/kittest/withpg
	gotest
	wait
	cat "$out/house"
	browser
	step "generated files are committed" git diff --exit-code -- api web/src/api
} | tee "$out/said"
awk '/^== .*: [0-9]+ passed, [0-9]+ failed$/ { p += $(NF-3); f += $(NF-1) } END { print p+0 " passed, " f+0 " failed"; exit !(p > 0 && f == 0) }' "$out/said"
