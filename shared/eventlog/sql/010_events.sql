create table log.events (
    seq bigint not null primary key,
    recorded_at timestamptz not null,
    event_id uuid not null,
    command_id uuid not null,
    causation_id uuid,
    effective_on date not null,
    version integer not null check (version > 0),
    schema_version integer not null check (schema_version > 0),
    ordinal smallint not null check (ordinal >= 0),
    internal boolean not null,
    category text collate "C" not null generated always as (split_part(stream, '/', 1)) stored,
    stream text collate "C" not null,
    type text not null,
    actor text not null,
    office text not null,
    correlation_id text not null,
    policy_version text not null,
    data text not null,
    constraint one_event_a_version unique (stream, version),
    constraint one_event_an_id unique (event_id),
    constraint one_event_an_ordinal unique (command_id, ordinal)
);

comment on table log.events is
    'Every fact, once, for good. Written by log.append only; no row is ever changed or removed.';
comment on column log.events.seq is
    'Position in the whole log: from 1, without gaps, in the order of the commits.';
comment on column log.events.recorded_at is
    'When the log took it in, by the server''s clock; never earlier than that of the seq before.';
comment on column log.events.event_id is
    'Identity of the fact, derived from command_id and ordinal (RFC 9562, version 5).';
comment on column log.events.command_id is
    'The command that brought it about. A command writes once: sent again, it is given its first result.';
comment on column log.events.causation_id is
    'event_id of the event that it reacts to; null where a person or the clock began it.';
comment on column log.events.effective_on is
    'The day, in China, on which it took legal effect; may lie before recorded_at.';
comment on column log.events.version is
    'Position in its stream: from 1, without gaps.';
comment on column log.events.schema_version is
    'Version of the type''s definition that data was written by.';
comment on column log.events.ordinal is
    'Place among the events of the same command, from 0.';
comment on column log.events.internal is
    'Stored and proven, but neither published nor shown to other services (a blind score sheet, say).';
comment on column log.events.category is
    'The service whose fact it is: the first part of stream.';
comment on column log.events.stream is
    'The aggregate it belongs to: <category>/<aggregate>/<id>.';
comment on column log.events.type is
    'Stored name of the event, <service>.<Name>; never renamed.';
comment on column log.events.actor is
    'Who did it: subject of the token, or system:<service>.';
comment on column log.events.office is
    'The office in which the actor did it, county:<division> for one.';
comment on column log.events.correlation_id is
    'Ties together all that one request set off, over services, messages and logs.';
comment on column log.events.policy_version is
    'Version of the policy that it was decided under.';
comment on column log.events.data is
    'The fact as JSON, byte for byte as written (UTF-8); hashes are taken of exactly this.';
