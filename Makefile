# Every command of the project; `make help` lists them. GNU Make 3.81 (macOS) is enough.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
PY := .venv/bin/python
PORT ?= 8000
RESET ?=
ARGS ?=
ONLY ?=
FOR ?= curator@demo.example
export PORT
# Tests have servers of their own beside those of a running demo; they need not wait for the disk.
WITH_SERVERS := NEXUS_STATE="$${NEXUS_STATE:-.nexus}-test" $(PY) -m nexus.embedded --throwaway run --
# Keys of data that is thrown away: the first seals, the second is there to be given up.
THROWAWAY_KEYS := DATA_KEYS=only-for-tests-newest-0123456789-abcdefghijklmnopqrstuvwxyz,only-for-tests-older-0123456789-abcdefghijklmnopqrstuvwxyz \
	HASH_KEY=only-for-tests-of-hashes-0123456789-abcdefghijklmnopqrstuvwxyz
# Settings without secrets for commands that only read code; `check --deploy` gets production's.
CODE_ENV := env SECRET_KEY=only-for-static-checks-of-the-code-0123456789-abcdefghij DEBUG=true $(THROWAWAY_KEYS)
TEST_ENV := env SECRET_KEY=only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz DEBUG=false HTTPS=false \
	ALLOWED_HOSTS=localhost,127.0.0.1,testserver BASE_URL=http://testserver STATIC_ROOT="$(CURDIR)/.nexus-test/static" $(THROWAWAY_KEYS)
NO_DATABASE := DATABASE_URL=postgresql://nobody@127.0.0.1:1/nothing REDIS_URL=redis://127.0.0.1:1
GATES := format lint templates types layers dependencies migrations catalogues deploy

.PHONY: help demo code reset install install-dev install-bench catalogues static test check fix messages browser bench screens lock clean $(addprefix check-,$(GATES))

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: install catalogues ## everything on this machine with real content; PORT=8000, RESET=1 starts anew
	@if [ -n "$(RESET)" ]; then $(PY) -m nexus.embedded --state "$${NEXUS_STATE:-.nexus}" reset; fi
	@exec $(PY) -m nexus.supervisor --with-parent

code: install ## print the second factor's code of a demo person; FOR=curator@demo.example
	@$(PY) -m nexus.demo_code "$(FOR)"

reset: install ## remove the demo's data, passwords and logs
	@$(PY) -m nexus.embedded --state "$${NEXUS_STATE:-.nexus}" reset

install: ## make the virtual environment and install the locked libraries; does nothing when they are there
	@$(call install_lock,requirements.lock)

install-dev: install
	@$(call install_lock,requirements-dev.lock)

# What a bench compares ours with; nothing of the product or its tests needs it.
install-bench: install-dev
	@$(call install_lock,requirements-bench.lock)

catalogues: install ## compile the translations (gettext is not needed)
	@if [ -n "$$(find locale -name '*.po' 2>/dev/null)" ]; then \
		$(PY) -m babel.messages.frontend --quiet compile --directory locale --domain django; fi

static: install-dev catalogues
	@mkdir -p .nexus-test
	@$(TEST_ENV) $(NO_DATABASE) $(PY) -m nexus.static_files

test: static ## all tests but the browser's; ARGS= goes to pytest
	@$(WITH_SERVERS) $(TEST_ENV) $(PY) -m pytest -n 2 --ignore tests/browser $(ARGS)

browser: static ## the tests that drive a real browser; ARGS= goes to pytest
	@$(WITH_SERVERS) $(TEST_ENV) $(PY) -m pytest tests/browser $(ARGS)

bench: static install-bench ## measure; ONLY=name runs one of bench/
	@$(WITH_SERVERS) $(TEST_ENV) $(PY) -m bench $(ONLY)

# One target a gate, so that `make -k check` shows what all of them have to say.
check: $(addprefix check-,$(GATES)) ## every gate that needs no running product; `make -k check` goes on after the first

check-format: install-dev
	$(PY) -m ruff format --quiet --check .

check-lint: install-dev
	$(PY) -m ruff check --quiet .

check-templates: install-dev
	find templates -name '*.html' -exec .venv/bin/djade --check --target-version 5.2 {} +
	$(PY) -m djlint templates --lint --quiet

check-types: install-dev
	$(CODE_ENV) $(NO_DATABASE) $(PY) -m mypy

check-layers: install-dev
	$(PY) -c 'from importlinter.cli import lint_imports_command as run; run()' --no-cache

check-dependencies: install-dev
	$(PY) -m deptry .

check-migrations: install-dev
	$(WITH_SERVERS) $(CODE_ENV) $(PY) manage.py makemigrations --check --dry-run

check-catalogues: install-dev
	$(CODE_ENV) $(NO_DATABASE) $(PY) manage.py check_catalogues

check-deploy: install-dev
	env SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))')" DEBUG=false \
		ALLOWED_HOSTS=nexus.example BASE_URL=https://nexus.example $(THROWAWAY_KEYS) $(NO_DATABASE) \
		EMAIL_URL=smtp+tls://nexus:password@smtp.example:587 MAIL_FROM=no-reply@nexus.example \
		$(PY) manage.py check --deploy --fail-level WARNING

fix: install-dev ## format and repair what a machine can
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	find templates -name '*.html' -exec .venv/bin/djade --target-version 5.2 {} + || true

messages: install-dev ## collect texts into locale/*/LC_MESSAGES/django.po (needs gettext)
	@$(CODE_ENV) $(NO_DATABASE) $(PY) manage.py makemessages

screens: install-dev ## photograph the pages of a running demo into docs/screens; PORT=
	@$(PY) -m tests.browser.screens http://localhost:$(PORT)

lock: ## write all locks anew, with the hash of every file
	@$(call compile_lock,--extra embedded --output-file requirements.lock)
	@$(call compile_lock,--extra embedded --extra dev $(call pinned_by,requirements.lock) --output-file requirements-dev.lock)
	@$(call compile_lock,--extra embedded --extra bench $(call pinned_by,requirements-dev.lock) --output-file requirements-bench.lock)

clean: ## remove what tools left behind; data stays
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov staticfiles
	find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +

# $(1): a lock file. Its hash is kept in the environment, so that nothing is installed twice.
define install_lock
set -e; \
if [ ! -x $(PY) ] || ! $(PY) -m pip --version >/dev/null 2>&1; then \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Python 3.11 or newer is needed: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11' >&2; exit 1; }; \
	$(PYTHON) -m venv .venv; fi; \
want=$$($(PY) -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' $(1)); \
if [ "$$(cat .venv/$(1).stamp 2>/dev/null)" != "$$want" ]; then \
	echo 'Installing $(1)'; \
	$(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r $(1); \
	echo "$$want" > .venv/$(1).stamp; fi
endef

# Pins keep their extras: pip before 23.1 refuses a hashed `coverage` where another library asks for `coverage[toml]`.
# Constraints may have none, so they are taken from a copy.
pinned_by = --constraint $$(sed 's/^\([A-Za-z0-9._-]*\)\[[^]]*\]/\1/' $(1) > .venv/$(1).pins; echo .venv/$(1).pins)

define compile_lock
CUSTOM_COMPILE_COMMAND='make lock' $(PY) -m piptools compile --quiet --generate-hashes --no-strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options $(1) pyproject.toml
endef
