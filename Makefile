# Wardvoice's commands. Each sees to its own set-up; a second run is quick.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
PY := .venv/bin/python
SETUP := PYTHON=$(PYTHON) deploy/setup/setup.sh
FILES := -n 3 --dist loadfile --no-loadscope-reorder # three test files at a time, in order
ALONE := $(if $(filter-out 0,$(shell id -u)),--map-root-user)
CODE := feedback kiosk smsgateway sync central deploy bench tests assets setup.py

# Hundreds of programs are started, by the tests above all: each file is compiled once,
# in a folder that is ours, whatever the shell says of Python's own.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/pycache
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup setup-tests demo train demo-check test offline check bench soak format pins

help: ## these lines
	@sed -n 's/^\([a-z-]*\):.*## /make \1: /p' Makefile

setup: ## system packages for the demo, .venv, the pinned requirements
	@$(SETUP) demo.apt

setup-tests: ## the same, and the system packages that tests need
	@$(SETUP) demo.apt test.apt

demo: setup ## central, gateway, simulated phone, agents and kiosk on demo data
	@$(PY) -m deploy.demo

train: setup ## the demo for training: nothing counts, and the clock can be moved
	@$(PY) -m deploy.demo --practice

demo-check: setup ## a tap and a text must reach the ward's page (ARGS="--comments FILE")
	@$(PY) -m deploy.demo --check $(ARGS)

test: setup-tests ## every test, and central's on PostgreSQL too
	$(PY) -m pytest tests $(FILES)
	$(PY) -m pytest tests/central tests/web --database=postgresql $(FILES)

# npm's packages come first, while there is a network: the judges of two test files.
offline: setup-tests ## every test where only the loopback is there: nothing may need more
	$(PY) -m pytest tests/smsgateway/test_prism.py tests/smsgateway/test_segments.py
	unshare --net $(ALONE) $(PY) -m tests.journey.loopback $(PY) -m pytest tests $(ARGS)

check: setup-tests ## format, lint, types, tests
	$(PY) -m ruff format --check $(CODE)
	$(PY) -m ruff check $(CODE)
	$(PY) -m mypy
	$(MAKE) --no-print-directory test

format: setup ## put the code in the house's shape
	$(PY) -m ruff check --fix $(CODE)
	$(PY) -m ruff format $(CODE)

bench: setup-tests ## every benchmark, or one part (ONLY=sync; RESPONSES=1000000 is quicker)
	@$(PY) -m bench $(if $(ONLY),--only $(ONLY)) $(if $(RESPONSES),--responses $(RESPONSES))

soak: setup-tests ## the tests that run for hours
	$(PY) -m pytest tests -m soak

pins: setup ## pin requirements/ again (ARGS=--upgrade for newer ones)
	@deploy/setup/pins.sh $(ARGS)
