# One virtual environment, brought up to date whenever pyproject.toml changes: to run (READY), and to develop (TOOLS).
PY ?= python3
export CLAIM ?= Some generals opposed the participation of Belarus in the war
RECORD_URL ?= http://127.0.0.1:8081/v1
CHROMIUM ?= $(firstword $(shell command -v chromium chromium-browser google-chrome))
BIN := .venv/bin
READY := .venv/ready
TOOLS := .venv/tools

.PHONY: ask repl test install lint types eval baseline bench record picture docs clean

ask: $(READY)
	@$(BIN)/triage check "$$CLAIM" --corpus corpus

repl: $(READY)
	@$(BIN)/triage repl --corpus corpus

test: lint types
	$(BIN)/pytest

install: $(TOOLS)

$(READY): pyproject.toml
	@echo "setting up .venv, once; this takes a minute or two"
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PY=python3.11 ...")'
	@$(PY) -m venv .venv
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $(READY)

$(TOOLS): $(READY)
	@$(BIN)/python -m pip install --quiet --editable ".[pdf,parquet,mcp]" --group test
	@touch $(TOOLS)

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TOOLS)
	$(BIN)/mypy

# Fails on a significant loss against the committed baseline; `make baseline` moves it.
eval: $(READY)
	$(BIN)/triage eval all --reader local --baseline eval/baselines/local

baseline: $(READY)
	$(BIN)/triage eval all --reader local --save-baseline eval/baselines/local

bench: $(TOOLS)
	$(BIN)/python -m benchmarks $(if $(DATA),all --data $(DATA))

# Ask a real model again for everything in tests/cassettes: any OpenAI-compatible server.
record: $(TOOLS)
	TRIAGE_RECORD_URL="$(RECORD_URL)" $(BIN)/pytest -m vcr --record-mode=rewrite tests/test_cassettes.py

# The verdict page in the README; needs Chromium.
picture: $(READY)
	@rm -f .venv/verdict.html
	$(BIN)/triage check "$$CLAIM" --corpus corpus --html .venv/verdict.html
	$(CHROMIUM) --headless --no-sandbox --hide-scrollbars --window-size=880,960 \
		--screenshot="$(CURDIR)/docs/verdict-page.png" "file://$(CURDIR)/.venv/verdict.html"

docs: .venv/docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

.venv/docs: $(READY)
	$(BIN)/python -m pip install --quiet --group docs
	@touch $@

clean:
	rm -rf site .venv .mypy_cache .ruff_cache .pytest_cache
