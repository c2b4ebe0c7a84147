-- repeatable
create or replace function log.first_result(facts log.fact[], command uuid) returns log.verdict
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $$
    with sent as (
        select row_number() over (order by f.n) - 1 as ordinal, f.stream, f.actor, f.type, f.data
        from unnest(facts) with ordinality as f (
            command_id, stream, expected_version, event_id, causation_id, effective_on, schema_version, internal, type,
            actor, office, correlation_id, policy_version, data, n
        )
        where f.command_id = command
    ), stored as (
        select * from log.events as e where e.command_id = command
    )
    select
        case when bool_and(
            (e.stream, e.actor, e.type, e.data) is not distinct from (s.stream, s.actor, s.type, s.data)
        ) then 'duplicate' else 'reused' end,
        min(e.seq), max(e.seq), max(e.version), min(e.recorded_at)
    from stored as e full join sent as s using (ordinal)
$$;

comment on function log.first_result is
    'The verdict on a command that was written before: duplicate where it brings the very same events, reused otherwise.';
