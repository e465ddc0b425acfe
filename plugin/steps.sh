# steps.sh
# To be sourced: step runs one step of a script with its output in the file $log, and prints that
# output if the step fails.
#
# SPDX-License-Identifier: GPL-2.0-or-later

# step WHAT COMMAND [ARGUMENT...]
step() {
    printf '%s ... ' "$1"
    shift
    before=$(wc -c <"$log")
    began=$(date +%s)
    if "$@" >>"$log" 2>&1; then
        echo "$(($(date +%s) - began)) s"
    else
        status=$?
        echo "failed (status $status):"
        tail -c "+$((before + 1))" "$log" >&2
        echo "This is in $log, too." >&2
        exit "$status"
    fi
}

processors() {
    getconf _NPROCESSORS_ONLN
}
