#!/usr/bin/env bash
# releases.sh [DIRECTORY [RELEASE...]]
# Builds the .deb on Debian 12, 13 and sid and tries each in a new system of the same release: once
# installed, tshark lists the plugin; once removed, no file is left; beside a Wireshark of another
# minor version it does not install. Needs root and debootstrap, and takes some ten minutes.
# DIRECTORY/RELEASE is the system to build in, DIRECTORY/RELEASE-clean the new one; they stay.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

source=$(cd "$(dirname "$0")/../../.." && pwd)
systems=${1:-/var/tmp/seekchat-systems}
releases=("${@:2}")
[ ${#releases[@]} -gt 0 ] || releases=(bookworm trixie sid)
packages=$systems/packages
mounted=()
failed=0

clean_up() {
    for directory in "${mounted[@]}"; do
        umount "$directory"
    done
}
trap clean_up EXIT

inside() {
    chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive http_proxy="${http_proxy:-}" "${@:2}" </dev/null
}

verdict() {
    printf '%s: %s\n' "$1" "$2"
    [ "$2" = passed ] || failed=1
}

new_system() {
    [ -x "$1/usr/bin/apt-get" ] || debootstrap --variant=minbase "$2" "$1" >/dev/null
    # The Release file of a mirror's sid may be past its date.
    echo 'Acquire::Check-Valid-Until "false";' >"$1/etc/apt/apt.conf.d/99seekchat"
}

with_proc() {
    if ! mountpoint -q "$1/proc"; then
        mount -t proc proc "$1/proc"
        mounted+=("$1/proc")
    fi
}

# Leaves $packages/RELEASE.deb.
build_deb() {
    local release=$1 root=$systems/$1 work=/var/tmp/seekchat-package
    new_system "$root" "$release"
    with_proc "$root"
    rm -rf "${root:?}$work"
    mkdir -p "$root$work/source" "$packages"
    # Status 1: a file changed while it was read, which an editor at work may cause.
    { tar -C "$source" --exclude=./.git --exclude='./build*' -cf - . || [ $? = 1 ]; } |
        tar -C "$root$work/source" -xf -
    inside "$root" sh "$work/source/plugin/packages.sh" build
    inside "$root" apt-get -qq install -y --no-install-recommends dpkg-dev file
    inside "$root" cmake -S "$work/source" -B "$work/build" -DBUILD_TESTING=OFF
    inside "$root" cmake --build "$work/build" --parallel 2 --target package
    cp "$root$work"/build/*.deb "$packages/$release.deb"
}

# A copy of the new system, with tshark, that is thrown away afterwards.
prepare_scratch() {
    new_system "$systems/$1-clean" "$1"
    rm -rf "$systems/scratch"
    cp -a --reflink=auto "$systems/$1-clean" "$systems/scratch"
    with_proc "$systems/scratch"
    inside "$systems/scratch" apt-get -qq update
    inside "$systems/scratch" apt-get -qq install -y --no-install-recommends tshark
    cp "$packages"/*.deb "$systems/scratch/"
}

drop_scratch() {
    umount "$systems/scratch/proc"
    mounted=("${mounted[@]/$systems\/scratch\/proc/}")
    mapfile -t mounted < <(printf '%s\n' "${mounted[@]}" | sed '/^$/d')
    rm -rf "$systems/scratch"
}

files() {
    inside "$systems/scratch" find / -xdev '(' -path /proc -o -path /var/lib/dpkg -o -path /var/log \
        -o -path /var/cache -o -path /var/lib/apt -o -path /tmp ')' -prune -o -print | sort
}

lists_plugin() {
    inside "$systems/scratch" tshark -G plugins 2>/dev/null | grep -q '^seekchat\.so'
}

try_install() {
    local before
    before=$(files)
    inside "$systems/scratch" apt-get -qq install -y --no-install-recommends "/$1.deb" || return 1
    lists_plugin || return 1
    inside "$systems/scratch" seekchat --version || return 1
    inside "$systems/scratch" apt-get -qq purge -y wireshark-seekchat || return 1
    ! lists_plugin && diff <(echo "$before") <(files)
}

# Another release's library has another name; here one of the same name has a later version.
refuses_other_minor() {
    local library dummy=$systems/scratch/dummy
    library=$(dpkg-deb -f "$packages/$1.deb" Depends | grep -o '^libwireshark[^ ]*')
    mkdir -p "$dummy/DEBIAN"
    printf '%s\n' "Package: $library" "Version: 99.0" "Architecture: all" "Maintainer: none" \
        "Description: a later Wireshark" >"$dummy/DEBIAN/control"
    dpkg-deb -b "$dummy" "$systems/scratch/later.deb" >/dev/null
    inside "$systems/scratch" apt-get -s install "/$1.deb" >/dev/null || return 1
    ! inside "$systems/scratch" apt-get -s install /later.deb "/$1.deb" >/dev/null 2>&1 || return 1
    for other in "$packages"/*.deb; do
        [ "$other" = "$packages/$1.deb" ] ||
            ! inside "$systems/scratch" apt-get -s install "/${other##*/}" >/dev/null 2>&1 || return 1
    done
}

for release in "${releases[@]}"; do
    build_deb "$release"
done
for release in "${releases[@]}"; do
    prepare_scratch "$release"
    if try_install "$release"; then result=passed; else result=FAILED; fi
    verdict "$release install and remove" "$result"
    if refuses_other_minor "$release"; then result=passed; else result=FAILED; fi
    verdict "$release refuses another Wireshark" "$result"
    drop_scratch
done
exit $failed
