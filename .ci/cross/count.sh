# count.sh PROCESSOR
# Counts the codec's instructions for each message or node on this processor and on amd64, by what
# QEMU logs of two runs of the benchmark, and fails if they are over 1.5 times as many.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

fewer=500
more=1500

bench_of() {
    echo "/seekchat/build-$1/plugin/tools/bench/codec-bench"
}

# The functions of the codec, which the linker puts behind those of the benchmark.
functions_of() {
    nm "$(bench_of "$1")" | grep -i ' t [a-z_]' | sort |
        awk '$3 == "seekchat_decode" { codec = 1 } codec || $3 == "bench_codec" { print $3 }'
}

# count PROCESSOR MIX NUMBER: QEMU logs each instruction, with the function that it belongs to.
count() {
    local log=/tmp/instructions qemu=("/sysroots/$1.run")
    [ "$1" != amd64 ] || qemu=(qemu-x86_64)
    "${qemu[@]}" -one-insn-per-tb -d exec,nochain -D $log "$(bench_of "$1")" seekchat "$2" "$3"
    awk 'NR == FNR { codec[$1]; next } $NF in codec { number++ } END { print number + 0 }' \
        <(functions_of "$1") $log
}

each() {
    echo $((($(count "$1" "$2" $more) - $(count "$1" "$2" $fewer)) / (more - fewer)))
}

for processor in amd64 "$1"; do
    cmake --build "/seekchat/build-$processor" --target codec-bench --parallel 2
done
status=0
for mix in 'small mix' 'node list' 'escaped mix'; do
    usual=$(each amd64 "$mix")
    here=$(each "$1" "$mix")
    echo "$mix: $here instructions each, amd64 $usual"
    [ "$usual" -gt 0 ] && [ "$here" -gt 0 ] && [ $((here * 2)) -le $((usual * 3)) ] || status=1
done
exit $status
