#!/bin/sh
# unprivileged.sh COMMAND [ARGUMENT...]
# Runs one of Wireshark's programs in the environment that all tests share, and never as root.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
unset XDG_CONFIG_HOME
export TZ=UTC LC_ALL="${SEEKCHAT_LOCALE:-C.UTF-8}" WIRESHARK_ABORT_ON_DISSECTOR_BUG=1
# Tables of manufacturers, services and enterprises are two thirds of what it takes to read a capture.
[ -n "${SEEKCHAT_TABLES:-}" ] || export WIRESHARK_DATA_DIR=/nonexistent
export HOME="${SEEKCHAT_HOME:-/nonexistent}" # no personal settings, unless a test brings its own

# For root, Wireshark loads no plugin but the machine-wide ones. The user nobody gets root's one
# capability that matters here: to read plugin and captures wherever the tree lies, /root included,
# and to write coverage data into it. Copies in /tmp would do for reading, but not for writing; bind
# mounts are not allowed in most containers.
if [ "$(id -u)" = 0 ]; then
    exec setpriv --reuid=65534 --regid=65534 --clear-groups \
        --inh-caps=+dac_override --ambient-caps=+dac_override "$@"
fi
exec "$@"
