#!/bin/sh
# Real Chromium before the example pages and the real server. SCREENSHOTS names the folder for pictures; default: browser
# in the target folder. Called by `make browser`, and by `make test` where Chromium is present.
#
# Exit code 0: all passed, or skipped with the reason said; 1: something failed.
set -eu
cd "$(dirname "$0")"

skip() {
    echo "skipped: tests in a browser ($1)"
    exit 0
}

command -v chromium >/dev/null 2>&1 || skip 'chromium is not installed; make browser installs it'
command -v chromedriver >/dev/null 2>&1 || skip 'chromedriver (Debian: chromium-driver) is not installed; make browser installs it'
reason=$(./install.sh) || {
    [ $? = 69 ] || exit 1
    skip "$reason"
}
npm run --silent generate || exit 1
npm run --silent test:browser || exit 1
