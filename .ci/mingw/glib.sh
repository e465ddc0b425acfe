# glib.sh
# Builds GLib for Windows of Debian's source into /mingw, once; Debian has no package of it. Its DLLs
# are called as those that come with Wireshark's installers are: glib-2.0-0.dll, without a lib.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

prefix=/mingw
triple=x86_64-w64-mingw32ucrt
sources=$prefix/sources
build=$prefix/build
[ ! -e $prefix/glib.done ] || exit 0

unpack() {
    mkdir -p $sources/$1
    tar -xf $sources/$1_*.orig.tar.[gx]z -C $sources/$1 --strip-components=1
}

# GLib asks for libintl, which only translates: the text that it is given is the answer.
make_intl() {
    mkdir -p $prefix/include $prefix/lib/pkgconfig $build/intl
    cat >$prefix/include/libintl.h <<'END'
#pragma once
#include <locale.h>
#ifndef LC_MESSAGES
#define LC_MESSAGES 1729
#endif
char *gettext(const char *text);
char *dgettext(const char *domain, const char *text);
char *dcgettext(const char *domain, const char *text, int category);
char *ngettext(const char *one, const char *many, unsigned long count);
char *dngettext(const char *domain, const char *one, const char *many, unsigned long count);
char *textdomain(const char *domain);
char *bindtextdomain(const char *domain, const char *directory);
char *bind_textdomain_codeset(const char *domain, const char *codeset);
END
    cat >$build/intl/intl.c <<'END'
#include <libintl.h>
char *gettext(const char *text) { return (char *)text; }
char *dgettext(const char *d, const char *text) { (void)d; return (char *)text; }
char *dcgettext(const char *d, const char *text, int c) { (void)d; (void)c; return (char *)text; }
char *ngettext(const char *one, const char *many, unsigned long n) { return (char *)(n == 1 ? one : many); }
char *dngettext(const char *d, const char *one, const char *many, unsigned long n) { (void)d; return (char *)(n == 1 ? one : many); }
char *textdomain(const char *d) { return (char *)(d ? d : "messages"); }
char *bindtextdomain(const char *d, const char *n) { (void)d; return (char *)n; }
char *bind_textdomain_codeset(const char *d, const char *n) { (void)d; return (char *)n; }
END
    $triple-gcc -O2 -I$prefix/include -c $build/intl/intl.c -o $build/intl/intl.o
    $triple-gcc-ar rcs $prefix/lib/libintl.a $build/intl/intl.o
}

make_pcre2() {
    cmake -G Ninja -DCMAKE_TOOLCHAIN_FILE=/seekchat/.ci/mingw/toolchain.cmake \
        -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=$prefix -DBUILD_SHARED_LIBS=ON \
        -DBUILD_STATIC_LIBS=OFF -DPCRE2_BUILD_TESTS=OFF -DPCRE2_BUILD_PCRE2GREP=OFF \
        -S $sources/pcre2 -B $build/pcre2
    ninja -C $build/pcre2 install
}

describe_target() {
    printf '#!/bin/sh\nPKG_CONFIG_LIBDIR=%s/lib/pkgconfig exec pkg-config "$@"\n' $prefix \
        >$prefix/pkg-config
    chmod +x $prefix/pkg-config
    # Only gobject and gio use these two, and they are not built.
    for library in libffi zlib; do
        printf 'Name: %s\nDescription: absent\nVersion: 3.4\nLibs:\nCflags:\n' $library \
            >$prefix/lib/pkgconfig/$library.pc
    done
    cat >$build/cross.ini <<END
[binaries]
c = '$triple-gcc'
cpp = '$triple-g++'
ar = '$triple-gcc-ar'
strip = '$triple-strip'
windres = '$triple-windres'
dlltool = '$triple-dlltool'
pkg-config = '$prefix/pkg-config'
[built-in options]
c_args = ['-I$prefix/include']
c_link_args = ['-L$prefix/lib']
cpp_args = ['-I$prefix/include']
cpp_link_args = ['-L$prefix/lib']
[host_machine]
system = 'windows'
cpu_family = 'x86_64'
cpu = 'x86_64'
endian = 'little'
END
}

make_glib() {
    local from=$sources/glib2.0 made=$build/glib headers=$prefix/include/glib-2.0
    sed -i "/^libg[a-z]* = library(/,/^ *version :/ s/^ *version :/  name_prefix : '',\n&/" \
        $from/g{lib,module}/meson.build
    [ -f $made/build.ninja ] || meson setup $made $from --cross-file $build/cross.ini \
        --prefix $prefix --libdir lib --buildtype release --wrap-mode nodownload -Dtests=false \
        -Dnls=disabled -Dintrospection=disabled -Dsysprof=disabled -Ddocumentation=false \
        -Dman-pages=disabled -Dglib_debug=disabled
    ninja -C $made glib/glib-2.0-0.dll gmodule/gmodule-2.0-0.dll
    mkdir -p $prefix/bin $headers/glib/deprecated $headers/gmodule $prefix/lib/glib-2.0/include
    cp $made/{glib/glib,gmodule/gmodule}-2.0-0.dll $prefix/bin/
    cp $made/{glib/glib,gmodule/gmodule}-2.0.dll.a $prefix/lib/
    cp $from/glib/*.h $made/glib/*.h $headers/glib/
    cp $from/glib/deprecated/*.h $headers/glib/deprecated/
    cp $made/gmodule/*.h $headers/gmodule/
    cp $from/glib/glib.h $from/gmodule/gmodule.h $headers/
    cp $made/glib/glibconfig.h $prefix/lib/glib-2.0/include/
    cp $made/meson-private/glib-2.0.pc $prefix/lib/pkgconfig/
}

mkdir -p $sources $build
cd $sources
apt-get -q -o APT::Sandbox::User=root source --download-only --tar-only glib2.0/trixie pcre2/trixie
unpack glib2.0
unpack pcre2
make_intl
describe_target
make_pcre2
make_glib
touch $prefix/glib.done
