-- repeatable
-- Moves the driven clock and tells every listener of "juqu_clock"; the payload is the instant, ISO 8601 in UTC.
-- The same instant again is without effect; an earlier one is refused (SQLSTATE 22008): time does not go back.
create or replace function clock.set(instant timestamptz) returns timestamptz
    language plpgsql security definer
    set search_path = pg_catalog
as $$
declare
    standing timestamptz;
begin
    insert into clock.driven (at) values (instant) on conflict (one) do nothing;
    if not found then
        select at into standing from clock.driven for update;
        if instant < standing then
            raise exception 'the clock stands at % and does not go back to %', standing, instant
                using errcode = 'datetime_field_overflow';
        end if;
        if instant = standing then
            return standing;
        end if;
        update clock.driven set at = instant;
    end if;
    perform pg_notify('juqu_clock', to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'));
    return instant;
end
$$;

revoke all on function clock.set(timestamptz) from public;
grant execute on function clock.set(timestamptz) to juqu_operator;
