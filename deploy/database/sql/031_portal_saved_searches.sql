-- What people look for again and again. None of it is history: it may be emptied at any time.

create table portal.saved_searches (
    subject text,
    wanted text,
    saved_at timestamptz not null default now(),
    primary key (subject, wanted)
);

comment on table portal.saved_searches is
    'The searches that a person keeps, as they typed them.';

grant select, insert, delete on portal.saved_searches to juqu_portal;
