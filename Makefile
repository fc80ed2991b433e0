# Everything one does with Aftercart. `make` alone lists it.
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

export VENV ?= .venv
export PYTHON
PYTEST = $(VENV)/bin/python -m pytest
# How many test processes run side by side: most tests wait half of the time, browsers never do.
BROWSERS ?= $(shell nproc 2>/dev/null || echo 2)
WORKERS ?= $(shell echo $$(( 2 * $(BROWSERS) )))

.PHONY: help install install-semantic install-model install-development demo test test-sqlite test-browser test-postgresql lint format revision lock messages bench

help: ## List these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

install: ## Set up Python packages from the lock, and system libraries where allowed
	@bash requirements/install.sh runtime

install-semantic: ## The same with the model that finds articles by their meaning (some 80 MB more on disk)
	@bash requirements/install.sh semantic

install-model: ## The same with what asks a language model (some 35 MB more on disk)
	@bash requirements/install.sh model

install-development: ## The same with what tests and checks need
	@bash requirements/install.sh development

demo: install ## Two demo shops, the service and a mailbox; ARGS="--check --json" checks and ends
	@$(VENV)/bin/aftercart demo $(ARGS)

test: install-development ## The whole suite on SQLite, then the database tests on PostgreSQL
	@status=0; \
	$(MAKE) test-sqlite || status=1; \
	$(MAKE) test-browser || status=1; \
	$(MAKE) test-postgresql || status=1; \
	exit $$status

test-sqlite: ## Only the tests on SQLite that need no browser (ARGS="tests/core -k money" chooses)
	@$(PYTEST) -n $(WORKERS) -m "not browser" $(ARGS)

# In processes of their own: what drives the browser leaves an event loop behind, in which other tests cannot run.
test-browser: ## Only those that drive a browser
	@$(PYTEST) -n $(BROWSERS) -m browser $(ARGS)

test-postgresql: ## Only those that speak to the database, on PostgreSQL
	@$(PYTEST) -n $(WORKERS) -m "database and not browser" --database=postgresql $(ARGS)

lint: install-development ## Style, types, floors, house rules and translations
	@status=0; \
	$(VENV)/bin/ruff check . || status=1; \
	$(VENV)/bin/ruff format --check . || status=1; \
	$(VENV)/bin/python -m mypy || status=1; \
	$(VENV)/bin/lint-imports || status=1; \
	$(PYTEST) tests/test_house.py tests/test_translations.py || status=1; \
	exit $$status

format: install-development ## Bring the code into its style
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

revision: install-development ## Write the migration of all changes to tables since the last release
	@$(VENV)/bin/python -m migrations.revising

lock: install-development ## Choose and lock the newest versions that the ranges in pyproject.toml allow
	@$(VENV)/bin/python -m pip install --quiet uv
	@$(LOCKING) requirements/build.in --output-file requirements/runtime.txt
	@$(LOCKING) requirements/build.in --extra semantic --constraint requirements/runtime.txt \
		--output-file requirements/semantic.txt
	@$(LOCKING) requirements/build.in --extra model --constraint requirements/runtime.txt \
		--output-file requirements/model.txt
	@$(LOCKING) requirements/build.in --extra semantic --extra model --group dev --constraint requirements/runtime.txt \
		--output-file requirements/development.txt
LOCKING = $(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-header --extra demo pyproject.toml

messages: install-development ## Collect texts for translation into core/locales/ko
	@mkdir -p build
	@$(VENV)/bin/pybabel --quiet extract --mapping pyproject.toml --keywords "Text" --sort-output --no-location \
		--omit-header --output build/messages.pot .
	@$(VENV)/bin/pybabel --quiet update --input-file build/messages.pot --output-dir core/locales --locale ko \
		--domain messages --no-fuzzy-matching --ignore-obsolete --no-wrap
	@sed -i -E '/^"(Project-Id|Report-Msgid|POT-Cre|PO-Rev|Last-Tr|Language-Team|MIME|Content-Tr|Generated)/d' \
		core/locales/ko/LC_MESSAGES/messages.po

bench: install-development ## Compare speeds; each file of bench/ prints ratios and says what it needs
	@for file in bench/*.py; do echo "== $$file"; $(VENV)/bin/python -m bench.$$(basename $$file .py) || exit 1; done
