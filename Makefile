SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
CATALOGUE := web/translations/en/LC_MESSAGES/messages.po
EXTRACT := $(BIN)/pybabel -q extract -F babel.cfg -k lazy_gettext -k _l -k marked --omit-header --no-location --sort-output
LOCK := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

heading = @printf '\n\033[1m== %s\033[0m\n' '$(1)'

.PHONY: help
help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

.PHONY: install
install: .venv/installed ## Make .venv from the hash-pinned lock

.PHONY: demo
demo: .venv/installed ## Start the demo municipality on http://127.0.0.1:8000 (PORT=… to change)
	@$(BIN)/vardtrad demo

.PHONY: demo-reset
demo-reset: .venv/installed ## Throw the demo data away and start anew
	@$(BIN)/vardtrad demo --reset

.PHONY: serve
serve: .venv/installed ## Start web and scheduler on VARDTRAD_DATABASE_URL
	@$(BIN)/vardtrad serve

.PHONY: test
test: .venv/installed-dev ## Run everything that guards main
	$(call heading,Format)
	@$(BIN)/ruff format --check
	$(call heading,Lint)
	@$(BIN)/ruff check
	$(call heading,Types)
	@$(BIN)/mypy
	$(call heading,Import contracts)
	@$(BIN)/lint-imports --no-logo
	$(call heading,Tests)
	@$(BIN)/pytest -n 2 --dist worksteal

.PHONY: bench
bench: .venv/installed-bench ## Measure beside other ways to do the same (BENCH=--small for a minute)
	@$(BIN)/python -m benchmarks $(BENCH)

.PHONY: soak
soak: .venv/installed-dev ## Kill, restart, cut off and fill up, for as long as it takes
	@$(BIN)/pytest tests/faults --soak

.PHONY: format
format: .venv/installed-dev ## Format the code and fix what lint can fix
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

.PHONY: translations
translations: .venv/installed-dev ## Bring the English catalogue up to date and compile it
	@$(EXTRACT) -o messages.pot workflow cases notifications web
	@$(BIN)/pybabel -q update -i messages.pot -o $(CATALOGUE) -l en --init-missing \
		--no-fuzzy-matching --ignore-obsolete --omit-header --no-wrap
	@$(BIN)/pybabel -q compile --use-fuzzy -i $(CATALOGUE) -o $(CATALOGUE:.po=.mo) -l en

.PHONY: lock
lock: .venv/installed-dev ## Resolve the dependencies anew (UPGRADE=--upgrade for the newest)
	@$(LOCK) $(UPGRADE) --extra build pyproject.toml -o requirements.lock
	@$(LOCK) $(UPGRADE) --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	@$(LOCK) $(UPGRADE) --all-extras -c requirements-dev.lock pyproject.toml -o requirements-bench.lock

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'Vårdtråd needs Python 3.11 or newer; name one with PYTHON=…' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo 'Python lacks venv. On Debian: apt install python3-venv' >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	$(call heading,Installing Vårdtråd into .venv)
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	$(call heading,Installing the tools that check it)
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.venv/installed-bench: requirements-bench.lock .venv/installed-dev
	$(call heading,Installing what it is measured beside)
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@
