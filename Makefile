# Two commands: `make run` serves the demo factory, `make test` proves everything.
SHELL := /bin/bash
export CGO_ENABLED ?= 0
DATA ?= ./data/demo
LISTEN ?= 127.0.0.1:8080
WEB := $(shell find web/src web/public web/index.html web/vite.config.ts web/package-lock.json web/tools -type f -not -path '*/node_modules/*' 2>/dev/null)
GO := $(shell find cmd internal web/embed.go go.mod go.sum -type f 2>/dev/null)

.PHONY: run build web test test-race test-shared bench generate clean

run: build
ifdef LAN
	./kaiwu demo --data $(DATA) --listen 0.0.0.0:8443
else
	./kaiwu demo --data $(DATA) --listen $(LISTEN) --http
endif

build: kaiwu

kaiwu: web/dist/index.html $(GO)
	go build -trimpath -ldflags "-s -w" -o kaiwu ./cmd/kaiwu

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund

web/dist/index.html: web/node_modules/.package-lock.json $(WEB)
	cd web && npm run build

web: web/dist/index.html

# everything, on both engines, with the browser; ends with one line "N passed, N failed"
test:
	@scripts/setup.sh browser postgres gcc
	@scripts/test.sh

# the write path under the race detector
test-race:
	CGO_ENABLED=1 go run ./internal/kit/kittest/withpg go test -race ./internal/kit/db ./internal/kit/event ./internal/kit/job ./internal/inventory

# tests on reference data outside of the repository; only where that folder exists
test-shared:
	KAIWU_SHARED=$(abspath ../shared) go test -tags shared -run Reference ./internal/...

# api/openapi.json, api/events and the web's types
generate:
	UPDATE=1 go test ./internal/app -run 'TestOpenAPIIsCommitted|TestEventsAreCommitted' -count=1
	cd web && npm run api

bench: build
	for b in report read import http; do ./kaiwu bench $$b --json || exit 1; done

clean:
	rm -rf kaiwu web/dist web/node_modules
	mkdir -p web/dist && touch web/dist/.keep
