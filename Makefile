# A bare `make` lists the targets. Everything is installed into .venv by the targets themselves.
PYTHON ?= python3
VENV := .venv
SDK := .venv-sdk
RIVALS := .venv-rivals
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# pip compiles what it copies, not what an editable install leaves in place: the first start would be slow.
COMPILE := $(BIN)/python -m compileall -q src
EXTRAS := keyring,hcl,solver,columns,draft3,postgres,emulator,telemetry,test,lint,bench
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo install test lint sdk rivals docs driven bench prove clean

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

sdk: $(SDK)/.done ## the vendors' SDKs in an environment of their own (tests that drive them run then)

rivals: $(RIVALS)/.done ## other emulators in an environment of their own (the bench compares with them)

docs: $(VENV)/.full ## write the generated pages of docs/ anew
	@$(BIN)/python -m tools.docs

driven: $(VENV)/.full sdk ## record anew which client drives which route of the emulator
	@TRUNKLINE_RECORD=1 $(BIN)/python -m pytest -q -n 0 tests/test_sdk_*.py tests/test_emulator_conformance*.py
	@$(BIN)/python -m tools.docs

bench: $(VENV)/.full $(RIVALS)/.done ## print ratios against other tools, in one run
	@$(BIN)/python -m bench

prove: $(VENV)/.full $(RIVALS)/.done ## the long evidence runs at full counts; writes docs/figures.md
	@$(BIN)/python -m bench.prove

clean: ## remove .venv and caches
	rm -rf $(VENV) $(SDK) $(RIVALS) .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Trunkline needs Python 3.11 or newer")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.core: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "installing trunkline into $(VENV) ..." >&2
	@$(PIP) install -c constraints.txt -e .
	@$(COMPILE)
	@touch $@

$(VENV)/.full: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "installing trunkline, its extras and the test tools into $(VENV) ..." >&2
	@$(PIP) install -c constraints.txt -e '.[$(EXTRAS)]'
	@$(COMPILE)
	@touch $(VENV)/.core $@

$(SDK)/.done: Makefile
	@echo "installing the vendors' SDKs into $(SDK) ..." >&2
	@$(PYTHON) -m venv $(SDK)
	@$(SDK)/bin/python -m pip --disable-pip-version-check --quiet install \
		PureCloudPlatformClientV2==269.0.0 requests==2.32.5 httpx2==2.16.2
	@if command -v npm >/dev/null; then \
		npm install --silent --no-fund --no-audit --no-package-lock --prefix $(SDK)/node \
			purecloud-platform-client-v2@262.0.0; \
	else echo "no npm: the JavaScript SDK is left out" >&2; fi
	@touch $@

$(RIVALS)/.done: Makefile
	@echo "installing other emulators into $(RIVALS) ..." >&2
	@$(PYTHON) -m venv $(RIVALS)
	@$(RIVALS)/bin/python -m pip --disable-pip-version-check --quiet install "moto[server]==5.2.5"
	@if command -v npm >/dev/null; then \
		npm install --silent --no-fund --no-audit --no-package-lock --prefix $(RIVALS)/node \
			@stoplight/prism-cli@5.14.2; \
	else echo "no npm: Prism is left out" >&2; fi
	@touch $@
