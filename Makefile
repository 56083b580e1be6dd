# A bare `make` lists the targets. Everything is installed into .venv by the targets themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
EXTRAS := keyring,hcl,solver,draft3,postgres,test,lint,bench
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo install test lint docs bench prove clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.core ## the whole story on the embedded emulator (installs the core only)
	@$(BIN)/trunkline demo

install: $(VENV)/.full ## install all extras and the test tools into .venv

test: $(VENV)/.full ## run the tests
	@$(BIN)/python -m pytest -q -n $(WORKERS)

lint: $(VENV)/.full ## style, types, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports --no-cache

docs: $(VENV)/.full ## write the generated pages of docs/ anew
	@$(BIN)/python -m tools.docs

bench: $(VENV)/.full ## print ratios against other tools, in one run
	@$(BIN)/python -m bench

prove: $(VENV)/.full ## the long evidence runs at full counts; writes docs/figures.md
	@$(BIN)/python -m bench.prove

clean: ## remove .venv and caches
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Trunkline needs Python 3.11 or newer")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.core: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "installing trunkline into $(VENV) ..." >&2
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.full: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "installing trunkline, its extras and the test tools into $(VENV) ..." >&2
	@$(PIP) install -c constraints.txt -e '.[$(EXTRAS)]'
	@touch $(VENV)/.core $@
