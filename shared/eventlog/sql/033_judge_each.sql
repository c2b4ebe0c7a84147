-- repeatable
create or replace function log.judge_each(facts log.fact[]) returns log.verdict[]
    language plpgsql
as $$
declare
    total constant integer := cardinality(facts);
    head bigint;
    last bigint;
    now_recorded timestamptz;
    service text;
    writes boolean;
    fact log.fact;
    command uuid;
    stream text;
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
    select e.seq, greatest(e.recorded_at, clock_timestamp()) into head, now_recorded
        from log.events as e order by e.seq desc limit 1;
    if not found then
        head := 0;
        now_recorded := clock_timestamp();
    end if;
    last := head;

    -- Facts are written together up to one that is to be judged on top of another: of the same stream, say.
    while i <= total loop
        beyond := last;
        streams := '{}';
        commands := '{}';
        while i <= total loop
            fact := facts[i];
            if fact.command_id = command then
                if fact.stream <> stream then
                    raise exception 'the events of command % are not of one stream', command
                        using errcode = 'invalid_parameter_value';
                end if;
                n := n + 1;
            else
                exit when fact.stream = any (streams) or fact.command_id = any (commands);
                command := fact.command_id;
                stream := fact.stream;
                place := place + 1;
                n := 0;
                if split_part(stream, '/', 1) is distinct from service then
                    service := split_part(stream, '/', 1);
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
                    streams := streams || stream;
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
        if last > beyond then
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

comment on function log.judge_each is
    'The careful way of log.record: judges and numbers one command after the other, each on top of those before it.';

revoke all on function log.judge_each from public;
