# make ingest   set everything up and package what lies in incoming/
# make test     set everything up and run the tests
# make prove    set everything up and run the long proofs, for two hours; make prove-quick tries a sample of them
# make bench    set everything up and measure ours beside the peers; make bench-quick does so on small corpora
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready

.PHONY: ingest test prove prove-quick lint coverage coverage-report bench bench-quick clean

ingest: $(READY)
	$(VENV)/bin/preserve ingest

test: $(READY)
	scripts/test

prove: $(VENV)/.fuzz
	scripts/prove full

prove-quick: $(VENV)/.fuzz
	scripts/prove short

lint: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

coverage: $(READY)
	COVERAGE=1 scripts/test
	@$(MAKE) --no-print-directory coverage-report

coverage-report:
	$(VENV)/bin/coverage combine --quiet
	$(VENV)/bin/coverage report

# Half an hour, some 35 GB of disk, and a machine that does nothing else; bench-quick takes minutes and proves nothing.
bench: $(VENV)/.bench
	$(VENV)/bin/python -m benchmarks --json benchmarks/.work/full.json --page docs/benchmarks.md

bench-quick: $(VENV)/.bench
	$(VENV)/bin/python -m benchmarks --quick --json benchmarks/.work/quick.json --page benchmarks/.work/quick.md

clean:
	rm -rf benchmarks/.work .fuzz $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist

# Debian without python3-venv has no ensurepip; virtualenv from the package index does the same there.
$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "preserve needs Python 3.11 or newer; '$(PYTHON)' is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || $(PYTHON) -m virtualenv -q $(VENV) || { echo "Python cannot make a virtual environment here. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	@touch $@

$(VENV)/.bench: $(READY)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@

$(VENV)/.fuzz: $(READY)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	@touch $@
