-- repeatable
-- Destroy a person's key and forget what the person is known by, but for opaque ids; again: false. Null: unknown.
create or replace function keys.destroy(person uuid, basis text)
returns boolean
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
    done boolean;
begin
    update keys.persons as p set destroyed_at = clock_timestamp(), legal_basis = destroy.basis
    where p.person_id = destroy.person and p.destroyed_at is null;
    done := found;
    delete from keys.wrapped as w where w.person_id = destroy.person;
    delete from keys.handles as h where h.person_id = destroy.person and not h.lasting;
    delete from keys.traits as t where t.person_id = destroy.person;
    if not exists (select from keys.persons as p where p.person_id = destroy.person) then
        return null;
    end if;
    return done;
end
$$;

-- The erased persons with the basis that each was erased on, in that order.
create or replace function keys.destroyed()
returns table (person_id uuid, legal_basis text)
language sql stable security definer set search_path = '' as $$
    select p.person_id, p.legal_basis
    from keys.persons as p
    where p.destroyed_at is not null
    order by p.destroyed_at, p.person_id
$$;

-- The persons that have a trait, the oldest first.
create or replace function keys.having(wanted bytea)
returns table (person_id uuid, created_at timestamptz)
language sql stable security definer set search_path = '' as $$
    select p.person_id, p.created_at
    from keys.traits as t join keys.persons as p using (person_id)
    where t.trait = wanted
    order by p.created_at, p.person_id
$$;
