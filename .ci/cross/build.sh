# build.sh PROCESSOR
# Builds the project in /seekchat/build-PROCESSOR, warnings as errors; for amd64 without the tests.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

build=/seekchat/build-$1
options=(-DBUILD_TESTING=OFF)
# Sanitizers do not run under QEMU, and what does takes its time.
[ "$1" = amd64 ] || options=(-DPROCESSOR="$1" -DSEEKCHAT_CAN_SANITIZE=OFF -DSEEKCHAT_TEST_SECONDS=1200
    -DCMAKE_TOOLCHAIN_FILE=/seekchat/.ci/cross/toolchain.cmake)
cmake -G Ninja -DSEEKCHAT_WERROR=ON "${options[@]}" -S /seekchat -B "$build"
cmake --build "$build" --parallel 2
