#!/bin/sh
# packages.sh [build] [package] [test] [fuzz] [clang] [lint]
# Installs the Debian packages of these groups that are missing; without apt it names them and stops.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu

packages_of() {
    case $1 in
    build) echo gcc libc6-dev make cmake pkg-config libglib2.0-dev wireshark-dev tshark ;;
    package) echo gzip file dpkg-dev ;;
    test) echo python3 python3-jsonschema perl bzip2 xz-utils jq curl netcat-openbsd parallel graphviz locales ;;
    fuzz) echo clang libclang-rt-dev libjansson-dev libyajl-dev ;;
    clang) echo clang libclang-rt-dev ;;
    lint) echo clang-format clang-tidy cppcheck gcovr yamllint ;;
    *) echo "packages.sh: no such group: $1" >&2 && exit 2 ;;
    esac
}

is_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

stop() {
    echo "$1 Needed, by their Debian names:$missing" >&2
    exit 1
}

missing=
for group in "$@"; do
    for package in $(packages_of "$group"); do
        is_installed "$package" || missing="$missing $package"
    done
done
[ -n "$missing" ] || exit 0

command -v apt-get >/dev/null || stop "This machine has no apt-get."
as_root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || stop "Only root can install packages, and there is no sudo here."
    as_root=sudo
fi

# Nothing may ask a question: wireshark-common would.
echo "Installing$missing"
quietly="env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300"
$as_root $quietly update || echo "Some package lists could not be read; going on." >&2
# The clang of some releases, such as Ubuntu 22.04, brings its runtime libraries along.
apt-cache show libclang-rt-dev >/dev/null 2>&1 ||
    missing=$(echo "$missing " | sed 's/ libclang-rt-dev / /')
$as_root $quietly install -y --no-install-recommends $missing </dev/null
