# make demo    set up, compute the reference partnership, write report, workbook and results to out/
# make test    set up with test tools and run the tests
# make lint    formatting, types, room borders, licences, security
# make bench   measure; make soak: long runs; make docs: generated pages; make lock: renew the lock files

PYTHON ?= python3
UV ?= uv
OUT ?= out
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DELETE_ON_ERROR:
.PHONY: help demo test lint bench soak docs lock setup system clean

help:
	@sed -n 's/^# //p' Makefile

demo: $(VENV)/.run
	$(BIN)/stadtland plan leipzig-wurzener-land --out $(OUT)

test: system $(VENV)/.test
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not soak"

soak: system $(VENV)/.test
	$(BIN)/python -m pytest -m soak

lint: $(VENV)/.lint
	$(BIN)/ruff check --output-format concise src tests benchmarks docs
	$(BIN)/ruff format --check src tests benchmarks docs
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/reuse lint --quiet || $(BIN)/reuse lint
	$(BIN)/bandit --quiet --recursive --severity-level medium src

bench: $(VENV)/.bench
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

docs: $(VENV)/.run
	$(BIN)/python docs/errors_page.py
	$(BIN)/python -m stadtland.actions.cards

lock:
	UV="$(UV)" requirements/lock.sh

setup: $(VENV)/.run

clean:
	rm -rf $(VENV) build dist

# Stamps: a second run has nothing to install.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name it: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Setting up $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "The module venv is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/.made
	@echo "Installing what stadtland needs"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test $(VENV)/.lint $(VENV)/.bench: $(VENV)/.%: requirements/%.txt $(VENV)/.run
	@echo "Installing tools for $*"
	@$(PIP) install --require-hashes -r requirements/$*.txt
	@touch $@

# lint-imports and mypy read the installed packages, so lint builds on test.
$(VENV)/.lint: $(VENV)/.test

# Chromium (browser tests), poppler-utils (pages as pictures), PostgreSQL (second database) and hunspell (spelling)
# come from Debian, and only on request.
system:
	@missing=""; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v pdftoppm >/dev/null || missing="$$missing poppler-utils"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	{ command -v hunspell >/dev/null && [ -e /usr/share/hunspell/de_DE.dic ] && [ -e /usr/share/hunspell/en_US.dic ]; } \
		|| missing="$$missing hunspell hunspell-de-de hunspell-en-us"; \
	if [ -n "$$missing" ]; then \
		if [ "$(INSTALL)" = 1 ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			{ apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing >/dev/null; } \
				|| echo "Could not be installed, their tests will be reported as not run:$$missing"; \
		else \
			echo "Not here, their tests will be reported as not run:$$missing (as root: apt-get install$$missing, or INSTALL=1)"; \
		fi; \
	fi
