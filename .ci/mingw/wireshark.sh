# wireshark.sh
# Builds tshark.exe for Windows of Debian 12's source (4.0) into /mingw/tshark, once, without all that
# is optional and without optimisation.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

prefix=/mingw
triple=x86_64-w64-mingw32ucrt
sources=$prefix/sources
build=$prefix/build
[ ! -e $prefix/tshark.done ] || exit 0

download() {
    cd $sources
    apt-get -q -o APT::Sandbox::User=root source --download-only --tar-only wireshark/bookworm \
        c-ares/bookworm
    rm -rf wireshark c-ares
    mkdir wireshark c-ares
    tar -xf wireshark_*.orig.tar.bz2 -C wireshark --strip-components=1
    tar -xf c-ares_*.orig.tar.gz -C c-ares --strip-components=1
}

make_cares() {
    cmake -G Ninja -DCMAKE_TOOLCHAIN_FILE=/seekchat/.ci/mingw/toolchain.cmake \
        -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=$prefix -DCARES_BUILD_TOOLS=OFF \
        -DCMAKE_C_FLAGS='-w -DINADDRSZ=4 -DIN6ADDRSZ=16 -DINT16SZ=2' \
        -S $sources/c-ares -B $build/c-ares
    ninja -C $build/c-ares install
}

# Debian's library is built for the other C runtime; nothing of that passes its interface.
take_gcrypt() {
    local from=/usr/x86_64-w64-mingw32
    cp $from/include/{gcrypt,gpg-error,gpgrt}.h $prefix/include/
    cp $from/lib/lib{gcrypt,gpg-error}.dll.a $prefix/lib/
    cp $from/bin/lib{gcrypt-20,gpg-error-0}.dll $prefix/bin/
}

# Wireshark is not built on a system like this one, so the source does not take it into account.
fit_source() {
    local header
    mkdir -p $build/lemon
    gcc -O1 -w -o $build/lemon/lemon $sources/wireshark/tools/lemon/lemon.c
    sed -i "s|\$<TARGET_FILE:lemon>|$build/lemon/lemon|" $sources/wireshark/cmake/modules/UseLemon.cmake
    # It is there for a Wireshark with libpcap alone.
    sed -i 's|^#include "capture/capture-wpcap.h"|&\n#include <wsutil/feature_list.h>|' \
        $sources/wireshark/capture/capture-wpcap.c
    # Included whether there is a zlib or not.
    sed -i '/^#include "zlib.h"$/d' $sources/wireshark/epan/dissectors/packet-rtps.c
    # Reading these headers is nearly half of what compiling a dissector takes.
    echo 'target_precompile_headers(dissectors PRIVATE <config.h> <epan/packet.h>)' \
        >>$sources/wireshark/epan/dissectors/CMakeLists.txt
    # File names have no case on Windows.
    for header in Windows Ws2tcpip VersionHelpers; do
        echo "#include <${header,,}.h>" >$prefix/include/$header.h
    done
}

# Options that are on unless they are set, of the programs and of what they may use.
options() {
    sed -nE 's/^[[:space:]]*option\(((BUILD|ENABLE)_[A-Za-z0-9_]+).*/-D\1=OFF/p' \
        $sources/wireshark/CMakeOptions.txt | sort -u | grep -v -e BUILD_tshark
}

configure() {
    local ours=()
    mapfile -t ours < <(options)
    cmake -G Ninja -DCMAKE_TOOLCHAIN_FILE=/seekchat/.ci/mingw/toolchain.cmake \
        -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS="-O0 -w -isystem $prefix/include" \
        -DCMAKE_CXX_FLAGS="-O0 -w -isystem $prefix/include" "${ours[@]}" \
        -DENABLE_PLUGINS=ON -DENABLE_ASSERT=ON \
        -DGTHREAD2_LIBRARY=$prefix/lib/glib-2.0.dll.a \
        -S $sources/wireshark -B $build/wireshark
}

# tshark.exe, and beside it all that it loads.
gather() {
    local place=$prefix/tshark
    rm -rf $place
    mkdir -p $place
    cp $build/wireshark/run/tshark.exe $build/wireshark/run/lib*.dll $prefix/bin/*.dll $place/
    cp /usr/$triple/lib/libwinpthread-1.dll $place/
    $triple-strip $place/*.exe $place/*.dll
}

export MSYSTEM=MINGW64
download
make_cares
take_gcrypt
fit_source
configure
ninja -C $build/wireshark -j "$(nproc)" tshark
gather
touch $prefix/tshark.done
