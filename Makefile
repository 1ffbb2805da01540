# Kopir's daily commands: `make` alone lists them.

GO            ?= go
# What measures matching; it writes its figures to $(BENCH_OUT) and prints them as a table.
BENCH_OUT     ?= out/bench.jsonl
BENCH         ?= $(GO) run ./internal/benchmatch -out $(BENCH_OUT)
BENCH_SERVED  ?= $(GO) run ./internal/benchsync -only served -things 200000 -out $(BENCH_OUT)
# The longest that one package's tests may take.
TEST_TIMEOUT  ?= 30m
# Linters are pinned beside the code: one in lint.mod, one in $(CONTRACT_LINT)/package-lock.json.
GOLANGCI_LINT := $(GO) tool -modfile=lint.mod golangci-lint
CONTRACT_LINT := scripts/contract-lint

SHELL         := bash
.SHELLFLAGS   := -euo pipefail -c
.DEFAULT_GOAL := help
.SUFFIXES:

.PHONY: help
help: ## lists these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- Run -------------------------------------------------------------------------------------------------------------

.PHONY: run
run: ## builds Kopir and serves a demo marketplace, with nothing to install
	go build -o bin/kopir ./cmd/kopir && ./bin/kopir serve --demo

.PHONY: build
build: ## builds bin/kopir
	$(GO) build -o bin/kopir ./cmd/kopir

# --- Test ------------------------------------------------------------------------------------------------------------

.PHONY: test
test: vet generated ## checks everything: vet, generated code, every test with -race, on SQLite and on Postgres, on the embedded engine and on Meilisearch
	@scripts/testenv.sh run $(MAKE) --no-print-directory test-all

# Tests that ask everything of everybody: the race detector would make them take a quarter of an hour.
UNRACED = TestTheAccessMatrix|TestTheMatrixFindsWhoMayTooMuch|TestWhatBelongsToTheServerCannotBeSet|TestBadIdsNameNothing|TestWhatPeopleWriteComesBackOrIsRefusedWithItsPlace|TestNoQuestionFindsWhatIsNotPublished|TestWhoMayDoWhatWithMembers|TestEveryKindAndModeInTheEuropeanLearningModel|TestRealThingsComeBackEqual

.PHONY: test-all
test-all: # every test, on the servers that the environment names
	@echo "== every test, with -race"
	@mkdir -p out
	@$(GO) test -race -count=1 -timeout=$(TEST_TIMEOUT) -v ./... | awk -v summary=out/test-summary.txt -f scripts/test-summary.awk
	@echo "== both pairs of engines over the real files, without -race"
	@$(GO) test -count=1 -timeout=$(TEST_TIMEOUT) -run=TestBothPairsOfEnginesAnswerAlike ./cmd/kopir
	@echo "== everything of everybody, without -race"
	@$(GO) test -count=1 -timeout=$(TEST_TIMEOUT) -run='$(UNRACED)' ./api

.PHONY: test-fast
test-fast: ## everyday tests: -short, on SQLite and the embedded engine only, without -race; within 5 minutes even the first time
	@env -u KOPIR_TEST_POSTGRES_URL -u KOPIR_TEST_MEILI_URL $(GO) test -short -timeout=4m ./...

.PHONY: test-deploy
test-deploy: ## the image, the proxy, rolling updates, backup and restore, on the real thing; within 2 minutes
	@scripts/testenv.sh run scripts/test-deploy.sh

.PHONY: test-faults
test-faults: ## breaks servers, wires and Kopir itself, with controls: writes out/faults.jsonl; within 30 minutes
	@echo "== faults, on a durable Postgres and on Meilisearch"
	@mkdir -p out
	@$(GO) vet -tags=faults ./internal/faults
	@TESTENV_DURABLE=1 TESTENV_REQUIRE=1 scripts/testenv.sh run \
		$(GO) test -tags=faults -count=1 -timeout=30m -parallel=4 -v ./internal/faults

.PHONY: vet
vet:
	@echo "== go vet"
	@$(GO) vet ./...

# Generated code is generated again: what then differs was out of date. It need not be committed for this check.
GENERATED = grep -rlE --include='*.go' --exclude-dir=node_modules '^// Code generated .* DO NOT EDIT\.$$' . | sort | xargs -r sha256sum

.PHONY: generated
generated:
	@echo "== generated code is up to date"
	@before=$$($(GENERATED)); $(GO) generate ./...; after=$$($(GENERATED)); \
	if [ "$$before" != "$$after" ]; then \
		diff <(echo "$$before") <(echo "$$after") | sed -n 's/^[<>] [0-9a-f]*  /  /p' | sort -u; \
		echo "These were out of date and have been generated again: look at them and commit them." >&2; \
		exit 1; \
	fi

.PHONY: bench
bench: build ## measures matching up to a million programmes, and over HTTP at 100,000: writes out/bench.jsonl and prints tables
	@mkdir -p $(dir $(BENCH_OUT))
	@scripts/testenv.sh run $(BENCH)
	@scripts/testenv.sh run $(BENCH_SERVED)

# What measures how the search engine keeps up with the database, on real servers; its figures go to the same file.
BENCH_SYNC    ?= $(GO) run ./internal/benchsync -out $(BENCH_OUT)

.PHONY: bench-sync
bench-sync: build ## measures feeding, rebuilding and searching with Meilisearch and a flushing Postgres: some ten minutes; appends to out/bench.jsonl
	@TESTENV_DURABLE=1 scripts/testenv.sh run $(BENCH_SYNC)

# What counts the right answers to questions that are known; what it needs beyond the project is in $(EVAL_SHARED).
EVAL_OUT      ?= out/eval.jsonl
EVAL_SHARED   ?= ../shared/data
EVAL          ?= $(GO) run ./internal/eval -out $(EVAL_OUT) -shared $(EVAL_SHARED)

.PHONY: eval
eval: ## evaluates how well words are understood: appends to out/eval.jsonl, prints a table, fails where a bound is missed
	@mkdir -p $(dir $(EVAL_OUT))
	@$(EVAL)

# What takes the real files through running servers, on both pairs of engines.
EXCHANGE      ?= $(GO) run ./internal/exchange -shared $(EVAL_SHARED)

.PHONY: exchange
exchange: build ## imports the real files, exports them in every format, checks every document, imports all into empty servers: equal; some minutes
	@scripts/testenv.sh run $(EXCHANGE)

# --- Lint ------------------------------------------------------------------------------------------------------------

.PHONY: lint
lint: lint-go lint-contract ## checks imports, style and security of the Go code, and the contract openapi.yaml

.PHONY: lint-go
lint-go:
	@echo "== golangci-lint (builds itself the first time: some minutes)"
	@$(GOLANGCI_LINT) run ./...

.PHONY: lint-contract
lint-contract: $(CONTRACT_LINT)/node_modules/.package-lock.json
	@echo "== redocly lint openapi.yaml"
	@REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
		$(CONTRACT_LINT)/node_modules/.bin/redocly lint openapi.yaml

$(CONTRACT_LINT)/node_modules/.package-lock.json: $(CONTRACT_LINT)/package-lock.json
	@npm --prefix=$(CONTRACT_LINT) ci --loglevel=error
	@touch $@

# --- Keep in order ---------------------------------------------------------------------------------------------------

.PHONY: generate
generate: ## generates code anew, from openapi.yaml among others
	$(GO) generate ./...

.PHONY: tidy
tidy: ## brings go.mod and go.sum into line with the code
	$(GO) mod tidy

.PHONY: clean
clean: ## deletes what was built or downloaded here, but no data (var/)
	rm -rf bin out $(CONTRACT_LINT)/node_modules
