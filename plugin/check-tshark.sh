#!/bin/sh
# check-tshark.sh BUILD
# Fails unless the tshark that the shell finds is one that loads the plugin of a build directory.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
wanted=$(sed -n 's/^SEEKCHAT_WIRESHARK:[A-Z]*=\(.*\);\(.*\)/\1 \2/p' "$1/CMakeCache.txt")
prefix=${wanted#* }
wanted=${wanted%% *}
own=$prefix/bin/tshark

found=$(command -v tshark) || found=
version=
[ -z "$found" ] || version=$(tshark --version 2>/dev/null | sed -n '1s/^[^0-9]*\([0-9.]*[0-9]\).*/\1/p')
[ -z "$version" ] || [ "${version%.*}" != "${wanted%.*}" ] || exit 0

if [ -z "$found" ]; then
    echo "There is no tshark in your PATH."
elif [ -z "$version" ]; then
    echo "The tshark that is first in your PATH, $found, does not tell its version:"
    tshark --version 2>&1 | head -n 5 || :
else
    echo "The tshark that is first in your PATH, $found, is $version."
fi
echo "The plugin is built for Wireshark $wanted in $prefix; no other minor version loads it."
[ ! -x "$own" ] || echo "Its tshark is $own: PATH=$prefix/bin:\$PATH uses that."
cat <<END
To build for another Wireshark that has its development files in THERE:
    rm -r '$1'
    cmake -S . -B '$1' -DCMAKE_PREFIX_PATH=THERE
END
exit 1
