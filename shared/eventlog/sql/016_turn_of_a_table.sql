comment on table log.turn is
    'Whoever holds the lock on this table (share update exclusive, which excludes itself alone and writes nothing) has the turn '
    'to append. A counter that is updated would leave dead versions, which a long-lived snapshot elsewhere keeps.';
comment on column log.turn.taken_by_lock is
    'Always true; nothing reads it.';
