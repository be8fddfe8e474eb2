#!/usr/bin/env bash
# packages.sh LIST...: sees to it that each system package in the lists is there:
# with apt as root or through sudo, otherwise it prints the one command and stops.
set -euo pipefail

if ! command -v dpkg-query >/dev/null; then
    echo "This is not Debian or Ubuntu: please install the likes of" >&2
    echo "  $(cat "$@" | xargs)" >&2
    exit 0
fi

missing=()
for package in $(cat "$@"); do
    # Since Ubuntu 24.04 and Debian 13 some libraries carry t64 in their names; apt
    # finds them under the old one, dpkg-query does not.
    states=$(dpkg-query --show --showformat='${db:Status-Status}\n' \
        "$package" "${package}t64" 2>/dev/null || true)
    grep --quiet --line-regexp installed <<<"$states" || missing+=("$package")
done
# Debian takes part of venv out of python3, into a package of its own.
"${PYTHON:-python3}" -c "import ensurepip, venv" 2>/dev/null ||
    missing+=(python3-venv)
[ ${#missing[@]} -gt 0 ] || exit 0

install="apt-get install -qq --yes --no-install-recommends ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
if [ "$(id -u)" = 0 ]; then
    apt-get update -qq
    $install
elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    echo "sudo, to install ${missing[*]}"
    sudo apt-get update -qq
    sudo DEBIAN_FRONTEND=noninteractive $install
else
    echo "Some system packages are missing. As an administrator run:" >&2
    echo "  apt-get update && apt-get install ${missing[*]}" >&2
    exit 1
fi
