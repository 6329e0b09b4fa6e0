# Two commands do everything on a machine that has python3, pip and make:
#   make demo    set up, fetch the models, place a call, show it, then serve the page
#   make test    set up, and prove everything that a machine without a GPU can prove

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
READY_DEV := .venv/.ready-dev
PEER := .venv-pipecat

.PHONY: demo test unit check format golden bench clean

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

# Ours and Pipecat side by side. Quiet the machine first; BENCH="--rounds 1 --turns 3" is a quick look.
bench: $(READY) $(PEER)/.ready
	$(BIN)/python -m demos.latency.peers --peer $(PEER)/bin/python $(BENCH)

clean:
	rm -rf .venv $(PEER) out build *.egg-info

# Debian's python3 may come without ensurepip; pip can install itself into the new environment.
$(BIN)/python:
	$(PYTHON) -m venv .venv 2>/dev/null || \
	{ $(PYTHON) -m venv --without-pip .venv && $(PYTHON) -m pip --python $(BIN)/python install -q pip; }

$(READY): pyproject.toml | $(BIN)/python
	@$(BIN)/python demos/install.py -e .
	@touch $@

$(READY_DEV): pyproject.toml | $(BIN)/python
	@$(BIN)/python demos/install.py -e ".[dev]"
	@touch $(READY) $@

# The peer pins much that we do not, so it has an environment of its own.
$(PEER)/.ready: demos/latency/peers/pipecat.txt
	$(PYTHON) -m venv $(PEER) 2>/dev/null || \
	{ $(PYTHON) -m venv --without-pip $(PEER) && $(PYTHON) -m pip --python $(PEER)/bin/python install -q pip; }
	$(PEER)/bin/python -m pip install -q -r $<
	touch $@
