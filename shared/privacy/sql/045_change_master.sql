-- repeatable
-- From here on keys are wrapped under another master key. Whoever is making one right now is waited for, so that none
-- under the former key comes after this. Again: false.
create or replace function keys.put_master_in_force(former bytea, master bytea)
returns boolean
language plpgsql security definer set search_path = '' as $$
declare
    known bytea;
begin
    lock table keys.wrapped in share row exclusive mode;
    known := (select m.id from keys.masters as m order by m.number desc limit 1);
    if known = put_master_in_force.master then
        return false;
    elsif known is null then
        insert into keys.masters (id) values (put_master_in_force.former);
    elsif known <> put_master_in_force.former then
        raise exception 'the master key in force is %, not %', encode(known, 'hex'),
            encode(put_master_in_force.former, 'hex');
    end if;
    insert into keys.masters (id) values (put_master_in_force.master);
    return true;
end
$$;

-- Keys that are not wrapped under a master key, by person, from one on.
create or replace function keys.under_others(master bytea, after uuid, most integer)
returns table (person_id uuid, key bytea)
language sql stable security definer set search_path = '' as $$
    select w.person_id, w.key
    from keys.wrapped as w
    where w.person_id > after and substring(w.key for 8) <> master
    order by w.person_id
    limit most
$$;

-- Puts keys in the place of what they were; one that was destroyed, or changed, meanwhile stays so. Gives how many.
create or replace function keys.rewrap(persons uuid[], was bytea[], now bytea[])
returns bigint
language sql volatile security definer set search_path = '' as $$
    with done as (
        update keys.wrapped as w set key = changed.now
        from unnest(persons, was, now) as changed (person_id, was, now)
        where w.person_id = changed.person_id and w.key = changed.was
        returning 1
    )
    select count(*) from done
$$;

-- How many keys are wrapped under each master key; those from before there were ids have none.
create or replace function keys.by_master()
returns table (master bytea, persons bigint)
language sql stable security definer set search_path = '' as $$
    select case when octet_length(w.key) = 68 then substring(w.key for 8) end, count(*)
    from keys.wrapped as w
    group by 1
$$;
