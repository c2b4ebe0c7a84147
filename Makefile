SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BENCH_VENV := .venv-bench
BENCH_STAMP := $(BENCH_VENV)/.installed
PACKAGES := services shared deploy bench tests docs/verify.py

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# Tests and demonstration start hundreds of processes: each would compile everything again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo up test test-containers test-browser pictures faults mutants bench bench-flat bench-backlog bench-lock check documents-check golden lock clean

help: ## show what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## make .venv from the lock (JUQU_PYTHON names the Python to use)

$(STAMP): requirements.lock pyproject.toml
	@$(BIN)/python -c '' 2>/dev/null || { python="$$(sh .ci/python)" && echo "Python: $$("$$python" --version) ($$python)" && \
		"$$python" -m venv --clear $(VENV); }
	@echo "Installing what requirements.lock names into $(VENV) ..."
	@$(BIN)/python -m pip install -qq --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation -e .
	@touch $@
	@echo "Ready."

demo: $(STAMP) ## five districts from filing to their fate, on real servers
	@$(BIN)/juqu demo

up: $(STAMP) ## start the empty system; Ctrl-C stops it, its data stays in .juqu
	@$(BIN)/juqu up

test: $(STAMP) ## every test, on embedded servers
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

test-containers: $(STAMP) ## every test, on servers in containers
	@JUQU_TEST_SERVERS=containers $(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

bench: $(STAMP) $(BENCH_STAMP) ## measure against raw limits and peers (ROWS=append,publish ROUNDS=5); no row may be below its bar
	@$(BIN)/python -m bench $(if $(ROWS),--rows $(ROWS)) $(if $(ROUNDS),--rounds $(ROUNDS))

bench-flat: $(STAMP) ## cost of an event from ten thousand to ten million of them (disk: 25 GB; EVENTS=1000000 for less)
	@$(BIN)/python -m bench.flat $(if $(EVENTS),--events $(EVENTS))

bench-backlog: $(STAMP) ## drain a backlog of 100,000 mails; cost and memory at each tenth (MAILS=10000 for less)
	@$(BIN)/python -m bench.backlog $(if $(MAILS),--mails $(MAILS))

$(BENCH_STAMP): $(STAMP) requirements-bench.lock
	@echo "Installing the peers into $(BENCH_VENV) ..."
	@$(BIN)/python -m venv --clear $(BENCH_VENV)
	@$(BENCH_VENV)/bin/python -m pip install -qq --require-hashes -r requirements-bench.lock
	@touch $@

bench-lock: ## resolve the newest peers into requirements-bench.lock
	@$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--python-version 3.11 --group bench --output-file requirements-bench.lock

test-browser: $(STAMP) ## the tests that look at pages in a real browser
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile -m browser tests/portal

pictures: $(STAMP) ## take README's two pictures of the portal anew (wants Chromium)
	@$(BIN)/python -m tests.portal.pictures

faults: $(STAMP) ## clients at work while parts die, hang, fill up and lose each other (SECONDS=60, SEED= of an earlier run)
	@$(BIN)/python -m tests.faults --seconds $(or $(SECONDS),60) $(if $(SEED),--seed $(SEED))

mutants: $(STAMP) ## small random changes to the pure rooms: do their tests notice 97 of 100? (ROOM=review CHANGES=100 SEED=)
	@$(BIN)/python -m tests.mutants $(if $(ROOM),--room $(ROOM)) $(if $(CHANGES),--changes $(CHANGES)) $(if $(SEED),--seed $(SEED))

check: $(STAMP) documents-check ## format, lint, types, imports, spelling, generated documents
	@$(BIN)/ruff format --check --quiet $(PACKAGES)
	@$(BIN)/ruff check --quiet $(PACKAGES)
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/codespell
	@echo "check: passed"

documents-check: $(STAMP) ## generated schemas and documents are as committed
	@$(BIN)/juqu documents --check

golden: $(STAMP) ## keep the stored form of new events and the words of new templates; changes none that is kept
	@$(BIN)/python -m tests.contracts.golden
	@$(BIN)/python -m tests.notify.golden_notices
	@$(BIN)/python -m tests.programme.golden_policy

lock: ## resolve the newest versions into requirements.lock
	@$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--python-version 3.11 --group dev --output-file requirements.lock pyproject.toml

clean: ## remove the environment, caches and the local state
	@rm -rf $(VENV) $(BENCH_VENV) .juqu .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
