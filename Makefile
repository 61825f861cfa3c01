# The two commands that matter: `make demo` and `make test`. `make help` lists the rest.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/.cache/uv/bin:$(CURDIR)/.cache/node/bin:$(PATH)

PORT ?= 8000
RESET ?= 1
# Test processes: the suite is made for two cores.
JOBS ?= 2
# More arguments for pytest: make test ARGS="tests/sync -x"
ARGS ?=

# How long, and which round again: make soak MINUTES=30, make soak SEED=7 ROUNDS=1 DATABASE=sqlite
MINUTES ?= 30

RUN := uv run --no-sync
PYTEST := $(RUN) pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install what is missing (uv, Python, Node.js, packages, Chromium, PostgreSQL) and build the app
	@scripts/setup

.PHONY: setup-app
setup-app:
	@scripts/setup app

.PHONY: demo
demo: setup-app ## Fresh demo data on http://127.0.0.1:8000 (PORT=8080 another port, RESET=0 keeps the data)
	@$(RUN) sambung demo --port $(PORT) $(if $(filter 0,$(RESET)),--no-reset)

.PHONY: test
test: setup static test-app ## Everything: lint, types, contracts, both languages, PostgreSQL, a real browser (some 30 min on two cores)
	@$(PYTEST) $(ARGS)

.PHONY: check
check: setup-app static test-app ## Lint, types, contracts, unit tests of both languages (< 90 s)
	@$(PYTEST) -m "not e2e and not slow and not postgres" $(ARGS)

.PHONY: static
static: setup-app
	@$(MAKE) --no-print-directory --jobs=$(JOBS) --output-sync=target lint types contracts types-app

.PHONY: lint
lint: ## Ruff: mistakes and format
	@$(RUN) ruff check --quiet .
	@$(RUN) ruff format --check --quiet --exclude "*.md" . || { echo "format: run 'make format'"; exit 1; }

.PHONY: types
types: ## Strict mypy over the server and the engine
	@$(RUN) mypy

.PHONY: contracts
contracts: ## Who may import whom
	@$(RUN) lint-imports --no-logo

.PHONY: types-app
types-app:
	@cd pwa && npm run --silent typecheck

.PHONY: test-app
test-app: setup-app ## The app's own tests and its size budget
	@cd pwa && npm test --silent && npm run --silent size

.PHONY: a11y
a11y: setup ## axe over the whole matrix of screens, widths, themes, text sizes and states
	@SAMBUNG_A11Y=all $(RUN) pytest tests/e2e/test_accessibility.py $(ARGS)

.PHONY: bench
bench: setup ## Speed, bytes and sizes, each beside its floor
	@$(RUN) python -m bench $(ARGS)

.PHONY: soak
soak: setup ## Break the sync for MINUTES=30 with fresh seeds, then long forms of tests (SEED=n ROUNDS=1 repeats a round)
	@$(RUN) python -m tests.machine.soak --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) \
	  $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(DATABASE),--database $(DATABASE)) $(ARGS)

.PHONY: screenshots
screenshots: setup ## Take the pictures of the README anew from the real app
	@$(RUN) python -m tests.e2e.screenshots docs/images

.PHONY: schema
schema: setup-app ## Write schema.graphql from the code
	@mkdir -p .cache && $(RUN) sambung schema > .cache/schema.graphql && mv .cache/schema.graphql schema.graphql

.PHONY: format
format: setup-app ## Put the Python files into the one format
	@$(RUN) ruff check --fix --quiet . ; $(RUN) ruff format --quiet --exclude "*.md" .
