-- repeatable
create or replace function log.record(facts log.fact[]) returns log.verdict[]
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    callers text;
    head bigint;
    last bigint;
    now_recorded timestamptz;
    prefix text := '/';
    writes boolean;
    fact log.fact;
    command uuid;
    place integer := 0;
    n smallint;
    written boolean;
    found_version integer;
    verdict log.verdict;
    verdicts log.verdict[];
begin
    get diagnostics callers = pg_context;
    if split_part(callers, E'\n', 2) not like 'PL/pgSQL function %append(%' then
        raise exception 'log.record is called by log.append only, which ends its transaction by itself'
            using errcode = 'insufficient_privilege';
    end if;

    perform from log.turn for update;
    -- Only now, with the turn taken, does a statement's snapshot show every append before this one.
    select e.seq, greatest(e.recorded_at, clock_timestamp()) into head, now_recorded
        from log.events as e order by e.seq desc limit 1;
    if not found then
        head := 0;
        now_recorded := clock_timestamp();
    end if;
    last := head;

    foreach fact in array facts loop
        if fact.command_id = command then
            n := n + 1;
        else
            command := fact.command_id;
            place := place + 1;
            n := 0;
            if not starts_with(fact.stream, prefix) then
                prefix := split_part(fact.stream, '/', 1) || '/';
                writes := exists (
                    select from log.writers as w where w.role = session_user and w.category || '/' = prefix);
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
            end if;
        end if;
        if verdict.status = 'ok' then
            last := last + 1;
            verdict.last_seq := last;
            verdict.version := verdict.version + 1;
            insert into log.events (
                seq, recorded_at, event_id, command_id, causation_id, effective_on, version, schema_version, ordinal,
                internal, stream, type, actor, office, correlation_id, policy_version, data
            ) values (
                last, now_recorded, fact.event_id, command, fact.causation_id, fact.effective_on, verdict.version,
                fact.schema_version, n, fact.internal, fact.stream, fact.type, fact.actor, fact.office,
                fact.correlation_id, fact.policy_version, fact.data
            );
        end if;
        verdicts[place] := verdict;
    end loop;

    if last > head then
        perform pg_notify('juqu_log', last::text);
    end if;
    return verdicts;
end
$$;

comment on function log.record is
    'The inside of log.append: takes the turn, then judges, numbers and writes one command after the other.';
