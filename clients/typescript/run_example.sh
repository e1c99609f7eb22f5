#!/bin/sh
# Runs an example on a server of its own: ./run_example.sh portal, or desk. CONCIERGE_BIN names the server's binary; without
# it, the one built last in this repository is taken.
set -eu
cd "$(dirname "$0")"

case "${1:-}" in
portal | desk) ;;
*)
    echo 'usage: clients/typescript/run_example.sh portal|desk' >&2
    exit 64
    ;;
esac
reason=$(./install.sh) || {
    status=$?
    [ -z "$reason" ] || echo "run_example.sh: $reason" >&2
    exit "$status"
}
npm run --silent generate
exec node examples/shared/start.mjs "$1"
