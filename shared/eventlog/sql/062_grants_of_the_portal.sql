-- repeatable
-- The portal reads the log and appends nothing.
grant usage on schema log to juqu_portal;
grant select on log.events, log.writers, log.epochs to juqu_portal;
grant execute on function log.head, log.seq_before, log.enter to juqu_portal;
