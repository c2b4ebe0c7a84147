create table log.epochs (
    number integer not null primary key check (number > 0),
    epoch uuid not null unique default uuidv7(),
    length bigint not null check (length >= 0),
    last_event uuid,
    server text not null,
    opened_at timestamptz not null default clock_timestamp()
);

create trigger append_only before update or delete on log.epochs
    for each row execute function log.refuse_change();
create trigger never_emptied before truncate on log.epochs
    for each statement execute function log.refuse_change();

comment on table log.epochs is
    'The log''s lives: one begins when a server that was started, promoted or restored is first connected to, or when events '
    'that were known are found missing. What is known under an epoch beyond the length of the next one the log has lost.';
comment on column log.epochs.number is
    'Their order in this log, from 1. A copy of the log goes on with numbers of its own, so epochs are told apart by epoch.';
comment on column log.epochs.epoch is
    'Identity; by its first bits later than any that was opened earlier, in this copy of the log or another (RFC 9562, version 7).';
comment on column log.epochs.length is
    'The last seq that the log held when it was opened; 0 for the first, which covers all that was there before.';
comment on column log.epochs.last_event is
    'event_id of the event at that seq; null for none.';
comment on column log.epochs.server is
    'What it was opened on: cluster, timeline, start, database and table. Where one of them differs, events may be missing.';
comment on column log.epochs.opened_at is
    'When, by the server''s clock.';
