-- repeatable
create or replace procedure log.append_one(fact log.fact, inout verdict log.verdict)
    language plpgsql
as $$
begin
    verdict := log.record_one(fact);
    -- As in log.append: the turn is given back here, and a transaction block is refused.
    commit;
end
$$;

comment on procedure log.append_one is
    'log.append for a command of one event, without the price of arrays: the same verdicts, the same commit by itself.';
