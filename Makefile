# Every target makes itself ready first: a bare clone, Python 3.11 or newer, git and a package registry are enough.
#
#   make demo                     a year of purchases, live segments, two journeys; then the service, until Ctrl-C
#                                 (DATA=cdnow: the other data set; SERVE=0: end after the report)
#   make test                     everything that must hold, fast checks first
#   make bench SIZE=small         the benchmarks, small; SIZE=full takes ten minutes and up to 16 GB of memory

SHELL := /bin/sh
.DEFAULT_GOAL := help

OLD_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if "$$python" -c '$(OLD_ENOUGH)' 2>/dev/null; then echo "$$python"; exit; fi; done; echo python3)
BIN := .venv/bin
PY := $(BIN)/python

DATA ?= complete-journey
SIZE ?= full
WORKERS ?= 2
SERVE ?= 1
DEMO_ARGS ?=
BENCH_ARGS ?=
PYTEST_ARGS ?=

.PHONY: help setup demo test lint format web bench peers docs clean

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)$$/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
		|| sed -n 's/^\([a-z]*\):.*## \(.*\)$$/  make \1  \2/p' Makefile

setup: ## .venv with everything pinned; at once when nothing has changed
	@$(PYTHON) tools/setup.py

demo: setup ## load a year of purchases, replay it, tell what happened, serve it until Ctrl-C (DATA=cdnow, SERVE=0)
	@$(if $(filter-out 0 no,$(SERVE)),$(PY) -c 'from tools import web; web.application()')
	@$(PY) examples/demo.py --data $(DATA) $(if $(filter-out 0 no,$(SERVE)),--serve) $(DEMO_ARGS)

test: lint web ## lint, then every test: fast ones first, slow ones last; a process runs whole files, in their order
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

lint: setup ## format, style, types and import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## rewrite the sources in house format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

web: setup ## the web application, from web/; the client libraries that tests send with
	@$(PY) -m tools.web
	@$(PY) -m tools.clients

bench: setup ## ratios against DuckDB SQL and Polars on generated data (SIZE=small, or full)
	@$(PY) -m bench --size $(SIZE) $(BENCH_ARGS)

peers: ## install the engines that benchmarks compare with and nothing else needs
	@$(PYTHON) tools/setup.py bench

docs: setup ## write docs/reference from the code, and take pictures of the web application
	@$(PY) -m tools.docs
	@$(PY) -m tools.screenshots

clean: ## remove .venv, caches and the workspaces of the demo
	rm -rf .venv .build web/node_modules tests/clients/node_modules dist site demo-* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find src tests bench examples tools -name __pycache__ -type d -prune -exec rm -rf {} +
