#!/bin/sh
# Checks the types and runs the tests of the TypeScript client; where Chromium is present, those in a browser, too. Called
# by `make test`.
#
# Exit code 0: all passed, or skipped with the reason said; 1: something failed.
set -eu
cd "$(dirname "$0")"

reason=$(./install.sh) || {
    [ $? = 69 ] || exit 1
    echo "skipped: TypeScript client ($reason)"
    exit 0
}

npm run --silent generate || exit 1
npm run --silent typecheck || exit 1
npm run --silent test || exit 1
./run_browser_tests.sh || exit 1
