-- repeatable
create or replace function log.server_now() returns text
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $$
    select concat_ws(
        '/', (select c.system_identifier from pg_control_system() as c),
        left(pg_walfile_name(pg_current_wal_lsn()), 8), extract(epoch from pg_postmaster_start_time()),
        (select d.oid from pg_database as d where d.datname = current_database()),
        pg_relation_filenode('log.events'::regclass))
$$;

comment on function log.server_now is
    'What the log is on now: cluster, timeline (another one once a standby is promoted), start of the server, database, and '
    'the table''s file. A copy, a restored backup and an older disk each differ in one of them. Fails on a standby.';

revoke all on function log.server_now from public;
