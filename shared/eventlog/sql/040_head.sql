-- repeatable
create or replace function log.head(out seq bigint, out recorded_at timestamptz)
    language sql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $$
    select coalesce(e.seq, 0), e.recorded_at
    from (select) as nothing
    left join lateral (select e.seq, e.recorded_at from log.events as e order by e.seq desc limit 1) as e on true
$$;

comment on function log.head is
    'The end of the log: its last seq (0 while it is empty) and when that was recorded; counts what the caller may not see.';
