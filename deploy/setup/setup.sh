#!/usr/bin/env bash
# setup.sh LIST...: what `make demo` (demo.apt) or `make test` (both lists) needs:
# system packages, .venv, the pinned requirements, and the project itself.
# A second run finds everything in place and takes less than a second.
set -euo pipefail
cd "$(dirname "$0")/../.."

fits() { # Kivy 2.3 has no wheels for Python 3.14 yet, hence the upper bound
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
        2>/dev/null
}

find_python() {
    local candidate
    for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
        if fits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "Wardvoice needs Python 3.11, 3.12 or 3.13, and found only" \
        "$(python3 --version 2>&1)." >&2
    echo "Where there is another one: make setup PYTHON=/path/to/python3.12" >&2
    return 1
}

PYTHON=$(find_python)
export PYTHON
deploy/setup/packages.sh "${@/#/deploy/setup/}"

# The stamp holds what the set-up was made from, this folder included: a copied
# .venv still points at the folder it came from.
stamp=.venv/set-up
now="$(cat requirements/dev.txt pyproject.toml setup.py CHANGELOG.md \
    deploy/setup/*.sh | sha256sum) $PWD"
if [ "$(cat $stamp 2>/dev/null)" = "$now" ]; then
    exit 0
fi

echo "Setting up .venv: a minute or two"
rm -f $stamp
fits .venv/bin/python || "$PYTHON" -m venv --clear .venv
pip=(.venv/bin/python -m pip --disable-pip-version-check -qq)
"${pip[@]}" install --require-hashes --requirement requirements/dev.txt
"${pip[@]}" install --no-deps --no-build-isolation --editable .
echo "$now" >$stamp
