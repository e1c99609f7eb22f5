# Sourced by run_tests.sh and run_example.sh: an environment with everything in requirements-dev.txt, in $venv.
# It is kept outside of the repository and made again when the requirements or Python change. Where it cannot be
# made because something is missing on this machine, $missing says what.

missing=''
for python in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python3.10 none; do
    if [ "$python" = none ]; then
        missing='Python 3.10 or newer is not installed'
    elif command -v "$python" >/dev/null 2>&1 &&
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1; then
        break
    fi
done

if [ -z "$missing" ] && ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    missing="$python has no venv module (on Debian: apt-get install python3-venv)"
fi

if [ -z "$missing" ]; then
    cache="${XDG_CACHE_HOME:-$HOME/.cache}/concierge/python"
    wanted=$({ "$python" -c 'import sys; print(sys.version, sys.prefix)' && cat requirements-dev.txt; } | cksum | tr -d ' ')
    venv="$cache/$wanted"
    if [ ! -e "$venv/complete" ]; then
        mkdir -p "$cache"
        # Made aside and put in place whole: two runs at once, or one that was cut short, do no harm.
        made=$(mktemp -d "$cache/making.XXXXXX")
        trap 'rm -rf "$made"' EXIT
        echo "clients/python: making an environment in $venv" >&2
        rm -rf "$venv.$$"
        "$python" -m venv "$venv.$$" || exit 1
        if "$venv.$$/bin/python" -m pip install --disable-pip-version-check --quiet --retries 2 --timeout 20 \
            -r requirements-dev.txt >"$made/log" 2>&1; then
            touch "$venv.$$/complete"
            if [ -e "$venv/complete" ]; then
                rm -rf "$venv.$$"
            else
                rm -rf "$venv"
                mv "$venv.$$" "$venv"
            fi
        elif grep -Eq 'connection broken|NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError' \
            "$made/log"; then
            rm -rf "$venv.$$"
            missing='the packages in requirements-dev.txt cannot be fetched: no network'
        else
            rm -rf "$venv.$$"
            cat "$made/log" >&2
            exit 1
        fi
        rm -rf "$made"
        trap - EXIT
    fi
fi
