#!/bin/sh
# Make a virtual environment that holds exactly what a lock file names, and this project editable.
# Usage: tools/setup.sh VENV LOCK. Works with the pip that any Python 3.11 brings along.
set -eu

venv=$1
lock=$2

usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
        >/dev/null 2>&1
}

if [ ! -x "$venv/bin/python" ] || ! usable "$venv/bin/python"; then
    python=
    for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
        if usable "$name"; then
            python=$name
            break
        fi
    done
    if [ -z "$python" ]; then
        echo "setup: no Python 3.11, 3.12 or 3.13 with the venv module on the PATH." >&2
        echo "       Install one (on Debian: apt install python3.11-venv), or name it: PYTHON=/path make setup" >&2
        exit 1
    fi
    echo "setup: making $venv with $("$python" --version)"
    "$python" -m venv --clear "$venv"
fi

echo "setup: installing what $lock names (a few minutes the first time)"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    --only-binary :all: --requirement "$lock"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
    --no-build-isolation --editable .
echo "setup: done; the command is $venv/bin/copydesk"
