# Every target does the set-up it needs; all are safe to repeat.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV := $(VENV)/.dev
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
KERNELS := CMakeLists.txt $(wildcard src/detente/stability/cpp/*)

.PHONY: setup demo test lint bench docs docs-data messages clean

setup: $(DEV)

$(READY): pyproject.toml requirements.txt $(KERNELS)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -r requirements.txt
	$(PIP) --no-build-isolation --no-deps --editable .
	@$(BIN)/detente --version
	@touch $(READY)

$(DEV): $(READY) requirements-dev.txt
	$(PIP) -r requirements-dev.txt
	@touch $(DEV)

demo: $(READY)
	@$(BIN)/detente demo

test: $(DEV)
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(DEV)
	$(BIN)/python -m bench

docs: $(DEV)
	$(BIN)/python docs/fill.py
	$(BIN)/python docs/notebook.py
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

docs-data: $(DEV)
	$(BIN)/python docs/fill.py --data

messages: $(DEV)
	$(BIN)/python tools/messages.py

clean:
	rm -rf $(VENV) build docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis
