# make run      install what is missing, build what has changed, serve on PORT (3000)
# make test     the whole test suite; installs what it needs, a Chromium too
# make bench    the figures of docs/performance.md
# make lint     ruff, pyright, import contracts, migrations

PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
ANY := $(or $(PYTHON),$(firstword $(shell command -v python3 python)))
ENVIRONMENT = $(if $(ANY),$(ANY) environment.py,stop() { printf '%s\n' "$(NO_PYTHON_EN)" "$(NO_PYTHON_ZH)" >&2; exit 1; }; stop)
NO_PYTHON_EN = Health Cloud needs Python 3.11 or newer, and there is no Python here: install python3.11, then make again.
NO_PYTHON_ZH = Health Cloud 需要 Python 3.11 或更新的版本，而这里没有 Python：请安装 python3.11，再运行一次 make。
BIN = .venv/bin

.PHONY: run test bench lint lock environment

run:
	@$(ENVIRONMENT)
	@exec $(BIN)/python -m health_cloud run

test:
	@$(ENVIRONMENT) --dev --browser
	@$(BIN)/python -m pytest -n 2 $(ARGS)

bench:
	@$(ENVIRONMENT) --dev
	@$(BIN)/python -m bench $(ARGS)

lint:
	@$(ENVIRONMENT) --dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m pyright
	$(BIN)/lint-imports
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && export HEALTH_CLOUD_DATA_DIR=$$folder HEALTH_CLOUD_DATABASE_URL= && \
		$(BIN)/python -m alembic upgrade head && $(BIN)/python -m alembic check

environment:
	@$(ENVIRONMENT) --dev

# Pin everything anew from the *.in files (needs uv).
lock:
	uv pip compile --universal --python-version 3.11 --no-annotate --no-header --no-emit-index-url --no-emit-find-links requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --no-annotate --no-header --no-emit-index-url --no-emit-find-links requirements-dev.in -o requirements-dev.txt
