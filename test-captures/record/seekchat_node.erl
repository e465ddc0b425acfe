%% seekchat_node.erl
%% One node of a recorded cluster. Uses seekchat_beacon, seekchat_locator and seekchat_log.
%% SPDX-License-Identifier: GPL-2.0-or-later
-module(seekchat_node).
-export([start/1, tell/1]).

%% Runs the node; returns at once. Options, besides those of Beacon and Locator:
%%   role     beacon (opens its Beacon), seeker (looks for one; found nobody: goes standalone and
%%            opens its own), watcher (asks once) or idle
%%   allow    the nodes that may connect to this one
%%   connect  nodes to connect to before anything else: begun, not waited for
%%   expect   how many nodes must be connected before the role begins
start(Options) ->
    spawn(fun() -> run(Options) end).

%% Asks the Beacon with the given bytes, prints the reply and ends the whole Erlang system.
%% Options: address, port, bytes, reply_ms.
tell(#{address := Address, bytes := Bytes} = Options) ->
    Port = maps:get(port, Options, 33000),
    Result = seekchat_locator:ask(Address, Port, Bytes, maps:get(reply_ms, Options, 20000)),
    seekchat_log:line("told ~p", [Result]),
    halt().

run(Options) ->
    ok = net_kernel:monitor_nodes(true),
    [ok = net_kernel:allow(Allowed) || Allowed <- [maps:get(allow, Options, [])], Allowed =/= []],
    [spawn(net_kernel, connect_node, [Node]) || Node <- maps:get(connect, Options, [])],
    seekchat_log:line("started", []),
    await(maps:get(expect, Options, 0)),
    begin_role(maps:get(role, Options), Options),
    follow().

await(Count) ->
    case length(nodes()) >= Count of
        true -> ok;
        false -> receive {nodeup, _} -> await(Count) end
    end.

begin_role(beacon, Options) ->
    spawn(seekchat_beacon, start, [Options]);
begin_role(seeker, Options) ->
    Result = seekchat_locator:seek(Options),
    seekchat_log:line("seek ~p", [Result]),
    [spawn(seekchat_beacon, start, [Options]) || Result =:= nobody];
begin_role(watcher, Options) ->
    seekchat_log:line("watch ~p", [seekchat_locator:watch(Options)]);
begin_role(idle, _Options) ->
    ok.

follow() ->
    receive
        {nodeup, Node} -> seekchat_log:line("up ~s (~b)", [Node, length(nodes())]);
        {nodedown, Node} -> seekchat_log:line("down ~s (~b)", [Node, length(nodes())])
    end,
    follow().
