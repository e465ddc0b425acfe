-- small.lua
-- What a person writes first: a dissector for SeekChat in Lua, for the benchmark to compare with.
--
-- SPDX-License-Identifier: GPL-2.0-or-later

local small = Proto("smallchat", "SeekChat in Lua")
local fields = {
    type = ProtoField.string("smallchat.type", "Type"),
    sender = ProtoField.string("smallchat.sender", "Sender"),
    payload = ProtoField.string("smallchat.payload", "Payload"),
}
small.fields = fields

function small.dissector(tvb, pinfo, tree)
    local text = tvb():string()
    local item = tree:add(small, tvb())

    pinfo.cols.protocol = "SmallChat"
    for _, key in ipairs({ "type", "sender", "payload" }) do
        local value = text:match('"' .. key .. '":"?([^"]*)"?')
        if value then
            item:add(fields[key], tvb(), value)
            if key == "type" then
                pinfo.cols.info = value
            else
                pinfo.cols.info:append(" " .. value)
            end
        end
    end
    return tvb:len()
end

DissectorTable.get("tcp.port"):add(33000, small)
