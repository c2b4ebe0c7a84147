-- repeatable
create or replace function log.record_one(fact log.fact) returns log.verdict
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    stack text;
    last bigint;
    now_recorded timestamptz;
    verdicts log.verdict[];
begin
    get diagnostics stack = pg_context;
    if not log.was_called_by(stack, 'log.append_one(log.fact,log.verdict)') then
        raise exception 'log.record_one is called by log.append_one only, which ends its transaction by itself'
            using errcode = 'insufficient_privilege';
    end if;

    -- Only now, with the turn taken, does a statement's snapshot show every append before this one.
    lock table log.turn in share update exclusive mode;

    -- A fact that nothing speaks against is judged, numbered and written by one statement.
    insert into log.events (
        seq, recorded_at, event_id, command_id, causation_id, effective_on, version, schema_version, ordinal,
        internal, stream, type, actor, office, correlation_id, policy_version, data
    )
    select
        before.seq + 1, greatest(before.recorded_at, clock_timestamp()), fact.event_id, fact.command_id,
        fact.causation_id, fact.effective_on, fact.expected_version + 1, fact.schema_version, 0, fact.internal,
        fact.stream, fact.type, fact.actor, fact.office, fact.correlation_id, fact.policy_version, fact.data
    from (select e.seq, e.recorded_at from log.events as e order by e.seq desc limit 1) as before
    where fact.expected_version = coalesce(
            (select e.version from log.events as e where e.stream = fact.stream order by e.version desc limit 1), 0)
        and not exists (select from log.events as e where e.command_id = fact.command_id and e.ordinal = 0)
        and exists (
            select from log.writers as w
            where w.role = session_user and w.category = split_part(fact.stream, '/', 1))
    returning seq, recorded_at into last, now_recorded;
    if found and pg_notify('juqu_log', last::text) is not null then
        return row('ok', last, last, fact.expected_version + 1, now_recorded)::log.verdict;
    end if;

    verdicts := log.judge_each(array[fact]);
    return verdicts[1];
end
$$;

comment on function log.record_one is
    'The inside of log.append_one: takes the turn; a fact that nothing speaks against is judged and written at once, any '
    'other by log.judge_each.';
