-- repeatable
create or replace function log.record(facts log.fact[]) returns log.verdict[]
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    callers text;
    total constant integer := cardinality(facts);
    fact log.fact;
    last bigint;
    now_recorded timestamptz;
    good boolean;
    verdict log.verdict;
    -- Of a group that was looked through: its streams and commands, and the head of the log that it was judged on.
    streams text[];
    commands uuid[];
    seen bigint;
begin
    get diagnostics callers = pg_context;
    if not starts_with(
        split_part(callers, E'\n', 2), 'PL/pgSQL function log.append(log.fact[],log.verdict[]) line ') then
        raise exception 'log.record is called by log.append only, which ends its transaction by itself'
            using errcode = 'insufficient_privilege';
    end if;

    fact := facts[1];
    if fact.command_id <> facts[least(2, total)].command_id then
        -- A group of which each fact is another stream's is looked through while others have the turn.
        select
            count(distinct f.stream) = total and count(distinct f.command_id) = total and bool_and(
                f.expected_version = coalesce(
                    (select e.version from log.events as e where e.stream = f.stream order by e.version desc limit 1), 0)
                and not exists (select from log.events as e where e.command_id = f.command_id and e.ordinal = 0)
                and starts_with(f.stream, split_part(fact.stream, '/', 1) || '/'))
            and exists (
                select from log.writers as w
                where w.role = session_user and w.category = split_part(fact.stream, '/', 1)),
            (select e.seq from log.events as e order by e.seq desc limit 1),
            array_agg(f.stream), array_agg(f.command_id)
            into good, seen, streams, commands
        from unnest(facts) as f;
    end if;

    -- Only now, with the turn taken, does a statement's snapshot show every append before this one.
    lock table log.turn in share update exclusive mode;

    if fact.command_id = facts[total].command_id then
        -- The events of one command that nothing speaks against are judged, numbered and written by one statement.
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
        get diagnostics last = row_count;
        if last = total then
            select e.seq, e.recorded_at into last, now_recorded from log.events as e order by e.seq desc limit 1;
            perform pg_notify('juqu_log', last::text);
            verdict := row('ok', last - total + 1, last, fact.expected_version + total, now_recorded);
            return array[verdict];
        elsif last > 0 then
            raise exception 'the events of command % are not of one stream and version', fact.command_id
                using errcode = 'invalid_parameter_value';
        end if;
    elsif good then
        -- What was good at seen still is, unless an event since then is of one of its streams or commands.
        select e.seq, greatest(e.recorded_at, clock_timestamp()), e.seq < seen + 1000 and not exists (
                select from (select r.stream, r.command_id from log.events as r where r.seq > seen order by r.seq offset 0)
                    as recent
                where recent.stream = any (streams) or recent.command_id = any (commands))
            into last, now_recorded, good
        from log.events as e order by e.seq desc limit 1;
        if good then
            insert into log.events (
                seq, recorded_at, event_id, command_id, causation_id, effective_on, version, schema_version, ordinal,
                internal, stream, type, actor, office, correlation_id, policy_version, data
            )
            select
                last + f.n, now_recorded, f.event_id, f.command_id, f.causation_id, f.effective_on,
                f.expected_version + 1, f.schema_version, 0, f.internal, f.stream, f.type, f.actor, f.office,
                f.correlation_id, f.policy_version, f.data
            from unnest(facts) with ordinality as f (
                command_id, stream, expected_version, event_id, causation_id, effective_on, schema_version, internal,
                type, actor, office, correlation_id, policy_version, data, n
            );
            perform pg_notify('juqu_log', (last + total)::text);
            verdict := row('ok', last + 1, last + total, null, now_recorded);
            return array[verdict];
        end if;
    end if;

    return log.judge_each(facts);
end
$$;

comment on function log.record is
    'The inside of log.append: takes the turn; what nothing speaks against (a command''s facts, a group of one fact a '
    'stream) is judged and written together, anything else by log.judge_each. A group is judged on the log as it is before '
    'the turn, and with the turn taken held against what was appended meanwhile.';
