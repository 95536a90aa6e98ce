# Rounds needs Python 3.11 to 3.13, git and make. Everything else is fetched into .venv from requirements.lock.
#
#   make demo    plan a day, cancel a visit, plan again: the main job, with nothing to install or start
#   make test    lint, types and every test
#   make lint    style, format and types only
#   make format  rewrite the files in the one format
#   make peers   fetch the solvers that `rounds bench --peers` measures against
#   make bench   measure everything docs/benchmarks.md tells of the engine; takes hours (BENCH_DATA names the instances)
#   make lock    choose versions afresh and write requirements.lock
#   make clean   remove what make made

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCK_TOOL := .cache/lock-tool
PIP_FLAGS := --quiet --disable-pip-version-check --no-input

# The first interpreter that really starts and is new enough; a name on the PATH may be a shim with nothing behind it.
IS_NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	if "$$name" -c '$(IS_NEW_ENOUGH)' >/dev/null 2>&1; then command -v "$$name"; break; fi; done)

.PHONY: help demo test lint format peers bench lock clean
BENCH_DATA ?= ../shared/bench

help:
	@sed -n 's/^#   //p' Makefile

demo: $(READY)
	$(BIN)/rounds demo

test: lint
	$(BIN)/pytest $(TESTS)

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

peers: $(VENV)/.peers

bench: $(VENV)/.peers
	$(BIN)/python -m tests.benchmarks.engine_campaign --data $(BENCH_DATA) --out build/engine-runs.jsonl --more 4
	$(BIN)/rounds bench report build/engine-runs.jsonl --write docs/benchmarks.md

format: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

$(VENV)/bin/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Rounds needs Python 3.11, 3.12 or 3.13 with its venv module, and found none. Install one, or name it:" >&2; \
		echo "  make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 2; fi
	$(PYTHON) -m venv $(VENV)

# The stamp is touched last, so an interrupted installation is taken up again.
$(READY): requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install $(PIP_FLAGS) --require-hashes --no-deps --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install $(PIP_FLAGS) --no-deps --no-build-isolation --editable .
	$(BIN)/python -c 'from optimizer.search.warm_up import warm_up; warm_up(print)'
	@touch $(READY)

# Other solvers, only to be measured against.
$(VENV)/.peers: requirements-bench.lock | $(READY)
	$(BIN)/python -m pip install $(PIP_FLAGS) --require-hashes --no-deps --only-binary :all: -r requirements-bench.lock
	@touch $@

# Written for every supported Python on Linux and macOS at once; hashes, no addresses.
lock: $(VENV)/bin/python
	$(BIN)/python -m venv $(LOCK_TOOL)
	$(LOCK_TOOL)/bin/pip install $(PIP_FLAGS) 'uv>=0.9'
	$(LOCK_TOOL)/bin/uv pip compile pyproject.toml --group dev --upgrade --quiet \
		--universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --output-file requirements.lock
	$(LOCK_TOOL)/bin/uv pip compile pyproject.toml --extra bench --constraint requirements.lock --quiet \
		--universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --output-file requirements-bench.lock

clean:
	rm -rf $(VENV) .cache build out .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
