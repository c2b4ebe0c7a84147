-- repeatable
create or replace function log.record_after(facts log.fact[], seen bigint, types text[]) returns log.verdict
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    stack text;
    command constant uuid := (facts[1]).command_id;
    newer bigint;
    verdict log.verdict;
    verdicts log.verdict[];
begin
    get diagnostics stack = pg_context;
    if not log.was_called_by(stack, 'log.append_after(log.fact[],bigint,text[],log.verdict)') then
        raise exception 'log.record_after is called by log.append_after only, which ends its transaction by itself'
            using errcode = 'insufficient_privilege';
    end if;

    -- Only now, with the turn taken, does a statement's snapshot show every append before this one.
    lock table log.turn in share update exclusive mode;

    select max(e.seq) into newer
    from log.events as e
    where e.category = any (array(select distinct split_part(t, '.', 1) from unnest(types) as t))
        and e.seq > seen and e.type = any (types);
    if newer is not null and not exists (select from log.events as e where e.command_id = command and e.ordinal = 0) then
        return row('overtaken', null, newer, null, null)::log.verdict;
    end if;

    verdict := log.write_command(facts);
    if verdict.status = 'ok' then
        return verdict;
    end if;
    verdicts := log.judge_each(facts);
    return verdicts[1];
end
$$;

comment on function log.record_after is
    'The inside of log.append_after: takes the turn, looks for an event of the types beyond seen, and where there is none '
    'judges and writes the command as log.record does.';
