%% seekchat_beacon.erl
%% The Beacon: answers one SeekChat request on each connection. Uses seekchat_msg and seekchat_log.
%% SPDX-License-Identifier: GPL-2.0-or-later
-module(seekchat_beacon).
-export([start/1]).

%% Listens on the port of Options (33000 unless given) and serves until its caller ends.
%% Options: port, and standalone (true: a watcher of a node that is alone is told so).
start(Options) ->
    Port = maps:get(port, Options, 33000),
    {ok, Listener} = gen_tcp:listen(Port, [binary, {active, false}, {reuseaddr, true}]),
    seekchat_log:line("beacon listens on ~b", [Port]),
    accept(Listener, Options).

accept(Listener, Options) ->
    {ok, Socket} = gen_tcp:accept(Listener),
    Worker = spawn(fun() -> receive go -> serve(Socket, Options) end end),
    ok = gen_tcp:controlling_process(Socket, Worker),
    Worker ! go,
    accept(Listener, Options).

%% A crash in here closes the socket without a reply. That is what Beethoven's worker does too.
serve(Socket, Options) ->
    case gen_tcp:recv(Socket, 0) of
        {ok, Binary} ->
            {Sender, Type, _Payload} = seekchat_msg:decode(Binary),
            Answer = answer(Type, Sender, Options),
            seekchat_log:line("~s ~s: ~p", [Type, Sender, Answer]),
            ok = gen_tcp:send(Socket, seekchat_msg:encode(node(), reply, Answer)),
            gen_tcp:close(Socket);
        {error, closed} ->
            ok
    end.

answer(<<"reply">>, _Sender, _Options) ->
    error;
answer(Type, Sender, Options) ->
    case atom_to_binary(node()) of
        Sender -> self;
        _ -> answer_other(Type, binary_to_atom(Sender), Options)
    end.

answer_other(<<"seeking">>, Sender, _Options) ->
    case net_adm:ping(Sender) of
        pong -> joined;
        pang -> join_failed
    end;
answer_other(<<"watching">>, _Sender, Options) ->
    case {nodes(), Options} of
        {[], #{standalone := true}} -> standalone;
        {Nodes, _} -> Nodes
    end.
