create type log.verdict as (
    status text,
    first_seq bigint,
    last_seq bigint,
    version integer,
    recorded_at timestamptz
);

comment on type log.verdict is
    'What log.append says to one command.';
comment on column log.verdict.status is
    'ok: written. duplicate: it was written before, here is its first result. reused: its id stands for other events. '
    'conflict: the stream is not at the expected version. forbidden: the category is not the session user''s.';
comment on column log.verdict.first_seq is
    'seq of its first event; null where it has none.';
comment on column log.verdict.last_seq is
    'seq of its last event; null where it has none.';
comment on column log.verdict.version is
    'Version of the stream after its events; in a conflict, what it is.';
comment on column log.verdict.recorded_at is
    'When its events were recorded.';
