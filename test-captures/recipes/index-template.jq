# index-template.jq
# Makes an index template of what `tshark -G elastic-mapping` prints and, as
# $fields, of the plugin's lines of `tshark -G fields`.
# Wireshark's mapping has no strings, takes durations for dates and bytes for numbers.
#
# SPDX-License-Identifier: GPL-2.0-or-later

# Longer strings are kept, but not searched: a term has at most 32,766 bytes.
{"type": "keyword", "ignore_above": 8191} as $text
| {"FT_STRING": $text, "FT_BYTES": {"type": "keyword", "index": false, "doc_values": false},
   "FT_RELATIVE_TIME": {"type": "double"}} as $types
| ([$fields / "\n" | .[] | . / "\t"
    | select(.[0] == "F" and $types[.[3]] != null)
    | {("seekchat_" + (.[2] / "." | join("_"))): $types[.[3]]}] | add) as $ours
| .mappings.properties.layers.properties.seekchat.properties += $ours + {
    "_ws_expert": {"properties": {
        "_ws_expert__ws_expert_message": $text,
        "_ws_expert__ws_expert_severity": {"type": "long"},
        "_ws_expert__ws_expert_group": {"type": "long"}}}}
| {"index_patterns": ["packets-*"], "template": {settings, mappings}}
