# packages.sh
# Installs the cross compiler and Wine, and lets apt see the Wireshark of Debian 12 and of sid.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

mirror=$(awk '$1 == "deb" { print $2; exit }' /etc/apt/sources.list)
# The Release file of a mirror may be past its date.
echo 'Acquire::Check-Valid-Until "false";' >/etc/apt/apt.conf.d/99seekchat
printf 'deb-src %s main\n' "$mirror trixie" "$mirror bookworm" >/etc/apt/sources.list.d/seekchat.list
for release in bookworm sid; do
    echo "deb $mirror $release main" >>/etc/apt/sources.list.d/seekchat.list
    printf 'Package: *\nPin: release n=%s\nPin-Priority: 1\n' $release \
        >/etc/apt/preferences.d/$release
done
apt-get -q update
apt-get install -y -q --no-install-recommends gcc-mingw-w64-ucrt64 g++-mingw-w64-ucrt64 cmake \
    ninja-build meson pkg-config dpkg-dev python3 gcc libc6-dev wine wine64 xz-utils bzip2 flex \
    libgcrypt-mingw-w64-dev libgpg-error-mingw-w64-dev
