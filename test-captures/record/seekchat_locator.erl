%% seekchat_locator.erl
%% The Locator: walks the addresses of a subnet, asks the first Beacon that accepts, reads one
%% reply and closes. Uses seekchat_msg and seekchat_log.
%% SPDX-License-Identifier: GPL-2.0-or-later
-module(seekchat_locator).
-export([seek/1, watch/1, ask/4]).

-define(ROUNDS, 3).
-define(CONNECT_MS, 250).
-define(REPLY_MS, 20000).

%% joined, join_failed, self, error, no_reply or nobody. Options: subnet {Address, PrefixLength}
%% (all hosts but the first and the last address, or both of a /31), port, sender (the node's own
%% name unless given), connect_ms, attempts (how often the join is tried before it counts as failed)
%% and retry_ms (the pause between).
seek(Options) ->
    seek(Options, maps:get(attempts, Options, 1)).

seek(Options, Attempts) ->
    case {request(seeking, join, Options), Attempts} of
        {join_failed, More} when More > 1 ->
            timer:sleep(maps:get(retry_ms, Options, 0)),
            seek(Options, More - 1);
        {Result, _} ->
            Result
    end.

%% The list of node names that the Beacon knows, or what it answered instead, or nobody.
watch(Options) ->
    request(watching, check, Options).

%% Sends Bytes to Address and returns {ok, Reply} or {error, Reason} of the one read.
ask(Address, Port, Bytes, Timeout) ->
    {ok, Socket} = gen_tcp:connect(Address, Port, [binary, {active, false}], 5000),
    exchange(Socket, Bytes, Timeout).

request(Type, Payload, Options) ->
    Sender = maps:get(sender, Options, node()),
    case find(Options, ?ROUNDS) of
        nobody ->
            nobody;
        {found, Socket} ->
            Bytes = seekchat_msg:encode(Sender, Type, Payload),
            verdict(exchange(Socket, Bytes, maps:get(reply_ms, Options, ?REPLY_MS)))
    end.

exchange(Socket, Bytes, Timeout) ->
    ok = gen_tcp:send(Socket, Bytes),
    Result = gen_tcp:recv(Socket, 0, Timeout),
    gen_tcp:close(Socket),
    Result.

verdict({ok, Binary}) ->
    try seekchat_msg:decode(Binary) of
        {_Sender, _Type, Payload} when is_binary(Payload) -> binary_to_atom(Payload);
        {_Sender, _Type, Nodes} -> Nodes
    catch
        error:Reason ->
            seekchat_log:line("reply of ~b read bytes: ~p", [byte_size(Binary), Reason]),
            bad_reply
    end;
verdict({error, Reason}) ->
    seekchat_log:line("no reply: ~p", [Reason]),
    no_reply.

find(_Options, 0) ->
    nobody;
find(Options, Rounds) ->
    case walk(addresses(maps:get(subnet, Options)), Options) of
        nobody ->
            Rounds > 1 andalso timer:sleep(150 + rand:uniform(150)),
            find(Options, Rounds - 1);
        Found ->
            Found
    end.

walk([], _Options) ->
    nobody;
walk([Address | Rest], Options) ->
    Port = maps:get(port, Options, 33000),
    Limit = maps:get(connect_ms, Options, ?CONNECT_MS),
    case connect(Address, Port, Limit) of
        {ok, Socket} ->
            seekchat_log:line("found ~s", [inet:ntoa(Address)]),
            {found, Socket};
        {error, _} ->
            walk(Rest, Options)
    end.

%% gen_tcp:connect/4 was seen to return ok after an ICMP "host unreachable": then there is no peer.
connect(Address, Port, Limit) ->
    maybe
        {ok, Socket} ?= gen_tcp:connect(Address, Port, [binary, {active, false}], Limit),
        {ok, _Peer} ?= inet:peername(Socket),
        {ok, Socket}
    end.

addresses({{A, B, C, D}, Prefix}) ->
    <<First:32>> = <<A, B, C, D>>,
    Last = First + (1 bsl (32 - Prefix)) - 1,
    {From, To} = case Prefix < 31 of
        true -> {First + 1, Last - 1};
        false -> {First, Last}
    end,
    [address(<<N:32>>) || N <- lists:seq(From, To)].

address(<<A, B, C, D>>) ->
    {A, B, C, D}.
