-- repeatable
-- Whose the handles are: a living person's before an erased one's, the surest handle first; else a new person's.
-- Without a key the person is erased, and so is what was to be sealed. What the person is not known by yet is noted.
create or replace function keys.resolve(
    handles bytea[], lasting boolean[], traits bytea[], fresh uuid, wrapped bytea,
    out person_id uuid, out key bytea
)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
    attempt integer;
    alive boolean;
begin
    for attempt in 1..2 loop
        select h.person_id, p.destroyed_at is null
        into resolve.person_id, alive
        from unnest(resolve.handles) with ordinality as wanted (handle, place)
        join keys.handles as h using (handle)
        join keys.persons as p using (person_id)
        order by p.destroyed_at is not null, wanted.place
        limit 1;
        exit when alive or (alive is not null and not (false = any (resolve.lasting)));
        if attempt = 1 then
            -- Two that meet the same new person must not make two of them: look again, alone.
            perform pg_advisory_xact_lock(hashtext('keys.resolve'));
        else
            insert into keys.persons (person_id) values (resolve.fresh);
            insert into keys.wrapped (person_id, key) values (resolve.fresh, resolve.wrapped);
            resolve.person_id := resolve.fresh;
            alive := true;
        end if;
    end loop;

    if not alive then
        return;
    end if;
    select w.key into resolve.key from keys.wrapped as w where w.person_id = resolve.person_id for key share;
    if resolve.key is null then
        -- Erased this very moment.
        return;
    end if;
    insert into keys.handles as h (handle, person_id, lasting)
    select wanted.handle, resolve.person_id, wanted.lasting
    from unnest(resolve.handles, resolve.lasting) as wanted (handle, lasting)
    order by wanted.handle
    on conflict (handle) do update set person_id = excluded.person_id
        where exists (
            select from keys.persons as p where p.person_id = h.person_id and p.destroyed_at is not null
        );
    insert into keys.traits (trait, person_id)
    select distinct wanted.trait, resolve.person_id from unnest(resolve.traits) as wanted (trait)
    order by wanted.trait
    on conflict do nothing;
end
$$;
