-- repeatable
create or replace function log.census(out events bigint, out first bigint, out last bigint)
    language sql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $$
    select count(*), coalesce(min(e.seq), 1), coalesce(max(e.seq), 0) from log.events as e
$$;

comment on function log.census is
    'How many events there are, and the first and the last seq, whatever row security lets the caller see. A verification '
    'that sees fewer is of less than the log.';
