#!/usr/bin/env escript
%% oracle.escript
%% Says of each input, one a line in hexadecimal digits, what OTP's json:decode/1 and SeekChat's
%% rules say of it, in the format of data/seekchat-decode.tsv: oracle.escript decode INPUTS ANSWERS
%% With encode for decode: what json:encode/1 makes of each input, taken as one string.
%%
%% SPDX-License-Identifier: GPL-2.0-or-later
%%! +t 8000000

-mode(compile).

main([What, Inputs, Answers]) ->
    Answer = case What of
        "encode" -> fun encode/1;
        "decode" -> fun decode/1
    end,
    {ok, Input} = file:open(Inputs, [read, raw, binary, {read_ahead, 1000000}]),
    {ok, Output} = file:open(Answers, [write, raw, {delayed_write, 1000000, 10000}]),
    each_line(Input, Output, Answer),
    ok = file:close(Output).

each_line(Input, Output, Answer) ->
    case file:read_line(Input) of
        {ok, Line} ->
            [Hex | _] = binary:split(Line, [<<"\t">>, <<"\n">>]),
            ok = file:write(Output, [Hex, $\t, Answer(binary:decode_hex(Hex)), $\n]),
            each_line(Input, Output, Answer);
        eof ->
            ok
    end.

encode(Text) ->
    try hex(iolist_to_binary(json:encode(Text)))
    catch error:_ -> "error"
    end.

decode(Input) ->
    try json:decode(Input) of
        Value -> ["ok\t", message(Value)]
    catch
        error:unexpected_end -> "incomplete\terror\t-\t-\t-";
        error:_ -> "invalid\terror\t-\t-\t-"
    end.

message(#{<<"sender">> := Sender, <<"type">> := Type, <<"payload">> := Payload}) ->
    try
        ["ok\t", atom(Sender), $\t, atom(Type), $\t, payload(Payload)]
    catch
        error:_ -> "error\t-\t-\t-"
    end;
message(_) ->
    "error\t-\t-\t-".

payload(Nodes) when is_list(Nodes) ->
    [$[, lists:join($,, [atom(Node) || Node <- Nodes]), $]];
payload(Word) ->
    atom(Word).

%% The text as hexadecimal digits, by way of the atom that SeekChat makes of it.
atom(Text) ->
    hex(atom_to_binary(binary_to_atom(Text))).

hex(Bytes) ->
    binary:encode_hex(Bytes, lowercase).
