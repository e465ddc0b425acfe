%% seekchat_stub.erl
%% What breaks a join: a resolver that knows few names, an EPMD entry whose port is nobody's, a
%% server that accepts and never answers. Uses seekchat_log.
%% SPDX-License-Identifier: GPL-2.0-or-later
-module(seekchat_stub).
-export([resolver/2, register/2, mute/2, halves/4]).

%% Answers A queries on UDP port 53: Names is a list of {"name", {A,B,C,D}}; Other says what becomes
%% of every other query: nxdomain, servfail or silent.
resolver(Names, Other) ->
    {ok, Socket} = gen_udp:open(53, [binary, {active, false}]),
    seekchat_log:line("resolver ready", []),
    resolve(Socket, Names, Other).

resolve(Socket, Names, Other) ->
    {ok, {Address, Port, <<Id:16, _:16, 1:16, _:48, Question/binary>>}} = gen_udp:recv(Socket, 0),
    case answer(proplists:get_value(name(Question), Names), Other) of
        silent ->
            ok;
        {Flags, Records} ->
            Count = case Records of <<>> -> 0; _ -> 1 end,
            Head = <<Id:16, Flags:16, 1:16, Count:16, 0:32>>,
            ok = gen_udp:send(Socket, Address, Port, [Head, Question, Records])
    end,
    resolve(Socket, Names, Other).

answer(undefined, silent) -> silent;
answer(undefined, nxdomain) -> {16#8183, <<>>};
answer(undefined, servfail) -> {16#8182, <<>>};
answer({A, B, C, D}, _) -> {16#8180, <<16#C00C:16, 1:16, 1:16, 60:32, 4:16, A, B, C, D>>}.

name(Question) -> lists:flatten(lists:join(".", labels(Question))).

labels(<<0, _/binary>>) -> [];
labels(<<Length, Label:Length/binary, Rest/binary>>) -> [binary_to_list(Label) | labels(Rest)].

%% Registers Name with Port at the local EPMD (ALIVE2_REQ of a normal node of OTP 27) and keeps the
%% registration for as long as its caller lives.
register(Name, Port) ->
    {ok, Socket} = gen_tcp:connect("127.0.0.1", 4369, [binary, {active, false}], 5000),
    Length = byte_size(Name),
    Request = <<120, Port:16, 77, 0, 6:16, 5:16, Length:16, Name/binary, 0:16>>,
    ok = gen_tcp:send(Socket, [<<(byte_size(Request)):16>>, Request]),
    {ok, <<_Tag, 0, _/binary>>} = gen_tcp:recv(Socket, 0, 5000),
    seekchat_log:line("registered ~s at ~b", [Name, Port]),
    receive after infinity -> Socket end.

%% Accepts on Port, reads, and then does what End says: hold (keeps the connection), {close, Ms} or
%% {reset, Ms} after that time.
mute(Port, End) ->
    {ok, Listener} = gen_tcp:listen(Port, [binary, {active, false}, {reuseaddr, true}]),
    seekchat_log:line("mute on ~b", [Port]),
    mute_accept(Listener, End).

mute_accept(Listener, End) ->
    {ok, Socket} = gen_tcp:accept(Listener),
    _ = gen_tcp:recv(Socket, 0),
    finish(Socket, End),
    mute_accept(Listener, End).

finish(Socket, hold) ->
    gen_tcp:recv(Socket, 0);
finish(Socket, {close, Ms}) ->
    timer:sleep(Ms),
    gen_tcp:close(Socket);
finish(Socket, {reset, Ms}) ->
    timer:sleep(Ms),
    ok = inet:setopts(Socket, [{linger, {true, 0}}]),
    gen_tcp:close(Socket).

%% Sends First, waits until the server has read it and closed, and sends Second.
halves(Address, Port, First, Second) ->
    {ok, Socket} = gen_tcp:connect(Address, Port, [binary, {active, false}, {exit_on_close, false}], 5000),
    ok = gen_tcp:send(Socket, First),
    {error, closed} = gen_tcp:recv(Socket, 0, 5000),
    Result = gen_tcp:send(Socket, Second),
    seekchat_log:line("sent both: ~p", [Result]),
    gen_tcp:close(Socket).
