#!/usr/bin/env bash
# take.sh BUILD
# Takes the screenshots in this folder: Wireshark with the profile, on captures of real nodes. Needs
# Debian's packages wireshark, xvfb, xdotool, imagemagick, pngquant and graphviz. Look at what it takes.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
real=$here/../real
home=$(mktemp -d)
export DISPLAY=:77 SEEKCHAT_HOME=$home XDG_RUNTIME_DIR=$home/run
export WIRESHARK_PLUGIN_DIR=$build/plugins SEEKCHAT_TABLES=yes
children=()

clean_up() {
    kill "${children[@]}" 2>/dev/null || true
    wait
    rm -rf "$home"
}
trap clean_up EXIT

until_it_does() {
    for _ in $(seq 100); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.2
    done
    echo "take.sh: this never succeeded: $*" >&2
    exit 1
}

# What stays the same for a second is drawn.
until_still() {
    local last='' now
    for _ in $(seq 30); do
        sleep 1
        now=$(import -window root png:- | sha256sum)
        [ "$now" != "$last" ] || return 0
        last=$now
    done
}

# take NAME WIDTH HEIGHT ACTION WIRESHARK_ARGUMENT...
take() {
    local name=$1 width=$2 height=$3 action=$4 window shot=root
    Xvfb $DISPLAY -screen 0 "${width}x${height}x24" &
    children=($!)
    until_it_does xdotool getmouselocation
    sh "$here/../unprivileged.sh" wireshark -C SeekChat "${@:5}" 2>/dev/null &
    children+=($!)
    until_it_does xdotool search --onlyvisible --name pcap
    window=$(xdotool search --onlyvisible --name pcap | tail -n 1)
    xdotool windowmove "$window" 0 0 windowsize "$window" "$width" "$height"
    until_still
    $action
    # Where the pointer highlights nothing.
    xdotool mousemove $((width - 200)) $((height - 40))
    until_still
    import -window "$shot" "$home/$name.png"
    pngquant --force --output "$here/$name.png" "$home/$name.png"
    kill "${children[@]}"
    wait
}

open_the_message() {
    xdotool mousemove 300 567 click 1
    xdotool key shift+Right
}

# Another window of that name becomes what is taken.
take_window() {
    until_it_does xdotool search --onlyvisible --name "$1"
    shot=$(xdotool search --onlyvisible --name "$1" | tail -n 1)
    xdotool windowmove "$shot" 0 0 windowsize "$shot" "$2" "$3" windowraise "$shot"
}

# The window of the report, which -z opened.
move_the_report() {
    take_window 'SeekChat Cluster' 1150 860
}

# Statistics > Flow Graph, limited to the display filter.
open_the_ladder() {
    xdotool mousemove 326 11 click 1
    until_still
    xdotool mousemove 425 459 click 1
    take_window Flow 1000 460
    until_still
    xdotool mousemove 18 406 click 1
}

# Four captures one after the other, two seconds apart.
several() {
    local file start second=0
    for file in joined real-calls no-reply-closed reply-exceeds-recv; do
        start=$(capinfos -rTSa "$real/$file.pcap" | cut -f 2)
        editcap -F pcap -t "$(echo "1795320000 + $second - $start" | bc)" "$real/$file.pcap" \
            "$home/$second.pcap"
        second=$((second + 2))
    done
    mergecap -F pcap -w "$home/several.pcap" "$home"/[0-9].pcap
}

mkdir -p "$home/.config/wireshark/profiles" "$XDG_RUNTIME_DIR"
cp -r "$here/../../plugin/profile/SeekChat" "$home/.config/wireshark/profiles/"
several
chmod 700 "$XDG_RUNTIME_DIR"
[ "$(id -u)" != 0 ] || chown -R 65534:65534 "$home"
take wireshark-tree 1500 900 open_the_message -r "$real/real-join.pcap" -Y 'seekchat || epmd || erldp' -g 986
take wireshark-profile 1024 768 true -r "$home/several.pcap" -Y seekchat
take flow-graph 1024 768 open_the_ladder -r "$real/failed-cookie.pcap" -Y 'seekchat || epmd || erldp'
take cluster-window 1500 900 move_the_report -r "$real/story.pcap" -z seekchat,cluster

sh "$here/../tshark.sh" "$build" -n -q -r "$real/story.pcap" -z seekchat,cluster,dot |
    dot -Tsvg >"$here/cluster-graph.svg"
