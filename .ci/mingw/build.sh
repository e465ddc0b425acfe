# build.sh SERIES
# Builds the project for Windows, by the headers of this series, and sees what is exported. The tests,
# which know no Wireshark, are built along with 4.0 alone.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

series=$1
build=/seekchat/build-$series
tests=OFF
[ "$series" != 4.0 ] || tests=ON
cmake -G Ninja -DCMAKE_TOOLCHAIN_FILE=/seekchat/.ci/mingw/toolchain.cmake -DSEEKCHAT_WERROR=ON \
    -DBUILD_TESTING=$tests -DWireshark_DIR=/mingw/wireshark/$series -S /seekchat -B $build
cmake --build $build --parallel 2

# The table of names that the DLL exports, one a line.
exported=$(x86_64-w64-mingw32ucrt-objdump -p "$build/plugins/$series/epan/seekchat.dll" |
    sed -n 's/^.*+base\[ *[0-9]*\] *[0-9a-f]* \([A-Za-z_][A-Za-z0-9_]*\)$/\1/p' | xargs)
expected="plugin_describe plugin_register plugin_version plugin_want_major plugin_want_minor"
if [ "$exported" != "$expected" ]; then
    echo "seekchat.dll for $series exports: $exported" >&2
    exit 1
fi
