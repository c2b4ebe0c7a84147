-- Tables that the services of an earlier build made; a new service makes its own, with these columns.
do $$
declare
    service text;
begin
    foreach service in array array['intake', 'review', 'lifecycle', 'notify'] loop
        if to_regclass(service || '.checkpoints') is not null then
            execute format(
                'alter table %I.checkpoints add column if not exists epoch uuid, '
                'add column if not exists event_seq bigint, add column if not exists event_id uuid', service);
        end if;
    end loop;
end
$$;
