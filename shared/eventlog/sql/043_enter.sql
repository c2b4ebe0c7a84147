-- repeatable
create or replace function log.enter(lost uuid default null) returns table (number integer, epoch uuid, length bigint)
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    newest log.epochs;
begin
    if pg_is_in_recovery() then
        raise exception 'this server is a standby, which may lack what the log holds'
            using errcode = 'cannot_connect_now', hint = 'With several hosts name target_session_attrs=read-write.';
    end if;
    select e.* into newest from log.epochs as e order by e.number desc limit 1;
    if newest.server is distinct from log.server_now() or newest.epoch = lost then
        lock table log.turn in share update exclusive mode;
        select e.* into newest from log.epochs as e order by e.number desc limit 1;
        if newest.server is distinct from log.server_now() or newest.epoch = lost then
            insert into log.epochs (number, length, last_event, server)
            select coalesce(newest.number, 0) + 1, case when newest.number is null then 0 else coalesce(head.seq, 0) end,
                head.event_id, log.server_now()
            from (select) as nothing
            left join lateral (select e.seq, e.event_id from log.events as e order by e.seq desc limit 1) as head on true;
        end if;
    end if;
    return query select e.number, e.epoch, e.length from log.epochs as e order by e.number;
end
$$;

comment on function log.enter is
    'Called once a connection, before anything else: opens an epoch where none was opened on this server as it is now, or where '
    'the caller found that events of the newest (lost) are missing; gives all, in their order. Refuses on a standby.';
