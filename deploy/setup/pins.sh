#!/usr/bin/env bash
# Pins what pyproject.toml asks for, with hashes and without addresses:
# dev.txt is everything (for `make setup`), the others are one program each.
set -euo pipefail
cd "$(dirname "$0")/../.."

pin() { # pin FILE EXTRAS...: the versions of dev.txt win, so that all files agree
    local file=requirements/$1
    shift
    .venv/bin/uv pip compile pyproject.toml "$@" \
        --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url \
        --custom-compile-command "make pins" \
        --quiet --output-file "$file"
}

pin dev.txt --all-extras "${@}"
for program in kiosk sms central; do
    pin "$program.txt" --extra "$program" --constraint requirements/dev.txt
done
pin sync.txt --constraint requirements/dev.txt

# What the benchmark of texts is measured beside, in a .venv of its own.
.venv/bin/uv pip compile bench/rapidsms/requirements.in \
    --universal --python-version 3.11 \
    --generate-hashes --no-emit-index-url \
    --custom-compile-command "make pins" \
    --constraint requirements/dev.txt \
    --quiet --output-file bench/rapidsms/requirements.txt
