create table notary.checkpoints (
    size bigint not null primary key check (size >= 0),
    root bytea not null check (octet_length(root) = 32),
    streams bytea not null check (octet_length(streams) = 32),
    body text not null,
    signed_at timestamptz not null default clock_timestamp()
);

create table notary.signatures (
    number bigint not null generated always as identity primary key,
    size bigint not null references notary.checkpoints,
    name text not null,
    key_id bytea not null check (octet_length(key_id) = 4),
    payload bytea not null check (octet_length(payload) in (64, 72)),
    added_at timestamptz not null default clock_timestamp(),
    constraint one_signature_a_key unique (size, name, key_id)
);

create table notary.keys (
    number bigint not null generated always as identity primary key,
    vkey text not null unique,
    since_size bigint not null check (since_size >= 0),
    added_at timestamptz not null default clock_timestamp()
);

create trigger append_only before update or delete on notary.checkpoints
    for each row execute function notary.refuse_change();
create trigger never_emptied before truncate on notary.checkpoints
    for each statement execute function notary.refuse_change();
create trigger append_only before update or delete on notary.signatures
    for each row execute function notary.refuse_change();
create trigger never_emptied before truncate on notary.signatures
    for each statement execute function notary.refuse_change();
create trigger append_only before update or delete on notary.keys
    for each row execute function notary.refuse_change();
create trigger never_emptied before truncate on notary.keys
    for each statement execute function notary.refuse_change();

comment on table notary.checkpoints is
    'What was signed: the state of the log after its first size events.';
comment on column notary.checkpoints.root is
    'Root of the tree of the first size leaves.';
comment on column notary.checkpoints.streams is
    'Root of the map of all streams, after the first size events.';
comment on column notary.checkpoints.body is
    'The text that the signatures are over (C2SP tlog-checkpoint).';
comment on table notary.signatures is
    'Our signatures, and witnesses'' cosignatures (C2SP tlog-cosignature), in the order in which the note shows them.';
comment on column notary.signatures.payload is
    'What follows the key id in its line: 64 bytes of Ed25519; of a witness 8 bytes of time before them.';
comment on table notary.keys is
    'The notary''s verifier keys in the order of their use; the last one signs.';
comment on column notary.keys.since_size is
    'Size of the first checkpoint that the key signed, together with the key before it where there is one.';
