create table log.turn (
    taken_by_lock boolean not null primary key default true check (taken_by_lock)
);

insert into log.turn default values;

comment on table log.turn is
    'One row that never changes: whoever holds its lock has the turn to append. Locking it writes no new row version, so '
    'that a long-lived snapshot elsewhere does not make the next append slower, as a counter''s dead versions would.';
comment on column log.turn.taken_by_lock is
    'Always true; the row is locked, not read.';
