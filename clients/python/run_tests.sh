#!/bin/sh
# Format, lints, types and tests of the Python client; `make test` calls it. Arguments go to pytest.
# Exits 0 and says why where this machine cannot run them; exits 1 where something is wrong.
set -eu
cd "$(dirname "$0")"

. ./environment.sh
if [ -n "$missing" ]; then
    echo "skipped: tests of the Python client ($missing)"
    exit 0
fi

# Nothing is left behind in the repository.
caches="$venv/caches"
export PYTHONDONTWRITEBYTECODE=1
failed=0
"$venv/bin/python" -m ruff format --quiet --check --no-cache . || failed=1
"$venv/bin/python" -m ruff check --quiet --no-cache . || failed=1
"$venv/bin/python" -m mypy --no-error-summary --cache-dir "$caches/mypy" || failed=1
"$venv/bin/python" -m pytest -q -o cache_dir="$caches/pytest" "$@" || failed=1
exit "$failed"
