-- repeatable
create or replace function log.write_command(facts log.fact[]) returns log.verdict
    language plpgsql
as $$
declare
    fact constant log.fact := facts[1];
    written integer;
    last bigint;
    now_recorded timestamptz;
begin
    insert into log.events (
        seq, recorded_at, event_id, command_id, causation_id, effective_on, version, schema_version, ordinal,
        internal, stream, type, actor, office, correlation_id, policy_version, data
    )
    select
        before.seq + f.n, before.now_recorded, f.event_id, f.command_id, f.causation_id, f.effective_on,
        f.expected_version + f.n, f.schema_version, f.n - 1, f.internal, f.stream, f.type, f.actor, f.office,
        f.correlation_id, f.policy_version, f.data
    from (
            select e.seq, greatest(e.recorded_at, clock_timestamp()) as now_recorded
            from log.events as e order by e.seq desc limit 1
        ) as before,
        unnest(facts) with ordinality as f (
            command_id, stream, expected_version, event_id, causation_id, effective_on, schema_version, internal,
            type, actor, office, correlation_id, policy_version, data, n
        )
    where fact.expected_version = coalesce(
            (select e.version from log.events as e where e.stream = fact.stream order by e.version desc limit 1), 0)
        and not exists (select from log.events as e where e.command_id = fact.command_id and e.ordinal = 0)
        and exists (
            select from log.writers as w
            where w.role = session_user and w.category = split_part(fact.stream, '/', 1))
        and f.command_id = fact.command_id and f.stream = fact.stream
        and f.expected_version = fact.expected_version;
    get diagnostics written = row_count;
    if written = 0 then
        return null;
    elsif written < cardinality(facts) then
        raise exception 'the events of command % are not of one stream and version', fact.command_id
            using errcode = 'invalid_parameter_value';
    end if;
    select e.seq, e.recorded_at into last, now_recorded from log.events as e order by e.seq desc limit 1;
    perform pg_notify('juqu_log', last::text);
    return row('ok', last - written + 1, last, fact.expected_version + written, now_recorded)::log.verdict;
end
$$;

comment on function log.write_command is
    'Judges, numbers and writes the events of one command by one statement, which is the fastest; null where something speaks '
    'against it, and nothing is written.';

revoke all on function log.write_command from public;
