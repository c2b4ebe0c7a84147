create table notary.tiles (
    level smallint not null check (level between 0 and 7),
    index bigint not null check (index >= 0),
    hashes bytea not null check (octet_length(hashes) between 32 and 8192 and octet_length(hashes) % 32 = 0),
    primary key (level, index)
);

-- Hashes do not compress.
alter table notary.tiles alter column hashes set storage external;

create trigger grown before update on notary.tiles
    for each row execute function notary.only_grow();
create trigger never_removed before delete on notary.tiles
    for each row execute function notary.refuse_change();
create trigger never_emptied before truncate on notary.tiles
    for each statement execute function notary.refuse_change();

comment on table notary.tiles is
    'The Merkle tree of the log (RFC 9162), in tiles (C2SP tlog-tiles). The newest tile of a level grows at its end.';
comment on column notary.tiles.level is
    'Height of the tile: its hashes are roots of 256^level leaves.';
comment on column notary.tiles.index is
    'Place of the tile in its level, from 0.';
comment on column notary.tiles.hashes is
    '1 to 256 hashes of 32 bytes. Those of level 0 are leaf hashes: that of seq is number seq - 1.';
