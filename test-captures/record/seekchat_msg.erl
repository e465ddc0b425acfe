%% seekchat_msg.erl
%% Writes and reads the SeekChat messages of the recorded nodes, as Beethoven does it: with OTP's
%% json. Uses OTP 27 or newer.
%% SPDX-License-Identifier: GPL-2.0-or-later
-module(seekchat_msg).
-export([encode/3, decode/1]).

%% The message as binary. The order of its keys is the map's, as in Beethoven.
encode(Sender, Type, Payload) ->
    iolist_to_binary(json:encode(#{sender => Sender, type => Type, payload => Payload})).

%% {Sender, Type, Payload}, all binaries. Crashes on a message that does not decode, as the
%% worker of a Beethoven Beacon does.
decode(Binary) ->
    #{<<"sender">> := Sender, <<"type">> := Type, <<"payload">> := Payload} = json:decode(Binary),
    true = is_binary(Sender) andalso is_binary(Type),
    true = is_binary(Payload) orelse lists:all(fun is_binary/1, Payload),
    {Sender, Type, Payload}.
