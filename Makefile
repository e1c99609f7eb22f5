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
.PHONY: help demo test timelines clients browser bench peers fmt lint proto-image bootstrap

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: bootstrap ## build and start a demo hotel group with its console (DEMO_ARGS='...')
	$(CARGO) run --release $(LOCKED) -- demo $(DEMO_ARGS)

# The main test run comes last, so that its own closing line is the last thing on the screen.
test: bootstrap ## format, lints, documentation tests, proto, clients, then every test (TEST_ARGS='...')
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets $(LOCKED) -- -D warnings
	$(CARGO) test --doc $(LOCKED)
	$(CARGO) build $(LOCKED)
	@$(CLIENTS)
	@$(BUF_CHECK)
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		$(CARGO) nextest run $(LOCKED) $(TEST_ARGS); \
	else \
		$(CARGO) test --lib --bins --tests --no-fail-fast $(LOCKED) $(TEST_ARGS); \
	fi

TIMELINES ?= 1000000

timelines: bootstrap ## a million generated guests, every time zone, the days clocks change: nobody is written to at night or against their will
	CONCIERGE_TIMELINES=$(TIMELINES) $(CARGO) test --lib $(LOCKED) -- --exact \
		decide::channel::tests::timelines::nobody_is_ever_written_to_at_night_or_against_their_will

clients: bootstrap ## the tests of the clients against the real server, where Python and Node are present
	$(CARGO) build $(LOCKED)
	@$(CLIENTS)

browser: ## real Chromium before the example pages and the real server; writes screenshots into the target folder
	@.ci/bootstrap --browser
	$(CARGO) build $(LOCKED)
	@CONCIERGE_BIN=$(abspath $(TARGET))/debug/concierge SCREENSHOTS=$(abspath $(TARGET))/browser \
		clients/typescript/run_browser_tests.sh

bench: bootstrap ## measure every hot path; writes bench-summary.tsv into the target folder (BENCH_ARGS='...', BENCH_ONLY=core,events)
	@mkdir -p $(TARGET)
	BENCH_SUMMARY=$(abspath $(TARGET))/bench-summary.tsv $(CARGO) bench $(LOCKED) --bench '*' $(BENCH_ARGS)

PEERS := $(TARGET)/peers
BAKEOFF_DATA := ../shared/data/uci_multiclass_vw6.tar.zst

peers: ## play Vowpal Wabbit and MABWiser beside the product; prints a table, writes peers-summary.tsv into the target folder
	@.ci/bootstrap --peers
	@mkdir -p $(PEERS)
	@rm -f $(PEERS)/peers.tsv
	test -x $(PEERS)/venv/bin/python || python3 -m venv $(PEERS)/venv
	$(PEERS)/venv/bin/pip install -q -r benches/peers/requirements.txt
	test -x $(PEERS)/value-venv/bin/python || python3 -m venv $(PEERS)/value-venv
	$(PEERS)/value-venv/bin/pip install -q -r benches/peers/requirements-value.txt
	test -x $(PEERS)/train-venv/bin/python || python3 -m venv $(PEERS)/train-venv
	$(PEERS)/train-venv/bin/pip install -q -r benches/peers/requirements-train.txt
	BENCH_ONLY=train BENCH_SUMMARY=$(abspath $(PEERS))/train.tsv $(CARGO) bench $(LOCKED) --bench summary
	$(CARGO) run --release $(LOCKED) -- simulate --seeds 1,2,3 --policy igw,greedy,optimistic,thompson \
		--dump $(PEERS)/worlds --tsv $(PEERS)/product.tsv
	$(CARGO) bench $(LOCKED) --bench bakeoff -- --play >> $(PEERS)/product.tsv
	@if [ -e $(BAKEOFF_DATA) ]; then mkdir -p $(PEERS)/bakeoff && tar --zstd -xf $(BAKEOFF_DATA) -C $(PEERS)/bakeoff; \
	else echo 'skipped: the bake-off ($(BAKEOFF_DATA) is not here)'; fi
	$(PEERS)/venv/bin/python benches/peers/run.py --world-folder $(PEERS)/worlds/seed-* \
		$$(test -d $(PEERS)/bakeoff/keel && echo --bakeoff-folder $(PEERS)/bakeoff/keel) --out $(PEERS)/peers.tsv
	$(PEERS)/venv/bin/python benches/peers/table.py --peers $(PEERS)/peers.tsv --product $(PEERS)/product.tsv \
		--train-time $(PEERS)/train.tsv --summary $(TARGET)/peers-summary.tsv

fmt: ## format the source
	$(CARGO) fmt

lint: bootstrap ## format, clippy, links in the documentation, proto (buf lint, buf breaking), and licences where cargo-deny is present
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets $(LOCKED) -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --no-deps --document-private-items $(LOCKED)
	@$(BUF_CHECK)
	@if $(CARGO) deny --version >/dev/null 2>&1; then \
		$(CARGO) deny check licenses bans sources; \
	else \
		echo 'skipped: cargo-deny is not installed'; \
	fi

bootstrap:
	@.ci/bootstrap

# buf of the machine, else the one that the TypeScript client brings.
PROTO_IMAGE := proto/concierge.binpb
FIND_BUF = buf=$$(command -v buf || ls clients/typescript/node_modules/.bin/buf 2>/dev/null)

BUF_CHECK = if $(FIND_BUF); then "$$buf" lint proto && "$$buf" breaking proto --against $(PROTO_IMAGE); \
	else echo 'skipped: buf lint, buf breaking (buf is not installed; it::proto_breaking compares with the image all the same)'; fi

proto-image: ## promise what the proto says now: renew the image that `buf breaking` and it::proto_breaking compare with
	@if ! { $(FIND_BUF); }; then clients/typescript/install.sh; fi
	@$(FIND_BUF); "$$buf" breaking proto --against $(PROTO_IMAGE) || echo 'the new image breaks callers of the old one, as listed above'
	@$(FIND_BUF); "$$buf" build proto --exclude-source-info -o $(PROTO_IMAGE)

# Each says why it skips where its language is not here.
CLIENTS = for client in clients/*/run_tests.sh; do \
	if [ -x "$$client" ]; then CONCIERGE_BIN=$(abspath $(TARGET))/debug/concierge SCREENSHOTS=$(abspath $(TARGET))/browser \
		"$$client" || exit 1; fi; done
