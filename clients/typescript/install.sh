#!/bin/sh
# Installs the packages of the TypeScript client, anew only when the lock file or node itself has changed.
#
# Exit code 0: they are there; 69: this machine cannot have them, and the reason is said on standard output; 1: it failed.
set -eu
cd "$(dirname "$0")"

missing() {
    echo "$1"
    exit 69
}

command -v node >/dev/null 2>&1 || missing 'node is not installed; version 18.14 or newer is needed'
command -v npm >/dev/null 2>&1 || missing 'npm is not installed'
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 18 || (a === 18 && b >= 14) ? 0 : 1)' \
    || missing "node $(node --version) is too old; version 18.14 or newer is needed"

# Packages are installed anew only when the lock file or node itself has changed.
wanted=$(node -e '
    const { createHash } = require("node:crypto");
    const lock = require("node:fs").readFileSync("package-lock.json");
    console.log(createHash("sha256").update(lock).update(process.version).digest("hex"));')
if [ "$(cat node_modules/.installed 2>/dev/null || true)" != "$wanted" ]; then
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    if ! npm ci --prefer-offline --ignore-scripts --no-audit --no-fund --loglevel=error >"$log" 2>&1; then
        cat "$log" >&2
        if grep -Eq 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT' "$log"; then
            missing 'its packages cannot be fetched: no network'
        fi
        exit 1
    fi
    echo "$wanted" >node_modules/.installed
fi
