# package.sh SERIES
# Packs what build.sh made. The .zip must hold what belongs into it, and nothing in it may ask for a
# DLL that neither Windows has nor Wireshark's installers bring.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

series=$1
build=/seekchat/build-$series
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' $build/CMakeCache.txt)
name=seekchat-$version-wireshark$series-Windows-x86_64
place=/tmp/package-$series

# equal WHAT SEEN EXPECTED
equal() {
    if [ "$2" != "$3" ]; then
        printf '%s of %s: %s\nexpected: %s\n' "$1" "$name" "$2" "$3" >&2
        exit 1
    fi
}

# The DLLs that a file loads, but for those of Windows: the kernel and the C runtime of Windows 10.
imports() {
    x86_64-w64-mingw32ucrt-objdump -p "$1" | sed -n 's/^\tDLL Name: //p' |
        grep -v -i -e '^kernel32\.dll$' -e '^api-ms-win-crt-' | sort | xargs
}

cmake --build $build --target package
rm -rf $place
mkdir $place
(cd $place && cmake -E tar xf "$build/$name.zip")
cd "$place/$name"

profile=$(cd /seekchat/plugin/profile && find SeekChat -type f -printf 'profiles/%p\n')
equal listing "$(find . -type f -printf '%P\n' | LC_ALL=C sort | xargs)" \
    "$(printf '%s\n' INSTALL.txt LICENSE seekchat.exe "plugins/$series/epan/seekchat.dll" $profile |
        LC_ALL=C sort | xargs)"
equal "imports of seekchat.dll" "$(imports "plugins/$series/epan/seekchat.dll")" \
    "glib-2.0-0.dll libwireshark.dll libwsutil.dll"
equal "imports of seekchat.exe" "$(imports seekchat.exe)" glib-2.0-0.dll
if grep -q @ INSTALL.txt; then
    echo "INSTALL.txt of $name is not filled in" >&2
    exit 1
fi
