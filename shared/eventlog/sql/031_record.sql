-- repeatable
create or replace function log.record(
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
    out statuses text[],
    out first_seqs bigint[],
    out last_seqs bigint[],
    out versions integer[],
    out recorded_ats timestamptz[]
)
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    callers text;
    head bigint;
    now_recorded timestamptz;
    next_seq bigint;
    starts integer[];
    stop integer := 0;
    writes boolean;
    repeats boolean;
    found_version integer;
    earlier record;
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
    next_seq := head + 1;
    first_seqs := array_fill(null::bigint, array[cardinality(command_ids)]);
    last_seqs := first_seqs;

    for i in 1 .. cardinality(command_ids) loop
        starts[i] := stop + 1;
        stop := stop + sizes[i];
        select
            exists (select from log.writers as w
                    where w.role = session_user and w.category = split_part(streams[i], '/', 1)),
            exists (select from log.events as e where e.command_id = command_ids[i] and e.ordinal = 0),
            (select e.version from log.events as e where e.stream = streams[i] order by e.version desc limit 1)
            into writes, repeats, found_version;
        recorded_ats[i] := now_recorded;
        versions[i] := coalesce(found_version, 0);
        if not writes then
            statuses[i] := 'forbidden';
        elsif repeats then
            earlier := log.first_result(
                command_ids[i], streams[i], actors[i], types[starts[i] : stop], datas[starts[i] : stop]);
            statuses[i] := earlier.status;
            first_seqs[i] := earlier.first_seq;
            last_seqs[i] := earlier.last_seq;
            versions[i] := earlier.version;
            recorded_ats[i] := earlier.recorded_at;
        elsif versions[i] <> expected_versions[i] then
            statuses[i] := 'conflict';
        else
            statuses[i] := 'ok';
            versions[i] := versions[i] + sizes[i];
            first_seqs[i] := next_seq;
            next_seq := next_seq + sizes[i];
            last_seqs[i] := next_seq - 1;
        end if;
    end loop;

    if next_seq > head + 1 then
        insert into log.events (
            seq, recorded_at, event_id, command_id, causation_id, effective_on, version, schema_version, ordinal,
            internal, stream, type, actor, office, correlation_id, policy_version, data
        )
        select
            c.first_seq + n, now_recorded, event_ids[c.start + n], c.command_id, c.causation_id, c.effective_on,
            c.expected_version + 1 + n, schema_versions[c.start + n], n, internals[c.start + n], c.stream,
            types[c.start + n], c.actor, c.office, c.correlation_id, c.policy_version, datas[c.start + n]
        from unnest(
                statuses, first_seqs, starts, sizes, command_ids, streams, expected_versions, actors, offices,
                effective_dates, correlation_ids, causation_ids, policy_versions
            ) as c (
                status, first_seq, start, size, command_id, stream, expected_version, actor, office,
                effective_on, correlation_id, causation_id, policy_version
            ),
            generate_series(0, c.size - 1) as n
        where c.status = 'ok';
        perform pg_notify('juqu_log', (next_seq - 1)::text);
    end if;
end
$$;

comment on function log.record is
    'The inside of log.append: takes the turn, judges each command, numbers and writes the accepted events at once.';
