#!/bin/sh
# regenerate.sh BUILD
# Writes generated/ and expected/ anew. What has changed must be read before it is committed.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
build=$(cd "$1" && pwd)
cd "$(dirname "$0")"
rm -rf generated expected
mkdir generated expected
"$build/plugin/tools/gen/seekchat-gen" --all generated
exec python3 golden.py --regenerate "$build"
