create table keys.masters (
    number bigint generated always as identity primary key,
    id bytea not null unique check (octet_length(id) = 8),
    since timestamptz not null default clock_timestamp()
);

comment on table keys.masters is
    'The ids of the master keys in the order of their use; the last one wraps. Empty until it is changed once.';

-- A process that does not know yet that the master key was changed keeps no key under the former one.
create function keys.refuse_former_master() returns trigger
language plpgsql set search_path = '' as $$
declare
    wanted bytea := (select m.id from keys.masters as m order by m.number desc limit 1);
begin
    if wanted is not null and substring(new.key for 8) is distinct from wanted then
        raise exception 'this key is not wrapped under the master key in force'
            using errcode = 'JUQUM', detail = encode(wanted, 'hex');
    end if;
    return new;
end
$$;

create trigger under_the_master_in_force before insert or update on keys.wrapped
    for each row execute function keys.refuse_former_master();
