create schema if not exists keys;

create table keys.persons (
    person_id uuid primary key,
    created_at timestamptz not null default clock_timestamp(),
    destroyed_at timestamptz,
    legal_basis text not null default '',
    check ((destroyed_at is null) = (legal_basis = ''))
);

-- Apart from keys.persons, so that destroying one leaves no old version of the row behind a rewritten table.
create table keys.wrapped (
    person_id uuid primary key references keys.persons,
    key bytea not null
);

create table keys.handles (
    handle bytea primary key,
    person_id uuid not null references keys.persons,
    lasting boolean not null
);
create index handles_of_person on keys.handles (person_id);

create table keys.traits (
    trait bytea not null,
    person_id uuid not null references keys.persons,
    primary key (trait, person_id)
);
create index traits_of_person on keys.traits (person_id);
