-- What became of each case that one act was tried for. None of it is history: it may be emptied at any time.

create table portal.outcomes (
    subject text,
    key uuid,
    told bytea not null,
    told_at timestamptz not null default now(),
    primary key (subject, key)
);

comment on table portal.outcomes is
    'What a person''s bulk acts led to, case by case, sealed with the portal''s key; it expires.';
comment on column portal.outcomes.key is
    'The idempotency key of the form; the page that tells the outcome has it in its address.';

grant select, insert, update, delete on portal.outcomes to juqu_portal;
