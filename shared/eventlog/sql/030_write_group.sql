-- repeatable
create or replace function log.write_group(facts log.fact[], seen bigint, streams text[], commands uuid[])
    returns log.verdict
    language plpgsql
as $$
declare
    total constant integer := cardinality(facts);
    head bigint;
    now_recorded timestamptz;
    good boolean;
begin
    -- What was good at seen still is, unless an event since then is of one of its streams or commands.
    select e.seq, greatest(e.recorded_at, clock_timestamp()), e.seq < seen + 1000 and not exists (
            select from (select r.stream, r.command_id from log.events as r where r.seq > seen order by r.seq offset 0)
                as recent
            where recent.stream = any (streams) or recent.command_id = any (commands))
        into head, now_recorded, good
    from log.events as e order by e.seq desc limit 1;
    if good is not true then
        return null;
    end if;
    insert into log.events (
        seq, recorded_at, event_id, command_id, causation_id, effective_on, version, schema_version, ordinal,
        internal, stream, type, actor, office, correlation_id, policy_version, data
    )
    select
        head + f.n, now_recorded, f.event_id, f.command_id, f.causation_id, f.effective_on,
        f.expected_version + 1, f.schema_version, 0, f.internal, f.stream, f.type, f.actor, f.office,
        f.correlation_id, f.policy_version, f.data
    from unnest(facts) with ordinality as f (
        command_id, stream, expected_version, event_id, causation_id, effective_on, schema_version, internal,
        type, actor, office, correlation_id, policy_version, data, n
    );
    perform pg_notify('juqu_log', (head + total)::text);
    return row('ok', head + 1, head + total, null, now_recorded)::log.verdict;
end
$$;

comment on function log.write_group is
    'Numbers and writes a group that log.look_through found good, where nothing that was appended since then concerns it; '
    'else null, and nothing is written.';

revoke all on function log.write_group from public;
