-- repeatable
create or replace procedure log.append(facts log.fact[], inout verdicts log.verdict[])
    language plpgsql
as $$
begin
    verdicts := log.record(facts);
    -- Here the turn is given back, whatever the client does next. Inside a transaction block this raises
    -- invalid_transaction_termination, and nothing is written.
    commit;
end
$$;

comment on procedure log.append is
    'Appends the events of a group of commands and commits by itself; gives one verdict a command, in their order, or '
    'where all was written one for the group: its first and last seq, without a version if there are more commands. The '
    'events of a command stand together, in order, and a command stands once in a group. Each is judged by itself, on top '
    'of those before it; what is written is told on the channel juqu_log (the last seq).';
