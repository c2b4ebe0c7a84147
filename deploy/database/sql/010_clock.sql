-- The driven clock of demonstrations and tests: at most one row, the instant that "now" stands at.
-- A system with JUQU_CLOCK=system never reads it.
create table clock.driven (
    one boolean primary key default true check (one),
    at timestamptz not null
);

revoke all on clock.driven from public;
grant select on clock.driven
    to juqu_intake, juqu_review, juqu_lifecycle, juqu_notify, juqu_relay, juqu_operator;
