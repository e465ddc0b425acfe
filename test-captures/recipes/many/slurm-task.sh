#!/usr/bin/env bash
# slurm-task.sh FOLDER LIST REPORTS COUNT
# One task of slurm.sh: maps its COUNT captures of LIST. Slurm runs a copy of this file, so that
# FOLDER says where map.sh is. A task that fails is queued again, twice.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail
mapfile -d '' -t -s $((SLURM_ARRAY_TASK_ID * $4)) -n "$4" captures <"$2"
if ! "$1/map.sh" "$3" "${captures[@]}"; then
    [ "${SLURM_RESTART_COUNT:-0}" -ge 2 ] || exec scontrol requeue "$SLURM_JOB_ID"
    exit 1
fi
