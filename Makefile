# One virtual environment, made once and again whenever pyproject.toml changes. Everything else is a command of it.
PY ?= python3
CLAIM ?= Some generals opposed the participation of Belarus in the war
BIN := .venv/bin
READY := .venv/ready

.PHONY: ask repl test install lint types eval baseline bench clean

ask: $(READY)
	@$(BIN)/triage check "$(CLAIM)" --corpus corpus

repl: $(READY)
	@$(BIN)/triage repl --corpus corpus

test: lint types
	$(BIN)/pytest

install: $(READY)

$(READY): pyproject.toml
	$(PY) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable ".[pdf,parquet,mcp]" --group test
	@touch $(READY)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

# Fails on a significant loss against the committed baseline; `make baseline` moves it.
eval: $(READY)
	$(BIN)/triage eval all --reader local --baseline eval/baselines/local

baseline: $(READY)
	$(BIN)/triage eval all --reader local --save-baseline eval/baselines/local

bench: $(READY)
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
