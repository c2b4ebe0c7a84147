-- repeatable
create or replace function log.record(facts log.fact[]) returns log.verdict[]
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    stack text;
    total constant integer := cardinality(facts);
    verdict log.verdict;
    good boolean;
    seen bigint;
    streams text[];
    commands uuid[];
begin
    get diagnostics stack = pg_context;
    if not log.was_called_by(stack, 'log.append(log.fact[],log.verdict[])') then
        raise exception 'log.record is called by log.append only, which ends its transaction by itself'
            using errcode = 'insufficient_privilege';
    end if;

    if (facts[1]).command_id <> (facts[least(2, total)]).command_id then
        -- Done while others have the turn, which is what makes groups of one fact a stream fast.
        select l.good, l.seen, l.streams, l.commands into good, seen, streams, commands from log.look_through(facts) as l;
    end if;

    -- Only now, with the turn taken, does a statement's snapshot show every append before this one.
    lock table log.turn in share update exclusive mode;

    if (facts[1]).command_id = (facts[total]).command_id then
        verdict := log.write_command(facts);
    elsif good then
        verdict := log.write_group(facts, seen, streams, commands);
    end if;
    if verdict.status = 'ok' then
        return array[verdict];
    end if;
    return log.judge_each(facts);
end
$$;

comment on function log.record is
    'The inside of log.append: takes the turn; what nothing speaks against (a command''s facts, a group of one fact a '
    'stream) is judged and written together, anything else by log.judge_each. A group is judged on the log as it is before '
    'the turn, and with the turn taken held against what was appended meanwhile.';
