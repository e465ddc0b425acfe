# headers.sh SERIES
# Wireshark's headers of Debian's packages and an import library of what its libraries export, in
# /mingw/wireshark/SERIES, as a CMake package: enough to link a plugin for Windows, not to run it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

series=$1
place=/mingw/wireshark/$series
[ ! -e $place/done ] || exit 0

download() {
    local version
    version=$(apt-cache madison "$1" | awk -v series="$series." \
        '$1 == package && index($3, series) == 1 { print $3; exit }' package="$1")
    apt-get -q -o APT::Sandbox::User=root download "$1=$version"
}

# The packages of the libraries are named after their versions, which the headers' ones depend on.
library_of() {
    dpkg-deb -f lib"$1"-dev_*.deb Depends | grep -oE "lib$1[0-9]+(t64)?"
}

mkdir -p $place/import
cd $place
for library in wireshark wsutil wiretap; do
    download lib$library-dev
    download "$(library_of $library)"
done
for package in *.deb; do
    dpkg-deb -x $package $place/root
done

# Variables must be marked in an import library; functions need not be.
for library in wireshark wsutil wiretap; do
    {
        echo "LIBRARY lib$library.dll"
        echo EXPORTS
        nm -D --defined-only root/usr/lib/x86_64-linux-gnu/lib$library.so.[0-9]* | sed 's/@.*//' |
            awk '$2 == "T" { print $3 } $2 ~ /[BDRV]/ { print $3, "DATA" }' | sort -u
    } >import/$library.def
    x86_64-w64-mingw32ucrt-dlltool -d import/$library.def -l import/lib$library.dll.a
done

cat >$place/WiresharkConfig.cmake <<END
set(Wireshark_MAJOR_VERSION ${series%.*})
set(Wireshark_MINOR_VERSION ${series#*.})
set(Wireshark_INSTALL_PREFIX /wireshark)
set(Wireshark_PLUGIN_LIBDIR plugins/$series)
add_library(epan INTERFACE IMPORTED)
target_include_directories(epan SYSTEM INTERFACE $place/root/usr/include/wireshark)
target_link_libraries(epan INTERFACE $place/import/libwireshark.dll.a
    $place/import/libwsutil.dll.a $place/import/libwiretap.dll.a PkgConfig::GLIB)
END
echo "set(PACKAGE_VERSION $series)" >$place/WiresharkConfigVersion.cmake
touch $place/done
