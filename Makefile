# copydesk: what a person types. Needs Python 3.11, 3.12 or 3.13 and make; everything else is
# installed into .venv, by hash, from requirements/.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SOURCES := consumers processors tests tools
ARGS :=
# Tests wait for brokers more than they compute: three files at a time (ARGS="-n 0" for one), in the
# order in which they lie, so that the short ones come last and nobody waits for a long one.
SIDE_BY_SIDE := -n 3 --dist loadfile --no-loadscope-reorder

# Targets that a module of tools/ of the same name carries out, where it is there.
SAYS_audit := Hold what is installed to its pins, licences and hashes
SAYS_campaign := Kill workers, broker and store, and count what is lost
SAYS_evaluate := Measure the judgement and the tags on news that people have marked
SAYS_soak := Run an hour at four fifths of what this machine can do, and watch memory and lag
SAYS_schemas := Write the audit's JSON Schema and the contract's examples anew from the code
TOOLS := $(foreach name,audit campaign evaluate schemas soak,$(if \
	$(wildcard tools/$(name).py tools/$(name)/__main__.py),$(name)))

.PHONY: help
help: ## Show this list
	@echo "copydesk: make TARGET"
	@while IFS= read -r line; do case $$line in [a-z]*:*'## '*) \
		printf '  %-10s %s\n' "$${line%%:*}" "$${line##*## }";; esac; done < Makefile
	@$(foreach name,$(TOOLS),printf '  %-10s %s\n' $(name) '$(SAYS_$(name))';)

# --- set up -----------------------------------------------------------------------------------

.PHONY: setup
setup: $(STAMP) ## Make .venv with everything in it (does nothing when it is up to date)
	@:

$(STAMP): requirements/dev.txt pyproject.toml tools/setup.sh
	@sh tools/setup.sh $(VENV) requirements/dev.txt
	@: > $@

# --- use --------------------------------------------------------------------------------------

.PHONY: demo
demo: setup ## Send an article through Kafka, Faust and Redis, and show what happened
	@$(BIN)/copydesk demo $(ARGS)

# --- check ------------------------------------------------------------------------------------

.PHONY: test
test: setup ## Run every test, on a real Kafka and Redis that the tests start (ARGS=... for pytest)
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(ARGS)

.PHONY: lint
lint: setup ## Check style, types and the rules of the two rooms
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

.PHONY: bench
bench: setup ## Measure speed and print it; nothing is asserted
	@$(BIN)/python -m pytest -m benchmark -s --timeout=0 $(ARGS)

# --- generate ---------------------------------------------------------------------------------

.PHONY: $(TOOLS)
$(TOOLS): setup
	@$(BIN)/python -m tools.$@ $(ARGS)

.PHONY: tables
tables: setup ## Install what tools/ makes the tables of names and topics from (large; rarely needed)
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/tables.txt

.PHONY: pins
pins: setup ## Resolve the dependencies anew and write requirements/*.txt with their hashes
	@$(BIN)/python -m tools.pin $(ARGS)

.PHONY: clean
clean: ## Remove .venv and everything else that make made
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +
