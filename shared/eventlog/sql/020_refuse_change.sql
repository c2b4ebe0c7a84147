-- repeatable
create or replace function log.refuse_change() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception '% of log.% is refused: the log is append-only', tg_op, tg_table_name
        using errcode = 'insufficient_privilege',
              hint = 'Record a new event that corrects the old one.';
end
$$;

comment on function log.refuse_change() is
    'Trigger that refuses whoever asks, the owner and superusers included.';
