#!/usr/bin/env bash
# slurm.sh LIST REPORTS ALL [COUNT]
# Maps the captures in LIST, a 0 byte behind each path, into the folder REPORTS, by a job array of
# Slurm with COUNT captures a task (16), and merges them into the file ALL by a job that depends on
# it. Waits for both; the status is that of reduce.sh, whose messages are in ALL.log. All nodes see
# these under the same paths. Started again, it maps what is missing.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
list=$(realpath -- "$1") reports=$(realpath -m -- "$2") all=$(realpath -m -- "$3") count=${4:-16}

mapfile -d '' -t captures <"$list"
if [ ${#captures[@]} -eq 0 ]; then
    echo "slurm.sh: no captures in $1" >&2
    exit 1
fi
mkdir -p -- "$reports"
tasks=$(((${#captures[@]} + count - 1) / count))
# afterany: a report of what could be mapped, with names of what couldn't.
array=$(sbatch --parsable --requeue --open-mode=append --array="0-$((tasks - 1))" \
    --output=/dev/null --error="${reports//%/%%}/slurm-%A-%a.log" \
    "$here/slurm-task.sh" "$here" "$list" "$reports" "$count")
exec sbatch --quiet --wait --requeue --dependency="afterany:$array" --output=/dev/null \
    --error="${all//%/%%}.log" "$here/reduce.sh" "$list" "$reports" "$all"
