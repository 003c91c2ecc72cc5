# What a person does with a checkout. `make help` lists it.

PYTHON ?= python3
BIN = .venv/bin
SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo)

# What the tests use besides Python: a browser, a virtual screen with a pointer, a voice, a reader
# of pictures, the library that shapes right-to-left text, and what the tutorial types.
TEST_PACKAGES = chromium xvfb xdotool espeak-ng tesseract-ocr libfribidi0 curl

.PHONY: help setup run link test faults check bench texts docs pictures wheel

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

setup: .venv/installed ## make .venv with all that the other targets need, and build fonts and web modules
	@$(BIN)/python -m ui.assets

.venv/installed: setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "Novbe needs Python 3.11 or later: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Installing Novbe and what it needs into .venv"
	@$(BIN)/python -c pass 2>/dev/null || $(PYTHON) -m venv --clear .venv >/dev/null 2>&1 \
	|| { echo "Python's venv is incomplete here (package python3-venv): trying with pip alone"; \
	     $(PYTHON) -m venv --clear --without-pip .venv && $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; } \
	|| { echo "There is neither venv nor pip for $(PYTHON): install the package python3-venv, then try again"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,check,setup]'
	@touch $@

run: setup ## open a demonstration hall on http://127.0.0.1:8000
	@exec $(BIN)/python -m server.demonstration

link: setup ## print a new link to the demonstration hall that is open
	@exec $(BIN)/python -m server.demonstration --link

# Two at a time: the tests wait for browsers, servers and windows more than they compute. A file's tests stay together.
test: setup test-packages ## install what the tests need, and prove the hall
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

faults: setup test-packages ## make every fault in its long form, about half an hour; the table is in docs/reference/reliability.md
	$(BIN)/python -m tests.faults

check: setup ## what CI also runs: ruff, its formatter, mypy, import-linter
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## measure this machine; the table is in bench/README.md
	$(BIN)/python -m bench

texts: setup ## collect the texts of all programs into the catalogues of config/locales
	$(BIN)/python -m tests.texts

docs: setup ## write the tables of docs/reference and the diagram of docs/architecture.md from the code
	$(BIN)/python -m tests.reference

pictures: setup ## take the pictures of docs/pictures anew, from the programs at work
	$(BIN)/python -m tests.pictures

wheel: setup ## build a wheel with the pages, fonts and config inside, in dist/
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

.PHONY: test-packages
test-packages:
	@missing=; for package in $(TEST_PACKAGES); do \
	    [ "$$(dpkg-query --show --showformat='$${db:Status-Status}' $$package 2>/dev/null)" = installed ] \
	    || missing="$$missing $$package"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then echo "The tests need:$$missing (install them yourself here)"; exit 0; fi; \
	echo "Installing the Debian packages that the tests need:$$missing"; \
	$(SUDO) apt-get update --quiet=2 \
	&& $(SUDO) env DEBIAN_FRONTEND=noninteractive \
	   apt-get install --quiet=2 --yes --no-install-recommends $$missing >/dev/null
