# Every command works on a fresh clone: what it needs, it sets up first.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
#: The server that `make conformance` judges, and as whom; OTHER_* is a second user of it.
JUDGED = $(foreach name,URL USER PASSWORD TOKEN OTHER_USER OTHER_PASSWORD OTHER_TOKEN CA COLLECTION,\
  CONFORMANCE_$(name)='$(if $(filter command line,$(origin $(name))),$($(name)))')

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all fuzz conformance conformance-matrix check fix bench docs serve requirements clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

$(BIN)/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kenesh needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/core.stamp: requirements/core.txt pyproject.toml $(BIN)/uv
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/core.txt -r requirements/build.txt
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/core.stamp
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

setup: .venv/core.stamp ## make .venv/bin/kenesh

demo: .venv/core.stamp ## six nodes on this machine play the story (ARGS=--check: play, check, stop)
	$(BIN)/python -m demo $(ARGS)

test: .venv/dev.stamp ## the whole suite, under ten minutes
	$(BIN)/python -m pytest -n 2 --dist worksteal -m 'not slow' $(ARGS)

test-all: .venv/dev.stamp ## with the long tests too
	KENESH_EXAMPLES=100000 $(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

fuzz: .venv/dev.stamp ## damaged input for every reader: EXAMPLES=5000 each, within MINUTES=30 in all (ARGS='-k packs')
	FUZZ_EXAMPLES=$(or $(EXAMPLES),5000) timeout $(or $(MINUTES),30)m \
	  $(BIN)/python -m pytest -n 2 tests/fuzz/test_every_reader.py $(ARGS) || [ $$? -eq 124 ]

conformance: .venv/dev.stamp ## TAXII 2.1 by clause: a node of ours, or URL=https://host/ USER= PASSWORD= TOKEN= CA=
	@$(if $(URL),$(JUDGED)) $(BIN)/python -m pytest $(if $(URL),tests/conformance/clauses,-n 2 tests/conformance) $(ARGS)

conformance-matrix: .venv/dev.stamp ## the same of ours and of three peers, which it installs; writes the page
	$(BIN)/python -m tests.conformance.matrix

check: .venv/dev.stamp ## style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check

fix: .venv/dev.stamp ## what can be mended by itself
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: .venv/dev.stamp ## the numbers, as ratios in one run
	$(BIN)/python -m bench $(ARGS)

docs: .venv/dev.stamp ## write the generated reference pages anew
	$(BIN)/python -m docs.generate

serve: .venv/core.stamp ## a node of your own: make serve ARGS='--port 8701' with KENESH_HOME set
	$(BIN)/kenesh serve $(ARGS)

requirements: .venv/dev.stamp ## resolve the pinned requirement files anew
	$(BIN)/python -m requirements

clean: ## forget what was set up
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
