-- repeatable
-- The wrapped keys of persons; null where one is erased, no row where one is unknown.
create or replace function keys.keys_of(persons uuid[])
returns table (person_id uuid, key bytea)
language sql stable security definer set search_path = '' as $$
    select p.person_id, w.key
    from keys.persons as p
    left join keys.wrapped as w using (person_id)
    where p.person_id = any (persons)
$$;
