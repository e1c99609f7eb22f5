#!/bin/sh
# Runs the booking engine of examples/ on a server of its own. CONCIERGE_BIN names the server's binary; without it,
# the one built last in this repository is taken. Arguments go to the example.
set -eu
cd "$(dirname "$0")"

. ./environment.sh
if [ -n "$missing" ]; then
    echo "run_example.sh: $missing" >&2
    exit 69
fi
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=src exec "$venv/bin/python" examples/booking_engine.py "$@"
