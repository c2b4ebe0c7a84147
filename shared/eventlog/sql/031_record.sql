-- repeatable
create or replace function log.record(facts log.fact[]) returns log.verdict[]
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    callers text;
    total constant integer := cardinality(facts);
    head bigint;
    last bigint;
    now_recorded timestamptz;
    service text := split_part(facts[1].stream, '/', 1);
    writes boolean;
    good boolean;
    fact log.fact;
    command uuid;
    i integer := 1;
    place integer := 0;
    n smallint;
    written boolean;
    found_version integer;
    verdict log.verdict;
    verdicts log.verdict[];
    -- What the accepted facts become, by their place among all.
    seqs bigint[];
    versions integer[];
    ordinals smallint[];
    -- What is accepted and not written yet.
    beyond bigint;
    streams text[];
    commands uuid[];
begin
    get diagnostics callers = pg_context;
    if split_part(callers, E'\n', 2) not like 'PL/pgSQL function %append(%' then
        raise exception 'log.record is called by log.append only, which ends its transaction by itself'
            using errcode = 'insufficient_privilege';
    end if;

    perform from log.turn for update;
    writes := exists (select from log.writers as w where w.role = session_user and w.category = service);

    if total = 1 and writes then
        -- Only now, with the turn taken, does a statement's snapshot show every append before this one. One fact that
        -- nothing speaks against is judged, numbered and written by one statement.
        fact := facts[1];
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
        returning seq, recorded_at into last, now_recorded;
        if found then
            perform pg_notify('juqu_log', last::text);
            verdict := row('ok', last, last, fact.expected_version + 1, now_recorded);
            return array[verdict];
        end if;
    end if;

    select e.seq, greatest(e.recorded_at, clock_timestamp()) into head, now_recorded
        from log.events as e order by e.seq desc limit 1;
    if not found then
        head := 0;
        now_recorded := clock_timestamp();
    end if;
    last := head;

    if total > 1 and writes and facts[1].command_id <> facts[2].command_id then
        -- A group of which each fact is another stream's, and nothing speaks against any: all are judged together.
        select
            count(distinct f.stream) = total and count(distinct f.command_id) = total and bool_and(
                f.expected_version = coalesce(
                    (select e.version from log.events as e where e.stream = f.stream order by e.version desc limit 1), 0)
                and not exists (select from log.events as e where e.command_id = f.command_id and e.ordinal = 0)
                and starts_with(f.stream, service || '/')
            ),
            array_agg(
                row('ok', head + f.n, head + f.n, f.expected_version + 1, now_recorded)::log.verdict order by f.n)
        into good, verdicts
        from unnest(facts) with ordinality as f (
            command_id, stream, expected_version, event_id, causation_id, effective_on, schema_version, internal, type,
            actor, office, correlation_id, policy_version, data, n
        );
        if good then
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
            return verdicts;
        end if;
        verdicts := null;
    end if;

    -- Facts are written together up to one that is to be judged on top of another: of the same stream, say.
    while i <= total loop
        beyond := last;
        streams := '{}';
        commands := '{}';
        while i <= total loop
            fact := facts[i];
            if fact.command_id = command then
                n := n + 1;
            else
                exit when fact.stream = any (streams) or fact.command_id = any (commands);
                command := fact.command_id;
                place := place + 1;
                n := 0;
                if split_part(fact.stream, '/', 1) is distinct from service then
                    service := split_part(fact.stream, '/', 1);
                    writes := exists (
                        select from log.writers as w where w.role = session_user and w.category = service);
                end if;
                select
                    exists (select from log.events as e where e.command_id = command and e.ordinal = 0),
                    (select e.version from log.events as e where e.stream = fact.stream order by e.version desc limit 1)
                    into written, found_version;
                verdict := row(null, null, null, coalesce(found_version, 0), now_recorded);
                if not writes then
                    verdict.status := 'forbidden';
                elsif written then
                    verdict := log.first_result(facts, command);
                elsif verdict.version is distinct from fact.expected_version then
                    verdict.status := 'conflict';
                else
                    verdict.status := 'ok';
                    verdict.first_seq := last + 1;
                    streams := streams || fact.stream;
                    commands := commands || command;
                end if;
            end if;
            if verdict.status = 'ok' then
                last := last + 1;
                verdict.last_seq := last;
                verdict.version := verdict.version + 1;
            end if;
            seqs[i] := case verdict.status when 'ok' then last end;
            versions[i] := verdict.version;
            ordinals[i] := n;
            verdicts[place] := verdict;
            i := i + 1;
        end loop;
        if total = 1 and last > beyond then
            -- The same; one fact alone is written faster without the arrays.
            insert into log.events (
                seq, recorded_at, event_id, command_id, causation_id, effective_on, version, schema_version, ordinal,
                internal, stream, type, actor, office, correlation_id, policy_version, data
            )
            values (
                last, now_recorded, fact.event_id, command, fact.causation_id, fact.effective_on, verdict.version,
                fact.schema_version, n, fact.internal, fact.stream, fact.type, fact.actor, fact.office,
                fact.correlation_id, fact.policy_version, fact.data
            );
        elsif last > beyond then
            insert into log.events (
                seq, recorded_at, event_id, command_id, causation_id, effective_on, version, schema_version, ordinal,
                internal, stream, type, actor, office, correlation_id, policy_version, data
            )
            select
                f.seq, now_recorded, f.event_id, f.command_id, f.causation_id, f.effective_on, f.version,
                f.schema_version, f.ordinal, f.internal, f.stream, f.type, f.actor, f.office, f.correlation_id,
                f.policy_version, f.data
            from rows from (unnest(facts), unnest(seqs), unnest(versions), unnest(ordinals)) as f (
                command_id, stream, expected_version, event_id, causation_id, effective_on, schema_version, internal,
                type, actor, office, correlation_id, policy_version, data, seq, version, ordinal
            )
            where f.seq > beyond;
        end if;
    end loop;

    if last > head then
        perform pg_notify('juqu_log', last::text);
    end if;
    return verdicts;
end
$$;

comment on function log.record is
    'The inside of log.append: takes the turn, then judges and numbers one command after the other, and writes them together.';
