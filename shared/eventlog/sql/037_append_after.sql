-- repeatable
create or replace procedure log.append_after(
    facts log.fact[], seen bigint, types text[], inout verdict log.verdict
)
    language plpgsql
as $$
begin
    verdict := log.record_after(facts, seen, types);
    -- As in log.append: the turn is given back here, and a transaction block is refused.
    commit;
end
$$;

comment on procedure log.append_after is
    'Like log.append, for one command that was decided on more than its own stream: on the events of these types up to the '
    'seq seen. If there is a later one, of whatever stream, nothing is written; the verdict is overtaken, with that '
    'event''s seq as the last.';
