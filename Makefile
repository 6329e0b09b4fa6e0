# Two commands do everything on a machine that has python3, pip and make:
#   make demo    set up, fetch the models, place a call, show it, then serve the page
#   make test    set up, and prove everything that a machine without a GPU can prove

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
READY_DEV := .venv/.ready-dev

.PHONY: demo test unit check format golden clean

demo: $(READY)
	$(BIN)/python -m demos.phone.demo $(if $(ONCE),--once)

test: $(READY_DEV)
	$(BIN)/python -m pytest

# Pure and simulated tests: what to run while writing.
unit: $(READY_DEV)
	$(BIN)/python -m pytest -m "not slow and not gpu" -x

check: $(READY_DEV)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

format: $(READY_DEV)
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

golden: $(READY_DEV)
	GOLDEN=rewrite $(BIN)/python -m pytest tests/test_golden.py

clean:
	rm -rf .venv out build *.egg-info

# Debian's python3 may come without ensurepip; pip can install itself into the new environment.
$(BIN)/python:
	$(PYTHON) -m venv .venv 2>/dev/null || \
	{ $(PYTHON) -m venv --without-pip .venv && $(PYTHON) -m pip --python $(BIN)/python install -q pip; }

$(READY): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -q -e .
	touch $@

$(READY_DEV): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -q -e ".[dev]"
	touch $(READY) $@
