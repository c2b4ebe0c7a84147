-- repeatable
create or replace function log.look_through(
    facts log.fact[], out good boolean, out seen bigint, out streams text[], out commands uuid[])
    language sql
    stable
as $$
    select
        count(distinct f.stream) = cardinality(facts) and count(distinct f.command_id) = cardinality(facts) and bool_and(
            f.expected_version = coalesce(
                (select e.version from log.events as e where e.stream = f.stream order by e.version desc limit 1), 0)
            and not exists (select from log.events as e where e.command_id = f.command_id and e.ordinal = 0)
            and starts_with(f.stream, split_part(facts[1].stream, '/', 1) || '/'))
        and exists (
            select from log.writers as w
            where w.role = session_user and w.category = split_part(facts[1].stream, '/', 1)),
        (select e.seq from log.events as e order by e.seq desc limit 1),
        array_agg(f.stream), array_agg(f.command_id)
    from unnest(facts) as f
$$;

comment on function log.look_through is
    'Whether nothing speaks against a group of which each fact is a command and a stream of its own, as far as the log now '
    'goes (seen). Its streams and commands are given too, for log.write_group to look at what came meanwhile.';

revoke all on function log.look_through from public;
