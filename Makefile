# make run    the warehouse from nothing: install, sample data, load, a first look; again: what is new
# make test   lint, and the tests of all that needs no server and no process of its own
PYTHON ?= python3
BIN := .venv/bin

# Images of containers like to set this; each process would then compile all that it imports anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test lint format test-commands test-servers test-standin test-integrations suites test-random test-slow test-live fuzz reliability bench picture notebook golden \
	bench-peers docs lock libraries wheels clean

run: .venv/run.done
	@test -e data/log_data || $(BIN)/sparkify generate
	$(BIN)/python etl.py
	@$(BIN)/sparkify overview
	@echo 'Next:'
	@echo '  $(BIN)/sparkify query "select * from plays limit 5"'
	@echo '  $(BIN)/sparkify report --open'
	@echo '  $(PYTHON) etl.py    # loads new files'

PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal -q

test: lint
	$(PYTEST) -m "not (command or server or slow)"

# What people call, most of it in processes of its own; and what is killed or cut off.
test-commands: .venv/standin.done
	$(PYTEST) -m "command and not (server or slow)"

# The same promises on PostgreSQL and on the stand-in for Redshift.
test-servers: .venv/standin.done
	$(PYTEST) -m "server and not slow"

# The tests of the stand-in for Redshift itself, in which the product has no part.
test-standin: .venv/standin.done
	cd redshift-standin && ../$(PYTEST)

# The integrations with the real programs of others, each in an environment of its own.
INTEGRATIONS := $(patsubst integrations/%/requirements.txt,%,$(wildcard integrations/*/requirements.txt))
test-integrations: .venv/standin.done $(INTEGRATIONS:%=.venv-integrations/%/done)
	$(PYTEST) integrations

.venv-integrations/%/done: integrations/%/requirements.txt .venv/uv.done
	$(PYTHON) -m venv --clear $(@D)
	$(BIN)/uv pip install --quiet --system-certs --python $(@D)/bin/python --require-hashes -r $< || \
		$(@D)/bin/$(PIP) --require-hashes -r $<
	@touch $@

lint: .venv/standin.done
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --num-workers 2
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar sparkify/sql sparkify/engines

format: .venv/dev.done
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# Test suites that others wrote for Redshift, in an environment of their own; the pass rate of each
# goes into the stand-in's README. They are the sdists on PyPI, and take most of an hour.
suites: .venv-suites/done
	.venv-suites/bin/python redshift-standin/suites/measure.py .venv-suites/sdists

.venv-suites/done: redshift-standin/suites/requirements.txt redshift-standin/pyproject.toml
	$(PYTHON) -m venv .venv-suites
	.venv-suites/bin/$(PIP) -r redshift-standin/suites/requirements.txt -e 'redshift-standin[s3]'
	.venv-suites/bin/pip download --quiet --no-deps --no-binary :all: --dest .venv-suites/sdists \
		$$(grep -E '^(dbt-redshift|sqlalchemy-redshift)=' redshift-standin/suites/requirements.txt)
	@touch $@

# Each test passes in any order; SEED repeats one.
SEED ?= $(shell date +%s)
test-random: .venv/standin.done
	$(PYTEST) --seed $(SEED)

# The same promises, tried far more often.
test-slow: .venv/standin.done
	SPARKIFY_HYPOTHESIS=thorough $(BIN)/python -m pytest -n 2 -q -m "slow or not slow"

# The contract on a real cluster or workgroup, which the environment names; see docs/redshift.md.
test-live: .venv/standin.done
	$(BIN)/python -m tests.live

# Every attack of tests/survival, and how often each was made, into docs/reliability.md.
reliability: .venv/standin.done
	mkdir -p build
	SPARKIFY_HYPOTHESIS=thorough $(BIN)/python -m pytest -n 2 -q -m "slow or not slow" \
		--figures build/figures.json tests/survival
	$(BIN)/python -m tests.survival.page build/figures.json

# Both fuzzers of the readers, each for half of the time, and what damage does to neighbours; the
# numbers go into docs/reliability.md. A SEED of one's own repeats a run's inputs.
FUZZ_SECONDS ?= 600
FUZZ_JOBS ?= $(shell nproc)
fuzz: .venv/standin.done
	$(BIN)/python -m tests.records.fuzz --seconds $(FUZZ_SECONDS) --jobs $(FUZZ_JOBS) --seed $(SEED) \
		--page docs/reliability.md
	$(BIN)/python -m tests.records.damage --page docs/reliability.md

# All performance targets, each beside what it is compared to; SIZE=full takes most of an hour.
SIZE ?= quick
bench: .venv/standin.done
	$(BIN)/python -m bench --size $(SIZE)

# Other tools, in an environment of their own; Spark runs where there is a Java.
EVENTS ?= 1000000
ROUNDS ?= 5
bench-peers: .venv-peers/done
	.venv-peers/bin/python -m bench.peers --events $(EVENTS) --rounds $(ROUNDS) \
		--page docs/performance.md

# The README's picture of the report; needs chromium.
picture: .venv/dev.done
	$(BIN)/python -m tests.serve.picture

# The notebook of the docs, run anew beside generated data.
notebook: .venv/dev.done
	$(BIN)/python -m tests.serve.notebook

# All that a command can write: the rendered SQL, digests of new versions, the data dictionary, the
# output of `make run` in the first steps, and the number of checks in the promises.
golden: .venv/standin.done
	$(BIN)/python -m tests.golden
	$(BIN)/python -m tests.written_docs

# What everybody installs, to the byte; to move uv itself, change it in pyproject.toml first.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock"
lock: .venv/uv.done
	$(LOCK) --group uv -o requirements/uv.txt
	$(LOCK) --group compiler -o requirements/compiler.txt
	$(LOCK) --group build --extra shell pyproject.toml -o requirements/run.txt
	$(LOCK) --group build --extra aws --extra notify --extra postgres --extra redshift \
		pyproject.toml -o requirements/image.txt
	$(LOCK) --group build --group dev \
		--extra aws --extra mcp --extra notify --extra pandas --extra polars --extra postgres --extra redshift --extra shell \
		pyproject.toml -o requirements/dev.txt
	$(LOCK) --group docs -o requirements/docs.txt
	$(LOCK) --group build --group peers --constraint requirements/run.txt \
		pyproject.toml -o requirements/peers.txt
	$(LOCK) --group dbt -o integrations/dbt/requirements.txt
	$(LOCK) --group build --extra airflow --extra aws pyproject.toml -o integrations/airflow/requirements.txt
	$(LOCK) --group build --group dagster --extra dagster pyproject.toml -o integrations/dagster/requirements.txt
	$(LOCK) --group build --extra lineage pyproject.toml -o integrations/lineage/requirements.txt

# The documentation as a site, in build/site; it fails for a link that leads nowhere.
docs: .venv-docs/done
	NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --quiet
	@echo 'Wrote build/site; to read it: python3 -m http.server --bind 127.0.0.1 --directory build/site'

.venv-docs/done: requirements/docs.txt
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/$(PIP) --require-hashes -r requirements/docs.txt
	@touch $@

# The C libraries built again, for example by a compiler that was not there before.
libraries:
	@rm -f .venv/run.done
	@$(MAKE) .venv/run.done

# What is published, into dist: the sdist, and a wheel for each platform, compiled by zig on any of
# them. The wheels of a commit are the same each time, to the byte.
WHEELS := \
	x86_64-linux-gnu.2.17=manylinux_2_17_x86_64 \
	aarch64-linux-gnu.2.17=manylinux_2_17_aarch64 \
	x86_64-linux-musl=musllinux_1_2_x86_64 \
	aarch64-linux-musl=musllinux_1_2_aarch64 \
	aarch64-macos.11.0=macosx_11_0_arm64 \
	x86_64-macos.11.0=macosx_11_0_x86_64 \
	x86_64-windows-gnu=win_amd64
BUILD := $(BIN)/python -c 'import sys; from setuptools import build_meta as build; eval(sys.argv[1])'
wheels: export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct)
wheels: .venv/compiler.done .venv/run.done
	@mkdir -p dist
	$(BUILD) 'build.build_sdist("dist")' >/dev/null
	@set -e; for each in $(WHEELS); do \
		echo "$${each#*=}"; \
		rm -rf build/lib* build/bdist.*; \
		CC="$(BIN)/python -m ziglang cc -target $${each%=*} -g0 -s" $(BUILD) \
			"build.build_wheel('dist', {'--build-option': '--plat-name=$${each#*=}'})" >/dev/null; \
	done

clean:
	rm -rf .venv .venv-docs .venv-integrations .venv-peers .venv-suites

.venv/python.done:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Error: $(PYTHON) is older than Python 3.11"; echo "Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv .venv
	@touch $@

# Python compiles what is imported, when it is: most of what is installed never is.
PIP := pip install --quiet --disable-pip-version-check --no-compile

.venv/run.done: requirements/run.txt pyproject.toml setup.py $(shell find sparkify -name '*.c') | .venv/python.done
	$(BIN)/$(PIP) --require-hashes -r requirements/run.txt
	@[ -n "$$CC" ] || { command -v cc || command -v gcc || command -v clang; } >/dev/null || \
		$(MAKE) --no-print-directory .venv/compiler.done || \
		echo 'Warning: there is no C compiler: Sparkify will read in Python, right but slower' >&2
	$(BIN)/$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

# A C compiler, 411 MB, only for machines that have none, and to compile for other platforms.
.venv/compiler.done: requirements/compiler.txt | .venv/python.done
	$(BIN)/$(PIP) --require-hashes -r requirements/compiler.txt
	@touch $@

.venv/uv.done: requirements/uv.txt | .venv/python.done
	$(BIN)/$(PIP) --require-hashes -r requirements/uv.txt
	@touch $@

# uv takes a sixth of pip's time, but heeds none of pip's settings: an index of one's own, a proxy.
.venv/dev.done: requirements/dev.txt .venv/run.done .venv/uv.done
	$(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python \
		--require-hashes -r requirements/dev.txt || \
		$(BIN)/$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

# The stand-in for Redshift, which the tests need. Its own requirements are among the others: pip
# takes no folder where it checks hashes, so this is a call of its own.
.venv/standin.done: redshift-standin/pyproject.toml .venv/dev.done
	$(BIN)/$(PIP) --no-deps --no-build-isolation -e redshift-standin
	@touch $@

.venv-peers/done: requirements/peers.txt pyproject.toml setup.py $(shell find sparkify -name '*.c')
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/$(PIP) --require-hashes -r requirements/peers.txt
	.venv-peers/bin/$(PIP) --no-deps --no-build-isolation -e .
	@touch $@
