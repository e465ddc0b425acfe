# oracle.sh PROCESSOR
# Compares the codec, as built for this processor, with OTP's json module on generated inputs.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

build=/seekchat/build-$1
cmake --build "$build" --target codec-verdicts --parallel 2
printf '#!/bin/sh\nexec /sysroots/%s.run %s/plugin/tests/codec/codec-verdicts "$@"\n' "$1" "$build" \
    >"$build/run-verdicts"
chmod +x "$build/run-verdicts"
sh /seekchat/plugin/tests/oracle/run.sh "$build/run-verdicts" /tmp/oracle 100000 1 2
