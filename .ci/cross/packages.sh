# packages.sh
# Installs the cross compilers and QEMU, and puts what Debian has of Wireshark and of the
# libraries, for each of the other processors, into /sysroots/PROCESSOR, where nothing is installed;
# beside that PROCESSOR.run, which runs its programs, and PROCESSOR.pkg-config.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

mirror=$(awk '$1 == "deb" { print $2; exit }' /etc/apt/sources.list)
# The Release file of a mirror may be past its date.
echo 'Acquire::Check-Valid-Until "false";' >/etc/apt/apt.conf.d/99seekchat

script() {
    printf '#!/bin/sh\nexec %s "$@"\n' "$2" >"$1"
    chmod +x "$1"
}

# make_sysroot PROCESSOR QEMU TRIPLE RELEASE
make_sysroot() {
    local root=/sysroots/$1
    [ ! -e "$root.pkg-config" ] || return 0
    rm -rf "$root"
    mmdebstrap --mode=root --variant=extract --architectures="$1" \
        --include=base-files,libc6-dev,libglib2.0-dev,libjansson-dev,libyajl-dev,wireshark-dev,tshark \
        "$4" "$root" "deb $mirror $4 main"
    # Programs that tshark would start on its own, not under QEMU.
    rm -rf "$root/usr/lib/$3/wireshark/extcap"
    # Wireshark's CMake package names the folders of GLib from the top.
    find "$root/usr/lib" -name WiresharkTargets.cmake \
        -exec sed -i "s|\([\";]\)/usr/|\1$root/usr/|g" {} +
    script "$root.run" "qemu-$2 -L $root"
    script "$root.pkg-config" \
        "env PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_LIBDIR=$root/usr/lib/$3/pkgconfig pkg-config"
}

apt-get -q update
apt-get install -y -q --no-install-recommends cmake ninja-build pkgconf python3 gcc libc6-dev \
    gcc-aarch64-linux-gnu gcc-i686-linux-gnu gcc-s390x-linux-gnu libglib2.0-dev wireshark-dev \
    tshark qemu-user mmdebstrap erlang-base
mkdir -p /sysroots
make_sysroot arm64 aarch64 aarch64-linux-gnu trixie
make_sysroot i386 i386 i386-linux-gnu trixie
# Not every mirror has the updates of Debian 13's Wireshark for s390x.
make_sysroot s390x s390x s390x-linux-gnu bookworm
