-- repeatable
create or replace procedure log.append(
    -- One element a command; a group names each stream and each command once.
    command_ids uuid[],
    streams text[],
    expected_versions integer[],
    sizes integer[],
    actors text[],
    offices text[],
    effective_dates date[],
    correlation_ids text[],
    causation_ids uuid[],
    policy_versions text[],
    -- One element an event, in the commands' order.
    event_ids uuid[],
    types text[],
    schema_versions integer[],
    internals boolean[],
    datas text[],
    -- One element a command.
    inout statuses text[],
    inout first_seqs bigint[],
    inout last_seqs bigint[],
    inout versions integer[],
    inout recorded_ats timestamptz[]
)
    language plpgsql
as $$
declare
    recorded record;
begin
    recorded := log.record(
        command_ids, streams, expected_versions, sizes, actors,
        offices, effective_dates, correlation_ids, causation_ids, policy_versions,
        event_ids, types, schema_versions, internals, datas);
    statuses := recorded.statuses;
    first_seqs := recorded.first_seqs;
    last_seqs := recorded.last_seqs;
    versions := recorded.versions;
    recorded_ats := recorded.recorded_ats;
    -- Here the turn is given back, whatever the client does next. Inside a transaction block this raises
    -- invalid_transaction_termination, and nothing is written.
    commit;
end
$$;

comment on procedure log.append is
    'Appends a group of commands'' events and commits by itself. A command''s status: ok; duplicate (its first result is '
    'given again); reused (its id stands for other events); conflict (version is the stream''s, not the expected one); '
    'forbidden (the category is not the session user''s). Only ok writes; no command''s fate touches another''s. Sends '
    'the last seq to the channel juqu_log.';
