# Every verb of the workbook; `just` alone lists them. A fresh checkout needs only `just reproduce`.

set positional-arguments

# What .venv/bin holds (the kernel, a test runner) is found first.
export PATH := justfile_directory() / ".venv/bin:" + env("PATH")
# The flags and the target folder of .cargo/config.toml hold whatever the caller's settings are.
export RUSTFLAGS := "-Cprefer-dynamic"
unexport CARGO_ENCODED_RUSTFLAGS
unexport CARGO_TARGET_DIR
unexport CARGO_BUILD_TARGET

lawbook := "cargo run --quiet --"
python := quote(justfile_directory() / ".venv/bin/python")
run_notebooks := python + " " + quote(justfile_directory() / "workbook/kernel/run.py")

# Tests against the originals' own files are ignored, unless LAWBOOK_REFERENCE names the folder with them.
reference_tests := "cargo nextest run --run-ignored ignored-only -E 'test(reference)'"

_list:
    @just --list --unsorted

# Install and compile what is missing (first time: about 15 minutes on two cores)
setup:
    python3 workbook/kernel/setup.py

# Open the workbook in JupyterLab
lab *ARGS: setup
    cd workbook && {{ python }} -m jupyterlab "$@"

# Run what is not recorded yet: `just sweep all`, `just sweep 02 --budget class`
sweep *ARGS:
    {{ lawbook }} sweep "$@"

# Draw figures and findings from the records: `just figures all`
figures *ARGS:
    {{ lawbook }} figures "$@"

# Draw the figures of examples/gallery/ into figures/gallery/
gallery:
    cargo run --quiet --example gallery

# Execute one notebook strictly; any failure in it is red
notebook PATH: setup
    cd {{ quote(invocation_directory()) }} && {{ run_notebooks }} "$1"

# Execute the numbered notebooks strictly
notebooks: setup
    {{ run_notebooks }}

# Everything from nothing: data, runs, figures, notebooks, claims, audit
reproduce BUDGET="paper": setup
    @echo "== data: MNIST and the State of the Union addresses, 19 MB the first time, then checked in a second"
    @{{ lawbook }} data fetch mnist sotu
    @echo "== runs: what is not recorded yet; nothing at paper size, seconds at smoke size, minutes at class size"
    @{{ lawbook }} sweep all --budget "$1"
    @echo "== figures, tables and findings, a few seconds"
    @{{ lawbook }} figures all --budget "$1"
    @echo "== notebooks, about half a minute each"
    @LAWBOOK_BUDGET="$1" {{ run_notebooks }}
    @echo "== claims"
    @{{ lawbook }} claims --budget "$1"
    @echo "== audit: does everything shown follow from the records?"
    @{{ lawbook }} audit --budget "$1"

# Every check: format, lints, tests, documentation, the notebook runner, the notebooks
test: _setup-tests
    {{ lawbook }} data fetch mnist sotu
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings
    cargo check --lib --features cuda-check
    cargo nextest run --no-fail-fast
    {{ if env("LAWBOOK_REFERENCE", "") == "" { "# LAWBOOK_REFERENCE names no folder: the tests against the originals' own files are ignored" } else { reference_tests } }}
    cargo test --doc
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --lib
    {{ python }} tests/notebooks/test_runner.py
    {{ run_notebooks }}
    {{ lawbook }} audit

_setup-tests:
    python3 workbook/kernel/setup.py --tests

# The tests that take minutes: kills, full disks, long runs made again, the dashboard in a browser
test-long: _setup-tests
    {{ lawbook }} data fetch mnist sotu
    cargo nextest run --run-ignored ignored-only --no-fail-fast -E 'not test(reference)'

# Measure speed; `just bench peers` and `just bench omnigrok` run PyTorch (several GB, once): its speed, its grokking
bench *ARGS: setup
    #!/usr/bin/env bash
    set -euo pipefail
    lawbook=".kernel/1/ctx/target/$(rustc --print host-tuple)/debug/lawbook"
    if [ "${1:-}" = peers ]; then
        shift
        exec python3 benches/peers.py "$lawbook" "$@"
    elif [ "${1:-}" = omnigrok ]; then
        exec python3 benches/omnigrok.py
    fi
    exec "$lawbook" bench "$@"

# Execute the notebooks and write them as HTML pages to data/cache/book/
book: setup
    {{ run_notebooks }} --html data/cache/book
