# `make help` lists what can be made.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help run test test-python test-js test-browser check format seed torture power-loss mutants bench bench-page translations clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/installed ## Set everything up and serve, on http://127.0.0.1:8000 unless STET_HOST and STET_PORT say otherwise.
	@$(BIN)/python app.py

test: .venv/installed-dev test-python test-js test-browser ## Set everything up and run all tests; those that need more say how to get it.

test-python: .venv/installed-dev
	$(BIN)/python -m pytest --ignore=tests/browser $(ARGS)

test-js: ## Run the tests of the browser code that needs no browser.
	@if command -v node >/dev/null && [ "$$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]; then \
		$(MAKE) --no-print-directory node_modules/installed && node --test tests/js/; \
	else echo "Skipped: the JavaScript tests need Node 20 or newer (https://nodejs.org)."; fi

test-browser: .venv/installed-dev ## Run the flows in a real browser, if there is a Chromium; with Node also the tests of accessibility.
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory node_modules/installed; fi
	$(BIN)/python -m pytest tests/browser --confcutdir=tests/browser

check: .venv/installed-dev node_modules/installed ## Run every linter and type checker.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npx tsc -p tsconfig.json
	npx biome check static/js tests/js

format: .venv/installed-dev ## Format the Python code.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

seed: .venv/installed ## Fill a new data folder with a small demo workspace in English and Korean.
	@$(BIN)/flask --app app seed-demo

KILLS ?= 500
MODE ?= eventlet
SEED ?= $(shell echo $$RANDOM)
torture: .venv/installed-dev ## Break the server KILLS times (500) in every way we know and check every promise; MODE=threading, SEED=7.
	$(BIN)/python -m tests.crash --kills $(KILLS) --async-mode $(MODE) --seed $(SEED)

IMAGES ?= 10000
power-loss: .venv/installed-dev ## Cut the power of a recorded run IMAGES times (10000) and look for every acknowledged write.
	$(BIN)/python -m tests.powerloss --images $(IMAGES)

mutants: .venv/installed-dev ## Switch bugs in, one at a time, and see the model test and the images of power cuts catch them.
	$(BIN)/python -m tests.mutants

bench: .venv/installed-dev ## Measure sends, deliveries, searches, and everybody coming back at once.
	$(BIN)/python -m bench.sends
	$(BIN)/python -m bench.deliveries
	$(BIN)/python -m bench.search
	$(BIN)/python -m bench.storm

bench-page: .venv/installed-dev ## Measure the page in a room with 10,000 messages, and what an hour of messages leaves in it (needs Chromium).
	$(BIN)/python -m bench.page

translations: .venv/installed-dev ## Collect the texts of the interface and compile the catalogues.
	@mkdir -p build
	$(BIN)/python -m babel.messages.frontend extract -F babel.cfg -k N_ --no-location --sort-output --project Stet --version 1 -o build/messages.pot .
	$(BIN)/python -m babel.messages.frontend update -i build/messages.pot -d chat/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/python -m babel.messages.frontend compile -d chat/translations

clean: ## Remove the environment and everything that was made from the sources; the data folder stays.
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("Stet needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@echo "Installing what Stet runs on …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt requirements.txt | .venv/installed
	@echo "Installing what tests and checks need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

node_modules/installed: package.json package-lock.json
	@npm install --no-save --silent --no-audit --no-fund
	@touch $@
