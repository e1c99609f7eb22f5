# Concierge: the commands people type. `make` alone lists them.

CARGO ?= cargo
DEMO_ARGS ?=
TEST_ARGS ?=
BENCH_ARGS ?=

# rustup installs here without always telling the shell.
export PATH := $(PATH):$(HOME)/.cargo/bin

TARGET := $(or $(CARGO_TARGET_DIR),target)
LOCKED := $(if $(wildcard Cargo.lock),--locked)

.DEFAULT_GOAL := help
.PHONY: help demo test bench fmt lint bootstrap

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: bootstrap ## build and start a demo hotel group with its console (DEMO_ARGS='...')
	$(CARGO) run --release $(LOCKED) -- demo $(DEMO_ARGS)

# The main test run comes last, so that its own closing line is the last thing on the screen.
test: bootstrap ## format, lints, documentation tests, proto lint, then every test (TEST_ARGS='...')
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets $(LOCKED) -- -D warnings
	$(CARGO) test --doc $(LOCKED)
	@$(BUF_LINT)
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		$(CARGO) nextest run $(LOCKED) $(TEST_ARGS); \
	else \
		$(CARGO) test --lib --bins --tests --no-fail-fast $(LOCKED) $(TEST_ARGS); \
	fi

bench: bootstrap ## measure every hot path; writes bench-summary.tsv into the target folder (BENCH_ARGS='...', BENCH_ONLY=core,events)
	@mkdir -p $(TARGET)
	BENCH_SUMMARY=$(abspath $(TARGET))/bench-summary.tsv $(CARGO) bench $(LOCKED) --bench '*' $(BENCH_ARGS)

fmt: ## format the source
	$(CARGO) fmt

lint: bootstrap ## format, clippy, links in the documentation, proto, and licences where cargo-deny is present
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets $(LOCKED) -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --no-deps --document-private-items $(LOCKED)
	@$(BUF_LINT)
	@if $(CARGO) deny --version >/dev/null 2>&1; then \
		$(CARGO) deny check licenses bans sources; \
	else \
		echo 'skipped: cargo-deny is not installed'; \
	fi

bootstrap:
	@.ci/bootstrap

BUF_LINT = if command -v buf >/dev/null 2>&1; then buf lint proto; else echo 'skipped: buf lint (buf is not installed)'; fi
