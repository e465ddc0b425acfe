%% seekchat_log.erl
%% Prints what a recorded node did, one line each, for record.sh to wait for. Uses OTP alone.
%% SPDX-License-Identifier: GPL-2.0-or-later
-module(seekchat_log).
-export([line/2]).

line(Format, Arguments) ->
    io:format("~s: " ++ Format ++ "~n", [node() | Arguments]).
