# Everything a person does with Groundswell. Needs Python 3.11 or newer, make, and the package registries; no root.
# What is done once leaves a stamp in .venv, so that it is quick the second time.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

# The newest Python there is; `make PYTHON=/path/to/python3.12 …` takes another.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$name >/dev/null && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$name && break; done)
UV_VERSION := 0.13.9
BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11
# Options for the command that a target ends in: `make demo ARGS=--fresh`, `make test ARGS=tests/unit`.
ARGS ?=

.PHONY: help
help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(BIN)/.installed ## Start everything here, with a small campaign to look at (ARGS=--fresh starts anew)
	@$(BIN)/groundswell demo $(ARGS)

.PHONY: test
test: $(BIN)/.installed programs ## Run every test, on a real Kafka and a real PostgreSQL (ARGS=tests/unit only some)
	@$(BIN)/groundswell fetch
	@$(BIN)/python -m $(if $(ARGS),pytest $(ARGS),tests.side_by_side)

.PHONY: check
check: lint test ## What CI runs: format, lint, types, import directions, references, tests

.PHONY: lint
lint: $(BIN)/.installed ## All of check but the tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .
	@$(BIN)/groundswell reference --check

.PHONY: format
format: $(BIN)/.installed ## Format the code, and mend what lint can mend by itself
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: reference
reference: $(BIN)/.installed ## Write docs/reference anew from the code
	@$(BIN)/groundswell reference

.PHONY: lock
lock: $(BIN)/.installed ## Renew what is installed: both lock files and the list of Kafka's jars
	$(COMPILE) --upgrade --group dev pyproject.toml --output-file requirements-dev.lock
	$(COMPILE) --constraints requirements-dev.lock pyproject.toml --output-file requirements.lock
	$(BIN)/python -m deploy.local.jars

.PHONY: bench
bench: $(BIN)/.installed programs ## Measure each stage beside its limit, on two quiet cores (about 15 minutes); writes bench.json
	@$(BIN)/python -m tests.load.bench $(ARGS)

.PHONY: clean
clean: ## Delete what was set up and cached; the data of the demo stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What tests drive that is no Python: a browser, an independent Kafka client, Prometheus's own checker of metrics. They
# are Debian's. Where one cannot be installed, the tests that need it fail, and say so. RUNLEVEL=1 keeps a package that
# comes with a server, as Prometheus does, from starting it.
INSTALL := RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends
.PHONY: programs
programs:
	@missing=""; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="$$missing chromium fonts-liberation"; \
	command -v kcat >/dev/null || missing="$$missing kcat"; \
	command -v wrk >/dev/null || missing="$$missing wrk"; \
	command -v promtool >/dev/null || missing="$$missing prometheus"; \
	if [ -z "$$missing" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing what the tests drive:$$missing"; apt-get -qq update && $(INSTALL) $$missing >/dev/null; \
	else echo "some tests need what only root can install: apt-get install$$missing" >&2; fi

$(BIN)/.created:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed; none was found" >&2; exit 1; }
	@echo "setting up .venv (once)"
	@$(PYTHON) -m venv .venv || { echo "this Python cannot make environments: install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

# Sync takes away what the lock does not list, and so the project itself, which is installed again after it.
$(BIN)/.installed: $(BIN)/.created requirements-dev.lock pyproject.toml
	@echo "installing what requirements-dev.lock lists"
	@VIRTUAL_ENV=.venv $(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes requirements-dev.lock
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $@
