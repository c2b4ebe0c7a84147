-- repeatable
revoke all on all tables in schema notary from public;
revoke all on all functions in schema notary from public;

grant usage on schema log, notary to juqu_notary;
grant usage on schema notary to juqu_operator;
grant select on log.events to juqu_notary;
grant execute on function log.head to juqu_notary;
grant select on all tables in schema notary to juqu_notary, juqu_operator;
grant insert on all tables in schema notary to juqu_notary;
grant update (hashes) on notary.tiles to juqu_notary;

drop policy if exists the_notary_reads_all on log.events;
create policy the_notary_reads_all on log.events for select to juqu_notary using (true);
