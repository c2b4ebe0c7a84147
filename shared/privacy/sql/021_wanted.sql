-- What keys.resolve is asked of one identity; see there.
create type keys.wanted as (
    handles bytea[],
    lasting boolean[],
    traits bytea[],
    fresh uuid,
    wrapped bytea
);
