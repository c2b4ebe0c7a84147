-- repeatable
-- keys.resolve for several identities, in their order. One caller at a time: two who note what is new of several persons
-- in other orders would wait for each other.
create or replace function keys.resolve_all(wanted keys.wanted[])
returns table (person_id uuid, key bytea)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
begin
    perform pg_advisory_xact_lock(hashtext('keys.resolve_all'));
    return query
        select r.person_id, r.key
        from unnest(resolve_all.wanted) with ordinality as w (handles, lasting, traits, fresh, wrapped, place),
            lateral keys.resolve(w.handles, w.lasting, w.traits, w.fresh, w.wrapped) as r
        order by w.place;
end
$$;
