# The two commands: make run, make test. Both set up what they need.

GO      ?= go
BIN     := bin/rekey
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION)
# The tests of the binary are built as the binary is: what both need is compiled once.
AS_BIN  := -trimpath
FUZZ    ?= 60s
SMOKE   ?= 5s

# Suites that drive the plain binary, which is built without the race detector:
# it would slow the killed process down so much that the moments of interest are
# over before the kill. Everything else runs under -race.
PLAIN   := ./internal/e2e/...

# Not watched for races is what others wrote and what only computes: SQLite and its C
# library, translated to Go, the arithmetic of passphrases, and two readers. They would
# take more time than everything that is watched.
CALM    := modernc.org/sqlite/lib modernc.org/libc/... golang.org/x/crypto/... gopkg.in/yaml.v3 github.com/trustelem/zxcvbn/...
RACE    := -race $(foreach package,$(CALM),-gcflags=$(package)=-race=false)

# Go tests packages in the order it is given them. What takes longest comes first, so
# that no processor is idle at the end.
LONG    := . cmd/rekey internal/store/sqlite internal/remind internal/guide internal/server internal/twin internal/rehearse internal/firmware internal/web

.PHONY: run build test check form race plain conformance fuzz fuzz-smoke records lint bench dist clean deps

run: build
	@echo "== One recovery with the front button, rehearsed on a virtual recorder"
	@./$(BIN) rehearse --button front
	@echo
	@echo "== The guide"
	@exec ./$(BIN) serve $(if $(filter true 1,$(CI)),--once)

build: $(BIN)

# Go decides what is stale; make only has to ask.
.PHONY: $(BIN)
$(BIN):
	@CGO_ENABLED=0 $(GO) build $(AS_BIN) -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/rekey

deps:
	@sh scripts/deps.sh

# All of vet runs with the tests (-vet=all), where what it needs is compiled anyway.
test: deps form race waiting conformance
	@echo "== make test: all passed"

form:
	@echo "== gofmt, module files"
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	@$(GO) mod verify >/dev/null
	@cd conformance && $(GO) mod verify >/dev/null

check: form
	@$(GO) vet ./...
	@cd conformance && $(GO) vet ./...

race:
	@if command -v gcc >/dev/null 2>&1; then \
		echo "== tests under the race detector"; flags="$(RACE)"; export CGO_ENABLED=1 GORACE=atexit_sleep_ms=100; \
	else \
		echo "SKIPPED: the race detector, which needs gcc; the tests run without it"; flags=; \
	fi; \
	$(GO) test $$flags -vet=all -shuffle=on -timeout 40m $(addprefix ./,$(LONG)) $$($(GO) list ./... | grep -v /internal/e2e)

plain: build
	@echo "== suites that drive the plain binary (no race detector: see the Makefile)"
	@REKEY_BIN=$(CURDIR)/$(BIN) CGO_ENABLED=0 $(GO) test $(AS_BIN) -vet=all -count=1 -shuffle=on -timeout 40m $(PLAIN)

# The suites that drive the plain binary wait most of their time. Fuzzing takes what
# they leave, on one processor and with the least priority, so that it does not make
# the coach late.
.PHONY: waiting
waiting: build
	@log=$$(mktemp); nice -n 19 $(MAKE) --no-print-directory fuzz-smoke JOBS=1 >$$log 2>&1 & fuzz=$$!; \
	$(MAKE) --no-print-directory plain; plain=$$?; \
	wait $$fuzz; fuzzed=$$?; cat $$log; rm -f $$log; \
	exit $$((plain + fuzzed))

# A module of its own, so that the clients it needs are nobody else's.
conformance: build
	@echo "== clients that other people wrote, against twins (docs/clients.md)"
	@cd conformance && REKEY_BIN=$(CURDIR)/$(BIN) CGO_ENABLED=0 $(GO) test $(AS_BIN) -vet=all -count=1 -timeout 20m ./...

fuzz-smoke:
	@echo "== $(SMOKE) of fuzzing for each decoder"
	@sh scripts/fuzz.sh $(SMOKE) $(JOBS)

fuzz:
	@sh scripts/fuzz.sh $(FUZZ)

# The service records in docs/records and their pictures, from rehearsals.
records:
	@$(GO) test ./internal/rehearse -run TestRecordsInDocs -count=1 -update
	@sh scripts/record-pictures.sh

lint:
	@$(GO) tool -modfile=tools/go.mod golangci-lint run ./...

bench: build
	@./$(BIN) bench store
	@./$(BIN) bench start
	@./$(BIN) bench twin

dist:
	@GO=$(GO) sh scripts/dist.sh $(VERSION)

clean:
	rm -rf bin dist
