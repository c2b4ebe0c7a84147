create type log.fact as (
    command_id uuid,
    stream text,
    expected_version integer,
    event_id uuid,
    causation_id uuid,
    effective_on date,
    schema_version integer,
    internal boolean,
    type text,
    actor text,
    office text,
    correlation_id text,
    policy_version text,
    data text
);

comment on type log.fact is
    'An event as it is handed to log.append; the columns of log.events say what each part means.';
comment on column log.fact.expected_version is
    'The stream''s version that the command was decided on, the same in each of its events; 0 for a new stream.';
