-- repeatable
create or replace function notary.refuse_change() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception '% of notary.% is refused: what the notary wrote stays', tg_op, tg_table_name
        using errcode = 'insufficient_privilege';
end
$$;

comment on function notary.refuse_change() is
    'Trigger that refuses whoever asks, the owner and superusers included.';
