-- repeatable
create or replace function log.first_result(
    the_command uuid,
    the_stream text,
    the_actor text,
    the_types text[],
    the_datas text[],
    out status text,
    out first_seq bigint,
    out last_seq bigint,
    out version integer,
    out recorded_at timestamptz
)
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $$
    select
        case when count(*) = cardinality(the_types)
              and bool_and(e.stream = the_stream and e.actor = the_actor
                           and e.type = the_types[e.ordinal + 1] and e.data = the_datas[e.ordinal + 1])
             then 'duplicate' else 'reused' end,
        min(e.seq), max(e.seq), max(e.version), min(e.recorded_at)
    from log.events as e
    where e.command_id = the_command
$$;

comment on function log.first_result is
    'What a command that was written before did: duplicate if it was this very one, reused if its id stands for other events.';
