#!/bin/sh
# bench.sh
# Times the codec and its peers, then counts the instructions of each: bench.sh BENCH [VALGRIND]
# Instructions are those of a run less those of one with half as much input, by callgrind.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
bench=$1
valgrind=${2:-}

"$bench"
if [ ! -x "$valgrind" ]; then
    echo "no valgrind: instructions are not counted"
    exit 0
fi

out=$(mktemp)
trap 'rm -f "$out"' EXIT

# Instructions that a decoder spends in its function on so many of a mix.
count() {
    "$valgrind" --tool=callgrind --callgrind-out-file="$out" --toggle-collect='bench_*' \
        "$bench" "$1" "$2" "$3" >/dev/null 2>&1
    sed -n 's/^summary: *//p' "$out"
}

echo "instructions each"
"$bench" list | while IFS='|' read -r decoder mix; do
    less=$(count "$decoder" "$mix" 2000)
    more=$(count "$decoder" "$mix" 4000)
    printf '  %-20s %-10s %6d\n' "$mix" "$decoder" $(((more - less) / 2000))
done
