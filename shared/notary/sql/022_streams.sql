create table notary.streams (
    bucket integer not null check (bucket between 0 and 65535),
    key bytea not null check (octet_length(key) = 32),
    stream text not null,
    primary key (bucket, key)
);

create table notary.entries (
    key bytea not null,
    size bigint not null references notary.checkpoints,
    version integer not null check (version > 0),
    seq bigint not null check (seq > 0),
    chain bytea not null check (octet_length(chain) = 32),
    primary key (key, size)
);

create table notary.buckets (
    bucket integer not null check (bucket between 0 and 65535),
    size bigint not null references notary.checkpoints,
    root bytea not null check (octet_length(root) = 32),
    primary key (bucket, size)
);

create trigger append_only before update or delete on notary.streams
    for each row execute function notary.refuse_change();
create trigger never_emptied before truncate on notary.streams
    for each statement execute function notary.refuse_change();
create trigger append_only before update or delete on notary.entries
    for each row execute function notary.refuse_change();
create trigger never_emptied before truncate on notary.entries
    for each statement execute function notary.refuse_change();
create trigger append_only before update or delete on notary.buckets
    for each row execute function notary.refuse_change();
create trigger never_emptied before truncate on notary.buckets
    for each statement execute function notary.refuse_change();

comment on table notary.streams is
    'Every stream that a checkpoint knows, by bucket and key of the stream map.';
comment on column notary.streams.key is
    'SHA-256 of the name; bucket is its first two bytes.';
comment on table notary.entries is
    'How far a stream was at the checkpoint of a size, for those that went on since the one before.';
comment on column notary.entries.chain is
    'The stream''s chain of hashes up to version.';
comment on table notary.buckets is
    'Root of a bucket at the checkpoint of a size, for those that changed since the one before.';
