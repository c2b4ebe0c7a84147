-- repeatable
create or replace function log.seq_before(moment timestamptz) returns bigint
    language plpgsql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    low bigint := 0;
    high bigint := (log.head()).seq;
    middle bigint;
begin
    while low < high loop
        middle := (low + high + 1) / 2;
        if (select e.recorded_at < moment from log.events as e where e.seq = middle) then
            low := middle;
        else
            high := middle - 1;
        end if;
    end loop;
    return low;
end
$$;

comment on function log.seq_before is
    'The last seq recorded before a moment, 0 where there is none. Halves the log: seq has no gap and recorded_at never '
    'decreases, so it needs no index.';
