-- repeatable
create or replace function notary.only_grow() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if (new.level, new.index) is distinct from (old.level, old.index)
        or octet_length(new.hashes) <= octet_length(old.hashes)
        or substring(new.hashes from 1 for octet_length(old.hashes)) is distinct from old.hashes
    then
        raise exception 'tile (%, %) only grows, at its end', old.level, old.index
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

comment on function notary.only_grow() is
    'Trigger that lets the newest tile of a level become wider and changes nothing that was there.';
